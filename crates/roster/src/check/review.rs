//! A checked file: counts, filters, and the rows that a screen or a batch needs, read again from the file.

use std::{borrow::Cow, sync::Arc};

use people::characters::tidy_without_address;

use super::{
    Context,
    checker::{Checker, duplicate},
    classes::{Class, Classes, WARNINGS, code_bit, passes, verdict},
    index::{Index, Start},
    rules::{self, Resolved},
    said::{COMPARED, Said},
    seen::{Match, Seen},
    values::ValueCounts,
};
use crate::{
    AddressKeys, Changes, CodeCount, Dialect, Field, Filter, Fix, Invitee, Limits, Reader, Record, RowRuns,
    RowSet, RowValues, RowView, Summary, Target, Undone, ValueCount, Verdict, VerdictCounts,
    address_keys::KeyHash,
    change::Added,
    read::{Anchors, FilePosition},
    summary::is_of_address,
    text,
};
use encodings::Decoders;
use values::{Problem, ProblemCode, clean::is_unseen};

/// Rows at most this many index steps apart are read in one piece.
const NEAR: usize = 8;

/// How many unknown values a summary lists.
const LISTED_VALUES: usize = 100;

/// A piece of the file that contains requested rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The bytes of the file to read.
    pub source: std::ops::Range<u64>,
    /// The requested rows in it, ascending.
    pub rows: Vec<u64>,
    place: FilePosition,
    position: u64,
    number: u64,
}

/// The text of a search, in any letter case.
#[derive(Clone, Debug)]
pub struct Needle {
    text: String,
    lasting: String,
}

impl Needle {
    /// `None` for a text of white space only, which every row contains.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { text: text::lower(text), lasting: lasting(text) })
    }

    fn is_in(&self, text: &str) -> bool {
        text::contains(text::lower(text).as_bytes(), self.text.as_bytes())
    }

    /// Whether it may be in a value that is read from the text of a file.
    fn may_come_from(&self, text: &str) -> bool {
        self.lasting.is_empty() || text::contains(lasting(text).as_bytes(), self.lasting.as_bytes())
    }
}

/// What a text has in common with the values that are read from it, which are without some of its characters and have others in
/// their narrow form.
fn lasting(text: &str) -> String {
    let kept = text.chars().filter(|&c| !matches!(c, '"' | '\'') && !is_unseen(c));
    let narrowed: String = kept.map(text::narrow).collect();
    text::lower(&narrowed)
}

/// A checked file. Rows are read again where they are shown, or changed:
///
/// ```
/// # #[cfg(feature = "encodings")] {
/// # use std::sync::Arc;
/// # use roster::{AddressKeys, Changes, Check, Known, NativeDecoders, Overrides, Seed, open};
/// use roster::{Field, Filter, Verdict};
///
/// let file = "Email,Name\nana@example.com,Ana\nbo at example,Bo\n".as_bytes();
/// # let opened = open(file, true, &Overrides::default(), &NativeDecoders)?;
/// # let keys = Arc::new(AddressKeys::empty(Seed([1, 2])));
/// # let (known, changes) = (Known::default(), Changes::default());
/// # let mut check = Check::new(opened.dialect, &opened.mapping, &known, changes, &NativeDecoders, false, keys);
/// # check.space(file.len())[..file.len()].copy_from_slice(file);
/// # check.advance(file.len()).expect("two columns");
/// let mut review = check.finish(file.len() as u64).expect("two columns");
/// let (_, problems) = review.select(Filter::Problems, None, 0, 10);
/// assert_eq!(problems, [3]);
///
/// for span in review.spans(&problems) {
///     let bytes = &file[span.source.start as usize..span.source.end as usize];
///     review.change(&span, bytes, &NativeDecoders, |review, record| {
///         review.edit(record, Field::Email, "bo@example.com".into());
///     });
/// }
/// assert_eq!(review.summary().verdicts.get(Verdict::Ready), 2);
/// # }
/// # Ok::<(), roster::Refusal>(())
/// ```
#[derive(Debug)]
pub struct Review {
    dialect: Dialect,
    context: Context,
    keys: Arc<AddressKeys>,
    free_seats: Option<u64>,
    seen: Seen,
    classes: Classes,
    index: Index,
    anchors: Anchors,
    size: u64,
    values: ValueCounts,
    /// How many rows have a name that no column of the file is for.
    loose_names: u64,
    /// The rows whose names stand in each other's place in the file, ascending.
    swapped: Vec<u64>,
    unclosed_quote: Option<u64>,
}

impl Review {
    pub(super) fn new(dialect: Dialect, checker: Checker, anchors: Anchors, size: u64) -> Self {
        Self {
            dialect,
            context: checker.context,
            keys: checker.keys,
            free_seats: checker.free_seats,
            seen: checker.seen,
            classes: checker.classes,
            index: checker.index,
            anchors,
            size,
            values: checker.values,
            loose_names: checker.loose_names,
            swapped: checker.swapped,
            unclosed_quote: checker.unclosed_quote,
        }
    }

    /// The findings in numbers.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut verdicts = VerdictCounts::default();
        let mut by_code = [0_u64; ProblemCode::ALL.len()];
        let (mut records, mut left_out, mut warned) = (0, 0, 0);
        for (mut mask, verdict, rows) in self.classes.counts() {
            let Some(verdict) = verdict else {
                left_out += rows;
                continue;
            };
            records += rows;
            *verdicts.get_mut(verdict) += rows;
            warned += if mask & WARNINGS == 0 { 0 } else { rows };
            while mask != 0 {
                by_code[mask.trailing_zeros() as usize] += rows;
                mask &= mask - 1;
            }
        }
        let codes = by_frequency(occurring(&by_code), |count| count.rows);
        let mut mendable = self.values.mendable.clone();
        mendable.resize(by_code.len(), 0);
        let swapped = ProblemCode::SwappedNames as usize;
        mendable[swapped] = by_code[swapped];
        let mendable = occurring(&mendable);
        let values = self.values.values.iter().map(|(_, count)| count).filter(|count| count.rows > 0);
        let values = values.cloned().collect();
        let mut values = by_frequency(values, |count: &ValueCount| count.rows);
        values.truncate(LISTED_VALUES);
        Summary {
            dialect: self.dialect.clone(),
            records,
            left_out,
            verdicts,
            warned,
            codes,
            values,
            suggestions: mendable
                .iter()
                .filter(|count| is_of_address(count.code))
                .map(|count| count.rows)
                .sum(),
            mendable,
            unclosed_quote: self.unclosed_quote,
            without_column: self.without_column(),
            changes: self.context.changes.count(),
        }
    }

    fn without_column(&self) -> Vec<Field> {
        let columns = &self.context.columns;
        let has_names = self.loose_names > 0 || columns.of(Target::FullName).is_some();
        let names = if has_names { &[Field::FirstName, Field::LastName][..] } else { &[] };
        names.iter().copied().filter(|&name| columns.of(name.into()).is_none()).collect()
    }

    /// The changes in force.
    #[must_use]
    pub fn changes(&self) -> &Changes {
        &self.context.changes
    }

    /// How the file was read.
    #[must_use]
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The numbers of the rows that the filter lets through, ascending.
    pub fn rows(&self, filter: Filter) -> impl Iterator<Item = u64> {
        let passing = self.classes.people(1).filter(move |&(_, mask, verdict)| passes(filter, mask, verdict));
        let left_out = (filter == Filter::LeftOut).then(|| self.classes.left_out());
        passing.map(|(row, ..)| row).chain(left_out.into_iter().flatten())
    }

    /// How many rows the filter lets through, and the row numbers of `from..from + count` among them.
    #[must_use]
    pub fn select(&self, filter: Filter, found: Option<&RowSet>, from: u64, count: usize) -> (u64, Vec<u64>) {
        let mut total = 0;
        let mut rows = Vec::new();
        for row in self.rows(filter).filter(|&row| found.is_none_or(|found| found.contains(row))) {
            if total >= from && rows.len() < count {
                rows.push(row);
            }
            total += 1;
        }
        (total, rows)
    }

    /// The next row after `after_row` that is not ready, wrapping at the end, and its position in the unfiltered list.
    #[must_use]
    pub fn next_problem(&self, after_row: u64) -> Option<(u64, u64)> {
        let is_problem = |&(_, _, verdict): &(u64, u64, Verdict)| verdict != Verdict::Ready;
        let (row, ..) = self
            .classes
            .people(after_row.saturating_add(1))
            .find(is_problem)
            .or_else(|| self.classes.people(1).find(is_problem))?;
        let position = self.classes.people(1).take_while(|&(other, ..)| other < row).count();
        Some((row, position as u64))
    }

    /// Up to `max` invitable rows from `from_row` on, and the row after the last one examined, if any is left.
    #[must_use]
    pub fn invitable(&self, from_row: u64, max: usize) -> (Vec<u64>, Option<u64>) {
        let mut rows = self
            .classes
            .people(from_row)
            .filter(|(_, _, verdict)| verdict.is_invitable())
            .map(|(row, ..)| row);
        let chunk: Vec<u64> = rows.by_ref().take(max).collect();
        (chunk, rows.next())
    }

    /// Whether the row is a person of the file, left out or not.
    #[must_use]
    pub fn has_row(&self, row: u64) -> bool {
        self.classes.get(row).is_some_and(|class| class != Class::NO_PERSON)
    }

    /// The positions in the file of the rows, given in ascending order.
    #[must_use]
    pub fn spans(&self, rows: &[u64]) -> Vec<Span> {
        let added = self.context.changes.first_added().unwrap_or(u64::MAX);
        let (own, added) = rows.split_at(rows.partition_point(|&row| row < added));
        let mut spans = self.spans_of_file(own);
        for &row in added {
            let of_file = self.context.changes.row_of_file(row);
            // The record is read again under the number of the row.
            spans.extend(self.spans_of_file(&[of_file]).into_iter().map(|span| Span {
                number: span.number + (row - of_file),
                rows: vec![row],
                ..span
            }));
        }
        spans
    }

    fn spans_of_file(&self, rows: &[u64]) -> Vec<Span> {
        let there = rows.partition_point(|&row| self.classes.get(row).is_some());
        rows[..there]
            .chunk_by(|&a, &b| self.index.place(b) - self.index.place(a) <= NEAR)
            .filter_map(|rows| {
                let places = self.index.place(*rows.first()?)..self.index.place(*rows.last()?) + 1;
                let (first, next) = self.index.around(&places)?;
                let Start { before: number, position } = first;
                let place = self.anchors.locate(position);
                let end = next.map_or(self.size, |next| self.anchors.end(next.position, self.size));
                Some(Span { source: place.source..end, rows: rows.to_vec(), place, position, number })
            })
            .collect()
    }

    /// Passes on the requested rows of a span, given its bytes.
    pub fn read(
        &self,
        span: &Span,
        bytes: &[u8],
        decoders: &dyn Decoders,
        mut sink: impl FnMut(&Record<'_>),
    ) {
        read_span(&self.dialect, span, bytes, decoders, &mut sink);
    }

    /// Passes on the first requested row of a span for changing it.
    pub fn change<T>(
        &mut self,
        span: &Span,
        bytes: &[u8],
        decoders: &dyn Decoders,
        change: impl FnOnce(&mut Self, &Record<'_>) -> T,
    ) -> Option<T> {
        let dialect = self.dialect.clone();
        let mut change = Some(change);
        let mut result = None;
        read_span(&dialect, span, bytes, decoders, &mut |record| {
            if let Some(change) = change.take() {
                result = Some(change(self, record));
            }
        });
        result
    }

    /// The row as a screen shows it.
    #[must_use]
    pub fn view(&self, record: &Record<'_>) -> RowView {
        let resolved = rules::resolve(&self.context, record);
        let row = record.number;
        let verdict = self.verdict(row, &resolved);
        let other_domain = resolved.address.as_ref().and_then(values::email::Address::other_domain);
        let (duplicate_of, differing) = self.duplicate_of(row, &resolved).unzip();
        let mut problems = self.problems(row, &resolved, differing.as_deref());
        for problem in &mut problems {
            let shown = problem.field.map(|field| resolved.values.get(field));
            // A suggestion that was already applied when reading the cell is not repeated.
            problem.suggestion.take_if(|suggestion| Some(suggestion.as_str()) == shown);
        }
        RowView {
            row,
            verdict,
            left_out: resolved.is_left_out,
            problems,
            edited: self.context.changes.edited_fields(row),
            duplicate_of,
            differing: differing.unwrap_or_default(),
            standing: self.classes.standing(row),
            other_domain,
            values: resolved.values,
        }
    }

    /// The cells of a row as the file has them; of one that was added, its values in the columns for them.
    #[must_use]
    pub fn cells<'a>(&self, record: &Record<'a>) -> Vec<Cow<'a, str>> {
        if !self.context.changes.is_blank(record.number) {
            return record.cells().collect();
        }
        let mapping = &self.context.mapping;
        let values = rules::resolve(&self.context, record).values;
        let mut cells = vec![Cow::Borrowed(""); mapping.targets.len()];
        for field in Field::ALL {
            if let Some(cell) = mapping.column(field.into()).and_then(|column| cells.get_mut(column)) {
                *cell = Cow::Owned(values.get(field).to_owned());
            }
        }
        let full_name = mapping.column(Target::FullName).and_then(|column| cells.get_mut(column));
        if let Some(cell) = full_name {
            let names = [values.get(Field::FirstName), values.get(Field::LastName)];
            *cell = Cow::Owned(names.join(" ").trim().to_owned());
        }
        cells
    }

    /// The row's verdict and problems.
    #[must_use]
    pub fn reasons(&self, record: &Record<'_>) -> (Verdict, Vec<Problem>) {
        let resolved = rules::resolve(&self.context, record);
        let verdict = self.verdict(record.number, &resolved);
        let differing = self.duplicate_of(record.number, &resolved).map(|(_, differing)| differing);
        (verdict, self.problems(record.number, &resolved, differing.as_deref()))
    }

    fn verdict(&self, row: u64, resolved: &Resolved) -> Verdict {
        self.classes.verdict(row).unwrap_or_else(|| verdict(resolved.mask()))
    }

    /// The row as the backend gets it; `None` unless it can be invited.
    #[must_use]
    pub fn invitee(&self, record: &Record<'_>) -> Option<Invitee> {
        let row = record.number;
        self.classes.verdict(row).filter(|verdict| verdict.is_invitable())?;
        let resolved = rules::resolve(&self.context, record);
        let known = &self.context.known;
        let is_given = |field: &Field| rules::is_given(&resolved.values, *field, known);
        let given: Vec<Field> =
            [Field::Role, Field::Teams, Field::Workspace].into_iter().filter(is_given).collect();
        // Whoever says the default one gets it, whatever is chosen for the others.
        let says_default = resolved.workspace.is_none() && given.contains(&Field::Workspace);
        Some(Invitee {
            row,
            email: resolved.address?.as_str().to_owned(),
            first_name: tidy_without_address(&resolved.values.first_name),
            last_name: tidy_without_address(&resolved.values.last_name),
            role: resolved.role,
            teams: resolved.teams,
            workspace: match says_default {
                true => Some(known.default_workspace(&resolved.values.workspace)),
                false => resolved.workspace,
            },
            language: resolved.language,
            given,
        })
    }

    /// Whether a shown value of the row contains the text.
    #[must_use]
    pub fn matches(&self, record: &Record<'_>, needle: &Needle) -> bool {
        let changed = self.context.changes.name(record.number)
            || self.context.changes.fixes().next().is_some()
            || !self.context.mapping.defaults.is_empty();
        if !changed {
            let raw = String::from_utf8_lossy(record.raw());
            if !needle.may_come_from(&raw) {
                return false;
            }
        }
        let values = rules::resolve(&self.context, record).values;
        Field::ALL.into_iter().any(|field| needle.is_in(values.get(field)))
    }

    /// Changes the row's values: `record` is the row as read from the file.
    pub fn edit(&mut self, record: &Record<'_>, field: Field, value: String) {
        let mut value = Some(value);
        self.recheck(record, &mut |changes| {
            changes.edit(record.number, field, value.take().unwrap_or_default())
        });
    }

    /// Leaves the row out, as if the file did not have it, or takes it in again: `record` is the row as read from the file.
    pub fn leave_out_row(&mut self, record: &Record<'_>, out: bool) {
        self.recheck(record, &mut |changes| changes.leave_out_row(record.number, out));
    }

    /// The changes for a new check that leaves these rows out, or takes them in again.
    #[must_use]
    pub fn leaving_out(&self, rows: RowSet, out: bool) -> Changes {
        let mut changes = self.context.changes.clone();
        changes.leave_out(rows, out);
        changes
    }

    /// Those of the stored rows that there are, left out or not.
    #[must_use]
    pub fn stored(&self, rows: &RowRuns) -> Option<RowSet> {
        RowSet::of(rows, self.classes.count())
    }

    /// Applies a fix to the row alone, unless it [concerns others](Self::fixing_with_others): `record` is the row as read from the file.
    pub fn fix_row(&mut self, record: &Record<'_>, fix: Fix) {
        self.recheck(record, &mut |changes| match fix {
            Fix::KeepEarlier => changes.leave_out_row(record.number, true),
            _ => changes.fix_row(record.number, fix.clone()),
        });
    }

    /// The changes for a new check that applies the fix to every row it fits.
    #[must_use]
    pub fn fixing(&self, fix: Fix) -> Changes {
        let mut changes = self.context.changes.clone();
        match fix {
            // Which names are exchanged only the whole file says.
            Fix::Accept { code: ProblemCode::SwappedNames } => {
                changes.fix_rows(self.set(Filter::Code(ProblemCode::SwappedNames)), fix);
            }
            Fix::KeepEarlier => {
                changes.leave_out(self.set(Filter::Code(ProblemCode::ContradictingRow)), true);
            }
            Fix::KeepLater => changes.leave_out(self.contradicted(None), true),
            Fix::SplitPeople => {
                let rows = self.rows(Filter::Code(ProblemCode::SeveralAddresses)).collect();
                changes.add(Added::Second, rows, self.classes.count() + 1);
            }
            Fix::AddRow => {
                // Any person's record will do, left out or not; without one, that of the header.
                let next = self.classes.count() + 1;
                let beside = (1..next).find(|&row| self.has_row(row)).unwrap_or(1);
                changes.add(Added::Nothing, vec![beside], next);
            }
            _ => changes.fix(fix),
        }
        changes
    }

    /// The changes for a new check, where the fix of this row concerns other rows too: those of the same person that it
    /// contradicts, or that of a person who is split off.
    #[must_use]
    pub fn fixing_with_others(&self, row: u64, fix: &Fix) -> Option<Changes> {
        let mut changes = self.context.changes.clone();
        match fix {
            Fix::KeepLater => changes.leave_out(self.contradicted(Some(row)), true),
            Fix::SplitPeople => changes.add(Added::Second, vec![row], self.classes.count() + 1),
            _ => return None,
        }
        Some(changes)
    }

    /// The rows of each person, or of that row's alone, that are left out where a row stays that contradicts the first: that row,
    /// or the last of them.
    fn contradicted(&self, kept: Option<u64>) -> RowSet {
        let mut pairs = Vec::new();
        self.seen.compare(&self.keys, |row, found| {
            if let Match::EarlierRow { first, .. } = found {
                pairs.push(u64::from(first) << 32 | u64::from(row));
            }
        });
        let mut rows = RowSet::default();
        for pairs in text::sorted(&pairs).chunk_by(|a, b| a >> 32 == b >> 32) {
            let later = pairs.iter().map(|pair| pair & u64::from(u32::MAX));
            let contradicts =
                |row: &u64| self.classes.mask(*row) & code_bit(ProblemCode::ContradictingRow) != 0;
            let may_stay = |row: &u64| contradicts(row) && kept.is_none_or(|kept| kept == *row);
            if let (Some(stays), Some(pair)) = (later.clone().rfind(may_stay), pairs.first()) {
                rows.insert(pair >> 32);
                later.filter(|&row| row != stays).for_each(|row| rows.insert(row));
            }
        }
        rows
    }

    /// The rows that the filter lets through now.
    #[must_use]
    pub fn set(&self, filter: Filter) -> RowSet {
        let mut rows = RowSet::default();
        self.rows(filter).for_each(|row| rows.insert(row));
        rows
    }

    /// Undoes the last change, when it is an edit of the row of `record`, as read from the file.
    pub fn undo_edit(&mut self, record: &Record<'_>) {
        self.step(record, Changes::undo);
    }

    /// Makes the change again that was undone last, when it is an edit of the row of `record`, as read from the file.
    pub fn redo_edit(&mut self, record: &Record<'_>) {
        self.step(record, Changes::redo);
    }

    fn step(&mut self, record: &Record<'_>, step: fn(&mut Changes) -> Option<Undone>) {
        self.recheck(record, &mut |changes| {
            let mut after = changes.clone();
            if step(&mut after) == Some(Undone::Edit { row: record.number }) {
                *changes = after;
            }
        });
    }

    /// Makes a change that concerns the row alone.
    fn recheck(&mut self, record: &Record<'_>, change: &mut dyn FnMut(&mut Changes)) {
        let row = record.number;
        let before = rules::resolve(&self.context, record);
        change(&mut self.context.changes);
        let after = rules::resolve(&self.context, record);
        self.values.count(before.counted(), -1);
        self.values.count(after.counted(), 1);
        let [had, has] = [&before, &after].map(|row| u64::from(row.has_loose_name(&self.context.columns)));
        self.loose_names = (self.loose_names + has).saturating_sub(had);
        let class = after.class(&mut self.classes);
        self.classes.set(row, class);
        let is_swapped = self.swapped.binary_search(&row).is_ok() && !self.context.changes.renames(row);
        self.classes.mark(row, ProblemCode::SwappedNames, is_swapped);
        let (old, new) = (self.hash(&before), self.hash(&after));
        let said = Said::of_row(self.keys.seed(), &after);
        let number = u32::try_from(row).unwrap_or(u32::MAX);
        if let Some(old) = old {
            self.seen.remove(old, number);
        }
        if let Some(new) = new {
            self.seen.push(new, said, number);
        }
        for hash in [old, new].into_iter().flatten() {
            self.regroup(hash);
        }
        self.classes.seat(self.free_seats);
    }

    fn hash(&self, resolved: &Resolved) -> Option<KeyHash> {
        resolved.taken_key().map(|key| self.keys.seed().hash(key.as_bytes()))
    }

    /// Of the rows with one address, the first is no duplicate, and the account may know it; the others are duplicates, or
    /// contradict it.
    fn regroup(&mut self, hash: KeyHash) {
        let rows: Vec<(u32, Said)> = self.seen.rows(hash).collect();
        let Some(&(first, said)) = rows.iter().min_by_key(|(row, _)| row) else { return };
        let standing = self.keys.standing_of(hash);
        for (row, own) in rows {
            for contradicts in [false, true] {
                let is_it = row != first && own.contradicts(said) == contradicts;
                self.classes.mark(row.into(), duplicate(contradicts), is_it);
            }
            self.classes.stand(row.into(), standing.filter(|_| row == first));
        }
    }

    /// The earlier row with the same address, and in what they contradict each other.
    fn duplicate_of(&self, row: u64, resolved: &Resolved) -> Option<(u64, Vec<Field>)> {
        let codes = code_bit(ProblemCode::DuplicateAddress) | code_bit(ProblemCode::ContradictingRow);
        if self.classes.mask(row) & codes == 0 {
            return None;
        }
        let (first, said) = self.seen.rows(self.hash(resolved)?).min_by_key(|(row, _)| *row)?;
        let own = Said::of_row(self.keys.seed(), resolved);
        let differing = COMPARED.into_iter().filter(|field| own.differs(said, *field));
        Some((first.into(), differing.collect()))
    }

    fn problems(&self, row: u64, resolved: &Resolved, differing: Option<&[Field]>) -> Vec<Problem> {
        let mut problems = resolved.problems.clone();
        if let Some(differing) = differing {
            let column = resolved.address_column.and_then(|column| u32::try_from(column).ok());
            problems.push(Problem {
                row,
                column,
                field: Some(Field::Email),
                code: duplicate(!differing.is_empty()),
                value: resolved.values.email.clone(),
                suggestion: None,
            });
        }
        if self.classes.mask(row) & code_bit(ProblemCode::SwappedNames) != 0 {
            let RowValues { first_name, last_name, .. } = &resolved.values;
            let column = self.context.columns.of(Target::FirstName);
            problems.push(Problem {
                row,
                column: column.and_then(|column| u32::try_from(column).ok()),
                field: Some(Field::FirstName),
                code: ProblemCode::SwappedNames,
                value: first_name.clone(),
                suggestion: Some(last_name.clone()),
            });
        }
        problems
    }
}

fn read_span(
    dialect: &Dialect,
    span: &Span,
    bytes: &[u8],
    decoders: &dyn Decoders,
    sink: &mut dyn FnMut(&Record<'_>),
) {
    let mut reader =
        Reader::at(dialect, decoders, Limits::CHECK, false, span.place, span.position, span.number);
    let mut wanted = span.rows.iter().copied().peekable();
    let take: &mut dyn FnMut(Record<'_>) = &mut |record| {
        while wanted.next_if(|&row| row < record.number).is_some() {}
        if wanted.next_if_eq(&record.number).is_some() {
            sink(&record);
        }
    };
    // The file was read once without an error; if it changed since, the rows that are gone are just missing.
    if reader.push(bytes, &mut *take).is_ok() {
        let _ = reader.finish(take);
    }
}

/// The codes that occur, with their rows.
#[inline(never)]
fn occurring(by_code: &[u64]) -> Vec<CodeCount> {
    let counts = ProblemCode::ALL.iter().zip(by_code).filter(|&(_, &rows)| rows > 0);
    counts.map(|(&code, &rows)| CodeCount { code, rows }).collect()
}

/// The most frequent first, equals in order.
fn by_frequency<T: Clone>(counts: Vec<T>, rows: impl Fn(&T) -> u64) -> Vec<T> {
    let keys: Vec<u64> = counts.iter().map(|count| u64::MAX - rows(count)).collect();
    let order = text::ascending(&keys);
    order.into_iter().map(|place| counts[place].clone()).collect()
}
