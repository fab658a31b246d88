//! The scope that lives as long as the app, and the state in it that screens share.
//!
//! The state of a subject is one type, which only the subject's own file asks for. It is made when first asked for, so
//! that its code is not part of the first visit, and is held in the context of the scope.

use std::any::{Any, TypeId};
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

thread_local! {
    // After an `await`, in a timer or in a listener there is no current scope to start from.
    static APP: RefCell<Option<Owner>> = const { RefCell::new(None) };
}

type States = Vec<(TypeId, Rc<dyn Any>)>;

/// Everything that is shared, by its type; a context of the app's scope.
#[derive(Clone, Copy)]
struct Shared(StoredValue<States, LocalStorage>);

/// Opens the scope. Called once, before anything else; a test opens one of its own.
pub(crate) fn begin() {
    let app = Owner::new_root(None);
    app.with(|| provide_context(Shared(StoredValue::new_local(States::new()))));
    APP.set(Some(app));
}

/// The one `T` of the app, created in its scope when it is first asked for: its signals outlive the screens.
pub(crate) fn shared<T: Default + 'static>() -> Rc<T> {
    let kind = TypeId::of::<T>();
    if let Some(known) = find(kind).and_then(|known| known.downcast().ok()) {
        return known;
    }
    let made = Rc::new(app().with(T::default));
    keep(kind, made.clone());
    made
}

// Not generic, so that their code exists once.

fn app() -> Owner {
    if APP.with_borrow(Option::is_none) {
        begin();
    }
    APP.with_borrow(Clone::clone).unwrap_or_default()
}

fn all() -> Option<Shared> {
    app().with(use_context)
}

fn find(kind: TypeId) -> Option<Rc<dyn Any>> {
    let of_kind = |all: &States| all.iter().find(|(one, _)| *one == kind).map(|(_, state)| state.clone());
    all()?.0.try_with_value(of_kind)?
}

fn keep(kind: TypeId, state: Rc<dyn Any>) {
    if let Some(all) = all() {
        all.0.try_update_value(|all| all.push((kind, state)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count(RwSignal<u32>);

    #[derive(Default)]
    struct Other(RwSignal<u32>);

    #[test]
    fn a_state_is_shared_by_all_who_ask_for_it_and_outlives_their_scopes() {
        begin();
        let screen = Owner::new();
        screen.with(|| shared::<Count>().0.set(7));
        screen.cleanup();
        assert_eq!(shared::<Count>().0.get_untracked(), 7);
        assert_eq!(shared::<Other>().0.get_untracked(), 0, "of another type");
    }

    #[test]
    fn another_scope_begins_with_nothing() {
        begin();
        let before = shared::<Count>();
        before.0.set(7);
        begin();
        assert_eq!(shared::<Count>().0.get_untracked(), 0);
        assert!(before.0.try_get_untracked().is_none(), "the state of the earlier one is gone with it");
    }
}
