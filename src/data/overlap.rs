//! Changes of one thing under way at the same time.

use std::mem;

use leptos::prelude::*;

/// Counts them: the one answered last may have been made first, and its answer lacks the others. Belongs to a screen and ends
/// with it.
#[derive(Clone, Copy)]
pub(crate) struct Overlap(StoredValue<(u32, bool)>);

impl Overlap {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new((0, false)))
    }

    /// Makes a change. Returns with what comes of it whether it is the last of several: then the whole is to be read again.
    pub(crate) async fn make<T>(self, change: impl Future<Output = T>) -> (T, bool) {
        self.begin();
        let outcome = change.await;
        (outcome, self.end())
    }

    fn begin(self) {
        self.0.try_update_value(|(under_way, is_overlapped)| {
            *under_way += 1;
            *is_overlapped |= *under_way > 1;
        });
    }

    fn end(self) -> bool {
        let last = self.0.try_update_value(|(under_way, is_overlapped)| {
            *under_way -= 1;
            *under_way == 0 && mem::take(is_overlapped)
        });
        last.unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_has_the_whole_read_again() {
        let _owner = Owner::new_root(None);
        let overlap = Overlap::new();
        overlap.begin();
        assert!(!overlap.end(), "it was alone");
        overlap.begin();
        overlap.begin();
        assert!(!overlap.end() && overlap.end());
        overlap.begin();
        assert!(!overlap.end(), "alone again");
    }
}
