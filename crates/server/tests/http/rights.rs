//! A21: work goes on for as long as the person who began it may do it.

use std::time::Duration;

use api_types::embed::CreatedApiKey;
use api_types::{
    AuditAction, Batch, BatchId, BatchState, CancelCode, EndingWorkKind, EndsWithAccess, List, MemberAction,
    MemberChangeBatch, MemberChangeState, MemberUndoCounts, NewRow, ProblemCode, Role, Team, User,
    UserRecord, headers, paths,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{ADMIN, Client, PASSWORD, Server, csv, key, row, send, token};
use crate::long_lists::{database, hold, many_people};
use crate::marketo::id_of;

pub(crate) const EVA: &str = "eva@example.com";

/// What takes the right away.
pub(crate) async fn lose(admin: &Client, how: &str) {
    lose_with(admin, how, &[], false).await;
}

/// The same, taking over some of what they began.
async fn lose_with(admin: &Client, how: &str, taken: &[&BatchId], end_invitations: bool) {
    let path = paths::user(&id_of(admin, EVA).await);
    let ids: Vec<&str> = taken.iter().map(|id| id.as_str()).collect();
    let query = [("take_over", ids.join(",")), ("end_invitations", end_invitations.to_string())];
    let request = match how {
        "demoted" => {
            let handover = json!({"take_over": taken, "end_invitations": end_invitations});
            admin.request(Method::PATCH, &path).json(&json!({"role": "user", "handover": handover}))
        }
        "deactivated" => admin.request(Method::POST, &format!("{path}/deactivate")).query(&query),
        _ => admin.request(Method::DELETE, &path).query(&query),
    };
    let answer = send(request.header("if-match", "*")).await;
    assert!(answer.status.is_success(), "{how}: {}", answer.text());
}

#[tokio::test]
async fn a21_unsent_invitations_of_a_person_who_is_no_administrator_any_more_are_revoked() {
    for how in ["demoted", "deactivated", "removed"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
        let waiting = async |client: &Client, domain: &str| {
            let rows: Vec<_> = (2..5).map(|at| row(at, &format!("p{at}@{domain}"))).collect();
            client.sealed(&csv(3), &rows).await
        };
        let (theirs, ours) = (waiting(&eva, "theirs.example").await, waiting(&admin, "ours.example").await);
        lose(&admin, how).await;
        let stopped = admin.settled(&theirs).await;
        assert_eq!(
            (stopped.state, stopped.cancel_code),
            (BatchState::Cancelled, Some(CancelCode::RightLost)),
            "{how}"
        );
        assert_eq!((stopped.revoked, stopped.deliveries.sent, stopped.deliveries.queued), (3, 0, 0), "{how}");
        let events = server.audited(AuditAction::WorkStopped).await;
        assert_eq!(events.len(), 1, "{how}");

        // What others began goes on, and a person's own cancelling says no code.
        let going_on: Batch = admin.batch(&ours).await;
        let waiting = going_on.deliveries.queued + going_on.deliveries.sending;
        assert_eq!((going_on.state, waiting), (BatchState::Sealed, 3), "{how}");
        let cancelled: Batch = admin.once(&paths::batch_cancel(&ours), &()).await.json();
        assert_eq!((cancelled.state, cancelled.cancel_code), (BatchState::Cancelled, None), "{how}");
        assert_eq!(admin.mail_count().await, 1, "only the mail to the other administrator came");
    }
}

#[tokio::test]
async fn a21_what_another_administrator_sends_again_is_sent_although_whoever_began_it_has_left() {
    for again in ["batch", "all", "one"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        server.sandbox().mail().answer_recipients(|_| Some("550 5.1.1 no such mailbox"));
        let batch =
            eva.send_batch(&csv(2), &[row(2, "ana@theirs.example"), row(3, "bo@theirs.example")]).await;
        assert_eq!(batch.deliveries.failed, 2, "{again}");
        lose(&admin, "removed").await;
        server.sandbox().mail().answer_recipients(|_| None);
        let answer = match again {
            "batch" => admin.once(&paths::batch_retry(&batch.id), &json!({"include_unknown": false})).await,
            "all" => {
                sqlx::query("UPDATE mails SET code = 'mail_deferred' WHERE state = 'failed'")
                    .execute(&mut database(&server).await)
                    .await
                    .expect("as if the mail server had put them off for days");
                admin.once(paths::MAIL_RETRY, &()).await
            }
            _ => {
                let ana: List<User> = admin.get(&format!("{}?search=ana@theirs", paths::USERS)).await.json();
                let invitation = ana.items[0].invitation.as_ref().expect("an invitation");
                admin.once(&paths::invitation_resend(&invitation.id), &json!({})).await
            }
        };
        assert!(answer.status.is_success(), "{again}: {}", answer.text());
        let sent = admin.settled(&batch.id).await;
        assert_eq!((sent.state, sent.revoked, sent.cancel_code), (BatchState::Sealed, 0, None), "{again}");
        assert_eq!(sent.deliveries.sent, if again == "one" { 1 } else { 2 }, "{again}");
    }
}

#[tokio::test]
async fn a21_the_keys_of_a_person_who_is_no_administrator_any_more_end_for_good() {
    for how in ["demoted", "deactivated", "removed"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        let mut secrets = Vec::new();
        for wanted in [
            json!({"name": "CRM", "origins": ["https://crm.example.com"], "flows": ["users"], "role": "admin",
                   "opens_for": "everyone"}),
            json!({"name": "nightly", "kind": "command_line", "role": "admin"}),
        ] {
            let made: CreatedApiKey = eva.post(paths::API_KEYS, &wanted).await.json();
            secrets.push(made.secret);
        }
        let ask = async || {
            let path = |path: &str| format!("{}{path}", paths::BASE);
            let body = json!({"user": ADMIN, "origin": "https://crm.example.com", "flow": "users"});
            let panel =
                server.anyone().bare(Method::POST, &path(paths::EMBED_SESSIONS)).bearer_auth(&secrets[0]);
            let list = server.anyone().bare(Method::GET, &path(paths::USERS)).bearer_auth(&secrets[1]);
            [send(panel.json(&body)).await, send(list).await]
        };
        assert!(ask().await.iter().all(|answer| answer.status.is_success()), "{how}");
        let path = paths::user(&id_of(&admin, EVA).await);
        lose(&admin, how).await;
        assert!(ask().await.iter().all(|answer| answer.code() == ProblemCode::ApiKeyRevoked), "{how}");
        assert_eq!(server.audited(AuditAction::ApiKeyRevoked).await.len(), 2, "{how}");
        let back = match how {
            "demoted" => admin.request(Method::PATCH, &path).json(&json!({"role": "admin"})),
            "deactivated" => admin.request(Method::POST, &format!("{path}/reactivate")),
            _ => continue,
        };
        assert_eq!(send(back.header("if-match", "*")).await.status, 200, "{how}");
        assert!(ask().await.iter().all(|answer| answer.code() == ProblemCode::ApiKeyRevoked), "{how}");
    }
}

/// Whichever of the two is done first.
#[tokio::test]
async fn a21_a_key_that_waits_to_be_stored_is_none_of_a_person_who_is_no_administrator_any_more() {
    for how in ["demoted", "deactivated"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        let held = hold(&server).await;
        let ask = async |times: usize| {
            for _ in 0..times {
                assert!(admin.get(paths::USERS).await.status.is_success());
            }
        };
        let wanted = json!({"name": "CRM", "origins": ["https://crm.example.com"], "flows": ["users"], "role": "admin",
                            "opens_for": "everyone"});
        let make = async {
            ask(5).await;
            eva.post(paths::API_KEYS, &wanted).await
        };
        let release = async {
            ask(15).await;
            drop(held);
        };
        let ((), made, ()) = tokio::join!(lose(&admin, how), make, release);
        if !made.status.is_success() {
            // The sessions end with the right.
            assert_eq!(made.code(), ProblemCode::SignedOut, "{how}");
            continue;
        }
        let CreatedApiKey { secret, .. } = made.json();
        let body = json!({"user": ADMIN, "origin": "https://crm.example.com", "flow": "users"});
        let path = format!("{}{}", paths::BASE, paths::EMBED_SESSIONS);
        let panel = server.anyone().bare(Method::POST, &path).bearer_auth(&secret).json(&body);
        assert_eq!(send(panel).await.code(), ProblemCode::ApiKeyRevoked, "{how}");
    }
}

#[tokio::test]
async fn a21_whoever_waits_to_write_is_refused_if_they_have_lost_the_right_by_then() {
    const DEMOTED: &str = "UPDATE users SET role = 'user' WHERE email = 'eva@example.com'";
    const SIGNED_OUT: &str =
        "DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE email = 'eva@example.com')";
    const REVOKED: &str = "UPDATE api_keys SET revoked_at = 1";
    let server = Server::start().await;
    let admin = server.admin().await;
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Sales"})).await.json();
    let (team, renamed) = (paths::team(&team.id), json!({"name": "Renamed"}));
    for (how, code) in [
        (DEMOTED, ProblemCode::Forbidden),
        (SIGNED_OUT, ProblemCode::SignedOut),
        (REVOKED, ProblemCode::ApiKeyRevoked),
    ] {
        let mut eva = match how {
            DEMOTED => server.administrator(EVA).await,
            _ => server.anyone(),
        };
        eva.sign_in(EVA, PASSWORD).await;
        let nightly = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
        let secret = match how {
            REVOKED => Some(eva.post(paths::API_KEYS, &nightly).await.json::<CreatedApiKey>().secret),
            _ => None,
        };
        let ask = |method: Method, path: &str, body: &Value| {
            let request = match &secret {
                Some(secret) => {
                    let full = format!("{}{path}", paths::BASE);
                    server.anyone().bare(method, &full).bearer_auth(secret)
                }
                None => eva.request(method, path),
            };
            send(request.header(headers::IDEMPOTENCY_KEY, key()).json(body))
        };
        let mut held = hold(&server).await;
        let lose = async {
            for _ in 0..15 {
                assert!(admin.get(paths::USERS).await.status.is_success());
            }
            sqlx::query(how).execute(&mut held).await.unwrap();
            sqlx::query("COMMIT").execute(&mut held).await.unwrap();
        };
        let batch = json!(csv(1));
        let begin = ask(Method::POST, paths::BATCHES, &batch);
        let rename = async {
            match how {
                // A command line only invites.
                REVOKED => None,
                _ => Some(ask(Method::PATCH, &team, &renamed).await.code()),
            }
        };
        let (begun, renamed, ()) = tokio::join!(begin, rename, lose);
        assert_eq!(begun.code(), code, "{how}");
        assert!(renamed.is_none_or(|refused| refused == code), "{how}: {renamed:?}");
        let back = "UPDATE users SET role = 'admin' WHERE email = 'eva@example.com'";
        sqlx::query(back).execute(&mut held).await.unwrap();
    }
    let teams: List<Team> = admin.get(paths::TEAMS).await.json();
    let names: Vec<_> = teams.items.iter().map(|team| team.name.as_str()).collect();
    assert!(!names.contains(&"Renamed"), "{names:?}");
    assert_eq!(admin.get(paths::BATCHES).await.json::<List<Batch>>().meta.total, 1, "Eva's invitation");
}

#[tokio::test]
async fn a21_nobody_becomes_an_administrator_by_a_person_who_is_none_any_more() {
    for how in ["demoted", "deactivated", "removed"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        let mut batch = csv(2);
        batch.options.role = Role::Admin;
        let as_user = NewRow { role: Some("User".to_owned()), ..row(3, "bob@example.com") };
        eva.send_batch(&batch, &[row(2, "zoe@example.com"), as_user]).await;
        let links =
            [admin.mail_to("zoe@example.com").await.link(), admin.mail_to("bob@example.com").await.link()];
        lose(&admin, how).await;
        let mut accepted = Vec::new();
        for link in links {
            let token = link.split_once('#').unwrap().1.to_owned();
            let body = json!({"token": token, "password": PASSWORD, "first_name": "A", "last_name": "B"});
            accepted.push(server.anyone().post(paths::ACTIVATION_ACCEPT, &body).await.status.is_success());
        }
        assert_eq!(accepted, [false, true], "{how}");
        assert_eq!(server.audited(AuditAction::InvitationsRevoked).await.len(), 1, "{how}");
    }
}

/// A file, compared with the account, that takes the access of so many people.
async fn deactivating(client: &Client, people: usize) -> MemberChangeBatch {
    let file = json!({"action": MemberAction::Deactivate, "expected_rows": people});
    let batch: MemberChangeBatch = client.once(paths::MEMBER_CHANGES, &file).await.json();
    for chunk in 0..people / 1_000 {
        let rows: Vec<Value> = (chunk * 1_000..(chunk + 1) * 1_000)
            .map(|at| json!({"row": at + 2, "email": format!("p{at}@example.com")}))
            .collect();
        let chunk = json!({"index": chunk, "rows": rows});
        let answer = client.once(&paths::member_change_chunks(&batch.id), &chunk).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
    batch
}

#[tokio::test]
async fn a21_a_change_of_members_stops_when_the_person_who_applied_it_is_no_administrator_any_more() {
    let server = Server::start_with(|config| config.account.seats = Some(10_000)).await;
    let admin = server.admin().await;
    let eva = server.administrator(EVA).await;
    many_people(&mut database(&server).await, 2_000).await;
    let batch = deactivating(&eva, 2_000).await;
    assert_eq!(eva.once(&paths::member_change_apply(&batch.id), &()).await.status, 202);
    lose(&admin, "demoted").await;
    let stopped = loop {
        let now: MemberChangeBatch = admin.get(&paths::member_change(&batch.id)).await.json();
        if now.state != MemberChangeState::Applying {
            break now;
        }
    };
    assert_eq!(
        (stopped.state, stopped.cancel_code),
        (MemberChangeState::Cancelled, Some(CancelCode::RightLost))
    );
    assert!(stopped.applied < 1_998, "{}", stopped.applied);
    assert_eq!(server.audited(AuditAction::WorkStopped).await.len(), 1);

    // Another administrator can undo what was done.
    if stopped.applied > 0 {
        assert_eq!(admin.once(&paths::member_change_undo(&batch.id), &()).await.status, 202);
    }
}

#[tokio::test]
async fn r20_a21_another_administrator_goes_on_undoing_where_the_first_was_stopped() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for email in ["ana@example.com", "bob@example.com"] {
        server.member(email).await;
    }
    let file = json!({"action": MemberAction::Deactivate, "expected_rows": 2});
    let batch: MemberChangeBatch = admin.once(paths::MEMBER_CHANGES, &file).await.json();
    let rows = json!([{"row": 2, "email": "ana@example.com"}, {"row": 3, "email": "bob@example.com"}]);
    admin.once(&paths::member_change_chunks(&batch.id), &json!({"index": 0, "rows": rows})).await;
    let until = async |state: MemberChangeState| loop {
        let now: MemberChangeBatch = admin.get(&paths::member_change(&batch.id)).await.json();
        if now.state == state {
            break now;
        }
    };
    admin.once(&paths::member_change_apply(&batch.id), &()).await;
    until(MemberChangeState::Applied).await;
    // As it is once a person has lost the right after the first row.
    let mut conn = database(&server).await;
    for half in [
        "UPDATE users SET status = 'active' WHERE email = 'ana@example.com'",
        "UPDATE member_changes SET undo = 'restored' WHERE row_number = 2",
        "UPDATE batches SET state = 'cancelled', restored = 1 WHERE kind = 'member_changes'",
    ] {
        assert_eq!(sqlx::query(half).execute(&mut conn).await.unwrap().rows_affected(), 1, "{half}");
    }
    let begun: MemberChangeBatch = admin.once(&paths::member_change_undo(&batch.id), &()).await.json();
    assert_eq!(begun.total, 1);
    let undone = until(MemberChangeState::Undone).await;
    assert_eq!(undone.undone, MemberUndoCounts { restored: 2, ..MemberUndoCounts::default() });
    let path = format!("{}?undo=restored", paths::member_change_rows(&batch.id));
    assert_eq!(admin.get(&path).await.json::<List<Value>>().items.len(), 2);
}

#[tokio::test]
async fn a21_keys_end_after_their_days_and_whoever_made_one_is_told_two_weeks_before_once() {
    let mut server = Server::start().await;
    let eva = server.administrator(EVA).await;
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    for (wanted, is_taken) in [(0, false), (366, false), (1, true), (365, true)] {
        let key = json!({"name": format!("for {wanted}"), "kind": "command_line", "role": "admin",
                         "ends_in_days": wanted});
        assert_eq!(eva.post(paths::API_KEYS, &key).await.status == 201, is_taken, "{wanted}");
    }
    let mut secrets = Vec::new();
    for wanted in [
        json!({"name": "CRM", "origins": ["https://crm.example.com"], "flows": ["users"], "role": "admin"}),
        json!({"name": "nightly", "kind": "command_line", "role": "admin"}),
    ] {
        let made: CreatedApiKey = eva.post(paths::API_KEYS, &wanted).await.json();
        secrets.push(made.secret);
    }
    // Housekeeping begins with the server.
    let warned = async |server: &Server, mails: usize| {
        let mails = server.anyone().mails_to(EVA, mails).await;
        mails.iter().filter(|mail| mail.subject.ends_with("ends soon")).count()
    };
    let made = warned(&server, 5).await;
    server.clock.advance(days(80));
    server.restart().await;
    assert_eq!((made, warned(&server, 7).await), (0, 2));
    server.restart().await;
    let ask = async || {
        let path = |path: &str| format!("{}{path}", paths::BASE);
        let body = json!({"user": EVA, "origin": "https://crm.example.com", "flow": "users"});
        let panel = server.anyone().bare(Method::POST, &path(paths::EMBED_SESSIONS)).bearer_auth(&secrets[0]);
        let list = server.anyone().bare(Method::GET, &path(paths::USERS)).bearer_auth(&secrets[1]);
        [send(panel.json(&body)).await, send(list).await]
    };
    server.clock.advance(days(9));
    assert!(ask().await.iter().all(|answer| answer.status.is_success()));
    let mut eva = server.anyone();
    assert_eq!(eva.sign_in(EVA, PASSWORD).await.status, 200);
    assert_eq!(warned(&server, 8).await, 2, "once; the last one tells of the sign-in");
    server.clock.advance(days(1));
    assert!(ask().await.iter().all(|answer| answer.code() == ProblemCode::ApiKeyRevoked));
    assert_eq!(eva.sign_in(EVA, PASSWORD).await.status, 200);
    let again = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
    assert_eq!(eva.post(paths::API_KEYS, &again).await.status, 201, "the name is free again");
}

#[tokio::test]
async fn a21_what_ends_with_the_access_of_an_administrator_is_told_before() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let eva = server.administrator(EVA).await;
    let record = async || -> EndsWithAccess {
        admin.get(&paths::user_record(&id_of(&admin, EVA).await)).await.json::<UserRecord>().ends
    };
    assert_eq!(record().await, EndsWithAccess::default());
    let key = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
    assert_eq!(eva.post(paths::API_KEYS, &key).await.status, 201);
    let mut batch = csv(2);
    batch.options.role = Role::Admin;
    eva.send_batch(&batch, &[row(2, "zoe@example.com"), row(3, "bob@example.com")]).await;
    server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
    eva.sealed(&csv(1), &[row(2, "kim@waiting.example")]).await;
    let ends = record().await;
    assert_eq!((ends.api_keys, ends.admin_invitations, ends.user_invitations), (1, 2, 1));
    assert_eq!(ends.work.len(), 1);
    assert_eq!((ends.work[0].kind, ends.work[0].left), (EndingWorkKind::Invitations, 1));
    lose(&admin, "deactivated").await;
    while record().await != EndsWithAccess::default() {}
}

#[tokio::test]
async fn a21_what_another_administrator_takes_over_goes_on() {
    for how in ["demoted", "deactivated", "removed"] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
        let mut taken = csv(1);
        taken.options.role = Role::Admin;
        let taken = eva.sealed(&taken, &[row(2, "kim@taken.example")]).await;
        let left = eva.sealed(&csv(1), &[row(2, "lee@left.example")]).await;
        let ours = admin.sealed(&csv(1), &[row(2, "zoe@ours.example")]).await;
        let before = admin.batch(&ours).await.created_by_id;
        // A batch of somebody else is nothing to take over.
        lose_with(&admin, how, &[&taken, &ours], false).await;
        assert_eq!(admin.settled(&left).await.cancel_code, Some(CancelCode::RightLost), "{how}");
        let going_on = admin.batch(&taken).await;
        assert_eq!((going_on.state, going_on.revoked), (BatchState::Sealed, 0), "{how}");
        assert_eq!(going_on.created_by_id, before, "{how}: the administrator who took it over");
        let noted = server.audited(AuditAction::WorkTakenOver).await;
        assert_eq!(noted.len(), 1, "{how}");
        assert!(noted[0].subject.contains(EVA), "{how}: {}", noted[0].subject);
    }
}

#[tokio::test]
async fn a21_invitations_end_with_the_last_of_those_who_sent_them_and_can_be_taken_over_from_each() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let bo = server.administrator("bo@example.com").await;
    let eva = server.administrator(EVA).await;
    let work = async |email: &str| {
        let record: UserRecord = admin.get(&paths::user_record(&id_of(&admin, email).await)).await.json();
        record.ends.work.into_iter().map(|work| work.id).collect::<Vec<_>>()
    };
    server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
    let batch = bo.sealed(&csv(1), &[row(2, "kim@theirs.example")]).await;
    assert_eq!(work("bo@example.com").await, std::slice::from_ref(&batch));
    let kim: List<User> = admin.get(&format!("{}?search=kim@theirs", paths::USERS)).await.json();
    let invitation = kim.items[0].invitation.as_ref().expect("an invitation");
    let resent = eva.once(&paths::invitation_resend(&invitation.id), &json!({})).await;
    assert!(resent.status.is_success(), "{}", resent.text());
    // It goes on without either of them, not without both.
    assert!(work("bo@example.com").await.is_empty() && work(EVA).await.is_empty());
    let user = paths::user(&id_of(&admin, "bo@example.com").await);
    assert_eq!(admin.patch_at("*", &user, &json!({"role": "user"})).await.status, 200);
    assert_eq!(work(EVA).await, std::slice::from_ref(&batch));
    let left = eva.sealed(&csv(1), &[row(2, "lee@left.example")]).await;
    lose_with(&admin, "demoted", &[&batch], false).await;
    assert_eq!(admin.settled(&left).await.cancel_code, Some(CancelCode::RightLost));
    let going_on = admin.batch(&batch).await;
    assert_eq!((going_on.state, going_on.revoked), (BatchState::Sealed, 0));
}

#[tokio::test]
async fn a21_taking_over_what_makes_administrators_needs_a_proof() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let eva = server.administrator(EVA).await;
    server.sandbox().mail().answer_recipients(|_| Some("554 5.7.1 relay access denied"));
    let mut batch = csv(1);
    batch.options.role = Role::Admin;
    let batch = eva.sealed(&batch, &[row(2, "kim@waiting.example")]).await;
    server.clock.advance(Duration::from_secs(6 * 60));
    let path = format!("{}/deactivate?take_over={batch}", paths::user(&id_of(&admin, EVA).await));
    assert_eq!(admin.post(&path, &()).await.code(), ProblemCode::ProofNeeded);
    assert_eq!(eva.get(paths::SESSION).await.status, 200, "nothing of it was done");
    server.stop().await;
}

#[tokio::test]
async fn a21_changes_of_members_that_are_taken_over_are_applied_to_the_end() {
    let server = Server::start_with(|config| config.account.seats = Some(10_000)).await;
    let admin = server.admin().await;
    let eva = server.administrator(EVA).await;
    many_people(&mut database(&server).await, 2_000).await;
    let batch = deactivating(&eva, 2_000).await;
    assert_eq!(eva.once(&paths::member_change_apply(&batch.id), &()).await.status, 202);
    let id = BatchId(batch.id.to_string());
    lose_with(&admin, "removed", &[&id], false).await;
    let applied = loop {
        let now: MemberChangeBatch = admin.get(&paths::member_change(&batch.id)).await.json();
        if now.state != MemberChangeState::Applying {
            break now;
        }
    };
    assert_eq!((applied.state, applied.cancel_code), (MemberChangeState::Applied, None));
}

#[tokio::test]
async fn a21_pending_invitations_of_users_end_only_if_asked() {
    for (how, end) in [("demoted", true), ("deactivated", true), ("removed", true), ("removed", false)] {
        let server = Server::start().await;
        let admin = server.admin().await;
        let eva = server.administrator(EVA).await;
        let batch = eva.send_batch(&csv(1), &[row(2, "bob@example.com")]).await;
        lose_with(&admin, how, &[], end).await;
        let after = admin.batch(&batch.id).await;
        assert_eq!((after.state, after.revoked), (BatchState::Sealed, u32::from(end)), "{how}");
        let revoked = server.audited(AuditAction::InvitationsRevoked).await.len();
        assert_eq!(revoked, usize::from(end), "{how}");
    }
}

#[tokio::test]
async fn a21_work_is_handed_over_only_where_the_right_is_lost() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.administrator(EVA).await;
    let path = paths::user(&id_of(&admin, EVA).await);
    for change in [
        json!({"handover": {"take_over": [], "end_invitations": true}}),
        json!({"role": "admin", "handover": {"take_over": [], "end_invitations": true}}),
    ] {
        let problem = admin.patch_at("*", &path, &change).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::InvalidField, Some("handover")));
    }
}

#[tokio::test]
async fn a21_keys_end_with_a_new_password_if_asked() {
    let server = Server::start().await;
    let mut eva = server.administrator(EVA).await;
    let works = async |secret: &str| {
        let path = format!("{}{}", paths::BASE, paths::USERS);
        send(server.anyone().bare(Method::GET, &path).bearer_auth(secret)).await.status == 200
    };
    let key = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
    let key = eva.post(paths::API_KEYS, &key).await.json::<CreatedApiKey>().secret;
    assert_eq!(eva.get(paths::PROFILE).await.json::<api_types::Profile>().api_keys, 1);
    let new = "another horse, another";
    let change =
        |current: &str, new: &str, end: bool| json!({"current": current, "new": new, "end_keys": end});
    for (end, current, new) in [(false, PASSWORD, new), (true, new, PASSWORD)] {
        let answer = eva.put(paths::PROFILE_PASSWORD, &change(current, new, end)).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        eva.take_cookie(&answer);
        assert_eq!(works(&key).await, !end);
    }
    assert_eq!(eva.get(paths::PROFILE).await.json::<api_types::Profile>().api_keys, 0);

    assert_eq!(server.audited(AuditAction::ApiKeyRevoked).await.len(), 1);
}

#[tokio::test]
async fn a21_keys_end_with_a_forgotten_password_if_asked() {
    for end in [false, true] {
        let server = Server::start().await;
        let eva = server.administrator(EVA).await;
        let key = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
        let key = eva.post(paths::API_KEYS, &key).await.json::<CreatedApiKey>().secret;
        assert_eq!(eva.post(paths::PASSWORD_RESETS, &json!({"email": EVA})).await.status, 202);
        let token = token(&eva.link_to(EVA, "/reset-password").await);
        let reset = json!({"token": token, "new_password": "another horse, another", "end_keys": end});
        assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &reset).await.status, 204);
        let path = format!("{}{}", paths::BASE, paths::USERS);
        let list = send(server.anyone().bare(Method::GET, &path).bearer_auth(&key)).await;
        assert_eq!(list.status == 200, !end);
        assert_eq!(server.audited(AuditAction::ApiKeyRevoked).await.len(), usize::from(end));
    }
}
