//! A20: what outlives a session is done only within minutes after a proof of who its owner is.

use std::time::{Duration, Instant};

use api_types::embed::PanelFlow;
use api_types::{
    AuditAction, List, MemberAction, MemberChangeBatch, NewRow, OpenSession, ProblemCode, ProofAsked,
    ProofWay, Role, SessionTokens, User, headers, paths,
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
    let mut ana = with_old_proof(&server).await;
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
            "POST /profile/passkeys/ceremony",
            "POST /profile/passkeys",
            "DELETE /profile/passkeys/{id}",
            "POST /profile/authenticator-app",
            "PUT /profile/authenticator-app",
            "DELETE /profile/authenticator-app",
            "POST /profile/recovery-codes",
            "DELETE /profile/sessions",
            "DELETE /sessions/{id}",
            "PATCH /account",
            "POST /audit-events/export",
            "POST /api-keys",
            "POST /webhooks",
            "PATCH /webhooks/{id}",
            "POST /webhooks/{id}/secret",
            "DELETE /users/{id}/sessions",
            "DELETE /users/{id}/factors",
            "POST /integration/secret/reveal",
            "POST /connections/marketo",
            "DELETE /connections/marketo",
            "DELETE /connections/salesforce",
            "POST /connections/salesforce/flows",
        ]
    );
    ana.prove().await;
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
    let mut ana = with_old_proof(&server).await;
    let mut again = server.anyone();
    again.sign_in(ANA, PASSWORD).await;
    assert!(asked(&again).await.is_fresh);
    assert!(!asked(&ana).await.is_fresh);
    let proven = Instant::now();
    ana.prove().await;
    server.clock.advance(FIVE_MINUTES - Duration::from_secs(1));
    let then = asked(&ana).await;
    assert_eq!((then.ways, then.email.as_str()), (vec![ProofWay::Password], ANA));
    // The machine's time passes, too.
    assert!(then.is_fresh || proven.elapsed() >= Duration::from_secs(1));
    server.clock.advance(Duration::from_secs(1));
    assert!(!asked(&ana).await.is_fresh);
}

#[tokio::test]
async fn a20_a_change_of_the_password_is_no_proof() {
    let server = Server::start().await;
    let mut ana = with_old_proof(&server).await;
    let change = json!({"current": PASSWORD, "new": "another fine password"});
    let changed = ana.put(paths::PROFILE_PASSWORD, &change).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    ana.take_cookie(&changed);
    assert!(!asked(&ana).await.is_fresh, "where there is a second factor, the password alone is none");

    let mut again = server.anyone();
    again.sign_in(ANA, "another fine password").await;
    let change = json!({"current": "another fine password", "new": "one more fine password"});
    let changed = again.put(paths::PROFILE_PASSWORD, &change).await;
    again.take_cookie(&changed);
    assert!(asked(&again).await.is_fresh, "nor does it end one");
}

#[tokio::test]
async fn a13_a20_a_proof_gives_the_session_another_token_and_other_tabs_go_on() {
    let console = "https://console.example.com";
    let server = Server::start_with(|config| config.allowed_origins = vec![console.to_owned()]).await;
    let tab = with_old_proof(&server).await;
    let tokens: SessionTokens = tab.post(paths::SESSION_TOKENS, &json!({"origin": console})).await.json();
    let mut proven = tab.clone();
    proven.prove().await;
    assert_ne!(proven.cookie, tab.cookie);
    let is_signed_in = async |client: &Client| client.get(paths::PROFILE).await.status == 200;
    assert!(is_signed_in(&tab).await && is_signed_in(&proven).await, "requests under way");
    // An answer that was lost: the tab has the former cookie, and proves again.
    let mut again = tab.clone();
    again.prove().await;
    assert!(is_signed_in(&tab).await && is_signed_in(&again).await);
    assert!(!is_signed_in(&proven).await, "which came in none that arrived");
    server.clock.advance(Duration::from_secs(60));
    assert!(!is_signed_in(&tab).await && is_signed_in(&again).await);
    let open: List<OpenSession> = again.get(paths::PROFILE_SESSIONS).await.json();
    assert!(open.items.len() == 1 && open.items[0].is_current, "{open:?}");

    // A console on another site goes on with its tokens, and cannot take a cookie.
    let by_token = |method: Method, path: &str| {
        let request = server.anyone().bare(method, &format!("{}{path}", paths::BASE));
        request.header("origin", console).bearer_auth(&tokens.access_token)
    };
    assert_eq!(send(by_token(Method::GET, paths::PROFILE)).await.status, 200);
    let right = json!({"password": PASSWORD});
    let proven = send(by_token(Method::POST, paths::SESSION_PROOF).json(&right)).await;
    assert_eq!((proven.status.as_u16(), proven.header("set-cookie")), (204, None));
    assert!(is_signed_in(&again).await);
    // Signing out in a tab that does not know yet signs out.
    let behind = again.clone();
    again.prove().await;
    assert_eq!(behind.delete(paths::SESSION).await.status, 204);
    assert!(!is_signed_in(&again).await);
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
async fn a20_whoever_has_the_link_of_an_invitation_becomes_that_person_so_that_it_takes_a_proof() {
    let server = Server::start().await;
    let first = server.admin().await;
    first.invite(&[row(2, "zoe@example.com"), row(3, "kim@example.com")]).await;
    let invitation = async |email: &str| {
        let user: User = first.get(&paths::user(&id_of(&first, email).await)).await.json();
        user.invitation.expect("an invitation").id
    };
    let (zoe, kim) = (invitation("zoe@example.com").await, invitation("kim@example.com").await);
    let ana = with_old_proof(&server).await;
    let read = async || ana.post(&paths::invitation_link(&zoe), &json!({})).await;
    let elsewhere =
        async || ana.once(&paths::invitation_resend(&kim), &json!({"email": "x@evil.example"})).await;
    assert!(is_refused(&read().await) && is_refused(&elsewhere().await));
    assert!(server.audited(AuditAction::InvitationLinkRead).await.is_empty());
    let again = ana.once(&paths::invitation_resend(&zoe), &json!({})).await;
    assert_eq!(again.status, 200, "to the same address: {}", again.text());
    assert_eq!(prove(&ana, json!({"password": PASSWORD})).await.status, 204);
    assert_eq!((read().await.status.as_u16(), elsewhere().await.status.as_u16()), (200, 200));
}

#[tokio::test]
async fn a20_a_session_alone_sets_no_password() {
    let server = Server::start().await;
    let first = server.admin().await;
    server.clock.advance(FIVE_MINUTES);
    let set = async || first.put(paths::PROFILE_PASSWORD, &json!({"new": "a password of nobody"})).await;
    assert!(is_refused(&set().await));
    assert_eq!(asked(&first).await.ways, [ProofWay::Code]);
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
    let (mut first, other) = (server.admin().await, server.admin().await);
    let send_code = async |client: &Client| {
        assert_eq!(client.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    };
    let refused = async |client: &Client, code: &str| {
        let answer = prove(client, json!({"code": code})).await.problem();
        assert_eq!((answer.code, answer.field.as_deref()), (ProblemCode::InvalidField, Some("code")));
    };
    send_code(&first).await;
    let code = code_of(&first, 1).await;
    refused(&other, &code).await;
    send_code(&first).await;
    server.clock.advance(Duration::from_secs(9 * 60));
    assert_eq!(first.mail_count().await, 1, "no second one at once");
    let grouped = format!("{} {}", &code[..4], &code[4..]);
    let proven = prove(&first, json!({"code": grouped})).await;
    assert_eq!(proven.status, 204);
    first.take_cookie(&proven);
    refused(&first, &code).await;

    send_code(&first).await;
    let second = code_of(&first, 2).await;
    assert_ne!(second, code);
    server.clock.advance(Duration::from_secs(10 * 60));
    refused(&first, &second).await;
    assert_eq!(server.audited(AuditAction::ProofFailed).await.len(), 3, "A16");
}

#[tokio::test]
async fn a12_a20_the_fifth_wrong_code_locks_its_session_for_longer_than_the_code_works() {
    let server = Server::start().await;
    let first = server.admin().await;
    assert_eq!(first.post(paths::SESSION_PROOF_CODE, &json!({})).await.status, 202);
    let code = code_of(&first, 1).await;
    let wrong = if code == "00000000" { "00000001" } else { "00000000" };
    let refused = async |code: &str| {
        assert_eq!(prove(&first, json!({"code": code})).await.code(), ProblemCode::InvalidField);
    };
    for _ in 0..5 {
        refused(wrong).await;
    }
    assert_eq!(prove(&first, json!({"code": code})).await.code(), ProblemCode::LockedOut);
    // The machine's time passes, too.
    server.clock.advance(Duration::from_secs(14 * 60));
    assert_eq!(prove(&first, json!({"code": code})).await.code(), ProblemCode::LockedOut);
    server.clock.advance(Duration::from_secs(60));
    refused(&code).await;
}

#[tokio::test]
async fn a12_a20_wrong_proofs_of_whoever_holds_a_session_keep_the_owner_from_nothing() {
    let mut server = Server::start().await;
    let stolen = server.administrator(ANA).await;
    let mut owner = server.anyone();
    owner.sign_in(ANA, PASSWORD).await;
    for _ in 0..5 {
        let wrong = prove(&stolen, json!({"password": "not this one, surely"})).await;
        assert_eq!(wrong.code(), ProblemCode::InvalidField);
    }
    let right = json!({"password": PASSWORD});
    let change = json!({"current": PASSWORD, "new": "another horse, another battery"});
    let is_locked = async |server: &Server| {
        let stolen = stolen.at(&server.base);
        let answers =
            [prove(&stolen, right.clone()).await, stolen.put(paths::PROFILE_PASSWORD, &change).await];
        assert!(answers.iter().all(|answer| answer.code() == ProblemCode::LockedOut));
    };
    is_locked(&server).await;
    assert_eq!(prove(&owner, right.clone()).await.status, 204);
    // The owner's proof forgives nothing of it, nor does a restart.
    server.restart().await;
    is_locked(&server).await;
    let owner = owner.at(&server.base);
    assert_eq!(prove(&owner, right.clone()).await.status, 204);
    assert_eq!(owner.delete(paths::PROFILE_SESSIONS).await.status, 204, "and so the stolen one ends");
    assert_eq!(prove(&stolen.at(&server.base), right.clone()).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a12_a20_in_a_day_a_user_has_a_hundred_wrong_proofs_and_a_new_sign_in_is_one_always() {
    let server = Server::start().await;
    server.administrator(ANA).await;
    let right = json!({"password": PASSWORD});
    for _ in 0..20 {
        let mut session = server.anyone();
        session.sign_in(ANA, PASSWORD).await;
        for _ in 0..5 {
            let wrong = prove(&session, json!({"password": "not this one, surely"})).await;
            assert_eq!(wrong.code(), ProblemCode::InvalidField);
        }
    }
    let mut owner = server.anyone();
    owner.sign_in(ANA, PASSWORD).await;
    assert_eq!(prove(&owner, right.clone()).await.code(), ProblemCode::LockedOut);
    assert_eq!(owner.delete(paths::PROFILE_SESSIONS).await.status, 204);
    server.clock.advance(Duration::from_secs(24 * 3600));
    owner.sign_in(ANA, PASSWORD).await;
    assert_eq!(prove(&owner, right).await.status, 204);
}

#[tokio::test]
async fn a20_where_sign_in_is_through_salesforce_alone_a_code_is_the_proof() {
    let server = Server::start().await;
    let ana = server.administrator(ANA).await;
    sqlx::query("UPDATE accounts SET login_management = 'salesforce_only'")
        .execute(&mut database(&server).await)
        .await
        .expect("a setting that only Salesforce could make");
    assert_eq!(asked(&ana).await.ways, [ProofWay::Code]);
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
