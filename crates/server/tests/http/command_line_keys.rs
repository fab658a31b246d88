//! API keys of command lines.

use api_types::embed::{API_KEY_START, ApiKey, ApiKeyKind, CreatedApiKey, NewApiKey, OpensFor, PanelFlow};
use api_types::{Account, AuditAction, List, ProblemCode, Role, User, headers, paths};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::json;
use server::all_endpoints;
use server::endpoints::Access;

use crate::embedding;
use crate::harness::{ADMIN, Answer, Client, Server, csv, key, row, send};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

fn new_key(name: &str) -> NewApiKey {
    NewApiKey {
        name: name.to_owned(),
        kind: ApiKeyKind::CommandLine,
        origins: Vec::new(),
        flows: Vec::new(),
        role: Role::Admin,
        grants: Role::Admin,
        opens_for: OpensFor::Maker,
        ends_in_days: 30,
    }
}

async fn make(admin: &Client, wanted: &NewApiKey) -> CreatedApiKey {
    let answer = admin.post(paths::API_KEYS, wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

/// A call as a command line makes it: with the key, and nothing that a browser sends.
async fn call(server: &Server, secret: &str, method: Method, path: &str) -> Answer {
    let request = server.anyone().bare(method, &format!("{}{path}", paths::BASE)).bearer_auth(secret);
    send(request.header(headers::IDEMPOTENCY_KEY, key())).await
}

#[tokio::test]
async fn a12_a_burst_of_wrong_keys_is_refused_and_keeps_no_right_one_out() {
    let server = Server::start_with(|config| config.credentials_per_minute = 30.try_into().unwrap()).await;
    let secret = make(&server.admin().await, &new_key("nightly")).await.secret;
    let wrong = format!("{API_KEY_START}{}", "A".repeat(43));
    let guesses = (0..300).map(|_| call(&server, &wrong, Method::GET, paths::USERS));
    let codes: Vec<_> = join_all(guesses).await.iter().map(Answer::code).collect();
    let refused = codes.iter().filter(|code| **code == ProblemCode::RateLimited).count();
    let told = codes.iter().filter(|code| **code == ProblemCode::ApiKeyInvalid).count();
    assert_eq!(refused + told, 300);
    assert!((30..60).contains(&told), "{told}");
    assert_eq!(call(&server, &secret, Method::GET, paths::USERS).await.status, 200);
}

#[tokio::test]
async fn a12_a21_a_key_that_has_ended_says_so_however_often_and_is_no_guess() {
    let server = Server::start_with(|config| config.credentials_per_minute = 3.try_into().unwrap()).await;
    let admin = server.admin().await;
    let ended = make(&admin, &new_key("nightly")).await;
    let of_host = embedding::make(&admin, &embedding::new_key("CRM")).await;
    for key in [&ended.key.id, &of_host.key.id] {
        assert_eq!(admin.delete(&paths::api_key(key)).await.status, 204);
    }
    let panel = json!({"user": ADMIN, "origin": "https://crm.example.com", "flow": "users"});
    for _ in 0..10 {
        let code = call(&server, &ended.secret, Method::GET, paths::USERS).await.code();
        assert_eq!(code, ProblemCode::ApiKeyRevoked);
        let path = format!("{}{}", paths::BASE, paths::EMBED_SESSIONS);
        let request = server.anyone().bare(Method::POST, &path).bearer_auth(&of_host.secret);
        assert_eq!(send(request.json(&panel)).await.code(), ProblemCode::ApiKeyRevoked);
    }
    let wrong = format!("{API_KEY_START}{}", "A".repeat(43));
    let code = call(&server, &wrong, Method::GET, paths::USERS).await.code();
    assert_eq!(code, ProblemCode::ApiKeyInvalid, "nothing was counted yet");
}

#[tokio::test]
async fn a14_a_key_of_a_command_line_calls_what_the_table_names_and_nothing_else() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let secret = make(&admin, &new_key("nightly")).await.secret;
    for endpoint in all_endpoints() {
        let path = endpoint.path.replace("{id}", NOBODY);
        let answer = call(&server, &secret, endpoint.method.clone(), &path).await;
        let refusal = (!answer.status.is_success()).then(|| answer.code());
        let is_refused = matches!(
            refusal,
            Some(ProblemCode::Forbidden | ProblemCode::ApiKeyInvalid | ProblemCode::CsrfRefused)
        );
        let is_public = matches!(endpoint.rules.access, Access::Browser);
        assert_eq!(
            is_refused,
            !endpoint.rules.is_of_command_line() && !is_public,
            "{} {}: {refusal:?}",
            endpoint.method,
            endpoint.path
        );
    }
}

#[tokio::test]
async fn a9_it_acts_for_the_administrator_who_made_it_until_it_is_revoked() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let made = make(&admin, &new_key("nightly")).await;
    let read = async || call(&server, &made.secret, Method::GET, paths::ACCOUNT).await;
    assert_eq!(read().await.json::<Account>().seats.used, 1);
    let keys = async || admin.get(paths::API_KEYS).await.json::<List<ApiKey>>();
    let mut list = keys().await;
    // It is stored after the answer.
    while list.items[0].last_used_at.is_none() {
        list = keys().await;
    }
    assert_eq!((list.items[0].kind, list.items[0].last_used_at.is_some()), (ApiKeyKind::CommandLine, true));

    let path = format!("{}{}", paths::BASE, paths::BATCHES);
    let opened = server.anyone().bare(Method::POST, &path).bearer_auth(&made.secret);
    let answer = send(opened.header(headers::IDEMPOTENCY_KEY, key()).json(&csv(1))).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let batch: api_types::Batch = answer.json();
    let client = server.anyone();
    for (path, body) in [
        (paths::batch_chunks(&batch.id), json!({"index": 0, "rows": [row(2, "ana@example.com")]})),
        (paths::batch_seal(&batch.id), json!(null)),
    ] {
        let request = client.bare(Method::POST, &format!("{}{path}", paths::BASE)).bearer_auth(&made.secret);
        let answer = send(request.header(headers::IDEMPOTENCY_KEY, key()).json(&body)).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }
    let invited = server.audited(AuditAction::UsersInvited).await;
    let event = &invited[0];
    assert_eq!(
        (event.actor.as_str(), event.key_name.as_deref()),
        ("marketo.admin@example.com", Some("nightly"))
    );
    assert_eq!(event.key_id, Some(made.key.id.clone()));

    assert_eq!(admin.delete(&paths::api_key(&made.key.id)).await.status, 204);
    assert_eq!(read().await.code(), ProblemCode::ApiKeyRevoked);
}

#[tokio::test]
async fn it_can_do_no_more_than_its_maker_and_is_none_of_a_page() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let other = server.administrator("other@example.com").await;
    let secret = make(&other, &new_key("other")).await.secret;
    assert_eq!(call(&server, &secret, Method::GET, paths::USERS).await.status, 200);
    let found: List<User> = admin.get("/users?search=other").await.json();
    let demoted = admin
        .request(Method::PATCH, &paths::user(&found.items[0].id))
        .header("if-match", found.items[0].version)
        .json(&json!({"role": "user"}));
    assert_eq!(send(demoted).await.status, 200);
    assert_eq!(call(&server, &secret, Method::GET, paths::USERS).await.code(), ProblemCode::ApiKeyRevoked);

    let secret = make(&admin, &new_key("page")).await.secret;
    let path = format!("{}{}", paths::BASE, paths::USERS);
    let own = server.base.clone();
    let of_page = server.anyone().bare(Method::GET, &path).bearer_auth(&secret).header("origin", own);
    assert_eq!(send(of_page).await.code(), ProblemCode::ApiKeyInvalid);
    // A browser sends no origin when a page of the console reads, and none when somebody opens an address.
    for site in ["same-origin", "cross-site", "none"] {
        let read = server.anyone().bare(Method::GET, &path).bearer_auth(&secret);
        assert_eq!(
            send(read.header("sec-fetch-site", site)).await.code(),
            ProblemCode::ApiKeyInvalid,
            "{site}"
        );
    }
    let guessed = call(&server, "msi_key_0000", Method::GET, paths::USERS).await;
    assert_eq!(guessed.code(), ProblemCode::ApiKeyInvalid);
}

#[tokio::test]
async fn each_kind_of_key_is_for_its_own_use() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for wanted in [
        NewApiKey { origins: vec!["https://crm.example.com".to_owned()], ..new_key("a") },
        NewApiKey { flows: vec![PanelFlow::Users], ..new_key("b") },
        NewApiKey { role: Role::User, ..new_key("a key that could call nothing") },
    ] {
        let refused = admin.post(paths::API_KEYS, &wanted).await.problem();
        assert!(refused.field.is_some_and(|field| ["origins", "flows", "role"].contains(&field.as_str())));
    }
    let callable = all_endpoints().into_iter().filter(|endpoint| endpoint.rules.is_of_command_line());
    for endpoint in callable {
        assert_eq!(
            endpoint.rules.access,
            Access::Admin,
            "{}: a key of another role could call it",
            endpoint.path
        );
    }
    let secret = make(&admin, &new_key("c")).await.secret;
    let path = format!("{}{}", paths::BASE, paths::EMBED_SESSIONS);
    let body =
        json!({"user": "marketo.admin@example.com", "origin": "https://crm.example.com", "flow": "users"});
    let session = send(server.anyone().bare(Method::POST, &path).bearer_auth(&secret).json(&body)).await;
    assert_eq!(session.code(), ProblemCode::ApiKeyInvalid);
}
