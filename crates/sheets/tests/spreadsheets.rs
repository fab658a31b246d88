//! Real files of real programs; `data/make.py` makes them.

mod made;

use std::cell::Cell;
use std::time::Duration;

use made::{archive, hidden_workbook, label, old_workbook, open_document, record, workbook, workbook_of};
use sheets::{Budget, FIRST_ROWS, LONGEST, Refusal, Sheet, proposed, read, read_showing};

/// Each sheet with its CSV file as text.
fn sheets_of(file: &[u8]) -> Result<Vec<(Sheet, String)>, Refusal> {
    read_by(&|| Duration::ZERO, file)
}

/// The same by a clock.
fn read_by(clock: &dyn Fn() -> Duration, file: &[u8]) -> Result<Vec<(Sheet, String)>, Refusal> {
    let mut sheets = Vec::new();
    read(file, &Budget::new(clock), |sheet, csv| sheets.push((sheet, String::from_utf8(csv).unwrap())))?;
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
    for (file, program) in [
        (data!("links.xlsx"), "xlsxwriter"),
        (data!("libreoffice-links.xlsx"), "xlsx of LibreOffice"),
        (data!("libreoffice-links.ods"), "ods of LibreOffice"),
        (data!("libreoffice-links.xls"), "xls of LibreOffice"),
    ] {
        let sheets = sheets_of(file).unwrap();
        // As xls LibreOffice has saved 0 as the last value of the formula with a text.
        let csv = sheets[0].1.replace("rich text,0,", "rich text,xy,");
        assert_eq!(
            lines(&csv),
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

/// A workbook of Excel's binary kind is none that is read: what reads text says what it is.
#[test]
fn s4_a_binary_workbook_is_left_to_the_message_that_names_it() {
    assert_eq!(sheets_of(data!("binary.xlsb")), Err(Refusal::Other));
}

/// What the parts of a workbook may be like beside what Excel writes.
#[test]
fn values_of_a_workbook_are_read_in_every_form_that_programs_write() {
    let texts = r#"<x:sst xmlns:x="n"><x:si><x:t> Ann </x:t></x:si><si><r><t>Bo</t></r><r><t xml:space="preserve"> N</t></r><rPh><t>no</t></rPh></si><si/><si><t><![CDATA[a&b]]>_x000A_&#x26;</t></si></x:sst>"#;
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/><numFmt numFmtId="165" formatCode="dd.mm.yyyy"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
    let sheet = r#"<x:worksheet><x:sheetPr a='>'/><x:sheetData>
        <row><c t="s"><v>0</v></c><c t="s"><v> 1 </v></c><x:c t="s"><x:v>2</x:v></x:c><c t="s"><v>3</v></c></row>
        <row r="3"><c><v>007</v></c><c r="C3" s="1"><v>1.5</v></c><c s="2"><v>45351</v></c><c s="3"><v>45351.5</v></c><c s="9"><v>0.10</v></c></row>
        <row><c t="e"><v>#SPILL!</v></c><c t="b"><v>true</v></c><c t="d"><v>2024-02-29</v></c><c t="str"><f>"a"&lt;"b"</f><v>x_x000D_&amp;</v></c><c t="inlineStr"><is><t>in</t></is><extLst><v>9</v></extLst></c></row>
        <row><c/><c t="n"><v/></c><c><v>12x</v></c><c><v>123456789012345678</v></c></row>
    </x:sheetData></x:worksheet>"#;
    let parts = [("xl/sharedStrings.xml", texts), ("xl\\Styles.xml", styles)];
    let sheets = sheets_of(&workbook_of(1, sheet, &parts)).unwrap();
    assert_eq!(
        lines(&sheets[0].1),
        [
            "Ann,Bo N,,\"a&b\n&\",,",
            ",,,,,",
            "7,,36:00:00,2024-02-29,2024-02-29T12:00:00,0.1",
            "#SPILL!,TRUE,2024-02-29,\"x\r&\",in,",
            ",,12x,123456789012345680,,",
        ]
    );
    for cell in
        [r#"t="n"><v>x"#, r#"t="b"><v>2"#, r#"t="s"><v>4"#, r#"t="s"><v>x"#, r#"t="?"><v>1"#, r#"r="0"><v>1"#]
    {
        let sheet = format!("<worksheet><sheetData><row><c {cell}</v></c></row></sheetData></worksheet>");
        assert_eq!(sheets_of(&workbook_of(1, &sheet, &parts)), Err(Refusal::Damaged), "{cell}");
    }
}

#[test]
fn s4_the_first_rows_are_shown_while_the_others_are_read() {
    let text = |text: &str| format!(r#"<c t="inlineStr"><is><t>{text}</t></is></c>"#);
    let shown = |rows: usize, address: &str, hidden: bool, last: &str| {
        let row = |at| format!("<row>{}{}</row>", text(&format!("Ann {at}")), text(address));
        let rows: String = (0..rows).map(row).collect();
        let head = text("Name") + &text("Email");
        let sheet = format!("<worksheet><sheetData><row>{head}</row>{rows}{last}</sheetData></worksheet>");
        let (mut first, mut sheets) = (Vec::new(), 0);
        let file = if hidden { hidden_workbook(&sheet) } else { workbook(&sheet) };
        let read = read_showing(&file, &Budget::new(&|| Duration::ZERO), Some(|csv| first = csv), |_, _| {
            sheets += 1
        });
        (String::from_utf8(first).unwrap(), sheets, read)
    };
    let (first, sheets, _) = shown(10 * FIRST_ROWS, "ann@example.com", false, "");
    let seen = lines(&first);
    assert_eq!((seen[0], seen[1], sheets), ("Name,Email", "Ann 0,ann@example.com", 1));
    assert_eq!(seen.len(), FIRST_ROWS);
    // A row far below is not among them, nor are the empty ones before it.
    let far = format!(r#"<row r="1000000">{}</row>"#, text("far"));
    let (first, _, read) = shown(2, "ann@example.com", false, &far);
    assert_eq!((lines(&first).len(), read), (FIRST_ROWS, Ok(())));
    // They are handed out before anything is known of the others.
    let (first, sheets, read) =
        shown(FIRST_ROWS, "ann@example.com", false, r#"<row><c t="?"><v>1</v></c></row>"#);
    assert!(!first.is_empty());
    assert_eq!((sheets, read), (0, Err(Refusal::Damaged)));
    for (rows, address, hidden) in
        [(9, "ann@example.com", false), (999, "no address", false), (999, "ann@example.com", true)]
    {
        let (first, sheets, _) = shown(rows, address, hidden, "");
        assert_eq!((&*first, sheets), ("", 1), "{rows} {address} {hidden}");
    }
}

#[test]
fn s4_of_several_visible_sheets_no_first_rows_are_shown() {
    let row = r#"<row><c t="inlineStr"><is><t>ann@example.com</t></is></c></row>"#;
    let sheet = format!("<worksheet><sheetData>{}</sheetData></worksheet>", row.repeat(2 * FIRST_ROWS));
    for (sheets, shown) in [(1, 1), (2, 0)] {
        let (file, mut count) = (workbook_of(sheets, &sheet, &[]), 0);
        read_showing(&file, &Budget::new(&|| Duration::ZERO), Some(|_| count += 1), |_, _| ()).unwrap();
        assert_eq!(count, shown, "of {sheets}");
    }
}

/// Links of cells that repeat, with characters that XML escapes; those of comments are none of the cell.
#[test]
fn links_of_an_open_document_belong_to_their_cells() {
    let name = |name: &str| format!("<text:p>{name}</text:p>");
    let link = |address: &str, name: &str| {
        format!(r#"<text:p><text:a xlink:href="mailto:{address}">{name}</text:a></text:p>"#)
    };
    let cell = |content: String| {
        format!(r#"<table:table-cell office:value-type="string">{content}</table:table-cell>"#)
    };
    let comment =
        format!("<office:annotation>{}</office:annotation>{}", link("no@example.com", "no"), name("Cy"));
    let rows = [
        r#"<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>"#.to_owned(),
        format!(
            r#"<table:table-row><table:table-cell table:number-columns-repeated="2"/>{}<table:covered-table-cell/>{}</table:table-row>"#,
            cell(link("o&apos;neil@example.com?subject=a&amp;b", "Neil")),
            cell(name("x")),
        ),
        format!(
            r#"<table:table-row table:number-rows-repeated="2">{}</table:table-row>"#,
            cell(link("bo%2Bx@example.com", "Bo"))
        ),
        format!("<table:table-row>{}</table:table-row>", cell(comment)),
    ];
    let sheets = sheets_of(&open_document(&rows.concat())).unwrap();
    assert_eq!(
        lines(&sheets[0].1),
        [",,,,", ",,,,", ",,o'neil@example.com,,x", "bo+x@example.com,,,,", "bo+x@example.com,,,,", "Cy,,,,"]
    );
}

/// A cell of row 513 in column O begins like the record of a sheet's size.
#[test]
fn a_cell_of_an_old_workbook_is_not_taken_for_its_size() {
    for column in [14, 16] {
        let sheets = sheets_of(&old_workbook(&[], &[label(512, column, "ann@example.com")])).unwrap();
        assert_eq!((sheets[0].0.rows, sheets[0].0.columns), (513, u64::from(column) + 1));
        assert!(lines(&sheets[0].1)[512].ends_with(",ann@example.com"));
    }
}

#[test]
fn s_an_old_workbook_that_claims_more_cells_than_it_can_have_is_damaged() {
    let size = |rows: u32, columns: u16| {
        record(0x0200, &[&[0; 4], &rows.to_le_bytes()[..], &[0; 2], &columns.to_le_bytes(), &[0; 2]].concat())
    };
    assert!(sheets_of(&old_workbook(&[], &[size(1 << 16, 1 << 8), label(0, 0, "a")])).is_ok());
    for records in [
        vec![size((1 << 16) + 1, 1)],
        vec![size(1, (1 << 8) + 1)],
        vec![record(0x0200, &[&7_u32.to_le_bytes()[..], &5_u32.to_le_bytes(), &[0; 6]].concat())],
        vec![label(0, 0, "a"), label(u16::MAX, u16::MAX, "b")],
        // A row of numbers.
        vec![label(0, 0, "a"), record(0x00bd, &[&[0, 0, 255, 0][..], &[0; 12], &[0, 1]].concat())],
        // One whose first cell is behind its last.
        vec![label(0, 0, "a"), record(0x00bd, &[&[0, 0, 255, 255][..], &[0; 12], &[0, 0]].concat())],
    ] {
        assert_eq!(sheets_of(&old_workbook(&[], &records)), Err(Refusal::Damaged), "{records:?}");
    }
    // A chart on the sheet has a size of its own, which is not looked at.
    let chart = [record(0x0809, &[0, 6, 32, 0]), size(u32::MAX, 9), record(0x000a, &[])].concat();
    assert!(sheets_of(&old_workbook(&[], &[chart, label(0, 0, "a")])).is_ok());
}

/// calamine leaves out a mark of the byte order: what is looked at must be what it reads.
#[test]
fn s_an_old_workbook_whose_entries_hide_their_names_is_damaged() {
    let file = old_workbook(&[], &[label(0, 0, "a")]);
    let root: Vec<u8> = "Root".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name = file.windows(root.len()).position(|bytes| bytes == root).unwrap();
    for mark in [[0xff, 0xfe, 0], [0xfe, 0xff, 0], [0xef, 0xbb, 0xbf]] {
        let mut hidden = file.clone();
        hidden[name..name + 3].copy_from_slice(&mark);
        assert_eq!(sheets_of(&hidden), Err(Refusal::Damaged));
    }
}

/// The records after the one that says so are encrypted: whatever they claim is nothing.
#[test]
fn an_old_workbook_with_a_password_is_protected() {
    let password = record(0x002f, &[1, 0, 1, 0, 1, 0]);
    let encrypted = record(0x0200, &[0xff; 14]);
    assert_eq!(sheets_of(&old_workbook(&password, &[encrypted])), Err(Refusal::Protected));
}

/// Sectors that come after one another in a ring.
#[test]
fn s_an_old_workbook_without_an_end_is_damaged() {
    let file = old_workbook(&[], &[label(0, 0, "a")]);
    assert!(sheets_of(&file).is_ok());
    for ring in [1, 4] {
        let mut file = file.clone();
        file[512 + 4 * ring..][..4].copy_from_slice(&(ring as u32).to_le_bytes());
        if ring == 4 {
            // The stream claims to be as long as it gets.
            file[1024 + 128 + 120..][..4].fill(0xff);
        }
        assert_eq!(sheets_of(&file), Err(Refusal::Damaged), "sector {ring}");
    }
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

/// Wherever reading is when the time is up, that is the reason, not the file.
#[test]
fn s4_a_file_that_takes_too_long_says_so() {
    let formula = record(0x0006, &[[0; 20].as_slice(), &[1, 0, 0x16]].concat());
    for file in [
        data!("people.xlsx"),
        data!("links.xlsx"),
        data!("libreoffice-people.ods"),
        data!("libreoffice-people.xls"),
        &old_workbook(&[], &[formula, label(0, 1, "a")]),
    ] {
        let looks = Cell::new(0_u32);
        let ends_after = |most: u32| {
            looks.set(0);
            let clock = || {
                looks.set(looks.get() + 1);
                if looks.get() > most { LONGEST + Duration::from_secs(1) } else { Duration::ZERO }
            };
            read_by(&clock, file).map(|_| ())
        };
        assert_eq!(ends_after(u32::MAX), Ok(()));
        // The first look is at when to begin.
        for look in 1..looks.get() {
            assert_eq!(ends_after(look), Err(Refusal::TooLong), "look {look}");
        }
    }
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
            let _ = sheets_of(&broken);
        }
    }
}
