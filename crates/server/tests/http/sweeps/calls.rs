//! R8: at each point where a server with a batch under way writes a file, or sends or receives, that fails, or the process is
//! killed there. The client does as the app does: it sends what was not answered again, under the same key.

use api_types::{Batch, BatchRetry, paths};
use reqwest::Method;

use super::faulty_server::{Calls, Fault, FaultyServer};
use super::{Inviter, by_address, check, draws, people, say};
use crate::harness::Client;
use crate::post_office::PostOffice;
use crate::postgres;

/// A server with its mail server and an administrator.
struct Run {
    server: FaultyServer,
    _data: tempfile::TempDir,
    office: PostOffice,
    admin: Client,
    batches: u32,
}

impl Run {
    async fn start() -> Self {
        let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
        let smtp = format!("smtp://{}", office.address);
        let settings = [
            ["--smtp", &smtp],
            ["--seats", "10000000"],
            ["--requests-per-second", "100000"],
            ["--mail-retry-ms", "1"],
            ["--sandbox-people", "1"],
        ];
        let server = FaultyServer::start(data.path(), settings.as_flattened());
        let admin = server.process().admin().await;
        Self { server, _data: data, office, admin, batches: 0 }
    }

    /// Invites this many people while that happens at this call. Returns how many calls there were.
    async fn invite(&mut self, count: u32, at: u32, fault: Fault) -> u32 {
        self.batches += 1;
        let people = people(self.batches, count);
        self.server.arm(at, fault, Calls::All);
        let settled = self.invited(&people).await;
        let id = &settled.id;
        let calls = self.server.disarm();

        let rows = self.rows(id).await;
        check(&settled, &people, rows, &by_address(&self.office.collect()));
        let unknown = settled.deliveries.unknown as usize;
        if unknown > 0 {
            let retry = BatchRetry { include_unknown: true };
            let _: Batch = self.ask(Method::POST, &paths::batch_retry(id), &retry).await;
            let settled = self.settled(id).await;
            assert_eq!(settled.deliveries.sent, count, "{settled:?}");
            assert_eq!(self.office.collect().len(), unknown, "{settled:?}");
        }
        calls
    }
}

impl Inviter for Run {
    fn admin(&self) -> &Client {
        &self.admin
    }

    fn recover(&mut self) {
        if let Some(base) = self.server.recover() {
            self.admin = self.admin.at(base);
        }
    }
}

/// Every fault at each of so many points of a batch, or at all of them.
async fn sweep(rows: u32, draws: Option<u32>) {
    let mut run = Run::start().await;
    // The first one makes what later ones find.
    run.invite(rows, 0, Fault::Killed).await;
    let calls = run.invite(rows, 0, Fault::Killed).await;
    assert!(calls > 5 * rows, "only {calls} calls were seen");
    let mut faults = 0;
    for fault in Fault::ALL {
        for at in fault.points(calls, draws) {
            // Not every run gets as far as the one that was measured.
            faults += u32::from(run.invite(rows, at, fault).await >= at);
        }
    }
    say(&format!(
        "{rows} people, {calls} calls: {faults} faults, after which the server was started {} times",
        run.server.starts
    ));
}

#[tokio::test]
async fn r8_whatever_call_of_the_server_fails_or_is_its_last_nobody_is_lost_and_nobody_gets_a_mail_twice() {
    // With PostgreSQL there are four times as many calls, all of them on connections.
    let whole = postgres::server().map(|_| 150);
    sweep(30, draws(3, whole)).await;
}

#[tokio::test]
#[ignore = "takes long: run by script/test --all"]
async fn r8_the_same_with_a_thousand_people() {
    // By each of the four faults; on PostgreSQL a batch takes longer.
    let whole = if postgres::server().is_some() { 25 } else { 75 };
    sweep(1_000, draws(1, Some(whole))).await;
}
