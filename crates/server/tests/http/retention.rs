//! What is deleted for its age, and what is not.

use std::time::Duration;

use api_types::{
    AuditAction, AuditEvent, Batch, List, ProblemCode, SetupStepId, StepState, SyncProblem, SyncRun, User,
    UserRecord, UserStatus, paths,
};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::harness::{ADMIN, Client, Server, row};
use crate::jobs::spoil;
use crate::long_lists::database;
use crate::marketo::id_of;
use crate::postgres::is_missing_for;
use crate::setup_guide::state;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Lets days pass; housekeeping looks at what is old when the server starts.
async fn pass(server: &mut Server, days: u32) -> Client {
    server.clock.advance(DAY * days);
    server.restart().await;
    server.admin().await
}

async fn number(database: &mut AnyConnection, select: &str) -> i64 {
    let counted: (i64,) =
        sqlx::query_as(AssertSqlSafe(select.to_owned())).fetch_one(database).await.expect(select);
    counted.0
}

/// What the audit log says was deleted, once it says so often enough: the tables with their numbers, the day left out.
async fn told(admin: &Client, times: usize) -> Vec<String> {
    let path = format!("{}?limit=200&action={}", paths::AUDIT_EVENTS, AuditAction::OldDataDeleted.as_str());
    loop {
        let events: List<AuditEvent> = admin.get(&path).await.json();
        if events.items.len() < times {
            continue;
        }
        let without_day = |event: &AuditEvent| {
            let words: Vec<&str> = event.subject.split(' ').collect();
            format!("{} {}", words[0], words[2])
        };
        let mut told: Vec<String> = events.items.iter().map(without_day).collect();
        told.sort_unstable();
        return told;
    }
}

async fn statuses(client: &Client) -> (u64, u64, u64) {
    let people: List<User> = client.get(paths::USERS).await.json();
    let of = |status| people.items.iter().filter(|user| user.status == status).count() as u64;
    let found = (of(UserStatus::Active), of(UserStatus::Invited), of(UserStatus::Expired));
    let counted = people.meta.statuses.expect("counts");
    assert_eq!(found, (counted.active, counted.invited, counted.expired));
    found
}

#[tokio::test]
async fn r25_a_batch_goes_with_all_that_is_its_own_once_nobody_of_it_is_waited_for() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let ana = "ana@example.com";
    let done = admin.invite(&[row(2, ana), row(3, "no address")]).await.id;
    let mut client = server.anyone();
    client.activate(&admin.mail_to(ana).await.link()).await;
    let waiting = admin.invite(&[row(2, "eva@example.com")]).await.id;
    assert_eq!(statuses(&admin).await, (2, 1, 0));

    let admin = pass(&mut server, 399).await;
    let listed = async |admin: &Client| admin.get(paths::BATCHES).await.json::<List<Batch>>();
    assert_eq!(listed(&admin).await.meta.total, 2, "it is not old enough");
    assert_eq!(statuses(&admin).await, (2, 0, 1));

    let admin = pass(&mut server, 2).await;
    let mut database = database(&server).await;
    while number(&mut database, "SELECT COUNT(*) FROM batches").await > 1 {}
    assert_eq!(admin.get(&paths::batch(&done)).await.code(), ProblemCode::NotFound);
    let left: Vec<_> = listed(&admin).await.items.into_iter().map(|batch| batch.id).collect();
    assert_eq!(left, [waiting], "the invitation has ended, and can be sent again for another while");
    for table in ["batch_rows", "batch_chunks", "invitations"] {
        assert_eq!(number(&mut database, &format!("SELECT COUNT(*) FROM {table}")).await, 1, "{table}");
    }
    let of_batches = "SELECT COUNT(*) FROM mails WHERE batch_number IS NOT NULL";
    assert_eq!(number(&mut database, of_batches).await, 1);
    // Whoever has accepted stays what they are.
    assert_eq!(statuses(&admin).await, (2, 0, 1));
    assert_eq!(state(&admin, SetupStepId::InviteUsers).await, StepState::Done);
    let record: UserRecord = admin.get(&paths::user_record(&id_of(&admin, ana).await)).await.json();
    assert_eq!(record.invitations, []);
    // The same numbers are given again, and mean somebody else.
    let again = admin.invite(&[row(2, "bo@example.com")]).await;
    assert_eq!(admin.batch(&again.id).await.deliveries.sent, 1);

    let admin = pass(&mut server, 7).await;
    while number(&mut database, "SELECT COUNT(*) FROM batches").await > 1 {}
    assert_eq!(statuses(&admin).await, (2, 0, 1), "Bo's has ended, Eva is gone");
    assert_eq!(state(&admin, SetupStepId::InviteUsers).await, StepState::Done);
    let of_first = ["batch_rows (2)", "batches (1)", "invitations (1)", "mails (1)"];
    assert_eq!(told(&admin, 4).await, of_first);

    let admin = pass(&mut server, 1).await;
    let of_both = [
        "batch_rows (1)",
        "batch_rows (2)",
        "batches (1)",
        "batches (1)",
        "invitations (1)",
        "invitations (1)",
        "mails (1)",
        "mails (1)",
        "users (1)",
    ];
    assert_eq!(told(&admin, 9).await, of_both);
    // Told at the next look, with nothing of the days before.
    let deleted = "INSERT INTO retention_counts (account_id, table_name, day, deleted) SELECT id, 'x', 0, 7 FROM accounts";
    spoil(&mut database, deleted).await;
    let admin = pass(&mut server, 0).await;
    assert_eq!(told(&admin, 10).await, [&of_both[..], &["x (7)"]].concat(), "each day is told once");
}

#[tokio::test]
async fn r25_what_goes_on_is_not_old() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let ids = [
        admin.invite(&[row(2, "ana@example.com")]).await.id,
        admin.invite(&[row(2, "bo@example.com")]).await.id,
    ];
    for email in ["ana@example.com", "bo@example.com"] {
        server.anyone().activate(&admin.mail_to(email).await.link()).await;
    }
    let mut database = database(&server).await;
    server.stop().await;
    // Its mail is to be sent again, once the mail server takes it.
    let waits =
        format!("UPDATE mails SET state = 'queued', next_attempt_at = 9000000000000 {}", of_batch(&ids[0]));
    spoil(&mut database, &waits).await;
    server.clock.advance(DAY * 2_000);
    server.restart_with(|config| config.smtp = Some("smtp://127.0.0.1:1".parse().expect("a URL"))).await;
    while number(&mut database, "SELECT COUNT(*) FROM batches").await > 1 {}
    let admin = server.admin().await;
    assert_eq!(admin.get(&paths::batch(&ids[1])).await.code(), ProblemCode::NotFound);
    assert_eq!(admin.batch(&ids[0]).await.id, ids[0]);
}

fn of_batch(id: &api_types::BatchId) -> String {
    format!("WHERE batch_number = (SELECT number FROM batches WHERE id = '{id}')")
}

#[tokio::test]
async fn r25_a_machine_that_starts_with_a_clock_far_ahead_deletes_nothing_by_it() {
    if is_missing_for("it has a clock of its own") {
        return;
    }
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let done = admin.invite(&[row(2, "ana@example.com")]).await.id;
    server.anyone().activate(&admin.mail_to("ana@example.com").await.link()).await;
    let mut database = database(&server).await;
    // Told after everything else.
    let deleted = "INSERT INTO retention_counts (account_id, table_name, day, deleted) SELECT id, 'x', 0, 7 FROM accounts";
    spoil(&mut database, deleted).await;
    server.clock.set_forward(DAY * 900);
    server.restart().await;
    let admin = server.admin().await;
    assert_eq!(told(&admin, 1).await, ["x (7)"]);
    assert_eq!(admin.get(&paths::batch(&done)).await.status, 200);
}

#[tokio::test]
async fn r25_old_events_go_and_nobody_else_takes_any_away() {
    let mut server = Server::start_with(|config| config.retention.retain_audit_days = 400).await;
    server.member("ana@example.com").await;
    server.member("bo@example.com").await;
    let admin = pass(&mut server, 399).await;
    let search = async |admin: &Client, text: &str| {
        let path = format!("{}?limit=200&search={text}", paths::AUDIT_EVENTS);
        admin.get(&path).await.json::<List<AuditEvent>>()
    };
    let before = search(&admin, "example").await;
    assert!(before.items.iter().any(|event| event.actor == "ana@example.com"));

    let admin = pass(&mut server, 2).await;
    let mut database = database(&server).await;
    let events = "SELECT COUNT(*) FROM audit_events WHERE actor = 'ana@example.com'";
    while number(&mut database, events).await > 0 {}
    assert_eq!(search(&admin, "ana@").await.meta.total, 0);
    let left = search(&admin, "example").await;
    let is_new = |event: &AuditEvent| event.actor.is_empty() || event.actor == ADMIN;
    assert!(left.meta.total > 0 && left.items.iter().all(is_new), "{left:?}");
    assert_eq!(left.items.len() as u64, left.meta.total);
    assert_eq!(number(&mut database, "SELECT COUNT(*) FROM audit_doors").await, 0);
    for statement in ["DELETE FROM audit_events", "UPDATE audit_events SET subject = ''"] {
        let refused = sqlx::query(statement).execute(&mut database).await.expect_err(statement);
        assert!(refused.to_string().contains("only added to"), "{refused}");
    }
    let admin = pass(&mut server, 1).await;
    assert!(told(&admin, 1).await.iter().any(|told| told.starts_with("audit_events (")));
}

#[tokio::test]
async fn r25_runs_go_with_whom_they_could_not_bring_over_but_the_latest() {
    let mut server = Server::start().await;
    let mut database = database(&server).await;
    server.stop().await;
    let now = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_millis(),
    )
    .expect("a number");
    // A pass of two runs, one that was read after it, and a poll.
    for (id, pass, kind, state, met) in [
        ("a", "a", "full", "failed", 0),
        ("b", "a", "full", "completed", 5),
        ("c", "c", "incremental", "completed", 0),
        ("d", "d", "incremental", "completed", 1),
        ("e", "e", "full", "completed", 0),
        ("f", "f", "incremental", "completed", 0),
    ] {
        let run = format!(
            "INSERT INTO sync_runs (id, account_id, kind, state, pass_id, started_at, ended_at, created, updated, unchanged,
                    not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed, removed)
             SELECT '{id}', id, '{kind}', '{state}', '{pass}', {now}, {now}, {met}, 0, 0, 0, 0, 0, 0, 1, 0 FROM accounts"
        );
        spoil(&mut database, &run).await;
    }
    for pass in ["a", "c", "e"] {
        let problem = format!(
            "INSERT INTO sync_problems (pass_id, position, record, account_id, marketo_id, email, code)
             SELECT '{pass}', 0, 0, id, 7, 'ana@example.com', 'email_invalid' FROM accounts"
        );
        spoil(&mut database, &problem).await;
    }
    server.restart().await;
    let admin = pass(&mut server, 91).await;
    while number(&mut database, "SELECT COUNT(*) FROM sync_runs").await > 3 {}
    let runs: List<SyncRun> = admin.get(paths::FIELD_SYNC_RUNS).await.json();
    let ids: Vec<&str> = runs.items.iter().map(|run| run.id.as_str()).collect();
    assert_eq!(
        (ids, runs.meta.total),
        (vec!["f", "e", "d"], 3),
        "the latest, and who was in Salesforce last"
    );
    assert_eq!(number(&mut database, "SELECT COUNT(*) FROM sync_problems").await, 1);
    let problems: List<SyncProblem> = admin.get(&paths::sync_run_problems(&runs.items[1].id)).await.json();
    assert_eq!(problems.meta.total, 1, "of the latest run over everybody");
    let admin = pass(&mut server, 1).await;
    assert_eq!(told(&admin, 2).await, ["sync_problems (2)", "sync_runs (3)"]);
}
