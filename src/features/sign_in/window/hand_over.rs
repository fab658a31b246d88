//! The window's side, a page of the app on the backend's own origin.

use api_types::Session;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::Window;

use super::super::gate::{GateFrame, opened_link};
use super::super::link::UseLink;
use super::super::page::SignInWays;
use super::message::{HandOver, LEAVE, ORIGIN, PERSON, STATE};
use crate::api::{self, Failure};
use crate::domain::navigation::Route;
use crate::domain::session::{self, SessionState};
use crate::platform::{dom, spawn};
use crate::t;
use crate::ui::{Failed, Skeleton};

/// The page that waits for tokens.
#[derive(Clone)]
struct Asked {
    opener: Window,
    origin: String,
    state: String,
    /// The id of the person whom it waits for.
    person: Option<String>,
}

impl Asked {
    /// `None` if no page opened this window, or it is out of reach.
    fn read() -> Option<Self> {
        let query = use_query_map();
        let query = query.read_untracked();
        let opener = dom::window().opener().ok().filter(|opener| opener.is_object())?;
        // An object of another origin, of which nothing can be read.
        Some(Self {
            opener: opener.unchecked_into(),
            origin: query.get(ORIGIN)?,
            state: query.get(STATE)?,
            person: query.get(PERSON),
        })
    }

    /// The path of this page, to return to from Salesforce.
    fn path(&self) -> String {
        let origin = js_sys::encode_uri_component(&self.origin);
        let (path, state) = (Route::SignInWindow.path(), js_sys::encode_uri_component(&self.state));
        format!("{path}?{ORIGIN}={origin}&{STATE}={state}")
    }

    fn is_for(&self, session: &Session) -> bool {
        self.person.as_ref().is_none_or(|person| *person == session.user.id.0)
    }

    async fn hand_over(&self) -> Result<(), Failure> {
        let tokens = api::session::tokens(&self.origin).await?;
        let message =
            serde_json::to_string(&HandOver { state: self.state.clone(), tokens }).unwrap_or_default();
        // The browser delivers it to no other origin. A page that has closed meanwhile needs nothing.
        let _ = self.opener.post_message(&JsValue::from_str(&message), &self.origin);
        Ok(())
    }
}

#[derive(Clone)]
enum Stage {
    SigningIn,
    HandingOver,
    Done,
    /// The backend does not know the origin that asks.
    NotListed,
    Failed(Failure),
}

#[component]
pub(crate) fn SignInWindow() -> impl IntoView {
    let Some(asked) = Asked::read() else {
        return view! {
            <GateFrame title=t!("sign_in.title")><Failed message=t!("sign_in_window.no_opener") /></GateFrame>
        }
        .into_any();
    };
    let asked = StoredValue::new_local(asked);
    let link = opened_link();
    let stage = RwSignal::new(Stage::SigningIn);
    let hand_over = move || {
        stage.set(Stage::HandingOver);
        let asked = asked.get_value();
        spawn(async move {
            let outcome = asked.hand_over().await;
            if outcome.is_ok() {
                let _ = dom::window().close();
            }
            stage.try_set(match outcome {
                Ok(()) => Stage::Done,
                Err(failure) if failure.status == 401 => Stage::SigningIn,
                Err(failure) if failure.field().is_some() => Stage::NotListed,
                Err(failure) => Stage::Failed(failure),
            });
        });
    };
    // After a sign-out the session is not handed over, also where the first attempt to end it fails.
    let is_leaving = StoredValue::new(use_query_map().read_untracked().get(LEAVE).is_some());
    let leave = move || {
        stage.set(Stage::HandingOver);
        spawn(async move {
            match api::session::end().await {
                Ok(()) => {
                    is_leaving.try_set_value(false);
                    session::signed_out();
                    stage.try_set(Stage::SigningIn);
                }
                Err(failure) => {
                    stage.try_set(Stage::Failed(failure));
                }
            }
        });
    };
    let begin = move || if is_leaving.get_value() { leave() } else { hand_over() };
    let arrive = Callback::new(move |session: Session| {
        is_leaving.set_value(false);
        session::signed_in(session);
        hand_over();
    });
    match session::state().get_untracked() {
        SessionState::Unavailable(failure) => stage.set(Stage::Failed(failure)),
        // Another person's session is not handed over in place of theirs.
        SessionState::SignedIn(session) if asked.with_value(|asked| asked.is_for(&session)) => begin(),
        _ => {}
    }
    let retry = Callback::new(move |()| begin());
    (move || match stage.get() {
        Stage::SigningIn => match link.get() {
            Some(_) => view! { <UseLink link on_done=arrive /> }.into_any(),
            None => {
                let return_to = asked.with_value(Asked::path);
                view! {
                    <GateFrame title=t!("sign_in.title")>
                        <p>{t!("sign_in_window.for", console = asked.with_value(|asked| asked.origin.clone()))}</p>
                        <SignInWays known_email=None return_to keeps_page=true on_done=arrive />
                    </GateFrame>
                }
                .into_any()
            }
        },
        Stage::HandingOver => view! { <GateFrame title=t!("sign_in.title")><Skeleton rows=3 /></GateFrame> }.into_any(),
        Stage::Done => view! {
            <GateFrame title=t!("sign_in.title")><p role="status">{t!("sign_in_window.done")}</p></GateFrame>
        }
        .into_any(),
        Stage::NotListed => {
            let console = asked.with_value(|asked| asked.origin.clone());
            view! {
                <GateFrame title=t!("sign_in.title")><Failed message=t!("sign_in_window.not_listed", console = console) /></GateFrame>
            }
            .into_any()
        }
        Stage::Failed(failure) => view! {
            <GateFrame title=t!("sign_in.title")>
                <Failed message=failure.message() request_id=failure.request_id.clone() on_retry=Some(retry) />
            </GateFrame>
        }
        .into_any(),
    })
    .into_any()
}
