//! The data folder.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use crate::error::StartError;
use crate::platform::partial;

/// Creates the data folder, if there is none, readable by this user only: it holds addresses, and keys.
pub(super) fn make_private(data: &Path) -> std::io::Result<()> {
    partial::make_private(data, true)
}

/// Locks the data folder for this process.
pub(super) fn lock(data: &Path) -> Result<File, StartError> {
    let path = data.join("lock");
    let file = File::options().create(true).truncate(false).read(true).write(true).open(path)?;
    file.try_lock().map_err(|_| format!("another server is using {}", data.display()))?;
    Ok(file)
}

/// The ids of the servers that had the data folder before and may still be registered.
pub(super) fn servers_before(lock: &mut File) -> std::io::Result<Vec<String>> {
    let mut ids = String::new();
    lock.rewind()?;
    lock.read_to_string(&mut ids)?;
    Ok(ids.lines().map(str::to_owned).collect())
}

/// Notes the ids of the servers that have the data folder, or had it and may still be registered.
pub(super) fn note_servers<'a>(
    lock: &mut File,
    ids: impl IntoIterator<Item = &'a String>,
) -> std::io::Result<()> {
    let lines: String = ids.into_iter().flat_map(|id| [id.as_str(), "\n"]).collect();
    lock.rewind()?;
    lock.set_len(0)?;
    lock.write_all(lines.as_bytes())
}
