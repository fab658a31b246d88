//! A console on another site than the API: browsers send no cookie, so it acts by tokens.

use std::time::{Duration, Instant};

use api_types::{
    Activated, FlowStarted, Me, ProblemCode, SalesforceEnvironment, Session, SessionTokens, headers, paths,
};
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use server::all_endpoints;
use server::config::Config;
use server::endpoints::Access;
use sqlx::Connection as _;

use crate::harness::{ADMIN, Answer, Client, PASSWORD, Server, csv, key, row, send, token};
use crate::salesforce_browser::{Browser, Decision};

const CONSOLE: &str = "https://console.example";
const OTHER: &str = "https://other.example";

async fn started() -> Server {
    Server::start_with(|config: &mut Config| {
        config.console_url = Some(format!("{CONSOLE}/some/base/").parse().unwrap());
        config.allowed_origins = vec![OTHER.to_owned()];
    })
    .await
}

/// A request of a page on another site, without a proof.
fn from_page(client: &Client, origin: &str, method: Method, path: &str) -> RequestBuilder {
    let request = client.bare(method, &format!("{}{path}", paths::BASE));
    request.header("origin", origin).header("sec-fetch-site", "cross-site")
}

/// A page on another site, with tokens.
struct Page {
    client: Client,
    tokens: SessionTokens,
}

impl Page {
    async fn of(client: &Client) -> Self {
        Self { client: client.clone(), tokens: ask_for_tokens(client, CONSOLE).await.json() }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        from_page(&self.client, CONSOLE, method, path).bearer_auth(&self.tokens.access_token)
    }

    async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    async fn refresh(&self) -> Answer {
        let body = json!({"refresh_token": self.tokens.refresh_token});
        let request = from_page(&self.client, CONSOLE, Method::POST, paths::SESSION_TOKENS_REFRESH);
        send(request.header(headers::CSRF, "1").json(&body)).await
    }

    /// The page with its next tokens.
    async fn refreshed(&self) -> Self {
        Self { tokens: self.refresh().await.json(), client: self.client.clone() }
    }
}

async fn ask_for_tokens(client: &Client, origin: &str) -> Answer {
    client.post(paths::SESSION_TOKENS, &json!({"origin": origin})).await
}

#[tokio::test]
async fn a1_a_page_of_another_site_is_told_to_open_the_sign_in_window() {
    let server = started().await;
    let anyone = server.anyone();
    for endpoint in all_endpoints() {
        let path = endpoint.path.replace("{id}", "00000000-0000-7000-8000-000000000000");
        let ask = async |origin: &str, site: &str| {
            let request = anyone.bare(endpoint.method.clone(), &format!("{}{path}", paths::BASE));
            let request = request.header("origin", origin).header("sec-fetch-site", site);
            send(request.header(headers::CSRF, "1").header(headers::IDEMPOTENCY_KEY, key())).await
        };
        let is_told = async |origin: &str, site: &str| {
            let answer = ask(origin, site).await;
            !answer.status.is_success() && answer.code() == ProblemCode::SignInWindow
        };
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let expected = matches!(endpoint.rules.access, Access::SignedIn | Access::Admin)
            || endpoint.path == paths::SESSION;
        assert_eq!(is_told(CONSOLE, "cross-site").await, expected, "{what}");
        assert!(!is_told(CONSOLE, "same-site").await, "{what}: its browser sends cookies");
        assert!(!is_told("https://evil.example", "cross-site").await, "{what}: not listed");
    }
}

#[tokio::test]
async fn a1_tokens_act_for_their_session_and_its_role() {
    let server = started().await;
    let (admin, member) = (server.admin().await, server.member("ana@example.com").await);
    let page = Page::of(&member).await;
    assert_eq!(page.tokens.expires_in, 300);
    let session: Session = page.get(paths::SESSION).await.json();
    assert_eq!(session.user.email, "ana@example.com");
    assert_eq!(page.get(paths::USERS).await.code(), ProblemCode::Forbidden);

    // No further proof is needed to change something.
    let page = Page::of(&admin).await;
    let change = page.request(Method::PATCH, paths::PROFILE).json(&json!({"first_name": "Mia"}));
    assert_eq!(send(change).await.json::<Me>().first_name, "Mia");
    let made = page.request(Method::POST, paths::BATCHES).header(headers::IDEMPOTENCY_KEY, key());
    assert_eq!(send(made.json(&csv(1))).await.status, 201);
}

#[tokio::test]
async fn a1_a_token_is_worth_nothing_at_another_origin() {
    let server = started().await;
    let admin = server.admin().await;
    let page = Page::of(&admin).await;
    let own = server.base.clone();
    for origin in
        [Some(OTHER), Some(own.as_str()), Some("https://console.example.evil.example"), Some("null"), None]
    {
        let mut request = admin.bare(Method::GET, &format!("{}{}", paths::BASE, paths::USERS));
        request = request.bearer_auth(&page.tokens.access_token).header(headers::CSRF, "1");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        assert_eq!(send(request).await.code(), ProblemCode::SignedOut, "{origin:?}");
        let mut request =
            admin.bare(Method::POST, &format!("{}{}", paths::BASE, paths::SESSION_TOKENS_REFRESH));
        request = request.header("sec-fetch-site", "same-origin").header(headers::CSRF, "1");
        if let Some(origin) = origin.filter(|origin| [OTHER, &own].contains(origin)) {
            request = request.header("origin", origin);
        }
        let refused = send(request.json(&json!({"refresh_token": page.tokens.refresh_token}))).await;
        assert_eq!(refused.code(), ProblemCode::SignedOut, "{origin:?}");
    }
    assert_eq!(page.get(paths::USERS).await.status, 200, "nothing of this has revoked it");
    for origin in
        ["https://evil.example", "https://console.example/", "https://console.example:444", "*", "null", ""]
    {
        let problem = ask_for_tokens(&admin, origin).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (ProblemCode::InvalidField, Some("origin")),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn a1_an_access_token_lives_for_minutes_and_is_replaced() {
    let mut server = started().await;
    let admin = server.admin().await;
    let issued = Instant::now();
    let page = Page::of(&admin).await;
    server.clock.advance(Duration::from_secs(299));
    // The machine's time passes, too.
    let answer = page.get(paths::USERS).await;
    assert!(answer.status == 200 || issued.elapsed() >= Duration::from_secs(1), "{}", answer.text());
    server.clock.advance(Duration::from_secs(1));
    assert_eq!(page.get(paths::USERS).await.code(), ProblemCode::SignedOut);
    let next = page.refreshed().await;
    assert_eq!(next.get(paths::USERS).await.status, 200);
    assert_eq!(page.get(paths::USERS).await.code(), ProblemCode::SignedOut, "each replaces the one before");

    server.restart().await;
    let page = Page { client: next.client.at(&server.base), ..next };
    assert_eq!(page.get(paths::USERS).await.status, 200, "restarts end nothing");
    assert_eq!(page.refresh().await.status, 200);
}

#[tokio::test]
async fn a1_a_refresh_token_that_is_used_twice_revokes_all_that_came_from_it() {
    let server = started().await;
    let admin = server.admin().await;
    let (first, beside) = (Page::of(&admin).await, Page::of(&admin).await);
    let second = first.refreshed().await;
    assert_eq!(second.get(paths::USERS).await.status, 200);
    assert_eq!(first.refresh().await.code(), ProblemCode::SignedOut);
    assert_eq!(second.get(paths::USERS).await.code(), ProblemCode::SignedOut);
    assert_eq!(second.refresh().await.code(), ProblemCode::SignedOut);
    assert_eq!(beside.get(paths::USERS).await.status, 200, "another tab has tokens of its own");
    assert_eq!(admin.get(paths::USERS).await.status, 200, "the session itself goes on");
}

#[tokio::test]
async fn a1_a_refresh_whose_answer_is_lost_gets_the_same_tokens_again() {
    let mut server = started().await;
    let page = Page::of(&server.admin().await).await;
    let begun = Instant::now();
    let lost = page.refreshed().await;
    server.restart().await;
    let page = Page { client: page.client.at(&server.base), ..page };
    // The minute is also that of the restart, which takes its time on a busy machine.
    server.clock.advance(Duration::from_secs(30));
    let again = page.refreshed().await;
    assert_eq!(again.tokens.access_token, lost.tokens.access_token);
    let passed = begun.elapsed().as_secs();
    assert!(
        (269 - passed..=270).contains(&again.tokens.expires_in),
        "{} after {passed} s",
        again.tokens.expires_in
    );
    assert_eq!(again.get(paths::USERS).await.status, 200);
    assert_eq!(again.refreshed().await.get(paths::USERS).await.status, 200);
}

#[tokio::test]
async fn a1_a_refresh_token_is_used_up_once_its_successor_is_used_for_the_next() {
    let server = started().await;
    let first = Page::of(&server.admin().await).await;
    let third = first.refreshed().await.refreshed().await;
    assert_eq!(first.refresh().await.code(), ProblemCode::SignedOut);
    assert_eq!(third.get(paths::USERS).await.code(), ProblemCode::SignedOut, "all are revoked");
}

#[tokio::test]
async fn a1_a_use_is_remembered_over_a_restart() {
    let mut server = started().await;
    let first = Page::of(&server.admin().await).await;
    let second = first.refreshed().await;
    assert_eq!(second.get(paths::USERS).await.status, 200);
    let mut database = crate::long_lists::database(&server).await;
    let stored = "SELECT is_used FROM session_tokens";
    // It is stored in the background.
    while sqlx::query_as::<_, (i64,)>(stored).fetch_one(&mut database).await.unwrap() != (1,) {}
    database.close().await.unwrap();
    server.restart().await;
    let first = Page { client: first.client.at(&server.base), ..first };
    assert_eq!(first.refresh().await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a1_a_refresh_token_is_repeated_within_a_minute_alone() {
    let server = started().await;
    let first = Page::of(&server.admin().await).await;
    let second = first.refreshed().await;
    server.clock.advance(Duration::from_secs(60));
    assert_eq!(first.refresh().await.code(), ProblemCode::SignedOut);
    assert_eq!(second.get(paths::USERS).await.code(), ProblemCode::SignedOut, "all are revoked");
}

#[tokio::test]
async fn a1_eight_refreshes_at_once_all_leave_the_page_signed_in() {
    let server = started().await;
    let page = Page::of(&server.admin().await).await;
    let refreshes = std::array::from_fn::<_, 8, _>(|_| page.refreshed());
    for page in futures_util::future::join_all(refreshes).await {
        assert_eq!(page.get(paths::USERS).await.status, 200);
    }
}

#[tokio::test]
async fn a1_tokens_are_of_one_kind_each_and_none_can_be_made_up() {
    let server = started().await;
    let page = Page::of(&server.admin().await).await;
    let SessionTokens { access_token, refresh_token, .. } = page.tokens.clone();
    let swapped =
        SessionTokens { access_token: refresh_token.clone(), refresh_token: access_token, ..page.tokens };
    let swapped = Page { tokens: swapped, client: page.client.clone() };
    assert_eq!(swapped.get(paths::USERS).await.code(), ProblemCode::SignedOut);
    assert_eq!(swapped.refresh().await.code(), ProblemCode::SignedOut);
    for proof in ["", "Bearer", "Bearer ", "Bearer AAAA", "Basic AAAA", &format!("Basic {refresh_token}")] {
        let request = from_page(&page.client, CONSOLE, Method::GET, paths::USERS);
        let refused = send(request.header("authorization", proof)).await;
        assert_eq!(refused.code(), ProblemCode::SignedOut, "{proof}");
    }
}

#[tokio::test]
async fn a10_signing_out_by_a_token_ends_the_session_and_everything_of_it() {
    let server = started().await;
    let admin = server.admin().await;
    let (page, beside) = (Page::of(&admin).await, Page::of(&admin).await);
    assert_eq!(send(page.request(Method::DELETE, paths::SESSION)).await.status, 204);
    for page in [&page, &beside] {
        assert_eq!(page.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
        assert_eq!(page.refresh().await.code(), ProblemCode::SignedOut);
    }
    assert_eq!(
        admin.get(paths::SESSION).await.code(),
        ProblemCode::SignedOut,
        "the cookie's session is the same"
    );
}

#[tokio::test]
async fn a11_tokens_end_with_their_session() {
    let server = started().await;
    let page = Page::of(&server.admin().await).await;
    server.clock.advance(Duration::from_secs(30 * 60));
    assert_eq!(page.refresh().await.code(), ProblemCode::SignedOut, "idle");

    let mut page = Page::of(&server.admin().await).await;
    for _ in 0..12 * 3 - 1 {
        server.clock.advance(Duration::from_secs(20 * 60));
        page.tokens = page.refresh().await.json();
        assert_eq!(page.get(paths::SESSION).await.status, 200, "requests keep the session alive");
    }
    server.clock.advance(Duration::from_secs(20 * 60));
    assert_eq!(page.refresh().await.code(), ProblemCode::SignedOut, "after twelve hours");

    let member = server.member("ana@example.com").await;
    let page = Page::of(&member).await;
    let body = json!({"current": PASSWORD, "new": "another fine password"});
    assert_eq!(member.put(paths::PROFILE_PASSWORD, &body).await.status, 204);
    assert_eq!(
        page.get(paths::SESSION).await.code(),
        ProblemCode::SignedOut,
        "a new password ends all sessions"
    );
}

#[tokio::test]
async fn a13_a_page_that_sets_a_password_by_a_token_stays_signed_in_and_alone() {
    let server = started().await;
    let member = server.member("ana@example.com").await;
    let mut elsewhere = server.anyone();
    elsewhere.sign_in("ana@example.com", PASSWORD).await;
    let (page, other) = (Page::of(&member).await, Page::of(&elsewhere).await);
    let body = json!({"current": PASSWORD, "new": "another fine password"});
    let change = page.request(Method::PUT, paths::PROFILE_PASSWORD).json(&body);
    assert_eq!(send(change).await.status, 204);
    assert_eq!(page.get(paths::SESSION).await.status, 200);
    assert_eq!(other.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    assert_eq!(elsewhere.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a2_a_request_with_a_token_has_no_cookies() {
    let server = started().await;
    let (admin, member) = (server.admin().await, server.member("ana@example.com").await);
    let page = Page::of(&member).await;
    let cookie = admin.cookie.clone().unwrap();
    let mixed = page.request(Method::GET, paths::USERS).header("cookie", &cookie);
    assert_eq!(send(mixed).await.code(), ProblemCode::Forbidden, "it is the token that counts");
    let bad = admin.request(Method::GET, paths::USERS).header("authorization", "Bearer AAAA");
    assert_eq!(send(bad).await.code(), ProblemCode::SignedOut);
    let out = page.request(Method::DELETE, paths::SESSION).header("cookie", &cookie);
    assert_eq!(send(out).await.status, 204);
    assert_eq!(admin.get(paths::SESSION).await.status, 200);
    assert_eq!(member.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
}

#[tokio::test]
async fn a2_tokens_are_issued_to_pages_of_the_server_alone() {
    let server = started().await;
    let admin = server.admin().await;
    let page = Page::of(&admin).await;
    let (own, cookie) = (server.base.clone(), admin.cookie.clone().unwrap());
    let mut issued = 0;
    for site in [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none")] {
        for origin in [None, Some(own.as_str()), Some(CONSOLE), Some("https://evil.example"), Some("null")] {
            for csrf in [None, Some("1")] {
                for (by_cookie, by_token) in [(false, false), (true, false), (false, true), (true, true)] {
                    for kind in ["application/json", "text/plain"] {
                        let path = format!("{}{}", paths::BASE, paths::SESSION_TOKENS);
                        let mut request = admin.bare(Method::POST, &path).header("content-type", kind);
                        let heads = [("sec-fetch-site", site), ("origin", origin), (headers::CSRF, csrf)];
                        for (name, value) in
                            heads.into_iter().filter_map(|(name, value)| Some((name, value?)))
                        {
                            request = request.header(name, value);
                        }
                        if by_cookie {
                            request = request.header("cookie", &cookie);
                        }
                        if by_token {
                            request = request.bearer_auth(&page.tokens.access_token);
                        }
                        let answer = send(request.body(json!({"origin": CONSOLE}).to_string())).await;
                        let listed = origin.is_none_or(|origin| origin == own || origin == CONSOLE);
                        let expected = by_cookie
                            && !by_token
                            && csrf.is_some()
                            && site == Some("same-origin")
                            && listed
                            && kind == "application/json";
                        let what = format!("{site:?} {origin:?} {csrf:?} {by_cookie} {by_token} {kind}");
                        assert_eq!(answer.status == 200, expected, "{what}: {}", answer.text());
                        issued += u32::from(expected);
                    }
                }
            }
        }
    }
    assert_eq!(issued, 3);
}

/// Accepts the invitation of an address, from a page on that site.
fn activation(link: &str, client: &Client, origin: &str, site: &str) -> RequestBuilder {
    let request = client.bare(Method::POST, &format!("{}{}", paths::BASE, paths::ACTIVATION_ACCEPT));
    let request = request.header("origin", origin).header("sec-fetch-site", site).header(headers::CSRF, "1");
    request.json(&json!({"token": token(link), "password": PASSWORD}))
}

#[tokio::test]
async fn a1_an_activation_signs_in_by_tokens_on_another_site_and_by_the_cookie_elsewhere() {
    let server = started().await;
    let admin = server.admin().await;
    let own = server.base.clone();
    for (email, origin, site) in [
        ("ana@example.com", CONSOLE, "cross-site"),
        ("bo@example.com", CONSOLE, "same-site"),
        ("cy@example.com", own.as_str(), "same-origin"),
    ] {
        admin.invite(&[row(2, email)]).await;
        let link = admin.mail_to(email).await.link();
        let stranger = send(activation(&link, &server.anyone(), "https://evil.example", "cross-site")).await;
        assert_eq!(stranger.code(), ProblemCode::CsrfRefused, "{site}: not listed");
        let answer = send(activation(&link, &server.anyone(), origin, site)).await;
        let Activated { session, tokens } = answer.json();
        assert_eq!(session.user.email, email);
        let is_elsewhere = site == "cross-site";
        assert_eq!(tokens.is_some(), is_elsewhere, "{site}");
        assert_eq!(answer.header("set-cookie").is_none(), is_elsewhere, "{site}");
        let Some(tokens) = tokens else { continue };
        let page = Page { client: server.anyone(), tokens };
        assert_eq!(page.get(paths::SESSION).await.json::<Session>().user.email, email);
        let other = from_page(&page.client, OTHER, Method::GET, paths::SESSION);
        let refused = send(other.bearer_auth(&page.tokens.access_token)).await;
        assert_eq!(refused.code(), ProblemCode::SignedOut, "valid for the origin that asked");
        assert_eq!(page.refresh().await.status, 200);
    }
}

#[tokio::test]
async fn a13_an_activation_by_a_token_ends_the_session_that_the_browser_had() {
    let server = started().await;
    let admin = server.admin().await;
    let page = Page::of(&admin).await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let link = admin.mail_to("ana@example.com").await.link();
    let request = activation(&link, &page.client, CONSOLE, "cross-site");
    let answer = send(request.bearer_auth(&page.tokens.access_token)).await;
    assert!(answer.json::<Activated>().tokens.is_some());
    for left in [page.get(paths::SESSION).await, admin.get(paths::SESSION).await] {
        assert_eq!(left.code(), ProblemCode::SignedOut);
    }
}

#[tokio::test]
async fn a3_listed_origins_may_send_tokens_and_no_other() {
    let server = started().await;
    for (origin, allowed) in [(CONSOLE, true), ("https://evil.example", false)] {
        let asked = server
            .anyone()
            .bare(Method::OPTIONS, &format!("{}{}", paths::BASE, paths::USERS))
            .header("origin", origin)
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "authorization,x-msi-csrf,x-msi-person");
        let preflight = send(asked).await;
        assert_eq!(preflight.header("access-control-allow-origin"), allowed.then_some(origin));
        let named = preflight.header("access-control-allow-headers").unwrap();
        assert!(named.split(',').any(|name| name == "authorization"), "{named}");
    }
}

#[tokio::test]
async fn r4_a_page_with_a_token_follows_a_batch() {
    let server = started().await;
    let admin = server.admin().await;
    let page = Page::of(&admin).await;
    let id = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    let events = page.get(&paths::batch_events(&id)).await;
    assert_eq!(events.header("content-type"), Some("text/event-stream"));
    assert!(events.text().contains("event: settled"), "{}", events.text());
}

#[tokio::test]
async fn a4_a_flow_begun_by_a_token_belongs_to_the_session_of_the_window() {
    let server = started().await;
    let admin = server.admin().await;
    let page = Page::of(&admin).await;
    let body =
        json!({"environment": SalesforceEnvironment::Salesforce, "return_to": "/settings/admin/salesforce"});
    let begun: FlowStarted =
        send(page.request(Method::POST, paths::SALESFORCE_FLOWS).json(&body)).await.json();
    let path = begun.start_url.strip_prefix(&server.base).unwrap();
    let visit = async |client: &Client, path: &str, site: &str| {
        let mut request = client.bare(Method::GET, path).header("sec-fetch-site", site);
        // A browser sends the cookie only where a page of the server leads there.
        if let Some(cookie) = client.cookie.as_ref().filter(|_| site == "same-origin") {
            request = request.header("cookie", cookie);
        }
        send(request).await
    };
    let first = visit(&admin, path, "cross-site").await;
    assert_eq!((first.status.as_u16(), first.header("set-cookie")), (200, None));
    assert!(first.text().contains("../../oauth-start.js"), "{}", first.text());
    assert_eq!(first.header("cross-origin-opener-policy"), None, "the window keeps its opener");
    let again = format!("{path}?from=here");
    assert_eq!(visit(&admin, &again, "cross-site").await.status, 400, "it is led there once");
    let stranger = server.member("ana@example.com").await;
    assert_eq!(visit(&stranger, &again, "same-origin").await.status, 400, "in another session");

    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&format!("{}?from=here", begun.start_url), ADMIN, Decision::Allow).await;
    let result = browser.visit(&callback).await.header("location").unwrap().to_owned();
    assert!(result.contains("status=completed"), "{result}");
    let end = browser.visit(&format!("{}/flows/{}/end", server.base, begun.flow.id)).await;
    let to = end.header("location").unwrap();
    assert!(to.starts_with(&format!("{CONSOLE}/some/base/settings/admin/salesforce?flow=")), "{to}");
}

#[tokio::test]
async fn a6_a_flow_of_the_sign_in_window_returns_to_it() {
    let server = started().await;
    let admin = server.admin().await;
    let body = json!({"environment": "salesforce", "return_to": "/sign-in/window?for=https%3A%2F%2Fconsole.example"});
    let request = admin.request(Method::POST, paths::SALESFORCE_SIGN_INS).header("origin", &server.base);
    let begun: FlowStarted = send(request.json(&body)).await.json();
    let end =
        Browser::of(&server, &admin).visit(&format!("{}/flows/{}/end", server.base, begun.flow.id)).await;
    let to = end.header("location").unwrap();
    assert!(to.starts_with(&format!("{}/sign-in/window?for=", server.base)), "{to}");
    let cross = admin.bare(Method::GET, begun.start_url.strip_prefix(&server.base).unwrap());
    assert_eq!(
        send(cross.header("sec-fetch-site", "cross-site")).await.status,
        400,
        "no other site leads there"
    );
}

#[tokio::test]
async fn a26_a_token_is_as_fresh_as_the_last_proof_of_its_session_however_new_it_is() {
    let server = started().await;
    let eva = server.administrator("eva@example.com").await;
    let page = Page::of(&eva).await;
    let end_others = async |page: &Page| {
        let request = page.request(Method::DELETE, paths::PROFILE_SESSIONS).header(headers::CSRF, "1");
        send(request).await
    };
    assert_eq!(end_others(&page).await.status, 204, "the sign-in is a proof");
    server.clock.advance(Duration::from_secs(4 * 60));
    let page = page.refreshed().await;
    server.clock.advance(Duration::from_secs(60));
    let new = page.refreshed().await;
    assert_eq!(end_others(&new).await.code(), ProblemCode::ProofNeeded, "a new token is no proof");
    assert_eq!(new.get(paths::USERS).await.status, 200, "for what needs none it is good");
    let proof = new.request(Method::POST, paths::SESSION_PROOF).header(headers::CSRF, "1");
    assert_eq!(send(proof.json(&json!({"password": PASSWORD}))).await.status, 204);
    assert_eq!(end_others(&new).await.status, 204);
}
