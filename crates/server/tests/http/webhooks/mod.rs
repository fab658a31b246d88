//! Webhooks: endpoints, and what they are sent.

mod kills;
mod receiver;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api_types::{
    AuditAction, AuditEvent, BatchRow, List, NewBatch, NewWebhook, ProblemCode, Timestamp, User, Webhook,
    WebhookChange, WebhookDelivery, WebhookDeliveryState, WebhookId, WebhookOutcome, WebhookReplay,
    WebhookReplayed, WebhookState, WebhookType, WebhookWithSecret, limits, paths,
};
use sandbox::marketo::{INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID};
use serde_json::{Value, json};
use server::Millis;
use sqlx::AssertSqlSafe;
use tokio::sync::Notify;

use crate::field_sync::{self, order};
use crate::harness::{ADMIN, Client, Server, csv, row};
use crate::long_lists::{database, fill};
use crate::marketo::pasted;
use receiver::{Manner, Received, Receiver};

/// Longer than the first wait after a failure, of a message and of its endpoint.
const A_WHILE: Duration = Duration::from_secs(6);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A server that may send to this machine.
async fn server() -> Server {
    Server::start_with(|config| {
        config.webhook_allow = vec!["127.0.0.0/8".parse().expect("a network")];
    })
    .await
}

async fn add(admin: &Client, url: &str, types: &[WebhookType]) -> WebhookWithSecret {
    let wanted = NewWebhook { url: url.to_owned(), description: "CRM".to_owned(), types: types.to_vec() };
    let answer = admin.post(paths::WEBHOOKS, &wanted).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()
}

async fn webhook(admin: &Client, id: &WebhookId) -> Webhook {
    let all: List<Webhook> = admin.get(paths::WEBHOOKS).await.json();
    all.items.into_iter().find(|webhook| webhook.id == *id).expect("it is there")
}

async fn deliveries(admin: &Client, id: &WebhookId) -> Vec<WebhookDelivery> {
    admin.get(&paths::webhook_deliveries(id)).await.json::<List<WebhookDelivery>>().items
}

/// The only message, once it is in that state after so many attempts.
async fn delivery(
    admin: &Client,
    id: &WebhookId,
    state: WebhookDeliveryState,
    attempts: usize,
) -> WebhookDelivery {
    loop {
        let all = deliveries(admin, id).await;
        if let [only] = all.as_slice()
            && only.state == state
            && only.attempts.len() == attempts
        {
            return only.clone();
        }
    }
}

/// Corrects where an endpoint is.
async fn move_to(admin: &Client, id: &WebhookId, receiver: &Receiver) {
    let change = WebhookChange { url: Some(receiver.url.clone()), ..WebhookChange::default() };
    let changed: Webhook = admin.patch(&paths::webhook(id), &change).await.json();
    assert_eq!(changed.url, receiver.url);
}

#[tokio::test]
async fn n5_whoever_wants_to_know_is_told_of_an_invitation_that_was_sent() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    let batch = admin.send_batch(&csv(1), &[row(2, "ana@example.com")]).await;
    let message = receiver.received(1).await.remove(0);
    assert!(message.is_signed_by(&added.secret));
    let body = message.body();
    assert_eq!(body["type"], "invitation.sent");
    assert_eq!(body["data"]["email"], "ana@example.com");
    assert_eq!(body["data"]["batch_id"], json!(batch.id));
    let sent = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Sent, 1).await;
    assert_eq!(sent.id.as_str(), message.id);
    assert_eq!((sent.attempts[0].outcome, sent.attempts[0].status), (WebhookOutcome::Delivered, Some(204)));
}

#[tokio::test]
async fn n5_a_message_that_is_refused_is_sent_again_with_the_same_id() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::Status(500, "a\0 database\u{7}failed"), Manner::Status(200, "")]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let waiting = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Waiting, 1).await;
    assert!(waiting.next_attempt_at.is_some());
    assert_eq!(waiting.attempts[0].response.as_deref(), Some("a  database failed"));
    assert!(webhook(&admin, &added.webhook.id).await.failing_since.is_some());
    server.clock.advance(A_WHILE);
    let messages = receiver.received(2).await;
    assert_eq!(messages[0].id, messages[1].id);
    assert!(messages[1].is_signed_by(&added.secret));
    assert!(messages[1].timestamp > messages[0].timestamp);
    delivery(&admin, &added.webhook.id, WebhookDeliveryState::Sent, 2).await;
    let healthy = webhook(&admin, &added.webhook.id).await;
    assert_eq!((healthy.state, healthy.failing_since), (WebhookState::Active, None));
}

#[tokio::test]
async fn n5_messages_that_are_refused_for_what_they_say_hold_up_no_others() {
    const REFUSED: usize = 20;
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    receiver.next((0..REFUSED).map(|_| Manner::Status(422, "no")));
    let people: Vec<_> = (0..=REFUSED as u32).map(|at| row(at + 2, &format!("p{at}@example.com"))).collect();
    admin.invite(&people).await;
    // A pause of the endpoint for each would take hours.
    receiver.distinct(REFUSED + 1).await;
    while webhook(&admin, &id).await.failing_since.is_some() {}
    assert_eq!(webhook(&admin, &id).await.state, WebhookState::Active);
    server.clock.advance(A_WHILE);
    while webhook(&server.admin().await, &id).await.waiting > 0 {}
}

#[tokio::test]
async fn n5_when_an_endpoint_works_again_what_failed_is_sent_at_once_and_what_was_refused_goes_on_waiting() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    let before = ["failed", "refused"].into_iter().zip([500, 400]).flat_map(|(message, status)| {
        [
            format!(
                "INSERT INTO webhook_messages (id, endpoint_id, type, body, state, created_at, attempts, next_attempt_at, gives_up_at)
                 SELECT '{message}', id, 'invitation.sent', '{{}}', 'waiting', created_at, 1, 9000000000000, 9000000000000
                   FROM webhook_endpoints"
            ),
            format!(
                "INSERT INTO webhook_attempts (message_number, attempt, at, took_ms, outcome, status)
                 SELECT number, 1, created_at, 1, 'refused', {status} FROM webhook_messages WHERE id = '{message}'"
            ),
        ]
    });
    let failures = "UPDATE webhook_endpoints SET failures = 5".to_owned();
    let mut database = database(&server).await;
    for statement in before.chain([failures]) {
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut database).await.expect("a row");
    }
    admin.invite(&[row(2, "ana@example.com")]).await;
    let messages = receiver.received(2).await;
    assert_eq!(messages[1].id, "failed");
    let refused = deliveries(&admin, &id).await.into_iter().find(|one| one.id.as_str() == "refused");
    assert_eq!(refused.expect("it is there").state, WebhookDeliveryState::Waiting);
}

#[tokio::test]
async fn n5_with_more_endpoints_than_are_sent_to_at_once_all_come_in_turn() {
    const ENDPOINTS: usize = 9;
    const EACH: usize = 160;
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let mut secrets = Vec::new();
    for number in 0..ENDPOINTS {
        let url = format!("{}?{number}", receiver.url);
        secrets.push(add(&admin, &url, &[WebhookType::InvitationSent]).await.secret);
    }
    let messages = "INSERT INTO webhook_messages (id, endpoint_id, type, body, state, created_at, next_attempt_at, gives_up_at)
         SELECT e.id || '-' || n.value, e.id, 'invitation.sent', '{}', 'waiting', e.created_at, 0, 9000000000000
           FROM webhook_endpoints e CROSS JOIN numbers n WHERE true";
    fill(&mut database(&server).await, EACH as u32, messages).await;
    let all = receiver.received(ENDPOINTS * EACH).await;
    let mut taken = [0; ENDPOINTS];
    for message in &all {
        let of = secrets.iter().position(|secret| message.is_signed_by(secret)).expect("its endpoint");
        taken[of] += 1;
        assert!(taken[of] < EACH || taken.iter().all(|count| *count > 0), "{taken:?}");
    }
}

#[tokio::test]
async fn n5_what_ended_before_an_endpoint_wanted_to_know_is_not_told() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    admin.invite(&[row(2, "ana@example.com")]).await;
    // Once it is stored, it is not sent again.
    delivery(&admin, &id, WebhookDeliveryState::Sent, 1).await;
    server.clock.advance(DAY * 40);
    let admin = server.admin().await;
    let types = Some(vec![WebhookType::InvitationExpired]);
    let change = WebhookChange { types, ..WebhookChange::default() };
    assert_eq!(admin.patch(&paths::webhook(&id), &change).await.status, 200);
    admin.invite(&[row(2, "bea@example.com")]).await;
    server.clock.advance(DAY * 40);
    let told: Vec<Value> = receiver.received(2).await.iter().skip(1).map(|message| message.body()).collect();
    assert_eq!(told[0]["type"], "invitation.expired");
    assert_eq!(told[0]["data"]["email"], "bea@example.com", "{told:?}");
}

#[tokio::test]
async fn n5_an_endpoint_that_hangs_has_not_taken_the_message() {
    let receiver = Receiver::open().await;
    let server = Server::start_with(|config| {
        config.webhook_allow = vec!["127.0.0.1".parse().expect("an address")];
        config.webhook_timeout.0 = Duration::from_millis(300);
    })
    .await;
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::Hangs]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let hung = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Waiting, 1).await;
    assert_eq!((hung.attempts[0].outcome, hung.attempts[0].status), (WebhookOutcome::TimedOut, None));
    // On a busy machine, the next answer may be late as well. The clock is put forward once for each: a server whose time always
    // runs away loses its lead again and again.
    let mut passed = 0;
    loop {
        let latest = deliveries(&admin, &added.webhook.id).await.remove(0);
        if latest.state == WebhookDeliveryState::Sent {
            break;
        }
        if latest.attempts.len() > passed {
            passed = latest.attempts.len();
            server.clock.advance(A_WHILE * 4_u32.pow(u32::try_from(passed).expect("a few") - 1));
        }
    }
}

#[tokio::test]
async fn n5_an_endpoint_that_sends_elsewhere_has_not_taken_the_message() {
    let (server, receiver, elsewhere) = (server().await, Receiver::open().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::RedirectTo(elsewhere.url.clone())]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let sent_away = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Waiting, 1).await;
    let latest = &sent_away.attempts[0];
    assert_eq!((latest.attempt, latest.outcome, latest.status), (1, WebhookOutcome::Redirected, Some(307)));
    server.clock.advance(A_WHILE);
    delivery(&admin, &added.webhook.id, WebhookDeliveryState::Sent, 2).await;
    assert_eq!(elsewhere.so_far().len(), 0);
}

#[tokio::test]
async fn n5_what_an_endpoint_refuses_while_it_is_corrected_is_sent_to_where_it_is_then() {
    let (server, receiver, elsewhere) = (server().await, Receiver::open().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    let told = Arc::new(Notify::new());
    receiver.next([Manner::Later(Arc::clone(&told), 410)]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    receiver.received(1).await;
    move_to(&admin, &added.webhook.id, &elsewhere).await;
    told.notify_one();
    let ended = loop {
        let latest = deliveries(&admin, &added.webhook.id).await.remove(0);
        if latest.state != WebhookDeliveryState::Waiting {
            break latest;
        }
    };
    assert_eq!((ended.state, ended.attempts.len()), (WebhookDeliveryState::Sent, 2));
    assert_eq!(webhook(&admin, &added.webhook.id).await.state, WebhookState::Active);
}

#[tokio::test]
async fn n5_what_failed_is_sent_at_once_where_the_endpoint_is_corrected() {
    let (server, receiver, elsewhere) = (server().await, Receiver::open().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::Status(500, "")]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let failed = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Waiting, 1).await;
    move_to(&admin, &added.webhook.id, &elsewhere).await;
    let next = deliveries(&admin, &added.webhook.id).await.remove(0).next_attempt_at;
    assert!(next.is_none() || next < failed.next_attempt_at, "{next:?}, as before");
    delivery(&admin, &added.webhook.id, WebhookDeliveryState::Sent, 2).await;
}

#[tokio::test]
async fn n5_an_endpoint_is_left_alone_for_as_long_as_it_asks() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::RetryAfter(429, "1800")]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let waiting = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Waiting, 1).await;
    let at = |time: &Timestamp| Millis::parse(time).expect("a time");
    let next = waiting.next_attempt_at.as_ref().expect("a time");
    assert!(at(&waiting.attempts[0].at).until(at(next)) >= Duration::from_secs(1_800), "{waiting:?}");
    server.clock.advance(Duration::from_secs(1_801));
    delivery(&server.admin().await, &added.webhook.id, WebhookDeliveryState::Sent, 2).await;
}

#[tokio::test]
async fn n5_an_endpoint_that_is_gone_is_turned_off_and_administrators_are_told() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let added = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    receiver.next([Manner::Status(410, "")]);
    admin.invite(&[row(2, "ana@example.com")]).await;
    let failed = delivery(&admin, &added.webhook.id, WebhookDeliveryState::Failed, 1).await;
    assert_eq!(webhook(&admin, &added.webhook.id).await.state, WebhookState::Gone);
    let audited = server.audited(AuditAction::WebhookTurnedOff).await;
    assert_eq!(audited[0].subject, receiver.url.trim_end_matches("/hook"), "its path may be a secret");
    // Nothing is made for it any more, and nothing can be asked for.
    admin.invite(&[row(2, "bea@example.com")]).await;
    assert_eq!(deliveries(&admin, &added.webhook.id).await.len(), 1);
    let replay = WebhookReplay::Message(failed.id.clone());
    let path = paths::webhook_replay(&added.webhook.id);
    assert_eq!(admin.post(&path, &replay).await.code(), ProblemCode::NotConnected);
    let test = admin.once(&paths::webhook_test(&added.webhook.id), &()).await;
    assert_eq!(test.code(), ProblemCode::NotConnected);
    noted(&server).await;
    server.clock.advance(Duration::from_secs(600));
    let subject = "Problem in Sales Insight Actions: delivery of webhooks";
    while !admin.mails_to(ADMIN, 0).await.iter().any(|mail| mail.subject == subject) {}

    let on = WebhookChange { is_active: Some(true), ..WebhookChange::default() };
    let admin = server.admin().await;
    let active: Webhook = admin.patch(&paths::webhook(&added.webhook.id), &on).await.json();
    assert_eq!(active.state, WebhookState::Active);
    let replayed: WebhookReplayed = admin.post(&path, &replay).await.json();
    assert_eq!(replayed.messages, 1);
    let messages = receiver.received(2).await;
    assert_eq!(messages[0].id, messages[1].id);
}

/// Waits until the trouble is noted.
async fn noted(server: &Server) {
    let mut database = database(server).await;
    loop {
        let (noted,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM troubles WHERE watched = 'webhooks'")
            .fetch_one(&mut database)
            .await
            .expect("the table");
        if noted > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn n5_an_endpoint_that_fails_for_days_is_turned_off_and_what_failed_is_sent_once_it_is_asked_for() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    receiver.usually(Manner::Status(500, "no"));
    admin.invite(&[row(2, "ana@example.com")]).await;
    for attempts in 1.. {
        receiver.received(attempts).await;
        // An attempt is stored after its answer, by the time of then, and with it what becomes of the endpoint.
        let admin = server.admin().await;
        while deliveries(&admin, &id).await[0].attempts.len() < attempts {}
        let state = webhook(&admin, &id).await.state;
        if state != WebhookState::Active {
            assert_eq!(state, WebhookState::Failing);
            assert!((5..40).contains(&attempts), "{attempts}");
            break;
        }
        server.clock.advance(Duration::from_secs(6 * 3600));
    }
    let admin = server.admin().await;
    let failed = &deliveries(&admin, &id).await[0];
    assert_eq!(failed.state, WebhookDeliveryState::Failed);
    receiver.usually(Manner::Status(200, ""));
    let on = WebhookChange { is_active: Some(true), ..WebhookChange::default() };
    assert_eq!(admin.patch(&paths::webhook(&id), &on).await.status, 200);
    let before = receiver.so_far().len();
    let since = WebhookReplay::FailedSince(failed.created_at.clone());
    let replayed: WebhookReplayed = admin.post(&paths::webhook_replay(&id), &since).await.json();
    assert_eq!(replayed.messages, 1);
    let messages = receiver.received(before + 1).await;
    assert_eq!(messages[before].id, failed.id.0);
    assert_eq!(server.audited(AuditAction::WebhookReplayed).await.len(), 1);
}

#[tokio::test]
async fn n5_messages_are_kept_for_thirty_days_with_their_attempts() {
    let (mut server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    admin.invite(&[row(2, "ana@example.com")]).await;
    delivery(&admin, &id, WebhookDeliveryState::Sent, 1).await;
    server.clock.advance(DAY);
    let admin = server.admin().await;
    admin.invite(&[row(2, "bo@example.com")]).await;
    let later = receiver.distinct(2).await.remove(1).id;
    while webhook(&admin, &id).await.waiting > 0 {}

    server.clock.advance(DAY * 29 + A_WHILE);
    // Housekeeping looks at what is old when the server starts.
    server.restart().await;
    let left = delivery(&server.admin().await, &id, WebhookDeliveryState::Sent, 1).await;
    assert_eq!(left.id.as_str(), later);
    let (attempts,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM webhook_attempts")
        .fetch_one(&mut database(&server).await)
        .await
        .expect("the table");
    assert_eq!(attempts, 1);
}

#[tokio::test]
async fn n5_with_another_secret_both_sign_for_a_day() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let first = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await;
    let id = &first.webhook.id;
    let path = paths::webhook_secret(id);
    let second: WebhookWithSecret = admin.post(&path, &()).await.json();
    assert_ne!(first.secret, second.secret);
    assert!(second.webhook.former_secret_until.is_some());
    let test = async |count: usize| {
        let admin = server.admin().await;
        assert_eq!(admin.once(&paths::webhook_test(id), &()).await.status, 201);
        receiver.distinct(count).await.remove(count - 1)
    };
    let message = test(1).await;
    assert_eq!((message.kind().as_str(), message.signatures()), ("test.sent", 2));
    assert!(message.is_signed_by(&first.secret) && message.is_signed_by(&second.secret));
    server.clock.advance(DAY);
    let message = test(2).await;
    assert!(!message.is_signed_by(&first.secret) && message.is_signed_by(&second.secret));
    assert_eq!(message.signatures(), 1);
    assert_eq!(webhook(&server.admin().await, id).await.former_secret_until, None);
    // Neither is told again, nor stored as it is.
    let text = server.admin().await.get(paths::WEBHOOKS).await.text();
    assert!(!text.contains("whsec_"));
    let mut database = database(&server).await;
    let stored: Vec<(String,)> =
        sqlx::query_as("SELECT secret FROM webhook_secrets").fetch_all(&mut database).await.unwrap();
    assert!(stored.iter().all(|(secret,)| !secret.contains("whsec_")), "{stored:?}");
}

#[tokio::test]
async fn n5_messages_come_in_the_order_in_which_things_happened_and_say_what_they_are_about() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let types: Vec<WebhookType> =
        WebhookType::chosen().filter(|kind| *kind != WebhookType::AuditRecorded).collect();
    add(&admin, &receiver.url, &types).await;
    let member = server.member("ana@example.com").await;
    drop(member);
    let batch = admin.invite(&[row(2, "bea@example.com"), row(3, "cleo@example.com")]).await;
    let users: List<User> = admin.get(paths::USERS).await.json();
    let id = |email: &str| users.items.iter().find(|user| user.email == email).expect("a user").id.clone();
    let (ana, bea) = (id("ana@example.com"), id("bea@example.com"));
    assert_eq!(admin.patch_at("*", &paths::user(&ana), &json!({"role": "admin"})).await.status, 200);
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let first = rows.items[0].invitation.clone().expect("an invitation").id;
    assert_eq!(admin.once(&paths::invitation_revoke(&first), &()).await.status, 200);
    assert!(admin.delete(&paths::user(&ana)).await.status.is_success());
    let messages = receiver.distinct(10).await;
    let told: Vec<(String, Value)> =
        messages.iter().map(|message| (message.kind(), message.body()["data"].clone())).collect();
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds[..2], ["invitation.sent", "batch.completed"], "{kinds:?}");
    assert_eq!(kinds[2..4], ["invitation.accepted", "member.changed"], "{kinds:?}");
    assert_eq!(told[2].1["user_id"], json!(ana));
    assert_eq!(
        told[3].1,
        json!({"user_id": ana, "email": "ana@example.com", "change": "added", "role": "user"})
    );
    assert_eq!(kinds[7..], ["member.changed", "invitation.revoked", "member.changed"], "{kinds:?}");
    assert_eq!((&told[7].1["change"], &told[7].1["role"]), (&json!("role"), &json!("admin")));
    assert_eq!((&told[8].1["user_id"], &told[8].1["email"]), (&json!(bea), &json!("bea@example.com")));
    assert_eq!(told[9].1, json!({"user_id": ana, "email": "ana@example.com", "change": "removed"}));

    // Who was invited and has not answered is told of once that can no longer be.
    server.clock.advance(DAY * 31);
    let expired = receiver.distinct(11).await.remove(10);
    assert_eq!(
        (expired.kind().as_str(), &expired.body()["data"]["email"]),
        ("invitation.expired", &json!("cleo@example.com")),
        "{} after {:?}",
        expired.id,
        messages.iter().map(|message| &message.id).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn n5_nobody_is_told_of_a_dry_run() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::BatchCompleted]).await.webhook.id;
    let people = [row(2, "ana@example.com")];
    admin.send_batch(&NewBatch { dry_run: true, ..csv(1) }, &people).await;
    let sent = admin.invite(&people).await;
    let told = receiver.received(1).await.remove(0);
    assert_eq!(told.body()["data"]["batch_id"], json!(sent.id));
    assert_eq!(deliveries(&admin, &id).await.len(), 1);
}

#[tokio::test]
async fn n5_what_the_audit_log_notes_is_told_by_ids_alone() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::AuditRecorded]).await.webhook.id;
    admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await;
    let messages = receiver.distinct(2).await;
    let actions: Vec<Value> =
        messages.iter().map(|message| message.body()["data"]["action"].clone()).collect();
    assert_eq!(actions, [json!("webhook_added"), json!("team_created")]);
    let logged: List<AuditEvent> = admin.get(paths::AUDIT_EVENTS).await.json();
    for message in &messages {
        let data = &message.body()["data"];
        let event = logged.items.iter().find(|event| json!(event.number) == data["number"]).expect("it");
        assert_eq!((&data["action"], &data["request_id"]), (&json!(event.action), &json!(event.request_id)));
    }
    assert!(messages.iter().all(|message| !message.body().to_string().contains("Nordics")));
    let listed: Vec<_> = deliveries(&admin, &id).await.into_iter().map(|delivery| delivery.action).collect();
    assert_eq!(listed, [Some(AuditAction::TeamCreated), Some(AuditAction::WebhookAdded)]);
}

#[tokio::test]
async fn r25_messages_go_after_the_days_that_are_set_and_the_audit_log_counts_them() {
    let (mut server, receiver) = (server().await, Receiver::open().await);
    server.restart_with(|config| config.retention.retain_webhooks_days = 7).await;
    let admin = server.admin().await;
    let id = add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id;
    admin.invite(&[row(2, "ana@example.com")]).await;
    delivery(&admin, &id, WebhookDeliveryState::Sent, 1).await;
    server.clock.advance(DAY * 6);
    server.restart().await;
    let admin = server.admin().await;
    assert_eq!(deliveries(&admin, &id).await.len(), 1);
    server.clock.advance(DAY * 2);
    server.restart().await;
    let admin = server.admin().await;
    while !deliveries(&admin, &id).await.is_empty() {}
    server.clock.advance(DAY);
    server.restart().await;
    let is_told =
        |event: &AuditEvent| event.subject.starts_with("webhook_messages ") && event.subject.ends_with("(1)");
    while !server.audited(AuditAction::OldDataDeleted).await.iter().any(is_told) {}
}

#[tokio::test]
async fn n5_only_a_url_that_leads_outside_is_taken() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://localhost:1/",
        "https://a:b@hooks.example.com/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "ftp://hooks.example.com/",
        "hooks",
        "",
    ] {
        let wanted = json!({"url": url, "types": ["invitation.sent"]});
        let refused = admin.post(paths::WEBHOOKS, &wanted).await;
        if url == "https://localhost:1/" {
            // A name is looked up once something is sent.
            assert_eq!(refused.status, 201, "{}", refused.text());
            continue;
        }
        let problem = refused.problem();
        assert_eq!((problem.status, problem.field.as_deref()), (422, Some("url")), "{url}");
    }
    let id = admin.get(paths::WEBHOOKS).await.json::<List<Webhook>>().items[0].id.clone();
    assert_eq!(admin.once(&paths::webhook_test(&id), &()).await.status, 201);
    let refused = delivery(&admin, &id, WebhookDeliveryState::Waiting, 1).await;
    assert_eq!(refused.attempts[0].outcome, WebhookOutcome::AddressRefused);
}

#[tokio::test]
async fn n5_endpoints_are_added_changed_and_deleted_by_administrators_and_the_audit_log_says_so() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let url = |number: usize| format!("https://hooks.example.com/{number}");
    let added = add(&admin, &url(0), &[WebhookType::InvitationSent, WebhookType::InvitationSent]).await;
    let id = &added.webhook.id;
    assert_eq!(added.webhook.types, [WebhookType::InvitationSent]);
    assert!(added.secret.starts_with("whsec_"));
    let wanted = |url: String| json!({"url": url, "types": ["sync.failed"]});
    assert_eq!(admin.post(paths::WEBHOOKS, &wanted(url(0))).await.code(), ProblemCode::NameTaken);
    for types in [json!([]), json!(["test.sent"])] {
        let refused = admin.post(paths::WEBHOOKS, &json!({"url": url(1), "types": types})).await.problem();
        assert_eq!(refused.field.as_deref(), Some("types"));
    }
    let change = json!({"url": url(1), "description": "ERP", "types": ["sync.failed"], "is_active": false});
    let changed: Webhook = admin.patch(&paths::webhook(id), &change).await.json();
    assert_eq!(
        (changed.url.as_str(), changed.description.as_str(), changed.state),
        (url(1).as_str(), "ERP", WebhookState::Off)
    );
    assert_eq!(changed.types, [WebhookType::SyncFailed]);
    for number in 2..=limits::WEBHOOKS_MAX {
        assert_eq!(admin.post(paths::WEBHOOKS, &wanted(url(number))).await.status, 201);
    }
    let problem = admin.post(paths::WEBHOOKS, &wanted(url(99))).await.problem();
    let limit = problem.limit.map(|limit| limit.value);
    assert_eq!((problem.code, limit), (ProblemCode::WebhooksExhausted, Some(limits::WEBHOOKS_MAX as u64)));
    assert_eq!(admin.delete(&paths::webhook(id)).await.status, 204);
    assert_eq!(admin.delete(&paths::webhook(id)).await.status, 404);
    assert_eq!(admin.get(&paths::webhook_deliveries(id)).await.status, 404);
    assert_eq!(admin.post(paths::WEBHOOKS, &wanted(url(99))).await.status, 201);
    let subjects = async |action| -> Vec<String> {
        server.audited(action).await.into_iter().map(|event| event.subject).collect()
    };
    // The path of an address may be a secret.
    let host = "https://hooks.example.com";
    assert!(subjects(AuditAction::WebhookAdded).await.iter().all(|subject| subject == host));
    assert_eq!(subjects(AuditAction::WebhookChanged).await, [host]);
    let changed = server.audited(AuditAction::WebhookChanged).await.remove(0);
    let expected = json!([
        {"field": "webhook_url"},
        {"field": "webhook_description", "from": "CRM", "to": "ERP"},
        {"field": "webhook_types", "from": "invitation.sent", "to": "sync.failed"},
        {"field": "webhook_state", "from": "active", "to": "off"},
    ]);
    assert_eq!(serde_json::to_value(changed.changes).expect("changes"), expected);
    assert_eq!(subjects(AuditAction::WebhookDeleted).await, [host]);

    server.clock.advance(Duration::from_secs(5 * 60 + 1));
    for answer in [
        admin.post(paths::WEBHOOKS, &wanted(url(50))).await,
        admin.patch(&paths::webhook(id), &change).await,
        admin.post(&paths::webhook_secret(id), &()).await,
    ] {
        assert_eq!(answer.code(), ProblemCode::ProofNeeded);
    }
}

#[tokio::test]
async fn n5_connections_and_troubles_are_told_once_each_way() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let credentials = pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    assert_eq!(admin.once(paths::MARKETO, &credentials).await.status, 200);
    let types = [
        WebhookType::ConnectionFailed,
        WebhookType::ConnectionRestored,
        WebhookType::TroubleBegan,
        WebhookType::TroubleEnded,
    ];
    add(&admin, &receiver.url, &types).await;
    order(&server, "faults", json!({"code": 603, "path_contains": "describe2"})).await;
    assert_eq!(admin.post(paths::MARKETO_CHECK, &()).await.status, 200);
    receiver.distinct(1).await;
    server.clock.advance(Duration::from_secs(600));
    receiver.distinct(2).await;
    assert_eq!(server.admin().await.post(paths::MARKETO_CHECK, &()).await.status, 200);
    let messages = receiver.distinct(4).await;
    let mut told: Vec<(String, Value)> =
        messages.iter().map(|message| (message.kind(), message.body()["data"].clone())).collect();
    // Both at once.
    told[2..].sort_by(|(one, _), (other, _)| one.cmp(other));
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["connection.failed", "trouble.began", "connection.restored", "trouble.ended"]);
    assert_eq!(told[0].1, json!({"service": "marketo"}));
    assert_eq!((&told[1].1["trouble"], &told[3].1["trouble"]), (&json!("marketo"), &json!("marketo")));
    assert_eq!(told[1].1["since"], told[3].1["since"]);
}

#[tokio::test]
async fn n5_a_connection_that_is_disconnected_while_it_fails_does_not_work_again() {
    let (server, receiver) = (server().await, Receiver::open().await);
    let admin = server.admin().await;
    let credentials = pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    assert_eq!(admin.once(paths::MARKETO, &credentials).await.status, 200);
    let types = [WebhookType::ConnectionFailed, WebhookType::ConnectionRestored, WebhookType::TroubleEnded];
    let id = add(&admin, &receiver.url, &types).await.webhook.id;
    order(&server, "faults", json!({"code": 603, "path_contains": "describe2"})).await;
    assert_eq!(admin.post(paths::MARKETO_CHECK, &()).await.status, 200);
    receiver.distinct(1).await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    let noted = "SELECT COUNT(*) FROM troubles";
    let mut database = database(&server).await;
    while sqlx::query_scalar::<_, i64>(noted).fetch_one(&mut database).await.expect("a count") > 0 {}
    assert_eq!(admin.once(&paths::webhook_test(&id), &()).await.status, 201);
    let kinds: Vec<_> = receiver.distinct(2).await.iter().map(Received::kind).collect();
    assert_eq!(kinds, ["connection.failed", "test.sent"]);
}

#[tokio::test]
async fn n5_each_endpoint_that_is_turned_off_is_told() {
    let (server, receivers) = (server().await, [Receiver::open().await, Receiver::open().await]);
    let admin = server.admin().await;
    let mut ids = Vec::new();
    for receiver in &receivers {
        ids.push(add(&admin, &receiver.url, &[WebhookType::InvitationSent]).await.webhook.id);
    }
    let subject = "Problem in Sales Insight Actions: delivery of webhooks";
    for (number, (receiver, id)) in receivers.iter().zip(&ids).enumerate() {
        receiver.next([Manner::Status(410, "")]);
        let admin = server.admin().await;
        admin.invite(&[row(2, &format!("p{number}@example.com"))]).await;
        while webhook(&admin, id).await.state == WebhookState::Active {}
        let mut database = database(&server).await;
        let noted = "SELECT COUNT(*) FROM troubles WHERE watched = 'webhooks' AND told_at IS NULL";
        while sqlx::query_scalar::<_, i64>(noted).fetch_one(&mut database).await.expect("a count") == 0 {}
        server.clock.advance(Duration::from_secs(600));
        let told =
            async || admin.mails_to(ADMIN, 0).await.iter().filter(|mail| mail.subject == subject).count();
        while told().await <= number {}
    }
}

/// A server that syncs a few people, and tells a receiver how its runs end.
async fn syncing() -> (Server, Client, Receiver) {
    let receiver = Receiver::open().await;
    let (server, admin) = field_sync::server_of(|config| {
        config.sandbox.speed = NonZeroU32::new(6_000).expect("a speed");
        config.sandbox.people = 50;
        config.webhook_allow = vec!["127.0.0.1".parse().expect("an address")];
    })
    .await;
    add(&admin, &receiver.url, &[WebhookType::SyncCompleted, WebhookType::SyncFailed]).await;
    (server, admin, receiver)
}

#[tokio::test]
async fn n5_a_full_run_of_the_sync_is_told_once_it_has_ended() {
    let (_server, admin, receiver) = syncing().await;
    let run = field_sync::sync(&admin).await;
    let message = receiver.distinct(1).await.remove(0);
    assert_eq!(
        (message.kind().as_str(), &message.body()["data"]),
        ("sync.completed", &json!({"run_id": run.id}))
    );
}

#[tokio::test]
async fn n5_a_sync_that_goes_on_failing_is_told_once() {
    let (server, admin, receiver) = syncing().await;
    field_sync::sync(&admin).await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    for _ in 0..3 {
        field_sync::poll(&server, &admin).await;
    }
    let credentials = pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    let admin = server.admin().await;
    assert_eq!(admin.once(paths::MARKETO, &credentials).await.status, 200);
    field_sync::sync(&admin).await;
    let kinds: Vec<String> = receiver.distinct(3).await.iter().map(Received::kind).collect();
    assert_eq!(kinds, ["sync.completed", "sync.failed", "sync.completed"]);
}
