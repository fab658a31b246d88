//! What must be known of an old workbook (`.xls`) before calamine reads it, and its links, which calamine does not read.

use crate::Refusal;
use crate::links::Links;

/// From this number on, a sector of an OLE document is none but a mark.
const MARKS: u32 = 0xffff_fffa;

/// The mark behind the last sector of a stream.
const END: u32 = 0xffff_fffe;

/// A stream shorter than this is in the sectors of a stream.
const SMALL: u64 = 4096;

/// The largest sheet of this kind.
const MOST_ROWS: u32 = 1 << 16;
const MOST_COLUMNS: u16 = 1 << 8;

/// The parts of a file, each with the number of the one that comes after it.
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl Sectors<'_> {
    fn count(&self) -> usize {
        self.bytes.len() / self.size + 1
    }

    fn sector(&self, at: u32) -> Option<&[u8]> {
        let rest = self.bytes.get((at as usize).checked_mul(self.size)?..)?;
        Some(&rest[..rest.len().min(self.size)])
    }

    /// What a chain of sectors holds, unless it leads out of the file or back to where it was: calamine would follow it
    /// for ever.
    fn chain(&self, mut at: u32, length: u64) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        for _ in 0..=self.count() {
            if at == END || content.len() as u64 >= length {
                content.truncate(usize::try_from(length).unwrap_or(usize::MAX));
                return Some(content);
            }
            content.extend_from_slice(self.sector(at)?);
            at = *self.next.get(at as usize)?;
        }
        None
    }
}

/// The stream with the records of the workbook.
fn workbook(file: &[u8]) -> Option<Vec<u8>> {
    let header = file.get(..512)?;
    let size = match header[30] {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut sectors = Sectors { bytes: file.get(size..)?, size, next: Vec::new() };
    // The sectors that list what comes after each sector.
    let mut lists: Vec<u32> = words(&header[76..]).collect();
    let mut more = word(header, 68)?;
    for _ in 0..sectors.count() {
        if more >= MARKS {
            break;
        }
        lists.extend(words(sectors.sector(more)?));
        more = lists.pop()?;
    }
    lists.retain(|at| *at < MARKS);
    if lists.len() > sectors.count() {
        return None;
    }
    let mut next = Vec::new();
    for at in lists {
        next.extend(words(sectors.sector(at)?));
    }
    sectors.next = next;

    let directory = sectors.chain(word(header, 48)?, u64::MAX)?;
    let length = |entry: &[u8]| {
        let high = if size == 512 { Some(0) } else { word(entry, 124) };
        Some(u64::from(word(entry, 120)?) | u64::from(high?) << 32)
    };
    let entries = || directory.chunks_exact(128);
    let named = |name: &str| entries().find(|entry| is_named(entry, name));
    // calamine would take such a mark for none of the name, and read another stream than the one that is looked at here.
    let begins_with_mark =
        |entry: &[u8]| matches!(entry[..3], [0xff, 0xfe, _] | [0xfe, 0xff, _] | [0xef, 0xbb, 0xbf]);
    if entries().any(begins_with_mark) {
        return None;
    }
    let entry = named("workbook").or_else(|| named("book"))?;
    let root = entries().next()?;
    // calamine reads the small sectors wherever the header says that there are some.
    let mut content = Vec::new();
    let mut small = Sectors { bytes: &[], size: 64, next: Vec::new() };
    let lists = word(header, 64)?;
    if lists > 0 {
        content = sectors.chain(word(root, 116)?, length(root)?)?;
        let lists = sectors.chain(word(header, 60)?, u64::from(lists) * size as u64)?;
        small.next = words(&lists).collect();
    }
    small.bytes = &content;
    let (start, length) = (word(entry, 116)?, length(entry)?);
    if length < SMALL { small.chain(start, length) } else { sectors.chain(start, length) }
}

/// Whether an entry of a directory has a name, in lower case here.
fn is_named(entry: &[u8], name: &str) -> bool {
    let letters = entry[..64].chunks_exact(2).map(|pair| if pair[1] == 0 { pair[0] } else { b'?' });
    letters.take_while(|letter| *letter != 0).map(|letter| letter.to_ascii_lowercase()).eq(name.bytes())
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    words(bytes.get(at..at + 4)?).next()
}

/// The 16 bits at a place of a record, 0 if it is shorter.
fn half(record: &[u8], at: usize) -> u16 {
    record.get(at..at + 2).map_or(0, |half| u16::from_le_bytes([half[0], half[1]]))
}

/// Records, each with its kind and content.
fn records(mut stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let (kind, length) = (half(stream, 0), half(stream, 2));
        let (record, rest) = stream.get(4..)?.split_at_checked(length.into())?;
        stream = rest;
        Some((kind, record))
    })
}

/// The links of each sheet, in the order of the file, unless the workbook is protected, or a sheet claims to be larger than
/// one of this kind can be: calamine would ask for memory for all of it.
pub(crate) fn look(file: &[u8]) -> Result<Vec<Links>, Refusal> {
    look_at_workbook(&workbook(file).ok_or(Refusal::Damaged)?)
}

fn look_at_workbook(stream: &[u8]) -> Result<Vec<Links>, Refusal> {
    let mut sheets = Vec::new();
    for (kind, record) in records(stream) {
        match kind {
            // End of the part about all sheets.
            0x000a => break,
            // What follows is encrypted.
            0x002f => return Err(Refusal::Protected),
            // A sheet, and where it begins.
            0x0085 => sheets.push(word(record, 0).ok_or(Refusal::Damaged)?),
            _ => {}
        }
    }
    let mut links = Vec::new();
    // No two sheets have the same records. Many that claim to would be read one after another.
    let mut unread = stream.len();
    for begin in sheets {
        let records = stream.get(begin as usize..).unwrap_or_default();
        let (of_sheet, length) = look_at_sheet(records, Links::after(links.last()))?;
        unread = unread.checked_sub(length).ok_or(Refusal::Damaged)?;
        links.push(of_sheet);
    }
    Ok(links)
}

/// The links of the sheet at the beginning of these records, and how many bytes its records take.
fn look_at_sheet(stream: &[u8], mut links: Links) -> Result<(Links, usize), Refusal> {
    // A chart on the sheet has records of its own between its begin and its end.
    let mut depth = 0;
    let mut length = 0;
    for (kind, record) in records(stream) {
        length += 4 + record.len();
        match kind {
            0x0809 => depth += 1,
            0x000a if depth <= 1 => break,
            0x000a => depth -= 1,
            _ if depth > 1 => {}
            0x0200 if record.len() >= 14 => {
                let (first, end) = (word(record, 0).unwrap_or_default(), word(record, 4).unwrap_or_default());
                if end > MOST_ROWS || end > 0 && first > end || half(record, 10) > MOST_COLUMNS {
                    return Err(Refusal::Damaged);
                }
            }
            0x0200 if half(record, 0) > half(record, 2) || half(record, 6) > MOST_COLUMNS => {
                return Err(Refusal::Damaged);
            }
            // A cell.
            0x0006 | 0x00d6 | 0x00fd | 0x0203..=0x0205 | 0x027e if half(record, 2) >= MOST_COLUMNS => {
                return Err(Refusal::Damaged);
            }
            // Several cells of a row: the last column is their end.
            0x00bd => {
                let (first, last) = (half(record, 2), half(record, record.len().saturating_sub(2)));
                if first > last || last >= MOST_COLUMNS {
                    return Err(Refusal::Damaged);
                }
            }
            0x01b8 => add_link(record, &mut links),
            _ => {}
        }
    }
    Ok((links, length))
}

/// Adds what a record of a link holds: the cells, and among names the address in UTF-16, which ends with a zero.
fn add_link(record: &[u8], links: &mut Links) {
    let text: Vec<u16> = (8..record.len()).map(|at| half(record, at)).collect();
    // Every other one belongs to the same text.
    let is_here = |at: &usize| {
        "mailto:".bytes().enumerate().all(|(letter, wanted)| {
            text.get(at + 2 * letter).is_some_and(|found| {
                u8::try_from(*found).is_ok_and(|found| found.eq_ignore_ascii_case(&wanted))
            })
        })
    };
    let from = |at: usize| text[at..].iter().step_by(2).copied().take_while(|unit| *unit != 0);
    // The text that is shown comes before the target, in which others may stand, as in a subject.
    let mut target = None;
    let mut end = 0;
    for at in 0..text.len() {
        if at >= end && is_here(&at) {
            end = at + 2 * from(at).count();
            target = Some(at);
        }
    }
    let Some(target) = target.map(|at| from(at).collect::<Vec<u16>>()) else { return };
    let [rows, end, columns, last] = [0, 2, 4, 6].map(|at| u32::from(half(record, at)));
    links.add(rows..=end, columns..=last, &String::from_utf16_lossy(&target));
}

#[cfg(test)]
mod tests {
    use super::{Links, Refusal, add_link, look_at_workbook};

    /// A workbook's records: sheets that begin at these places of what follows, which is so many empty sheets.
    fn workbook(begins: &[u32], sheets: usize) -> Vec<u8> {
        let record = |kind: u16, content: &[u8]| {
            let length = u16::try_from(content.len()).unwrap();
            [&kind.to_le_bytes(), &length.to_le_bytes(), content].concat()
        };
        let end = record(0x000a, &[]);
        let behind = u32::try_from(begins.len() * 8 + end.len()).unwrap();
        let mut stream: Vec<u8> =
            begins.iter().flat_map(|begin| record(0x0085, &(behind + begin).to_le_bytes())).collect();
        stream.extend(&end);
        stream.extend([record(0x0809, &[0; 300]), end].concat().repeat(sheets));
        stream
    }

    #[test]
    fn s3_sheets_with_the_same_records_are_refused() {
        let length = 4 + 300 + 4;
        assert_eq!(look_at_workbook(&workbook(&[0, length, 2 * length], 3)).map(|links| links.len()), Ok(3));
        assert_eq!(look_at_workbook(&workbook(&[0; 3], 1)).err(), Some(Refusal::Damaged));
    }

    #[test]
    fn the_target_of_a_link_is_neither_its_text_nor_its_subject() {
        let mut record = vec![0; 8];
        for text in ["mailto:shown@example.com\0", "mailto:ann@example.com?subject=mailto:bo@example.com\0"] {
            record.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        }
        let mut links = Links::after(None);
        add_link(&record, &mut links);
        assert_eq!(links.take(0, 0).as_deref(), Some("ann@example.com"));
    }
}
