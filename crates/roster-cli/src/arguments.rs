//! The command line.

use std::{ffi::OsString, path::PathBuf};

use roster::{Delimiter, Encoding, HeaderRow, Overrides, Target};

use crate::Failure;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Check(CheckArguments),
    Rows(RowsArguments),
    Emails,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct CheckArguments {
    pub file: PathBuf,
    pub format: Format,
    pub overrides: Overrides,
    /// Which column, by header or number, is which field.
    pub map: Vec<(Target, String)>,
    pub problems: Option<PathBuf>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RowsArguments {
    pub file: PathBuf,
    pub overrides: Overrides,
}

pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Failure> {
    let mut arguments = arguments.peekable();
    let command = match arguments.next() {
        Some(command) => command,
        None => return Err(usage("what is to be done?")),
    };
    match command.to_str() {
        Some("check") => parse_check(arguments),
        Some("rows") => parse_rows(arguments),
        Some("emails") => match arguments.next() {
            None => Ok(Command::Emails),
            Some(other) => Err(unexpected(&other)),
        },
        Some("help" | "--help" | "-h") => Ok(Command::Help),
        _ => Err(unexpected(&command)),
    }
}

fn parse_check(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parsed = CheckArguments::default();
    let mut file = None;
    while let Some(argument) = arguments.next() {
        let Some((option, attached)) = split_option(&argument) else {
            set_file(&mut file, argument)?;
            continue;
        };
        if matches!(option, "--help" | "-h") {
            return Ok(Command::Help);
        }
        let mut value = || value_of(option, attached, &mut arguments);
        match option {
            "--format" => {
                parsed.format = match text(option, value()?)?.as_str() {
                    "text" => Format::Text,
                    "json" => Format::Json,
                    other => return Err(usage(&format!("--format is text or json, not {other:?}"))),
                }
            }
            "--delimiter" => parsed.overrides.delimiter = Some(delimiter(&text(option, value()?)?)?),
            "--encoding" => parsed.overrides.encoding = Some(encoding(&text(option, value()?)?)?),
            "--header-row" => parsed.overrides.header_row = Some(header_row(&text(option, value()?)?)?),
            "--map" => parsed.map.extend(map(&text(option, value()?)?)?),
            "--problems" => parsed.problems = Some(value()?.into()),
            _ => return Err(unexpected(&argument)),
        }
    }
    parsed.file = file.ok_or_else(|| usage("which file?"))?;
    Ok(Command::Check(parsed))
}

fn parse_rows(mut arguments: impl Iterator<Item = OsString>) -> Result<Command, Failure> {
    let mut parsed = RowsArguments::default();
    let mut file = None;
    while let Some(argument) = arguments.next() {
        let Some((option, attached)) = split_option(&argument) else {
            set_file(&mut file, argument)?;
            continue;
        };
        let mut value = || text(option, value_of(option, attached, &mut arguments)?);
        match option {
            "--help" | "-h" => return Ok(Command::Help),
            "--delimiter" => parsed.overrides.delimiter = Some(delimiter(&value()?)?),
            "--encoding" => parsed.overrides.encoding = Some(encoding(&value()?)?),
            _ => return Err(unexpected(&argument)),
        }
    }
    parsed.file = file.ok_or_else(|| usage("which file?"))?;
    Ok(Command::Rows(parsed))
}

fn usage(message: &str) -> Failure {
    Failure::Usage(message.to_owned())
}

fn unexpected(argument: &OsString) -> Failure {
    usage(&format!("unexpected argument {}", argument.display()))
}

/// An option and the value behind its `=`; `None` for what is no option.
fn split_option(argument: &OsString) -> Option<(&str, Option<&str>)> {
    let argument = argument.to_str().filter(|text| text.starts_with('-') && text.len() > 1)?;
    Some(argument.split_once('=').map_or((argument, None), |(option, value)| (option, Some(value))))
}

fn value_of(
    option: &str,
    attached: Option<&str>,
    rest: &mut impl Iterator<Item = OsString>,
) -> Result<OsString, Failure> {
    attached
        .map(OsString::from)
        .or_else(|| rest.next())
        .ok_or_else(|| usage(&format!("{option} needs a value")))
}

fn text(option: &str, value: OsString) -> Result<String, Failure> {
    value.into_string().map_err(|_| usage(&format!("the value of {option} is no text")))
}

fn set_file(file: &mut Option<PathBuf>, argument: OsString) -> Result<(), Failure> {
    match file {
        None => {
            *file = Some(argument.into());
            Ok(())
        }
        Some(_) => Err(unexpected(&argument)),
    }
}

fn delimiter(text: &str) -> Result<Delimiter, Failure> {
    match text {
        "comma" => Ok(Delimiter::COMMA),
        "semicolon" => Ok(Delimiter::SEMICOLON),
        "tab" | "\\t" => Ok(Delimiter::TAB),
        "pipe" => Ok(Delimiter::PIPE),
        text => text.parse().map_err(|error| usage(&format!("--delimiter: {error}"))),
    }
}

fn encoding(label: &str) -> Result<Encoding, Failure> {
    Encoding::from_label(label).ok_or_else(|| usage(&format!("--encoding: {label:?} is not known")))
}

fn header_row(text: &str) -> Result<HeaderRow, Failure> {
    match text {
        "none" => Ok(HeaderRow::None),
        text => match text.parse() {
            Ok(row) if row > 0 => Ok(HeaderRow::At(row)),
            _ => Err(usage("--header-row is a number from 1 on, or none")),
        },
    }
}

fn map(text: &str) -> Result<Vec<(Target, String)>, Failure> {
    text.split(',')
        .map(|pair| {
            let (field, name) = pair
                .split_once('=')
                .ok_or_else(|| usage(&format!("--map wants FIELD=NAME, not {pair:?}")))?;
            let target = match field.trim() {
                "team" => Some(Target::Teams),
                name => Target::from_name(name).filter(|&target| target != Target::Ignore),
            };
            let target = target.ok_or_else(|| usage(&format!("--map: {field:?} is no field")))?;
            Ok((target, name.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{CheckArguments, Command, Failure, Format, parse};
    use roster::{Delimiter, Encoding, HeaderRow, Overrides, Target};

    fn parsed(line: &str) -> Result<Command, Failure> {
        parse(line.split_whitespace().map(Into::into))
    }

    #[test]
    fn every_option_of_check() {
        let command = parsed(
            "check people.csv --format=json --delimiter tab --encoding cp949 --header-row none \
             --map email=Mail,first_name=2 --problems out.csv",
        );
        let expected = CheckArguments {
            file: "people.csv".into(),
            format: Format::Json,
            overrides: Overrides {
                encoding: Some(Encoding::EucKr),
                delimiter: Some(Delimiter::TAB),
                header_row: Some(HeaderRow::None),
                quotes_as_text: false,
            },
            map: vec![(Target::Email, "Mail".into()), (Target::FirstName, "2".into())],
            problems: Some("out.csv".into()),
        };
        assert_eq!(command.ok(), Some(Command::Check(expected)));
    }

    #[test]
    fn mistakes_are_told() {
        for line in [
            "",
            "chek a.csv",
            "check",
            "check a.csv b.csv",
            "check a.csv --format xml",
            "check a.csv --format",
            "check a.csv --delimiter ab",
            "check a.csv --encoding klingon",
            "check a.csv --header-row 0",
            "check a.csv --map email",
            "check a.csv --map shoe=Size",
            "rows a.csv --problems x",
            "emails a.csv",
        ] {
            assert!(matches!(parsed(line), Err(Failure::Usage(_))), "{line}");
        }
    }
}
