//! Accepting an invitation, from the mail to the membership.

use std::time::Duration;

use api_types::{
    Activation, ActivationState, BatchOptions, InvitationStatus, List, Locale, ProblemCode, Role, Session,
    User, UserStatus, paths,
};
use serde_json::json;

use crate::harness::{PASSWORD, Server, csv, row, token};

#[tokio::test]
async fn an_invited_person_activates_and_is_active() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut ana = row(2, "Ana.García@example.com".replace('í', "i").as_str());
    ana.first_name = Some("Ana".to_owned());
    ana.role = Some("Administrador".to_owned());
    ana.teams = vec!["EMEA Sales".to_owned()];
    let batch = admin.invite(&[ana]).await;
    assert_eq!((batch.deliveries.sent, batch.accepted), (1, 0));

    let mail = admin.mail_to("ana.garcia@example.com").await;
    assert_eq!(mail.to, ["Ana.Garcia@example.com"], "the spelling is the person's");
    let link = mail.link();
    assert!(link.starts_with(&format!("{}/activate#", server.base)), "{link}");

    let inspect = json!({"token": token(&link)});
    for _ in 0..2 {
        let found: Activation = server.anyone().post(paths::ACTIVATION_INSPECT, &inspect).await.json();
        assert_eq!(found.state, ActivationState::Open, "looking uses nothing up");
        assert_eq!((found.email.as_str(), found.first_name.as_str()), ("Ana.Garcia@example.com", "Ana"));
        assert_eq!(found.inviter, "marketo.admin@example.com");
    }

    let body = json!({"token": token(&link), "password": PASSWORD, "last_name": "García"});
    let mut client = server.anyone();
    let answer = client.post(paths::ACTIVATION_ACCEPT, &body).await;
    let session: Session = answer.json();
    assert_eq!((session.user.role, session.user.last_name.as_str()), (Role::Admin, "García"));
    client.take_cookie(&answer);
    assert_eq!(client.get(paths::SESSION).await.status, 200, "signed in at once");

    let users: List<User> = admin.get("/users?search=garcia&status=active").await.json();
    assert_eq!(users.items[0].status, UserStatus::Active);
    assert_eq!(users.items[0].teams, ["Everyone", "EMEA Sales"]);
    assert!(users.items[0].last_sign_in_at.is_some() && users.items[0].invitation.is_none());
    assert_eq!(admin.batch(&batch.id).await.accepted, 1);

    assert_eq!(server.anyone().post(paths::ACTIVATION_ACCEPT, &body).await.code(), ProblemCode::LinkUsed);
    let found: Activation = server.anyone().post(paths::ACTIVATION_INSPECT, &inspect).await.json();
    assert_eq!(found.state, ActivationState::Used);
    assert_eq!(server.anyone().sign_in("ana.garcia@EXAMPLE.com", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_bad_password_does_not_use_the_link_up() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    let accept = async |password: &str| {
        server
            .anyone()
            .post(paths::ACTIVATION_ACCEPT, &json!({"token": token(&link), "password": password}))
            .await
    };
    let problem = accept("short").await.problem();
    assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::PasswordTooShort, Some("password")));
    assert_eq!(accept("Ana@Example.com").await.code(), ProblemCode::PasswordIsAddress);
    assert_eq!(accept(PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a17_a_forged_or_cut_link_opens_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let token = token(&admin.mail_to("ana@example.com").await.link());
    for bad in ["", "x", &token[..token.len() - 2], &format!("B{}", &token[1..])] {
        let answer = server.anyone().post(paths::ACTIVATION_INSPECT, &json!({"token": bad})).await;
        assert_eq!(answer.code(), ProblemCode::LinkInvalid, "{bad}");
    }
    let reset = json!({"token": token, "new_password": PASSWORD});
    let answer = server.anyone().put(paths::PASSWORD_RESETS, &reset).await;
    assert_eq!(answer.code(), ProblemCode::LinkInvalid, "a link has one purpose");
}

#[tokio::test]
async fn r17_an_invitation_expires_after_the_chosen_days_and_can_be_made_anew() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut batch = csv(1);
    batch.options.expires_in_days = 2;
    admin.send_batch(&batch, &[row(2, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    server.clock.advance(Duration::from_secs(2 * 24 * 3600 + 1));

    let body = json!({"token": token(&link), "password": PASSWORD});
    assert_eq!(server.anyone().post(paths::ACTIVATION_ACCEPT, &body).await.code(), ProblemCode::LinkExpired);
    let admin = server.admin().await;
    let users: List<User> = admin.get("/users?status=expired").await.json();
    assert_eq!(users.items[0].email, "ana@example.com");

    let again = admin.invite(&[row(2, "Ana@example.com")]).await;
    assert_eq!(again.deliveries.sent, 1, "an expired invitation is no hindrance");
    let users: List<User> = admin.get("/users?status=invited").await.json();
    assert_eq!((users.meta.total, users.items[0].email.as_str()), (1, "Ana@example.com"));
    let link = admin.mails_to("ana@example.com", 2).await[0].link();
    server.anyone().activate(&link).await;
}

#[tokio::test]
async fn a_mail_speaks_the_language_of_its_row_and_carries_the_message() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut batch = csv(2);
    batch.options = BatchOptions {
        language: Locale::Es,
        message: Some("<b>Bienvenida</b>".to_owned()),
        ..BatchOptions::default()
    };
    let mut minsu = row(3, "minsu@example.com");
    minsu.language = Some("ko".to_owned());
    admin.send_batch(&batch, &[row(2, "ana@example.com"), minsu]).await;
    let ana = admin.mail_to("ana@example.com").await;
    assert_eq!(ana.subject, "Invitación a Sales Insight Actions");
    assert!(ana.text.contains("> <b>Bienvenida</b>"), "{}", ana.text);
    assert!(ana.html.contains("&lt;b&gt;Bienvenida&lt;/b&gt;") && ana.html.contains("lang=\"es\""));
    assert_eq!(admin.mail_to("minsu@example.com").await.subject, "Sales Insight Actions 초대");
}

#[tokio::test]
async fn r17_revoking_a_batch_withdraws_what_nobody_accepted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    let ana = admin.mail_to("ana@example.com").await.link();
    let bob = admin.mail_to("bob@example.com").await.link();
    server.anyone().activate(&ana).await;

    let after: api_types::Batch = admin.once(&paths::batch_revoke(&batch.id), &()).await.json();
    assert_eq!((after.accepted, after.revoked, after.deliveries.sent), (1, 1, 2));
    let body = json!({"token": token(&bob), "password": PASSWORD});
    assert_eq!(server.anyone().post(paths::ACTIVATION_ACCEPT, &body).await.code(), ProblemCode::LinkRevoked);
    let users: List<User> = admin.get("/users?search=example.com").await.json();
    let emails: Vec<_> = users.items.iter().map(|user| user.email.as_str()).collect();
    assert_eq!(emails, ["ana@example.com", "marketo.admin@example.com"]);
    let rows: List<api_types::BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let statuses: Vec<_> = rows.items.iter().map(|row| row.invitation.as_ref().unwrap().status).collect();
    assert_eq!(statuses, [InvitationStatus::Accepted, InvitationStatus::Revoked]);

    let again = admin.invite(&[row(2, "bob@example.com")]).await;
    assert_eq!(again.verdicts.ready, 1, "a revoked person can be invited again");
}
