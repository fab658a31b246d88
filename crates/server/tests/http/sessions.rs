//! Signing in and out, passwords, and the end of sessions.

use std::time::{Duration, Instant};

use api_types::{AuditAction, Me, ProblemCode, Profile, Session, TimeZone, headers, limits, paths};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use serde_json::json;

use crate::harness::{ADMIN, Answer, Client, PASSWORD, Server, attributes, csv, pause, row, send, token};
use crate::long_lists::hold;
use crate::postgres::is_not_for;

#[tokio::test]
async fn a_sign_in_link_works_once() {
    let server = Server::start().await;
    let first = server.admin().await;
    let session: Session = first.get(paths::SESSION).await.json();
    assert_eq!(session.user.email, ADMIN);
    assert_eq!(session.mailbox_url.as_deref(), Some("/mailbox"));
    assert!(!session.user.has_password);
    assert!((29 * 60..=30 * 60).contains(&session.idle_seconds), "{}", session.idle_seconds);

    let link = server::sign_in_link(&server.place(), None, None).await.unwrap();
    assert!(link.starts_with(&server.base), "{link}");
    server.anyone().sign_in_by_link(&link).await;
    let body = json!({"link": {"token": token(&link)}});
    assert_eq!(server.anyone().post(paths::SESSION, &body).await.code(), ProblemCode::LinkUsed);
    let forged = json!({"link": {"token": "AAAA"}});
    assert_eq!(server.anyone().post(paths::SESSION, &forged).await.code(), ProblemCode::LinkInvalid);
}

#[tokio::test]
async fn a_sign_in_link_expires_and_a_new_one_withdraws_it() {
    let server = Server::start().await;
    let old = server::sign_in_link(&server.place(), None, None).await.unwrap();
    let new = server::sign_in_link(&server.place(), None, None).await.unwrap();
    let by = async |link: &str| {
        server.anyone().post(paths::SESSION, &json!({"link": {"token": token(link)}})).await.code()
    };
    assert_eq!(by(&old).await, ProblemCode::LinkUsed);
    server.clock.advance(Duration::from_secs(25 * 3600));
    assert_eq!(by(&new).await, ProblemCode::LinkExpired);
}

#[tokio::test]
async fn a10_signing_out_ends_the_session_on_the_server() {
    let server = Server::start().await;
    let mut admin = server.admin().await;
    let session = admin.cookie.clone().unwrap();
    admin.cookie = Some(format!("{session}; msi-device-loopback=known; msi-flow-0123456789abcdef=x; crm=y"));
    let answer = admin.delete(paths::SESSION).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("clear-site-data"), None, "it would clear the cookies of the whole domain");
    let cleared = answer.headers.get_all("set-cookie");
    let cleared: Vec<_> = cleared.iter().map(|cookie| cookie.to_str().unwrap()).collect();
    assert!(cleared.iter().all(|cookie| cookie.contains("Max-Age=0")), "{cleared:?}");
    let names: Vec<_> = cleared.iter().filter_map(|cookie| cookie.split('=').next()).collect();
    assert_eq!(names, ["msi-loopback", "msi-flow-0123456789abcdef"], "the browser stays known");
    assert_eq!(admin.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(admin.delete(paths::SESSION).await.status, 204, "signing out twice is fine");
}

#[tokio::test]
async fn a10_r21_signing_out_waits_for_nobody_who_writes_and_is_stored_later() {
    use sqlx::Connection as _;
    let mut server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let mut held = hold(&server).await;
    let answer = member.delete(paths::SESSION).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(member.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    let sessions = async |held: &mut sqlx::AnyConnection| -> i64 {
        let of_ana = "SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.email = 'ana@example.com'";
        sqlx::query_scalar(of_ana).fetch_one(held).await.unwrap()
    };
    assert_eq!(sessions(&mut held).await, 1, "it is not stored yet");
    sqlx::query("ROLLBACK").execute(&mut held).await.unwrap();
    while sessions(&mut held).await > 0 {
        tokio::task::yield_now().await;
    }
    held.close().await.unwrap();
    server.restart().await;
    assert_eq!(member.at(&server.base).get(paths::SESSION).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a11_a_session_ends_when_idle_and_in_any_case() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for _ in 0..3 {
        server.clock.advance(Duration::from_secs(29 * 60));
        assert_eq!(admin.get(paths::SESSION).await.status, 200, "a request keeps it alive");
    }
    server.clock.advance(Duration::from_secs(31 * 60));
    assert_eq!(admin.get(paths::SESSION).await.code(), ProblemCode::SignedOut);

    let admin = server.admin().await;
    for _ in 0..24 {
        server.clock.advance(Duration::from_secs(29 * 60));
        admin.get(paths::SESSION).await;
    }
    server.clock.advance(Duration::from_secs(25 * 60));
    assert_eq!(admin.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "after twelve hours");
}

#[tokio::test]
async fn a11_requests_in_the_background_keep_nothing_alive() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let began = Instant::now();
    let left = admin.get(paths::SESSION).await.json::<Session>().idle_seconds;
    assert!((30 * 60 - 1 - began.elapsed().as_secs()..=30 * 60).contains(&left), "{left}");
    server.clock.advance(Duration::from_secs(20 * 60));
    let look = || send(admin.request(Method::GET, paths::SESSION).header(headers::BACKGROUND, "1"));
    for _ in 0..2 {
        let left = look().await.json::<Session>().idle_seconds;
        assert!((10 * 60 - 1 - began.elapsed().as_secs()..=10 * 60).contains(&left), "{left}");
    }
    server.clock.advance(Duration::from_secs(10 * 60));
    assert_eq!(look().await.code(), ProblemCode::SignedOut);
}

fn rows_key(answer: &Answer) -> String {
    answer.json::<Session>().rows_key.unwrap().0
}

#[tokio::test]
async fn a18_a_person_gets_the_same_key_for_their_rows_in_every_session_and_nobody_else_does() {
    let mut server = Server::start().await;
    let mut ana = server.member("ana@example.com").await;
    let bo = server.member("bo@example.com").await;
    let answer = ana.get(paths::SESSION).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let key = rows_key(&answer);
    assert_eq!(key.len(), 43, "32 bytes");
    assert_ne!(rows_key(&bo.get(paths::SESSION).await), key);
    assert_eq!(rows_key(&ana.sign_in("ana@example.com", PASSWORD).await), key, "another session");
    server.restart().await;
    assert_eq!(rows_key(&ana.at(&server.base).get(paths::SESSION).await), key);
    // No answer but that of the session has it.
    for path in [paths::PROFILE, paths::PROFILE_SESSIONS] {
        assert!(!ana.at(&server.base).get(path).await.text().contains(&key), "{path}");
    }
    if is_not_for("a server with other keys is refused there") {
        return;
    }
    server.stop().await;
    std::fs::remove_file(server.data().join("token.keys")).unwrap();
    server.restart().await;
    assert_ne!(rows_key(&ana.at(&server.base).get(paths::SESSION).await), key, "of another folder's key");
}

#[tokio::test]
async fn a17_n1_new_keys_of_tokens_take_over_and_without_the_old_ones_links_are_void_and_nobody_is_signed_out()
 {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let link = json!({"token": token(&admin.mail_to("ana@example.com").await.link())});
    let (file, new) = (server.data().join("token.keys"), format!("k2:{}\n", STANDARD.encode([7; 32])));
    let old = std::fs::read_to_string(&file).unwrap();
    for (keys, opens) in [(format!("{new}{old}"), 200), (new, 404)] {
        std::fs::write(&file, keys).unwrap();
        server.restart().await;
        assert_eq!(admin.at(&server.base).get(paths::SESSION).await.status, 200);
        assert_eq!(server.anyone().post(paths::ACTIVATION_INSPECT, &link).await.status, opens);
    }
}

#[tokio::test]
async fn a13_the_session_id_changes_at_sign_in() {
    let server = Server::start().await;
    let mut member = server.member("ana@example.com").await;
    let before = member.cookie.clone();
    assert_eq!(member.sign_in("ana@example.com", PASSWORD).await.status, 200);
    assert_ne!(member.cookie, before);
    let after = std::mem::replace(&mut member.cookie, before);
    assert_eq!(member.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "the old one ended");
    member.cookie = after;
    assert_eq!(member.get(paths::SESSION).await.status, 200);
}

#[tokio::test]
async fn p6_asking_who_is_signed_in_is_no_failure_where_nobody_is() {
    let server = Server::start().await;
    let answer = server.anyone().get(paths::SESSION).await;
    assert_eq!((answer.status.as_u16(), answer.text()), (204, String::new()));
}

#[tokio::test]
async fn a15_answers_of_the_api_are_not_cached() {
    let server = Server::start().await;
    for path in [paths::SESSION, paths::PROFILE, "/nothing"] {
        assert_eq!(server.anyone().get(path).await.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[tokio::test]
async fn a1_the_cookie_is_secure_where_the_public_address_is() {
    let server =
        Server::start_with(|config| config.public_url = Some("https://admin.localhost".parse().unwrap()))
            .await;
    let link = server::sign_in_link(&server.place(), None, None).await.unwrap();
    let answer = server.anyone().post(paths::SESSION, &json!({"link": {"token": token(&link)}})).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-msi="), "{cookie}");
    assert_eq!(attributes(cookie), ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"].into());
    assert!(answer.header("strict-transport-security").is_some());
}

#[tokio::test]
async fn a12_failures_lock_an_address_whether_or_not_anybody_has_it() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    for email in ["ana@example.com", "nobody@example.com"] {
        let mut client = server.anyone();
        for _ in 0..5 {
            assert_eq!(client.sign_in(email, "not the password").await.code(), ProblemCode::WrongCredentials);
        }
        let problem = client.sign_in(email, PASSWORD).await.problem();
        assert_eq!(problem.code, ProblemCode::LockedOut, "{email}");
        assert!(problem.retry_after.is_some_and(|seconds| seconds <= 15 * 60 + 1));
    }
    assert_eq!(member.get(paths::SESSION).await.status, 200, "who is in stays in");
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(server.anyone().sign_in("ANA@example.com", PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a12_guesses_of_others_keep_nobody_out_of_a_browser_that_is_known() {
    let mut server = Server::start().await;
    server.member("ana@example.com").await;
    server.member("bo@example.com").await;
    let mut browser = server.anyone().known_to("ana@example.com").await;
    let stranger = server.anyone();
    for _ in 0..5 {
        stranger.try_password("ana@example.com", "not the password").await;
    }
    assert_eq!(stranger.try_password("ana@example.com", PASSWORD).await.code(), ProblemCode::LockedOut);
    assert_eq!(browser.try_password("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(
        stranger.try_password("ana@example.com", PASSWORD).await.code(),
        ProblemCode::LockedOut,
        "as before"
    );

    // It is known to be hers only, and its own guesses count.
    for _ in 0..5 {
        stranger.try_password("bo@example.com", "not the password").await;
    }
    assert_eq!(browser.try_password("bo@example.com", PASSWORD).await.code(), ProblemCode::LockedOut);
    for _ in 0..5 {
        let code = browser.try_password("ana@example.com", "not the password").await.code();
        assert_eq!(code, ProblemCode::WrongCredentials);
    }
    assert_eq!(browser.try_password("ana@example.com", PASSWORD).await.code(), ProblemCode::LockedOut);
    while server.audited(AuditAction::SignInFailed).await.len() < 15 {}
    server.restart().await;
    browser = browser.at(&server.base);
    let code = browser.try_password("ana@example.com", PASSWORD).await.code();
    assert_eq!(code, ProblemCode::LockedOut, "a restart unlocks nobody");
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(browser.try_password("ana@example.com", PASSWORD).await.status, 200);
    server.clock.advance(Duration::from_secs(181 * 24 * 3600));
    for _ in 0..5 {
        server.anyone().try_password("ana@example.com", "not the password").await;
    }
    let code = browser.try_password("ana@example.com", PASSWORD).await.code();
    assert_eq!(code, ProblemCode::LockedOut, "known for half a year");
}

#[tokio::test]
async fn a12_a_browser_is_known_to_be_several_peoples() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    server.member("bo@example.com").await;
    let mut browser = server.anyone().known_to("ana@example.com").await;
    let answer = browser.try_password("bo@example.com", PASSWORD).await;
    let cookies = answer.cookies();
    assert!(cookies[1].starts_with("msi-device-loopback="), "{cookies:?}");
    let set = answer.headers.get_all("set-cookie").iter().nth(1).unwrap().to_str().unwrap();
    assert_eq!(attributes(set), ["HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=Strict"].into());
    browser.cookie = Some(cookies[1].clone());
    for email in ["ana@example.com", "bo@example.com"] {
        for _ in 0..5 {
            server.anyone().try_password(email, "not the password").await;
        }
        assert_eq!(browser.try_password(email, PASSWORD).await.status, 200, "{email}");
    }
}

#[tokio::test]
async fn a12_guesses_of_others_keep_nobody_from_confirming_who_is_signed_in() {
    let server = Server::start().await;
    let mut ana = server.member("ana@example.com").await;
    for _ in 0..5 {
        server.anyone().try_password("ana@example.com", "not the password").await;
    }
    let change = async |client: &Client, current: &str| {
        let body = json!({"current": current, "new": "another fine password"});
        client.put(paths::PROFILE_PASSWORD, &body).await
    };
    for _ in 0..4 {
        assert_eq!(change(&ana, "not the password").await.code(), ProblemCode::InvalidField);
    }
    let answer = change(&ana, PASSWORD).await;
    assert_eq!(answer.status, 204);
    ana.take_cookie(&answer);
    for _ in 0..5 {
        assert_eq!(change(&ana, "not the password").await.code(), ProblemCode::InvalidField);
    }
    assert_eq!(
        change(&ana, "another fine password").await.code(),
        ProblemCode::LockedOut,
        "those of the session count"
    );
}

#[tokio::test]
async fn a12_as_many_hashes_are_made_for_an_address_that_nobody_has() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let admin = server.admin().await;
    admin.send_batch(&csv(1), &[row(2, "invited@example.com")]).await;
    let mut made = Vec::new();
    // With a password, without one, not active yet, unknown, and no address at all.
    for email in ["ana@example.com", ADMIN, "invited@example.com", "nobody@example.com", "not an address"] {
        let before = server.password_hashes();
        let code = server.anyone().try_password(email, "not the password").await.code();
        assert_eq!(code, ProblemCode::WrongCredentials, "{email}");
        made.push(server.password_hashes() - before);
    }
    assert_eq!(made, [1; 5]);
}

#[tokio::test]
async fn a12_links_that_others_ask_for_withdraw_no_earlier_one() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let mut links = Vec::new();
    for mails in 2..=8 {
        server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
        // Of the last ones there are none.
        links = member.mails_to("ana@example.com", mails.min(6)).await;
        server.clock.advance(Duration::from_secs(61));
    }
    assert_eq!(links.len(), 6, "the invitation, and five in the life of a link");
    let reset = async |link: &str| {
        let body = json!({"token": token(link), "new_password": "another fine password"});
        server.anyone().put(paths::PASSWORD_RESETS, &body).await
    };
    let (last, first) = (links[0].link(), links[4].link());
    assert!(first.contains("/reset-password#"), "{first}");
    assert_eq!(reset(&first).await.status, 204, "the first one works");
    for link in [first, last] {
        assert_eq!(reset(&link).await.code(), ProblemCode::LinkUsed, "all are used up by it");
    }
}

#[tokio::test]
async fn a12_a_changed_password_voids_the_links_that_were_asked_for_before() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
    let link = member.link_to("ana@example.com", "/reset-password#").await;
    let change = json!({"current": PASSWORD, "new": "another fine password"});
    assert_eq!(member.put(paths::PROFILE_PASSWORD, &change).await.status, 204);
    let body = json!({"token": token(&link), "new_password": "and one more password"});
    assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &body).await.code(), ProblemCode::LinkUsed);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_link_in_a_mail() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let before = member.mail_count().await;
    for email in ["nobody@example.com", "not an address", "ana@example.com"] {
        let answer = server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": email})).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (202, 0), "the answer does not tell");
    }
    let link = member.mails_to("ana@example.com", 2).await[0].link();
    assert!(link.contains("/reset-password#"), "{link}");
    assert_eq!(member.mail_count().await, before + 1);

    let reset = async |password: &str| {
        let body = json!({"token": token(&link), "new_password": password});
        server.anyone().put(paths::PASSWORD_RESETS, &body).await
    };
    assert_eq!(reset("short").await.code(), ProblemCode::PasswordTooShort, "the link is not used up");
    assert_eq!(reset("another fine password").await.status, 204);
    assert_eq!(reset("and one more password").await.code(), ProblemCode::LinkUsed);
    assert_eq!(member.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "every session ended");
    assert_eq!(server.anyone().sign_in("ana@example.com", "another fine password").await.status, 200);
    assert_eq!(
        server.anyone().sign_in("ana@example.com", PASSWORD).await.code(),
        ProblemCode::WrongCredentials
    );
}

#[tokio::test]
async fn r17_a_reset_link_lives_for_hours_not_days() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
    let link = member.mails_to("ana@example.com", 2).await[0].link();
    server.clock.advance(Duration::from_secs(8 * 3600));
    let body = json!({"token": token(&link), "new_password": "another fine password"});
    assert_eq!(server.anyone().put(paths::PASSWORD_RESETS, &body).await.code(), ProblemCode::LinkExpired);
}

#[tokio::test]
async fn a_password_is_changed_by_whoever_knows_it() {
    let server = Server::start().await;
    let mut member = server.member("ana@example.com").await;
    let mut elsewhere = server.anyone();
    elsewhere.sign_in("ana@example.com", PASSWORD).await;

    let wrong =
        member.put(paths::PROFILE_PASSWORD, &json!({"current": "x", "new": "another fine password"})).await;
    assert_eq!(wrong.problem().field.as_deref(), Some("current"));
    let same =
        member.put(paths::PROFILE_PASSWORD, &json!({"current": PASSWORD, "new": "ana@example.com"})).await;
    assert_eq!(same.code(), ProblemCode::PasswordIsAddress);

    let body = json!({"current": PASSWORD, "new": "another fine password"});
    let answer = member.put(paths::PROFILE_PASSWORD, &body).await;
    assert_eq!(answer.status, 204);
    assert_eq!(elsewhere.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(member.get(paths::SESSION).await.code(), ProblemCode::SignedOut, "under the old cookie");
    member.take_cookie(&answer);
    assert_eq!(member.get(paths::SESSION).await.status, 200);
}

#[tokio::test]
async fn the_first_administrator_sets_a_password_without_having_one() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(admin.put(paths::PROFILE_PASSWORD, &json!({"new": PASSWORD})).await.status, 204);
    assert_eq!(server.anyone().sign_in(ADMIN, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn a_profile_keeps_names_language_and_time_zone() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"first_name": "  Ana\u{202e} ", "last_name": "García", "locale": "es"});
    let me: Me = admin.patch(paths::PROFILE, &body).await.json();
    assert_eq!((me.first_name.as_str(), me.last_name.as_str()), ("Ana", "García"));
    let own: Profile = admin.get(paths::PROFILE).await.json();
    assert_eq!(own.me.locale, Some(api_types::Locale::Es));
    assert_eq!(
        (own.teams.as_slice(), own.workspace.as_str()),
        (["Everyone".to_owned()].as_slice(), "Default")
    );
    let me: Me = admin.patch(paths::PROFILE, &json!({"locale": "browser"})).await.json();
    assert_eq!((me.locale, me.first_name.as_str()), (None, "Ana"));
    let long = admin.patch(paths::PROFILE, &json!({"first_name": "x".repeat(256)})).await.problem();
    assert_eq!((long.code, long.field.as_deref()), (ProblemCode::InvalidField, Some("first_name")));
    let me: Me = admin.patch(paths::PROFILE, &json!({"time_zone": "Asia/Tokyo"})).await.json();
    assert_eq!(me.time_zone, Some(TimeZone("Asia/Tokyo".to_owned())));
    let wrong = admin.patch(paths::PROFILE, &json!({"time_zone": "Tokyo time"})).await.problem();
    assert_eq!((wrong.code, wrong.field.as_deref()), (ProblemCode::InvalidField, Some("time_zone")));
    let session: Session = admin.get(paths::SESSION).await.json();
    assert_eq!(session.user.time_zone, me.time_zone);
    let me: Me = admin.patch(paths::PROFILE, &json!({"time_zone": "browser"})).await.json();
    assert_eq!(me.time_zone, None);
}

#[tokio::test]
async fn a12_guesses_at_once_are_no_way_around_the_lock() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let guesses = (0..20).map(|_| {
        let mut client = server.anyone();
        async move { client.sign_in("ana@example.com", "not the password").await.code() }
    });
    let codes = futures_util::future::join_all(guesses).await;
    let tried = codes.iter().filter(|code| **code == ProblemCode::WrongCredentials).count();
    let locked = codes.iter().filter(|code| **code == ProblemCode::LockedOut).count();
    assert_eq!((tried, locked), (5, 15));
}

#[tokio::test]
async fn a13_whoever_is_deactivated_while_signing_in_is_not_signed_in() {
    let server = Server::start().await;
    server.member("ana@example.com").await;
    let admin = server.admin().await;
    let found: api_types::List<api_types::User> =
        admin.get(&format!("{}?search=ana@example.com", paths::USERS)).await.json();
    let id = &found.items[0].id;
    for _ in 0..10 {
        let (mut ana, path) = (server.anyone(), paths::user_deactivate(id));
        let nothing = json!({});
        let (signing_in, _) =
            tokio::join!(ana.sign_in("ana@example.com", PASSWORD), admin.post(&path, &nothing));
        admin.post(&paths::user_reactivate(id), &nothing).await;
        if signing_in.status == 200 {
            // It was signed in before, so this signs it out.
            assert_eq!(ana.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
        }
    }
}

#[tokio::test]
async fn a12_a_reset_is_not_mailed_again_at_once() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let ask = async || {
        server.anyone().post(paths::PASSWORD_RESETS, &json!({"email": "ana@example.com"})).await;
    };
    ask().await;
    let link = member.mails_to("ana@example.com", 2).await[0].link();
    ask().await;
    let body = json!({"token": token(&link), "new_password": "short"});
    let code = server.anyone().put(paths::PASSWORD_RESETS, &body).await.code();
    assert_eq!(code, ProblemCode::PasswordTooShort, "the link that is on its way still works");
    server.clock.advance(Duration::from_secs(61));
    ask().await;
    assert_eq!(member.mails_to("ana@example.com", 3).await.len(), 3);
}

#[tokio::test]
async fn r21_reading_and_signing_in_wait_for_nobody_who_writes() {
    use sqlx::Connection as _;
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let admin = server.admin().await;
    let held = hold(&server).await;
    server.clock.advance(Duration::from_secs(60));
    assert_eq!(admin.get(paths::USERS).await.status, 200);
    assert_eq!(member.get(paths::PROFILE).await.status, 200);
    let mut late = server.anyone();
    // None of these addresses is a user's, so none may be stored.
    for _ in 0..2 {
        let code = late.sign_in("nobody@example.com", PASSWORD).await.code();
        assert_eq!(code, ProblemCode::WrongCredentials);
        assert_eq!(server.anyone().delete(paths::SESSION).await.status, 204);
        let body = json!({"link": {"token": "AAAA"}});
        assert_eq!(server.anyone().post(paths::SESSION, &body).await.code(), ProblemCode::LinkInvalid);
    }
    assert_eq!(late.sign_in("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(late.get(paths::SESSION).await.status, 200);
    held.close().await.unwrap();
    server.clock.advance(Duration::from_secs(60));
    assert_eq!(late.get(paths::SESSION).await.status, 200);
    assert_eq!(admin.get(paths::USERS).await.status, 200);
}

#[tokio::test]
async fn r13_a_clock_that_is_set_back_locks_nobody_out() {
    let server = Server::start_with(|config| config.requests_per_second = 5.try_into().unwrap()).await;
    let admin = server.admin().await;
    assert_eq!(admin.get(paths::SESSION).await.status, 200);
    server.clock.set_back(Duration::from_secs(3600));
    assert_eq!(admin.get(paths::SESSION).await.status, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn the_data_folder_is_the_operators_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep/data");
    let own = data.clone();
    let _server = Server::start_with(|config| config.data = own).await;
    let mode = std::fs::metadata(&data).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

#[tokio::test]
async fn a10_a_page_of_one_person_does_nothing_in_the_name_of_another() {
    let server = Server::start().await;
    let ana = server.administrator("ana@example.com").await;
    let bo = server.member("bo@example.com").await;
    let id_of = async |client: &Client| client.get(paths::SESSION).await.json::<Session>().user.id.0;
    let (ana_id, bo_id) = (id_of(&ana).await, id_of(&bo).await);
    // The browser has Bo's cookie by now, the page is still Ana's.
    for (method, path) in [
        (Method::GET, paths::USERS),
        (Method::POST, paths::TEAMS),
        (Method::PATCH, paths::PROFILE),
        (Method::DELETE, paths::SESSION),
    ] {
        let request = bo.request(method.clone(), path).header(headers::PERSON, &ana_id);
        assert_eq!(send(request).await.code(), ProblemCode::AnotherPerson, "{method} {path}");
    }
    let own = bo.request(Method::GET, paths::PROFILE).header(headers::PERSON, &bo_id);
    assert_eq!(send(own).await.status, 200, "nobody was signed out");
    let ended = server.anyone().request(Method::GET, paths::PROFILE).header(headers::PERSON, &ana_id);
    assert_eq!(send(ended).await.code(), ProblemCode::SignedOut, "an ended session is no other person's");
}

/// Sets a password of the administrator, and gives it back.
async fn with_password(server: &Server, password: &str) {
    let admin = server.admin().await;
    let answer = admin.put(paths::PROFILE_PASSWORD, &json!({ "new": password })).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
}

#[tokio::test]
async fn a26_a_password_is_taken_exactly_as_it_was_entered() {
    const EXACT: &str = "  Vier Tassen Tee am Fenster: \u{e9}t\u{e9} \u{1f44b} ";
    let server = Server::start().await;
    with_password(&server, EXACT).await;
    for other in [
        EXACT.trim().to_owned(),
        EXACT.trim_start().to_owned(),
        EXACT.trim_end().to_owned(),
        EXACT.to_lowercase(),
        EXACT.to_uppercase(),
        EXACT.replace("  ", " "),
        EXACT.replace('\u{e9}', "e"),
    ] {
        // From somewhere else each time: guesses are limited.
        let answer = server.anyone().try_password(ADMIN, &other).await;
        assert!(
            [ProblemCode::WrongCredentials, ProblemCode::LockedOut].contains(&answer.code()),
            "{other:?}"
        );
    }
    server.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(server.anyone().try_password(ADMIN, EXACT).await.status, 200);
}

#[tokio::test]
async fn a26_long_passwords_are_allowed_and_count_to_their_end() {
    for length in [64, limits::PASSWORD_MAX] {
        let server = Server::start().await;
        let long: String =
            "Vier Tassen Tee am Fenster. ".chars().cycle().take(length - 1).chain(['x']).collect();
        with_password(&server, &long).await;
        for other in [format!("{}y", &long[..length - 1]), long[..length - 1].to_owned(), format!("{long}x")]
        {
            let answer = server.anyone().try_password(ADMIN, &other).await;
            assert_eq!(answer.code(), ProblemCode::WrongCredentials, "{length}");
        }
        assert_eq!(server.anyone().try_password(ADMIN, &long).await.status, 200, "{length}");
    }
}

#[tokio::test]
async fn a26_no_password_ends_by_its_age() {
    let mut server = Server::start().await;
    server.member("ana@example.com").await;
    for years in [1, 10] {
        server.clock.advance(Duration::from_secs(years * 366 * 24 * 3600));
        server.restart().await;
        let answer = server.anyone().try_password("ana@example.com", PASSWORD).await;
        assert_eq!(answer.status, 200, "{years} years later: {}", answer.text());
    }
}

#[tokio::test]
async fn a26_a_password_is_hashed_anew_at_a_sign_in_once_hashes_cost_something_else() {
    let mut server = Server::start().await;
    server.member("ana@example.com").await;
    let hash = async |server: &Server| -> String {
        let mut database = crate::long_lists::database(server).await;
        let query = "SELECT password_hash FROM users WHERE email = 'ana@example.com'";
        let (hash,): (String,) = sqlx::query_as(query).fetch_one(&mut database).await.unwrap();
        hash
    };
    let before = hash(&server).await;
    assert_eq!(server.anyone().try_password("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(hash(&server).await, before, "it costs what it should");
    server.restart_with(|config| config.password_cost = server::config::PasswordCost::Full).await;
    let wrong = server.anyone().try_password("ana@example.com", "correct horse batterz").await;
    assert_eq!(wrong.code(), ProblemCode::WrongCredentials);
    assert_eq!(hash(&server).await, before, "only who knows it can have it hashed");
    let mut ana = server.anyone();
    assert_eq!(ana.sign_in("ana@example.com", PASSWORD).await.status, 200);
    // It is stored after the answer.
    while hash(&server).await == before {}
    assert!(hash(&server).await.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert_eq!(ana.get(paths::SESSION).await.status, 200, "the session goes on");
    assert_eq!(server.anyone().try_password("ana@example.com", PASSWORD).await.status, 200);
}

/// Renews the hash of Ana's password as a sign-in elsewhere does, while a request of hers waits to write.
async fn while_it_is_hashed_anew(server: &Server, request: impl Future<Output = Answer>) -> Answer {
    // Bob's password is the same one.
    let renew =
        "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE email = 'bob@example.com')
                  WHERE email = 'ana@example.com'";
    let mut held = hold(server).await;
    let hashes = server.password_hashes();
    let renewed = async {
        while server.password_hashes() == hashes {
            pause().await;
        }
        sqlx::query(renew).execute(&mut held).await.unwrap();
        sqlx::query("COMMIT").execute(&mut held).await.unwrap();
    };
    tokio::join!(request, renewed).0
}

#[tokio::test]
async fn a26_a_right_password_is_taken_while_it_is_hashed_anew_elsewhere() {
    let server = Server::start().await;
    let ana = server.member("ana@example.com").await;
    server.member("bob@example.com").await;
    let anyone = server.anyone();
    let sign_in = anyone.try_password("ana@example.com", PASSWORD);
    let answer = while_it_is_hashed_anew(&server, sign_in).await;
    assert_eq!(answer.status, 200, "{}", answer.text());

    let body = json!({"current": PASSWORD, "new": "another fine password"});
    let change = ana.put(paths::PROFILE_PASSWORD, &body);
    let answer = while_it_is_hashed_anew(&server, change).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(server.audited(AuditAction::SignInFailed).await, []);
}
