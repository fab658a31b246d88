//! What is wrong at a cell, and the value that mends it.

use roster::{Field, Fix, Known, Problem, ProblemCode, Role, RowView, Severity, Verdict};

use super::step::Change;

/// The columns before those of the fields.
pub(super) const NUMBER: usize = 0;
pub(super) const VERDICT: usize = 1;
pub(super) const FIRST_FIELD: usize = 2;

/// A suggestion of this length may have been cut.
const LONGEST_SUGGESTION: usize = 200;

/// What is to be done in one row: a value is set, or several are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Remedy {
    pub(super) code: ProblemCode,
    pub(super) field: Field,
    /// What is wrong: of a cell with several teams, one of them.
    pub(super) from: String,
    pub(super) value: String,
}

impl Remedy {
    pub(super) fn change(self, row: u64) -> Change {
        let Self { code, field, from, value } = self;
        match code {
            ProblemCode::NameInOneCell | ProblemCode::SwappedNames | ProblemCode::SwappedAddress
                if !value.is_empty() =>
            {
                Change::FixRow { row, fix: Fix::Accept { code } }
            }
            // The cell's other teams stay.
            ProblemCode::UnknownTeam => {
                Change::FixRow { row, fix: Fix::ReplaceValue { field, from, to: value } }
            }
            _ => Change::Edit { row, field, value },
        }
    }
}

/// The columns that a person should look at, ascending; that of the verdict where no cell says why the row is not ready.
pub(super) fn columns_to_see(row: &RowView, fields: &[Field]) -> Vec<usize> {
    if row.left_out {
        return Vec::new();
    }
    let is_wrong = |field: &Field| row.problems.iter().any(|problem| problem.field == Some(*field));
    let wrong = fields.iter().enumerate().filter(|(_, field)| is_wrong(field));
    let columns: Vec<usize> = wrong.map(|(index, _)| index + FIRST_FIELD).collect();
    match columns.is_empty() && row.verdict != Verdict::Ready {
        true => vec![VERDICT],
        false => columns,
    }
}

/// The problems of a cell; those of the whole row at its number and its verdict.
pub(super) fn problems_at<'a>(
    row: &'a RowView,
    fields: &[Field],
    column: usize,
) -> impl Iterator<Item = &'a Problem> {
    let field = column.checked_sub(FIRST_FIELD).and_then(|index| fields.get(index).copied());
    row.problems.iter().filter(move |problem| field.is_none() || problem.field == field)
}

/// The severity of the worst problem of a field.
pub(super) fn severity(row: &RowView, field: Field) -> Option<Severity> {
    let of_field = row.problems.iter().filter(|problem| problem.field == Some(field));
    of_field.map(|problem| problem.code.severity()).max()
}

/// What mends a problem in this row alone, if that can be said.
pub(super) fn remedy(problem: &Problem, row: &RowView, known: &Known) -> Option<Remedy> {
    let field = problem.field?;
    let user = Role::User;
    let value = match (&problem.suggestion, problem.code) {
        (Some(suggestion), _) if suggestion.chars().count() < LONGEST_SUGGESTION => suggestion.clone(),
        // "Adminn" and "Non-Admin" are for the person to decide; in other scripts only the words that are known are.
        (None, ProblemCode::UnknownRole)
            if known.roles.as_ref().is_none_or(|roles| roles.contains(&user))
                && !problem.value.to_lowercase().contains("adm") =>
        {
            user.as_str().to_owned()
        }
        (None, ProblemCode::UnknownWorkspace | ProblemCode::UnknownLanguage) => String::new(),
        (None, ProblemCode::UnknownTeam) if row.values.get(field) == problem.value => String::new(),
        _ => return None,
    };
    Some(Remedy { code: problem.code, field, from: problem.value.clone(), value })
}

#[cfg(test)]
mod tests {
    use roster::RowValues;

    use super::*;

    fn problem(field: Option<Field>, code: ProblemCode, value: &str, suggestion: Option<&str>) -> Problem {
        let suggestion = suggestion.map(str::to_owned);
        Problem { row: 3, column: None, field, code, value: value.to_owned(), suggestion }
    }

    fn row(verdict: Verdict, problems: Vec<Problem>) -> RowView {
        RowView {
            row: 3,
            values: RowValues { teams: "Nowhere".into(), ..RowValues::default() },
            verdict,
            left_out: false,
            problems,
            edited: Vec::new(),
            duplicate_of: None,
            differing: Vec::new(),
            standing: None,
            other_domain: None,
        }
    }

    const FIELDS: [Field; 3] = [Field::Email, Field::Role, Field::Teams];

    #[test]
    fn u5_the_cells_to_look_at_are_those_with_problems_or_else_the_verdict() {
        let role = || problem(Some(Field::Role), ProblemCode::UnknownRole, "Boss", None);
        let email = || problem(Some(Field::Email), ProblemCode::NoAt, "bo", None);
        let whole = || problem(None, ProblemCode::TooManyCells, "x", None);
        assert_eq!(columns_to_see(&row(Verdict::Error, vec![role(), email(), whole()]), &FIELDS), [2, 3]);
        assert_eq!(columns_to_see(&row(Verdict::Error, vec![whole()]), &FIELDS), [VERDICT]);
        assert_eq!(columns_to_see(&row(Verdict::Member, Vec::new()), &FIELDS), [VERDICT]);
        assert!(columns_to_see(&row(Verdict::Ready, Vec::new()), &FIELDS).is_empty());
        let out = RowView { left_out: true, ..row(Verdict::Error, vec![role()]) };
        assert!(columns_to_see(&out, &FIELDS).is_empty());
    }

    #[test]
    fn u5_a_cell_tells_its_own_problems_and_the_verdict_those_of_the_row() {
        let problems = vec![
            problem(Some(Field::Role), ProblemCode::UnknownRole, "Boss", None),
            problem(None, ProblemCode::TooManyCells, "x", None),
        ];
        let row = row(Verdict::Error, problems);
        let codes =
            |column| problems_at(&row, &FIELDS, column).map(|problem| problem.code).collect::<Vec<_>>();
        assert_eq!(codes(VERDICT), [ProblemCode::UnknownRole, ProblemCode::TooManyCells]);
        assert_eq!(codes(3), [ProblemCode::UnknownRole]);
        assert!(codes(2).is_empty());
        assert_eq!(severity(&row, Field::Role), Some(Severity::Error));
        assert_eq!(severity(&row, Field::Email), None);
    }

    #[test]
    fn u5_a_problem_of_one_row_is_mended_by_a_suggestion_or_a_default_and_otherwise_by_the_person() {
        let value = |problem: &Problem, known: &Known| {
            remedy(problem, &row(Verdict::Error, Vec::new()), known).map(|remedy| remedy.value)
        };
        let any = Known::default();
        let typo = problem(Some(Field::Email), ProblemCode::LikelyTypo, "a@gmial.com", Some("a@gmail.com"));
        assert_eq!(value(&typo, &any).as_deref(), Some("a@gmail.com"));
        let long = "x".repeat(200);
        let cut = problem(Some(Field::FirstName), ProblemCode::LineBreak, &long, Some(&long));
        assert_eq!(value(&cut, &any), None);
        let names = problem(Some(Field::FirstName), ProblemCode::SwappedNames, "Gil", Some("Ana"));
        let change = |problem: &Problem| {
            remedy(problem, &row(Verdict::Warning, Vec::new()), &any).map(|remedy| remedy.change(3))
        };
        let fix = Fix::Accept { code: ProblemCode::SwappedNames };
        assert_eq!(change(&names), Some(Change::FixRow { row: 3, fix }));
        let (field, value_of_typo) = (Field::Email, "a@gmail.com".to_owned());
        assert_eq!(change(&typo), Some(Change::Edit { row: 3, field, value: value_of_typo }));
        let role = problem(Some(Field::Role), ProblemCode::UnknownRole, "Boss", None);
        assert_eq!(value(&role, &any).as_deref(), Some("user"));
        let close = problem(Some(Field::Role), ProblemCode::UnknownRole, "Adminn", None);
        assert_eq!(value(&close, &any), None, "Enter does not decide what was meant");
        let only_admins = Known { roles: Some(vec![Role::Admin]), ..Known::default() };
        assert_eq!(value(&role, &only_admins), None);
        let team = |name| problem(Some(Field::Teams), ProblemCode::UnknownTeam, name, None);
        assert_eq!(value(&team("Nowhere"), &any).as_deref(), Some(""));
        assert_eq!(value(&team("Now"), &any), None, "one of several teams");
        let replaced = |from: &str, to: &str| {
            let (field, from, to) = (Field::Teams, from.to_owned(), to.to_owned());
            Some(Change::FixRow { row: 3, fix: Fix::ReplaceValue { field, from, to } })
        };
        assert_eq!(change(&team("Nowhere")), replaced("Nowhere", ""));
        let of_several =
            |name, meant| change(&problem(Some(Field::Teams), ProblemCode::UnknownTeam, name, Some(meant)));
        assert_eq!(of_several("N/A", ""), replaced("N/A", ""), "the others stay");
        assert_eq!(of_several("Feild", "Field"), replaced("Feild", "Field"));
        assert_eq!(value(&problem(Some(Field::Email), ProblemCode::NoAt, "bo", None), &any), None);
        assert_eq!(value(&problem(None, ProblemCode::TooManyCells, "x", None), &any), None);
    }
}
