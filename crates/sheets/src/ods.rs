//! Reading an OpenDocument spreadsheet, element by element: what it says to be repeated is never in memory as a whole.

use std::collections::HashSet;
use std::io::{BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::Refusal;
use crate::budget::Budget;
use crate::links::address_of;
use crate::table::{HandOut, LONGEST_TEXT, MOST_COLUMNS, MOST_ROWS, Table};
use crate::value::Value;

/// How many spaces are read where there are said to be more.
const MOST_SPACES: usize = 1_024;

/// How many elements are within one another at most.
const DEEPEST: usize = 1_000;

/// Hands out each sheet, in the order of the file.
pub(crate) fn read(
    zip: &mut ZipArchive<impl Read + Seek>,
    budget: &Budget<'_>,
    hand_out: &mut HandOut<'_>,
) -> Result<(), Refusal> {
    let content = zip.by_name("content.xml").map_err(|_| Refusal::Damaged)?;
    let mut xml = Reader::from_reader(BufReader::new(content));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let (mut buffer, mut content, mut depth) = (Vec::new(), Content::new(budget), 0_usize);
    loop {
        budget.step()?;
        match xml.read_event_into(&mut buffer).map_err(|_| Refusal::Damaged)? {
            Event::Start(element) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(Refusal::Damaged);
                }
                content.begin(&element)?;
            }
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                content.end(element.name().as_ref(), hand_out)?;
            }
            Event::Text(text) => content.write(&text.xml10_content())?,
            Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                Ok(Some(letter)) => content.write(letter.encode_utf8(&mut [0; 4]))?,
                Ok(None) => {
                    content.write(resolve_predefined_entity(&entity).ok_or(Refusal::Damaged)?)?;
                }
                Err(_) => return Err(Refusal::Damaged),
            },
            Event::Eof => return if content.table.is_some() { Err(Refusal::Damaged) } else { Ok(()) },
            _ => {}
        }
        buffer.clear();
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

    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), Refusal> {
        let name = element.name();
        if let Some(table) = &mut self.table {
            return table.begin(name.as_ref(), element);
        }
        match name.as_ref() {
            "style:style" => self.style = text_of(element, "style:name"),
            "style:table-properties" if attribute(element, "table:display") == Some("false") => {
                self.hidden.extend(self.style.take());
            }
            "table:table" => {
                let Some(name) = text_of(element, "table:name") else { return Ok(()) };
                self.budget.sheets(1)?;
                let style = text_of(element, "table:style-name");
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

    fn end(&mut self, name: &str, hand_out: &mut HandOut<'_>) -> Result<(), Refusal> {
        let Some(table) = &mut self.table else { return Ok(()) };
        if !table.end(name)? {
            return Ok(());
        }
        let Some(OpenTable { name, is_hidden, table, .. }) = self.table.take() else { return Ok(()) };
        hand_out(&name, is_hidden, table)
    }

    /// Adds to the text of the open cell.
    fn write(&mut self, text: &str) -> Result<(), Refusal> {
        self.table.as_mut().map_or(Ok(()), |table| table.write(text))
    }
}

impl OpenTable<'_> {
    fn begin(&mut self, name: &str, element: &BytesStart<'_>) -> Result<(), Refusal> {
        if name == "table:table" {
            self.inner += 1;
            return Ok(());
        }
        if self.inner > 0 {
            return Ok(());
        }
        let Some(cell) = &mut self.cell else {
            match name {
                "table:table-row" => {
                    self.rows = count(element, "table:number-rows-repeated")?;
                    self.columns = 0;
                }
                "table:table-cell" | "table:covered-table-cell" => self.cell = Some(OpenCell::new(element)?),
                _ => {}
            }
            return Ok(());
        };
        match name {
            "office:annotation" => cell.is_in_comment = true,
            _ if cell.is_in_comment => {}
            "text:a" => {
                let target = text_of(element, "xlink:href");
                cell.link = target.as_deref().and_then(address_of).or(cell.link.take());
            }
            "text:p" if std::mem::replace(&mut cell.has_paragraph, true) => self.write("\n")?,
            "text:s" => {
                let spaces = count(element, "text:c")? as usize;
                self.write(&" ".repeat(spaces.min(MOST_SPACES)))?;
            }
            "text:tab" => self.write("\t")?,
            "text:line-break" => self.write("\n")?,
            _ => {}
        }
        Ok(())
    }

    /// Ends an element; whether it is the table.
    fn end(&mut self, name: &str) -> Result<bool, Refusal> {
        match name {
            "table:table" if self.inner == 0 => return Ok(true),
            "table:table" => self.inner -= 1,
            _ if self.inner > 0 => {}
            "office:annotation" => {
                self.cell.iter_mut().for_each(|cell| cell.is_in_comment = false);
            }
            "table:table-cell" | "table:covered-table-cell" => self.end_cell(),
            "table:table-row" => self.end_row()?,
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
    fn new(element: &BytesStart<'_>) -> Result<Self, Refusal> {
        let mut text = String::new();
        let names = [
            "office:value",
            "office:string-value",
            "office:date-value",
            "office:time-value",
            "office:boolean-value",
        ];
        let value = names.iter().find_map(|name| Some((*name, attribute(element, name)?)));
        let unescaped = |value| unescape(value).map_err(|_| Refusal::Damaged);
        match value {
            None => {}
            Some(("office:value", number)) => {
                Value::Number(number.parse().map_err(|_| Refusal::Damaged)?).write(&mut text);
            }
            Some(("office:boolean-value", is)) => {
                Value::Bool(is.eq_ignore_ascii_case("true")).write(&mut text);
            }
            Some(("office:time-value", time)) => Value::Duration(&unescaped(time)?).write(&mut text),
            Some((_, other)) => text.push_str(&unescaped(other)?),
        }
        let is = |name, kind| attribute(element, name) == Some(kind);
        Ok(Self {
            count: count(element, "table:number-columns-repeated")?,
            // LibreOffice writes what a mistake shows beside an empty value.
            is_written: match value {
                None => is("office:value-type", "string") || is("calcext:value-type", "error"),
                Some(_) => text.is_empty() && is("calcext:value-type", "error"),
            },
            text,
            has_paragraph: false,
            is_in_comment: false,
            link: None,
        })
    }
}

/// How often something is there.
fn count(element: &BytesStart<'_>, name: &str) -> Result<u32, Refusal> {
    let Some(count) = attribute(element, name) else { return Ok(1) };
    let count: u64 = count.trim().parse().map_err(|_| Refusal::Damaged)?;
    Ok(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The value of an attribute.
fn text_of(element: &BytesStart<'_>, name: &str) -> Option<String> {
    Some(unescape(attribute(element, name)?).ok()?.into_owned())
}

/// The value of an attribute, as it is written.
fn attribute<'a>(element: &'a BytesStart<'_>, name: &str) -> Option<&'a str> {
    let mut rest = element.attributes_raw();
    loop {
        let (key, value) = rest.split_at_checked(rest.bytes().position(|byte| byte == b'=')?)?;
        let value = value.get(1..)?.trim_start();
        let quote = value.bytes().next()?;
        let value = value.get(1..)?;
        let end = value.bytes().position(|byte| byte == quote)?;
        if key.trim() == name {
            return value.get(..end);
        }
        rest = value.get(end + 1..)?;
    }
}
