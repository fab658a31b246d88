//! Writes a large workbook of invented people, for measuring: `workbook ROWS OUT.xlsx [--inline]`.
//!
//! Six columns, of which the last is a date. Texts are shared by cells in the order in which they are needed first, as Excel
//! does; with `--inline` each is in its cell, as other programs do.

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{self, BufWriter, Seek, Write},
    process::ExitCode,
};

use zip::{ZipWriter, write::SimpleFileOptions};

const GIVEN: [&str; 10] =
    ["María", "José", "Ana", "민수", "Liam", "Olivia", "Jürgen", "太郎", "Łukasz", "Siân"];
const FAMILY: [&str; 10] =
    ["García", "O'Neil", "김", "Smith &amp; Wesson", "Müller", "Silva, Jr.", "Lee", "Nguyễn", "山田", "Peña"];
const ROLES: [&str; 2] = ["User", "Admin"];
const TEAMS: [&str; 4] = ["Everyone", "EMEA Sales", "Inside Sales", "Field &amp; Partners"];
const HEADER: [&str; 6] = ["Email Address", "First Name", "Last Name", "Role", "Team", "Joined"];

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Numbers that look random and are the same every time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (word ^ (word >> 31)) % end
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

/// The texts that cells share, in the order in which they are first needed.
#[derive(Default)]
struct Shared {
    places: HashMap<String, usize>,
    xml: String,
    uses: usize,
}

impl Shared {
    fn place(&mut self, text: &str) -> usize {
        self.uses += 1;
        let next = self.places.len();
        *self.places.entry(text.to_owned()).or_insert_with(|| {
            let _ = write!(self.xml, "<si><t>{text}</t></si>");
            next
        })
    }
}

/// Appends a row of texts, behind them a date.
fn row(number: u64, texts: &[&str], date: Option<u64>, shared: Option<&mut Shared>, sheet: &mut String) {
    let _ = write!(sheet, r#"<row r="{number}" spans="1:6">"#);
    let mut shared = shared;
    for (column, text) in ('A'..).zip(texts) {
        let _ = match &mut shared {
            Some(shared) => {
                write!(sheet, r#"<c r="{column}{number}" t="s"><v>{}</v></c>"#, shared.place(text))
            }
            None => {
                write!(sheet, r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#)
            }
        };
    }
    if let Some(date) = date {
        let _ = write!(sheet, r#"<c r="F{number}" s="1"><v>{date}</v></c>"#);
    }
    sheet.push_str("</row>");
}

fn write(rows: u64, is_inline: bool, out: impl Write + Seek) -> io::Result<()> {
    let (mut numbers, mut shared) = (Numbers(7), Shared::default());
    let mut shared = (!is_inline).then_some(&mut shared);
    let mut sheet = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet xmlns="{MAIN}"><dimension ref="A1:F{}"/><sheetData>"#,
        rows + 1
    );
    row(1, &HEADER, None, shared.as_deref_mut(), &mut sheet);
    for person in 0..rows {
        let address = format!("user{person}.{}@example{}.com", numbers.below(1_000_000), numbers.below(999));
        let (given, family) = (numbers.of(&GIVEN), numbers.of(&FAMILY));
        let texts = [&address, given, family, numbers.of(&ROLES), numbers.of(&TEAMS)];
        let date = 40_000 + numbers.below(5_000);
        row(person + 2, &texts, Some(date), shared.as_deref_mut(), &mut sheet);
    }
    sheet.push_str("</sheetData></worksheet>");
    let texts = shared.map(|shared| {
        let (uses, count) = (shared.uses, shared.places.len());
        format!(r#"<sst xmlns="{MAIN}" count="{uses}" uniqueCount="{count}">{}</sst>"#, shared.xml)
    });
    let of_package = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    let of_book = format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
    );
    let book = format!(
        r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>"#
    );
    let styles = format!(
        r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#
    );
    let mut zip = ZipWriter::new(out);
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        ("_rels/.rels", &of_package),
        ("xl/workbook.xml", &book),
        ("xl/_rels/workbook.xml.rels", &of_book),
        ("xl/worksheets/sheet1.xml", &sheet),
        ("xl/styles.xml", &styles),
    ];
    for (name, part) in parts.into_iter().chain(texts.as_deref().map(|texts| ("xl/sharedStrings.xml", texts)))
    {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(part.as_bytes())?;
    }
    zip.finish()?.flush()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(rows), Some(path)) = (arguments.first().and_then(|rows| rows.parse().ok()), arguments.get(1))
    else {
        return ExitCode::from(2);
    };
    let is_inline = arguments.get(2).is_some_and(|option| option == "--inline");
    let written = std::fs::File::create(path)
        .and_then(|file| write(rows, is_inline, BufWriter::with_capacity(1 << 20, file)));
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
