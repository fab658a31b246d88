//! The menus of the top bar: the settings, and the user's menu with sign-out.

use api_types::ProblemCode;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::api;
use crate::domain::invitations::sending;
use crate::domain::local_data::drafts;
use crate::domain::navigation::{Entry, Place, Route};
use crate::domain::session;
use crate::features::quick::Quick;
use crate::i18n;
use crate::platform::Task;
use crate::t;
use crate::term;
use crate::ui::{
    Avatar, Confirmation, IconName, Menu, MenuItem, Question, QuestionDialog, Tone, leave, notify, stayed,
};

#[component]
pub(super) fn SettingsMenu() -> impl IntoView {
    let navigate = use_navigate();
    let item = |(label, route): Entry| MenuItem::new(label, leading_to(route, navigate.clone()));
    let mut items = vec![item(Place::Settings.entry())];
    for place in Place::GROUPS {
        items.extend(place.entries().into_iter().map(|entry| item(entry).under(place.label())));
    }
    items.push(MenuItem::new(t!("nav.validate"), leading_to(Route::Validate, navigate.clone())));
    view! { <Menu label=term!("nav.settings") icon=IconName::Gear compact=true items=items /> }
}

#[component]
pub(super) fn PersonMenu(opened: RwSignal<Option<Quick>>) -> impl IntoView {
    let name =
        Memo::new(|_| session::current().map(|session| session.user.display_name()).unwrap_or_default());
    let navigate = use_navigate();
    let confirmation = Confirmation::new();
    let ask_or_leave = move || {
        leave(move || {
            confirmation.submission.send(async move {
                sign_out_if_agreed(confirmation, Losing::default()).await;
                Ok(())
            });
        });
    };
    Effect::new(move |_| {
        if opened.get() == Some(Quick::SignOut) {
            opened.set(None);
            ask_or_leave();
        }
    });
    let items = Signal::stored(vec![
        MenuItem::new(term!("nav.my_profile"), leading_to(Route::Profile, navigate)),
        MenuItem::new(t!("nav.sign_out"), ask_or_leave),
    ]);
    view! {
        {move || {
            let (name, shown) = (name.get(), name.get());
            let face = move || {
                view! { <Avatar name=shown.clone() /><bdi class="account-name">{shown.clone()}</bdi> }
            };
            view! { <Menu label=t!("nav.person", name = name) face=ViewFn::from(face) items /> }
        }}
        <QuestionDialog confirmation />
    }
}

/// Signs out, unless more would be lost than the person has agreed to: then they are asked first. Another tab may have begun
/// something while they were asked.
fn sign_out_if_agreed(confirmation: Confirmation, agreed: Losing) -> Task {
    Box::pin(async move {
        let lost = Losing::now().await;
        // The menu may be gone with its screen.
        if !confirmation.is_here() {
            return;
        }
        if lost.is_within(&agreed) {
            sign_out().await;
            return confirmation.close();
        }
        stayed();
        confirmation.ask(lost.question(), move || {
            let work = sign_out_if_agreed(confirmation, lost.clone());
            async move {
                work.await;
                Ok(())
            }
        });
    })
}

/// What signing out would lose.
#[derive(Clone, Default)]
struct Losing {
    unsent: bool,
    /// The titles of the drafts.
    drafts: Vec<String>,
}

impl Losing {
    async fn now() -> Self {
        Self { unsent: sending::keeps_unsent().await, drafts: drafts::titles().await }
    }

    fn is_within(&self, other: &Self) -> bool {
        (!self.unsent || other.unsent) && self.drafts.iter().all(|title| other.drafts.contains(title))
    }

    fn question(&self) -> Question {
        let unsent = self.unsent.then(|| t!("sending.sign_out_text"));
        let draft = (!self.drafts.is_empty())
            .then(|| t!("draft.sign_out_text", file = i18n::list(self.drafts.iter().cloned())));
        Question {
            title: if self.unsent { t!("sending.sign_out_title") } else { t!("draft.sign_out_title") },
            text: i18n::sentences(unsent.into_iter().chain(draft)),
            action: t!("sending.sign_out"),
            danger: true,
        }
    }
}

/// The action of a menu entry that leads to a screen.
fn leading_to(
    route: Route,
    navigate: impl Fn(&str, NavigateOptions) + Clone + Send + Sync + 'static,
) -> impl Fn() + Send + Sync + 'static {
    move || {
        let (path, navigate) = (route.path(), navigate.clone());
        leave(move || navigate(&path, NavigateOptions::default()));
    }
}

/// Wipes what this browser kept for the session, and ends it here and on the server. A server that cannot be told now, for
/// whatever reason, is told later.
pub(super) async fn sign_out() {
    // Before the answer, for which a person may wait long: nothing that they have given up is sent meanwhile.
    sending::wipe().await;
    drafts::wipe().await;
    let outcome = api::session::end().await;
    match &outcome {
        // The session of this browser is another person's by now.
        Err(failure) if failure.code() == Some(ProblemCode::AnotherPerson) => {
            return notify(Tone::Failure, failure.message());
        }
        Err(_) => session::note_sign_out(),
        Ok(()) => {}
    }
    // What was entered or begun meanwhile.
    sending::wipe().await;
    drafts::wipe().await;
    match outcome {
        Ok(()) => session::signed_out(),
        Err(_) => session::signed_out_unheard(),
    }
}
