//! All rules for one row, completely but slowly. [`super::fast`] recognises only rows that need none of them.

use std::borrow::Cow;

use people::characters::{holds_address, tidy};
use people::{Locale, Role};

use super::{
    Context,
    classes::{Class, Classes, code_bit},
    context::Columns,
};
use crate::{
    Field, Fix, Record, RowValues, TEAMS_SEPARATOR, Target,
    change::Step,
    export::{self, value_of},
    field::TEAM_ENDS,
    text,
};
use values::clean::{self, CleanAddress};
use values::email::{self, Address};
use values::{Problem, ProblemCode, Severity, language, role};

/// The longest cell that spreadsheets hold, in characters.
pub(super) const LONGEST_CELL: usize = 32_767;

/// The longest name, team, workspace, role or language, in characters.
pub(super) const LONGEST_VALUE: usize = 255;

/// The longest text that a problem quotes, in characters.
pub(super) const LONGEST_QUOTE: usize = 200;

/// A row with all changes applied and all problems found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    pub values: RowValues,
    pub problems: Vec<Problem>,
    /// Of several columns of addresses, the one that counts.
    pub address_column: Option<usize>,
    pub address: Option<Address>,
    pub role: Role,
    pub teams: Vec<String>,
    pub workspace: Option<String>,
    pub language: Option<Locale>,
    /// The names came in one cell, as it was.
    whole_name: Option<String>,
    /// The person was split off from another one of the same record.
    is_split_off: bool,
    /// The user left the row out: it has no address, and counts nowhere.
    pub is_left_out: bool,
}

impl Resolved {
    /// A bit per code that occurs.
    pub(crate) fn mask(&self) -> u64 {
        self.problems.iter().fold(0, |mask, problem| mask | code_bit(problem.code))
    }

    /// The problems that count: none of a row that was left out.
    pub(crate) fn counted(&self) -> &[Problem] {
        if self.is_left_out { &[] } else { &self.problems }
    }

    /// Whether the row has a name that no column of the file is for, as one beside the address.
    pub(crate) fn has_loose_name(&self, columns: &Columns) -> bool {
        let is_loose =
            |field: Field| columns.of(field.into()).is_none() && !self.values.get(field).is_empty();
        !self.is_left_out && [Field::FirstName, Field::LastName].into_iter().any(is_loose)
    }

    /// The class of the row, as far as its values tell.
    pub(crate) fn class(&self, classes: &mut Classes) -> Class {
        if self.is_left_out { Class::LEFT_OUT } else { classes.class(self.mask()) }
    }

    /// The key of the address that the row takes from later ones. A row in error is not invited and takes none.
    pub(crate) fn taken_key(&self) -> Option<String> {
        let is_error = |problem: &Problem| problem.code.severity() == Severity::Error;
        if self.problems.iter().any(is_error) { None } else { Some(self.address.as_ref()?.key()) }
    }
}

/// Everything about one record.
pub(crate) fn resolve(context: &Context, record: &Record<'_>) -> Resolved {
    let mut row = Row { context, record, found: Resolved::default() };
    row.found.address_column = row.address_column();
    let steps = context.changes.steps(record.number);
    let is_blank = matches!(steps.first(), Some(Step::Blank));
    let extracted = if is_blank { None } else { row.read() };
    row.take_defaults();
    let mut email_changed = false;
    for step in steps {
        let before = row.found.values.email.clone();
        row.apply(step);
        email_changed |= before != row.found.values.email;
    }
    if !is_blank {
        row.check_record();
    }
    row.check_values(extracted.filter(|_| !email_changed));
    let RowValues { first_name, last_name, .. } = &row.found.values;
    if row.found.is_split_off && first_name.is_empty() && last_name.is_empty() {
        row.problem(Some(Field::FirstName), ProblemCode::MissingName, "", None);
    }
    if row.found.is_left_out {
        row.found.address = None;
    }
    row.found
}

/// The same of a record of which at most the address has problems and which no change concerns, without the other values.
/// `None` if the address has a name beside it, which may be the person's.
pub(crate) fn resolve_address(context: &Context, record: &Record<'_>) -> Option<Resolved> {
    let mut row = Row { context, record, found: Resolved::default() };
    row.found.address_column = row.address_column();
    let cell = value_of(&row.cell(Target::Email)).to_owned();
    let CleanAddress { address, name, doubtful } = clean::clean_address(&cell);
    if name.is_some() || address.is_empty() {
        return None;
    }
    row.found.values.email = address.into_owned();
    row.check_email(doubtful.then_some(cell));
    Some(row.found)
}

/// The problems of the names alone, of a record that no change concerns and in which no address is missing.
pub(crate) fn resolve_names(context: &Context, record: &Record<'_>) -> Vec<Problem> {
    let mut row = Row { context, record, found: Resolved::default() };
    for field in [Field::FirstName, Field::LastName] {
        let name = value_of(&row.cell(field.into())).to_owned();
        *row.found.values.get_mut(field) = name;
    }
    let full_name = value_of(&row.cell(Target::FullName)).to_owned();
    if fill_names(&mut row.found.values, &full_name) {
        row.found.whole_name = Some(full_name);
    }
    row.check_name(Field::FirstName);
    row.check_name(Field::LastName);
    row.found.problems
}

struct Row<'a> {
    context: &'a Context,
    record: &'a Record<'a>,
    found: Resolved,
}

impl Row<'_> {
    fn problem(&mut self, field: Option<Field>, code: ProblemCode, value: &str, suggestion: Option<String>) {
        let column = field.and_then(|field| self.column_of(field));
        self.problem_at(column, field, code, value, suggestion);
    }

    fn problem_at(
        &mut self,
        column: Option<usize>,
        field: Option<Field>,
        code: ProblemCode,
        value: &str,
        suggestion: Option<String>,
    ) {
        self.found.problems.push(Problem {
            row: self.record.number,
            column: column.and_then(|column| u32::try_from(column).ok()),
            field,
            code,
            value: quote(value),
            suggestion: suggestion.filter(|text| text != value).map(|text| quote(&text)),
        });
    }

    fn column_of(&self, field: Field) -> Option<usize> {
        if field == Field::Email {
            return self.found.address_column;
        }
        let columns = &self.context.columns;
        columns.of(field.into()).or_else(|| match field {
            Field::FirstName | Field::LastName => columns.of(Target::FullName),
            _ => None,
        })
    }

    /// The first column of addresses in which the record has something.
    fn address_column(&self) -> Option<usize> {
        let columns = self.context.columns.addresses();
        let has_value = |column: &&usize| !value_of(&self.cell_at(Some(**column))).is_empty();
        // With one there is nothing to choose, so its cell is not looked at.
        let chosen = if columns.len() > 1 { columns.iter().find(has_value) } else { None };
        chosen.or(columns.first()).copied()
    }

    fn cell(&self, target: Target) -> Cow<'_, str> {
        self.cell_at(match target {
            Target::Email => self.found.address_column,
            other => self.context.columns.of(other),
        })
    }

    fn cell_at(&self, column: Option<usize>) -> Cow<'_, str> {
        match column.and_then(|column| self.record.cell(column)).unwrap_or_default() {
            Cow::Borrowed(cell) => export::unescape(cell),
            Cow::Owned(cell) => Cow::Owned(export::unescape(&cell).into_owned()),
        }
    }

    /// Fills the values from the cells; returns the address cell when it may mean another address, or is
    /// about somebody else.
    fn read(&mut self) -> Option<String> {
        let mut values = RowValues::default();
        for field in Field::ALL {
            let cell = self.cell(field.into());
            *values.get_mut(field) = value_of(&cell).to_owned();
        }
        let full_name = value_of(&self.cell(Target::FullName)).to_owned();
        if fill_names(&mut values, &full_name) {
            self.found.whole_name = Some(full_name);
        }
        let cell = std::mem::take(&mut values.email);
        let CleanAddress { address, name, mut doubtful } = clean::clean_address(&cell);
        values.email = address.into_owned();
        if let Some(name) = name {
            doubtful |= is_of_another(&values, &name);
            if fill_names(&mut values, &name) {
                self.found.whole_name = Some(name);
            }
        }
        self.found.values = values;
        doubtful.then_some(cell)
    }

    /// Gives fields without a value the one that the mapping has for everybody.
    fn take_defaults(&mut self) {
        for field in Field::ALL {
            let value = self.found.values.get_mut(field);
            if value.is_empty() {
                *value = text::trimmed(self.context.mapping.default_of(field)).to_owned();
            }
        }
    }

    fn check_values(&mut self, extracted: Option<String>) {
        self.check_email(extracted);
        self.check_name(Field::FirstName);
        self.check_name(Field::LastName);
        self.check_role();
        self.check_teams();
        self.check_workspace();
        self.check_language();
    }

    /// Solves the problems of that code by their suggestions.
    fn accept(&mut self, code: ProblemCode) {
        let Self { context, record, .. } = *self;
        let Resolved { values, address_column, whole_name, .. } = &mut self.found;
        if code == ProblemCode::SwappedNames {
            std::mem::swap(&mut values.first_name, &mut values.last_name);
            return;
        }
        let found = Resolved {
            values: values.clone(),
            address_column: *address_column,
            whole_name: whole_name.clone(),
            ..Resolved::default()
        };
        let mut row = Row { context, record, found };
        row.check_values(None);
        for Problem { code: other, field, value, suggestion, .. } in row.found.problems {
            // What may be quoted in part is for a person to decide.
            let (Some(field), Some(meant)) = (field, suggestion.filter(|_| value.len() < LONGEST_QUOTE))
            else {
                continue;
            };
            if other != code || meant.len() >= LONGEST_QUOTE {
                continue;
            }
            match code {
                ProblemCode::UnknownTeam => replace_team(values, &context.known, &value, &meant),
                ProblemCode::NameInOneCell => {
                    (values.first_name, values.last_name) = people::names::split(&value);
                }
                ProblemCode::SwappedAddress => {
                    let before = std::mem::replace(&mut values.email, meant);
                    let Some((field, _, rest)) = address_in_names(values) else { continue };
                    let before = if text::is_placeholder(&before) { "" } else { before.as_str() };
                    *values.get_mut(field) = rest;
                    if !fill_names(values, before) && values.get(field).is_empty() {
                        before.clone_into(values.get_mut(field));
                    }
                }
                _ => *values.get_mut(field) = meant,
            }
        }
    }

    fn apply(&mut self, step: Step<'_>) {
        let known = &self.context.known;
        let values = &mut self.found.values;
        match step {
            Step::Edit { field: Field::Email, value } => {
                let CleanAddress { address, name, .. } = clean::clean_address(value);
                values.email = address.into_owned();
                fill_names(values, name.as_deref().unwrap_or_default());
            }
            Step::Edit { field, value } => *values.get_mut(field) = text::trimmed(value).to_owned(),
            Step::Out(out) => self.found.is_left_out = out,
            Step::First | Step::Second => {
                let is_first = matches!(step, Step::First);
                if let Some(several) = email::several(&values.email, &known.own_domains) {
                    values.email = if is_first { several.first } else { several.rest };
                    share_names(values, self.found.whole_name.take(), is_first);
                }
                self.found.is_split_off = !is_first;
            }
            // Its record was not read.
            Step::Blank => {}
            Step::Fix(Fix::ReplaceValue { field: Field::Teams, from, to }) => {
                replace_team(values, known, from, to);
            }
            Step::Fix(Fix::ReplaceValue { field, from, to }) => {
                let value = values.get_mut(*field);
                if same(value, from) {
                    text::trimmed(to).clone_into(value);
                }
            }
            Step::Fix(Fix::ReplaceText { field, find, by }) => {
                let value = values.get_mut(*field);
                if text::contains_in_any_case(value, find) {
                    *value = text::trimmed(&text::replaced_in_any_case(value, find, by)).to_owned();
                }
            }
            Step::Fix(Fix::AcceptSuggestions) => {
                if let Some(meant) = email::advise(&values.email, &known.own_domains).suggestion {
                    values.email = meant;
                }
            }
            Step::Fix(Fix::Accept { code }) => self.accept(*code),
            Step::Fix(Fix::FirstAddresses) => {
                if let Some(several) = email::several(&values.email, &known.own_domains) {
                    values.email = several.first;
                }
            }
            Step::Fix(Fix::DropUnknownTeams) => {
                let teams = split_teams(&values.teams, known);
                if teams.iter().any(|team| known.team(team).is_none()) {
                    values.teams = join_teams(teams.into_iter().filter(|team| known.team(team).is_some()));
                }
            }
            Step::Fix(Fix::UnknownRolesAs { role }) => {
                if !values.role.is_empty() && role::parse(&values.role).is_none() {
                    role.as_str().clone_into(&mut values.role);
                }
            }
            Step::Fix(Fix::UnknownWorkspacesAsDefault) => {
                if known.workspace(&values.workspace).is_none() {
                    values.workspace.clear();
                }
            }
            // They are changes of several rows.
            Step::Fix(Fix::KeepEarlier | Fix::KeepLater | Fix::SplitPeople | Fix::AddRow) => {}
            Step::Fix(Fix::UnknownLanguagesAsDefault) => {
                if language::parse(&values.language).is_none() {
                    values.language.clear();
                }
            }
        }
    }

    fn check_record(&mut self) {
        let record = self.record;
        if record.unclosed_quote {
            let start = String::from_utf8_lossy(record.raw()).into_owned();
            self.problem(None, ProblemCode::UnclosedQuote, &start, None);
        }
        let width = self.context.columns.width();
        if record.width() > width
            && let Some(column) = (width..record.width()).find(|&column| !is_blank_cell(record, column))
        {
            let value = record.cell(column).unwrap_or_default();
            self.problem_at(Some(column), None, ProblemCode::TooManyCells, &value, None);
        }
        let missing = self.context.columns.mapped().find(|&(column, _)| column >= record.width());
        if let Some((column, target)) = missing {
            let field = Field::ALL.into_iter().find(|&field| Target::from(field) == target);
            self.problem_at(Some(column), field, ProblemCode::TooFewCells, "", None);
        }
        if record.truncated || record.longest() > LONGEST_CELL {
            let long = (0..record.width())
                .find(|&column| record.cell(column).is_some_and(|cell| cell.chars().count() > LONGEST_CELL));
            if record.truncated || long.is_some() {
                let value = long.and_then(|column| record.cell(column)).unwrap_or_default();
                self.problem_at(long, None, ProblemCode::CellTooLong, &value, None);
            }
        }
    }

    fn check_email(&mut self, extracted: Option<String>) {
        let email = self.found.values.email.clone();
        let advice = email::advise(&email, &self.context.known.own_domains);
        if let Some(cell) = extracted
            && advice.address.is_some()
        {
            self.problem(Some(Field::Email), ProblemCode::AddressExtracted, &cell, Some(email.clone()));
        }
        if advice.address.is_none() && self.check_misplaced(&email) {
            return;
        }
        let is_twin = |address: &Address| self.context.twins.contains(&address.readable_domain());
        let twin = advice.address.as_ref().filter(|address| is_twin(address));
        if let Some(code) = advice.code.or(twin.map(|_| ProblemCode::LookalikeAddress)) {
            self.problem(Some(Field::Email), code, &email, advice.suggestion);
        }
        let is_foreign = |address: &Address| !self.context.known.is_domain_allowed(&address.ascii_domain());
        if advice.address.as_ref().is_some_and(is_foreign) {
            self.problem(Some(Field::Email), ProblemCode::DomainNotAllowed, &email, None);
        }
        self.found.address = advice.address;
        if clean::is_formula_like(&email) {
            self.problem(Some(Field::Email), ProblemCode::FormulaLike, &email, None);
        }
    }

    /// Whether the cell has no address but a problem that says where it is, or which of several.
    fn check_misplaced(&mut self, email: &str) -> bool {
        let field = Some(Field::Email);
        if let Some(several) = email::several(email, &self.context.known.own_domains) {
            self.problem(field, ProblemCode::SeveralAddresses, email, Some(several.work));
        } else if !text::has(email, '@')
            && let Some((_, address, _)) = address_in_names(&self.found.values)
        {
            self.problem(field, ProblemCode::SwappedAddress, email, Some(address));
        } else if text::is_placeholder(email) {
            self.problem(field, ProblemCode::MissingEmail, email, None);
        } else {
            return false;
        }
        true
    }

    fn check_name(&mut self, field: Field) {
        let name = self.found.values.get(field).to_owned();
        let flaws = clean::flaws(&name);
        for (is_flawed, code, is_removed) in [
            (flaws.control, ProblemCode::ControlCharacter, true),
            (flaws.line_break, ProblemCode::LineBreak, true),
            (flaws.bidi, ProblemCode::BidiControl, true),
            (flaws.invisible, ProblemCode::InvisibleCharacter, true),
            (flaws.undecodable, ProblemCode::UndecodableBytes, false),
            (flaws.formula, ProblemCode::FormulaLike, false),
        ] {
            if is_flawed {
                let suggestion = is_removed.then(|| tidy(&name));
                self.problem(Some(field), code, &name, suggestion);
            }
        }
        let is_moved = self.found.problems.iter().any(|problem| problem.code == ProblemCode::SwappedAddress);
        if holds_address(&tidy(&name)) {
            // It is said at the address already.
            if !is_moved {
                self.problem(Some(field), ProblemCode::AddressInName, &name, Some(without_address(&name)));
            }
        } else {
            self.check_content(field, &name);
        }
        self.check_length(field);
    }

    /// Whether the name is one, and one alone.
    fn check_content(&mut self, field: Field, name: &str) {
        let other = if field == Field::FirstName { Field::LastName } else { Field::FirstName };
        let whole = self.found.whole_name.as_deref();
        if whole.is_none_or(|whole| whole == name) && text::is_placeholder(name) {
            self.problem(Some(field), ProblemCode::PlaceholderName, name, Some(String::new()));
        } else if whole.is_none() && self.found.values.get(other).is_empty() && text::has(name, ',') {
            let (first, last) = people::names::split(name);
            if !first.is_empty() && !last.is_empty() {
                let whole = people::names::full_name(&first, &last);
                self.problem(Some(field), ProblemCode::NameInOneCell, name, Some(whole));
            }
        }
    }

    fn check_length(&mut self, field: Field) {
        let value = self.found.values.get(field);
        if value.len() > LONGEST_VALUE && value.chars().count() > LONGEST_VALUE {
            let value = value.to_owned();
            self.problem(Some(field), ProblemCode::ValueTooLong, &value, None);
        }
    }

    fn check_role(&mut self) {
        let role = self.found.values.role.clone();
        match role::parse(&role) {
            Some(found) => {
                self.found.role = found;
                if !self.context.known.is_role_allowed(found) {
                    self.problem(Some(Field::Role), ProblemCode::RoleNotAllowed, &role, None);
                }
            }
            None if role.is_empty() => {}
            None => {
                let known = &self.context.known;
                let meant = role::meant(&role).filter(|&meant| known.is_role_allowed(meant));
                let meant = meant.map(|meant| meant.as_str().to_owned());
                self.problem(
                    Some(Field::Role),
                    ProblemCode::UnknownRole,
                    &role,
                    meant.or_else(|| no_value(&role)),
                );
            }
        }
        self.check_length(Field::Role);
    }

    fn check_teams(&mut self) {
        let cell = self.found.values.teams.clone();
        let known = &self.context.known;
        self.found.teams = known_teams(&cell, known);
        for team in split_teams(&cell, known).into_iter().filter(|team| known.team(team).is_none()) {
            let meant = known.nearest_team(team).or_else(|| no_value(team));
            self.problem(Some(Field::Teams), ProblemCode::UnknownTeam, team, meant);
        }
        if clean::flaws(&cell).control {
            self.problem(Some(Field::Teams), ProblemCode::ControlCharacter, &cell, None);
        }
        self.check_length(Field::Teams);
    }

    fn check_workspace(&mut self) {
        let workspace = self.found.values.workspace.clone();
        match self.context.known.workspace(&workspace) {
            Some(known) => self.found.workspace = known,
            None => {
                let meant = self.context.known.nearest_workspace(&workspace).or_else(|| no_value(&workspace));
                self.problem(Some(Field::Workspace), ProblemCode::UnknownWorkspace, &workspace, meant);
            }
        }
        if clean::flaws(&workspace).control {
            self.problem(Some(Field::Workspace), ProblemCode::ControlCharacter, &workspace, None);
        }
        self.check_length(Field::Workspace);
    }

    fn check_language(&mut self) {
        let language = self.found.values.language.clone();
        self.found.language = language::parse(&language);
        if self.found.language.is_none() && !language.is_empty() {
            self.problem(Some(Field::Language), ProblemCode::UnknownLanguage, &language, no_value(&language));
        }
        self.check_length(Field::Language);
    }
}

/// Fills the names that are empty, if both are, from a whole name; whether it did.
fn fill_names(values: &mut RowValues, full_name: &str) -> bool {
    let is_free = values.first_name.is_empty() && values.last_name.is_empty() && !full_name.is_empty();
    if is_free {
        (values.first_name, values.last_name) = people::names::split(full_name);
    }
    is_free
}

/// Leaves the names of the first or the second of two people: "Ana / Ben", "Ana & Ben". The second of one name has none.
fn share_names(values: &mut RowValues, whole: Option<String>, is_first: bool) {
    let one_of = |name: &str| {
        let (first, second) = name.split_once(['/', '&'])?;
        Some(text::trimmed(if is_first { first } else { second }).to_owned())
    };
    if let Some(own) = whole.as_deref().and_then(one_of) {
        (values.first_name, values.last_name) = people::names::split(&own);
        return;
    }
    let own = [one_of(&values.first_name), one_of(&values.last_name)];
    // The last name of two first names is that of both.
    let is_kept = is_first || own[0].is_some();
    for (name, own) in [&mut values.first_name, &mut values.last_name].into_iter().zip(own) {
        match own {
            Some(own) => *name = own,
            None if is_kept => {}
            None => name.clear(),
        }
    }
}

/// Whether the row has names, and none of them is in that whole name.
fn is_of_another(values: &RowValues, whole: &str) -> bool {
    let whole = text::plain(whole);
    let mut names = [&values.first_name, &values.last_name].map(|name| text::plain(name)).into_iter();
    let is_named = names.clone().any(|name| !name.is_empty());
    is_named && !names.any(|name| !name.is_empty() && text::contains(whole.as_bytes(), name.as_bytes()))
}

/// An address in the place of a name, with its field and what is left of the name.
fn address_in_names(values: &RowValues) -> Option<(Field, String, String)> {
    [Field::FirstName, Field::LastName].into_iter().find_map(|field| {
        let name = values.get(field);
        let address =
            name.split_whitespace().map(clean::bare_address).find(|word| Address::parse(word).is_ok())?;
        Some((field, address.into_owned(), without_address(name)))
    })
}

/// The words of a name that are no address.
fn without_address(name: &str) -> String {
    let words: Vec<&str> =
        name.split_whitespace().filter(|word| !text::has(word, '@') && !text::has(word, '＠')).collect();
    words.join(" ")
}

/// The suggestion for a value that stands for none.
fn no_value(value: &str) -> Option<String> {
    text::is_placeholder(value).then(String::new)
}

fn replace_team(values: &mut RowValues, known: &super::KnownNames, from: &str, to: &str) {
    let teams = split_teams(&values.teams, known);
    if teams.iter().any(|team| same(team, from)) {
        let teams = teams.into_iter().map(|team| if same(team, from) { to } else { team });
        values.teams = join_teams(teams);
    }
}

fn is_blank_cell(record: &Record<'_>, column: usize) -> bool {
    record.cell(column).is_none_or(|cell| text::trimmed(&cell).is_empty())
}

fn same(a: &str, b: &str) -> bool {
    text::fold(a) == text::fold(b)
}

/// Whether a value says something: separators alone name no team.
pub(super) fn is_given(values: &RowValues, field: Field, known: &super::KnownNames) -> bool {
    match field {
        Field::Teams => !split_teams(&values.teams, known).is_empty(),
        field => !values.get(field).is_empty(),
    }
}

/// The teams of a cell: all of it when it is the name of one, else its parts.
fn split_teams<'a>(cell: &'a str, known: &super::KnownNames) -> Vec<&'a str> {
    if known.team(cell).is_some() && known.teams_are_known() {
        return vec![cell];
    }
    cell.split(TEAM_ENDS).map(text::trimmed).filter(|team| !team.is_empty()).collect()
}

/// The teams of a cell as the account spells them, each once and without that of everyone, which every member is in.
pub(super) fn known_teams(cell: &str, known: &super::KnownNames) -> Vec<String> {
    let mut teams: Vec<String> = Vec::new();
    for team in split_teams(cell, known).into_iter().filter_map(|team| known.team(team)) {
        if !text::is_everyone(&team) && !teams.contains(&team) {
            teams.push(team);
        }
    }
    teams
}

fn join_teams<'a>(teams: impl Iterator<Item = &'a str>) -> String {
    teams.filter(|team| !team.is_empty()).collect::<Vec<_>>().join(TEAMS_SEPARATOR)
}

/// At most [`LONGEST_QUOTE`] characters of a text.
fn quote(value: &str) -> String {
    let end = value.char_indices().nth(LONGEST_QUOTE).map_or(value.len(), |(end, _)| end);
    text::part(value, ..end).to_owned()
}
