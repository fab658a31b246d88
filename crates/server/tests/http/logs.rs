//! The log of the operator: who, from where, what; and nothing that tells more of people than their ids.

use api_types::{ProblemCode, Session, headers, paths};
use serde_json::{Value, json};

use crate::harness::{ADMIN, Answer, Client};
use crate::restart::Process;

/// The lines of a log with a message.
fn lines(log: &str, message: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    lines.filter(|line| line["message"] == message).collect()
}

/// The lines of the request that was answered so.
fn of(lines: &[Value], answer: &Answer) -> Value {
    let id = answer.header(headers::REQUEST_ID).unwrap();
    lines.iter().find(|line| line["request_id"] == id).unwrap_or_else(|| panic!("{id}: {lines:?}")).clone()
}

async fn me(client: &Client) -> String {
    client.get(paths::SESSION).await.json::<Session>().user.id.to_string()
}

#[tokio::test]
async fn a26_requests_refusals_and_events_are_lines_with_network_and_person() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path());
    let admin = server.admin().await;
    let id = me(&admin).await;
    let anyone = Client::new(&server.base);
    let answers = [
        admin.get(paths::USERS).await,
        anyone.get(paths::USERS).await,
        admin.post("/users/nobody/deactivate", &json!({})).await,
    ];
    let team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await;
    assert_eq!(team.status, 201, "{}", team.text());
    let log = server.kill();
    let requests = lines(&log, "request");
    for (answer, status, person) in
        [(&answers[0], 200, json!(id)), (&answers[1], 401, Value::Null), (&answers[2], 404, json!(id))]
    {
        let line = of(&requests, answer);
        assert_eq!((&line["status"], &line["person"]), (&json!(status), &person), "{line}");
        assert_eq!(line["network"], "127.0.0.0/24", "{line}");
        assert!(line["timestamp"].is_string() && line["route"].is_string() && line["method"].is_string());
    }
    // Without who it is by name, and without what it is called.
    let event = of(&lines(&log, "audit"), &team);
    assert_eq!((&event["action"], &event["actor_id"]), (&json!("team_created"), &json!(id)), "{event}");
    assert_eq!(event["actor_kind"], "person", "{event}");
    for personal in [ADMIN, "Nordics", "127.0.0.1\""] {
        assert!(!log.contains(personal), "{personal}");
    }
}

#[tokio::test]
async fn a26_whoever_is_refused_a_right_is_in_the_log() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path());
    let admin = server.admin().await;
    admin.invite(&[crate::harness::row(2, "ana@example.com")]).await;
    let mut ana = Client::new(&server.base);
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    let id = me(&ana).await;
    let refused = ana.get(paths::USERS).await;
    assert_eq!(refused.code(), ProblemCode::Forbidden);
    let line = of(&lines(&server.kill(), "request"), &refused);
    let told = [&line["status"], &line["route"], &line["person"], &line["method"]];
    assert_eq!(told, [&json!(403), &json!("/api/v1/users"), &json!(id), &json!("GET")], "{line}");
}

#[tokio::test]
async fn a26_refused_sign_ins_are_logged_by_a_word_for_the_address() {
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path());
    server.admin().await;
    let anyone = Client::new(&server.base);
    let mut answers = Vec::new();
    for email in [ADMIN, "nobody@example.com", "Nobody@Example.com"] {
        answers.push(anyone.try_password(email, "wrong wrong wrong").await);
    }
    while answers.last().is_some_and(|answer| answer.code() != ProblemCode::LockedOut) {
        answers.push(anyone.try_password("nobody@example.com", "wrong wrong wrong").await);
    }
    let log = server.kill();
    let refusals = lines(&log, "a sign-in was refused");
    assert_eq!(refusals.len(), answers.len());
    let told: Vec<_> = answers.iter().map(|answer| of(&refusals, answer)).collect();
    for (line, answer) in told.iter().zip(&answers) {
        assert_eq!((&line["method"], &line["reason"]), (&json!("password"), &json!(answer.code().as_str())));
    }
    assert_ne!(told[0]["address"], told[1]["address"]);
    assert_eq!(told[1]["address"], told[2]["address"], "one address, however it is written");
    assert_eq!(told.last().unwrap()["reason"], "locked_out");
    assert!(!log.to_lowercase().contains("nobody") && !log.contains(ADMIN) && !log.contains("wrong wrong"));
}
