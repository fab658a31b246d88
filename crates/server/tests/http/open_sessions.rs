//! A24: where people are signed in, shown to them and to administrators, and ended.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api_types::embed::PanelFlow;
use api_types::{AuditAction, List, OpenSession, ProblemCode, SessionPlace, paths};
use reqwest::Method;
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::embedding::{Panel, make, new_key};
use crate::harness::{ADMIN, Client, PASSWORD, Server, send};
use crate::long_lists::{database, hold};
use crate::marketo::id_of;

const ANA: &str = "ana@example.com";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";

/// Signs in by a browser of that name.
async fn sign_in_by(server: &Server, user_agent: &str) -> Client {
    let mut client = server.anyone();
    let body = json!({"password": {"email": ANA, "password": PASSWORD}});
    let request = client.request(Method::POST, paths::SESSION).header("user-agent", user_agent);
    client.take_cookie(&send(request.json(&body)).await);
    client
}

async fn own(client: &Client) -> Vec<OpenSession> {
    client.get(paths::PROFILE_SESSIONS).await.json::<List<OpenSession>>().items
}

async fn is_signed_in(client: &Client) -> bool {
    client.get(paths::PROFILE).await.status == 200
}

#[tokio::test]
async fn a24_people_see_where_they_are_signed_in_and_end_it_one_by_one_or_everywhere_else() {
    let server = Server::start().await;
    server.member(ANA).await;
    server.clock.advance(Duration::from_secs(60));
    let (firefox, curl) = (sign_in_by(&server, FIREFOX).await, sign_in_by(&server, "curl/8.9.1").await);
    server.clock.advance(Duration::from_secs(60));
    assert!(is_signed_in(&firefox).await);
    let seen = own(&firefox).await;
    let browsers: Vec<_> = seen.iter().map(|one| (one.browser.as_str(), one.is_current)).collect();
    assert_eq!(browsers, [("curl", false), ("Firefox, Linux", true), ("", false)]);
    assert!(seen.iter().all(|one| one.network == "127.0.0.1" && one.place == SessionPlace::Console));
    assert!(seen[1].last_used_at > seen[1].signed_in_at && seen[0].last_used_at == seen[0].signed_in_at);
    assert!(seen.iter().all(|one| !firefox.cookie.as_ref().unwrap().contains(one.id.as_str())));

    assert_eq!(firefox.delete(&paths::open_session(&seen[0].id)).await.status, 204);
    assert_eq!((is_signed_in(&curl).await, is_signed_in(&firefox).await), (false, true));
    assert_eq!(firefox.delete(&paths::open_session(&seen[0].id)).await.code(), ProblemCode::NotFound);
    let again = sign_in_by(&server, "curl/8.9.1").await;
    assert_eq!(firefox.delete(paths::PROFILE_SESSIONS).await.status, 204);
    assert_eq!((is_signed_in(&again).await, own(&firefox).await.len()), (false, 1));
    let subjects: Vec<_> =
        server.audited(AuditAction::SessionsEnded).await.into_iter().map(|event| event.subject).collect();
    assert_eq!(subjects, [format!("{ANA} (others)"), format!("{ANA} (curl, 127.0.0.1)")]);
}

#[tokio::test]
async fn a24_a_session_that_is_proven_while_it_ends_the_others_goes_on() {
    const OF_ANA: &str = "user_id = (SELECT id FROM users WHERE email = 'ana@example.com')";
    let server = Server::start().await;
    server.member(ANA).await;
    sqlx::query(AssertSqlSafe(format!("DELETE FROM sessions WHERE {OF_ANA}")))
        .execute(&mut database(&server).await)
        .await
        .unwrap();
    let (ana, admin) = (sign_in_by(&server, FIREFOX).await, server.admin().await);
    let mut held = hold(&server).await;
    let prove = async {
        for _ in 0..15 {
            assert!(admin.get(paths::USERS).await.status.is_success());
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
        // As a proof in another tab does it.
        let renew = format!(
            "UPDATE sessions SET former_hash = token_hash, token_hash = 'renewed', renewed_at = {now} WHERE {OF_ANA}"
        );
        sqlx::query(AssertSqlSafe(renew)).execute(&mut held).await.unwrap();
        sqlx::query("COMMIT").execute(&mut held).await.unwrap();
    };
    let (ended, ()) = tokio::join!(ana.delete(paths::PROFILE_SESSIONS), prove);
    assert_eq!(ended.status, 204, "{}", ended.text());
    assert_eq!(own(&ana).await.len(), 1);
}

#[tokio::test]
async fn a24_sessions_that_have_ended_are_not_listed() {
    let server = Server::start().await;
    server.member(ANA).await;
    server.clock.advance(Duration::from_secs(31 * 60));
    let ana = sign_in_by(&server, FIREFOX).await;
    assert_eq!(own(&ana).await.len(), 1);
}

#[tokio::test]
async fn a24_panels_and_consoles_of_other_sites_are_listed_and_end_too() {
    let console = "https://console.example.com";
    let server = Server::start_with(|config| config.allowed_origins = vec![console.to_owned()]).await;
    let admin = server.admin().await;
    let key = make(&admin, &new_key("CRM")).await;
    let panel = Panel::of(&server, &key.secret, ADMIN, PanelFlow::Users).await;
    let tokens = admin.post(paths::SESSION_TOKENS, &json!({"origin": console})).await;
    assert_eq!(tokens.status, 200);
    let seen = own(&admin).await;
    let places: Vec<_> = seen.iter().map(|one| one.place.clone()).collect();
    let of_panel =
        SessionPlace::Panel { origin: "https://crm.example.com".to_owned(), key: "CRM".to_owned() };
    assert_eq!(places, [of_panel, SessionPlace::ConsoleElsewhere(console.to_owned())]);
    assert_eq!(admin.delete(&paths::open_session(&seen[0].id)).await.status, 204);
    assert_eq!(send(panel.request(Method::GET, paths::USERS)).await.status, 401);
    let subject = format!("{ADMIN} (https://crm.example.com, CRM)");
    assert_eq!(server.audited(AuditAction::SessionsEnded).await[0].subject, subject, "A16");
}

#[tokio::test]
async fn a24_administrators_see_and_end_the_sessions_of_a_person_and_nobody_else_does() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let eva = server.member("eva@example.com").await;
    let ana = server.member(ANA).await;
    let id = id_of(&admin, ANA).await;
    let of_ana = paths::user_sessions(&id);
    let seen: List<OpenSession> = admin.get(&of_ana).await.json();
    assert_eq!(seen.items.len(), 1);
    assert_eq!(eva.get(&of_ana).await.code(), ProblemCode::Forbidden);
    assert_eq!(eva.delete(&of_ana).await.code(), ProblemCode::Forbidden);
    let one = paths::open_session(&seen.items[0].id);
    assert_eq!(eva.delete(&one).await.code(), ProblemCode::NotFound);
    assert!(is_signed_in(&ana).await);
    assert_eq!(admin.delete(&one).await.status, 204);
    assert!(!is_signed_in(&ana).await);
    let ana = sign_in_by(&server, FIREFOX).await;
    assert_eq!(admin.delete(&of_ana).await.status, 204);
    assert!(!is_signed_in(&ana).await && is_signed_in(&eva).await);
    let ended = server.audited(AuditAction::SessionsEnded).await;
    assert!(ended.len() == 2 && ended.iter().all(|event| event.person_id == Some(id.clone())), "A16");
    assert_eq!(ended[0].subject, format!("{ANA} (all)"));
}
