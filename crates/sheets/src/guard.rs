//! What is looked at before a spreadsheet is read: its kind, and how large it really is.

use std::io::{Cursor, Read, Seek};

use zip::ZipArchive;

use crate::budget::{Budget, Timed};
use crate::links::Links;
use crate::{LARGEST, Refusal, xls};

/// Above this size, what unpacks to more than [`MULTIPLE`] times its own size is a trap. Below it does no harm.
const HARMLESS: u64 = 64 << 20;
const MULTIPLE: u64 = 250;

/// What is looked for in an entry may be cut where a part of it ends: so much of the part before is seen again.
const OVERLAP: usize = 64;

/// Names of elements are shorter than this, also with the prefix of a namespace.
const NAME: usize = 40;

/// No text or element is longer: XML is read in such pieces.
const LONGEST_PIECE: u64 = 16 << 20;

/// How many entries an archive may have: each takes memory before any is looked at.
const MOST_ENTRIES: usize = 1 << 16;

pub(crate) type Archive<'a> = ZipArchive<Timed<'a, Cursor<&'a [u8]>>>;

pub(crate) enum Format<'a> {
    /// Whether a link of a sheet leads to an address.
    Xlsx {
        has_mail_links: bool,
    },
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
    if file.windows(4).filter(|bytes| bytes == b"PK\x01\x02").count() > MOST_ENTRIES {
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
    let mut workbook = Workbook::default();
    let mut buffer = vec![0; OVERLAP + (64 << 10)];
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).map_err(|_| Refusal::Damaged)?;
        let is_read = is_read(entry.name_raw());
        let mut part = Part::of(entry.name_raw());
        buffer.fill(0);
        loop {
            let length = match entry.read(&mut buffer[OVERLAP..]) {
                Ok(length) => length,
                Err(_) if is_read => return Err(Refusal::Damaged),
                Err(_) => break,
            };
            part.look(&buffer, length);
            if length == 0 {
                break;
            }
            let seen = &buffer[..OVERLAP + length];
            if part.kind == PartKind::Texts && claims_too_many_texts(seen) {
                return Err(Refusal::Damaged);
            }
            let has = |what: &[u8]| seen.windows(what.len()).any(|part| part.eq_ignore_ascii_case(what));
            match part.kind {
                PartKind::Relations => workbook.has_mail_links |= has(b"mailto:"),
                PartKind::Manifest if has(b"encryption-data") => return Err(Refusal::Protected),
                _ => {}
            }
            if is_read && part.longest > LONGEST_PIECE {
                return Err(Refusal::TooLarge);
            }
            buffer.copy_within(length..OVERLAP + length, 0);
        }
        workbook.add(&part);
    }
    if is_ods {
        return Ok(Format::Ods(zip));
    }
    budget.sheets(workbook.sheets)?;
    if workbook.held() > LARGEST {
        return Err(Refusal::TooLarge);
    }
    Ok(Format::Xlsx { has_mail_links: workbook.has_mail_links })
}

/// What an entry holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PartKind {
    /// The texts that cells share.
    Texts,
    Styles,
    Relations,
    Manifest,
    Other,
}

/// What was seen of an entry.
struct Part {
    kind: PartKind,
    length: u64,
    /// Where the last element begins, and the longest distance between two.
    last: u64,
    longest: u64,
    elements: u64,
    texts: u64,
    formats: u64,
    sheets: u64,
    names: u64,
    links: u64,
}

impl Part {
    fn of(name: &[u8]) -> Self {
        let kinds = [
            (&b"sharedStrings.xml"[..], PartKind::Texts),
            (b"styles.xml", PartKind::Styles),
            (b".rels", PartKind::Relations),
            (b"META-INF/manifest.xml", PartKind::Manifest),
        ];
        let kind = kinds.into_iter().find(|(ending, _)| ends_with(name, ending));
        Self {
            kind: kind.map_or(PartKind::Other, |(_, kind)| kind),
            length: 0,
            last: 0,
            longest: 0,
            elements: 0,
            texts: 0,
            formats: 0,
            sheets: 0,
            names: 0,
            links: 0,
        }
    }

    /// Counts the elements that begin in the next bytes, behind those that were seen before; with none, in the last ones.
    /// Those at the end are left for the next time, as their names may be cut.
    fn look(&mut self, buffer: &[u8], length: usize) {
        let end = if length == 0 { OVERLAP } else { OVERLAP + length - NAME };
        let begin = OVERLAP - NAME;
        // Where the bytes of the buffer are in the entry, with those of the overlap.
        let base = self.length + OVERLAP as u64;
        for (at, _) in buffer[..end].iter().enumerate().skip(begin).filter(|(_, byte)| **byte == b'<') {
            let place = base + at as u64;
            self.longest = self.longest.max(place - self.last.max(2 * OVERLAP as u64));
            self.last = place;
            self.elements += 1;
            match name_of(&buffer[at + 1..]) {
                b"si" => self.texts += 1,
                b"xf" => self.formats += 1,
                b"sheet" => self.sheets += 1,
                b"definedName" => self.names += 1,
                b"hyperlink" => self.links += 1,
                _ => {}
            }
        }
        self.length += length as u64;
        let reached = self.length + if length == 0 { 2 } else { 1 } * OVERLAP as u64;
        self.longest = self.longest.max(reached.saturating_sub(self.last.max(2 * OVERLAP as u64)));
    }
}

/// The name of the element that begins here, without the prefix of its namespace.
fn name_of(bytes: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b' ' | b'/' | b'>' | b'\t' | b'\r' | b'\n');
    let bytes = &bytes[..bytes.len().min(NAME)];
    let name = &bytes[..bytes.iter().position(is_end).unwrap_or(bytes.len())];
    name.iter().position(|byte| *byte == b':').map_or(name, |colon| &name[colon + 1..])
}

/// What calamine holds of a workbook while it reads sheets, in bytes: about what its values take beside their letters.
#[derive(Default)]
struct Workbook {
    has_mail_links: bool,
    sheets: u64,
    texts: u64,
    styles: u64,
    others: u64,
    links: u64,
    longest_target: u64,
}

impl Workbook {
    fn add(&mut self, part: &Part) {
        self.sheets += part.sheets;
        self.links += part.links;
        self.others += 100 * part.names;
        match part.kind {
            PartKind::Texts => self.texts += part.length + 40 * part.texts,
            // Each format has the names of its font and its number format for itself.
            PartKind::Styles => self.styles += 200 * part.elements + (500 + 2 * part.longest) * part.formats,
            PartKind::Relations => {
                self.longest_target = self.longest_target.max(part.longest);
                self.others += part.length + 150 * part.elements;
            }
            PartKind::Manifest | PartKind::Other => {}
        }
    }

    fn held(&self) -> u64 {
        // Each sheet, and each link, has its target for itself.
        let links = if self.has_mail_links { self.links } else { 0 };
        let targets = (self.sheets + links).saturating_mul(100 + self.longest_target);
        self.texts.saturating_add(self.styles).saturating_add(self.others).saturating_add(targets)
    }
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

#[cfg(test)]
mod tests {
    use super::{NAME, OVERLAP, Part, claims_too_many_texts};

    #[test]
    fn every_claim_of_a_number_of_texts_is_looked_at() {
        assert!(!claims_too_many_texts(br#"<sst count="9" uniqueCount="99999999">"#));
        assert!(claims_too_many_texts(br#"<sst uniqueCount="999999999">"#));
        assert!(claims_too_many_texts(br#"<sst uniqueCount = "999999999">"#));
        assert!(claims_too_many_texts(br#"<!-- uniqueCount="1" --><sst uniqueCount="4000000000">"#));
    }

    /// What is counted of a part that is read in pieces of that length.
    fn look(content: &[u8], length: usize) -> Part {
        let mut part = Part::of(b"xl/workbook.xml");
        let mut buffer = vec![0; OVERLAP + length];
        for piece in content.chunks(length) {
            buffer[OVERLAP..][..piece.len()].copy_from_slice(piece);
            part.look(&buffer, piece.len());
            buffer.copy_within(piece.len()..OVERLAP + piece.len(), 0);
        }
        part.look(&buffer, 0);
        part
    }

    #[test]
    fn s4_elements_are_counted_wherever_a_piece_ends() {
        let text = "n".repeat(3 * NAME);
        let content = format!(
            "<sst><x:si>{text}</x:si><si/><sheets><sheet\n/><x:sheet name='b'/><sheetx/></sheets><xf/><hyperlink r='1'/>\
             <definedName>{text}{text}"
        );
        for length in (1..200).chain([content.len(), 1 << 16]) {
            let part = look(content.as_bytes(), length);
            let counted = (part.texts, part.sheets, part.formats, part.links, part.names);
            assert_eq!(counted, (2, 2, 1, 1, 1), "{length}");
            assert_eq!(part.elements, content.matches('<').count() as u64, "{length}");
            assert_eq!(part.longest, 6 * NAME as u64 + 13, "{length}");
        }
    }
}
