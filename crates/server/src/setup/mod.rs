//! `server setup`: asks for the settings that a server needs, tries them at once, and writes the file from which the service takes
//! them.

mod file;
mod questions;

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use file::{Given, Settings, file_of, quoted};
use questions::{DOCTOR, GROUPS, Group, Question, Trial, WARNS};

/// From which the service of the package takes its settings.
const OF_THE_PACKAGE: &str = "/etc/actions-admin/environment";

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
    let mut left = Vec::new();
    for group in &GROUPS {
        loop {
            if options.unattended {
                take(group, &mut settings)?;
            } else {
                ask(group, &mut settings, input, output)?;
            }
            let outcome = try_out(group, &settings)?;
            let (what, said) = match &outcome {
                Outcome::Works => break,
                Outcome::Warns(said) => ("That works, with a warning", said),
                Outcome::Fails(said) => ("That does not work yet", said),
            };
            if options.unattended {
                left.push((group.name, outcome));
                break;
            }
            let again = "Type n to leave it as it is, or Enter to answer again: ";
            tell(output, &format!("{what}: {said}\n{again}"))?;
            if read_line(input)?.eq_ignore_ascii_case("n") {
                left.push((group.name, outcome));
                break;
            }
        }
    }
    let has_failed = left.iter().any(|(_, outcome)| matches!(outcome, Outcome::Fails(_)));
    let lines = |works: &str, fails: &str| {
        let line = |(group, outcome): &(&str, Outcome)| match outcome {
            Outcome::Works => String::new(),
            Outcome::Warns(said) => format!("{works}{group}: {said}\n"),
            Outcome::Fails(said) => format!("{fails}{group}: {said}\n"),
        };
        left.iter().map(line).collect::<String>()
    };
    if options.unattended && !options.anyway && has_failed {
        let why = lines("with a warning: ", "");
        return Err(format!("nothing was written, as not everything works:\n{}", why.trim_end()));
    }
    settings.write(&options.out)?;
    let next = next_step(&options.out, &settings)?;
    Ok(format!("{}{next}", lines("works, with a warning: ", "not working yet: ")))
}

/// What to do with the file that was written.
fn next_step(file: &Path, settings: &Settings) -> Result<String, String> {
    let file = std::path::absolute(file).map_err(|error| error.to_string())?;
    let shown = file.display().to_string();
    if file == Path::new(OF_THE_PACKAGE) {
        let admin = settings.get("MSI_ADMIN_EMAIL").and_then(quoted).unwrap_or_default();
        return Ok(format!(
            "{shown} is written: start the service by `systemctl enable --now actions-admin` (where it runs already: \
             `systemctl restart actions-admin`), then open the link that `actions-admin-server sign-in-link --email {admin}` prints"
        ));
    }
    let sourced = quoted(&shown).unwrap_or_else(|| shown.clone());
    Ok(format!(
        "{shown} is written: start the server with it by `set -a; . {sourced}; set +a; server serve`, then open the link that it \
         prints"
    ))
}

/// What a question was answered with before.
fn given<'a>(question: &Question, settings: &'a Settings) -> Option<Given<'a>> {
    if question.is_secret {
        settings.secret(question.setting)
    } else {
        settings.get(question.setting).map(Given::Value)
    }
}

/// Answers a question by a value, and by nothing else.
fn set(question: &Question, settings: &mut Settings, value: &str) -> Result<(), String> {
    settings.set(question.setting, value)?;
    if question.is_secret {
        settings.remove(&file_of(question.setting));
    }
    Ok(())
}

/// Removes a setting, and what a start would refuse without it.
fn remove(setting: &str, settings: &mut Settings) {
    settings.remove(setting);
    settings.remove(&file_of(setting));
    for follower in questions::followers(setting) {
        remove(follower, settings);
    }
}

/// Takes the answers of a group from the environment.
fn take(group: &Group, settings: &mut Settings) -> Result<(), String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|given| !given.is_empty());
    for question in group.questions {
        let (setting, file) = (question.setting, file_of(question.setting));
        match (variable(setting), variable(&file).filter(|_| question.is_secret)) {
            (Some(_), Some(_)) => return Err(format!("{setting} and {file} are both set: give one of them")),
            (Some(value), None) => set(question, settings, &value)?,
            (None, Some(path)) => {
                settings.set(&file, &path)?;
                settings.remove(setting);
            }
            (None, None) => {}
        }
        if question.is_required && given(question, settings).is_none() {
            return Err(format!("{setting} is missing: {}", question.text));
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
            remove(question.setting, settings);
            continue;
        }
        loop {
            tell(output, &prompt(question, given(question, settings)))?;
            let answer = if question.is_secret && std::io::stdin().is_terminal() {
                // Nobody is to read it from the screen.
                rpassword::read_password().map_err(|error| error.to_string())?
            } else {
                read_line(input)?
            };
            match answer.as_str() {
                "" => {}
                "-" => remove(question.setting, settings),
                answer => {
                    if let Err(refusal) = set(question, settings, answer) {
                        tell(output, &format!("{refusal}\n"))?;
                        continue;
                    }
                }
            }
            if !question.is_required || given(question, settings).is_some() {
                break;
            }
            tell(output, "It is needed.\n")?;
        }
    }
    Ok(())
}

/// What Enter keeps stands in brackets, but for secrets.
fn prompt(question: &Question, known: Option<Given<'_>>) -> String {
    let kept = match known {
        Some(Given::File(path)) => format!(" [in the file {path}]"),
        Some(Given::Value(_)) if question.is_secret => " [as it is]".to_owned(),
        Some(Given::Value(known)) => format!(" [{known}]"),
        None if question.is_required => String::new(),
        None => " [none]".to_owned(),
    };
    format!("  {}{kept}: ", question.text)
}

/// How answers do.
enum Outcome {
    Works,
    Warns(String),
    Fails(String),
}

/// Tries the answers of a group. The first failure is told, and otherwise all warnings.
fn try_out(group: &Group, settings: &Settings) -> Result<Outcome, String> {
    let mut warnings = Vec::new();
    for trial in group.trials {
        if trial.needs.is_some_and(|setting| settings.secret(setting).is_none()) {
            continue;
        }
        match tried(trial, settings)? {
            Outcome::Works => {}
            Outcome::Warns(said) => warnings.push(said),
            Outcome::Fails(said) => return Ok(Outcome::Fails(said)),
        }
    }
    Ok(if warnings.is_empty() { Outcome::Works } else { Outcome::Warns(warnings.join("\n")) })
}

/// Tries answers by another command of this program, which reads them as the service will.
fn tried(Trial { command, .. }: &Trial, settings: &Settings) -> Result<Outcome, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut trial = Command::new(program);
    trial.args(*command);
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
    let is_report = command.contains(&DOCTOR) && !done.stdout.is_empty();
    if done.status.success() {
        return Ok(Outcome::Works);
    }
    let [report, errors] = [&done.stdout, &done.stderr].map(|text| String::from_utf8_lossy(text));
    // The first line of a report says when it was made.
    let report =
        if is_report { report.split_once('\n').map_or("", |(_, rest)| rest) } else { report.as_ref() };
    let said = format!("{}\n{}", report.trim(), errors.trim());
    let said = said.trim().trim_start_matches("server: ").to_owned();
    let only_warns = is_report && done.status.code() == Some(WARNS);
    Ok(if only_warns { Outcome::Warns(said) } else { Outcome::Fails(said) })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_the_file_of_the_package_is_for_its_service() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::read(&folder.path().join("environment")).unwrap();
        settings.set("MSI_ADMIN_EMAIL", "ana@example.com").unwrap();
        let said = next_step(Path::new(OF_THE_PACKAGE), &settings).unwrap();
        assert!(said.starts_with("/etc/actions-admin/environment is written: "), "{said}");
        for command in [
            "`systemctl enable --now actions-admin`",
            "`actions-admin-server sign-in-link --email 'ana@example.com'`",
        ] {
            assert!(said.contains(command), "{said}");
        }
    }
}
