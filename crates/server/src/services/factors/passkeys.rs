//! Passkeys: how they are made, and how they prove whose they are.

use api_types::{Ceremony, CeremonyAnswer, ProblemCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential,
};

use super::ceremonies::{self, Begun, Purpose, refused, relying_party};
use crate::db::factors::PasskeyRow;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::services::sessions::Caller;
use crate::state::App;

/// Begins the making of a passkey. It has to be one that says whose it is, and that its owner unlocks.
pub(super) async fn begin_registration(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Ceremony> {
    let party = relying_party(app)?;
    let user = &caller.user;
    let known = db::factors::passkeys(conn, &user.id).await?;
    let known: Vec<CredentialID> =
        known.iter().filter_map(|row| URL_SAFE_NO_PAD.decode(&row.credential_id).ok()).collect();
    let handle = Uuid::parse_str(user.id.as_str()).map_err(|error| {
        tracing::error!(%error, "the id of a user is no UUID");
        ApiError::new(ProblemCode::Internal)
    })?;
    let (asked, state) = party
        .start_passkey_registration(handle, &user.email, &user.display_name(), Some(known))
        .map_err(|error| not_begun(&error))?;
    let mut options = for_browser(&asked)?;
    options["authenticatorSelection"]["residentKey"] = json!("required");
    options["authenticatorSelection"]["requireResidentKey"] = json!(true);
    ceremonies::begin(app, Purpose::Registration(caller), options, state)
}

/// A passkey as the browser has made it.
pub(super) struct Made {
    begun: Begun<PasskeyRegistration>,
    passkey: Passkey,
}

/// Judges what a browser has made.
pub(super) fn made(app: &App, caller: &Caller, answer: CeremonyAnswer) -> ApiResult<Made> {
    let party = relying_party(app)?;
    let begun: Begun<PasskeyRegistration> =
        ceremonies::open(app, Purpose::Registration(caller), &answer.ceremony)?;
    let credential: RegisterPublicKeyCredential = read(answer.credential)?;
    let passkey =
        party.finish_passkey_registration(&credential, &begun.state).map_err(|error| refused(&error))?;
    Ok(Made { begun, passkey })
}

impl Made {
    /// Stores it under a name. In the transaction of what it leads to.
    pub(super) async fn store(
        &self,
        app: &App,
        conn: &mut Conn,
        caller: &Caller,
        name: &str,
    ) -> ApiResult<PasskeyRow> {
        self.begun.use_up(app, conn).await?;
        let row = PasskeyRow {
            id: db::new_id(),
            user_id: caller.id().clone(),
            credential_id: URL_SAFE_NO_PAD.encode(self.passkey.cred_id()),
            name: name.to_owned(),
            credential: serde_json::to_string(&self.passkey)?,
            added_at: app.now().0,
            last_used_at: None,
        };
        match db::factors::insert_passkey(conn, &app.account_id, &row).await? {
            true => Ok(row),
            false => Err(ProblemCode::PasskeyRefused.into()),
        }
    }
}

/// Begins a sign-in by whichever passkey its owner chooses.
pub(crate) fn begin_sign_in(app: &App) -> ApiResult<Ceremony> {
    begin(app, Purpose::SignIn, &[])
}

/// Begins a proof by one of the caller's passkeys.
pub(crate) async fn begin_proof(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<Ceremony> {
    let own = db::factors::passkeys(conn, caller.id()).await?;
    if own.is_empty() {
        return Err(ApiError::new(ProblemCode::Conflict).detail("no passkey"));
    }
    begin(app, Purpose::Proof(caller), &own)
}

fn begin(app: &App, purpose: Purpose<'_>, allowed: &[PasskeyRow]) -> ApiResult<Ceremony> {
    let (asked, state) =
        relying_party(app)?.start_discoverable_authentication().map_err(|error| not_begun(&error))?;
    let mut options = for_browser(&asked)?;
    let allowed: Vec<_> =
        allowed.iter().map(|row| json!({"type": "public-key", "id": row.credential_id})).collect();
    options["allowCredentials"] = json!(allowed);
    ceremonies::begin(app, purpose, options, state)
}

/// A passkey that has proved whose it is, to be taken once.
pub(crate) struct Assertion {
    begun: Begun<DiscoverableAuthentication>,
    passkey: PasskeyRow,
    /// The passkey with what is new of it: its counter.
    used: String,
}

/// Judges the answer of a sign-in. The passkey says whose it is.
pub(crate) async fn sign_in(app: &App, conn: &mut Conn, answer: CeremonyAnswer) -> ApiResult<Assertion> {
    assertion(app, conn, Purpose::SignIn, answer).await
}

/// Judges the caller's answer of a proof.
pub(crate) async fn proof(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    answer: CeremonyAnswer,
) -> ApiResult<Assertion> {
    assertion(app, conn, Purpose::Proof(caller), answer).await
}

async fn assertion(
    app: &App,
    conn: &mut Conn,
    purpose: Purpose<'_>,
    answer: CeremonyAnswer,
) -> ApiResult<Assertion> {
    let party = relying_party(app)?;
    let begun: Begun<DiscoverableAuthentication> = ceremonies::open(app, purpose, &answer.ceremony)?;
    let credential: PublicKeyCredential = read(answer.credential)?;
    let id = URL_SAFE_NO_PAD.encode(credential.get_credential_id());
    let passkey =
        db::factors::passkey(conn, &app.account_id, &id).await?.ok_or(ProblemCode::PasskeyRefused)?;
    let named = credential.get_user_unique_id().and_then(|handle| Uuid::from_slice(handle).ok());
    let is_owners = match (purpose, named) {
        (Purpose::Proof(caller), None) => passkey.user_id == *caller.id(),
        (Purpose::Proof(caller), Some(named)) => {
            passkey.user_id == *caller.id() && named.to_string() == caller.id().as_str()
        }
        (_, named) => named.is_some_and(|named| named.to_string() == passkey.user_id.as_str()),
    };
    if !is_owners {
        return Err(ProblemCode::PasskeyRefused.into());
    }
    let mut stored: Passkey = serde_json::from_str(&passkey.credential)?;
    let result = party
        .finish_discoverable_authentication_v2(&credential, begun.state.clone(), &stored)
        .map_err(|error| refused(&error))?;
    stored.update_credential(&result);
    let used = serde_json::to_string(&stored)?;
    Ok(Assertion { begun, passkey, used })
}

impl Assertion {
    /// Uses it up, and finds its owner. Fails if the passkey was removed or used meanwhile. In the transaction of what it
    /// leads to.
    pub(crate) async fn take(&self, app: &App, conn: &mut Conn) -> ApiResult<UserRow> {
        let Self { begun, passkey, used } = self;
        let now = db::factors::passkey(conn, &app.account_id, &passkey.credential_id).await?;
        if now.is_none_or(|now| now.id != passkey.id || now.credential != passkey.credential) {
            return Err(ProblemCode::PasskeyRefused.into());
        }
        begun.use_up(app, conn).await?;
        db::factors::note_passkey_use(conn, &passkey.id, used, app.now()).await?;
        let owner = db::users::find(conn, &app.account_id, &passkey.user_id).await?;
        owner.ok_or_else(|| ProblemCode::PasskeyRefused.into())
    }
}

/// What the browser's functions take, without what the library has around it.
fn for_browser(asked: &impl Serialize) -> ApiResult<Value> {
    let mut asked = serde_json::to_value(asked)?;
    Ok(asked["publicKey"].take())
}

fn read<T: DeserializeOwned>(credential: Value) -> ApiResult<T> {
    serde_json::from_value(credential)
        .map_err(|error| ApiError::field("credential", format!("not what a browser answers: {error}")))
}

fn not_begun(error: &webauthn_rs::prelude::WebauthnError) -> ApiError {
    tracing::error!(%error, "a ceremony cannot begin");
    ProblemCode::Internal.into()
}
