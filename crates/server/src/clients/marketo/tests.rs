//! The client against the stand-in for Marketo.

use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::join_all;
use sandbox::clock::Clock;
use sandbox::marketo::{self as stand_in, MarketoServer, Nature};
use sandbox::people::People;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::exports::{Filter, Range, Status};
use super::{Clients, Error, Marketo, Pace, RetryPolicy};
use crate::clients::services::{MarketoCredentials, MarketoService};
use crate::platform::secrets::Secret;

const SPEED: u32 = 100;
const PEOPLE: u32 = 2_000;
/// Some moment, for calls that ask for one.
const NOW: &str = "2026-11-26T00:00:00Z";

struct World {
    server: MarketoServer,
    clock: Clock,
    clients: Clients,
    service: MarketoService,
    http: reqwest::Client,
}

impl World {
    async fn start() -> Self {
        let clock = Clock::running(SPEED);
        let people = People::new(PEOPLE, clock.now());
        let server = MarketoServer::start(people, clock.clone(), None).await.unwrap();
        let http = crate::platform::outbound::client().unwrap();
        let pace = Pace::of_stand_in(NonZeroU32::new(SPEED).unwrap());
        let clients = Clients::new(http.clone(), pace);
        let service = MarketoService::at(server.url_template());
        Self { server, clock, clients, service, http }
    }

    fn client(&self, munchkin: &str, id: &str, secret: &str, retry_policy: RetryPolicy) -> Marketo {
        let credentials = MarketoCredentials {
            munchkin_account_id: munchkin.to_owned(),
            client_id: id.to_owned(),
            client_secret: Secret::new(secret.to_owned()),
        };
        self.clients.client(&self.service, &credentials, retry_policy).unwrap()
    }

    fn integration(&self) -> Marketo {
        self.client(
            stand_in::MUNCHKIN_ID,
            stand_in::INTEGRATION_CLIENT_ID,
            stand_in::INTEGRATION_CLIENT_SECRET,
            RetryPolicy::Run,
        )
    }

    fn platform(&self) -> Marketo {
        let (id, secret) = (stand_in::PLATFORM_CLIENT_ID, stand_in::PLATFORM_CLIENT_SECRET);
        self.client(stand_in::MUNCHKIN_ID, id, secret, RetryPolicy::Person)
    }

    async fn order(&self, what: &str, body: Value) -> Value {
        let url = format!("{}/{what}", self.server.orders_url());
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        answer.json().await.unwrap_or_default()
    }

    async fn fault(&self, code: u16, times: u32, path: &str) {
        self.order("faults", json!({"code": code, "times": times, "path_contains": path})).await;
    }

    /// The last days before now, in which some of the people were created.
    fn recently(&self) -> Filter {
        let day = 24 * 60 * 60 * 1_000;
        let now = self.clock.now();
        Filter::CreatedAt(Range { start_at: iso(now - 30 * day), end_at: iso(now) })
    }
}

fn iso(at: i64) -> String {
    crate::Millis(at).timestamp().0
}

#[tokio::test]
async fn r12_300_calls_at_once_stay_within_every_limit() {
    let world = World::start().await;
    let (people, users) = (world.integration(), world.platform());
    let calls = (0..300).map(async |index| match index % 3 {
        0 => users.workspaces().await.map(|_| ()),
        _ => people.describe().await.map(|_| ()),
    });
    for outcome in join_all(calls).await {
        outcome.unwrap();
    }
    let stats = world.server.stats();
    assert_eq!(stats.calls, 300);
    assert_eq!((stats.rate_violations, stats.concurrency_violations, stats.quota_violations), (0, 0, 0));
    assert!(stats.max_concurrent <= 5, "{stats:?}");
    assert_eq!(stats.tokens_issued, 2, "one for each of the credentials");
}

#[tokio::test]
async fn r12_two_clients_with_the_same_credentials_share_token_and_limits() {
    let world = World::start().await;
    let (one, two) = (world.integration(), world.integration());
    assert!(Arc::ptr_eq(&one.shared, &two.shared));
    one.describe().await.unwrap();
    two.describe().await.unwrap();
    assert_eq!(world.server.stats().tokens_issued, 1);
    let other = world.platform();
    assert!(!Arc::ptr_eq(&one.shared, &other.shared));
    assert!(Arc::ptr_eq(&one.shared.limiter, &other.shared.limiter));
}

#[tokio::test]
async fn r12_a_token_that_expires_in_the_middle_is_replaced_once_for_everybody() {
    let world = World::start().await;
    let marketo = world.integration();
    marketo.describe().await.unwrap();
    for round in 2..5 {
        world.order("tokens/expire", Value::Null).await;
        for outcome in join_all((0..20).map(async |_| marketo.describe().await)).await {
            outcome.unwrap();
        }
        assert_eq!(world.server.stats().tokens_issued, round);
    }
}

#[tokio::test]
async fn r12_a_token_that_is_never_taken_ends_the_call() {
    let world = World::start().await;
    world.fault(601, 100, "describe2").await;
    let error = world.integration().describe().await.unwrap_err();
    assert!(matches!(error, Error::Refused { code: 601, .. }), "{error}");
    assert_eq!(world.server.stats().calls, 2);
}

#[tokio::test]
async fn r12_what_passes_is_repeated_and_what_does_not_is_told_at_once() {
    let world = World::start().await;
    let marketo = world.integration();
    for code in [604, 606, 608, 614, 615, 713, 502, 503, 429, 500, 504] {
        world.fault(code, 2, "describe2").await;
        marketo.describe().await.unwrap();
    }
    for (code, error) in [
        (603, Error::PermissionMissing),
        (607, Error::DailyQuota),
        (610, Error::NotFound),
        (1013, Error::NotFound),
        (410, Error::Retired),
        (1035, Error::FilterUnsupported),
    ] {
        let before = world.server.stats().calls;
        world.fault(code, 1, "describe2").await;
        assert_eq!(marketo.describe().await.unwrap_err(), error);
        assert_eq!(world.server.stats().calls, before + 1, "{code}");
    }
    world.fault(1003, 1, "describe2").await;
    assert!(matches!(marketo.describe().await, Err(Error::Refused { code: 1003, .. })));
}

#[tokio::test]
async fn r12_patience_ends() {
    let world = World::start().await;
    world.fault(713, 3, "workspaces.json").await;
    assert_eq!(world.platform().workspaces().await.unwrap_err(), Error::Overloaded { code: 713 });
    assert_eq!(world.server.stats().calls, 3);
    world.fault(503, 2, "identity").await;
    world.platform().workspaces().await.unwrap();
}

#[tokio::test]
async fn r12_the_day_s_calls_end() {
    let world = World::start().await;
    world.order("limits", json!({"calls_per_day": 1})).await;
    let marketo = world.integration();
    marketo.describe().await.unwrap();
    assert_eq!(marketo.describe().await.unwrap_err(), Error::DailyQuota);
}

#[tokio::test]
async fn every_sentinel_has_its_error() {
    let world = World::start().await;
    let (id, secret) = (stand_in::INTEGRATION_CLIENT_ID, stand_in::INTEGRATION_CLIENT_SECRET);
    let verify = async |munchkin: &str, id: &str, secret: &str| {
        world.client(munchkin, id, secret, RetryPolicy::Person).verify(NOW).await
    };
    assert_eq!(verify(stand_in::MUNCHKIN_ID, id, secret).await, Ok(()));
    assert_eq!(verify("000-BAD-000", id, secret).await, Err(Error::NoSuchInstance));
    assert_eq!(verify(stand_in::MUNCHKIN_ID, id, "wrong").await, Err(Error::CredentialsRejected));
    let nobody = stand_in::NO_PERMISSION_CLIENT_ID;
    assert_eq!(verify(stand_in::MUNCHKIN_ID, nobody, "any").await, Err(Error::PermissionMissing));
    assert_eq!(world.platform().describe().await.unwrap_err(), Error::PermissionMissing);
    assert_eq!(world.integration().users().await.unwrap_err(), Error::UserPermissionMissing);
    let reader = stand_in::READ_ONLY_LEAD_CLIENT_ID;
    assert_eq!(verify(stand_in::MUNCHKIN_ID, reader, "any").await, Err(Error::ActivityPermissionMissing));
}

#[tokio::test]
async fn credentials_that_are_no_longer_accepted_are_found_out_although_a_token_lives() {
    let world = World::start().await;
    let marketo = world.integration();
    marketo.verify(NOW).await.unwrap();
    world.fault(401, 1, "identity").await;
    assert_eq!(marketo.verify(NOW).await, Err(Error::CredentialsRejected));
}

#[tokio::test]
async fn r12_what_instances_refuse_now_and_then_is_repeated() {
    let world = World::start().await;
    let (id, secret) = (stand_in::INTEGRATION_CLIENT_ID, stand_in::INTEGRATION_CLIENT_SECRET);
    for nature in [Nature::ExpiredTokens, Nature::Unavailable] {
        let marketo = world.client(nature.munchkin_id(), id, secret, RetryPolicy::Run);
        for _ in 0..30 {
            marketo.describe().await.unwrap();
        }
    }
}

#[tokio::test]
async fn r12_users_of_adobe_are_read_although_values_are_null() {
    let world = World::start().await;
    let (id, secret) = (stand_in::PLATFORM_CLIENT_ID, stand_in::PLATFORM_CLIENT_SECRET);
    let adobe = Nature::OnAdobeIdentity.munchkin_id();
    let users = world.client(adobe, id, secret, RetryPolicy::Person).users().await.unwrap();
    assert_eq!(users.len(), world.platform().users().await.unwrap().len());
    assert!(users.iter().any(|user| user.first_name.is_empty()), "some have no name");
    assert!(users.iter().all(|user| !user.userid.contains('@')), "ids are no addresses");
}

#[tokio::test]
async fn a_server_that_is_gone_is_unreachable() {
    let world = World::start().await;
    let marketo = world.client(stand_in::MUNCHKIN_ID, "a", "b", RetryPolicy::Person);
    drop(world.server);
    assert_eq!(marketo.describe().await.unwrap_err(), Error::Unreachable);
}

#[tokio::test]
async fn users_and_workspaces_are_read_whole() {
    let world = World::start().await;
    let marketo = world.platform();
    let users = marketo.users().await.unwrap();
    assert_eq!(users.len(), 60);
    assert_eq!(users.iter().filter(|user| user.api_only).count(), 1);
    let other = users.iter().find(|user| user.userid != user.email_address).unwrap();
    let roles = marketo.roles_of(&other.userid).await.unwrap();
    assert_eq!(roles[0].role_name, "Admin");
    assert_eq!(marketo.roles_of("no/such?user").await.unwrap_err(), Error::NotFound);
    assert_eq!(marketo.workspaces().await.unwrap().len(), 3);
}

#[tokio::test]
async fn people_are_looked_up_by_any_number_of_values() {
    let world = World::start().await;
    let marketo = world.integration();
    let ids: Vec<u64> = (100_001..=100_700).collect();
    let found = marketo.leads_by_id(&ids, &["email", "sfdcLeadId"]).await.unwrap();
    assert_eq!(found.len(), 700);
    assert!(ids.iter().all(|id| found[id].contains_key("sfdcLeadId")));
    let email = found[&ids[0]]["email"].as_str().unwrap().to_owned();
    let by_email = marketo.leads("email", &[email, "nobody@example.com".to_owned()], &["id"]).await.unwrap();
    assert_eq!(by_email[0]["id"], ids[0]);
    let unknown = marketo.leads("nonsense", &["1".to_owned()], &[]).await.unwrap_err();
    assert!(matches!(unknown, Error::Refused { code: 1003, .. }), "{unknown}");
}

#[tokio::test]
async fn an_export_is_made_queued_read_and_read_on_from_where_it_broke_off() {
    let world = World::start().await;
    let marketo = world.integration();
    let export = marketo.create_export(&["id", "email"], &world.recently()).await.unwrap();
    assert_eq!(export.status, Status::Created);
    let early = marketo.export_file(&export, 0).chunk().await.unwrap_err();
    assert_eq!(early, Error::NotFound);
    marketo.enqueue_export(&export.id).await.unwrap();
    let again = marketo.enqueue_export(&export.id).await.unwrap();
    assert_ne!(again.status, Status::Created, "queued once, however often it is asked for");
    assert_eq!(marketo.active_exports().await.unwrap().len(), 1);
    world.order("clock", json!({"advance_ms": 60_000})).await;
    let done = marketo.export_status(&export.id).await.unwrap();
    assert_eq!(done.status, Status::Completed);

    let size = done.file_size.unwrap();
    let mut file = marketo.export_file(&done, 0);
    world.order("faults", json!({"cut_after": size / 3, "times": 2, "path_contains": "file.json"})).await;
    let mut whole = Vec::new();
    while let Some(piece) = file.chunk().await.unwrap() {
        whole.extend_from_slice(&piece);
        assert_eq!(file.position(), whole.len() as u64);
    }
    assert_eq!(whole.len() as u64, size);
    assert_eq!(done.number_of_records.unwrap() + 1, whole.split(|byte| *byte == b'\n').count() as u64 - 1);
    assert!(whole.starts_with(b"id,email\n"), "{}", String::from_utf8_lossy(&whole[..20]));

    let mut rest = marketo.export_file(&export, size - 10);
    let mut end = Vec::new();
    while let Some(piece) = rest.chunk().await.unwrap() {
        end.extend_from_slice(&piece);
    }
    assert_eq!(end, whole[whole.len() - 10..]);
}

#[tokio::test]
async fn a_file_that_breaks_off_again_and_again_is_given_up() {
    let world = World::start().await;
    let marketo = world.integration();
    let export = marketo.create_export(&["id"], &world.recently()).await.unwrap();
    marketo.enqueue_export(&export.id).await.unwrap();
    world.order("clock", json!({"advance_ms": 60_000})).await;
    let done = marketo.export_status(&export.id).await.unwrap();
    world.order("faults", json!({"cut_after": 0, "times": 100, "path_contains": "file.json"})).await;
    assert_eq!(marketo.export_file(&done, 0).chunk().await.unwrap_err(), Error::Unreachable);
}

#[tokio::test]
async fn exports_meet_their_own_limits() {
    let world = World::start().await;
    let marketo = world.integration();
    let mut ids = Vec::new();
    for _ in 0..11 {
        ids.push(marketo.create_export(&["id"], &world.recently()).await.unwrap().id);
    }
    for id in &ids[..10] {
        marketo.enqueue_export(id).await.unwrap();
    }
    assert_eq!(marketo.enqueue_export(&ids[10]).await.unwrap_err(), Error::QueueFull);
    for id in &ids {
        marketo.cancel_export(id).await.unwrap();
        marketo.cancel_export(id).await.unwrap();
    }
    marketo.cancel_export("never-made").await.unwrap();
    world.order("limits", json!({"export_bytes_per_day": 0})).await;
    let refused = marketo.create_export(&["id"], &world.recently()).await.unwrap_err();
    assert_eq!(refused, Error::ExportQuota);
}

#[tokio::test]
async fn changes_and_deletions_are_read_page_by_page() {
    let world = World::start().await;
    let marketo = world.integration();
    let mut token = marketo.paging_token(&iso(world.clock.now())).await.unwrap();
    let start = token.clone();
    world.order("people/change", json!({"range": [1, 500], "field": "title", "value": "CEO"})).await;
    world.order("people/create", json!({"count": 3})).await;
    world.order("people/delete", json!({"n": 7})).await;
    let mut changes = Vec::new();
    loop {
        let page = marketo.lead_changes(&token, &["title", "email"]).await.unwrap();
        changes.extend(page.items);
        token = page.next_page_token;
        if !page.more {
            break;
        }
    }
    assert_eq!(changes.len(), 503);
    assert_eq!(changes.iter().filter(|change| change.fields.is_empty()).count(), 3);
    assert_eq!(changes[0].fields[0].name, "title");
    assert_eq!(changes[0].fields[0].new_value, "CEO");
    let quiet = marketo.lead_changes(&token, &["title"]).await.unwrap();
    assert!(quiet.items.is_empty() && !quiet.more);

    let (mut deleted, mut token) = (Vec::new(), start);
    loop {
        let page = marketo.deleted_leads(&token).await.unwrap();
        deleted.extend(page.items);
        token = page.next_page_token;
        if !page.more {
            break;
        }
    }
    assert_eq!(deleted.len(), 1);
    assert!(changes.iter().any(|change| change.lead_id == deleted[0].lead_id));
}

#[tokio::test]
async fn a8_errors_tell_no_secret_and_no_address() {
    let world = World::start().await;
    let secret = "canary-secret-0815-4711";
    let marketo = world.client(stand_in::MUNCHKIN_ID, "canary-client", secret, RetryPolicy::Person);
    let rejected = marketo.verify(NOW).await.unwrap_err();
    let text = format!("{rejected} {rejected:?}");
    assert!(!text.contains("canary") && !text.contains("127.0.0.1"), "{text}");
}

#[tokio::test]
async fn r9_answers_that_come_late_are_waited_for() {
    let world = World::start().await;
    world.order("limits", json!({"latency_ms": 50})).await;
    let marketo = world.integration();
    let outcome = tokio::time::timeout(Duration::from_secs(60), marketo.describe()).await;
    assert_eq!(outcome.unwrap().unwrap().fields.len(), 15);
}

/// Forwards bytes to the stand-in, and breaks one connection after a number of response bytes.
struct Cutting {
    address: SocketAddr,
    left: Arc<Mutex<Option<usize>>>,
}

impl Cutting {
    async fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let left: Arc<Mutex<Option<usize>>> = Arc::default();
        let cut = Arc::clone(&left);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(server).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&cut)));
            }
        });
        Self { address, left }
    }

    /// Whether the break is still to come.
    fn is_whole(&self) -> bool {
        self.left.lock().unwrap().is_some()
    }
}

async fn pass(client: TcpStream, server: TcpStream, left: Arc<Mutex<Option<usize>>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from_server.read(&mut buffer).await {
        let allowed = {
            let mut left = left.lock().unwrap();
            match &mut *left {
                Some(bytes) if *bytes >= read => {
                    *bytes -= read;
                    read
                }
                _ => left.take().unwrap_or(read),
            }
        };
        if to_client.write_all(&buffer[..allowed]).await.is_err() || allowed < read {
            break;
        }
    }
    asking.abort();
}

#[tokio::test]
async fn r9_an_answer_that_is_cut_after_any_byte_is_asked_for_again() {
    let world = World::start().await;
    let cutting = Cutting::before(world.server.address()).await;
    let service = MarketoService::at(format!("http://{}/{{munchkin}}", cutting.address));
    let credentials = MarketoCredentials {
        munchkin_account_id: stand_in::MUNCHKIN_ID.to_owned(),
        client_id: stand_in::INTEGRATION_CLIENT_ID.to_owned(),
        client_secret: Secret::new(stand_in::INTEGRATION_CLIENT_SECRET.to_owned()),
    };
    let pace = Pace::of_stand_in(NonZeroU32::new(1_000).unwrap());
    let since = iso(world.clock.now());
    let expected = world.integration().paging_token(&since).await.unwrap();
    let mut bytes = 0;
    loop {
        *cutting.left.lock().unwrap() = Some(bytes);
        // Without pooled connections of an earlier round.
        let clients = Clients::new(crate::platform::outbound::client().unwrap(), pace);
        let marketo = clients.client(&service, &credentials, RetryPolicy::Run).unwrap();
        assert_eq!(marketo.paging_token(&since).await.as_ref(), Ok(&expected), "after {bytes} bytes");
        if cutting.is_whole() {
            break;
        }
        bytes += 1;
    }
    assert!(bytes > 300, "token and answer were both cut: {bytes}");
}
