//! R23: mails that are sent again have limits of their own.

use std::time::{Duration, Instant};

use api_types::{BatchRow, InvitationId, List, MailDraft, ProblemCode, paths};
use serde_json::json;

use crate::harness::{Answer, Client, Server, csv, row};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn invited(admin: &Client, count: u32) -> Vec<InvitationId> {
    let rows: Vec<_> = (2..count + 2).map(|at| row(at, &format!("p{at}@example.com"))).collect();
    let id = admin.send_batch(&csv(rows.len()), &rows).await.id;
    let rows: List<BatchRow> = admin.get(&format!("{}?limit=200", paths::batch_rows(&id))).await.json();
    rows.items.into_iter().map(|row| row.invitation.expect("an invitation").id).collect()
}

async fn resend(admin: &Client, id: &InvitationId, email: Option<&str>) -> Answer {
    admin.once(&paths::invitation_resend(id), &json!({"email": email})).await
}

#[tokio::test]
async fn r23_an_invitation_is_sent_again_three_times_a_day_to_whatever_address() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ids = invited(&admin, 2).await;
    for email in [None, Some("other@example.com"), Some("third@example.com")] {
        assert_eq!(resend(&admin, &ids[0], email).await.status, 200);
    }
    let refused = resend(&admin, &ids[0], Some("fourth@example.com")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (429, ProblemCode::MailLimit));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=DAY.as_secs()).contains(&wait), "{wait}");
    // It is a limit of this invitation, and ends.
    assert_eq!(resend(&admin, &ids[1], None).await.status, 200);
    server.clock.advance(DAY);
    let admin = server.admin().await;
    assert_eq!(resend(&admin, &ids[0], None).await.status, 200);
}

#[tokio::test]
async fn r23_a_recipient_and_a_sender_have_limits_too() {
    let server = Server::start_with(|config| config.account.seats = Some(1_000)).await;
    let admin = server.admin().await;
    // Each counts for an hour, so that the machine's time makes room for another now and then.
    let began = Instant::now();
    // Test mails go to the one who asks for them.
    let draft = MailDraft { expires_in_days: 7, ..MailDraft::default() };
    for expected in [202, 202, 202, 429] {
        let answer = admin.once(paths::INVITATION_TEST_MAIL, &draft).await;
        assert_eq!(answer.status.as_u16(), expected, "{}", answer.text());
    }
    let ids = invited(&admin, 105).await;
    let mut sent = 0;
    for id in &ids {
        match resend(&admin, id, None).await.status.as_u16() {
            200 => sent += 1,
            status => assert_eq!(status, 429),
        }
    }
    let freed = began.elapsed().as_secs() / 36;
    assert!(
        (96..=96 + freed).contains(&sent),
        "{sent}: a hundred an hour, with the test mails, also the refused one"
    );
    // Another administrator has their own, and invitations that are sent for the first time are not counted.
    let other = server.administrator("other@example.com").await;
    assert_eq!(resend(&other, &ids[104], None).await.status, 200);
    // What a sender is refused uses up nothing of the invitation, nor of its recipient.
    for _ in 0..3 {
        resend(&admin, &ids[103], None).await;
    }
    server.clock.advance(HOUR);
    assert_eq!(resend(&server.admin().await, &ids[103], None).await.status, 200);
}

#[tokio::test]
async fn r23_the_account_has_a_limit_that_its_operator_sets() {
    let server = Server::start_with(|config| config.resends_per_day = 2.try_into().unwrap()).await;
    let admin = server.admin().await;
    let ids = invited(&admin, 3).await;
    let mut answers = Vec::new();
    for id in &ids {
        answers.push(resend(&admin, id, None).await.status.as_u16());
    }
    assert_eq!(answers, [200, 200, 429]);
}
