//! Signing in, and accepting an invitation, with the identity that Salesforce confirms.

use api_types::{AuditAction, InvitationId, SalesforceEnvironment};

use super::identity::Identity;
use super::refusal::{Error, Refusal};
use crate::db::sessions::OpenedBy;
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::platform::clock::Millis;
use crate::services::activation::{self, Names};
use crate::services::address;
use crate::services::audit::{self, Actor};
use crate::services::names;
use crate::services::sessions::{self, Browser, Opened};
use crate::state::App;

/// A user who came back from Salesforce.
pub(super) struct SignedIn<'a> {
    pub(super) identity: &'a Identity,
    pub(super) environment: SalesforceEnvironment,
    /// Whether Salesforce was made to ask who they are. Otherwise the sign-in is no fresh proof of it.
    pub(super) was_asked: bool,
    /// The session that the browser had when the flow began. It ends: an id never survives a sign-in.
    pub(super) session_before: Option<&'a str>,
    /// The session that it has now, by the hash of its token. It ends, too.
    pub(super) session_now: Option<&'a str>,
    pub(super) browser: &'a Browser,
}

/// Signs in the member who has come as this Salesforce user before or, the first time, the one with the address that Salesforce
/// vouches for.
pub(super) async fn sign_in(app: &App, signed_in: &SignedIn<'_>) -> Result<Opened, Error> {
    let mut tx = app.db.write().await?;
    let identity = signed_in.identity;
    let user = match db::salesforce::person_of(&mut tx, &app.account_id, identity.ids()).await? {
        Some(id) => {
            require_known_org(&mut tx, app, identity).await?;
            db::users::find(&mut tx, &app.account_id, &id).await?
        }
        None => {
            let key = vouched_address(&mut tx, app, identity).await?;
            let user = db::users::find_by_email(&mut tx, &app.account_id, &key).await?;
            if let Some(user) = &user
                && db::salesforce::identity_of(&mut tx, &user.id).await?.is_some()
            {
                // The address is another Salesforce user's now, or one in another org has the same.
                return Err(Refusal::other_person().into());
            }
            user
        }
    };
    let user = user.filter(UserRow::is_active).ok_or_else(Refusal::other_person)?;
    let opened = open(&mut tx, app, &user, signed_in).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(opened)
}

/// Accepts an invitation for the person whose address it was sent to, without a password.
pub(super) async fn activate(
    app: &App,
    invitation: &InvitationId,
    generation: u32,
    signed_in: &SignedIn<'_>,
) -> Result<Opened, Error> {
    let mut tx = app.db.write().await?;
    let key = vouched_address(&mut tx, app, signed_in.identity).await?;
    if db::salesforce::person_of(&mut tx, &app.account_id, signed_in.identity.ids()).await?.is_some() {
        return Err(Refusal::other_person().into());
    }
    let invitation = activation::by_id(&mut tx, app, invitation, generation).await?.open()?;
    if address::lookup_key(&invitation.email) != key {
        return Err(Refusal::other_person().into());
    }
    // The names of the invitation take precedence over Salesforce's.
    let own = |invited: &str, name: &Option<String>| {
        let name = name.as_deref().map(names::given);
        if invited.is_empty() { name } else { None }
    };
    let identity = signed_in.identity;
    let names = Names {
        first: own(&invitation.first_name, &identity.given_name),
        last: own(&invitation.last_name, &identity.family_name),
    };
    let user = activation::accept(&mut tx, app, &invitation, &names).await?;
    let opened = open(&mut tx, app, &user, signed_in).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    app.batch_changed(&invitation.batch_id);
    Ok(opened)
}

async fn open(conn: &mut Conn, app: &App, user: &UserRow, signed_in: &SignedIn<'_>) -> Result<Opened, Error> {
    let who = signed_in.identity.at(signed_in.environment.clone());
    db::salesforce::note_identity(conn, &app.account_id, &user.id, &who, app.now()).await?;
    let subject = format!("{} (Salesforce)", user.email);
    audit::note(app, conn, Actor::User(user), AuditAction::SignedIn, &subject).await?;
    let before = [signed_in.session_before, signed_in.session_now].into_iter().flatten();
    let opened =
        sessions::open_and_tell(app, conn, user, before, signed_in.browser, OpenedBy::Salesforce).await?;
    if !signed_in.was_asked {
        sessions::prove_as_of(conn, &opened, Millis(0)).await?;
    }
    Ok(opened)
}

/// The key of the address that Salesforce vouches for. Any org can enter any address for a user, so the address counts
/// only when the user has verified it, and, once administrators have shown which orgs are the account's, only from one
/// of those.
async fn vouched_address(conn: &mut Conn, app: &App, identity: &Identity) -> Result<String, Error> {
    require_known_org(conn, app, identity).await?;
    if identity.email_verified {
        Ok(address::lookup_key(&identity.email))
    } else {
        Err(Refusal::other_person().into())
    }
}

async fn require_known_org(conn: &mut Conn, app: &App, identity: &Identity) -> Result<(), Error> {
    let orgs = db::salesforce::known_orgs(conn, &app.account_id).await?;
    if orgs.is_empty() || orgs.contains(&identity.organization_id) {
        Ok(())
    } else {
        Err(Refusal::other_person().into())
    }
}
