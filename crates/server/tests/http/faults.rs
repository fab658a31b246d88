//! Deliberate failures: each behaves as named, and only in sandbox mode.

use api_types::{Fault, ProblemCode, headers, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Server, csv, key, row, send};

#[tokio::test]
async fn every_fault_can_be_asked_for_by_a_header() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for fault in Fault::ALL {
        let request = admin.request(Method::GET, paths::USERS).header(headers::SANDBOX_FAULT, fault.as_str());
        let expected = match fault {
            // Hangs longer than a test should.
            Fault::Timeout => continue,
            Fault::LostAnswer => {
                let response = request.send().await;
                let lost = match response {
                    Ok(response) => response.bytes().await.is_err(),
                    Err(_) => true,
                };
                assert!(lost);
                continue;
            }
            Fault::Html => {
                let answer = send(request).await;
                assert_eq!(answer.status, 200);
                assert!(answer.text().starts_with("<!doctype html>"));
                continue;
            }
            Fault::Truncated => {
                let answer = send(request).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.header("content-type")),
                    (200, Some("application/json"))
                );
                assert!(serde_json::from_slice::<serde_json::Value>(&answer.body).is_err());
                continue;
            }
            Fault::SignedOut => ProblemCode::SignedOut,
            Fault::Forbidden => ProblemCode::Forbidden,
            Fault::NotFound => ProblemCode::NotFound,
            Fault::Conflict => ProblemCode::Conflict,
            Fault::PayloadTooLarge => ProblemCode::PayloadTooLarge,
            Fault::Unprocessable => ProblemCode::InvalidField,
            Fault::RateLimited => ProblemCode::RateLimited,
            Fault::Internal => ProblemCode::Internal,
            Fault::Unavailable => ProblemCode::Unavailable,
        };
        let problem = send(request).await.problem();
        assert_eq!(problem.code, expected);
        assert_eq!(problem.retry_after.is_some(), matches!(fault, Fault::RateLimited | Fault::Unavailable));
    }
    let unknown = admin.request(Method::GET, paths::USERS).header(headers::SANDBOX_FAULT, "418");
    assert_eq!(send(unknown).await.code(), ProblemCode::BadRequest);
}

#[tokio::test]
async fn an_order_makes_the_next_requests_of_this_session_fail() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let other = server.admin().await;
    let order = json!({"route": paths::USERS, "fault": "500", "times": 2});
    assert_eq!(admin.put(paths::SANDBOX_FAULTS, &order).await.status, 204);
    assert_eq!(other.get(paths::USERS).await.status, 200);
    assert_eq!(admin.get(paths::USERS).await.status, 500);
    assert_eq!(admin.get(paths::ACCOUNT).await.status, 200);
    assert_eq!(admin.get(paths::USERS).await.status, 500);
    assert_eq!(admin.get(paths::USERS).await.status, 200);

    admin.put(paths::SANDBOX_FAULTS, &order).await;
    let back = json!({"route": paths::USERS, "fault": "500", "times": 0});
    admin.put(paths::SANDBOX_FAULTS, &back).await;
    assert_eq!(admin.get(paths::USERS).await.status, 200);

    let anonymous = json!({"route": paths::SESSION, "method": "POST", "fault": "503", "times": 1});
    server.anyone().put(paths::SANDBOX_FAULTS, &anonymous).await;
    assert_eq!(server.anyone().sign_in("a@example.com", "x").await.status, 503);
}

#[tokio::test]
async fn r1_an_answer_that_was_lost_is_got_by_asking_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let path = paths::batch_chunks(&batch.id);
    let order = json!({"route": paths::template::BATCH_CHUNKS, "fault": "lost_answer", "times": 1});
    admin.put(paths::SANDBOX_FAULTS, &order).await;
    let (key, body) = (key(), json!({"index": 0, "rows": [row(2, "ana@example.com")]}));
    let request = admin.request(Method::POST, &path).header(headers::IDEMPOTENCY_KEY, &key).json(&body);
    if let Ok(response) = request.send().await {
        assert!(response.bytes().await.is_err());
    }
    let again = admin.keyed(&key, &path, &body).await;
    assert_eq!(again.header(headers::IDEMPOTENCY_REPLAYED), Some("true"), "it had been carried out");
    assert_eq!(admin.batch(&batch.id).await.verdicts.ready, 1);
}

#[tokio::test]
async fn outside_sandbox_mode_there_are_no_faults_and_no_mailbox() {
    let server = Server::start_with(|config| {
        config.sandbox.on = false;
        config.smtp = Some("smtp://127.0.0.1:1".parse().unwrap());
    })
    .await;
    let admin = server.admin().await;
    let request = admin.request(Method::GET, paths::USERS).header(headers::SANDBOX_FAULT, "500");
    assert_eq!(send(request).await.status, 200);
    let order = json!({"route": paths::USERS, "fault": "500", "times": 1});
    assert_eq!(admin.put(paths::SANDBOX_FAULTS, &order).await.code(), ProblemCode::NotFound);
    assert_eq!(send(admin.bare(Method::GET, "/mailbox")).await.status, 404);
    let session: api_types::Session = admin.get(paths::SESSION).await.json();
    assert_eq!(session.mailbox_url, None);
}
