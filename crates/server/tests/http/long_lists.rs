//! P7 for the lists that grow long, printed. Times depend on the machine, so nothing here fails for being slow.

use std::path::Path;
use std::time::{Duration, Instant};

use api_types::{AuditEvent, List, MarketoAdmin, SyncProblem, SyncedPerson, User, paths};
use serde::de::DeserializeOwned;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _};

use crate::harness::{Client, Server};
use crate::performance::report;
use crate::postgres;

/// How often each query is repeated.
const TIMES: usize = 7;
/// Numbers below a count, as `SELECT value FROM numbers`.
const NUMBERS: &str = "WITH RECURSIVE numbers (value) AS
    (SELECT 0 UNION ALL SELECT value + 1 FROM numbers WHERE value + 1 < $1)";

async fn server() -> (Server, Client) {
    let server = Server::start_with(|config| config.account.seats = Some(1_000_000)).await;
    let admin = server.admin().await;
    (server, admin)
}

/// A connection past the server, to fill tables.
pub(crate) async fn database(server: &Server) -> AnyConnection {
    database_in(server.data()).await
}

/// The same for the server with this data folder.
pub(crate) async fn database_in(data: &Path) -> AnyConnection {
    match postgres::database_of(data) {
        Some(url) => database_at(&url).await,
        None => file_in(data).await,
    }
}

/// The same for the file in a data folder.
pub(crate) async fn file_in(data: &Path) -> AnyConnection {
    let mut database = database_at(&format!("sqlite://{}", data.join("msi.sqlite3").display())).await;
    let patience = "PRAGMA synchronous = OFF; PRAGMA busy_timeout = 60000; PRAGMA foreign_keys = ON";
    sqlx::raw_sql(patience).execute(&mut database).await.expect("the settings of a connection");
    database
}

pub(crate) async fn database_at(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.expect("the server's database")
}

/// Keeps the server from writing, until it is rolled back or dropped.
pub(crate) async fn hold(server: &Server) -> AnyConnection {
    let mut database = database(server).await;
    let begin = match server.place().database {
        None => "BEGIN IMMEDIATE",
        // The lock of whoever writes.
        Some(_) => "BEGIN; SELECT pg_advisory_xact_lock(1836280064)",
    };
    sqlx::raw_sql(begin).execute(&mut database).await.expect("the only writer");
    database
}

/// Runs a statement once for the numbers below `count`.
pub(crate) async fn fill(database: &mut AnyConnection, count: u32, statement: &str) {
    let statement = format!("{NUMBERS} {statement}");
    sqlx::query(AssertSqlSafe(statement)).bind(i64::from(count)).execute(&mut *database).await.expect("rows");
    if database.backend_name() == "PostgreSQL" {
        // As it does by itself, sooner or later.
        sqlx::raw_sql("ANALYZE").execute(database).await.expect("statistics");
    }
}

/// Requests the first page and the next, and prints how long the server took.
async fn ask<T: DeserializeOwned>(admin: &Client, list: &str, path: &str, query: &str) {
    let (took, page) = time::<T>(admin, &format!("{path}?{query}")).await;
    let question = if query.is_empty() { "first page" } else { query };
    report(&format!("P7 {list}: {question} ({} found): {took}", page.meta.total));
    if let Some(cursor) = page.meta.next_cursor {
        let (took, _) = time::<T>(admin, &format!("{path}?{query}&cursor={cursor}")).await;
        report(&format!("P7 {list}: {question}, next page: {took}"));
    }
}

/// Requests the page behind a place far down the list, and prints how long the server took.
async fn ask_behind<T: DeserializeOwned>(admin: &Client, list: &str, path: &str, query: &str, place: &str) {
    let first: List<T> = admin.get(&format!("{path}?{query}&limit=1")).await.json();
    let next = first.meta.next_cursor.unwrap();
    let (seal, _) = next.split_once('.').unwrap();
    let (took, page) = time::<T>(admin, &format!("{path}?{query}&cursor={seal}.{place}")).await;
    let found = page.meta.total;
    report(&format!("P7 {list}: {query} behind {place} ({found} found): {took}"));
}

/// Pages through a list, and prints how long the slowest page took.
async fn page_through<T: DeserializeOwned>(admin: &Client, list: &str, path: &str) {
    let (mut cursor, mut pages, mut slowest) = (String::new(), 0_u32, Duration::ZERO);
    loop {
        let started = Instant::now();
        let page: List<T> = admin.get(&format!("{path}?limit=200{cursor}")).await.json();
        slowest = slowest.max(started.elapsed());
        pages += 1;
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    report(&format!("P7 {list}: slowest of {pages} pages: {}", milliseconds(slowest)));
}

/// The median and the best response time: on a busy machine, the best says more about the server.
async fn time<T: DeserializeOwned>(admin: &Client, path: &str) -> (String, List<T>) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..TIMES {
        let started = Instant::now();
        let answer = admin.get_at_once(path).await;
        times.push(started.elapsed());
        last = Some(answer.json());
    }
    (middle_and_best(times), last.expect("an answer"))
}

fn middle_and_best(mut times: Vec<Duration>) -> String {
    times.sort_unstable();
    format!("{}, at best {}", milliseconds(times[times.len() / 2]), milliseconds(times[0]))
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

const ALL_USERS: [&str; 20] = [
    "",
    "sort=name&order=descending",
    "sort=email",
    "sort=status",
    "sort=role",
    "sort=last_sign_in&order=descending",
    "search=p99999",
    "search=nobody",
    "search=example",
    "search=zq",
    "search=e",
    "search=example&sort=email&order=descending",
    "search=nobody&sort=email",
    "search=nobody&sort=last_sign_in",
    "search=nobody&role=user",
    "status=invited",
    "status=expired",
    "status=deactivated",
    "role=admin",
    "role=user&status=active&search=p9999",
];

/// That many members, in addition to the existing ones.
pub(crate) async fn many_people(database: &mut AnyConnection, count: u32) {
    fill(
        database,
        count,
        "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
             is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
         SELECT '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             'p' || value || '@example.com', 'p' || value || '@example.com', 'Given ' || (value % 977), 'Family',
             'given ' || (value % 977) || ' family',
             'given ' || (value % 977) || ' family p' || value || '@example.com', 'user', 0, 0, w.number,
             CASE WHEN value % 1000 = 0 THEN 'deactivated' ELSE 'active' END, value, 1, 0
           FROM numbers, accounts a JOIN workspaces w ON w.account_id = a.id AND w.is_default = 1",
    )
    .await;
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_a_hundred_thousand_users() {
    let (server, admin) = server().await;
    let mut database = database(&server).await;
    many_people(&mut database, 100_000).await;
    fill(
        &mut database,
        100_000,
        "INSERT INTO team_members (team_id, user_number)
         SELECT t.id, u.number FROM numbers CROSS JOIN teams t
           JOIN users u ON u.id = '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2)
          WHERE t.name = 'Inside Sales' OR t.name = 'EMEA Sales' AND value % 5000 = 0",
    )
    .await;
    let (everyone, small, large): (String, String, String) = sqlx::query_as(
        "SELECT MAX(id) FILTER (WHERE is_everyone = 1), MAX(id) FILTER (WHERE name = 'EMEA Sales'),
                MAX(id) FILTER (WHERE name = 'Inside Sales') FROM teams",
    )
    .fetch_one(&mut database)
    .await
    .expect("teams");
    for (list, path) in [
        ("100,000 users", paths::USERS.to_owned()),
        ("Everyone, 100,000 members", format!("/teams/{everyone}/members")),
        ("a team of 100,000 members", format!("/teams/{large}/members")),
        ("a team of 20 members", format!("/teams/{small}/members")),
    ] {
        for query in ALL_USERS {
            ask::<User>(&admin, list, &path, query).await;
        }
        page_through::<User>(&admin, list, &path).await;
    }
    let (took, _) = time::<api_types::Team>(&admin, paths::TEAMS).await;
    report(&format!("P7 teams with 100,000 members: {took}"));
    for query in ["", "search=nobody", "search=a"] {
        ask::<MarketoAdmin>(&admin, "Marketo admins beside 100,000 users", paths::MARKETO_ADMINS, query)
            .await;
    }
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_three_hundred_thousand_synced_people() {
    let (server, admin) = server().await;
    let mut database = database(&server).await;
    let started = Instant::now();
    fill(
        &mut database,
        300_000,
        "INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title, phone_number,
             linkedin_url, source, search_text, fingerprint, outcome, pass_id, synced_at)
         SELECT a.id, 100000 + value, 'Given' || (value % 977), 'Family' || (value % 1213),
             'given.family.' || value || '@company' || (value / 6) || '.example', 'Company ' || (value / 6),
             'Chief Executive Officer', '+1 555 010 1234', '', 'Web form',
             'given' || (value % 977) || ' family' || (value % 1213) || ' given.family.' || value || '@company' ||
             (value / 6) || '.example', value, CASE WHEN value % 3000 = 0 THEN 'updated' ELSE 'created' END, 'pass', 0
           FROM numbers, accounts a",
    )
    .await;
    fill(
        &mut database,
        300_000,
        "INSERT INTO sync_problems (pass_id, position, record, account_id, marketo_id, email, code)
         SELECT 'pass', value / 20000, value, a.id, value, 'not an address', 'email_invalid' FROM numbers, accounts a",
    )
    .await;
    fill(
        &mut database,
        1,
        "INSERT INTO sync_runs (id, account_id, kind, state, pass_id, started_at, ended_at, created, updated, unchanged,
             not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed, removed)
         SELECT '01900000-0000-7000-8000-000000000001', a.id, 'full', 'completed', 'pass', 0, 0, 300000, 0, 0, 0, 0, 0,
             0, 300000, 0 FROM accounts a",
    )
    .await;
    fill(
        &mut database,
        1,
        "INSERT INTO field_syncs (account_id, polling_minutes, people) SELECT id, 5, 300000 FROM accounts",
    )
    .await;
    report(&format!("filled in {}", milliseconds(started.elapsed())));
    let (list, path) = ("300,000 synced people", paths::FIELD_SYNC_PEOPLE);
    for query in [
        "",
        "search=nobody",
        "search=example",
        "search=zq",
        "search=e",
        "search=given9",
        "search=family.299999@",
        "search=given.family.300001@company50001.example",
        "outcome=created",
        "outcome=updated",
        "outcome=unchanged",
        "outcome=updated&search=example",
        "outcome=created&search=nobody",
        "outcome=created&search=example",
        "outcome=created&search=zq",
    ] {
        ask::<SyncedPerson>(&admin, list, path, query).await;
    }
    for (query, place) in [("", "399950"), ("", "250000"), ("search=example", "399950")] {
        ask_behind::<SyncedPerson>(&admin, list, path, query, place).await;
    }
    page_through::<SyncedPerson>(&admin, list, path).await;
    let path = "/field-sync/runs/01900000-0000-7000-8000-000000000001/problems";
    ask::<SyncProblem>(&admin, "300,000 problems of a run", path, "").await;
    ask_behind::<SyncProblem>(&admin, "300,000 problems of a run", path, "", "14.299950").await;
    for path in [paths::FIELD_SYNC, paths::SETUP_GUIDE] {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let started = Instant::now();
            assert_eq!(admin.get_at_once(path).await.status, 200);
            times.push(started.elapsed());
        }
        report(&format!("P7 {path} beside 300,000 synced people: {}", middle_and_best(times)));
    }
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_a_million_events() {
    let (server, admin) = server().await;
    let mut database = database(&server).await;
    let started = Instant::now();
    // One each second, from the first of January 2024 on.
    fill(
        &mut database,
        1_000_000,
        "INSERT INTO audit_events (id, account_id, at, actor_kind, actor, action, subject, search_text, request_id,
             place, number)
         SELECT '01800000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             1704067200000 + value * 1000, 'person', 'Ana García',
             CASE WHEN value % 50000 = 0 THEN 'sync_started' WHEN value % 2 = 0 THEN 'role_changed' ELSE 'signed_in' END,
             'person.' || value || '@company' || (value % 977) || '.example',
             'ana garcía person.' || value || '@company' || (value % 977) || '.example', '',
             (1704067200000 + value * 1000) * 1048576, 1000 + value FROM numbers, accounts a",
    )
    .await;
    report(&format!("filled in {}", milliseconds(started.elapsed())));
    let (list, path) = ("1,000,000 events", paths::AUDIT_EVENTS);
    for query in [
        "",
        "search=nobody",
        "search=example",
        "search=garc%C3%ADa",
        "search=zq",
        "search=a",
        "search=an",
        "search=person.999999@",
        "search=person.1000001@company1000.example",
        "search=company976.example",
        "action=sync_started",
        "action=role_changed",
        "action=team_deleted",
        "action=sync_started&search=example",
        "action=role_changed&search=nobody",
        "action=role_changed&search=example",
        "action=role_changed&search=person.999999@",
        "action=role_changed&search=zq",
        "from=2024-01-05T00:00:00Z",
        "from=2024-01-05T00:00:00Z&until=2024-01-05T00:10:00Z",
        "until=2024-01-01T00:01:00Z",
        "until=2024-01-01T00:01:00Z&search=example",
        "until=2024-01-01T00:01:00Z&action=sync_started",
        "from=2030-01-01T00:00:00Z",
    ] {
        ask::<AuditEvent>(&admin, list, path, query).await;
    }
    // Twenty events from the end.
    let last = ((1_704_067_200_000_i64 + 20_000) << 20).to_string();
    for query in ["", "search=example"] {
        ask_behind::<AuditEvent>(&admin, list, path, query, &last).await;
    }
    page_through::<AuditEvent>(&admin, list, path).await;
}
