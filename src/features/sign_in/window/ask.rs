//! The console's side: a button that opens the window, and what listens to it.

use api_types::Session;
use leptos::prelude::*;
use web_sys::MessageEvent;

use super::super::acts::enter;
use super::super::gate::{GateFrame, Link, SignOutPending, ToCheck};
use super::super::page::{leave_once_signed_in, way_back};
use super::message::{HandOver, LEAVE, ORIGIN, PERSON, STATE};
use crate::api::{self, Failure};
use crate::domain::session::{self, SessionState, last_person};
use crate::platform::address::origin_of;
use crate::platform::popup::{Messages, Popup};
use crate::platform::{dom, random, spawn};
use crate::t;
use crate::ui::{Button, ButtonKind, Dialog, Failed, IconName, Note, Tone};

/// The sign-in screen. A one-time link is used up in the window.
#[component]
pub(crate) fn SignInElsewhere(link: Link) -> impl IntoView {
    leave_once_signed_in(way_back());
    let done = Callback::new(enter);
    view! {
        <GateFrame title=t!("sign_in.title")>
            <ThroughWindow link=link.get_untracked() on_done=done />
            <ToCheck />
        </GateFrame>
    }
}

/// Asks the user to sign in again, over the current screen, which stays as it is.
#[component]
pub(crate) fn SignInAgainElsewhere() -> impl IntoView {
    let expired = Memo::new(|_| session::state().with(|state| matches!(state, SessionState::Expired(_))));
    let done = Callback::new(session::signed_in_again);
    view! {
        <Dialog open=expired title=t!("sign_in.again_title")>
            <p>{t!("sign_in.again_text")}</p>
            <ThroughWindow link=None on_done=done />
            <div class="dialog-actions">
                <Button on_press=Callback::new(|()| session::signed_out())>{t!("sign_in.leave")}</Button>
            </div>
        </Dialog>
    }
}

/// The button, and, where the browser blocks windows, a link that opens the same page as a tab.
#[component]
fn ThroughWindow(
    /// The token of a one-time link, for the window to use.
    link: Option<String>,
    on_done: Callback<Session>,
) -> impl IntoView {
    let ask = Ask::new(link, on_done);
    let label = match last_person::find() {
        Some(person) => t!("session.go_on_as", name = person.name),
        None => t!("sign_in.button"),
    };
    let open = Callback::new(move |()| ask.open());
    view! {
        <div class="stack">
            <SignOutPending />
            <p>{t!("sign_in_window.text")}</p>
            <Button kind=ButtonKind::Primary on_press=open>{label}</Button>
            {move || ask.is_blocked.get().then(|| view! {
                <Note tone=Tone::Warning icon=IconName::Alert alert=true>{t!("sign_in_window.blocked")}</Note>
                <a class="button" href=ask.address.get_value() target="_blank" rel="opener">{t!("sign_in_window.open_tab")}</a>
            })}
            {move || ask.failure.get().map(|failure| view! {
                <Failed message=failure.message() request_id=failure.request_id.clone() />
            })}
        </div>
    }
}

#[derive(Clone, Copy)]
struct Ask {
    address: StoredValue<String>,
    is_blocked: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// The window, unless it was opened by the link.
    popup: StoredValue<Option<Popup>, LocalStorage>,
    /// Whether tokens have come: they come once.
    is_taken: StoredValue<bool>,
}

impl Ask {
    /// Listens from now on until its screen is gone.
    fn new(link: Option<String>, on_done: Callback<Session>) -> Self {
        // Known to this page and its window alone.
        let state = random::uuid();
        let window = api::session::window_address();
        let origin = dom::window().location().origin().unwrap_or_default();
        let fragment = link.map(|token| format!("#{token}")).unwrap_or_default();
        let leave = match untrack(session::is_sign_out_pending) {
            true => format!("&{LEAVE}=1"),
            false => String::new(),
        };
        let origin = js_sys::encode_uri_component(&origin);
        let person =
            last_person::find().map(|person| format!("&{PERSON}={}", person.id.0)).unwrap_or_default();
        let address = format!("{window}?{ORIGIN}={origin}&{STATE}={state}{person}{leave}{fragment}");
        let ask = Self {
            address: StoredValue::new(address),
            is_blocked: RwSignal::new(false),
            failure: RwSignal::new(None),
            popup: StoredValue::new_local(None),
            is_taken: StoredValue::new(false),
        };
        let backend = origin_of(&window);
        let messages = Messages::hear(move |event| {
            if ask.is_taken.try_get_value() == Some(false)
                && Some(event.origin()) == backend
                && ask.may_come_from_window(&event)
                && let Some(message) = read(&event).filter(|message| message.state == state)
            {
                ask.is_taken.set_value(true);
                ask.take(message, on_done);
            }
        });
        let messages = StoredValue::new_local(Some(messages));
        on_cleanup(move || drop(messages.try_update_value(Option::take)));
        ask
    }

    fn may_come_from_window(self, event: &MessageEvent) -> bool {
        let is_its = |popup: &Option<Popup>| popup.as_ref().is_none_or(|popup| popup.may_have_sent(event));
        self.popup.try_with_value(is_its).unwrap_or_default()
    }

    /// Opens the window. Must be called in the handler of a press, or browsers refuse.
    fn open(self) {
        // The one of an earlier press closes.
        self.popup.set_value(None);
        self.is_taken.set_value(false);
        let popup = self.address.with_value(|address| Popup::open(address, &random::uuid()));
        self.is_blocked.set(popup.is_none());
        self.popup.set_value(popup);
    }

    fn take(self, message: HandOver, on_done: Callback<Session>) {
        api::tokens::keep(message.tokens);
        spawn(async move {
            match api::session::read().await {
                Ok(session) => {
                    last_person::keep(&session.user);
                    on_done.try_run(session);
                }
                Err(failure) => {
                    self.failure.try_set(Some(failure));
                }
            }
        });
    }
}

fn read(event: &MessageEvent) -> Option<HandOver> {
    serde_json::from_str(&event.data().as_string()?).ok()
}
