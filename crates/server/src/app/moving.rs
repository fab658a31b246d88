//! The command that moves an account to PostgreSQL.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::data_folder::lock;
use crate::config::Place;
pub use crate::db::moving::Step;
use crate::db::moving::{self, MoveError, Moved};
use crate::error::StartError;

/// Between two lines about one table.
const PAUSE: Duration = Duration::from_secs(10);

/// A data folder as the command line names it.
///
/// # Errors
/// None: whatever it is, it is looked for.
pub fn folder(text: &str) -> Result<PathBuf, Infallible> {
    let path = text.strip_prefix("sqlite:").unwrap_or(text);
    Ok(path.strip_prefix("//").unwrap_or(path).into())
}

/// Moves the account of a data folder into the database of the place. Returns what to say at the end.
///
/// # Errors
/// When a server uses either of them, the database is not empty, or the copy differs. Run again, it goes on where it stopped.
pub async fn run(
    place: &Place,
    portion: NonZeroU32,
    tell: &mut (dyn FnMut(Step<'_>) + Send),
) -> Result<String, StartError> {
    let url = place.database.as_ref().ok_or("name the PostgreSQL database: --to or MSI_DATABASE")?;
    if !place.folder.is_dir() {
        return Err(MoveError::NoSource { folder: place.folder.display().to_string() }.into());
    }
    let lock = lock(&place.folder).map_err(|refusal| format!("{refusal}: stop it first"))?;
    let moved = moving::run(&place.folder, url, portion.get(), tell).await?;
    lock.unlock()?;
    Ok(summary(&moved))
}

fn summary(moved: &Moved) -> String {
    let mut text = String::new();
    for (table, rows) in moved.tables.iter().filter(|(_, rows)| *rows > 0) {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{table:<28}{rows:>12}");
    }
    let rows: u64 = moved.tables.iter().map(|(_, rows)| rows).sum();
    let (copying, comparing) = (moved.copying.as_secs_f64(), moved.comparing.as_secs_f64());
    let _ = writeln!(
        text,
        "{rows} rows of {} tables are in {}: copied in {copying:.1} s, and compared row by row in {comparing:.1} s",
        moved.tables.len(),
        moved.target,
    );
    if moved.changed_texts > 0 {
        let _ = writeln!(
            text,
            "{} texts had a NUL, which PostgreSQL does not store: it has U+FFFD in its place",
            moved.changed_texts
        );
    }
    text.push_str(
        "next: start the server on the same data folder with MSI_DATABASE set to that database; the file msi.sqlite3 is not used \
         any more, and can be deleted once there is a backup",
    );
    text
}

/// Makes lines for people of the steps: one at the end of each table, and one now and then in between.
#[derive(Default)]
pub struct Lines {
    /// What is at work, the time and the rows of its first step, and the time of the last line.
    current: Option<(String, Instant, u64, Instant)>,
}

impl Lines {
    /// A line, where it is time for one.
    pub fn add(&mut self, step: Step<'_>) -> Option<String> {
        let (what, rows, of) = match step {
            Step::Copied { table, rows, of } => (format!("{table} copied"), rows, of),
            Step::Built { parts, of } => ("indexes and foreign keys made".to_owned(), parts, of),
            Step::Compared { table, rows, of } => (format!("{table} compared"), rows, of),
        };
        let now = Instant::now();
        let is_new = self.current.as_ref().is_none_or(|(current, ..)| *current != what);
        if is_new {
            self.current = Some((what.clone(), now, rows, now));
        }
        let (_, begun, rows_before, last) = self.current.as_mut()?;
        if rows < of && now.duration_since(*last) < PAUSE {
            return None;
        }
        *last = now;
        let seconds = now.duration_since(*begun).as_secs_f64();
        let mut line = format!("{what}: {rows} of {of}");
        // Of what took no time, a rate says nothing.
        if seconds >= 1.0 {
            let rate = (rows - *rows_before) as f64 / seconds;
            let _ = write!(line, ", {rate:.0} a second");
        }
        Some(line)
    }
}
