//! P7, printed. Times depend on the machine, so nothing here fails for being slow.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use api_types::{Batch, NewRow, SyncRun, SyncRunState, Team, limits, paths};
use serde_json::json;

use crate::field_sync;
use crate::harness::{Server, csv, row};
use crate::long_lists;
use crate::post_office::{Manner, PostOffice};
use crate::postgres::{self, is_not_for};

#[expect(clippy::print_stderr, reason = "the benchmark's result")]
pub(crate) fn report(line: &str) {
    eprintln!("{line}");
}

fn print(what: &str, started: Instant) {
    let milliseconds = started.elapsed().as_millis();
    report(&format!("P7 {what}: {milliseconds} ms"));
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_ten_thousand_invitations_are_accepted() {
    let server = Server::start_with(|config| config.account.seats = Some(20_000)).await;
    let admin = server.admin().await;
    let empty = size(&server).await;
    let rows: Vec<_> = (0..10_000).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let started = Instant::now();
    let id = admin.sealed(&csv(rows.len()), &rows).await;
    print("10,000 invitations accepted", started);
    let settled = admin.settled(&id).await;
    print("10,000 invitations sent", started);
    assert_eq!(settled.deliveries.sent, 10_000);
    report(&format!(
        "P7 10,000 invitations sent: {} bytes each in the database",
        (size(&server).await - empty) / 10_000
    ));
}

/// The size of the database's rows in bytes, once everything is in the file.
async fn size(server: &Server) -> u32 {
    let size = match postgres::server() {
        Some(_) => "SELECT pg_database_size(current_database())",
        None => {
            "SELECT (page_count - freelist_count) * page_size
               FROM pragma_page_count, pragma_freelist_count, pragma_page_size"
        }
    };
    let mut database = long_lists::database(server).await;
    let (bytes,): (i64,) = sqlx::query_as(size).fetch_one(&mut database).await.unwrap();
    u32::try_from(bytes).unwrap()
}

/// People with names, whose addresses are in random order.
fn people(count: u32) -> Vec<NewRow> {
    const FIRST: [&str; 7] = ["Ana", "Dmitri", "Grace", "Jürgen", "Katarina", "Olivia", "Zoë"];
    const LAST: [&str; 9] =
        ["García", "Johansson", "Müller", "Nakamura", "Okafor", "Petrov", "Rossi", "Smith", "Williams"];
    let person = |index: u32| {
        let (first, last) = (FIRST[index as usize % 7], LAST[index as usize % 9]);
        NewRow {
            first_name: Some(first.to_owned()),
            last_name: Some(last.to_owned()),
            ..row(index + 2, &format!("first.last{}@example.com", index * 7_919 % count))
        }
    };
    (0..count).map(person).collect()
}

#[tokio::test]
async fn p7_an_invitation_that_waits_takes_at_most_1200_bytes_in_the_database() {
    if is_not_for("it measures the database's file") {
        return;
    }
    const PEOPLE: u32 = 5_000;
    let server = Server::start_with(|config| config.account.seats = Some(2 * PEOPLE)).await;
    let admin = server.admin().await;
    let empty = size(&server).await;
    let rows = people(PEOPLE);
    let batch = admin.open_batch(&csv(rows.len())).await;
    for (index, rows) in (0..).zip(rows.chunks(limits::ROWS_PER_CHUNK)) {
        admin.add(&batch.id, index, rows).await;
    }
    assert_eq!(admin.batch(&batch.id).await.deliveries.queued, PEOPLE);
    let bytes = (size(&server).await - empty) / PEOPLE;
    assert!(bytes <= 1_200, "{bytes} bytes");
}

/// While a large batch is revoked, the administrator renames a team again and again.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r20_a_hundred_thousand_invitations_are_undone_while_others_write() {
    const PEOPLE: u32 = 100_000;
    let server = Server::start_with(|config| config.account.seats = Some(2 * PEOPLE)).await;
    let admin = server.admin().await;
    let rows: Vec<_> = (0..PEOPLE).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let mut batch = csv(rows.len());
    batch.options.teams = vec!["Inside Sales".to_owned()];
    let id = admin.sealed(&batch, &rows).await;
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "A"})).await.json();
    let rename = async || {
        let started = Instant::now();
        let answer = admin.patch(&paths::team(&team.id), &json!({"name": "B"})).await;
        assert_eq!(answer.status, 200);
        started.elapsed()
    };

    let started = Instant::now();
    let undone: Batch = admin.once(&paths::batch_revoke(&id), &()).await.json();
    let answered = started.elapsed();
    assert!(undone.revoking.is_some());
    let mut waits = Vec::new();
    while admin.get(&paths::batch(&id)).await.json::<Batch>().revoking.is_some() {
        for _ in 0..10 {
            waits.push(rename().await);
        }
    }
    let took = started.elapsed();
    waits.sort_unstable();
    let (middle, longest) = (waits[waits.len() / 2].as_millis(), waits[waits.len() - 1].as_millis());
    report(&format!(
        "R20 100,000 invitations undone: {:.1} s, answered after {} ms; {} other writes took {middle} ms in the middle \
         and {longest} ms at most",
        took.as_secs_f64(),
        answered.as_millis(),
        waits.len(),
    ));
    assert_eq!(admin.settled(&id).await.revoked, PEOPLE);
}

/// Marketo's limits decide how long a full run takes: two exports at once, each a minute, and a minute more for the
/// last ones. The stand-in's people were created within nineteen windows of 31 days.
const FORCED_MINUTES: u32 = 19_u32.div_ceil(2) + 1;
const SPEED: NonZeroU32 = NonZeroU32::new(10).expect("more than none");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r12_three_hundred_thousand_people_are_synced_as_fast_as_the_limits_allow() {
    let (server, admin) = field_sync::server_of(|config| {
        config.sandbox.speed = SPEED;
        config.sandbox.people = 300_000;
    })
    .await;
    let started = Instant::now();
    let run: SyncRun = admin.once(paths::FIELD_SYNC_RUNS, &()).await.json();
    let run = loop {
        let run: SyncRun = admin.get(&paths::sync_run(&run.id)).await.json();
        if run.ended_at.is_some() {
            break run;
        }
        // Polling without a pause would keep one of the processors busy.
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let took = started.elapsed();
    assert_eq!((run.state, run.read), (SyncRunState::Completed, 300_000));
    let forced = Duration::from_secs(60) * FORCED_MINUTES / SPEED.get();
    report(&format!(
        "R12 300,000 people synced: {:.1} s, {:.2} times the {:.1} s that the limits force",
        took.as_secs_f64(),
        took.as_secs_f64() / forced.as_secs_f64(),
        forced.as_secs_f64(),
    ));
    let stats = server.sandbox().marketo().stats();
    report(&format!("R12 {stats:?}"));
    assert_eq!((stats.rate_violations, stats.concurrency_violations, stats.quota_violations), (0, 0, 0));
}

/// A sealed batch of that many people, whose mails a post office accepts; and the size of the database.
async fn queue_of(people: u32) {
    let office = PostOffice::open().await;
    office.treat(Manner::HangsUp);
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| {
        config.smtp = Some(smtp);
        config.account.seats = Some(people + 10);
    })
    .await;
    let admin = server.admin().await;
    let empty = size(&server).await;
    let batch = admin.open_batch(&csv(people as usize)).await;
    let rows: Vec<_> =
        (0..people).map(|number| row(number + 2, &format!("first.last{number}@example.com"))).collect();
    for (index, rows) in (0..).zip(rows.chunks(limits::ROWS_PER_CHUNK)) {
        admin.add(&batch.id, index, rows).await;
    }
    let bytes = (size(&server).await - empty) / people;
    report(&format!("P7 {people} invitations: {bytes} bytes each in the database"));
    let filters = ["limit=50", "delivery=failed", "delivery=queued", "verdict=error", "invitation=pending"];
    for filter in filters {
        let started = Instant::now();
        assert_eq!(admin.get(&format!("{}?{filter}", paths::batch_rows(&batch.id))).await.status, 200);
        print(&format!("a page of {people} rows, {filter}"), started);
    }
    admin.seal(&batch.id).await;
    office.treat(Manner::Open);
    admin.once(paths::MAIL_RETRY, &()).await;
    let sent = async || admin.batch(&batch.id).await.deliveries.sent;
    while sent().await == 0 {}
    // A database looks its new rows over while the first ones leave.
    for portion in ["first", "second", "third"] {
        let (started, before) = (Instant::now(), sent().await);
        while sent().await < before + 2_000 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let rate = f64::from(sent().await - before) / started.elapsed().as_secs_f64();
        report(&format!("P7 {people} mails queued: {rate:.0} leave in a second, of the {portion} 2,000"));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_mails_leave_as_fast_from_a_long_queue_as_from_a_short_one() {
    queue_of(10_000).await;
    queue_of(100_000).await;
}
