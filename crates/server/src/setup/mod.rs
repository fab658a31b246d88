//! `server setup`: asks for the settings that a server needs, tries them at once, and writes the file from which the service takes
//! them.

mod file;
mod questions;

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::Command;

use file::Settings;
use questions::{GROUPS, Group, Question, Trial};

/// A command that ends with this where it has warnings alone.
const DOCTOR: &str = "doctor";
const WARNS: i32 = 1;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The file with the settings, as MSI_ and a name, a value, one a line. What it has already is kept or offered.
    #[arg(long, default_value = "environment")]
    out: PathBuf,
    /// Ask nothing: take what is set in the environment, and fail where something is missing or does not work.
    #[arg(long)]
    unattended: bool,
    /// Write the file also where something does not work yet.
    #[arg(long)]
    anyway: bool,
}

/// Asks, tries and writes. Returns what to say.
///
/// # Errors
/// When something is missing or does not work and nobody is asked, or the file cannot be read or written. It is as it was then.
pub(crate) fn run(
    options: &Options,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<String, String> {
    let mut settings = Settings::read(&options.out)?;
    let mut failures = Vec::new();
    for group in &GROUPS {
        loop {
            if options.unattended {
                take(group, &mut settings)?;
            } else {
                ask(group, &mut settings, input, output)?;
            }
            let Err(failure) = try_out(group, &settings) else { break };
            if options.unattended {
                failures.push(format!("{}: {failure}", group.name));
                break;
            }
            let again = "Type n to leave it as it is, or Enter to answer again: ";
            tell(output, &format!("That does not work yet: {failure}\n{again}"))?;
            if read_line(input)?.eq_ignore_ascii_case("n") {
                failures.push(format!("{}: {failure}", group.name));
                break;
            }
        }
    }
    if options.unattended && !options.anyway && !failures.is_empty() {
        return Err(format!("nothing was written, as not everything works:\n{}", failures.join("\n")));
    }
    settings.write(&options.out)?;
    let mut said = format!("{} is written", options.out.display());
    for failure in &failures {
        said.push_str("\nnot working yet: ");
        said.push_str(failure);
    }
    said.push_str("\nstart the service, then open the link of: server sign-in-link");
    Ok(said)
}

/// Takes the answers of a group from the environment.
fn take(group: &Group, settings: &mut Settings) -> Result<(), String> {
    for question in group.questions {
        if let Some(given) = std::env::var(question.setting).ok().filter(|given| !given.is_empty()) {
            settings.set(question.setting, &given)?;
        }
        if question.is_required && settings.get(question.setting).is_none() {
            return Err(format!("{} is missing: {}", question.setting, question.text));
        }
    }
    Ok(())
}

fn ask(
    group: &Group,
    settings: &mut Settings,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<(), String> {
    tell(output, &format!("\n{}\n", group.name))?;
    for question in group.questions {
        if question.follows.is_some_and(|before| settings.get(before).is_none()) {
            continue;
        }
        loop {
            tell(output, &prompt(question, settings.get(question.setting)))?;
            let answer = if question.is_secret && std::io::stdin().is_terminal() {
                // Nobody is to read it from the screen.
                rpassword::read_password().map_err(|error| error.to_string())?
            } else {
                read_line(input)?
            };
            match answer.as_str() {
                "" => {}
                "-" => settings.remove(question.setting),
                answer => settings.set(question.setting, answer)?,
            }
            if !question.is_required || settings.get(question.setting).is_some() {
                break;
            }
            tell(output, "It is needed.\n")?;
        }
    }
    Ok(())
}

/// What Enter keeps stands in brackets, but for secrets.
fn prompt(question: &Question, known: Option<&str>) -> String {
    let kept = match known {
        Some(_) if question.is_secret => " [as it is]".to_owned(),
        Some(known) => format!(" [{known}]"),
        None if question.is_required => String::new(),
        None => " [none]".to_owned(),
    };
    format!("  {}{kept}: ", question.text)
}

/// Tries the answers of a group by another command of this program, which reads them as the service will.
fn try_out(group: &Group, settings: &Settings) -> Result<(), String> {
    let Some(Trial { command, needs }) = group.trial else { return Ok(()) };
    if needs.is_some_and(|setting| settings.get(setting).is_none()) {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut trial = Command::new(program);
    trial.args(command);
    for (name, _) in std::env::vars_os() {
        // Where the package has its files, and nothing else of before.
        if name.to_string_lossy().starts_with("MSI_")
            && !questions::OF_THE_PLACE.iter().any(|kept| name == *kept)
        {
            trial.env_remove(name);
        }
    }
    trial.env("RUST_LOG", "off").envs(settings.pairs());
    let done = trial.output().map_err(|error| error.to_string())?;
    let only_warns =
        command.contains(&DOCTOR) && done.status.code() == Some(WARNS) && !done.stdout.is_empty();
    if done.status.success() || only_warns {
        return Ok(());
    }
    let said = [done.stdout, done.stderr].map(|text| String::from_utf8_lossy(&text).trim().to_owned());
    Err(said.join("\n").trim().trim_start_matches("server: ").to_owned())
}

fn read_line(input: &mut dyn BufRead) -> Result<String, String> {
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(0) => Err("the answers ended before the questions; nothing was written".to_owned()),
        Ok(_) => Ok(line.trim().to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn tell(output: &mut dyn Write, text: &str) -> Result<(), String> {
    output.write_all(text.as_bytes()).and_then(|()| output.flush()).map_err(|error| error.to_string())
}
