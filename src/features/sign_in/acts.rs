//! Signing in by a password and by a passkey.

use std::cell::Cell;

use api_types::{CeremonyAnswer, ProblemCode, Session, SignIn as Credentials};
use leptos::prelude::*;

use super::entry::Entry;
use crate::api::{self, Failure};
use crate::domain::appearance::speak_as_chosen;
use crate::domain::second_factors::not_asked;
use crate::domain::session;
use crate::i18n::{self, Message};
use crate::platform::passkeys::{self, Asking, Support};
use crate::platform::{lifetime, timers};

/// How long the browser may offer passkeys before it is asked anew; the server takes an answer for five minutes.
const OFFERED_FOR_MS: u64 = 4 * 60 * 1_000;

/// Since when the browser offers passkeys in the field of the address.
#[derive(Default)]
struct Offered(Cell<Option<u64>>);

/// Loads the texts of what only some people see before they are signed in.
pub(super) async fn texts() -> Result<(), Message> {
    i18n::complete().await.map_err(|unread| Failure::from(unread).message())
}

pub(super) async fn by_passkey(entry: Entry) -> Result<(), Message> {
    texts().await?;
    let begun = api::session::begin_passkey().await?;
    let credential = passkeys::get(&begun.options, Asking::AtOnce).await.map_err(not_asked)?;
    open(entry, CeremonyAnswer { ceremony: begun.ceremony, credential }).await
}

/// Lets the browser offer passkeys while the person types an address. That they choose none is no failure.
pub(super) async fn offer_in_field(entry: Entry) -> Result<(), Message> {
    let (offered, now) = (lifetime::shared::<Offered>(), timers::now());
    if offered.0.get().is_some_and(|since| now.saturating_sub(since) < OFFERED_FOR_MS) {
        return Ok(());
    }
    offered.0.set(Some(now));
    let answer = ask_in_field().await;
    if offered.0.get() == Some(now) {
        offered.0.set(None);
    }
    let Some(answer) = answer else { return Ok(()) };
    texts().await?;
    open(entry, answer).await
}

async fn ask_in_field() -> Option<CeremonyAnswer> {
    if passkeys::support() != Support::Usable || !passkeys::fill_fields().await {
        // For good: the browser is not asked with every press.
        return std::future::pending().await;
    }
    let begun = api::session::begin_passkey().await.ok()?;
    let credential = passkeys::get(&begun.options, Asking::InField).await.ok()?;
    Some(CeremonyAnswer { ceremony: begun.ceremony, credential })
}

async fn open(entry: Entry, answer: CeremonyAnswer) -> Result<(), Message> {
    arrive(entry, api::session::open(&Credentials::Passkey(answer)).await?);
    Ok(())
}

/// Signs in with a code beside the password. Whether it is wrong is for its field to say.
pub(super) async fn with_code(entry: Entry, code: String) -> Result<(), Failure> {
    let text = |field: RwSignal<String>| field.try_get_untracked().unwrap_or_default();
    let credentials = Credentials::Password {
        email: text(entry.email.text).trim().to_owned(),
        password: text(entry.password.text),
        code: Some(code),
    };
    arrive(entry, api::session::open(&credentials).await?);
    Ok(())
}

/// Passes on a new session. If the screen that asked for it is gone, the session is applied all the same.
pub(super) fn arrive(entry: Entry, session: Session) {
    passkeys::end();
    entry.password.text.try_set(String::new());
    finish(entry.on_done, session);
}

/// See [`arrive`].
pub(super) fn finish(on_done: Callback<Session>, session: Session) {
    if on_done.try_run(session.clone()).is_none() {
        enter(session);
    }
}

/// Takes the session of a person who was not known before, and the language that they have chosen.
pub(super) fn enter(session: Session) {
    session::signed_in(session);
    speak_as_chosen();
}

/// Whether a code was wrong, or no code was sent where one is needed.
pub(super) fn is_about_code(failure: &Failure) -> bool {
    failure.field() == Some("code")
        || matches!(failure.code(), Some(ProblemCode::CodeNeeded | ProblemCode::PasskeyNeeded))
}
