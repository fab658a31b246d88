//! Domains that can be mistaken for others.

use people::characters::latin_twin;

/// Whether the domain can be mistaken for another one: scripts mixed within a label, a label of another script that
/// reads as Latin, or a look-alike of one of the account's own domains.
///
/// `unicode` is the domain in Unicode, in lower case; `own_domains` are in lower case.
pub fn is_lookalike(unicode: &str, own_domains: &[String]) -> bool {
    if !unicode.is_ascii() && unicode.split('.').any(is_deceptive_label) {
        return true;
    }
    if own_domains.iter().any(|own| own == unicode) {
        return false;
    }
    if own_domains.is_empty() {
        return false;
    }
    let skeleton = skeleton(unicode);
    own_domains.iter().any(|own| self::skeleton(own) == skeleton)
}

fn is_deceptive_label(label: &str) -> bool {
    let mut latin = false;
    let mut other = false;
    let mut readable = true;
    for c in label.chars() {
        match c {
            'a'..='z' | '\u{c0}'..='\u{24f}' => latin = true,
            // Greek, Cyrillic and Armenian have letters that look Latin.
            '\u{370}'..='\u{58f}' => {
                other = true;
                readable &= latin_twin(c).is_some();
            }
            _ => {}
        }
    }
    other && (latin || readable)
}

/// What the eye sees of a domain in Unicode and lower case, roughly: letters that look alike are one.
pub fn skeleton(domain: &str) -> String {
    let mut seen = String::with_capacity(domain.len());
    for c in domain.chars() {
        let c = match crate::text::without_accent(latin_twin(c).unwrap_or(c)) {
            '0' => 'o',
            '1' | 'i' => 'l',
            c => c,
        };
        let joined = match (seen.chars().next_back(), c) {
            (Some('r'), 'n') => Some('m'),
            (Some('v'), 'v') => Some('w'),
            _ => None,
        };
        if joined.is_some() {
            seen.pop();
        }
        seen.push(joined.unwrap_or(c));
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::is_lookalike;

    /// Letters of other alphabets, and then the Latin ones that they look like.
    const TWINS: [(&str, &str); 3] = [
        ("авсԁеєһіїјкӏмпорԛгѕтѵԝху", "abcdeehiijklmnopqrstvwxy"),
        ("αβϲειϳκηοσρτυνωχγ", "abceijknooptuvwxy"),
        ("ոօս", "nou"),
    ];

    #[test]
    fn s6_every_letter_that_looks_like_a_latin_one_is_known() {
        for (letters, latin) in TWINS {
            let twins: String = letters.chars().filter_map(people::characters::latin_twin).collect();
            assert_eq!(twins, latin);
        }
        assert_eq!("жλш漢é".chars().find_map(people::characters::latin_twin), None);
    }

    #[test]
    fn s6_deceptive_domains_are_recognised() {
        let own = ["acme-mail.com".to_owned()];
        for domain in
            ["раураl.com", "аcme.com", "сосо.example", "acrne-mail.com", "acme-mai1.com", "acme-maíl.com"]
        {
            assert!(is_lookalike(domain, &own), "{domain}");
        }
        for domain in ["acme-mail.com", "example.com", "例子.测试", "почта.рф", "müller.de", "пример.com"]
        {
            assert!(!is_lookalike(domain, &own), "{domain}");
        }
    }
}
