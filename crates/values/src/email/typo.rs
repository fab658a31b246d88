//! Domains that are probably typing errors.

use headings::{List, list};

use crate::text::has_word;

/// Domains that people mistype, long enough that a near miss is no accident.
const COMMON: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "yahoo.com",
    "hotmail.com",
    "outlook.com",
    "icloud.com",
    "protonmail.com",
    "naver.com",
    "hanmail.net",
    "yahoo.co.jp",
    "yahoo.co.uk",
    "yahoo.com.br",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.co.uk",
    "t-online.de",
    "salesforce.com",
];

/// Real domains that lie next to a common one.
const REAL: &[&str] =
    &["mail.com", "ymail.com", "email.com", "gmx.com", "yahoo.co", "hotmail.de", "hotmail.it", "zmail.com"];

/// Whether the domain, in lower case, is one of private mail.
pub(crate) fn is_private(domain: &str) -> bool {
    let is = |known: &&str| *known == domain;
    has_word(list(List::PrivateDomains), domain)
        || REAL.iter().any(is)
        || COMMON.iter().any(is) && domain != "salesforce.com"
}

const TOP_LEVELS: &[(&str, &str)] = &[
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".vom", ".com"),
    (".xom", ".com"),
    (".cpm", ".com"),
    (".nte", ".net"),
    (".ogr", ".org"),
    (".rog", ".org"),
];

/// The domain that was probably meant, when it is not this one. Both are in lower case, with A-labels.
pub fn probably_meant(domain: &str, own_domains: &[String]) -> Option<String> {
    let is = |known: &str| known == domain;
    if COMMON.iter().copied().chain(REAL.iter().copied()).any(is) || own_domains.iter().any(|own| is(own)) {
        return None;
    }
    let own = own_domains.iter().map(String::as_str).filter(|own| own.len() >= 8);
    if let Some(near) = own.chain(COMMON.iter().copied()).find(|known| is_near(domain, known)) {
        return Some(near.to_owned());
    }
    TOP_LEVELS
        .iter()
        .find_map(|(wrong, right)| domain.strip_suffix(wrong).map(|rest| [rest, right].concat()))
        .map(|repaired| {
            let near = COMMON.iter().find(|known| is_near(&repaired, known));
            near.map_or(repaired, |&known| known.to_owned())
        })
}

/// Whether one letter was added, left out, mistyped, or swapped with its neighbour.
fn is_near(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let begin = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([_], [] | [_]) | ([], [_]) => true,
        ([x, y], [z, w]) => x == w && y == z,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::probably_meant;

    #[test]
    fn near_misses_are_recognised() {
        for (domain, meant) in [
            ("gmial.com", Some("gmail.com")),
            ("gmail.co", Some("gmail.com")),
            ("gmaill.com", Some("gmail.com")),
            ("hotnail.com", Some("hotmail.com")),
            ("gmail.con", Some("gmail.com")),
            ("acme-works.con", Some("acme-works.com")),
            ("acme-wroks.com", Some("acme-works.com")),
            ("gmail.com", None),
            ("mail.com", None),
            ("example.com", None),
            ("acme-works.com", None),
            ("", None),
        ] {
            assert_eq!(probably_meant(domain, &["acme-works.com".to_owned()]).as_deref(), meant, "{domain}");
        }
    }
}
