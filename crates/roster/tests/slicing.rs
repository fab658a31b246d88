//! Where the pieces of a file are cut, and from where it is read again, must not matter in any encoding.

mod common;

use common::{File, check_in_pieces};
use proptest::{prelude::*, test_runner::RngSeed};
use roster::{
    Delimiter, Dialect, Encoding, Filter, HeaderRow, Known, Limits, NativeDecoders, Overrides, Reader, Record,
};

/// The encodings with words in each: second bytes that are delimiters or quotes of ASCII, characters beyond the older
/// standards, of four bytes and of surrogates.
const ENCODINGS: [(Encoding, &[&str]); 13] = [
    (Encoding::Utf8, &["é", "김민수", "山田", "👩‍👩‍👧", "\u{fffd}", "\u{85}"]),
    (Encoding::Utf16Le, &["é", "김민수", "ഊ", "਍", "∢", "Ⱌ", "👩‍👩‍👧", "\u{2028}"]),
    (Encoding::Utf16Be, &["é", "김민수", "ഊ", "਍", "∢", "Ⱌ", "👩‍👩‍👧", "\u{2028}"]),
    (Encoding::EucKr, &["김민수", "똠방각하", "펲시콜라", "믜햏", "뷁", "a힣z"]),
    (Encoding::ShiftJis, &["ポール", "表示", "ソニー", "能登", "ﾔﾏﾀﾞ", "髙﨑", "㈱①", "ミ|"]),
    (Encoding::EucJp, &["山田", "ポール", "ﾔﾏﾀﾞ", "表示"]),
    (Encoding::Iso2022Jp, &["山田", "ポール", "表示", "ソ", "漢a字", "「」"]),
    (Encoding::Gb18030, &["李丽华", "镕", "㐀", "€", "👩", "ḿ", "亊亅亖"]),
    (Encoding::Big5, &["許功蓋", "王小明", "育琵", "擺"]),
    (Encoding::Windows1252, &["Peña", "Zoë", "“x”", "€", "ÿ"]),
    (Encoding::Windows1251, &["Иван", "Юрьев", "я", "№"]),
    (Encoding::Windows874, &["สมชาย", "ใจดี"]),
    (Encoding::Macintosh, &["Begoña", "ó", "∑"]),
];

fn encoded(text: &str, encoding: Encoding, bom: bool) -> Vec<u8> {
    let text = if bom { format!("\u{feff}{text}") } else { text.to_owned() };
    match encoding {
        Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Utf8 => text.into_bytes(),
        other => {
            let standard = encoding_rs::Encoding::for_label(other.name().as_bytes()).unwrap();
            let (bytes, _, unmappable) = standard.encode(&text);
            assert!(!unmappable, "{} lacks a character of {text:?}", other.name());
            bytes.into_owned()
        }
    }
}

fn has_mark(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be)
}

/// A record with its number, its position in the text, and its cells.
type Found = (u64, u64, Vec<String>);

fn found(record: &Record<'_>) -> Found {
    (record.number, record.position, record.cells().map(String::from).collect())
}

/// What a reader finds in pieces that end at those places.
fn read(
    bytes: &[u8],
    encoding: Encoding,
    bom: bool,
    delimiter: Delimiter,
    ends: impl Iterator<Item = usize>,
) -> Vec<Found> {
    let dialect = Dialect { encoding, bom, delimiter, header_row: None, quotes_as_text: false };
    let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::CHECK, true);
    let mut records = Vec::new();
    let mut at = usize::try_from(dialect.bom_length()).unwrap();
    for end in ends.map(|end| end.clamp(at, bytes.len())).chain([bytes.len()]).collect::<Vec<_>>() {
        reader.push(&bytes[at.min(end)..end], |record| records.push(found(&record))).unwrap();
        at = end;
    }
    reader.finish(|record| records.push(found(&record))).unwrap();
    assert_eq!((reader.source(), reader.records()), (bytes.len() as u64, records.len() as u64));
    records
}

/// The same text in UTF-8, read at once: what every encoding must give.
fn expected(text: &str, delimiter: Delimiter) -> Vec<Found> {
    read(text.as_bytes(), Encoding::Utf8, false, delimiter, std::iter::empty())
}

/// One file of each encoding that has what may be cut: characters, line breaks, escape sequences, doubled quotes.
fn small(words: &[&str], delimiter: char) -> String {
    let mut text = format!("Email{delimiter}Name\r\n");
    for (row, word) in words.iter().enumerate() {
        let quoted = format!("\"{word}\r\n\"\"{word}\"\"{delimiter}\n{word}\"");
        let line_break = ["\r\n", "\n", "\r"][row % 3];
        text.push_str(&format!("{word}{delimiter}a{row}@x.example{delimiter}{quoted}{line_break}"));
    }
    text.push_str(words[0]);
    text
}

#[test]
fn s2_a_file_of_any_encoding_may_be_cut_at_every_byte() {
    for (encoding, words) in ENCODINGS {
        for (delimiter, bom) in
            [(Delimiter::COMMA, false), (Delimiter::PIPE, false), (Delimiter::COMMA, true)]
        {
            if bom && !has_mark(encoding) {
                continue;
            }
            let separator = char::from(delimiter.byte());
            let text = small(words, separator).replace(if separator == '|' { ',' } else { '|' }, "");
            let bytes = encoded(&text, encoding, bom);
            let expected = expected(&text, delimiter);
            assert!(expected.len() > words.len());
            for end in 0..=bytes.len() {
                let found = read(&bytes, encoding, bom, delimiter, [end].into_iter());
                assert_eq!(found, expected, "{} cut at {end}", encoding.name());
            }
            for length in 1..20 {
                let found = read(&bytes, encoding, bom, delimiter, (0..bytes.len()).step_by(length));
                assert_eq!(found, expected, "{} in pieces of {length}", encoding.name());
            }
        }
    }
}

/// A row of a file, long or short, with line breaks in quotes or without.
fn row(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    let word = || prop::sample::select(words);
    let address = (0..400_u32).prop_map(|n| format!("user{n}@x.example"));
    let note = prop_oneof![
        4 => word().prop_map(str::to_owned),
        2 => (word(), word()).prop_map(|(a, b)| format!("\"{a}\r\n{b}, \"\"{a}\"\"\n\r{b}\"")),
        1 => word().prop_map(|word| format!("\"{}\"", format!("{word}\n").repeat(90))),
        1 => Just("\"\"".to_owned()),
        1 => word().prop_map(|word| format!("{word}\"{word}")),
    ];
    let end = prop::sample::select(vec!["\n", "\r\n", "\r", "\r\n\r\n"]);
    (address, word(), note, end)
        .prop_map(|(address, word, note, end)| format!("{address},{word},{note}{end}"))
}

#[derive(Clone, Debug)]
struct Case {
    encoding: Encoding,
    bom: bool,
    text: String,
    piece: usize,
    /// Which rows are read again: every so many from one on.
    some: (usize, usize),
}

fn case() -> impl Strategy<Value = Case> {
    (0..ENCODINGS.len(), any::<bool>(), 1_usize..5000, (0_usize..300, 1_usize..200)).prop_flat_map(
        |(index, bom, piece, some)| {
            let (encoding, words) = ENCODINGS[index];
            let bom = bom && has_mark(encoding);
            prop::collection::vec(row(words), 1..60).prop_map(move |rows| {
                // Enough of them for several steps of the index, and for several places to begin from.
                let text = format!("Email,Name,Note\r\n{}", rows.concat().repeat(1 + 700 / rows.len()));
                Case { encoding, bom, text, piece, some }
            })
        },
    )
}

fn check(case: &Case, bytes: &[u8], piece: usize) -> File {
    let overrides = Overrides {
        encoding: Some(case.encoding),
        delimiter: Some(Delimiter::COMMA),
        header_row: Some(HeaderRow::At(1)),
        quotes_as_text: false,
    };
    let file = check_in_pieces(bytes, piece, &overrides, &Known::default(), |_| {}).unwrap();
    assert_eq!(file.opened.dialect.bom, case.bom);
    file
}

/// The rows as they are read again.
fn again(file: &File, rows: &[u64]) -> Vec<Found> {
    let mut records = Vec::new();
    file.each(rows, |record| records.push(found(record)));
    records
}

/// The rows are read again by their places as they were read first.
fn assert_read_again(
    file: &File,
    rows: &[u64],
    first: &[Found],
    encoding: Encoding,
) -> Result<(), TestCaseError> {
    let expected: Vec<Found> =
        rows.iter().map(|&row| first[usize::try_from(row).unwrap() - 1].clone()).collect();
    let again = again(file, rows);
    let differs = again.iter().zip(&expected).find(|(a, b)| a != b);
    prop_assert!(again == expected, "{}: {differs:?}", encoding.name());
    Ok(())
}

#[test]
fn s2_rows_behind_a_long_row_of_utf_16_are_read_again_whatever_the_length_of_the_pieces() {
    // Between two of these are the bytes of a line break.
    for (encoding, pair) in [(Encoding::Utf16Le, "\u{d0a}\u{100}"), (Encoding::Utf16Be, "\u{100}\u{a00}")] {
        let long = format!("long@x.example,{}\r\n", pair.repeat(100_000));
        let rows = "user@x.example,김민수\r\n".repeat(2_000);
        let text = format!("Email,Name\r\n{rows}{long}{rows}");
        let first = expected(&text, Delimiter::COMMA);
        for piece in [120_000, 120_001] {
            let case = Case { encoding, bom: true, text: text.clone(), piece, some: (0, 1) };
            let file = check(&case, &encoded(&text, encoding, true), piece);
            let again = again(&file, &[2, 1_999, 2_003, 4_000]);
            assert_eq!(again, [1, 1_998, 2_002, 3_999].map(|row| first[row].clone()), "{encoding:?} {piece}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 26,
        rng_seed: RngSeed::Fixed(4180),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn s2_rows_are_read_again_as_they_were_read_first(case in case()) {
        let bytes = encoded(&case.text, case.encoding, case.bom);
        let first = expected(&case.text, Delimiter::COMMA);
        let (whole, sliced) = (check(&case, &bytes, usize::MAX), check(&case, &bytes, case.piece));
        prop_assert_eq!(whole.summary(), sliced.summary());
        let rows: Vec<u64> = sliced.review.rows(Filter::All).collect();
        prop_assert!(rows.len() as u64 == first.len() as u64 - 1 && rows.len() > 128);
        let some: Vec<u64> = rows.iter().copied().skip(case.some.0).step_by(case.some.1).collect();
        for rows in [&rows, &some] {
            for file in [&whole, &sliced] {
                assert_read_again(file, rows, &first, case.encoding)?;
            }
        }
        // One by one, as a screen that is scrolled asks for them.
        for &row in some.iter().take(8) {
            prop_assert_eq!(&again(&sliced, &[row]), &first[usize::try_from(row).unwrap() - 1..usize::try_from(row).unwrap()]);
            prop_assert_eq!(whole.row(row), sliced.row(row));
        }
    }

    #[test]
    fn s2_damaged_rows_are_read_again_as_they_were_read_first(
        case in case(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![any::<u8>(), Just(0x1b), Just(b'"')]), 1..9),
    ) {
        let mut bytes = encoded(&case.text, case.encoding, case.bom);
        for (at, byte) in damage {
            bytes.insert(200 + at.index(bytes.len() - 200), byte);
        }
        let (whole, sliced) = (check(&case, &bytes, usize::MAX), check(&case, &bytes, case.piece));
        prop_assert_eq!(whole.summary(), sliced.summary());
        let mut first = Vec::new();
        let dialect = &whole.opened.dialect;
        let mut reader = Reader::new(dialect, &NativeDecoders, Limits::CHECK, false);
        let body = &bytes[usize::try_from(dialect.bom_length()).unwrap()..];
        reader.push(body, |record| first.push(found(&record))).unwrap();
        reader.finish(|record| first.push(found(&record))).unwrap();
        let rows: Vec<u64> = sliced.review.rows(Filter::All).collect();
        let some: Vec<u64> = rows.iter().copied().skip(case.some.0).step_by(case.some.1).collect();
        for rows in [&rows, &some] {
            for file in [&whole, &sliced] {
                assert_read_again(file, rows, &first, case.encoding)?;
            }
        }
    }
}
