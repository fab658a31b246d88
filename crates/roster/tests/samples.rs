//! Every sample file: its dialect, mapping and counts, or why it is refused.

mod common;

use std::path::PathBuf;

use common::{File, check};
use roster::{Refusal, Target};

fn sample(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../tests/data", name].iter().collect();
    std::fs::read(path).unwrap()
}

struct Expected {
    encoding: &'static str,
    bom: bool,
    delimiter: &'static str,
    header_row: Option<u64>,
    /// Fields and 0-based columns.
    mapping: &'static [(Target, usize)],
    /// Ready, warning, error, duplicate.
    counts: [u64; 4],
}

const PLAIN: Expected = Expected {
    encoding: "UTF-8",
    bom: false,
    delimiter: ",",
    header_row: Some(1),
    mapping: &[(Email, 0)],
    counts: [60, 0, 0, 0],
};

use Target::{Email, FirstName, FullName, LastName, Role, Teams};

#[test]
fn every_sample_has_its_dialect_mapping_and_counts() {
    let all = &[(Email, 0), (FirstName, 1), (LastName, 2), (Role, 3), (Teams, 4)];
    for (name, expected) in [
        ("plain.csv", Expected { mapping: all, ..PLAIN }),
        ("salesforce-users.csv", Expected { mapping: &[(Email, 3), (FirstName, 2), (LastName, 1)], ..PLAIN }),
        (
            "google-workspace.csv",
            Expected { bom: true, mapping: &[(Email, 2), (FirstName, 0), (LastName, 1)], ..PLAIN },
        ),
        (
            "microsoft-365.csv",
            Expected { bom: true, mapping: &[(Email, 0), (FirstName, 1), (LastName, 2)], ..PLAIN },
        ),
        (
            "excel-spain-1252.csv",
            Expected {
                encoding: "windows-1252",
                delimiter: ";",
                mapping: all,
                // Its writer had no character for some names, and put question marks.
                counts: [34, 9, 0, 0],
                ..PLAIN
            },
        ),
        ("excel-korea-cp949.csv", Expected { encoding: "EUC-KR", mapping: all, ..PLAIN }),
        (
            "excel-japan-sjis.csv",
            Expected {
                encoding: "Shift_JIS",
                mapping: &[(Email, 0), (FirstName, 1), (LastName, 2), (Role, 3)],
                ..PLAIN
            },
        ),
        (
            "excel-unicode-text-utf16.txt",
            Expected {
                encoding: "UTF-16LE",
                bom: true,
                delimiter: "\t",
                mapping: &[(Email, 0), (FirstName, 1), (LastName, 2)],
                ..PLAIN
            },
        ),
        ("title-rows.csv", Expected { header_row: Some(4), mapping: &[(Email, 1), (FullName, 2)], ..PLAIN }),
        (
            "no-header.csv",
            Expected { header_row: None, mapping: &[(Email, 0), (FirstName, 1), (LastName, 2)], ..PLAIN },
        ),
        ("one-column.txt", Expected { header_row: None, ..PLAIN }),
        ("lone-cr.csv", Expected { mapping: &[(Email, 0), (FullName, 1)], ..PLAIN }),
        ("problems.csv", Expected { mapping: all, counts: [45, 3, 12, 0], ..PLAIN }),
        (
            "latin1-in-utf8.csv",
            Expected {
                encoding: "windows-1252",
                mapping: &[(Email, 0), (FullName, 1)],
                counts: [1, 0, 0, 0],
                ..PLAIN
            },
        ),
        (
            "unclosed-quote.csv",
            Expected { mapping: &[(Email, 0), (FullName, 1)], counts: [0, 0, 1, 0], ..PLAIN },
        ),
    ] {
        let file = check(&sample(name)).unwrap();
        let dialect = &file.opened.dialect;
        assert_eq!(dialect.encoding.name(), expected.encoding, "{name}");
        assert_eq!(dialect.bom, expected.bom, "{name}");
        assert_eq!(String::from(dialect.delimiter), expected.delimiter, "{name}");
        assert_eq!(dialect.header_row, expected.header_row, "{name}");
        let mut mapping: Vec<(Target, usize)> = Target::ALL
            .into_iter()
            .skip(1)
            .filter_map(|target| Some((target, file.mapping.column(target)?)))
            .collect();
        mapping.sort_by_key(|&(target, _)| expected.mapping.iter().position(|&(other, _)| other == target));
        assert_eq!(mapping, expected.mapping, "{name}");
        assert_eq!(file.counts(), expected.counts, "{name}: {:?}", file.codes());
        assert_eq!(file.summary().records, expected.counts.iter().sum::<u64>(), "{name}");
    }
}

#[test]
fn s4_files_that_are_no_table_are_refused_with_their_kind() {
    assert_eq!(check(&sample("empty.csv")).err(), Some(Refusal::Empty));
    assert_eq!(check(&sample("renamed-zip.csv")).err(), Some(Refusal::Zip));
    assert_eq!(check(b"Name,Shoe size\nAna,38\n").err(), Some(Refusal::NoAddressColumn));
    assert_eq!(check(b"<!doctype html><title>Sign in</title>").err(), Some(Refusal::Html));
}

#[test]
fn problems_have_row_and_code() {
    let file = check(&sample("problems.csv")).unwrap();
    assert_eq!(
        file.codes(),
        [
            "2 missing_email",
            "5 no_at",
            "8 two_ats",
            "11 dot_placement",
            "14 empty_label",
            "17 likely_typo",
            "20 address_extracted",
            "29 no_at",
            "29 formula_like",
            "32 non_ascii_local",
            "35 local_too_long",
            "42 contradicting_row",
            "43 contradicting_row",
            "44 unknown_role",
            "46 too_few_cells",
            "47 too_many_cells",
        ]
    );
}

#[test]
fn an_unclosed_quote_can_be_read_as_text() {
    let bytes = sample("unclosed-quote.csv");
    let file = check(&bytes).unwrap();
    assert_eq!(file.summary().unclosed_quote, Some(2));
    assert_eq!(file.codes(), ["2 unclosed_quote", "2 line_break", "2 address_in_name"]);
    let overrides = roster::Overrides { quotes_as_text: true, ..Default::default() };
    let file: File = common::check_in_pieces(&bytes, 3, &overrides, &Default::default(), |_| {}).unwrap();
    assert_eq!(file.counts(), [2, 0, 0, 0]);
    assert_eq!(file.row(2).values.first_name, "\"Ana");
}

#[test]
fn full_names_are_split() {
    let file = check(&sample("title-rows.csv")).unwrap();
    let values = file.row(15).values;
    assert_eq!((values.first_name.as_str(), values.last_name.as_str()), ("Zoë", "Ray \"Ace\""));
}

#[test]
fn a_column_of_times_holds_no_teams_and_one_of_teams_does() {
    let teams = |csv: &str| check(csv.as_bytes()).unwrap().mapping.column(Teams);
    assert_eq!(teams("Email,Time\nana@example.com,2026-03-02 09:15\nbo@example.com,17:40\n"), None);
    assert_eq!(teams("E-mail;Time\nana@example.com;Vendas\nbo@example.com;Suporte\n"), Some(1));
}

#[test]
fn name_columns_are_recognised_beside_columns_with_similar_headers() {
    for (csv, expected) in [
        ("メール,氏名（フリガナ）,氏名,メールの言語\nana@example.com,アナ,阿奈,日本語\n", [0, 2, 3]),
        ("이메일,회사 이름,성명,메일 언어\nana@example.com,Example,김민수,한국어\n", [0, 2, 3]),
        (
            "E-Mail;Firmenname;Name, Vorname;Sprache der E-Mail\nana@example.com;Example;Ray, Ana;Deutsch\n",
            [0, 2, 3],
        ),
    ] {
        let mapping = check(csv.as_bytes()).unwrap().mapping;
        let columns = [Email, FullName, Target::Language].map(|target| mapping.column(target));
        assert_eq!(columns, expected.map(Some), "{csv}");
    }
}
