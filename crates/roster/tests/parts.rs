//! A file that is checked in parts, by several Workers, has the result of one that is checked in one go.

mod common;
#[path = "common/parts.rs"]
mod several_readers;

use std::sync::Arc;

use common::{File, SEED, check_against};
use proptest::prelude::*;
use roster::{AddressKeys, Delimiter, Encoding, Filter, HeaderRow, Known, Overrides, Standing};
use several_readers::read_in_parts;

fn known() -> Known {
    Known {
        teams: Some(vec!["EMEA Sales".into()]),
        own_domains: vec!["acme-works.com".into()],
        free_seats: Some(3),
        ..Known::default()
    }
}

fn keys() -> AddressKeys {
    AddressKeys::new(SEED, vec![SEED.word("a1@acme-works.com", Standing::Invited)])
}

const HEADER: &str = "Email,First name,Role,Teams\n";

/// The same file in one go and in parts, and how many parts counted.
fn both(text: &str, encoding: Encoding, cuts: &[usize]) -> (File, File, usize) {
    let bytes = match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::ShiftJis => encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
        _ => text.as_bytes().to_vec(),
    };
    let overrides = Overrides {
        encoding: Some(encoding),
        delimiter: Some(Delimiter::COMMA),
        header_row: Some(HeaderRow::At(1)),
        quotes_as_text: false,
    };
    let read = || check_against(&bytes, usize::MAX, &overrides, &known(), keys(), |_| {}).unwrap();
    let (whole, mut parts) = (read(), read());
    let keys = Arc::new(keys());
    let (review, counted) = read_in_parts(
        &bytes,
        usize::MAX,
        cuts,
        &parts.opened.dialect,
        (&parts.mapping, &parts.known, &keys),
        false,
    )
    .unwrap();
    parts.review = review;
    (whole, parts, counted)
}

fn assert_same(whole: &File, parts: &File) {
    assert_eq!(whole.summary(), parts.summary());
    assert_eq!(whole.select(Filter::All), parts.select(Filter::All));
    assert_eq!(whole.invitees(), parts.invitees());
}

/// Rows of which some depend on earlier ones: duplicates, look-alikes of domains, unknown values, quotes over lines.
fn row() -> impl Strategy<Value = String> {
    let address = prop::sample::select(vec![
        "a1@acme-works.com",
        "A1@Acme-Works.com",
        "b@acme.example",
        "b@acrne.example",
        "c@аcme.example",
        "x@",
        "",
        "d@gmial.com",
        "e@other.example",
        "\"f@other.example\"",
        "Name <g@other.example>",
        "h@例え.jp",
    ]);
    let name = prop::sample::select(vec![
        "Ana",
        "\"two\nlines\"",
        "\"a \"\"b\"\"\"",
        "=1+1",
        "\"",
        "名前",
        "",
        "x\"y",
        "\u{202e}z",
    ]);
    let role = prop::sample::select(vec!["User", "Chief", "chief", "", "Administrator"]);
    let team = prop::sample::select(vec!["EMEA Sales", "Nowhere", "", "EMEA Sales;Nobody"]);
    let line_break = prop::sample::select(vec!["\n", "\r\n", "\r", "\n\n"]);
    (address, name, role, team, line_break).prop_map(|(address, name, role, team, line_break)| {
        format!("{address},{name},{role},{team}{line_break}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn p1_any_split_between_workers_has_the_result_of_one(
        rows in prop::collection::vec(row(), 0..60),
        cuts in prop::collection::vec(0_usize..2_000, 0..5),
        encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::ShiftJis]),
    ) {
        let (whole, parts, _) = both(&format!("{HEADER}{}", rows.concat()), encoding, &cuts);
        assert_same(&whole, &parts);
    }

    #[test]
    fn p1_damaged_bytes_give_the_same_in_parts(
        bytes in prop::collection::vec(prop::sample::select(b"a@x.de,\"\n\r\xff\xe2\x82\x00".to_vec()), 0..300),
        cuts in prop::collection::vec(0_usize..300, 0..5),
    ) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (whole, parts, _) = both(&format!("{HEADER}{text}"), Encoding::Utf8, &cuts);
        assert_same(&whole, &parts);
        let mut file = HEADER.as_bytes().to_vec();
        file.extend(&bytes);
        let overrides = Overrides { encoding: Some(Encoding::Utf8), ..Overrides::default() };
        let Ok(whole) = check_against(&file, usize::MAX, &overrides, &known(), keys(), |_| {}) else { return Ok(()) };
        let keys = Arc::new(keys());
        let (review, _) = read_in_parts(&file, usize::MAX, &cuts, &whole.opened.dialect, (&whole.mapping, &whole.known, &keys), false).unwrap();
        prop_assert_eq!(whole.summary(), review.summary());
    }

    #[test]
    fn p1_however_a_file_is_read_the_result_in_parts_is_the_same(
        rows in prop::collection::vec(row(), 0..40),
        cuts in prop::collection::vec(0_usize..1_500, 0..4),
        beginning in prop::sample::select(vec!["", "\u{feff}", "sep=,\n", "\u{feff}sep=,\r\n", "People of May\n\n"]),
        header_row in prop::sample::select(vec![None, Some(HeaderRow::None), Some(HeaderRow::At(1)), Some(HeaderRow::At(3))]),
        quotes_as_text: bool,
        strict: bool,
        damaged in prop::option::of(0_usize..3_000),
    ) {
        let mut file = format!("{beginning}{HEADER}{}", rows.concat()).into_bytes();
        if let Some(place) = damaged {
            file.insert(place.min(file.len()), 0xff);
        }
        let overrides = Overrides { encoding: Some(Encoding::Utf8), header_row, quotes_as_text, ..Overrides::default() };
        let Ok(opened) = check_against(&file, usize::MAX, &overrides, &known(), keys(), |_| {}) else { return Ok(()) };
        let keys = Arc::new(keys());
        let read = |cuts: &[usize]| {
            let asked = (&opened.mapping, &opened.known, &keys);
            read_in_parts(&file, usize::MAX, cuts, &opened.opened.dialect, asked, strict).map(|(review, _)| File {
                bytes: file.clone(),
                opened: opened.opened.clone(),
                review,
                mapping: opened.mapping.clone(),
                known: opened.known.clone(),
                keys: keys.clone(),
                reread: false,
            })
        };
        match (read(&[]), read(&cuts)) {
            (Ok(whole), Ok(parts)) => assert_same(&whole, &parts),
            (whole, parts) => prop_assert_eq!(whole.err(), parts.err()),
        }
    }
}

fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (0..count).map(row).fold(HEADER.to_owned(), |text, row| text + &row)
}

#[test]
fn p1_parts_of_a_usual_file_all_count_and_duplicates_are_found_across_them() {
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::ShiftJis] {
        let text = rows(3_000, |row| {
            format!(
                "user{}@example{}.com,Ana,{},EMEA Sales\r\n",
                row % 2_000,
                row % 50,
                ["User", "Chief"][row % 2]
            )
        });
        let (whole, parts, counted) = both(&text, encoding, &[20_000, 50_000, 80_000]);
        assert_eq!(counted, 3, "{encoding:?}");
        assert_same(&whole, &parts);
        assert_eq!(parts.row(2_002).duplicate_of, Some(2));
        assert_eq!(parts.summary().values[0].rows, 1_500);
    }
}

#[test]
fn p1_parts_begin_between_records_though_cells_have_line_breaks() {
    for encoding in [Encoding::Utf8, Encoding::Utf16Be, Encoding::ShiftJis] {
        let text = rows(600, |row| format!("u{row}@example.com,\"one\r\ntwo\nthree\",User,EMEA Sales\r\n"));
        for begin in [10_000, 10_013, 10_027] {
            let (whole, parts, counted) = both(&text, encoding, &[begin, begin + 5_000]);
            assert_eq!(counted, 2, "{encoding:?} {begin}");
            assert_same(&whole, &parts);
        }
    }
}

#[test]
fn p1_a_part_that_begins_within_quotes_does_not_count() {
    let cell = "a,b,c,d\n".repeat(2_000);
    let text =
        HEADER.to_owned() + &format!("u@example.com,\"{cell}\",User,EMEA Sales\n") + "v@example.com,,,\n";
    let (whole, parts, counted) = both(&text, Encoding::Utf8, &[1_000]);
    assert_eq!(counted, 0);
    assert_same(&whole, &parts);
}

#[test]
fn s6_a_look_alike_of_a_domain_of_an_earlier_part_is_found() {
    let (whole, parts, counted) = both(
        &(HEADER.to_owned() + "a@acme.example,,,\nb@acrne.example,,,\nc@acrne.example,,,\n"),
        Encoding::Utf8,
        &[HEADER.len()],
    );
    assert_eq!(counted, 0, "the part alone would find nothing");
    assert_same(&whole, &parts);
    assert_eq!(parts.codes().len(), 2);
}

#[test]
fn s6_where_the_table_of_domains_is_full_one_worker_goes_on_alone() {
    let letters =
        |row: usize| row.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect::<String>();
    let text = rows(6_000, |row| format!("u@{}.example,,,\n", letters(row)));
    for cut in [1_000, 100_000] {
        let (whole, parts, counted) = both(&text, Encoding::Utf8, &[cut]);
        assert_eq!(counted, 0, "{cut}");
        assert_same(&whole, &parts);
    }
}

#[test]
fn where_the_list_of_unknown_values_is_full_one_worker_goes_on_alone() {
    let text = rows(1_500, |row| format!("u{row}@example.com,,role{row},\n"));
    let (whole, parts, counted) = both(&text, Encoding::Utf8, &[20_000]);
    assert_eq!(counted, 0);
    assert_same(&whole, &parts);
}
