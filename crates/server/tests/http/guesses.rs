//! Guessing at passwords: what attackers from one network or from many can do, and that the owner gets in all the same.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use api_types::{AuditAction, ProblemCode, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Client, Mail, PASSWORD, Server, send, token};

const OWNER: &str = "ana@example.com";
const WRONG: &str = "not the password";
/// Where the owner is.
const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));

/// The address of an attacker's `number`th request.
type Attacker = fn(u32) -> IpAddr;

/// The networks of attackers.
const ATTACKS: [(&str, Attacker); 4] = [
    ("one network", |_| IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))),
    ("a /64", |number| IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0001_0002 << 64) + u128::from(number)))),
    ("a /48", |number| {
        IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_0001 << 80) + (u128::from(number) << 64)))
    }),
    ("a thousand networks", |number| IpAddr::V4(Ipv4Addr::from_bits((100 << 24) + ((number % 1000) << 8)))),
];

async fn server() -> Server {
    Server::start_with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await
}

/// The mails that tell the owner of guesses, once `all` mails to them have come, the latest first: others are the invitation,
/// and one of each sign-in in a new browser.
async fn told_of_guesses(client: &Client, all: usize) -> Vec<Mail> {
    let mut mails = client.mails_to(OWNER, all).await;
    mails.retain(|mail| mail.subject.contains("guessing"));
    mails
}

#[tokio::test]
async fn a12_whatever_networks_an_attacker_has_the_owner_gets_in() {
    for (attack, address) in ATTACKS {
        let server = server().await;
        let member = server.member(OWNER).await;
        let known = server.anyone().from(HOME).known_to(OWNER).await;
        let before = server.password_hashes();
        let anyone = server.anyone();
        // For half an hour.
        for number in 0..300 {
            let attacker = anyone.from(address(number));
            let code = attacker.try_password(OWNER, WRONG).await.code();
            assert!(
                matches!(
                    code,
                    ProblemCode::WrongCredentials | ProblemCode::LockedOut | ProblemCode::RateLimited
                ),
                "{attack}: {code:?}"
            );
            server.clock.advance(Duration::from_secs(6));
        }
        let tried = server.password_hashes() - before;
        assert!((5..=100).contains(&tried), "{attack}: {tried} guesses were looked at");

        let new = server.anyone().from(HOME);
        let by_password = new.try_password(OWNER, PASSWORD).await;
        let is_everywhere = attack == "a thousand networks";
        match is_everywhere {
            true => assert_eq!(by_password.code(), ProblemCode::LockedOut, "{attack}"),
            false => assert_eq!(by_password.status, 200, "{attack}: another browser, elsewhere"),
        }
        assert_eq!(
            known.try_password(OWNER, PASSWORD).await.status,
            200,
            "{attack}: a browser that is known"
        );

        // A mailed link, while the attack goes on: its password works in the browser that has used the link.
        let told = told_of_guesses(&member, 3).await;
        assert_eq!(told.len(), usize::from(is_everywhere), "{attack}: the owner is told, once");
        let asked = new.post(paths::PASSWORD_RESETS, &json!({"email": OWNER})).await;
        assert_eq!(asked.status, 202, "{attack}");
        let link = member.link_to(OWNER, "/reset-password#").await;
        let body = json!({"token": token(&link), "new_password": "another fine password"});
        let reset = new.put(paths::PASSWORD_RESETS, &body).await;
        assert_eq!(reset.status, 204, "{attack}: {}", reset.text());
        let mut owner = new.clone();
        owner.cookie = reset.cookies().pop();
        for number in 0..120 {
            server.anyone().from(address(number)).try_password(OWNER, WRONG).await;
        }
        assert_eq!(
            owner.try_password(OWNER, "another fine password").await.status,
            200,
            "{attack}: after it"
        );
    }
}

#[tokio::test]
async fn a12_guesses_from_everywhere_are_told_to_the_owner_once_and_end_with_the_attack() {
    let mut server = server().await;
    let member = server.member(OWNER).await;
    let (_, address) = ATTACKS[3];
    let guess = async |server: &Server, number: u32| {
        server.anyone().from(address(number)).try_password(OWNER, WRONG).await.code()
    };
    for number in 0..100 {
        assert_eq!(guess(&server, number).await, ProblemCode::WrongCredentials, "{number}");
    }
    assert_eq!(guess(&server, 500).await, ProblemCode::LockedOut);
    let told = told_of_guesses(&member, 2).await;
    assert_eq!(told.len(), 1, "once, while the attack goes on");
    assert!(told[0].subject.contains("password"), "{}", told[0].subject);
    assert!(told[0].link().ends_with("/forgot-password"), "{}", told[0].link());
    while server.audited(AuditAction::SignInFailed).await.len() < 100 {}
    server.restart().await;
    assert_eq!(guess(&server, 501).await, ProblemCode::LockedOut, "a restart unlocks nobody");

    // Guesses of others do not count, and others are not kept out.
    assert_eq!(server.anyone().from(address(7)).try_password("bo@example.com", WRONG).await.status, 401);
    let mut now = 0;
    for hour in 0..3 {
        server.clock.advance(Duration::from_secs(3600));
        let codes = futures_util::future::join_all((0..120).map(|more| guess(&server, now + more))).await;
        now += 120;
        let tried = codes.iter().filter(|code| **code == ProblemCode::WrongCredentials).count();
        assert_eq!(tried, 100, "in hour {hour}");
    }
    server.clock.advance(Duration::from_secs(3600));
    let mut new = server.anyone().from(HOME);
    assert_eq!(new.sign_in(OWNER, PASSWORD).await.status, 200, "the attack is over");
    let member = member.at(&server.base);
    assert_eq!(told_of_guesses(&member, 3).await.len(), 1, "told once; the last one tells of the sign-in");
    server.clock.advance(Duration::from_secs(24 * 3600));
    for number in 0..100 {
        guess(&server, number).await;
    }
    assert_eq!(told_of_guesses(&member, 4).await.len(), 2, "and again the next day");
}

#[tokio::test]
async fn a12_attempts_to_sign_in_take_nothing_from_resets_links_and_salesforce() {
    let server = Server::start_with(|config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.credentials_per_minute = 3.try_into().unwrap();
    })
    .await;
    let member = server.member(OWNER).await;
    let there = server.anyone().from(HOME);
    while there.try_password(OWNER, WRONG).await.code() != ProblemCode::RateLimited {}
    let asked = there.post(paths::PASSWORD_RESETS, &json!({"email": OWNER})).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let link = member.mails_to(OWNER, 2).await[0].link();
    let begin = json!({"environment": "salesforce", "return_to": "/"});
    assert_eq!(there.post(paths::SALESFORCE_SIGN_INS, &begin).await.status, 201);
    // A client that asks for mails as fast as possible does not keep others from theirs.
    while there.post(paths::PASSWORD_RESETS, &json!({"email": OWNER})).await.status == 202 {}
    let elsewhere = server.anyone().from("198.51.100.9".parse().unwrap());
    let asked = elsewhere.post(paths::PASSWORD_RESETS, &json!({"email": OWNER})).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    let body = json!({"token": token(&link), "new_password": "another fine password"});
    assert_eq!(there.put(paths::PASSWORD_RESETS, &body).await.status, 204);
    let request = elsewhere.request(Method::GET, paths::SESSION);
    assert_eq!(send(request).await.status, 204);
}
