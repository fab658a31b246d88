//! The scope that lives as long as the page, for state that outlives the screen it belongs to.

use std::cell::RefCell;

use leptos::prelude::Owner;

thread_local! {
    static PAGE: RefCell<Option<Owner>> = const { RefCell::new(None) };
}

/// Opens the scope. Called once, before anything else.
pub(crate) fn begin() {
    let owner = Owner::new();
    owner.set();
    PAGE.set(Some(owner));
}

/// Makes signals that no screen takes with it when it goes.
pub(crate) fn of_page<T>(make: impl FnOnce() -> T) -> T {
    match PAGE.with_borrow(Clone::clone) {
        Some(owner) => owner.with(make),
        None => make(),
    }
}
