//! R7, R9: at each point where a server with a run of Action Field Sync under way writes a file, or sends to Marketo, Salesforce
//! or its database or receives from them, that fails, or the process is killed there.

use api_types::{SyncRun, SyncRunId, paths};
use reqwest::Method;

use super::faulty_server::{Calls, Fault, FaultyServer};
use super::{Inviter, draws};
use crate::field_sync::{Oracle, check_people, has_ended, server_with};
use crate::harness::Client;
use crate::performance::report;

const PEOPLE: u32 = 120;

struct Syncing {
    server: FaultyServer,
    admin: Client,
}

impl Syncing {
    /// Follows the current run, or one that it begins, until it has ended.
    async fn run(&mut self) -> SyncRun {
        let SyncRun { id, .. } = self.ask(Method::POST, paths::FIELD_SYNC_RUNS, &()).await;
        self.ended(&id).await
    }

    async fn ended(&mut self, id: &SyncRunId) -> SyncRun {
        loop {
            let run: SyncRun = self.ask(Method::GET, &paths::sync_run(id), &()).await;
            if has_ended(&run) {
                return run;
            }
        }
    }
}

impl Inviter for Syncing {
    fn admin(&self) -> &Client {
        &self.admin
    }

    fn recover(&mut self) {
        if let Some(base) = self.server.recover() {
            self.admin = self.admin.at(base);
        }
    }
}

/// Every fault at some of the points of a run.
#[tokio::test]
async fn r7_r9_whatever_call_of_a_sync_fails_or_is_its_last_all_people_arrive_and_nobody_twice() {
    let (mut connected, admin) = server_with(PEOPLE).await;
    connected.stop().await;
    let people = PEOPLE.to_string();
    let settings =
        [["--sandbox-speed", "6000"], ["--sandbox-people", &people], ["--requests-per-second", "100000"]];
    let server = FaultyServer::start(connected.data(), settings.as_flattened());
    let admin = admin.at(&server.process().base);
    let mut syncing = Syncing { server, admin };
    let oracle = Oracle::new(PEOPLE);
    oracle.check(&syncing.run().await);
    syncing.server.arm(0, Fault::Killed, Calls::OnOwnConnections);
    oracle.check(&syncing.run().await);
    let calls = syncing.server.disarm();
    assert!(calls > 100, "only {calls} calls were seen");

    let mut faults = 0;
    for fault in Fault::ALL {
        for at in fault.points(calls, draws(2, None)) {
            syncing.server.arm(at, fault, Calls::OnOwnConnections);
            let run = syncing.run().await;
            syncing.server.disarm();
            oracle.check(&run);
            check_people(&syncing.admin, &oracle).await;
            faults += 1;
        }
    }
    report(&format!(
        "{PEOPLE} people synced, {calls} calls: {faults} faults, after which the server was started {} times",
        syncing.server.starts
    ));
}
