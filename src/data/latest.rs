//! Of several concurrent tasks of a kind, only the one begun last counts.

use leptos::prelude::*;

/// Belongs to a screen and ends with it.
#[derive(Clone, Copy)]
pub(crate) struct Latest(StoredValue<u32>);

impl Latest {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(0))
    }

    /// Begins a task; earlier ones no longer count. `None` when the screen is gone.
    pub(crate) fn begin(self) -> Option<Turn> {
        let number = self.0.try_update_value(|latest| {
            *latest = latest.wrapping_add(1);
            *latest
        })?;
        Some(Turn { of: self, number })
    }

    /// Invalidates all tasks.
    pub(crate) fn end(self) {
        self.begin();
    }
}

/// A task that was begun.
#[derive(Clone, Copy)]
pub(crate) struct Turn {
    of: Latest,
    number: u32,
}

impl Turn {
    /// Whether no later task was begun, and the screen still exists.
    pub(crate) fn counts(self) -> bool {
        self.of.0.try_get_value() == Some(self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_one_that_was_begun_last_counts() {
        let owner = Owner::new_root(None);
        let latest = Latest::new();
        let first = latest.begin().unwrap();
        assert!(first.counts());
        let second = latest.begin().unwrap();
        assert!(!first.counts() && second.counts());
        latest.end();
        assert!(!second.counts());
        owner.cleanup();
        assert!(latest.begin().is_none());
    }
}
