//! Reading an OpenDocument spreadsheet, element by element: what it says to be repeated is never in memory as a whole.

use std::collections::HashSet;
use std::io::{Read, Seek};

use zip::ZipArchive;

use crate::Refusal;
use crate::budget::Budget;
use crate::links::address_of;
use crate::table::{HandOut, LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, Table};
use crate::value::Value;
use crate::xml::{Element, Token, Xml, local, unescaped};

/// How many spaces are read where there are said to be more.
const MOST_SPACES: usize = 1_024;

/// How many elements are within one another at most.
const DEEPEST: usize = 1_000;

/// Hands out each sheet, in the order of the file.
pub(crate) fn read(
    zip: &mut ZipArchive<impl Read + Seek>,
    budget: &Budget<'_>,
    hand_out: &mut dyn HandOut,
) -> Result<(), Refusal> {
    if is_protected(zip)? {
        return Err(Refusal::Protected);
    }
    let content = zip.by_name("content.xml").map_err(|_| Refusal::Damaged)?;
    let mut xml = Xml::new(content);
    let (mut content, mut depth, mut written) = (Content::new(budget), 0_usize, String::new());
    loop {
        budget.step()?;
        match xml.next()? {
            Token::Open(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::Damaged);
                }
                content.begin(element)?;
            }
            Token::Close(name) => {
                depth = depth.saturating_sub(1);
                content.end(name, hand_out)?;
            }
            Token::Text(text) => {
                written.clear();
                text.write(&mut written)?;
                content.write(&written)?;
            }
            Token::End => return if content.table.is_some() { Err(Refusal::Damaged) } else { xml.finish() },
        }
    }
}

/// Whether the list of the archive's parts says how one is encrypted.
fn is_protected(zip: &mut ZipArchive<impl Read + Seek>) -> Result<bool, Refusal> {
    let Ok(manifest) = zip.by_name("META-INF/manifest.xml") else { return Ok(false) };
    let mut xml = Xml::new(manifest);
    loop {
        match xml.next()? {
            Token::Open(element) if local(element.name) == b"encryption-data" => return Ok(true),
            Token::End => return Ok(false),
            _ => {}
        }
    }
}

/// Where reading is.
struct Content<'a> {
    budget: &'a Budget<'a>,
    style: Option<String>,
    /// The styles of tables that are not shown.
    hidden: HashSet<String>,
    table: Option<OpenTable<'a>>,
}

struct OpenTable<'a> {
    name: String,
    is_hidden: bool,
    table: Table<'a>,
    /// The number of the open row, and how many there are of it.
    row: u32,
    rows: u32,
    /// The columns before the next cell.
    columns: u32,
    /// The cells of the open row that have a value.
    cells: Vec<Repeated>,
    cell: Option<OpenCell>,
    /// The tables within a cell of this one.
    inner: u32,
}

/// Cells beside one another with the same value.
struct Repeated {
    columns: std::ops::Range<u32>,
    text: String,
    link: Option<String>,
}

struct OpenCell {
    count: u32,
    text: String,
    /// Whether the text is what is written in the cell, and not its value.
    is_written: bool,
    has_paragraph: bool,
    is_in_comment: bool,
    link: Option<String>,
}

impl<'a> Content<'a> {
    fn new(budget: &'a Budget<'a>) -> Self {
        Self { budget, style: None, hidden: HashSet::new(), table: None }
    }

    fn begin(&mut self, element: Element<'_>) -> Result<(), Refusal> {
        if let Some(table) = &mut self.table {
            return table.begin(element);
        }
        match element.name {
            b"style:style" => self.style = element.value(b"style:name"),
            b"style:table-properties" if element.written(b"table:display") == Some(b"false") => {
                self.hidden.extend(self.style.take());
            }
            b"table:table" => {
                let Some(name) = element.value(b"table:name") else { return Ok(()) };
                self.budget.sheets(1)?;
                let style = element.value(b"table:style-name");
                self.table = Some(OpenTable {
                    name,
                    is_hidden: style.is_some_and(|style| self.hidden.contains(&style)),
                    table: Table::new(self.budget),
                    row: 0,
                    rows: 0,
                    columns: 0,
                    cells: Vec::new(),
                    cell: None,
                    inner: 0,
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &[u8], hand_out: &mut dyn HandOut) -> Result<(), Refusal> {
        let Some(table) = &mut self.table else { return Ok(()) };
        if !table.end(name)? {
            return Ok(());
        }
        let Some(OpenTable { name, is_hidden, table, .. }) = self.table.take() else { return Ok(()) };
        hand_out.sheet(&name, is_hidden, table)
    }

    /// Adds to the text of the open cell.
    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        self.table.as_mut().map_or(Ok(()), |table| table.write(text))
    }
}

impl OpenTable<'_> {
    fn begin(&mut self, element: Element<'_>) -> Result<(), Refusal> {
        let name = element.name;
        if name == b"table:table" {
            self.inner += 1;
            return Ok(());
        }
        if self.inner > 0 {
            return Ok(());
        }
        let Some(cell) = &mut self.cell else {
            match name {
                b"table:table-row" => {
                    self.rows = count(element, b"table:number-rows-repeated")?;
                    self.columns = 0;
                }
                b"table:table-cell" | b"table:covered-table-cell" => {
                    self.cell = Some(OpenCell::new(element)?)
                }
                _ => {}
            }
            return Ok(());
        };
        match name {
            b"office:annotation" => cell.is_in_comment = true,
            _ if cell.is_in_comment => {}
            b"text:a" => {
                let target = element.value(b"xlink:href");
                cell.link = target.as_deref().and_then(address_of).or(cell.link.take());
            }
            b"text:p" if std::mem::replace(&mut cell.has_paragraph, true) => self.write("\n")?,
            b"text:s" => {
                let spaces = count(element, b"text:c")? as usize;
                self.write(&" ".repeat(spaces.min(MOST_SPACES)))?;
            }
            b"text:tab" => self.write("\t")?,
            b"text:line-break" => self.write("\n")?,
            _ => {}
        }
        Ok(())
    }

    /// Ends an element; whether it is the table.
    fn end(&mut self, name: &[u8]) -> Result<bool, Refusal> {
        match name {
            b"table:table" if self.inner == 0 => return Ok(true),
            b"table:table" => self.inner -= 1,
            _ if self.inner > 0 => {}
            b"office:annotation" => {
                self.cell.iter_mut().for_each(|cell| cell.is_in_comment = false);
            }
            b"table:table-cell" | b"table:covered-table-cell" => self.end_cell(),
            b"table:table-row" => self.end_row()?,
            _ => {}
        }
        Ok(false)
    }

    fn end_cell(&mut self) {
        let Some(OpenCell { count, text, link, .. }) = self.cell.take() else { return };
        let columns = self.columns..self.columns.saturating_add(count);
        self.columns = columns.end;
        if !text.is_empty() {
            let columns = columns.start..columns.end.min(MOST_COLUMNS);
            self.cells.push(Repeated { columns, text, link });
        }
    }

    fn end_row(&mut self) -> Result<(), Refusal> {
        let rows = self.row..self.row.saturating_add(self.rows).min(MOST_ROWS);
        self.row = self.row.saturating_add(self.rows);
        if !self.cells.is_empty() && !rows.is_empty() {
            for Repeated { columns, text, link } in &self.cells {
                for column in columns.clone() {
                    self.table.add(rows.start, column, link.as_deref(), text)?;
                }
            }
            self.table.repeat_row(rows.end - rows.start - 1)?;
        }
        self.cells.clear();
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        let Some(cell) = &mut self.cell else { return Ok(()) };
        if !cell.is_written || cell.is_in_comment || self.inner > 0 {
            return Ok(());
        }
        if cell.text.len() + text.len() > LONGEST_TEXT {
            return Err(Refusal::TooLarge);
        }
        cell.text.push_str(text);
        Ok(())
    }
}

impl OpenCell {
    fn new(element: Element<'_>) -> Result<Self, Refusal> {
        let mut text = String::new();
        let names: [&[u8]; 5] = [
            b"office:value",
            b"office:string-value",
            b"office:date-value",
            b"office:time-value",
            b"office:boolean-value",
        ];
        let value = names.iter().find_map(|name| Some((*name, element.written(name)?)));
        if let Some((name, written)) = value {
            let written = unescaped(written).ok_or(Refusal::Damaged)?;
            match name {
                b"office:value" => {
                    Value::Number(written.parse().map_err(|_| Refusal::Damaged)?).write(&mut text);
                }
                b"office:boolean-value" => {
                    Value::Bool(written.eq_ignore_ascii_case("true")).write(&mut text);
                }
                b"office:time-value" => Value::Duration(&written).write(&mut text),
                _ => text = written,
            }
        }
        let is = |name: &[u8], kind: &[u8]| element.written(name) == Some(kind);
        Ok(Self {
            count: count(element, b"table:number-columns-repeated")?,
            // LibreOffice writes what a mistake shows beside an empty value.
            is_written: match value {
                None => is(b"office:value-type", b"string") || is(b"calcext:value-type", b"error"),
                Some(_) => text.is_empty() && is(b"calcext:value-type", b"error"),
            },
            text,
            has_paragraph: false,
            is_in_comment: false,
            link: None,
        })
    }
}

/// How often something is there.
fn count(element: Element<'_>, name: &[u8]) -> Result<u32, Refusal> {
    let Some(count) = element.written(name) else { return Ok(1) };
    let count = std::str::from_utf8(count).ok().and_then(|count| count.trim().parse::<u64>().ok());
    Ok(u32::try_from(count.ok_or(Refusal::Damaged)?).unwrap_or(u32::MAX))
}
