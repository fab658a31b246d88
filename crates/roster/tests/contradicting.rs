//! Rows of one person that contradict each other: they are told from harmless duplicates, and a person decides.

mod common;

use common::{File, check_in_pieces};
use roster::{Field, Fix, Known, Overrides, ProblemCode, Undone, Verdict};

const HEADER: &str = "Email,First name,Last name,Role,Team,Workspace,Language\n";

fn file(rows: &[&str]) -> File {
    let known = Known {
        teams: Some(vec!["EMEA".to_owned(), "APAC".to_owned()]),
        workspaces: Some(vec!["North".to_owned(), "South".to_owned()]),
        ..Known::default()
    };
    let text = [HEADER, &rows.join("\n"), "\n"].concat();
    check_in_pieces(text.as_bytes(), 7, &Overrides::default(), &known, |_| {}).unwrap()
}

fn verdicts(file: &File) -> Vec<Verdict> {
    file.verdicts().into_iter().map(|(_, verdict)| verdict).collect()
}

#[test]
fn s7_rows_of_one_person_that_say_otherwise_are_to_be_decided_and_others_are_duplicates() {
    for (first, later, differing) in [
        ("ana@x.example,Ana,Gil,User,EMEA,,", "ANA@x.example,Ana,Gil,Admin,EMEA,,", &[Field::Role][..]),
        ("ana@x.example,Ana,Gil,User,EMEA,,", "ana@x.example,Ana,Gil,User,APAC,,", &[Field::Teams]),
        ("ana@x.example,Ana,Gil,,EMEA;APAC,,", "ana@x.example,Ana,Gil,,APAC,,", &[Field::Teams]),
        ("ana@x.example,Ana,Gil,,,North,", "ana@x.example,Ana,Gil,,,South,", &[Field::Workspace]),
        ("ana@x.example,Ana,Gil,,,,es", "ana@x.example,Ana,Gil,,,,English", &[Field::Language]),
        (
            "ana@x.example,Ana,Gil,User,EMEA,North,es",
            "ana@x.example,Ana,Gil,Admin,APAC,South,en",
            &[Field::Role, Field::Teams, Field::Workspace, Field::Language],
        ),
        // A mistyped domain and quotes, which the quick look leaves to the rules.
        ("ana@gmial.com,Ana,Gil,User,,,", "ana@gmial.com,Ana,Gil,\"Admin\",,,", &[Field::Role]),
        // The same in other words, other names, and nothing said.
        (
            "ana@x.example,Ana,Gil,User,EMEA; APAC,north,es",
            "ana@x.example,A.,Gil,Benutzer,apac|EMEA,NORTH,Spanish",
            &[],
        ),
        ("ana@x.example,Ana,Gil,User,EMEA,North,es", "ana@x.example,,,,,,", &[]),
        ("ana@x.example,,,,,,", "ana@x.example,Ana,Gil,Admin,EMEA,North,es", &[]),
    ] {
        let file = file(&[first, "bo@x.example,Bo,Li,Admin,APAC,,", later]);
        let shown = file.row(4);
        let code =
            if differing.is_empty() { ProblemCode::DuplicateAddress } else { ProblemCode::ContradictingRow };
        assert_eq!((shown.duplicate_of, shown.differing.as_slice()), (Some(2), differing), "{later}");
        assert!(shown.problems.iter().any(|problem| problem.code == code), "{later}: {:?}", shown.problems);
        let verdict = if differing.is_empty() { Verdict::Duplicate } else { Verdict::Error };
        assert_eq!((shown.verdict, file.row(2).differing), (verdict, Vec::new()), "{later}");
        assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    }
}

#[test]
fn u5_of_rows_that_contradict_each_other_one_is_kept_for_one_person_and_for_all() {
    let rows = [
        "ana@x.example,Ana,Gil,User,EMEA,,",
        "ana@x.example,Ana,Gil,Admin,EMEA,,",
        "ana@x.example,Ana,Gil,Admin,APAC,,",
        "ana@x.example,Ana,Gil,User,EMEA,,",
        "bo@x.example,Bo,Li,User,EMEA,,",
        "bo@x.example,Bo,Li,User,APAC,,",
        "cy@x.example,Cy,Ott,User,EMEA,,",
        "cy@x.example,Cy,Ott,User,EMEA,,",
    ];
    use Verdict::{Duplicate, Error, Ready};
    let mut file = file(&rows);
    let before = file.summary();
    assert_eq!(verdicts(&file), [Ready, Error, Error, Duplicate, Ready, Error, Ready, Duplicate]);
    let invited = |file: &File| {
        let rows = file.invitees().into_iter();
        rows.map(|invitee| (invitee.row, invitee.role.to_string(), invitee.teams.join(";")))
            .collect::<Vec<_>>()
    };
    let row = |number, role: &str, team: &str| (number, role.to_owned(), team.to_owned());

    assert_eq!(before.rows_changed_by(&Fix::KeepEarlier), 3);
    file.fix(Fix::KeepEarlier);
    assert_eq!(invited(&file), [row(2, "user", "EMEA"), row(6, "user", "EMEA"), row(8, "user", "EMEA")]);
    assert_eq!(file.summary().verdicts.error, 0);
    assert_eq!(file.undo(), Some(Undone::Many));

    file.fix(Fix::KeepLater);
    assert_eq!(invited(&file), [row(4, "admin", "APAC"), row(7, "user", "APAC"), row(8, "user", "EMEA")]);
    assert_eq!((file.summary().verdicts.error, file.summary().left_out), (0, 4));
    assert_eq!(file.undo(), Some(Undone::Many));

    // Of one person.
    file.fix_with_others(3, &Fix::KeepLater);
    assert_eq!(invited(&file), [row(3, "admin", "EMEA"), row(6, "user", "EMEA"), row(8, "user", "EMEA")]);
    assert_eq!(file.summary().verdicts.error, 1, "Bo is not decided yet");
    file.undo();
    file.fix_row(7, Fix::KeepEarlier);
    assert_eq!((file.row(7).left_out, file.summary().left_out), (true, 1));
    assert_eq!(file.undo(), Some(Undone::Edit { row: 7 }));
    assert_eq!(file.summary(), before);
}

#[test]
fn s7_a_change_of_a_row_makes_a_contradiction_or_ends_it() {
    let mut file =
        file(&["ana@x.example,Ana,Gil,User,,,", "ana@x.example,Ana,Gil,User,,,", "bo@x.example,Bo,Li,,,,"]);
    use Verdict::{Duplicate, Error, Ready};
    assert_eq!(verdicts(&file), [Ready, Duplicate, Ready]);
    file.edit(2, Field::Role, "Admin");
    assert_eq!(verdicts(&file), [Ready, Error, Ready]);
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    file.edit(3, Field::Role, "administrador");
    assert_eq!(verdicts(&file), [Ready, Duplicate, Ready]);
    file.edit(4, Field::Email, "ana@x.example");
    file.edit(4, Field::Role, "User");
    assert_eq!(verdicts(&file), [Ready, Duplicate, Error]);
    // The first of those that are left counts.
    file.leave_out_row(2, true);
    assert_eq!(verdicts(&file), [Ready, Error]);
    file.edit(3, Field::Email, "cy@x.example");
    assert_eq!(verdicts(&file), [Ready, Ready]);
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
}
