//! Small files that would take gigabytes or hours: each is answered, within the memory that reading may take.

mod made;
mod memory;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use made::{label, old_workbook, open_document, open_document_of, record, workbook_of};
use sheets::{Budget, LARGEST, MOST_SHEETS, Refusal, read};

/// What is held, once more where it moves to a larger place or becomes a file, and what libraries take beside it.
const MOST: usize = 2 * LARGEST as usize + (256 << 20);

/// One at a time, as all that is allocated is measured.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many bytes the CSV files have together, or why there are none.
fn outcome(file: &[u8]) -> Result<usize, Refusal> {
    let mut bytes = 0;
    let (memory, result) =
        memory::of(|| read(file, &Budget::new(&|| Duration::ZERO), |_, csv| bytes += csv.len()));
    assert!(memory < MOST, "{memory}");
    result.map(|()| bytes)
}

fn texts(content: &str) -> String {
    format!(
        r#"<table:table-row><table:table-cell office:value-type="string"><text:p>{content}</text:p></table:table-cell></table:table-row>"#
    )
}

#[test]
fn s4_a_run_of_spaces_without_an_end_is_a_thousand_spaces() {
    let _alone = alone();
    let bomb = include_bytes!("data/spaces.ods");
    assert!(bomb.len() < 800, "{}", bomb.len());
    assert_eq!(outcome(bomb), Ok(3 + "Email,Note\r\nann@example.com,ab\r\n".len() + 1_024));
    // More than any number that is one.
    let bomb = open_document(&texts(r#"a<text:s text:c="18446744073709551615"/>b"#));
    assert_eq!(outcome(&bomb), Ok(3 + 1 + 1_024 + 1 + 2));
    let bomb = open_document(&texts(&r#"<text:s text:c="1024"/>"#.repeat(1 << 20)));
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert_eq!(outcome(&bomb), Err(Refusal::TooLarge));
}

#[test]
fn s4_cells_that_repeat_a_text_are_too_large_before_they_are_made() {
    let _alone = alone();
    let long = "a".repeat(1 << 20);
    let cell = |count: &str, text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string" table:number-columns-repeated="{count}"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    for (rows, cell) in [
        ("1", cell("16384", &long)),
        ("1048576", cell("1", &long[..10_000])),
        ("4000000000", cell("4000000000", "a")),
        // What it leads to, not what it shows.
        (
            "1048576",
            cell("16384", &format!(r#"<text:a xlink:href="mailto:a@{}">a</text:a>"#, &long[..1_000])),
        ),
    ] {
        let row = format!(r#"<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>"#);
        let bomb = open_document(&row);
        assert!(bomb.len() < 4_000, "{}", bomb.len());
        assert_eq!(outcome(&bomb), Err(Refusal::TooLarge), "{}", &row[..100]);
    }
    // Empty ones are no matter.
    let rows = r#"<table:table-row table:number-rows-repeated="4000000000"><table:table-cell table:number-columns-repeated="4000000000"/></table:table-row>"#;
    assert_eq!(outcome(&open_document(&format!("{}{rows}", texts("a")))), Ok(3 + 1 + 2));
}

#[test]
fn s4_a_text_without_an_end_is_too_large() {
    let _alone = alone();
    assert_eq!(outcome(&open_document(&texts(&"a".repeat(2 << 20)))), Err(Refusal::TooLarge));
    // One that is read as a whole before it is known to be too long.
    assert_eq!(outcome(&open_document(&texts(&"a".repeat(60 << 20)))), Err(Refusal::TooLarge));
    let sheet = format!(
        r#"<worksheet><sheetData><row><c t="str"><v>{}</v></c></row></sheetData></worksheet>"#,
        "a".repeat(60 << 20)
    );
    assert_eq!(outcome(&workbook_of(1, &sheet, &[])), Err(Refusal::TooLarge));
}

#[test]
fn s4_elements_within_one_another_and_entities_of_entities_are_damage() {
    let _alone = alone();
    let deep = "<text:span>".repeat(1 << 20);
    assert_eq!(outcome(&open_document(&texts(&deep))), Err(Refusal::Damaged));
    let laughs: String =
        (1..30).map(|at| format!(r#"<!ENTITY l{at} "&l{0};&l{0};&l{0};&l{0};">"#, at - 1)).collect();
    let sheet = format!(
        r#"<!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><worksheet><sheetData><row><c t="str"><v>&l29;</v></c></row></sheetData></worksheet>"#
    );
    assert_eq!(outcome(&workbook_of(1, &sheet, &[])), Err(Refusal::Damaged));
    assert_eq!(outcome(&open_document(&texts("&l29;"))), Err(Refusal::Damaged));
    let sheet = format!("<worksheet><sheetData>{}", "<a>".repeat(20 << 20));
    assert_eq!(outcome(&workbook_of(1, &sheet, &[])), Err(Refusal::Damaged));
}

#[test]
fn s4_more_than_a_thousand_sheets_are_too_many() {
    let _alone = alone();
    let most = MOST_SHEETS as usize;
    let tables = |count| {
        let table = |at| format!(r#"<table:table table:name="S{at}">{}</table:table>"#, texts("a"));
        open_document_of(&(0..count).map(table).collect::<String>())
    };
    let sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>";
    assert_eq!(outcome(&tables(most)), Ok(6 * most));
    assert_eq!(outcome(&tables(most + 1)), Err(Refusal::TooManySheets));
    assert_eq!(outcome(&workbook_of(most, sheet, &[])), Ok(6 * most));
    assert_eq!(outcome(&workbook_of(most + 1, sheet, &[])), Err(Refusal::TooManySheets));
    let more = record(0x0085, &[&[0, 0, 0, 0, 0, 0, 2, 0][..], b"S2"].concat()).repeat(most);
    assert_eq!(outcome(&old_workbook(&more, &[label(0, 0, "a")])), Err(Refusal::TooManySheets));
}

/// A cell in each corner makes a row of every one between.
#[test]
fn s4_what_all_sheets_become_counts_together() {
    let _alone = alone();
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row><row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>"#;
    assert!(outcome(&workbook_of(1, sheet, &[])).is_ok());
    let bomb = workbook_of(100, sheet, &[]);
    assert!(bomb.len() < 3_000, "{}", bomb.len());
    assert_eq!(outcome(&bomb), Err(Refusal::TooLarge));
}

#[test]
fn s4_a_text_that_a_million_cells_share_is_too_large() {
    let _alone = alone();
    let cells = r#"<c t="s"><v>0</v></c>"#.repeat(1_000);
    let rows = format!("<row>{cells}</row>").repeat(1_000);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    let shared = format!("<sst><si><t>{}</t></si></sst>", "a".repeat(1 << 20));
    let bomb = workbook_of(1, &sheet, &[("xl/sharedStrings.xml", &shared)]);
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    assert_eq!(outcome(&bomb), Err(Refusal::TooLarge));
}

/// Texts are read as far as cells need them, of formats only what numbers mean is kept, and of links the address, once.
#[test]
fn s4_what_no_cell_needs_of_a_workbook_is_not_held() {
    let _alone = alone();
    let long = "a".repeat(1 << 20);
    let empty = format!("<sst>{}</sst>", "<si/>".repeat(12 << 20));
    let styles = |part: &str, of_part: &str| {
        let formats = format!("<xf {of_part}/>").repeat(20_000);
        format!("<styleSheet>{part}<cellXfs>{formats}</cellXfs></styleSheet>")
    };
    let fonts = styles(&format!(r#"<fonts><font><name val="{long}"/></font></fonts>"#), r#"fontId="0""#);
    let numbers = styles(
        &format!(r#"<numFmts><numFmt numFmtId="200" formatCode="{long}"/></numFmts>"#),
        r#"numFmtId="200""#,
    );
    let formats = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(10 << 20));
    let links = format!(
        "<worksheet><sheetData/><hyperlinks>{}</hyperlinks></worksheet>",
        r#"<hyperlink ref="A1" r:id="a"/>"#.repeat(20_000)
    );
    let target = format!(
        r#"<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="mailto:{long}"/></Relationships>"#
    );
    let none = "<worksheet><sheetData/></worksheet>";
    for (sheet, name, part) in [
        (none, "xl/sharedStrings.xml", &empty),
        (none, "xl/styles.xml", &fonts),
        (none, "xl/styles.xml", &numbers),
        (none, "xl/styles.xml", &formats),
        (&links, "xl/worksheets/_rels/sheet1.xml.rels", &target),
    ] {
        let bomb = workbook_of(1, sheet, &[(name, part)]);
        assert!(bomb.len() < 400_000, "{}", bomb.len());
        let (memory, result) =
            memory::of(|| read(&bomb, &Budget::new(&|| Duration::ZERO), |_, _| unreachable!("it is empty")));
        assert_eq!(result, Err(Refusal::Empty), "{name} {}", &part[..60]);
        assert!(memory < 64 << 20, "{name} {}: {memory}", &part[..60]);
    }
}

#[test]
fn s4_all_texts_that_a_cell_needs_are_held_within_their_size() {
    let _alone = alone();
    let texts = format!("<sst>{}<si><t>a</t></si></sst>", "<si/>".repeat(12 << 20));
    let cell = format!(r#"<c t="s"><v>{}</v></c>"#, 12 << 20);
    let sheet = format!("<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>");
    let bomb = workbook_of(1, &sheet, &[("xl/sharedStrings.xml", &texts)]);
    assert!(bomb.len() < 400_000, "{}", bomb.len());
    assert_eq!(outcome(&bomb), Ok(6));
    let claim = sheet.replace(&(12 << 20).to_string(), "999999999");
    let bomb = workbook_of(1, &claim, &[("xl/sharedStrings.xml", &texts)]);
    assert_eq!(outcome(&bomb), Err(Refusal::Damaged));
}

#[test]
fn s4_an_address_that_a_million_cells_lead_to_is_held_once() {
    let _alone = alone();
    let target = format!(
        r#"<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="mailto:a@{}"/></Relationships>"#,
        "a".repeat(1 << 19)
    );
    let link = |cells: &str| {
        format!(
            r#"<worksheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetData>{cells}</sheetData><hyperlinks><hyperlink ref="A1:XFD64" r:id="a"/></hyperlinks></worksheet>"#
        )
    };
    let bomb =
        |cells: &str| workbook_of(1, &link(cells), &[("xl/worksheets/_rels/sheet1.xml.rels", &target)]);
    assert_eq!(outcome(&bomb("")), Err(Refusal::Empty));
    let cells = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(2_000));
    assert_eq!(outcome(&bomb(&cells)), Err(Refusal::TooLarge));
}

#[test]
fn s4_an_archive_of_more_entries_than_are_looked_at_is_too_large() {
    let _alone = alone();
    let names: Vec<String> = (0..70_000).map(|at| format!("xl/{at}.xml")).collect();
    let entries: Vec<_> = names.iter().map(|name| (&**name, &b""[..])).collect();
    assert_eq!(outcome(&made::archive(&entries)), Err(Refusal::TooLarge));
}

/// Cells with a text that is there once.
fn sharing(texts: &[u8], cells: u16) -> Vec<u8> {
    let cell = |row: u16| record(0x00fd, &[&row.to_le_bytes()[..], &[0; 8]].concat());
    old_workbook(texts, &(0..cells).map(cell).collect::<Vec<_>>())
}

#[test]
fn s4_a_text_that_cells_of_an_old_workbook_share_counts_for_each() {
    let _alone = alone();
    let counts = [0; 8];
    let text = |length: u16| [&length.to_le_bytes()[..], &[0], &vec![b'a'; length.into()]].concat();
    let texts = record(0x00fc, &[&counts[..], &text(8_000)].concat());
    assert_eq!(outcome(&sharing(&texts, 1_000)), Ok(3 + 1_000 * 8_002));
    let bomb = sharing(&texts, 60_000);
    assert!(bomb.len() < 1 << 20, "{}", bomb.len());
    assert_eq!(outcome(&bomb), Err(Refusal::TooLarge));
    // A text that goes on in the next record, whose letters are wide, with a run of a font.
    let begin = record(0x00fc, &[&counts[..], &12_u16.to_le_bytes(), &[8, 1, 0], b"ann@ex"].concat());
    let wide: Vec<u8> = "ample.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let end = record(0x003c, &[&[1][..], &wide, &[0; 4], &text(4)].concat());
    assert_eq!(outcome(&sharing(&[begin, end].concat(), 1)), Ok(3 + 12 + 2));
    // More parts than any program makes.
    let parts = [texts, record(0x003c, &[]).repeat(20_000)].concat();
    assert_eq!(outcome(&sharing(&parts, 1)), Err(Refusal::TooLarge));
}

#[test]
fn s4_old_workbooks_of_stray_cells_count_with_what_is_between() {
    let _alone = alone();
    let cells = [label(0, 0, "a"), label(u16::MAX, 99, "b")];
    assert!(outcome(&old_workbook(&[], &cells)).is_ok());
    let corners = [label(0, 0, "a"), label(u16::MAX, 255, "b")];
    assert_eq!(outcome(&old_workbook(&[], &corners)), Err(Refusal::TooLarge));
}

/// Each of these spaces would be set before all that were set before it.
#[test]
fn s4_a_formula_of_an_old_workbook_is_not_written() {
    let _alone = alone();
    let mut tokens = vec![0x16];
    tokens.extend([0x19, 0x40, 0, 255].repeat(15_000));
    let formula = |row: u16| {
        let length = (tokens.len() as u16).to_le_bytes();
        record(
            0x0006,
            &[&row.to_le_bytes()[..], &[0; 4], &7_f64.to_le_bytes(), &[0; 6], &length, &tokens].concat(),
        )
    };
    let bomb = old_workbook(&[], &(0..100).map(formula).collect::<Vec<_>>());
    assert_eq!(outcome(&bomb), Ok(3 + 100 * 3));
}
