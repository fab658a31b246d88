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

/// Notes the id of the server that has locked its data folder. Returns that of the one before, if any had it.
pub(super) fn note_server(lock: &mut File, id: &str) -> std::io::Result<Option<String>> {
    let mut before = String::new();
    lock.read_to_string(&mut before)?;
    lock.rewind()?;
    lock.set_len(0)?;
    lock.write_all(id.as_bytes())?;
    Ok(Some(before).filter(|before| !before.is_empty()))
}
