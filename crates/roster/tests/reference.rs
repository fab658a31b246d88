//! The reader and the writer beside the `csv` crate, an independent implementation: field for field, byte for byte.

use encoding_rs::Encoding as Standard;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use roster::{CsvWriter, Delimiter, Dialect, Encoding, Limits, NativeDecoders, Overrides, Reader};

type Fields = Vec<Vec<Vec<u8>>>;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// UTF-8 with that delimiter, and a byte order mark where the text begins with one.
fn dialect(text: &[u8], delimiter: u8, quotes_as_text: bool) -> Dialect {
    Dialect {
        encoding: Encoding::Utf8,
        bom: text.starts_with(BOM),
        delimiter: Delimiter::new(delimiter).unwrap(),
        header_row: None,
        quotes_as_text,
    }
}

/// The fields that the engine reads from pieces of those lengths, in turn, and whether the last record has a quote that
/// is never closed.
fn read(bytes: &[u8], dialect: &Dialect, lengths: &[usize]) -> (Fields, bool) {
    let mut reader = Reader::new(dialect, &NativeDecoders, Limits::NONE, false);
    let mut fields = Fields::new();
    let mut unclosed = false;
    let mut keep = |record: roster::Record<'_>| {
        assert_eq!(record.number, fields.len() as u64 + 1, "records are numbered from 1 on");
        fields.push((0..record.width()).map(|column| record.bytes(column).unwrap().into_owned()).collect());
        unclosed = record.unclosed_quote;
    };
    let mut rest = &bytes[usize::try_from(dialect.bom_length()).unwrap()..];
    for &length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        reader.push(piece, &mut keep).unwrap();
        rest = behind;
    }
    reader.finish(&mut keep).unwrap();
    (fields, unclosed)
}

/// The fields that the `csv` crate reads.
fn reference(text: &[u8], dialect: &Dialect) -> Fields {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter.byte())
        .quoting(!dialect.quotes_as_text)
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    reader.byte_records().map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect()).collect()
}

/// The first difference, in words.
fn difference(read: &Fields, expected: &Fields) -> Result<(), String> {
    for (number, (read, expected)) in read.iter().zip(expected).enumerate() {
        for (column, (read, expected)) in read.iter().zip(expected).enumerate() {
            if read != expected {
                let [read, expected] = [read, expected].map(|field| String::from_utf8_lossy(field));
                return Err(format!(
                    "record {}, field {}: {read:?} instead of {expected:?}",
                    number + 1,
                    column + 1
                ));
            }
        }
        if read.len() != expected.len() {
            return Err(format!(
                "record {}: {} fields instead of {}",
                number + 1,
                read.len(),
                expected.len()
            ));
        }
    }
    if read.len() == expected.len() {
        return Ok(());
    }
    Err(format!("{} records instead of {}", read.len(), expected.len()))
}

/// Whether the text is read as expected, at once and in those pieces.
fn agrees(text: &[u8], dialect: &Dialect, lengths: &[usize], expected: &Fields) -> Result<(), String> {
    difference(&read(text, dialect, &[usize::MAX]).0, expected)
        .map_err(|found| format!("at once: {found}"))?;
    difference(&read(text, dialect, lengths).0, expected)
        .map_err(|found| format!("in pieces of {lengths:?} bytes: {found}"))
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "a",
        "Ana",
        "user@example.com",
        "é",
        "김민수",
        "山田太郎",
        "👩‍👩‍👧",
        " ",
        "  x ",
        "\t",
        ",",
        ";",
        "'t Hooft",
        "=1+1",
        "#",
        "\\",
        "\0",
        "\u{b}",
        "\u{1a}",
        "\u{85}",
        "\u{2028}",
        "\u{202e}",
        "\u{feff}",
    ])
}

fn line_break() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["\n", "\r\n", "\r", "\n", "\r\n", "\n\n", "\r\n\r\n", "\r\r\n", "\n\r"])
}

/// Words, line breaks, delimiters and quotes between quotes, as RFC 4180 has them: inner quotes are doubled.
fn quoted(delimiter: char) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => word().prop_map(str::to_owned),
        1 => line_break().prop_map(str::to_owned),
        1 => Just(delimiter.to_string()),
        1 => Just("\"".to_owned()),
    ];
    prop::collection::vec(part, 0..5).prop_map(|parts| format!("\"{}\"", parts.concat().replace('"', "\"\"")))
}

fn field(delimiter: char) -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        6 => prop::collection::vec(word(), 1..3).prop_map(|words| words.concat()),
        4 => quoted(delimiter),
        // Longer than several blocks of the scan.
        1 => (word(), 1_usize..300).prop_map(|(word, times)| word.repeat(times)),
        1 => (quoted(delimiter), 1_usize..60).prop_map(|(field, times)| {
            format!("\"{}\"", field[1..field.len() - 1].repeat(times))
        }),
        // What RFC 4180 does not define.
        1 => (word(), word(), quoted(delimiter)).prop_map(|(before, behind, field)| format!("{before}{field}{behind}")),
    ]
}

/// A record with its line break, of any number of fields.
fn record(delimiter: char) -> impl Strategy<Value = String> {
    (prop::collection::vec(field(delimiter), 1..9), line_break())
        .prop_map(move |(fields, line_break)| fields.join(&delimiter.to_string()) + line_break)
}

/// Quotes that are opened anywhere, and closed or not.
fn noise(delimiter: char) -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => word().prop_map(str::to_owned),
        2 => Just(delimiter.to_string()),
        2 => Just("\"".to_owned()),
        1 => line_break().prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

fn text(delimiter: char) -> impl Strategy<Value = String> {
    let tidy = prop::collection::vec(record(delimiter), 0..20);
    let untidy = prop::collection::vec(prop_oneof![4 => record(delimiter), 1 => noise(delimiter)], 0..12);
    (prop_oneof![2 => tidy, 1 => untidy], any::<bool>()).prop_map(|(parts, ends_in_line_break)| {
        let text = parts.concat();
        if ends_in_line_break { text } else { text.trim_end_matches(['\r', '\n']).to_owned() }
    })
}

/// A delimiter, a text with it, and lengths of pieces.
fn file() -> impl Strategy<Value = (u8, String, Vec<usize>)> {
    let delimiter = prop::sample::select(b",,,;;\t|: ^~a".to_vec());
    let lengths = prop_oneof![
        prop::collection::vec(1_usize..8, 1..6),
        prop::collection::vec(1_usize..200, 1..6),
        Just(vec![64]),
    ];
    (delimiter, lengths)
        .prop_flat_map(|(delimiter, lengths)| (Just(delimiter), text(char::from(delimiter)), Just(lengths)))
}

/// The same files in every run.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(4180),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(cases(2000))]

    #[test]
    fn s2_generated_files_are_read_as_the_csv_crate_reads_them(
        (delimiter, text, lengths) in file(),
        quotes_as_text in prop::bool::weighted(0.1),
    ) {
        let dialect = dialect(text.as_bytes(), delimiter, quotes_as_text);
        let expected = reference(text.as_bytes(), &dialect);
        prop_assert_eq!(agrees(text.as_bytes(), &dialect, &lengths, &expected), Ok(()));
    }
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn s1_files_are_written_as_the_csv_crate_writes_them(
        table in prop::collection::vec(prop::collection::vec(field(','), 1..5), 1..6)
    ) {
        let mut writer = CsvWriter::default();
        let mut expected = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(BOM.to_vec());
        for record in &table {
            let escaped: Vec<_> = record.iter().map(|cell| roster::escape(cell)).collect();
            expected.write_record(escaped.iter().map(|cell| cell.as_bytes())).unwrap();
            record.iter().for_each(|cell| writer.cell(cell));
            writer.end_record();
        }
        let (written, expected) = (writer.take(), expected.into_inner().unwrap());
        let dialect = dialect(&written, b',', false);
        prop_assert_eq!(difference(&reference(&written, &dialect), &reference(&expected, &dialect)), Ok(()));
        // Quotes that only spreadsheets of other countries need are our own.
        let is_plain = |cell: &String| cell.trim() == cell && !cell.contains([';', '\t']);
        if table.iter().flatten().all(is_plain) {
            prop_assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(expected).unwrap());
        }
    }
}

// The classes in which the engine differs on purpose.
proptest! {
    #![proptest_config(cases(200))]

    /// Excel's first line names the delimiter; it is no record.
    #[test]
    fn s2_a_separator_line_is_no_record((delimiter, text, lengths) in file(), name in prop::sample::select(vec!["sep=", "SEP=", "Sep="])) {
        let text = text.trim_start_matches('\u{feff}');
        let file = format!("{name}{}\r\n{text}", char::from(delimiter));
        let dialect = dialect(file.as_bytes(), delimiter, false);
        let expected = reference(file.as_bytes(), &dialect)[1..].to_vec();
        prop_assert_eq!(agrees(file.as_bytes(), &dialect, &lengths, &expected), Ok(()));
    }

    /// Bytes that are no UTF-8 become U+FFFD; the `csv` crate passes them on, or stops.
    #[test]
    fn s2_damaged_bytes_become_replacement_characters(
        (delimiter, text, lengths) in file(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0x80_u8..), 1..8),
    ) {
        let mut bytes = text.into_bytes();
        for (at, byte) in damage {
            bytes.insert(at.index(bytes.len() + 1), byte);
        }
        let dialect = dialect(&bytes, delimiter, false);
        let mut expected = reference(&bytes, &dialect);
        for field in expected.iter_mut().flatten() {
            *field = String::from_utf8_lossy(field).into_owned().into_bytes();
        }
        prop_assert_eq!(agrees(&bytes, &dialect, &lengths, &expected), Ok(()));
    }

    /// A quote that is never closed takes the rest of the file, as with the `csv` crate, and is reported besides.
    #[test]
    fn s2_a_quote_that_is_never_closed_is_reported(before in prop::collection::vec(quoted(','), 1..5), rest in prop::collection::vec(word(), 0..9), lengths in prop::collection::vec(1_usize..9, 1..4)) {
        let rest = rest.join("\n");
        let file = format!("{}\na,\"{rest}", before.join(","));
        let dialect = dialect(file.as_bytes(), b',', false);
        let (fields, unclosed) = read(file.as_bytes(), &dialect, &lengths);
        prop_assert!(unclosed);
        prop_assert_eq!(fields.last().unwrap(), &[b"a".to_vec(), rest.into_bytes()]);
        prop_assert_eq!(difference(&fields, &reference(file.as_bytes(), &dialect)), Ok(()));
    }
}

/// Where RFC 4180 says nothing both agree: only the first character of a field opens quotes, and text behind the closing
/// one belongs to the field.
#[test]
fn s2_quotes_elsewhere_are_ordinary_characters() {
    for (text, expected) in [
        ("5\" disk,x", ["5\" disk", "x"]),
        ("a \"b, c\"", ["a \"b", " c\""]),
        (" \"a\",\t\"b\"", [" \"a\"", "\t\"b\""]),
        ("\"a\"b,\"c\" ", ["ab", "c "]),
        ("\"a\"b\"c,\"\"d\"", ["ab\"c", "d\""]),
        ("\"a\"\"b\"\"\"c\",\"\"\"\"", ["a\"b\"c\"", "\""]),
        ("\"a\n\"b,c", ["a\nb", "c"]),
    ] {
        let expected = vec![expected.map(|field| field.as_bytes().to_vec()).to_vec()];
        let dialect = dialect(text.as_bytes(), b',', false);
        assert_eq!(agrees(text.as_bytes(), &dialect, &[1], &expected), Ok(()), "{text:?}");
        assert_eq!(reference(text.as_bytes(), &dialect), expected, "{text:?}");
    }
}

#[test]
fn s2_every_sample_is_read_as_the_csv_crate_reads_it() {
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/data");
    let mut compared = 0;
    for entry in std::fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let overrides = Overrides::default();
        // What is refused, as it is no table, is read as plain text here.
        let dialect = roster::look(&bytes, true, &overrides, &NativeDecoders)
            .map_or_else(|_| roster::bare_dialect(&bytes, &overrides), |opened| opened.dialect);
        let encoding = Standard::for_label(dialect.encoding.name().as_bytes()).unwrap();
        let (text, _) = encoding.decode_with_bom_removal(&bytes);
        let expected = reference(text.as_bytes(), &dialect);
        for length in [1, 7, 64, 4096] {
            assert_eq!(agrees(&bytes, &dialect, &[length], &expected), Ok(()), "{}", path.display());
        }
        compared += 1;
    }
    assert!(compared >= 17, "{compared} samples");
}
