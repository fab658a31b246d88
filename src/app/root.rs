//! The whole page.

use leptos::prelude::*;
use leptos_router::components::Router;

use super::routes::Screens;
use super::sign_in_screens::{self, Part};
use crate::domain::invitations::sending;
use crate::domain::local_data;
use crate::domain::session::{self, SessionState};
use crate::i18n;
use crate::platform::address::base_path;
use crate::ui::{Announcer, Notices, keep_address, withdraw_undo};

#[component]
pub(crate) fn App() -> impl IntoView {
    // Texts are not reactive: another language renders another tree.
    let locale = i18n::current();
    sending::init();
    local_data::init();
    // One person's changes are not for the next to undo.
    session::on_another_person(withdraw_undo);
    let replaced =
        Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Replaced { .. })));
    move || {
        locale.track();
        view! {
            <Router base=base_path()>
                {keep_address()}
                // One person's screens are hidden from another who has signed in, and shown again once the first is
                // back.
                <div class="screens" hidden=move || replaced.get()>
                    <Screens />
                    <Notices />
                </div>
                <Proof />
                <SignInAgain />
                <Replaced replaced />
                <Announcer />
            </Router>
        }
    }
}

/// The dialog over an expired session, from the first session that expires.
#[component]
fn SignInAgain() -> impl IntoView {
    let expired = Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Expired(_))));
    let needed = Memo::new(move |before: Option<&bool>| before == Some(&true) || expired.get());
    move || needed.get().then(|| sign_in_screens::show(Part::Again))
}

/// The dialog that asks for a proof of who the person is, from the first that is needed.
#[component]
fn Proof() -> impl IntoView {
    let is_needed = RwSignal::new(false);
    Effect::new(move |_| {
        if session::is_proof_asked() {
            is_needed.set(true);
        }
    });
    // Loaded anew with the next proof.
    let on_unloaded = Callback::new(move |()| is_needed.set(false));
    let is_needed = Memo::new(move |_| is_needed.get());
    move || is_needed.get().then(|| sign_in_screens::proof(on_unloaded))
}

/// The dialog that replaces the screen once another person has signed in.
#[component]
fn Replaced(replaced: Memo<bool>) -> impl IntoView {
    let needed = Memo::new(move |before: Option<&bool>| before == Some(&true) || replaced.get());
    move || needed.get().then(|| sign_in_screens::show(Part::Replaced))
}
