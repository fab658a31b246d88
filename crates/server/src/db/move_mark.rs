//! The mark of a data folder whose database moves, or has moved: a file with the id of the move.

use std::io::ErrorKind;
use std::path::Path;

use crate::db::open_error::OpenError;
use crate::platform::partial;

const MOVING: &str = "moving-to-postgresql";
const MOVED: &str = "moved-to-postgresql";

/// How far the move of a folder is, with its id.
pub(super) enum Mark {
    None,
    Moving(String),
    Moved(String),
}

pub(super) fn read(folder: &Path) -> std::io::Result<Mark> {
    if let Some(id) = content(folder, MOVED)? {
        return Ok(Mark::Moved(id));
    }
    Ok(content(folder, MOVING)?.map_or(Mark::None, Mark::Moving))
}

fn content(folder: &Path, name: &str) -> std::io::Result<Option<String>> {
    match std::fs::read_to_string(folder.join(name)) {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn set_moving(folder: &Path, id: &str) -> std::io::Result<()> {
    set(folder, MOVING, id)
}

pub(super) fn set_moved(folder: &Path, id: &str) -> std::io::Result<()> {
    set(folder, MOVED, id)?;
    remove(folder, MOVING)
}

/// It is on the disk once this returns, and whole whenever it is there.
fn set(folder: &Path, name: &str, id: &str) -> std::io::Result<()> {
    partial::replace(&folder.join(name), id.as_bytes())
}

fn remove(folder: &Path, name: &str) -> std::io::Result<()> {
    match std::fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a folder whose data is elsewhere. A server that starts on it gives up a move that has not ended: what it changes
/// may have been copied already.
pub(super) fn check_for_server(folder: &Path) -> Result<(), OpenError> {
    check_moved(folder)?;
    Ok(remove(folder, MOVING).map_err(sqlx::Error::from)?)
}

/// Refuses a folder whose data is elsewhere, or on its way.
pub(super) fn check_for_command(folder: &Path) -> Result<(), OpenError> {
    check_moved(folder)?;
    if folder.join(MOVING).exists() { Err(OpenError::Moving) } else { Ok(()) }
}

fn check_moved(folder: &Path) -> Result<(), OpenError> {
    let file = folder.join(MOVED);
    if file.exists() { Err(OpenError::Moved { file: file.display().to_string() }) } else { Ok(()) }
}
