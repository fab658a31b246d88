//! The Integration Information: filled in once, and shown without its secret, which is revealed alone.

use api_types::{AuditAction, AuditField, Credentials, Integration, ProblemCode, RevealedSecret};

use super::connection;
use crate::clients::services::MarketoCredentials;
use crate::db::integration::IntegrationRow;
use crate::db::{self, Conn};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::platform::secrets::SecretContext;
use crate::services::audit::{self, Subject};
use crate::services::callers;
use crate::services::sessions::Caller;
use crate::state::App;

/// What is known of it, without the secret.
pub(crate) async fn show(app: &App, conn: &mut Conn) -> ApiResult<Integration> {
    let row = db::integration::find(conn, &app.account_id).await?;
    let credentials = row.map(|row| Credentials {
        munchkin_account_id: row.munchkin_account_id,
        client_id: row.client_id,
        client_secret_ends_with: row.secret_ends_with,
        updated_at: Millis(row.updated_at).timestamp(),
    });
    Ok(Integration { available: app.services.marketo.integration.is_some(), credentials })
}

/// The secret. It is needed again only where another console is connected with it.
pub(crate) async fn reveal(app: &App, caller: &Caller) -> ApiResult<RevealedSecret> {
    let mut tx = callers::write(app, caller).await?;
    let row = db::integration::find(&mut tx, &app.account_id).await?.ok_or_else(ApiError::not_found)?;
    let credentials = connection::of_integration(app, &row).map_err(|_| ProblemCode::Internal)?;
    audit::by_caller(app, &mut tx, caller, AuditAction::SecretRevealed, &row.client_id).await?;
    tx.commit().await?;
    Ok(RevealedSecret { client_secret: credentials.client_secret.expose().to_owned() })
}

/// Fills in the Integration Information, unless it is there already or the operator configured no credentials for it.
pub(crate) async fn activate(app: &App, conn: &mut Conn, caller: &Caller) -> ApiResult<()> {
    let Some(credentials) = &app.services.marketo.integration else { return Ok(()) };
    if db::integration::find(conn, &app.account_id).await?.is_some() {
        return Ok(());
    }
    let MarketoCredentials { munchkin_account_id, client_id, client_secret } = credentials;
    let place = SecretContext { column: IntegrationRow::COLUMN, row: &app.account_uuid };
    let sealed = connection::seal(app, place, client_secret)?;
    let row = IntegrationRow {
        munchkin_account_id: munchkin_account_id.clone(),
        client_id: client_id.clone(),
        client_secret: sealed,
        secret_ends_with: client_secret.ends_with(),
        updated_at: app.now().0,
    };
    db::integration::insert(conn, &app.account_id, &row).await?;
    let changes = [
        audit::change(AuditField::MunchkinAccountId, None, Some(&row.munchkin_account_id)),
        audit::change(AuditField::ClientId, None, Some(&row.client_id)),
        audit::secret(AuditField::ClientSecret),
    ];
    let subject = Subject::from(&row.munchkin_account_id).changing(&changes);
    audit::by_caller(app, conn, caller, AuditAction::IntegrationActivated, subject).await?;
    Ok(())
}
