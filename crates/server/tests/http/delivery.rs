//! What mail servers do to mails.

use api_types::{Batch, BatchRetry, BatchRow, DeliveryStatus, List, RowCode, paths};

use crate::harness::{Server, row};

#[tokio::test]
async fn r14_a_refused_mail_fails_and_a_deferred_one_is_tried_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let rows = [
        row(2, "bounce@example.com"),
        row(3, "greylist@example.com"),
        row(4, "defer@example.com"),
        row(5, "ana@example.com"),
        row(6, "drop@example.com"),
    ];
    let batch = admin.invite(&rows).await;
    assert_eq!((batch.deliveries.sent, batch.deliveries.failed), (2, 3));
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let said: Vec<_> =
        rows.items.iter().map(|row| (row.result.delivery, row.result.code, row.attempts)).collect();
    assert_eq!(
        said,
        [
            (DeliveryStatus::Failed, Some(RowCode::MailRefused), 1),
            (DeliveryStatus::Sent, None, 2),
            (DeliveryStatus::Failed, Some(RowCode::MailDeferred), 6),
            (DeliveryStatus::Sent, None, 1),
            (DeliveryStatus::Failed, Some(RowCode::MailDeferred), 6),
        ]
    );
    assert!(rows.items[0].result.detail.as_deref().is_some_and(|detail| detail.contains("550")), "{rows:?}");
    assert_eq!(admin.mail_count().await, 2, "each mail that was taken came once");

    let again: Batch = admin.once(&paths::batch_retry(&batch.id), &BatchRetry::default()).await.json();
    assert_eq!(again.deliveries.failed, 0);
    assert_eq!(admin.settled(&batch.id).await.deliveries.failed, 3);
}

#[tokio::test]
async fn r7_a_mail_keeps_its_message_id_until_it_is_meant_to_come_again() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "ana@example.com")]).await;
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let id = rows.items[0].invitation.as_ref().unwrap().id.clone();
    assert_eq!(admin.mail_to("ana@example.com").await.message_id, format!("{id}.1@127.0.0.1"));
    admin.once(&paths::invitation_resend(&id), &serde_json::json!({})).await;
    let mails = admin.mails_to("ana@example.com", 2).await;
    assert_eq!(mails[0].message_id, format!("{id}.2@127.0.0.1"));
    assert_eq!(mails[0].link(), mails[1].link(), "a resend carries the same link");
}

#[tokio::test]
async fn an_internationalised_domain_is_written_to_by_its_ascii_form() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "ana@bücher.example")]).await;
    assert_eq!(batch.deliveries.sent, 1, "{batch:?}");
    assert_eq!(admin.mail_to("ana@xn--bcher-kva.example").await.to, ["ana@xn--bcher-kva.example"]);
}

#[tokio::test]
async fn a17_the_database_holds_no_link_that_was_sent() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    let reset = serde_json::json!({"email": "marketo.admin@example.com"});
    admin.post(paths::PASSWORD_RESETS, &reset).await;
    let reset = admin.mail_to("marketo.admin@example.com").await.link();
    server.stop().await;
    for entry in std::fs::read_dir(server.data()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == "mailbox.jsonl") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        for link in [&link, &reset] {
            // The tail is the secret part.
            let secret = &link.as_bytes()[link.len() - 40..];
            assert!(!bytes.windows(secret.len()).any(|window| window == secret), "{}", path.display());
        }
    }
}
