//! The CSV file of a sheet, written row by row.

use std::ops::Range;

use memchr::memchr;

use crate::Refusal;
use crate::budget::Budget;

/// The largest sheet of any program.
pub(crate) const MOST_ROWS: u32 = 1 << 20;
pub(crate) const MOST_COLUMNS: u32 = 1 << 14;

/// No text of a cell is longer: programs end it at 32,767 characters.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// Rows are filled up to the width of the sheet, but not beyond this: one stray value far to the right would multiply them.
const FILLED: u32 = 256;

/// A cell of the open row that leads to an address: their places in the file and among the addresses.
struct Link {
    cell: Range<usize>,
    address: Range<usize>,
}

/// The CSV file of a sheet, and the facts of [`crate::Sheet`].
pub(crate) struct Finished {
    pub(crate) csv: Vec<u8>,
    pub(crate) rows: u64,
    pub(crate) columns: u64,
    pub(crate) addresses: u64,
}

/// Takes what is read of a file.
pub(crate) trait HandOut {
    /// Looks at the rows that a visible sheet has so far.
    fn first(&mut self, table: &Table<'_>);

    /// Takes a sheet: its name, whether it is hidden, and its cells.
    fn sheet(&mut self, name: &str, is_hidden: bool, table: Table<'_>) -> Result<(), Refusal>;
}

/// Cells of a sheet, in the order of rows and columns.
pub(crate) struct Table<'a> {
    budget: &'a Budget<'a>,
    csv: Vec<u8>,
    /// Where each finished row ends, and how many cells it has.
    ends: Vec<(usize, u32)>,
    /// The number of cells of the open row.
    cells: u32,
    has_address: bool,
    links: Vec<Link>,
    link_addresses: String,
    columns: u32,
    addresses: u64,
}

impl<'a> Table<'a> {
    pub(crate) fn new(budget: &'a Budget<'a>) -> Self {
        Self {
            budget,
            csv: Vec::new(),
            ends: Vec::new(),
            cells: 0,
            has_address: false,
            links: Vec::new(),
            link_addresses: String::new(),
            columns: 0,
            addresses: 0,
        }
    }

    /// Adds a cell with a text. `link` is the address that the cell leads to.
    pub(crate) fn add(
        &mut self,
        row: u32,
        column: u32,
        link: Option<&str>,
        text: &str,
    ) -> Result<(), Refusal> {
        self.budget.step()?;
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(Refusal::Damaged);
        }
        if text.is_empty() {
            return Ok(());
        }
        let row = row as usize;
        if self.ends.len() != row {
            self.end_row();
        }
        if self.ends.len() > row || self.cells > column {
            return Err(Refusal::Damaged);
        }
        if self.ends.len() < row {
            self.ends.resize(row, (self.csv.len(), 0));
        }
        let link = link.unwrap_or_default();
        if text.len().max(link.len()) > LONGEST_TEXT {
            return Err(Refusal::TooLarge);
        }
        let held = self.csv.len() + self.link_addresses.len();
        self.budget.holds((held + text.len() + link.len()) as u64)?;
        let commas = column - self.cells.saturating_sub(1);
        self.csv.resize(self.csv.len() + commas as usize, b',');
        self.cells = column + 1;
        let begin = self.csv.len();
        write_cell(text, &mut self.csv);
        self.has_address |= !self.has_address && is_address(text);
        if !link.is_empty() {
            let address = self.link_addresses.len()..self.link_addresses.len() + link.len();
            self.link_addresses.push_str(link);
            self.links.push(Link { cell: begin..self.csv.len(), address });
        }
        Ok(())
    }

    /// Writes the open row, and so many more like it behind it.
    pub(crate) fn repeat_row(&mut self, times: u32) -> Result<(), Refusal> {
        let (begin, addresses) = (self.ends.last().map_or(0, |(end, _)| *end), self.addresses);
        self.end_row();
        let row = begin..self.csv.len();
        let Some((_, cells)) = self.ends.last().copied().filter(|_| !row.is_empty()) else { return Ok(()) };
        self.budget.holds(row.end as u64 + row.len() as u64 * u64::from(times))?;
        for _ in 0..times {
            self.csv.extend_from_within(row.clone());
            self.ends.push((self.csv.len(), cells));
        }
        self.addresses += (self.addresses - addresses) * u64::from(times);
        self.budget.in_time()
    }

    /// Ends the open row, if it has cells.
    fn end_row(&mut self) {
        if self.cells == 0 {
            return;
        }
        self.addresses += u64::from(self.has_address || !self.links.is_empty());
        if !self.has_address {
            self.follow_links();
        }
        self.links.clear();
        self.link_addresses.clear();
        self.columns = self.columns.max(self.cells);
        self.ends.push((self.csv.len(), self.cells));
        (self.cells, self.has_address) = (0, false);
    }

    /// Writes the address of each link in the place of what its cell shows, which is a name.
    fn follow_links(&mut self) {
        let Some(begin) = self.links.first().map(|link| link.cell.start) else { return };
        let shown = self.csv.split_off(begin);
        let mut from = begin;
        for Link { cell, address } in &self.links {
            self.csv.extend_from_slice(&shown[from - begin..cell.start - begin]);
            write_cell(&self.link_addresses[address.clone()], &mut self.csv);
            from = cell.end;
        }
        self.csv.extend_from_slice(&shown[from - begin..]);
    }

    /// The file of all cells; `None` without a value.
    pub(crate) fn finish(mut self) -> Result<Option<Finished>, Refusal> {
        self.end_row();
        if self.ends.is_empty() {
            return Ok(None);
        }
        let filled = self.columns.min(FILLED);
        let added: u64 =
            self.ends.iter().map(|(_, cells)| u64::from(filled.saturating_sub(*cells)) + 4).sum();
        self.budget.in_time()?;
        self.budget.produce(self.csv.len() as u64 + added)?;
        Ok(Some(Finished {
            csv: self.written(&self.ends, self.csv.len() + added as usize),
            rows: self.ends.len() as u64,
            columns: u64::from(self.columns),
            addresses: self.addresses,
        }))
    }

    /// The file of the first finished rows, while others follow; `None` without an address.
    pub(crate) fn first(&self, rows: usize) -> Option<Vec<u8>> {
        let rows = &self.ends[..rows.min(self.ends.len())];
        (self.addresses > 0).then(|| self.written(rows, rows.last().map_or(0, |(end, _)| *end)))
    }

    /// The number of finished rows.
    pub(crate) const fn rows(&self) -> usize {
        self.ends.len()
    }

    /// The file of the rows that end there. It takes about so many bytes.
    fn written(&self, ends: &[(usize, u32)], size: usize) -> Vec<u8> {
        let filled = self.columns.min(FILLED);
        let mut out = Vec::with_capacity(3 + size);
        out.extend_from_slice(b"\xef\xbb\xbf");
        let mut from = 0;
        for (end, cells) in ends {
            out.extend_from_slice(&self.csv[from..*end]);
            if filled == 1 && *cells == 0 {
                // A blank line would be no record.
                out.extend_from_slice(b"\"\"");
            }
            out.resize(out.len() + filled.saturating_sub((*cells).max(1)) as usize, b',');
            out.extend_from_slice(b"\r\n");
            from = *end;
        }
        out
    }
}

/// Quoted, no character is taken for a delimiter of the file.
const QUOTED: [bool; 256] = {
    let mut table = [false; 256];
    let mut special: &[u8] = b"\",;\t|\r\n";
    while let [byte, rest @ ..] = special {
        table[*byte as usize] = true;
        special = rest;
    }
    table
};

fn write_cell(text: &str, out: &mut Vec<u8>) {
    if !text.bytes().any(|byte| QUOTED[usize::from(byte)]) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for part in text.split_inclusive('"') {
        out.extend_from_slice(part.as_bytes());
        if part.ends_with('"') {
            out.push(b'"');
        }
    }
    out.push(b'"');
}

/// Whether a cell looks like an address, whatever stands around it.
fn is_address(text: &str) -> bool {
    let Some(at) = memchr(b'@', text.as_bytes()) else { return false };
    let (before, after) = (&text[..at], &text[at + 1..]);
    before.ends_with(|c: char| !c.is_whitespace()) && after.trim_start_matches('@').contains('.')
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{FILLED, LONGEST_TEXT, Table};
    use crate::Refusal;
    use crate::budget::Budget;

    fn csv(cells: &[(u32, u32, &str)]) -> String {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut table = Table::new(&budget);
        for (row, column, text) in cells {
            table.add(*row, *column, None, text).unwrap();
        }
        let bytes = table.finish().unwrap().unwrap().csv;
        String::from_utf8(bytes).unwrap().strip_prefix('\u{feff}').unwrap().to_owned()
    }

    #[test]
    fn every_row_is_a_record_of_the_same_width() {
        assert_eq!(csv(&[(0, 0, "a"), (0, 2, "b"), (3, 1, "c")]), "a,,b\r\n,,\r\n,,\r\n,c,\r\n");
        assert_eq!(csv(&[(1, 0, "a")]), "\"\"\r\na\r\n", "a blank line would be no record");
        assert_eq!(csv(&[(0, 1, "a"), (1, 0, "")]), ",a\r\n", "formatted cells without a value do not count");
    }

    #[test]
    fn a_row_is_repeated_with_its_addresses() {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut table = Table::new(&budget);
        table.repeat_row(9).unwrap();
        table.add(1, 0, None, "a@example.com").unwrap();
        table.repeat_row(2).unwrap();
        table.add(4, 1, None, "b").unwrap();
        let finished = table.finish().unwrap().unwrap();
        assert_eq!((finished.rows, finished.addresses), (5, 3));
        let rows = "a@example.com,\r\n".repeat(3);
        assert_eq!(&finished.csv[3..], format!(",\r\n{rows},b\r\n").as_bytes());
    }

    #[test]
    fn what_could_be_a_delimiter_is_quoted() {
        assert_eq!(
            csv(&[(0, 0, "Sales; EMEA"), (0, 1, "a \"b\""), (0, 2, "x\ny")]),
            "\"Sales; EMEA\",\"a \"\"b\"\"\",\"x\ny\"\r\n"
        );
    }

    #[test]
    fn a_stray_value_far_to_the_right_does_not_fill_every_row() {
        let text = csv(&[(0, 9_999, "x"), (1, 0, "a")]);
        assert_eq!(text.lines().nth(1).unwrap().len(), FILLED as usize);
    }

    #[test]
    fn a_link_is_the_address_of_a_row_without_one() {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut table = Table::new(&budget);
        let link = Some("ann@example.com");
        table.add(0, 0, link, "Ann").unwrap();
        table.add(1, 0, link, "Ann").unwrap();
        table.add(1, 1, None, "ann@example.org").unwrap();
        let finished = table.finish().unwrap().unwrap();
        assert_eq!(finished.addresses, 2);
        assert_eq!(&finished.csv[3..], b"ann@example.com,\r\nAnn,ann@example.org\r\n");
    }

    #[test]
    fn cells_out_of_order_are_damage() {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut table = Table::new(&budget);
        table.add(5, 0, None, "a").unwrap();
        assert_eq!(table.add(4, 0, None, "b"), Err(Refusal::Damaged));
        assert_eq!(table.add(5, 0, None, "b"), Err(Refusal::Damaged));
        assert_eq!(table.add(1 << 20, 0, None, "b"), Err(Refusal::Damaged));
        assert!(Table::new(&budget).finish().unwrap().is_none());
    }

    #[test]
    fn s4_a_text_that_no_program_writes_is_too_large() {
        let budget = Budget::new(&|| Duration::ZERO);
        let mut table = Table::new(&budget);
        let text = "a".repeat(LONGEST_TEXT);
        assert_eq!(table.add(0, 0, Some(&text), &text), Ok(()));
        assert_eq!(table.add(0, 1, None, &(text.clone() + "a")), Err(Refusal::TooLarge));
        assert_eq!(table.add(0, 1, Some(&(text + "a")), "a"), Err(Refusal::TooLarge));
    }
}
