//! Reading sheets.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Reader, Sheet as SheetFacts, SheetType, SheetVisible, Xls, XlsError};

use crate::budget::{Budget, Timed};
use crate::guard::{Format, look};
use crate::links::Links;
use crate::table::{Finished, HandOut, Table};
use crate::value::Value;
use crate::{Refusal, Sheet, ods, xlsx};

/// Hands out each sheet that has values, with its CSV file, in the order of the file.
///
/// # Errors
///
/// When the file is no spreadsheet, or none that can be read, or the budget is at its end.
pub fn read(file: &[u8], budget: &Budget<'_>, mut each: impl FnMut(Sheet, Vec<u8>)) -> Result<(), Refusal> {
    let mut count = 0_u64;
    let mut hand_out = |name: &str, hidden: bool, table: Table<'_>| {
        let Some(Finished { csv, rows, columns, addresses }) = table.finish()? else { return Ok(()) };
        count += 1;
        each(Sheet { name: name.to_owned(), hidden, rows, columns, addresses }, csv);
        Ok(())
    };
    // A file that is broken in an unforeseen way may make a reader panic; where that ends the program, as in a
    // browser's Worker, the page starts another.
    let outcome = catch_unwind(AssertUnwindSafe(|| match look(file, budget)? {
        Format::Xlsx(zip) => xlsx::read(zip, budget, &mut hand_out),
        Format::Xls(document, links) => read_xls(&document, budget, links, &mut hand_out),
        Format::Ods(mut zip) => ods::read(&mut zip, budget, &mut hand_out),
    }));
    outcome.unwrap_or(Err(Refusal::Damaged)).map_err(|refusal| budget.reason(refusal))?;
    if count == 0 { Err(Refusal::Empty) } else { Ok(()) }
}

/// `links` are those of each sheet of the file, in its order.
fn read_xls(
    file: &[u8],
    budget: &Budget<'_>,
    mut links: Vec<Links>,
    hand_out: &mut HandOut<'_>,
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
        hand_out(&facts.name, is_hidden(&facts), table)?;
    }
    Ok(())
}

fn is_hidden(sheet: &SheetFacts) -> bool {
    sheet.visible != SheetVisible::Visible
}
