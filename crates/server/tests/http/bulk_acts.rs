//! R20: whatever is done to many rows is done in portions. The real binary logs each statement with its number of rows.

use std::collections::HashMap;

use api_types::{
    AuditAction, AuditEvent, Batch, BatchId, BatchRetry, Chunk, List, MemberAction, MemberChangeBatch,
    MemberChangeState, NewMemberChange, NewRow, Problem, ProblemCode, SyncRun, SyncRunState, Team, TeamId,
    User, limits, paths,
};
use serde_json::{Value, json};
use sqlx::AnyConnection;

use crate::bulk_times::Others;
use crate::field_sync;
use crate::harness::{Client, Server, csv, pause, row};
use crate::long_lists::{database, database_in, many_people};
use crate::member_changes::to_teams;
use crate::postgres::is_not_for;
use crate::restart::{Process, Statement, statements};

/// More than a portion.
const MANY: u32 = 2_100;
/// The largest portion: `LARGEST` of `platform/portion.rs`.
const LARGEST: u64 = 2_000;

pub(crate) fn people(count: u32) -> Vec<NewRow> {
    (0..count).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect()
}

/// How many rows the statements concerned that begin with `what`, one after another. No statement at all may concern
/// more than a portion.
#[track_caller]
fn portions(log: &str, what: &str) -> Vec<u64> {
    let mut found = Vec::new();
    for Statement { text, rows } in statements(log) {
        assert!(rows <= LARGEST, "{rows} rows: {text}");
        if text.starts_with(what) && rows > 0 {
            found.push(rows);
        }
    }
    found
}

async fn run(database: &mut AnyConnection, statement: &'static str) {
    sqlx::query(statement).execute(database).await.expect("the statement");
}

/// A batch of that many people, all of whose mails were given up.
async fn given_up(process: &Process, admin: &Client, rows: &[NewRow]) -> BatchId {
    let id = admin.open_batch(&csv(rows.len())).await.id;
    for (index, rows) in (0..).zip(rows.chunks(1_000)) {
        admin.add(&id, index, rows).await;
    }
    // Before it is sealed, no mail leaves.
    let fail = "UPDATE mails SET state = 'failed', code = 'mail_deferred' WHERE state = 'queued'";
    run(&mut database_in(process.data()).await, fail).await;
    admin.seal(&id).await;
    id
}

async fn resent(admin: &Client) -> Vec<String> {
    let path = format!("{}?limit=200&action={}", paths::AUDIT_EVENTS, AuditAction::InvitationResent.as_str());
    let mut events: Vec<_> = admin
        .get(&path)
        .await
        .json::<List<AuditEvent>>()
        .items
        .into_iter()
        .map(|event| event.subject)
        .collect();
    events.sort_unstable();
    events
}

#[tokio::test]
async fn r20_mails_that_were_given_up_are_all_sent_again_in_portions() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_logging_statements(data.path());
    let admin = process.admin().await;
    let many = given_up(&process, &admin, &people(MANY)).await;
    let few = given_up(&process, &admin, &[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
    for (id, count) in [(&many, MANY), (&few, 2)] {
        let settled = admin.settled(id).await;
        assert_eq!((settled.deliveries.sent, settled.deliveries.failed), (count, 0), "{settled:?}");
    }
    assert_eq!(resent(&admin).await, ["people.csv (2)", &format!("people.csv ({MANY})")]);
    let queued = portions(&process.kill(), "UPDATE mails SET state = 'queued'");
    assert!(queued.len() > 2 && queued.iter().sum::<u64>() == u64::from(MANY) + 2, "{queued:?}");
}

#[tokio::test]
async fn r20_sending_mails_again_goes_on_after_the_server_was_killed() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let id = given_up(&process, &admin, &people(MANY)).await;
    let answer: Batch = admin.once(&paths::batch_retry(&id), &BatchRetry::default()).await.json();
    let retrying = answer.retrying.expect("more than a portion");
    assert!(retrying.done > 0 && retrying.done < retrying.total && retrying.total == MANY, "{retrying:?}");
    assert!(!answer.is_settled());
    assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
    process.kill();

    let process = Process::start(data.path());
    let settled = admin.at(&process.base).settled(&id).await;
    assert_eq!((settled.retrying, settled.deliveries.failed), (None, 0));
    assert_eq!(settled.deliveries.sent + settled.deliveries.unknown, MANY, "{settled:?}");
    process.kill();
}

#[tokio::test]
async fn r20_revoking_ends_the_sending_of_mails_again() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let id = given_up(&process, &admin, &people(MANY)).await;
    let answer: Batch = admin.once(&paths::batch_retry(&id), &BatchRetry::default()).await.json();
    assert!(answer.retrying.is_some());
    let answer: Batch = admin.once(&paths::batch_revoke(&id), &()).await.json();
    assert_eq!(answer.retrying, None);
    let settled = admin.settled(&id).await;
    assert_eq!((settled.revoked, settled.deliveries.queued), (MANY, 0), "{settled:?}");
    process.kill();
}

/// The team of that name; it has as many members as there are rows.
async fn team_of(admin: &Client, name: &str, rows: &[NewRow]) -> TeamId {
    let team: Team = admin.once(paths::TEAMS, &json!({ "name": name })).await.json();
    let mut batch = csv(rows.len());
    batch.options.teams = vec![name.to_owned()];
    let id = admin.open_batch(&batch).await.id;
    for (index, rows) in (0..).zip(rows.chunks(1_000)) {
        admin.add(&id, index, rows).await;
    }
    team.id
}

/// How many rows a `SELECT COUNT(*)` finds past the server.
async fn count(process: &Process, select: &'static str) -> i64 {
    let mut database = database_in(process.data()).await;
    let (count,): (i64,) = sqlx::query_as(select).fetch_one(&mut database).await.expect("a count");
    count
}

async fn none_left(process: &Process, select: &'static str) {
    while count(process, select).await > 0 {
        pause().await;
    }
}

const MEMBERSHIPS: &str = "SELECT COUNT(*) FROM team_members";

#[tokio::test]
async fn r20_a_team_is_gone_at_once_and_its_members_leave_it_in_portions() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_logging_statements(data.path());
    let admin = process.admin().await;
    let team = team_of(&admin, "Nordics", &people(MANY)).await;
    assert_eq!(admin.delete(&paths::team(&team)).await.status, 204);
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    assert!(teams.items.iter().all(|other| other.id != team));
    assert_eq!(admin.get(&paths::team_members(&team)).await.status, 404);
    let member: List<User> = admin.get(&format!("/users?search=p{}@example.com", MANY - 1)).await.json();
    assert_eq!(member.items[0].teams, ["Everyone"]);
    let again: Team = admin.once(paths::TEAMS, &json!({ "name": "Nordics" })).await.json();
    assert_eq!(again.members, 0, "a new one of the same name");
    none_left(&process, MEMBERSHIPS).await;
    let left = portions(&process.kill(), "DELETE FROM team_members");
    assert!(left.len() > 2 && left.iter().sum::<u64>() == u64::from(MANY), "{left:?}");
}

#[tokio::test]
async fn r20_deleting_a_team_goes_on_after_the_server_was_killed() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let team = team_of(&admin, "Nordics", &people(MANY)).await;
    assert_eq!(admin.delete(&paths::team(&team)).await.status, 204);
    process.kill();

    let process = Process::start(data.path());
    none_left(&process, MEMBERSHIPS).await;
    none_left(&process, "SELECT COUNT(*) FROM deleted_teams").await;
    process.kill();
}

/// So many synced people whom no full run will meet.
pub(crate) async fn strangers(past: &mut AnyConnection, count: u32) {
    sqlx::query(
        "WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < $1)
         INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title, phone_number,
             linkedin_url, source, search_text, fingerprint, outcome, pass_id, synced_at)
         SELECT a.id, 1000000 + value, 'Ana', 'Petrov', 'a' || value, '', '', '', '', '', 'ana petrov a' || value, 0,
             'created', 'a pass of before', 0 FROM numbers, accounts a",
    )
    .bind(i64::from(count))
    .execute(&mut *past)
    .await
    .expect("people");
    sqlx::query("UPDATE field_syncs SET people = people + $1")
        .bind(i64::from(count))
        .execute(past)
        .await
        .expect("a count");
}

#[tokio::test]
async fn r20_people_of_another_instance_leave_in_portions_also_after_a_restart() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    let (mut server, admin) = field_sync::server_with(200).await;
    let mut past = database(&server).await;
    strangers(&mut past, MANY).await;
    for statement in [
        "CREATE TABLE portions (people INTEGER)",
        "CREATE TRIGGER portion AFTER UPDATE OF removed ON sync_runs WHEN new.removed > old.removed
         BEGIN INSERT INTO portions VALUES (new.removed - old.removed); END",
        "CREATE TRIGGER one_portion BEFORE UPDATE OF removed ON sync_runs
         WHEN old.removed > 0 AND new.removed > old.removed BEGIN SELECT RAISE(ABORT, 'no more'); END",
    ] {
        run(&mut past, statement).await;
    }

    let id = field_sync::start(&admin).await.id;
    let tidied = field_sync::until(&admin, &id, |run| run.removed > 0 || field_sync::has_ended(run)).await;
    assert_eq!(tidied.state, SyncRunState::Running, "{tidied:?}");
    let status = field_sync::status(&admin).await;
    assert!(!status.incremental && status.current.is_some(), "{status:?}");
    let stored = tidied.created;
    assert_eq!(status.people, stored + u64::from(MANY) - tidied.removed);

    server.restart().await;
    let admin = admin.at(&server.base);
    let half: SyncRun = admin.get(&paths::sync_run(&id)).await.json();
    assert_eq!((half.state, half.removed), (SyncRunState::Running, tidied.removed));
    run(&mut past, "DROP TRIGGER one_portion").await;
    let done = field_sync::ended(&admin, &id).await;
    assert_eq!((done.state, done.removed), (SyncRunState::Completed, MANY.into()));
    let status = field_sync::status(&admin).await;
    assert!(status.incremental && status.people == stored, "{status:?}");
    let portions: Vec<(i64,)> =
        sqlx::query_as("SELECT people FROM portions").fetch_all(&mut past).await.unwrap();
    let largest = i64::try_from(LARGEST).unwrap();
    assert!(portions.len() > 2 && portions.iter().all(|(people,)| *people <= largest), "{portions:?}");
}

/// Teams with these names, made past the server.
async fn teams(data: &std::path::Path, count: usize) -> Vec<String> {
    let names: Vec<String> = (0..count).map(|number| format!("T{number}")).collect();
    let mut past = database_in(data).await;
    for name in &names {
        let insert = "INSERT INTO teams (id, account_id, name, name_key, is_everyone)
                      SELECT 'id of ' || $1, id, $1, lower($1), 0 FROM accounts";
        sqlx::query(insert).bind(name).execute(&mut past).await.unwrap();
    }
    names
}

#[tokio::test]
async fn r20_a_chunk_makes_no_more_memberships_than_others_can_wait_for() {
    let server = Server::start_with(|config| config.account.seats = Some(2_000)).await;
    let admin = server.admin().await;
    let names = teams(server.data(), limits::TEAMS_PER_ROW + 1).await;
    let (allowed, more) = (names[1..].to_vec(), names.clone());
    let many = |error: Problem| (error.code, error.field, error.limit.map(|limit| limit.value));
    let in_field = |field: &str| (ProblemCode::TooManyTeams, Some(field.to_owned()), Some(128));

    let mut batch = csv(1_000);
    batch.options.teams.clone_from(&more);
    let refused = admin.once(paths::BATCHES, &batch).await.problem();
    assert_eq!(many(refused), in_field("options.teams"));

    batch.options.teams.clone_from(&allowed);
    let id = admin.open_batch(&batch).await.id;
    let path = paths::batch_chunks(&id);
    let named = NewRow { teams: more, ..row(2, "ana@example.com") };
    let refused = admin.once(&path, &Chunk { index: 0, rows: vec![named] }).await.problem();
    assert_eq!(many(refused), in_field("rows"));
    let rows = people(1_000);
    let refused = admin.once(&path, &Chunk { index: 0, rows: rows.clone() }).await.problem();
    let limit = limits::MEMBERSHIPS_PER_CHUNK;
    assert_eq!(
        many(refused),
        (ProblemCode::PayloadTooLarge, Some("rows".to_owned()), Some(u64::try_from(limit).unwrap()))
    );
    let fit = batch.options.rows_per_chunk(&rows);
    assert_eq!(admin.add(&id, 0, &rows[..fit]).await.rows.len(), fit);
    let (made,): (i64,) = sqlx::query_as(MEMBERSHIPS).fetch_one(&mut database(&server).await).await.unwrap();
    assert_eq!(usize::try_from(made).unwrap(), fit * allowed.len());
}

#[tokio::test]
async fn r20_changes_of_members_with_many_teams_are_applied_in_smaller_portions() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    const MEMBERS: u32 = 60;
    const TEAMS: usize = 40;
    let server = Server::start_with(|config| config.account.seats = Some(2_000)).await;
    let admin = server.admin().await;
    let names = teams(server.data(), limits::TEAMS_PER_ROW + 1).await;
    admin.invite(&people(MEMBERS)).await;
    let mut past = database(&server).await;
    for statement in [
        "UPDATE users SET status = 'active'",
        "CREATE TABLE portions (memberships INTEGER)",
        "CREATE TRIGGER portion AFTER UPDATE OF work_done ON batches WHEN new.work_done > old.work_done
         BEGIN INSERT INTO portions SELECT COUNT(*) FROM team_members; END",
    ] {
        run(&mut past, statement).await;
    }
    let batch = json!({"action": "update", "expected_rows": MEMBERS});
    let batch: MemberChangeBatch = admin.once(paths::MEMBER_CHANGES, &batch).await.json();
    let chunk = |teams: &[String]| {
        let row = |row: NewRow| json!({"row": row.row, "email": row.email, "teams": teams});
        json!({"index": 0, "rows": people(MEMBERS).into_iter().map(row).collect::<Vec<_>>()})
    };
    let path = paths::member_change_chunks(&batch.id);
    let refused = admin.once(&path, &chunk(&names)).await.problem();
    assert_eq!(
        (refused.code, refused.limit.map(|limit| limit.value)),
        (ProblemCode::TooManyTeams, Some(128))
    );
    admin.once(&path, &chunk(&names[..TEAMS])).await.json::<Value>();
    let applied = admin.applied(&batch).await;
    assert_eq!((applied.state, applied.applied), (MemberChangeState::Applied, MEMBERS));
    let made: Vec<(i64,)> =
        sqlx::query_as("SELECT memberships FROM portions ORDER BY rowid").fetch_all(&mut past).await.unwrap();
    let first = usize::try_from(made[0].0).unwrap();
    // A first portion of fifty changes; each person who joins forty teams counts as more.
    assert!(first > 0 && first <= 2 * TEAMS, "{made:?}");
    assert_eq!(usize::try_from(made.last().unwrap().0).unwrap(), MEMBERS as usize * TEAMS);
}

/// The smallest portion: `SMALLEST` of `platform/portion.rs`.
const SMALLEST: usize = 10;

#[tokio::test(flavor = "multi_thread")]
async fn r20_each_bulk_act_takes_a_statement_for_a_portion_while_others_write() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_logging_statements(data.path());
    let admin = process.admin().await;
    let others = Others::of(&admin).await;
    let rows = people(MANY);

    let mut batch = csv(rows.len());
    batch.options.teams = vec!["Nordics".to_owned()];
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    let id = admin.open_batch(&batch).await.id;
    others
        .during(async {
            for (index, rows) in (0..).zip(rows.chunks(limits::ROWS_PER_CHUNK)) {
                admin.add(&id, index, rows).await;
            }
        })
        .await;
    let fail = "UPDATE mails SET state = 'failed', code = 'mail_deferred' WHERE state = 'queued'";
    run(&mut database_in(process.data()).await, fail).await;
    admin.seal(&id).await;
    others
        .during(async {
            assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
            while admin.batch(&id).await.retrying.is_some() {}
        })
        .await;
    others
        .during(async {
            assert_eq!(admin.delete(&paths::team(&team.id)).await.status, 204);
            none_left(&process, "SELECT COUNT(*) FROM deleted_teams").await;
        })
        .await;
    others
        .during(async {
            admin.once(&paths::batch_revoke(&id), &()).await.json::<Batch>();
            while admin.batch(&id).await.revoking.is_some() {}
        })
        .await;
    assert_eq!(admin.batch(&id).await.revoked, MANY);

    let log = process.kill();
    // The rows of a file and their people are stored by one statement for a chunk.
    let chunks = rows.len().div_ceil(limits::ROWS_PER_CHUNK);
    for (what, most) in [
        ("INSERT INTO batch_rows", chunks),
        ("INSERT INTO users", chunks + 1),
        ("INSERT INTO team_members", chunks),
        ("UPDATE mails SET state = 'queued'", rows.len() / SMALLEST),
        ("DELETE FROM team_members", rows.len() / SMALLEST),
        ("DELETE FROM users", rows.len() / SMALLEST),
        ("UPDATE invitations SET status = 'revoked'", rows.len() / SMALLEST),
    ] {
        let portions = portions(&log, what);
        assert!(portions.len() > 1 && portions.len() <= most, "{what}: {portions:?}");
        assert!(portions.iter().sum::<u64>() >= u64::from(MANY), "{what}: {portions:?}");
    }
}

/// How often each statement was made that changes anything, but for what renaming a team and sending a mail take.
fn changes(log: &str) -> HashMap<String, usize> {
    let mut made = HashMap::new();
    for Statement { text, .. } in statements(log) {
        let is_change = ["INSERT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| text.starts_with(verb));
        let is_others = ["UPDATE teams", "UPDATE mails"].iter().any(|other| text.starts_with(other));
        if is_change && !is_others {
            // Without values, of which there are as many as rows.
            let beginning: String = text.chars().take(60).collect();
            *made.entry(beginning).or_default() += 1;
        }
    }
    made
}

const MOVING: &str = "SELECT COUNT(*) FROM batches WHERE state IN ('applying', 'undoing')";

#[tokio::test(flavor = "multi_thread")]
async fn r20_members_are_changed_by_a_statement_for_a_portion_while_others_write() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_logging_statements(data.path());
    let admin = process.admin().await;
    let others = Others::of(&admin).await;
    many_people(&mut database_in(process.data()).await, MANY).await;
    run(&mut database_in(process.data()).await, "UPDATE users SET status = 'active'").await;
    let row = |number: u32| NewMemberChange {
        role: Some("Admin".to_owned()),
        ..to_teams(number + 2, &format!("p{number}@example.com"), &["EMEA Sales"])
    };
    let rows: Vec<NewMemberChange> = (0..MANY).map(row).collect();
    let mut renamed = 0;
    for action in [MemberAction::Update, MemberAction::Deactivate] {
        let mut compared = None;
        let act = async {
            compared = Some(admin.compare(action, &rows, limits::ROWS_PER_CHUNK).await.0);
        };
        renamed += others.during(act).await.count();
        let batch = compared.expect("a batch");
        for path in [paths::member_change_apply(&batch.id), paths::member_change_undo(&batch.id)] {
            let act = async {
                assert_eq!(admin.once(&path, &()).await.status, 202);
                none_left(&process, MOVING).await;
            };
            renamed += others.during(act).await.count();
        }
    }
    let restored = "SELECT COUNT(*) FROM member_changes WHERE undo = 'restored'";
    assert_eq!(count(&process, restored).await, 2 * i64::from(MANY));
    assert!(renamed > 0);

    let log = process.kill();
    for (what, acts) in [
        ("INSERT INTO batch_rows", 2),
        ("INSERT INTO member_changes", 2),
        ("UPDATE users SET role", 2),
        ("UPDATE users SET status", 2),
        ("INSERT INTO team_members", 1),
        ("DELETE FROM team_members", 1),
        ("WITH l (row_number, before_values, after_values)", 2),
        ("WITH l (row_number, undo, code)", 2),
        // Of the mails that tell the people, and of what the log says of each.
        ("INSERT INTO mails", 2),
        ("INSERT INTO audit_events", 6),
    ] {
        let portions = portions(&log, what);
        assert!(portions.iter().sum::<u64>() >= u64::from(MANY) * acts, "{what}: {portions:?}");
    }
    let work = portions(&log, "UPDATE batches SET work_after").len();
    // Two batches that are compared, applied and undone. On a loaded machine each portion is of the smallest size.
    assert!(work > 6 && work <= 6 * MANY as usize / SMALLEST, "{work} portions");
    for (what, times) in changes(&log) {
        // Two kinds of events for a portion; and those of others, one of which may be in each act that its end cut off.
        // Each takes its numbers from the count.
        let is_event = ["INSERT INTO audit_events", "INSERT INTO audit_counts"]
            .iter()
            .any(|event| what.starts_with(event));
        let others = if is_event { renamed + 6 } else { 0 };
        assert!(times <= 2 * work + others, "{what}: {times} times in {work} portions");
    }
}
