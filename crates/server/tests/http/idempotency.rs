//! R1: a request that names itself is carried out once.

use api_types::{Batch, BatchRetry, List, MailDraft, ProblemCode, headers, paths};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Server, csv, key, row, send};

/// Sends a request twice under one key: the answers are the same, byte for byte.
async fn twice(client: &Client, path: &str, body: &Value) -> Answer {
    let key = key();
    let first = client.keyed(&key, path, body).await;
    assert!(first.status.is_success(), "{path}: {}", first.text());
    assert_eq!(first.header(headers::IDEMPOTENCY_REPLAYED), None);
    let second = client.keyed(&key, path, body).await;
    assert_eq!((second.status, &second.body), (first.status, &first.body), "{path}");
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header(headers::IDEMPOTENCY_REPLAYED), Some("true"), "{path}");
    first
}

#[tokio::test]
async fn r1_every_keyed_endpoint_answers_a_repeated_request_alike() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch: Batch =
        twice(&admin, paths::BATCHES, &json!({"source": "csv", "expected_rows": 2})).await.json();
    let listed: List<Batch> = admin.get(paths::BATCHES).await.json();
    assert_eq!(listed.meta.total, 1);
    let rows = [row(2, "ana@example.com"), row(3, "bounce@example.com")];
    let chunk = json!({"index": 0, "rows": rows});
    twice(&admin, &paths::batch_chunks(&batch.id), &chunk).await;
    twice(&admin, &paths::batch_seal(&batch.id), &Value::Null).await;
    assert_eq!(admin.settled(&batch.id).await.deliveries.sent, 1);
    twice(&admin, &paths::batch_retry(&batch.id), &serde_json::to_value(BatchRetry::default()).unwrap())
        .await;
    admin.settled(&batch.id).await;
    let rows: List<api_types::BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let id = rows.items[0].invitation.clone().unwrap().id;
    twice(&admin, &paths::invitation_resend(&id), &json!({})).await;
    admin.settled(&batch.id).await;
    assert_eq!(admin.mails_to("ana@example.com", 2).await.len(), 2, "two sends, not three");
    twice(&admin, &paths::invitation_revoke(&id), &Value::Null).await;
    twice(&admin, &paths::batch_revoke(&batch.id), &Value::Null).await;
    twice(&admin, &paths::batch_cancel(&batch.id), &Value::Null).await;
    let draft = MailDraft { expires_in_days: 7, ..MailDraft::default() };
    twice(&admin, paths::INVITATION_TEST_MAIL, &serde_json::to_value(draft).unwrap()).await;
}

#[tokio::test]
async fn r1_the_key_must_be_there_be_a_uuid_and_name_one_request() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"source": "csv", "expected_rows": 1});
    assert_eq!(admin.post(paths::BATCHES, &body).await.code(), ProblemCode::IdempotencyKeyMissing);
    for key in ["not a uuid", "00000000-0000-0000-0000-000000000000", "c232ab00-9414-11ec-b3c8-9f6bdeced846"]
    {
        let refused = admin.keyed(key, paths::BATCHES, &body).await;
        assert_eq!(refused.code(), ProblemCode::IdempotencyKeyMissing, "{key} is not of version 4 or 7");
    }
    let key = key();
    let first: Batch = admin.keyed(&key, paths::BATCHES, &body).await.json();
    let spaced = admin
        .request(Method::POST, paths::BATCHES)
        .header(headers::IDEMPOTENCY_KEY, &key)
        .header("content-type", "application/json")
        .body("{ \"expected_rows\": 1,\n \"source\": \"csv\" }");
    let again: Batch = send(spaced).await.json();
    assert_eq!(again.id, first.id, "spaces and the order of fields say nothing");
    let other = json!({"source": "csv", "expected_rows": 2});
    assert_eq!(admin.keyed(&key, paths::BATCHES, &other).await.code(), ProblemCode::IdempotencyKeyReused);
    let elsewhere = admin.keyed(&key, &paths::batch_cancel(&first.id), &()).await;
    assert_eq!(elsewhere.status, 200, "on another route it is another key");
}

#[tokio::test]
async fn options_may_be_left_out_altogether() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "bounce@example.com")]).await;
    let path = paths::batch_retry(&batch.id);
    let request = admin.request(Method::POST, &path).header(headers::IDEMPOTENCY_KEY, key());
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test]
async fn r1_a_key_is_its_owners_and_is_kept_for_a_week() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"source": "csv", "expected_rows": 1});
    let key = key();
    let first: Batch = admin.keyed(&key, paths::BATCHES, &body).await.json();

    let mut second_admin = row(2, "ana@example.com");
    second_admin.role = Some("admin".to_owned());
    admin.invite(&[second_admin]).await;
    let mut ana = server.anyone();
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    let hers: Batch = ana.keyed(&key, paths::BATCHES, &body).await.json();
    assert_ne!(hers.id, first.id);

    server.clock.advance(std::time::Duration::from_secs(6 * 24 * 3600));
    server.restart().await;
    let again: Batch = server.admin().await.keyed(&key, paths::BATCHES, &body).await.json();
    assert_eq!(again.id, first.id);
}

#[tokio::test]
async fn r1_two_requests_at_once_have_one_effect() {
    let server = Server::start_with(|config| config.account.seats = Some(1_000)).await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(500)).await;
    let rows: Vec<_> = (0..500).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let body = json!({"index": 0, "rows": rows});
    let key = key();
    let request = || {
        let path = paths::batch_chunks(&batch.id);
        send(admin.request(Method::POST, &path).header(headers::IDEMPOTENCY_KEY, &key).json(&body))
    };
    let (one, two) = tokio::join!(request(), request());
    for answer in [one, two] {
        assert!(
            answer.status == 200 || answer.code() == ProblemCode::IdempotencyInProgress,
            "{}: {}",
            answer.status,
            answer.text()
        );
    }
    assert_eq!(admin.batch(&batch.id).await.verdicts.ready, 500);
}

#[tokio::test]
async fn r1_a_request_that_failed_can_be_repeated_under_its_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let key = key();
    let path = paths::batch_seal(&batch.id);
    assert_eq!(admin.keyed(&key, &path, &()).await.code(), ProblemCode::RowsMissing);
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    assert_eq!(admin.keyed(&key, &path, &()).await.status, 202);
}
