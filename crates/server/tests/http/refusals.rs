//! A mail server that refuses all recipients, and one that refuses some.

use std::collections::BTreeSet;
use std::time::Duration;

use api_types::{
    Batch, BatchId, BatchRow, CheckState, DeliveryStatus, List, MailTroubleCause, NewRow, RecentError,
    RowCode, paths,
};

use crate::harness::{Client, Server, check_counts, csv, row};
use crate::readiness::{until_ready, until_seen};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Rows of that many people, at that many domains.
fn people(count: u32, domains: u32) -> Vec<NewRow> {
    (0..count).map(|number| row(number + 2, &format!("p{number}@d{}.example", number % domains))).collect()
}

/// Asks until the batch has mails on their way no more, and is as wanted.
async fn until(admin: &Client, id: &BatchId, wanted: impl Fn(&Batch) -> bool) -> Batch {
    loop {
        let batch = admin.batch(id).await;
        if batch.deliveries.sending == 0 && wanted(&batch) {
            return batch;
        }
    }
}

/// The batch, once the mail server is in trouble or all mails are settled.
async fn stopped(admin: &Client, id: &BatchId) -> Batch {
    until(admin, id, |batch| batch.mail_trouble.is_some() || batch.is_settled()).await
}

/// The batch, once every mail is settled. All that wait are due, and **Retry all now** is pressed until the mail server
/// has accepted one.
async fn retried(server: &Server, id: &BatchId) -> Batch {
    server.clock.advance(HOUR);
    let admin = server.admin().await;
    loop {
        assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
        let batch = admin.batch(id).await;
        if batch.is_settled() {
            return batch;
        }
        // One that was still being refused while the clock was set is due a little later.
        if batch.mail_trouble.is_none() && batch.deliveries.sending == 0 {
            server.clock.advance(MINUTE);
        }
    }
}

async fn rows_of(admin: &Client, id: &BatchId) -> Vec<BatchRow> {
    admin.get(&format!("{}?limit=200", paths::batch_rows(id))).await.json::<List<BatchRow>>().items
}

/// That many mails came, each once.
async fn check_came(admin: &Client, count: usize) {
    let came = admin.mails_to("@d", count).await;
    let to: BTreeSet<_> = came.iter().map(|mail| mail.to.concat()).collect();
    assert_eq!((to.len(), came.len()), (count, count));
}

#[tokio::test]
async fn r22_a_mail_server_that_refuses_everybody_is_in_trouble_and_no_mail_fails_for_it() {
    type Answer = fn(&str) -> Option<&'static str>;
    let cases: [(Answer, u32, u32); 5] = [
        (|_| Some("554 5.7.1 relay access denied"), 600, 60),
        // A company that invites its own people.
        (|_| Some("550 5.7.60 not allowed to send as this sender"), 60, 1),
        (|_| Some("550 5.4.5 daily sending quota exceeded"), 60, 1),
        (|_| Some("550 relay not permitted"), 60, 40),
        // Too few to be a row.
        (|_| Some("553 sorry, not in my list of allowed rcpthosts (#5.7.1)"), 3, 3),
    ];
    for (answer, count, domains) in cases {
        let server = Server::start_with(|config| config.account.seats = Some(10_000)).await;
        let admin = server.admin().await;
        server.sandbox().mail().answer_recipients(answer);
        let rows = people(count, domains);
        let id = admin.sealed(&csv(rows.len()), &rows).await;
        let waiting = stopped(&admin, &id).await;
        let said = answer("").unwrap();
        assert_eq!((waiting.deliveries.failed, waiting.deliveries.queued), (0, count), "{said}");
        assert_eq!(
            waiting.mail_trouble.map(|trouble| trouble.cause),
            Some(MailTroubleCause::Refused),
            "{said}"
        );

        // It is said to those who watch the server, and to administrators.
        let seen = until_seen(&server, |seen| seen.writer == CheckState::Ok).await;
        assert_eq!((seen.ready, seen.mail), (false, CheckState::Failing));
        let errors: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
        assert_eq!(errors.items.iter().filter(|error| error.code == "refused").count(), 1, "{said}");

        // However often it is tried.
        for _ in 0..20 {
            assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
            check_counts(&until(&admin, &id, |batch| batch.deliveries.failed == 0).await);
        }
        assert_eq!(admin.mail_count().await, 0);

        server.sandbox().mail().answer_recipients(|_| None);
        let settled = retried(&server, &id).await;
        assert_eq!((settled.deliveries.sent, settled.mail_trouble), (count, None), "{said}");
        check_came(&server.anyone(), count as usize).await;
        until_ready(&server).await;
    }
}

#[tokio::test]
async fn r22_mails_that_a_refused_queue_gives_up_by_their_age_are_sent_by_retry_all() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
    let id = admin.sealed(&csv(30), &people(30, 30)).await;
    stopped(&admin, &id).await;
    server.clock.advance(DAY);
    let admin = server.admin().await;
    // Wakes the mail worker, so that it reads the clock.
    let draft = serde_json::json!({"language": "en", "expires_in_days": 7});
    assert_eq!(admin.once(paths::INVITATION_TEST_MAIL, &draft).await.status, 202);
    let given_up = until(&admin, &id, Batch::is_settled).await;
    assert_eq!(given_up.deliveries.failed, 30);
    server.sandbox().mail().answer_recipients(|_| None);
    assert_eq!(retried(&server, &id).await.deliveries.sent, 30);
    check_came(&admin, 30).await;
}

#[tokio::test]
async fn r22_a_recipient_who_is_refused_while_others_are_not_fails_alone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.sandbox().mail().answer_recipients(|to| match to.split('@').next()? {
        "p0" => Some("550 5.1.1 no such user"),
        "p7" => Some("550 5.7.1 rejected by the recipient's policy"),
        "p20" => Some("550 no"),
        _ => None,
    });
    let id = admin.sealed(&csv(30), &people(30, 30)).await;
    let settled = until(&admin, &id, Batch::is_settled).await;
    assert_eq!((settled.deliveries.sent, settled.deliveries.failed, settled.mail_trouble), (27, 3, None));
    let rows = rows_of(&admin, &id).await;
    for (index, status) in [(0, "5.1.1"), (7, "5.7.1"), (20, "550")] {
        let result = &rows[index].result;
        assert_eq!((result.delivery, result.code), (DeliveryStatus::Failed, Some(RowCode::MailRefused)));
        assert!(result.detail.as_ref().is_some_and(|detail| detail.contains(status)), "{result:?}");
    }
    assert_eq!((rows[0].attempts, rows[20].attempts), (1, 1), "at once");
    check_came(&admin, 27).await;
}

#[tokio::test]
async fn r22_unknown_users_of_one_domain_fail_however_many_they_are() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.sandbox().mail().answer_recipients(|_| Some("550 5.1.1 no such user"));
    for count in [19, 60] {
        let rows: Vec<_> =
            (0..count).map(|number| row(number + 2, &format!("p{number}.{count}@d.example"))).collect();
        let settled = admin.invite(&rows).await;
        assert_eq!((settled.deliveries.failed, settled.mail_trouble), (count, None));
    }
    until_ready(&server).await;
}

#[tokio::test]
async fn r22_a_domain_that_refuses_all_keeps_no_mail_to_another_waiting() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server
        .sandbox()
        .mail()
        .answer_recipients(|to| to.ends_with("@d0.example").then_some("550 5.7.1 not from you"));
    let refused = admin.sealed(&csv(40), &people(40, 1)).await;
    let waiting = stopped(&admin, &refused).await;
    assert_eq!((waiting.deliveries.failed, waiting.deliveries.queued), (0, 40));
    // Behind forty that wait.
    let rows = [row(2, "ana@d1.example"), row(3, "bo@d2.example")];
    let id = admin.sealed(&csv(2), &rows).await;
    assert_eq!(retried(&server, &id).await.deliveries.sent, 2);
}

#[tokio::test]
async fn r22_retry_all_sends_mails_that_failed_before_by_a_refusal_of_the_mail_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.sandbox().mail().answer_recipients(|_| Some("550 no"));
    let id = admin.invite(&people(4, 1)).await.id;
    // As an earlier version has left them.
    let mut database = crate::long_lists::database(&server).await;
    for (row, answer) in
        [(2, "(554): 5.7.1 relay denied"), (3, "(550): 5.4.5 quota"), (4, "(550): no (#5.7.1)")]
    {
        let update = "UPDATE mails SET detail = 'permanent error ' || $1 WHERE row_number = $2";
        sqlx::query(update).bind(answer).bind(row).execute(&mut database).await.unwrap();
    }
    server.sandbox().mail().answer_recipients(|_| None);
    assert_eq!(admin.once(paths::MAIL_RETRY, &()).await.status, 204);
    let settled = until(&admin, &id, Batch::is_settled).await;
    assert_eq!((settled.deliveries.sent, settled.deliveries.failed), (3, 1));
}
