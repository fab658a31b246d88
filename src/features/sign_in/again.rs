use leptos::prelude::*;

use super::page::{SignInWays, path_and_back_here};
use crate::domain::session::{self, SessionState};
use crate::t;
use crate::ui::{Button, Dialog};

/// Asks the user to sign in again, over the current screen, which stays as it is.
#[component]
pub(crate) fn SignInAgain() -> impl IntoView {
    let expired = Memo::new(|_| {
        session::state().with(|state| match state {
            SessionState::Expired(session) => Some(session.clone()),
            _ => None,
        })
    });
    let open = Signal::derive(move || expired.with(Option::is_some));
    let done = Callback::new(session::signed_in_again);
    view! {
        <Dialog open title=t!("sign_in.again_title")>
            <p>{t!("sign_in.again_text")}</p>
            {move || expired.get().map(|session| view! {
                <SignInWays known_email=Some(session.user.email) return_to=path_and_back_here() keeps_page=true on_done=done />
            })}
            <div class="dialog-actions">
                <Button on_press=Callback::new(|()| session::signed_out())>{t!("sign_in.leave")}</Button>
            </div>
        </Dialog>
    }
}
