//! A20: what outlives a session is done only within minutes after a proof of who its owner is.

use std::time::Duration;

use api_types::embed::PanelFlow;
use api_types::{
    AuditAction, MemberAction, MemberChangeBatch, NewRow, ProblemCode, ProofAsked, ProofWay, Role, User,
    headers, paths,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::all_endpoints;

use crate::embedding::{Panel, make, new_key};
use crate::harness::{ADMIN, Answer, Client, PASSWORD, Server, csv, key, row, send};
use crate::long_lists::database;
use crate::marketo::id_of;

const ANA: &str = "ana@example.com";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);

async fn prove(client: &Client, proof: Value) -> Answer {
    client.post(paths::SESSION_PROOF, &proof).await
}

async fn asked(client: &Client) -> ProofAsked {
    client.get(paths::SESSION_PROOF).await.json()
}

fn is_refused(answer: &Answer) -> bool {
    !answer.status.is_success() && answer.code() == ProblemCode::ProofNeeded
}

/// An administrator with a password, whose session has no fresh proof.
async fn with_old_proof(server: &Server) -> Client {
    let ana = server.administrator(ANA).await;
    server.clock.advance(FIVE_MINUTES);
    ana
}

#[tokio::test]
async fn a20_every_endpoint_of_the_table_needs_a_proof_of_the_last_five_minutes() {
    let server = Server::start().await;
    let ana = with_old_proof(&server).await;
    let ask = async |client: &Client, endpoint: &server::endpoints::Endpoint| {
        let path = endpoint.path.replace("{id}", NOBODY);
        send(client.request(endpoint.method.clone(), &path).header(headers::IDEMPOTENCY_KEY, key())).await
    };
    let mut proven = Vec::new();
    for endpoint in all_endpoints() {
        // It signs out.
        if endpoint.path == paths::SESSION {
            continue;
        }
        let answer = ask(&ana, &endpoint).await;
        assert_eq!(
            is_refused(&answer),
            endpoint.rules.needs_proof(),
            "{} {}",
            endpoint.method,
            endpoint.path
        );
        proven.extend(endpoint.rules.needs_proof().then_some(endpoint));
    }
    let named: Vec<_> =
        proven.iter().map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).collect();
    assert_eq!(
        named,
        [
            "DELETE /profile/sessions",
            "DELETE /sessions/{id}",
            "PATCH /account",
            "POST /api-keys",
            "DELETE /users/{id}/sessions",
            "POST /integration/secret/reveal",
            "POST /connections/marketo",
            "DELETE /connections/marketo",
            "DELETE /connections/salesforce",
            "POST /connections/salesforce/flows",
        ]
    );
    assert_eq!(prove(&ana, json!({"password": PASSWORD})).await.status, 204);
    for endpoint in &proven {
        assert!(!is_refused(&ask(&ana, endpoint).await), "{} {}", endpoint.method, endpoint.path);
    }
    server.clock.advance(FIVE_MINUTES);
    for endpoint in &proven {
        assert!(is_refused(&ask(&ana, endpoint).await), "{} {}", endpoint.method, endpoint.path);
    }
}

#[tokio::test]
async fn a20_the_sign_in_is_a_proof_of_its_own_session_alone() {
    let server = Server::start().await;
    let ana = with_old_proof(&server).await;
    let mut again = server.anyone();
    again.sign_in(ANA, PASSWORD).await;
    assert!(asked(&again).await.is_fresh);
    assert!(!asked(&ana).await.is_fresh);
    assert_eq!(prove(&ana, json!({"password": PASSWORD})).await.status, 204);
    server.clock.advance(FIVE_MINUTES - Duration::from_secs(1));
    assert_eq!(
        asked(&ana).await,
        ProofAsked { way: ProofWay::Password, email: ANA.to_owned(), is_fresh: true }
    );
    server.clock.advance(Duration::from_secs(1));
    assert!(!asked(&ana).await.is_fresh);
}

#[tokio::test]
async fn a20_nobody_is_made_an_administrator_without_a_proof() {
    let server = Server::start().await;
    let first = server.admin().await;
    server.member("max@example.com").await;
    server.administrator("eva@example.com").await;
    let mut of_admins = csv(1);
    of_admins.options.role = Role::Admin;
    first.send_batch(&of_admins, &[row(2, "zoe@example.com")]).await;
    let (max, eva, zoe) = (
        id_of(&first, "max@example.com").await,
        id_of(&first, "eva@example.com").await,
        id_of(&first, "zoe@example.com").await,
    );
    let zoe: User = first.get(&paths::user(&zoe)).await.json();
    let invitation = zoe.invitation.expect("an invitation").id;
    let away = first.request(Method::POST, &format!("{}/deactivate", paths::user(&eva)));
    assert_eq!(send(away.header("if-match", "*")).await.status, 200);
    let ana = with_old_proof(&server).await;

    // By a file: rows may name another role than the batch.
    let mixed = ana.open_batch(&csv(1)).await.id;
    let named = NewRow { role: Some("Admin".to_owned()), ..row(2, "kim@example.com") };
    ana.add(&mixed, 0, &[named]).await;
    let change = async |role: &str, email: &str| {
        let file = json!({"action": MemberAction::Update, "expected_rows": 1});
        let batch: MemberChangeBatch = ana.once(paths::MEMBER_CHANGES, &file).await.json();
        let rows = json!([{"row": 2, "email": email, "role": role}]);
        let chunk = json!({"index": 0, "rows": rows});
        assert_eq!(ana.once(&paths::member_change_chunks(&batch.id), &chunk).await.status, 200);
        batch.id
    };
    let members = change("Admin", "max@example.com").await;

    let changed = |id: &api_types::UserId, role: &str| {
        ana.request(Method::PATCH, &paths::user(id)).header("if-match", "*").json(&json!({"role": role}))
    };
    let keyed = |path: &str, body: Value| {
        ana.request(Method::POST, path).header(headers::IDEMPOTENCY_KEY, key()).json(&body)
    };
    let attempts = [
        ("role", changed(&max, "admin")),
        (
            "back",
            ana.request(Method::POST, &format!("{}/reactivate", paths::user(&eva))).header("if-match", "*"),
        ),
        ("batch", keyed(paths::BATCHES, serde_json::to_value(&of_admins).unwrap())),
        ("rows", keyed(&paths::batch_seal(&mixed), json!(null))),
        ("resent", keyed(&paths::invitation_resend(&invitation), json!({}))),
        ("elsewhere", keyed(&paths::invitation_resend(&invitation), json!({"email": "x@evil.example"}))),
        ("link", ana.request(Method::POST, &paths::invitation_link(&invitation))),
        ("members", keyed(&paths::member_change_apply(&members), json!(null))),
    ];
    for (what, request) in &attempts {
        let answer = send(request.try_clone().expect("a body")).await;
        assert!(is_refused(&answer), "{what}: {}", answer.text());
    }
    let plain = change("User", "max@example.com").await;
    for (what, request) in [
        ("a name", ana.request(Method::PATCH, &paths::user(&max)).json(&json!({"first_name": "Maxi"}))),
        ("nothing", keyed(&paths::member_change_apply(&plain), json!(null))),
        ("users", keyed(paths::BATCHES, serde_json::to_value(csv(1)).unwrap())),
    ] {
        let answer = send(request.header("if-match", "*")).await;
        assert!(answer.status.is_success(), "{what}: {}", answer.text());
    }
    assert_eq!(prove(&ana, json!({"password": PASSWORD})).await.status, 204);
    for (what, request) in attempts {
        let answer = send(request).await;
        assert!(
            answer.status.is_success() || answer.code() == ProblemCode::MailLimit,
            "{what}: {}",
            answer.text()
        );
    }
}

#[tokio::test]
async fn a20_a_session_alone_sets_no_password() {
    let server = Server::start().await;
    let first = server.admin().await;
    server.clock.advance(FIVE_MINUTES);
    let set = async || first.put(paths::PROFILE_PASSWORD, &json!({"new": "a password of nobody"})).await;
    assert!(is_refused(&set().await));
    assert_eq!(asked(&first).await.way, ProofWay::Code);
    assert_eq!(first.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    let code = code_of(&first, 1).await;
    assert_eq!(prove(&first, json!({"code": code})).await.status, 204);
    assert_eq!(set().await.status, 204);
}

/// The code of the latest of so many mails to the first administrator.
async fn code_of(client: &Client, mails: usize) -> String {
    let mail = client.mails_to(ADMIN, mails).await.remove(0);
    let is_code = |line: &&str| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_digit());
    mail.text.lines().find(is_code).expect("a code").to_owned()
}

#[tokio::test]
async fn a20_a_mailed_code_works_once_for_its_session_and_for_ten_minutes() {
    let server = Server::start().await;
    let (first, other) = (server.admin().await, server.admin().await);
    let send_code = async || assert_eq!(first.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    let refused = async |client: &Client, code: &str| {
        let answer = prove(client, json!({"code": code})).await.problem();
        assert_eq!((answer.code, answer.field.as_deref()), (ProblemCode::InvalidField, Some("code")));
    };
    send_code().await;
    let code = code_of(&first, 1).await;
    refused(&other, &code).await;
    send_code().await;
    server.clock.advance(Duration::from_secs(9 * 60));
    assert_eq!(first.mail_count().await, 1, "no second one at once");
    let grouped = format!("{} {}", &code[..4], &code[4..]);
    assert_eq!(prove(&first, json!({"code": grouped})).await.status, 204);
    refused(&first, &code).await;

    send_code().await;
    let second = code_of(&first, 2).await;
    assert_ne!(second, code);
    server.clock.advance(Duration::from_secs(10 * 60));
    refused(&first, &second).await;
    assert_eq!(server.audited(AuditAction::ProofFailed).await.len(), 3, "A16");
}

#[tokio::test]
async fn a20_a_code_ends_with_its_fifth_wrong_entry_and_guesses_lock() {
    let server = Server::start().await;
    let first = server.admin().await;
    assert_eq!(first.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    let code = code_of(&first, 1).await;
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    let refused = async |code: &str| {
        assert_eq!(prove(&first, json!({"code": code})).await.code(), ProblemCode::InvalidField);
    };
    for _ in 0..4 {
        refused(wrong).await;
    }
    // A right proof elsewhere forgives the guesses, and leaves the count of this code.
    let other = server.admin().await;
    assert_eq!(other.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    assert_eq!(prove(&other, json!({"code": code_of(&first, 2).await})).await.status, 204);
    refused(wrong).await;
    refused(&code).await;
    for _ in 0..3 {
        refused(wrong).await;
    }
    assert_eq!(prove(&first, json!({"code": code})).await.code(), ProblemCode::LockedOut, "A12");
}

#[tokio::test]
async fn a20_where_sign_in_is_through_salesforce_alone_a_code_is_the_proof() {
    let server = Server::start().await;
    let ana = server.administrator(ANA).await;
    sqlx::query("UPDATE accounts SET login_management = 'salesforce_only'")
        .execute(&mut database(&server).await)
        .await
        .expect("a setting that only Salesforce could make");
    assert_eq!(asked(&ana).await.way, ProofWay::Code);
    let by_password = prove(&ana, json!({"password": PASSWORD})).await.problem();
    assert_eq!(
        (by_password.code, by_password.field.as_deref()),
        (ProblemCode::InvalidField, Some("password"))
    );
    assert_eq!(ana.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
}

#[tokio::test]
async fn a20_a_panel_has_no_proof_at_any_time() {
    let server = Server::start().await;
    let ana = server.administrator(ANA).await;
    let made = make(&ana, &new_key("CRM")).await;
    let panel = Panel::of(&server, &made.secret, ANA, PanelFlow::SetupGuide).await;
    for (method, path) in [
        (Method::POST, paths::MARKETO),
        (Method::DELETE, paths::MARKETO),
        (Method::DELETE, paths::SALESFORCE),
        (Method::POST, paths::SALESFORCE_FLOWS),
    ] {
        let request = panel.request(method, path).header(headers::IDEMPOTENCY_KEY, key());
        let answer = send(request).await;
        assert!(is_refused(&answer), "{path}: {}", answer.text());
    }
}
