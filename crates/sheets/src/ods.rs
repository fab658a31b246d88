//! The links of an OpenDocument spreadsheet, which calamine does not read.

use std::io::{BufReader, Cursor};

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::links::Links;

/// The links of each sheet, in the order of the file. Without its links a sheet is still what it shows.
pub(crate) fn mail_links(zip: &mut ZipArchive<Cursor<&[u8]>>) -> Vec<Links> {
    let mut sheets = Vec::new();
    let Ok(content) = zip.by_name("content.xml") else { return sheets };
    // As calamine reads it, so that the code is the same.
    let mut xml = Reader::from_reader(BufReader::new(content));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.expand_empty_elements = true;
    let mut buffer = Vec::new();
    let (mut rows, mut columns) = (0..0, 0..0);
    let mut is_in_comment = false;
    while let Ok(event) = xml.read_event_into(&mut buffer) {
        match event {
            Event::Start(element) => match element.name().as_ref() {
                "table:table" if attribute(&element, "table:name").is_some() => {
                    sheets.push(Links::after(sheets.last()));
                    (rows, columns) = (0..0, 0..0);
                }
                "table:table-row" => {
                    rows = next(&rows, &element, "table:number-rows-repeated");
                    columns = 0..0;
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    columns = next(&columns, &element, "table:number-columns-repeated");
                }
                "office:annotation" => is_in_comment = true,
                "text:a" if !is_in_comment && !rows.is_empty() && !columns.is_empty() => {
                    let target = attribute(&element, "xlink:href").and_then(|target| unescape(target).ok());
                    if let (Some(links), Some(target)) = (sheets.last_mut(), target) {
                        links.add(rows.start..=rows.end - 1, columns.start..=columns.end - 1, &target);
                    }
                }
                _ => {}
            },
            Event::End(element) if element.name().as_ref() == "office:annotation" => is_in_comment = false,
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    sheets
}

type Places = std::ops::Range<u32>;

/// The places after those before, as many as an attribute says.
fn next(before: &Places, element: &BytesStart<'_>, name: &str) -> Places {
    let count = attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1);
    before.end..before.end.saturating_add(count)
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
