//! Verdicts, changes, and the queries of a checked file.

mod common;

use common::{SEED, check, check_in_pieces};
use roster::{
    AddressKeys, CsvWriter, Encoding, Field, FieldLabels, Filter, Fix, HeaderRow, Known, Locale, Overrides,
    Role, Seed, Standing, Verdict,
};

fn known() -> Known {
    Known {
        teams: Some(vec!["EMEA Sales".into(), "Field & Partners".into()]),
        workspaces: Some(vec!["Europe".into()]),
        own_domains: vec!["acme-works.com".into()],
        ..Known::default()
    }
}

fn check_with(text: &str, known: &Known) -> common::File {
    check_in_pieces(text.as_bytes(), 5, &Overrides::default(), known, |_| {}).unwrap()
}

#[test]
fn s7_duplicates_differ_in_letter_case_and_form_of_the_domain() {
    let file = check(
        "Email\nana@example.com\nANA@Example.COM\n ana@example.com \nana@例子.测试\nAna@xn--fsqu00a.xn--0zwm56d\nb@example.com\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(file.codes(), ["3 duplicate_address", "4 duplicate_address", "6 duplicate_address"]);
    assert_eq!(file.row(4).duplicate_of, Some(2));
    assert_eq!(file.row(6).duplicate_of, Some(5));
    assert_eq!(file.row(5).other_domain.as_deref(), Some("xn--fsqu00a.xn--0zwm56d"));
    assert_eq!(file.row(2).other_domain, None);
    assert_eq!(file.row(6).other_domain.as_deref(), Some("例子.测试"));
}

#[test]
fn s2_odd_characters_are_flagged_with_row_and_column() {
    let file = check(
        "Email,First name,Last name\na@example.com,A\0na,Lee\nb@example.com,\u{202e}Bob,Lee\nc@example.com,C\u{200b}y,Lee\n\
         d@example.com,\"D\nan\",Lee\ne@example.com,=cmd(),Lee\nf\0@example.com,F,Lee\ng@example.com,G\u{fffd},Lee\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(
        file.codes(),
        [
            "2 control_character",
            "3 bidi_control",
            "4 invisible_character",
            "5 line_break",
            "6 formula_like",
            "7 control_character",
            "8 undecodable_bytes",
        ]
    );
    let row = file.row(3);
    assert_eq!((row.problems[0].column, row.problems[0].field), (Some(1), Some(Field::FirstName)));
    assert_eq!(row.problems[0].suggestion.as_deref(), Some("Bob"));
    let names: Vec<String> = file.invitees().into_iter().map(|invitee| invitee.first_name).collect();
    assert_eq!(names, ["Bob", "Cy", "D an", "=cmd()", "G\u{fffd}"]);
}

#[test]
fn s1_escaped_cells_are_unescaped_when_read_and_escaped_once_when_written() {
    let file =
        check(b"Email,First name,Last name,Team\na@example.com,\"'=1;'-2\",'t Hooft,'@home\n").unwrap();
    let row = file.row(2);
    assert_eq!((row.values.first_name.as_str(), row.values.last_name.as_str()), ("=1;-2", "'t Hooft"));
    assert_eq!(row.values.teams, "@home");
    let mut writer = CsvWriter::default();
    for cells in [["'=1;'-2", "'t Hooft"], ["=1;-2", "'t Hooft"]] {
        let labels = roster::ReportLabels::default();
        writer.report_row(&labels, 2, Verdict::Error, &[], &cells.map(Into::into));
    }
    let text = String::from_utf8(writer.take()).unwrap();
    let line = "2,error,,,\"'=1;'-2\",''t Hooft\r\n";
    assert_eq!(text, format!("\u{feff}{line}{line}"));
}

#[test]
fn u5_names_beside_addresses_are_kept_and_no_suggestion_equals_the_value_shown() {
    let text = "Email,First name,Last name\nAna García <a@x.example>,,\n\"\"\"Gil, Bo\"\" <b@x.example>\",,\n\
                Cy Li <c@x.example>,Cynthia,\nbad,,\nＤ@x.example,,\ne@gmial.com,,\n";
    let mut file = check(text.as_bytes()).unwrap();
    file.edit(5, Field::Email, "Di Ek <d@x.example>");
    let names = |row| {
        let values = file.row(row).values;
        (values.first_name, values.last_name)
    };
    assert_eq!(names(2), ("Ana".into(), "García".into()));
    assert_eq!(names(3), ("Bo".into(), "Gil".into()));
    assert_eq!(names(4), ("Cynthia".into(), String::new()), "a value in the name column takes precedence");
    assert_eq!(names(5), ("Di".into(), "Ek".into()), "an edited value is read like one in the file");
    let mut suggestions = Vec::new();
    for row in file.select(Filter::All) {
        for problem in row.problems {
            let shown = row.values.get(problem.field.unwrap());
            assert_ne!(problem.suggestion.as_deref(), Some(shown), "row {}", row.row);
            suggestions.extend(problem.suggestion);
        }
    }
    assert_eq!(suggestions, ["e@gmail.com"]);
}

#[test]
fn u5_names_without_a_column_are_told_wherever_the_first_of_them_stands() {
    let names = [Field::FirstName, Field::LastName];
    let plain: String = (0..500).map(|row| format!("p{row}@example.com,User\n")).collect();
    let mut file = check(format!("Email,Role\n{plain}").as_bytes()).unwrap();
    let without_column = |file: &common::File| file.summary().without_column;
    assert_eq!(without_column(&file), []);
    file.edit(7, Field::Email, "Di Ek <d@example.com>");
    assert_eq!(without_column(&file), names);
    file.leave_out_row(7, true);
    assert_eq!(without_column(&file), [], "of a row that was left out");
    file.undo();
    file.undo();
    assert_eq!(without_column(&file), []);
    file.fix(Fix::AddRow);
    file.edit(502, Field::Email, "Cy Ott <c@example.com>");
    file.fix(Fix::AcceptSuggestions);
    assert_eq!(without_column(&file), names, "of a row that was added");

    let mut file = check(format!("Email,Role\n{plain}Ana Gil <ana@example.com>,\n").as_bytes()).unwrap();
    assert_eq!(without_column(&file), names);
    file.leave_out_row(502, true);
    assert_eq!(without_column(&file), []);
    for (header, expected) in [
        ("Email,Name", &names[..]),
        ("Email,First name", &names[1..]),
        ("Email,First name,Last name", &[]),
        ("Email,Name,First name,Last name", &[]),
    ] {
        let file = check(format!("{header}\nAna Gil <ana@example.com>\n").as_bytes()).unwrap();
        assert_eq!(without_column(&file), expected, "{header}");
    }
}

#[test]
fn a_cell_of_separators_gives_no_team() {
    let file = check_with(
        "Email,Team\na@example.com,; |\nb@example.com,Everyone\nc@example.com,EMEA Sales;\n",
        &known(),
    );
    let given: Vec<bool> =
        file.invitees().iter().map(|invitee| invitee.given.contains(&Field::Teams)).collect();
    assert_eq!(given, [false, true, true]);
}

#[test]
fn roles_teams_workspaces_and_languages_are_understood_in_any_language() {
    let file = check_with(
        "Email,Role,Team,Workspace,Language\na@example.com,관리자,emea sales; 全員,europe,Español\n\
         b@example.com,,,Default,\nc@example.com,Boss,EMEA Sales|Nobody,Mars,Klingon\n",
        &known(),
    );
    assert_eq!(
        file.codes(),
        ["4 unknown_role", "4 unknown_team", "4 unknown_workspace", "4 unknown_language"]
    );
    let invitees = file.invitees();
    assert_eq!(invitees[0].role, Role::Admin);
    assert_eq!(invitees[0].teams, ["EMEA Sales"]);
    assert_eq!(invitees[0].workspace.as_deref(), Some("Europe"));
    assert_eq!(invitees[0].language, Some(Locale::Es));
    assert_eq!((invitees[1].role, invitees[1].language), (Role::User, None));
    let values: Vec<String> = file.summary().values.into_iter().map(|count| count.value).collect();
    assert_eq!(values, ["Boss", "Klingon", "Mars", "Nobody"]);
    let file = check_with("Email,Team\na@example.com,Nobody\nb@example.com,NOBODY\n", &known());
    let values: Vec<(String, u64)> =
        file.summary().values.into_iter().map(|count| (count.value, count.rows)).collect();
    assert_eq!(values, [("Nobody".to_owned(), 2)], "all spellings are one value");
}

#[test]
fn r18_a_row_that_says_the_default_workspace_is_sent_with_its_name() {
    let of = |workspaces: Option<&[&str]>, default: Option<&str>| {
        let known = Known {
            workspaces: workspaces.map(|names| names.iter().map(|&name| name.to_owned()).collect()),
            default_workspace: default.map(str::to_owned),
            ..Known::default()
        };
        let file = check_with(
            "Email,Workspace\na@example.com,Standard\nb@example.com,\nc@example.com,default\n",
            &known,
        );
        let said = |invitee: roster::Invitee| {
            assert_eq!(invitee.given.contains(&Field::Workspace), invitee.workspace.is_some());
            invitee.workspace.unwrap_or_default()
        };
        file.invitees().into_iter().map(said).collect::<Vec<_>>()
    };
    assert_eq!(of(Some(&["Europe", "World"]), Some("World")), ["World", "", "World"]);
    let another = of(Some(&["Standard", "World"]), Some("World"));
    assert_eq!(another, ["Standard", "", "World"], "another workspace has that very name");
    assert_eq!(of(None, None), ["Standard", "", "default"], "the backend knows what it is");
}

#[test]
fn defaults_fill_empty_cells_and_missing_columns() {
    let file = check_in_pieces(
        b"Email,Role\na@example.com,\nb@example.com,User\n",
        64,
        &Overrides::default(),
        &known(),
        |mapping| {
            mapping.defaults.push((Field::Role, "Admin".into()));
            mapping.defaults.push((Field::Teams, "Field & Partners".into()));
        },
    )
    .unwrap();
    assert_eq!(file.counts(), [2, 0, 0, 0]);
    let invitees = file.invitees();
    assert_eq!((invitees[0].role, invitees[1].role), (Role::Admin, Role::User));
    assert_eq!(invitees[0].teams, ["Field & Partners"]);
}

#[test]
fn edits_change_the_row_and_its_duplicates_and_can_be_undone() {
    let mut file =
        check(b"Email,Role\na@example.com,User\nb@example.com,User\nA@example.com,User\nbad,User\n").unwrap();
    let before = file.verdicts();
    assert_eq!(file.counts(), [2, 0, 1, 1]);
    // The first of two duplicates gets another address: the second is no duplicate any more, and a third row is one.
    file.edit(2, Field::Email, "B@example.com");
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    assert_eq!(file.row(3).verdict, Verdict::Duplicate);
    assert_eq!(file.row(4).verdict, Verdict::Ready);
    file.edit(5, Field::Email, " c@example.com ");
    assert_eq!(file.row(5).verdict, Verdict::Ready);
    assert_eq!(file.row(5).edited, [Field::Email]);
    assert_eq!(file.summary().changes, 2);
    file.edit(5, Field::Role, "Boss");
    assert_eq!(file.summary().values.len(), 1);
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    for row in [5, 5, 2] {
        file.undo_edit(row);
        assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    }
    assert_eq!(file.verdicts(), before);
    assert_eq!(file.summary().changes, 0);
    assert!(file.summary().values.is_empty());
}

#[test]
fn s12_what_was_undone_can_be_made_again_with_the_same_findings() {
    let text = "Email,Role\na@example.com,User\nb@gmial.com,Boss\nA@example.com,User\nbad,User\n";
    let people = [("member@example.com", Standing::Active)];
    let mut file = check_against(text, &people, Some(2));
    let state = |file: &common::File| {
        assert_eq!(file.verdicts(), file.verdicts_from_scratch());
        (file.summary(), file.select(Filter::All))
    };
    let mut states = vec![state(&file)];
    file.edit(2, Field::Email, "B@gmail.com");
    states.push(state(&file));
    file.fix(Fix::AcceptSuggestions);
    states.push(state(&file));
    file.fix(Fix::UnknownRolesAs { role: Role::Admin });
    states.push(state(&file));
    file.edit(5, Field::Email, "member@example.com");
    states.push(state(&file));
    file.edit(5, Field::Role, "Boss");
    states.push(state(&file));
    assert_eq!(file.redo(), None);
    // Back and forth, in steps of every length.
    for steps in 1..states.len() {
        for back in 1..=steps {
            assert!(file.undo().is_some());
            assert_eq!(state(&file), states[states.len() - 1 - back]);
        }
        for forth in (0..steps).rev() {
            assert!(file.redo().is_some());
            assert_eq!(state(&file), states[states.len() - 1 - forth]);
        }
    }
    assert_eq!(file.redo(), None);
    // Another change takes the place of what was undone, and another row is left alone.
    file.undo();
    file.redo_edit(4);
    assert_eq!(file.row(4), states[4].1[2]);
    file.edit(3, Field::Role, "User");
    let after = state(&file);
    assert_eq!(file.redo(), None);
    file.redo_edit(5);
    assert_eq!(state(&file), after);
}

/// The rows of the filter; the summary adds up, and a check from scratch finds the same.
fn numbers(file: &common::File, filter: Filter) -> Vec<u64> {
    let (summary, left_out) = (file.summary(), file.select(Filter::LeftOut));
    let all = file.select(Filter::All);
    assert!(left_out.iter().all(|row| row.left_out) && !all.iter().any(|row| row.left_out));
    assert_eq!((summary.records, summary.left_out), (all.len() as u64, left_out.len() as u64));
    let by_verdict = Verdict::ALL.map(|verdict| summary.verdicts.get(verdict));
    assert_eq!(by_verdict.iter().sum::<u64>(), summary.records);
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    file.select(filter).iter().map(|row| row.row).collect()
}

#[test]
fn s12_a_row_that_was_left_out_counts_nowhere_until_it_is_taken_in_again() {
    let text = "Email,Role\na@example.com,Boss\nb@example.com,\nA@example.com,\nB@example.com,\nc@example.com,\n\
                member@example.com,\nMember@example.com,\nd@example.com,\n";
    let people = [("member@example.com", Standing::Active)];
    let mut file = check_against(text, &people, Some(2));
    let everything = |file: &common::File| (file.summary(), file.select(Filter::All));
    let before = everything(&file);
    use Verdict::{Duplicate, Error, Member, OverSeats, Ready};
    let verdicts =
        |file: &common::File| file.verdicts().into_iter().map(|(_, verdict)| verdict).collect::<Vec<_>>();
    assert_eq!(verdicts(&file), [Error, Ready, Ready, Duplicate, OverSeats, Member, Duplicate, OverSeats]);
    // The next row with the address takes its place and its seat.
    file.leave_out_row(3, true);
    assert_eq!(numbers(&file, Filter::LeftOut), [3]);
    assert_eq!(numbers(&file, Filter::All), [2, 4, 5, 6, 7, 8, 9]);
    assert_eq!(verdicts(&file), [Error, Ready, Ready, OverSeats, Member, Duplicate, OverSeats]);
    assert_eq!(file.invitees().iter().map(|invitee| invitee.row).collect::<Vec<_>>(), [4, 5]);
    assert!(file.row(3).left_out && file.review.has_row(3));
    // So does one whose person the account knows, and a seat is free for another row.
    file.leave_out_row(7, true);
    file.leave_out_row(4, true);
    assert_eq!(verdicts(&file), [Error, Ready, Ready, Member, OverSeats]);
    // A value that only such a row has is offered no more.
    assert_eq!(file.summary().values.len(), 1);
    file.leave_out_row(2, true);
    let summary = file.summary();
    assert_eq!((summary.values.len(), summary.codes.len(), summary.left_out), (0, 0, 4));
    assert_eq!((file.row(2).verdict, file.row(2).problems.len()), (Error, 1), "why it might be");
    assert_eq!(file.review.next_problem(0), Some((8, 2)), "the next problem is none of theirs");
    // Edits of such a row, and of others, change nothing of that.
    file.edit(2, Field::Role, "User");
    file.edit(9, Field::Email, "A@example.com");
    assert_eq!(numbers(&file, Filter::LeftOut), [2, 3, 4, 7]);
    assert_eq!(verdicts(&file), [Ready, Ready, Member, OverSeats]);
    assert_eq!(file.row(2).edited, [Field::Role]);
    file.leave_out_row(2, false);
    assert_eq!(numbers(&file, Filter::LeftOut), [3, 4, 7]);
    assert_eq!(verdicts(&file), [Ready, Ready, OverSeats, Member, Duplicate]);
    let after = everything(&file);
    while file.undo().is_some() {
        numbers(&file, Filter::All);
    }
    assert_eq!(everything(&file), before);
    while file.redo().is_some() {
        numbers(&file, Filter::All);
    }
    assert_eq!(everything(&file), after);
}

#[test]
fn a18_the_rows_of_a_kind_that_were_left_out_stay_so_once_the_account_knows_their_team() {
    let text = "Email,Team\na@example.com,Night\nb@example.com,EMEA Sales\nc@example.com,night\n";
    let mut file = check_with(text, &known());
    let rows = file.review.set(Filter::Code(roster::ProblemCode::UnknownTeam));
    let stored = rows.to_runs();
    file.leave_out_these(rows, true);
    assert_eq!(file.verdicts(), [(3, Verdict::Ready)]);

    let mut known = known();
    known.teams.get_or_insert_default().push("Night".into());
    let mut file = check_with(text, &known);
    assert_eq!(file.counts(), [3, 0, 0, 0]);
    let rows = file.review.stored(&stored).unwrap();
    file.leave_out_these(rows, true);
    assert_eq!(numbers(&file, Filter::LeftOut), [2, 4]);
    assert_eq!(file.verdicts(), [(3, Verdict::Ready)]);
}

#[test]
fn s12_all_rows_of_a_kind_are_left_out_and_taken_in_again() {
    let text = "Email,Role\na@example.com,Boss\nb@example.com,\nA@example.com,\nB@example.com,\nbad,\nb@example.com,Boss\n";
    let mut file = check_with(text, &known());
    let before = file.summary();
    assert_eq!(file.counts(), [2, 0, 3, 1]);
    file.leave_out(Filter::Code(roster::ProblemCode::UnknownRole), true);
    assert_eq!(numbers(&file, Filter::LeftOut), [2, 7]);
    assert_eq!(file.counts(), [2, 0, 1, 1]);
    file.leave_out(Filter::Verdict(Verdict::Duplicate), true);
    file.leave_out(Filter::Problems, true);
    assert_eq!(numbers(&file, Filter::LeftOut), [2, 5, 6, 7]);
    assert_eq!(file.counts(), [2, 0, 0, 0]);
    // What a row is later does not matter: it is these rows that were left out. A later change of one of them counts.
    file.leave_out_row(3, true);
    file.fix(Fix::UnknownRolesAs { role: Role::User });
    file.leave_out_row(5, false);
    assert_eq!(numbers(&file, Filter::LeftOut), [2, 3, 6, 7]);
    assert_eq!(file.verdicts(), [(4, Verdict::Ready), (5, Verdict::Ready)]);
    file.leave_out(Filter::LeftOut, false);
    assert!(numbers(&file, Filter::LeftOut).is_empty());
    assert_eq!(file.counts(), [2, 0, 1, 3]);
    file.leave_out_row(2, true);
    file.leave_out(Filter::All, true);
    assert_eq!((numbers(&file, Filter::LeftOut).len(), file.summary().records), (6, 0));
    assert_eq!(file.invitees(), []);
    file.undo();
    assert_eq!(numbers(&file, Filter::LeftOut), [2]);
    while file.undo().is_some() {}
    assert_eq!(file.summary(), before);
}

#[test]
fn s12_a_search_and_a_corrected_file_are_without_the_rows_that_were_left_out() {
    let mut file = check(b"Email,Name\na@example.com,Zoe\nb@example.com,Zoe\n").unwrap();
    let needle = roster::Needle::new("zoe").unwrap();
    let found = |file: &common::File| {
        let mut rows = roster::RowSet::default();
        file.each(&file.review.rows(Filter::All).collect::<Vec<_>>(), |record| {
            if file.review.matches(record, &needle) {
                rows.insert(record.number);
            }
        });
        rows
    };
    let before = found(&file);
    assert_eq!(before.count(), 2);
    file.leave_out_row(2, true);
    assert_eq!(found(&file).count(), 1);
    assert_eq!(file.review.select(Filter::All, Some(&before), 0, 9), (1, vec![3]));
    assert_eq!(file.review.select(Filter::LeftOut, Some(&before), 0, 9), (1, vec![2]));
}

#[test]
fn s2_of_several_columns_of_addresses_the_first_cell_that_is_not_empty_counts() {
    let text = "Work email,Role,Private email\na@example.com,,x@example.com\n,,A@example.com\n ,User,b@example.com\n\
                ,,bad\nworse,,c@example.com\n,,\n,User,\n,,\"Eve <e@example.com>\"\n";
    let both = |mapping: &mut roster::Mapping| {
        mapping.targets = vec![roster::Target::Email, roster::Target::Role, roster::Target::Email]
    };
    let file = |text: &str| {
        check_in_pieces(text.as_bytes(), 5, &Overrides::default(), &Known::default(), both).unwrap()
    };
    let proposed = check(text.as_bytes()).unwrap().mapping.targets;
    assert_eq!(proposed.iter().filter(|target| **target == roster::Target::Email).count(), 1);
    let mut checked = file(text);
    use Verdict::{Duplicate, Error, Ready};
    let expected = [(2, Ready), (3, Duplicate), (4, Ready), (5, Error), (6, Error), (8, Error), (9, Ready)];
    assert_eq!(checked.verdicts(), expected);
    let addresses: Vec<String> = checked.invitees().into_iter().map(|invitee| invitee.email).collect();
    assert_eq!(addresses, ["a@example.com", "b@example.com", "e@example.com"]);
    let columns = [3, 5, 6, 8].map(|row| checked.row(row).problems[0].column);
    assert_eq!(columns, [Some(2), Some(2), Some(0), Some(0)], "where the address is that has the problem");
    checked.edit(3, Field::Email, "d@example.com");
    assert_eq!((checked.row(3).verdict, checked.row(3).values.email.as_str()), (Ready, "d@example.com"));
    // A corrected file has the address in the first column, and is read the same again.
    let mut writer = CsvWriter::default();
    let headers = ["Work email", "Role", "Private email"].map(str::to_owned);
    writer.corrected_header(&checked.mapping, &headers, &FieldLabels::default());
    checked.each(&checked.review.rows(Filter::All).collect::<Vec<_>>(), |record| {
        let values = checked.review.view(record).values;
        writer.corrected_row(
            &checked.mapping,
            &FieldLabels::default(),
            |field| values.get(field),
            &record.cells().collect::<Vec<_>>(),
        );
    });
    let again = file(&String::from_utf8(writer.take()).unwrap());
    let values = |file: &common::File| {
        file.select(Filter::All).into_iter().map(|row| row.values.email).collect::<Vec<_>>()
    };
    assert_eq!(values(&again), values(&checked));
}

#[test]
fn fixes_change_every_row_they_fit() {
    let text = "Email,Role,Team\na@gmial.com,Boss,Nobody; EMEA Sales\nb@example.com,User,emea sales\nc@gmail.con,boss,\n";
    let mut file = check_with(text, &known());
    assert_eq!(file.counts(), [1, 0, 2, 0]);
    file.fix(Fix::AcceptSuggestions);
    file.fix(Fix::UnknownRolesAs { role: Role::Admin });
    file.fix(Fix::DropUnknownTeams);
    assert_eq!(file.counts(), [3, 0, 0, 0], "{:?}", file.codes());
    let invitees = file.invitees();
    assert_eq!((invitees[0].email.as_str(), invitees[2].email.as_str()), ("a@gmail.com", "c@gmail.com"));
    assert_eq!((invitees[0].role, &invitees[0].teams[..]), (Role::Admin, &["EMEA Sales".to_owned()][..]));
    // A valid value is replaced too, also when it is only part of a cell.
    file.fix(Fix::ReplaceValue {
        field: Field::Teams,
        from: "EMEA SALES".into(),
        to: "Field & Partners".into(),
    });
    assert!(file.invitees().iter().take(2).all(|invitee| invitee.teams == ["Field & Partners"]));
    file.fix(Fix::ReplaceValue {
        field: Field::Email,
        from: "B@example.com".into(),
        to: "a@gmail.com".into(),
    });
    assert_eq!(file.row(3).duplicate_of, Some(2));
    // An edit after a fix takes precedence.
    file.edit(3, Field::Teams, "EMEA Sales");
    assert_eq!(file.row(3).values.teams, "EMEA Sales");
}

#[test]
fn u5_a_text_is_replaced_wherever_it_stands_in_a_column_and_nowhere_else() {
    let text = "Email,First name,Team\na@OLD.example,old.example,EMEA Sales\nb@new.example,Ñuño,Old; Field\nc@old.example.old.example,x,\n";
    let mut file = check_with(text, &known());
    let replace = |field, find: &str, by: &str| Fix::ReplaceText { field, find: find.into(), by: by.into() };
    file.fix(replace(Field::Email, "old.example", "new.example"));
    let addresses = [2, 3, 4].map(|row| file.row(row).values.email);
    assert_eq!(addresses, ["a@new.example", "b@new.example", "c@new.example.new.example"]);
    assert_eq!(file.row(2).values.first_name, "old.example", "another column");
    file.fix(replace(Field::Teams, "old", "EMEA Sales"));
    assert_eq!(file.row(3).values.teams, "EMEA Sales; Field");
    file.fix(replace(Field::FirstName, "ñ", "n"));
    assert_eq!(file.row(3).values.first_name, "Ñuno", "beyond A to Z the case counts");
    let before = file.counts();
    file.fix(replace(Field::Email, "", "x"));
    assert_eq!(file.counts(), before, "nothing is nowhere");
    file.fix(replace(Field::FirstName, "old.example", ""));
    assert_eq!(file.row(2).values.first_name, "");
}

#[test]
fn s12_a_value_for_everyone_is_for_fields_without_a_column() {
    use roster::{Mapping, Target};
    let text = "Email,Role\na@example.com,\nb@example.com,Admin\n";
    let for_all = |mapping: &mut Mapping| {
        let defaults = [(Field::Role, "Admin"), (Field::Teams, "EMEA Sales"), (Field::Language, "ko")];
        mapping.defaults = defaults.map(|(field, text)| (field, text.to_owned())).into();
        *mapping = mapping.narrowed(|target| target != Target::Language);
    };
    let file = check_in_pieces(text.as_bytes(), 5, &Overrides::default(), &known(), for_all).unwrap();
    let said = |at: usize| {
        let person = &file.invitees()[at];
        (person.role, person.teams.clone(), person.given.clone(), person.language)
    };
    let teams = vec!["EMEA Sales".to_owned()];
    assert_eq!(said(0), (Role::User, teams.clone(), vec![Field::Teams], None), "an empty cell stays empty");
    assert_eq!(said(1), (Role::Admin, teams, vec![Field::Role, Field::Teams], None));
    // Columns that are not taken leave their fields free.
    let no_role =
        Mapping { targets: vec![Target::Email, Target::Role], defaults: vec![(Field::Role, "User".into())] };
    let only_email = no_role.narrowed(|target| target == Target::Email);
    assert_eq!(only_email, Mapping { targets: vec![Target::Email, Target::Ignore], defaults: Vec::new() });
}

#[test]
fn u5_a_fix_changes_as_many_rows_as_are_counted_for_it() {
    let long = "Long ".repeat(45);
    let text = format!(
        "Email,Role,Team,Workspace,Language\n\
         ana@gmial.com,Boss,Nobody; NOBODY,Mars,Klingon\n\
         bo@@example.com,boss,EMEA Sales; Nobody,mars,tlh\n\
         cy @example.com,User,Elsewhere,Europe,en\n\
         Dee <dee@example.com>,Chief,,Moon,klingon\n\
         e@gmail.con,,{long},,\n\
         E@gmail.com,Admin,{long},Moon,de\n\
         not an address,Admin,Field & Partners,default,\n"
    );
    let count_and_try = |mut file: common::File, fix: &Fix| {
        // Once more, as what was repaired may be mistyped besides.
        let counts = [(); 2].map(|()| {
            let counted = file.summary().rows_changed_by(fix);
            let before = file.select(Filter::All);
            file.fix(fix.clone());
            let after = file.select(Filter::All);
            let is_changed =
                |(before, after): &(&roster::RowView, &roster::RowView)| before.values != after.values;
            assert_eq!(counted, before.iter().zip(&after).filter(is_changed).count() as u64, "{fix:?}");
            counted
        });
        counts[0]
    };
    let open = || check_with(&text, &known());
    let all = [
        (Fix::AcceptSuggestions, 4),
        (Fix::DropUnknownTeams, 5),
        (Fix::UnknownRolesAs { role: Role::User }, 3),
        (Fix::UnknownWorkspacesAsDefault, 4),
        (Fix::UnknownLanguagesAsDefault, 3),
    ];
    for (fix, rows) in all {
        assert_eq!(count_and_try(open(), &fix), rows, "{fix:?}");
        // The same after rows were changed one by one.
        let mut edited = open();
        for (field, value) in [
            (Field::Email, "ana@gmail.com"),
            (Field::Teams, ""),
            (Field::Workspace, "Europe"),
            (Field::Role, ""),
        ] {
            edited.edit(2, field, value);
        }
        edited.edit(2, Field::Language, "ko");
        edited.edit(8, Field::Email, "not.an.address @gmial.com");
        count_and_try(edited, &fix);
    }
    let values = open().summary().values;
    assert_eq!(values.len(), 8, "what is too long to be quoted is not offered: {values:?}");
    for value in values {
        let to = if value.field == Field::Role { "User" } else { "" };
        let fix = Fix::ReplaceValue { field: value.field, from: value.value.clone(), to: to.into() };
        assert_eq!(count_and_try(open(), &fix), value.rows, "{value:?}");
    }
}

/// Checks against people by their normalised addresses, with that number of free seats.
fn check_against(text: &str, people: &[(&str, Standing)], free_seats: Option<u64>) -> common::File {
    let words = people.iter().map(|&(key, standing)| SEED.word(key, standing)).collect();
    let known = Known { free_seats, ..Known::default() };
    let keys = AddressKeys::new(SEED, words);
    common::check_against(text.as_bytes(), 7, &Overrides::default(), &known, keys, |_| {}).unwrap()
}

#[test]
fn s7_members_and_invited_people_are_known_by_the_key_of_duplicates() {
    let people = [
        ("ana@example.com", Standing::Active),
        ("bo@xn--fsqu00a.xn--0zwm56d", Standing::Invited),
        ("eve@example.com", Standing::Deactivated),
    ];
    let text = "Email,Role\n ANA@Example.com,\nBo@例子.测试,\nbo@xn--fsqu00a.xn--0zwm56d,\n\"Eve <eve@example.com>\",\n\
                new@example.com,\nana@example.com,Boss\nana@exmaple.com,\n";
    let mut file = check_against(text, &people, None);
    let verdicts = |file: &common::File| -> Vec<Verdict> {
        let verdicts = file.verdicts();
        assert_eq!(verdicts, file.verdicts_from_scratch());
        verdicts.into_iter().map(|(_, verdict)| verdict).collect()
    };
    use Verdict::{Duplicate, Error, Invited, Member, Ready, Warning};
    assert_eq!(verdicts(&file), [Member, Invited, Duplicate, Member, Ready, Error, Ready]);
    assert_eq!(
        (file.row(2).standing, file.row(5).standing),
        (Some(Standing::Active), Some(Standing::Deactivated))
    );
    assert_eq!(file.invitees().len(), 2);
    assert_eq!(file.select(Filter::Verdict(Member)).len(), 2);
    // An edited row is looked up again, and so is the row that now has the address.
    file.edit(3, Field::Email, "other@example.com");
    file.edit(8, Field::Email, "eve@EXAMPLE.com");
    file.edit(6, Field::Email, "=1@example.com");
    assert_eq!(verdicts(&file), [Member, Ready, Invited, Member, Warning, Error, Duplicate]);
    file.edit(5, Field::Email, "x");
    file.edit(7, Field::Role, "User");
    assert_eq!(verdicts(&file), [Member, Ready, Invited, Error, Warning, Duplicate, Member]);
    file.undo_edit(7);
    file.fix(Fix::UnknownRolesAs { role: Role::User });
    assert_eq!(verdicts(&file), [Member, Ready, Invited, Error, Warning, Duplicate, Member]);
}

#[test]
fn seats_go_to_the_first_rows_that_can_be_invited_also_after_edits() {
    let text = "Email\na@example.com\nbad\nmember@example.com\nb@example.com\nc@example.com\nA@example.com\nd@example.com\n";
    let people = [("member@example.com", Standing::Active)];
    let mut file = check_against(text, &people, Some(2));
    let over = |file: &common::File| -> Vec<u64> {
        assert_eq!(file.verdicts(), file.verdicts_from_scratch());
        let over: Vec<u64> =
            file.select(Filter::Verdict(Verdict::OverSeats)).iter().map(|row| row.row).collect();
        assert_eq!(file.summary().verdicts.over_seats, over.len() as u64);
        over
    };
    assert_eq!(over(&file), [6, 8]);
    assert_eq!(file.invitees().iter().map(|invitee| invitee.row).collect::<Vec<_>>(), [2, 5]);
    file.edit(3, Field::Email, "good@example.com");
    assert_eq!(over(&file), [5, 6, 8]);
    file.undo_edit(3);
    file.edit(2, Field::Email, "member@example.com");
    assert_eq!(over(&file), [7, 8], "two are members now, and one is no duplicate any more");
    assert_eq!(over(&check_against(text, &people, Some(0))), [2, 5, 6, 8]);
    assert_eq!(over(&check_against(text, &people, Some(4))), [] as [u64; 0]);
    assert_eq!(over(&check_against(text, &people, None)), [] as [u64; 0]);
}

#[test]
fn u5_rows_with_warnings_are_counted_whatever_their_verdict() {
    let text = "Email\nana@gmial.com\nbo@gmial.com\ncy@gmial.com\ndi@@gmial.com\nmia@gmial.com\n";
    let file = check_against(text, &[("mia@gmial.com", Standing::Active)], Some(1));
    let summary = file.summary();
    let verdicts = summary.verdicts;
    assert_eq!((verdicts.warning, verdicts.over_seats, verdicts.member, verdicts.error), (1, 2, 1, 1));
    assert_eq!((summary.warned, file.select(Filter::Warned).len()), (4, 4));
}

#[test]
fn s7_the_hash_of_an_address_is_what_the_documentation_says() {
    let documented = include_str!("../../../docs/address-keys.md");
    let mut lines = 0;
    for line in documented.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let seed = |part: &str| u64::from_str_radix(part, 16).unwrap();
        let (first, second) = cells[1].split_once(' ').unwrap();
        let standing = match cells[3] {
            "active" => Standing::Active,
            "deactivated" => Standing::Deactivated,
            _ => Standing::Invited,
        };
        let key = roster::email::Address::parse(cells[2]).unwrap().key();
        assert_eq!(
            format!("{:016x}", Seed([seed(first), seed(second)]).word(&key, standing)),
            cells[4],
            "{line}"
        );
        lines += 1;
    }
    assert!(lines >= 6, "{lines} vectors");
}

#[test]
fn the_next_problem_after_the_last_is_the_first() {
    let file = check(b"Email\na@example.com\nbad\nc@example.com\nworse\n").unwrap();
    assert_eq!(file.review.next_problem(0), Some((3, 1)));
    assert_eq!(file.review.next_problem(3), Some((5, 3)));
    assert_eq!(file.review.next_problem(5), Some((3, 1)));
    assert_eq!(check(b"Email\na@example.com\n").unwrap().review.next_problem(0), None);
    // Titles above the rows and empty rows between them are skipped.
    let file = check(b"People\n\nEmail,Name\nbad,A\n,\na@example.com,B\nworse,C\n\nworst,D\n").unwrap();
    let all: Vec<u64> = file.select(Filter::All).iter().map(|row| row.row).collect();
    let mut row = 0;
    let mut seen = Vec::new();
    for _ in 0..4 {
        let (next, position) = file.review.next_problem(row).unwrap();
        assert_eq!(all[usize::try_from(position).unwrap()], next);
        seen.push(next);
        row = next;
    }
    assert_eq!(seen, [3, 6, 7, 3]);
}

#[test]
fn chunks_of_invitees_continue_where_the_last_ended() {
    let file = check(b"Email\na@example.com\nbad\nc@example.com\nd@example.com\n").unwrap();
    assert_eq!(file.review.invitable(1, 2), (vec![2, 4], Some(5)));
    assert_eq!(file.review.invitable(5, 2), (vec![5], None));
    assert_eq!(file.review.invitable(6, 2), (vec![], None));
}

#[test]
fn s6_a_domain_that_looks_like_that_of_an_earlier_row_is_a_warning() {
    let rows = ["a@acme-team.example", "b@acrne-team.example", "c@other.example", "d@acme-team.example"];
    let far = "e@аcme-team.example\nf@acrne-team.example\n";
    let text = format!("Email\n{}\n{far}", rows.join("\n"));
    let mut file = check_with(&text, &known());
    let expected = ["3 lookalike_address", "6 lookalike_address", "7 lookalike_address"];
    assert_eq!(file.codes(), expected);
    assert_eq!(file.counts(), [3, 3, 0, 0]);
    file.edit(3, Field::Email, "b@acme-team.example");
    assert_eq!(file.codes(), expected[1..]);
    file.undo_edit(3);
    assert_eq!(file.codes(), expected);
}

#[test]
fn a_search_looks_at_shown_values_in_any_letter_case() {
    let file = check("Email,Name,Note\na@example.com,Zoë,x\nb@example.com,Ana,ZOË\n".as_bytes()).unwrap();
    assert!(roster::Needle::new(" \t").is_none());
    let needle = roster::Needle::new(" zoË").unwrap();
    let mut found = roster::RowSet::default();
    let (_, rows) = file.review.select(Filter::All, None, 0, 10);
    file.each(&rows, |record| {
        if file.review.matches(record, &needle) {
            found.insert(record.number);
        }
    });
    assert_eq!(file.review.select(Filter::All, Some(&found), 0, 10), (1, vec![2]));
}

#[test]
fn a_later_part_contradicts_the_encoding_of_the_head() {
    let mut text = b"Email,Name\n".to_vec();
    while text.len() < 2 * roster::HEAD_SIZE {
        text.extend(format!("user{}@example.com,Ana\n", text.len()).bytes());
    }
    text.extend(b"last@example.com,Pe\xf1a\n");
    let file = check(&text).unwrap();
    assert!(file.reread);
    assert_eq!(file.opened.dialect.encoding, Encoding::Windows1252);
    assert_eq!(file.summary().codes, []);
    let last = file.select(Filter::All).pop().unwrap();
    assert_eq!(last.values.first_name, "Peña");
}

#[test]
fn s2_damage_in_a_legacy_encoding_affects_only_its_row() {
    let name = encoding_rs::EUC_KR.encode("김민수").0.into_owned();
    let mut text = b"Email,Name\n".to_vec();
    for row in 0..20_000 {
        text.extend(format!("user{row}@example.com,").bytes());
        text.extend(if row < 300 { &name[..] } else { b"Ana" });
        text.extend(if row == 19_000 { &b"\xff\n"[..] } else { b"\n" });
    }
    let file = check(&text).unwrap();
    assert_eq!((file.reread, file.opened.dialect.encoding), (false, Encoding::EucKr));
    assert_eq!(file.codes(), ["19002 undecodable_bytes"]);
}

#[test]
fn s2_damage_in_utf8_is_flagged_and_rows_after_it_are_found() {
    let mut text = "Email,Name\nfirst@example.com,Peña\n".as_bytes().to_vec();
    for row in 0..3000 {
        text.extend(format!("user{row}@example.com,").bytes());
        text.extend(if row % 500 == 3 { b"Ana\xff\n" } else { "Zoë\n".as_bytes() });
    }
    let file = check_in_pieces(&text, 700, &Overrides::default(), &Known::default(), |_| {}).unwrap();
    assert_eq!(file.counts(), [2995, 6, 0, 0]);
    for row in file.select(Filter::All).iter().skip(1) {
        assert_eq!(row.values.email, format!("user{}@example.com", row.row - 3));
    }
}

#[test]
fn rows_of_legacy_encodings_are_found_again() {
    for encoding in [Encoding::EucKr, Encoding::Utf16Le, Encoding::ShiftJis, Encoding::Iso2022Jp] {
        let mut text = "Email,Name\n".to_owned();
        for row in 0..5000 {
            text.push_str(&format!("user{row}@example.com,{}\n", if row % 2 == 0 { "山田" } else { "Lee" }));
        }
        let bytes = match encoding {
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            other => encoding_rs::Encoding::for_label(other.name().as_bytes())
                .unwrap()
                .encode(&text)
                .0
                .into_owned(),
        };
        let overrides = Overrides { encoding: Some(encoding), ..Overrides::default() };
        let file = check_in_pieces(&bytes, 999, &overrides, &Known::default(), |_| {}).unwrap();
        for row in [2, 65, 66, 1000, 4999, 5001] {
            let values = file.row(row).values;
            assert_eq!(values.email, format!("user{}@example.com", row - 2));
            assert_eq!(values.first_name, if row % 2 == 0 { "山田" } else { "Lee" });
        }
    }
}

#[test]
fn s2_escape_sequences_of_japanese_are_recognised_and_may_last_for_lines() {
    let name = encoding_rs::ISO_2022_JP.encode("山田").0;
    let mut text = b"Email,Name,Note\nfirst@example.com,".to_vec();
    // Behind it, a backslash is a yen sign, until the last line.
    text.extend_from_slice(&[&name[..], b",\x1b(Jx\n"].concat());
    for row in 0..5000 {
        text.extend(format!("user{row}@example.com,Ana,\\{row}\n").bytes());
    }
    text.extend_from_slice(&[b"last@example.com,", &name[..], b",\\\n"].concat());
    let file = check_in_pieces(&text, 999, &Overrides::default(), &Known::default(), |_| {}).unwrap();
    assert_eq!((file.opened.dialect.encoding, file.opened.encoding_certain), (Encoding::Iso2022Jp, true));
    assert_eq!(file.opened.head[1], ["first@example.com", "山田", "x"]);
    assert_eq!(file.opened.head[2], ["user0@example.com", "Ana", "¥0"]);
    for row in [3, 1000, 4999, 5002] {
        assert_eq!(file.row(row).values.email, format!("user{}@example.com", row - 3));
    }
    assert_eq!((file.row(5003).values.first_name.as_str(), file.codes()), ("山田", vec![]));
    let plain = check(b"Email,Note\na@example.com,\x1b[31mred\x1b[0m\n").unwrap();
    assert_eq!(plain.opened.dialect.encoding, Encoding::Utf8, "other escape sequences are left alone");
}

#[test]
fn s3_an_endless_quote_is_read_in_bounded_memory() {
    let mut text = b"Email,Name\na@example.com,\"Ana\n".to_vec();
    text.resize(20 << 20, b'x');
    let file = check(&text).unwrap();
    assert_eq!(file.summary().unclosed_quote, Some(2));
    let row = file.row(2);
    assert_eq!(row.verdict, Verdict::Error);
    assert!(row.problems.iter().all(|problem| problem.value.len() <= 800));
}

#[test]
fn s3_long_cells_and_many_columns() {
    let long = "x".repeat(40_000);
    let file = check(format!("Email,Note\na@example.com,{long}\n").as_bytes()).unwrap();
    assert_eq!(file.codes(), ["2 cell_too_long"]);
    let name = "x".repeat(256);
    let file = check(format!("Email,First name\na@example.com,{name}\n").as_bytes()).unwrap();
    assert_eq!(file.codes(), ["2 value_too_long"]);
    let wide = format!("Email\na@example.com\n{}", ",".repeat(16_384));
    assert_eq!(check(wide.as_bytes()).err(), Some(roster::Refusal::TooManyColumns));
}

#[test]
fn ragged_rows_are_flagged_where_values_may_be_missing_or_misplaced() {
    let file = check(
        b"Email,First,Last,Note\na@example.com\nb@example.com,Bob,Lee\nc@example.com,Silva, Jr.,Lee,note\nd@example.com,D,Lee,,,\n",
    )
    .unwrap();
    assert_eq!(file.codes(), ["2 too_few_cells", "4 too_many_cells"]);
    assert_eq!(file.row(4).problems[0].column, Some(4));
    assert_eq!(file.row(2).problems[0].field, Some(Field::FirstName));
}

#[test]
fn empty_rows_are_not_counted_and_keep_their_number() {
    let file = check(b"Email,Name\n,\na@example.com,Ana\n , \nb@example.com,Bob\n,,,\n").unwrap();
    let rows: Vec<u64> = file.select(Filter::All).iter().map(|row| row.row).collect();
    assert_eq!(rows, [3, 5]);
    assert_eq!(file.summary().records, 2);
}

#[test]
fn headers_are_detected_given_or_absent() {
    let text = b"alpha,beta\na@example.com,Ana\nb@example.com,Bob\n";
    assert_eq!(check(text).unwrap().opened.dialect.header_row, Some(1), "unknown names above addresses");
    let overrides = Overrides { header_row: Some(HeaderRow::None), ..Overrides::default() };
    let file = check_in_pieces(text, 64, &overrides, &Known::default(), |_| {}).unwrap();
    assert_eq!(file.counts(), [2, 0, 1, 0]);
    let file = check("Correo electrónico;Nombre;Apellidos\n".as_bytes()).unwrap();
    assert_eq!((file.opened.dialect.header_row, file.summary().records), (Some(1), 0));
    assert_eq!(String::from(file.opened.dialect.delimiter), ";");
}

#[test]
fn delimiters_are_not_mistaken() {
    for (text, expected) in [
        ("Email;Name;Score\na@example.com;Ana;1,5\nb@example.com;Bob;2,5\n", ";"),
        ("Email,Name,Teams\na@example.com,Ana,\"A; B\"\nb@example.com,Bob,\"A; C\"\n", ","),
        ("sep=|\r\nEmail|Name\r\na@example.com|Ana\r\n", "|"),
        ("a@example.com\tAna\tx,y\nb@example.com\tBob\tx,z\n", "\t"),
        ("\"Email\";\"Name, first\"\n\"a@example.com\";\"Lee, Ana\"\n", ";"),
    ] {
        assert_eq!(
            String::from(check(text.as_bytes()).unwrap().opened.dialect.delimiter),
            expected,
            "{text}"
        );
    }
}

#[test]
fn o2_roles_and_domains_that_are_not_allowed_are_errors_in_every_spelling() {
    let known = Known {
        roles: Some(vec![Role::User]),
        allowed_domains: Some(vec!["Example.com".into(), "bücher.example".into()]),
        ..Known::default()
    };
    let csv = "Email,Role\na@example.com,User\nb@EXAMPLE.com,Usuario\nc@xn--bcher-kva.example,\n\
        d@sub.example.com,User\ne@example.com,관리자\nf@example.com,Admin\ng@other.example,admin\n";
    let mut file = check_with(csv, &known);
    assert_eq!(file.counts(), [3, 0, 4, 0]);
    assert_eq!(
        file.codes(),
        [
            "5 domain_not_allowed",
            "6 role_not_allowed",
            "7 role_not_allowed",
            "8 domain_not_allowed",
            "8 role_not_allowed"
        ]
    );
    let values: Vec<_> =
        file.summary().values.iter().map(|value| (value.value.clone(), value.rows)).collect();
    assert_eq!(values, [("Admin".to_owned(), 2), ("관리자".to_owned(), 1)]);
    file.fix(Fix::ReplaceValue { field: Field::Role, from: "Admin".into(), to: "User".into() });
    assert_eq!(file.counts(), [4, 0, 3, 0]);
}

/// The file with all corrections, as a person saves it.
fn corrected(file: &common::File, fields: &FieldLabels) -> String {
    let mut writer = CsvWriter::default();
    let headers: Vec<String> = file.opened.columns.iter().map(|column| column.header.clone()).collect();
    writer.corrected_header(&file.mapping, &headers, fields);
    let (_, rows) = file.review.select(Filter::All, None, 0, usize::MAX);
    file.each(&rows, |record| {
        let values = file.review.view(record).values;
        writer.corrected_row(
            &file.mapping,
            fields,
            |field| values.get(field),
            &record.cells().collect::<Vec<_>>(),
        );
    });
    String::from_utf8(writer.take()).unwrap()
}

#[test]
fn s1_a_corrected_file_has_the_columns_of_the_file_and_reads_back_as_it_was_corrected() {
    let csv = "List of people\n\nMail,Name,Note,Role\nAna Ray <ana@example.com>,,=1+1,User\n\nbob@@example.com,Bob Day,x,Boss\n\
        cy@example.com,Cy May\ndi@example.com,Di Low,y,Admin,more\nana@example.com,Again,,\n";
    let mut file = check(csv.as_bytes()).unwrap();
    file.edit(4, Field::Email, "bob@example.com");
    file.edit(6, Field::FirstName, "");
    file.edit(6, Field::LastName, "");
    file.fix(Fix::ReplaceValue { field: Field::Role, from: "Boss".into(), to: "Admin".into() });
    let fields = FieldLabels { labels: Vec::new(), added: vec![Field::FirstName, Field::LastName] };
    let text = corrected(&file, &fields);
    assert_eq!(
        text,
        "\u{feff}Mail,Name,Note,Role,first_name,last_name\r\nana@example.com,Ana Ray,'=1+1,User,Ana,Ray\r\n\
         bob@example.com,Bob Day,x,Admin,Bob,Day\r\ncy@example.com,Cy May,,,Cy,May\r\n\
         di@example.com,,y,Admin,,,more\r\nana@example.com,Again,,,Again,\r\n"
    );
    let again = check(text.as_bytes()).unwrap();
    let values = |file: &common::File| -> Vec<_> {
        file.select(Filter::All).into_iter().map(|row| row.values).collect()
    };
    assert_eq!(values(&again)[..3], values(&file)[..3]);
    assert_eq!(again.counts(), [3, 0, 1, 1]);
}

#[test]
fn u5_a_corrected_file_has_nobody_under_the_whole_name_of_another() {
    let csv = "Name,Email\nAna / Ben,ana@example.com; ben@example.com\ncy@example.com,Cy Ott\n\"Gil, Di\",di@example.com\n\
        \"Low, Ed\",ed@example.com\n";
    let mut file = check(csv.as_bytes()).unwrap();
    file.fix(Fix::Accept { code: roster::ProblemCode::SwappedAddress });
    file.fix(Fix::SplitPeople);
    file.edit(5, Field::FirstName, "Eva");
    let added = file.summary().without_column;
    assert_eq!(
        corrected(&file, &FieldLabels { labels: Vec::new(), added }),
        "\u{feff}Name,Email,first_name,last_name\r\nAna,ana@example.com,Ana,\r\nCy Ott,cy@example.com,Cy,Ott\r\n\
         \"Gil, Di\",di@example.com,Di,Gil\r\nEva Low,ed@example.com,Eva,Low\r\nBen,ben@example.com,Ben,\r\n"
    );
    let csv = "First,Last,Name,Email\nAna,Gil,Dr. Ana Gil,ana@example.com\nBo,Li,Dr. Bo Li,bo@example.com\n";
    let all = |mapping: &mut roster::Mapping| mapping.targets[2] = roster::Target::FullName;
    let mut file =
        check_in_pieces(csv.as_bytes(), 64, &Overrides::default(), &Known::default(), all).unwrap();
    file.edit(3, Field::LastName, "Ek");
    assert_eq!(
        corrected(&file, &FieldLabels::default()),
        "\u{feff}First,Last,Name,Email\r\nAna,Gil,Dr. Ana Gil,ana@example.com\r\nBo,Ek,Bo Ek,bo@example.com\r\n"
    );
}

#[test]
fn a19_nobody_is_invited_under_a_name_that_is_an_address() {
    let file = check(
        "Email,First name,Last name\na@example.com,bo@example.com,Lee\nb@example.com,Ana,(bo＠example．com)\nc@example.com,Cy,R@D\n"
            .as_bytes(),
    )
    .unwrap();
    assert_eq!(file.codes(), ["2 address_in_name", "3 address_in_name"]);
    let names: Vec<(String, String)> =
        file.invitees().into_iter().map(|invitee| (invitee.first_name, invitee.last_name)).collect();
    let expected = [("", "Lee"), ("Ana", ""), ("Cy", "R@D")];
    assert_eq!(names, expected.map(|(first, last)| (first.to_owned(), last.to_owned())));
}
