//! Comparing a chunk of rows with the account.

use std::collections::HashMap;

use api_types::{
    EVERYONE, MemberAction, MemberChangeChunk, MemberChangeChunkResult, MemberChangeCode, MemberVerdict,
    NewMemberChange, ProblemCode, Role, UserId, limits,
};
use roster::email::Address;

use super::judge::{Judged, Member, Names, ends_admin, judge, read, shorten};
use crate::db::batches::BatchRecord;
use crate::db::batches::member_changes::{Change, MemberChanges, NewChange};
use crate::db::rows::JudgedRow;
use crate::db::teams::name_key;
use crate::db::users::UserRow;
use crate::db::{self, Conn, DbResult};
use crate::error::ApiResult;
use crate::services::batches::{Arrival, check_teams_of_row};
use crate::services::members::{FreeSeats, Protections};
use crate::services::workspaces::Workspaces;
use crate::state::App;

/// Judges and stores a chunk, in the caller's transaction. A chunk that is there already is answered as it stands now,
/// if it is the same. `highest` is the highest role that its sender may give.
pub(crate) async fn receive(
    app: &App,
    conn: &mut Conn,
    batch: &BatchRecord<MemberChanges>,
    highest: Role,
    chunk: MemberChangeChunk,
) -> ApiResult<MemberChangeChunkResult> {
    let index = chunk.index;
    let arrival = Arrival::of(&chunk, index, chunk.rows.iter().map(|row| row.row))?;
    if !arrival.is_known(conn, batch).await? {
        if batch.is_expired(app.now()) {
            return Err(ProblemCode::ComparisonExpired.into());
        }
        arrival.check(conn, batch).await?;
        for row in &chunk.rows {
            check_teams_of_row(row.row, row.teams.as_deref().unwrap_or_default())?;
        }
        let rows = compare(app, conn, batch, highest, chunk.rows).await?;
        arrival.store(conn, batch, &rows, app.now()).await?;
        db::rows::member_changes::insert(conn, batch.number, &rows).await?;
    }
    let mut rows = db::rows::member_changes::numbered(conn, batch.number, &arrival.numbers).await?;
    arrival.sort(&mut rows, |row| row.row);
    Ok(MemberChangeChunkResult { index, rows })
}

async fn compare(
    app: &App,
    conn: &mut Conn,
    batch: &BatchRecord<MemberChanges>,
    highest: Role,
    rows: Vec<NewMemberChange>,
) -> ApiResult<Vec<JudgedRow<MemberChanges>>> {
    let action = *batch.terms();
    let keys: Vec<Result<String, &'static str>> = rows
        .iter()
        .map(|row| {
            Address::parse(row.email.trim()).map(|address| address.key()).map_err(|error| error.name())
        })
        .collect();
    let valid: Vec<&str> = keys.iter().flatten().map(String::as_str).collect();
    let names = names(conn, app).await?;
    let found = db::users::find_by_emails(conn, &app.account_id, &valid).await?;
    let users: HashMap<String, Person> =
        people(conn, found).await?.into_iter().map(|person| (person.row.email_key.clone(), person)).collect();
    let mut seen = db::rows::addresses_seen(conn, batch.number, &valid).await?;
    let by = &batch.created_by;
    let mut protections = Protections::of_changes(conn, app, by, rows.len(), Some(batch.number)).await?;
    let mut seats = FreeSeats::count(app, conn).await?;
    if action == MemberAction::Reactivate {
        seats.take(batch.verdicts().change);
    }
    let mut judged = Vec::with_capacity(rows.len());
    for (row, key) in rows.into_iter().zip(keys) {
        let key = match key {
            Ok(key) => key,
            Err(rule) => {
                let verdict = Judged::error(MemberChangeCode::AddressInvalid, rule);
                judged.push(stored(&row, None, None, verdict, false));
                continue;
            }
        };
        let user = users.get(&key);
        let verdict = match (read(&row, action, &names), user) {
            (Err(error), _) => *error,
            (Ok(_), _) if !seen.insert(key.clone()) => Judged::not(MemberVerdict::Duplicate, None),
            (Ok(_), None) => Judged::not(MemberVerdict::NotMember, None),
            (Ok(wanted), Some(person)) => {
                judge(&member(app, person, &protections)?, &wanted, &seats, highest)
            }
        };
        let mut ends_admin = false;
        if let Some(person) = user.filter(|_| verdict.verdict == MemberVerdict::Change) {
            seats.follow(verdict.after.status);
            ends_admin = takes_admin(&person.row, &verdict)?;
            if ends_admin {
                protections.without(&person.row.id);
            }
        }
        judged.push(stored(&row, Some(key), user.map(|person| &person.row), verdict, ends_admin));
    }
    Ok(judged)
}

/// Whether a change makes an active administrator something else.
pub(super) fn takes_admin(row: &UserRow, judged: &Judged) -> DbResult<bool> {
    let ends = ends_admin(&judged.before, &judged.after)
        || judged.after.status == Some(api_types::UserStatus::Deactivated);
    Ok(judged.verdict == MemberVerdict::Change && ends && row.is_active_admin()?)
}

fn stored(
    row: &NewMemberChange,
    email_key: Option<String>,
    user: Option<&UserRow>,
    judged: Judged,
    ends_admin: bool,
) -> JudgedRow<MemberChanges> {
    let effect = user.filter(|_| judged.verdict == MemberVerdict::Change).map(|user| {
        let (before, after) = (judged.before, judged.after);
        NewChange { change: Change { user_id: user.id.clone(), before, after }, ends_admin }
    });
    JudgedRow {
        row: row.row,
        // No valid address is longer.
        email: shorten(row.email.trim(), limits::ADDRESS_MAX),
        email_key,
        first_name: user.map(|user| user.first_name.clone()).unwrap_or_default(),
        last_name: user.map(|user| user.last_name.clone()).unwrap_or_default(),
        verdict: judged.verdict,
        code: judged.code,
        detail: judged.detail,
        effect,
    }
}

/// A person with their teams, without `Everyone`.
pub(super) struct Person {
    pub(super) row: UserRow,
    pub(super) teams: Vec<String>,
}

/// These people with their teams.
pub(super) async fn people(conn: &mut Conn, rows: Vec<UserRow>) -> DbResult<Vec<Person>> {
    let ids: Vec<UserId> = rows.iter().map(|row| row.id.clone()).collect();
    let mut teams = db::teams::of_users(conn, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let teams = teams.remove(&row.id).unwrap_or_default();
            Person { row, teams }
        })
        .collect())
}

pub(super) fn member(app: &App, person: &Person, protections: &Protections) -> DbResult<Member> {
    Ok(Member {
        role: person.row.role()?,
        teams: person.teams.clone(),
        workspace: person.row.workspace.clone(),
        status: person.row.status(app.now())?,
        protection: protections.of(&person.row)?,
    })
}

pub(super) async fn names(conn: &mut Conn, app: &App) -> DbResult<Names> {
    let teams = db::teams::all_named(conn, &app.account_id).await?;
    Ok(Names {
        teams: teams.into_iter().map(|(id, name)| (name_key(&name), (id, name))).collect(),
        everyone: name_key(EVERYONE),
        workspaces: Workspaces::read(conn, &app.account_id).await?,
    })
}
