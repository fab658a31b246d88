//! Recent failures of other services.

use api_types::{Activity, Service};

use super::{AccountId, Builder, Conn, DbResult, from_text, new_id, statement, text};
use crate::platform::clock::Millis;

/// How many are kept.
const KEPT: i64 = 500;

/// Notes a failure by the service's own code, and deletes the oldest.
pub(crate) async fn note(
    conn: &mut Conn,
    account_id: &AccountId,
    at: Millis,
    (service, during): (Service, Activity),
    code: &str,
    request_id: &str,
) -> DbResult<()> {
    statement(
        "INSERT INTO recent_errors (id, account_id, at, service, code, during, request_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new_id::<String>())
    .bind(account_id)
    .bind(at.0)
    .bind(text(service)?)
    .bind(code)
    .bind(text(during)?)
    .bind(request_id)
    .execute(&mut *conn)
    .await?;
    statement(
        "DELETE FROM recent_errors WHERE account_id = $1 AND id <=
             (SELECT id FROM recent_errors WHERE account_id = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)",
    )
    .bind(account_id)
    .bind(KEPT)
    .execute(conn)
    .await?;
    Ok(())
}

/// When what may fail succeeded last.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LastSuccesses {
    /// Each administrator's connection to Salesforce was checked.
    pub(crate) salesforce: Option<Millis>,
    /// The connection to Marketo was checked.
    pub(crate) marketo: Option<Millis>,
    /// People were read to the end.
    pub(crate) sync: Option<Millis>,
}

impl LastSuccesses {
    pub(crate) async fn read(conn: &mut Conn, account_id: &AccountId) -> DbResult<Self> {
        // A poll without changes leaves no run.
        let (salesforce, marketo, run, poll): (Option<i64>, Option<i64>, Option<i64>, Option<i64>) = statement(
            "SELECT (SELECT CASE WHEN COUNT(c.failure) = 0 THEN MAX(c.checked_at) END
                       FROM salesforce_connections c JOIN users u ON u.id = c.user_id
                      WHERE c.account_id = $1 AND u.role = 'admin' AND u.status = 'active'),
                    (SELECT MAX(checked_at) FROM marketo_connections WHERE account_id = $1 AND failure IS NULL),
                    (SELECT MAX(ended_at) FROM sync_runs WHERE account_id = $1 AND state = 'completed'),
                    (SELECT complete_until FROM field_syncs WHERE account_id = $1)",
        )
        .bind(account_id)
        .one(conn)
        .await?;
        let [salesforce, marketo, sync] = [salesforce, marketo, run.max(poll)].map(|at| at.map(Millis));
        Ok(Self { salesforce, marketo, sync })
    }
}

/// A failure as it was noted.
pub(crate) struct Noted {
    pub(crate) id: String,
    pub(crate) at: Millis,
    pub(crate) service: Service,
    pub(crate) code: String,
    pub(crate) during: Activity,
    pub(crate) request_id: String,
}

/// Failures, the latest first, and how many are kept. `before` is the last id of the page before.
pub(crate) async fn list(
    conn: &mut Conn,
    account_id: &AccountId,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<Noted>, u64)> {
    let (total,): (i64,) = statement("SELECT COUNT(*) FROM recent_errors WHERE account_id = $1")
        .bind(account_id)
        .one(&mut *conn)
        .await?;
    let mut select = Builder::new(
        "SELECT id, at, service, code, during, request_id FROM recent_errors WHERE account_id = ",
    );
    select.push_bind(account_id);
    if let Some(before) = before {
        select.push(" AND id < ").push_bind(before.to_owned());
    }
    select.push(" ORDER BY id DESC LIMIT ").push_bind(i64::from(limit));
    let rows: Vec<(String, i64, String, String, String, String)> = select.build().all(conn).await?;
    let errors = rows.into_iter().map(|(id, at, service, code, during, request_id)| {
        let (service, during) = (from_text(&service)?, from_text(&during)?);
        Ok(Noted { id, at: Millis(at), service, code, during, request_id })
    });
    Ok((errors.collect::<DbResult<_>>()?, u64::try_from(total).unwrap_or(0)))
}
