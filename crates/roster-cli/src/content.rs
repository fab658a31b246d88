//! What is read of a file: the file itself, the CSV file of one of its sheets, or what it holds packed.

use std::{
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use sheets::{LARGEST, LARGEST_UNPACKED, Sheet};

use crate::failure::Failure;

pub(crate) trait Readable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Readable for T {}

pub(crate) struct Content {
    pub file: Box<dyn Readable>,
    /// Where the same bytes can be opened again.
    pub path: Option<PathBuf>,
    pub size: u64,
    /// The sheet, of a spreadsheet.
    pub sheet: Option<String>,
}

impl Content {
    fn of_bytes(bytes: Vec<u8>, sheet: Option<String>) -> Self {
        Self { size: bytes.len() as u64, file: Box::new(Cursor::new(bytes)), path: None, sheet }
    }
}

/// Opens a file for reading; `sheet` is the one that the user wants of a spreadsheet.
pub(crate) fn open(path: &Path, sheet: Option<&str>) -> Result<Content, Failure> {
    let name = path.display().to_string();
    let named = |error| Failure::Io(name.clone(), error);
    let mut file = File::open(path).map_err(named)?;
    let size = file.metadata().map_err(named)?.len();
    let mut head = Vec::new();
    file.by_ref().take(8).read_to_end(&mut head).map_err(named)?;
    file.seek(SeekFrom::Start(0)).map_err(named)?;
    if sheets::is_candidate(&head) {
        let mut bytes = Vec::new();
        file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(named)?;
        match sheet_of(&bytes, sheet) {
            Err(Failure::Spreadsheet(sheets::Refusal::Other)) => {}
            other => return other,
        }
        file.seek(SeekFrom::Start(0)).map_err(named)?;
    }
    if sheet.is_some() {
        return Err(Failure::Spreadsheet(sheets::Refusal::Other));
    }
    if head.starts_with(b"\x1f\x8b") {
        let mut bytes = Vec::new();
        let unpacked = MultiGzDecoder::new(io::BufReader::new(file));
        // What cannot be unpacked is refused as the archive that it is.
        if unpacked.take(LARGEST_UNPACKED + 1).read_to_end(&mut bytes).is_ok() {
            let is_too_large = bytes.len() as u64 > LARGEST_UNPACKED;
            return if is_too_large {
                Err(Failure::UnpacksTooLarge)
            } else {
                Ok(Content::of_bytes(bytes, None))
            };
        }
        file = File::open(path).map_err(named)?;
    }
    // What is opened again there may share the position with the first.
    let path = (!path.starts_with("/dev")).then(|| path.to_owned());
    Ok(Content { file: Box::new(file), path, size, sheet: None })
}

/// The sheet of that name; without a name, the one that is proposed.
fn sheet_of(file: &[u8], wanted: Option<&str>) -> Result<Content, Failure> {
    let (mut sheets, mut best): (Vec<Sheet>, _) = (Vec::new(), Vec::new());
    sheets::read(file, |sheet, csv| {
        sheets.push(sheet);
        // Only the best one so far is kept.
        let at = match wanted {
            Some(name) => sheets.iter().position(|sheet| sheet.name == name),
            None => sheets::proposed(&sheets),
        };
        if at == Some(sheets.len() - 1) {
            best = csv;
        }
    })
    .map_err(Failure::Spreadsheet)?;
    let at = match wanted {
        Some(name) => sheets.iter().position(|sheet| sheet.name == name),
        None => sheets::proposed(&sheets),
    };
    match at {
        Some(at) => Ok(Content::of_bytes(best, Some(sheets.swap_remove(at).name))),
        None => Err(Failure::Sheet {
            wanted: wanted.unwrap_or_default().to_owned(),
            there: sheets.into_iter().map(|sheet| sheet.name).collect(),
        }),
    }
}
