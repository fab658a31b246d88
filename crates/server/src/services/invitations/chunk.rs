//! Adding a chunk of rows to a batch.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{
    BatchState, Chunk, ChunkResult, DeliveryStatus, Persona, ProblemCode, Role, RowCode, RowResult,
    RowVerdict, UserStatus, VerdictCounts,
};

use super::judge::{Context, Decision, Defaults, Invitee, Judged, judge};
use crate::db::batches::BatchRecord;
use crate::db::invitations::NewInvitation;
use crate::db::rows::JudgedRow;
use crate::db::teams::name_key;
use crate::db::users::NewUser;
use crate::db::{self, Conn, new_id};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::services::batch_rows::{Received, check_distinct};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Judges and stores a chunk, in the caller's transaction: rows, people, invitations and mails, all or none.
/// A chunk that is there already is answered as it stands now, if it is the same.
pub(crate) async fn receive(
    conn: &mut Conn,
    account_id: &str,
    batch: &BatchRecord,
    chunk: Chunk,
    now: Millis,
) -> ApiResult<ChunkResult> {
    let fingerprint = crate::platform::token::sha256(&serde_json::to_vec(&chunk)?);
    let index = chunk.index;
    if let Some(before) = db::rows::chunk_fingerprint(conn, &batch.id, index).await? {
        if before != fingerprint {
            return Err(ProblemCode::ChunkConflict.into());
        }
        let rows = db::rows::chunk_results(conn, &batch.id, index, now).await?;
        return Ok(ChunkResult { index, rows });
    }
    check(conn, batch, &chunk).await?;
    db::rows::insert_chunk(conn, account_id, &batch.id, index, &fingerprint).await?;

    let mut context = context(conn, account_id, batch, &chunk, now).await?;
    let judged: Vec<Judged> = chunk.rows.into_iter().map(|row| judge(row, &mut context)).collect();
    let mut counts = VerdictCounts::default();
    let options = batch.options()?;
    let expires_at = now.plus(DAY * u32::from(options.expires_in_days));
    let next_invitation = db::invitations::next_number(conn).await?;
    let mut stored = ChunkEffects { personas: options.personas, next_invitation, ..ChunkEffects::default() };
    let mut rows = Vec::with_capacity(judged.len());
    for judged in judged {
        let row = stored.add(judged, batch.is_dry_run(), expires_at);
        *counts.of(row.verdict) += 1;
        rows.push(row);
    }
    stored.write(conn, account_id, &batch.id, now).await?;
    db::rows::insert(conn, account_id, &batch.id, index, &rows).await?;
    db::batches::add_chunk(conn, &batch.id, &counts).await?;

    let rows = rows.into_iter().map(result).collect();
    Ok(ChunkResult { index, rows })
}

async fn check(conn: &mut Conn, batch: &BatchRecord, chunk: &Chunk) -> ApiResult<()> {
    if batch.state()? != BatchState::Open {
        return Err(ProblemCode::BatchClosed.into());
    }
    let numbers: Vec<u32> = chunk.rows.iter().map(|row| row.row).collect();
    Received::from(batch).check_chunk(chunk.index, &numbers)?;
    check_distinct(db::rows::any_stored(conn, &batch.id, &numbers).await?)
}

async fn context(
    conn: &mut Conn,
    account_id: &str,
    batch: &BatchRecord,
    chunk: &Chunk,
    now: Millis,
) -> ApiResult<Context> {
    let keys: Vec<String> = chunk
        .rows
        .iter()
        .filter_map(|row| roster::email::Address::parse(row.email.trim()).ok())
        .map(|address| address.key())
        .collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let seats = db::accounts::seats(conn, account_id, now).await?;
    // Other than in a dry run, the ready rows are users already and counted.
    let promised = if batch.is_dry_run() { batch.verdicts().ready } else { 0 };
    let teams = db::teams::named(conn, account_id).await?;
    let workspaces = db::teams::workspaces(conn, account_id).await?;
    let default_workspace =
        workspaces.iter().find(|workspace| workspace.default).map(|found| found.id.0.clone());
    let mut context = Context {
        teams: teams.into_iter().map(|team| (team.name_key, team.id)).collect(),
        everyone: name_key(api_types::EVERYONE),
        workspaces: workspaces
            .into_iter()
            .map(|workspace| (name_key(&workspace.name), workspace.id.0))
            .collect(),
        standings: db::users::standings(conn, account_id, &keys, now).await?,
        seen: db::rows::addresses_seen(conn, &batch.id, &keys).await?,
        free_seats: seats.free().saturating_sub(promised),
        defaults: Defaults::default(),
    };
    let options = batch.options()?;
    // The names were known when the batch was opened; one that is gone since counts as not given.
    let workspace =
        options.workspace.as_deref().and_then(|name| context.workspaces.get(&name_key(name)).cloned());
    context.defaults = Defaults {
        role: options.role,
        team_ids: options
            .teams
            .iter()
            .filter_map(|name| context.team(name))
            .flatten()
            .map(str::to_owned)
            .collect(),
        workspace_id: workspace.or(default_workspace).unwrap_or_default(),
        language: options.language,
    };
    Ok(context)
}

/// The other writes for a chunk besides its rows.
#[derive(Default)]
struct ChunkEffects {
    /// Of those who become administrators.
    personas: Vec<Persona>,
    next_invitation: i64,
    users: Vec<NewUser>,
    again: Vec<NewUser>,
    teams: HashMap<String, Vec<String>>,
    invitations: Vec<NewInvitation>,
}

impl ChunkEffects {
    fn add(&mut self, judged: Judged, dry_run: bool, expires_at: Millis) -> JudgedRow {
        let (verdict, code, detail, invitee) = match judged.decision {
            Decision::Not { verdict, code, detail } => (verdict, code, detail, None),
            Decision::Ready(invitee) => {
                let detail = invitee.unknown_language.clone();
                let code = detail.as_ref().map(|_| RowCode::UnknownLanguage);
                (RowVerdict::Ready, code, detail, Some(invitee))
            }
        };
        let mut row = JudgedRow {
            row: judged.row,
            email: judged.email,
            email_key: judged.email_key,
            first_name: judged.first_name,
            last_name: judged.last_name,
            verdict,
            code,
            detail,
            invitation_number: None,
        };
        if let Some(invitee) = invitee.filter(|_| !dry_run) {
            row.invitation_number = Some(self.invite(&row, invitee, expires_at));
        }
        row
    }

    fn invite(&mut self, row: &JudgedRow, invitee: Invitee, expires_at: Millis) -> i64 {
        let number = self.next_invitation;
        self.next_invitation += 1;
        let is_new = invitee.again.is_none();
        let user = NewUser {
            id: invitee.again.unwrap_or_else(new_id),
            email: row.email.clone(),
            email_key: row.email_key.clone().unwrap_or_default(),
            first_name: row.first_name.clone(),
            last_name: row.last_name.clone(),
            role: invitee.role,
            personas: if invitee.role == Role::Admin { self.personas.clone() } else { Vec::new() },
            workspace_id: invitee.workspace_id,
            status: UserStatus::Invited,
            last_sign_in: None,
            invitation: Some((number, expires_at)),
        };
        if !invitee.team_ids.is_empty() {
            self.teams.insert(user.id.clone(), invitee.team_ids);
        }
        self.invitations.push(NewInvitation {
            number,
            id: new_id(),
            user_id: user.id.clone(),
            row: row.row,
            language: invitee.language,
            expires_at,
        });
        if is_new {
            self.users.push(user)
        } else {
            self.again.push(user)
        }
        number
    }

    async fn write(&self, conn: &mut Conn, account_id: &str, batch_id: &str, now: Millis) -> ApiResult<()> {
        db::users::insert(conn, account_id, &self.users, now).await?;
        for user in &self.again {
            db::users::invite_again(conn, user).await?;
        }
        let pairs: Vec<(&str, &str)> = self
            .teams
            .iter()
            .flat_map(|(user, teams)| teams.iter().map(move |team| (team.as_str(), user.as_str())))
            .collect();
        db::teams::add_members(conn, account_id, &pairs).await?;
        db::invitations::insert(conn, account_id, batch_id, &self.invitations, now).await?;
        Ok(())
    }
}

fn result(row: JudgedRow) -> RowResult {
    let delivery =
        if row.invitation_number.is_some() { DeliveryStatus::Queued } else { DeliveryStatus::Skipped };
    RowResult { row: row.row, verdict: row.verdict, delivery, code: row.code, detail: row.detail }
}
