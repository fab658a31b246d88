//! The scope that lives as long as the app, for state that outlives the screen it belongs to.

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

/// Creates signals that outlive the screens.
pub(crate) fn in_app_scope<T>(make: impl FnOnce() -> T) -> T {
    match PAGE.with_borrow(Clone::clone) {
        Some(owner) => owner.with(make),
        None => make(),
    }
}
