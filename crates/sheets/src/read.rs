//! Reading sheets.

use std::collections::HashMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{
    Ods, OdsError, Reader, Sheet as SheetFacts, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};

use crate::guard::{Kind, look};
use crate::table::{Finished, Table};
use crate::value::Value;
use crate::{Refusal, Sheet};

/// So many cells of a sheet at most get the addresses of links: one link may be that of any number of cells.
const LINKED: u64 = 1 << 20;

type File<'a> = Cursor<&'a [u8]>;

/// Hands out each sheet that has values, with its CSV file, in the order of the file.
///
/// # Errors
///
/// When the file is no spreadsheet, or none that can be read.
pub fn read(file: &[u8], mut each: impl FnMut(Sheet, Vec<u8>)) -> Result<(), Refusal> {
    let mut count = 0_u64;
    let mut hand_out = |facts: &SheetFacts, table: Table| {
        let Some(Finished { csv, rows, columns, addresses }) = table.finish()? else { return Ok(()) };
        count += 1;
        let hidden = facts.visible != SheetVisible::Visible;
        each(Sheet { name: facts.name.clone(), hidden, rows, columns, addresses }, csv);
        Ok(())
    };
    // A file that is broken in a way nobody thought of may bring a reader down; where that ends the program, as in a
    // browser's Worker, the page starts another.
    let outcome = catch_unwind(AssertUnwindSafe(|| match look(file)? {
        Kind::Xlsx { has_mail_links } => read_xlsx(Cursor::new(file), has_mail_links, &mut hand_out),
        Kind::Xls => {
            let book = Xls::new(Cursor::new(file)).map_err(|error| match error {
                XlsError::Password => Refusal::Protected,
                _ => Refusal::Damaged,
            })?;
            read_ranges(book, &mut hand_out)
        }
        Kind::Ods => {
            let book = Ods::new(Cursor::new(file)).map_err(|error| match error {
                OdsError::Password => Refusal::Protected,
                OdsError::CellLimitExceeded { .. } => Refusal::TooLarge,
                _ => Refusal::Damaged,
            })?;
            read_ranges(book, &mut hand_out)
        }
    }));
    outcome.unwrap_or(Err(Refusal::Damaged))?;
    if count == 0 { Err(Refusal::Empty) } else { Ok(()) }
}

type HandOut<'a> = dyn FnMut(&SheetFacts, Table) -> Result<(), Refusal> + 'a;

/// Cell by cell, so that a sheet is never in memory as a whole.
fn read_xlsx(file: File<'_>, has_mail_links: bool, hand_out: &mut HandOut<'_>) -> Result<(), Refusal> {
    let refusal = |error| match error {
        XlsxError::Password => Refusal::Protected,
        _ => Refusal::Damaged,
    };
    let mut book = Xlsx::new(file).map_err(refusal)?;
    for facts in tables(book.sheets_metadata()) {
        let mut links = if has_mail_links { mail_links(&mut book, &facts.name) } else { HashMap::new() };
        let mut cells = match book.worksheet_cells_reader(&facts.name) {
            Ok(cells) => cells,
            // A chart on a sheet of its own.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(error) => return Err(refusal(error)),
        };
        let mut table = Table::default();
        while let Some(cell) = cells.next_cell().map_err(refusal)? {
            let (row, column) = cell.get_position();
            let link = if links.is_empty() { None } else { links.remove(&(row, column)) };
            table.add(row, column, link, |out| Value::from(cell.get_value()).write(out))?;
        }
        hand_out(&facts, table)?;
    }
    Ok(())
}

fn read_ranges<'a, R: Reader<File<'a>>>(mut book: R, hand_out: &mut HandOut<'_>) -> Result<(), Refusal> {
    for facts in tables(book.sheets_metadata()) {
        let range = book.worksheet_range(&facts.name).map_err(|_| Refusal::Damaged)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut table = Table::default();
        for (row, column, value) in range.used_cells() {
            table.add(top + row as u32, left + column as u32, None, |out| Value::from(value).write(out))?;
        }
        hand_out(&facts, table)?;
    }
    Ok(())
}

/// The sheets of cells, without charts and macros.
fn tables(sheets: &[SheetFacts]) -> Vec<SheetFacts> {
    sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).cloned().collect()
}

/// The addresses that cells of a sheet lead to.
fn mail_links(book: &mut Xlsx<File<'_>>, name: &str) -> HashMap<(u32, u32), String> {
    let (mut links, mut room) = (HashMap::new(), LINKED);
    // Without its links a sheet is still what it shows.
    for link in book.hyperlinks_by_sheet_name(name).unwrap_or_default() {
        let Some(address) = link.target.as_deref().and_then(address_of) else { continue };
        let Some(rest) = room.checked_sub(link.range.len()) else { continue };
        room = rest;
        let (start, end) = (link.range.start, link.range.end);
        for row in start.0..=end.0 {
            for column in start.1..=end.1 {
                links.insert((row, column), address.clone());
            }
        }
    }
    links
}

/// The address of `mailto:ann@example.com?subject=...`.
fn address_of(target: &str) -> Option<String> {
    let rest =
        target.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:")).map(|_| &target[7..])?;
    let escaped = rest.split(['?', ',']).next()?;
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut rest = escaped.as_bytes();
    while let [first, tail @ ..] = rest {
        let code =
            tail.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match (first, code) {
            (b'%', Some(code)) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes)
        .ok()
        .map(|address| address.trim().to_owned())
        .filter(|address| address.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn the_address_of_a_link() {
        assert_eq!(address_of("mailto:ann@example.com").as_deref(), Some("ann@example.com"));
        assert_eq!(address_of("MAILTO:ann%2Bx@example.com?subject=Hi").as_deref(), Some("ann+x@example.com"));
        assert_eq!(address_of("https://example.com/@ann"), None);
        assert_eq!(address_of("mailto:"), None);
        assert_eq!(address_of("mailto:100%"), None);
    }
}
