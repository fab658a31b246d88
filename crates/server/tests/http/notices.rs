//! A23: people learn by mail what has changed about how they get in and what they may do.

use api_types::{Account, Role, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Client, Mail, PASSWORD, Server, send};
use crate::marketo::id_of;

const ANA: &str = "ana@example.com";

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
async fn a23_a_link_in_a_forgotten_password_mail_tells_the_owner_too() {
    let server = Server::start().await;
    let ana = server.member(ANA).await;
    assert_eq!(ana.post(paths::PASSWORD_RESETS, &json!({"email": ANA})).await.status, 202);
    let link = ana.mails_to(ANA, 2).await.remove(0).link();
    let reset = json!({"token": link.split_once('#').unwrap().1, "new_password": "another horse, another"});
    assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &reset).await.status, 204);
    assert_eq!(notices(&server.admin().await, ANA, 1).await.len(), 1);
}
