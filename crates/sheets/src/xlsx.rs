//! Reading a workbook of Excel, cell by cell: neither a sheet nor the texts that its cells share are looked through before its
//! first rows are there.

use std::collections::HashMap;
use std::io::{Cursor, Read};
use std::rc::Rc;

use calamine::{ExcelDateTime, ExcelDateTimeType};
use memchr::memchr_iter;
use zip::read::ZipFile;

use crate::budget::{Budget, Timed};
use crate::guard::Archive;
use crate::links::{Links, address_of};
use crate::table::{HandOut, LONGEST_TEXT, Table};
use crate::value::Value;
use crate::xml::{Element, Token, Xml, local, unescaped};
use crate::{FIRST_ROWS, Refusal};

type Part<'z, 'a> = Xml<ZipFile<'z, Timed<'a, Cursor<&'a [u8]>>>>;

/// Hands out each sheet, in the order of the file.
pub(crate) fn read(
    mut zip: Archive<'_>,
    budget: &Budget<'_>,
    hand_out: &mut dyn HandOut,
) -> Result<(), Refusal> {
    let path = path_of_book(&mut zip)?;
    let Book { sheets, is_1904 } = read_book(&mut zip, &path, budget)?;
    let relations = read_relations(&mut zip, &path_of_relations(&path), budget)?;
    let folder = folder_of(&path);
    let kinds = read_kinds(&mut zip, &format!("{folder}styles.xml"))?;
    // Texts are read while a sheet is.
    let mut zip_of_texts = zip.clone();
    let texts = part(&mut zip_of_texts, &format!("{folder}sharedStrings.xml"))?;
    let mut values = Values { texts: Texts::new(texts, budget), kinds, is_1904, text: String::new() };
    // Of several, the first one may not be the one that people want.
    let has_one = sheets.iter().filter(|sheet| !sheet.is_hidden).count() == 1;
    for SheetFacts { name, is_hidden, relation } in sheets {
        let Relation { target, kind } = relations.get(&relation).ok_or(Refusal::Damaged)?;
        // Neither a chart on a sheet of its own nor macros.
        if !kind.ends_with("/worksheet") {
            continue;
        }
        let path = path_from(folder, target);
        let links = mail_links(&mut zip, &path, budget).unwrap_or_default();
        let mut sheet = part(&mut zip, &path)?.ok_or(Refusal::Damaged)?;
        let mut table = Table::new(budget);
        let mut show = |table: &Table<'_>| {
            if has_one && !is_hidden {
                hand_out.first(table);
            }
        };
        if read_sheet(&mut sheet, &mut values, links, &mut table, &mut show)? {
            sheet.finish()?;
            hand_out.sheet(&name, is_hidden, table)?;
        }
    }
    values.texts.finish()
}

/// The part of that name, also where a program has written it in other letters, or with the separators of Windows.
fn part<'z, 'a>(zip: &'z mut Archive<'a>, name: &str) -> Result<Option<Part<'z, 'a>>, Refusal> {
    let is_same = |other: &[u8]| {
        let same = |(a, b): (&u8, u8)| a.eq_ignore_ascii_case(&b) || (*a, b) == (b'\\', b'/');
        other.len() == name.len() && other.iter().zip(name.bytes()).all(same)
    };
    let exact = zip.index_for_name(name);
    let Some(place) = exact.or_else(|| zip.file_names_raw().position(is_same)) else { return Ok(None) };
    zip.by_index(place).map(|entry| Some(Xml::new(entry))).map_err(|_| Refusal::Damaged)
}

/// Hands out each element, until the end.
fn each_element<R: Read>(
    xml: &mut Xml<R>,
    mut each: impl FnMut(&[u8], Element<'_>) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    loop {
        match xml.next()? {
            Token::Open(element) => each(local(element.name), element)?,
            Token::End => return Ok(()),
            Token::Close(_) | Token::Text(_) => {}
        }
    }
}

fn path_of_book(zip: &mut Archive<'_>) -> Result<String, Refusal> {
    let mut path = None;
    let mut relations = part(zip, "_rels/.rels")?.ok_or(Refusal::Damaged)?;
    each_element(&mut relations, |name, element| {
        let is_book = element.written(b"Type").is_some_and(|kind| kind.ends_with(b"/officeDocument"));
        if name == b"Relationship" && is_book {
            path = element.value(b"Target");
        }
        Ok(())
    })?;
    let path = path.ok_or(Refusal::Damaged)?;
    Ok(path_from("", &path))
}

/// The folder of a part, which ends with a slash unless it is empty.
fn folder_of(path: &str) -> &str {
    &path[..path.rfind('/').map_or(0, |slash| slash + 1)]
}

/// Where a target leads that is written in a part of that folder.
fn path_from(folder: &str, target: &str) -> String {
    target.strip_prefix('/').map_or_else(|| format!("{folder}{target}"), str::to_owned)
}

fn path_of_relations(path: &str) -> String {
    let (folder, name) = path.split_at(folder_of(path).len());
    format!("{folder}_rels/{name}.rels")
}

struct Relation {
    target: String,
    kind: String,
}

/// What a part refers to, by the names that it uses.
fn read_relations(
    zip: &mut Archive<'_>,
    path: &str,
    budget: &Budget<'_>,
) -> Result<HashMap<String, Relation>, Refusal> {
    let mut relations = HashMap::new();
    let Some(mut xml) = part(zip, path)? else { return Ok(relations) };
    let mut held = 0;
    each_element(&mut xml, |name, element| {
        let value = |name: &[u8]| element.value(name).unwrap_or_default();
        if name == b"Relationship" {
            let (id, relation) = (value(b"Id"), Relation { target: value(b"Target"), kind: value(b"Type") });
            held += RELATION + (id.len() + relation.target.len() + relation.kind.len()) as u64;
            budget.holds(held)?;
            relations.insert(id, relation);
        }
        Ok(())
    })?;
    Ok(relations)
}

/// What a relation takes beside its letters, about.
const RELATION: u64 = 150;

struct SheetFacts {
    name: String,
    is_hidden: bool,
    /// The name that the workbook uses for its relation to the sheet.
    relation: String,
}

struct Book {
    sheets: Vec<SheetFacts>,
    /// Whether days are counted from 1904 on.
    is_1904: bool,
}

fn read_book(zip: &mut Archive<'_>, path: &str, budget: &Budget<'_>) -> Result<Book, Refusal> {
    let mut book = Book { sheets: Vec::new(), is_1904: false };
    let mut held = 0;
    let mut xml = part(zip, path)?.ok_or(Refusal::Damaged)?;
    each_element(&mut xml, |name, element| {
        match name {
            b"sheet" => {
                budget.sheets(1)?;
                let sheet = SheetFacts {
                    name: element.value(b"name").unwrap_or_default(),
                    is_hidden: element.written(b"state").is_some_and(|state| state != b"visible"),
                    relation: relation_of(element).unwrap_or_default(),
                };
                held += (sheet.name.len() + sheet.relation.len()) as u64;
                budget.holds(held)?;
                book.sheets.push(sheet);
            }
            // Extensions have elements of the same name.
            b"workbookPr" => {
                let value = element.written(b"date1904");
                book.is_1904 = value.map_or(book.is_1904, |value| matches!(value, b"1" | b"true"));
            }
            _ => {}
        }
        Ok(())
    })?;
    Ok(book)
}

/// The name of the relation that an element refers to; its attribute may have any prefix.
fn relation_of(element: Element<'_>) -> Option<String> {
    element.attributes().find_map(|(key, value)| (local(key) == b"id").then(|| unescaped(value))?)
}

/// What the number of a cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Number,
    Moment,
    Duration,
}

/// What numbers mean, by the formats of cells.
fn read_kinds(zip: &mut Archive<'_>, path: &str) -> Result<Vec<Kind>, Refusal> {
    let (mut kinds, mut own) = (Vec::new(), HashMap::new());
    let Some(mut xml) = part(zip, path)? else { return Ok(kinds) };
    let mut is_of_cells = false;
    loop {
        let number = |element: Element<'_>| {
            let id = std::str::from_utf8(element.written(b"numFmtId")?).ok()?;
            id.parse::<u32>().ok()
        };
        match xml.next()? {
            Token::Open(element) => match local(element.name) {
                b"numFmt" => {
                    if let (Some(id), Some(code)) = (number(element), element.value(b"formatCode")) {
                        own.insert(id, kind_of_code(&code));
                    }
                }
                b"cellXfs" => is_of_cells = true,
                b"xf" if is_of_cells => {
                    let id = number(element).unwrap_or_default();
                    kinds.push(own.get(&id).copied().unwrap_or_else(|| kind_of_number(id)));
                }
                _ => {}
            },
            Token::Close(name) if local(name) == b"cellXfs" => is_of_cells = false,
            Token::End => return Ok(kinds),
            Token::Close(_) | Token::Text(_) => {}
        }
    }
}

/// By the number of a format that every program knows; some are of one country.
const fn kind_of_number(number: u32) -> Kind {
    match number {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Kind::Moment,
        46 => Kind::Duration,
        _ => Kind::Number,
    }
}

/// By the code of a format: the first part of a date or time in it decides.
fn kind_of_code(code: &str) -> Kind {
    let mut rest = code.chars();
    while let Some(letter) = rest.next() {
        match letter.to_ascii_lowercase() {
            '"' => _ = rest.by_ref().find(|letter| *letter == '"'),
            // The next letter stands for itself, for a space of its width, or for what fills the cell.
            '\\' | '_' | '*' => _ = rest.next(),
            // Hours, minutes or seconds that do not begin anew; else a colour, a condition or a language.
            '[' => {
                let (inner, behind) = rest.as_str().split_once(']').unwrap_or_default();
                let is_all =
                    |unit: char| !inner.is_empty() && inner.chars().all(|c| c.eq_ignore_ascii_case(&unit));
                if ['h', 'm', 's'].into_iter().any(is_all) {
                    return Kind::Duration;
                }
                rest = behind.chars();
            }
            // What follows is for negative numbers.
            ';' => return Kind::Number,
            'd' | 'm' | 'y' | 'h' | 's' => return Kind::Moment,
            _ => {}
        }
    }
    Kind::Number
}

/// The texts that cells share, read as far as they are needed.
struct Texts<'a, R> {
    budget: &'a Budget<'a>,
    /// Those that are not read yet.
    rest: Option<Xml<R>>,
    text: String,
    ends: Vec<u32>,
}

impl<'a, R: Read> Texts<'a, R> {
    const fn new(rest: Option<Xml<R>>, budget: &'a Budget<'a>) -> Self {
        Self { budget, rest, text: String::new(), ends: Vec::new() }
    }

    fn get(&mut self, place: usize) -> Result<&str, Refusal> {
        while self.ends.len() <= place {
            self.read()?;
        }
        let begin = if place == 0 { 0 } else { self.ends[place - 1] };
        Ok(&self.text[begin as usize..self.ends[place] as usize])
    }

    /// Reads the next one.
    fn read(&mut self) -> Result<(), Refusal> {
        self.budget.step()?;
        let rest = self.rest.as_mut().ok_or(Refusal::Damaged)?;
        loop {
            match rest.next()? {
                Token::Open(element) if local(element.name) == b"si" => break,
                Token::End => return Err(Refusal::Damaged),
                _ => {}
            }
        }
        write_text(rest, b"si", &mut self.text)?;
        self.budget.holds((self.text.len() + size_of::<u32>() * self.ends.len()) as u64)?;
        self.ends.push(self.text.len() as u32);
        Ok(())
    }

    /// Reads what no cell needs, where damage may be.
    fn finish(self) -> Result<(), Refusal> {
        self.rest.map_or(Ok(()), Xml::finish)
    }
}

/// Appends the text within an element of that name, which was opened last: all its runs, without how it is pronounced.
fn write_text<R: Read>(xml: &mut Xml<R>, name: &[u8], out: &mut String) -> Result<(), Refusal> {
    let (begin, mut is_pronunciation) = (out.len(), false);
    // Where the open run begins, and whether the white space around it counts.
    let mut run = None;
    loop {
        match xml.next()? {
            Token::Open(element) => match local(element.name) {
                b"rPh" => is_pronunciation = true,
                b"t" if !is_pronunciation => {
                    run = Some((out.len(), element.written(b"xml:space") == Some(b"preserve")));
                }
                _ => {}
            },
            Token::Text(text) if run.is_some() => {
                text.write(out)?;
                if out.len() - begin > LONGEST_TEXT {
                    return Err(Refusal::TooLarge);
                }
            }
            Token::Close(closed) => match local(closed) {
                b"t" => {
                    if let Some((begin, is_preserved)) = run.take() {
                        if !is_preserved {
                            trim(out, begin);
                        }
                        resolve_escapes(out, begin);
                    }
                }
                b"rPh" => is_pronunciation = false,
                closed if closed == name => return Ok(()),
                _ => {}
            },
            Token::Text(_) => {}
            Token::End => return Err(Refusal::Damaged),
        }
    }
}

/// Removes the white space around what begins there.
fn trim(text: &mut String, begin: usize) {
    const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];
    let end = begin + text[begin..].trim_end_matches(SPACES).len();
    text.truncate(end);
    let spaces = end - begin - text[begin..].trim_start_matches(SPACES).len();
    text.replace_range(begin..begin + spaces, "");
}

/// Replaces what XML cannot hold, from there on: `_x000D_` is a unit of UTF-16.
fn resolve_escapes(text: &mut String, begin: usize) {
    const LENGTH: usize = "_x000D_".len();
    let unit = |text: &str| {
        let digits = text.get(..LENGTH)?.strip_prefix("_x")?.strip_suffix('_')?;
        u16::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
    };
    let first =
        memchr_iter(b'_', &text.as_bytes()[begin..]).find(|place| unit(&text[begin + place..]).is_some());
    let Some(first) = first else { return };
    let escaped = text.split_off(begin + first);
    let mut rest = escaped.as_str();
    while let Some(place) = rest.find('_') {
        let (before, tail) = rest.split_at(place);
        text.push_str(before);
        // Units beside one another may be one letter.
        let mut units = Vec::new();
        rest = tail;
        while let Some(unit) = unit(rest) {
            units.push(unit);
            rest = &rest[LENGTH..];
        }
        if units.is_empty() {
            text.push('_');
            rest = &rest[1..];
        }
        text.push_str(&String::from_utf16_lossy(&units));
    }
    text.push_str(rest);
}

/// What cells refer to.
struct Values<'a, R> {
    texts: Texts<'a, R>,
    kinds: Vec<Kind>,
    is_1904: bool,
    text: String,
}

/// A cell as it is written, but for its value.
struct Cell {
    place: (u32, u32),
    kind: CellKind,
    style: Option<usize>,
}

/// What is in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CellKind {
    /// Nobody said: a number, or a text.
    Unsaid,
    Number,
    /// The place of a shared text.
    Shared,
    /// A text of its own, in an element that says so.
    Inline,
    Bool,
    /// A text, a date or an error as it is written.
    Written,
}

/// Reads the cells of a sheet; `false` if it is none of cells. Its first rows are given to `show`.
fn read_sheet<R: Read>(
    xml: &mut Xml<impl Read>,
    values: &mut Values<'_, R>,
    mut links: Links,
    table: &mut Table<'_>,
    show: &mut dyn FnMut(&Table<'_>),
) -> Result<bool, Refusal> {
    let mut is_element = false;
    loop {
        match xml.next()? {
            Token::Open(element) if local(element.name) == b"sheetData" => break,
            Token::Open(_) => is_element = true,
            Token::End => return if is_element { Ok(false) } else { Err(Refusal::Damaged) },
            Token::Close(_) | Token::Text(_) => {}
        }
    }
    // Rows and cells may not say where they are: then they are behind the one before.
    let (mut row, mut value, mut is_shown) = (0, String::new(), false);
    loop {
        match xml.next()? {
            Token::Open(element) if local(element.name) == b"row" => {
                if let Some(place) = element.written(b"r") {
                    row = place_of(place)?.0;
                }
                read_row(xml, row, values, &mut links, table, &mut value)?;
                if !is_shown && table.rows() >= FIRST_ROWS {
                    is_shown = true;
                    show(table);
                }
                row += 1;
            }
            Token::Close(name) if local(name) == b"sheetData" => return Ok(true),
            Token::Open(_) | Token::Close(_) | Token::Text(_) => {}
            Token::End => return Err(Refusal::Damaged),
        }
    }
}

/// Reads the cells of a row to its end. A function of its own: browsers replace the first, slow code of a function only at its
/// next call.
#[inline(never)]
fn read_row<R: Read>(
    xml: &mut Xml<impl Read>,
    row: u32,
    values: &mut Values<'_, R>,
    links: &mut Links,
    table: &mut Table<'_>,
    value: &mut String,
) -> Result<(), Refusal> {
    let mut next = (row, 0);
    loop {
        match xml.next()? {
            Token::Open(element) if local(element.name) == b"c" => {
                let cell = cell(element, next)?;
                let (row, column) = cell.place;
                next.1 = column + 1;
                value.clear();
                read_value(xml, cell.kind, value)?;
                let text = values.text_of(&cell, value)?;
                table.add(row, column, links.take(row, column).as_deref(), text)?;
            }
            Token::Close(name) if local(name) == b"row" => return Ok(()),
            Token::Open(_) | Token::Close(_) | Token::Text(_) => {}
            Token::End => return Err(Refusal::Damaged),
        }
    }
}

fn cell(element: Element<'_>, mut place: (u32, u32)) -> Result<Cell, Refusal> {
    let (mut kind, mut style) = (CellKind::Unsaid, None);
    for (key, value) in element.attributes() {
        match key {
            b"r" => place = cell_place(value)?,
            b"s" => style = whole(value),
            b"t" => {
                kind = match value {
                    b"n" => CellKind::Number,
                    b"s" => CellKind::Shared,
                    b"inlineStr" | b"is" => CellKind::Inline,
                    b"b" => CellKind::Bool,
                    b"str" | b"d" | b"e" => CellKind::Written,
                    _ => return Err(Refusal::Damaged),
                }
            }
            _ => {}
        }
    }
    Ok(Cell { place, kind, style })
}

/// Reads a cell to its end, without its formula.
fn read_value<R: Read>(xml: &mut Xml<R>, kind: CellKind, value: &mut String) -> Result<(), Refusal> {
    let mut is_value = false;
    loop {
        match xml.next()? {
            Token::Text(text) if is_value => text.write(value)?,
            Token::Open(element) => match local(element.name) {
                b"v" if kind != CellKind::Inline => {
                    is_value = true;
                    value.clear();
                }
                b"is" => {
                    value.clear();
                    write_text(xml, b"is", value)?;
                }
                _ => xml.skip_element()?,
            },
            Token::Close(name) => match local(name) {
                b"v" => is_value = false,
                b"c" => return Ok(()),
                _ => {}
            },
            Token::Text(_) => {}
            Token::End => return Err(Refusal::Damaged),
        }
    }
}

impl<R: Read> Values<'_, R> {
    /// The text of a cell.
    fn text_of<'t>(&'t mut self, cell: &Cell, written: &'t mut String) -> Result<&'t str, Refusal> {
        if cell.kind == CellKind::Written {
            resolve_escapes(written, 0);
        }
        let trimmed = written.trim();
        match cell.kind {
            CellKind::Inline | CellKind::Written => Ok(written),
            _ if trimmed.is_empty() => Ok(""),
            CellKind::Shared => {
                let place = whole(trimmed.as_bytes()).ok_or(Refusal::Damaged)?;
                self.texts.get(place)
            }
            CellKind::Bool => match trimmed {
                "0" => Ok(Value::Bool(false).text(&mut self.text)),
                "1" => Ok(Value::Bool(true).text(&mut self.text)),
                word if word.eq_ignore_ascii_case("false") => Ok(Value::Bool(false).text(&mut self.text)),
                word if word.eq_ignore_ascii_case("true") => Ok(Value::Bool(true).text(&mut self.text)),
                _ => Err(Refusal::Damaged),
            },
            CellKind::Number | CellKind::Unsaid => {
                let kind = cell.style.and_then(|style| self.kinds.get(style)).copied();
                let kind = kind.unwrap_or(Kind::Number);
                // Written like this it is as short as it is exact.
                let is_whole = trimmed.len() <= 15 && trimmed.bytes().all(|byte| byte.is_ascii_digit());
                if kind == Kind::Number && is_whole && (trimmed.len() == 1 || !trimmed.starts_with('0')) {
                    return Ok(trimmed);
                }
                let number: f64 = match trimmed.parse() {
                    Ok(number) => number,
                    Err(_) if cell.kind == CellKind::Unsaid => return Ok(written),
                    Err(_) => return Err(Refusal::Damaged),
                };
                let moment = |kind| Value::Moment(ExcelDateTime::new(number, kind, self.is_1904));
                let value = match kind {
                    Kind::Number => Value::Number(number),
                    Kind::Moment => moment(ExcelDateTimeType::DateTime),
                    Kind::Duration => moment(ExcelDateTimeType::TimeDelta),
                };
                Ok(value.text(&mut self.text))
            }
        }
    }
}

/// A whole number.
fn whole(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + usize::from(digit - b'0')))
}

/// Row and column of `B3`, both from 0 on.
fn cell_place(written: &[u8]) -> Result<(u32, u32), Refusal> {
    let (row, column) = place_of(written)?;
    Ok((row, column.ok_or(Refusal::Damaged)?))
}

/// The same, where the column may be missing.
fn place_of(written: &[u8]) -> Result<(u32, Option<u32>), Refusal> {
    let letters = written.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(written.len());
    let (letters, digits) = written.split_at(letters);
    let column = letters
        .iter()
        .take(6)
        .fold(0, |column, letter| column * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = whole(digits).filter(|row| *row > 0 && letters.len() < 6).ok_or(Refusal::Damaged)?;
    Ok((row as u32 - 1, column.checked_sub(1)))
}

/// The addresses that cells of a sheet lead to; they stand behind the cells.
fn mail_links(zip: &mut Archive<'_>, path: &str, budget: &Budget<'_>) -> Result<Links, Refusal> {
    let mut links = Links::default();
    let relations = read_relations(zip, &path_of_relations(path), budget)?;
    let addresses: HashMap<String, Rc<str>> = relations
        .into_iter()
        .filter(|(_, relation)| relation.kind.ends_with("/hyperlink"))
        .filter_map(|(id, relation)| Some((id, address_of(&relation.target)?.into())))
        .collect();
    let Some(mut sheet) = part(zip, path)?.filter(|_| !addresses.is_empty()) else { return Ok(links) };
    each_element(&mut sheet, |name, element| {
        if name != b"hyperlink" {
            return Ok(());
        }
        let address = relation_of(element).and_then(|id| addresses.get(&id));
        if let (Some(address), Some(cells)) = (address, element.written(b"ref")) {
            let mut corners = cells.split(|byte| *byte == b':').map(cell_place);
            let first = corners.next().ok_or(Refusal::Damaged)??;
            let last = corners.next().unwrap_or(Ok(first))?;
            links.add(first.0..=last.0, first.1..=last.1, address);
        }
        Ok(())
    })?;
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::{Kind, cell_place, kind_of_code, place_of, resolve_escapes, trim};
    use crate::Refusal;

    #[test]
    fn the_first_part_of_a_date_or_time_in_a_format_decides() {
        use Kind::{Duration, Moment, Number};
        for (code, kind) in [
            ("General", Number),
            ("0.00E+00", Number),
            ("yyyy\\-mm\\-dd", Moment),
            ("h:mm AM/PM", Moment),
            ("[$-F800]dddd", Moment),
            ("yyyy\"년\" m\"월\"", Moment),
            ("[h]:mm:ss", Duration),
            ("[SS].0", Duration),
            ("#,##0 \"days\"", Number),
            ("[Red]0;[h]", Number),
            ("0_d*h\\m", Number),
            ("\"open", Number),
            ("[open", Number),
            ("[]d", Moment),
        ] {
            assert_eq!(kind_of_code(code), kind, "{code}");
        }
    }

    #[test]
    fn escapes_are_units_of_utf_16() {
        for (written, text) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_!", "😀!"),
            ("_xD83D_", "\u{fffd}"),
            ("first_last_x@example.com", "first_last_x@example.com"),
            ("_x00_ _xZZZZ_ _x+00D_ é_", "_x00_ _xZZZZ_ _x+00D_ é_"),
        ] {
            let mut out = format!("_x0041_{written}");
            resolve_escapes(&mut out, "_x0041_".len());
            assert_eq!(out, format!("_x0041_{text}"), "only from there on");
        }
    }

    #[test]
    fn white_space_is_removed_around_the_end_of_a_text() {
        let mut text = " a  b\u{a0} \n".to_owned();
        trim(&mut text, 2);
        assert_eq!(text, " ab\u{a0}");
    }

    #[test]
    fn places_of_cells_are_read_and_others_are_damage() {
        assert_eq!(cell_place(b"A1"), Ok((0, 0)));
        assert_eq!(cell_place(b"xfd1048576"), Ok((1_048_575, 16_383)));
        assert_eq!(place_of(b"7"), Ok((6, None)));
        for place in [&b"A0"[..], b"A", b"1A", b"", b"AAAAAAAAAAAA1", b"A99999999999", b"A-1", b"5"] {
            assert_eq!(cell_place(place), Err(Refusal::Damaged), "{}", String::from_utf8_lossy(place));
        }
    }
}
