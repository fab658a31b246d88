//! The user's changes, in order, so that the last one can be undone.

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
}

/// A change that was undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undone {
    /// An edit of that row.
    Edit {
        row: u64,
    },
    Fix(Fix),
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
        let order = self.count();
        let place = self.edits.partition_point(|edit| edit.row <= row);
        self.edits.insert(place, Edit { row, order, field, value });
        self.log.push(Some(row));
    }

    /// Applies a fix to every row it fits.
    pub fn fix(&mut self, fix: Fix) {
        self.fixes.push((self.count(), fix));
        self.log.push(None);
    }

    /// Undoes the last change.
    pub fn undo(&mut self) -> Option<Undone> {
        Some(match self.log.pop()? {
            Some(row) => {
                let behind = self.edits.partition_point(|edit| edit.row <= row);
                if behind > 0 {
                    self.edits.remove(behind - 1);
                }
                Undone::Edit { row }
            }
            None => Undone::Fix(self.fixes.pop()?.1),
        })
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
        assert_eq!(changes.undo(), Some(Undone::Fix(Fix::AcceptSuggestions)));
        assert_eq!(changes.steps(5).count(), 1);
        assert!(!changes.is_edited(6));
        assert_eq!(changes.count(), 1);
    }
}
