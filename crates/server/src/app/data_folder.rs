//! The data folder.

use std::fs::File;
use std::path::Path;

use crate::error::StartError;

/// Creates the data folder, if there is none, readable by this user only: it holds addresses, and keys.
pub(super) fn make_private(data: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

/// Locks the data folder for this process: the mail worker relies on being the only one.
pub(super) fn lock(data: &Path) -> Result<File, StartError> {
    let file = File::options().create(true).truncate(false).write(true).open(data.join("lock"))?;
    file.try_lock().map_err(|_| format!("another server is using {}", data.display()))?;
    Ok(file)
}
