//! Failures of mail servers.

use std::collections::BTreeSet;
use std::time::Duration;

use api_types::{
    Account, BackgroundWork, Batch, BatchId, BatchRetry, BatchRow, BatchState, DeliveryStatus, Invitation,
    InvitationStatus, List, MailTroubleCause, RecentError, RowCode, paths,
};
use server::config::Config;

use crate::harness::{ADMIN, Client, Server, csv, row};
use crate::post_office::{Manner, PostOffice, Reply};
use crate::postgres::is_missing_for;

const HOUR: Duration = Duration::from_secs(3600);
/// How long the mail of an invitation is tried.
const GIVE_UP_AFTER: Duration = Duration::from_secs(24 * 3600);

/// A server whose mail server, a post office, delays its replies.
async fn held() -> (Server, PostOffice) {
    held_with(|_| {}).await
}

async fn held_with(change: impl FnOnce(&mut Config)) -> (Server, PostOffice) {
    let office = PostOffice::open().await;
    office.hold();
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| {
        config.smtp = Some(smtp);
        change(config);
    });
    (server.await, office)
}

/// A sealed batch of that many people.
async fn sealed(admin: &Client, people: u32) -> BatchId {
    let rows: Vec<_> = (0..people).map(|number| row(number + 2, &format!("p{number}@example.com"))).collect();
    admin.sealed(&csv(rows.len()), &rows).await
}

/// Asks until the batch is as wanted.
async fn until(admin: &Client, id: &BatchId, wanted: impl Fn(&Batch) -> bool) -> Batch {
    loop {
        let batch = admin.batch(id).await;
        if wanted(&batch) {
            return batch;
        }
    }
}

/// Wakes the mail worker, so that it reads the clock.
async fn wake(admin: &Client) {
    let draft = serde_json::json!({"language": "en", "expires_in_days": 7});
    assert_eq!(admin.once(paths::INVITATION_TEST_MAIL, &draft).await.status, 202);
}

async fn rows_of(admin: &Client, id: &BatchId) -> Vec<BatchRow> {
    admin.get(&paths::batch_rows(id)).await.json::<List<BatchRow>>().items
}

#[tokio::test]
async fn r14_r19_a_mail_of_no_known_kind_fails_and_is_reported() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = admin.open_batch(&csv(2)).await.id;
    admin.add(&id, 0, &[row(2, "ana@example.com"), row(3, "kim@example.com")]).await;
    // As only a bug or another program could.
    let mut database = crate::long_lists::database(&server).await;
    let spoil = "UPDATE mails SET kind = 'pigeon' WHERE row_number = 2";
    assert_eq!(sqlx::query(spoil).execute(&mut database).await.unwrap().rows_affected(), 1);
    admin.seal(&id).await;

    let settled = admin.settled(&id).await;
    assert_eq!((settled.deliveries.failed, settled.deliveries.sent), (1, 1), "{settled:?}");
    let result = &rows_of(&admin, &id).await[0].result;
    assert_eq!((result.delivery, result.code), (DeliveryStatus::Failed, Some(RowCode::Other)));
    assert!(result.detail.as_deref().is_some_and(|detail| detail.contains("the kind pigeon")), "{result:?}");
    let errors: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert_eq!(errors.items.iter().map(|error| error.code.as_str()).collect::<Vec<_>>(), ["other"]);
}

#[tokio::test]
async fn r14_r19_what_a_mail_server_says_decides_what_becomes_of_a_mail() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let rows = [
        row(2, "bounce@example.com"),
        row(3, "greylist@example.com"),
        row(4, "defer@example.com"),
        row(5, "ana@example.com"),
        row(6, "drop@example.com"),
    ];
    let id = admin.open_batch(&csv(rows.len())).await.id;
    admin.add(&id, 0, &rows).await;
    admin.seal(&id).await;
    let counts = |batch: &Batch| {
        let counts = batch.deliveries;
        (counts.sent, counts.failed, counts.unknown, counts.queued + counts.sending)
    };
    until(&admin, &id, |batch| counts(batch) == (2, 1, 1, 1)).await;
    let said: Vec<_> =
        rows_of(&admin, &id).await.iter().map(|row| (row.result.delivery, row.result.code)).collect();
    assert_eq!(said[0], (DeliveryStatus::Failed, Some(RowCode::MailRefused)));
    assert_eq!(said[1], (DeliveryStatus::Sent, None));
    assert_eq!(said[3], (DeliveryStatus::Sent, None));
    assert_eq!(said[4], (DeliveryStatus::Unknown, Some(RowCode::MailInterrupted)));
    let rows = rows_of(&admin, &id).await;
    assert_eq!((rows[1].attempts, rows[3].attempts), (2, 1));
    assert!(rows[0].result.detail.as_deref().is_some_and(|detail| detail.contains("550")), "{rows:?}");

    // Tried as often as it takes until its age is over.
    while rows_of(&admin, &id).await[2].attempts < 8 {}
    server.clock.advance(GIVE_UP_AFTER);
    let admin = server.admin().await;
    wake(&admin).await;
    let settled = admin.settled(&id).await;
    assert_eq!(counts(&settled), (2, 2, 1, 0));
    let rows = rows_of(&admin, &id).await;
    assert_eq!(rows[2].result.code, Some(RowCode::MailDeferred));
    let came = admin.mails_to("example.com", 3).await;
    let to: Vec<_> = came.iter().map(|mail| mail.to.concat()).filter(|to| to != ADMIN).collect();
    assert_eq!(to.len(), 3, "each mail that was taken came once: {to:?}");

    let again: Batch = admin.once(&paths::batch_retry(&id), &BatchRetry::default()).await.json();
    assert_eq!(again.deliveries.failed, 0);
}

#[tokio::test]
async fn r19_trouble_of_the_mail_server_is_no_mails_fault_and_loses_and_doubles_none() {
    let cases = [
        (Manner::HangsUp, MailTroubleCause::Unreachable),
        (Manner::BreaksOff, MailTroubleCause::Unreachable),
        (Manner::Silent, MailTroubleCause::Silent),
        (Manner::RefusesSenders, MailTroubleCause::Refused),
        (Manner::RefusesCredentials, MailTroubleCause::CredentialsRefused),
    ];
    for (manner, cause) in cases {
        let office = PostOffice::open().await;
        office.treat(manner);
        let smtp = format!("smtp://me:secret@{}", office.address).parse().unwrap();
        let mut server = Server::start_with(|config| {
            config.smtp = Some(smtp);
            // Only silence has to be waited for. A busy machine exceeds a limit that short with any of them.
            if manner == Manner::Silent {
                config.mail_limits.connect = Duration::from_millis(50);
            }
        })
        .await;
        let admin = server.admin().await;
        // More than there are connections.
        let id = sealed(&admin, 20).await;
        let batch = until(&admin, &id, |batch| batch.mail_trouble.is_some()).await;
        assert_eq!(batch.mail_trouble.map(|trouble| trouble.cause), Some(cause), "{manner:?}");

        // A day short of an hour: everything still waits.
        server.clock.advance(GIVE_UP_AFTER - HOUR);
        let admin = server.admin().await;
        wake(&admin).await;
        let waiting = until(&admin, &id, |batch| batch.deliveries.sending == 0).await;
        assert_eq!((waiting.deliveries.queued, waiting.deliveries.failed), (20, 0), "{manner:?}");

        // A day: it is given up, and one call sends all of it again.
        server.clock.advance(HOUR);
        let admin = server.admin().await;
        wake(&admin).await;
        assert_eq!(admin.settled(&id).await.deliveries.failed, 20, "{manner:?}");
        assert!(rows_of(&admin, &id).await.iter().all(|row| row.result.code == Some(RowCode::MailDeferred)));
        office.treat(Manner::Open);
        if manner == Manner::Silent {
            server.restart_with(|config| config.mail_limits.connect = HOUR).await;
        }
        let admin = server.admin().await;
        assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
        let settled = admin.settled(&id).await;
        assert_eq!((settled.deliveries.sent, settled.mail_trouble), (20, None), "{manner:?}");
        let mut to: Vec<String> = office.taken().into_iter().map(|mail| mail.to).collect();
        to.retain(|to| to != ADMIN);
        assert_eq!((to.iter().collect::<BTreeSet<_>>().len(), to.len()), (20, 20), "{manner:?}");
    }
}

#[tokio::test]
async fn r19_a_batch_whose_last_waiting_mail_is_revoked_by_itself_is_no_longer_under_way() {
    for how in ["revoked", "removed"] {
        // The second attempt is minutes away, as a mail that is being sent keeps its batch under way.
        let (server, office) = held_with(|config| config.mail_retry_ms = 600_000).await;
        office.treat(Manner::HangsUp);
        let admin = server.admin().await;
        let id = admin.sealed(&csv(1), &[row(2, &format!("{how}@example.com"))]).await;
        until(&admin, &id, |batch| batch.mail_trouble.is_some() && batch.deliveries.queued == 1).await;
        let [waiting] = &rows_of(&admin, &id).await[..] else { unreachable!() };
        let path = paths::invitation(&waiting.invitation.as_ref().unwrap().id);
        let invitation: Invitation = admin.get(&path).await.json();
        let answer = match how {
            "revoked" => admin.once(&paths::invitation_revoke(&invitation.id), &()).await,
            _ => admin.delete(&paths::user(&invitation.user_id.unwrap())).await,
        };
        assert!(answer.status.is_success(), "{how}: {}", answer.text());
        let works: BackgroundWork = admin.get(paths::BACKGROUND_WORK).await.json();
        assert_eq!(works.under_way, [], "{how}");
    }
}

#[tokio::test]
async fn r19_without_the_encryption_that_was_asked_for_nothing_is_sent() {
    let office = PostOffice::open().await;
    let smtp = format!("smtp://me:secret@{}?tls=required", office.address).parse().unwrap();
    let server = Server::start_with(|config| config.smtp = Some(smtp)).await;
    let admin = server.admin().await;
    let id = sealed(&admin, 1).await;
    let batch = until(&admin, &id, |batch| batch.mail_trouble.is_some()).await;
    assert_eq!(batch.mail_trouble.map(|trouble| trouble.cause), Some(MailTroubleCause::EncryptionRefused));
    assert_eq!((batch.deliveries.failed, office.taken().len()), (0, 0));
}

#[tokio::test]
async fn r19_a_password_reset_is_given_up_with_its_link() {
    let (server, office) = held().await;
    office.treat(Manner::HangsUp);
    let reset = serde_json::json!({"email": ADMIN});
    let anyone = server.anyone();
    anyone.post(paths::PASSWORD_RESETS, &reset).await;
    // An attempt that began before the link expired could end after it.
    office.wait_for_hanging_up().await;
    server.clock.advance(HOUR);
    office.treat(Manner::Open);
    let admin = server.admin().await;
    wake(&admin).await;
    admin.once(paths::MAIL_RETRY, &()).await;
    office.let_pass();
    let id = sealed(&admin, 1).await;
    admin.settled(&id).await;
    let to_admin = office.taken().iter().filter(|mail| mail.to == ADMIN).count();
    assert!(to_admin <= 1, "the test mail alone: the link of the other opens nothing");
}

#[tokio::test]
async fn r19_an_answer_lost_after_the_final_dot_is_unknown_and_never_repeated_by_itself() {
    for (reply, copies) in [(Reply::TakenAndLost, 1), (Reply::Lost, 0)] {
        let (server, office) = held().await;
        let admin = server.admin().await;
        let id = sealed(&admin, 1).await;
        office.wait_for_mail().await;
        office.answer(reply);
        let settled = admin.settled(&id).await;
        assert_eq!((settled.deliveries.unknown, settled.deliveries.failed), (1, 0), "{reply:?}");
        office.let_pass();
        admin.once(&paths::batch_retry(&id), &BatchRetry::default()).await;
        admin.once(paths::MAIL_RETRY, &()).await;
        // Later mails are accepted, the other one stays.
        let later = admin.open_batch(&csv(1)).await.id;
        admin.add(&later, 0, &[row(2, "later@example.com")]).await;
        admin.seal(&later).await;
        admin.settled(&later).await;
        let came = office.taken().iter().filter(|mail| mail.to == "p0@example.com").count();
        assert_eq!((came, admin.batch(&id).await.deliveries.unknown), (copies, 1), "{reply:?}");
    }
}

#[tokio::test]
async fn r19_a_mail_server_that_takes_a_mail_and_says_nothing_keeps_no_connection_for_ever() {
    let office = PostOffice::open().await;
    office.hold();
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    let server = Server::start_with(|config| {
        config.smtp = Some(smtp);
        config.mail_limits.answer = Duration::from_millis(50);
    })
    .await;
    let admin = server.admin().await;
    let id = sealed(&admin, 8).await;
    let settled = until(&admin, &id, |batch| batch.deliveries.unknown > 0).await;
    assert_eq!(settled.deliveries.failed, 0);
    office.let_pass();
    admin.once(paths::MAIL_RETRY, &()).await;
    let settled = admin.settled(&id).await;
    assert_eq!(settled.deliveries.sent + settled.deliveries.unknown, 8, "{settled:?}");
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
async fn r19_a_deferred_mail_and_a_batch_that_waits_for_it_say_when_it_is_tried_next() {
    let server = Server::start_with(|config| config.mail_retry_ms = 600_000).await;
    server.sandbox().mail().answer_recipients(|_| Some("451 4.2.1 later"));
    let admin = server.admin().await;
    let id = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    until(&admin, &id, |batch| batch.next_try_at.is_some()).await;
    let deferred = rows_of(&admin, &id).await.remove(0);
    assert_eq!((deferred.result.delivery, deferred.attempts), (DeliveryStatus::Queued, 1));
    assert_eq!(deferred.next_try_at, admin.batch(&id).await.next_try_at);

    server.sandbox().mail().answer_recipients(|_| None);
    server.clock.advance(Duration::from_secs(1_200));
    wake(&admin).await;
    let sent = admin.settled(&id).await;
    assert_eq!((sent.deliveries.sent, sent.next_try_at), (1, None));
    assert_eq!(rows_of(&admin, &id).await[0].next_try_at, None);
}

#[tokio::test]
async fn r24_a_clock_that_is_set_forward_gives_no_waiting_mail_up() {
    let server = Server::start_with(|config| config.mail_retry_ms = 600_000).await;
    server.sandbox().mail().answer_recipients(|_| Some("451 4.2.1 later"));
    let admin = server.admin().await;
    let id = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    until(&admin, &id, |batch| batch.next_try_at.is_some()).await;
    // Mails are given up after a day.
    server.clock.set_forward(Duration::from_secs(2 * 24 * 3600));
    let admin = server.admin().await;
    wake(&admin).await;
    let tried = async || rows_of(&admin, &id).await.remove(0);
    let again = loop {
        let row = tried().await;
        if row.attempts == 2 && row.result.delivery != DeliveryStatus::Sending {
            break row;
        }
    };
    assert_eq!(again.result.delivery, DeliveryStatus::Queued);

    server.sandbox().mail().answer_recipients(|_| None);
    server.clock.advance(Duration::from_secs(2_400));
    let admin = server.admin().await;
    wake(&admin).await;
    assert_eq!(admin.settled(&id).await.deliveries.sent, 1);
}

#[tokio::test]
async fn r24_a_machine_that_starts_with_a_clock_far_ahead_gives_no_waiting_mail_up() {
    if is_missing_for("it has a clock of its own") {
        return;
    }
    let (mut server, office) = held_with(|config| config.mail_retry_ms = 600_000).await;
    let admin = server.admin().await;
    let id = sealed(&admin, 1).await;
    office.wait_for_mail().await;
    office.answer(Reply::Deferred);
    until(&admin, &id, |batch| batch.next_try_at.is_some()).await;
    server.clock.set_forward(2 * GIVE_UP_AFTER);
    server.restart().await;
    let admin = server.admin().await;
    office.wait_for_mail().await;
    office.answer(Reply::Deferred);
    until(&admin, &id, |batch| batch.deliveries.sending == 0).await;
    let again = rows_of(&admin, &id).await.remove(0);
    assert_eq!((again.attempts, again.result.delivery), (2, DeliveryStatus::Queued));
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
    // Sent again while the first mail is being sent: both are under way together.
    admin.once(&paths::invitation_resend(&id), &serde_json::json!({})).await;
    while admin.batch(&batch.id).await.deliveries.sending == 0 {}
    office.answer(Reply::Refused);
    office.wait_for_mail().await;
    office.let_pass();
    assert_eq!(admin.settled(&batch.id).await.deliveries.sent, 1, "what became of the second mail counts");
    let ids: Vec<_> = office.taken().into_iter().map(|mail| mail.message_id).collect();
    assert_eq!(ids, [format!("<{id}.2@127.0.0.1>")]);
}

#[tokio::test]
async fn r7_a_mail_that_is_sent_again_before_it_was_handed_over_arrives_once() {
    let (server, office) = held().await;
    office.treat(Manner::Hesitates);
    let admin = server.admin().await;
    let batch = sealed(&admin, 1).await;
    office.wait_for_hesitation().await;
    let id = rows_of(&admin, &batch).await[0].invitation.as_ref().unwrap().id.clone();
    admin.once(&paths::invitation_resend(&id), &serde_json::json!({})).await;
    while admin.batch(&batch).await.deliveries.sending == 0 {}
    office.treat(Manner::Open);
    office.let_pass();
    assert_eq!(admin.settled(&batch).await.deliveries.sent, 1);
    let ids: Vec<_> = office.taken().into_iter().map(|mail| mail.message_id).collect();
    assert_eq!(ids, [format!("<{id}.2@127.0.0.1>")]);
}

#[tokio::test]
async fn r14_s8_a_mail_is_text_and_html_in_its_readers_language_and_ascii_on_the_way() {
    let account = "Ventas Ñandú 영업".to_owned();
    let server = Server::start_with(|config| config.account.account_name = account).await;
    let admin = server.admin().await;
    let profile = serde_json::json!({"first_name": "Iñaki\r\nBcc: eve", "last_name": "O'Neil"});
    admin.patch(paths::PROFILE, &profile).await;
    let mut ana = row(2, "ana@example.com");
    ana.first_name = Some("지은\r\nBcc: eve".to_owned());
    ana.language = Some("ko".to_owned());
    let mut batch = csv(1);
    batch.options.message = Some("환영\u{202e}합니다\0\r\n.\r\nBcc: eve@example.com".to_owned());
    admin.send_batch(&batch, &[ana]).await;
    let mail = admin.mail_to("ana@example.com").await;
    let kept = std::fs::read_to_string(server.data().join("mailbox.jsonl")).unwrap();
    let kept: serde_json::Value = serde_json::from_str(kept.trim().lines().next().unwrap()).unwrap();
    let raw = kept["raw"].as_str().unwrap();

    assert!(raw.is_ascii(), "no mail server needs to know of Unicode");
    let (head, parts) = raw.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("Content-Type: multipart/alternative") && head.contains("\r\nDate: "), "{head}");
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
    let (text, html) = (parts.find("text/plain; charset=utf-8"), parts.find("text/html; charset=utf-8"));
    assert!(text.is_some() && text < html, "the plainest part comes first: {parts}");
    assert_eq!(mail.subject, "Ventas Ñandú 영업 초대");
    assert!(mail.text.contains("지은 Bcc: eve 님, 안녕하세요."), "{}", mail.text);
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

/// The counts of a batch match its rows at any time.
#[tokio::test]
async fn r19_the_counts_of_a_batch_are_what_its_rows_say() {
    async fn check(admin: &Client, id: &BatchId) -> (u32, u32, u32, u32, u32) {
        let (batch, rows) = (admin.batch(id).await, rows_of(admin, id).await);
        let listed = admin.get(paths::BATCHES).await.json::<List<Batch>>().items;
        let counts = |batch: &Batch| {
            let mails = batch.deliveries;
            (mails.sent, mails.failed, batch.accepted, batch.waiting, batch.revoked)
        };
        let listed = listed.iter().find(|listed| listed.id == *id).map(counts);
        assert_eq!(listed, Some(counts(&batch)), "the list says the same");
        let mails = |status| rows.iter().filter(|row| row.result.delivery == status).count() as u32;
        let answers = |status| {
            let is = |row: &&BatchRow| row.invitation.as_ref().is_some_and(|one| one.status == status);
            rows.iter().filter(is).count() as u32
        };
        let waits = |row: &&BatchRow| {
            row.result.delivery == DeliveryStatus::Sent
                && row.invitation.as_ref().is_some_and(|one| one.status == InvitationStatus::Pending)
        };
        let told = (
            mails(DeliveryStatus::Sent),
            mails(DeliveryStatus::Failed),
            answers(InvitationStatus::Accepted),
            rows.iter().filter(waits).count() as u32,
            answers(InvitationStatus::Revoked),
        );
        assert_eq!(counts(&batch), told);
        told
    }

    let server = Server::start().await;
    let admin = server.admin().await;
    let addresses = [
        "bounce+1@example.com",
        "bounce+2@example.com",
        "ana@example.com",
        "bo@example.com",
        "cy@example.com",
    ];
    let rows: Vec<_> = (2..).zip(addresses).map(|(number, email)| row(number, email)).collect();
    let id = admin.invite(&rows).await.id;
    until(&admin, &id, Batch::is_settled).await;
    assert_eq!(check(&admin, &id).await, (3, 2, 0, 3, 0));

    server.anyone().activate(&admin.mail_to("ana@example.com").await.link()).await;
    assert_eq!(check(&admin, &id).await, (3, 2, 1, 2, 0));
    // One of a bounced mail, and one of a mail that arrived.
    for at in [0, 3] {
        let invitation = rows_of(&admin, &id).await[at].invitation.clone().unwrap().id;
        admin.once(&paths::invitation_revoke(&invitation), &()).await;
    }
    assert_eq!(check(&admin, &id).await, (3, 2, 1, 1, 2));
    server.clock.advance(8 * 24 * HOUR);
    let admin = server.admin().await;
    assert_eq!(check(&admin, &id).await, (3, 2, 1, 0, 2));
}
