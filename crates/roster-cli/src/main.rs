//! `roster`: checks people files on the command line, by the same rules as the browser and the server.

mod arguments;
mod check;
mod emails;
mod file;
mod rows;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use arguments::Command;
use roster::Refusal;

const USAGE: &str = "\
Usage:
  roster check FILE [--format text|json] [--delimiter C] [--encoding LABEL]
                    [--header-row N|none] [--map email=NAME,first_name=NAME,...]
                    [--problems OUT.csv]
      Checks the people of a CSV file. Exit status 0: every row is ready or a
      warning; 1: at least one error or duplicate; 2: the file cannot be read.
      NAME is a header or a column number; fields: email, first_name, last_name,
      full_name, role, teams, workspace, language.
  roster rows FILE [--delimiter C] [--encoding LABEL]
      Prints every record as one JSON array of strings a line.
  roster emails
      Reads addresses from standard input, a line each, and answers for each
      'valid', or 'invalid', a tab and the reason.
";

/// Why a command failed.
#[derive(Debug)]
enum Failure {
    Usage(String),
    /// The file, or its name, and the system's error.
    Io(String, io::Error),
    Refused(Refusal),
    /// The output was closed by its reader.
    Output(io::Error),
}

impl Failure {
    fn message(&self) -> String {
        match self {
            Self::Usage(message) => format!("{message}\n\n{USAGE}"),
            Self::Io(name, error) => format!("{name}: {error}"),
            Self::Refused(refusal) => explain(*refusal).to_owned(),
            Self::Output(error) => error.to_string(),
        }
    }
}

/// What a refused file is, and what to do.
const fn explain(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Empty => "the file is empty",
        Refusal::Xlsx => "this is an Excel workbook; save it as CSV (File > Save As > CSV UTF-8)",
        Refusal::Xls => "this is an old Excel workbook or another Office document; save it as CSV",
        Refusal::Ods => "this is an OpenDocument spreadsheet; save it as CSV",
        Refusal::Zip => "this is a ZIP archive; unpack it and take the CSV file inside",
        Refusal::Archive => "this is a compressed archive; unpack it and take the CSV file inside",
        Refusal::Pdf => "this is a PDF document; export the table as CSV where it came from",
        Refusal::Html => "this is a web page or XML; export the table as CSV where it came from",
        Refusal::Rtf => "this is a formatted text document; save the table as CSV",
        Refusal::Json => "this is JSON; export the table as CSV",
        Refusal::Image => "this is a picture; export the table as CSV where it came from",
        Refusal::Utf32 => "this is UTF-32 text; save it as UTF-8",
        Refusal::Binary => "this is no text file; export the table as CSV where it came from",
        Refusal::NoAddressColumn => "no column holds e-mail addresses; name one with --map email=NAME",
        Refusal::TooManyColumns => {
            "a record has more than 16,384 cells: the delimiter may be wrong (--delimiter)"
        }
    }
}

fn main() -> ExitCode {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let result = arguments::parse(std::env::args_os().skip(1)).and_then(|command| match command {
        Command::Help => {
            output.write_all(USAGE.as_bytes()).map_err(Failure::Output)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Check(arguments) => check::run(&arguments, &mut output),
        Command::Rows(arguments) => rows::run(&arguments, &mut output),
        Command::Emails => emails::run(io::stdin().lock(), &mut output),
    });
    let result = result.and_then(|code| output.flush().map(|()| code).map_err(Failure::Output));
    match result {
        Ok(code) => code,
        // The reader of a pipe went away: that is its right.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = output.flush();
            let _ = writeln!(io::stderr(), "roster: {}", failure.message());
            ExitCode::from(2)
        }
    }
}
