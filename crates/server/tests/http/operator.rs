//! What the operator does by the command line beside a running server.

use api_types::{ActorKind, AuditAction, ProblemCode, Role, User, paths};

use crate::harness::{ADMIN, Server};
use crate::marketo::id_of;

const ANA: &str = "ana@example.com";

#[tokio::test]
async fn a21_the_operator_sees_the_administrators_and_gives_one_of_them_a_link() {
    let server = Server::start().await;
    server.member("max@example.com").await;
    server.administrator(ANA).await;
    let listed = server::admins(&server.place()).await.unwrap();
    let lines: Vec<_> = listed.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).collect();
    let who: Vec<_> = lines.iter().map(|line| (line[0], line[2])).collect();
    assert_eq!(who, [(ANA, "active"), (ADMIN, "active")]);
    assert_eq!((lines[0][3].len() > 10, lines[1][3].len() > 10), (true, true), "{listed}");

    let link = server::sign_in_link(&server.place(), None, Some(" Ana@Example.com ")).await.unwrap();
    let mut ana = server.anyone();
    ana.sign_in_by_link(&link).await;
    let session: api_types::Session = ana.get(paths::SESSION).await.json();
    assert_eq!(session.user.email, ANA);
    for nobody in ["max@example.com", "nobody@example.com"] {
        assert!(server::sign_in_link(&server.place(), None, Some(nobody)).await.is_err(), "{nobody}");
    }
}

#[tokio::test]
async fn a17_no_link_is_made_that_the_server_does_not_know() {
    let server = Server::start().await;
    let before = server::sign_in_link(&server.place(), None, None).await.unwrap();
    // As where the service alone is told the keys.
    let keys = server.data().join("token.keys");
    std::fs::remove_file(&keys).unwrap();
    let refused = server::sign_in_link(&server.place(), None, None).await.unwrap_err().to_string();
    assert!(refused.starts_with("a link needs the server's keys: set MSI_TOKEN_KEYS"), "{refused}");
    assert!(!keys.exists());
    server.anyone().sign_in_by_link(&before).await;
}

#[tokio::test]
async fn a24_the_operator_ends_the_sessions_of_a_user() {
    let server = Server::start().await;
    let (ana, max) = (server.member(ANA).await, server.member("max@example.com").await);
    assert_eq!(ana.get(paths::PROFILE).await.status, 200);
    server::end_sessions(&server.place(), ANA).await.unwrap();
    assert_eq!(ana.get(paths::PROFILE).await.code(), ProblemCode::SignedOut);
    assert_eq!(max.get(paths::PROFILE).await.status, 200);
    assert!(server::end_sessions(&server.place(), "nobody@example.com").await.is_err());
    let ended = server.audited(AuditAction::SessionsEnded).await;
    let subject = format!("{ANA} (all)");
    assert_eq!((ended.len(), ended[0].actor_kind, &ended[0].subject), (1, ActorKind::Server, &subject));
}

#[tokio::test]
async fn a21_the_operator_makes_a_user_an_administrator() {
    let server = Server::start().await;
    let ana = server.member(ANA).await;
    server::promote(&server.place(), ANA).await.unwrap();
    server::promote(&server.place(), ANA).await.unwrap();
    assert_eq!(ana.get(paths::PROFILE).await.code(), ProblemCode::SignedOut, "A13");
    let admin = server.admin().await;
    let promoted: User = admin.get(&paths::user(&id_of(&admin, ANA).await)).await.json();
    assert_eq!(promoted.role, Role::Admin);
    let changed = server.audited(AuditAction::RoleChanged).await;
    assert_eq!((changed.len(), changed[0].actor_kind), (1, ActorKind::Server), "once");
}
