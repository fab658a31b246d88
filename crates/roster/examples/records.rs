//! Reads many small files from the standard input, and prints the records of each as a line of JSON, for comparing with other
//! programs: `tests/python/differential.py compare target/debug/examples/records`.
//!
//! Each file is the delimiter, a byte that is 1 if quotes are understood, its length as four bytes, the lowest first, and its
//! bytes.

use std::{
    io::{Read, Write},
    process::ExitCode,
};

use roster::{Delimiter, Dialect, Encoding, Limits, NativeDecoders, Reader, Record};

/// The cells of every record, read in pieces of that many bytes.
fn records(file: &[u8], delimiter: Delimiter, quotes: bool, piece: usize) -> Option<Vec<Vec<String>>> {
    let bom = file.starts_with(b"\xef\xbb\xbf");
    let dialect =
        Dialect { encoding: Encoding::Utf8, bom, delimiter, header_row: None, quotes_as_text: !quotes };
    let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::NONE, false);
    let mut records = Vec::new();
    let mut keep = |record: Record<'_>| records.push(record.cells().map(String::from).collect());
    for piece in file[if bom { 3 } else { 0 }..].chunks(piece) {
        reader.push(piece, &mut keep).ok()?;
    }
    reader.finish(&mut keep).ok()?;
    Some(records)
}

fn answers(mut input: &[u8]) -> Option<Vec<u8>> {
    let mut answers = Vec::new();
    let mut number = 0;
    while let Some((&[delimiter, quotes, a, b, c, d], rest)) = input.split_first_chunk() {
        let (file, rest) = rest.split_at_checked(u32::from_le_bytes([a, b, c, d]) as usize)?;
        // Each file in pieces of another length.
        number += 1;
        let records = records(file, Delimiter::new(delimiter)?, quotes == 1, 1 + number % 67)?;
        serde_json::to_writer(&mut answers, &records).ok()?;
        answers.push(b'\n');
        input = rest;
    }
    input.is_empty().then_some(answers)
}

fn main() -> ExitCode {
    let mut input = Vec::new();
    let read = std::io::stdin().read_to_end(&mut input).ok().and_then(|_| answers(&input));
    match read.map(|answers| std::io::stdout().write_all(&answers)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
