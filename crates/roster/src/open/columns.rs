//! Guessing the fields of columns.

use super::{
    aliases::{self, Strength},
    sniff::{commonest_width, looks_like_address},
};
use crate::{ColumnInfo, Confidence, Mapping, Target, language, role, text};

/// Properties of a column's values, as shares of those that are not empty.
struct Content {
    filled: usize,
    addresses: f64,
    /// Values with an `@` at all: addresses or attempts at them.
    ats: f64,
    roles: f64,
    languages: f64,
    everyone: f64,
    /// Values that begin with a digit: times, numbers.
    numbers: f64,
    words: f64,
}

impl Content {
    fn of(values: &[&str]) -> Self {
        let filled = values.len();
        let share = |test: &dyn Fn(&str) -> bool| {
            if filled == 0 {
                0.0
            } else {
                values.iter().filter(|value| test(value)).count() as f64 / filled as f64
            }
        };
        Self {
            filled,
            addresses: share(&|value| looks_like_address(value)),
            ats: share(&|value| value.contains(['@', '＠'])),
            roles: share(&|value| role::parse(value).is_some()),
            languages: share(&|value| language::parse(value).is_some()),
            everyone: share(&|value| text::is_everyone(value)),
            numbers: share(&|value| value.starts_with(|c: char| c.is_ascii_digit())),
            words: share(&|value| is_name_like(value)),
        }
    }

    /// Whether the content agrees with the header. An empty column does not agree with any.
    fn agrees(&self, target: Target) -> bool {
        match target {
            Target::Email => self.ats >= 0.5,
            Target::Role => self.roles >= 0.5,
            Target::Language => self.languages >= 0.5,
            _ => self.filled > 0 && self.ats < 0.5 && self.numbers < 0.5,
        }
    }
}

fn is_name_like(value: &str) -> bool {
    value.chars().count() <= 60
        && value.chars().any(char::is_alphabetic)
        && !value
            .chars()
            .any(|c| c.is_numeric() || matches!(c, '@' | '/' | '\\' | '_' | '=' | '<' | '>' | '{' | '}'))
}

/// The columns and the proposed mapping.
pub(super) fn propose(records: &[Vec<String>], header: Option<usize>) -> (Vec<ColumnInfo>, Mapping) {
    let people = &records[header.map_or(0, |index| index + 1)..];
    let headers: &[String] = header.map_or(&[], |index| &records[index]);
    // Cells beyond the header have no name, and may be values in the wrong columns.
    let width = match header {
        Some(_) => headers.len(),
        None => commonest_width(people, 0).0,
    };
    let mut columns = Vec::with_capacity(width);
    let mut contents = Vec::with_capacity(width);
    for index in 0..width {
        let values: Vec<&str> = people
            .iter()
            .filter_map(|record| record.get(index))
            .map(|cell| cell.trim_matches(text::is_blank))
            .filter(|value| !value.is_empty())
            .collect();
        contents.push(Content::of(&values));
        columns.push(ColumnInfo {
            index: index as u32,
            header: headers
                .get(index)
                .map(|cell| cell.trim_matches(text::is_blank).to_owned())
                .unwrap_or_default(),
            samples: values.iter().take(3).map(|value| (*value).to_owned()).collect(),
            target: Target::Ignore,
            confidence: Confidence::None,
        });
    }
    by_header(&mut columns, &contents);
    settle_names(&mut columns);
    by_content(&mut columns, &contents, header.is_some());
    let targets = columns.iter().map(|column| column.target).collect();
    (columns, Mapping { targets, ..Mapping::default() })
}

/// Gives every target to the column with the strongest claim.
fn by_header(columns: &mut [ColumnInfo], contents: &[Content]) {
    let mut claims: Vec<(u64, Target, usize, Confidence)> = Vec::new();
    for (index, column) in columns.iter().enumerate() {
        let content = &contents[index];
        let claim = aliases::best(&column.header);
        let Some((target, strength)) = claim else {
            // Headers in an unknown language: addresses are recognised by content.
            if content.addresses >= 0.5 {
                claims.push((4, Target::Email, index, Confidence::Medium));
            }
            continue;
        };
        let agrees = content.agrees(target);
        let (right, confidence) = match (strength, agrees) {
            (Strength::Exact, true) => (12, Confidence::High),
            (Strength::Part, true) => (9, Confidence::Medium),
            (Strength::Weak, true) => (6, Confidence::Medium),
            (Strength::Exact, false) => (5, Confidence::Medium),
            (Strength::Part, false) => (2, Confidence::Low),
            (Strength::Weak, false) => continue,
        };
        claims.push((right, target, index, confidence));
    }
    for place in text::ascending(claims.iter().map(|claim| u64::MAX - claim.0)) {
        let (_, target, index, confidence) = claims[place];
        if columns[index].target == Target::Ignore && columns.iter().all(|column| column.target != target) {
            columns[index].target = target;
            columns[index].confidence = confidence;
        }
    }
}

/// "Name" is the whole name, unless there is a column for the first name; "Nombre" alone may be the whole name.
fn settle_names(columns: &mut [ColumnInfo]) {
    let place = |columns: &[ColumnInfo], target| columns.iter().position(|column| column.target == target);
    let first = place(columns, Target::FirstName);
    let last = place(columns, Target::LastName);
    let full = place(columns, Target::FullName);
    match (first, last, full) {
        (Some(_), Some(_), Some(full)) => {
            columns[full].target = Target::Ignore;
            columns[full].confidence = Confidence::None;
        }
        (Some(_), None, Some(full)) if aliases::squeeze(&columns[full].header) == "name" => {
            columns[full].target = Target::LastName;
            columns[full].confidence = Confidence::Medium;
        }
        (Some(first), None, None) if is_ambiguous(&columns[first].header) => {
            columns[first].target = Target::FullName;
            columns[first].confidence = Confidence::Medium;
        }
        (None, Some(last), None) if aliases::squeeze(&columns[last].header) == "nom" => {
            columns[last].target = Target::FullName;
            columns[last].confidence = Confidence::Medium;
        }
        _ => {}
    }
}

/// Names of the first name that may mean the whole name if there is no other.
fn is_ambiguous(header: &str) -> bool {
    matches!(aliases::squeeze(header).as_str(), "nombre" | "nome" | "이름" | "名")
}

/// Completes the mapping by the values: always the address, the others only where there is no header.
fn by_content(columns: &mut [ColumnInfo], contents: &[Content], has_header: bool) {
    let is_free = |columns: &[ColumnInfo], target| columns.iter().all(|column| column.target != target);
    if is_free(columns, Target::Email) {
        let best = (0..columns.len()).filter(|&index| contents[index].ats > 0.0).max_by(|&a, &b| {
            let (a_content, b_content) = (&contents[a], &contents[b]);
            (a_content.addresses + a_content.ats)
                .total_cmp(&(b_content.addresses + b_content.ats))
                .then(a_content.filled.cmp(&b_content.filled))
                .then(b.cmp(&a))
        });
        if let Some(index) = best {
            columns[index].target = Target::Email;
            columns[index].confidence =
                if contents[index].addresses >= 0.5 { Confidence::Medium } else { Confidence::Low };
        }
    }
    if has_header {
        return;
    }
    let mut names = Vec::new();
    for index in 0..columns.len() {
        let content = &contents[index];
        if columns[index].target != Target::Ignore || content.filled == 0 {
            continue;
        }
        if content.roles >= 0.8 && is_free(columns, Target::Role) {
            columns[index].target = Target::Role;
            columns[index].confidence = Confidence::Medium;
        } else if content.languages >= 0.8 && is_free(columns, Target::Language) {
            columns[index].target = Target::Language;
            columns[index].confidence = Confidence::Low;
        } else if content.everyone >= 0.3 && is_free(columns, Target::Teams) {
            columns[index].target = Target::Teams;
            columns[index].confidence = Confidence::Low;
        } else if content.words >= 0.8 {
            names.push(index);
        }
    }
    let targets: &[Target] = match names.len() {
        0 => &[],
        1 => &[Target::FullName],
        _ => &[Target::FirstName, Target::LastName],
    };
    for (&index, &target) in names.iter().zip(targets) {
        columns[index].target = target;
        columns[index].confidence = Confidence::Low;
    }
}
