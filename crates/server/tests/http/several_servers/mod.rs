//! Several servers at one PostgreSQL.

#[cfg(target_os = "linux")]
mod at_work;
#[cfg(target_os = "linux")]
mod cluster;
#[cfg(target_os = "linux")]
mod person;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use api_types::{
    AuditAction, AuditIntegrity, Batch, BatchId, ProblemCode, SalesforceConnections, SyncRun, SyncRunState,
    SystemReport, paths,
};
use futures_util::future::join_all;
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;
use server::config::Config;
use server::{ManualClock, app};
use url::Url;

use crate::audit_trail;
use crate::field_sync::{self, Oracle};
use crate::harness::{ADMIN, Client, Server, csv, key, row};
use crate::long_lists::{database, database_in, hold};
use crate::post_office::{Manner, PostOffice};
use crate::postgres::{self, is_missing_for, is_not_for};
use crate::proxy::{self, Network, Trouble};
use crate::restart::Process;
use crate::salesforce_browser::Salesforce;

/// A server that shares its database; `None` where tests run on SQLite, whose file is of one server.
async fn first(change: impl FnOnce(&mut Config)) -> Option<Server> {
    if !is_not_for("one server has a file") {
        return None;
    }
    Some(Server::start_with(change).await)
}

/// The settings of two servers that send by the same mail server.
fn by(office: &PostOffice) -> impl Fn(&mut Config) {
    let smtp = format!("smtp://{}", office.address);
    move |config| config.smtp = Some(smtp.clone().into())
}

/// Reads a batch until that is true of it.
async fn until(client: &Client, id: &BatchId, holds: impl Fn(&Batch) -> bool) -> Batch {
    loop {
        let batch = client.batch(id).await;
        if holds(&batch) {
            return batch;
        }
    }
}

/// Longer than a server may be silent.
const LONG: Duration = Duration::from_secs(60);
/// How often it is tried whether servers count together: one hears of what another one counts a moment later, and whoever asks
/// may be faster.
const ROUNDS: u32 = 20;
/// How far clocks may differ that are not set by NTP: more than a lease lasts.
const APART: Duration = Duration::from_secs(20 * 60);

#[tokio::test]
async fn r26_what_a_server_sends_is_its_own_until_its_heartbeat_has_ended() {
    let office = PostOffice::open().await;
    let smtp = by(&office);
    let Some(server) = postgres::server() else { return };
    let network = Network::before(proxy::Server::of(&server)).await;
    let Some(one) = first(|config| {
        smtp(config);
        let url = postgres::database_of(&config.data).expect("PostgreSQL");
        config.database = Some(network.through(&url).into());
    })
    .await
    else {
        return;
    };
    let admin = one.admin().await;
    office.hold();
    let slow = admin.sealed(&csv(1), &[row(2, "slow@example.com")]).await;
    office.wait_for_mail().await;

    let other = one.beside(|_| {}).await;
    let there = admin.at(&other.base);
    one.clock.advance(LONG);
    for _ in 0..100 {
        assert_eq!(there.batch(&slow).await.deliveries.sending, 1, "its server lives");
    }
    network.set(Trouble::Away);
    let gone = until(&there, &slow, |batch| {
        one.clock.advance(Duration::from_secs(1));
        batch.deliveries.sending == 0
    })
    .await;
    assert_eq!(gone.deliveries.unknown, 1, "nobody knows, and nobody sends it again");
    office.let_pass();
    let next = there.sealed(&csv(1), &[row(2, "next@example.com")]).await;
    until(&there, &next, |batch| batch.deliveries.sent == 1).await;

    network.set(Trouble::None);
    until(&there, &slow, |batch| batch.deliveries.sent == 1).await;
    let to: Vec<_> = office.taken().into_iter().map(|mail| mail.to).collect();
    assert_eq!(to, ["slow@example.com", "next@example.com"], "each once");
    let late = admin.sealed(&csv(1), &[row(2, "late@example.com")]).await;
    until(&admin, &late, |batch| batch.deliveries.sent == 1).await;
}

#[tokio::test]
async fn r26_clocks_that_are_minutes_apart_lose_no_mail_and_send_none_twice() {
    let office = PostOffice::open().await;
    let smtp = by(&office);
    let Some(one) = first(&smtp).await else { return };
    let admin = one.admin().await;
    office.hold();
    let slow = admin.sealed(&csv(1), &[row(2, "slow@example.com")]).await;
    office.wait_for_mail().await;
    let (ahead, behind) = (Arc::new(ManualClock::default()), Arc::new(ManualClock::default()));
    ahead.set_forward(APART);
    // Both together are less than a session may be idle.
    behind.set_back(APART / 4);
    let others = [one.beside_by(ahead, &smtp).await, one.beside_by(behind, &smtp).await];
    let mut batches = Vec::new();
    for (other, email) in others.iter().zip(["ahead@example.com", "behind@example.com"]) {
        let there = admin.at(&other.base);
        let batch = there.sealed(&csv(1), &[row(2, email)]).await;
        // Longer than a server may be silent before another one judges it.
        for _ in 0..350 {
            assert_eq!(there.batch(&slow).await.deliveries.sending, 1, "its server lives");
        }
        batches.push(batch);
    }
    office.let_pass();
    // What the one ahead has accepted is due once the sender's clock has got there.
    one.clock.advance(APART);
    for batch in batches.iter().chain([&slow]) {
        until(&admin, batch, |batch| batch.deliveries.sent == 1).await;
    }
    let mut to: Vec<_> = office.taken().into_iter().map(|mail| mail.to).collect();
    to.sort_unstable();
    assert_eq!(to, ["ahead@example.com", "behind@example.com", "slow@example.com"], "each once");
}

#[tokio::test]
async fn r26_a_server_that_is_taken_for_gone_writes_nothing_until_it_has_its_place_again() {
    let Some(one) = first(|_| {}).await else { return };
    let admin = one.admin().await;
    let team = async |name: &str| admin.once(paths::TEAMS, &json!({ "name": name })).await;
    let mut database = database(&one).await;
    let gone = "CREATE FUNCTION stay_out() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER stay_out BEFORE INSERT ON servers FOR EACH ROW EXECUTE FUNCTION stay_out();
        DELETE FROM servers";
    sqlx::raw_sql(gone).execute(&mut database).await.unwrap();
    assert_eq!(team("Nordics").await.code(), ProblemCode::Unavailable);
    assert_eq!(admin.get(paths::TEAMS).await.status, 200);
    sqlx::raw_sql("DROP TRIGGER stay_out ON servers").execute(&mut database).await.unwrap();
    while team("Alps").await.status != 201 {}
}

#[tokio::test]
async fn r26_a_server_that_ends_leaves_its_work_to_the_others_at_once() {
    let office = PostOffice::open().await;
    let Some(mut one) = first(by(&office)).await else { return };
    let other = one.beside(|_| {}).await;
    let admin = one.admin().await.at(&other.base);
    one.stop().await;
    let id = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    until(&admin, &id, |batch| batch.deliveries.sent == 1).await;
}

#[tokio::test]
async fn r26_a_server_that_was_killed_has_its_place_at_once_though_the_database_was_away_when_it_was_started()
{
    if is_missing_for("one server has a file") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    Process::start(data.path()).kill();
    // Nothing listens there.
    let away = [("MSI_DATABASE", "postgres://msi@127.0.0.1:1/actions")];
    for _ in 0..2 {
        assert!(Process::try_start(data.path(), &[], &away).is_none());
    }
    let process = Process::start(data.path());
    let mut database = database_in(data.path()).await;
    let leads: Vec<i64> =
        sqlx::query_scalar("SELECT is_lead FROM servers").fetch_all(&mut database).await.unwrap();
    assert_eq!(leads, [1], "the one that was killed is not waited for");
    process.kill();
    postgres::drop_database_of(data.path());
}

#[tokio::test]
async fn r26_an_event_stream_shows_what_another_server_writes() {
    let office = PostOffice::open().await;
    let Some(one) = first(by(&office)).await else { return };
    let other = one.beside(|_| {}).await;
    let admin = one.admin().await;
    let there = admin.at(&other.base);
    let id = admin.open_batch(&csv(1)).await.id;
    let mut events = there.events(&id, None).await;
    events.next().await.expect("the batch as it is");
    admin.add(&id, 0, &[row(2, "ana@example.com")]).await;
    // Sooner than a stream looks by itself.
    let told = tokio::time::timeout(Duration::from_secs(10), events.next()).await;
    told.expect("it is told").expect("an event");
    // The one that does not send.
    there.seal(&id).await;
    let settled = there.settled(&id).await;
    assert_eq!(settled.deliveries.sent, 1);
}

#[tokio::test]
async fn r26_trouble_of_the_mail_server_is_known_to_every_server_and_tried_again_by_whoever_asks() {
    let office = PostOffice::open().await;
    let smtp = by(&office);
    let slowly = |config: &mut Config| {
        smtp(config);
        // No test waits for another attempt.
        config.mail_retry_ms = 3_600_000;
    };
    let Some(one) = first(slowly).await else { return };
    let other = one.beside(|_| {}).await;
    let there = one.admin().await.at(&other.base);
    office.treat(Manner::RefusesSenders);
    let id = there.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    until(&there, &id, |batch| batch.mail_trouble.is_some()).await;
    office.treat(Manner::Open);
    // What is new does not wait for its own next time.
    let new = there.sealed(&csv(1), &[row(2, "bo@example.com")]).await;
    there.once(paths::MAIL_RETRY, &()).await;
    until(&there, &new, |batch| batch.deliveries.sent == 1).await;
    until(&there, &id, |batch| batch.mail_trouble.is_none()).await;
}

#[tokio::test]
async fn r26_a_sign_out_that_cannot_be_stored_holds_on_every_server() {
    let Some(one) = first(|_| {}).await else { return };
    let other = one.beside(|_| {}).await;
    let here = one.member("ana@example.com").await;
    let there = here.at(&other.base);
    assert_eq!(there.get(paths::SESSION).await.status, 200);
    let mut held = hold(&one).await;
    assert_eq!(here.delete(paths::SESSION).await.status, 204);
    while there.get(paths::SESSION).await.status == 200 {}
    assert_eq!(there.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    sqlx::query("ROLLBACK").execute(&mut held).await.unwrap();
    let stored = async || {
        let of_ana = "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = 'ana@example.com'";
        sqlx::query_scalar::<_, i64>(of_ana).fetch_one(&mut database(&one).await).await.unwrap()
    };
    while stored().await > 0 {}
    assert_eq!(one.audited(AuditAction::SignedOut).await.len(), 1, "whoever has stored it");
}

#[tokio::test]
async fn r26_a_server_that_did_not_listen_hears_of_an_unstored_sign_out_all_the_same() {
    let Some(server) = postgres::server() else { return };
    let network = Network::before(proxy::Server::of(&server)).await;
    let Some(one) = first(|_| {}).await else { return };
    let url = postgres::database_of(one.data()).expect("PostgreSQL");
    let other = one.beside(|config| config.database = Some(network.through(&url).into())).await;
    let here = one.member("ana@example.com").await;
    let there = here.at(&other.base);
    assert_eq!(there.get(paths::SESSION).await.status, 200);
    let held = hold(&one).await;
    network.set(Trouble::Away);
    assert_eq!(here.delete(paths::SESSION).await.status, 204);
    let listening =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'";
    while sqlx::query_scalar::<_, i64>(listening).fetch_one(&mut database(&one).await).await.unwrap() > 1 {}
    network.set(Trouble::None);
    while there.get(paths::SESSION).await.status != 401 {}
    drop(held);
}

#[tokio::test]
async fn r26_a_session_that_is_used_on_one_server_idles_on_none() {
    let Some(one) = first(|_| {}).await else { return };
    let other = one.beside(|_| {}).await;
    let here = one.member("ana@example.com").await;
    let there = here.at(&other.base);
    assert_eq!(there.get(paths::SESSION).await.status, 200);
    let seen = async || -> i64 {
        let latest = "SELECT MAX(last_seen_at) FROM sessions";
        sqlx::query_scalar(latest).fetch_one(&mut database(&one).await).await.unwrap()
    };
    for _ in 0..3 {
        let before = seen().await;
        one.clock.advance(Duration::from_secs(20 * 60));
        assert_eq!(here.get(paths::SESSION).await.status, 200);
        while seen().await == before {}
    }
    assert_eq!(there.get(paths::SESSION).await.status, 200, "nobody is signed out");
}

#[tokio::test]
async fn r26_guesses_at_all_servers_count_together_whether_or_not_anybody_has_the_address() {
    let Some(one) = first(|_| {}).await else { return };
    let other = one.beside(|_| {}).await;
    for who in ["ana", "nobody"] {
        let mut more = 5;
        for round in 0..ROUNDS {
            let email = format!("{who}{round}@example.com");
            if who == "ana" {
                one.member(&email).await;
            }
            for _ in 0..5 {
                let wrong = one.anyone().try_password(&email, "a wrong one").await;
                assert_eq!(wrong.code(), ProblemCode::WrongCredentials);
            }
            more = 0;
            while other.anyone().try_password(&email, "a wrong one").await.code() != ProblemCode::LockedOut {
                more += 1;
            }
            if more < 5 {
                break;
            }
        }
        assert!(more < 5, "{who}: as many again");
    }
}

#[tokio::test]
async fn r26_attempts_at_all_servers_count_together() {
    let settings = |config: &mut Config| {
        config.credentials_per_minute = 10.try_into().unwrap();
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    };
    let Some(one) = first(settings).await else { return };
    let other = one.beside(|_| {}).await;
    // Each round is of another network, as what is told late counts, too.
    let attempt = async |server: &Server, round: u32| {
        let body = json!({"link": {"token": "none"}});
        let from = Ipv4Addr::from([198, 51, round as u8, 1]);
        server.anyone().from(from.into()).post(paths::SESSION, &body).await.code()
    };
    let mut more = 10;
    for round in 0..ROUNDS {
        for _ in 0..10 {
            assert_eq!(attempt(&one, round).await, ProblemCode::LinkInvalid);
        }
        more = 0;
        while attempt(&other, round).await != ProblemCode::RateLimited {
            more += 1;
        }
        if more < 10 {
            break;
        }
    }
    assert!(more < 10, "as many again");
}

#[tokio::test]
async fn r26_a_request_that_another_server_is_at_is_not_done_twice() {
    let Some(one) = first(|_| {}).await else { return };
    let other = one.beside(|_| {}).await;
    let admin = one.admin().await;
    let (there, key) = (admin.at(&other.base), key());
    let mut held = hold(&one).await;
    let team = json!({"name": "Nordics"});
    let first = tokio::spawn({
        let (admin, key, team) = (admin.clone(), key.clone(), team.clone());
        async move { admin.keyed(&key, paths::TEAMS, &team).await }
    });
    // The writer's, and that of the key.
    let locks =
        "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    while sqlx::query_scalar::<_, i64>(locks).fetch_one(&mut held).await.unwrap() < 2 {}
    let second = there.keyed(&key, paths::TEAMS, &team).await;
    assert_eq!(second.code(), ProblemCode::IdempotencyInProgress);
    sqlx::query("ROLLBACK").execute(&mut held).await.unwrap();
    let first = first.await.unwrap();
    assert_eq!(first.status, 201, "{}", first.text());
    let again = there.keyed(&key, paths::TEAMS, &team).await;
    assert_eq!((again.status, again.body), (first.status, first.body));
}

#[tokio::test]
async fn r26_a_token_of_salesforce_is_renewed_by_one_server_at_a_time() {
    let Some(one) = first(|_| {}).await else { return };
    let (login, org) = (one.sandbox().salesforce_login_url(), one.sandbox().salesforce_my_domain_url());
    let other = one
        .beside(|config| {
            let services = &mut config.services;
            services.salesforce_client_id = Some(CLIENT_ID.to_owned());
            services.salesforce_client_secret = Some(CLIENT_SECRET.to_owned());
            services.salesforce_login_url = Some(Url::parse(&login).expect("a URL"));
            services.salesforce_test_url = Some(Url::parse(&org).expect("a URL"));
        })
        .await;
    let admin = one.admin().await;
    admin.connect_salesforce(&one, ADMIN).await;
    let salesforce = Salesforce::of(&one);
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    let there = admin.at(&other.base);
    let asking = (0..8).map(|number| if number % 2 == 0 { &admin } else { &there });
    let nothing = json!({});
    let answers = join_all(asking.map(|client| client.post(paths::SALESFORCE_CHECK, &nothing))).await;
    for answer in answers {
        let seen: SalesforceConnections = answer.json();
        assert_eq!(seen.own.and_then(|own| own.last_check.failure), None);
    }
    let stats = salesforce.stats().await;
    assert_eq!((stats.refreshes, stats.refresh_replays), (1, 0));
}

#[tokio::test]
async fn n2_r26_the_report_of_a_server_says_whether_it_does_the_jobs() {
    let Some(one) = first(|_| {}).await else { return };
    let other = one.beside(|_| {}).await;
    let admin = one.admin().await;
    let report =
        async |base: &str| admin.at(base).get(paths::DIAGNOSTICS_SYSTEM).await.json::<SystemReport>();
    assert!(report(&one.base).await.does_jobs && !report(&other.base).await.does_jobs);
}

#[tokio::test]
async fn n1_r26_backups_of_a_server_that_does_not_lead_are_watched_as_well() {
    let Some(one) = first(|_| {}).await else { return };
    let admin = one.admin().await;
    let folder = tempfile::tempdir().unwrap();
    let other = one.beside(|config| config.backups.to = Some(folder.path().join("not mounted"))).await;
    for base in [&one.base, &other.base] {
        while !admin.at(base).get(paths::DIAGNOSTICS_SYSTEM).await.json::<SystemReport>().backups.is_failing {
        }
    }
    let mut database = database(&one).await;
    let watched = "SELECT watched FROM troubles";
    while sqlx::query_scalar::<_, String>(watched).fetch_all(&mut database).await.unwrap() != ["backup"] {}
}

#[tokio::test]
async fn r26_a_server_with_other_keys_is_refused_by_one_sentence() {
    let Some(one) = first(|_| {}).await else { return };
    for (other, variable) in [("token.keys", "MSI_TOKEN_KEYS"), ("secrets.keys", "MSI_SECRET_KEYS")] {
        let folder = tempfile::tempdir().unwrap();
        for keys in ["token.keys", "secrets.keys"].into_iter().filter(|keys| *keys != other) {
            std::fs::copy(one.data().join(keys), folder.path().join(keys)).unwrap();
        }
        let started = app::start(one.settings_in(folder.path()), Arc::clone(&one.clock) as _).await;
        let refusal = started.err().expect("a refusal").to_string();
        assert!(
            refusal.starts_with(&format!("the database was used with another {variable}: ")),
            "{refusal}"
        );
    }
    let text = |name: &str| std::fs::read_to_string(one.data().join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut config = one.settings_in(folder.path());
    let behind = "k0:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    config.token_keys = Some(format!("{},{behind}", text("token.keys").trim()));
    config.services.secret_keys = Some(text("secrets.keys"));
    app::start(config, Arc::clone(&one.clock) as _).await.expect("the same keys").stop().await;
}

#[tokio::test]
async fn n6_r26_a_key_that_is_changed_on_one_server_after_the_other_makes_no_event_seem_changed() {
    let Some(mut one) = first(|_| {}).await else { return };
    let old = std::fs::read_to_string(one.data().join("secrets.keys")).unwrap().trim().to_owned();
    let new = audit_trail::KEYS[1];
    let keys = |order: [&str; 2]| Some(order.join(","));
    assert_eq!(one.admin().await.once(paths::TEAMS, &json!({"name": "Harz"})).await.status, 201);
    one.restart_with(|config| config.services.secret_keys = keys([new, &old])).await;
    let mut codes = database(&one).await;
    let made = "SELECT COUNT(*) FROM audit_counts WHERE mac LIKE 'k2.%'";
    while sqlx::query_scalar::<_, i64>(made).fetch_one(&mut codes).await.unwrap() == 0 {}
    // One that was not restarted yet.
    let mut other = one.beside(|config| config.services.secret_keys = keys([&old, new])).await;
    let there = one.admin().await.at(&other.base);
    assert_eq!(there.once(paths::TEAMS, &json!({"name": "Alps"})).await.status, 201);
    other.stop().await;
    for keys in [keys([new, &old]), Some(new.to_owned())] {
        one.restart_with(|config| config.services.secret_keys = keys).await;
    }
    for event in audit_trail::all(&one.admin().await).await {
        assert_eq!(event.integrity, AuditIntegrity::Unchanged, "{event:?}");
    }
}

#[tokio::test]
async fn r26_a_run_of_the_sync_is_one_servers_work() {
    if !is_not_for("one server has a file") {
        return;
    }
    let (one, admin) = field_sync::server_with(500).await;
    let other = one.beside(|_| {}).await;
    let run = field_sync::sync(&admin.at(&other.base)).await;
    Oracle::new(500).check(&run);
    // It would have asked its own stand-in.
    assert_eq!(other.sandbox().marketo().stats().calls, 0);
}

#[tokio::test]
async fn r26_a_server_that_has_lost_the_lead_tells_no_speed_of_the_sync() {
    if !is_not_for("one server has a file") {
        return;
    }
    let (one, admin) = field_sync::server_of(|config| {
        // Slow enough that the run has not ended by then.
        config.sandbox.speed = 150.try_into().unwrap();
        config.sandbox.people = 2_500;
    })
    .await;
    let id = field_sync::start(&admin).await.id;
    field_sync::until(&admin, &id, |run| run.people_per_minute.is_some() || field_sync::has_ended(run)).await;
    // Nothing is read meanwhile.
    let held = hold(&one).await;
    let another = "UPDATE servers SET is_lead = 0;
        INSERT INTO servers (id, started_at, is_lead) VALUES ('another', 0, 1)";
    sqlx::raw_sql(another).execute(&mut database(&one).await).await.unwrap();
    while admin.get(paths::DIAGNOSTICS_SYSTEM).await.json::<SystemReport>().does_jobs {}
    let run: SyncRun = admin.get(&paths::sync_run(&id)).await.json();
    assert_eq!(run.state, SyncRunState::Running);
    assert_eq!((run.people_per_minute, run.seconds_left), (None, None));
    drop(held);
}
