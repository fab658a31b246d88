//! The CSV file of a sheet, written row by row.

use std::ops::Range;

use crate::Refusal;
use crate::budget::Budget;

/// The largest sheet of any program.
pub(crate) const MOST_ROWS: u32 = 1 << 20;
pub(crate) const MOST_COLUMNS: u32 = 1 << 14;

/// No text of a cell is longer: programs end it at 32,767 characters.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;

/// Rows are filled up to the width of the sheet, but not beyond this: one stray value far to the right would multiply them.
const FILLED: u32 = 256;

/// A cell of the open row: its column, and the places of its text and of the address that it leads to.
struct Cell {
    column: u32,
    text: Range<usize>,
    link: Option<Range<usize>>,
}

/// The CSV file of a sheet, and the facts of [`crate::Sheet`].
pub(crate) struct Finished {
    pub(crate) csv: Vec<u8>,
    pub(crate) rows: u64,
    pub(crate) columns: u64,
    pub(crate) addresses: u64,
}

/// Takes a sheet: its name, whether it is hidden, and its cells.
pub(crate) type HandOut<'a> = dyn FnMut(&str, bool, Table<'_>) -> Result<(), Refusal> + 'a;

/// Cells of a sheet, in the order of rows and columns.
pub(crate) struct Table<'a> {
    budget: &'a Budget<'a>,
    csv: Vec<u8>,
    /// Where each finished row ends, and how many cells it has.
    ends: Vec<(usize, u32)>,
    text: String,
    /// The cells of the open row.
    cells: Vec<Cell>,
    columns: u32,
    addresses: u64,
}

impl<'a> Table<'a> {
    pub(crate) fn new(budget: &'a Budget<'a>) -> Self {
        Self {
            budget,
            csv: Vec::new(),
            ends: Vec::new(),
            text: String::new(),
            cells: Vec::new(),
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
        if self.ends.len() > row || self.cells.last().is_some_and(|last| last.column >= column) {
            return Err(Refusal::Damaged);
        }
        self.ends.resize(row, (self.csv.len(), 0));
        let link = link.unwrap_or_default();
        if text.len().max(link.len()) > LONGEST_TEXT {
            return Err(Refusal::TooLarge);
        }
        self.budget.holds((self.csv.len() + self.text.len() + text.len() + link.len()) as u64)?;
        let mut place = |text: &str| {
            let begin = self.text.len();
            self.text.push_str(text);
            begin..self.text.len()
        };
        let (text, link) = (place(text), (!link.is_empty()).then(|| place(link)));
        self.cells.push(Cell { column, text, link });
        Ok(())
    }

    /// Writes the open row, and so many more like it behind it.
    pub(crate) fn repeat_row(&mut self, times: u32) -> Result<(), Refusal> {
        let (begin, addresses) = (self.csv.len(), self.addresses);
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

    /// Writes the open row, if it has cells.
    fn end_row(&mut self) {
        let Some(last) = self.cells.last().map(|cell| cell.column) else { return };
        let has_address = self.cells.iter().any(|cell| is_address(&self.text[cell.text.clone()]));
        let has_link = self.cells.iter().any(|cell| cell.link.is_some());
        self.addresses += u64::from(has_address || has_link);
        let mut at = 0;
        for Cell { column, text, link } in &self.cells {
            self.csv.resize(self.csv.len() + (column - at) as usize, b',');
            at = *column;
            // What the cell shows is a name: its link is the only address of the row.
            let place = link.as_ref().filter(|_| !has_address).unwrap_or(text);
            write_cell(&self.text[place.clone()], &mut self.csv);
        }
        self.columns = self.columns.max(last + 1);
        self.ends.push((self.csv.len(), last + 1));
        self.cells.clear();
        self.text.clear();
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
        let mut out = Vec::with_capacity(3 + self.csv.len() + added as usize);
        out.extend_from_slice(b"\xef\xbb\xbf");
        let mut from = 0;
        for (end, cells) in &self.ends {
            out.extend_from_slice(&self.csv[from..*end]);
            if filled == 1 && *cells == 0 {
                // A blank line would be no record.
                out.extend_from_slice(b"\"\"");
            }
            out.resize(out.len() + filled.saturating_sub((*cells).max(1)) as usize, b',');
            out.extend_from_slice(b"\r\n");
            from = *end;
        }
        Ok(Some(Finished {
            csv: out,
            rows: self.ends.len() as u64,
            columns: u64::from(self.columns),
            addresses: self.addresses,
        }))
    }
}

fn write_cell(text: &str, out: &mut Vec<u8>) {
    // Quoted, no character is taken for a delimiter of the file.
    let is_plain =
        !text.bytes().any(|byte| matches!(byte, b'"' | b',' | b';' | b'\t' | b'|' | b'\r' | b'\n'));
    if is_plain {
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
    text.split_once('@').is_some_and(|(before, after)| {
        before.ends_with(|c: char| !c.is_whitespace()) && after.trim_start_matches('@').contains('.')
    })
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
