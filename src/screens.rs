//! The screens as pieces of code that are loaded when they are first opened, so that a first visit loads little.

use leptos::prelude::*;
use leptos::reactive::computed::ScopedFuture;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::features::{
    actions_config, batches, diagnostics, general, invite, invite_csv, marketo, profile, salesforce,
    salesforce_setup, security, setup_guide, sign_in, teams, users,
};
use crate::field_sync;
use crate::sending;
use crate::t;
use crate::ui::{Failed, Skeleton};

/// A screen, or why its code could not be loaded.
pub(crate) type Loaded = Result<AnyView, SplitLoaderError>;

#[wasm_split(gate, fallible)]
pub(crate) fn sign_in() -> Loaded {
    Ok(sign_in::SignIn().into_any())
}

#[wasm_split(gate, fallible)]
pub(crate) fn forgot_password() -> Loaded {
    Ok(sign_in::ForgotPassword().into_any())
}

#[wasm_split(gate, fallible)]
pub(crate) fn reset_password() -> Loaded {
    Ok(sign_in::ResetPassword().into_any())
}

#[wasm_split(gate, fallible)]
pub(crate) fn activate() -> Loaded {
    Ok(sign_in::Activate().into_any())
}

#[wasm_split(gate, fallible)]
pub(crate) fn sign_in_again() -> Loaded {
    Ok(sign_in::SignInAgain().into_any())
}

#[wasm_split(sending, fallible)]
pub(crate) fn sending_strip() -> Loaded {
    Ok(sending::SendingStrip().into_any())
}

#[wasm_split(sync, fallible)]
pub(crate) fn sync_strip() -> Loaded {
    Ok(field_sync::SyncStrip().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn profile() -> Loaded {
    Ok(profile::Profile().into_any())
}

#[wasm_split(people, fallible)]
pub(crate) fn users() -> Loaded {
    Ok(users::UserManagement().into_any())
}

#[wasm_split(invitations, fallible)]
pub(crate) fn invite() -> Loaded {
    Ok(invite::InviteUsers().into_any())
}

#[wasm_split(invitations, fallible)]
pub(crate) fn invite_csv() -> Loaded {
    Ok(invite_csv::InviteUsersViaCsv().into_any())
}

#[wasm_split(invitations, fallible)]
pub(crate) fn batches() -> Loaded {
    Ok(batches::Batches().into_any())
}

#[wasm_split(invitations, fallible)]
pub(crate) fn batch() -> Loaded {
    Ok(batches::BatchDetail().into_any())
}

#[wasm_split(guide, fallible)]
pub(crate) fn setup_guide() -> Loaded {
    Ok(setup_guide::SetupGuide().into_any())
}

#[wasm_split(guide, fallible)]
pub(crate) fn salesforce_setup() -> Loaded {
    Ok(salesforce_setup::SalesforceSetup().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn diagnostics() -> Loaded {
    Ok(diagnostics::Diagnostics().into_any())
}

#[wasm_split(connections, fallible)]
pub(crate) fn actions_config() -> Loaded {
    Ok(actions_config::ActionsConfig().into_any())
}

#[wasm_split(connections, fallible)]
pub(crate) fn salesforce() -> Loaded {
    Ok(salesforce::Salesforce().into_any())
}

#[wasm_split(connections, fallible)]
pub(crate) fn marketo() -> Loaded {
    Ok(marketo::Marketo().into_any())
}

#[wasm_split(settings, fallible)]
pub(crate) fn teams() -> Loaded {
    Ok(teams::TeamManagement().into_any())
}

#[wasm_split(settings, fallible)]
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

/// Shows a screen once its code is there.
pub(crate) fn open<F>(load: impl Fn() -> F + Copy + Send + Sync + 'static) -> impl IntoView
where
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
                Err(_) => Opening::Failed,
            };
            state.try_set(outcome);
        }));
    };
    start();
    move || {
        match state.get() {
        Opening::Loading => view! { <Skeleton /> }.into_any(),
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
