//! Advice on an address: problems, and a suggestion.

use super::{Address, is_lookalike, probably_meant, split_list, typo::is_private};
use crate::{
    ProblemCode,
    text::{has, has_word, is_blank, single},
};

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
            .map(|domain| [address.local(), "@", &domain].concat())
            .filter(|candidate| Address::parse(candidate).is_ok());
        (meant.is_some().then_some(ProblemCode::LikelyTypo), meant)
    };
    Advice { address: Some(address), code, suggestion }
}

/// The addresses of a cell that has several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Several {
    pub first: String,
    /// The others, as a list.
    pub rest: String,
    /// The first of the account's own domains, else the first that is not at a provider of private mail, else the first.
    pub work: String,
}

/// Takes a cell with several addresses apart; `None` where it has fewer than two, or one of them is not valid.
#[must_use]
pub fn several(text: &str, own_domains: &[String]) -> Option<Several> {
    // Addresses have something between them that no address has.
    let (_, behind) = text.split_once('@')?;
    let (between, _) = behind.rsplit_once('@')?;
    let is_of_address = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'@');
    if text.len() > 2000 || between.bytes().all(is_of_address) {
        return None;
    }
    let text: String = text.chars().map(|c| if matches!(c, '/' | '|') { ' ' } else { c }).collect();
    let mut all = Vec::new();
    let mut work = None;
    // Words beside addresses are names, or "or".
    for entry in split_list(&text).into_iter().filter(|entry| has(&entry.address, '@')) {
        let address = Address::parse(&entry.address).ok()?;
        let domain = address.ascii_domain();
        let rank = if own_domains.iter().any(|own| *own == domain) {
            0
        } else {
            1 + usize::from(is_private(&domain))
        };
        all.push(entry.address.clone());
        if work.as_ref().is_none_or(|(least, _)| rank < *least) {
            work = Some((rank, entry.address));
        }
    }
    let (first, rest) = all.split_first().filter(|(_, rest)| !rest.is_empty())?;
    Some(Several { first: first.clone(), rest: rest.join("; "), work: work?.1 })
}

/// The address without unambiguous slips.
fn repair(address: &str) -> Option<String> {
    if address.len() > 400 {
        return None;
    }
    let spelled = if has(address, '@') { None } else { spelled_out(address) };
    let address = spelled.as_deref().unwrap_or_else(|| without_remark(address));
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

/// The address before a remark in brackets: "ana@example.com (work)".
fn without_remark(text: &str) -> &str {
    let remark = |close, open| text.strip_suffix(close).and_then(|rest| rest.rsplit_once(open));
    match remark(')', '(').or_else(|| remark(']', '[')) {
        Some((address, remark)) if !has(remark, '@') && has(address, '@') => {
            address.trim_end_matches(is_blank)
        }
        _ => text,
    }
}

/// The address that says "at" in place of the sign: `ana at example.com`, `ana [at] example [dot] com`.
fn spelled_out(text: &str) -> Option<String> {
    let is_end = |c: char| is_blank(c) || matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>');
    let mut spelled = String::new();
    for word in text.split(is_end).filter(|word| !word.is_empty()) {
        let sign = match word.to_ascii_lowercase() {
            word if has_word("at arroba", &word) => "@",
            word if has_word("dot punto ponto punkt point", &word) => ".",
            // Words that follow each other may be names.
            _ if !spelled.is_empty() && !spelled.ends_with(['.', '@']) => return None,
            _ => word,
        };
        spelled.push_str(sign);
    }
    Some(spelled)
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
    use super::{advise, several};
    use crate::ProblemCode;

    #[test]
    fn of_several_addresses_the_one_for_work_is_found() {
        let own = ["acme.example".to_owned()];
        for (text, first, work) in [
            ("a@gmail.com; a@x.example", "a@gmail.com", "a@x.example"),
            ("a@x.example/a@acme.example", "a@x.example", "a@acme.example"),
            ("a@x.example or b@x.example", "a@x.example", "a@x.example"),
            ("Ana <a@gmail.com>, Ana Gil <a@web.de>", "a@gmail.com", "a@gmail.com"),
        ] {
            let found = several(text, &own).map(|several| (several.first, several.work));
            assert_eq!(found, Some((first.to_owned(), work.to_owned())), "{text}");
        }
        for text in ["a@x.example", "a@@x.example", "a@b@x.example", "a@x.example, b@", "a@x.example;", ""] {
            assert_eq!(several(text, &own), None, "{text}");
        }
    }

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
            ("ana@example.com (work)", Some(ProblemCode::SpaceInside), Some("ana@example.com")),
            ("ana@example.com[home]", Some(ProblemCode::LabelCharacter), Some("ana@example.com")),
            ("ana at example.com", Some(ProblemCode::NoAt), Some("ana@example.com")),
            ("ana (AT) example [dot] com", Some(ProblemCode::NoAt), Some("ana@example.com")),
            ("ana arroba example punto es", Some(ProblemCode::NoAt), Some("ana@example.es")),
            ("ana gil at example.com", Some(ProblemCode::NoAt), None),
            ("not at home", Some(ProblemCode::NoAt), None),
            ("", Some(ProblemCode::MissingEmail), None),
            ("ana", Some(ProblemCode::NoAt), None),
        ] {
            let advice = advise(text, &[]);
            assert_eq!((advice.code, advice.suggestion.as_deref()), (code, suggestion), "{text}");
        }
    }
}
