//! Acts that a press begins.

use std::collections::HashSet;
use std::hash::Hash;

use leptos::prelude::*;

/// To what something is being done: pressed twice, it is done once. Belongs to a screen and ends with it.
pub(crate) struct UnderWay<T: Send + Sync + 'static>(StoredValue<HashSet<T>>);

impl<T: Send + Sync> Clone for UnderWay<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync> Copy for UnderWay<T> {}

impl<T: Clone + Eq + Hash + Send + Sync> UnderWay<T> {
    pub(crate) fn new() -> Self {
        Self(StoredValue::new(HashSet::new()))
    }

    /// Whether it may begin: it is not under way, and the screen still exists.
    pub(crate) fn begin(self, to: &T) -> bool {
        self.0.try_update_value(|all| all.insert(to.clone())) == Some(true)
    }

    pub(crate) fn end(self, to: &T) {
        self.0.try_update_value(|all| all.remove(to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pressed_twice_is_done_once_and_other_things_beside_it() {
        let _owner = Owner::new_root(None);
        let under_way = UnderWay::new();
        assert!(under_way.begin(&1) && !under_way.begin(&1) && under_way.begin(&2));
        under_way.end(&1);
        assert!(under_way.begin(&1) && !under_way.begin(&2));
    }
}
