//! Action Field Sync against the stand-ins for Marketo and Salesforce.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

use api_types::{
    AuditAction, FieldOrigin, FieldSync, FieldSyncSettings, FlowState, List, MarketoConnect, MarketoState,
    Needed, PersonField, PrerequisiteId, PreviewCount, ProblemCode, Protection, SetupStepId, SkipReason,
    SyncFailure, SyncKind, SyncPreview, SyncProblem, SyncProblemCode, SyncRun, SyncRunId, SyncRunState,
    SyncStart, SyncedPerson, Tick, User, paths,
};
use roster::email::Address;
use sandbox::marketo::{INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID, Nature};
use sandbox::people::{Crm, People, Person};
use serde_json::{Value, json};
use server::config::Config;

use crate::harness::{ADMIN, Client, Server};
use crate::jobs::spoil;
use crate::long_lists::{database, hold};
use crate::marketo::{good, id_of, pasted};
use crate::postgres::is_not_for;
use crate::readiness::until_failing;
use crate::restart::Process;
use crate::salesforce_browser::Salesforce;

const PEOPLE: u32 = 2_500;
/// So fast that a window of a minute takes a tenth of a second.
const SPEED: u32 = 600;

/// The expected outcome for the people of the stand-in.
#[derive(Debug, Default)]
pub(crate) struct Oracle {
    pub(crate) qualifying: BTreeMap<u64, Person>,
    skipped: BTreeMap<SkipReason, u64>,
    invalid: BTreeSet<u64>,
}

impl Oracle {
    pub(crate) fn new(people: u32) -> Self {
        let mut oracle = Self::default();
        for person in People::new(people, 0).iter() {
            let skip = match (person.crm(), person.salesforce_owner_id(), person.email()) {
                (Crm::Absent, ..) => Some(SkipReason::NotInSalesforce),
                (_, None, _) => Some(SkipReason::NoSalesforceOwner),
                (_, _, None) => Some(SkipReason::NoEmail),
                (_, _, Some(email)) if Address::parse(&email).is_err() => {
                    oracle.invalid.insert(person.marketo_id());
                    continue;
                }
                _ => None,
            };
            match skip {
                Some(reason) => *oracle.skipped.entry(reason).or_default() += 1,
                None => {
                    oracle.qualifying.insert(person.marketo_id(), person);
                }
            }
        }
        oracle
    }

    fn qualifying(&self) -> u64 {
        self.qualifying.len() as u64
    }

    /// A run that met all people, whatever it did with those who qualify.
    #[track_caller]
    pub(crate) fn check(&self, run: &SyncRun) {
        assert_eq!(run.state, SyncRunState::Completed, "{run:?}");
        assert_eq!(run.created + run.updated + run.unchanged, self.qualifying(), "{run:?}");
        assert_eq!(run.failed, self.invalid.len() as u64, "{run:?}");
        let skipped: BTreeMap<_, _> = run.skipped.iter().map(|count| (count.reason, count.people)).collect();
        assert_eq!(skipped, self.skipped);
        assert_eq!(run.expected, Some(run.read));
        check_sum(run);
    }
}

/// The counts of a run add up at any moment.
#[track_caller]
fn check_sum(run: &SyncRun) {
    let skipped: u64 = run.skipped.iter().map(|count| count.people).sum();
    assert_eq!(run.read, run.created + run.updated + run.unchanged + run.failed + skipped, "{run:?}");
}

/// The user of Salesforce by whom the account is connected.
pub(crate) const SALESFORCE_USER: &str = "ana@northwind.example";
/// A user of an org that has other records.
pub(crate) const OTHER_ORG_USER: &str = "otherorg@example.com";

pub(crate) async fn server_with(people: u32) -> (Server, Client) {
    server_at(people, MUNCHKIN_ID).await
}

pub(crate) async fn server_at(people: u32, munchkin: &str) -> (Server, Client) {
    server_connected_to(munchkin, |config| {
        config.sandbox.speed = NonZeroU32::new(SPEED).unwrap();
        config.sandbox.people = people;
    })
    .await
}

/// A server whose account is connected to both services.
pub(crate) async fn server_of(change: impl FnOnce(&mut Config)) -> (Server, Client) {
    server_connected_to(MUNCHKIN_ID, change).await
}

async fn server_connected_to(munchkin: &str, change: impl FnOnce(&mut Config)) -> (Server, Client) {
    let server = Server::start_with(change).await;
    let admin = server.admin().await;
    for id in PrerequisiteId::ALL {
        admin.put(&paths::prerequisite(id), &Tick { ticked: true, ..Tick::default() }).await;
    }
    connect_marketo(&admin, munchkin).await;
    let flow = admin.connect_salesforce(&server, SALESFORCE_USER).await;
    assert_eq!(flow.state, FlowState::Completed);
    (server, admin)
}

/// Sends an order to the stand-in for Marketo.
pub(crate) async fn order(server: &Server, what: &str, body: Value) {
    let url = format!("{}/{what}", server.sandbox().marketo().orders_url());
    let answer = reqwest::Client::new().post(url).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{what}: {}", answer.status());
}

/// Ends the failures of the stand-in for Marketo.
pub(crate) async fn mend(server: &Server) {
    let url = format!("{}/faults", server.sandbox().marketo().orders_url());
    let answer = reqwest::Client::new().delete(url).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
}

/// Connects the account to an instance of Marketo by credentials that are pasted.
async fn connect_marketo(admin: &Client, munchkin: &str) {
    let pasted = pasted(munchkin, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    let state: MarketoState = admin.once(paths::MARKETO, &pasted).await.json();
    assert!(state.connection.is_some_and(|connection| connection.last_check.passed()));
}

pub(crate) async fn start(admin: &Client) -> SyncRun {
    let answer = admin.once(paths::FIELD_SYNC_RUNS, &()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let run: SyncRun = answer.json();
    assert_eq!((run.kind, run.state), (SyncKind::Full, SyncRunState::Preparing));
    run
}

/// Follows a run until a condition is met.
pub(crate) async fn until(admin: &Client, id: &SyncRunId, enough: impl Fn(&SyncRun) -> bool) -> SyncRun {
    let mut read = 0;
    loop {
        let run: SyncRun = admin.get(&paths::sync_run(id)).await.json();
        check_sum(&run);
        assert!(run.read >= read, "progress goes one way");
        read = run.read;
        if enough(&run) {
            return run;
        }
    }
}

pub(crate) fn has_ended(run: &SyncRun) -> bool {
    !matches!(run.state, SyncRunState::Preparing | SyncRunState::Running)
}

pub(crate) async fn ended(admin: &Client, id: &SyncRunId) -> SyncRun {
    until(admin, id, has_ended).await
}

/// A full run, from start to end.
pub(crate) async fn sync(admin: &Client) -> SyncRun {
    let run = start(admin).await;
    ended(admin, &run.id).await
}

pub(crate) async fn status(admin: &Client) -> FieldSync {
    admin.get(paths::FIELD_SYNC).await.json()
}

/// All people of the account, page by page.
pub(crate) async fn everybody(admin: &Client) -> BTreeMap<u64, SyncedPerson> {
    let (mut people, mut cursor) = (BTreeMap::new(), String::new());
    loop {
        let path = format!("{}?limit=200{cursor}", paths::FIELD_SYNC_PEOPLE);
        let page: List<SyncedPerson> = admin.get(&path).await.json();
        for person in page.items {
            assert!(people.insert(person.marketo_id, person).is_none(), "nobody is there twice");
        }
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => {
                assert_eq!(people.len() as u64, page.meta.total);
                return people;
            }
        }
    }
}

/// The account holds exactly the people who qualify, as Marketo and Salesforce know them.
pub(crate) async fn check_people(admin: &Client, oracle: &Oracle) {
    let people = everybody(admin).await;
    assert!(people.keys().eq(oracle.qualifying.keys()), "{} people", people.len());
    for (id, person) in &people {
        let known = oracle.qualifying[id];
        assert_eq!(person.email, known.email().unwrap());
        assert_eq!(person.first_name, known.first_name());
        assert_eq!(person.company, known.company());
        assert_eq!(person.title, known.title().unwrap_or_default());
        assert_eq!(person.source, known.source());
        assert_eq!(person.salesforce_contact_id, known.salesforce_contact_id());
        assert_eq!(person.salesforce_lead_id, known.salesforce_lead_id());
        assert_eq!(person.salesforce_opportunity_id, known.salesforce_opportunity_id());
    }
    assert_eq!(status(admin).await.people, oracle.qualifying());
}

fn check_limits(server: &Server) {
    let stats = server.sandbox().marketo().stats();
    let violations = (stats.rate_violations, stats.concurrency_violations, stats.quota_violations);
    assert_eq!(violations, (0, 0, 0), "{stats:?}");
}

async fn problems(admin: &Client, run: &SyncRunId) -> List<SyncProblem> {
    admin.get(&format!("{}?limit=200", paths::sync_run_problems(run))).await.json()
}

/// Advances to the next poll, and waits until it is done.
pub(crate) async fn poll(server: &Server, admin: &Client) {
    let before = status(admin).await;
    server.clock.advance(Duration::from_secs(u64::from(before.polling_minutes) * 60));
    while status(admin).await.next_poll_at == before.next_poll_at {}
    while status(admin).await.current.is_some() {}
}

pub(crate) async fn runs(admin: &Client) -> Vec<SyncRun> {
    admin.get(paths::FIELD_SYNC_RUNS).await.json::<List<SyncRun>>().items
}

#[tokio::test]
async fn r24_a_run_that_cannot_be_stored_fails_and_lets_the_next_begin() {
    if is_not_for("its triggers are SQLite's") {
        return;
    }
    let (server, admin) = server_with(100).await;
    let mut database = database(&server).await;
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON sync_windows BEGIN SELECT RAISE(ABORT, 'no'); END";
    spoil(&mut database, refuse).await;
    let first = start(&admin).await;
    until_failing(&server, &["field_sync"]).await;
    let admin = server.admin().await;
    assert_eq!(ended(&admin, &first.id).await.state, SyncRunState::Failed(SyncFailure::Unexpected));
    spoil(&mut database, "DROP TRIGGER refuse").await;
    assert_eq!(sync(&admin).await.state, SyncRunState::Completed);
    until_failing(&server, &[]).await;
}

#[tokio::test]
async fn r12_everybody_who_qualifies_is_brought_over_within_the_limits() {
    for munchkin in [MUNCHKIN_ID, Nature::WithoutUpdatedAt.munchkin_id()] {
        let (server, admin) = server_at(PEOPLE, munchkin).await;
        let oracle = Oracle::new(PEOPLE);
        assert!(oracle.skipped.len() == 3 && !oracle.invalid.is_empty(), "{oracle:?}");
        let before = status(&admin).await;
        assert!(before.blocked_by.is_empty() && !before.incremental && before.next_poll_at.is_none());
        let original: List<User> = admin.get("/users?search=marketo.admin").await.json();
        assert_ne!(original.items[0].protected, Some(Protection::OriginalUser), "not before the sync");

        let run = sync(&admin).await;
        oracle.check(&run);
        assert_eq!((run.created, run.removed), (oracle.qualifying(), 0));
        assert_eq!(run.started_by.as_deref(), Some("marketo.admin@example.com"));
        check_people(&admin, &oracle).await;
        check_limits(&server);

        let failed = problems(&admin, &run.id).await;
        assert!(failed.items.iter().all(|problem| problem.code == SyncProblemCode::EmailInvalid));
        assert!(failed.items.iter().all(|problem| problem.email.is_some()));
        let ids: BTreeSet<_> = failed.items.iter().map(|problem| problem.marketo_id).collect();
        assert_eq!((ids, failed.meta.total), (oracle.invalid.clone(), oracle.invalid.len() as u64));

        let after = status(&admin).await;
        assert!(after.incremental && after.current.is_none() && after.next_poll_at.is_some());
        let original: List<User> = admin.get("/users?search=marketo.admin").await.json();
        assert_eq!(original.items[0].protected, Some(Protection::OriginalUser));
        let refused = admin.delete(&paths::user(&original.items[0].id)).await.problem();
        assert_eq!(refused.detail.as_deref(), Some("original_user"));
        assert!(std::fs::read_dir(server.data().join("exports")).unwrap().next().is_none(), "no file stays");
    }
}

#[tokio::test]
async fn r7_killed_at_ten_points_a_run_ends_complete_and_without_doubles() {
    let (mut server, mut admin) = server_with(PEOPLE).await;
    server.stop().await;
    // Slower, so that a busy machine sees the run before its end.
    let (speed, people) = ((SPEED / 4).to_string(), PEOPLE.to_string());
    let options = ["--sandbox-speed", &speed, "--sandbox-people", &people, "--requests-per-second", "100000"];
    let mut process = Process::start_with(server.data(), &options);
    admin = admin.at(&process.base);
    let id = start(&admin).await.id;
    let mut random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), PEOPLE);
    for kill in 0..10 {
        // Somewhere in the next sixteenth, so that all ten happen well before the end.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let read = u64::from(PEOPLE) * kill / 16 + (random >> 33) % u64::from(PEOPLE / 16);
        let run = until(&admin, &id, |run| run.read >= read || has_ended(run)).await;
        assert!(!has_ended(&run), "{run:?}");
        process.kill();
        process = Process::start_with(server.data(), &options);
        admin = admin.at(&process.base);
    }
    let oracle = Oracle::new(PEOPLE);
    let run = ended(&admin, &id).await;
    oracle.check(&run);
    assert_eq!(run.created, oracle.qualifying());
    check_people(&admin, &oracle).await;
    process.kill();
}

#[tokio::test]
async fn r11_paused_nothing_is_written_and_resumed_it_goes_on() {
    let (mut server, admin) = server_with(PEOPLE).await;
    let id = start(&admin).await.id;
    until(&admin, &id, |run| run.read > 0 || has_ended(run)).await;
    let paused: SyncRun = admin.once(&paths::sync_run_pause(&id), &()).await.json();
    assert_eq!(paused.state, SyncRunState::Paused);
    assert_eq!(admin.once(paths::FIELD_SYNC_RUNS, &()).await.code(), ProblemCode::SyncRunning);
    server.restart().await;
    let admin = admin.at(&server.base);
    assert_eq!(status(&admin).await.current, Some(paused.clone()), "paused, it outlives a restart");
    let again: SyncRun = admin.once(&paths::sync_run_pause(&id), &()).await.json();
    assert_eq!(again, paused);

    let resumed: SyncRun = admin.once(&paths::sync_run_resume(&id), &()).await.json();
    assert_eq!((resumed.state, resumed.read), (SyncRunState::Running, paused.read));
    let run = ended(&admin, &id).await;
    Oracle::new(PEOPLE).check(&run);
    check_people(&admin, &Oracle::new(PEOPLE)).await;
    for path in [paths::sync_run_pause(&id), paths::sync_run_resume(&id), paths::sync_run_cancel(&id)] {
        assert_eq!(admin.once(&path, &()).await.code(), ProblemCode::Conflict);
    }
    let audit: List<api_types::AuditEvent> = admin.get(paths::AUDIT_EVENTS).await.json();
    let actions: Vec<_> = audit.items.iter().map(|event| event.action.as_str()).collect();
    for action in ["sync_started", "sync_paused", "sync_resumed"] {
        assert_eq!(actions.iter().filter(|name| **name == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn r11_cancelled_a_run_is_over_and_its_people_stay() {
    let (server, admin) = server_with(PEOPLE).await;
    let id = start(&admin).await.id;
    until(&admin, &id, |run| run.read > 0 || has_ended(run)).await;
    let cancelled: SyncRun = admin.once(&paths::sync_run_cancel(&id), &()).await.json();
    assert_eq!(cancelled.state, SyncRunState::Cancelled);
    assert!(cancelled.ended_at.is_some());
    let again: SyncRun = admin.once(&paths::sync_run_cancel(&id), &()).await.json();
    assert_eq!(again, cancelled);
    let after = status(&admin).await;
    assert!(after.current.is_none() && !after.incremental);
    assert_eq!(after.people, cancelled.created);

    let run = sync(&admin).await;
    let oracle = Oracle::new(PEOPLE);
    oracle.check(&run);
    assert_eq!((run.created, run.unchanged), (oracle.qualifying() - cancelled.created, cancelled.created));
    check_people(&admin, &oracle).await;
    check_limits(&server);
}

#[tokio::test]
async fn r12_what_wakes_a_run_has_marketo_asked_for_its_exports_no_sooner() {
    let (server, admin) = server_of(|config| {
        // Its exports take minutes.
        config.sandbox.speed = NonZeroU32::MIN;
        config.sandbox.people = 100;
    })
    .await;
    let id = start(&admin).await.id;
    let mut database = database(&server).await;
    let made = "SELECT COUNT(*) FROM sync_windows WHERE export_id IS NOT NULL";
    while sqlx::query_scalar::<_, i64>(made).fetch_one(&mut database).await.unwrap() < 6 {}
    let calls = || server.sandbox().marketo().stats().calls;
    let before = calls();
    for _ in 0..20 {
        // It goes on as it did, but is woken.
        let same: SyncRun = admin.once(&paths::sync_run_resume(&id), &()).await.json();
        assert_eq!(same.state, SyncRunState::Preparing);
    }
    let asked = calls() - before;
    assert!(asked <= 2, "the last export is put in the queue, and {asked} calls are made");
}

#[tokio::test]
async fn changes_deletions_and_new_people_arrive_by_themselves() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let oracle = Oracle::new(PEOPLE);
    let mut qualifying = oracle.qualifying.values().map(|person| (person.number, person.marketo_id()));
    let [retitled, deleted, orphaned] = std::array::from_fn(|_| qualifying.next().unwrap());
    let change = |number: u32, field: &str, value: &str| json!({"n": number, "field": field, "value": value});
    order(&server, "people/change", change(retitled.0, "title", "Chief Everything Officer")).await;
    order(&server, "people/change", change(orphaned.0, "sfdcLeadOwnerId", "")).await;
    order(&server, "people/delete", json!({"n": deleted.0})).await;
    order(&server, "people/create", json!({"count": 40})).await;
    poll(&server, &admin).await;

    let people = everybody(&admin).await;
    assert_eq!(people[&retitled.1].title, "Chief Everything Officer");
    assert!(!people.contains_key(&deleted.1) && !people.contains_key(&orphaned.1));
    let grown = Oracle::new(PEOPLE + 40);
    let mut expected: BTreeSet<_> = grown.qualifying.keys().copied().collect();
    expected.remove(&deleted.1);
    expected.remove(&orphaned.1);
    assert!(people.keys().eq(&expected));

    let run = runs(&admin).await.remove(0);
    assert_eq!((run.kind, run.state), (SyncKind::Incremental, SyncRunState::Completed));
    assert_eq!(run.started_by, None);
    assert_eq!((run.updated, run.removed), (1, 2), "{run:?}");
    assert_eq!(run.created, grown.qualifying() - oracle.qualifying());
    check_sum(&run);
    assert_eq!(status(&admin).await.people, people.len() as u64);

    // A poll without changes leaves no trace but its time.
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await.len(), 2);
    check_limits(&server);
}

#[tokio::test]
async fn polls_that_were_missed_are_caught_up_with() {
    let (mut server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let everyone = json!({"range": [1, 700], "field": "company", "value": "Contoso"});
    order(&server, "people/change", everyone).await;
    server.stop().await;
    server.clock.advance(Duration::from_secs(3 * 24 * 3600));
    server.restart().await;
    // The session has ended by now.
    let admin = server.admin().await;
    while runs(&admin).await.len() < 2 || status(&admin).await.current.is_some() {}
    let oracle = Oracle::new(PEOPLE);
    let met = oracle.qualifying.values().filter(|person| person.number <= 700);
    let people = everybody(&admin).await;
    assert!(met.clone().all(|person| people[&person.marketo_id()].company == "Contoso"));
    assert_eq!(runs(&admin).await[0].updated, met.count() as u64);
}

#[tokio::test]
async fn r12_tokens_that_end_and_calls_that_fail_do_no_harm() {
    let (server, admin) = server_with(PEOPLE).await;
    for (code, times, path) in
        [(602, 1, "create"), (503, 2, "status"), (604, 2, "leads.json"), (713, 2, "export")]
    {
        order(&server, "faults", json!({"code": code, "times": times, "skip": 1, "path_contains": path}))
            .await;
    }
    let id = start(&admin).await.id;
    // Far apart: a call for which a new token does not help either is given up.
    for third in [1, 2] {
        until(&admin, &id, |run| run.read >= u64::from(PEOPLE) * third / 3 || has_ended(run)).await;
        order(&server, "tokens/expire", json!({})).await;
    }
    Oracle::new(PEOPLE).check(&ended(&admin, &id).await);
    check_people(&admin, &Oracle::new(PEOPLE)).await;
}

#[tokio::test]
async fn r9_a_file_that_breaks_off_is_read_on_and_one_that_is_gone_is_made_anew() {
    let (server, admin) = server_with(PEOPLE).await;
    order(&server, "faults", json!({"cut_after": 1_000, "times": 7, "path_contains": "file.json"})).await;
    // Marketo no longer knows the third and fourth export that it is asked for.
    let gone = json!({"code": 610, "times": 2, "skip": 2, "path_contains": "status.json"});
    order(&server, "faults", gone).await;
    let run = sync(&admin).await;
    Oracle::new(PEOPLE).check(&run);
    assert_eq!(run.created, Oracle::new(PEOPLE).qualifying());
    check_people(&admin, &Oracle::new(PEOPLE)).await;
}

#[tokio::test]
async fn exports_that_nobody_put_in_the_queue_hold_nothing_up() {
    let (server, admin) = server_with(PEOPLE).await;
    let instance = server.sandbox().marketo_url_template().replace("{munchkin}", MUNCHKIN_ID);
    let http = reqwest::Client::new();
    let token = format!("{instance}/identity/oauth/token?grant_type=client_credentials");
    let token =
        format!("{token}&client_id={INTEGRATION_CLIENT_ID}&client_secret={INTEGRATION_CLIENT_SECRET}");
    let token: Value = http.get(token).send().await.unwrap().json().await.unwrap();
    let day = json!({"startAt": "2026-01-01T00:00:00Z", "endAt": "2026-01-02T00:00:00Z"});
    let export = json!({"fields": ["id"], "format": "CSV", "filter": {"createdAt": day}});
    for _ in 0..10 {
        let made = http.post(format!("{instance}/bulk/v1/leads/export/create.json")).json(&export);
        let made = made.bearer_auth(token["access_token"].as_str().unwrap()).send().await.unwrap();
        assert_eq!(made.json::<Value>().await.unwrap()["success"], true);
    }
    Oracle::new(PEOPLE).check(&sync(&admin).await);
}

#[tokio::test]
async fn an_export_that_is_lost_again_and_again_ends_the_run() {
    let (server, admin) = server_with(PEOPLE).await;
    let gone = json!({"code": 610, "times": 100_000, "path_contains": "status.json"});
    order(&server, "faults", gone).await;
    let run = sync(&admin).await;
    assert_eq!(run.state, SyncRunState::Failed(SyncFailure::Unexpected));
    check_limits(&server);
}

#[tokio::test]
async fn a_run_that_failed_says_why_and_the_next_one_goes_on_where_it_stopped() {
    let (server, admin) = server_with(PEOPLE).await;
    let oracle = Oracle::new(PEOPLE);
    let mut read = 0;
    for (what, body, failure) in [
        ("limits", json!({"export_bytes_per_day": 1}), SyncFailure::ExportQuota),
        ("limits", json!({"calls_per_day": 1}), SyncFailure::DailyQuota),
        ("faults", json!({"code": 603, "path_contains": "export"}), SyncFailure::PermissionMissing),
        ("faults", json!({"code": 1003, "path_contains": "export"}), SyncFailure::Unexpected),
    ] {
        let started = start(&admin).await;
        assert_eq!(started.read, read, "what was read counts");
        until(&admin, &started.id, |run| run.read > read || has_ended(run)).await;
        order(&server, what, body).await;
        let failed = ended(&admin, &started.id).await;
        assert_eq!(failed.state, SyncRunState::Failed(failure));
        assert!(failed.ended_at.is_some());
        read = failed.read;
        let plenty = json!({"export_bytes_per_day": 500_000_000, "calls_per_day": 50_000});
        order(&server, "limits", plenty).await;
    }
    let run = sync(&admin).await;
    oracle.check(&run);
    assert_eq!(run.created, oracle.qualifying());
    check_people(&admin, &oracle).await;
    assert_eq!(problems(&admin, &run.id).await.meta.total, oracle.invalid.len() as u64);
    let errors: List<api_types::RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    let codes: Vec<_> = errors.items.iter().map(|error| error.code.as_str()).collect();
    for code in ["1029", "607", "603", "1003"] {
        assert!(codes.contains(&code), "{codes:?}");
    }
}

#[tokio::test]
async fn without_a_connection_a_poll_fails_once_until_there_is_one() {
    let (server, admin) = server_with(100).await;
    sync(&admin).await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    poll(&server, &admin).await;
    poll(&server, &admin).await;
    let all = runs(&admin).await;
    assert_eq!(all.len(), 2, "the same failure, still: {all:?}");
    assert_eq!(all[0].state, SyncRunState::Failed(SyncFailure::MarketoDisconnected));
    assert_eq!(status(&admin).await.blocked_by, [Needed::Step(SetupStepId::ConnectMarketo)]);
    connect_marketo(&server.admin().await, MUNCHKIN_ID).await;
    order(&server, "people/change", json!({"n": 1, "field": "title", "value": "CEO"})).await;
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await[0].state, SyncRunState::Completed);
}

#[tokio::test]
async fn whoever_disconnects_ends_the_run_that_goes_on() {
    let (server, admin) = server_with(PEOPLE).await;
    let id = start(&admin).await.id;
    until(&admin, &id, |run| run.read > 0 || has_ended(run)).await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    let run = ended(&admin, &id).await;
    assert_eq!(run.state, SyncRunState::Failed(SyncFailure::MarketoDisconnected));
    connect_marketo(&admin, MUNCHKIN_ID).await;
    Oracle::new(PEOPLE).check(&sync(&admin).await);
    check_limits(&server);
}

#[tokio::test]
async fn r20_the_opportunities_of_a_sync_are_asked_for_chunk_by_chunk() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    check_people(&admin, &Oracle::new(PEOPLE)).await;
    let all = everybody(&admin).await;
    let found = all.values().filter(|person| person.salesforce_opportunity_id.is_some()).count() as u64;
    let most = Salesforce::of(&server).stats().await.query_records_max;
    assert!(most > 0 && most <= 250 && most < found / 2, "{most} at once, of {found}");
}

#[tokio::test]
async fn r6_a_salesforce_that_does_not_answer_is_asked_once_in_a_quarter_of_an_hour() {
    let (server, admin) = server_with(PEOPLE).await;
    let broken = json!({"order": "fail", "code": "API_DISABLED_FOR_ORG", "calls": 1000});
    Salesforce::of(&server).order(broken).await;
    Oracle::new(PEOPLE).check(&sync(&admin).await);
    let calls = Salesforce::of(&server).stats().await.rest_calls;
    let again = Salesforce::of(&server).stats().await.errors["API_DISABLED_FOR_ORG"];
    assert!(again <= 2, "{again} refusals of {calls} calls");
}

#[tokio::test]
async fn r6_a_salesforce_that_answers_again_is_asked_again_in_the_same_run() {
    let (server, admin) = server_with(PEOPLE).await;
    let salesforce = Salesforce::of(&server);
    let held = loop {
        salesforce.order(json!({"order": "fail", "code": "API_DISABLED_FOR_ORG", "calls": 1000})).await;
        let id = start(&admin).await.id;
        until(&admin, &id, |run| run.read > 0 || has_ended(run)).await;
        let held = hold(&server).await;
        let run: SyncRun = admin.get(&paths::sync_run(&id)).await.json();
        if run.read < u64::from(PEOPLE / 2) {
            break held;
        }
        // A busy machine may see a run late.
        drop(held);
        ended(&admin, &id).await;
    };
    salesforce.order(json!({"order": "fail", "code": "API_DISABLED_FOR_ORG", "calls": 0})).await;
    server.clock.advance(Duration::from_secs(15 * 60));
    drop(held);
    let run = runs(&admin).await.remove(0);
    Oracle::new(PEOPLE).check(&ended(&admin, &run.id).await);
    let people = everybody(&admin).await;
    assert!(people.values().any(|person| person.salesforce_opportunity_id.is_some()));
}

#[tokio::test]
async fn r6_a_moment_of_maintenance_at_salesforce_leaves_nobody_without_their_opportunity() {
    let (server, admin) = server_with(PEOPLE).await;
    let maintenance = json!({"order": "fail", "code": "SERVER_UNAVAILABLE", "calls": 2});
    Salesforce::of(&server).order(maintenance).await;
    Oracle::new(PEOPLE).check(&sync(&admin).await);
    check_people(&admin, &Oracle::new(PEOPLE)).await;
    assert!(status(&admin).await.blocked_by.is_empty(), "nor does it count against the connection");
}

#[tokio::test]
async fn r6_where_one_administrator_s_connection_ends_salesforce_is_asked_over_another_s() {
    let (server, admin) = server_with(PEOPLE).await;
    let ana = server.administrator("ana@example.com").await;
    ana.connect_salesforce(&server, "bea@northwind.example").await;
    Salesforce::of(&server).order(json!({"order": "revoke", "username": SALESFORCE_USER})).await;
    Oracle::new(PEOPLE).check(&sync(&admin).await);
    check_people(&admin, &Oracle::new(PEOPLE)).await;
}

#[tokio::test]
async fn s2_an_org_that_is_not_the_account_s_takes_nobody_s_opportunity() {
    let (server, admin) = server_with(PEOPLE).await;
    let oracle = Oracle::new(PEOPLE);
    oracle.check(&sync(&admin).await);
    let ana = server.administrator("ana@example.com").await;
    assert_eq!(ana.connect_salesforce(&server, OTHER_ORG_USER).await.state, FlowState::Completed);
    // Connected again, the account's org is still the one that was connected first.
    assert_eq!(admin.connect_salesforce(&server, SALESFORCE_USER).await.state, FlowState::Completed);
    oracle.check(&sync(&admin).await);
    check_people(&admin, &oracle).await;
    Salesforce::of(&server).order(json!({"order": "revoke", "username": SALESFORCE_USER})).await;
    // The first run notices that one connection has ended, the second one knows it.
    for _ in 0..2 {
        let anyway = SyncStart { out_of_order: true };
        let run: SyncRun = admin.once(paths::FIELD_SYNC_RUNS, &anyway).await.json();
        oracle.check(&ended(&admin, &run.id).await);
        check_people(&admin, &oracle).await;
    }
}

#[tokio::test]
async fn another_instance_is_read_from_the_beginning() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let paused = start(&admin).await.id;
    until(&admin, &paused, |run| run.read > 0 || has_ended(run)).await;
    admin.once(&paths::sync_run_pause(&paused), &()).await.json::<SyncRun>();
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    connect_marketo(&admin, MUNCHKIN_ID).await;
    let same = status(&admin).await;
    assert!(same.incremental && same.current.is_some(), "the same instance again");

    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    connect_marketo(&admin, Nature::WithoutUpdatedAt.munchkin_id()).await;
    let other = status(&admin).await;
    assert!(!other.incremental && other.current.is_none() && other.next_poll_at.is_none(), "{other:?}");
    let ended: SyncRun = admin.get(&paths::sync_run(&paused)).await.json();
    assert_eq!(ended.state, SyncRunState::Cancelled);
    assert_eq!(server.audited(AuditAction::SyncCancelled).await.len(), 1);

    // Nor is a failed run continued at another instance.
    let failing = start(&admin).await;
    assert_eq!(failing.read, 0);
    until(&admin, &failing.id, |run| run.read > 0 || has_ended(run)).await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    until(&admin, &failing.id, has_ended).await;
    connect_marketo(&admin, MUNCHKIN_ID).await;
    assert_eq!(start(&admin).await.read, 0);
}

#[tokio::test]
async fn r18_another_instance_is_counted_anew() {
    let (server, admin) = server_with(PEOPLE).await;
    let count = async || admin.get(paths::FIELD_SYNC_PREVIEW).await.json::<SyncPreview>().count;
    let ana = server.administrator("ana@example.com").await;
    admin.post(paths::FIELD_SYNC_PREVIEW, &()).await;
    assert!(matches!(count().await, PreviewCount::Counting { .. }));
    let other = Nature::WithoutUpdatedAt.munchkin_id();
    let there = MarketoConnect {
        takes_over: Some(id_of(&admin, ADMIN).await),
        ..pasted(other, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET)
    };
    assert_eq!(ana.once(paths::MARKETO, &there).await.status, 200);
    assert_eq!(count().await, PreviewCount::NotCounted, "nobody counts any more");

    ana.post(paths::FIELD_SYNC_PREVIEW, &()).await;
    while !matches!(count().await, PreviewCount::Counted { .. }) {}
    let here = MarketoConnect { takes_over: Some(id_of(&admin, "ana@example.com").await), ..good() };
    assert_eq!(admin.once(paths::MARKETO, &here).await.status, 200);
    assert_eq!(count().await, PreviewCount::NotCounted, "of the other one");
    assert_eq!(start(&admin).await.expected, None);
}

#[tokio::test]
async fn r6_a_salesforce_that_does_not_answer_is_asked_once_in_a_poll() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let everyone = json!({"range": [1, PEOPLE], "field": "company", "value": "Contoso"});
    order(&server, "people/change", everyone).await;
    let broken = json!({"order": "fail", "code": "API_DISABLED_FOR_ORG", "calls": 1000});
    Salesforce::of(&server).order(broken).await;
    poll(&server, &admin).await;
    assert_eq!(runs(&admin).await[0].state, SyncRunState::Completed);
    let refusals = Salesforce::of(&server).stats().await.errors["API_DISABLED_FOR_ORG"];
    assert!(refusals <= 2, "{refusals}");
}

#[tokio::test]
async fn r7_a_run_that_goes_on_keeps_whom_a_poll_met_meanwhile() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let failing = start(&admin).await.id;
    until(&admin, &failing, |run| run.read > 0 || has_ended(run)).await;
    order(&server, "faults", json!({"code": 603, "path_contains": "export"})).await;
    let failed = ended(&admin, &failing).await;
    assert_eq!(failed.state, SyncRunState::Failed(SyncFailure::PermissionMissing));
    let everyone = json!({"range": [1, PEOPLE], "field": "company", "value": "Contoso"});
    order(&server, "people/change", everyone).await;
    poll(&server, &admin).await;
    let polled = runs(&admin).await.remove(0);
    assert_eq!((polled.kind, polled.state), (SyncKind::Incremental, SyncRunState::Completed));

    let started = start(&admin).await;
    assert_eq!(started.read, failed.read, "it goes on");
    let run = ended(&admin, &started.id).await;
    assert_eq!((run.state, run.removed), (SyncRunState::Completed, 0), "{run:?}");
    assert!(everybody(&admin).await.keys().eq(Oracle::new(PEOPLE).qualifying.keys()));
}

#[tokio::test]
async fn a_poll_that_fails_does_not_end_the_run_that_was_started_meanwhile() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    order(&server, "faults", json!({"code": 1003, "path_contains": "leadchanges"})).await;
    order(&server, "limits", json!({"latency_ms": 1_000})).await;
    let calls = || server.sandbox().marketo().stats().calls;
    let before = calls();
    server.clock.advance(Duration::from_secs(5 * 60));
    while calls() == before {
        tokio::task::yield_now().await;
    }
    let started = start(&admin).await;
    order(&server, "limits", json!({"latency_ms": 0})).await;
    Oracle::new(PEOPLE).check(&ended(&admin, &started.id).await);
    let polled = runs(&admin).await.into_iter().find(|run| run.kind == SyncKind::Incremental).unwrap();
    assert_eq!(polled.state, SyncRunState::Failed(SyncFailure::Unexpected));
}

#[tokio::test]
async fn r11_a_poll_that_was_cancelled_waits_for_the_next_one() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let everyone = json!({"range": [1, PEOPLE], "field": "company", "value": "Contoso"});
    order(&server, "people/change", everyone).await;
    order(&server, "limits", json!({"latency_ms": 20})).await;
    let before = status(&admin).await;
    server.clock.advance(Duration::from_secs(u64::from(before.polling_minutes) * 60));
    let current = loop {
        if let Some(run) = status(&admin).await.current {
            break run;
        }
    };
    let cancelled: SyncRun = admin.once(&paths::sync_run_cancel(&current.id), &()).await.json();
    assert_eq!((cancelled.kind, cancelled.state), (SyncKind::Incremental, SyncRunState::Cancelled));
    assert_ne!(status(&admin).await.next_poll_at, before.next_poll_at, "not at once");
    order(&server, "limits", json!({"latency_ms": 0})).await;

    poll(&server, &admin).await;
    let all = runs(&admin).await;
    assert_eq!((all.len(), &all[1]), (3, &cancelled), "{all:?}");
    assert!(all[0].read + cancelled.read >= u64::from(PEOPLE), "nothing is left out");
    let contoso = |person: &SyncedPerson| person.company == "Contoso";
    assert!(everybody(&admin).await.values().all(contoso));
}

#[tokio::test]
async fn a_second_run_finds_nothing_changed_and_takes_out_who_is_gone() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let oracle = Oracle::new(PEOPLE);
    let mut qualifying = oracle.qualifying.values();
    let (deleted, renamed) = (qualifying.next().unwrap(), qualifying.next().unwrap());
    order(&server, "people/delete", json!({"n": deleted.number})).await;
    let rename = json!({"n": renamed.number, "field": "lastName", "value": "Nova"});
    order(&server, "people/change", rename).await;
    let run = sync(&admin).await;
    assert_eq!((run.created, run.updated, run.removed), (0, 1, 1), "{run:?}");
    assert_eq!(run.unchanged, oracle.qualifying() - 2);
    let people = everybody(&admin).await;
    assert!(!people.contains_key(&deleted.marketo_id()));
    assert_eq!(people[&renamed.marketo_id()].last_name, "Nova");
    assert_eq!(status(&admin).await.people, people.len() as u64);
}

#[tokio::test]
async fn r12_whoever_is_left_of_people_from_long_ago_is_brought_and_stays() {
    let (server, admin) = server_with(PEOPLE).await;
    let oracle = Oracle::new(PEOPLE);
    let oldest = *oracle.qualifying.values().next().unwrap();
    // Of the following two months nobody is left.
    order(&server, "people/delete", json!({"range": [oldest.number + 1, 299]})).await;
    sync(&admin).await;
    let expected = |from: u32| {
        let left = oracle.qualifying.values().filter(move |person| person.number >= from);
        std::iter::once(oldest.marketo_id()).chain(left.map(|person| person.marketo_id()))
    };
    assert!(everybody(&admin).await.into_keys().eq(expected(300)));

    // Nor, in the end, of the following year: longer than is looked for anybody.
    order(&server, "people/delete", json!({"range": [300, 2_100]})).await;
    let change = json!({"n": oldest.number, "field": "title", "value": "Founder"});
    order(&server, "people/change", change).await;
    let run = sync(&admin).await;
    assert_eq!((run.state, run.expected), (SyncRunState::Completed, Some(run.read)), "{run:?}");
    let people = everybody(&admin).await;
    assert!(people.keys().copied().eq(expected(2_101)));
    assert_eq!(people[&oldest.marketo_id()].title, "Founder");
    check_limits(&server);
}

#[tokio::test]
async fn r18_a_preview_counts_whom_a_run_then_brings() {
    let (server, admin) = server_with(PEOPLE).await;
    let none: SyncPreview = admin.get(paths::FIELD_SYNC_PREVIEW).await.json();
    assert_eq!(none.count, PreviewCount::NotCounted);
    let begun = admin.post(paths::FIELD_SYNC_PREVIEW, &()).await;
    assert_eq!(begun.status, 202);
    assert_eq!(begun.json::<SyncPreview>().count, PreviewCount::Counting { read: 0 });
    let mut restarted = false;
    let preview = loop {
        let preview: SyncPreview = admin.get(paths::FIELD_SYNC_PREVIEW).await.json();
        match preview.count {
            PreviewCount::Counting { read } if read > 0 && !restarted => {
                restarted = true;
                let same: SyncPreview = admin.post(paths::FIELD_SYNC_PREVIEW, &()).await.json();
                assert!(matches!(same.count, PreviewCount::Counting { read: now } if now >= read));
            }
            PreviewCount::Counting { .. } => {}
            _ => break preview,
        }
    };
    let oracle = Oracle::new(PEOPLE);
    let PreviewCount::Counted { qualifying, skipped, .. } = preview.count else { panic!("{preview:?}") };
    assert_eq!(qualifying, oracle.qualifying() + oracle.invalid.len() as u64);
    assert_eq!(
        skipped.iter().map(|count| (count.reason, count.people)).collect::<BTreeMap<_, _>>(),
        oracle.skipped
    );
    assert!(preview.fields.iter().map(|field| field.field).eq(PersonField::ALL));
    let field = |name| preview.fields.iter().find(|field| field.field == name).unwrap();
    assert_eq!(field(PersonField::Email).data_type, "email");
    assert_eq!(field(PersonField::Company).marketo_name.as_deref(), Some("company"));
    assert_eq!(field(PersonField::SalesforceOpportunityId).origin, FieldOrigin::Salesforce);
    let sample: u64 = field(PersonField::MarketoId).sample.as_deref().unwrap().parse().unwrap();
    assert_eq!(field(PersonField::Email).sample, oracle.qualifying[&sample].email());
    assert_eq!(status(&admin).await.people, 0, "nobody is brought");
    assert!(runs(&admin).await.is_empty(), "and it is no run");

    let started = start(&admin).await;
    assert_eq!(started.expected, Some(u64::from(PEOPLE)));
    oracle.check(&ended(&admin, &started.id).await);
    check_limits(&server);
}

#[tokio::test]
async fn people_are_searched_filtered_and_paged() {
    let (server, admin) = server_with(PEOPLE).await;
    sync(&admin).await;
    let oracle = Oracle::new(PEOPLE);
    let one = oracle.qualifying.values().next().unwrap();
    order(&server, "people/change", json!({"n": one.number, "field": "firstName", "value": "Zoë_100%"}))
        .await;
    poll(&server, &admin).await;
    let find = |query: &str| {
        let path = format!("{}?{query}", paths::FIELD_SYNC_PEOPLE);
        let admin = &admin;
        async move { admin.get(&path).await.json::<List<SyncedPerson>>() }
    };
    let found = find("search=ZO%C3%8B_100%25").await;
    assert_eq!((found.meta.total, found.items[0].marketo_id), (1, one.marketo_id()));
    assert_eq!(find("outcome=updated").await.items, found.items);
    assert_eq!(find("outcome=updated&search=nobody").await.meta.total, 0);
    let all = find("search=example&limit=7").await;
    assert_eq!((all.items.len(), all.meta.total), (7, oracle.qualifying()));
    let cursor = all.meta.next_cursor.unwrap();
    let next = find(&format!("search=example&limit=7&cursor={cursor}")).await;
    assert!(next.items[0].marketo_id > all.items[6].marketo_id && next.meta.total == all.meta.total);
    for bad in ["cursor=x", "outcome=lost"] {
        let answer = admin.get(&format!("{}?{bad}", paths::FIELD_SYNC_PEOPLE)).await;
        assert_eq!(answer.code(), ProblemCode::BadRequest, "{bad}");
    }
}

#[tokio::test]
async fn a_sync_needs_what_comes_before_it_and_says_so() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let needed = SetupStepId::StartSync.needs();
    assert_eq!(status(&admin).await.blocked_by, needed);
    let anyway = SyncStart { out_of_order: true };
    for answer in [
        admin.once(paths::FIELD_SYNC_RUNS, &()).await,
        admin.post(paths::FIELD_SYNC_PREVIEW, &()).await,
        // Without a connection no people can be read, whatever is confirmed.
        admin.once(paths::FIELD_SYNC_RUNS, &anyway).await,
    ] {
        let problem = answer.problem();
        assert_eq!((problem.code, problem.missing.as_slice()), (ProblemCode::StepBlocked, needed));
    }
    connect_marketo(&admin, MUNCHKIN_ID).await;
    assert_eq!(status(&admin).await.blocked_by, needed[..3]);
    let refused = admin.once(paths::FIELD_SYNC_RUNS, &SyncStart::default()).await.problem();
    assert_eq!(refused.missing, needed[..3]);
    assert_eq!(admin.once(paths::FIELD_SYNC_RUNS, &anyway).await.status, 201);
    let noted = server.audited(AuditAction::StepOutOfOrder).await;
    assert_eq!(noted[0].subject, "start_sync: actions_enabled, marketo_salesforce_sync, connect_salesforce");
}

#[tokio::test]
async fn what_must_be_so_before_the_first_sync_is_not_asked_for_again() {
    let (_server, admin) = server_with(100).await;
    sync(&admin).await;
    for id in PrerequisiteId::ALL {
        admin.put(&paths::prerequisite(id), &Tick::default()).await;
    }
    assert_eq!(status(&admin).await.blocked_by, []);
    start(&admin).await;
}

#[tokio::test]
async fn how_often_changes_are_asked_for_can_be_set_within_bounds() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(status(&admin).await.polling_minutes, 5);
    let set = |minutes| FieldSyncSettings { polling_minutes: minutes };
    for minutes in [0, 1_441] {
        let problem = admin.patch_at("*", paths::FIELD_SYNC, &set(minutes)).await.problem();
        let expected = (ProblemCode::InvalidField, Some("polling_minutes"));
        assert_eq!((problem.code, problem.field.as_deref()), expected);
    }
    let before = status(&admin).await.version;
    let changed: FieldSync =
        admin.patch_at(&format!("\"{before}\""), paths::FIELD_SYNC, &set(30)).await.json();
    assert_eq!(changed.polling_minutes, 30);
    assert_eq!(status(&admin).await, changed);
    assert_eq!(admin.patch(paths::FIELD_SYNC, &set(5)).await.code(), ProblemCode::VersionMissing);
    let late = admin.patch_at(&format!("\"{before}\""), paths::FIELD_SYNC, &set(5)).await;
    assert_eq!(late.code(), ProblemCode::Stale, "u3: an undo does not go over what somebody else has set");
    assert_eq!(status(&admin).await, changed);
    for path in ["/field-sync/runs/none", "/field-sync/runs/none/problems"] {
        assert_eq!(admin.get(path).await.code(), ProblemCode::NotFound);
    }
    assert_eq!(admin.once("/field-sync/runs/none/pause", &()).await.code(), ProblemCode::NotFound);
}
