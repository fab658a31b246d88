//! What the records of a file are: a table of people, a list of addresses, a header.

use headings::Target;

use crate::clean;

/// How far down a header is searched for: it may follow titles.
const TITLES: usize = 30;

/// Whether the file is no table, but lines of several addresses, as pasted from a mail. Only one column of addresses is
/// invited: read as columns, all but the first would be lost silently. As one cell they are a visible error.
#[must_use]
pub fn is_list(records: &[Vec<String>]) -> bool {
    let with_at = |record: &Vec<String>| record.iter().filter(|cell| cell.contains('@')).count();
    records.iter().any(|record| filled(record) > 1)
        && records.iter().all(|record| with_at(record) == filled(record))
}

/// How many of the cells hold anything.
fn filled(record: &[String]) -> usize {
    record.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// How likely the records are a table of people. Addresses that are alone in a cell weigh most: with a wrong delimiter,
/// other text is attached to them.
#[must_use]
pub fn score(records: &[Vec<String>]) -> f64 {
    if records.is_empty() {
        return 0.0;
    }
    let share = |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let with_at = records.iter().filter(|record| record.iter().any(|cell| cell.contains('@'))).count();
    let with_address =
        records.iter().filter(|record| record.iter().any(|cell| looks_like_address(cell))).count();
    let header = most_known_headers(records);
    let regular = commonest_width(records, 2).1;
    4.0 * share(with_address, with_at) + 0.75 * header as f64 + share(regular, records.len())
}

/// As many names of fields make a header certain.
const ENOUGH: usize = 4;

/// The most names of fields in one of the records above the first person. Wide files have many cells: no more is counted than matters.
fn most_known_headers(records: &[Vec<String>]) -> usize {
    let mut most = 0;
    let is_person = |record: &&Vec<String>| record.iter().any(|cell| looks_like_address(cell));
    for record in records.iter().take(TITLES).take_while(|record| !is_person(record)) {
        most = most.max(known_headers(record).take(ENOUGH).count());
        if most == ENOUGH {
            break;
        }
    }
    most
}

/// The cells that are exactly the name of a field.
fn known_headers(record: &[String]) -> impl Iterator<Item = &String> {
    record.iter().filter(|cell| headings::exact(cell).is_some())
}

/// A quick test, not the full rule: one `@` between two parts, and no separator of lists.
#[must_use]
pub fn looks_like_address(cell: &str) -> bool {
    let cell = clean::bare_address(cell);
    let mut parts = cell.split('@');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(local), Some(domain), None) => {
            !local.is_empty()
                && domain.contains('.')
                && !cell
                    .contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|' | '"' | '<' | '>'))
        }
        _ => false,
    }
}

/// The header: the first record with names of fields, above the first address; or else an unknown one just above it.
#[must_use]
pub fn find_header(records: &[Vec<String>]) -> Option<usize> {
    let first_person = records.iter().position(|record| record.iter().any(|cell| looks_like_address(cell)));
    let above = &records[..first_person.unwrap_or(records.len()).min(TITLES)];
    let named = above
        .iter()
        .enumerate()
        .map(|(index, record)| (index, header_score(record)))
        .filter(|&(_, score)| score > 0)
        // Of equals the first: a file without people may repeat itself.
        .max_by_key(|&(index, score)| (score, std::cmp::Reverse(index)))
        .map(|(index, _)| index);
    if named.is_some() {
        return named;
    }
    let person = first_person?;
    // An address among the titles, as that of the report's owner.
    let sure = records.iter().take(TITLES).position(|record| header_score(record) >= SURE);
    if sure.is_some_and(|header| records[..header].iter().all(|title| filled(title) < 3)) {
        return sure;
    }
    let candidate = person.checked_sub(1)?;
    let column = records[person].iter().position(|cell| looks_like_address(cell))?;
    let header = &records[candidate];
    let is_named = header.get(column).is_some_and(|cell| {
        let cell = cell.trim();
        !cell.is_empty()
            && !cell.contains('@')
            // A dot inside a word: a mistyped address.
            && !cell.split_whitespace().any(|word| word.trim_end_matches('.').contains('.'))
            && cell.chars().any(char::is_alphabetic)
    });
    (is_named && header.len() == records[person].len() && 2 * filled(header) > filled(&records[person]))
        .then_some(candidate)
}

/// The score of a header with the names of three fields, one of them the address.
const SURE: usize = 13;

/// Zero for a record that is no header: a title may well contain one known word.
fn header_score(record: &[String]) -> usize {
    let exact = known_headers(record).count();
    let email =
        record.iter().any(|cell| headings::best(cell).is_some_and(|(target, _)| target == Target::Email));
    if email && (filled(record) > 1 || record.len() == 1) {
        10 + exact
    } else if exact >= 2 {
        exact
    } else {
        0
    }
}

/// The most common width of records that are at least this wide, the first of equals, and how many have it.
#[must_use]
pub fn commonest_width(records: &[Vec<String>], at_least: usize) -> (usize, usize) {
    let mut best = (0, 0);
    for record in records.iter().filter(|record| record.len() >= at_least) {
        if record.len() != best.0 {
            let count = records.iter().filter(|other| other.len() == record.len()).count();
            if count > best.1 {
                best = (record.len(), count);
            }
        }
    }
    best
}
