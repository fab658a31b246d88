//! What is wrong is solved by the suggestions: for one row, and for all rows of a kind.

mod common;

use common::check_in_pieces;
use roster::{Field, Fix, Known, Overrides, ProblemCode, Undone};

fn known() -> Known {
    Known {
        teams: Some(vec!["EMEA Sales".into(), "Inside Sales".into()]),
        workspaces: Some(vec!["Europe".into()]),
        own_domains: vec!["acme-works.com".into()],
        ..Known::default()
    }
}

fn file(text: &str) -> common::File {
    check_in_pieces(text.as_bytes(), 7, &Overrides::default(), &known(), |_| {}).unwrap()
}

/// The row after accepting the suggestion in it alone is the one after accepting all of the kind, and both are undone.
fn accepted(header: &str, row: &str, code: ProblemCode) -> String {
    let text = format!("{header}\n{row}\nz@example.com,Zoe,Zorn\n");
    let shown = |file: &common::File| {
        let roster::RowValues { email, first_name, last_name, role, teams, workspace, .. } =
            file.row(2).values;
        let values = [email, first_name, last_name, role, teams, workspace];
        values.into_iter().filter(|value| !value.is_empty()).collect::<Vec<_>>().join(" | ")
    };
    let mut file = file(&text);
    let before = (file.codes(), shown(&file), file.summary());
    assert!(before.0.contains(&format!("2 {}", code.name())), "{:?}", before.0);
    let fix = Fix::Accept { code };
    assert_eq!(before.2.rows_changed_by(&fix), 1, "{:?}", before.2.mendable);
    file.fix(fix.clone());
    let after = shown(&file);
    assert!(!file.codes().contains(&format!("2 {}", code.name())), "{:?}", file.codes());
    assert_eq!(file.summary().rows_changed_by(&fix), 0);
    assert_eq!(file.undo(), Some(Undone::Many));
    assert_eq!((file.codes(), shown(&file), file.summary()), before);
    file.fix_row(2, fix);
    assert_eq!(shown(&file), after);
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    assert_eq!(file.undo(), Some(Undone::Edit { row: 2 }));
    assert_eq!((file.codes(), shown(&file), file.summary()), before);
    after
}

#[test]
fn u5_every_kind_with_a_suggestion_is_solved_for_one_row_and_for_all() {
    use ProblemCode as Code;
    let names = "Email,First name,Last name";
    let with_role = "Email,First name,Role,Team,Workspace";
    for (header, row, code, after) in [
        (names, "a@example.com,\"García, Ana\",", Code::NameInOneCell, "a@example.com | Ana | García"),
        (names, "a@example.com,,\"García, Ana\"", Code::NameInOneCell, "a@example.com | Ana | García"),
        (names, "Ana,a@example.com,Gil", Code::SwappedAddress, "a@example.com | Ana | Gil"),
        (names, "Ana Gil,a@example.com,", Code::SwappedAddress, "a@example.com | Ana | Gil"),
        (names, ",Ana,Gil a@example.com", Code::SwappedAddress, "a@example.com | Ana | Gil"),
        (names, "N/A,Ana,a@example.com", Code::SwappedAddress, "a@example.com | Ana"),
        (names, "a@example.com,Ana a@example.com,Gil", Code::AddressInName, "a@example.com | Ana | Gil"),
        (names, "a@example.com,N/A,Gil", Code::PlaceholderName, "a@example.com | Gil"),
        (names, "a@example.com,Ana,-", Code::PlaceholderName, "a@example.com | Ana"),
        (
            names,
            "a@gmail.com; a@acme-works.com,Ana,Gil",
            Code::SeveralAddresses,
            "a@acme-works.com | Ana | Gil",
        ),
        (names, "a@gmial.com,Ana,Gil", Code::LikelyTypo, "a@gmail.com | Ana | Gil"),
        (names, "a at example.com,Ana,Gil", Code::NoAt, "a@example.com | Ana | Gil"),
        (names, "a@example.com (work),Ana,Gil", Code::SpaceInside, "a@example.com | Ana | Gil"),
        (
            with_role,
            "a@example.com,Ana,Adminn,EMEA Sales,",
            Code::UnknownRole,
            "a@example.com | Ana | admin | EMEA Sales",
        ),
        (
            with_role,
            "a@example.com,Ana,N/A,EMEA Sales,",
            Code::UnknownRole,
            "a@example.com | Ana | EMEA Sales",
        ),
        (
            with_role,
            "a@example.com,Ana,User,EMEA sales team; Inside Sale,",
            Code::UnknownTeam,
            "a@example.com | Ana | User | EMEA Sales; Inside Sales",
        ),
        (
            with_role,
            "a@example.com,Ana,User,,Eurpoe",
            Code::UnknownWorkspace,
            "a@example.com | Ana | User | Europe",
        ),
    ] {
        assert_eq!(accepted(header, row, code), after, "{row}");
    }
}

#[test]
fn u5_of_several_addresses_the_first_can_stay() {
    let mut file = file("Email,First name\na@gmail.com / a@acme-works.com,Ana\nb@x.example,Bo\n");
    assert_eq!(file.codes(), ["2 several_addresses"]);
    assert_eq!(file.row(2).problems[0].suggestion.as_deref(), Some("a@acme-works.com"));
    assert_eq!(file.summary().rows_changed_by(&Fix::FirstAddresses), 1);
    file.fix(Fix::FirstAddresses);
    assert_eq!(file.row(2).values.email, "a@gmail.com");
    assert!(file.codes().is_empty());
}

#[test]
fn u5_an_address_out_of_a_longer_text_is_in_doubt_only_where_the_text_may_mean_another() {
    let file = file(
        "Email,First name,Last name\nmailto:a@example.com,Ana,Gil\nb@example.com;,Bo,Li\nC Ray <c@example.com>,Cy,Ray\n\
         \"\"\"Ray, Di\"\" <d@example.com>\",Di,Ray\nEd Ek <e@example.com>,Flo,Fry\nGus (g@example.com),,\n\
         h@exam\u{200b}ple.com,Hal,Ham\nｉ@example．com,Ida,Ito\nJo <j@example.com>,,\n",
    );
    assert_eq!(file.codes(), ["6 address_extracted", "7 address_extracted", "8 address_extracted"]);
    assert_eq!(file.row(6).problems[0].value, "Ed Ek <e@example.com>");
    assert_eq!(
        (file.row(9).values.email.as_str(), file.row(10).values.first_name.as_str()),
        ("i@example.com", "Jo")
    );
}

#[test]
fn u5_what_stands_for_no_address_is_one_that_is_missing() {
    let file = file("Email,First name\nN/A,Ana\n#REF!,Bo\n-,Cy\nnone,Di\ne@example.com,Ed\n");
    assert_eq!(file.codes(), ["2 missing_email", "3 missing_email", "4 missing_email", "5 missing_email"]);
}

/// Rows of names that repeat, and those with names in each other's place.
fn with_swapped(swapped: &[usize]) -> String {
    const FIRST: [&str; 8] = ["Ana", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal"];
    const LAST: [&str; 7] = ["García", "Li", "Ray", "Ek", "Fry", "Ham", "Gil"];
    let mut text = "Email,First name,Last name\n".to_owned();
    for row in 0..112 {
        let (first, last) = (FIRST[row % 8], LAST[row % 7]);
        let (first, last) = if swapped.contains(&row) { (last, first) } else { (first, last) };
        text += &format!("p{row}@example.com,{first},{last}\n");
    }
    text
}

#[test]
fn u5_names_in_each_others_place_are_found_by_what_the_other_rows_have() {
    let mut file = file(&with_swapped(&[3, 30, 77]));
    let codes = ["5 swapped_names", "32 swapped_names", "79 swapped_names"];
    assert_eq!(file.codes(), codes);
    let fix = Fix::Accept { code: ProblemCode::SwappedNames };
    assert_eq!(file.summary().rows_changed_by(&fix), 3);
    let names = |file: &common::File, row| {
        let values = file.row(row).values;
        (values.first_name, values.last_name)
    };
    assert_eq!(names(&file, 5), ("Ek".into(), "Di".into()));
    file.fix_row(32, fix.clone());
    assert_eq!(file.codes(), [codes[0], codes[2]]);
    file.fix(fix);
    assert!(file.codes().is_empty());
    assert_eq!(names(&file, 5), ("Di".into(), "Ek".into()));
    assert_eq!(names(&file, 32), ("Gus".into(), "Ray".into()), "once, not twice");
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    file.undo();
    assert_eq!(file.codes(), [codes[0], codes[2]]);
    file.edit(5, Field::FirstName, "Di");
    assert_eq!(file.codes(), [codes[2]], "who edits a name has looked at it");
    file.undo();
    file.undo();
    assert_eq!(file.codes(), codes);
}

#[test]
fn u5_names_in_each_others_place_are_found_by_lists_where_no_other_row_has_them() {
    let text = "Email,First name,Last name\n\
        a@example.com,Smith,Anna\nb@example.com,James,Thompson\nc@example.com,김,민수\n\
        d@example.com,García López,María José\ne@example.com,Anne-Marie,Müller\nf@example.com,佐藤,太郎\n\
        g@example.com,Jean,Martin\nh@example.com,Smith,Rosenkrantz\ni@example.com,Anna,Maria\n\
        j@example.com,Carter,Paul\nk@example.com,Parker,Kim\nl@example.com,Anderson,Henrique da Silva\n";
    let mut file = file(text);
    let codes = ["2 swapped_names", "4 swapped_names", "5 swapped_names", "7 swapped_names"];
    assert_eq!(file.codes(), codes);
    file.fix(Fix::Accept { code: ProblemCode::SwappedNames });
    let values = file.row(5).values;
    assert_eq!((&*values.first_name, &*values.last_name), ("María José", "García López"));
}

#[test]
fn u5_names_of_a_right_file_are_not_said_to_be_exchanged() {
    assert!(file(&with_swapped(&[])).codes().is_empty());
    // Names that are both, and a rare one.
    let mut text = with_swapped(&[]);
    for row in 0..6 {
        text += &format!("r{row}@example.com,Ray,Ana\n");
    }
    text += "y@example.com,Li,Zed\nz@example.com,Gil,Gil\n";
    assert_eq!(file(&text).codes(), Vec::<String>::new());
}
