//! What people complain of in other importers, and what is not so here. Each name says the complaint; many more of them
//! are the subject of other tests.

mod common;

use common::{check, check_in_pieces, rows};
use roster::{
    CsvWriter, Encoding, Field, Filter, Known, NativeDecoders, Opened, Overrides, ProblemCode, ReportLabels,
    Target, Verdict, email::split_list, look, recall, remember,
};

fn delimiter(text: &str) -> String {
    check(text.as_bytes()).unwrap().opened.dialect.delimiter.into()
}

#[test]
fn peers_commas_in_numbers_and_texts_are_taken_for_the_delimiter() {
    for (text, expected) in [
        ("Email;Betrag;Quote\na@x.example;1,50;2,5\nb@x.example;1.234,56;0,1\nc@x.example;7,00;3,3\n", ";"),
        ("Email;Amount\na@x.example;1,5\n", ";"),
        ("a@x.example;1,5;2,5;3,5\nb@x.example;1,5;2,5;3,5\n", ";"),
        ("Email\tNotes\na@x.example\tone, two, three\nb@x.example\tfour, five, six\n", "\t"),
        ("Email|Notes\na@x.example|one, two; three\nb@x.example|four, five; six\n", "|"),
        ("Email;Name\na@x.example;\"Ray, Ana\"\nb@x.example;\"Lee, Bo\"\n", ";"),
        ("Email,Notes\na@x.example,\"one; two; three\"\nb@x.example,\"four; five\nsix; seven\"\n", ","),
        (
            "Email,Link\na@x.example,https://x.example/?a=1;b=2|3\nb@x.example,https://x.example/?a=4;b=5|6\n",
            ",",
        ),
        ("Name;Email;Teams\nRay, Ana;a@x.example;North, South\nLee, Bo;b@x.example;East, West\n", ";"),
    ] {
        assert_eq!(delimiter(text), expected, "{text}");
    }
}

#[test]
fn peers_files_with_semicolons_are_not_accepted() {
    let text = "E-Mail;Vorname;Nachname\r\na@x.example;Jürgen;\"Groß; Jr.\"\r\nb@x.example;Ana;Peña\r\n";
    for encoding in [Encoding::Utf8, Encoding::Windows1252] {
        let bytes = match encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            _ => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        };
        let file = check(&bytes).unwrap();
        assert_eq!(file.opened.dialect.encoding, encoding);
        assert_eq!(file.counts(), [2, 0, 0, 0]);
        assert_eq!(file.row(2).values.last_name, "Groß; Jr.");
    }
}

#[test]
fn peers_the_number_of_rows_is_capped() {
    const ROWS: usize = 150_000;
    let mut text = "Email,Name\n".to_owned();
    for row in 0..ROWS {
        text.push_str(&format!("user{row}@x.example,Ana\n"));
    }
    let file = check(text.as_bytes()).unwrap();
    assert_eq!(file.counts(), [ROWS as u64, 0, 0, 0]);
    assert_eq!(file.row(ROWS as u64 + 1).values.email, format!("user{}@x.example", ROWS - 1));
}

#[test]
fn peers_characters_and_line_breaks_are_damaged_where_the_input_is_cut() {
    // The kind of line break changes, some are in quotes, and a piece ends in the middle of each.
    let text = "Email,Name,Note\r\na@x.example,김민수,\"one\r\ntwo\"\r\nb@x.example,Zoë,\"\"\"x\"\"\"\nc@x.example,😀,y\rd@x.example,,z";
    let expected = [
        ["Email", "Name", "Note"],
        ["a@x.example", "김민수", "one\r\ntwo"],
        ["b@x.example", "Zoë", "\"x\""],
        ["c@x.example", "😀", "y"],
        ["d@x.example", "", "z"],
    ];
    assert_eq!(rows(text.as_bytes(), &Overrides::default()), expected);
    let whole = check(text.as_bytes()).unwrap().select(Filter::All);
    assert_eq!(whole.len(), 4);
    for piece in 1..=text.len() {
        let sliced =
            check_in_pieces(text.as_bytes(), piece, &Overrides::default(), &Known::default(), |_| {});
        assert_eq!(sliced.unwrap().select(Filter::All), whole, "pieces of {piece} bytes");
    }
}

#[test]
fn peers_one_bad_address_or_duplicate_blocks_the_whole_file() {
    let file = check(b"Email\na@x.example\nno address\nA@X.example\n\nb@@x.example\nc@x.example\n").unwrap();
    assert_eq!(file.counts(), [2, 0, 2, 1]);
    let invited: Vec<String> = file.invitees().into_iter().map(|invitee| invitee.email).collect();
    assert_eq!(invited, ["a@x.example", "c@x.example"]);
}

#[test]
fn peers_the_report_of_failed_rows_is_missing_or_cut() {
    const ROWS: u64 = 3000;
    let mut text = "Email,Name\n".to_owned();
    for row in 0..ROWS {
        text.push_str(&format!("no address {row},\"Ray, Ana\"\n"));
    }
    let file = check(text.as_bytes()).unwrap();
    let mut writer = CsvWriter::default();
    let labels = ReportLabels::default();
    writer.report_header(&labels, &["Email".to_owned(), "Name".to_owned()]);
    let (total, failed) = file.review.select(Filter::Problems, None, 0, usize::MAX);
    assert_eq!((total, failed.len() as u64), (ROWS, ROWS));
    file.each(&failed, |record| {
        let view = file.review.view(record);
        writer.report_row(
            &labels,
            view.row,
            view.verdict,
            &view.problems,
            &record.cells().collect::<Vec<_>>(),
        );
    });
    let report = rows(&writer.take(), &Overrides::default());
    assert_eq!(report.len() as u64, ROWS + 1);
    let last = report.last().unwrap();
    assert_eq!((last[0].as_str(), last[1].as_str()), ("3001", "error"));
    assert_eq!(
        last[last.len() - 2..],
        ["no address 2999", "Ray, Ana"],
        "each reason beside its row as it was"
    );
}

#[test]
fn peers_an_address_in_other_letters_or_with_a_space_is_invited_twice() {
    for other in
        ["ANA@x.example", "ana@X.EXAMPLE", " ana@x.example", "ana@x.example\u{a0}", "\u{feff}Ana@x.example"]
    {
        let text = format!("Email\nana@x.example\n\"{other}\"\n");
        let file = check(text.as_bytes()).unwrap();
        assert_eq!(file.row(3).verdict, Verdict::Duplicate, "{other:?}");
        assert_eq!(file.invitees().len(), 1, "{other:?}");
    }
}

#[test]
fn peers_an_edit_checks_every_row_again() {
    let mut text = "Email,Name\n".to_owned();
    for row in 0..20_000 {
        text.push_str(&format!("user{row}@x.example,Ana\n"));
    }
    let mut file = check(text.as_bytes()).unwrap();
    // An edit is given these bytes of the file and no others.
    let spans = file.review.spans(&[10_000]);
    let read: u64 = spans.iter().map(|span| span.source.end - span.source.start).sum();
    assert!(read < 64 * 1024, "{read} bytes");
    file.edit(10_000, Field::Email, "user7@x.example");
    assert_eq!(file.row(10_000).duplicate_of, Some(9));
    assert_eq!(file.counts(), [19_999, 0, 0, 1]);
}

#[test]
fn peers_headers_with_a_mark_in_duplicate_or_padded_are_not_found() {
    let targets = [Target::Email, Target::FirstName, Target::LastName];
    for header in [
        "\u{feff}Email,First name,Last name",
        "\u{feff}\"Email\",\"First name\",\"Last name\"",
        " Email , First name,Last name ",
        "\"  Email\",\tFirst name ,\u{a0}Last name\u{a0}",
        "Email,First name,Last name,Email,Last name",
        "EMAIL,FIRST_NAME,LAST-NAME",
        "Email,First name,Last name,,",
        "Email\u{200b},\u{feff}First name,Last name",
    ] {
        let cells = "a@x.example,Ana,Ray,b@x.example,Old";
        let width = header.split(',').count();
        let row: Vec<&str> = cells.split(',').take(width).collect();
        let file = check(format!("{header}\r\n{}\r\n", row.join(",")).as_bytes()).unwrap();
        assert_eq!(file.opened.dialect.header_row, Some(1), "{header:?}");
        let columns = targets.map(|target| file.mapping.column(target));
        assert_eq!(columns, [Some(0), Some(1), Some(2)], "{header:?}");
        let values = file.row(2).values;
        assert_eq!((values.email.as_str(), values.first_name.as_str()), ("a@x.example", "Ana"), "{header:?}");
    }
}

#[test]
fn peers_names_outside_ascii_are_garbled() {
    let text = "Correo electrónico;Nombre;Apellidos\r\na@x.example;Íñigo;Peña Ibáñez\r\nb@x.example;Begoña;Núñez\r\n";
    let korean = "이메일,이름,성\r\na@x.example,민수,김\r\nb@x.example,지은,박\r\n";
    let polish =
        "E-mail;Imię;Nazwisko\r\na@x.example;Małgorzata;Wiśniewska\r\nb@x.example;Łukasz;Źródłowski\r\n";
    let japanese = "メールアドレス,名,姓\r\na@x.example,さくら,佐藤\r\nb@x.example,陽子,鈴木\r\n";
    for (text, encoding) in [
        (text, Encoding::Windows1252),
        (text, Encoding::Macintosh),
        (korean, Encoding::EucKr),
        (polish, Encoding::Windows1250),
        (polish, Encoding::Iso8859_2),
        (japanese, Encoding::ShiftJis),
        (japanese, Encoding::EucJp),
        (japanese, Encoding::Iso2022Jp),
    ] {
        let standard = encoding_rs::Encoding::for_label(encoding.name().as_bytes()).unwrap();
        let file = check(&standard.encode(text).0).unwrap();
        assert_eq!(file.opened.dialect.encoding, encoding);
        assert_eq!(file.counts(), [2, 0, 0, 0], "{}", encoding.name());
        let values = file.row(2).values;
        assert!(text.contains(&values.first_name) && !values.first_name.is_ascii(), "{values:?}");
    }
}

#[test]
fn peers_values_are_not_validated_before_the_import() {
    let text = "Email,First name,Role,Language\nno address,Ana,Admin,de\na@x.example,Bo,Boss,de\nb@x.example,Cy,User,Klingon\n";
    let file = check(text.as_bytes()).unwrap();
    let codes =
        |row| -> Vec<ProblemCode> { file.row(row).problems.iter().map(|problem| problem.code).collect() };
    assert!(codes(2).contains(&ProblemCode::NoAt));
    assert!(!codes(3).is_empty() && !codes(4).is_empty(), "a role and a language that do not exist");
    assert!(!file.invitees().iter().any(|invitee| invitee.email == "no address"));
}

fn opened(text: &str) -> Opened {
    look(text.as_bytes(), true, &Overrides::default(), &NativeDecoders).unwrap()
}

#[test]
fn peers_the_mapping_is_not_remembered_for_the_next_file() {
    let before = opened("Contact,Kürzel,Ort\na@x.example,N1,Bonn\n");
    let mut chosen = before.mapping.clone();
    chosen.targets = vec![Target::Email, Target::Teams, Target::Ignore];
    let lines = remember(&before.columns, &chosen);
    for (text, expected) in [
        (
            "Contact,Kürzel,Ort\nb@x.example,N1,Bonn\n",
            Some(&[Target::Email, Target::Teams, Target::Ignore][..]),
        ),
        // In another order, with other capitals, with a column more and one less.
        (
            "ort,KÜRZEL , CONTACT\nBonn,N1,b@x.example\n",
            Some(&[Target::Ignore, Target::Teams, Target::Email]),
        ),
        (
            "Role,Contact,Ort,Kürzel\nAdmin,b@x.example,Bonn,N1\n",
            Some(&[Target::Role, Target::Email, Target::Ignore, Target::Teams]),
        ),
        ("Kürzel,Contact\nN1,b@x.example\n", Some(&[Target::Teams, Target::Email])),
        // What is proposed for a new column gives way.
        (
            "Team,Contact,Kürzel\nNorth,b@x.example,N1\n",
            Some(&[Target::Ignore, Target::Email, Target::Teams]),
        ),
        // Another file, in which a column that was used is missing.
        ("Contact,Ort\nb@x.example,Bonn\n", None),
        ("Kürzel,Email\nN1,b@x.example\n", None),
    ] {
        let recalled = recall(&opened(text).columns, &lines).map(|mapping| mapping.targets);
        assert_eq!(recalled.as_deref(), expected, "{text}");
    }
    // Of several lines the one that knows most columns, then the first.
    let other = remember(&before.columns[..1], &before.mapping);
    assert_eq!(recall(&before.columns, &format!("{other}\n{lines}\nx=y\n\n")).unwrap(), chosen);
    // Without a header by the place, in files as wide; with one header twice by its order.
    let bare = opened("a@x.example,Ana,b@x.example\nc@x.example,Bo,d@x.example\n");
    let mut last = bare.mapping.clone();
    last.targets = vec![Target::Ignore, Target::FirstName, Target::Email];
    assert_eq!(recall(&bare.columns, &remember(&bare.columns, &last)).unwrap(), last);
    assert_eq!(recall(&bare.columns[..2], &remember(&bare.columns, &last)), None);
    // Other values there are another file.
    let people = opened("ana@x.example,Ana,Gil\n");
    let lines = remember(&people.columns, &people.mapping);
    assert_eq!(recall(&opened("bo@x.example,Bo,Li\n").columns, &lines).unwrap(), people.mapping);
    for other in ["Li,Bo,bo@x.example\n", "bo@x.example,EMEA,Admin\n", "bo@x.example,17,Li\n"] {
        assert_eq!(recall(&opened(other).columns, &lines), None, "{other}");
    }
    let twice = opened("Email,Email\na@x.example,b@x.example\n");
    let mut second = twice.mapping.clone();
    second.targets = vec![Target::Ignore, Target::Email];
    assert_eq!(recall(&twice.columns, &remember(&twice.columns, &second)).unwrap(), second);
}

#[test]
fn peers_the_paste_box_takes_only_one_separator() {
    let pasted =
        "a@x.example, b@x.example;c@x.example\nAna Ray <d@x.example>\te@x.example f@x.example\r\nno address";
    let entries = split_list(pasted);
    let addresses: Vec<&str> = entries.iter().map(|entry| entry.address.as_str()).collect();
    let mut expected: Vec<String> = ('a'..='f').map(|c| format!("{c}@x.example")).collect();
    // What is no address is shown, word by word, and not lost.
    expected.extend(["no".to_owned(), "address".to_owned()]);
    assert_eq!(addresses, expected);
    assert_eq!(entries[3].name.as_deref(), Some("Ana Ray"));
}
