//! The reader beside Python's `csv` module: `python/differential.py` generated the files, and wrote what Python reads. Where
//! the two differ on purpose, `docs/dialect.md` says why, and tests here show it.

use roster::{Delimiter, Dialect, Encoding, Limits, NativeDecoders, Reader};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    delimiter: char,
    quotes: bool,
    #[serde(default)]
    text: String,
    /// In place of the text, if the file is no UTF-8.
    #[serde(default)]
    bytes: Vec<u8>,
    records: Vec<Vec<String>>,
}

fn read(file: &[u8], delimiter: u8, quotes: bool, piece: usize) -> Vec<Vec<String>> {
    let bom = file.starts_with(b"\xef\xbb\xbf");
    let dialect = Dialect {
        encoding: Encoding::Utf8,
        bom,
        delimiter: Delimiter::new(delimiter).unwrap(),
        header_row: None,
        quotes_as_text: !quotes,
    };
    let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::NONE, false);
    let mut records = Vec::new();
    let mut keep = |record: roster::Record<'_>| records.push(record.cells().map(String::from).collect());
    for piece in file[if bom { 3 } else { 0 }..].chunks(piece) {
        reader.push(piece, &mut keep).unwrap();
    }
    reader.finish(&mut keep).unwrap();
    records
}

#[test]
fn s2_generated_files_are_read_as_python_reads_them() {
    let cases: Vec<Case> = include_str!("python/differential.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(cases.len(), 400);
    for (number, case) in cases.iter().enumerate() {
        let file = if case.bytes.is_empty() { case.text.as_bytes() } else { &case.bytes };
        let delimiter = u8::try_from(case.delimiter).unwrap();
        for piece in [1, 2, 3, 7, 64, usize::MAX] {
            let read = read(file, delimiter, case.quotes, piece);
            assert_eq!(read, case.records, "line {} in pieces of {piece} bytes", number + 1);
        }
    }
}

/// The classes in which the reader differs on purpose; what Python reads is in the comments.
#[test]
fn s2_where_the_reader_differs_from_python_it_is_on_purpose() {
    for (text, ours) in [
        // A blank line is no record; Python has an empty one.
        ("a\n\nb\n", vec![vec!["a"], vec!["b"]]),
        // Excel's first line; Python has a record of "sep=" and nothing.
        ("sep=;\na;b\n", vec![vec!["a", "b"]]),
    ] {
        assert_eq!(read(text.as_bytes(), b';', true, 3), ours, "{text:?}");
    }
}
