//! The administrators of Marketo, and their invitations.

use std::time::Duration;

use api_types::{
    AuditAction, ConnectionFailure, InvitationId, List, Locale, MarketoAdmin, MarketoAdminInvite,
    MarketoAdminState, OriginalUser, Persona, ProblemCode, RecentError, Role, SetupGuide, StepState, User,
    UserStatus, paths,
};
use serde_json::json;

use crate::harness::{ADMIN, Answer, Client, Server, key, row};

pub(crate) const ADA: &str = "ada.admin@northwind.example";
const MARTA: &str = "marta.nunez@northwind.example";

/// Faster than the default, since reading the administrators takes many calls.
async fn start() -> Server {
    Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await
}

fn in_english(id: &str) -> MarketoAdminInvite {
    MarketoAdminInvite { id: id.to_owned(), language: Locale::En }
}

/// Invites one of them by Marketo's `userid`.
pub(crate) async fn invite(admin: &Client, id: &str) -> Answer {
    admin.once(paths::MARKETO_ADMIN_INVITES, &in_english(id)).await
}

async fn list(admin: &Client, query: &str) -> List<MarketoAdmin> {
    admin.get(&format!("{}{query}", paths::MARKETO_ADMINS)).await.json()
}

async fn state_of(admin: &Client, email: &str) -> MarketoAdminState {
    let found = list(admin, &format!("?search={email}")).await;
    found.items.into_iter().next().expect("an administrator").state
}

fn invited(state: &MarketoAdminState) -> InvitationId {
    match state {
        MarketoAdminState::Invited { invitation, .. } => invitation.clone(),
        other => panic!("{other:?}"),
    }
}

async fn user(admin: &Client, email: &str) -> User {
    let found: List<User> = admin.get(&format!("{}?search={email}", paths::USERS)).await.json();
    found.items.into_iter().next().expect("a user")
}

/// An order to the stand-in for Marketo.
pub(crate) async fn order(server: &Server, what: &str, body: serde_json::Value) {
    let url = format!("{}/{what}", server.sandbox().marketo().orders_url());
    let answer = reqwest::Client::builder().no_proxy().build().unwrap().post(url).json(&body).send().await;
    assert!(answer.unwrap().status().is_success(), "{what}");
}

#[tokio::test]
async fn the_administrators_of_marketo_are_listed_searched_and_paged() {
    let server = start().await;
    let admin = server.admin().await;
    let all = list(&admin, "").await;
    assert_eq!((all.items.len(), all.meta.total), (15, 15));
    let ada = all.items.iter().find(|found| found.email == ADA).unwrap();
    assert_eq!((ada.first_name.as_str(), ada.last_name.as_str()), ("Ada", "Admin"));
    assert_eq!(ada.roles, ["Admin", "Standard User"]);
    assert_eq!((&ada.state, &ada.user_id), (&MarketoAdminState::NotInvited, &None));
    assert!(all.items.iter().any(|found| found.id != found.email), "known by something else");
    assert!(!all.items.iter().any(|found| found.email == "pending@northwind.example"));

    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = list(&admin, &format!("?limit=4{cursor}")).await;
        assert_eq!(page.meta.total, 15);
        paged.extend(page.items);
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(paged, all.items);
    assert_eq!(list(&admin, "?search=N%C3%9A%C3%91").await.items[0].email, MARTA, "in any letter case");
    assert_eq!(list(&admin, "?search=nobody").await.meta.total, 0);
    let foreign = admin.get(&format!("{}?cursor=x", paths::MARKETO_ADMINS)).await;
    assert_eq!(foreign.code(), ProblemCode::BadRequest);
}

#[tokio::test]
async fn an_administrator_of_marketo_who_is_a_user_is_named_with_an_id() {
    let server = start().await;
    let admin = server.admin().await;
    invite(&admin, ADA).await;
    let ada = list(&admin, &format!("?search={ADA}")).await.items.remove(0);
    assert_eq!(ada.user_id, Some(user(&admin, ADA).await.id));
}

#[tokio::test]
async fn r12_the_list_is_read_once_in_ten_minutes_however_many_ask() {
    let server = start().await;
    let admin = server.admin().await;
    let lists = (0..10).map(async |_| list(&admin, "").await.meta.total);
    assert_eq!(futures_util::future::join_all(lists).await, [15; 10]);
    let stats = server.sandbox().marketo().stats();
    // The list, and the roles of everybody but the one that is no person.
    assert_eq!((stats.calls, stats.tokens_issued), (1 + 59, 1));
    assert_eq!((stats.rate_violations, stats.concurrency_violations), (0, 0));
}

#[tokio::test]
async fn the_first_invited_person_sets_the_account_up() {
    let server = start().await;
    let first = server.admin().await;
    let answer = invite(&first, ADA).await;
    assert_eq!(answer.status, 201);
    let invitation = invited(&answer.json::<MarketoAdmin>().state);
    assert_eq!(invited(&state_of(&first, ADA).await), invitation);

    let mail = first.mail_to(ADA).await;
    assert!(mail.text.contains("Hello Ada,") && mail.text.contains("\n1. Open the link"), "{}", mail.text);
    assert!(mail.html.contains("<li>Connect the account to Salesforce and to Marketo.</li>"));
    let mut ada = server.anyone();
    ada.activate(&mail.link()).await;
    assert_eq!(state_of(&first, ADA).await, MarketoAdminState::Active);
    let shown = user(&first, ADA).await;
    assert_eq!((shown.role, shown.status), (Role::Admin, UserStatus::Active));
    assert_eq!(shown.personas, [Persona::MarketoAdmin]);
    assert_eq!(server.audited(AuditAction::UsersInvited).await[0].subject, ADA);
}

#[tokio::test]
async fn a_mail_speaks_the_language_that_was_chosen() {
    let server = start().await;
    let admin = server.admin().await;
    let korean = MarketoAdminInvite { id: "seoyeon.kim@northwind.example".to_owned(), language: Locale::Ko };
    assert_eq!(admin.once(paths::MARKETO_ADMIN_INVITES, &korean).await.status, 201);
    let mail = admin.mail_to("seoyeon.kim@northwind.example").await;
    assert!(mail.text.contains("1. 아래 링크를 열어"), "{}", mail.text);
}

#[tokio::test]
async fn others_are_invited_without_the_steps() {
    let server = start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    assert!(!admin.mail_to("ana@example.com").await.text.contains("\n1. "));
}

#[tokio::test]
async fn r1_one_key_is_one_invitation() {
    let server = start().await;
    let admin = server.admin().await;
    let key = key();
    let answer = admin.keyed(&key, paths::MARKETO_ADMIN_INVITES, &in_english(ADA)).await;
    let again = admin.keyed(&key, paths::MARKETO_ADMIN_INVITES, &in_english(ADA)).await;
    assert_eq!((again.status, &again.body), (answer.status, &answer.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(invite(&admin, ADA).await.code(), ProblemCode::Conflict, "invited already");
    assert_eq!(invite(&admin, "user20@northwind.example").await.problem().field.as_deref(), Some("id"));
    admin.mail_to(ADA).await;
    assert_eq!(admin.mail_count().await, 1);
}

#[tokio::test]
async fn members_are_not_invited() {
    let server = start().await;
    let admin = server.admin().await;
    invite(&admin, ADA).await;
    server.member(MARTA).await;
    assert_eq!(state_of(&admin, MARTA).await, MarketoAdminState::Active);
    assert_eq!(invite(&admin, MARTA).await.code(), ProblemCode::AlreadyMember);
    let id = user(&admin, MARTA).await.id;
    assert_eq!(admin.post(&paths::user_deactivate(&id), &()).await.status, 200);
    assert_eq!(state_of(&admin, MARTA).await, MarketoAdminState::Deactivated);
    assert_eq!(invite(&admin, MARTA).await.code(), ProblemCode::AlreadyMember);
}

#[tokio::test]
async fn r17_whoever_was_not_reached_is_invited_again() {
    let server = start().await;
    let admin = server.admin().await;
    invite(&admin, ADA).await;
    let before = admin.mail_to(ADA).await;
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let admin = server.admin().await;
    let MarketoAdminState::Unreached { bounced, .. } = state_of(&admin, ADA).await else {
        panic!("the invitation has run out");
    };
    assert!(!bounced);
    let answer = invite(&admin, ADA).await;
    assert_eq!(answer.status, 201);
    invited(&answer.json::<MarketoAdmin>().state);
    let mails = admin.mails_to(ADA, 2).await;
    assert_ne!(mails[0].link(), before.link());
    let mut ada = server.anyone();
    ada.activate(&mails[0].link()).await;
    assert_eq!(user(&admin, ADA).await.personas, [Persona::MarketoAdmin]);
}

#[tokio::test]
async fn whoever_s_mail_came_back_is_invited_again_before_the_invitation_runs_out() {
    let server = start().await;
    let admin = server.admin().await;
    invite(&admin, ADA).await;
    let batches: List<api_types::Batch> = admin.get(paths::BATCHES).await.json();
    assert_eq!(admin.settled(&batches.items[0].id).await.deliveries.sent, 1);
    let mut conn = crate::long_lists::database(&server).await;
    // No mailbox of the stand-in refuses mail to an administrator.
    sqlx::query("UPDATE mails SET state = 'failed'").execute(&mut conn).await.unwrap();
    let state = state_of(&admin, ADA).await;
    assert!(matches!(state, MarketoAdminState::Unreached { bounced: true, .. }), "{state:?}");
    let answer = invite(&admin, ADA).await;
    invited(&answer.json::<MarketoAdmin>().state);
    let mut ada = server.anyone();
    ada.activate(&admin.mails_to(ADA, 2).await[0].link()).await;
}

#[tokio::test]
async fn every_seat_taken_invites_nobody_and_activates_nothing() {
    let server = Server::start_with(|config| {
        config.sandbox.speed = 100.try_into().unwrap();
        config.account.seats = Some(1);
    })
    .await;
    let admin = server.admin().await;
    let problem = invite(&admin, ADA).await.problem();
    assert_eq!((problem.code, problem.limit.unwrap().value), (ProblemCode::SeatsExhausted, 1));
    assert_eq!(state_of(&admin, ADA).await, MarketoAdminState::NotInvited);
    let integration: api_types::Integration = admin.get(paths::INTEGRATION).await.json();
    assert_eq!(integration.credentials, None);
}

#[tokio::test]
async fn p5_those_who_were_found_so_far_are_shown_while_marketo_is_still_asked() {
    let server = start().await;
    let admin = server.admin().await;
    // A call a person, five at once: all of them take several times as long as a request waits.
    order(&server, "limits", json!({"latency_ms": 1_000})).await;
    let first = list(&admin, "?limit=1").await;
    assert!(first.meta.at_least && first.meta.next_cursor.is_none(), "{:?}", first.meta);
    assert!((1..15).contains(&first.items.len()), "{}", first.items.len());
    let all = loop {
        let found = list(&admin, "").await;
        assert!(found.items.len() >= first.items.len(), "nobody disappears");
        if !found.meta.at_least {
            break found;
        }
    };
    assert_eq!((all.items.len(), all.meta.total), (15, 15));
}

#[tokio::test]
async fn a_failure_of_marketo_is_told_and_noted_and_passes() {
    let server = start().await;
    let admin = server.admin().await;
    order(&server, "faults", json!({"code": 603, "path_contains": "allusers"})).await;
    let problem = admin.get(paths::MARKETO_ADMINS).await.problem();
    assert_eq!(problem.code, ProblemCode::ProviderFailed);
    assert_eq!(problem.failure, Some(ConnectionFailure::UserPermissionMissing));
    let noted: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert_eq!(noted.items[0].code, "603");
    assert_eq!(noted.items[0].during, api_types::Activity::ReadingAdmins);
    order(&server, "faults", json!({"code": 713, "times": 2, "path_contains": "roles.json"})).await;
    assert_eq!(list(&admin, "").await.meta.total, 15);
}

#[tokio::test]
async fn without_platform_credentials_nobody_is_listed() {
    let server = Server::start_with(|config| {
        config.services.marketo_url = Some("http://127.0.0.1:9/{munchkin}".to_owned());
    })
    .await;
    let admin = server.admin().await;
    assert_eq!(admin.get(paths::MARKETO_ADMINS).await.code(), ProblemCode::NotConfigured);
    assert_eq!(invite(&admin, ADA).await.code(), ProblemCode::NotConfigured);
}

async fn original(admin: &Client) -> OriginalUser {
    admin.get(paths::ORIGINAL_USER).await.json()
}

/// The address and state of the original user, present or future.
async fn chosen(admin: &Client) -> (String, UserStatus) {
    match original(admin).await {
        OriginalUser::Chosen { person, status } => (person.email, status),
        open => panic!("{open:?}"),
    }
}

#[tokio::test]
async fn the_original_user_is_who_was_invited_first_and_not_who_accepts_first() {
    let server = start().await;
    let first = server.admin().await;
    let OriginalUser::Open { first_administrator, in_marketo } = original(&first).await else {
        panic!("nobody was invited");
    };
    assert_eq!((first_administrator.email.as_str(), in_marketo), (ADMIN, Some(false)));
    for id in [ADA, MARTA] {
        assert_eq!(invite(&first, id).await.status, 201);
        assert_eq!(chosen(&first).await, (ADA.to_owned(), UserStatus::Invited));
    }
    for (id, status) in [(MARTA, UserStatus::Invited), (ADA, UserStatus::Active)] {
        server.anyone().activate(&first.mail_to(id).await.link()).await;
        assert_eq!(chosen(&first).await, (ADA.to_owned(), status));
    }
    let marked: Vec<_> = list(&first, "").await.items.into_iter().filter(|found| found.original).collect();
    assert_eq!(marked.iter().map(|found| found.email.as_str()).collect::<Vec<_>>(), [ADA]);
}

#[tokio::test]
async fn whose_invitation_was_withdrawn_is_not_the_original_user() {
    let server = start().await;
    let admin = server.admin().await;
    let answer: MarketoAdmin = invite(&admin, ADA).await.json();
    let path = paths::invitation_revoke(&invited(&answer.state));
    assert!(admin.once(&path, &()).await.status.is_success());
    assert!(matches!(original(&admin).await, OriginalUser::Open { .. }));
    invite(&admin, MARTA).await;
    assert_eq!(chosen(&admin).await.0, MARTA);
}

/// A server whose first administrator is the one given.
async fn start_as(email: &str) -> Server {
    let email = email.to_owned();
    Server::start_with(|config| {
        config.sandbox.speed = 100.try_into().unwrap();
        config.account.admin_email = email;
    })
    .await
}

#[tokio::test]
async fn a_sole_marketo_admin_is_chosen_although_active() {
    let server = start_as(MARTA).await;
    let marta = server.admin().await;
    let OriginalUser::Open { in_marketo, .. } = original(&marta).await else { panic!("nobody was chosen") };
    assert_eq!(in_marketo, Some(true));
    let state = async || {
        let guide: SetupGuide = marta.get(paths::SETUP_GUIDE).await.json();
        guide.steps[0].state
    };
    assert_eq!(state().await, StepState::NotStarted);
    let answer = invite(&marta, MARTA).await;
    assert_eq!(answer.status, 201);
    let shown: MarketoAdmin = answer.json();
    assert_eq!((shown.state, shown.original), (MarketoAdminState::Active, true));
    assert_eq!(chosen(&marta).await, (MARTA.to_owned(), UserStatus::Active));
    assert_eq!(state().await, StepState::Done);
    let integration: api_types::Integration = marta.get(paths::INTEGRATION).await.json();
    assert!(integration.credentials.is_some());
    assert_eq!(server.audited(AuditAction::OriginalUserChosen).await[0].subject, MARTA);

    let mail = marta.mail_to(MARTA).await;
    assert!(mail.text.contains("\n1. Connect the account to Salesforce and to Marketo."), "{}", mail.text);
    assert!(
        !mail.text.contains('#') && !mail.text.contains("activate"),
        "its link opens nothing: {}",
        mail.text
    );

    // There is an original user, so no other active member can be chosen.
    server.member(ADA).await;
    assert_eq!(invite(&marta, ADA).await.code(), ProblemCode::AlreadyMember);
    assert_eq!(invite(&marta, MARTA).await.code(), ProblemCode::AlreadyMember);
}

#[tokio::test]
async fn whoever_is_chosen_becomes_an_administrator() {
    let server = start().await;
    let admin = server.admin().await;
    server.member(MARTA).await;
    assert_eq!(user(&admin, MARTA).await.role, Role::User);
    assert_eq!(invite(&admin, MARTA).await.status, 201);
    let shown = user(&admin, MARTA).await;
    assert_eq!((shown.role, shown.personas), (Role::Admin, vec![Persona::MarketoAdmin]));
    assert_eq!(server.audited(AuditAction::RoleChanged).await.len(), 1);
}

#[tokio::test]
async fn a14_members_without_powers_do_not_see_who_the_original_user_is() {
    let server = start().await;
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::ORIGINAL_USER).await.code(), ProblemCode::Forbidden);
}
