//! Salesforce authorisations under way.

use std::time::Duration;

use api_types::{FlowId, FlowPurpose, FlowState, InvitationId, SalesforceEnvironment, UserId};
use sqlx::FromRow;

use super::{AccountId, Conn, DbResult, count, from_json, from_text, statement, text, to_json};
use crate::platform::clock::Millis;

/// How long a person has to finish.
pub(crate) const LIFETIME: Duration = Duration::from_secs(10 * 60);

/// A flow as stored. Only hashes and sealed values: none of them is of use to a browser.
#[derive(Clone, FromRow)]
pub(crate) struct FlowRow {
    pub(crate) id: FlowId,
    purpose: String,
    environment: String,
    pub(crate) return_to: String,
    /// The origin of the page that began it.
    pub(crate) origin: Option<String>,
    pub(crate) session_hash: Option<String>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) invitation_id: Option<InvitationId>,
    generation: Option<i64>,
    is_popup: i64,
    asks_who: i64,
    pub(crate) cookie_hash: Option<String>,
    pub(crate) verifier: Option<String>,
    pub(crate) known_by: Option<String>,
    answered_at: Option<i64>,
    outcome: String,
    pub(crate) expires_at: i64,
}

impl FlowRow {
    pub(crate) fn purpose(&self) -> DbResult<FlowPurpose> {
        from_text(&self.purpose)
    }

    pub(crate) fn environment(&self) -> DbResult<SalesforceEnvironment> {
        from_json(&self.environment)
    }

    pub(crate) fn generation(&self) -> u32 {
        count(self.generation.unwrap_or_default())
    }

    pub(crate) fn is_popup(&self) -> bool {
        self.is_popup != 0
    }

    /// Whether Salesforce was made to ask who the person is.
    pub(crate) fn asks_who(&self) -> bool {
        self.asks_who != 0
    }

    /// Whether Salesforce may still send the browser back.
    pub(crate) fn awaits_answer(&self, now: Millis) -> DbResult<bool> {
        Ok(self.answered_at.is_none() && self.state(now)? == FlowState::Open)
    }

    pub(crate) fn state(&self, now: Millis) -> DbResult<FlowState> {
        let stored = from_json(&self.outcome)?;
        let late = stored == FlowState::Open && Millis(self.expires_at).is_over(LIFETIME, now);
        Ok(if late { FlowState::Failed(api_types::ConnectionFailure::FlowExpired) } else { stored })
    }
}

/// A flow to be stored.
pub(crate) struct NewFlow<'a> {
    pub(crate) id: &'a FlowId,
    pub(crate) purpose: FlowPurpose,
    pub(crate) environment: &'a SalesforceEnvironment,
    pub(crate) return_to: &'a str,
    pub(crate) origin: Option<&'a str>,
    pub(crate) session_hash: Option<&'a str>,
    pub(crate) user_id: Option<&'a UserId>,
    /// The id of an invitation, and the generation of its link.
    pub(crate) invitation: Option<(&'a InvitationId, u32)>,
    pub(crate) expires_at: Millis,
}

pub(crate) async fn insert(
    conn: &mut Conn,
    account_id: &AccountId,
    flow: &NewFlow<'_>,
    now: Millis,
) -> DbResult<()> {
    statement(
        "INSERT INTO flows (id, account_id, purpose, environment, return_to, session_hash, user_id, invitation_id,
         generation, is_popup, outcome, created_at, expires_at, origin)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12, $13)",
    )
    .bind(flow.id)
    .bind(account_id)
    .bind(text(flow.purpose)?)
    .bind(to_json(flow.environment)?)
    .bind(flow.return_to)
    .bind(flow.session_hash)
    .bind(flow.user_id)
    .bind(flow.invitation.map(|(id, _)| id))
    .bind(flow.invitation.map(|(_, generation)| generation))
    .bind(to_json(&FlowState::Open)?)
    .bind(now.0)
    .bind(flow.expires_at.0)
    .bind(flow.origin)
    .execute(conn)
    .await?;
    Ok(())
}

const SELECT: &str =
    "SELECT id, purpose, environment, return_to, origin, session_hash, user_id, invitation_id, generation,
    is_popup, asks_who, cookie_hash, verifier, known_by, answered_at, outcome, expires_at FROM flows";

pub(crate) async fn find(conn: &mut Conn, account_id: &AccountId, id: &FlowId) -> DbResult<Option<FlowRow>> {
    let mut select = super::Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND id = ").push_bind(id);
    select.build().optional(conn).await
}

pub(crate) async fn find_by_state(
    conn: &mut Conn,
    account_id: &AccountId,
    state_hash: &str,
) -> DbResult<Option<FlowRow>> {
    let mut select = super::Builder::new(SELECT);
    select.push(" WHERE account_id = ").push_bind(account_id);
    select.push(" AND state_hash = ").push_bind(state_hash.to_owned());
    select.build().optional(conn).await
}

/// State, cookie and verifier of an authorization request. Each new request invalidates the one before.
pub(crate) struct NewAuthorization<'a> {
    pub(crate) state_hash: &'a str,
    pub(crate) cookie_hash: &'a str,
    /// Sealed.
    pub(crate) verifier: &'a str,
    /// Sealed, too: the tokens by which the browser is known.
    pub(crate) known_by: &'a str,
    pub(crate) is_popup: bool,
    pub(crate) asks_who: bool,
}

pub(crate) async fn start_authorization(
    conn: &mut Conn,
    id: &FlowId,
    authorization: &NewAuthorization<'_>,
) -> DbResult<()> {
    statement(
        "UPDATE flows SET state_hash = $1, cookie_hash = $2, verifier = $3, known_by = $4, is_popup = $5, asks_who = $6
          WHERE id = $7",
    )
    .bind(authorization.state_hash)
    .bind(authorization.cookie_hash)
    .bind(authorization.verifier)
    .bind(authorization.known_by)
    .bind(i64::from(authorization.is_popup))
    .bind(i64::from(authorization.asks_who))
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Marks the flow's callback as used.
pub(crate) async fn answer(conn: &mut Conn, id: &FlowId, now: Millis) -> DbResult<()> {
    statement("UPDATE flows SET answered_at = $1, verifier = NULL, known_by = NULL WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn end(conn: &mut Conn, id: &FlowId, outcome: FlowState) -> DbResult<()> {
    statement("UPDATE flows SET outcome = $1, verifier = NULL, known_by = NULL WHERE id = $2")
        .bind(to_json(&outcome)?)
        .bind(id)
        .execute(conn)
        .await?;
    Ok(())
}
