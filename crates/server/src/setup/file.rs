//! The file of settings, which systemd and a shell read alike.

use std::io::Write as _;
use std::path::Path;

/// The lines of the file, those that set something by the names of the settings.
pub(super) struct Settings {
    lines: Vec<Line>,
}

enum Line {
    Set {
        name: String,
        value: String,
    },
    /// A comment, or empty.
    Other(String),
}

impl Settings {
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: {error}", path.display())),
        };
        Ok(Self::of(&text))
    }

    fn of(text: &str) -> Self {
        let line = |line: &str| match line.split_once('=') {
            Some((name, value)) if name.starts_with("MSI_") => {
                Line::Set { name: name.to_owned(), value: unquoted(value.trim()) }
            }
            _ => Line::Other(line.to_owned()),
        };
        Self { lines: text.lines().map(line).collect() }
    }

    pub(super) fn get(&self, wanted: &str) -> Option<&str> {
        self.pairs().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().filter_map(|line| match line {
            Line::Set { name, value } => Some((name.as_str(), value.as_str())),
            Line::Other(_) => None,
        })
    }

    /// # Errors
    /// When the value cannot stand in the file.
    pub(super) fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        if value.contains(['\'', '\n', '\r']) {
            return Err(format!(
                "{name}: the value has a quotation mark or a line break, which cannot be in the file"
            ));
        }
        let known = self.lines.iter_mut().find_map(|line| match line {
            Line::Set { name: known, value } if known == name => Some(value),
            _ => None,
        });
        match known {
            Some(known) => value.clone_into(known),
            None => self.lines.push(Line::Set { name: name.to_owned(), value: value.to_owned() }),
        }
        Ok(())
    }

    pub(super) fn remove(&mut self, wanted: &str) {
        self.lines.retain(|line| !matches!(line, Line::Set { name, .. } if name == wanted));
    }

    fn text(&self) -> String {
        let line = |line: &Line| match line {
            Line::Set { name, value } => format!("{name}='{value}'\n"),
            Line::Other(text) => format!("{text}\n"),
        };
        self.lines.iter().map(line).collect()
    }

    /// Replaces the file, which then is its owner's and its group's as before. A new one is readable by its owner alone.
    pub(super) fn write(&self, path: &Path) -> Result<(), String> {
        let failed = |error: std::io::Error| format!("{}: {error}", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut made = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        made.write_all(self.text().as_bytes()).and_then(|()| made.as_file().sync_all()).map_err(failed)?;
        #[cfg(unix)]
        if let Ok(before) = std::fs::metadata(path) {
            use std::os::unix::fs::MetadataExt as _;
            std::os::unix::fs::fchown(made.as_file(), Some(before.uid()), Some(before.gid()))
                .map_err(failed)?;
            made.as_file().set_permissions(before.permissions()).map_err(failed)?;
        }
        made.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A value without the quotation marks around it.
fn unquoted(value: &str) -> String {
    let within = |mark: char| value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    within('\'').or_else(|| within('"')).unwrap_or(value).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n4_what_is_not_asked_for_stays_in_the_file() {
        let mut settings = Settings::of("# mine\nMSI_SEATS=100\nMSI_SMTP='smtp://a b'\n");
        settings.set("MSI_SMTP", "smtp://other").unwrap();
        settings.set("MSI_ACCOUNT_NAME", "Northwind $HOME").unwrap();
        assert_eq!(
            settings.text(),
            "# mine\nMSI_SEATS='100'\nMSI_SMTP='smtp://other'\nMSI_ACCOUNT_NAME='Northwind $HOME'\n"
        );
        settings.remove("MSI_SMTP");
        assert_eq!(
            Settings::of(&settings.text()).pairs().collect::<Vec<_>>(),
            [("MSI_SEATS", "100"), ("MSI_ACCOUNT_NAME", "Northwind $HOME")]
        );
    }

    #[test]
    fn n4_a_value_that_would_end_its_quotation_is_refused() {
        assert!(Settings::of("").set("MSI_SMTP", "a'b").is_err());
    }
}
