//! A disk that cannot be written to, and then can again.
//!
//! The process's file size limit simulates it: it fails every write of the real server, needs no privileges, and can be
//! lifted again.

use api_types::embed::{CreatedApiKey, EmbedSession};
use api_types::{
    CheckState, List, ProblemCode, Readiness, SalesforceConnections, Session, Team, User, paths,
};
use reqwest::Method;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::harness::{ADMIN, Client, PASSWORD, row, send};
use crate::postgres::is_not_for;
use crate::restart::Process;
use crate::salesforce_browser::Salesforce;

impl Process {
    fn limit_files(&self, current: Option<u64>) {
        let pid = Pid::from_raw(i32::try_from(self.id()).expect("a process id"));
        prlimit(pid, Resource::Fsize, Rlimit { current, maximum: None })
            .expect("a limit of one's own process");
    }
}

#[tokio::test]
async fn r21_with_a_full_disk_people_sign_in_and_read_and_writing_resumes_with_room() {
    if is_not_for("its disk is another one") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let mut ana = row(2, "ana@example.com");
    ana.role = Some("admin".to_owned());
    admin.invite(&[ana]).await;
    let mut ana = admin.at(&process.base);
    ana.cookie = None;
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;

    process.limit_files(Some(0));
    for name in ["one", "two", "three"] {
        let problem = admin.once(paths::TEAMS, &json!({"name": name})).await.problem();
        assert_eq!(problem.code, ProblemCode::NotStored);
        assert!(problem.retry_after.is_some());
    }
    let ready = admin.get_bare(paths::READYZ).await;
    let seen: Readiness = serde_json::from_slice(&ready.body).unwrap();
    assert_eq!((ready.status.as_u16(), seen.writer), (503, CheckState::Failing));
    let users: List<User> = admin.get(paths::USERS).await.json();
    assert_eq!(users.items.len(), 2);
    let mut late = ana.clone();
    late.cookie = None;
    assert_eq!(late.sign_in("ana@example.com", "a wrong one").await.code(), ProblemCode::WrongCredentials);
    assert_eq!(late.sign_in("nobody@example.com", PASSWORD).await.code(), ProblemCode::WrongCredentials);
    assert_eq!(late.sign_in("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(late.get(paths::SESSION).await.json::<Session>().user.email, "ana@example.com");
    assert_eq!(late.get(paths::USERS).await.status, 200);
    assert_eq!(late.once(paths::TEAMS, &json!({"name": "four"})).await.code(), ProblemCode::NotStored);

    // A session that is stored, and one that is not.
    for person in [&ana, &late] {
        let answer = person.delete(paths::SESSION).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
        assert_eq!(person.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    }
    assert_eq!(late.sign_in("ana@example.com", PASSWORD).await.status, 200);

    process.limit_files(None);
    // The connection of the transactions that failed is replaced.
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "five"})).await.json();
    assert_eq!(team.name, "five");
    assert_eq!(late.once(paths::TEAMS, &json!({"name": "six"})).await.status, 201);
    assert_eq!(late.delete(paths::SESSION).await.status, 204);
    assert_eq!(late.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    process.kill();
}

#[tokio::test]
async fn s2_r21_with_a_full_disk_no_refresh_token_is_replaced() {
    if is_not_for("its disk is another one") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    admin.reconnect_salesforce(&process.base, ADMIN).await;
    let salesforce = Salesforce::with_data_in(data.path());
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    process.limit_files(Some(0));
    for _ in 0..2 {
        assert_eq!(admin.once(paths::SALESFORCE_CHECK, &json!({})).await.code(), ProblemCode::NotStored);
    }
    process.limit_files(None);
    assert_eq!(salesforce.stats().await.refreshes, 0);
    let connections: SalesforceConnections = admin.post(paths::SALESFORCE_CHECK, &json!({})).await.json();
    assert!(connections.own.expect("a connection").last_check.passed());
    process.kill();
}

#[tokio::test]
async fn r21_writing_resumes_once_nobody_reads_what_took_the_last_room() {
    if is_not_for("its log is another one") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_with(data.path(), &["--teams", "1000"]);
    let admin = process.admin().await;
    let file = data.path().join("msi.sqlite3");
    // What is written after this was read stays in the log.
    let mut reader = SqliteConnectOptions::new().filename(&file).read_only(true).connect().await.unwrap();
    sqlx::raw_sql("BEGIN; SELECT COUNT(*) FROM users").execute(&mut reader).await.unwrap();
    // There is room for what the file needs, and soon none for the log. It is too short for SQLite to begin it anew by itself.
    process.limit_files(Some(file.metadata().unwrap().len() + 1024 * 1024));
    let mut team = 0;
    let refused = loop {
        team += 1;
        let answer = admin.once(paths::TEAMS, &json!({"name": format!("Team {team}")})).await;
        if answer.status != 201 {
            break answer;
        }
    };
    assert_eq!(refused.code(), ProblemCode::NotStored);
    assert!(team > 1, "there was room for some");
    let log = data.path().join("msi.sqlite3-wal").metadata().unwrap().len();
    assert!(log < 4 * 1024 * 1024, "{log}");

    reader.close().await.unwrap();
    // The server reads by itself, too, and may do so at this moment.
    let mut attempts = 0;
    while admin.once(paths::TEAMS, &json!({"name": "Afterwards"})).await.status != 201 {
        attempts += 1;
        assert!(attempts < 1_000, "writing does not resume");
    }
    process.limit_files(None);
    process.kill();
}

#[tokio::test]
async fn r21_with_a_full_disk_keys_read_and_panels_open() {
    if is_not_for("its disk is another one") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let key = |kind: &str, more: Value| {
        let mut key = json!({"name": kind, "kind": kind, "origins": [], "flows": [], "role": "admin"});
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    };
    let host = key("host", json!({"origins": ["https://crm.example.com"], "flows": ["users"]}));
    let host: CreatedApiKey = admin.post(paths::API_KEYS, &host).await.json();
    let command_line = key("command_line", json!({}));
    let command_line: CreatedApiKey = admin.post(paths::API_KEYS, &command_line).await.json();
    let by = |secret: &str, method: Method, path: &str| {
        let anyone = Client::new(&process.base);
        anyone.bare(method, &format!("{}{path}", paths::BASE)).bearer_auth(secret)
    };

    process.limit_files(Some(0));
    let read = send(by(&command_line.secret, Method::GET, paths::ACCOUNT)).await;
    assert_eq!(read.status, 200, "{}", read.text());
    let wanted = json!({"user": ADMIN, "origin": "https://crm.example.com", "flow": "users"});
    let opened = send(by(&host.secret, Method::POST, paths::EMBED_SESSIONS).json(&wanted)).await;
    assert_eq!(opened.status, 201, "{}", opened.text());
    let token = opened.json::<EmbedSession>().token;
    let session: Session = send(by(&token, Method::GET, paths::SESSION)).await.json();
    assert_eq!(session.embed.map(|scope| scope.origin).as_deref(), Some("https://crm.example.com"));
    assert_eq!(send(by(&token, Method::GET, paths::USERS)).await.status, 200);

    process.limit_files(None);
    assert_eq!(admin.delete(&paths::api_key(&host.key.id)).await.status, 204);
    let ended = send(by(&token, Method::GET, paths::USERS)).await.code();
    assert_eq!(ended, ProblemCode::ApiKeyRevoked, "its limits hold for a panel that is stored nowhere");
    process.kill();
}
