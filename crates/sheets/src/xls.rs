//! What must be known of an old workbook (`.xls`) before calamine reads it, and its links, which calamine does not read.

use std::ops::Range;

use crate::budget::Budget;
use crate::links::{Links, address_of};
use crate::{LARGEST, Refusal};

/// From this number on, a sector of an OLE document is none but a mark.
const MARKS: u32 = 0xffff_fffa;

/// The mark behind the last sector of a stream, and that of a sector which lists sectors.
const END: u32 = 0xffff_fffe;
const LIST: u32 = 0xffff_fffd;

/// A stream shorter than this is in the sectors of a stream.
const SMALL: u64 = 4096;

/// The largest sheet of this kind.
const MOST_ROWS: u32 = 1 << 16;
const MOST_COLUMNS: u16 = 1 << 8;

/// The records of a formula, of the size of a sheet, and of what has no room in the record before.
const FORMULA: u16 = 0x0006;
const SIZE: u16 = 0x0200;
const CONTINUE: u16 = 0x003c;

/// In how many parts a record may be: calamine moves all others for each.
const MOST_PARTS: usize = 1 << 14;

/// How many bytes a text takes beside its letters.
const TEXT: u64 = 40;

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

/// What calamine may read of a workbook: the same without what it would only take time and memory for, in a document that
/// holds nothing else; and the links of each sheet, in the order of the file. None if the workbook is protected, or if a
/// sheet claims to be larger than one of this kind can be.
pub(crate) fn look(file: &[u8], budget: &Budget<'_>) -> Result<(Vec<u8>, Vec<Links>), Refusal> {
    let mut stream = workbook(file).ok_or(Refusal::Damaged)?;
    budget.in_time()?;
    let sheets = look_at_workbook(&stream, budget)?;
    let (places, links): (Vec<_>, Vec<_>) = sheets.into_iter().unzip();
    for place in places {
        without_formulas(&mut stream[place]);
    }
    Ok((document(&stream).ok_or(Refusal::TooLarge)?, links))
}

/// The place of the records of each sheet, and its links.
type Sheets = Vec<(Range<usize>, Links)>;

fn look_at_workbook(stream: &[u8], budget: &Budget<'_>) -> Result<Sheets, Refusal> {
    let mut begins = Vec::new();
    let mut texts = Vec::new();
    let mut records = records(stream).peekable();
    while let Some((kind, record)) = records.next() {
        let mut parts = vec![record];
        while let Some((_, part)) = records.next_if(|(kind, _)| *kind == CONTINUE) {
            parts.push(part);
            if parts.len() > MOST_PARTS {
                return Err(Refusal::TooLarge);
            }
        }
        match kind {
            // End of the part about all sheets.
            0x000a => break,
            // What follows is encrypted.
            0x002f => return Err(Refusal::Protected),
            // A sheet, and where it begins.
            0x0085 => {
                budget.sheets(1)?;
                begins.push(word(record, 0).ok_or(Refusal::Damaged)? as usize);
            }
            0x00fc => texts = lengths_of_texts(parts, budget)?,
            _ => {}
        }
    }
    let mut sheets: Sheets = Vec::new();
    // No two sheets have the same records. Many that claim to would be read one after another.
    let mut unread = stream.len();
    let mut held = texts.iter().map(|length| u64::from(*length) + TEXT).sum::<u64>();
    for begin in begins {
        let records = stream.get(begin..).ok_or(Refusal::Damaged)?;
        let mut sheet =
            Looked { links: Links::after(sheets.last().map(|(_, links)| links)), ..Looked::default() };
        look_at_sheet(records, &texts, &mut sheet, budget)?;
        unread = unread.checked_sub(sheet.length).ok_or(Refusal::Damaged)?;
        // All sheets are held at once, and each is copied when it is read.
        held = held.saturating_add(sheet.held());
        if held.saturating_add(sheet.copied()) > LARGEST {
            return Err(Refusal::TooLarge);
        }
        sheets.push((begin..begin + sheet.length, sheet.links));
    }
    let mut places: Vec<_> = sheets.iter().map(|(place, _)| (place.start, place.end)).collect();
    places.sort_unstable();
    if places.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Err(Refusal::Damaged);
    }
    Ok(sheets)
}

/// How many bytes each of the texts that cells share has at most.
fn lengths_of_texts(parts: Vec<&[u8]>, budget: &Budget<'_>) -> Result<Vec<u32>, Refusal> {
    let mut parts = parts.into_iter();
    // Two counts come first.
    let first = parts.next().and_then(|part| part.get(8..)).ok_or(Refusal::Damaged)?;
    let mut rest = Parts { part: first, others: parts };
    let mut lengths = Vec::new();
    while rest.has_more() {
        budget.step()?;
        lengths.push(rest.length_of_text().ok_or(Refusal::Damaged)?);
        if lengths.len() as u64 * TEXT > LARGEST {
            return Err(Refusal::TooLarge);
        }
    }
    Ok(lengths)
}

/// A record that goes on in others.
struct Parts<'a> {
    part: &'a [u8],
    others: std::vec::IntoIter<&'a [u8]>,
}

impl Parts<'_> {
    fn goes_on(&mut self) -> bool {
        self.others.next().map(|part| self.part = part).is_some()
    }

    fn has_more(&mut self) -> bool {
        !self.part.is_empty() || self.goes_on()
    }

    fn take(&mut self, length: usize) -> Option<&[u8]> {
        let (taken, rest) = self.part.split_at_checked(length)?;
        self.part = rest;
        Some(taken)
    }

    fn skip(&mut self, mut length: usize) -> Option<()> {
        while length > 0 {
            if !self.has_more() {
                return None;
            }
            let here = length.min(self.part.len());
            self.take(here)?;
            length -= here;
        }
        Some(())
    }

    /// As calamine reads it.
    fn length_of_text(&mut self) -> Option<u32> {
        if self.part.is_empty() {
            return Some(0);
        }
        let head = self.take(3)?;
        let (letters, flags) = (half(head, 0), head[2]);
        let runs = if flags & 8 != 0 { half(self.take(2)?, 0) } else { 0 };
        let extension = if flags & 4 != 0 { word(self.take(4)?, 0)? } else { 0 };
        let (mut left, mut is_wide) = (usize::from(letters), flags & 1 != 0);
        while left > 0 {
            let width = if is_wide { 2 } else { 1 };
            let here = left.min(self.part.len() / width);
            self.take(here * width)?;
            left -= here;
            if left > 0 {
                if !self.goes_on() {
                    return None;
                }
                is_wide = self.take(1)?[0] & 1 != 0;
            }
        }
        self.skip(4 * usize::from(runs))?;
        self.skip(i32::try_from(extension).ok()? as usize)?;
        // No letter takes more in UTF-8.
        Some(3 * u32::from(letters))
    }
}

/// What was seen of a sheet.
#[derive(Default)]
struct Looked {
    links: Links,
    /// How many bytes its records take.
    length: usize,
    /// The bytes of texts in cells.
    texts: u64,
    cells: Area,
    formulas: Area,
}

impl Looked {
    /// How many bytes calamine keeps of it: a value for every cell of the area, be it empty.
    fn held(&self) -> u64 {
        self.copied() + 24 * self.formulas.size()
    }

    /// How many bytes it takes once more while it is read.
    fn copied(&self) -> u64 {
        self.texts + 32 * self.cells.size().max(self.cells.count)
    }
}

/// The smallest area with all of some cells.
#[derive(Default)]
struct Area {
    count: u64,
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Area {
    fn add(&mut self, row: u16, first: u16, last: u16) {
        let wider = |range: Option<(u16, u16)>, first: u16, last: u16| {
            Some(range.map_or((first, last), |(begin, end)| (begin.min(first), end.max(last))))
        };
        self.count += u64::from(last - first) + 1;
        self.rows = wider(self.rows, row, row);
        self.columns = wider(self.columns, first, last);
    }

    fn size(&self) -> u64 {
        let length = |range: Option<(u16, u16)>| range.map_or(0, |(begin, end)| u64::from(end - begin) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// Looks at the sheet at the beginning of these records.
fn look_at_sheet(
    stream: &[u8],
    texts: &[u32],
    sheet: &mut Looked,
    budget: &Budget<'_>,
) -> Result<(), Refusal> {
    // A chart on the sheet has records of its own between its begin and its end.
    let mut depth = 0;
    for (kind, record) in records(stream) {
        budget.step()?;
        sheet.length += 4 + record.len();
        match kind {
            0x0809 => depth += 1,
            0x000a if depth <= 1 => break,
            0x000a => depth -= 1,
            _ if depth > 1 => {}
            SIZE if record.len() >= 14 => {
                let (first, end) = (word(record, 0).unwrap_or_default(), word(record, 4).unwrap_or_default());
                if end > MOST_ROWS || end > 0 && first > end || half(record, 10) > MOST_COLUMNS {
                    return Err(Refusal::Damaged);
                }
            }
            SIZE if half(record, 0) > half(record, 2) || half(record, 6) > MOST_COLUMNS => {
                return Err(Refusal::Damaged);
            }
            // A cell.
            FORMULA if record.len() < 22 => return Err(Refusal::Damaged),
            FORMULA | 0x00d6 | 0x00fd | 0x0203..=0x0205 | 0x027e => {
                let (row, column) = (half(record, 0), half(record, 2));
                if column >= MOST_COLUMNS {
                    return Err(Refusal::Damaged);
                }
                sheet.cells.add(row, column, column);
                sheet.texts += match kind {
                    0x00fd => {
                        let text = word(record, 6).and_then(|text| texts.get(text as usize));
                        text.map_or(0, |length| (*length).into())
                    }
                    0x0204 | 0x00d6 => 3 * record.len() as u64,
                    _ => 0,
                };
                if kind == FORMULA {
                    sheet.formulas.add(row, column, column);
                }
            }
            // The text of the formula before.
            0x0207 => sheet.texts += 3 * record.len() as u64,
            // Several cells of a row: the last column is their end.
            0x00bd => {
                let (first, last) = (half(record, 2), half(record, record.len().saturating_sub(2)));
                if first > last || last >= MOST_COLUMNS {
                    return Err(Refusal::Damaged);
                }
                sheet.cells.add(half(record, 0), first, last);
            }
            0x01b8 => add_link(record, &mut sheet.links),
            _ => {}
        }
    }
    Ok(())
}

/// Takes the formulas out of the records of a sheet, whose values stay, and its size. calamine would write formulas as text,
/// which may take hours, and ask for memory for the whole size at once.
fn without_formulas(stream: &mut [u8]) {
    let mut at = 0;
    while at + 4 <= stream.len() {
        let (kind, length) = (half(stream, at), usize::from(half(stream, at + 2)));
        match kind {
            // A missing argument, which is no text.
            FORMULA if length > 22 => stream[at + 24..at + 27].copy_from_slice(&[1, 0, 0x16]),
            SIZE => stream[at..at + 2].fill(0),
            _ => {}
        }
        at += 4 + length;
    }
}

/// An OLE document that holds only a workbook; `None` if it is too large for one.
fn document(stream: &[u8]) -> Option<Vec<u8>> {
    const SECTOR: usize = 4096;
    let sectors = stream.len().max(SMALL as usize).div_ceil(SECTOR);
    // The sectors that list what comes after each sector, those themselves, and the directory before the stream.
    let lists = (1..=109).find(|lists| lists + 1 + sectors <= lists * (SECTOR / 4))?;
    let number = |number: usize| (number as u32).to_le_bytes();
    let mut header = vec![0; SECTOR];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    header[24..34].copy_from_slice(&[0x3e, 0, 4, 0, 0xfe, 0xff, 12, 0, 6, 0]);
    header[44..48].copy_from_slice(&number(lists));
    header[48..52].copy_from_slice(&number(lists));
    header[60..64].copy_from_slice(&END.to_le_bytes());
    header[68..72].copy_from_slice(&END.to_le_bytes());
    header[76..512].fill(0xff);
    for list in 0..lists {
        header[76 + 4 * list..][..4].copy_from_slice(&number(list));
    }
    let mut file = header;
    file.reserve_exact((lists + 1 + sectors) * SECTOR);
    file.extend((0..lists).flat_map(|_| LIST.to_le_bytes()));
    file.extend(END.to_le_bytes());
    file.extend((lists + 2..=lists + sectors).flat_map(number));
    file.extend(END.to_le_bytes());
    file.resize((1 + lists) * SECTOR, 0xff);
    let directory = file.len();
    file.resize(directory + SECTOR, 0);
    for (place, name, start, length) in
        [(0, "Root Entry", 0, 0), (128, "Workbook", lists + 1, stream.len().max(SMALL as usize))]
    {
        let entry = &mut file[directory + place..][..128];
        for (letter, byte) in name.bytes().enumerate() {
            entry[2 * letter] = byte;
        }
        entry[116..120].copy_from_slice(&number(start));
        entry[120..124].copy_from_slice(&number(length));
    }
    file.extend(stream);
    file.resize(directory + (1 + sectors) * SECTOR, 0);
    Some(file)
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
    if let Some(address) = address_of(&String::from_utf16_lossy(&target)) {
        links.add(rows..=end, columns..=last, &address.into());
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Links, Refusal, add_link, look_at_workbook};
    use crate::budget::Budget;

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
        let budget = Budget::new(&|| Duration::ZERO);
        let look = |workbook: Vec<u8>| look_at_workbook(&workbook, &budget).map(|links| links.len());
        assert_eq!(look(workbook(&[0, length, 2 * length], 3)), Ok(3));
        assert_eq!(look(workbook(&[0; 3], 1)), Err(Refusal::Damaged));
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
