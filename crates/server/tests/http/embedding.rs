//! The panel's backend: API keys of embedding hosts, and the sessions that they open.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use api_types::embed::{
    ApiKey, ApiKeyKind, CreatedApiKey, EmbedScope, EmbedSession, NewApiKey, OpensFor, PanelFlow,
};
use api_types::{
    ActorKind, AuditAction, AuditEvent, BackgroundWork, List, MemberChangeCode, MemberVerdict, Persona,
    ProblemCode, Role, RowCode, RowVerdict, Session, User, UserId, headers, limits, paths,
};
use futures_util::future::join_all;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use server::all_endpoints;
use server::endpoints::{Access, Endpoint, Key};

use crate::field_sync;
use crate::harness::{ADMIN, Answer, Client, Server, csv, key, row, send};
use crate::idempotency;
use crate::long_lists::hold;
use crate::marketo::{files, holds, id_of};
use crate::restart::Process;

const HOST: &str = "https://crm.example.com";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

pub(crate) fn new_key(name: &str) -> NewApiKey {
    NewApiKey {
        kind: ApiKeyKind::Host,
        name: name.to_owned(),
        origins: vec![HOST.to_owned()],
        flows: PanelFlow::ALL.to_vec(),
        role: Role::Admin,
        grants: Role::Admin,
        opens_for: OpensFor::Everyone,
        ends_in_days: limits::API_KEY_DAYS_DEFAULT,
    }
}

pub(crate) async fn make(admin: &Client, wanted: &NewApiKey) -> CreatedApiKey {
    let answer = admin.post(paths::API_KEYS, wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn revoke(admin: &Client, key: &CreatedApiKey) {
    assert_eq!(admin.delete(&paths::api_key(&key.key.id)).await.status, 204);
}

/// A request for a session, as the host's backend sends it.
fn asking(anyone: &Client, secret: &str, wanted: &Value) -> RequestBuilder {
    let path = format!("{}{}", paths::BASE, paths::EMBED_SESSIONS);
    anyone.bare(Method::POST, &path).bearer_auth(secret).json(wanted)
}

fn wanted(user: &str, flow: PanelFlow) -> Value {
    json!({"user": user, "origin": HOST, "flow": flow})
}

async fn ask(anyone: &Client, secret: &str, wanted: &Value) -> Answer {
    send(asking(anyone, secret, wanted)).await
}

/// A panel, with the token that its host got for it.
pub(crate) struct Panel {
    client: Client,
    base: String,
    token: String,
}

impl Panel {
    pub(crate) async fn of(server: &Server, secret: &str, user: &str, flow: PanelFlow) -> Self {
        Self::asked(server, secret, &wanted(user, flow)).await
    }

    async fn asked(server: &Server, secret: &str, wanted: &Value) -> Self {
        let client = server.anyone();
        let answer = ask(&client, secret, wanted).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        Self { client, base: server.base.clone(), token: answer.json::<EmbedSession>().token }
    }

    /// A request as the panel's browser sends it.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let changes = method != Method::GET;
        let request = self.client.bare(method, &format!("{}{path}", paths::BASE)).bearer_auth(&self.token);
        let request = request.header("sec-fetch-site", "same-origin");
        if changes { request.header("origin", &self.base) } else { request }
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    async fn session(&self) -> Session {
        self.get(paths::SESSION).await.json()
    }
}

#[tokio::test]
async fn e8_a_host_opens_a_panel_for_a_member() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let created = make(&admin, &new_key("CRM")).await;
    assert!(created.secret.starts_with("msi_key_") && created.secret.starts_with(&created.key.prefix));
    assert!(created.secret.len() - created.key.prefix.len() > 32, "what is shown tells nothing of the rest");

    let answer = ask(&server.anyone(), &created.secret, &wanted(ADMIN, PanelFlow::InviteCsv)).await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (201, None));
    let EmbedSession { token, expires_at } = answer.json();
    let panel = Panel { client: server.anyone(), base: server.base.clone(), token };
    let session = panel.session().await;
    assert_eq!(session.user.email, ADMIN);
    let scope = EmbedScope { origin: HOST.to_owned(), flow: PanelFlow::InviteCsv, expires_at };
    assert_eq!(session.embed, Some(scope.clone()));
    assert_eq!((session.idle_expires_at, session.expires_at), (scope.expires_at.clone(), scope.expires_at));
    assert!((55..=60).contains(&session.idle_seconds), "{}", session.idle_seconds);
    assert_eq!(session.mailbox_url, None);
    assert_eq!(admin.get(paths::SESSION).await.json::<Session>().embed, None);

    // The whole flow: a batch is opened, filled, sealed and followed.
    let post = async |path: &str, body: Value| {
        let request = panel.request(Method::POST, path).header(headers::IDEMPOTENCY_KEY, key());
        send(request.json(&body)).await
    };
    let batch: api_types::Batch = post(paths::BATCHES, json!(csv(1))).await.json();
    let chunk = json!({"index": 0, "rows": [row(2, "ana@example.com")]});
    assert_eq!(post(&paths::batch_chunks(&batch.id), chunk).await.status, 200);
    assert_eq!(post(&paths::batch_seal(&batch.id), Value::Null).await.status, 202);
    let events = panel.get(&paths::batch_events(&batch.id)).await;
    assert!(events.text().contains("event: settled"), "{}", events.text());
}

#[tokio::test]
async fn e8_no_panel_is_opened_for_somebody_who_left_while_it_was_asked_for() {
    for left in [
        "DELETE FROM users WHERE email = 'ana@example.com'",
        "UPDATE users SET status = 'deactivated' WHERE email = 'ana@example.com'",
    ] {
        let server = Server::start().await;
        let admin = server.admin().await;
        server.member("ana@example.com").await;
        let key = make(&admin, &new_key("CRM")).await;
        let (anyone, mut held) = (server.anyone(), hold(&server).await);
        let panel = wanted("ana@example.com", PanelFlow::Users);
        let leave = async {
            // Meanwhile the request has found her and waits to write.
            for _ in 0..10 {
                assert!(admin.get(paths::USERS).await.status.is_success());
            }
            sqlx::query(left).execute(&mut held).await.unwrap();
            sqlx::query("COMMIT").execute(&mut held).await.unwrap();
        };
        let (answer, ()) = tokio::join!(ask(&anyone, &key.secret, &panel), leave);
        let problem = answer.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (ProblemCode::InvalidField, Some("user")),
            "{left}"
        );
        assert_eq!(server.audited(AuditAction::EmbedSessionIssued).await, [], "{left}");
    }
}

#[tokio::test]
async fn e8_the_example_host_of_sandbox_mode_has_a_key_from_the_start() {
    let secret = format!("msi_key_{}", "s".repeat(43));
    let with_key = |config: &mut server::config::Config| {
        config.sandbox.example_key = Some(secret.clone());
        config.embedders = vec![HOST.parse().unwrap()];
    };
    let mut server = Server::start_with(with_key).await;
    let keys = async |server: &Server| {
        let list: List<ApiKey> = server.admin().await.get(paths::API_KEYS).await.json();
        list.items
            .into_iter()
            .map(|key| (key.name, key.origins, key.revoked_at.is_some()))
            .collect::<Vec<_>>()
    };
    let made = |is_revoked| vec![("Example host".to_owned(), vec![HOST.to_owned()], is_revoked)];
    let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    assert_eq!(panel.session().await.user.email, ADMIN);
    server.restart_with(with_key).await;
    assert_eq!(keys(&server).await, made(false));

    // A key that was revoked stays so.
    let admin = server.admin().await;
    let key = admin.get(paths::API_KEYS).await.json::<List<ApiKey>>().items.remove(0);
    assert_eq!(admin.delete(&paths::api_key(&key.id)).await.status, 204);
    server.restart_with(with_key).await;
    assert_eq!(keys(&server).await, made(true));
    let refused = ask(&server.anyone(), &secret, &wanted(ADMIN, PanelFlow::Users)).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
}

#[tokio::test]
async fn e8_a_key_is_told_once_and_only_its_hash_is_kept() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_traced(data.path());
    let admin = process.admin().await;
    let created = make(&admin, &new_key("CRM")).await;
    let anyone = Client::new(&process.base);
    let answer = ask(&anyone, &created.secret, &wanted(ADMIN, PanelFlow::Users)).await;
    let token = answer.json::<EmbedSession>().token;
    let panel = Panel { client: anyone.clone(), base: process.base.clone(), token: token.clone() };
    let mut answers = vec![panel.get(paths::SESSION).await, panel.get(paths::USERS).await];
    answers.push(panel.get(paths::PROFILE).await);
    answers.push(ask(&anyone, &created.secret, &json!({"user": 7})).await);
    answers.push(ask(&anyone, &created.secret, &wanted("nobody@example.com", PanelFlow::Users)).await);
    revoke(&admin, &created).await;
    answers.push(panel.get(paths::SESSION).await);
    for path in [paths::API_KEYS, paths::AUDIT_EVENTS, paths::DIAGNOSTICS_ERRORS] {
        answers.push(admin.get(path).await);
    }
    for answer in &answers {
        for secret in [&created.secret, &token] {
            assert!(!holds(&answer.body, secret) && !format!("{:?}", answer.headers).contains(secret));
        }
    }
    let kept = files(data.path());
    let is_in_folder = crate::harness::place(data.path()).database.is_none();
    assert!(!is_in_folder || kept.iter().any(|file| file.to_string_lossy().ends_with("-wal")));
    for file in kept {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [&created.secret, &token] {
            assert!(!holds(&bytes, secret), "{}", file.display());
        }
    }
    let log = process.kill();
    assert!(log.contains(paths::EMBED_SESSIONS), "what is logged is found");
    for secret in [&created.secret, &token] {
        assert!(!log.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a18_a_panel_has_a_key_of_its_own_for_rows_and_none_is_kept_or_logged() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_traced(data.path());
    let admin = process.admin().await;
    let created = make(&admin, &new_key("CRM")).await;
    let anyone = Client::new(&process.base);
    let in_panel = async || {
        let answer = ask(&anyone, &created.secret, &wanted(ADMIN, PanelFlow::Users)).await;
        let token = answer.json::<EmbedSession>().token;
        let panel = Panel { client: anyone.clone(), base: process.base.clone(), token };
        panel.session().await.rows_key.unwrap().0
    };
    let own = admin.get(paths::SESSION).await.json::<Session>().rows_key.unwrap().0;
    let first = in_panel().await;
    assert_eq!(in_panel().await, first);
    assert_ne!(first, own, "the host's backend could read it");
    for file in files(data.path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!holds(&bytes, &own) && !holds(&bytes, &first), "{}", file.display());
    }
    let log = process.kill();
    assert!(log.contains(paths::EMBED_SESSIONS), "what is logged is found");
    assert!(!log.contains(&own) && !log.contains(&first));
}

#[tokio::test]
async fn e8_keys_are_listed_by_what_they_may_and_never_with_their_secret() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let first = make(&admin, &new_key("  First\u{202e} ")).await;
    let narrow = NewApiKey {
        kind: ApiKeyKind::Host,
        name: "Second".to_owned(),
        origins: vec![" https://B.example.com:8443/ ".to_owned(), HOST.to_owned(), HOST.to_owned()],
        flows: vec![PanelFlow::Users, PanelFlow::Users],
        role: Role::User,
        // No more than it may itself.
        grants: Role::Admin,
        opens_for: OpensFor::Maker,
        ends_in_days: 30,
    };
    let second = make(&admin, &narrow).await;
    assert_eq!(first.key.name, "First");
    assert_eq!(second.key.origins, ["https://b.example.com:8443", HOST], "as browsers write them, once each");
    assert_eq!((second.key.flows.clone(), second.key.role), (vec![PanelFlow::Users], Role::User));
    assert_eq!((second.key.created_by.as_str(), &second.key.last_used_at), (ADMIN, &None));

    ask(&server.anyone(), &first.secret, &wanted(ADMIN, PanelFlow::Users)).await;
    revoke(&admin, &first).await;
    revoke(&admin, &first).await;
    let list: List<ApiKey> = admin.get(paths::API_KEYS).await.json();
    let names: Vec<_> = list.items.iter().map(|key| (key.name.as_str(), key.revoked_at.is_some())).collect();
    assert_eq!(names, [("Second", false), ("First", true)], "valid ones first");
    assert!(list.items[1].last_used_at.is_some());
    assert_eq!(list.meta.total, 2);
    let unknown = paths::api_key(&NOBODY.to_owned().into());
    assert_eq!(admin.delete(&unknown).await.code(), ProblemCode::NotFound);
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::API_KEYS).await.code(), ProblemCode::Forbidden);
}

#[tokio::test]
async fn e8_a_key_without_exact_origins_flows_and_a_name_is_not_made() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let own = server.base.clone();
    let with = |field: &str, value: Value| {
        let mut body = json!(new_key("CRM"));
        body[field] = value;
        body
    };
    let origins = |origin: &str| with("origins", json!([HOST, origin]));
    for (body, field) in [
        (with("name", json!(" \u{202e} ")), "name"),
        (with("name", json!("x".repeat(limits::API_KEY_NAME_MAX + 1))), "name"),
        (with("flows", json!([])), "flows"),
        (with("origins", json!([])), "origins"),
        (with("origins", json!(vec![HOST; limits::API_KEY_ORIGINS_MAX + 1])), "origins"),
        (origins("*"), "origins"),
        (origins("null"), "origins"),
        (origins("crm.example.com"), "origins"),
        (origins("http://crm.example.com"), "origins"),
        (origins("https://*.example.com"), "origins"),
        (origins("https://crm.example.com/page"), "origins"),
        (origins("https://bücher.example"), "origins"),
        (origins(&own), "origins"),
    ] {
        let problem = admin.post(paths::API_KEYS, &body).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (ProblemCode::InvalidField, Some(field)),
            "{body}"
        );
    }
    for (field, value) in [("flows", json!(["everything"])), ("role", json!("owner"))] {
        let refused = admin.post(paths::API_KEYS, &with(field, value)).await;
        assert_eq!(refused.code(), ProblemCode::InvalidField, "{field}");
    }
    let created = make(&admin, &new_key("CRM")).await;
    let taken = admin.post(paths::API_KEYS, &new_key("crm")).await;
    assert_eq!(taken.code(), ProblemCode::NameTaken, "r1: a repeated request makes no second key");
    revoke(&admin, &created).await;
    make(&admin, &new_key("crm")).await;
    for number in 1..limits::API_KEYS_MAX {
        make(&admin, &new_key(&number.to_string())).await;
    }
    let problem = admin.post(paths::API_KEYS, &new_key("one more")).await.problem();
    let limit = problem.limit.map(|limit| limit.value);
    assert_eq!((problem.code, limit), (ProblemCode::ApiKeysExhausted, Some(limits::API_KEYS_MAX as u64)));
}

#[tokio::test]
async fn e8_a_session_is_opened_for_what_the_key_names_alone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "invited@example.com")]).await;
    let narrow = NewApiKey { flows: vec![PanelFlow::Users], ..new_key("CRM") };
    let secret = make(&admin, &narrow).await.secret;
    let anyone = server.anyone();
    let good = wanted(ADMIN, PanelFlow::Users);
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        (body, field.to_owned())
    };
    for (body, field) in [
        with("user", json!("nobody@example.com")),
        with("user", json!("invited@example.com")),
        with("user", json!("")),
        with("origin", json!("https://crm.example.com.evil.example")),
        with("origin", json!("https://crm.example.com/")),
        with("origin", json!("https://crm.example.com:444")),
        with("origin", json!("http://crm.example.com")),
        with("origin", json!("null")),
        with("origin", json!("*")),
        with("flow", json!("invite-csv")),
        with("ttl_seconds", json!(0)),
        with("ttl_seconds", json!(301)),
    ] {
        let problem = ask(&anyone, &secret, &body).await.problem();
        let expected = (ProblemCode::InvalidField, Some(field.as_str()));
        assert_eq!((problem.code, problem.field.as_deref()), expected, "{body}");
    }
    for body in [json!([]), json!([null]), json!({"user": ADMIN}), json!({"user": 7})] {
        assert_eq!(ask(&anyone, &secret, &body).await.code(), ProblemCode::InvalidField, "{body}");
    }
    assert_eq!(ask(&anyone, &secret, &good).await.status, 201);
    let spelled = with("user", json!(format!(" {} ", ADMIN.to_uppercase()))).0;
    assert_eq!(ask(&anyone, &secret, &spelled).await.status, 201, "an address in any letter case");
}

#[tokio::test]
async fn e8_only_a_backend_with_a_genuine_key_opens_sessions() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let created = make(&admin, &new_key("CRM")).await;
    let secret = created.secret.clone();
    let (anyone, good) = (server.anyone(), wanted(ADMIN, PanelFlow::Users));
    let shorter = &secret[..secret.len() - 1];
    for bad in [
        "",
        "msi_key_",
        shorter,
        &format!("{secret}A"),
        &secret.replace("msi_key_", ""),
        &secret.to_uppercase(),
    ] {
        assert_eq!(ask(&anyone, bad, &good).await.code(), ProblemCode::ApiKeyInvalid, "{bad}");
    }
    let path = format!("{}{}", paths::BASE, paths::EMBED_SESSIONS);
    let basic = anyone.bare(Method::POST, &path).basic_auth("key", Some(&secret)).json(&good);
    assert_eq!(send(basic).await.code(), ProblemCode::ApiKeyInvalid);
    let signed_in = admin.post(paths::EMBED_SESSIONS, &good).await;
    assert_eq!(signed_in.code(), ProblemCode::ApiKeyInvalid, "no cookie replaces the key");
    for (name, value) in [
        ("origin", HOST),
        ("origin", server.base.as_str()),
        ("origin", "null"),
        ("sec-fetch-site", "same-origin"),
    ] {
        let of_page = asking(&anyone, &secret, &good).header(name, value);
        assert_eq!(send(of_page).await.code(), ProblemCode::Forbidden, "a page: {name} {value}");
    }
    // A key opens sessions and is valid for no other endpoint.
    for endpoint in all_endpoints().iter().filter(|endpoint| endpoint.rules.access != Access::Browser) {
        if endpoint.rules.access == Access::ApiKey {
            continue;
        }
        let path = format!("{}{}", paths::BASE, endpoint.path.replace("{id}", NOBODY));
        let request = anyone.bare(endpoint.method.clone(), &path).bearer_auth(&secret);
        let answer = send(request.header(headers::IDEMPOTENCY_KEY, key())).await;
        assert_eq!(answer.code(), ProblemCode::ApiKeyInvalid, "{} {}", endpoint.method, endpoint.path);
    }
    revoke(&admin, &created).await;
    assert_eq!(ask(&anyone, &secret, &good).await.code(), ProblemCode::ApiKeyRevoked);
}

#[tokio::test]
async fn e8_a_session_lasts_as_long_as_was_asked_for_and_is_not_prolonged() {
    const LAST: Duration = Duration::from_secs(1);
    let server = Server::start_with(|config| config.session_idle_minutes = 1).await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    for (asked, lasts) in [(None, 60), (Some(1), 1), (Some(300), 300)] {
        let mut body = wanted(ADMIN, PanelFlow::Users);
        body["ttl_seconds"] = json!(asked);
        let began = Instant::now();
        let panel = Panel::asked(&server, &secret, &body).await;
        // The machine's time passes, too.
        let lasts = Duration::from_secs(lasts);
        let mut advanced = Duration::ZERO;
        while advanced + LAST < lasts {
            let step = Duration::from_secs(20).min(lasts - LAST - advanced);
            server.clock.advance(step);
            advanced += step;
            let answer = panel.get(paths::SESSION).await;
            assert!(answer.status == 200 || advanced + began.elapsed() >= lasts, "{lasts:?}");
        }
        server.clock.advance(LAST);
        let refused = panel.get(paths::SESSION).await;
        assert_eq!(
            (refused.status.as_u16(), refused.code()),
            (401, ProblemCode::EmbedSessionExpired),
            "{lasts:?}"
        );
        server.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(panel.get(paths::SESSION).await.code(), ProblemCode::EmbedSessionExpired, "{lasts:?}");
    }
}

#[tokio::test]
async fn e8_r13_a_session_of_later_than_now_is_none() {
    let mut server =
        Server::start_with(|config| config.public_url = Some("http://localhost:1".parse().unwrap())).await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    for (set_back, code) in [(8, None), (300, Some(ProblemCode::EmbedSessionExpired))] {
        let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
        server.clock.set_back(Duration::from_secs(set_back));
        let answer = panel.get(paths::SESSION).await;
        assert_eq!((!answer.status.is_success()).then(|| answer.code()), code, "{set_back} s");
        // What a server knows that has just started.
        server.restart().await;
        let panel = Panel { client: server.anyone(), ..panel };
        let answer = panel.get(paths::SESSION).await;
        assert_eq!(
            (!answer.status.is_success()).then(|| answer.code()),
            code,
            "{set_back} s, after a restart"
        );
        server.clock.advance(Duration::from_secs(set_back));
    }
}

#[tokio::test]
async fn e8_a_token_is_for_the_server_that_issued_it() {
    let mut server = Server::start().await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    assert_eq!(panel.get(paths::SESSION).await.status, 200);
    // The same data and the same key of tokens, under another public address.
    server.restart().await;
    assert_ne!(server.base, panel.base);
    let elsewhere = Panel { client: server.anyone(), base: server.base.clone(), token: panel.token };
    assert_eq!(elsewhere.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    let again = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    assert_eq!(again.get(paths::SESSION).await.status, 200, "the API key stays");
}

#[tokio::test]
async fn e8_tokens_of_one_kind_are_nothing_as_another() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let secret = make(&admin, &new_key("CRM")).await.secret;
    let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    let as_cookie = server.anyone().request(Method::GET, paths::USERS);
    let name = admin.cookie.as_deref().unwrap().split('=').next().unwrap().to_owned();
    let answer = send(as_cookie.header("cookie", format!("{name}={}", panel.token))).await;
    assert_eq!(answer.code(), ProblemCode::SignedOut, "no cookie opens a panel's session");
    let refresh = json!({"refresh_token": panel.token});
    assert_eq!(
        server.anyone().post(paths::SESSION_TOKENS_REFRESH, &refresh).await.code(),
        ProblemCode::SignedOut
    );
    let as_key = ask(&server.anyone(), &panel.token, &wanted(ADMIN, PanelFlow::Users)).await;
    assert_eq!(as_key.code(), ProblemCode::ApiKeyInvalid);
    let cookie = admin.cookie.clone().unwrap();
    let both = panel.request(Method::GET, paths::PROFILE).header("cookie", &cookie);
    assert_eq!(send(both).await.code(), ProblemCode::Forbidden, "a2: cookies beside a token are not read");
    let short = Panel { token: panel.token[..panel.token.len() - 1].to_owned(), ..panel };
    assert_eq!(short.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a14_e8_a_panel_calls_what_its_flow_needs_and_nothing_else() {
    let server = Server::start().await;
    let (admin, member) = (server.admin().await, "ana@example.com");
    server.member(member).await;
    let wide = make(&admin, &new_key("Wide")).await.secret;
    let narrow = make(&admin, &NewApiKey { role: Role::User, ..new_key("Narrow") }).await.secret;
    let mut cases = 0;
    for flow in PanelFlow::ALL {
        for (user, secret, role) in
            [(ADMIN, &wide, Role::Admin), (ADMIN, &narrow, Role::User), (member, &wide, Role::User)]
        {
            let mut panel = Panel::of(&server, secret, user, flow).await;
            for endpoint in all_endpoints() {
                let what = format!("{} {} in {} as {role}", endpoint.method, endpoint.path, flow.as_str());
                let path = endpoint.path.replace("{id}", NOBODY);
                let request = panel.request(endpoint.method.clone(), &path);
                let request = request.header(headers::IDEMPOTENCY_KEY, key());
                // The events of no batch.
                let answer = send(request).await;
                assert_eq!(answer.header("set-cookie"), None, "e9: {what}");
                let refusal = (!answer.status.is_success()).then(|| answer.code());
                let refusal = refusal.filter(|code| {
                    matches!(
                        code,
                        ProblemCode::Forbidden
                            | ProblemCode::SignedOut
                            | ProblemCode::ApiKeyInvalid
                            | ProblemCode::CsrfRefused
                            | ProblemCode::EmbedSessionExpired
                    )
                });
                let expected = match endpoint.rules.access {
                    Access::Browser => None,
                    Access::ApiKey => Some(ProblemCode::ApiKeyInvalid),
                    _ if !endpoint.rules.is_of_panel(flow) => Some(ProblemCode::Forbidden),
                    Access::Admin if role != Role::Admin => Some(ProblemCode::Forbidden),
                    _ => None,
                };
                assert_eq!(refusal, expected, "{what}: {}", answer.text());
                cases += 1;
                // It may have ended the session.
                if answer.status.is_success() && endpoint.method != Method::GET {
                    panel = Panel::of(&server, secret, user, flow).await;
                }
            }
        }
    }
    assert!(cases > 700, "{cases}");
}

/// The events that came since those.
async fn events_since(admin: &Client, before: &[AuditEvent]) -> Vec<AuditEvent> {
    let mut events =
        admin.get(&format!("{}?limit=200", paths::AUDIT_EVENTS)).await.json::<List<AuditEvent>>().items;
    events.retain(|event| !before.iter().any(|known| known.id == event.id));
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn a19_every_act_of_a_panel_names_the_person_and_the_key() {
    let (server, admin) = field_sync::server_of(|config| config.sandbox.people = 2_500).await;
    let created = make(&admin, &new_key("CRM")).await;
    let mut noted = BTreeSet::new();
    // What needs a proof is done in the console.
    let is_tried =
        |endpoint: &&Endpoint| endpoint.rules.key == Key::Required && !endpoint.rules.needs_proof();
    for endpoint in all_endpoints().iter().filter(is_tried) {
        let Some(flow) = PanelFlow::ALL.into_iter().find(|flow| endpoint.rules.is_of_panel(*flow)) else {
            continue;
        };
        let panel = Panel::of(&server, &created.secret, ADMIN, flow).await;
        let request = idempotency::prepare(&admin, &endpoint.path).await;
        let before = events_since(&admin, &[]).await;
        let sent =
            panel.request(endpoint.method.clone(), &request.path).header(headers::IDEMPOTENCY_KEY, key());
        let answer = send(sent.json(&request.body)).await;
        assert!(answer.status.is_success(), "{}: {}", endpoint.path, answer.text());
        idempotency::settle(&admin, &request.path).await;
        for event in events_since(&admin, &before).await {
            let by = (event.actor_kind, event.actor.as_str(), event.key_name.as_deref());
            assert_eq!(by, (ActorKind::Person, ADMIN, Some("CRM")), "{}: {event:?}", endpoint.path);
            assert_eq!(event.key_id, Some(created.key.id.clone()), "{}", endpoint.path);
            noted.insert(event.action.as_str());
        }
        idempotency::clear_away(&admin).await;
    }
    // Those of `team_members_changed` are by the job.
    let expected = [
        "invitation_resent",
        "invitations_revoked",
        "members_update_undone",
        "members_updated",
        "sync_cancelled",
        "sync_paused",
        "sync_resumed",
        "sync_started",
        "team_created",
        "team_members_changed",
        "users_invited",
    ];
    let missing: Vec<_> = expected.into_iter().filter(|action| !noted.contains(action)).collect();
    assert!(missing.is_empty(), "{missing:?} of {noted:?}");

    // What takes no key of idempotency.
    server.member("zoe@example.com").await;
    let ana = id_of(&admin, "zoe@example.com").await;
    let before = events_since(&admin, &[]).await;
    let users = Panel::of(&server, &created.secret, ADMIN, PanelFlow::Users).await;
    let change = users.request(Method::PATCH, &paths::user(&ana)).header("if-match", "*");
    assert_eq!(send(change.json(&json!({"role": "admin"}))).await.status, 200);
    assert_eq!(send(users.request(Method::POST, &paths::user_deactivate(&ana))).await.status, 200);
    assert_eq!(send(users.request(Method::DELETE, &paths::user(&ana))).await.status, 204);
    let events = events_since(&admin, &before).await;
    assert!(
        events.len() >= 3 && events.iter().all(|event| event.key_id == Some(created.key.id.clone())),
        "{events:?}"
    );

    // The host's backend itself is no person, whatever its key is called.
    let issued = &server.audited(AuditAction::EmbedSessionIssued).await[0];
    assert_eq!((issued.actor_kind, issued.actor.as_str(), &issued.actor_id), (ActorKind::Key, "CRM", &None));
    assert_eq!(issued.key_id, Some(created.key.id));
    // In the console, no key stands between.
    let own = &server.audited(AuditAction::ApiKeyCreated).await[0];
    assert_eq!((own.actor_kind, &own.key_id), (ActorKind::Person, &None));
}

#[tokio::test]
async fn a19_a_key_opens_panels_only_for_those_whom_its_maker_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for email in ["ana@example.com", "eva@example.com"] {
        server.administrator(email).await;
    }
    server.member("bob@example.com").await;
    let ana = id_of(&admin, "ana@example.com").await;
    let of = |opens_for: OpensFor, name: &str| NewApiKey { opens_for, ..new_key(name) };
    let by_default: NewApiKey = serde_json::from_value(
        json!({"name": "Bare", "origins": [HOST], "flows": ["users"], "role": "admin"}),
    )
    .unwrap();
    assert_eq!((by_default.opens_for.clone(), by_default.grants), (OpensFor::Maker, Role::User));
    let everybody = [ADMIN, "ana@example.com", "eva@example.com", "bob@example.com"];
    for (wanted, allowed) in [
        (by_default, &everybody[..1]),
        (of(OpensFor::Users(vec![ana.clone()]), "Named"), &everybody[1..2]),
        (of(OpensFor::Everyone, "Everyone"), &everybody[..]),
    ] {
        let made = make(&admin, &wanted).await;
        assert_eq!(made.key.opens_for, wanted.opens_for);
        for email in everybody {
            let answer = ask(&server.anyone(), &made.secret, &self::wanted(email, PanelFlow::Users)).await;
            match allowed.contains(&email) {
                true => assert_eq!(answer.status, 201, "{}: {email}", wanted.name),
                false => {
                    assert_eq!(answer.problem().field.as_deref(), Some("user"), "{}: {email}", wanted.name)
                }
            }
        }
    }
    let bob = id_of(&admin, "bob@example.com").await;
    for refused in [vec![], vec![bob], vec![ana, UserId(NOBODY.to_owned())]] {
        let answer = admin.post(paths::API_KEYS, &of(OpensFor::Users(refused), "Refused")).await;
        assert_eq!(answer.problem().field.as_deref(), Some("opens_for"));
    }
}

#[tokio::test]
async fn a19_no_role_is_given_through_a_key_beyond_its_grants() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("bob@example.com").await;
    server.administrator("ana@example.com").await;
    let (bob, ana) = (id_of(&admin, "bob@example.com").await, id_of(&admin, "ana@example.com").await);
    let key_of =
        async |name: &str, grants: Role| make(&admin, &NewApiKey { grants, ..new_key(name) }).await.secret;
    let narrow = key_of("Narrow", Role::User).await;
    let through = async |secret: &str, flow: PanelFlow, method: Method, path: &str, body: Value| {
        let panel = Panel::of(&server, secret, ADMIN, flow).await;
        let request =
            panel.request(method, path).header(headers::IDEMPOTENCY_KEY, key()).header("if-match", "*");
        send(request.json(&body)).await
    };
    let post =
        async |path: &str, body: Value| through(&narrow, PanelFlow::Users, Method::POST, path, body).await;
    let beyond = |answer: Answer, what: &str| assert_eq!(answer.code(), ProblemCode::RoleBeyondKey, "{what}");

    // A person, and a batch of invitations, as a whole and row by row.
    let role = json!({"role": "admin"});
    beyond(through(&narrow, PanelFlow::Users, Method::PATCH, &paths::user(&bob), role).await, "a role");
    let mut admins = csv(2);
    admins.options.role = Role::Admin;
    beyond(post(paths::BATCHES, json!(admins)).await, "options");
    let batch: api_types::Batch = post(paths::BATCHES, json!(csv(2))).await.json();
    let as_admin = api_types::NewRow { role: Some("Admin".to_owned()), ..row(2, "eva@example.com") };
    let chunk = json!({"index": 0, "rows": [as_admin, row(3, "leo@example.com")]});
    let result: api_types::ChunkResult = post(&paths::batch_chunks(&batch.id), chunk).await.json();
    assert_eq!(
        result.rows.iter().map(|row| (row.verdict, row.code)).collect::<Vec<_>>(),
        [(RowVerdict::Error, Some(RowCode::RoleBeyondKey)), (RowVerdict::Ready, None)]
    );

    // An invitation that gives it: neither its link nor another address for it.
    let sent = admin
        .send_batch(
            &{
                let mut one = csv(1);
                one.options.role = Role::Admin;
                one
            },
            &[row(2, "zoe@example.com")],
        )
        .await;
    let rows: List<api_types::BatchRow> = admin.get(&paths::batch_rows(&sent.id)).await.json();
    let invitation = rows.items[0].invitation.clone().unwrap().id;
    beyond(post(&paths::invitation_link(&invitation), Value::Null).await, "a link");
    beyond(
        post(&paths::invitation_resend(&invitation), json!({"email": "me@example.com"})).await,
        "another address",
    );

    // Access gives an administrator their role back.
    assert_eq!(admin.post(&paths::user_deactivate(&ana), &()).await.status, 200);
    beyond(post(&paths::user_reactivate(&ana), Value::Null).await, "access");

    // A file of members: when it is compared and, though it was compared in the console, when it is applied.
    let rows = [json!({"row": 2, "email": "bob@example.com", "role": "Admin"})];
    let compared: api_types::MemberChangeBatch =
        post(paths::MEMBER_CHANGES, json!({"action": "update", "expected_rows": 1})).await.json();
    let result: api_types::MemberChangeChunkResult =
        post(&paths::member_change_chunks(&compared.id), json!({"index": 0, "rows": rows})).await.json();
    assert_eq!(
        (result.rows[0].verdict, result.rows[0].code),
        (MemberVerdict::NotAllowed, Some(MemberChangeCode::RoleBeyondKey))
    );
    let here: api_types::MemberChangeBatch =
        admin.once(paths::MEMBER_CHANGES, &json!({"action": "update", "expected_rows": 1})).await.json();
    assert_eq!(
        admin.once(&paths::member_change_chunks(&here.id), &json!({"index": 0, "rows": rows})).await.status,
        200
    );
    assert_eq!(post(&paths::member_change_apply(&here.id), Value::Null).await.status, 202);
    idempotency::settle(&admin, &paths::member_change_apply(&here.id)).await;
    let applied: api_types::MemberChangeBatch = admin.get(&paths::member_change(&here.id)).await.json();
    assert_eq!((applied.applied, applied.verdicts.not_allowed), (0, 1));
    assert_eq!(admin.get(&paths::user(&bob)).await.json::<User>().role, Role::User);

    // A key that may.
    let wide = key_of("Wide", Role::Admin).await;
    let role = json!({"role": "admin"});
    assert_eq!(through(&wide, PanelFlow::Users, Method::PATCH, &paths::user(&bob), role).await.status, 200);
}

#[tokio::test]
async fn a19_the_setup_guide_in_a_panel_changes_personas_and_nothing_else_of_a_person() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.administrator("ana@example.com").await;
    let ana = id_of(&admin, "ana@example.com").await;
    let secret = make(&admin, &new_key("CRM")).await.secret;
    let change = async |flow: PanelFlow, change: Value| {
        let panel = Panel::of(&server, &secret, ADMIN, flow).await;
        let request = panel.request(Method::PATCH, &paths::user(&ana)).header("if-match", "*");
        send(request.json(&change)).await
    };
    for beyond in
        [json!({"role": "user"}), json!({"personas": [], "role": "user"}), json!({"first_name": "Eva"})]
    {
        let answer = change(PanelFlow::SetupGuide, beyond.clone()).await;
        assert_eq!(answer.code(), ProblemCode::Forbidden, "{beyond}");
    }
    assert_eq!(change(PanelFlow::SetupGuide, json!({"personas": ["marketo_admin"]})).await.status, 200);
    let user: User = admin.get(&paths::user(&ana)).await.json();
    assert_eq!((user.role, user.personas), (Role::Admin, vec![Persona::MarketoAdmin]));
    assert_eq!(change(PanelFlow::Users, json!({"role": "user", "personas": []})).await.status, 200);
}

#[tokio::test]
async fn e8_background_work_in_a_panel_is_of_the_kinds_that_its_flow_lists() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let secret = make(&admin, &new_key("CRM")).await.secret;
    for (flow, count) in [(PanelFlow::InviteCsv, 1), (PanelFlow::Users, 1), (PanelFlow::SetupGuide, 0)] {
        let panel = Panel::of(&server, &secret, ADMIN, flow).await;
        let works: BackgroundWork = panel.get(paths::BACKGROUND_WORK).await.json();
        assert_eq!(works.ended.len(), count, "{}", flow.as_str());
    }
}

#[test]
fn e8_no_flow_reaches_sign_in_passwords_the_profile_keys_or_the_accounts_security() {
    let never = [
        paths::SESSION_TOKENS,
        paths::SESSION_TOKENS_REFRESH,
        paths::PASSWORD_RESETS,
        paths::PROFILE,
        paths::PROFILE_PASSWORD,
        paths::PROFILE_MARKETO,
        paths::ACTIVATION_INSPECT,
        paths::ACTIVATION_ACCEPT,
        paths::SALESFORCE_SIGN_INS,
        paths::INTEGRATION_REVEAL,
        paths::API_KEYS,
        paths::template::API_KEY,
        paths::EMBED_SESSIONS,
        paths::AUDIT_EVENTS,
        paths::DIAGNOSTICS_ERRORS,
        paths::SANDBOX_FAULTS,
    ];
    for endpoint in all_endpoints() {
        let ends_own = endpoint.method == Method::DELETE;
        let changes_session = endpoint.path == paths::SESSION && endpoint.method != Method::GET && !ends_own;
        let changes_account = endpoint.path == paths::ACCOUNT && endpoint.method != Method::GET;
        for flow in PanelFlow::ALL {
            let what = format!("{} {} in {}", endpoint.method, endpoint.path, flow.as_str());
            if never.contains(&endpoint.path.as_str()) || changes_session || changes_account {
                assert!(!endpoint.rules.is_of_panel(flow), "{what}");
            }
        }
    }
}

#[tokio::test]
async fn a13_e8_a_panel_acts_with_the_narrower_role_of_the_moment() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let wide = make(&admin, &new_key("Wide")).await.secret;
    let narrow = make(&admin, &NewApiKey { role: Role::User, ..new_key("Narrow") }).await.secret;
    server.administrator("bo@example.com").await;
    let role = async |secret: &str| {
        Panel::of(&server, secret, "bo@example.com", PanelFlow::Users).await.session().await.user.role
    };
    assert_eq!((role(&wide).await, role(&narrow).await), (Role::Admin, Role::User));

    let before = Panel::of(&server, &wide, "bo@example.com", PanelFlow::Users).await;
    assert_eq!(before.get(paths::USERS).await.status, 200);
    let bo = admin.get("/users?search=bo@example.com").await.json::<List<User>>().items.remove(0);
    let change = |body: Value| {
        let request = admin.request(Method::PATCH, &paths::user(&bo.id)).header("if-match", "*");
        send(request.json(&body))
    };
    assert_eq!(change(json!({"role": "user"})).await.status, 200);
    assert!(!before.get(paths::USERS).await.status.is_success(), "at once");
    assert_eq!(role(&wide).await, Role::User);

    let before = Panel::of(&server, &wide, "bo@example.com", PanelFlow::Users).await;
    assert_eq!(admin.post(&paths::user_deactivate(&bo.id), &()).await.status, 200);
    assert_eq!(before.get(paths::SESSION).await.code(), ProblemCode::EmbedSessionExpired);
    let refused = ask(&server.anyone(), &wide, &wanted("bo@example.com", PanelFlow::Users)).await.problem();
    assert_eq!(refused.field.as_deref(), Some("user"));
}

#[tokio::test]
async fn e8_a_revoked_key_ends_every_panel_that_it_opened_at_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let (first, second) = (make(&admin, &new_key("First")).await, make(&admin, &new_key("Second")).await);
    let mut ended = Vec::new();
    for _ in 0..3 {
        ended.push(Panel::of(&server, &first.secret, ADMIN, PanelFlow::Users).await);
    }
    let other = Panel::of(&server, &second.secret, ADMIN, PanelFlow::Users).await;
    revoke(&admin, &first).await;
    for panel in &ended {
        let refused = panel.get(paths::USERS).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (401, ProblemCode::ApiKeyRevoked));
    }
    assert_eq!(other.get(paths::USERS).await.status, 200);
    assert_eq!(admin.get(paths::USERS).await.status, 200);
}

#[tokio::test]
async fn e2_the_page_of_the_host_cannot_act_in_the_panels_place() {
    let console = "https://console.example";
    let server = Server::start_with(|config| {
        config.allowed_origins = vec![console.to_owned(), "https://also.example".to_owned()];
    })
    .await;
    let admin = server.admin().await;
    let origins = vec![HOST.to_owned()];
    let secret = make(&admin, &NewApiKey { origins, ..new_key("CRM") }).await.secret;
    let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    let own = server.base.clone();
    let mut passed = 0;
    for method in [Method::GET, Method::POST] {
        for site in [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none")] {
            for origin in [
                None,
                Some(own.as_str()),
                Some(console),
                Some(HOST),
                Some("https://evil.example"),
                Some("null"),
            ] {
                let path = if method == Method::GET { paths::TEAMS } else { paths::INVITATION_PREVIEW };
                let path = format!("{}{path}", paths::BASE);
                let mut request = panel.client.bare(method.clone(), &path).bearer_auth(&panel.token);
                for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
                    if let Some(value) = value {
                        request = request.header(name, value);
                    }
                }
                let answer = if method == Method::GET {
                    send(request).await
                } else {
                    send(request.json(&json!({}))).await
                };
                let refused = !answer.status.is_success() && answer.code() == ProblemCode::CsrfRefused;
                let ours = match origin {
                    Some(origin) => origin == own || origin == console,
                    None => matches!(site, None | Some("same-origin")),
                };
                assert_eq!(refused, !ours, "{method} {site:?} {origin:?}: {}", answer.text());
                passed += u32::from(ours);
            }
        }
    }
    assert_eq!(passed, 2 * (2 * 5 + 2));
    let own = NewApiKey { origins: vec![console.to_owned()], ..new_key("Own") };
    let refused = admin.post(paths::API_KEYS, &own).await.problem();
    assert_eq!(refused.field.as_deref(), Some("origins"), "e13: a console embeds no panel");
}

#[tokio::test]
async fn e2_a_host_that_may_call_the_api_by_itself_may_not_do_it_with_the_panels_token() {
    let own = "http://localhost:1";
    let mut server = Server::start_with(|config| config.public_url = Some(own.parse().unwrap())).await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    let panel = Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await;
    server.restart_with(|config| config.allowed_origins = vec![HOST.to_owned()]).await;
    let ask = async |origin: &str| {
        let path = format!("{}{}", paths::BASE, paths::TEAMS);
        let request = server.anyone().bare(Method::GET, &path).bearer_auth(&panel.token);
        send(request.header("origin", origin)).await
    };
    assert_eq!(ask(own).await.status, 200);
    assert_eq!(ask(HOST).await.code(), ProblemCode::CsrfRefused);
}

#[tokio::test]
async fn a3_e8_a_panel_of_a_console_on_another_site_may_send_its_token() {
    let console = "https://console.example";
    let server = Server::start_with(|config| config.allowed_origins = vec![console.to_owned()]).await;
    for (origin, allowed) in [(console, true), (HOST, false)] {
        let asked = server
            .anyone()
            .bare(Method::OPTIONS, &format!("{}{}", paths::BASE, paths::SESSION))
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization");
        let preflight = send(asked).await;
        assert_eq!(preflight.header("access-control-allow-origin"), allowed.then_some(origin));
    }
}

#[tokio::test]
async fn a12_e8_keys_that_are_tried_and_people_who_are_guessed_are_counted() {
    let server = Server::start_with(|config| {
        config.credentials_per_minute = 3.try_into().unwrap();
        config.requests_per_second = 2.try_into().unwrap();
    })
    .await;
    let admin = server.admin().await;
    let (first, second) = (make(&admin, &new_key("First")).await, make(&admin, &new_key("Second")).await);
    let anyone = server.anyone();
    let good = wanted(ADMIN, PanelFlow::Users);
    let guess = wanted("nobody@example.com", PanelFlow::Users);
    let pause = || server.clock.advance(Duration::from_secs(3));

    // The failures of a key, which end no success.
    for expected in [ProblemCode::InvalidField, ProblemCode::InvalidField, ProblemCode::InvalidField] {
        assert_eq!(ask(&anyone, &first.secret, &guess).await.code(), expected);
        pause();
    }
    let limited = ask(&anyone, &first.secret, &guess).await;
    assert_eq!(limited.code(), ProblemCode::RateLimited);
    assert!(limited.header("retry-after").is_some());
    pause();
    assert_eq!(ask(&anyone, &first.secret, &good).await.status, 201);
    assert_eq!(
        ask(&anyone, &second.secret, &guess).await.code(),
        ProblemCode::InvalidField,
        "each key by itself"
    );

    // All that a key asks for.
    server.clock.advance(Duration::from_secs(60));
    let begun = Instant::now();
    let mut statuses = Vec::new();
    for _ in 0..8 {
        statuses.push(ask(&anyone, &first.secret, &good).await.status.as_u16());
    }
    // Six at once, and those that have become due since, two a second.
    let due = 6 + (begun.elapsed().as_secs_f64() * 2.0) as usize;
    let granted = statuses.iter().filter(|status| **status == 201).count();
    assert_eq!(statuses[..6], [201; 6]);
    assert!(
        statuses.iter().all(|status| [201, 429].contains(status)) && granted <= due,
        "{statuses:?}, {due} due"
    );
    assert_eq!(ask(&anyone, &second.secret, &good).await.status, 201);

    // Keys that are tried, by address.
    let mut codes = Vec::new();
    for _ in 0..5 {
        codes.push(ask(&anyone, "msi_key_tried", &good).await.code());
    }
    assert_eq!(codes[..3], [ProblemCode::ApiKeyInvalid; 3]);
    assert_eq!(codes[3..], [ProblemCode::RateLimited; 2]);
    assert_eq!(ask(&anyone, &second.secret, &good).await.status, 201, "nobody is kept out who has a key");
}

#[tokio::test]
async fn a12_e8_a_panel_that_asks_for_tokens_has_no_more_requests_by_that() {
    let server = Server::start_with(|config| config.requests_per_second = 1.try_into().unwrap()).await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    let (first, second) = (
        Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await,
        Panel::of(&server, &secret, ADMIN, PanelFlow::Users).await,
    );
    let (began, mut answered) = (Instant::now(), 0);
    loop {
        let asked = [&first, &second].repeat(4).into_iter().map(|panel| panel.get(paths::TEAMS));
        let answers = join_all(asked).await;
        let refused = answers.iter().filter(|answer| answer.status == 429).count();
        answered += answers.len() - refused;
        // Three at once, and then one in each second, of both together.
        let most = 3 + began.elapsed().as_secs();
        assert!((3..=most).contains(&(answered as u64)), "{answered} instead of at most {most}");
        if refused > 0 {
            break;
        }
    }
}

#[tokio::test]
async fn a16_e8_the_audit_log_names_keys_and_their_use() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    let created = make(&admin, &new_key("CRM")).await;
    let open = async |user: &str, flow| {
        Panel::of(&server, &created.secret, user, flow).await;
    };
    for _ in 0..3 {
        open(ADMIN, PanelFlow::Users).await;
        open("ana@example.com", PanelFlow::Users).await;
        open(ADMIN, PanelFlow::SetupGuide).await;
    }
    server.clock.advance(Duration::from_secs(3600));
    open(ADMIN, PanelFlow::Users).await;
    let admin = server.admin().await;
    revoke(&admin, &created).await;
    revoke(&admin, &created).await;
    let subjects = async |action| -> Vec<(String, String)> {
        let events = server.audited(action).await;
        events.into_iter().rev().map(|event| (event.actor, event.subject)).collect()
    };
    for action in [AuditAction::ApiKeyCreated, AuditAction::ApiKeyRevoked] {
        assert_eq!(subjects(action).await, [(ADMIN.to_owned(), format!("CRM ({HOST})"))]);
    }
    let used = |user: &str, flow: &str| ("CRM".to_owned(), format!("{user} ({HOST}, {flow})"));
    assert_eq!(
        subjects(AuditAction::EmbedSessionIssued).await,
        [
            used(ADMIN, "users"),
            used("ana@example.com", "users"),
            used(ADMIN, "setup-guide"),
            used(ADMIN, "users")
        ],
        "once an hour for each person and flow"
    );
}

#[tokio::test]
async fn e8_a_panel_signs_out_of_its_own_session_and_of_no_other() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let key = make(&admin, &new_key("CRM")).await;
    let panel = Panel::of(&server, &key.secret, ADMIN, PanelFlow::Users).await;
    let other = Panel::of(&server, &key.secret, ADMIN, PanelFlow::Users).await;
    let answer = send(panel.request(Method::DELETE, paths::SESSION)).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(panel.get(paths::USERS).await.code(), ProblemCode::EmbedSessionExpired);
    assert_eq!(other.get(paths::USERS).await.status, 200);
    assert_eq!(admin.get(paths::USERS).await.status, 200, "the console of the same person");
}

#[tokio::test]
async fn e8_a_panel_that_outlives_its_token_goes_on_with_the_next() {
    let server = Server::start().await;
    let secret = make(&server.admin().await, &new_key("CRM")).await.secret;
    let before = Panel::of(&server, &secret, ADMIN, PanelFlow::InviteCsv).await;
    let again = key();
    let open = async |panel: &Panel| {
        let request = panel.request(Method::POST, paths::BATCHES).header(headers::IDEMPOTENCY_KEY, &again);
        send(request.json(&csv(1))).await
    };
    let first = open(&before).await;
    assert_eq!(first.status, 201);
    server.clock.advance(Duration::from_secs(61));
    assert_eq!(open(&before).await.code(), ProblemCode::EmbedSessionExpired);
    let after = Panel::of(&server, &secret, ADMIN, PanelFlow::InviteCsv).await;
    let repeated = open(&after).await;
    assert_eq!(
        (repeated.body, repeated.headers.contains_key(headers::IDEMPOTENCY_REPLAYED)),
        (first.body, true)
    );
}

#[tokio::test]
async fn e8_an_event_stream_ends_with_its_key() {
    let server = Server::start_with(|config| config.smtp = Some("smtp://127.0.0.1:1".parse().unwrap())).await;
    let admin = server.admin().await;
    let created = make(&admin, &new_key("CRM")).await;
    let id = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    let panel = Panel::of(&server, &created.secret, ADMIN, PanelFlow::InviteCsv).await;
    let mut stream = panel.request(Method::GET, &paths::batch_events(&id)).send().await.unwrap();
    assert_eq!(stream.status(), 200);
    assert!(stream.chunk().await.unwrap().is_some());
    revoke(&admin, &created).await;
    // A change, at which the stream looks whether it may go on.
    admin.once(&paths::batch_cancel(&id), &()).await;
    let mut rest = Vec::new();
    while let Some(piece) = stream.chunk().await.unwrap() {
        rest.extend(piece);
    }
    assert!(!String::from_utf8(rest).unwrap().contains("event: settled"));
}
