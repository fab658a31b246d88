//! Advice on an address: problems, and a suggestion.

use super::{Address, is_lookalike, probably_meant};
use crate::{ProblemCode, text::single};

/// The advice on an address.
#[derive(Clone, Debug, Default)]
pub struct Advice {
    /// The address, when it is valid.
    pub address: Option<Address>,
    /// The problem: an error or a warning.
    pub code: Option<ProblemCode>,
    /// The whole address as it was probably intended.
    pub suggestion: Option<String>,
}

/// Checks an address and looks for slips and deception.
///
/// `own_domains` are the account's, in lower case.
#[must_use]
pub fn advise(text: &str, own_domains: &[String]) -> Advice {
    let address = match Address::parse(text) {
        Ok(address) => address,
        Err(error) => return Advice { address: None, code: Some(error.into()), suggestion: repair(text) },
    };
    let ascii_domain = address.ascii_domain();
    let (code, suggestion) = if is_lookalike(&address.readable_domain(), own_domains) {
        (Some(ProblemCode::LookalikeAddress), None)
    } else {
        let meant = probably_meant(&ascii_domain, own_domains)
            .map(|domain| format!("{}@{domain}", address.local()))
            .filter(|candidate| Address::parse(candidate).is_ok());
        (meant.is_some().then_some(ProblemCode::LikelyTypo), meant)
    };
    Advice { address: Some(address), code, suggestion }
}

/// The address without unambiguous slips.
fn repair(address: &str) -> Option<String> {
    if address.len() > 400 {
        return None;
    }
    let is_visible = |c: char| c.is_whitespace() || !c.is_control();
    let joined = if address.chars().all(is_visible) {
        join(address)?
    } else {
        join(&address.chars().filter(|&c| is_visible(c)).collect::<String>())?
    };
    let single_at = single(&joined, '@');
    let (local, domain) = single_at.split_once('@')?;
    let (local, mut domain) = (single(local.trim_matches('.'), '.'), single(domain.trim_matches('.'), '.'));
    // A comma for the dot beside it; behind a whole domain it separates cells.
    if let Some((name, top)) = domain.split_once(',')
        && !name.contains('.')
    {
        domain = [name, top].join(".");
    }
    let repaired = [local.as_str(), "@", domain.as_str()].concat();
    Address::parse(&repaired).is_ok().then_some(repaired)
}

/// The text without white space beside its dots and its `@`. Elsewhere white space separates words, which may be names.
fn join(text: &str) -> Option<String> {
    let mut joined = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !joined.is_empty() && !joined.ends_with(['.', '@']) && !word.starts_with(['.', '@']) {
            return None;
        }
        // The number of a list: "2. ana@example.com".
        if joined.strip_suffix('.').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) {
            return None;
        }
        joined.push_str(word);
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::advise;
    use crate::ProblemCode;

    #[test]
    fn slips_are_repaired() {
        for (text, code, suggestion) in [
            ("ana@example.com", None, None),
            ("ana@gmial.com", Some(ProblemCode::LikelyTypo), Some("ana@gmail.com")),
            ("two@@example.com", Some(ProblemCode::TwoAts), Some("two@example.com")),
            ("ana @example.com", Some(ProblemCode::SpaceInside), Some("ana@example.com")),
            ("ana@example,com", Some(ProblemCode::LabelCharacter), Some("ana@example.com")),
            ("ana@example..com.", Some(ProblemCode::EmptyLabel), Some("ana@example.com")),
            ("ana@ example. com", Some(ProblemCode::SpaceInside), Some("ana@example.com")),
            ("a@x.example b@x.example", Some(ProblemCode::TwoAts), None),
            ("ana@example.com  Ana Gil", Some(ProblemCode::SpaceInside), None),
            ("Ana ana@example.com", Some(ProblemCode::SpaceInside), None),
            ("12. ana@example.com", Some(ProblemCode::SpaceInside), None),
            ("ana. 12@example.com", Some(ProblemCode::SpaceInside), Some("ana.12@example.com")),
            ("ana@example.com,Ana,User", Some(ProblemCode::LabelCharacter), None),
            ("", Some(ProblemCode::MissingEmail), None),
            ("ana", Some(ProblemCode::NoAt), None),
        ] {
            let advice = advise(text, &[]);
            assert_eq!((advice.code, advice.suggestion.as_deref()), (code, suggestion), "{text}");
        }
    }
}
