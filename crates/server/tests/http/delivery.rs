//! What mail servers do to mails.

use api_types::{
    Account, Batch, BatchRetry, BatchRow, BatchState, DeliveryStatus, InvitationStatus, List, RowCode, paths,
};

use crate::harness::{Server, csv, row};
use crate::post_office::{PostOffice, Reply};

/// A server whose mail goes to a post office that holds it back.
async fn held() -> (Server, PostOffice) {
    let office = PostOffice::open().await;
    office.hold();
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    (Server::start_with(|config| config.smtp = Some(smtp)).await, office)
}

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
        // The stand-in's mailbox, and the folder of exports that are read.
        if path.file_name().is_some_and(|name| name == "mailbox.jsonl") || path.is_dir() {
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

#[tokio::test]
async fn r11_a_mail_that_is_deferred_after_the_batch_was_cancelled_takes_its_invitation_along() {
    for (reply, delivery) in
        [(Reply::Deferred, DeliveryStatus::Cancelled), (Reply::Refused, DeliveryStatus::Failed)]
    {
        let (server, office) = held().await;
        let admin = server.admin().await;
        let batch = admin.open_batch(&csv(1)).await;
        admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
        admin.seal(&batch.id).await;
        office.wait_for_mail().await;
        let cancelled: Batch = admin.once(&paths::batch_cancel(&batch.id), &()).await.json();
        assert_eq!((cancelled.state, cancelled.deliveries.sending), (BatchState::Cancelled, 1));
        office.answer(reply);
        admin.settled(&batch.id).await;
        let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
        assert_eq!(rows.items[0].result.delivery, delivery);
        assert_eq!(rows.items[0].invitation.as_ref().unwrap().status, InvitationStatus::Revoked, "{reply:?}");
        let account: Account = admin.get(paths::ACCOUNT).await.json();
        assert_eq!(account.seats.used, 1, "the seat is free again");
    }
}

#[tokio::test]
async fn r7_the_answer_to_an_earlier_sending_says_nothing_of_a_later_one() {
    let (server, office) = held().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    admin.seal(&batch.id).await;
    office.wait_for_mail().await;
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let id = rows.items[0].invitation.as_ref().unwrap().id.clone();
    // Sent again while the first mail is on its way: the two are on their way together.
    admin.once(&paths::invitation_resend(&id), &serde_json::json!({})).await;
    while admin.batch(&batch.id).await.deliveries.sending == 0 {}
    office.answer(Reply::Refused);
    office.wait_for_mail().await;
    office.let_pass();
    assert_eq!(admin.settled(&batch.id).await.deliveries.sent, 1, "what became of the second mail counts");
    let ids: Vec<_> = office.taken().into_iter().map(|letter| letter.message_id).collect();
    assert_eq!(ids, [format!("<{id}.2@127.0.0.1>")]);
}

#[tokio::test]
async fn r14_s8_a_mail_is_text_and_html_in_its_readers_language_and_ascii_on_the_way() {
    let account = "Ventas Ñandú 영업".to_owned();
    let server = Server::start_with(|config| config.account.account_name = account).await;
    let admin = server.admin().await;
    let profile = serde_json::json!({"first_name": "Iñaki\r\nBcc: eve@example.com", "last_name": "O'Neil"});
    admin.patch(paths::PROFILE, &profile).await;
    let mut ana = row(2, "ana@example.com");
    ana.first_name = Some("지은\r\nBcc: eve@example.com".to_owned());
    ana.language = Some("ko".to_owned());
    let mut batch = csv(1);
    batch.options.message = Some("환영\u{202e}합니다\0\r\n.\r\nBcc: eve@example.com".to_owned());
    admin.send_batch(&batch, &[ana]).await;
    let mail = admin.mail_to("ana@example.com").await;
    let kept = std::fs::read_to_string(server.data().join("mailbox.jsonl")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(kept.lines().next().unwrap()).unwrap();
    let raw = kept["raw"].as_str().unwrap();

    assert!(raw.is_ascii(), "no mail server needs to know of Unicode");
    let (head, parts) = raw.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Content-Type: multipart/alternative") && head.contains("\r\nDate: "), "{head}");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let (text, html) = (parts.find("text/plain; charset=utf-8"), parts.find("text/html; charset=utf-8"));
    assert!(text.is_some() && text < html, "the plainest part comes first: {parts}");
    assert_eq!(mail.subject, "Ventas Ñandú 영업 초대");
    assert!(mail.text.contains("지은  Bcc: eve@example.com 님, 안녕하세요."), "{}", mail.text);
    assert!(mail.text.contains("> 환영합니다\r\n> .\r\n> Bcc: eve@example.com\r\n"), "{}", mail.text);
    assert!(mail.html.contains("<html lang=\"ko\">") && mail.html.contains("O&#39;Neil"), "{}", mail.html);
    assert_eq!(mail.to, ["ana@example.com"]);
}

#[tokio::test]
async fn r14_refused_credentials_are_no_verdict_on_a_mail() {
    let (server, office) = held().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    admin.seal(&batch.id).await;
    office.wait_for_mail().await;
    office.answer(Reply::SignInFirst);
    office.wait_for_mail().await;
    office.let_pass();
    assert_eq!(admin.settled(&batch.id).await.deliveries.sent, 1, "tried again");
}
