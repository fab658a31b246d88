//! The database's file, as the disk has it.
//!
//! Only its attributes are read here. A process that opens and closes the file by other means than SQLite's loses the
//! locks by which SQLite knows that the database is in use.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The file of an open database.
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
    /// Its size when it was whole last.
    size: AtomicU64,
}

impl DatabaseFile {
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let metadata = path.metadata()?;
        let (identity, size) = (identity(&metadata), AtomicU64::new(metadata.len()));
        Ok(Self { path: path.to_owned(), identity, size })
    }

    /// Whether it is the file that was opened, and has not lost its end. A database of that many bytes may be partly in
    /// its log; the file grows with the next checkpoint, and shrinks only with the database.
    pub(super) fn is_whole(&self, bytes: u64) -> bool {
        let Ok(metadata) = self.path.metadata() else { return false };
        let size = metadata.len();
        let is_whole =
            identity(&metadata) == self.identity && size >= self.size.load(Ordering::Relaxed).min(bytes);
        if is_whole {
            self.size.store(size, Ordering::Relaxed);
        }
        is_whole
    }
}

#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = ();

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}
