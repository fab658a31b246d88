//! A row that the file does not have.

mod common;

use common::check;
use roster::{CsvWriter, Field, FieldLabels, Filter, Fix, ProblemCode, ReportLabels, Undone, Verdict};

const TEXT: &str = "Email,Shoe size,First name,Team\n\
    ana gil <ana@x.example>,44,Ana,EMEA,beyond\n\
    bo@x.example,45,Bo,EMEA\n";

#[test]
fn u5_a_row_is_added_filled_in_and_taken_back() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    let before = (file.verdicts(), file.summary());
    file.fix(Fix::AddRow);
    let added = file.row(4);
    let problems: Vec<_> = added.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(problems, [ProblemCode::MissingEmail], "nothing of the row whose record it is read with");
    assert_eq!((added.values.first_name.as_str(), added.values.teams.as_str()), ("", ""));
    assert_eq!((file.summary().records, file.summary().verdicts.error), (3, before.1.verdicts.error + 1));
    file.edit(4, Field::Email, "Cy Ott <cy@x.example>");
    let added = file.row(4);
    assert_eq!((added.verdict, added.values.first_name.as_str()), (Verdict::Ready, "Cy"));
    // Of several, each has its own, and all of them count as rows of the file do.
    file.fix(Fix::AddRow);
    file.edit(5, Field::Email, "CY@x.example");
    assert_eq!((file.row(5).verdict, file.row(5).duplicate_of), (Verdict::Duplicate, Some(4)));
    assert_eq!(file.verdicts(), file.verdicts_from_scratch());
    let invited: Vec<u64> = file.invitees().into_iter().map(|invitee| invitee.row).collect();
    assert_eq!(invited, [3, 4]);
    file.undo();
    assert_eq!(file.undo(), Some(Undone::Many));
    file.undo();
    assert_eq!(file.undo(), Some(Undone::Many));
    assert_eq!((file.verdicts(), file.summary()), before);
    file.redo();
    assert_eq!(file.row(4).verdict, Verdict::Error);
}

#[test]
fn u5_an_added_row_stands_in_saved_files_without_the_cells_of_another() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    file.fix(Fix::AddRow);
    file.edit(4, Field::Email, "cy@x.example");
    let mut writer = CsvWriter::default();
    let (mapping, labels) = (file.mapping.clone(), FieldLabels::default());
    file.each(&file.review.rows(Filter::All).collect::<Vec<_>>(), |record| {
        let values = file.review.view(record).values;
        writer.corrected_row(&mapping, &labels, |field| values.get(field), &file.review.cells(record));
    });
    let text = String::from_utf8(writer.take()).unwrap();
    assert_eq!(text.lines().last(), Some("cy@x.example,,,"));
}

#[test]
fn u5_a_problem_file_has_what_was_typed_in_an_added_row() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    file.fix(Fix::AddRow);
    file.edit(4, Field::Email, "cy at");
    file.edit(4, Field::FirstName, "Cy");
    let mut writer = CsvWriter::default();
    file.each(&[4], |record| {
        let (verdict, problems) = file.review.reasons(record);
        let cells = file.review.cells(record);
        writer.report_row(&ReportLabels::default(), record.number, verdict, &problems, &cells);
    });
    let text = String::from_utf8(writer.take()).unwrap();
    assert!(text.trim_end().ends_with(",cy at,,Cy,"), "{text}");
}

#[test]
fn u5_of_an_added_row_that_is_split_neither_has_anything_of_another_record() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    file.fix(Fix::AddRow);
    file.edit(4, Field::Email, "cy@x.example; di@x.example");
    file.edit(4, Field::FirstName, "Cy / Di");
    file.fix_with_others(4, &Fix::SplitPeople);
    for (row, name, email) in [(4, "Cy", "cy@x.example"), (5, "Di", "di@x.example")] {
        let view = file.row(row);
        assert_eq!((view.values.first_name.as_str(), view.problems), (name, Vec::new()));
        file.each(&[row], |record| assert_eq!(file.review.cells(record), [email, "", name, ""], "row {row}"));
    }
}

#[test]
fn u5_rows_are_added_to_a_file_that_has_only_a_header() {
    for text in ["Email,First name,Team\n", "\u{feff}Our people\n\nEmail,First name,Team"] {
        let mut file = check(text.as_bytes()).unwrap();
        let header = file.opened.dialect.header_row.unwrap();
        assert_eq!(file.summary().records, 0);
        file.fix(Fix::AddRow);
        file.fix(Fix::AddRow);
        let [first, second] = [header + 1, header + 2];
        let codes = |row| file.row(row).problems.iter().map(|problem| problem.code).collect::<Vec<_>>();
        assert_eq!([first, second].map(codes), [[ProblemCode::MissingEmail]; 2]);
        assert_eq!(file.summary().records, 2);
        file.edit(first, Field::Email, "cy@x.example");
        file.edit(second, Field::Email, "CY@x.example");
        let verdicts = [(first, Verdict::Ready), (second, Verdict::Duplicate)];
        assert_eq!((file.verdicts(), file.verdicts_from_scratch()), (verdicts.to_vec(), verdicts.to_vec()));
        file.each(&[first], |record| assert_eq!(file.review.cells(record), ["cy@x.example", "", ""]));
        assert_eq!(file.invitees().len(), 1);
        file.leave_out_row(first, true);
        file.fix(Fix::AddRow);
        assert_eq!(file.row(header + 3).verdict, Verdict::Error);
    }
}

#[test]
fn u5_a_row_is_added_where_all_others_are_left_out() {
    let mut file = check(TEXT.as_bytes()).unwrap();
    file.leave_out(Filter::All, true);
    file.fix(Fix::AddRow);
    assert_eq!(file.row(4).verdict, Verdict::Error);
    assert_eq!(file.select(Filter::All).len(), 1);
}
