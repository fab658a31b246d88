//! The audit log: every action is recorded.

use std::time::Duration;

use api_types::AuditAction::{self, *};
use api_types::{AuditEvent, List, ProblemCode, Team, User, headers, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN, Client, PASSWORD, Server, row, send, token};
use crate::long_lists::database;

async fn events(client: &Client, query: &str) -> List<AuditEvent> {
    client.get(&format!("{}?limit=200&{query}", paths::AUDIT_EVENTS)).await.json()
}

/// Actor and subject of the events, the earliest first.
async fn told(client: &Client, action: AuditAction) -> Vec<(String, String)> {
    let found = events(client, &format!("action={}", action.as_str())).await;
    found.items.into_iter().rev().map(|event| (event.actor, event.subject)).collect()
}

fn pairs(told: &[(&str, &str)]) -> Vec<(String, String)> {
    told.iter().map(|(actor, subject)| ((*actor).to_owned(), (*subject).to_owned())).collect()
}

async fn find(client: &Client, email: &str) -> User {
    client.get(&format!("/users?search={email}")).await.json::<List<User>>().items.remove(0)
}

#[tokio::test]
async fn whoever_gets_in_or_fails_to_is_noted() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let mut ana = server.anyone();
    assert_eq!(
        ana.sign_in("ana@example.com", "my other password").await.code(),
        ProblemCode::WrongCredentials
    );
    assert_eq!(
        ana.sign_in("nobody@example.com", "hunter2 hunter2").await.code(),
        ProblemCode::WrongCredentials
    );
    assert_eq!(ana.sign_in("ana@example.com", PASSWORD).await.status, 200);
    let new = "another horse battery";
    let wrong = ana.put(paths::PROFILE_PASSWORD, &json!({"current": "wrong", "new": new})).await;
    assert_eq!(wrong.code(), ProblemCode::InvalidField);
    let right = ana.put(paths::PROFILE_PASSWORD, &json!({"current": PASSWORD, "new": new})).await;
    assert_eq!(right.status, 204);
    server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
    let link = ana.link_to("ana@example.com", "/reset-password#").await;
    let body = json!({"token": token(&link), "new_password": PASSWORD});
    assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &body).await.status, 204);

    let admin = server.admin().await;
    let ana = ("ana@example.com", "ana@example.com");
    assert_eq!(told(&admin, UserActivated).await, pairs(&[ana]));
    assert_eq!(
        told(&admin, SignInFailed).await,
        pairs(&[("", "ana@example.com"), ana]),
        "what nobody has as an address is not written down"
    );
    assert_eq!(told(&admin, PasswordChanged).await, pairs(&[ana, ana]));
    let signed_in = told(&admin, SignedIn).await;
    assert!(signed_in.contains(&pairs(&[ana])[0]) && signed_in.contains(&pairs(&[(ADMIN, ADMIN)])[0]));
}

#[tokio::test]
async fn a26_signing_out_is_noted_once_and_sessions_that_end_by_themselves_are_not() {
    let server = Server::start().await;
    let ana = server.member("ana@example.com").await;
    let answers = [ana.delete(paths::SESSION).await, ana.delete(paths::SESSION).await];
    assert!(answers.iter().all(|answer| answer.status == 204));
    server.anyone().delete(paths::SESSION).await;
    let mut again = server.anyone();
    again.sign_in("ana@example.com", PASSWORD).await;
    server.clock.advance(Duration::from_secs(24 * 3600));
    assert_eq!(again.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    let noted = server.audited(SignedOut).await;
    assert_eq!(
        told(&server.admin().await, SignedOut).await,
        pairs(&[("ana@example.com", "ana@example.com")])
    );
    assert_eq!(Some(noted[0].request_id.as_str()), answers[0].header(headers::REQUEST_ID));
}

#[tokio::test]
async fn a26_what_is_written_down_cannot_be_changed_or_taken_away() {
    let server = Server::start().await;
    server.admin().await;
    let mut database = database(&server).await;
    for statement in [
        "UPDATE audit_events SET subject = 'nothing'",
        "DELETE FROM audit_events",
        "INSERT INTO audit_events SELECT * FROM audit_events WHERE true ON CONFLICT (id) DO UPDATE SET subject = ''",
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await.unwrap_err();
        assert!(refused.to_string().contains("only added to"), "{statement}: {refused}");
    }
}

#[tokio::test]
async fn what_happens_to_invitations_is_noted() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let rows = [row(2, "ana@example.com"), row(3, "bob@example.com")];
    let batch = admin.invite(&rows).await;
    let mut typed = crate::harness::csv(1);
    typed.file_name = None;
    admin.send_batch(&typed, &[row(2, "eva@example.com")]).await;
    let mut rehearsal = crate::harness::csv(1);
    rehearsal.dry_run = true;
    let rehearsed = admin.open_batch(&rehearsal).await;
    admin.add(&rehearsed.id, 0, &[row(2, "zoe@example.com")]).await;
    admin.seal(&rehearsed.id).await;

    let ana = find(&admin, "ana@example.com").await.invitation.unwrap().id;
    let bob = find(&admin, "bob@example.com").await.invitation.unwrap().id;
    admin.once(&paths::invitation_resend(&ana), &json!({"email": "anna@example.com"})).await;
    assert_eq!(admin.post(&paths::invitation_link(&ana), &()).await.status, 200);
    admin.once(&paths::invitation_revoke(&bob), &()).await;
    admin.once(&paths::invitation_revoke(&bob), &()).await;
    let refused = admin.invite(&[row(2, "bounce@example.com")]).await;
    // Of the first, no mail has failed.
    for batch in [&batch, &refused] {
        assert_eq!(admin.once(&paths::batch_retry(&batch.id), &json!({})).await.status, 200);
    }
    admin.once(&paths::batch_revoke(&batch.id), &()).await;

    let by = |subjects: &[&str]| pairs(&subjects.iter().map(|&to| (ADMIN, to)).collect::<Vec<_>>());
    let invited = by(&["people.csv (2)", "eva@example.com (1)", "people.csv (1)"]);
    assert_eq!(told(&admin, UsersInvited).await, invited);
    assert_eq!(told(&admin, InvitationResent).await, by(&["anna@example.com", "people.csv (1)"]));
    assert_eq!(told(&admin, InvitationLinkRead).await, by(&["anna@example.com"]));
    let revoked = by(&["bob@example.com", "people.csv (1)"]);
    assert_eq!(told(&admin, InvitationsRevoked).await, revoked, "Bob's was revoked before");
    admin.once(&paths::batch_revoke(&batch.id), &()).await;
    assert_eq!(told(&admin, InvitationsRevoked).await, revoked, "nothing was left to revoke");
}

#[tokio::test]
async fn what_happens_to_members_and_teams_is_noted() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let admin = server.admin().await;
    let ana = find(&admin, "ana@example.com").await.id;
    let change = admin.request(Method::PATCH, &paths::user(&ana)).header("if-match", "*");
    assert_eq!(send(change.json(&json!({"role": "admin"}))).await.status, 200);
    for path in [paths::user_deactivate(&ana), paths::user_reactivate(&ana), paths::user_reactivate(&ana)] {
        assert_eq!(admin.post(&path, &()).await.status, 200);
    }
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    admin.patch(&paths::team(&team.id), &json!({"name": "North"})).await;
    admin.post(&paths::team_members(&team.id), &json!({"add": [ana], "remove": []})).await;
    admin.post(&paths::team_members(&team.id), &json!({"add": [ana], "remove": []})).await;
    admin.delete(&paths::team(&team.id)).await;
    admin.delete(&paths::user(&ana)).await;

    for (action, subject) in [
        (RoleChanged, "ana@example.com (admin)"),
        (UserDeactivated, "ana@example.com"),
        (UserReactivated, "ana@example.com"),
        (TeamCreated, "Nordics"),
        (TeamRenamed, "Nordics \u{2192} North"),
        (TeamMembersChanged, "North (+ana@example.com)"),
        (TeamDeleted, "North"),
        (UserRemoved, "ana@example.com"),
    ] {
        assert_eq!(told(&admin, action).await, pairs(&[(ADMIN, subject)]), "{action:?}");
    }
}

#[tokio::test]
async fn a16_whoever_changes_a_name_is_noted() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let admin = server.admin().await;
    for name in ["Ana", "Ana"] {
        assert_eq!(member.patch(paths::PROFILE, &json!({ "first_name": name })).await.status, 200);
    }
    assert_eq!(member.patch(paths::PROFILE, &json!({"locale": "ko"})).await.status, 200);
    let ana = find(&admin, "ana@example.com").await.id;
    for _ in 0..2 {
        let change = admin.request(Method::PATCH, &paths::user(&ana)).header("if-match", "*");
        assert_eq!(send(change.json(&json!({"last_name": "Lopez"}))).await.status, 200);
    }
    assert_eq!(
        told(&admin, UserRenamed).await,
        pairs(&[
            ("ana@example.com", "ana@example.com ( \u{2192} Ana)"),
            (ADMIN, "ana@example.com (Ana \u{2192} Ana Lopez)"),
        ]),
        "what is not changed is not noted"
    );
}

#[tokio::test]
async fn a16_what_a_person_did_and_what_was_done_to_them_is_told_apart() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let admin = server.admin().await;
    let ana = find(&admin, "ana@example.com").await.id;
    assert_eq!(member.patch(paths::PROFILE, &json!({"first_name": "Ana"})).await.status, 200);
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    admin.post(&paths::team_members(&team.id), &json!({"add": [ana], "remove": []})).await;
    server.anyone().sign_in("ana@example.com", "my other password").await;
    let told = async |query: &str| -> Vec<AuditAction> {
        events(&admin, query).await.items.iter().rev().map(|event| event.action).collect()
    };
    // A failed sign-in is noted after the answer.
    while !told(&format!("person={ana}")).await.contains(&SignInFailed) {
        tokio::task::yield_now().await;
    }
    assert_eq!(told(&format!("actor={ana}")).await, [UserActivated, UserRenamed]);
    let done_to = [UsersInvited, TeamMembersChanged, SignInFailed];
    assert_eq!(told(&format!("person={ana}")).await, done_to, "what she did to herself is what she did");
    assert_eq!(told(&format!("person={ana}&action=users_invited&search=people")).await, [UsersInvited]);
    let first = find(&admin, ADMIN).await.id;
    assert_eq!(told(&format!("person={ana}&actor={first}")).await, done_to[..2]);
    let page = events(&admin, &format!("person={ana}&actor={first}&action=users_invited")).await;
    assert_eq!(page.meta.total, 1);
    assert_eq!(
        (page.items[0].actor_id.as_ref(), page.items[0].person_id.as_ref()),
        (Some(&first), Some(&ana))
    );
    assert!(told("person=nobody").await.is_empty());

    let two = [row(2, "bob@example.com"), row(3, "eva@example.com")];
    admin.invite(&two).await;
    let bob = find(&admin, "bob@example.com").await;
    assert!(told(&format!("person={}", bob.id)).await.is_empty(), "an action on several is nobody's");
    admin.once(&paths::invitation_resend(&bob.invitation.unwrap().id), &json!({})).await;
    assert_eq!(told(&format!("person={}", bob.id)).await, [InvitationResent]);

    let batch = admin.invite(&[row(2, "zed@example.com")]).await;
    let zed = find(&admin, "zed@example.com").await.id;
    admin.once(&paths::batch_cancel(&batch.id), &()).await;
    assert_eq!(
        told(&format!("person={zed}")).await,
        [UsersInvited],
        "the mail had gone, and she stays invited"
    );
    admin.once(&paths::batch_revoke(&batch.id), &()).await;
    assert_eq!(told(&format!("person={zed}")).await, [UsersInvited, InvitationsRevoked]);

    admin.delete(&paths::user(&ana)).await;
    let gone = events(&admin, &format!("person={ana}&action=user_removed")).await.items.remove(0);
    assert_eq!(
        (gone.subject.as_str(), gone.person_id),
        ("ana@example.com", None),
        "nobody is there to look at"
    );
}

#[tokio::test]
async fn a16_a_sign_in_link_that_is_made_is_noted_by_nobodys_name() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = told(&admin, SignInLinkMade).await;
    assert_eq!(before, pairs(&[("", ADMIN)]));
    // As the command line makes one, beside the server that runs.
    let link = server::sign_in_link(&server.place(), None, None).await.unwrap();
    assert!(link.contains('#'));
    let after = events(&admin, "action=sign_in_link_made").await;
    assert_eq!(after.meta.total, 2);
    assert!(after.items.iter().all(|event| !link.contains(&event.id) && event.subject == ADMIN));
}

#[tokio::test]
async fn events_are_searched_filtered_and_paged() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let before = events(&admin, "").await.meta.total;
    for name in ["One", "Two_", "Three"] {
        admin.once(paths::TEAMS, &json!({ "name": name })).await;
    }
    server.clock.advance(Duration::from_secs(86_400));
    let admin = server.admin().await;
    let answer = admin.once(paths::TEAMS, &json!({"name": "Four"})).await;
    let created = |query: &str| format!("action=team_created{query}");
    let all = events(&admin, &created("")).await;
    assert_eq!((all.meta.total, all.items[0].subject.as_str()), (4, "Four"), "the latest first");
    assert_eq!(Some(all.items[0].request_id.as_str()), answer.header(headers::REQUEST_ID));
    assert_eq!(events(&admin, "search=WO_").await.meta.total, 1, "wildcards are letters");
    assert_eq!(
        events(&admin, "search=Marketo.Admin").await.meta.total,
        before + 4 + 2,
        "who did it is searched too, and to whom: the link and the sign-in"
    );

    let day = &all.items[0].at;
    assert_eq!(events(&admin, &created(&format!("&from={day}"))).await.meta.total, 1);
    assert_eq!(events(&admin, &created(&format!("&until={day}"))).await.meta.total, 3);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{}?action=team_created&limit=3{cursor}", paths::AUDIT_EVENTS);
        let page: List<AuditEvent> = admin.get(&path).await.json();
        seen.extend(page.items);
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, all.items);
    for (query, code) in [
        ("from=yesterday", ProblemCode::InvalidField),
        ("cursor=x", ProblemCode::BadRequest),
        ("action=nothing", ProblemCode::BadRequest),
    ] {
        assert_eq!(admin.get(&format!("{}?{query}", paths::AUDIT_EVENTS)).await.code(), code, "{query}");
    }
}
