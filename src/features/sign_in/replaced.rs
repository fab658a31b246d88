use api_types::{Me, Session};
use leptos::prelude::*;

use super::page::{SignInWays, path_and_back_here};
use crate::domain::navigation::Route;
use crate::domain::session::{self, SessionState, SignInPlace};
use crate::platform::dom;
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog};

/// Replaces the screen once another person has signed in in the same browser: the tab does nothing until the user
/// chooses. The screen stays behind it, hidden.
#[component]
pub(crate) fn Replaced() -> impl IntoView {
    let replaced = Memo::new(|_| {
        session::state().with(|state| match state {
            SessionState::Replaced { mine, other } => Some((mine.clone(), other.clone())),
            _ => None,
        })
    });
    let open = Signal::derive(move || replaced.with(Option::is_some));
    view! {
        <Dialog open title=t!("session.replaced_title")>
            {move || replaced.get().map(|(mine, other)| view! { <Choice mine other /> })}
        </Dialog>
    }
}

#[component]
fn Choice(mine: Session, other: Option<Me>) -> impl IntoView {
    let again = RwSignal::new(false);
    let me = mine.user.display_name();
    let text = match &other {
        Some(other) => t!("session.replaced_text", other = other.display_name(), mine = me.clone()),
        None => t!("session.replaced_left", mine = me.clone()),
    };
    let kept = t!("session.replaced_kept", mine = me.clone());
    // After a reload: nothing of the first person is left in the page.
    let go_on = other.map(|other| {
        let press = Callback::new(|()| {
            let _ = dom::window().location().assign(&Route::Home.href());
        });
        view! {
            <Button kind=ButtonKind::Primary on_press=press>
                {t!("session.go_on_as", name = other.display_name())}
            </Button>
        }
    });
    let email = StoredValue::new(mine.user.email);
    let done = Callback::new(session::signed_in_again);
    view! {
        <p>{text}</p>
        <p>{kept}</p>
        {move || again.get().then(|| view! {
            <SignInWays known_email=Some(email.get_value()) return_to=path_and_back_here() keeps_page=true on_done=done />
        })}
        <div class="dialog-actions">
            {move || {
                let label = t!("session.sign_in_again_as", name = me.clone());
                let is_offered = !again.get() && session::sign_in_place() == SignInPlace::Here;
                is_offered.then(|| view! {
                    <Button on_press=Callback::new(move |()| again.set(true))>{label.clone()}</Button>
                })
            }}
            {go_on}
            <Button kind=ButtonKind::Quiet on_press=Callback::new(|()| session::signed_out())>{t!("sign_in.leave")}</Button>
        </div>
    }
}
