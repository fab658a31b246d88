//! Marketo's administrators as people see them: who they are, what they are in the account, and which of them is the
//! original user.

use std::time::Duration;

use api_types::{Activity, MarketoAdmin, MarketoAdminState, OriginalUser, ProblemCode, UserStatus};

use super::admins::{self, AdminList};
use super::connection;
use crate::clients::marketo::known_admins::{Admin, List};
use crate::db::marketo::AccountState;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::text::unaccented;
use crate::services::address;
use crate::state::App;

/// Marketo's administrators, as far as they are known.
pub(crate) struct Known {
    pub(crate) list: List,
    /// Whether there may be more: Marketo is still being asked.
    pub(crate) may_grow: bool,
}

/// As many of them as are found in a moment, at least one, by name. To be called without a connection to the database, as Marketo
/// may be asked meanwhile.
pub(crate) async fn first(app: &App) -> ApiResult<Known> {
    let known = known(app, admins::SHORT_WAIT).await?;
    if known.may_grow && known.list.is_empty() { read(app).await } else { Ok(known) }
}

/// The same, with all of them wherever that does not take too long.
pub(crate) async fn read(app: &App) -> ApiResult<Known> {
    let known = known(app, admins::WAIT).await?;
    if known.may_grow && known.list.is_empty() { Err(later()) } else { Ok(known) }
}

fn later() -> ApiError {
    ApiError::new(ProblemCode::Unavailable).retry_after(5)
}

async fn known(app: &App, wait: Duration) -> ApiResult<Known> {
    if app.services.marketo.platform.is_none() {
        return Err(
            ApiError::new(ProblemCode::NotConfigured).detail("the credentials that read Marketo's users")
        );
    }
    match admins::list(app, wait).await {
        Ok(AdminList::List(list)) => Ok(Known { list, may_grow: false }),
        Ok(AdminList::SoFar(list)) => Ok(Known { list, may_grow: true }),
        Err(error) => {
            let mut tx = app.db.write().await?;
            connection::note_failure(app, &mut tx, Activity::ReadingAdmins, &error).await?;
            tx.commit().await?;
            Err(connection::problem(&error))
        }
    }
}

/// Those whom a search finds.
pub(crate) fn found<'a>(all: &'a [Admin], search: Option<&str>) -> Vec<&'a Admin> {
    let search = unaccented(search.unwrap_or_default().trim());
    all.iter().filter(|admin| matches(admin, &search)).collect()
}

fn matches(admin: &Admin, search: &str) -> bool {
    let name = people::names::searchable(&admin.first_name, &admin.last_name);
    unaccented(&format!("{name} {}", admin.email)).contains(search)
}

/// The one with this id.
pub(crate) fn find<'a>(known: &'a Known, id: &str) -> ApiResult<&'a Admin> {
    match known.list.iter().find(|admin| admin.id == id) {
        Some(admin) => Ok(admin),
        None if known.may_grow => Err(later()),
        None => Err(ApiError::field("id", "Marketo has no such administrator")),
    }
}

/// Some of them, and their standing in the account.
pub(crate) async fn show(app: &App, conn: &mut Conn, admins: &[&Admin]) -> ApiResult<Vec<MarketoAdmin>> {
    let keys: Vec<String> = admins.iter().map(|admin| address::lookup_key(&admin.email)).collect();
    let standings = db::marketo::standings(conn, &app.account_id, &keys).await?;
    let original = db::users::original_user(conn, &app.account_id).await?.map(|user| user.email_key);
    let now = app.now();
    let shown = admins.iter().zip(keys).map(|(admin, key)| MarketoAdmin {
        original: original.as_ref() == Some(&key),
        id: admin.id.clone(),
        first_name: admin.first_name.clone(),
        last_name: admin.last_name.clone(),
        email: admin.email.clone(),
        roles: admin.roles.clone(),
        user_id: standings.get(&key).map(|standing| standing.user_id.clone()),
        state: state(standings.get(&key), now),
    });
    Ok(shown.collect())
}

/// What a person with this standing is in the account.
pub(super) fn state(standing: Option<&AccountState>, now: Millis) -> MarketoAdminState {
    let Some(standing) = standing else { return MarketoAdminState::NotInvited };
    match (standing.status, &standing.invitation) {
        (UserStatus::Active, _) => MarketoAdminState::Active,
        (UserStatus::Deactivated, _) => MarketoAdminState::Deactivated,
        (UserStatus::Invited | UserStatus::Expired, None) => MarketoAdminState::NotInvited,
        (UserStatus::Invited | UserStatus::Expired, Some(open)) => {
            let invitation = open.id.clone();
            let bounced = open.delivery == api_types::DeliveryStatus::Failed;
            if bounced || open.expires_at <= now {
                MarketoAdminState::Unreached { invitation, bounced }
            } else {
                MarketoAdminState::Invited { invitation, expires_at: open.expires_at.timestamp() }
            }
        }
    }
}

/// Who the original user is, or will be: the person who was invited or chosen first.
pub(crate) async fn original_user(app: &App) -> ApiResult<OriginalUser> {
    let mut conn = app.db.read().await?;
    if let Some(user) = db::users::original_user(&mut conn, &app.account_id).await? {
        let status = user.status(app.now())?;
        return Ok(OriginalUser::Chosen { person: user.person(), status });
    }
    let first = db::users::first_admin(&mut conn, &app.account_id).await?.ok_or_else(ApiError::not_found)?;
    // No connection to the database is held while Marketo is asked.
    drop(conn);
    let in_marketo = match read(app).await {
        Ok(known) => {
            match known.list.iter().any(|admin| address::lookup_key(&admin.email) == first.email_key) {
                false if known.may_grow => return Err(later()),
                found => Some(found),
            }
        }
        Err(error) if error.code() == ProblemCode::Unavailable => return Err(error),
        // The list's own endpoint reports the error.
        Err(_) => None,
    };
    Ok(OriginalUser::Open { first_administrator: first.person(), in_marketo })
}
