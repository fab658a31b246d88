//! Reads a file of UTF-8 with commas by the engine's own parser and by the `csv` crate, for measuring: `reading FILE.csv`.
//!
//! Both get the same bytes from memory, in pieces of 256 KiB, and pass on every field. Only the ratios say something beyond
//! the machine.

use std::{
    hint::black_box,
    io::Write,
    process::ExitCode,
    time::{Duration, Instant},
};

use roster::{Delimiter, Dialect, Encoding, Limits, NativeDecoders, Reader, Record};

const PIECE: usize = 256 * 1024;
const RUNS: usize = 9;

/// What was read, to compare and so that it is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Total {
    records: u64,
    fields: u64,
    bytes: u64,
}

impl Total {
    fn field(&mut self, field: &[u8]) {
        self.fields += 1;
        self.bytes += black_box(field).len() as u64;
    }
}

fn by_engine(file: &[u8], mut each: impl FnMut(&mut Total, &Record<'_>)) -> Total {
    let dialect = Dialect {
        encoding: Encoding::Utf8,
        bom: false,
        delimiter: Delimiter::COMMA,
        header_row: None,
        quotes_as_text: false,
    };
    let mut total = Total::default();
    let mut count = |record: Record<'_>| {
        total.records += 1;
        each(&mut total, &record);
    };
    let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::CHECK, true);
    let read = file
        .chunks(PIECE)
        .try_for_each(|piece| reader.push(piece, &mut count))
        .and_then(|()| reader.finish(&mut count));
    assert!(read.is_ok(), "the file is UTF-8");
    total
}

fn engine_text(file: &[u8]) -> Total {
    by_engine(file, |total, record| record.cells().for_each(|field| total.field(field.as_bytes())))
}

fn engine_bytes(file: &[u8]) -> Total {
    by_engine(file, |total, record| {
        for field in (0..record.width()).filter_map(|column| record.bytes(column)) {
            total.field(&field);
        }
    })
}

fn crate_reader(file: &[u8]) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).buffer_capacity(PIECE).from_reader(file)
}

fn crate_text(file: &[u8]) -> Total {
    let (mut reader, mut record, mut total) =
        (crate_reader(file), csv::StringRecord::new(), Total::default());
    while reader.read_record(&mut record).expect("the file is UTF-8") {
        total.records += 1;
        record.iter().for_each(|field| total.field(field.as_bytes()));
    }
    total
}

fn crate_bytes(file: &[u8]) -> Total {
    let (mut reader, mut record, mut total) = (crate_reader(file), csv::ByteRecord::new(), Total::default());
    while reader.read_byte_record(&mut record).expect("memory can be read") {
        total.records += 1;
        record.iter().for_each(|field| total.field(field));
    }
    total
}

fn main() -> ExitCode {
    let Some(Ok(file)) = std::env::args_os().nth(1).map(std::fs::read) else {
        return ExitCode::from(2);
    };
    let mut output = std::io::stdout();
    type Way = fn(&[u8]) -> Total;
    for (what, [engine, other]) in
        [("str", [engine_text, crate_text] as [Way; 2]), ("bytes", [engine_bytes, crate_bytes])]
    {
        // In turn, so that both have the same share of a busy machine.
        let mut times: [Vec<Duration>; 2] = Default::default();
        let mut totals = [Total::default(); 2];
        for _ in 0..RUNS {
            for (way, read) in [engine, other].into_iter().enumerate() {
                let begun = Instant::now();
                totals[way] = read(&file);
                times[way].push(begun.elapsed());
            }
        }
        assert_eq!(totals[0], totals[1], "both read the same");
        // The fastest run is the one that other programs disturbed least.
        let [engine, other] = times.map(|times| times.into_iter().min().unwrap_or_default().as_secs_f64());
        let rate = |seconds: f64| file.len() as f64 / 1e6 / seconds;
        let line = writeln!(
            output,
            "{} records to {} fields of {what}: engine {:.0} ms ({:.0} MB/s), csv crate {:.0} ms ({:.0} MB/s), ratio {:.2}",
            totals[0].records,
            totals[0].fields,
            engine * 1e3,
            rate(engine),
            other * 1e3,
            rate(other),
            other / engine,
        );
        if line.is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
