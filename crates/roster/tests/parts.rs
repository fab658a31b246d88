//! A file that is checked in parts, by several Workers, has the result of one that is checked in one go.

mod common;
#[path = "common/parts.rs"]
mod several_readers;

use std::sync::Arc;

use common::{File, SEED, check_against};
use proptest::prelude::*;
use roster::{
    AddressKeys, Changes, Delimiter, Dialect, Encoding, Field, Filter, Fix, HeaderRow, Known, Overrides,
    SHARED_FROM, Standing, part_begin, part_cuts,
};
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
        "Di Ek <g@other.example>",
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

#[test]
fn p1_only_large_files_without_changes_are_shared_and_evenly() {
    let cuts = |begin: u64, length: u64, readers: u64| -> Vec<u64> {
        part_cuts(begin..begin + length, &Changes::default(), readers).map(|cut| cut - begin).collect()
    };
    let quarter = SHARED_FROM / 4;
    assert_eq!(cuts(3, SHARED_FROM, 4), [quarter, 2 * quarter, 3 * quarter]);
    assert_eq!(cuts(0, SHARED_FROM + 7, 2), [SHARED_FROM / 2 + 3]);
    assert_eq!(cuts(3, SHARED_FROM, 1), [0; 0]);
    assert_eq!(cuts(3, SHARED_FROM - 1, 4), [0; 0]);
    let mut changes = Changes::default();
    changes.fix(Fix::ReplaceValue { field: Field::Role, from: "a".into(), to: "b".into() });
    assert_eq!(part_cuts(0..SHARED_FROM, &changes, 4).count(), 0);
}

#[test]
fn p1_a_part_begins_behind_a_line_break_where_records_fit() {
    let dialect = |encoding, quotes_as_text| Dialect {
        encoding,
        bom: false,
        delimiter: Delimiter::COMMA,
        header_row: None,
        quotes_as_text,
    };
    let begin = |text: &str| part_begin(text.as_bytes(), 100, &dialect(Encoding::Utf8, false), 2);
    let rows = |count: usize| "a,b\n".repeat(count);
    for (text, expected) in [
        ("", None),
        ("a,b", None),
        // The next character decides whether the line break ends there.
        ("a,b\n", None),
        ("a,b\r", None),
        ("\na,b", Some(101)),
        ("a\nb", Some(102)),
        ("a\rb", Some(102)),
        ("a\r\nb", Some(103)),
        ("a\r\n", None),
        // A line break in quotes, as the record after it is too short, or the one after that.
        ("one\ntwo\"\na,b\nc,d\ne,f", Some(109)),
        ("one\ntwo\",x\nthree\na,b\nc,d\ne,f", Some(117)),
        // Nothing fits, or nothing is known to: the first one.
        ("one\ntwo\nthree\nfour", Some(104)),
        ("one\ntwo\na,b", Some(104)),
    ] {
        assert_eq!(begin(text), expected, "{text:?}");
    }
    // So many line breaks are tried, and so much of the text is read behind each.
    assert_eq!(begin(&("x\n".repeat(33) + &rows(3))), Some(166));
    assert_eq!(begin(&("x\n".repeat(34) + &rows(3))), Some(102));
    assert_eq!(begin(&format!("x\ny\n{}c\n", rows(2_100))), Some(104));
    assert_eq!(begin(&format!("x\ny\n{}c\nd,e\n", rows(2_000))), Some(102));

    let quotes = b"x\ny\n\"a,b\nc,d\ne,f\n";
    for (quotes_as_text, expected) in [(true, 104), (false, 109)] {
        let found = part_begin(quotes, 100, &dialect(Encoding::Utf8, quotes_as_text), 2);
        assert_eq!(found, Some(expected), "{quotes_as_text}");
    }
    let text = "one\ntwo\"\nа,b\nc,d\ne,f";
    let wide: [(_, Vec<u8>); 2] = [
        (Encoding::Utf16Le, text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (Encoding::Utf16Be, text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ];
    for (encoding, bytes) in wide {
        let begin = |bytes: &[u8], offset| part_begin(bytes, offset, &dialect(encoding, false), 2);
        assert_eq!(begin(&bytes, 100), Some(118), "{encoding:?}");
        // From the middle of a character on.
        assert_eq!(begin(&bytes[1..], 101), Some(118), "{encoding:?}");
        assert_eq!(begin(&[], 101), None);
    }
    assert_eq!(part_begin(b"a,b\nc,d\n", 100, &dialect(Encoding::Iso2022Jp, false), 2), None);
}
