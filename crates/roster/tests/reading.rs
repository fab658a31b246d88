//! Properties of reading and writing.

mod common;

use common::{check_in_pieces, rows};
use proptest::prelude::*;
use roster::{AddressKeys, CsvWriter, Delimiter, Encoding, Filter, HeaderRow, Known, Overrides};

/// Pieces of text that a parser or a spreadsheet treats specially, and ordinary ones.
fn fragment() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "\"",
        "\"\"",
        ",",
        ";",
        "\t",
        "|",
        "\r",
        "\n",
        "\r\n",
        " ",
        "é",
        "김민수",
        "山田",
        "@",
        "user@example.com",
        "\0",
        "\u{202e}",
        "=1+1",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "\"a,b\"",
    ])
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(fragment(), 0..80).prop_map(|parts| parts.concat())
}

fn encoded(text: &str, encoding: Encoding) -> Vec<u8> {
    match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf8 => text.as_bytes().to_vec(),
        other => {
            let encoding = encoding_rs::Encoding::for_label(other.name().as_bytes()).unwrap();
            encoding.encode(text).0.into_owned()
        }
    }
}

proptest! {
    #[test]
    fn s2_rows_do_not_depend_on_where_the_input_is_sliced(
        text in text(),
        piece in 1_usize..40,
        encoding in prop::sample::select(vec![Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be, Encoding::EucKr, Encoding::ShiftJis, Encoding::Iso2022Jp]),
    ) {
        let bytes = encoded(&format!("Email,Name\nfirst@example.com,Ana\n{text}"), encoding);
        let overrides = Overrides {
            encoding: Some(encoding),
            delimiter: Some(Delimiter::COMMA),
            header_row: Some(HeaderRow::At(1)),
            quotes_as_text: false,
        };
        let whole = check_in_pieces(&bytes, usize::MAX, &overrides, &Known::default(), |_| {}).unwrap();
        let sliced = check_in_pieces(&bytes, piece, &overrides, &Known::default(), |_| {}).unwrap();
        prop_assert_eq!(whole.summary(), sliced.summary());
        prop_assert_eq!(whole.select(Filter::All), sliced.select(Filter::All));
    }

    #[test]
    fn damaged_bytes_never_stop_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
        let mut file = b"Email,Name\nfirst@example.com,Ana\n".to_vec();
        file.extend(bytes);
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Big5, Encoding::Gb18030] {
            let overrides = Overrides {
                encoding: Some(encoding),
                delimiter: Some(Delimiter::COMMA),
                header_row: Some(HeaderRow::At(1)),
                quotes_as_text: false,
            };
            let head = roster::look(&file, true, &overrides, &roster::NativeDecoders);
            prop_assume!(head.is_ok());
            let opened = head.unwrap();
            let mut mapping = opened.mapping.clone();
            if mapping.targets.is_empty() {
                continue;
            }
            mapping.targets[0] = roster::Target::Email;
            let keys = std::sync::Arc::new(AddressKeys::empty(common::SEED));
            let whole = common::read(&file, usize::MAX, &opened, &mapping, &Known::default(), &keys, Default::default()).unwrap();
            let sliced = common::read(&file, piece, &opened, &mapping, &Known::default(), &keys, Default::default()).unwrap();
            prop_assert_eq!(whole.summary(), sliced.summary());
        }
    }

    #[test]
    fn written_tables_are_read_back_unchanged(
        table in prop::collection::vec(prop::collection::vec(prop::collection::vec(fragment(), 0..4), 1..5), 1..10)
    ) {
        let table: Vec<Vec<String>> =
            table.iter().map(|record| record.iter().map(|cell| cell.concat()).collect()).collect();
        let mut writer = CsvWriter::default();
        for record in &table {
            for cell in record {
                writer.cell(cell);
            }
            writer.end_record();
        }
        let overrides = Overrides {
            encoding: Some(Encoding::Utf8),
            delimiter: Some(Delimiter::COMMA),
            ..Overrides::default()
        };
        let bytes = writer.take();
        prop_assume!(roster::look(&bytes, true, &overrides, &roster::NativeDecoders).is_ok());
        let read = rows(&bytes, &overrides);
        let original: Vec<Vec<String>> = read
            .iter()
            .map(|record| record.iter().map(|cell| roster::unescape(cell).into_owned()).collect())
            .collect();
        prop_assert_eq!(original, table);
    }

    #[test]
    fn s1_no_piece_of_a_written_cell_begins_like_a_formula(cell in prop::collection::vec(
        prop_oneof![
            prop::sample::select("=+-@\t\r\n,;|＝＋－＠'\" \u{a0}\u{feff}\0x".chars().collect::<Vec<_>>()),
            any::<char>(),
        ],
        0..10,
    )) {
        let cell: String = cell.into_iter().collect();
        let mut writer = CsvWriter::default();
        writer.cell("first");
        writer.cell(&cell);
        writer.end_record();
        let bytes = writer.take();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let record = text.strip_suffix("\r\n").unwrap();
        // The cells of a spreadsheet with any separator.
        for piece in record.split([',', ';', '\t', '|', '\r', '\n']) {
            let is_skipped = |c: char| c == '"' || c.is_whitespace() || c.is_control() || c == '\u{feff}';
            let begin = piece.trim_start_matches(is_skipped);
            prop_assert!(!begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{:?}", record);
        }
        for separator in [',', ';', '\t', '|', '\r', '\n'] {
            for piece in record.split(separator) {
                let begin = piece.strip_prefix('"').unwrap_or(piece);
                prop_assert!(!begin.starts_with(['\t', '\r']), "{:?}", record);
            }
        }
        let read = rows(&bytes, &Overrides { encoding: Some(Encoding::Utf8), delimiter: Some(Delimiter::COMMA), ..Overrides::default() });
        prop_assert_eq!(roster::unescape(&read[0][1]), cell);
    }
}

#[test]
fn records_are_split_as_other_programs_split_them() {
    let overrides = Overrides { delimiter: Some(Delimiter::COMMA), ..Overrides::default() };
    for (text, expected) in [
        ("a,b\r\nc,d\r\n", vec![vec!["a", "b"], vec!["c", "d"]]),
        ("a,b\rc,d\n\n\r\ne", vec![vec!["a", "b"], vec!["c", "d"], vec!["e"]]),
        ("\"a\"\"b\",\"c\nd\",\"\"", vec![vec!["a\"b", "c\nd", ""]]),
        ("a\"b\"c, \"d\"", vec![vec!["a\"b\"c", " \"d\""]]),
        ("\"a\"b\"c,d", vec![vec!["ab\"c", "d"]]),
        ("a,\n,", vec![vec!["a", ""], vec!["", ""]]),
        ("\"\"\n\n\"\"", vec![vec![""], vec![""]]),
        ("\u{feff}a,b", vec![vec!["a", "b"]]),
        ("sep=,\r\na,b", vec![vec!["a", "b"]]),
        ("a,\"b\nc,d", vec![vec!["a", "b\nc,d"]]),
        ("a\0b,c", vec![vec!["a\0b", "c"]]),
    ] {
        assert_eq!(rows(text.as_bytes(), &overrides), expected, "{text:?}");
    }
}
