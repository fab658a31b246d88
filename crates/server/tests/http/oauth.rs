//! Salesforce authorisation.

use std::collections::HashMap;
use std::time::Duration;

use api_types::{ConnectionFailure, FlowPurpose, FlowState, ProblemCode, SalesforceEnvironment, paths};
use reqwest::Method;
use serde_json::json;
use url::Url;

use crate::harness::{ADMIN, Server, attributes, send};
use crate::salesforce_browser::{Browser, Decision, Salesforce};

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

#[tokio::test]
async fn a4_a_window_leaves_with_a_state_a_challenge_and_a_cookie_of_its_own() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    assert_eq!((started.flow.purpose, started.flow.state), (FlowPurpose::Connect, FlowState::Open));
    assert_eq!(started.start_url, format!("{}/flows/{}/start", server.base, started.flow.id));
    assert!(started.flow.id.0.len() >= 22, "128 bits and more");

    let mut browser = Browser::of(&server, &admin);
    let answer = browser.visit(&format!("{}?display=popup", started.start_url)).await;
    assert_eq!(answer.status, 303);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("msi-flow-"), "{cookie}");
    assert_eq!(attributes(cookie), ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=Lax"].into());
    let asked = query(answer.header("location").unwrap());
    assert!(asked["state"].len() >= 22, "128 bits and more");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["code_challenge"].len(), 43);
    assert_eq!(asked["redirect_uri"], format!("{}/oauth/callback", server.base));
    assert_eq!((asked["display"].as_str(), asked["response_type"].as_str()), ("popup", "code"));
    assert!(!asked.contains_key("prompt") && !asked.contains_key("code_verifier"));
    let again = browser.visit(&format!("{}?prompt=login", started.start_url)).await;
    let second = query(again.header("location").unwrap());
    assert_eq!((second["prompt"].as_str(), second["display"].as_str()), ("login", "page"));
    assert_ne!((&asked["state"], &asked["code_challenge"]), (&second["state"], &second["code_challenge"]));
}

#[tokio::test]
async fn a4_a_code_is_redeemed_once_and_neither_it_nor_the_state_reaches_a_page() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let salesforce = Salesforce::of(&server);
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&started.start_url, ADMIN, Decision::Allow).await;
    let end = browser.visit(&callback).await;
    let expected = format!("{}/oauth-result.html?flow={}&status=completed", server.base, started.flow.id);
    assert_eq!((end.status.as_u16(), end.header("location")), (303, Some(expected.as_str())));
    assert!(end.body.is_empty() && end.header("set-cookie").unwrap().contains("Max-Age=0"));
    assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Completed);
    assert_eq!(salesforce.stats().await.token_calls, 1);

    let again = browser.visit(&callback).await;
    assert_eq!(again.status, 400);
    let stats = salesforce.stats().await;
    assert_eq!((stats.token_calls, stats.code_replays), (1, 0));
    assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Completed, "nothing was undone");
    assert_eq!(browser.visit(&started.start_url).await.status, 400, "nor can it begin again");
}

#[tokio::test]
async fn a4_whatever_is_not_this_flow_in_this_browser_is_refused_without_a_token_call() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let salesforce = Salesforce::of(&server);
    let base = format!("{}/oauth/callback", server.base);
    let mut browser = Browser::of(&server, &admin);
    for address in [
        base.clone(),
        format!("{base}?code=abc"),
        format!("{base}?code=abc&state="),
        format!("{base}?code=abc&state=nobodys"),
        format!("{base}?error=access_denied"),
        format!("{base}?code=a&code=b&state=c&state=d"),
    ] {
        let answer = browser.visit(&address).await;
        assert_eq!(answer.status, 400, "{address}");
        assert!(
            answer.header("content-type").unwrap().starts_with("text/html") && !answer.text().contains("abc")
        );
    }

    // The state of another flow, in a browser that has the cookie of its own.
    let (first, second) = (
        admin.begin_connecting(SalesforceEnvironment::Salesforce).await,
        admin.begin_connecting(SalesforceEnvironment::Salesforce).await,
    );
    let foreign = Browser::of(&server, &admin).go(&second.start_url, ADMIN, Decision::Allow).await;
    browser.visit(&first.start_url).await;
    assert_eq!(browser.visit(&foreign).await.status, 400);

    // Without any cookie.
    let callback = browser.go(&first.start_url, ADMIN, Decision::Allow).await;
    let mut other = Browser::of(&server, &server.anyone());
    assert_eq!(other.visit(&callback).await.status, 400);
    assert_eq!(admin.flow(&first.flow.id).await.state, FlowState::Open, "a stranger spoils nothing");

    // A window of an earlier authorisation request of the same flow.
    let newer = browser.go(&first.start_url, ADMIN, Decision::Allow).await;
    assert_eq!(browser.visit(&callback).await.status, 400);

    // Ten minutes later.
    server.clock.advance(Duration::from_secs(10 * 60));
    assert_eq!(browser.visit(&newer).await.status, 400);
    let late = FlowState::Failed(ConnectionFailure::FlowExpired);
    assert_eq!(admin.flow(&first.flow.id).await.state, late);
    assert_eq!(browser.visit(&first.start_url).await.status, 400);
    assert_eq!(salesforce.stats().await.token_calls, 0);
}

#[tokio::test]
async fn a4_a_flow_belongs_to_the_session_that_began_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.member("ana@example.com").await;
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    for client in [&server.anyone(), &member, &server.admin().await] {
        assert_eq!(Browser::of(&server, client).visit(&started.start_url).await.status, 400);
    }
    let request = admin.bare(Method::GET, started.start_url.strip_prefix(&server.base).unwrap());
    let request = request.header("cookie", admin.cookie.clone().unwrap());
    assert_eq!(send(request.header("sec-fetch-site", "cross-site")).await.status, 400);

    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&started.start_url, ADMIN, Decision::Allow).await;
    admin.delete(paths::SESSION).await;
    assert_eq!(browser.visit(&callback).await.status, 400, "who signed out meanwhile is not connected");
    assert_eq!(Salesforce::of(&server).stats().await.token_calls, 0);
}

#[tokio::test]
async fn a6_a_window_that_is_closed_ends_the_flow() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&started.start_url, ADMIN, Decision::Allow).await;
    let path = paths::flow(&started.flow.id);
    assert_eq!(admin.delete(&path).await.status, 204);
    let closed = FlowState::Failed(ConnectionFailure::Closed);
    assert_eq!(admin.flow(&started.flow.id).await.state, closed);
    assert_eq!(browser.visit(&callback).await.status, 400);
    assert_eq!(admin.delete(&path).await.status, 204, "twice is fine");
    assert_eq!(admin.get("/flows/unknown").await.code(), ProblemCode::NotFound);
    assert_eq!(Salesforce::of(&server).stats().await.token_calls, 0);

    let done = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    browser.through(&done, ADMIN).await;
    admin.delete(&paths::flow(&done.flow.id)).await;
    assert_eq!(admin.flow(&done.flow.id).await.state, FlowState::Completed, "what is done is done");
}

#[tokio::test]
async fn a6_two_windows_at_once_do_not_disturb_each_other() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut browser = Browser::of(&server, &admin);
    let one = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    let two = admin.begin_connecting(SalesforceEnvironment::Sandbox).await;
    let first = browser.go(&one.start_url, ADMIN, Decision::Allow).await;
    let second = browser.go(&two.start_url, ADMIN, Decision::Allow).await;
    browser.visit(&second).await;
    browser.visit(&first).await;
    for started in [one, two] {
        assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Completed);
    }
}

#[tokio::test]
async fn s2_every_refusal_on_the_way_has_its_failure() {
    use ConnectionFailure as Failure;
    let server = Server::start().await;
    let admin = server.admin().await;
    for (user, failure) in [
        ("denied", Failure::AccessDenied),
        ("blocked", Failure::AppBlocked),
        ("uninstalled", Failure::AppBlocked),
        ("crossorg", Failure::CrossOrg),
        ("ecnotfound", Failure::AppNotFound),
        ("appnotfound", Failure::AppNotFound),
        ("appaccess", Failure::AppAccess),
        ("noscope", Failure::ScopeMissing),
        ("restricted", Failure::RestrictedDomain),
        ("expiredcode", Failure::CodeExpired),
        ("ip", Failure::IpRestricted),
        ("inactive", Failure::InactiveUser),
        ("inactiveorg", Failure::InactiveOrganization),
    ] {
        let flow = admin.connect_salesforce(&server, &format!("{user}@example.com")).await;
        assert_eq!(flow.state, FlowState::Failed(failure), "{user}");
    }
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    let mut browser = Browser::of(&server, &admin);
    let callback = browser.go(&started.start_url, ADMIN, Decision::Deny).await;
    let end = browser.visit(&callback).await;
    assert!(end.header("location").unwrap().ends_with("&status=failed"));
    assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Failed(Failure::AccessDenied));

    Salesforce::of(&server).order(json!({"order": "maintenance", "on": true})).await;
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    Browser::of(&server, &admin).through(&started, ADMIN).await;
    assert_eq!(admin.flow(&started.flow.id).await.state, FlowState::Failed(Failure::Maintenance));

    let errors: api_types::List<api_types::RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    let codes: Vec<_> = errors.items.iter().rev().map(|error| error.code.as_str()).collect();
    let expected = [
        "OAUTH_APP_BLOCKED",
        "invalid_client",
        "OAUTH_AUTHORIZATION_BLOCKED",
        "OAUTH_EC_APP_NOT_FOUND",
        "app_not_found",
        "invalid_app_access",
        "invalid_scope",
        "LOGIN_ERROR_RESTRICTED_DOMAIN",
        "INVALID_GRANT",
        "INVALID_GRANT",
        "INACTIVE_USER",
        "INACTIVE_ORGANIZATION",
        "SERVER_UNAVAILABLE",
    ];
    assert_eq!(codes, expected, "what a person refuses is no error");
}

#[tokio::test]
async fn a5_where_windows_go_is_decided_by_the_configuration() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for host in ["acme", "evil.example", "127.0.0.1:80", "acme.my.salesforce.com.evil.example", ""] {
        let body = json!({"environment": {"my_domain": host}, "return_to": "/"});
        let problem = admin.post(paths::SALESFORCE_FLOWS, &body).await.problem();
        assert_eq!(
            (problem.code, problem.field.as_deref()),
            (ProblemCode::InvalidField, Some("environment"))
        );
    }
    for path in
        ["", "settings", "//evil.example", "https://evil.example/", "/api/v1/session", "/\\evil.example"]
    {
        let body = json!({"environment": "salesforce", "return_to": path});
        let problem = admin.post(paths::SALESFORCE_FLOWS, &body).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::InvalidField, Some("return_to")));
    }
    let started =
        admin.begin_connecting(SalesforceEnvironment::MyDomain("acme.my.salesforce.com".to_owned())).await;
    let path = started.start_url.strip_prefix(&server.base).unwrap().to_owned();
    let client =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request =
        client.get(format!("{}{path}", server.base)).header("cookie", admin.cookie.clone().unwrap());
    let answer =
        send(request.header("host", "evil.example").header("x-forwarded-host", "evil.example")).await;
    let asked = query(answer.header("location").unwrap());
    assert_eq!(asked["redirect_uri"], format!("{}/oauth/callback", server.base));
    let flow = Browser::of(&server, &admin).through(&started, "restricted@example.com").await;
    assert!(flow.header("location").unwrap().ends_with("status=completed"), "My Domain lets them in");
}

#[tokio::test]
async fn a6_the_last_page_is_static_keeps_its_opener_and_may_do_nothing_else() {
    let server = Server::start().await;
    let get = async |path: &str| send(server.anyone().bare(Method::GET, path)).await;
    for path in [
        "/oauth-result.html?flow=x&status=completed",
        "/oauth-result.js",
        "/oauth-refused.js",
        "/oauth/callback",
    ] {
        let answer = get(path).await;
        assert!(answer.header("cross-origin-opener-policy").is_none(), "{path}");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; img-src data:; "), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
    let page = get("/oauth-result.html?flow=%22%3E%3Cscript%3E&status=completed").await.text();
    let twin = server.base.replace("127.0.0.1", "localhost");
    let origins = format!("{} {twin}", server.base);
    let script = format!("<script src=\"oauth-result.js\" data-origins=\"{origins}\" defer></script>");
    assert!(page.contains(&script) && !page.contains("%22"), "{page}");
    // Without an icon of their own, Firefox and WebKit ask for one that the policy refuses.
    assert!(page.contains("rel=\"icon\" href=\"data:,\""), "{page}");
    assert_eq!(
        get("/oauth-result.html").await.text(),
        page,
        "the page is the same whatever it is asked with"
    );
    let refused = get("/oauth/callback?code=a&state=b").await.text();
    assert!(refused.contains("<script src=\"../oauth-refused.js\" defer></script>"), "{refused}");
    for (path, does) in [
        ("/oauth-result.js", "postMessage({ flow, status }, origin)"),
        ("/oauth-refused.js", "history.replaceState(null, \"\", location.pathname)"),
    ] {
        let script = get(path).await;
        assert!(script.header("content-type").unwrap().starts_with("text/javascript"), "{path}");
        assert!(script.text().contains(does), "{path}");
    }
    let korean = server.anyone().bare(Method::GET, "/oauth-result.html").header("accept-language", "ko-KR");
    assert!(send(korean).await.text().contains("<html lang=\"ko\">"));
}

#[tokio::test]
async fn a6_without_an_opener_a_window_goes_back_into_the_app() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut browser = Browser::of(&server, &admin);
    let started = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    browser.through(&started, ADMIN).await;
    let id = &started.flow.id;
    let to = |path: &str| format!("{}{path}", server.base);
    let end = browser.visit(&to(&format!("/flows/{id}/end"))).await;
    assert_eq!(end.header("location"), Some(to(&format!("/settings/admin/salesforce?flow={id}")).as_str()));

    let popup = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    browser.visit(&format!("{}?display=popup", popup.start_url)).await;
    let end = browser.visit(&to(&format!("/flows/{}/end", popup.flow.id))).await;
    assert_eq!(
        end.header("location"),
        Some(to("/oauth-result.html").as_str()),
        "a pop-up shows no second app"
    );
    assert_eq!(browser.visit(&to("/flows/unknown/end")).await.header("location"), Some(to("/").as_str()));
}

#[tokio::test]
async fn a26_signing_in_asks_salesforce_for_the_identity_alone_and_connecting_for_no_more_than_it_needs() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let scopes = async |start_url: &str| {
        let answer = Browser::of(&server, &admin).visit(start_url).await;
        query(answer.header("location").unwrap())["scope"].clone()
    };
    let sign_in = server.anyone().begin_sign_in(None).await;
    assert_eq!(scopes(&sign_in.start_url).await, "id profile email openid");
    let connect = admin.begin_connecting(SalesforceEnvironment::Salesforce).await;
    assert_eq!(scopes(&connect.start_url).await, "api id profile email openid refresh_token");
}
