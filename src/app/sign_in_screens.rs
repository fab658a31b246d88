//! What signing in seldom needs, as a piece of code: a first visit does without it. It is in the piece of the screens that
//! follow.
//!
//! Another version is not offered where the token of a link is in use: a reload would lose it.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::pieces::{Loaded, Unloaded, open_after};
use super::version::NewVersion;
use crate::domain::session::{self, SignInPlace};
use crate::features::sign_in::{self, Link};
use crate::i18n;
use crate::ui::Starting;

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
    /// The dialog that asks for a proof of who the person is.
    Proof,
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
        Part::Proof => sign_in::ProofDialog().into_any(),
        Part::Replaced => sign_in::Replaced().into_any(),
        Part::Window => sign_in::SignInWindow().into_any(),
    })
}

/// Shows a part, once its code and texts are loaded.
pub(super) fn show(what: Part) -> AnyView {
    let waiting = move || {
        (!matches!(what, Part::Again | Part::Proof | Part::Replaced | Part::NewVersion)).then(Starting)
    };
    open_after(waiting, move || async move {
        i18n::complete().await.map_err(|_| Unloaded)?;
        part(what).await
    })
    .into_any()
}
