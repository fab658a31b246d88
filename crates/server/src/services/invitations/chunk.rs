//! Adding a chunk of rows to a batch.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{
    BatchOptions, Chunk, ChunkResult, DeliveryStatus, NewRow, Persona, ProblemCode, Role, RowCode, RowResult,
    RowVerdict, TeamId, UserId, UserStatus, limits,
};

use super::judge::{Context, Decision, Defaults, Invitee, Judged, judge};
use crate::db::batches::BatchRecord;
use crate::db::batches::invitations::Invitations;
use crate::db::invitations::NewInvitation;
use crate::db::rows::JudgedRow;
use crate::db::teams::name_key;
use crate::db::users::NewUser;
use crate::db::{self, AccountId, Conn, new_id};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;
use crate::services::batches::{Arrival, check_teams_of_row};
use crate::services::workspaces::Workspaces;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Judges and stores a chunk, in the caller's transaction: rows, people, invitations and mails, all or none.
/// `highest` is the highest role that its sender may give.
/// A chunk that is there already is answered as it stands now, if it is the same.
pub(crate) async fn receive(
    conn: &mut Conn,
    account_id: &AccountId,
    batch: &BatchRecord<Invitations>,
    chunk: Chunk,
    highest: Role,
    now: Millis,
) -> ApiResult<ChunkResult> {
    let index = chunk.index;
    let arrival = Arrival::of(&chunk, index, chunk.rows.iter().map(|row| row.row))?;
    if arrival.is_known(conn, batch).await? {
        let stored = db::rows::invitations::numbered(conn, batch.number, &arrival.numbers, now).await?;
        let mut rows: Vec<RowResult> = stored.into_iter().map(|row| row.result).collect();
        arrival.sort(&mut rows, |row| row.row);
        return Ok(ChunkResult { index, rows });
    }
    arrival.check(conn, batch).await?;
    check_teams(batch.options(), &chunk.rows)?;

    let mut context = context(conn, account_id, batch, &chunk, highest, now).await?;
    let judged: Vec<Judged> = chunk.rows.into_iter().map(|row| judge(row, &mut context)).collect();
    let expires_at = now.plus(DAY * u32::from(batch.options().expires_in_days));
    let next_invitation = db::invitations::next_number(conn).await?;
    let personas = batch.options().personas.clone();
    let mut stored = ChunkEffects { personas, next_invitation, ..ChunkEffects::default() };
    let rows: Vec<JudgedRow<Invitations>> =
        judged.into_iter().map(|judged| stored.add(judged, batch.is_dry_run(), expires_at)).collect();
    stored.write(conn, account_id, batch.number, now).await?;
    arrival.store(conn, batch, &rows, now).await?;

    let rows = rows.into_iter().map(result).collect();
    Ok(ChunkResult { index, rows })
}

/// Refuses a row with too many teams, and rows that make too many memberships together.
fn check_teams(options: &BatchOptions, rows: &[NewRow]) -> ApiResult<()> {
    for row in rows {
        check_teams_of_row(row.row, &row.teams)?;
    }
    if options.rows_per_chunk(rows) < rows.len() {
        return Err(ApiError::new(ProblemCode::PayloadTooLarge)
            .in_field("rows")
            .limit("memberships_per_chunk", limits::MEMBERSHIPS_PER_CHUNK as u64));
    }
    Ok(())
}

async fn context(
    conn: &mut Conn,
    account_id: &AccountId,
    batch: &BatchRecord<Invitations>,
    chunk: &Chunk,
    highest: Role,
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
    let mut context = Context {
        teams: teams.into_iter().map(|team| (team.name_key, team.id)).collect(),
        everyone: name_key(api_types::EVERYONE),
        workspaces: Workspaces::read(conn, account_id).await?,
        standings: db::users::standings(conn, account_id, &keys, now).await?,
        seen: db::rows::addresses_seen(conn, batch.number, &keys).await?,
        free_seats: seats.free().saturating_sub(promised),
        defaults: Defaults::default(),
        highest,
    };
    let options = batch.options();
    // The names were known when the batch was opened; one that is gone since counts as not given.
    let workspaces = &context.workspaces;
    let workspace = options.workspace.as_deref().and_then(|name| workspaces.said(name));
    let workspace_id = workspace.or(workspaces.default()).map(|found| found.id.0.clone()).unwrap_or_default();
    context.defaults = Defaults {
        role: options.role,
        team_ids: options.teams.iter().filter_map(|name| context.team(name)).flatten().cloned().collect(),
        workspace_id,
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
    /// Users by the teams that they join.
    teams: HashMap<Vec<TeamId>, Vec<UserId>>,
    invitations: Vec<NewInvitation>,
}

impl ChunkEffects {
    fn add(&mut self, judged: Judged, dry_run: bool, expires_at: Millis) -> JudgedRow<Invitations> {
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
            effect: None,
        };
        if let Some(invitee) = invitee.filter(|_| !dry_run) {
            row.effect = Some(self.invite(&row, invitee, expires_at));
        }
        row
    }

    fn invite(&mut self, row: &JudgedRow<Invitations>, invitee: Invitee, expires_at: Millis) -> i64 {
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
            self.teams.entry(invitee.team_ids).or_default().push(user.id.clone());
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

    async fn write(&self, conn: &mut Conn, account_id: &AccountId, batch: i64, now: Millis) -> ApiResult<()> {
        db::users::insert(conn, account_id, &self.users, now).await?;
        for user in &self.again {
            db::users::invite_again(conn, user).await?;
        }
        for (teams, users) in &self.teams {
            let users: Vec<&UserId> = users.iter().collect();
            db::teams::add_members(conn, account_id, teams, &users).await?;
        }
        db::invitations::insert(conn, account_id, batch, &self.invitations, now).await?;
        Ok(())
    }
}

fn result(row: JudgedRow<Invitations>) -> RowResult {
    let delivery = if row.effect.is_some() { DeliveryStatus::Queued } else { DeliveryStatus::Skipped };
    RowResult { row: row.row, verdict: row.verdict, delivery, code: row.code, detail: row.detail }
}
