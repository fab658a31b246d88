//! What the values of a column are like.

use headings::Content;
use people::Role;

use crate::{language, role, table::looks_like_address, text};

/// No name of a role, a language or everyone is longer, in bytes.
const LONGEST_NAME: usize = 80;

/// Wide files have many cells: where none of the first values is such a name, the others are not looked up.
const LOOKED_UP: usize = 20;

/// What the values of a column are like.
#[must_use]
pub fn content(values: &[&str]) -> Content {
    let mut shares = [0_usize; 8];
    let mut of_role = [0_usize; Role::ALL.len()];
    let mut is_named = false;
    for (index, value) in values.iter().enumerate() {
        let has_at = value.contains(['@', '＠']);
        let is_number = value.starts_with(|c: char| c.is_ascii_digit());
        let may_name =
            !has_at && !is_number && value.len() <= LONGEST_NAME && (is_named || index < LOOKED_UP);
        let role = if may_name { role::parse(value) } else { None };
        for (count, other) in of_role.iter_mut().zip(Role::ALL) {
            *count += usize::from(role == Some(other));
        }
        let is_name = is_name_like(value);
        let found = [
            has_at && looks_like_address(value),
            has_at,
            role.is_some(),
            may_name && role.is_none() && language::parse(value).is_some(),
            may_name && role.is_none() && text::is_everyone(value),
            is_number,
            is_name,
            is_name && is_person_like(value),
        ];
        is_named |= found[2] || found[3] || found[4];
        for (share, found) in shares.iter_mut().zip(found) {
            *share += usize::from(found);
        }
    }
    let [addresses, ats, roles, languages, everyone, numbers, words, people] =
        shares.map(|count| count as f64 / values.len().max(1) as f64);
    let both_roles = roles >= 0.9 && of_role.iter().all(|&count| count > 0);
    Content {
        filled: values.len(),
        addresses,
        ats,
        roles,
        both_roles,
        languages,
        everyone,
        numbers,
        words,
        people,
    }
}

/// Whether the name may be the whole one of a person: words, or a few East Asian letters.
fn is_person_like(value: &str) -> bool {
    let is_east_asian = |c: char| matches!(c, 'ぁ'..='ヿ' | '㐀'..='鿿' | '가'..='힣');
    value.contains([' ', ',', '\u{3000}'])
        || (value.chars().all(is_east_asian) && (2..=6).contains(&value.chars().count()))
}

fn is_name_like(value: &str) -> bool {
    value.chars().count() <= 60
        && value.chars().any(char::is_alphabetic)
        && !value
            .chars()
            .any(|c| c.is_numeric() || matches!(c, '@' | '/' | '\\' | '_' | '=' | '<' | '>' | '{' | '}'))
}
