//! Signing in, and accepting an invitation, with the identity that Salesforce confirms.

use api_types::{AuditAction, UserStatus, limits};

use super::identity::Identity;
use super::refusal::{Error, Refusal};
use crate::db::users::UserRow;
use crate::db::{self, Conn};
use crate::platform::text::clean_line;
use crate::services::activation::{self, Names};
use crate::services::address;
use crate::services::audit::{self, Actor};
use crate::services::sessions::{self, Browser, Opened};
use crate::state::App;

/// A user who came back from Salesforce.
pub(super) struct SignedIn<'a> {
    pub(super) identity: &'a Identity,
    /// The session that the browser had when the flow began. It ends: an id never survives a sign-in.
    pub(super) session_before: Option<&'a str>,
    /// The session that it has now, by the hash of its token. It ends, too.
    pub(super) session_now: Option<&'a str>,
    pub(super) browser: &'a Browser,
}

/// Signs in the member with the address that Salesforce vouches for.
pub(super) async fn sign_in(app: &App, signed_in: &SignedIn<'_>) -> Result<Opened, Error> {
    let mut tx = app.db.write().await?;
    let key = vouched_address(&mut tx, app, signed_in.identity).await?;
    let user = db::users::find_by_email(&mut tx, &app.account_id, &key).await?;
    let active = |user: &UserRow| user.status(app.now()).is_ok_and(|status| status == UserStatus::Active);
    let user = user.filter(active).ok_or_else(Refusal::other_person)?;
    let opened = open(&mut tx, app, &user, signed_in).await?;
    tx.commit().await?;
    app.mail_monitor.wake();
    Ok(opened)
}

/// Accepts an invitation for the person whose address it was sent to, without a password.
pub(super) async fn activate(
    app: &App,
    invitation: &str,
    generation: u32,
    signed_in: &SignedIn<'_>,
) -> Result<Opened, Error> {
    let mut tx = app.db.write().await?;
    let key = vouched_address(&mut tx, app, signed_in.identity).await?;
    let invitation = activation::by_id(&mut tx, app, invitation, generation).await?.open()?;
    if address::lookup_key(&invitation.email) != key {
        return Err(Refusal::other_person().into());
    }
    // The names of the invitation take precedence over Salesforce's.
    let own = |invited: &str, name: &Option<String>| {
        let name = name.as_deref().map(clean_line).filter(|name| name.chars().count() <= limits::NAME_MAX);
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
    let identity = signed_in.identity;
    let who = (identity.organization_id.as_str(), identity.user_id.as_str());
    db::salesforce::note_identity(conn, &app.account_id, &user.id, who, app.now()).await?;
    let subject = format!("{} (Salesforce)", user.email);
    audit::note(app, conn, Actor::User(user), AuditAction::SignedIn, &subject).await?;
    let before = [signed_in.session_before, signed_in.session_now].into_iter().flatten();
    Ok(sessions::open_and_tell(app, conn, user, before, signed_in.browser).await?)
}

/// The key of the address that Salesforce vouches for. Any org can enter any address for a user, so the address counts
/// only when the user has verified it, and, once administrators have shown which orgs are the account's, only from one
/// of those.
async fn vouched_address(conn: &mut Conn, app: &App, identity: &Identity) -> Result<String, Error> {
    let orgs = db::salesforce::known_orgs(conn, &app.account_id).await?;
    let known = orgs.is_empty() || orgs.contains(&identity.organization_id);
    if identity.email_verified && known {
        Ok(address::lookup_key(&identity.email))
    } else {
        Err(Refusal::other_person().into())
    }
}
