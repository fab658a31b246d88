//! Signing in by a one-time link.

use api_types::{Session, SignIn as Credentials};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::acts::{enter, finish};
use super::gate::{GateFrame, Link};
use super::page::way_back;
use crate::api::{self, Failure};
use crate::domain::navigation::Route;
use crate::platform::address::for_router;
use crate::t;
use crate::ui::{Button, ButtonKind, Failed, Submission};

/// The screen of a one-time link.
#[component]
pub(crate) fn SignInByLink(link: Link) -> impl IntoView {
    let (navigate, back) = (use_navigate(), way_back());
    let arrive = Callback::new(move |session: Session| {
        enter(session);
        navigate(&for_router(&back), NavigateOptions { replace: true, ..NavigateOptions::default() });
    });
    view! { <UseLink link on_done=arrive /> }
}

/// Signs in with the token of a one-time link. Only the button does so: opening a link uses nothing up.
#[component]
pub(super) fn UseLink(link: Link, on_done: Callback<Session>) -> impl IntoView {
    let failure = RwSignal::new(None::<Failure>);
    let signing_in = Submission::new();
    let open = Callback::new(move |()| {
        let credentials = Credentials::Link { token: link.get_untracked().unwrap_or_default() };
        signing_in.send(async move {
            match api::session::open(&credentials).await {
                Ok(session) => {
                    link.update_untracked(|token| *token = None);
                    finish(on_done, session);
                }
                Err(error) => failure.set(Some(error)),
            }
            Ok(())
        });
    });
    view! {
        <GateFrame title=t!("sign_in.link_title")>
            <p>{t!("sign_in.link_text")}</p>
            {move || failure.get().map(|failure| view! {
                <Failed message=failure.message() request_id=failure.request_id.clone() />
                <p><a href=Route::SignIn.href() on:click=move |event| {
                    event.prevent_default();
                    link.set(None);
                }>{t!("sign_in.by_password")}</a></p>
            })}
            <Button kind=ButtonKind::Primary busy=signing_in.busy on_press=open>{t!("sign_in.button")}</Button>
        </GateFrame>
    }
}
