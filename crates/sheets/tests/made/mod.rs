//! Files that tests make.
#![allow(dead_code, reason = "each program of tests makes its own")]

use std::io::Write as _;

/// A record of an old workbook.
pub fn record(kind: u16, content: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(content.len() as u16).to_le_bytes(), content].concat()
}

/// A cell with a text.
pub fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let [row, column, length] = [row, column, text.len() as u16].map(u16::to_le_bytes);
    record(0x0204, &[&row[..], &column, &[0, 0], &length, &[0], text.as_bytes()].concat())
}

/// The least old workbook of one sheet with these records, in an OLE document; `about` are records about the workbook.
pub fn old_workbook(about: &[u8], records: &[Vec<u8>]) -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    let begin = record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let end = record(0x000a, &[]);
    let of_sheet =
        |at: usize| record(0x0085, &[&(at as u32).to_le_bytes()[..], &[0, 0, 2, 0], b"S1"].concat());
    let at = begin.len() + about.len() + of_sheet(0).len() + end.len();
    let mut stream = [&begin, about, &of_sheet(at), &end, &begin, &records.concat(), &end].concat();
    // Shorter ones are stored otherwise.
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);

    let mut header = vec![0; 512];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let words = |target: &mut [u8], words: &[u32]| {
        target[..4 * words.len()]
            .copy_from_slice(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>());
    };
    header[26] = 3;
    header[30] = 9;
    header[32] = 6;
    // What comes after each sector, in the first ones; then the directory, and the stream.
    let sectors = stream.len() / 512;
    let lists = (1..=109).find(|lists| lists + 1 + sectors <= 128 * lists).unwrap();
    words(&mut header[44..], &[lists as u32, lists as u32]);
    words(&mut header[60..], &[END, 0, END]);
    header[76..].fill(0xff);
    words(&mut header[76..], &(0..lists as u32).collect::<Vec<_>>());
    let mut next: Vec<u32> = vec![0xffff_fffd; lists];
    next.push(END);
    next.extend((0..sectors).map(|at| if at + 1 < sectors { (lists + at) as u32 + 2 } else { END }));
    let mut list = vec![0xff; 512 * lists];
    words(&mut list, &next);
    let mut directory = vec![0; 512];
    for (at, name, start, length) in
        [(0, "Root Entry", END, 0), (128, "Workbook", lists as u32 + 1, stream.len() as u32)]
    {
        for (letter, unit) in name.encode_utf16().enumerate() {
            directory[at + 2 * letter..][..2].copy_from_slice(&unit.to_le_bytes());
        }
        words(&mut directory[at + 116..], &[start, length]);
    }
    [header, list, directory, stream].concat()
}

/// The least OpenDocument spreadsheet around the rows of a sheet.
pub fn open_document(rows: &str) -> Vec<u8> {
    open_document_of(&format!(r#"<table:table table:name="S">{rows}</table:table>"#))
}

/// The same around tables.
pub fn open_document_of(tables: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// The least workbook around the XML of a sheet.
pub fn workbook(sheet: &str) -> Vec<u8> {
    workbook_of(1, sheet, &[])
}

/// The same with so many sheets, which are all this one, and with other parts.
pub fn workbook_of(sheets: usize, sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let listed: String =
        (0..sheets).map(|at| format!(r#"<sheet name="S{at}" sheetId="{}" r:id="rId1"/>"#, at + 1)).collect();
    workbook_listing(&listed, sheet, parts)
}

/// The least workbook around a sheet that is not shown.
pub fn hidden_workbook(sheet: &str) -> Vec<u8> {
    workbook_listing(r#"<sheet name="S0" sheetId="1" state="hidden" r:id="rId1"/>"#, sheet, &[])
}

fn workbook_listing(listed: &str, sheet: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let relations = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{listed}</sheets></workbook>"#
    );
    let of_book = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let least = [
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", of_book),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    let all: Vec<_> = least.iter().chain(parts).map(|(name, part)| (*name, part.as_bytes())).collect();
    archive(&all)
}

pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
