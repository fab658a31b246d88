//! The command line.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    str::FromStr,
};

use api_types::limits;
use clap::{Args, Parser, Subcommand, ValueEnum};
use roster::{Delimiter, Encoding, Field, HeaderRow, Locale, Overrides, Role, Target};

/// Checks files of people by the same rules as the browser and the server.
#[derive(Debug, Parser)]
// Of an option given twice the last one counts: what an alias or a script sets can be set anew.
#[command(name = "roster", version, args_override_self = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum Command {
    /// Check the people of a CSV file or of a spreadsheet.
    ///
    /// Exit status 0: every row is ready or a warning; 1: at least one error or duplicate; 2: the file cannot be read.
    Check(CheckArguments),
    /// List what solves the problems of a file, or write the file with them solved.
    ///
    /// Exit status 0: it was done; 1: rows with an error or a duplicate are left; 2: the file cannot be read.
    Fix(FixArguments),
    /// Invite the people of a CSV file to an account.
    ///
    /// Rows that are not ready are left out. Run again after it was interrupted, it goes on where it stopped; nobody is
    /// invited twice. Exit status 0: everybody in the file was invited; 1: somebody was not; 2: it failed.
    Invite(InviteArguments),
    /// Write the members and invitations of an account as a CSV file that no spreadsheet takes for formulas.
    Export(ExportArguments),
    /// Print every record as one JSON array of strings per line.
    Rows(RowsArguments),
    /// Read addresses from standard input, one per line, and print for each 'valid', or 'invalid', a tab and the reason.
    Emails,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub input: RowsArguments,
    /// The format of the findings.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The record that holds the column names, from 1 on, or none.
    #[arg(long, value_name = "N|none", value_parser = header_row)]
    pub header_row: Option<HeaderRow>,
    /// Which column is which field: NAME is a header or a column number; the fields are email, first_name, last_name,
    /// full_name, role, teams, workspace and language. Of several columns for email, the first that is not empty counts.
    #[arg(long, value_name = "FIELD=NAME,...", value_delimiter = ',', value_parser = map)]
    pub map: Vec<(Target, String)>,
    #[command(flatten)]
    pub defaults: DefaultArguments,
    /// The rules of the account, as the console's Check a CSV file saves them. What the file does not name is not checked.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Write the rows that are not ready to this CSV file.
    #[arg(long, value_name = "OUT.csv")]
    pub problems: Option<PathBuf>,
}

#[derive(Debug, PartialEq, Eq, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["list", "apply", "replace"]))]
pub(crate) struct FixArguments {
    #[command(flatten)]
    pub input: RowsArguments,
    /// The record that holds the column names, from 1 on, or none.
    #[arg(long, value_name = "N|none", value_parser = header_row)]
    pub header_row: Option<HeaderRow>,
    /// Which column is which field, as for check.
    #[arg(long, value_name = "FIELD=NAME,...", value_delimiter = ',', value_parser = map)]
    pub map: Vec<(Target, String)>,
    /// The rules of the account, as for check: without them no team or workspace is unknown.
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Print each kind of fix, how many rows it changes, and what it does.
    #[arg(long, conflicts_with_all = ["apply", "replace"])]
    pub list: bool,
    /// Replace a text wherever it stands in a field, in any case of the letters A to Z, before --apply; an empty BY removes it.
    #[arg(long, num_args = 3, allow_hyphen_values = true, value_names = ["FIELD", "FIND", "BY"])]
    pub replace: Vec<String>,
    /// Apply the fixes of these kinds, in this order, or all that --list names, and write the corrected file.
    #[arg(long, value_name = "KIND,...|all", value_delimiter = ',')]
    pub apply: Vec<String>,
    /// The file to write, instead of standard output.
    #[arg(short, long, value_name = "OUT.csv")]
    pub output: Option<PathBuf>,
}

impl FixArguments {
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides { header_row: self.header_row, ..self.input.overrides() }
    }
}

/// What people get whose row says nothing, or where the file has no such column.
#[derive(Debug, Default, PartialEq, Eq, Args)]
pub(crate) struct DefaultArguments {
    /// The role of people whose row says none: user, unless given.
    #[arg(long, value_name = "user|admin", value_parser = role)]
    pub role: Option<Role>,
    /// A team of people whose row says none; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub team: Vec<String>,
    /// The workspace of people whose row says none: the account's default one, unless given.
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
    /// The language of mails to people whose row says none, such as en or pt-BR: en, unless given.
    #[arg(long, value_name = "TAG", value_parser = language)]
    pub language: Option<Locale>,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct RowsArguments {
    /// A file of CSV, packed by gzip or not, or a spreadsheet (.xlsx, .xlsm, .xls, .ods).
    pub file: PathBuf,
    /// The sheet of a spreadsheet; without this option the one with the most addresses.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// The character between cells, or comma, semicolon, tab, pipe.
    #[arg(long, value_name = "C", value_parser = delimiter)]
    pub delimiter: Option<Delimiter>,
    /// The file's encoding, such as UTF-8, windows-1252 or Shift_JIS.
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
    pub encoding: Option<Encoding>,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct InviteArguments {
    #[command(flatten)]
    pub input: RowsArguments,
    #[command(flatten)]
    pub api: ApiArguments,
    /// The record that holds the column names, from 1 on, or none.
    #[arg(long, value_name = "N|none", value_parser = header_row)]
    pub header_row: Option<HeaderRow>,
    /// Which column is which field, as for check.
    #[arg(long, value_name = "FIELD=NAME,...", value_delimiter = ',', value_parser = map)]
    pub map: Vec<(Target, String)>,
    #[command(flatten)]
    pub defaults: DefaultArguments,
    /// How many days the links are valid.
    #[arg(long, value_name = "DAYS", default_value_t = limits::EXPIRES_IN_DAYS_DEFAULT, value_parser = days)]
    pub expires_in_days: u8,
    /// Compare the file with the account, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write what became of each row to this CSV file.
    #[arg(long, value_name = "OUT.csv")]
    pub report: Option<PathBuf>,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct ExportArguments {
    #[command(flatten)]
    pub api: ApiArguments,
    /// The file to write, instead of standard output.
    #[arg(long, value_name = "OUT.csv")]
    pub output: Option<PathBuf>,
}

/// The account. The key is no argument: other users of the machine can read those.
#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct ApiArguments {
    /// The address of the console's backend, such as `https://console.example.com`. The API key, of the kind for a command
    /// line, is read from the environment variable MSI_API_KEY, or from --key-file.
    #[arg(long = "api", value_name = "URL")]
    pub url: String,
    /// A file that contains the API key, and nothing else.
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

impl InviteArguments {
    /// The options that decide which rows of that sheet are sent, and what they say, in an order of their own.
    pub(crate) fn deciding(&self, sheet: Option<&str>) -> Vec<(String, String)> {
        let header_row = self.header_row.map(|row| match row {
            HeaderRow::None => "none".to_owned(),
            HeaderRow::At(row) => row.to_string(),
        });
        let delimiter = self.input.delimiter.map(String::from);
        let encoding = self.input.encoding.map(|encoding| encoding.name().to_owned());
        // Of a field mapped twice the last column counts, but addresses may be in several.
        let place = |target: Target, column| (target.name(), (target == Target::Email).then_some(column));
        let map: BTreeMap<_, _> =
            self.map.iter().map(|(target, column)| (place(*target, column), column)).collect();
        let map: Vec<String> =
            map.into_iter().map(|((field, _), column)| format!("{field}={column}")).collect();
        let teams: Vec<&str> =
            self.defaults.team.iter().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect();
        [
            ("--sheet", sheet.unwrap_or_default().to_owned()),
            ("--header-row", header_row.unwrap_or_default()),
            ("--delimiter", delimiter.unwrap_or_default()),
            ("--encoding", encoding.unwrap_or_default()),
            ("--map", map.join(", ")),
            ("--role", self.defaults.role.unwrap_or_default().as_str().to_owned()),
            ("--team", teams.join(", ")),
            ("--workspace", self.defaults.workspace.clone().unwrap_or_default()),
            ("--language", self.defaults.language.unwrap_or_default().tag().to_owned()),
            ("--expires-in-days", self.expires_in_days.to_string()),
        ]
        .map(|(option, value)| (option.to_owned(), value))
        .into()
    }

    pub(crate) fn overrides(&self) -> Overrides {
        Overrides { header_row: self.header_row, ..self.input.overrides() }
    }
}

impl DefaultArguments {
    /// As a mapping has them.
    pub(crate) fn values(&self) -> Vec<(Field, String)> {
        [
            (Field::Role, self.role.map(|role| role.as_str().to_owned()).unwrap_or_default()),
            (Field::Teams, self.team.join(roster::TEAMS_SEPARATOR)),
            (Field::Workspace, self.workspace.clone().unwrap_or_default()),
            (Field::Language, self.language.map(|language| language.tag().to_owned()).unwrap_or_default()),
        ]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .collect()
    }
}

fn role(text: &str) -> Result<Role, &'static str> {
    roster::role::parse(text).ok_or("it is user or admin")
}

fn days(text: &str) -> Result<u8, String> {
    let range = limits::EXPIRES_IN_DAYS;
    let days = text.parse().ok().filter(|days| range.contains(days));
    days.ok_or_else(|| format!("it is a number from {} to {}", range.start(), range.end()))
}

fn language(tag: &str) -> Result<Locale, &'static str> {
    roster::language::parse(tag).ok_or("the product does not speak it")
}

impl CheckArguments {
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides { header_row: self.header_row, ..self.input.overrides() }
    }
}

impl RowsArguments {
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides { encoding: self.encoding, delimiter: self.delimiter, ..Overrides::default() }
    }
}

fn delimiter(text: &str) -> Result<Delimiter, <Delimiter as FromStr>::Err> {
    match text {
        "comma" => Ok(Delimiter::COMMA),
        "semicolon" => Ok(Delimiter::SEMICOLON),
        "tab" | "\\t" => Ok(Delimiter::TAB),
        "pipe" => Ok(Delimiter::PIPE),
        text => text.parse(),
    }
}

fn encoding(label: &str) -> Result<Encoding, &'static str> {
    Encoding::from_label(label).ok_or("no encoding has this label")
}

fn header_row(text: &str) -> Result<HeaderRow, &'static str> {
    match (text, text.parse()) {
        ("none", _) => Ok(HeaderRow::None),
        (_, Ok(row)) if row > 0 => Ok(HeaderRow::At(row)),
        _ => Err("it is a number from 1 on, or none"),
    }
}

fn map(pair: &str) -> Result<(Target, String), String> {
    let (field, name) = pair.split_once('=').ok_or("it is FIELD=NAME")?;
    let target = match field.trim() {
        "team" => Some(Target::Teams),
        name => Target::from_name(name).filter(|&target| target != Target::Ignore),
    };
    let target = target.ok_or_else(|| format!("{field:?} is no field"))?;
    Ok((target, name.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;
    use clap::{CommandFactory, Parser};

    use super::{Arguments, CheckArguments, Command, DefaultArguments, Format, RowsArguments};
    use roster::{Delimiter, Encoding, Field, HeaderRow, Locale, Overrides, Role, Target};

    fn parsed(line: &str) -> Result<Command, ErrorKind> {
        Arguments::try_parse_from(std::iter::once("roster").chain(line.split_whitespace()))
            .map(|arguments| arguments.command)
            .map_err(|error| error.kind())
    }

    #[test]
    fn the_declarations_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_option_of_check() {
        let command = parsed(
            "check people.csv --sheet People --format=json --delimiter tab --encoding cp949 --header-row none \
             --map email=Mail,first_name=2 --map team=Group --role administrador --team EMEA --team US \
             --workspace Europe --language pt-br --profile rules.json --problems out.csv",
        );
        let expected = CheckArguments {
            input: RowsArguments {
                file: "people.csv".into(),
                sheet: Some("People".into()),
                delimiter: Some(Delimiter::TAB),
                encoding: Some(Encoding::EucKr),
            },
            format: Format::Json,
            header_row: Some(HeaderRow::None),
            map: vec![
                (Target::Email, "Mail".into()),
                (Target::FirstName, "2".into()),
                (Target::Teams, "Group".into()),
            ],
            defaults: DefaultArguments {
                role: Some(Role::Admin),
                team: vec!["EMEA".into(), "US".into()],
                workspace: Some("Europe".into()),
                language: Some(Locale::PtBr),
            },
            profile: Some("rules.json".into()),
            problems: Some("out.csv".into()),
        };
        let overrides = Overrides {
            encoding: Some(Encoding::EucKr),
            delimiter: Some(Delimiter::TAB),
            header_row: Some(HeaderRow::None),
            quotes_as_text: false,
        };
        assert_eq!(expected.overrides(), overrides);
        let values = [
            (Field::Role, "admin"),
            (Field::Teams, "EMEA; US"),
            (Field::Workspace, "Europe"),
            (Field::Language, "pt-BR"),
        ];
        assert_eq!(expected.defaults.values(), values.map(|(field, text)| (field, text.to_owned())));
        assert_eq!(command, Ok(Command::Check(expected)));
    }

    #[test]
    fn of_an_option_given_twice_the_last_one_counts() {
        for (twice, once) in [
            ("check a.csv --format text --format json", "check a.csv --format json"),
            ("check a.csv --header-row 3 --header-row none", "check a.csv --header-row none"),
            ("check a.csv --problems one.csv --problems two.csv", "check a.csv --problems two.csv"),
            ("check a.csv --encoding cp949 --encoding UTF-8", "check a.csv --encoding UTF-8"),
            ("rows a.csv --delimiter tab --delimiter ;", "rows a.csv --delimiter ;"),
        ] {
            let expected = parsed(once);
            assert!(expected.is_ok(), "{once}");
            assert_eq!(parsed(twice), expected, "{twice}");
        }
    }

    #[test]
    fn a_mistake_in_the_arguments_is_an_error() {
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
            "check a.csv --role emperor",
            "check a.csv --language tlh",
            "rows a.csv --problems x",
            "invite a.csv",
            "invite --api http://localhost",
            "invite a.csv --api http://localhost --role emperor",
            "invite a.csv --api http://localhost --key msi_key_x",
            "invite a.csv --api http://localhost --expires-in-days 45",
            "invite a.csv --api http://localhost --expires-in-days 0",
            "export",
            "emails a.csv",
            "fix a.csv",
            "fix a.csv --list --apply all",
            "fix a.csv --list --replace email a b",
            "fix a.csv --replace email a",
        ] {
            let kind = parsed(line).expect_err(line);
            assert!(!matches!(kind, ErrorKind::DisplayHelp | ErrorKind::DisplayVersion), "{line}: {kind:?}");
        }
    }

    #[test]
    fn what_decides_about_rows_is_the_same_in_any_order() {
        let deciding = |line: &str, sheet| match Arguments::try_parse_from(line.split(' '))
            .map(|parsed| parsed.command)
        {
            Ok(Command::Invite(arguments)) => arguments.deciding(sheet),
            other => panic!("{line}: {other:?}"),
        };
        let begun = deciding(
            "roster invite a.xlsx --api u --team EMEA --team US --map email=2 --map role=3",
            Some("People"),
        );
        let same = deciding(
            "roster invite a.xlsx --api u --map role=3,email=2 --team US --team EMEA",
            Some("People"),
        );
        assert_eq!(begun, same);
        let other = deciding(
            "roster invite a.xlsx --api u --team EMEA --team US --map email=2 --map role=3",
            Some("Leavers"),
        );
        assert_ne!(begun, other, "another sheet has other rows");
        let other = deciding(
            "roster invite a.xlsx --api u --team EMEA --team US --map email=5,email=2 --map role=3",
            Some("People"),
        );
        assert_ne!(begun, other, "a second column of addresses");
    }

    #[test]
    fn help_and_version_are_answered_everywhere() {
        for line in ["--help", "-h", "help", "check --help", "rows -h", "emails --help", "help check"] {
            assert_eq!(parsed(line), Err(ErrorKind::DisplayHelp), "{line}");
        }
        for line in ["--version", "-V"] {
            assert_eq!(parsed(line), Err(ErrorKind::DisplayVersion), "{line}");
        }
    }
}
