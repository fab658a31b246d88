//! The edges of rules: in each of these cases a changed engine once passed every other test.

mod common;

use std::{collections::HashSet, sync::Arc};

use common::{File, SEED, check, check_in_pieces};
use roster::{
    AddressKeys, Changes, Check, Delimiter, Dialect, Encoding, Field, Filter, Fix, Known, Limits,
    NativeDecoders, Needle, Overrides, ProblemCode, Reader, RowSet, Severity, Verdict, email::advise, look,
};

#[test]
fn s2_a_quote_that_is_never_closed_is_reported_also_in_a_column_that_is_not_used() {
    let file = check(b"Email,Note\na@x.example,ok\nb@x.example,\"open").unwrap();
    assert_eq!((file.codes(), file.summary().unclosed_quote), (vec!["3 unclosed_quote".to_owned()], Some(3)));
}

#[test]
fn s3_a_check_counts_the_records_while_it_reads() {
    let bytes = b"Email,Name\na@x.example,Ana\n\nb@x.example,Bo\nc@x.example";
    let opened = look(bytes, true, &Overrides::default(), &NativeDecoders).unwrap();
    let (known, keys) = (Known::default(), Arc::new(AddressKeys::empty(SEED)));
    let mut check =
        Check::new(opened.dialect, &opened.mapping, &known, Changes::default(), &NativeDecoders, true, keys);
    let mut records = vec![check.records()];
    for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
        check.space(piece.len()).copy_from_slice(piece);
        check.advance(piece.len()).unwrap();
        records.push(check.records());
    }
    assert_eq!(records, [0, 1, 2, 2, 3, 3], "the last one may go on");
    assert_eq!(check.finish(bytes.len() as u64).unwrap().summary().records, 3);
}

#[test]
fn s3_rows_that_a_search_finds_are_counted_once() {
    let file = check(b"Email\na@x.example\nb@x.example\nc@x.example\n").unwrap();
    let mut found = RowSet::default();
    for row in [4, 2, 4, 1, 900, 63, 64, 65] {
        found.insert(row);
    }
    assert_eq!(found.count(), 7);
    let select = |from, count| file.review.select(Filter::All, Some(&found), from, count);
    assert_eq!(select(0, 10), (2, vec![2, 4]), "the header and rows beyond the file are no people");
    assert_eq!((select(1, 10), select(0, 1), select(2, 1)), ((2, vec![4]), (2, vec![2]), (2, vec![])));
    assert_eq!(file.review.select(Filter::All, Some(&RowSet::default()), 0, 10), (0, vec![]));
}

#[test]
fn s3_only_people_are_rows() {
    let file = check(b"List\n\nEmail,Name\na@x.example,Ana\n,\nb@x.example,Bo\n").unwrap();
    let rows: Vec<u64> = (0..9).filter(|&row| file.review.has_row(row)).collect();
    assert_eq!(rows, [3, 5], "neither titles and header nor empty rows");
}

#[test]
fn s3_rows_near_each_other_are_read_in_one_piece_and_others_are_not() {
    let mut text = "Email,Name\n".to_owned();
    for row in 0..2000 {
        text.push_str(&format!("user{row}@x.example,Ana\n"));
    }
    let file = check(text.as_bytes()).unwrap();
    let pieces = |rows: &[u64]| -> Vec<Vec<u64>> {
        let spans = file.review.spans(rows);
        for span in &spans {
            // The rows of the first step to the last one, and not much more.
            let steps = span.rows.last().unwrap() / 64 - span.rows[0] / 64 + 2;
            let length = span.source.end - span.source.start;
            assert!(length <= steps * 64 * 24, "{length} bytes for {:?}", span.rows);
        }
        spans.into_iter().map(|span| span.rows).collect()
    };
    // Steps of 64 records: at most eight of them apart.
    assert_eq!(pieces(&[2, 64, 65, 576]), [[2, 64, 65, 576]]);
    assert_eq!(pieces(&[2, 577]), [[2], [577]]);
    assert_eq!(pieces(&[64, 65, 1000, 1001]), [[64, 65], [1000, 1001]]);
    assert_eq!(pieces(&[]), [[0; 0]; 0]);
    assert_eq!(pieces(&[5000]), [[0; 0]; 0], "beyond the file");
}

/// The rows in which the text is found.
fn matching(file: &File, text: &str) -> Vec<u64> {
    let needle = Needle::new(text).unwrap();
    let rows: Vec<u64> = file.review.rows(Filter::All).collect();
    let mut found = Vec::new();
    file.each(&rows, |record| {
        if file.review.matches(record, &needle) {
            found.push(record.number);
        }
    });
    found
}

#[test]
fn s3_a_search_finds_what_is_shown_and_nothing_else() {
    let text =
        b"Email,Name,Role,Note\na@x.example,\"Ana \"\"Ace\"\" Ray\",,secret\nb@x.example,Bo,Admin,a@x\n";
    let mut file = check(text).unwrap();
    assert_eq!(matching(&file, "X.EXAMPLE"), [2, 3]);
    assert_eq!(matching(&file, "\"ace\""), [2], "a quote that is doubled in the file");
    assert_eq!(matching(&file, "secret"), [0; 0], "a column that is not shown");
    assert_eq!(matching(&file, "a@x"), [2]);
    file.edit(3, Field::FirstName, "Cynthia");
    assert_eq!((matching(&file, "cynthia"), matching(&file, "bo")), (vec![3], vec![]));
    file.undo_edit(3);
    assert_eq!(matching(&file, "bo"), [3]);
    file.fix(Fix::ReplaceValue { field: Field::Role, from: "Admin".into(), to: "User".into() });
    assert_eq!((matching(&file, "user"), matching(&file, "admin")), (vec![3], vec![]));
    let file = check_in_pieces(text, 5, &Overrides::default(), &Known::default(), |mapping| {
        mapping.defaults.push((Field::Role, "User".into()));
    })
    .unwrap();
    assert_eq!(matching(&file, "user"), [2], "a default is shown too");
}

#[test]
fn u5_a_search_finds_values_that_are_shown_otherwise_than_the_file_has_them() {
    let text = "Email,Name,Role\nana＠Ｘ.example,Ana,\nb\u{200b}o@x.exam\u{ad}ple,Bo,\n\
                \"c\"\"y@x.example\",'=1;'=2,\n";
    let file = check(text.as_bytes()).unwrap();
    let shown = |row| file.row(row).values;
    assert_eq!([2, 3].map(|row| shown(row).email), ["ana@X.example", "bo@x.example"]);
    assert_eq!(shown(4).first_name, "=1;=2");
    assert_eq!(matching(&file, "ANA@x.example"), [2], "in its narrow form");
    assert_eq!(matching(&file, "bo@x.example"), [3], "without characters that are not seen");
    assert_eq!(matching(&file, "1;=2"), [4], "without what protects it from spreadsheets");
    assert_eq!(matching(&file, "\""), [4]);
    assert_eq!(matching(&file, "'"), [0; 0]);
}

#[test]
fn u5_the_hundred_most_frequent_unknown_values_are_listed() {
    let mut text = "Email,Role\n".to_owned();
    for value in 0..120 {
        for row in 0..=(value / 50) {
            text.push_str(&format!("user{value}.{row}@x.example,Boss {value}\n"));
        }
    }
    let values = check(text.as_bytes()).unwrap().summary().values;
    let counts: Vec<u64> = values.iter().map(|value| value.rows).collect();
    assert_eq!(counts, [&[3; 20][..], &[2; 50], &[1; 30]].concat());
    assert_eq!((values[0].value.as_str(), values[20].value.as_str()), ("Boss 100", "Boss 50"));
}

#[test]
fn s3_a_long_line_in_another_encoding_is_not_kept_until_it_ends() {
    let dialect = Dialect {
        encoding: Encoding::EucKr,
        bom: false,
        delimiter: Delimiter::COMMA,
        header_row: None,
        quotes_as_text: false,
    };
    let mut reader = Reader::new(&dialect, &NativeDecoders, Limits::CHECK, true);
    let mut lengths = Vec::new();
    let (name, _, _) = encoding_rs::EUC_KR.encode("김민수 ");
    let piece = name.repeat(10_000);
    for times in 1..=8_u64 {
        reader.push(&piece, |record| lengths.push(record.bytes(0).unwrap().len())).unwrap();
        let waits = times * piece.len() as u64 - reader.source();
        assert!(waits <= 256 * 1024, "{waits} bytes wait for the end of the line");
        assert!(reader.source() > 0 || times <= 4);
    }
    reader.finish(|record| lengths.push(record.bytes(0).unwrap().len())).unwrap();
    assert_eq!(lengths, [8 * 10_000 * "김민수 ".len()]);
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    /// A text of at most that length, mostly of letters.
    fn text(&mut self, longest: usize, others: &str) -> String {
        let letters = format!("{}{others}", "abcxyz019".repeat(2));
        (0..=self.below(longest)).map(|_| char::from(letters.as_bytes()[self.below(letters.len())])).collect()
    }
}

/// Most rows are recognised by their bytes: with the result that the rules for one address give.
#[test]
fn s3_addresses_of_any_length_and_form_are_judged_in_a_file_as_they_are_alone() {
    let mut numbers = Numbers(6);
    let (mut seen, mut addresses) = (HashSet::new(), Vec::new());
    while addresses.len() < 6000 {
        let longest = [3, 12, 40, 66][numbers.below(4)];
        let local = numbers.text(longest, ".-_+'");
        let longest = [2, 9, 34, 64][numbers.below(4)];
        let labels: Vec<String> = (0..numbers.below(4)).map(|_| numbers.text(longest, "-")).collect();
        let top = ["com", "com", "COM", "museum", "c", "co", "1", "c1", "c-m", "", "example", "x.y"]
            [numbers.below(12)];
        let domain = labels.into_iter().chain([top.to_owned()]).collect::<Vec<_>>().join(".");
        let address = format!("{local}@{domain}");
        let key = advise(&address, &[]).address.map_or_else(|| address.clone(), |address| address.key());
        // An apostrophe around an address is no part of it, and a sign makes a formula of it.
        if !address.starts_with(['\'', '+', '-']) && !local.ends_with('\'') && seen.insert(key) {
            addresses.push(address);
        }
    }
    let file = check(format!("Email\n{}\n", addresses.join("\n")).as_bytes()).unwrap();
    let rows = file.select(Filter::All);
    assert_eq!(rows.len(), addresses.len());
    let mut counts = [0; 3];
    for (row, address) in rows.iter().zip(&addresses) {
        let codes: Vec<ProblemCode> = row.problems.iter().map(|problem| problem.code).collect();
        if codes.contains(&ProblemCode::LookalikeAddress) {
            continue;
        }
        let alone = advise(address, &[]).code;
        let verdict = match alone.map(ProblemCode::severity) {
            None => Verdict::Ready,
            Some(Severity::Error) => Verdict::Error,
            Some(_) => Verdict::Warning,
        };
        assert_eq!((row.verdict, codes), (verdict, alone.into_iter().collect()), "{address}");
        counts[verdict as usize] += 1;
    }
    assert!(counts[0] > 1000 && counts[2] > 1000, "{counts:?}");
}

#[test]
fn s3_long_values_that_begin_alike_are_told_apart() {
    let (team, other) = (format!("{} North", "Sales ".repeat(6)), format!("{} South", "Sales ".repeat(6)));
    let own = "marketing-department.example-company.com";
    let known =
        Known { teams: Some(vec![team.clone()]), own_domains: vec![own.to_owned()], ..Known::default() };
    let text = format!(
        "Email,Team\na@{own},{team}\nb@{own},{other}\nc@marketing-department.example-company.cmo,{team}\nd@{own},{team}\n"
    );
    let file = check_in_pieces(text.as_bytes(), 9, &Overrides::default(), &known, |_| {}).unwrap();
    assert_eq!(file.codes(), ["3 unknown_team", "4 likely_typo"]);
}

#[test]
fn s2_a_dot_before_the_at_is_none_of_the_domain() {
    let file =
        check(b"Email\na.b@example\na-.b@example.com\na.b@-example.com\na_b@example.com\na@exam_ple.com\n")
            .unwrap();
    assert_eq!(file.codes(), ["2 dotless_domain", "4 label_hyphen", "6 label_character"]);
}

#[test]
fn s6_a_team_of_the_account_may_have_a_separator_in_its_name() {
    let text =
        "Email,Team\na@x.example,\"R|D; West\"\nb@x.example,\"r|d; west\"\nc@x.example,\"R|D; West; EMEA\"\n";
    let teams = |known: &Known| {
        let file = check_in_pieces(text.as_bytes(), 9, &Overrides::default(), known, |_| {}).unwrap();
        let teams: Vec<_> = file.invitees().into_iter().map(|invitee| invitee.teams.join("+")).collect();
        (file.codes(), teams)
    };
    let known = Known { teams: Some(vec!["R|D; West".into(), "EMEA".into()]), ..Known::default() };
    assert_eq!(teams(&known).1, ["R|D; West"; 2], "as the account spells it");
    assert_eq!(
        teams(&known).0,
        ["4 unknown_team", "4 unknown_team", "4 unknown_team"],
        "the parts of a list"
    );
    assert_eq!(
        teams(&Known::default()),
        (vec![], ["R+D+West", "r+d+west", "R+D+West+EMEA"].map(str::to_owned).to_vec())
    );
}

#[test]
fn u5_an_address_is_no_longer_extracted_once_another_is_typed() {
    let mut file = check(b"Email,First name\nAna Ray <ana@x.example>,Cy\nb@x.example,Bo\n").unwrap();
    assert_eq!(file.codes(), ["2 address_extracted"]);
    file.edit(2, Field::FirstName, "Anna");
    assert_eq!(file.codes(), ["2 address_extracted"]);
    file.edit(2, Field::Email, "anna@x.example");
    assert_eq!(file.codes(), [""; 0]);
    file.edit(2, Field::LastName, "Ray");
    assert_eq!((file.codes(), file.counts()), (vec![], [2, 0, 0, 0]));
}
