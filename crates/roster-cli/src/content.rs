//! What is read of a file: the file itself, the CSV file of one of its sheets, or what it holds packed.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    panic,
    path::{Path, PathBuf},
    time::Instant,
};

use flate2::bufread::MultiGzDecoder;
use sheets::{Budget, LARGEST, Refusal, Sheet, Unpacked};

use crate::failure::Failure;

/// How much is unpacked at once.
const PIECE: usize = 64 * 1024;

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
    if sheets::is_packed(&head) {
        return unpack(file, size, sheet, named);
    }
    if sheets::is_candidate(&head) {
        let mut bytes = Vec::new();
        file.by_ref().take(LARGEST + 1).read_to_end(&mut bytes).map_err(named)?;
        match sheet_of(&bytes, sheet) {
            Err(Failure::Spreadsheet(Refusal::Other)) => {}
            other => return other,
        }
        file.seek(SeekFrom::Start(0)).map_err(named)?;
    }
    if sheet.is_some() {
        return Err(Failure::Spreadsheet(Refusal::Other));
    }
    // What is opened again there may share the position with the first.
    let path = (!path.starts_with("/dev")).then(|| path.to_owned());
    Ok(Content { file: Box::new(file), path, size, sheet: None })
}

/// Unpacks a gzip file once, so that its size is known and that it can be unpacked; of what it holds, only a spreadsheet is
/// kept in memory.
fn unpack(
    file: File,
    size: u64,
    sheet: Option<&str>,
    named: impl Fn(io::Error) -> Failure,
) -> Result<Content, Failure> {
    let failure = |error| match Refusal::of(&error) {
        Some(refusal) => Failure::Packed(refusal),
        None => named(error),
    };
    let begin = Instant::now();
    let clock = || begin.elapsed();
    let budget = Budget::new(&clock);
    let mut unpacking = Unpacked::new(BufReader::new(&file), size, &budget);
    let mut bytes = Vec::new();
    unpacking.by_ref().take(PIECE as u64).read_to_end(&mut bytes).map_err(failure)?;
    if sheets::is_candidate(&bytes) {
        unpacking.take(LARGEST).read_to_end(&mut bytes).map_err(failure)?;
        match sheet_of(&bytes, sheet) {
            Err(Failure::Spreadsheet(Refusal::Other)) if sheet.is_none() => {}
            other => return other,
        }
        return Ok(Content::of_bytes(bytes, None));
    }
    if sheet.is_some() {
        return Err(Failure::Spreadsheet(Refusal::Other));
    }
    let mut size = bytes.len() as u64;
    loop {
        match unpacking.read(&mut bytes).map_err(failure)? {
            0 => break,
            length => size += length as u64,
        }
    }
    drop(unpacking);
    let file =
        Packed { file: Some(MultiGzDecoder::new(BufReader::new(file))), size, at: u64::MAX, wanted: 0 };
    Ok(Content { file: Box::new(file), path: None, size, sheet: None })
}

/// What a gzip file holds, unpacked anew where something before is wanted: it is in no memory, and on no disk, as a whole.
struct Packed {
    file: Option<MultiGzDecoder<BufReader<File>>>,
    size: u64,
    /// Where reading is, and where it shall go on.
    at: u64,
    wanted: u64,
}

impl Packed {
    /// Reads from where it is.
    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size - self.at).unwrap_or(usize::MAX).min(buffer.len());
        let Some(file) = &mut self.file else { return Ok(0) };
        let length = if left == 0 { 0 } else { file.read(&mut buffer[..left])? };
        self.at += length as u64;
        Ok(length)
    }
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.wanted < self.at {
            if let Some(file) = self.file.take() {
                let mut file = file.into_inner();
                file.rewind()?;
                self.file = Some(MultiGzDecoder::new(file));
            }
            self.at = 0;
        }
        let mut skipped = [0; PIECE];
        while self.at < self.wanted {
            let left = usize::try_from(self.wanted - self.at).unwrap_or(PIECE).min(PIECE);
            if self.read_on(&mut skipped[..left])? == 0 {
                return Ok(0);
            }
        }
        let length = self.read_on(buffer)?;
        self.wanted = self.at;
        Ok(length)
    }
}

impl Seek for Packed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(to) = to else { return Err(io::ErrorKind::Unsupported.into()) };
        self.wanted = to.min(self.size);
        Ok(self.wanted)
    }
}

/// The sheet of that name; without a name, the one that is proposed.
fn sheet_of(file: &[u8], wanted: Option<&str>) -> Result<Content, Failure> {
    let (mut sheets, mut best): (Vec<Sheet>, _) = (Vec::new(), Vec::new());
    let begin = Instant::now();
    let clock = || begin.elapsed();
    // What brings the reader down is damage, of which it says no more.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let read = sheets::read(file, &Budget::new(&clock), |sheet, csv| {
        sheets.push(sheet);
        // Only the best one so far is kept.
        let at = match wanted {
            Some(name) => sheets.iter().position(|sheet| sheet.name == name),
            None => sheets::proposed(&sheets),
        };
        if at == Some(sheets.len() - 1) {
            best = csv;
        }
    });
    panic::set_hook(hook);
    read.map_err(Failure::Spreadsheet)?;
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
