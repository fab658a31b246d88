//! What signing in seldom needs, as a piece of code: a first visit does without it. It is in the piece of the screens that
//! follow.

use leptos::prelude::*;
use wasm_split_helpers::wasm_split;

use super::pieces::{Loaded, Unloaded, open_after};
use crate::domain::session::{self, SignInPlace};
use crate::features::sign_in;
use crate::i18n;
use crate::ui::Starting;

#[derive(Clone, Copy)]
pub(super) enum Part {
    Activate,
    ForgotPassword,
    ResetPassword,
    /// The console's sign-in screen, where the backend is on another site.
    Screen,
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
        Part::ForgotPassword => sign_in::ForgotPassword().into_any(),
        Part::ResetPassword => sign_in::ResetPassword().into_any(),
        Part::Screen => sign_in::SignInElsewhere().into_any(),
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
    let waiting = move || (!matches!(what, Part::Again | Part::Replaced)).then(Starting);
    open_after(waiting, move || async move {
        i18n::complete().await.map_err(|_| Unloaded)?;
        part(what).await
    })
    .into_any()
}
