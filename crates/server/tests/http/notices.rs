//! A23: people learn by mail what has changed about how they get in and what they may do.

use std::time::Duration;

use api_types::{Account, Role, User, UserStatus, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN, Client, Mail, PASSWORD, Server, row, send};
use crate::long_lists::database;
use crate::marketo::id_of;
use crate::salesforce_browser::Browser;

const ANA: &str = "ana@example.com";
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The notices to that address, the latest first, once there are so many.
async fn notices(client: &Client, email: &str, count: usize) -> Vec<Mail> {
    let is_notice = |mail: &Mail| mail.links().iter().any(|link| link.ends_with("/settings/account/profile"));
    for at_least in 1.. {
        let mut mails = client.mails_to(email, at_least).await;
        mails.retain(is_notice);
        if mails.len() >= count {
            return mails;
        }
    }
    unreachable!("waits for each further mail")
}

#[tokio::test]
async fn a23_an_owner_is_told_once_of_a_changed_password_of_keys_and_of_the_role() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let ana = server.administrator(ANA).await;
    let change = json!({"current": PASSWORD, "new": "another horse, another battery"});
    let changed = ana.put(paths::PROFILE_PASSWORD, &change).await;
    assert_eq!(changed.status, 204);
    let mut ana = ana;
    ana.take_cookie(&changed);
    let key = json!({"name": "nightly", "kind": "command_line", "role": "admin"});
    assert_eq!(ana.post(paths::API_KEYS, &key).await.status, 201);
    let path = paths::user(&id_of(&admin, ANA).await);
    for role in [Role::User, Role::Admin] {
        let request =
            admin.request(Method::PATCH, &path).header("if-match", "*").json(&json!({"role": role}));
        assert_eq!(send(request).await.status, 200);
    }
    let mut subjects: Vec<_> =
        notices(&admin, ANA, 4).await.into_iter().map(|mail| (mail.subject, mail.to)).collect();
    subjects.sort();
    let account = admin.get(paths::ACCOUNT).await.json::<Account>().name;
    let expected = [
        format!("An API key was made in your name in {account}"),
        format!("You are no longer an administrator of {account}"),
        format!("You are now an administrator of {account}"),
        format!("Your password for {account} was changed"),
    ];
    assert_eq!(subjects, expected.map(|subject| (subject, vec![ANA.to_owned()])));
}

#[tokio::test]
async fn a23_r23_whoever_is_only_invited_gets_the_invitation_and_no_notice_of_a_role() {
    let server = Server::start().await;
    server.admin().await.invite(&[row(2, ANA)]).await;
    let mut database = database(&server).await;
    for (later, status) in [(0, UserStatus::Invited), (8, UserStatus::Expired)] {
        server.clock.advance(later * DAY);
        let admin = server.admin().await;
        let id = id_of(&admin, ANA).await;
        let path = paths::user(&id);
        for role in [Role::Admin, Role::User] {
            let changed: User = admin.patch_at("*", &path, &json!({"role": role})).await.json();
            assert_eq!((changed.role, changed.status), (role, status));
        }
        // They stay for a day after they were sent.
        let notices = sqlx::query_scalar("SELECT COUNT(*) FROM mails WHERE kind = 'notice' AND user_id = $1");
        let notices: i64 = notices.bind(&id.0).fetch_one(&mut database).await.unwrap();
        assert_eq!(notices, 0, "{status:?}");
    }
}

#[tokio::test]
async fn a23_a_sign_in_from_a_browser_that_is_not_known_is_told_and_one_that_is_is_not() {
    let server = Server::start().await;
    let ana = server.member(ANA).await;
    let body = json!({"password": {"email": ANA, "password": PASSWORD}});
    let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
    let sign_in = async |cookie: Option<String>| {
        let mut client = server.anyone();
        client.cookie = cookie;
        send(client.request(Method::POST, paths::SESSION).header("user-agent", firefox).json(&body)).await
    };
    let first = sign_in(None).await;
    let told = notices(&ana, ANA, 1).await;
    assert_eq!(told.len(), 1, "nothing of the activation, which was the first");
    let text = told[0].text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Firefox, Linux, 127.0.0.1"), "{text}");
    assert_eq!(sign_in(first.cookies().pop()).await.status, 200, "now it is known");
    assert_eq!(sign_in(None).await.status, 200);
    assert_eq!(notices(&ana, ANA, 2).await.len(), 2);
}

#[tokio::test]
async fn a23_a_browser_that_is_known_is_known_when_salesforce_leads_back_to_it() {
    const BO: &str = "bo@example.com";
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member(ANA).await;
    let anyone = server.anyone();
    server.member(BO).await;
    let through_salesforce = async |browser: &mut Browser, email: &str| {
        let mut started = anyone.begin_sign_in(None).await;
        // Otherwise, it signs in who was there before.
        started.start_url.push_str("?prompt=login");
        browser.through(&started, email).await;
        assert!(browser.session().is_some(), "{email}");
    };
    let mut browser = Browser::of(&server, &server.anyone().known_to(BO).await);
    for _ in 0..2 {
        through_salesforce(&mut browser, ANA).await;
    }
    through_salesforce(&mut browser, BO).await;
    let mut elsewhere = Browser::of(&server, &server.anyone());
    through_salesforce(&mut elsewhere, ANA).await;
    through_salesforce(&mut elsewhere, BO).await;
    assert_eq!(notices(&admin, ANA, 2).await.len(), 2, "one for each browser");
    assert_eq!(notices(&admin, BO, 2).await.len(), 2, "of the first one by the password");

    // It has stayed known to both.
    let mut client = server.anyone();
    client.cookie = browser.device();
    for email in [ANA, BO] {
        assert_eq!(client.try_password(email, PASSWORD).await.status, 200);
        let change = json!({"current": PASSWORD, "new": "another horse, another battery"});
        let mut signed_in = server.anyone();
        signed_in.take_cookie(&client.try_password(email, PASSWORD).await);
        assert_eq!(signed_in.put(paths::PROFILE_PASSWORD, &change).await.status, 204);
        assert_eq!(notices(&admin, email, 3).await.len(), 3, "only the one about the password more");
    }
}

#[tokio::test]
async fn a23_whoever_loses_access_or_has_it_again_is_told() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member(ANA).await;
    let path = paths::user(&id_of(&admin, ANA).await);
    for act in ["deactivate", "reactivate"] {
        let request = admin.request(Method::POST, &format!("{path}/{act}")).header("if-match", "*");
        assert_eq!(send(request).await.status, 200);
    }
    let account = admin.get(paths::ACCOUNT).await.json::<Account>().name;
    let mails = admin.mails_to(ANA, 3).await;
    let mut subjects: Vec<_> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    subjects.sort_unstable();
    let expected =
        [format!("You have access to {account} again"), format!("Your access to {account} has ended")];
    assert_eq!(subjects[1..], expected);
}

#[tokio::test]
async fn a23_administrators_are_told_what_the_operator_does_at_most_twenty_of_them() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let eva = server.administrator("eva@example.com").await;
    server.member(ANA).await;
    server::sign_in_link(&server.place(), None, Some("eva@example.com")).await.unwrap();
    server::end_sessions(&server.place(), ANA).await.unwrap();
    server::promote(&server.place(), ANA).await.unwrap();
    for (email, role) in [(ADMIN, true), ("eva@example.com", true), (ANA, false)] {
        let told = notices(&eva, email, if role { 3 } else { 1 }).await;
        let about: Vec<_> = told.iter().filter(|mail| mail.subject.ends_with("on the server")).collect();
        assert_eq!(about.len(), if role { 3 } else { 0 }, "{email}");
        let named = about.iter().all(|mail| mail.text.contains(ANA) || mail.text.contains("eva@example.com"));
        assert!(named, "{email}");
    }

    // Of more, those who have signed in last.
    let before = admin.mail_count().await;
    sqlx::query(
        "WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 30)
         INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
                is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
         SELECT 'more' || n, u.account_id, n || '@more.example', n || '@more.example', '', '', '', '', 'admin', 0, 0,
                u.workspace_number, 'active', n, 1, 0 FROM more, users u WHERE u.email = $1",
    )
    .bind(ANA)
    .execute(&mut database(&server).await)
    .await
    .expect("thirty administrators");
    server::end_sessions(&server.place(), ANA).await.unwrap();
    admin.mails_to("14@more.example", 1).await;
    while admin.mail_count().await < before + 20 {}
    let told = admin.mails_to("more.example", 17).await;
    assert_eq!(told.len(), 17, "beside the three who are there really");
}

#[tokio::test]
async fn a23_a_link_in_a_forgotten_password_mail_tells_the_owner_too() {
    let server = Server::start().await;
    let ana = server.member(ANA).await;
    assert_eq!(ana.post(paths::PASSWORD_RESETS, &json!({"email": ANA})).await.status, 202);
    let link = ana.mails_to(ANA, 2).await.remove(0).link();
    let reset = json!({"token": link.split_once('#').unwrap().1, "new_password": "another horse, another"});
    assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &reset).await.status, 204);
    assert_eq!(notices(&server.admin().await, ANA, 1).await.len(), 1);
}
