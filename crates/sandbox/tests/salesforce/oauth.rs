use reqwest::{Method, StatusCode};
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET, Host, Order};

use crate::browser::{Place, REDIRECT_URI, VERIFIER, back_at_app, location, request, request_with, value_of};

#[tokio::test]
async fn a4_a_person_signs_in_allows_the_app_and_is_not_asked_again() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana.lopez@example.com").await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["scope"], "api id refresh_token");
    assert_eq!(tokens["instance_url"], place.salesforce.url(Host::MyDomain));
    assert!(tokens["issued_at"].as_str().unwrap().parse::<i64>().is_ok());
    assert!(tokens["signature"].is_string() && tokens["refresh_token"].is_string());

    let id = tokens["id"].as_str().unwrap();
    assert!(id.starts_with(&format!("{}/id/00D5e", place.salesforce.url(Host::Login))), "{id}");
    let token = tokens["access_token"].as_str().unwrap();
    let who: serde_json::Value =
        place.client.get(id).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(who["email"], "ana.lopez@example.com");
    assert_eq!(who["display_name"], "Ana Lopez");
    let userinfo = format!("{}/services/oauth2/userinfo", place.salesforce.url(Host::Login));
    let info: serde_json::Value =
        place.client.get(&userinfo).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(info["sub"], id);
    assert_eq!(info["user_id"], who["user_id"]);
    assert_eq!(place.client.get(&userinfo).send().await.unwrap().status(), StatusCode::FORBIDDEN);

    // Signed in and allowed: led on at once, on the org's own host too.
    for host in [Host::Login, Host::MyDomain] {
        let url = place.authorize_url(host, &request());
        let back = place.browse(Method::GET, &url, None).await;
        assert!(back_at_app(&back).contains_key("code"));
    }
    let stats = place.salesforce.stats();
    assert_eq!((stats.logins, stats.allowed, stats.codes_issued), (1, 1, 3));
    assert_eq!((stats.access_tokens_issued, stats.identity_calls), (1, 3));
}

#[tokio::test]
async fn a4_prompt_asks_for_the_password_or_the_consent_once_more() {
    let mut place = Place::open().await;
    place.connect(Host::Login, "ana@example.com").await;
    let url = place.authorize_url(Host::Login, &request_with("prompt", Some("login")));
    let page = place.browse(Method::GET, &url, None).await.text().await.unwrap();
    assert!(page.contains("Log in"), "{page}");
    assert!(!value_of(&page, "startURL").contains("prompt"));
    let back = place.authorize(Host::Login, &request_with("prompt", Some("login")), "ana@example.com").await;
    assert!(back_at_app(&back).contains_key("code"));
    let url = place.authorize_url(Host::Login, &request_with("prompt", Some("consent")));
    let page = place.browse(Method::GET, &url, None).await.text().await.unwrap();
    assert!(page.contains("Allow Access?"), "{page}");
}

#[tokio::test]
async fn a4_who_asks_wrongly_is_told_so_where_that_is_safe() {
    let mut place = Place::open().await;
    for (name, value, error) in [
        ("client_id", Some("other"), "invalid_client_id"),
        ("redirect_uri", None, "redirect_uri_mismatch"),
        ("redirect_uri", Some("http://127.0.0.1:1/oauth/callback/"), "redirect_uri_mismatch"),
        ("redirect_uri", Some("http://127.0.0.1:1/oauth/callback?x"), "redirect_uri_mismatch"),
        ("redirect_uri", Some("https://example.com/"), "redirect_uri_mismatch"),
    ] {
        let url = place.authorize_url(Host::Login, &request_with(name, value));
        let answer = place.browse(Method::GET, &url, None).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert!(!answer.headers().contains_key("location"));
        assert!(answer.text().await.unwrap().contains(&format!("error={error}")));
    }
    let twice = format!("{}&state=other", place.authorize_url(Host::Login, &request()));
    assert_eq!(place.browse(Method::GET, &twice, None).await.status(), StatusCode::BAD_REQUEST);
    for (name, value, error) in [
        ("response_type", Some("token"), "unsupported_response_type"),
        ("code_challenge", None, "invalid_request"),
        ("code_challenge", Some("short"), "invalid_request"),
        ("code_challenge_method", Some("plain"), "invalid_request"),
        ("scope", Some("api everything"), "invalid_scope"),
    ] {
        let url = place.authorize_url(Host::Login, &request_with(name, value));
        let back = place.browse(Method::GET, &url, None).await;
        assert_eq!(back_at_app(&back)["error"], error, "{name} {value:?}");
    }
}

#[tokio::test]
async fn a6_deny_and_the_users_who_never_get_through_are_told_to_the_app() {
    let mut place = Place::open().await;
    let consent = place.authorize(Host::Login, &request(), "ana@example.com").await;
    let back = place.decide(Host::Login, consent, "deny").await;
    assert_eq!(back_at_app(&back)["error"], "access_denied");
    for (user, error, description) in [
        ("denied", "access_denied", "end-user denied authorization"),
        ("blocked", "OAUTH_APP_BLOCKED", "this app is blocked by admin"),
        ("uninstalled", "invalid_client", "app must be installed into org"),
        ("restricted", "LOGIN_ERROR_RESTRICTED_DOMAIN", "login error restricted domain"),
    ] {
        let fields = request_with("prompt", Some("login"));
        let back = place.authorize(Host::Login, &fields, &format!("{user}@example.com")).await;
        let told = back_at_app(&back);
        assert_eq!((told["error"].as_str(), told["error_description"].as_str()), (error, description));
        assert_eq!(told["state"], "st&te");
    }
}

#[tokio::test]
async fn a_restricted_domain_lets_its_people_in_at_its_own_host_and_then_everywhere() {
    let mut place = Place::open().await;
    place.connect(Host::MyDomain, "restricted@example.com").await;
    let url = place.authorize_url(Host::Login, &request());
    let back = place.browse(Method::GET, &url, None).await;
    assert!(back_at_app(&back).contains_key("code"));
}

#[tokio::test]
async fn a_wrong_password_or_no_address_stays_at_the_form() {
    let mut place = Place::open().await;
    let login = format!("{}/login", place.salesforce.url(Host::Login));
    for (username, password) in [("ana@example.com", "wrong"), ("ana@example.com", ""), ("ana", "right")] {
        let body = crate::browser::encoded(&[("username", username), ("pw", password)]);
        let answer = place.browse(Method::POST, &login, Some(body)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(!answer.headers().contains_key("set-cookie"));
        assert!(answer.text().await.unwrap().contains("role=\"alert\""));
    }
    // A hint fills the form in, and nothing in it becomes HTML.
    let fields = request_with("login_hint", Some("\"><b>@example.com"));
    let url = place.authorize_url(Host::Login, &fields);
    let page = place.browse(Method::GET, &url, None).await.text().await.unwrap();
    assert!(page.contains("value=\"&quot;&gt;&lt;b&gt;@example.com\""), "{page}");
}

#[tokio::test]
async fn a6_pages_of_coop_cut_the_opener_off() {
    let mut place = Place::open().await;
    let consent = place.authorize(Host::Login, &request(), "coop@example.com").await;
    assert_eq!(consent.headers()["cross-origin-opener-policy"], "same-origin");
    let hinted = place.authorize_url(Host::Test, &request_with("login_hint", Some("coop@example.com")));
    let form = place.browse(Method::GET, &hinted, None).await;
    assert_eq!(form.headers()["cross-origin-opener-policy"], "same-origin");
    let form = place.authorize_url(Host::Test, &request());
    let form = place.browse(Method::GET, &form, None).await;
    assert!(!form.headers().contains_key("cross-origin-opener-policy"));
}

#[tokio::test]
async fn a4_codes_are_good_once_and_only_for_who_asked() {
    let mut place = Place::open().await;
    let code = place.code(Host::Login, "ana@example.com").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("client_id", CLIENT_ID),
        ("client_secret", "guessed"),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    let (status, refused) = place.token(Host::Login, &fields).await;
    assert_eq!((status, &refused["error"]), (StatusCode::BAD_REQUEST, &"invalid_client".into()));
    let (status, refused) = place.token(Host::Login, &[("grant_type", "password")]).await;
    assert_eq!((status, &refused["error"]), (StatusCode::BAD_REQUEST, &"invalid_client".into()));

    let (_, tokens) = place.redeem(Host::Login, &code).await;
    assert_eq!(place.get(&tokens, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    let (status, refused) = place.redeem(Host::Login, &code).await;
    assert_eq!((status, &refused["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
    let (status, refused) = place.get(&tokens, "/services/data/v64.0/limits").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused[0]["errorCode"], "INVALID_SESSION_ID");
    assert_eq!(place.salesforce.stats().code_replays, 1);
}

#[tokio::test]
async fn a4_codes_die_after_fifteen_minutes() {
    let mut place = Place::open().await;
    let code = place.code(Host::Login, "ana@example.com").await;
    place.clock.advance(std::time::Duration::from_secs(15 * 60));
    let (_, refused) = place.redeem(Host::Login, &code).await;
    assert_eq!(refused["error_description"], "expired authorization code");
    for (user, error, description) in [
        ("expiredcode", "invalid_grant", "expired authorization code"),
        ("ip", "invalid_grant", "ip restricted"),
        ("inactive", "inactive_user", "user is inactive"),
        ("inactiveorg", "inactive_org", "organization is locked, closed, or suspended"),
    ] {
        let mut place = Place::open().await;
        let code = place.code(Host::Login, &format!("{user}@example.com")).await;
        let (status, refused) = place.redeem(Host::Login, &code).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!((&refused["error"], &refused["error_description"]), (&error.into(), &description.into()));
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_replay_is_counted() {
    let mut place = Place::open().await;
    let first = place.connect(Host::Login, "ana@example.com").await;
    place.clock.advance(std::time::Duration::from_secs(2 * 60 * 60));
    let (status, _) = place.get(&first, "/services/data/v64.0/limits").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, second) = place.refresh(&first["refresh_token"]).await;
    assert_eq!(status, StatusCode::OK);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(place.get(&second, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    let (status, refused) = place.refresh(&first["refresh_token"]).await;
    assert_eq!((status, &refused["error"]), (StatusCode::BAD_REQUEST, &"invalid_grant".into()));
    assert_eq!(place.get(&second, "/services/data/v64.0/limits").await.0, StatusCode::OK);
    let stats = place.salesforce.stats();
    assert_eq!((stats.refreshes, stats.refresh_replays), (1, 1));
}

#[tokio::test]
async fn the_app_can_give_its_access_back_and_has_to_ask_again() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let url = format!("{}/services/oauth2/revoke", place.salesforce.url(Host::MyDomain));
    let body = format!("token={}", tokens["refresh_token"].as_str().unwrap());
    let answer = place.browse(Method::POST, &url, Some(body.clone())).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(place.browse(Method::POST, &url, Some(body)).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(place.refresh(&tokens["refresh_token"]).await.0, StatusCode::BAD_REQUEST);
    let url = place.authorize_url(Host::Login, &request());
    let page = place.browse(Method::GET, &url, None).await.text().await.unwrap();
    assert!(page.contains("Allow Access?"));
}

#[tokio::test]
async fn the_client_can_also_name_itself_in_the_header() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    let answer = place
        .client
        .post(format!("{}/services/oauth2/token", place.salesforce.url(Host::Login)))
        .basic_auth(CLIENT_ID, Some(CLIENT_SECRET))
        .body(format!("grant_type=refresh_token&refresh_token={}", tokens["refresh_token"].as_str().unwrap()))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn hosts_tell_production_sandbox_and_other_orgs_apart() {
    let mut place = Place::open().await;
    let production = place.connect(Host::Login, "ana@example.com").await;
    let sandbox = place.connect(Host::Test, "ana@example.com").await;
    assert_eq!(sandbox["instance_url"], place.salesforce.url(Host::Test));
    let mut place_of_other = Place::open().await;
    let other = place_of_other.connect(Host::Login, "otherorg@example.com").await;
    let org =
        |tokens: &serde_json::Value| tokens["id"].as_str().unwrap().split('/').nth(4).unwrap().to_owned();
    assert_ne!(org(&production), org(&sandbox));
    assert_ne!(org(&production), org(&other));
    assert_eq!(org(&production).len(), 18);
}

#[tokio::test]
async fn an_administrator_blocks_the_app() {
    let mut place = Place::open().await;
    let tokens = place.connect(Host::Login, "ana@example.com").await;
    place.salesforce.order(Order::BlockApp { on: true });
    assert_eq!(place.refresh(&tokens["refresh_token"]).await.0, StatusCode::BAD_REQUEST);
    let url = place.authorize_url(Host::Login, &request());
    let back = place.browse(Method::GET, &url, None).await;
    assert_eq!(back_at_app(&back)["error"], "OAUTH_APP_BLOCKED");
    place.salesforce.order(Order::Reset);
    let back = place.browse(Method::GET, &url, None).await;
    assert!(back_at_app(&back).contains_key("code"));
}

#[tokio::test]
async fn somebody_else_can_sign_in_instead() {
    let mut place = Place::open().await;
    let consent = place.authorize(Host::Login, &request(), "ana@example.com").await;
    let page = consent.text().await.unwrap();
    let link =
        page.split("href=\"/secur/logout").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let url = format!("{}/secur/logout{link}", place.salesforce.url(Host::Login));
    let answer = place.browse(Method::GET, &url, None).await;
    let form = format!("{}{}", place.salesforce.url(Host::Login), location(&answer));
    let page = place.browse(Method::GET, &form, None).await.text().await.unwrap();
    assert!(value_of(&page, "startURL").starts_with("/services/oauth2/authorize?response_type=code"));
}
