//! Two addresses in one cell become two people, of whom one has a row behind those of the file.

mod common;

use common::{File, check};
use roster::{Field, Filter, Fix, ProblemCode, Undone, Verdict};

const TEXT: &str = "Email,First name,Last name,Role\n\
    ana@x.example; ben@y.example,Ana / Ben,Gil / Li,Admin\n\
    cy@x.example,Cy,Ott,User\n\
    di@x.example / ed@x.example,Di & Ed,Ray,User\n\
    fay@x.example; cy@x.example; gus@x.example,Fay,Ude,User\n";

fn people(file: &File) -> Vec<(u64, String)> {
    let of = |row: roster::RowView| {
        let values = row.values;
        (row.row, [values.email, values.first_name, values.last_name, values.role].join("|"))
    };
    file.select(Filter::All).into_iter().map(of).collect()
}

fn person(row: u64, text: &str) -> (u64, String) {
    (row, text.to_owned())
}

#[test]
fn u5_two_addresses_in_a_cell_are_split_into_two_people_in_all_rows() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    let before = (people(&file), file.summary());
    assert_eq!(before.1.rows_changed_by(&Fix::SplitPeople), 3);
    file.fix(Fix::SplitPeople);
    let split = [
        person(2, "ana@x.example|Ana|Gil|Admin"),
        person(3, "cy@x.example|Cy|Ott|User"),
        person(4, "di@x.example|Di|Ray|User"),
        person(5, "fay@x.example|Fay|Ude|User"),
        person(6, "ben@y.example|Ben|Li|Admin"),
        person(7, "ed@x.example|Ed|Ray|User"),
        person(8, "cy@x.example; gus@x.example|||User"),
    ];
    assert_eq!(people(&file), split);
    assert_eq!((file.summary().records, file.summary().verdicts.ready), (7, 6));
    assert!(file.row(8).problems.iter().any(|problem| problem.code == ProblemCode::MissingName));
    // Of three, the rest again; what is split off counts behind the rows of the file.
    file.fix(Fix::SplitPeople);
    let again = [person(8, "cy@x.example|||User"), person(9, "gus@x.example|||User")];
    assert_eq!(people(&file)[6..], again);
    assert_eq!((file.row(8).duplicate_of, file.row(9).verdict), (Some(3), Verdict::Warning));
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    let invited: Vec<u64> = file.invitees().into_iter().map(|invitee| invitee.row).collect();
    assert_eq!(invited, [2, 3, 4, 5, 6, 7, 9]);
    assert_eq!((file.undo(), file.undo()), (Some(Undone::Many), Some(Undone::Many)));
    assert_eq!((people(&file), file.summary()), before);
}

#[test]
fn u5_one_row_is_split_and_both_are_changed_like_others() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    file.edit(2, Field::Role, "User");
    file.fix_with_others(2, &Fix::SplitPeople);
    assert_eq!(people(&file)[4], person(6, "ben@y.example|Ben|Li|User"), "with what was changed before");
    file.edit(2, Field::LastName, "Gómez");
    file.edit(6, Field::FirstName, "Benno");
    file.fix(Fix::FirstAddresses);
    assert_eq!(people(&file)[0], person(2, "ana@x.example|Ana|Gómez|User"));
    assert_eq!(people(&file)[4], person(6, "ben@y.example|Benno|Li|User"));
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    file.leave_out_row(6, true);
    assert_eq!((file.row(6).left_out, file.summary().left_out, people(&file).len()), (true, 1, 4));
    for _ in 0..5 {
        file.undo();
    }
    assert_eq!(people(&file).len(), 4);
    file.redo();
    assert_eq!(people(&file)[4], person(6, "ben@y.example|Ben|Li|User"));
}
