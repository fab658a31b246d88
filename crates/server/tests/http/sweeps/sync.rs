//! R7, R9: at each point where a server with a run of Action Field Sync under way writes a file, or sends to Marketo, Salesforce
//! or its database or receives from them, that fails, or the process is killed there.

use std::num::NonZeroU32;
use std::time::Duration;

use api_types::{ConnectionFailure, SalesforceConnections, SyncRun, SyncRunId, paths};
use reqwest::Method;
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;
use sqlx::AssertSqlSafe;
use url::Url;

use super::faulty_server::{Calls, Fault, FaultyServer};
use super::network::troubles;
use super::{Inviter, draws, is_whole, say, spread};
use crate::field_sync::{
    Oracle, SALESFORCE_USER, check_people, ended, has_ended, server_of, server_with, start,
};
use crate::harness::{Client, pause};
use crate::long_lists::database;
use crate::proxy::{self, From, Network, Trouble};

const PEOPLE: u32 = 120;
/// Where every byte may come alone.
const FEW_PEOPLE: u32 = 20;

struct Syncing {
    server: FaultyServer,
    admin: Client,
    /// How often the connection to Salesforce was lost.
    lost: u32,
}

impl Syncing {
    /// Follows the current run, or one that it begins, until it has ended.
    async fn run(&mut self) -> SyncRun {
        let SyncRun { id, .. } = self.ask(Method::POST, paths::FIELD_SYNC_RUNS, &()).await;
        self.ended(&id).await
    }

    /// Connects Salesforce again, where the only refresh token was lost on its way into the database.
    async fn mend(&mut self) {
        let connections: SalesforceConnections =
            self.ask(Method::POST, paths::SALESFORCE_CHECK, &json!({})).await;
        match connections.own.expect("a connection").last_check.failure {
            None => {}
            Some(ConnectionFailure::ExpiredAccess) => {
                self.lost += 1;
                // Connecting needs a sign-in that is fresh.
                self.admin = self.server.process().admin().await;
                self.admin.reconnect_salesforce(&self.server.process().base, SALESFORCE_USER).await;
            }
            Some(other) => panic!("{other:?}"),
        }
    }

    async fn ended(&mut self, id: &SyncRunId) -> SyncRun {
        loop {
            let run: SyncRun = self.ask(Method::GET, &paths::sync_run(id), &()).await;
            if has_ended(&run) {
                return run;
            }
            pause().await;
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
    let mut syncing = Syncing { server, admin, lost: 0 };
    let oracle = Oracle::new(PEOPLE);
    oracle.check(&syncing.run().await);
    syncing.server.arm(0, Fault::Killed, Calls::OnOwnConnections);
    oracle.check(&syncing.run().await);
    let calls = syncing.server.disarm();
    assert!(calls > 100, "only {calls} calls were seen");

    let mut faults = 0;
    for fault in Fault::ALL {
        for at in fault.points(calls, draws(1, Some(100))) {
            syncing.server.arm(at, fault, Calls::OnOwnConnections);
            let run = syncing.run().await;
            faults += u32::from(syncing.server.disarm() >= at);
            oracle.check(&run);
            check_people(&syncing.admin, &oracle).await;
            syncing.mend().await;
        }
    }
    // A run has one refresh, and few calls are from Salesforce's answer to the database's.
    assert!(syncing.lost <= faults / 100 + 1, "Salesforce had to be connected again {} times", syncing.lost);
    say(&format!(
        "{PEOPLE} people synced, {calls} calls: {faults} faults, after which the server was started {} times, and Salesforce \
         connected again {}",
        syncing.server.starts, syncing.lost
    ));
}

/// A network before a service, and the service's URL by that way.
async fn way_to(url: &str) -> (Network, String) {
    // It may have a placeholder in its path.
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let server = Url::parse(&format!("{scheme}://{host}")).expect("a URL");
    let network =
        Network::before(proxy::Server::Port(server.socket_addrs(|| None).expect("an address")[0])).await;
    let through = format!("{scheme}://{}{path}", network.address);
    (network, through)
}

/// Every kind of trouble. With every byte alone, a run takes half a minute: that is tried with all draws only.
#[tokio::test]
async fn r9_whatever_is_the_matter_with_the_ways_to_marketo_and_salesforce_all_people_arrive_and_nobody_twice()
 {
    let (mut server, admin) = server_of(|config| {
        config.sandbox.speed = NonZeroU32::new(6_000).unwrap();
        config.sandbox.people = FEW_PEOPLE;
    })
    .await;
    let services = server.sandbox();
    let (login, org) = (services.salesforce_login_url(), services.salesforce_my_domain_url());
    let (to_marketo, marketo) = way_to(&services.marketo_url_template()).await;
    let (to_org, behind) = way_to(&org).await;
    let _services = server.stop_but_for_its_stand_ins().await;
    let told = format!("UPDATE salesforce_connections SET instance_url = '{behind}'");
    sqlx::raw_sql(AssertSqlSafe(told)).execute(&mut database(&server).await).await.unwrap();
    server
        .restart_with(|config| {
            // Longer than a stand-in takes, so that only silence is given up.
            config.services_patience = Some(Duration::from_secs(5));
            let services = &mut config.services;
            services.salesforce_client_id = Some(CLIENT_ID.to_owned());
            services.salesforce_client_secret = Some(CLIENT_SECRET.to_owned());
            services.salesforce_login_url = Some(Url::parse(&login).unwrap());
            services.salesforce_test_url = Some(Url::parse(&org).unwrap());
            services.marketo_url = Some(marketo);
        })
        .await;
    let (admin, oracle) = (admin.at(&server.base), Oracle::new(FEW_PEOPLE));
    let run = async || ended(&admin, &start(&admin).await.id).await;
    oracle.check(&run().await);

    let mut faults = 0;
    // A call of Salesforce that fails is tried again after seconds.
    for (network, few) in [(&to_marketo, 1), (&to_org, 0)] {
        for from in [From::Client, From::Server] {
            network.take_sent(from);
            oracle.check(&run().await);
            let sent = u32::try_from(network.take_sent(from)).unwrap();
            assert!(sent > 100, "{sent} bytes");
            for (draw, after) in spread(sent, draws(few, Some(10)), 60).enumerate() {
                for trouble in troubles(from, after as usize) {
                    if trouble == Trouble::Sliced && (draw > 0 || !is_whole()) {
                        continue;
                    }
                    network.set(trouble);
                    oracle.check(&run().await);
                    faults += u32::from(network.trouble().has_come());
                    network.set(Trouble::None);
                    check_people(&admin, &oracle).await;
                }
            }
        }
    }
    say(&format!("{FEW_PEOPLE} people synced: {faults} with trouble between server, Marketo and Salesforce"));
}
