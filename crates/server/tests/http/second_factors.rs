//! A22: passkeys and authenticator apps with recovery codes, as users add, use and lose them, and the account's rule.

use std::time::Duration;

use api_types::{
    Account, ActorKind, AppSecret, AuditAction, Ceremony, Factors, LoginManagement, OpenSession,
    PasskeyAdded, ProblemCode, ProofAsked, ProofWay, RecoveryCodes, SecondFactor, Session, headers, paths,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::all_endpoints;
use server::config::Loopback;

use crate::authenticator::{Passkey, app_code, begin_step};
use crate::harness::{Answer, Client, PASSWORD, Server, key, send};
use crate::long_lists::database;
use crate::marketo::id_of;

const ANA: &str = "ana@example.com";
const BO: &str = "bo@example.com";
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
const CONSOLE: &str = "https://console.example.org";
const STEP: Duration = Duration::from_secs(30);
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A server under this machine's name, for which there are passkeys.
async fn named() -> Server {
    Server::start_with(|config| config.loopback = Loopback::Name).await
}

async fn begin(client: &Client, path: &str) -> Ceremony {
    client.post(path, &json!({})).await.json()
}

/// Makes a passkey on a page of that origin, and tries to add it.
async fn try_add(client: &Client, name: &str, origin: &str) -> (Passkey, Answer) {
    let begun = begin(client, paths::PASSKEY_CEREMONY).await;
    let (passkey, credential) = Passkey::make(&begun.options, origin);
    let new = json!({"name": name, "ceremony": begun.ceremony, "credential": credential});
    (passkey, client.post(paths::PASSKEYS, &new).await)
}

async fn add(client: &Client, name: &str) -> (Passkey, PasskeyAdded) {
    let (passkey, answer) = try_add(client, name, &client.origin()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    (passkey, answer.json())
}

/// Signs in by a passkey on a page of that origin.
async fn sign_in_at(client: &Client, passkey: &mut Passkey, origin: &str) -> Answer {
    let begun = begin(client, paths::SESSION_PASSKEY).await;
    let credential = passkey.prove(&begun.options, origin);
    let body = json!({"passkey": {"ceremony": begun.ceremony, "credential": credential}});
    client.post(paths::SESSION, &body).await
}

async fn sign_in_with(client: &Client, passkey: &mut Passkey) -> Answer {
    sign_in_at(client, passkey, &client.origin()).await
}

async fn answer_with(client: &Client, begun: &Ceremony, passkey: &mut Passkey) -> Answer {
    let credential = passkey.prove(&begun.options, &client.origin());
    let body = json!({"passkey": {"ceremony": begun.ceremony, "credential": credential}});
    client.post(paths::SESSION, &body).await
}

/// Adds an authenticator app. Returns its secret and the recovery codes.
async fn add_app(server: &Server, client: &Client) -> (String, Vec<String>) {
    let begun: AppSecret = client.post(paths::AUTHENTICATOR_APP, &json!({})).await.json();
    let code = app_code(&begun.secret, &server.clock, 0);
    let codes: RecoveryCodes = client.put(paths::AUTHENTICATOR_APP, &json!({"code": code})).await.json();
    // That code was used.
    server.clock.advance(STEP);
    (begun.secret, codes.recovery_codes)
}

async fn sign_in(client: &Client, password: &str, code: Option<&str>) -> Answer {
    let body = json!({"password": {"email": ANA, "password": password, "code": code}});
    client.post(paths::SESSION, &body).await
}

async fn factors(client: &Client) -> Factors {
    client.get(paths::FACTORS).await.json()
}

async fn prove(client: &mut Client, proof: Value) -> Answer {
    let answer = client.post(paths::SESSION_PROOF, &proof).await;
    client.take_cookie(&answer);
    answer
}

async fn ways(client: &Client) -> Vec<ProofWay> {
    client.get(paths::SESSION_PROOF).await.json::<ProofAsked>().ways
}

async fn session(client: &Client) -> Session {
    client.get(paths::SESSION).await.json()
}

#[track_caller]
fn is_wrong_code(answer: &Answer) {
    let problem = answer.problem();
    assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::InvalidField, Some("code")));
}

async fn set_rule(client: &Client, needed_from: &str, grace_days: u8) -> Answer {
    client
        .patch_at(
            "*",
            paths::ACCOUNT,
            &json!({"factor_rule": {"needed_from": needed_from, "grace_days": grace_days}}),
        )
        .await
}

#[tokio::test]
async fn a22_a_passkey_is_added_and_signs_in_without_a_password() {
    let server = named().await;
    let ana = server.administrator(ANA).await;
    let begun = begin(&ana, paths::PASSKEY_CEREMONY).await;
    let asked = |path: &str| begun.options.pointer(path).cloned().unwrap_or_default();
    assert_eq!(asked("/rp/id"), "localhost");
    assert_eq!(asked("/attestation"), "none");
    assert_eq!(asked("/authenticatorSelection/residentKey"), "required");
    assert_eq!(asked("/authenticatorSelection/userVerification"), "required");
    let (mut passkey, added) = add(&ana, " Laptop ").await;
    assert_eq!(added.passkey.name, "Laptop");
    let recovery_codes = added.recovery_codes;
    assert_eq!(recovery_codes.len(), 10);
    let of_second = begin(&ana, paths::PASSKEY_CEREMONY).await;
    assert_eq!(of_second.options["excludeCredentials"][0]["id"], passkey.id());
    let (mut second, added) = add(&ana, "Phone").await;
    assert!(added.recovery_codes.is_empty(), "they come once");
    let own = factors(&ana).await;
    let names: Vec<_> = own.passkeys.iter().map(|passkey| passkey.name.as_str()).collect();
    assert_eq!((names, own.recovery_codes_left), (vec!["Laptop", "Phone"], 10));

    let anyone = server.anyone();
    let asked = begin(&anyone, paths::SESSION_PASSKEY).await.options;
    assert_eq!((&asked["rpId"], &asked["userVerification"]), (&json!("localhost"), &json!("required")));
    assert_eq!(asked["allowCredentials"], json!([]));
    for passkey in [&mut passkey, &mut second] {
        let answer = sign_in_with(&anyone, passkey).await;
        let opened: Session = answer.json();
        assert_eq!((opened.user.email.as_str(), opened.second_factor), (ANA, SecondFactor::Present));
        let mut signed_in = server.anyone();
        signed_in.take_cookie(&answer);
        assert_eq!(session(&signed_in).await.user.email, ANA);
        let proof: ProofAsked = signed_in.get(paths::SESSION_PROOF).await.json();
        assert!(proof.is_fresh, "the sign-in is a proof");
    }
    assert!(factors(&ana).await.passkeys.iter().all(|passkey| passkey.last_used_at.is_some()));
    let stored: Vec<(String,)> = sqlx::query_as("SELECT hash FROM recovery_codes")
        .fetch_all(&mut database(&server).await)
        .await
        .expect("a table");
    assert_eq!(stored.len(), 10);
    for code in &recovery_codes {
        // 24 letters and digits of five bits each: what has 112 bits and more may be hashed fast.
        let plain = code.replace('-', "");
        assert!(
            plain.len() == 24
                && plain.bytes().all(|byte| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".contains(&byte))
        );
        assert!(stored.iter().all(|(hash,)| !hash.contains(&plain) && hash.len() == 43));
    }
}

#[tokio::test]
async fn a22_a_ceremony_works_once_for_its_purpose_in_its_session_and_for_five_minutes() {
    let server = named().await;
    let (mut ana, mut bo) = (server.member(ANA).await, server.member(BO).await);
    let (mut passkey, _) = add(&ana, "Laptop").await;
    let anyone = server.anyone();
    let refused = |answer: Answer, what: &str| {
        assert_eq!((answer.status.as_u16(), answer.code()), (401, ProblemCode::PasskeyRefused), "{what}");
    };

    let begun = begin(&anyone, paths::SESSION_PASSKEY).await;
    let credential = passkey.prove(&begun.options, &anyone.origin());
    let body = json!({"passkey": {"ceremony": begun.ceremony, "credential": credential}});
    assert_eq!(anyone.post(paths::SESSION, &body).await.status, 200);
    refused(anyone.post(paths::SESSION, &body).await, "sent twice");
    refused(answer_with(&anyone, &begun, &mut passkey).await, "answered twice");
    let late = begin(&anyone, paths::SESSION_PASSKEY).await;
    server.clock.advance(FIVE_MINUTES);
    refused(answer_with(&anyone, &late, &mut passkey).await, "too late");
    let other = begin(&anyone, paths::SESSION_PASSKEY).await;
    let mixed = Ceremony { ceremony: begin(&anyone, paths::SESSION_PASSKEY).await.ceremony, ..other };
    refused(answer_with(&anyone, &mixed, &mut passkey).await, "of another challenge");

    let body = |ceremony: &Ceremony, credential: &Value| json!({"passkey": {"ceremony": ceremony.ceremony, "credential": credential}});
    let of_sign_in = begin(&anyone, paths::SESSION_PASSKEY).await;
    let credential = passkey.prove(&of_sign_in.options, &server.anyone().origin());
    refused(prove(&mut ana, body(&of_sign_in, &credential)).await, "a sign-in is no proof");
    let of_proof = begin(&ana, paths::SESSION_PROOF_PASSKEY).await;
    assert_eq!(of_proof.options["allowCredentials"][0]["id"], passkey.id());
    refused(answer_with(&anyone, &of_proof, &mut passkey).await, "a proof is no sign-in");
    let mut again = server.anyone();
    again.take_cookie(&sign_in_with(&anyone, &mut passkey).await);
    let credential = passkey.prove(&of_proof.options, &server.anyone().origin());
    refused(prove(&mut again, body(&of_proof, &credential)).await, "in another session");
    let credential = passkey.prove(&of_proof.options, &server.anyone().origin());
    assert_eq!(prove(&mut ana, body(&of_proof, &credential)).await.status, 204);
    let credential = passkey.prove(&of_proof.options, &server.anyone().origin());
    refused(prove(&mut ana, body(&of_proof, &credential)).await, "a proof twice");

    bo.prove().await;
    let of_bo = begin(&bo, paths::PASSKEY_CEREMONY).await;
    let (_, credential) = Passkey::make(&of_bo.options, &server.anyone().origin());
    let new = json!({"name": "Laptop", "ceremony": of_bo.ceremony, "credential": credential});
    refused(ana.post(paths::PASSKEYS, &new).await, "of another person");
    assert_eq!(bo.post(paths::PASSKEYS, &new).await.status, 201);
    refused(bo.post(paths::PASSKEYS, &new).await, "added twice");
}

#[tokio::test]
async fn a22_only_an_unlocked_passkey_of_a_known_person_on_a_page_of_this_server_signs_in() {
    let server = named().await;
    let ana = server.administrator(ANA).await;
    let mut bo = server.member(BO).await;
    let (mut passkey, added) = add(&ana, "Laptop").await;
    let anyone = server.anyone();
    let refused = |answer: Answer, what: &str| {
        assert_eq!((answer.status.as_u16(), answer.code()), (401, ProblemCode::PasskeyRefused), "{what}");
    };
    refused(sign_in_at(&anyone, &mut passkey, "http://localhost:8081").await, "another port");
    refused(sign_in_at(&anyone, &mut passkey, "https://evil.example").await, "another site");
    let (_, elsewhere) = try_add(&ana, "Elsewhere", "https://evil.example").await;
    refused(elsewhere, "made on another site");
    passkey.is_locked = false;
    refused(sign_in_with(&anyone, &mut passkey).await, "not unlocked");
    passkey.is_locked = true;
    let bo_id = session(&bo).await.user.id;
    refused(sign_in_with(&anyone, &mut passkey.of(bo_id.as_str())).await, "in the name of another");
    refused(sign_in_with(&anyone, &mut passkey.of(NOBODY)).await, "in the name of nobody");
    assert_eq!(sign_in_with(&anyone, &mut passkey).await.status, 200);
    refused(sign_in_with(&anyone, &mut passkey.copy()).await, "a copy, by its counter");
    let unreadable = json!({"passkey": {"ceremony": "k1.AAAA", "credential": {}}});
    refused(anyone.post(paths::SESSION, &unreadable).await, "no ceremony");

    // Another person's proof.
    let (mut of_bo, _) = add(&bo, "Phone").await;
    let begun = begin(&bo, paths::SESSION_PROOF_PASSKEY).await;
    let credential = passkey.prove(&begun.options, &anyone.origin());
    let body = json!({"passkey": {"ceremony": begun.ceremony, "credential": credential}});
    refused(prove(&mut bo, body).await, "of another person");

    let id = added.passkey.id;
    assert_eq!(bo.delete(&paths::passkey(&id)).await.code(), ProblemCode::NotFound);
    assert_eq!(ana.delete(&paths::passkey(&id)).await.status, 204);
    refused(sign_in_with(&anyone, &mut passkey).await, "removed");
    let admin = server.admin().await;
    let away = format!("{}/deactivate", paths::user(&bo_id));
    assert_eq!(send(admin.request(Method::POST, &away).header("if-match", "*")).await.status, 200);
    refused(sign_in_with(&anyone, &mut of_bo).await, "deactivated");
}

#[tokio::test]
async fn a22_a_host_without_a_name_has_no_passkeys_and_consoles_of_other_sites_share_them() {
    let nameless = Server::start().await;
    let member = nameless.admin().await;
    for (client, path) in [(&member, paths::PASSKEY_CEREMONY), (&nameless.anyone(), paths::SESSION_PASSKEY)] {
        assert_eq!(client.post(path, &json!({})).await.code(), ProblemCode::NotConfigured);
    }
    let related =
        async |server: &Server| send(server.anyone().bare(Method::GET, "/.well-known/webauthn")).await;
    assert_eq!(related(&nameless).await.status, 404);
    let elsewhere = Server::start_with(|config| {
        config.loopback = Loopback::Name;
        config.allowed_origins = vec![CONSOLE.to_owned()];
    })
    .await;
    assert_eq!(related(&elsewhere).await.json::<Value>(), json!({"origins": [CONSOLE]}));
    let ana = elsewhere.member(ANA).await;
    let (mut passkey, added) = try_add(&ana, "Laptop", CONSOLE).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!(sign_in_at(&elsewhere.anyone(), &mut passkey, CONSOLE).await.status, 200);
    assert_eq!(sign_in_with(&elsewhere.anyone(), &mut passkey).await.status, 200);
    let alone = named().await;
    assert_eq!(related(&alone).await.status, 404);
}

#[tokio::test]
async fn a22_a_page_that_is_opened_under_this_machines_number_leads_to_its_name() {
    let server = named().await;
    let no_redirects = reqwest::redirect::Policy::none();
    let browser = reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .redirect(no_redirects)
        .build()
        .expect("a client");
    let open = async |origin: &str, mode: &str| {
        let request = browser.get(format!("{origin}/validate?x=1")).header("sec-fetch-mode", mode);
        send(request).await
    };
    let (number, name) = (server.base.clone(), server.anyone().origin());
    let led = open(&number, "navigate").await;
    let to = format!("{name}/validate?x=1");
    assert_eq!((led.status.as_u16(), led.header("location")), (307, Some(to.as_str())));
    assert_eq!(open(&name, "navigate").await.status, 404, "there is no app here");
    assert_eq!(open(&number, "cors").await.status, 404, "pages that are open go on");
    if std::net::TcpListener::bind("[::1]:0").is_ok() {
        let other = number.replace("127.0.0.1", "[::1]");
        assert_eq!(open(&other, "navigate").await.header("location"), Some(to.as_str()));
    }
}

#[tokio::test]
async fn a22_the_last_factor_goes_with_the_recovery_codes() {
    let server = named().await;
    let ana = server.member(ANA).await;
    let (_, laptop) = add(&ana, "Laptop").await;
    let (secret, none) = add_app(&server, &ana).await;
    assert!(none.is_empty(), "they came with the passkey");
    assert_eq!(ana.delete(&paths::passkey(&laptop.passkey.id)).await.status, 204);
    assert_eq!(factors(&ana).await.recovery_codes_left, 10);
    let renewed: RecoveryCodes = ana.post(paths::RECOVERY_CODES, &json!({})).await.json();
    assert_eq!(renewed.recovery_codes.len(), 10);
    assert_eq!(sign_in(&server.anyone(), PASSWORD, Some(&laptop.recovery_codes[0])).await.status, 422);
    assert_eq!(
        sign_in(&server.anyone(), PASSWORD, Some(&app_code(&secret, &server.clock, 0))).await.status,
        200
    );
    assert_eq!(ana.delete(paths::AUTHENTICATOR_APP).await.status, 204);
    let none = factors(&ana).await;
    assert_eq!((none.passkeys.len(), none.app_since, none.recovery_codes_left), (0, None, 0));
    assert_eq!(ana.delete(paths::AUTHENTICATOR_APP).await.code(), ProblemCode::NotFound);
    assert_eq!(ana.post(paths::RECOVERY_CODES, &json!({})).await.code(), ProblemCode::Conflict);
    assert_eq!(sign_in(&server.anyone(), PASSWORD, None).await.status, 200);
    for (action, times) in [
        (AuditAction::PasskeyAdded, 1),
        (AuditAction::PasskeyRemoved, 1),
        (AuditAction::AuthenticatorAppAdded, 1),
        (AuditAction::AuthenticatorAppRemoved, 1),
        (AuditAction::RecoveryCodesMade, 1),
    ] {
        assert_eq!(server.audited(action).await.len(), times, "{action:?}");
    }
}

#[tokio::test]
async fn a22_an_app_counts_once_its_code_is_entered_and_each_code_works_once() {
    let server = named().await;
    let ana = server.member(ANA).await;
    assert_eq!(
        ana.put(paths::AUTHENTICATOR_APP, &json!({"code": "123456"})).await.code(),
        ProblemCode::Conflict
    );
    let begun: AppSecret = ana.post(paths::AUTHENTICATOR_APP, &json!({})).await.json();
    assert!(begun.uri.starts_with("otpauth://totp/") && begun.uri.contains(&begun.secret), "{}", begun.uri);
    assert!(begun.qr_path.starts_with('M') && begun.qr_size > 20);
    is_wrong_code(
        &ana.put(paths::AUTHENTICATOR_APP, &json!({"code": app_code(&begun.secret, &server.clock, 9)})).await,
    );
    let anyone = server.anyone();
    assert_eq!(sign_in(&anyone, PASSWORD, None).await.status, 200, "not yet");
    assert_eq!(factors(&ana).await.app_since, None);

    let (secret, codes) = add_app(&server, &ana).await;
    assert_eq!(codes.len(), 10);
    assert_ne!(secret, begun.secret);
    let stored: (String,) = sqlx::query_as("SELECT secret FROM authenticator_apps")
        .fetch_one(&mut database(&server).await)
        .await
        .expect("a row");
    assert!(!stored.0.contains(&secret), "sealed");
    assert_eq!(sign_in(&anyone, PASSWORD, None).await.code(), ProblemCode::CodeNeeded);
    begin_step(&server.clock);
    for code in [app_code(&secret, &server.clock, -2), app_code(&secret, &server.clock, 2)] {
        is_wrong_code(&sign_in(&anyone, PASSWORD, Some(&code)).await);
    }
    // Two steps after the one that confirmed the app.
    server.clock.advance(STEP);
    let before = app_code(&secret, &server.clock, -1);
    let now = app_code(&secret, &server.clock, 0);
    let grouped = format!("{} {}", &before[..3], &before[3..]);
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&grouped)).await.status, 200);
    is_wrong_code(&sign_in(&anyone, PASSWORD, Some(&before)).await);
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&now)).await.status, 200);
    is_wrong_code(&sign_in(&anyone, PASSWORD, Some(&before)).await);
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&app_code(&secret, &server.clock, 1))).await.status, 200);

    // Another phone: the codes of the first count until it is confirmed.
    let next: AppSecret = ana.post(paths::AUTHENTICATOR_APP, &json!({})).await.json();
    server.clock.advance(STEP * 2);
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&app_code(&secret, &server.clock, 0))).await.status, 200);
    let code = app_code(&next.secret, &server.clock, 0);
    let kept: RecoveryCodes = ana.put(paths::AUTHENTICATOR_APP, &json!({"code": code})).await.json();
    assert!(kept.recovery_codes.is_empty());
    is_wrong_code(&sign_in(&anyone, PASSWORD, Some(&app_code(&secret, &server.clock, 1))).await);
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&app_code(&next.secret, &server.clock, 1))).await.status, 200);
}

#[tokio::test]
async fn a22_a_recovery_code_works_once_and_its_owner_is_told() {
    let server = named().await;
    let ana = server.member(ANA).await;
    let (_, added) = add(&ana, "Laptop").await;
    let codes = added.recovery_codes;
    let anyone = server.anyone();
    assert_eq!(sign_in(&anyone, PASSWORD, None).await.code(), ProblemCode::PasskeyNeeded);
    assert_eq!(
        sign_in(&anyone, "not the password", Some(&codes[0])).await.code(),
        ProblemCode::WrongCredentials
    );
    let written = codes[0].to_lowercase().replace('-', " ");
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&written)).await.status, 200);
    is_wrong_code(&sign_in(&anyone, PASSWORD, Some(&codes[0])).await);
    assert_eq!(factors(&ana).await.recovery_codes_left, 9);
    assert_eq!(server.audited(AuditAction::RecoveryCodeUsed).await.len(), 1);
    let told = ana.mails_to(ANA, 1).await;
    let mut at_least = told.len();
    while !ana
        .mails_to(ANA, at_least)
        .await
        .iter()
        .any(|mail| mail.subject.starts_with("A recovery code for"))
    {
        at_least += 1;
    }
}

#[tokio::test]
async fn a22_a_wrong_code_is_a_guess_and_tells_nothing_of_the_password() {
    let server = named().await;
    let mut ana = server.member(ANA).await;
    let (secret, _) = add_app(&server, &ana).await;
    let anyone = server.anyone();
    let right = app_code(&secret, &server.clock, 0);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for code in [None, Some(wrong), Some(right.as_str())] {
        assert_eq!(sign_in(&anyone, "not the password", code).await.code(), ProblemCode::WrongCredentials);
    }
    for _ in 0..2 {
        is_wrong_code(&sign_in(&anyone, PASSWORD, Some(wrong)).await);
    }
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&right)).await.code(), ProblemCode::LockedOut);
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(sign_in(&anyone, PASSWORD, Some(&app_code(&secret, &server.clock, 0))).await.status, 200);

    // And in a session.
    for _ in 0..5 {
        let proof = json!({"password_and_code": {"password": PASSWORD, "code": wrong}});
        is_wrong_code(&prove(&mut ana, proof).await);
    }
    let code = app_code(&secret, &server.clock, 1);
    let proof = json!({"password_and_code": {"password": PASSWORD, "code": code}});
    assert_eq!(prove(&mut ana, proof).await.code(), ProblemCode::LockedOut);
    assert_eq!(server.audited(AuditAction::ProofFailed).await.len(), 5);
}

#[tokio::test]
async fn a22_a_proof_takes_the_best_that_its_owner_has() {
    let server = named().await;
    let mut ana = server.member(ANA).await;
    assert_eq!(ways(&ana).await, [ProofWay::Password]);
    let (mut passkey, added) = add(&ana, "Laptop").await;
    assert_eq!(ways(&ana).await, [ProofWay::Passkey, ProofWay::PasswordAndCode]);
    let by_password = prove(&mut ana, json!({"password": PASSWORD})).await.problem();
    assert_eq!(by_password.field.as_deref(), Some("password"), "no proof any more");
    let with = |code: &str| json!({"password_and_code": {"password": PASSWORD, "code": code}});
    assert_eq!(prove(&mut ana, with(&added.recovery_codes[0])).await.status, 204);
    is_wrong_code(&prove(&mut ana, with(&added.recovery_codes[0])).await);
    let wrong = json!({"password_and_code": {"password": "wrong", "code": added.recovery_codes[1]}});
    assert_eq!(prove(&mut ana, wrong).await.problem().field.as_deref(), Some("password"));
    assert_eq!(prove(&mut ana, with(&added.recovery_codes[1])).await.status, 204, "not used up");

    server.clock.advance(FIVE_MINUTES);
    let begun = begin(&ana, paths::SESSION_PROOF_PASSKEY).await;
    let credential = passkey.prove(&begun.options, &ana.origin());
    let proof = json!({"passkey": {"ceremony": begun.ceremony, "credential": credential}});
    assert_eq!(prove(&mut ana, proof).await.status, 204);
    let (secret, _) = add_app(&server, &ana).await;
    assert_eq!(ways(&ana).await, [ProofWay::Passkey, ProofWay::PasswordAndCode]);
    assert_eq!(ana.delete(&paths::passkey(&added.passkey.id)).await.status, 204);
    assert_eq!(ways(&ana).await, [ProofWay::PasswordAndCode]);
    assert_eq!(ana.post(paths::SESSION_PROOF_PASSKEY, &json!({})).await.code(), ProblemCode::Conflict);
    assert_eq!(ana.post(paths::SESSION_PROOF_CODE, &json!({})).await.code(), ProblemCode::Conflict);
    let code = app_code(&secret, &server.clock, 0);
    assert_eq!(prove(&mut ana, with(&code)).await.status, 204);

    let mut first = server.admin().await;
    assert_eq!(ways(&first).await, [ProofWay::Code]);
    let (secret, _) = add_app(&server, &first).await;
    assert_eq!(ways(&first).await, [ProofWay::AppCode]);
    let code = app_code(&secret, &server.clock, 0);
    assert_eq!(prove(&mut first, json!({"app_code": code})).await.status, 204);
    is_wrong_code(&prove(&mut first, json!({"app_code": code})).await);
}

#[tokio::test]
async fn a22_with_salesforce_only_no_passkey_signs_in_and_no_password_proves() {
    let server = named().await;
    let ana = server.member(ANA).await;
    let (mut passkey, _) = add(&ana, "Laptop").await;
    add_app(&server, &ana).await;
    let anyone = server.anyone();
    let begun = begin(&anyone, paths::SESSION_PASSKEY).await;
    sqlx::query("UPDATE accounts SET login_management = 'salesforce_only'")
        .execute(&mut database(&server).await)
        .await
        .expect("a setting that only Salesforce could make");
    assert_eq!(answer_with(&anyone, &begun, &mut passkey).await.code(), ProblemCode::SalesforceOnly);
    assert_eq!(anyone.post(paths::SESSION_PASSKEY, &json!({})).await.code(), ProblemCode::SalesforceOnly);
    assert_eq!(ways(&ana).await, [ProofWay::Passkey, ProofWay::AppCode]);
    let account: Account = server.admin().await.get(paths::ACCOUNT).await.json();
    assert_eq!(account.login_management, LoginManagement::SalesforceOnly);
}

#[tokio::test]
async fn a22_once_the_days_are_over_a_session_may_only_add_a_factor() {
    let server = named().await;
    let ana = server.administrator(ANA).await;
    let member = server.member(BO).await;
    let at_once = set_rule(&ana, "administrators", 0).await;
    assert_eq!((at_once.status.as_u16(), at_once.code()), (403, ProblemCode::FactorNeeded), "of oneself");
    let many = set_rule(&ana, "administrators", 31).await.problem();
    assert_eq!(many.field.as_deref(), Some("factor_rule"));
    let account: Account = set_rule(&ana, "administrators", 2).await.json();
    assert_eq!(account.factor_rule.grace_days, 2);
    let noted = server.audited(AuditAction::FactorRuleChanged).await;
    assert_eq!((noted.len(), noted[0].subject.as_str()), (1, "administrators (2)"));
    let SecondFactor::NeededBy(end) = session(&ana).await.second_factor else { panic!("one is needed") };
    assert_eq!(session(&member).await.second_factor, SecondFactor::Absent);
    assert_eq!(set_rule(&ana, "administrators", 2).await.status, 200);
    assert_eq!(session(&ana).await.second_factor, SecondFactor::NeededBy(end.clone()), "no new days");
    assert_eq!(set_rule(&ana, "administrators", 3).await.status, 200);
    server.clock.advance(Duration::from_secs(60));
    assert_eq!(set_rule(&ana, "administrators", 2).await.status, 200);
    let SecondFactor::NeededBy(later) = session(&ana).await.second_factor else { panic!("one is needed") };
    assert!(later > end, "fewer days count from now");
    assert_eq!(ana.get(paths::AUDIT_EVENTS).await.status, 200);

    server.clock.advance(DAY * 2);
    let mut ana = server.anyone();
    assert_eq!(ana.sign_in(ANA, PASSWORD).await.status, 200);
    let mut open = Vec::new();
    for endpoint in all_endpoints() {
        let named = format!("{} {}", endpoint.method, endpoint.path);
        if endpoint.path == paths::SESSION && endpoint.method != Method::GET {
            assert!(endpoint.rules.is_without_factor() || endpoint.method == Method::POST, "{named}");
            continue;
        }
        let path = endpoint.path.replace("{id}", NOBODY);
        let request = ana.request(endpoint.method.clone(), &path).header(headers::IDEMPOTENCY_KEY, key());
        let answer = send(request).await;
        let is_refused = !answer.status.is_success() && answer.code() == ProblemCode::FactorNeeded;
        let takes_session = !matches!(
            endpoint.rules.access,
            server::endpoints::Access::Credentials
                | server::endpoints::Access::Browser
                | server::endpoints::Access::ApiKey
        );
        assert_eq!(is_refused, takes_session && !endpoint.rules.is_without_factor(), "{named}");
        open.extend(endpoint.rules.is_without_factor().then_some(named));
    }
    assert_eq!(
        open,
        [
            "GET /session",
            "POST /session/passkey",
            "GET /session/proof",
            "POST /session/proof",
            "POST /session/proof/code",
            "POST /session/proof/passkey",
            "POST /session/proof/salesforce-flows",
            "POST /session/tokens",
            "GET /profile",
            "PATCH /profile",
            "GET /profile/factors",
            "POST /profile/passkeys/ceremony",
            "POST /profile/passkeys",
            "DELETE /profile/passkeys/{id}",
            "POST /profile/authenticator-app",
            "PUT /profile/authenticator-app",
            "DELETE /profile/authenticator-app",
            "POST /profile/recovery-codes",
        ]
    );
    assert_eq!(member.get(paths::PROFILE_SESSIONS).await.status, 401, "idle for days");

    add_app(&server, &ana).await;
    assert_eq!(session(&ana).await.second_factor, SecondFactor::Present);
    assert_eq!(ana.get(paths::AUDIT_EVENTS).await.status, 200);
    let last = ana.delete(paths::AUTHENTICATOR_APP).await;
    assert_eq!((last.status.as_u16(), last.code()), (409, ProblemCode::FactorFixed));
    assert_eq!(set_rule(&ana, "everybody", 0).await.status, 200);
    let mut member = server.anyone();
    assert_eq!(member.sign_in(BO, PASSWORD).await.status, 200);
    assert_eq!(member.get(paths::PROFILE_SESSIONS).await.code(), ProblemCode::FactorNeeded);
    assert_eq!(member.get(paths::PROFILE).await.status, 200);
    // Salesforce has rules of its own for those whom it signs in.
    sqlx::query("UPDATE sessions SET opened_by = 'salesforce' WHERE user_id = $1")
        .bind(session(&member).await.user.id.as_str())
        .execute(&mut database(&server).await)
        .await
        .expect("a session");
    assert_eq!(session(&member).await.second_factor, SecondFactor::Absent);
    assert_eq!(member.get(paths::PROFILE_SESSIONS).await.status, 200);
    assert_eq!(set_rule(&ana, "nobody", 7).await.status, 200);
    assert_eq!(ana.delete(paths::AUTHENTICATOR_APP).await.status, 204);
}

#[tokio::test]
async fn a22_another_administrator_or_the_operator_takes_lost_factors_from_a_person() {
    let server = named().await;
    let ana = server.member(ANA).await;
    let (mut passkey, _) = add(&ana, "Laptop").await;
    let (admin, eva) = (server.admin().await, server.administrator("eva@example.com").await);
    let path = paths::user_factors(&id_of(&admin, ANA).await);
    let seen: Factors = eva.get(&path).await.json();
    assert_eq!((seen.passkeys[0].name.as_str(), seen.recovery_codes_left), ("Laptop", 10));
    assert_eq!(ana.get(&path).await.code(), ProblemCode::Forbidden);
    let nobody = paths::user_factors(&api_types::UserId(NOBODY.to_owned()));
    assert_eq!(eva.delete(&nobody).await.code(), ProblemCode::NotFound);
    let own = paths::user_factors(&id_of(&admin, "eva@example.com").await);
    assert_eq!(eva.delete(&own).await.code(), ProblemCode::UserProtected);
    assert_eq!(eva.delete(&path).await.status, 204);
    assert_eq!(ana.get(paths::PROFILE).await.code(), ProblemCode::SignedOut);
    assert_eq!(eva.delete(&path).await.status, 204);
    let refused = sign_in_with(&server.anyone(), &mut passkey).await;
    assert_eq!(refused.code(), ProblemCode::PasskeyRefused);
    let mut ana = server.anyone();
    assert_eq!(ana.sign_in(ANA, PASSWORD).await.status, 200);

    add_app(&server, &ana).await;
    server::reset_factors(&server.place(), ANA).await.unwrap();
    assert!(server::reset_factors(&server.place(), ANA).await.is_err(), "nothing is left");
    assert!(server::reset_factors(&server.place(), "nobody@example.com").await.is_err());
    assert_eq!(ana.get(paths::PROFILE).await.code(), ProblemCode::SignedOut);
    assert_eq!(ana.sign_in(ANA, PASSWORD).await.status, 200);
    let noted = server.audited(AuditAction::FactorsReset).await;
    let who: Vec<_> = noted.iter().map(|event| (event.actor_kind, event.subject.as_str())).collect();
    assert_eq!(who, [(ActorKind::Server, ANA), (ActorKind::Person, ANA)]);
    let sessions: api_types::List<OpenSession> = ana.get(paths::PROFILE_SESSIONS).await.json();
    assert_eq!(sessions.items.len(), 1);
}
