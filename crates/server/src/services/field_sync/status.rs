//! The state of the sync as a whole, its schedule, and the people of the sales account.

use api_types::{
    AuditAction, AuditField, FieldSync, FieldSyncSettings, SetupStepId, SyncedPerson, SyncedPersonQuery,
    limits,
};

use super::steering;
use crate::db::field_sync::{self as stored, people as stored_people, runs};
use crate::db::long_list::Total;
use crate::db::{Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::audit::{self, Subject};
use crate::services::sessions::Caller;
use crate::services::setup::order;
use crate::state::App;

/// Refuses a schedule outside of the limits.
pub(crate) fn check(settings: FieldSyncSettings) -> ApiResult<()> {
    if !limits::POLLING_MINUTES.contains(&settings.polling_minutes) {
        let (least, most) = (limits::POLLING_MINUTES.start(), limits::POLLING_MINUTES.end());
        return Err(ApiError::field("polling_minutes", format!("not from {least} to {most}")));
    }
    Ok(())
}

/// Changes how often changes are polled.
pub(crate) async fn change(
    app: &App,
    conn: &mut Conn,
    caller: &Caller,
    settings: FieldSyncSettings,
) -> DbResult<()> {
    let minutes = settings.polling_minutes;
    let before = stored::schedule(conn, &app.account_id).await?.polling_minutes();
    if before != minutes {
        stored::set_polling_minutes(conn, &app.account_id, minutes).await?;
        let (from, to) = (before.to_string(), minutes.to_string());
        let changes = [audit::change(AuditField::PollingMinutes, Some(&from), Some(&to))];
        let subject = Subject::from(&to).changing(&changes);
        audit::by_caller(app, conn, caller, AuditAction::SyncSettingsChanged, subject).await?;
    }
    Ok(())
}

/// The version of the schedule.
pub(crate) async fn version(app: &App, conn: &mut Conn) -> DbResult<u32> {
    Ok(stored::schedule(conn, &app.account_id).await?.version())
}

pub(crate) async fn show(app: &App, conn: &mut Conn) -> ApiResult<FieldSync> {
    let schedule = stored::schedule(conn, &app.account_id).await?;
    let current = runs::current(conn, &app.account_id).await?;
    Ok(FieldSync {
        blocked_by: order::missing(app, conn, SetupStepId::StartSync).await?,
        current: current.map(|run| steering::show(app, &run)).transpose()?,
        incremental: schedule.changes_token.is_some(),
        polling_minutes: schedule.polling_minutes(),
        version: schedule.version(),
        next_poll_at: schedule.next_poll_at().map(|at| at.timestamp()),
        people: schedule.people(),
        missing_fields: schedule.missing_fields()?,
    })
}

/// The people of the sales account by their numbers in Marketo, and how many there are. `after` is the last number of
/// the page before.
pub(crate) async fn people(
    app: &App,
    conn: &mut Conn,
    query: &SyncedPersonQuery,
    after: Option<i64>,
    limit: u32,
) -> DbResult<(Vec<SyncedPerson>, Total)> {
    stored_people::list(conn, &app.account_id, query, after, limit).await
}
