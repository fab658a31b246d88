use std::collections::HashSet;

use leptos::prelude::*;

/// The selected rows of a list, by their keys. It is independent of pages: a row that is on another page stays selected.
#[derive(Clone, Copy)]
pub(crate) struct Selection(RwSignal<Keys>);

/// Sorted and without doubles.
type Keys = Vec<String>;

/// How much of a page is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    None,
    Some,
    All,
}

impl Selection {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(Keys::new()))
    }

    /// The number of selected rows; reactive.
    pub(crate) fn len(self) -> usize {
        self.0.with(Keys::len)
    }

    /// Whether nothing is selected; reactive.
    pub(crate) fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Whether a row is selected; reactive.
    pub(crate) fn has(self, key: &str) -> bool {
        self.0.with(|keys| find(keys, key).is_ok())
    }

    /// The keys of the selected rows.
    pub(crate) fn keys(self) -> Vec<String> {
        self.0.get_untracked()
    }

    /// Ends the selection; also when the screen is already gone.
    pub(crate) fn clear(self) {
        self.0.try_set(Keys::new());
    }

    /// Selects further rows, on whatever page they are.
    pub(crate) fn add(self, further: impl IntoIterator<Item = String>) {
        self.0.try_update(|keys| add(keys, further));
    }

    /// Deselects rows, for example because they have left the list.
    pub(crate) fn remove<'a>(self, gone: impl IntoIterator<Item = &'a str>) {
        self.0.try_maybe_update(|keys| (remove(keys, gone), ()));
    }

    pub(super) fn toggle(self, key: &str) {
        self.0.update(|keys| toggle(keys, key));
    }

    /// Selects every row of the page, or none of them if every one is selected already.
    pub(super) fn toggle_page(self, page: &[String]) {
        self.0.update(|keys| toggle_page(keys, page));
    }

    pub(super) fn share(self, page: &[String]) -> Share {
        self.0.with(|keys| share(keys, page))
    }
}

fn find(keys: &Keys, key: &str) -> Result<usize, usize> {
    keys.binary_search_by(|other| other.as_str().cmp(key))
}

fn toggle(keys: &mut Keys, key: &str) {
    match find(keys, key) {
        Ok(at) => {
            keys.remove(at);
        }
        Err(at) => keys.insert(at, key.to_owned()),
    }
}

fn toggle_page(keys: &mut Keys, page: &[String]) {
    let all = share(keys, page) == Share::All;
    for key in page {
        if find(keys, key).is_ok() == all {
            toggle(keys, key);
        }
    }
}

/// Whether there was any such key.
fn remove<'a>(keys: &mut Keys, gone: impl IntoIterator<Item = &'a str>) -> bool {
    let (gone, before): (HashSet<&str>, usize) = (gone.into_iter().collect(), keys.len());
    keys.retain(|key| !gone.contains(key.as_str()));
    keys.len() < before
}

fn add(keys: &mut Keys, further: impl IntoIterator<Item = String>) {
    keys.extend(further);
    keys.sort_unstable();
    keys.dedup();
}

fn share(keys: &Keys, page: &[String]) -> Share {
    match page.iter().filter(|key| find(keys, key).is_ok()).count() {
        0 => Share::None,
        count if count == page.len() => Share::All,
        _ => Share::Some,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| (*key).to_owned()).collect()
    }

    #[test]
    fn u5_a_page_is_selected_as_a_whole_and_other_pages_stay_as_they_are() {
        let (first, second) = (page(&["d", "a", "c"]), page(&["b", "e"]));
        let mut keys = Keys::new();
        toggle(&mut keys, "b");
        assert_eq!((share(&keys, &first), share(&keys, &second)), (Share::None, Share::Some));
        toggle(&mut keys, "c");
        assert_eq!(share(&keys, &first), Share::Some);
        toggle_page(&mut keys, &first);
        assert_eq!(keys, ["a", "b", "c", "d"]);
        assert_eq!((share(&keys, &first), share(&keys, &second)), (Share::All, Share::Some));
        toggle_page(&mut keys, &first);
        assert_eq!(keys, ["b"]);
        toggle(&mut keys, "b");
        assert!(keys.is_empty());
    }

    #[test]
    fn u5_a_row_that_has_left_the_list_is_no_longer_selected_and_others_are_once() {
        let mut keys = page(&["b", "c"]);
        add(&mut keys, page(&["c", "a"]));
        assert_eq!(keys, ["a", "b", "c"]);
        assert!(remove(&mut keys, ["b"]) && !remove(&mut keys, ["b"]));
        assert_eq!(keys, ["a", "c"]);
    }

    #[test]
    fn u5_nothing_of_an_empty_page_is_selected() {
        assert_eq!(share(&page(&["a"]), &[]), Share::None);
    }
}
