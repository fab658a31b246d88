//! Reads a spreadsheet some times and prints the fastest, for measuring: `workbook_reading FILE [TIMES]`.

use std::{
    io::Write,
    process::ExitCode,
    time::{Duration, Instant},
};

use sheets::{Budget, read};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(Ok(file)) = arguments.next().map(std::fs::read) else {
        return ExitCode::from(2);
    };
    let times = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(5);
    let mut fastest = Duration::MAX;
    let (mut rows, mut bytes) = (0, 0);
    for _ in 0..times {
        (rows, bytes) = (0, 0);
        let begun = Instant::now();
        let clock = || begun.elapsed();
        let read = read(&file, &Budget::new(&clock), |sheet, csv| {
            rows += sheet.rows;
            bytes += csv.len();
        });
        if read.is_err() {
            return ExitCode::FAILURE;
        }
        fastest = fastest.min(begun.elapsed());
    }
    let line = writeln!(
        std::io::stdout(),
        "{} bytes, {rows} rows as {bytes} bytes of CSV: {:.0} ms",
        file.len(),
        fastest.as_secs_f64() * 1e3
    );
    if line.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
