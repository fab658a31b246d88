//! The settings of what is written back to Salesforce.

use api_types::{AuditAction, AuditField, EmailActivity, ProblemCode, SalesforceSyncSettings};

use crate::db::{self, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::services::address;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

pub(crate) async fn get(app: &App, conn: &mut Conn) -> DbResult<SalesforceSyncSettings> {
    db::salesforce::sync_settings(conn, &app.account_id).await
}

/// Changes the settings, and returns them as they are stored. The version names the state that is changed.
pub(crate) async fn change(
    app: &App,
    caller: &Caller,
    mut settings: SalesforceSyncSettings,
) -> ApiResult<SalesforceSyncSettings> {
    let typed = settings.bcc_address.as_deref().map(str::trim).filter(|typed| !typed.is_empty());
    let typed = typed.map(|typed| address::parse(typed, "bcc_address")).transpose()?;
    settings.bcc_address = typed.map(|address| address.as_str().to_owned());
    if settings.email_activity == EmailActivity::Bcc && settings.bcc_address.is_none() {
        return Err(ApiError::field("bcc_address", "needed to log by BCC"));
    }
    let mut tx = callers::write(app, caller).await?;
    let now = get(app, &mut tx).await?;
    if settings.version != now.version {
        return Err(ProblemCode::Stale.into());
    }
    if settings != now {
        settings.version += 1;
        db::salesforce::set_sync_settings(&mut tx, &app.account_id, &settings).await?;
        let subject = db::text(settings.email_activity)?;
        let what = AuditAction::SalesforceSettingsChanged;
        let (activity, tasks) = (db::text(now.email_activity)?, db::text(now.tasks)?);
        let changes = audit::changed([
            (AuditField::EmailActivity, Some(&activity), Some(&subject)),
            (AuditField::BccAddress, now.bcc_address.as_deref(), settings.bcc_address.as_deref()),
            (AuditField::TaskSync, Some(&tasks), Some(&db::text(settings.tasks)?)),
        ]);
        audit::by_caller(app, &mut tx, caller, what, Subject::from(&subject).changing(&changes)).await?;
        tx.commit().await?;
    }
    Ok(settings)
}
