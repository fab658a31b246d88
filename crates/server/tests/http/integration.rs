//! The Integration Information, and access to its secret.

use std::time::Duration;

use api_types::{AuditAction, Integration, ProblemCode, RevealedSecret, SecretReveal, paths};
use sandbox::marketo::{INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID};

use crate::harness::{Client, PASSWORD, Server};
use crate::marketo_admins::invite;

/// Without a password, or with one.
fn with(password: Option<&str>) -> SecretReveal {
    SecretReveal { password: password.map(str::to_owned) }
}

/// A server whose instance is active, and an administrator with a password.
async fn activated() -> (Server, Client) {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let first = server.admin().await;
    assert_eq!(invite(&first, "ada.admin@northwind.example").await.status, 201);
    let mut admin = server.anyone();
    admin.activate(&first.mail_to("ada.admin@northwind.example").await.link()).await;
    (server, admin)
}

#[tokio::test]
async fn the_first_invitation_fills_the_integration_information() {
    let server = Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await;
    let admin = server.admin().await;
    assert_eq!(
        admin.get(paths::INTEGRATION).await.json::<Integration>(),
        Integration { available: true, credentials: None }
    );
    assert_eq!(admin.post(paths::INTEGRATION_REVEAL, &with(None)).await.code(), ProblemCode::PasswordNeeded);
    assert_eq!(invite(&admin, "ada.admin@northwind.example").await.status, 201);
    let answer = admin.get(paths::INTEGRATION).await;
    assert!(!answer.text().contains(INTEGRATION_CLIENT_SECRET));
    let credentials = answer.json::<Integration>().credentials.unwrap();
    assert_eq!(credentials.munchkin_account_id, MUNCHKIN_ID);
    assert_eq!(credentials.client_id, INTEGRATION_CLIENT_ID);
    assert!(INTEGRATION_CLIENT_SECRET.ends_with(&credentials.client_secret_ends_with));
    assert_eq!(credentials.client_secret_ends_with.len(), 4);
    assert_eq!(invite(&admin, "marta.nunez@northwind.example").await.status, 201);
    let again = admin.get(paths::INTEGRATION).await.json::<Integration>().credentials.unwrap();
    assert_eq!(again, credentials, "once");
    assert_eq!(server.audited(AuditAction::IntegrationActivated).await.len(), 1);
}

#[tokio::test]
async fn a8_the_secret_is_shown_for_five_minutes_after_the_password() {
    let (server, admin) = activated().await;
    let reveal = async |password| admin.post(paths::INTEGRATION_REVEAL, &with(password)).await;
    assert_eq!(reveal(None).await.code(), ProblemCode::PasswordNeeded, "signing in is not confirming");
    let wrong = reveal(Some("not the password")).await.problem();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ProblemCode::InvalidField, Some("password")));
    let failed = server.audited(AuditAction::SecretRevealFailed).await;
    assert_eq!(failed.len(), 1, "A16");
    assert_eq!(failed[0].subject, "ada.admin@northwind.example");
    assert_eq!(failed[0].request_id, wrong.instance);
    assert_eq!(reveal(None).await.code(), ProblemCode::PasswordNeeded);

    let shown = reveal(Some(PASSWORD)).await;
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert_eq!(shown.json::<RevealedSecret>().client_secret, INTEGRATION_CLIENT_SECRET);
    server.clock.advance(Duration::from_secs(299));
    assert_eq!(reveal(None).await.json::<RevealedSecret>().client_secret, INTEGRATION_CLIENT_SECRET);
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(
        reveal(None).await.code(),
        ProblemCode::PasswordNeeded,
        "showing it does not confirm it again"
    );
    assert_eq!(server.audited(AuditAction::SecretRevealed).await.len(), 2);
}

#[tokio::test]
async fn a8_a_confirmation_is_the_sessions_own() {
    let (server, admin) = activated().await;
    assert_eq!(admin.post(paths::INTEGRATION_REVEAL, &with(Some(PASSWORD))).await.status, 200);
    let mut other = server.anyone();
    other.sign_in("ada.admin@northwind.example", PASSWORD).await;
    assert_eq!(other.post(paths::INTEGRATION_REVEAL, &with(None)).await.code(), ProblemCode::PasswordNeeded);
}

#[tokio::test]
async fn somebody_without_a_password_is_told_to_set_one() {
    let (server, _) = activated().await;
    let admin = server.admin().await;
    for password in [None, Some(PASSWORD)] {
        let problem = admin.post(paths::INTEGRATION_REVEAL, &with(password)).await.problem();
        assert_eq!(problem.code, ProblemCode::PasswordNeeded);
        assert_eq!(problem.detail.as_deref(), Some("set a password first"));
    }
}

#[tokio::test]
async fn a12_guessing_the_password_locks_the_address() {
    let (server, admin) = activated().await;
    for _ in 0..5 {
        let answer = admin.post(paths::INTEGRATION_REVEAL, &with(Some("not the password"))).await;
        assert_eq!(answer.code(), ProblemCode::InvalidField);
    }
    let locked = admin.post(paths::INTEGRATION_REVEAL, &with(Some(PASSWORD))).await;
    assert_eq!(locked.code(), ProblemCode::LockedOut);
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(admin.post(paths::INTEGRATION_REVEAL, &with(Some(PASSWORD))).await.status, 200);
}

#[tokio::test]
async fn a12_revealing_counts_as_an_attempt_to_prove_who_one_is() {
    let server = Server::start_with(|config| config.credentials_per_minute = 3.try_into().unwrap()).await;
    let admin = server.admin().await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(admin.post(paths::INTEGRATION_REVEAL, &with(None)).await.code());
    }
    assert_eq!(codes[0], ProblemCode::PasswordNeeded);
    assert!(codes.contains(&ProblemCode::RateLimited), "{codes:?}");
}

#[tokio::test]
async fn a14_members_without_powers_see_nothing_of_it() {
    let (server, _) = activated().await;
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::INTEGRATION).await.code(), ProblemCode::Forbidden);
    let answer = member.post(paths::INTEGRATION_REVEAL, &with(Some(PASSWORD))).await;
    assert_eq!(answer.code(), ProblemCode::Forbidden);
}
