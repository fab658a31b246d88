//! Reading files piece by piece.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt as _;
use std::{
    fs::{self, File},
    io::{self, Read, SeekFrom},
    path::{Path, PathBuf},
    thread,
};

use roster::{HEAD_SIZE, Review, Span};

use crate::{
    content::{self, Content},
    failure::Failure,
};

/// How much is read at once.
pub(crate) const PIECE: usize = 256 * 1024;

/// How many threads read a file at most.
const MOST_THREADS: usize = 8;

/// Fails where what is written would take the place of what is read.
pub(crate) fn require_other<'a>(
    output: &Path,
    mut inputs: impl Iterator<Item = &'a PathBuf>,
) -> Result<(), Failure> {
    // Where nothing is yet, nothing is lost.
    let Some(written) = identity(output) else { return Ok(()) };
    match inputs.any(|input| identity(input).as_ref() == Some(&written)) {
        true => {
            let reason = io::Error::other("this is a file that is read: name another one");
            Err(Failure::Io(output.display().to_string(), reason))
        }
        false => Ok(()),
    }
}

/// What a file has in common with its links; `None` where there is no file, or a device such as a terminal.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|facts| (facts.dev(), facts.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}

/// A file, its size and its head.
pub(crate) struct Source {
    name: String,
    file: Box<dyn content::Readable>,
    pub size: u64,
    pub head: Vec<u8>,
    /// Where other threads can open it, too.
    pub path: Option<PathBuf>,
    /// The sheet, of a spreadsheet.
    pub sheet: Option<String>,
}

impl Source {
    /// Opens a file, a sheet of a spreadsheet, or what a gzip file holds.
    pub(crate) fn open(path: &Path, sheet: Option<&str>) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let Content { mut file, path, size, sheet } = content::open(path, sheet)?;
        let mut head = Vec::new();
        let named = |error| Failure::Io(name.clone(), error);
        file.by_ref().take(HEAD_SIZE as u64).read_to_end(&mut head).map_err(named)?;
        Ok(Self { name, file, path, size, head, sheet })
    }

    /// The same file, opened once more.
    pub(crate) fn again(&self) -> Result<Self, Failure> {
        let path = self.path.clone().unwrap_or_default();
        let file = File::open(&path).map_err(|error| self.failure(error))?;
        let (name, size, sheet) = (self.name.clone(), self.size, self.sheet.clone());
        Ok(Self { name, file: Box::new(file), path: Some(path), size, head: Vec::new(), sheet })
    }

    /// How many threads may read it at once.
    pub(crate) fn readers(&self) -> usize {
        if self.path.is_none() {
            return 1;
        }
        thread::available_parallelism().map_or(1, |threads| threads.get().min(MOST_THREADS))
    }

    /// Whether the head is the whole file.
    pub(crate) fn is_complete(&self) -> bool {
        self.head.len() as u64 >= self.size
    }

    fn failure(&self, error: io::Error) -> Failure {
        Failure::Io(self.name.clone(), error)
    }

    pub(crate) fn seek(&mut self, offset: u64) -> Result<(), Failure> {
        self.file.seek(SeekFrom::Start(offset)).map_err(|error| self.failure(error))?;
        Ok(())
    }

    /// Fills the beginning of the buffer; 0 at the end of the file.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            match self.file.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => return other.map_err(|error| self.failure(error)),
            }
        }
    }

    /// The bytes of a range, fewer where the file ends.
    pub(crate) fn range(&mut self, start: u64, length: u64) -> Result<Vec<u8>, Failure> {
        self.seek(start)?;
        let mut bytes = Vec::new();
        self.file.by_ref().take(length).read_to_end(&mut bytes).map_err(|error| self.failure(error))?;
        Ok(bytes)
    }

    /// Reads the rows again that a review needs.
    pub(crate) fn spans(
        &mut self,
        review: &Review,
        rows: &[u64],
        mut each: impl FnMut(&roster::Record<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        for span in review.spans(rows) {
            let bytes = self.span(&span)?;
            let mut result = Ok(());
            review.read(&span, &bytes, &roster::NativeDecoders, |record| {
                if result.is_ok() {
                    result = each(record);
                }
            });
            result?;
        }
        Ok(())
    }

    fn span(&mut self, span: &Span) -> Result<Vec<u8>, Failure> {
        self.range(span.source.start, span.source.end.saturating_sub(span.source.start))
    }
}
