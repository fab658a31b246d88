//! Single invitations: reading, resending, correcting, revoking, and links.

use std::time::Duration;

use api_types::{
    Account, Batch, BatchRow, DeliveryStatus, INVITATION_DAYS, Invitation, InvitationId, InvitationLink,
    InvitationStatus, InvitationsByDay, List, MailPreview, ProblemCode, RowVerdict, TestMail, paths,
};
use serde_json::json;

use crate::harness::{Client, PASSWORD, Server, csv, row, token};

async fn invited(admin: &Client, email: &str) -> InvitationId {
    let batch = admin.invite(&[row(2, email)]).await;
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    rows.items[0].invitation.clone().unwrap().id
}

#[tokio::test]
async fn an_invitation_tells_whom_it_invites_and_how_its_mail_fares() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = invited(&admin, "ana@example.com").await;
    let invitation: Invitation = admin.get(&paths::invitation(&id)).await.json();
    assert_eq!((invitation.status, invitation.delivery), (InvitationStatus::Pending, DeliveryStatus::Sent));
    assert_eq!((invitation.email.as_str(), invitation.row), ("ana@example.com", 2));
    assert_eq!(invitation.teams, ["Everyone"]);
    assert_eq!(invitation.workspace, "Default");
    assert_eq!(admin.get("/invitations/nothing").await.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn a_resend_to_a_corrected_address_withdraws_the_old_link() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = invited(&admin, "ana@exmaple.com").await;
    let old = admin.mail_to("ana@exmaple.com").await.link();
    let resend =
        async |email: &str| admin.once(&paths::invitation_resend(&id), &json!({"email": email})).await;
    assert_eq!(resend("two@@example.com").await.problem().detail.as_deref(), Some("two_ats"));
    assert_eq!(resend("Marketo.Admin@example.com").await.code(), ProblemCode::AlreadyMember);
    let invitation: Invitation = resend("ana@example.com").await.json();
    assert_eq!(invitation.email, "ana@example.com");
    let new = admin.mail_to("ana@example.com").await.link();
    let accept = async |link: &str| {
        server
            .anyone()
            .post(paths::ACTIVATION_ACCEPT, &json!({"token": token(link), "password": PASSWORD}))
            .await
    };
    assert_eq!(accept(&old).await.code(), ProblemCode::LinkRevoked);
    assert_eq!(accept(&new).await.status, 200);
    assert_eq!(resend("bob@example.com").await.code(), ProblemCode::AlreadyMember);
}

#[tokio::test]
async fn an_expired_invitation_is_revived_by_a_resend_if_a_seat_is_free() {
    let server = Server::start_with(|config| config.account.seats = Some(2)).await;
    let admin = server.admin().await;
    let id = invited(&admin, "ana@example.com").await;
    let link = admin.mail_to("ana@example.com").await.link();
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let admin = server.admin().await;
    let expired: Invitation = admin.get(&paths::invitation(&id)).await.json();
    assert_eq!(expired.status, InvitationStatus::Expired);
    assert_eq!(admin.post(&paths::invitation_link(&id), &()).await.code(), ProblemCode::LinkExpired);

    let other = invited(&admin, "bob@example.com").await;
    let full = admin.once(&paths::invitation_resend(&id), &json!({})).await.problem();
    assert_eq!((full.code, full.limit.unwrap().value), (ProblemCode::SeatsExhausted, 2));
    admin.once(&paths::invitation_revoke(&other), &()).await;
    assert_eq!(admin.once(&paths::invitation_resend(&id), &json!({})).await.status, 200);
    server.anyone().activate(&link).await;
}

#[tokio::test]
async fn a_revoked_invitation_opens_nothing_and_frees_its_seat() {
    let server = Server::start_with(|config| config.account.seats = Some(2)).await;
    let admin = server.admin().await;
    let id = invited(&admin, "ana@example.com").await;
    let link = admin.mail_to("ana@example.com").await.link();
    let revoked: Invitation = admin.once(&paths::invitation_revoke(&id), &()).await.json();
    assert_eq!((revoked.status, revoked.user_id), (InvitationStatus::Revoked, None));
    let body = json!({"token": token(&link), "password": PASSWORD});
    assert_eq!(server.anyone().post(paths::ACTIVATION_ACCEPT, &body).await.code(), ProblemCode::LinkRevoked);
    assert_eq!(admin.once(&paths::invitation_resend(&id), &json!({})).await.code(), ProblemCode::Conflict);
    let again: Invitation = admin.once(&paths::invitation_revoke(&id), &()).await.json();
    assert_eq!(again.status, InvitationStatus::Revoked, "revoking twice is fine");
    assert_eq!(admin.invite(&[row(2, "bob@example.com")]).await.verdicts.ready, 1);
}

#[tokio::test]
async fn a_link_can_be_handed_over_by_other_means() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let id = invited(&admin, "ana@example.com").await;
    let link: InvitationLink = admin.post(&paths::invitation_link(&id), &()).await.json();
    assert_eq!(link.url, admin.mail_to("ana@example.com").await.link());
    server.anyone().activate(&link.url).await;
    assert_eq!(admin.post(&paths::invitation_link(&id), &()).await.code(), ProblemCode::AlreadyMember);
    assert_eq!(admin.once(&paths::invitation_revoke(&id), &()).await.code(), ProblemCode::AlreadyMember);
}

#[tokio::test]
async fn a_mail_is_previewed_as_it_will_be_sent() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let draft = json!({"language": "ko", "message": "환영합니다", "expires_in_days": 3});
    let preview: MailPreview = admin.post(paths::INVITATION_PREVIEW, &draft).await.json();
    assert_eq!(preview.subject, "Sales Insight Actions 초대");
    assert!(preview.text.contains("환영합니다") && preview.text.contains("3일"), "{}", preview.text);
    assert!(preview.html.starts_with("<!doctype html>") && !preview.html.contains("<script"));
    let bad = json!({"language": "ko", "expires_in_days": 31});
    assert_eq!(
        admin.post(paths::INVITATION_PREVIEW, &bad).await.problem().field.as_deref(),
        Some("expires_in_days")
    );

    let answer = admin.once(paths::INVITATION_TEST_MAIL, &draft).await;
    assert_eq!(answer.status, 202);
    let path = paths::test_mail(&answer.json::<TestMail>().id);
    let other = server.administrator("ana@example.com").await;
    assert_eq!(other.get(&path).await.code(), ProblemCode::NotFound, "it is its sender's own");
    let mail = admin.mail_to("marketo.admin@example.com").await;
    assert_eq!(mail.subject, "[테스트] Sales Insight Actions 초대");
    assert_eq!(mail.text.replace("\r\n", "\n").trim(), preview.text.trim());
}

#[tokio::test]
async fn removing_an_invited_person_revokes_the_invitation() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.send_batch(&csv(1), &[row(2, "ana@example.com")]).await;
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let invitation = rows.items[0].invitation.clone().unwrap().id;
    let user = admin.get(&paths::invitation(&invitation)).await.json::<Invitation>().user_id.unwrap();
    assert_eq!(admin.delete(&paths::user(&user)).await.status, 204);
    let gone: Invitation = admin.get(&paths::invitation(&invitation)).await.json();
    assert_eq!(gone.status, InvitationStatus::Revoked);
    assert_eq!(admin.batch(&batch.id).await.revoked, 1);
}

#[tokio::test]
async fn an_accepted_invitation_names_nobody_once_the_member_is_removed() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let admin = server.admin().await;
    let batches: List<Batch> = admin.get(paths::BATCHES).await.json();
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batches.items[0].id)).await.json();
    let path = paths::invitation(&rows.items[0].invitation.as_ref().unwrap().id);
    let user = admin.get(&path).await.json::<Invitation>().user_id.unwrap();
    assert_eq!(admin.delete(&paths::user(&user)).await.status, 204);
    let invitation: Invitation = admin.get(&path).await.json();
    assert_eq!((invitation.user_id, invitation.status), (None, InvitationStatus::Accepted));
}

#[tokio::test]
async fn invitations_are_counted_for_each_of_the_last_thirty_days() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let counts = async || {
        // Sessions end meanwhile.
        let by_day: InvitationsByDay = server.admin().await.get(paths::INVITATIONS_BY_DAY).await.json();
        assert_eq!(by_day.days.len(), INVITATION_DAYS);
        assert!(by_day.days.windows(2).all(|pair| pair[0].begins_at.0 < pair[1].begins_at.0));
        by_day.days.iter().rev().map(|day| (day.invited, day.accepted)).collect::<Vec<_>>()
    };
    let own = counts().await[0];
    admin.invite(&[row(2, "ana@example.com"), row(3, "bo@example.com"), row(4, "not an address")]).await;
    assert_eq!(counts().await[0], (own.0 + 2, own.1));
    let link = admin.mail_to("ana@example.com").await.link();
    server.clock.advance(Duration::from_secs(24 * 3600));
    server.anyone().activate(&link).await;
    let days = counts().await;
    assert_eq!((days[0], days[1]), ((0, 1), (own.0 + 2, own.1)));
    assert!(days[2..].iter().all(|day| *day == (0, 0)));
    server.clock.advance(Duration::from_secs(29 * 24 * 3600));
    let days = counts().await;
    assert_eq!(days[INVITATION_DAYS - 1], (0, 1), "the day before is over");
}

#[tokio::test]
async fn a26_the_last_seat_is_given_once_however_many_ask_for_it_at_once() {
    let server = Server::start_with(|config| config.account.seats = Some(3)).await;
    let (admin, eva) = (server.admin().await, server.administrator("eva@example.com").await);
    let mut batches = Vec::new();
    for index in 0..8 {
        let who = if index % 2 == 0 { &admin } else { &eva };
        batches.push((who, who.open_batch(&csv(1)).await.id, format!("p{index}@example.com")));
    }
    let asked = batches.iter().map(|(who, id, email)| async move { who.add(id, 0, &[row(2, email)]).await });
    let verdicts: Vec<_> =
        futures_util::future::join_all(asked).await.into_iter().map(|chunk| chunk.rows[0].verdict).collect();
    let count = |verdict| verdicts.iter().filter(|&&other| other == verdict).count();
    assert_eq!((count(RowVerdict::Ready), count(RowVerdict::OverSeats)), (1, 7), "{verdicts:?}");
    let account: Account = admin.get(paths::ACCOUNT).await.json();
    assert_eq!((account.seats.used, account.seats.free()), (3, 0));
}
