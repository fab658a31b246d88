//! Exports of other programs: how each is read, what its columns are taken for, and what is found.

mod common;

use std::path::PathBuf;

use common::{File, check_in_pieces};
use roster::{HeaderRow, Overrides, Target, Target::*};

struct Expected {
    file: &'static str,
    encoding: &'static str,
    bom: bool,
    delimiter: &'static str,
    header_row: u64,
    /// Columns from 1 on.
    mapping: &'static [(Target, usize)],
    /// Ready, warning, error, duplicate.
    counts: [u64; 4],
    codes: &'static [&'static str],
    /// A row, its address and names.
    row: (u64, [&'static str; 3]),
}

const USUAL: Expected = Expected {
    file: "",
    encoding: "UTF-8",
    bom: false,
    delimiter: ",",
    header_row: 1,
    mapping: &[],
    counts: [8, 0, 0, 0],
    codes: &[],
    row: (0, [""; 3]),
};

const EXPORTS: [Expected; 12] = [
    Expected {
        file: "okta-users.csv",
        mapping: &[(Email, 7), (FirstName, 2), (LastName, 3), (Language, 21)],
        counts: [5, 2, 1, 0],
        codes: &["3 unknown_language", "6 dotless_domain", "9 unknown_language"],
        row: (3, ["bo.lindqvist@example.com", "Bo", "Lindqvist"]),
        ..USUAL
    },
    Expected {
        file: "entra-users.csv",
        bom: true,
        mapping: &[(Email, 4), (FirstName, 5), (LastName, 3)],
        counts: [9, 0, 1, 0],
        codes: &["11 missing_email"],
        row: (10, ["guest@example.org", "", ""]),
        ..USUAL
    },
    Expected {
        file: "google-workspace-all-columns.csv",
        mapping: &[(Email, 3), (FirstName, 1), (LastName, 2)],
        row: (8, ["jm.pena@example.com", "José María", "Peña Ibáñez"]),
        ..USUAL
    },
    Expected {
        file: "google-groups-members.csv",
        header_row: 2,
        mapping: &[(Email, 1)],
        row: (3, ["ana.ray@example.com", "", ""]),
        ..USUAL
    },
    Expected {
        file: "hubspot-contacts.csv",
        mapping: &[(Email, 4), (FirstName, 2), (LastName, 3)],
        counts: [6, 1, 1, 1],
        codes: &["3 missing_email", "7 likely_typo", "10 duplicate_address"],
        row: (9, ["lukasz.zrodlowski@example.com", "Łukasz", "Źródłowski"]),
        ..USUAL
    },
    Expected {
        file: "salesforce-report.csv",
        mapping: &[(Email, 3), (FullName, 1), (Role, 5)],
        counts: [8, 0, 5, 0],
        codes: &[
            "10 too_few_cells",
            "10 missing_email",
            "11 too_few_cells",
            "11 missing_email",
            "12 too_few_cells",
            "12 missing_email",
            "13 too_few_cells",
            "13 missing_email",
            "14 too_few_cells",
            "14 missing_email",
        ],
        row: (8, ["jm.pena@example.com", "José", "María Peña Ibáñez"]),
        ..USUAL
    },
    Expected {
        file: "sap-hr.csv",
        encoding: "windows-1252",
        delimiter: ";",
        header_row: 4,
        mapping: &[(Email, 5), (FirstName, 4), (LastName, 3)],
        counts: [8, 0, 1, 0],
        codes: &["14 missing_email"],
        row: (12, ["aenne.strasser@example.com", "Änne", "Straßer"]),
        ..USUAL
    },
    Expected {
        file: "outlook-contacts.csv",
        bom: true,
        mapping: &[(Email, 30), (FirstName, 2), (LastName, 4), (Language, 41)],
        counts: [7, 0, 1, 0],
        codes: &["9 no_at"],
        row: (8, ["jm.pena@example.com", "José María", "Peña Ibáñez"]),
        ..USUAL
    },
    Expected {
        file: "linkedin-connections.csv",
        header_row: 3,
        mapping: &[(Email, 4), (FirstName, 1), (LastName, 2)],
        counts: [2, 0, 6, 0],
        codes: &[
            "4 missing_email",
            "5 missing_email",
            "7 missing_email",
            "8 missing_email",
            "10 missing_email",
            "11 missing_email",
        ],
        row: (9, ["siobhan.oneill@example.com", "Siobhán", "O’Neill"]),
        ..USUAL
    },
    Expected {
        file: "workday-workers.csv",
        header_row: 3,
        mapping: &[(Email, 6), (FirstName, 3), (LastName, 4)],
        row: (7, ["minsu.kim@example.com", "Minsu", "Kim"]),
        ..USUAL
    },
    Expected {
        file: "shain-meibo-sjis.csv",
        encoding: "Shift_JIS",
        header_row: 3,
        mapping: &[(Email, 6), (FullName, 2)],
        counts: [7, 0, 0, 0],
        row: (4, ["takahashi@example.jp", "一郎", "髙橋"]),
        ..USUAL
    },
    Expected {
        file: "zendesk-users.csv",
        mapping: &[(Email, 2), (FullName, 1), (Role, 8), (Language, 13)],
        counts: [1, 0, 7, 0],
        codes: &[
            "3 unknown_role",
            "3 unknown_language",
            "4 unknown_role",
            "5 unknown_role",
            "6 unknown_role",
            "7 unknown_role",
            "8 unknown_role",
            "9 unknown_role",
            "9 unknown_language",
        ],
        row: (3, ["bo.lindqvist@example.com", "Bo", "Lindqvist"]),
        ..USUAL
    },
];

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/exports"].iter().collect()
}

fn read(name: &str, piece: usize, overrides: &Overrides) -> File {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    check_in_pieces(&bytes, piece, overrides, &Default::default(), |_| {}).unwrap()
}

#[test]
fn s2_exports_of_other_programs_are_read_as_they_are() {
    for expected in EXPORTS {
        let name = expected.file;
        for piece in [1, 64 * 1024] {
            let file = read(name, piece, &Overrides::default());
            let dialect = &file.opened.dialect;
            assert_eq!(dialect.encoding.name(), expected.encoding, "{name}");
            assert_eq!(dialect.bom, expected.bom, "{name}");
            assert_eq!(String::from(dialect.delimiter), expected.delimiter, "{name}");
            assert_eq!(dialect.header_row, Some(expected.header_row), "{name}");
            let mapping: Vec<(Target, usize)> =
                [Email, FirstName, LastName, FullName, Role, Teams, Workspace, Language]
                    .into_iter()
                    .filter_map(|target| Some((target, file.mapping.column(target)? + 1)))
                    .collect();
            assert_eq!(mapping, expected.mapping, "{name}");
            assert_eq!(file.codes(), expected.codes, "{name}");
            assert_eq!(file.counts(), expected.counts, "{name}");
            assert_eq!(file.summary().records, expected.counts.iter().sum::<u64>(), "{name}");
            let (row, values) = (expected.row.0, file.row(expected.row.0).values);
            assert_eq!(
                [values.email, values.first_name, values.last_name],
                expected.row.1,
                "{name}, row {row}"
            );
        }
    }
}

#[test]
fn s2_every_export_has_its_expectation() {
    let is_table = |name: &String| !name.starts_with('.') && !name.ends_with(".md");
    let names =
        std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(is_table).collect();
    names.sort();
    let mut expected = EXPORTS.map(|expected| expected.file);
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn s2_what_is_detected_of_an_export_can_also_be_said() {
    for expected in EXPORTS {
        let file = read(expected.file, 4096, &Overrides::default());
        let dialect = &file.opened.dialect;
        let overrides = Overrides {
            encoding: Some(dialect.encoding),
            delimiter: Some(dialect.delimiter),
            header_row: dialect.header_row.map(HeaderRow::At),
            quotes_as_text: false,
        };
        let said = read(expected.file, 4096, &overrides);
        assert_eq!(said.opened.dialect, file.opened.dialect, "{}", expected.file);
        assert_eq!(said.mapping, file.mapping, "{}", expected.file);
        assert_eq!(said.summary(), file.summary(), "{}", expected.file);
    }
}
