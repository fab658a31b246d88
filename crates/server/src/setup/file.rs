//! The file of settings, which systemd and a shell read alike.

use std::io::Write as _;
use std::path::Path;

/// The entries of the file, those that set something by the names of the settings.
pub(super) struct Settings {
    entries: Vec<Entry>,
}

/// A line, or the lines of a value that has line breaks, as they are in the file.
enum Entry {
    Set {
        name: String,
        value: String,
        text: String,
    },
    /// A comment, or empty.
    Other(String),
}

/// What a setting is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given<'a> {
    Value(&'a str),
    /// The path of a file with the value.
    File(&'a str),
}

/// The name of the setting whose value is the path of a file with this one's.
pub(super) fn file_of(name: &str) -> String {
    format!("{name}_FILE")
}

impl Settings {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let failed = |why: String| format!("{}: {why}", path.display());
        match std::fs::read_to_string(path) {
            Ok(text) => Self::of(&text).map_err(failed),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self { entries: Vec::new() }),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    fn of(text: &str) -> Result<Self, String> {
        let mut lines = text.split_terminator('\n').peekable();
        let mut entries = Vec::new();
        while let Some(line) = lines.next() {
            let Some(name) = name_in(line) else {
                entries.push(Entry::Other(line.to_owned()));
                continue;
            };
            let mut text = line.to_owned();
            let value = loop {
                if let Some(value) = text.split_once('=').and_then(|(_, value)| unquoted(value)) {
                    break value;
                }
                // The value goes on, unless a quotation was forgotten to be closed.
                let next = lines.next_if(|next| name_in(next).is_none());
                let next =
                    next.ok_or_else(|| format!("{name} begins a quotation that does not end: close it"))?;
                text = format!("{text}\n{next}");
            };
            entries.push(Entry::Set { name: name.to_owned(), value, text });
        }
        Ok(Self { entries })
    }

    /// The value of a setting, if it is not empty. Of several entries the last one holds, as for whoever else reads the file.
    pub(super) fn get(&self, wanted: &str) -> Option<&str> {
        let found = self.pairs().filter(|(name, _)| *name == wanted).last();
        found.map(|(_, value)| value).filter(|value| !value.is_empty())
    }

    /// What a secret is taken from.
    pub(super) fn secret(&self, name: &str) -> Option<Given<'_>> {
        let file = || self.get(&file_of(name)).map(Given::File);
        self.get(name).map(Given::Value).or_else(file)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Set { name, value, .. } => Some((name.as_str(), value.as_str())),
            Entry::Other(_) => None,
        })
    }

    /// Entries that have the value already stay as they are.
    ///
    /// # Errors
    /// When the value cannot be in the file.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if self.get(name) == Some(value) {
            return Ok(());
        }
        let quoted = quoted(value).ok_or_else(|| {
            format!("{name}: a line break or another control character cannot be in the file: leave it out")
        })?;
        let made =
            Entry::Set { name: name.to_owned(), value: value.to_owned(), text: format!("{name}={quoted}") };
        let is_known = |entry: &&mut Entry| matches!(entry, Entry::Set { name: known, .. } if known == name);
        match self.entries.iter_mut().rfind(is_known) {
            Some(known) => *known = made,
            None => self.entries.push(made),
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, wanted: &str) {
        self.entries.retain(|entry| !matches!(entry, Entry::Set { name, .. } if name == wanted));
    }

    fn text(&self) -> String {
        let text = |entry: &Entry| match entry {
            Entry::Set { text, .. } | Entry::Other(text) => format!("{text}\n"),
        };
        self.entries.iter().map(text).collect()
    }

    /// Replaces the file, which then is its owner's and its group's as before, and nobody else reads it. A new one is readable by
    /// its owner alone.
    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut made = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        made.write_all(self.text().as_bytes()).and_then(|()| made.as_file().sync_all()).map_err(failed)?;
        #[cfg(unix)]
        if let Ok(before) = std::fs::metadata(path) {
            use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
            std::os::unix::fs::fchown(made.as_file(), Some(before.uid()), Some(before.gid()))
                .map_err(failed)?;
            let rights = std::fs::Permissions::from_mode(before.mode() & 0o640);
            made.as_file().set_permissions(rights).map_err(failed)?;
        }
        made.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// The name of the setting that a line sets.
fn name_in(line: &str) -> Option<&str> {
    let (name, _) = line.trim_start().split_once('=')?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && name.starts_with("MSI_")).then_some(name)
}

/// The value that a shell and systemd take from a text with quotation marks; `None` where it goes on in the next line.
fn unquoted(text: &str) -> Option<String> {
    let mut value = String::new();
    let mut signs = text.trim().chars();
    while let Some(sign) = signs.next() {
        match sign {
            '\'' => loop {
                match signs.next()? {
                    '\'' => break,
                    sign => value.push(sign),
                }
            },
            '"' => loop {
                match signs.next()? {
                    '"' => break,
                    '\\' => match signs.next()? {
                        '\n' => {}
                        sign if ESCAPED.contains(&sign) => value.push(sign),
                        sign => value.extend(['\\', sign]),
                    },
                    sign => value.push(sign),
                }
            },
            '\\' => match signs.next()? {
                '\n' => {}
                sign => value.push(sign),
            },
            sign => value.push(sign),
        }
    }
    Some(value)
}

/// What means something else between double quotation marks, unless a backslash precedes it.
const ESCAPED: [char; 4] = ['"', '\\', '$', '`'];

/// A value as a shell and systemd take it; `None` where one of them cannot. They do not agree on how to write a single quotation
/// mark but between double ones.
pub(super) fn quoted(value: &str) -> Option<String> {
    if value.chars().any(|sign| sign.is_control() && sign != '\t') {
        return None;
    }
    if !value.contains('\'') {
        return Some(format!("'{value}'"));
    }
    let mut quoted = String::from('"');
    for sign in value.chars() {
        if ESCAPED.contains(&sign) {
            quoted.push('\\');
        }
        quoted.push(sign);
    }
    quoted.push('"');
    Some(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_what_is_not_asked_for_stays_in_the_file_as_it_is() {
        let kept = "# mine\r\nMSI_SEATS=100 \nMSI_ACCOUNT_NAME=\"O'Brien \\\"sales\\\"\"\nMSI_SECRET_KEYS='one\ntwo'\n";
        let mut settings = Settings::of(&format!("{kept}MSI_SMTP='smtp://a b'\n")).unwrap();
        assert_eq!(
            settings.pairs().collect::<Vec<_>>(),
            [
                ("MSI_SEATS", "100"),
                ("MSI_ACCOUNT_NAME", "O'Brien \"sales\""),
                ("MSI_SECRET_KEYS", "one\ntwo"),
                ("MSI_SMTP", "smtp://a b")
            ]
        );
        settings.set("MSI_ACCOUNT_NAME", "O'Brien \"sales\"").unwrap();
        settings.set("MSI_SMTP", "smtp://other").unwrap();
        settings.set("MSI_MAIL_FROM", "Northwind $HOME").unwrap();
        let written = format!("{kept}MSI_SMTP='smtp://other'\nMSI_MAIL_FROM='Northwind $HOME'\n");
        assert_eq!(settings.text(), written);
        settings.remove("MSI_SMTP");
        assert_eq!(settings.text(), format!("{kept}MSI_MAIL_FROM='Northwind $HOME'\n"));
    }

    #[test]
    fn n4_of_two_entries_the_last_one_holds() {
        let mut settings = Settings::of("MSI_SEATS=1\nMSI_TEAMS=1\nMSI_SEATS=2\n").unwrap();
        assert_eq!(settings.get("MSI_SEATS"), Some("2"));
        settings.set("MSI_SEATS", "3").unwrap();
        assert_eq!(settings.text(), "MSI_SEATS=1\nMSI_TEAMS=1\nMSI_SEATS='3'\n");
        settings.remove("MSI_SEATS");
        assert_eq!(settings.text(), "MSI_TEAMS=1\n");
    }

    #[test]
    fn n4_a_quotation_that_is_not_closed_is_refused_and_a_value_that_no_reader_takes() {
        let refused = Settings::of("MSI_ACCOUNT_NAME=O'Brien\nMSI_MAIL_FROM='a'\n").err().unwrap();
        assert!(refused.contains("MSI_ACCOUNT_NAME begins a quotation"), "{refused}");
        let mut settings = Settings::of("").unwrap();
        for value in ["a\nb", "a\rb", "a\u{1}b"] {
            let refused = settings.set("MSI_SMTP", value).unwrap_err();
            assert!(refused.contains("MSI_SMTP: a line break"), "{refused}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn n4_a_shell_takes_each_value_as_it_was_given() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("environment");
        for value in [
            "O'Brien sales",
            "a\"b'c\\d$HOME`e`!f",
            "plain $HOME \"x\" \\ `y`",
            "'",
            "' ",
            "Ümläut\t'tab'",
            "smtp://user:p%40ss@mail.example.com:587?tls=required",
        ] {
            let mut settings = Settings::of("").unwrap();
            settings.set("MSI_SMTP", value).unwrap();
            assert_eq!(Settings::of(&settings.text()).unwrap().get("MSI_SMTP"), Some(value));
            settings.write(&file).unwrap();
            let mut shell = std::process::Command::new("sh");
            shell.args(["-euc", ". \"$1\"; printf %s \"$MSI_SMTP\"", "sh"]).arg(&file);
            assert_eq!(String::from_utf8(shell.output().unwrap().stdout).unwrap(), value);
        }
    }

    #[cfg(unix)]
    #[test]
    fn n4_others_lose_the_right_to_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("environment");
        let mode = |file: &Path| std::fs::metadata(file).unwrap().permissions().mode() & 0o777;
        Settings::of("MSI_SEATS=1").unwrap().write(&file).unwrap();
        assert_eq!(mode(&file), 0o600, "a new one");
        for (before, after) in [(0o644, 0o640), (0o666, 0o640), (0o640, 0o640), (0o600, 0o600)] {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(before)).unwrap();
            Settings::of("MSI_SEATS=1").unwrap().write(&file).unwrap();
            assert_eq!(mode(&file), after, "{before:o}");
        }
    }
}
