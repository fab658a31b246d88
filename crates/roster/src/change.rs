//! The user's changes, in order, so that the last one can be undone and made again.

use std::sync::Arc;

use crate::{Field, Fix, RowSet};
use values::ProblemCode;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    row: u64,
    order: u32,
    what: Arc<What>,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    Value(Field, String),
    Fix(Fix),
    /// The row is left out, or taken in again.
    Out(bool),
}

/// A change of many rows.
#[derive(Debug, PartialEq, Eq)]
enum Many {
    /// Where there is a set, in its rows alone.
    Fix(Fix, Option<RowSet>),
    /// The rows are left out, or taken in again.
    Out(RowSet, bool),
    /// Each of the rows, ascending, has one more behind those of the file, from that one on.
    Add(Added, Vec<u64>, u64),
}

/// What a row holds that is none of the file's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// The second of two people of the other row, which is of the first from then on.
    Second,
    /// Nothing. The other row is only where its record is read.
    Nothing,
}

impl Many {
    fn step(&self, row: u64) -> Option<Step<'_>> {
        match self {
            Self::Fix(fix, rows) => {
                rows.as_ref().is_none_or(|rows| rows.contains(row)).then_some(Step::Fix(fix))
            }
            Self::Out(rows, out) => rows.contains(row).then_some(Step::Out(*out)),
            Self::Add(Added::Second, rows, _) => rows.binary_search(&row).is_ok().then_some(Step::First),
            Self::Add(Added::Nothing, ..) => None,
        }
    }
}

/// Edits of single values, fixes of many rows, and rows left out, in the order in which they were made.
///
/// ```
/// use roster::{Changes, Field, Fix, Undone};
///
/// let mut changes = Changes::default();
/// changes.edit(3, Field::Email, "bo@example.com".into());
/// changes.fix(Fix::DropUnknownTeams);
/// assert_eq!(changes.undo(), Some(Undone::Many));
/// assert_eq!(changes.undo(), Some(Undone::Edit { row: 3 }));
/// assert_eq!((changes.redo(), changes.count()), (Some(Undone::Edit { row: 3 }), 1));
/// changes.leave_out_row(4, true);
/// assert_eq!(changes.redo(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By row, and in order within a row.
    edits: Vec<Edit>,
    many: Vec<(u32, Arc<Many>)>,
    /// The row of each change, `None` for one of many rows.
    log: Vec<Option<u64>>,
    /// What was undone since the last change, the last one at the end.
    undone: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Edit(Edit),
    Many((u32, Arc<Many>)),
}

/// A change that was undone, or made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// A change of that row alone.
    Edit { row: u64 },
    /// Any row may have changed.
    Many,
}

/// A change as applied to one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Edit {
        field: Field,
        value: &'a str,
    },
    Fix(&'a Fix),
    Out(bool),
    /// The row is of the first of two people.
    First,
    /// The row, which has what the other one had until now, is of the second.
    Second,
    /// The row has nothing of its record.
    Blank,
}

impl Changes {
    /// Sets one value of one row.
    pub fn edit(&mut self, row: u64, field: Field, value: String) {
        self.edit_row(row, What::Value(field, value));
    }

    /// Applies a fix to every row it fits.
    pub fn fix(&mut self, fix: Fix) {
        self.make(Change::Many((self.count(), Many::Fix(fix, None).into())));
    }

    /// Applies a fix to one row.
    pub fn fix_row(&mut self, row: u64, fix: Fix) {
        self.edit_row(row, What::Fix(fix));
    }

    /// Applies a fix to these rows.
    pub(crate) fn fix_rows(&mut self, rows: RowSet, fix: Fix) {
        self.make(Change::Many((self.count(), Many::Fix(fix, Some(rows)).into())));
    }

    /// Leaves a row out, as if the file did not have it, or takes it in again.
    pub fn leave_out_row(&mut self, row: u64, out: bool) {
        self.edit_row(row, What::Out(out));
    }

    /// Leaves these rows out, as if the file did not have them, or takes them in again.
    pub fn leave_out(&mut self, rows: RowSet, out: bool) {
        self.make(Change::Many((self.count(), Many::Out(rows, out).into())));
    }

    /// Adds a row for each of these, ascending, from that number on.
    pub(crate) fn add(&mut self, what: Added, rows: Vec<u64>, added: u64) {
        self.make(Change::Many((self.count(), Many::Add(what, rows, added).into())));
    }

    /// The first row that is none of the file's.
    pub(crate) fn first_added(&self) -> Option<u64> {
        self.many.iter().find_map(|(_, many)| match &**many {
            Many::Add(_, _, added) => Some(*added),
            _ => None,
        })
    }

    /// The added rows that are read with the record of this one.
    pub(crate) fn added_to(&self, row: u64) -> Vec<u64> {
        let added = |(_, many): &(u32, Arc<Many>)| match &**many {
            Many::Add(_, rows, added) => rows.binary_search(&row).ok().map(|place| added + place as u64),
            _ => None,
        };
        self.many.iter().filter_map(added).collect()
    }

    /// What an added row holds, the row whose record it is read with, and the number of the change that added it.
    fn origin(&self, row: u64) -> Option<(u32, Added, u64)> {
        self.many.iter().find_map(|(order, many)| match &**many {
            Many::Add(what, rows, added) => {
                let place = usize::try_from(row.checked_sub(*added)?).ok()?;
                Some((*order, *what, *rows.get(place)?))
            }
            _ => None,
        })
    }

    /// Whether the row has nothing of its record, as one that was added, or split off from such a one.
    pub(crate) fn is_blank(&self, row: u64) -> bool {
        matches!(self.steps(row).first(), Some(Step::Blank))
    }

    /// The row of the file that has the record of this one.
    pub(crate) fn row_of_file(&self, row: u64) -> u64 {
        self.origin(row).map_or(row, |(_, _, other)| self.row_of_file(other))
    }

    fn edit_row(&mut self, row: u64, what: What) {
        self.make(Change::Edit(Edit { row, order: self.count(), what: what.into() }));
    }

    fn make(&mut self, change: Change) {
        self.undone.clear();
        self.push(change);
    }

    fn push(&mut self, change: Change) -> Undone {
        match change {
            Change::Edit(edit) => {
                let row = edit.row;
                let behind = self.edits.partition_point(|other| other.row <= row);
                self.edits.insert(behind, edit);
                self.log.push(Some(row));
                Undone::Edit { row }
            }
            Change::Many(many) => {
                self.many.push(many);
                self.log.push(None);
                Undone::Many
            }
        }
    }

    /// Undoes the last change.
    pub fn undo(&mut self) -> Option<Undone> {
        let (change, undone) = match self.log.pop()? {
            Some(row) => {
                let last = self.edits.partition_point(|edit| edit.row <= row).checked_sub(1)?;
                (Change::Edit(self.edits.remove(last)), Undone::Edit { row })
            }
            None => (Change::Many(self.many.pop()?), Undone::Many),
        };
        self.undone.push(change);
        Some(undone)
    }

    /// Makes the change again that was undone last, unless another one was made since.
    pub fn redo(&mut self) -> Option<Undone> {
        let change = self.undone.pop()?;
        Some(self.push(change))
    }

    /// How many changes are in force.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.log.len()).unwrap_or(u32::MAX)
    }

    fn edits_of(&self, row: u64) -> &[Edit] {
        let begin = self.edits.partition_point(|edit| edit.row < row);
        let end = self.edits.partition_point(|edit| edit.row <= row);
        &self.edits[begin..end]
    }

    /// Whether any change names rows.
    pub(crate) fn name_rows(&self) -> bool {
        let names = |(_, many): &(u32, Arc<Many>)| !matches!(**many, Many::Fix(_, None));
        !self.edits.is_empty() || self.many.iter().any(names)
    }

    /// Whether any change names the row.
    pub(crate) fn name(&self, row: u64) -> bool {
        let names = |(_, many): &(u32, Arc<Many>)| match &**many {
            Many::Out(rows, _) | Many::Fix(_, Some(rows)) => rows.contains(row),
            Many::Add(_, rows, _) => rows.binary_search(&row).is_ok(),
            Many::Fix(_, None) => false,
        };
        !self.edits_of(row).is_empty() || self.many.iter().any(names) || self.origin(row).is_some()
    }

    pub(crate) fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.many.iter().filter_map(|(_, many)| match &**many {
            Many::Fix(fix, _) => Some(fix),
            Many::Out(..) | Many::Add(..) => None,
        })
    }

    /// The fields that were edited in the row.
    pub(crate) fn edited_fields(&self, row: u64) -> Vec<Field> {
        let edits = self.edits_of(row);
        Field::ALL
            .into_iter()
            .filter(|field| {
                edits.iter().any(|edit| matches!(&*edit.what, What::Value(edited, _) if edited == field))
            })
            .collect()
    }

    /// Whether a change gives the row other names: one of those, or both exchanged.
    pub(crate) fn renames(&self, row: u64) -> bool {
        self.steps(row).into_iter().any(|step| {
            let names = [Field::FirstName, Field::LastName];
            matches!(step, Step::Edit { field, .. } if names.contains(&field))
                || matches!(step, Step::Fix(Fix::Accept { code: ProblemCode::SwappedNames }))
        })
    }

    /// The changes of the row, in order.
    pub(crate) fn steps(&self, row: u64) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        self.add_steps(row, u32::MAX, &mut steps);
        steps
    }

    /// Adds the changes of the row before that one.
    fn add_steps<'a>(&'a self, row: u64, end: u32, steps: &mut Vec<Step<'a>>) {
        let mut begin = 0;
        if let Some((order, what, other)) = self.origin(row) {
            match what {
                Added::Second => {
                    self.add_steps(other, order, steps);
                    steps.push(Step::Second);
                }
                Added::Nothing => steps.push(Step::Blank),
            }
            begin = order;
        }
        let mut edits = self.edits_of(row).iter().take_while(|edit| edit.order < end).peekable();
        let own = self.many.iter().filter(|(order, _)| (begin..end).contains(order));
        let mut many = own.filter_map(|(order, many)| Some((*order, many.step(row)?))).peekable();
        loop {
            let order = edits.peek().map_or(u32::MAX, |edit| edit.order);
            let step = many.next_if(|&(other, _)| other < order).map(|(_, step)| step).or_else(|| {
                edits.next().map(|edit| match &*edit.what {
                    What::Value(field, value) => Step::Edit { field: *field, value },
                    What::Fix(fix) => Step::Fix(fix),
                    What::Out(out) => Step::Out(*out),
                })
            });
            match step {
                Some(step) => steps.push(step),
                None => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Changes, Step, Undone};
    use crate::{Field, Fix};

    #[test]
    fn changes_apply_to_a_row_in_the_order_in_which_they_were_made() {
        let mut changes = Changes::default();
        changes.edit(5, Field::Role, "one".into());
        changes.fix(Fix::AcceptSuggestions);
        changes.edit(6, Field::Role, "other row".into());
        changes.edit(5, Field::Role, "two".into());
        let steps: Vec<String> = changes
            .steps(5)
            .into_iter()
            .map(|step| match step {
                Step::Edit { value, .. } => value.to_owned(),
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(steps, ["one", "Fix(AcceptSuggestions)", "two"]);
        assert_eq!(changes.undo(), Some(Undone::Edit { row: 5 }));
        assert_eq!(changes.undo(), Some(Undone::Edit { row: 6 }));
        assert_eq!(changes.undo(), Some(Undone::Many));
        assert_eq!(changes.steps(5).len(), 1);
        assert!(!changes.name(6));
        assert_eq!(changes.count(), 1);
    }

    #[test]
    fn s12_what_was_undone_is_made_again_in_its_place_until_another_change_is_made() {
        let mut changes = Changes::default();
        assert_eq!((changes.undo(), changes.redo()), (None, None));
        changes.edit(5, Field::Role, "one".into());
        changes.fix(Fix::AcceptSuggestions);
        changes.edit(5, Field::Role, "two".into());
        let before = changes.clone();
        for _ in 0..3 {
            changes.undo();
        }
        assert_eq!(changes.count(), 0);
        assert_eq!(changes.redo(), Some(Undone::Edit { row: 5 }));
        assert_eq!(changes.redo(), Some(Undone::Many));
        assert_eq!(changes.redo(), Some(Undone::Edit { row: 5 }));
        assert_eq!((changes.redo(), &changes), (None, &before));
        let others: [fn(&mut Changes); 2] = [
            |changes| changes.edit(6, Field::Role, "three".into()),
            |changes| changes.fix(Fix::DropUnknownTeams),
        ];
        for change in others {
            changes.undo();
            change(&mut changes);
            let count = changes.count();
            assert_eq!((changes.redo(), changes.count()), (None, count));
        }
    }
}
