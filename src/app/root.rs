//! Everything that is on the page.

use leptos::prelude::*;
use leptos_router::components::Router;

use super::routes::Screens;
use crate::domain::invitations::sending;
use crate::domain::kept::drafts;
use crate::domain::session::{self, SessionState};
use crate::features::sign_in;
use crate::i18n;
use crate::platform::address::base_path;
use crate::ui::{Announcer, Notices, withdraw_undo};

#[component]
pub(crate) fn App() -> impl IntoView {
    // Texts are not reactive: another language is another tree.
    let locale = i18n::current();
    sending::init();
    drafts::init();
    // What one person did is not for the next to take back.
    session::on_another_person(withdraw_undo);
    let replaced =
        Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Replaced { .. })));
    move || {
        locale.track();
        view! {
            <Router base=base_path()>
                // What one person sees is not for whoever has taken their place; it is there again when they are.
                <div class="screens" hidden=move || replaced.get()>
                    <Screens />
                    <Notices />
                </div>
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
    move || needed.get().then(sign_in::SignInAgain)
}

/// The dialog in the place of everything once somebody else has signed in.
#[component]
fn Replaced(replaced: Memo<bool>) -> impl IntoView {
    let needed = Memo::new(move |before: Option<&bool>| before == Some(&true) || replaced.get());
    move || needed.get().then(sign_in::Replaced)
}
