//! `roster`: checks files of people on the command line, by the same rules as the browser and the server, invites them,
//! and exports the people of an account.

mod api;
mod arguments;
mod check;
mod content;
mod emails;
mod export;
mod failure;
mod file;
mod fix;
mod invite;
mod report;
mod rows;
mod run_record;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use arguments::{Arguments, Command};
use clap::Parser;
use failure::Failure;

fn main() -> ExitCode {
    // Ends the process itself: with 0 after help and version, with 2 after a mistake.
    let arguments = Arguments::parse();
    let mut output = io::BufWriter::new(io::stdout().lock());
    let result = match arguments.command {
        Command::Invite(arguments) => invite::run(&arguments, &mut output),
        Command::Export(arguments) => export::run(&arguments, &mut output),
        Command::Check(arguments) => check::run(&arguments, &mut output),
        Command::Fix(arguments) => fix::run(&arguments, &mut output),
        Command::Rows(arguments) => rows::run(&arguments, &mut output),
        Command::Emails => emails::run(io::stdin().lock(), &mut output),
    };
    // The reader of a pipe may close it before the end, which changes nothing of what was done.
    let result = result.and_then(|code| match output.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(code),
    });
    match result {
        Ok(code) => code,
        // What is only printed ends there.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = output.flush();
            let _ = writeln!(io::stderr(), "roster: {}", failure.message());
            ExitCode::from(2)
        }
    }
}
