//! A folder for what is not complete yet, beside what it will be: nothing of it is left when it is dropped.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::keys;

/// How the names of such folders begin and end.
const BEGIN: &str = ".msi-";
const END: &str = ".partial";
/// The purpose of [`replace`].
pub(crate) const FILE: &str = "file";

/// A folder that only this user can enter.
pub(crate) struct Partial(PathBuf);

impl Partial {
    /// Makes one for that purpose, which tells its leftovers from those of others.
    pub(crate) fn within(folder: &Path, purpose: &str) -> io::Result<Self> {
        let path = folder.join(format!("{BEGIN}{purpose}-{}{END}", Uuid::now_v7().simple()));
        make_private(&path, false)?;
        Ok(Self(path))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Partial {
    /// Leaves it to the next [`sweep`].
    pub(crate) fn leave(self) {
        std::mem::forget(self);
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(path = %self.0.display(), %error, "what was not completed could not be deleted");
        }
    }
}

/// Deletes what processes that were killed have left in a folder for a purpose. None of them may be at work.
pub(crate) fn sweep(folder: &Path, purpose: &str) -> io::Result<()> {
    left(folder, purpose)?.iter().try_for_each(std::fs::remove_dir_all)
}

/// The folders that processes that were killed have left for a purpose.
pub(crate) fn left(folder: &Path, purpose: &str) -> io::Result<Vec<PathBuf>> {
    let mut left = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if is_of(&entry.file_name(), purpose) {
            left.push(entry.path());
        }
    }
    Ok(left)
}

/// Whether such a folder has this name.
pub(crate) fn is_of(name: &OsStr, purpose: &str) -> bool {
    let rest =
        name.to_str().and_then(|name| name.strip_prefix(BEGIN)?.strip_suffix(END)?.strip_prefix(purpose));
    rest.is_some_and(|rest| rest.starts_with('-'))
}

/// Makes a folder that only this user can enter.
pub(crate) fn make_private(path: &Path, with_parents: bool) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(with_parents);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Moves a file that is complete to where it belongs, so that it is there after a crash, too.
pub(crate) fn put(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::File::open(from)?.sync_all()?;
    std::fs::rename(from, to)?;
    sync_folder(to)
}

/// Writes a file that only this user can read, in the place of one that may be there: whatever happens, one of the two is there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let partial = Partial::within(folder, FILE)?;
    let written = partial.path().join("file");
    keys::write_private(&written, bytes)?;
    put(&written, path)
}

/// Has the disk keep the names in the folder of a file.
#[cfg(unix)]
fn sync_folder(of: &Path) -> io::Result<()> {
    of.parent().map_or(Ok(()), |folder| std::fs::File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_folder(_of: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn n1_what_was_not_completed_is_deleted_and_nothing_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let mut names: Vec<_> =
                std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
            names.sort();
            names
        };
        let own = Partial::within(folder.path(), "a1").unwrap();
        std::fs::write(own.path().join("half"), "half").unwrap();
        drop(own);
        assert!(names().is_empty());

        // Of processes that were killed.
        let (own, other) = (Partial::within(folder.path(), "a1"), Partial::within(folder.path(), "a12"));
        std::mem::forget(own.unwrap());
        std::fs::write(folder.path().join("kept.backup"), "").unwrap();
        sweep(folder.path(), "a1").unwrap();
        let other = other.unwrap();
        assert_eq!(names(), [other.path().file_name().unwrap(), "kept.backup".as_ref()]);
    }
}
