//! What is kept sealed: whether its keys are there, and sealing it anew at a start with another first key, so that the one before
//! can be thrown away.

use crate::db::sealed::COLUMNS;
use crate::db::{Conn, DbResult};
use crate::platform::secrets::Keyring;
use crate::state::App;

/// Seals under the first key what another one has sealed. What no key opens stays as it is, and is logged.
pub(crate) async fn run(app: &App) -> DbResult<()> {
    let mark = app.keyring.mark();
    let (mut sealed, mut lost) = (0_u32, 0_u32);
    for column in COLUMNS {
        let found = column.without(&mut *app.db.read().await?, &mark).await?;
        if found.is_empty() {
            continue;
        }
        let mut tx = app.db.write().await?;
        for (row, old) in found {
            let place = column.context(&row, &app.account_uuid);
            let Ok(secret) = app.keyring.open(place, &old) else {
                lost += 1;
                continue;
            };
            let new = app.keyring.seal(place, &secret).map_err(sqlx::Error::Io)?;
            column.replace(&mut tx, &row, &old, &new).await?;
            sealed += 1;
        }
        tx.commit().await?;
    }
    if sealed > 0 {
        tracing::info!(sealed, "secrets were sealed under the first key");
    }
    if lost > 0 {
        tracing::error!(
            lost,
            "some sealed secrets are not opened by the server's keys: add the keys from before to MSI_SECRET_KEYS, or put back \
             secrets.keys; otherwise connect Salesforce and Marketo anew, and make authenticator apps and webhooks' secrets anew"
        );
    }
    Ok(())
}

/// How many secrets are sealed in an account, and how many of them the keyring opens, if there is one.
pub(crate) async fn opened(
    conn: &mut Conn,
    keyring: Option<&Keyring>,
    account: &str,
) -> DbResult<(usize, usize)> {
    let (mut all, mut opened) = (0, 0);
    for column in COLUMNS {
        for (row, secret) in column.all(conn).await? {
            let is_open =
                keyring.is_some_and(|keys| keys.open(column.context(&row, account), &secret).is_ok());
            all += 1;
            opened += usize::from(is_open);
        }
    }
    Ok((all, opened))
}
