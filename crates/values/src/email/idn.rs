//! Internationalised domain names: A-labels and what they read as.
//!
//! The mapping is the one of the URL Standard (UTS 46, non-transitional). The tables for it are large, and a browser
//! has them already: outside the browser the `idna` crate does the work, inside it the browser itself.

use std::sync::OnceLock;

use super::idna2008;

/// Turns a domain into A-labels as the URL Standard says; `None` when it may not be one. Of ASCII, the domain holds
/// only letters, digits, hyphens and dots. A domain that ends in digits is one like any other here.
pub type DomainToAscii = fn(&str) -> Option<String>;

static PLATFORM: OnceLock<DomainToAscii> = OnceLock::new();

/// Sets the platform's own function, which is used where the crate is built without the feature `idna`. Only the first
/// call has an effect.
pub fn set_domain_to_ascii(function: DomainToAscii) {
    PLATFORM.get_or_init(|| function);
}

/// The domain with A-labels. Without a function for it, no internationalised domain is valid.
pub(super) fn to_ascii(domain: &str) -> Option<String> {
    #[cfg(feature = "idna")]
    return idna::domain_to_ascii_cow(domain.as_bytes(), idna::AsciiDenyList::URL)
        .ok()
        .map(std::borrow::Cow::into_owned);
    #[cfg(not(feature = "idna"))]
    PLATFORM.get().and_then(|to_ascii| to_ascii(domain))
}

/// The Unicode form of a domain with A-labels; `None` when it is the same.
pub(super) fn to_unicode(ascii: &str) -> Option<String> {
    let mut changed = false;
    let labels: Vec<String> = ascii
        .split('.')
        .map(|label| match label.strip_prefix("xn--").and_then(punycode) {
            Some(text) => {
                changed = true;
                text
            }
            None => label.to_owned(),
        })
        .collect();
    changed.then(|| labels.join("."))
}

/// Whether every A-label of a lower-case domain is valid: it decodes to a label that IDNA 2008 allows, and encoded again
/// it is the same. Browsers accept some that are not.
pub(super) fn has_valid_a_labels(ascii: &str) -> bool {
    to_unicode(ascii).is_some_and(|unicode| {
        unicode.split('.').all(idna2008::is_allowed) && to_ascii(&unicode).is_some_and(|again| again == ascii)
    })
}

/// Decodes the part after the `xn--` of an A-label (RFC 3492).
fn punycode(encoded: &str) -> Option<String> {
    const BASE: u32 = 36;
    const SKEW: u32 = 38;
    const DAMP: u32 = 700;
    let (basic, extended) = encoded.rsplit_once('-').unwrap_or(("", encoded));
    let mut text: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128_u32, 0_u32, 72_u32);
    let mut digits = extended.bytes();
    while digits.len() > 0 {
        let before = i;
        let mut weight = 1_u32;
        let mut k = BASE;
        loop {
            let digit = match digits.next()? {
                byte @ b'a'..=b'z' => u32::from(byte - b'a'),
                byte @ b'0'..=b'9' => u32::from(byte - b'0') + 26,
                _ => return None,
            };
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(1, 26);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let length = u32::try_from(text.len()).ok()? + 1;
        let mut delta = (i - before) / if before == 0 { DAMP } else { 2 };
        delta += delta / length;
        let mut step = 0;
        while delta > (BASE - 1) * 26 / 2 {
            delta /= BASE - 1;
            step += BASE;
        }
        bias = step + BASE * delta / (delta + SKEW);
        n = n.checked_add(i / length)?;
        i %= length;
        text.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(text.into_iter().collect())
}

#[cfg(all(test, feature = "idna"))]
mod tests {
    use headings::{List, list};
    use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory};

    use super::{has_valid_a_labels, to_ascii, to_unicode};

    #[test]
    fn a_labels_decode_to_the_domain_that_they_encode() {
        for domain in [
            "例子.测试",
            "müller.de",
            "почта.рф",
            "ünïcödé-ñandú.example",
            "한국.한국",
            "مثال.إختبار",
            "日本語.jp",
        ] {
            let ascii = to_ascii(domain).unwrap();
            assert_eq!(to_unicode(&ascii).as_deref(), Some(domain));
            assert_eq!(idna::domain_to_unicode(&ascii).0, domain);
        }
        assert!(has_valid_a_labels("xn--fsqu00a.xn--0zwm56d"));
        for broken in [
            "xn--0.com",
            "xn--a.com",
            "xn--fsqu00a.xn--0",
            "xn--example-.com",
            // A heart, an emoji.
            "xn--i-7iq.com",
            "xn--ls8h.com",
        ] {
            assert!(!has_valid_a_labels(broken), "{broken}");
        }
        assert_eq!(to_unicode("example.com"), None);
        assert_eq!(to_unicode("xn--é.com"), None);
    }

    /// Whether UTS 46 leaves the character as it is, inside a label of either direction.
    fn is_kept(c: char) -> bool {
        [format!("a1{c}a"), format!("א{c}א")]
            .into_iter()
            .any(|label| to_ascii(&label).and_then(|ascii| to_unicode(&ascii)) == Some(label))
    }

    /// Whether RFC 5892 derives DISALLOWED or UNASSIGNED for a character that UTS 46 keeps.
    fn is_disallowed(c: char) -> bool {
        match c {
            // Exceptions (section 2.6).
            'ß' | 'ς' | '\u{6fd}' | '\u{6fe}' | '\u{f0b}' | '\u{3007}' => false,
            '\u{b7}' | '\u{375}' | '\u{5f3}' | '\u{5f4}' | '\u{30fb}' => false,
            '\u{640}' | '\u{7fa}' | '\u{302e}' | '\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}' => true,
            // Joiners, which depend on the context.
            '\u{200c}' | '\u{200d}' => false,
            // Ignorable blocks (section 2.4) and old Hangul Jamo (section 2.9).
            '\u{20d0}'..='\u{20ff}' | '\u{1d100}'..='\u{1d1ff}' | '\u{1d200}'..='\u{1d24f}' => true,
            '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' => true,
            // Letters, digits and marks (section 2.1). UTS 46 maps capitals, so that none are kept.
            _ => !matches!(
                c.general_category(),
                Category::LowercaseLetter
                    | Category::UppercaseLetter
                    | Category::OtherLetter
                    | Category::ModifierLetter
                    | Category::DecimalNumber
                    | Category::NonspacingMark
                    | Category::SpacingMark
            ),
        }
    }

    #[test]
    fn s13_the_forbidden_characters_are_those_of_rfc_5892() {
        let mut runs = Vec::new();
        let mut start = 0x80;
        for c in '\u{80}'..=char::MAX {
            if is_kept(c) && is_disallowed(c) != (runs.len() % 2 == 1) {
                runs.push((u32::from(c) - start).to_string());
                start = u32::from(c);
            }
        }
        assert_eq!(runs.join(" "), list(List::IdnaRuns));
    }
}
