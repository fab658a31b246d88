//! What is looked at before a spreadsheet is read: its kind, and how large it really is.

use std::io::{Cursor, Read, Seek};

use memchr::memchr_iter;
use zip::ZipArchive;

use crate::budget::{Budget, Timed};
use crate::links::Links;
use crate::{LARGEST, Refusal, xls};

/// Above this size, what unpacks to more than [`MULTIPLE`] times its own size is a trap. Below it does no harm.
const HARMLESS: u64 = 64 << 20;
const MULTIPLE: u64 = 250;

/// How many entries an archive may have: each takes memory before any is looked at.
const MOST_ENTRIES: usize = 1 << 16;

pub(crate) type Archive<'a> = ZipArchive<Timed<'a, Cursor<&'a [u8]>>>;

pub(crate) enum Format<'a> {
    Xlsx(Archive<'a>),
    /// What is to be read instead of the file, and the links of each sheet.
    Xls(Vec<u8>, Vec<Links>),
    Ods(Archive<'a>),
}

/// The kind of a file, unless it is too large or none that is read.
pub(crate) fn look<'a>(file: &'a [u8], budget: &'a Budget<'a>) -> Result<Format<'a>, Refusal> {
    if file.len() as u64 > LARGEST {
        return Err(Refusal::TooLarge);
    }
    if file.starts_with(b"PK") { look_at_zip(file, budget) } else { look_at_ole(file, budget) }
}

/// Only names in the directory of an OLE document tell its kind; they are UTF-16.
fn look_at_ole<'a>(file: &[u8], budget: &Budget<'_>) -> Result<Format<'a>, Refusal> {
    if !crate::is_candidate(file) {
        return Err(Refusal::Other);
    }
    let has = |name: &str| {
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        // Entries of the directory begin at multiples of their size.
        file.chunks(128)
            .any(|entry| entry.starts_with(&name) && entry.get(name.len()..name.len() + 2) == Some(&[0, 0]))
    };
    if has("EncryptedPackage") {
        return Err(Refusal::Protected);
    }
    if !has("Workbook") && !has("Book") {
        return Err(Refusal::Other);
    }
    let (document, links) = xls::look(file, budget)?;
    Ok(Format::Xls(document, links))
}

fn look_at_zip<'a>(file: &'a [u8], budget: &'a Budget<'a>) -> Result<Format<'a>, Refusal> {
    // Each entry of the directory begins so.
    if memchr_iter(b'P', file).filter(|at| file[*at..].starts_with(b"PK\x01\x02")).count() > MOST_ENTRIES {
        return Err(Refusal::TooLarge);
    }
    let Ok(mut zip) = ZipArchive::new(Timed::new(Cursor::new(file), budget)) else {
        // Without its directory an archive does not tell what it is; the names in its head are a hint.
        let head = &file[..file.len().min(64 << 10)];
        let has = |name: &[u8]| head.windows(name.len()).any(|part| part == name);
        let is_sheet = has(b"xl/") || has(b"opendocument.spreadsheet");
        return Err(if is_sheet { Refusal::Damaged } else { Refusal::Other });
    };
    let is_ods = is_open_document(&mut zip)?;
    // What the directory declares. An entry that is larger ends there with an error.
    let mut declared = 0_u64;
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at).map_err(|_| Refusal::Damaged)?;
        if entry.encrypted() && is_read(entry.name_raw()) {
            return Err(Refusal::Protected);
        }
        declared = declared.saturating_add(entry.size());
    }
    within(declared, file.len() as u64, LARGEST)?;
    Ok(if is_ods { Format::Ods(zip) } else { Format::Xlsx(zip) })
}

/// Fails if so many bytes are too many for what is unpacked of a file of that size.
pub(crate) fn within(unpacked: u64, packed: u64, largest: u64) -> Result<(), Refusal> {
    let is_trap = unpacked > HARMLESS && unpacked / MULTIPLE > packed;
    if unpacked > largest || is_trap { Err(Refusal::TooLarge) } else { Ok(()) }
}

/// Whether an entry is read for the values of cells.
fn is_read(name: &[u8]) -> bool {
    ends_with(name, b".xml") || ends_with(name, b".rels")
}

fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    name.len() >= ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

/// Whether an archive is an OpenDocument spreadsheet, and not a workbook of Excel.
fn is_open_document(zip: &mut ZipArchive<impl Read + Seek>) -> Result<bool, Refusal> {
    const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
    if let Ok(entry) = zip.by_name("mimetype") {
        let mut kind = Vec::new();
        let _ = entry.take(ODS.len() as u64).read_to_end(&mut kind);
        return if kind == ODS { Ok(true) } else { Err(Refusal::Other) };
    }
    // Some programs write the separators of Windows.
    let begins_with = |name: &[u8], wanted: &[u8]| {
        name.len() >= wanted.len()
            && name
                .iter()
                .zip(wanted)
                .all(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted) || (*byte, *wanted) == (b'\\', b'/'))
    };
    let has = |wanted: &[u8]| zip.file_names_raw().any(|name| begins_with(name, wanted));
    if has(b"xl/") && !has(b"xl/workbook.bin") { Ok(false) } else { Err(Refusal::Other) }
}
