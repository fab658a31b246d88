//! What signing in seldom needs, as a piece of code: a first visit does without it. It is in the piece of the screens that
//! follow.
//!
//! Another version is not offered where the token of a link is in use: a reload would lose it.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::menus::sign_out;
use super::pieces::{Loaded, Unloaded, open_after};
use super::version::NewVersion;
use crate::domain::session::{self, SignInPlace};
use crate::features::second_factor::SecondFactorDue;
use crate::features::sign_in::{self, Link};
use crate::i18n;
use crate::platform::spawn;
use crate::t;
use crate::ui::{Starting, Tone, aside, notify};

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Part {
    Activate,
    ForgotPassword,
    ResetPassword,
    /// The sign-in screen of a one-time link.
    Link(Link),
    /// The console's sign-in screen, where the backend is on another site.
    Screen(Link),
    /// The line over the sign-in screen that offers another version.
    NewVersion,
    /// The dialog over an expired session.
    Again,
    /// The dialog in place of the screens once another person has signed in.
    Replaced,
    /// The page in the window that such a console opens.
    Window,
}

#[wasm_split(home, fallible)]
fn part(part: Part) -> Loaded {
    Ok(match part {
        Part::Activate => sign_in::Activate().into_any(),
        Part::ForgotPassword => view! { <NewVersion /><sign_in::ForgotPassword /> }.into_any(),
        Part::ResetPassword => sign_in::ResetPassword().into_any(),
        Part::Link(link) => view! { <sign_in::SignInByLink link /> }.into_any(),
        Part::Screen(link) => {
            let is_plain = link.with_untracked(Option::is_none);
            view! { {is_plain.then(NewVersion)}<sign_in::SignInElsewhere link /> }.into_any()
        }
        Part::NewVersion => NewVersion().into_any(),
        Part::Again => match session::sign_in_place() {
            SignInPlace::Here => sign_in::SignInAgain().into_any(),
            SignInPlace::Window => sign_in::SignInAgainElsewhere().into_any(),
        },
        Part::Replaced => sign_in::Replaced().into_any(),
        Part::Window => sign_in::SignInWindow().into_any(),
    })
}

/// Shows a part, once its code and texts are loaded.
pub(super) fn show(what: Part) -> AnyView {
    let waiting = move || (!matches!(what, Part::Again | Part::Replaced | Part::NewVersion)).then(Starting);
    open_after(waiting, move || async move {
        i18n::complete().await.map_err(|_| Unloaded)?;
        part(what).await
    })
    .into_any()
}

#[wasm_split(home, fallible)]
fn proof_dialog() -> Loaded {
    Ok(sign_in::ProofDialog().into_any())
}

/// The dialog that asks for a proof of who the person is. Where it cannot be loaded, nobody is asked: what waits for the proof
/// fails, and `on_unloaded` runs.
pub(super) fn proof(on_unloaded: Callback<()>) -> impl IntoView {
    aside(move || async move {
        let loaded = match i18n::complete().await {
            Ok(()) => proof_dialog().await,
            Err(_) => Err(Unloaded),
        };
        if loaded.is_err() {
            session::settle_proof(false);
            notify(Tone::Failure, t!("app.screen_failed"));
            on_unloaded.try_run(());
        }
        loaded
    })
}

// With the settings, where the dialogs are that add a factor.
#[wasm_split(settings, fallible)]
fn second_factor_due() -> Loaded {
    let on_leave = Callback::new(|()| spawn(sign_out()));
    Ok(view! { <SecondFactorDue on_leave /> }.into_any())
}

/// Shows what takes the place of the screens while a second factor is due.
pub(super) fn second_factor() -> AnyView {
    open_after(Starting, || async {
        i18n::complete().await.map_err(|_| Unloaded)?;
        second_factor_due().await
    })
    .into_any()
}
