//! The screens as pieces of code that are loaded when they are first opened, so that a first visit loads little.
//!
//! What can be seen before anybody has signed in is in the app itself. Everything else is in a few pieces: what two pieces
//! share becomes a further file for each set of pieces that share it, and every file is a request.

use futures_util::future::join3;
use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::api::look_for_server;
use crate::features::{
    actions_config, batches, diagnostics, general, invite, invite_csv, marketo, places, profile, salesforce,
    salesforce_setup, security, setup_guide, teams, users,
};
use crate::field_sync;
use crate::i18n;
use crate::places::Place;
use crate::sending;
use crate::shell::Shell;
use crate::t;
use crate::ui::{Failed, Skeleton, Starting};

/// What a screen needs could not be loaded.
pub(crate) struct Unloaded;

impl From<SplitLoaderError> for Unloaded {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A screen, or that its code could not be loaded.
pub(crate) type Loaded = Result<AnyView, Unloaded>;

/// The pieces of code that screens are in.
#[derive(Clone, Copy)]
pub(crate) enum Piece {
    Home,
    People,
    Invite,
    Settings,
}

impl Piece {
    /// Fetches the code. A failure shows when the screen is opened.
    async fn fetch(self) {
        let _ = match self {
            Self::Home => fetch_home().await,
            Self::People => fetch_people().await,
            Self::Invite => fetch_invite().await,
            Self::Settings => fetch_settings().await,
        };
    }
}

#[wasm_split(home, fallible)]
fn shell(screen: fn() -> AnyView) -> Loaded {
    Ok(view! { <Shell>{screen()}</Shell> }.into_any())
}

#[wasm_split(home, fallible)]
pub(crate) fn sending_strip() -> Loaded {
    Ok(sending::SendingStrip().into_any())
}

#[wasm_split(home, fallible)]
pub(crate) fn sync_strip() -> Loaded {
    Ok(field_sync::SyncStrip().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn marketo_admin() -> Loaded {
    Ok(places::place(Place::MarketoAdmin).into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn sales_insight() -> Loaded {
    Ok(places::place(Place::SalesInsight).into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn all_settings() -> Loaded {
    Ok(places::place(Place::Settings).into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn my_account() -> Loaded {
    Ok(places::place(Place::MyAccount).into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn admin_settings() -> Loaded {
    Ok(places::place(Place::AdminSettings).into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn integrations() -> Loaded {
    Ok(places::place(Place::Integrations).into_any())
}

#[wasm_split(settings, fallible, preload(fetch_settings))]
pub(crate) fn profile() -> Loaded {
    Ok(profile::Profile().into_any())
}

#[wasm_split(people, fallible, preload(fetch_people))]
pub(crate) fn users() -> Loaded {
    Ok(users::UserManagement().into_any())
}

#[wasm_split(invite, fallible, preload(fetch_invite))]
pub(crate) fn invite() -> Loaded {
    Ok(invite::InviteUsers().into_any())
}

#[wasm_split(invite, fallible)]
pub(crate) fn invite_csv() -> Loaded {
    Ok(invite_csv::InviteUsersViaCsv().into_any())
}

#[wasm_split(invite, fallible)]
pub(crate) fn batches() -> Loaded {
    Ok(batches::Batches().into_any())
}

#[wasm_split(invite, fallible)]
pub(crate) fn batch() -> Loaded {
    Ok(batches::BatchDetail().into_any())
}

#[wasm_split(home, fallible, preload(fetch_home))]
pub(crate) fn setup_guide() -> Loaded {
    Ok(setup_guide::SetupGuide().into_any())
}

#[wasm_split(home, fallible)]
pub(crate) fn salesforce_setup() -> Loaded {
    Ok(salesforce_setup::SalesforceSetup().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn diagnostics() -> Loaded {
    Ok(diagnostics::Diagnostics().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn actions_config() -> Loaded {
    Ok(actions_config::ActionsConfig().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn salesforce() -> Loaded {
    Ok(salesforce::Salesforce().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn marketo() -> Loaded {
    Ok(marketo::Marketo().into_any())
}

#[wasm_split(people, fallible)]
pub(crate) fn teams() -> Loaded {
    Ok(teams::TeamManagement().into_any())
}

#[wasm_split(people, fallible)]
pub(crate) fn team() -> Loaded {
    Ok(teams::TeamDetail().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn general() -> Loaded {
    Ok(general::General().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn security() -> Loaded {
    Ok(security::Security().into_any())
}

#[derive(Clone, Copy, PartialEq)]
enum Opening {
    Loading,
    Failed,
    Open,
}

/// Shows a signed-in person's screen in its frame, once the code of both and the texts of the whole product are there.
pub(crate) fn in_shell(piece: Piece, screen: fn() -> AnyView) -> impl IntoView {
    open_after(Starting, move || async move {
        let (texts, ..) = join3(i18n::complete(), Piece::Home.fetch(), piece.fetch()).await;
        texts.map_err(|_| Unloaded)?;
        shell(screen).await
    })
}

/// Shows a screen once its code is there.
pub(crate) fn open<F>(load: impl Fn() -> F + Copy + Send + Sync + 'static) -> impl IntoView
where
    F: Future<Output = Loaded> + 'static,
{
    open_after(|| view! { <Skeleton /> }, load)
}

fn open_after<V, F>(
    waiting: impl Fn() -> V + Send + Sync + 'static,
    load: impl Fn() -> F + Copy + Send + Sync + 'static,
) -> impl IntoView
where
    V: IntoView + 'static,
    F: Future<Output = Loaded> + 'static,
{
    let state = RwSignal::new(Opening::Loading);
    let screen = StoredValue::new_local(None::<AnyView>);
    let start = move || {
        state.set(Opening::Loading);
        // The screen's signals belong to the place where it is shown.
        leptos::task::spawn_local(ScopedFuture::new_untracked(async move {
            let outcome = match load().await {
                Ok(view) => {
                    screen.try_update_value(|screen| *screen = Some(view));
                    Opening::Open
                }
                Err(_) => {
                    look_for_server();
                    Opening::Failed
                }
            };
            state.try_set(outcome);
        }));
    };
    start();
    move || {
        match state.get() {
        Opening::Loading => waiting().into_any(),
        Opening::Failed => {
            view! { <Failed message=t!("app.screen_failed") on_retry=Some(Callback::new(move |()| start())) /> }.into_any()
        }
        Opening::Open => screen.try_update_value(Option::take).flatten().into_any(),
    }
    }
}

/// Shows what nobody asked for once its code is there; where that cannot be loaded, nothing.
pub(crate) fn open_aside<F>(load: impl FnOnce() -> F + 'static) -> impl IntoView
where
    F: Future<Output = Loaded> + 'static,
{
    let aside = RwSignal::new_local(None::<AnyView>);
    leptos::task::spawn_local(ScopedFuture::new_untracked(async move {
        if let Ok(view) = load().await {
            aside.try_set(Some(view));
        }
    }));
    move || aside.with(Option::is_some).then(|| aside.try_update_untracked(Option::take).flatten())
}
