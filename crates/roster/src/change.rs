//! The user's changes, in order, so that the last one can be undone and made again.

use crate::{Field, Fix};

#[derive(Clone, Debug, PartialEq, Eq)]
struct Edit {
    row: u64,
    order: u32,
    field: Field,
    value: String,
}

/// Edits of single values and fixes of many rows, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By row, and in order within a row.
    edits: Vec<Edit>,
    fixes: Vec<(u32, Fix)>,
    /// The row of each change, `None` for a fix.
    log: Vec<Option<u64>>,
    /// What was undone since the last change, the last one at the end.
    undone: Vec<Change>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Edit(Edit),
    Fix((u32, Fix)),
}

/// A change that was undone, or made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undone {
    /// An edit of that row.
    Edit { row: u64 },
    /// A fix: every row may have changed.
    Fix,
}

/// A change as applied to one row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Edit { field: Field, value: &'a str },
    Fix(&'a Fix),
}

impl Changes {
    /// Sets one value of one row.
    pub fn edit(&mut self, row: u64, field: Field, value: String) {
        self.make(Change::Edit(Edit { row, order: self.count(), field, value }));
    }

    /// Applies a fix to every row it fits.
    pub fn fix(&mut self, fix: Fix) {
        self.make(Change::Fix((self.count(), fix)));
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
            Change::Fix(fix) => {
                self.fixes.push(fix);
                self.log.push(None);
                Undone::Fix
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
            None => (Change::Fix(self.fixes.pop()?), Undone::Fix),
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

    pub(crate) fn is_edited(&self, row: u64) -> bool {
        !self.edits.is_empty() && !self.edits_of(row).is_empty()
    }

    pub(crate) fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.fixes.iter().map(|(_, fix)| fix)
    }

    /// The fields that were edited in the row.
    pub(crate) fn edited_fields(&self, row: u64) -> Vec<Field> {
        let edits = self.edits_of(row);
        Field::ALL.into_iter().filter(|field| edits.iter().any(|edit| edit.field == *field)).collect()
    }

    /// The changes of the row, in order.
    pub(crate) fn steps(&self, row: u64) -> impl Iterator<Item = Step<'_>> {
        let mut edits = self.edits_of(row).iter().peekable();
        let mut fixes = self.fixes.iter().peekable();
        std::iter::from_fn(move || match (edits.peek(), fixes.peek()) {
            (Some(edit), Some((order, _))) if edit.order > *order => {
                fixes.next().map(|(_, fix)| Step::Fix(fix))
            }
            (Some(_), _) => edits.next().map(|edit| Step::Edit { field: edit.field, value: &edit.value }),
            (None, _) => fixes.next().map(|(_, fix)| Step::Fix(fix)),
        })
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
            .map(|step| match step {
                Step::Edit { value, .. } => value.to_owned(),
                Step::Fix(_) => "fix".to_owned(),
            })
            .collect();
        assert_eq!(steps, ["one", "fix", "two"]);
        assert_eq!(changes.undo(), Some(Undone::Edit { row: 5 }));
        assert_eq!(changes.undo(), Some(Undone::Edit { row: 6 }));
        assert_eq!(changes.undo(), Some(Undone::Fix));
        assert_eq!(changes.steps(5).count(), 1);
        assert!(!changes.is_edited(6));
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
        assert_eq!(changes.redo(), Some(Undone::Fix));
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
