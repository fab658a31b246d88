//! `roster rows`.

use std::{io::Write, process::ExitCode};

use roster::{
    Dialect, HEAD_SIZE, Limits, NativeDecoders, ReadError, Reader, Record, Refusal, bare_dialect,
    guess_again, look,
};

use crate::{
    arguments::RowsArguments,
    failure::Failure,
    file::{PIECE, Source},
};

/// Prints every record.
pub(crate) fn run(arguments: &RowsArguments, output: &mut impl Write) -> Result<ExitCode, Failure> {
    let mut source = Source::open(&arguments.file, arguments.sheet.as_deref())?;
    let overrides = &arguments.overrides();
    let (mut dialect, certain) = match look(&source.head, source.is_complete(), overrides, &NativeDecoders) {
        Ok(opened) => (opened.dialect, opened.encoding_certain),
        // A file of separators only has records too.
        Err(Refusal::Empty) => (bare_dialect(&source.head, overrides), true),
        Err(refusal) => return Err(refusal.into()),
    };
    // The output cannot be withdrawn: the encoding is verified first.
    if !certain
        && let Err(ReadError::WrongEncoding { offset }) = read(&mut source, &dialect, true, |_| Ok(()))?
    {
        let part = source.range(offset, HEAD_SIZE as u64)?;
        dialect.encoding = guess_again(&source.head, &part, &NativeDecoders);
    }
    let mut line = Vec::new();
    read(&mut source, &dialect, false, |record| {
        line.clear();
        line.push(b'[');
        for (column, cell) in record.cells().enumerate() {
            if column > 0 {
                line.push(b',');
            }
            serde_json::to_writer(&mut line, &cell).map_err(|error| Failure::Output(error.into()))?;
        }
        line.extend_from_slice(b"]\n");
        output.write_all(&line).map_err(Failure::Output)
    })?
    .map_err(|_| Failure::Refused(Refusal::TooManyColumns))?;
    Ok(ExitCode::SUCCESS)
}

/// Hands out every record. The outer error is the system's or the sink's.
fn read(
    source: &mut Source,
    dialect: &Dialect,
    strict: bool,
    mut sink: impl FnMut(&Record<'_>) -> Result<(), Failure>,
) -> Result<Result<(), ReadError>, Failure> {
    let mut reader = Reader::new(dialect, &NativeDecoders, Limits::NONE, strict);
    source.seek(dialect.bom_length())?;
    let mut result = Ok(());
    let mut each = |record: Record<'_>| {
        if result.is_ok() {
            result = sink(&record);
        }
    };
    loop {
        let length = source.read(reader.space(PIECE))?;
        let read = if length == 0 { reader.finish(&mut each) } else { reader.advance(length, &mut each) };
        if length == 0 || read.is_err() {
            result?;
            return Ok(read);
        }
    }
}
