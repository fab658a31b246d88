//! Real files of real programs; `data/make.py` makes them.

use std::io::Write as _;

use sheets::{Refusal, Sheet, proposed, read};

/// Each sheet with its CSV file as text.
fn sheets_of(file: &[u8]) -> Result<Vec<(Sheet, String)>, Refusal> {
    let mut sheets = Vec::new();
    read(file, |sheet, csv| sheets.push((sheet, String::from_utf8(csv).unwrap())))?;
    Ok(sheets)
}

fn lines(csv: &str) -> Vec<&str> {
    csv.strip_prefix('\u{feff}').unwrap().strip_suffix("\r\n").unwrap().split("\r\n").collect()
}

macro_rules! data {
    ($name:literal) => {
        &include_bytes!(concat!("data/", $name))[..]
    };
}

const PEOPLE: [&str; 7] = [
    "\"Sales, spring\",,,,,,",
    ",,,,,,",
    "First name,Last name,Email,Teams,Employee no,Joined,Active",
    "Ann,Smith,ann@example.com,\"Sales; EMEA\",1001,2024-02-29,TRUE",
    "Bo,Ng,bo@example.com,\"The \"\"A\"\" team\",1002,2024-02-29T10:30:00,FALSE",
    ",,,,,,",
    "Cy,Díaz,cy@example.com,,1003,2024-02-29,TRUE",
];

#[test]
fn the_same_people_from_every_program() {
    for (file, program) in [
        (data!("people.xlsx"), "xlsx"),
        (data!("libreoffice-people.xls"), "xls of LibreOffice"),
        (data!("libreoffice-people.ods"), "ods of LibreOffice"),
    ] {
        let sheets = sheets_of(file).unwrap_or_else(|error| panic!("{program}: {error}"));
        let facts: Vec<Sheet> = sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
        let seen: Vec<_> =
            facts.iter().map(|s| (&*s.name, s.hidden, s.rows, s.columns, s.addresses)).collect();
        assert_eq!(
            seen,
            [("Notes", false, 1, 1, 0), ("People", false, 7, 7, 3), ("Old", true, 5, 1, 4)],
            "{program}"
        );
        assert_eq!(proposed(&facts), Some(1), "{program}");
        // LibreOffice makes numbers of booleans, which it only shows as such.
        let csv = sheets[1].1.replace(",1\r\n", ",TRUE\r\n").replace(",0\r\n", ",FALSE\r\n");
        assert_eq!(lines(&csv), PEOPLE, "{program}");
        assert_eq!(lines(&sheets[2].1)[1], "old1@example.com", "{program}");
    }
}

#[test]
fn formulas_by_their_last_values_and_links_to_addresses_as_addresses() {
    for (file, program) in
        [(data!("links.xlsx"), "xlsxwriter"), (data!("libreoffice-links.xlsx"), "LibreOffice")]
    {
        let sheets = sheets_of(file).unwrap();
        let csv = &sheets[0].1;
        assert_eq!(
            lines(csv),
            [
                "Contact,Number,Sum,Mistake",
                "ann@example.com,0.5,2,#DIV/0!",
                "bo@example.com,rich text,xy,",
                "A page,\"two\nlines\",,"
            ],
            "{program}"
        );
    }
}

#[test]
fn other_programs_and_writing_systems() {
    let korean = sheets_of(data!("openpyxl.xlsm")).unwrap();
    assert_eq!(
        (&*korean[0].0.name, &*lines(&korean[0].1)),
        ("시트1", &["이름,이메일", "김민준,minjun@example.com"][..])
    );
    let german = sheets_of(data!("old.xls")).unwrap();
    assert_eq!(
        lines(&german[0].1),
        ["Vorname,E-Mail,Nummer,Datum,Aktiv", ",,,,", "Jürgen,juergen@example.com,7,2024-02-29,TRUE"]
    );
    assert_eq!(german.len(), 1, "an empty sheet is left out");
    let spanish = sheets_of(data!("odfpy.ods")).unwrap();
    assert_eq!(lines(&spanish[0].1), ["Nombre,Correo", ",", "José,jose@example.com"]);
}

#[test]
fn what_cannot_be_read_is_refused_by_its_reason() {
    assert_eq!(sheets_of(data!("protected.xlsx")), Err(Refusal::Protected));
    assert_eq!(sheets_of(data!("cut-off.xlsx")), Err(Refusal::Damaged));
    assert_eq!(sheets_of(b"email\nann@example.com\n"), Err(Refusal::Other));
    assert_eq!(sheets_of(b"PK\x03\x04"), Err(Refusal::Other));
    assert_eq!(sheets_of(&archive(&[("word/document.xml", b"<w/>")])), Err(Refusal::Other));
    let mut broken = data!("people.xlsx").to_vec();
    let middle = broken.len() / 2;
    broken[middle..middle + 64].fill(0xff);
    assert_eq!(sheets_of(&broken), Err(Refusal::Damaged));
}

/// What unpacks to a multiple of itself is refused by what it declares; what declares less is not what it declares.
#[test]
fn s_bombs_are_refused_by_their_size() {
    let bomb = data!("bomb.xlsx");
    assert_eq!(sheets_of(bomb), Err(Refusal::TooLarge));
    // Wherever the archive says how large the sheet is, it says 64 bytes.
    let real: u32 = 100 * (1 << 20) + 109;
    let mut lying = bomb.to_vec();
    let places: Vec<usize> = lying
        .windows(4)
        .enumerate()
        .filter(|(_, part)| **part == real.to_le_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&64_u32.to_le_bytes());
    }
    assert_eq!(sheets_of(&lying), Err(Refusal::Damaged));
}

/// A few values that would fill millions of cells.
#[test]
fn s_stray_values_cost_nothing() {
    let sheet = r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
        <row r="1"><c r="A1" t="inlineStr"><is><t>a@example.com</t></is></c><c r="XFD1"><v>1</v></c></row>
        <row r="1048576"><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>"#;
    let sheets = sheets_of(&workbook(sheet)).unwrap();
    assert_eq!((sheets[0].0.rows, sheets[0].0.columns), (1 << 20, 1 << 14));
    assert_eq!(lines(&sheets[0].1).len(), 1 << 20);
}

/// No damage brings the reader down.
#[test]
fn s_damage_anywhere_is_an_answer() {
    for file in [
        data!("people.xlsx"),
        data!("libreoffice-people.xls"),
        data!("libreoffice-people.ods"),
        data!("old.xls"),
    ] {
        // A fixed sequence of places and values.
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for _ in 0..300 {
            let mut broken = file.to_vec();
            for _ in 0..1 + next() % 4 {
                let at = next() % broken.len();
                broken[at] = next() as u8;
            }
            broken.truncate(broken.len() - if next() % 4 == 0 { next() % broken.len() } else { 0 });
            let _ = read(&broken, |_, _| ());
        }
    }
}

/// The least workbook around the XML of a sheet.
fn workbook(sheet: &str) -> Vec<u8> {
    let types = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
    let relations = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = br#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let of_book = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    archive(&[
        ("[Content_Types].xml", types),
        ("_rels/.rels", relations),
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", of_book),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
