//! The Integration Information, and access to its secret.

use std::time::Duration;

use api_types::{AuditAction, Integration, ProblemCode, RevealedSecret, paths};
use sandbox::marketo::{INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID};

use crate::harness::{Client, Server};
use crate::marketo_admins::invite;

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
    assert_eq!(admin.post(paths::INTEGRATION_REVEAL, &()).await.code(), ProblemCode::NotFound);
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
async fn a8_a16_whoever_proves_who_they_are_is_shown_the_secret_which_is_stored_nowhere_else() {
    let (server, admin) = activated().await;
    let shown = admin.post(paths::INTEGRATION_REVEAL, &()).await;
    assert_eq!(shown.header("cache-control"), Some("no-store"));
    assert_eq!(shown.json::<RevealedSecret>().client_secret, INTEGRATION_CLIENT_SECRET);
    server.clock.advance(Duration::from_secs(5 * 60));
    let later = admin.post(paths::INTEGRATION_REVEAL, &()).await;
    assert_eq!(later.code(), ProblemCode::ProofNeeded, "showing it is no proof");
    assert_eq!(server.audited(AuditAction::SecretRevealed).await.len(), 1);
}

#[tokio::test]
async fn a14_members_without_powers_see_nothing_of_it() {
    let (server, _) = activated().await;
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::INTEGRATION).await.code(), ProblemCode::Forbidden);
    let answer = member.post(paths::INTEGRATION_REVEAL, &()).await;
    assert_eq!(answer.code(), ProblemCode::Forbidden);
}
