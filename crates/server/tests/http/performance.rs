//! P7, printed. Times depend on the machine, so nothing here fails for being slow.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use api_types::{SyncRun, SyncRunState, paths};

use crate::field_sync;
use crate::harness::{Server, csv, row};

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
    let rows: Vec<_> = (0..10_000).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let started = Instant::now();
    let batch = admin.open_batch(&csv(rows.len())).await;
    for (index, rows) in (0..).zip(rows.chunks(1_000)) {
        admin.add(&batch.id, index, rows).await;
    }
    admin.seal(&batch.id).await;
    print("10,000 invitations accepted", started);
    let settled = admin.settled(&batch.id).await;
    print("10,000 invitations sent", started);
    assert_eq!(settled.deliveries.sent, 10_000);
}

/// Marketo's limits decide how long a run over everybody takes: two exports at once, each a minute, and a minute more
/// for the last ones. The stand-in's people were made within nineteen windows of 31 days.
const FORCED_MINUTES: u32 = 19_u32.div_ceil(2) + 1;
const SPEED: NonZeroU32 = NonZeroU32::new(10).expect("more than none");

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r12_three_hundred_thousand_people_are_synced_as_fast_as_the_limits_allow() {
    let (server, admin) = field_sync::server_of(|config| {
        config.sandbox_speed = SPEED;
        config.sandbox_people = 300_000;
    })
    .await;
    let started = Instant::now();
    let run: SyncRun = admin.once(paths::FIELD_SYNC_RUNS, &()).await.json();
    let run = loop {
        let run: SyncRun = admin.get(&paths::sync_run(&run.id)).await.json();
        if run.ended_at.is_some() {
            break run;
        }
        // Asking without a pause would take the time of one of the processors.
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
