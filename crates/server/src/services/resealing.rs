//! Sealing what is kept anew, at a start with another first key: the one before can then be thrown away.

use crate::db::DbResult;
use crate::db::sealed::{COLUMNS, SealedFor};
use crate::platform::secrets::SecretContext;
use crate::state::App;

/// Seals under the first key what another one has sealed. What no key opens stays as it is, and is reported when it is needed.
pub(crate) async fn run(app: &App) -> DbResult<()> {
    let mark = app.keyring.mark();
    let mut sealed = 0_u32;
    for column in COLUMNS {
        let found = column.without(&mut *app.db.read().await?, &mark).await?;
        if found.is_empty() {
            continue;
        }
        let mut tx = app.db.write().await?;
        for (row, old) in found {
            let place = SecretContext {
                column: column.name,
                row: match column.sealed_for {
                    SealedFor::Row => &row,
                    SealedFor::Account => &app.account_uuid,
                },
            };
            let Ok(secret) = app.keyring.open(place, &old) else { continue };
            let new = app.keyring.seal(place, &secret).map_err(sqlx::Error::Io)?;
            column.replace(&mut tx, &row, &old, &new).await?;
            sealed += 1;
        }
        tx.commit().await?;
    }
    if sealed > 0 {
        tracing::info!(sealed, "secrets were sealed under the first key; the others are needed no more");
    }
    Ok(())
}
