//! What is looked at before a spreadsheet is read: its kind, and how large it really is.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::links::Links;
use crate::{LARGEST, Refusal, ods, xls};

/// Above this size, an archive that unpacks to more than [`MULTIPLE`] times its own size is a trap. Below it does no harm.
const HARMLESS: u64 = 64 << 20;
const MULTIPLE: u64 = 250;

/// What is looked for in an entry may be cut where a part of it ends: so much of the part before is seen again.
const OVERLAP: usize = 64;

pub(crate) enum Kind {
    /// Whether a link of a sheet leads to an address.
    Xlsx {
        has_mail_links: bool,
    },
    /// The links of each sheet.
    Xls(Vec<Links>),
    Ods(Vec<Links>),
}

/// The kind of a file, unless it is too large or none that is read.
pub(crate) fn look(file: &[u8]) -> Result<Kind, Refusal> {
    if file.len() as u64 > LARGEST {
        return Err(Refusal::TooLarge);
    }
    if file.starts_with(b"PK") { look_at_zip(file) } else { look_at_ole(file) }
}

/// Only names in the directory of an OLE document tell its kind; they are UTF-16.
fn look_at_ole(file: &[u8]) -> Result<Kind, Refusal> {
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
    Ok(Kind::Xls(xls::look(file)?))
}

fn look_at_zip(file: &[u8]) -> Result<Kind, Refusal> {
    let Ok(mut zip) = ZipArchive::new(Cursor::new(file)) else {
        // Without its directory an archive does not tell what it is; the names in its head are a hint.
        let head = &file[..file.len().min(64 << 10)];
        let has = |name: &[u8]| head.windows(name.len()).any(|part| part == name);
        let is_sheet = has(b"xl/") || has(b"opendocument.spreadsheet");
        return Err(if is_sheet { Refusal::Damaged } else { Refusal::Other });
    };
    let is_ods = is_open_document(&mut zip)?;
    // What the directory declares.
    let mut declared = 0_u64;
    for at in 0..zip.len() {
        let entry = zip.by_index_raw(at).map_err(|_| Refusal::Damaged)?;
        if entry.encrypted() && is_read(entry.name_raw()) {
            return Err(Refusal::Protected);
        }
        declared = declared.saturating_add(entry.size());
    }
    within(declared, file)?;
    // What is really there: an entry may be larger than declared.
    let mut unpacked = 0_u64;
    let mut has_mail_links = false;
    let mut buffer = vec![0; OVERLAP + (64 << 10)];
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).map_err(|_| Refusal::Damaged)?;
        if !is_read(entry.name_raw()) {
            continue;
        }
        let may_link = ends_with(entry.name_raw(), b".rels") || entry.name_raw() == b"content.xml";
        let is_texts = ends_with(entry.name_raw(), b"sharedStrings.xml");
        buffer[..OVERLAP].fill(0);
        loop {
            let length = entry.read(&mut buffer[OVERLAP..]).map_err(|_| Refusal::Damaged)?;
            if length == 0 {
                break;
            }
            unpacked += length as u64;
            within(unpacked, file)?;
            let part = &buffer[..OVERLAP + length];
            if is_texts && claims_too_many_texts(part) {
                return Err(Refusal::Damaged);
            }
            has_mail_links |= may_link && part.windows(7).any(|part| part.eq_ignore_ascii_case(b"mailto:"));
            buffer.copy_within(length..OVERLAP + length, 0);
        }
    }
    Ok(if is_ods {
        Kind::Ods(if has_mail_links { ods::mail_links(&mut zip) } else { Vec::new() })
    } else {
        Kind::Xlsx { has_mail_links }
    })
}

/// Whether a workbook claims to have more texts than its size allows: calamine would ask for memory for all of them.
fn claims_too_many_texts(part: &[u8]) -> bool {
    const CLAIM: &[u8] = b"uniqueCount";
    part.windows(CLAIM.len()).enumerate().filter(|(_, claim)| *claim == CLAIM).any(|(at, _)| {
        let digits =
            part[at + CLAIM.len()..].iter().skip_while(|byte| !byte.is_ascii_digit() && **byte != b'>');
        digits.take_while(|byte| byte.is_ascii_digit()).count() > 8
    })
}

fn within(unpacked: u64, file: &[u8]) -> Result<(), Refusal> {
    let is_trap = unpacked > HARMLESS && unpacked / MULTIPLE > file.len() as u64;
    if unpacked > LARGEST || is_trap { Err(Refusal::TooLarge) } else { Ok(()) }
}

/// Whether an entry is read for the values of cells.
fn is_read(name: &[u8]) -> bool {
    ends_with(name, b".xml") || ends_with(name, b".rels")
}

fn ends_with(name: &[u8], ending: &[u8]) -> bool {
    name.len() >= ending.len() && name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
}

/// Whether an archive is an OpenDocument spreadsheet, and not a workbook of Excel.
fn is_open_document(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Result<bool, Refusal> {
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

#[cfg(test)]
mod tests {
    use super::claims_too_many_texts;

    #[test]
    fn every_claim_of_a_number_of_texts_is_looked_at() {
        assert!(!claims_too_many_texts(br#"<sst count="9" uniqueCount="99999999">"#));
        assert!(claims_too_many_texts(br#"<sst uniqueCount="999999999">"#));
        assert!(claims_too_many_texts(br#"<sst uniqueCount = "999999999">"#));
        assert!(claims_too_many_texts(br#"<!-- uniqueCount="1" --><sst uniqueCount="4000000000">"#));
    }
}
