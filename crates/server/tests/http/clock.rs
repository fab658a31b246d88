//! R13: a clock that is set back by a day. Times further ahead than possible count as past; times measured in this
//! process are elapsed time.

use std::time::Duration;

use api_types::{AuditAction, ConnectionFailure, FlowState, ProblemCode, Session, paths};
use serde_json::json;

use crate::harness::{PASSWORD, Server, token};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn r13_an_address_is_locked_for_its_quarter_of_an_hour() {
    let mut server = Server::start().await;
    server.member("ana@example.com").await;
    for email in ["ana@example.com", "nobody@example.com"] {
        for _ in 0..5 {
            let code = server.anyone().sign_in(email, "not the password").await.code();
            assert_eq!(code, ProblemCode::WrongCredentials);
        }
    }
    server.clock.set_back(DAY);
    server.clock.advance(14 * MINUTE);
    for email in ["ana@example.com", "nobody@example.com"] {
        let locked = server.anyone().sign_in(email, PASSWORD).await.problem();
        assert_eq!(locked.code, ProblemCode::LockedOut, "{email}");
        assert!(locked.retry_after.is_some_and(|seconds| seconds <= 61), "{locked:?}");
    }
    server.clock.advance(MINUTE);
    assert_eq!(server.anyone().sign_in("ana@example.com", PASSWORD).await.status, 200);

    // The next process recognises earlier stored times as impossible.
    for _ in 0..5 {
        server.anyone().sign_in("ana@example.com", "not the password").await;
    }
    // They are stored after their answers.
    while server.audited(AuditAction::SignInFailed).await.len() < 10 {}
    server.restart().await;
    let code = server.anyone().sign_in("ana@example.com", PASSWORD).await.code();
    assert_eq!(code, ProblemCode::LockedOut, "a restart unlocks nobody");
    server.clock.set_back(DAY);
    server.restart().await;
    assert_eq!(server.anyone().sign_in("ana@example.com", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn r13_an_idle_session_ends_and_a_used_one_goes_on() {
    let mut server = Server::start().await;
    let (idle, used) = (server.admin().await, server.admin().await);
    server.clock.set_back(DAY);
    server.clock.advance(20 * MINUTE);
    let session: Session = used.get(paths::SESSION).await.json();
    assert!((29 * 60..=30 * 60).contains(&session.idle_seconds), "{}", session.idle_seconds);
    server.clock.advance(15 * MINUTE);
    assert_eq!(idle.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(used.get(paths::SESSION).await.status, 200);
    for _ in 0..60 {
        server.clock.advance(15 * MINUTE);
        used.get(paths::SESSION).await;
    }
    assert_eq!(used.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "after twelve hours");

    let left = server.admin().await;
    server.clock.set_back(DAY);
    server.restart().await;
    let left = left.at(&server.base);
    assert_eq!(left.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "seen a day ahead");
}

#[tokio::test]
async fn r13_links_and_flows_of_tomorrow_are_over_and_hold_up_no_others() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let anyone = server.anyone();
    let ask = async || anyone.post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await.status;
    assert_eq!(ask().await, 202);
    let early = member.mails_to("ana@example.com", 2).await[0].link();
    let flow = anyone.begin_sign_in(None).await.flow.id;
    assert_eq!(anyone.flow(&flow).await.state, FlowState::Open);

    server.clock.set_back(DAY);
    let reset = async |link: &str| {
        let body = json!({"token": token(link), "new_password": "another fine password"});
        anyone.put(paths::PASSWORD_RESETS, &body).await
    };
    assert_eq!(reset(&early).await.code(), ProblemCode::LinkExpired);
    let state = anyone.flow(&flow).await.state;
    assert_eq!(state, FlowState::Failed(ConnectionFailure::FlowExpired));
    assert_eq!(ask().await, 202);
    let late = member.mails_to("ana@example.com", 3).await[0].link();
    assert_eq!(reset(&late).await.status, 204);
}

#[tokio::test]
async fn r13_limits_are_by_the_time_that_elapses() {
    let server = Server::start_with(|config| config.credentials_per_minute = 3.try_into().unwrap()).await;
    let guess = async || server.anyone().sign_in("a@example.com", "not the password").await.problem();
    for _ in 0..3 {
        guess().await;
    }
    server.clock.set_back(DAY);
    let limited = guess().await;
    assert_eq!(limited.code, ProblemCode::RateLimited);
    server.clock.advance(Duration::from_secs(limited.retry_after.unwrap()));
    assert_eq!(guess().await.code, ProblemCode::WrongCredentials);
}
