//! Reading sheets.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, Sheet as SheetFacts, SheetType, SheetVisible, Xls, XlsError};

use crate::budget::{Budget, Timed};
use crate::guard::{Format, look};
use crate::links::Links;
use crate::table::{Finished, HandOut, Table};
use crate::value::Value;
use crate::{FIRST_ROWS, Refusal, Sheet, ods, xlsx};

/// Hands out each sheet that has values, with its CSV file, in the order of the file.
///
/// # Errors
///
/// When the file is no spreadsheet, or none that can be read, or the budget is at its end.
pub fn read(file: &[u8], budget: &Budget<'_>, each: impl FnMut(Sheet, Vec<u8>)) -> Result<(), Refusal> {
    read_showing(file, budget, None::<fn(Vec<u8>)>, each)
}

/// The same. `first` is given a CSV file of the first [`FIRST_ROWS`] rows beforehand, where a `.xlsx` file has one
/// visible sheet, and an address in them. The file may still be refused.
///
/// # Errors
///
/// As [`read`].
pub fn read_showing(
    file: &[u8],
    budget: &Budget<'_>,
    first: Option<impl FnOnce(Vec<u8>)>,
    each: impl FnMut(Sheet, Vec<u8>),
) -> Result<(), Refusal> {
    let mut hand_out = Handing { first, each, count: 0 };
    // A file that is broken in an unforeseen way may make a reader panic; where that ends the program, as in a
    // browser's Worker, the page starts another.
    let outcome = catch_unwind(AssertUnwindSafe(|| match look(file, budget)? {
        Format::Xlsx(zip) => xlsx::read(zip, budget, &mut hand_out),
        Format::Xls(document, links) => read_xls(&document, budget, links, &mut hand_out),
        Format::Ods(mut zip) => ods::read(&mut zip, budget, &mut hand_out),
    }));
    outcome.unwrap_or(Err(Refusal::Damaged)).map_err(|refusal| budget.reason(refusal))?;
    if hand_out.count == 0 { Err(Refusal::Empty) } else { Ok(()) }
}

/// Who is given what is read.
struct Handing<First, Each> {
    /// Until it is given something, if it wants it.
    first: Option<First>,
    each: Each,
    /// The sheets so far.
    count: u64,
}

impl<First: FnOnce(Vec<u8>), Each: FnMut(Sheet, Vec<u8>)> HandOut for Handing<First, Each> {
    fn first(&mut self, table: &Table<'_>) {
        if self.first.is_some()
            && let Some(csv) = table.first(FIRST_ROWS)
            && let Some(first) = self.first.take()
        {
            first(csv);
        }
    }

    fn sheet(&mut self, name: &str, hidden: bool, table: Table<'_>) -> Result<(), Refusal> {
        let Some(Finished { csv, rows, columns, addresses }) = table.finish()? else { return Ok(()) };
        self.count += 1;
        (self.each)(Sheet { name: name.to_owned(), hidden, rows, columns, addresses }, csv);
        Ok(())
    }
}

/// `links` are those of each sheet of the file, in its order.
fn read_xls(
    file: &[u8],
    budget: &Budget<'_>,
    mut links: Vec<Links>,
    hand_out: &mut dyn HandOut,
) -> Result<(), Refusal> {
    let mut book = Xls::new(Timed::new(Cursor::new(file), budget)).map_err(|error| match error {
        XlsError::Password => Refusal::Protected,
        _ => Refusal::Damaged,
    })?;
    budget.in_time()?;
    let mut text = String::new();
    links.resize_with(book.sheets_metadata().len(), Links::default);
    for (facts, mut links) in book.sheets_metadata().to_vec().into_iter().zip(links) {
        if facts.typ != SheetType::WorkSheet {
            continue;
        }
        let range = book.worksheet_range(&facts.name).map_err(|_| Refusal::Damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut table = Table::new(budget);
        for (row, column, value) in range.used_cells() {
            let (row, column) = (top + row as u32, left + column as u32);
            let text = Value::from(value).text(&mut text);
            table.add(row, column, links.take(row, column).as_deref(), text)?;
        }
        hand_out.sheet(&facts.name, is_hidden(&facts), table)?;
    }
    Ok(())
}

fn is_hidden(sheet: &SheetFacts) -> bool {
    sheet.visible != SheetVisible::Visible
}
