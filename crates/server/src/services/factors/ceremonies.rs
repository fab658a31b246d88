//! Ceremonies of WebAuthn: begun by a request, answered by another. What the server has to know in between travels along,
//! sealed; so nothing is stored of those that are never answered. Those that have succeeded are noted: each works once.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use api_types::{Ceremony, ProblemCode};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::WebauthnError;

use crate::db::factors::CEREMONY_LIFETIME;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::secrets::{Secret, SecretContext};
use crate::services::sessions::Caller;
use crate::state::App;

/// What a ceremony is for; it counts for nothing else, and in no other session.
#[derive(Clone, Copy)]
pub(super) enum Purpose<'a> {
    Registration(&'a Caller),
    Proof(&'a Caller),
    SignIn,
}

impl<'a> Purpose<'a> {
    fn context(self) -> SecretContext<'a> {
        let (column, session) = match self {
            Self::Registration(caller) => ("ceremony.registration", Some(caller)),
            Self::Proof(caller) => ("ceremony.proof", Some(caller)),
            Self::SignIn => ("ceremony.sign_in", None),
        };
        SecretContext { column, row: session.map_or("", |caller| caller.session.token_hash.as_str()) }
    }
}

/// A ceremony that has begun, with what the library has to know of it.
#[derive(Serialize, Deserialize)]
pub(super) struct Begun<S> {
    id: String,
    expires_at: i64,
    pub(super) state: S,
}

impl<S> Begun<S> {
    /// Fails if it was used before. In the transaction of what it leads to.
    pub(super) async fn use_up(&self, app: &App, conn: &mut Conn) -> ApiResult<()> {
        match db::factors::use_ceremony(conn, &app.account_id, &self.id, Millis(self.expires_at)).await? {
            true => Ok(()),
            false => Err(ProblemCode::PasskeyRefused.into()),
        }
    }
}

/// Seals a ceremony; `options` are for the browser.
pub(super) fn begin(
    app: &App,
    purpose: Purpose<'_>,
    options: Value,
    state: impl Serialize,
) -> ApiResult<Ceremony> {
    let begun = Begun { id: db::new_id(), expires_at: app.now().plus(CEREMONY_LIFETIME).0, state };
    let text = Secret::new(serde_json::to_string(&begun)?);
    let ceremony = app.keyring.seal(purpose.context(), &text).map_err(|error| {
        tracing::error!(%error, "a ceremony cannot be sealed");
        ApiError::new(ProblemCode::Internal)
    })?;
    Ok(Ceremony { ceremony, options })
}

/// Opens a ceremony that was begun for this, in this session, a moment ago.
pub(super) fn open<S: DeserializeOwned>(
    app: &App,
    purpose: Purpose<'_>,
    sealed: &str,
) -> ApiResult<Begun<S>> {
    let text = app.keyring.open(purpose.context(), sealed).map_err(|_| ProblemCode::PasskeyRefused)?;
    let begun: Begun<S> = serde_json::from_str(text.expose())?;
    if Millis(begun.expires_at).is_over(CEREMONY_LIFETIME, app.now()) {
        return Err(ApiError::new(ProblemCode::PasskeyRefused).detail("it took too long"));
    }
    Ok(begun)
}

/// The relying party, if browsers make passkeys for the public host.
pub(super) fn relying_party(app: &App) -> ApiResult<&Webauthn> {
    app.relying_party.as_ref().ok_or_else(|| {
        ApiError::new(ProblemCode::NotConfigured).detail("passkeys need a host name as the public address")
    })
}

/// An answer of a browser that is none.
pub(super) fn refused(error: &WebauthnError) -> ApiError {
    tracing::info!(%error, "a passkey was refused");
    ProblemCode::PasskeyRefused.into()
}
