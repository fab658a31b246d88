//! Authorisation: who may call what, and from where.

use api_types::{ProblemCode, headers, paths};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use server::all_endpoints;
use server::config::Config;
use server::endpoints::Access;

use crate::harness::{Client, PASSWORD, Server, key, row, send};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[tokio::test]
async fn a14_every_endpoint_admits_whom_the_table_names() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let anyone = server.anyone();
    for endpoint in all_endpoints() {
        // Signing out ends the session, so each test case gets a new one.
        let admin = server.admin().await;
        for (who, client) in [("anyone", &anyone), ("member", &member), ("admin", &admin)] {
            if endpoint.method == Method::DELETE && endpoint.path == paths::SESSION && who == "member" {
                continue;
            }
            let path = endpoint.path.replace("{id}", NOBODY);
            let request =
                client.request(endpoint.method.clone(), &path).header(headers::IDEMPOTENCY_KEY, key());
            let answer = send(request).await;
            let refusal = (!answer.status.is_success()).then(|| answer.code());
            let refusal = refusal.filter(|code| {
                matches!(
                    code,
                    ProblemCode::SignedOut
                        | ProblemCode::Forbidden
                        | ProblemCode::CsrfRefused
                        | ProblemCode::ApiKeyInvalid
                )
            });
            let expected = match (endpoint.rules.access, who) {
                // No cookie opens it.
                (Access::ApiKey, _) => Some(ProblemCode::ApiKeyInvalid),
                (Access::Anyone | Access::Browser | Access::Credentials, _)
                | (_, "admin")
                | (Access::SignedIn, "member") => None,
                (Access::SignedIn | Access::Admin, "anyone") => Some(ProblemCode::SignedOut),
                _ => Some(ProblemCode::Forbidden),
            };
            assert_eq!(refusal, expected, "{} {} by {who}", endpoint.method, endpoint.path);
        }
    }
}

#[tokio::test]
async fn a2_requests_that_another_site_could_cause_are_refused_and_change_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let path = format!("{}{}", paths::BASE, paths::SESSION);
    let cookie = admin.cookie.clone().unwrap();
    let own = server.base.clone();
    for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        for site in [None, Some("same-origin"), Some("same-site"), Some("cross-site"), Some("none")] {
            for origin in [None, Some(own.as_str()), Some("https://evil.example"), Some("null")] {
                for csrf in [None, Some("1")] {
                    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
                        let mut request = admin.bare(method.clone(), &path).header("cookie", &cookie);
                        let heads = [("sec-fetch-site", site), ("origin", origin), (headers::CSRF, csrf)];
                        for (name, value) in heads {
                            if let Some(value) = value {
                                request = request.header(name, value);
                            }
                        }
                        if !kind.is_empty() {
                            request =
                                request.header("content-type", kind).body("{\"link\":{\"token\":\"x\"}}");
                        }
                        // Requests that would end the session are sent only where they must be refused.
                        let reads = method == Method::GET;
                        let ours = origin == Some(&own) || (origin.is_none() && site == Some("same-origin"));
                        let passes = csrf.is_some() && (reads || ours);
                        if passes && method == Method::DELETE {
                            continue;
                        }
                        let answer = send(request).await;
                        let refused =
                            !answer.status.is_success() && answer.code() == ProblemCode::CsrfRefused;
                        assert_eq!(refused, !passes, "{method} {site:?} {origin:?} {csrf:?} {kind}");
                        if passes && method == Method::POST {
                            let code = answer.code();
                            assert_eq!(code, ProblemCode::UnsupportedMediaType, "only JSON is read: {kind}");
                        }
                    }
                }
            }
        }
    }
    assert_eq!(admin.get(paths::SESSION).await.status, 200, "the session was not touched");
}

#[tokio::test]
async fn a3_only_listed_origins_may_read_answers() {
    let console = "https://console.example.com";
    let server = Server::start_with(|config| config.allowed_origins = vec![console.to_owned()]).await;
    let path = format!("{}{}", paths::BASE, paths::USERS);
    for (origin, allowed) in [
        (console, true),
        ("https://console.example.com.evil.example", false),
        ("http://console.example.com", false),
        ("https://console.example.com:8443", false),
        ("null", false),
    ] {
        let client = server.anyone();
        let preflight = client
            .bare(Method::OPTIONS, &path)
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,x-msi-csrf,idempotency-key");
        let answer = send(preflight).await;
        let expected = allowed.then_some(origin);
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
        let answer = send(client.bare(Method::GET, &path).header("origin", origin)).await;
        assert_eq!(answer.header("access-control-allow-origin"), expected, "{origin}");
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert!(answer.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("origin")));
    }
}

#[tokio::test]
async fn a12_attempts_from_one_address_are_limited() {
    let server = Server::start_with(|config| config.credentials_per_minute = 3.try_into().unwrap()).await;
    let mut client = server.anyone();
    for _ in 0..3 {
        assert_eq!(
            client.sign_in("a@example.com", "not the password").await.code(),
            ProblemCode::WrongCredentials
        );
    }
    let problem = client.sign_in("a@example.com", "not the password").await.problem();
    assert_eq!(problem.code, ProblemCode::RateLimited);
    server.clock.advance(std::time::Duration::from_secs(problem.retry_after.unwrap()));
    assert_eq!(
        client.sign_in("a@example.com", "not the password").await.code(),
        ProblemCode::WrongCredentials
    );
}

/// A body that can be parsed, but proves nothing.
fn attempt(path: &str) -> Value {
    match path {
        paths::SESSION => json!({"password": {"email": "a@example.com", "password": "not the password"}}),
        paths::ACTIVATION_INSPECT => json!({"token": "AAAA"}),
        paths::ACTIVATION_ACCEPT => json!({"token": "AAAA", "password": "not the password"}),
        paths::SALESFORCE_SIGN_INS => {
            json!({"environment": "salesforce", "return_to": "/", "activation_token": "AAAA"})
        }
        paths::PASSWORD_RESETS => {
            json!({"email": "a@example.com", "token": "AAAA", "new_password": "not the password"})
        }
        paths::SESSION_TOKENS_REFRESH => json!({"refresh_token": "AAAA"}),
        other => panic!("{other} is new here"),
    }
}

#[tokio::test]
async fn a12_every_attempt_counts_and_every_answer_says_what_is_left() {
    for endpoint in all_endpoints().iter().filter(|endpoint| endpoint.rules.access == Access::Credentials) {
        // Mails that are asked for are counted apart.
        let counted = match (&endpoint.method, endpoint.path.as_str()) {
            (&Method::POST, paths::PASSWORD_RESETS) => "reset",
            _ => "address",
        };
        let server = Server::start_with(|config| config.credentials_per_minute = 2.try_into().unwrap()).await;
        let client = server.anyone();
        let what = format!("{} {}", endpoint.method, endpoint.path);
        let ask = async || {
            let request =
                client.request(endpoint.method.clone(), &endpoint.path).json(&attempt(&endpoint.path));
            send(request).await
        };
        for left in [1, 0] {
            let answer = ask().await;
            assert_ne!(answer.status, 429, "{what}: {}", answer.text());
            let (limit, policy) =
                (answer.header("ratelimit").unwrap(), answer.header("ratelimit-policy").unwrap());
            assert!(
                limit.starts_with(&format!("\"{counted}\";r={left};t={}", 60 - 30 * left)),
                "{what}: {limit}"
            );
            assert!(policy.starts_with(&format!("\"{counted}\";q=2;w=60")), "{what}: {policy}");
        }
        let answer = ask().await;
        assert_eq!(answer.code(), ProblemCode::RateLimited, "{what}");
        let wait = answer.header("retry-after").unwrap();
        assert_eq!(
            answer.header("ratelimit"),
            Some(format!("\"{counted}\";r=0;t={wait}").as_str()),
            "{what}"
        );
    }
}

#[tokio::test]
async fn a12_answers_to_a_session_say_what_is_left_of_its_requests() {
    let server = Server::start_with(|config| config.requests_per_second = 2.try_into().unwrap()).await;
    let answer = server.admin().await.get(paths::ACCOUNT).await;
    assert_eq!(answer.header("ratelimit-policy"), Some("\"session\";q=6;w=3"));
    assert_eq!(answer.header("ratelimit"), Some("\"session\";r=5;t=1"));
    assert_eq!(server.anyone().get(paths::SESSION).await.header("ratelimit"), None, "which is not limited");
}

#[tokio::test]
async fn a12_whoever_uses_an_address_up_keeps_nobody_out_who_has_a_link_or_is_known_there() {
    let server = Server::start_with(|config| config.credentials_per_minute = 5.try_into().unwrap()).await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com"), row(3, "bo@example.com")]).await;
    let mut ana = server.anyone();
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    let known = server.anyone().known_to("ana@example.com").await;

    let flood = server.anyone();
    while flood.try_password("x@example.com", PASSWORD).await.code() != ProblemCode::RateLimited {}
    assert_eq!(flood.try_password("ana@example.com", PASSWORD).await.code(), ProblemCode::RateLimited);
    assert_eq!(known.try_password("ana@example.com", PASSWORD).await.status, 200, "a browser that is known");
    server.anyone().activate(&admin.mail_to("bo@example.com").await.link()).await;
    let link = server::sign_in_link(&server.place(), None, None).await.unwrap();
    server.anyone().sign_in_by_link(&link).await;
    let proof = admin.post(paths::SESSION_PROOF, &json!({"code": "00000000"})).await;
    assert_eq!(proof.code(), ProblemCode::InvalidField, "somebody who is signed in");
}

#[tokio::test]
async fn a12_behind_a_proxy_that_is_trusted_each_client_has_a_limit_of_its_own() {
    async fn codes(server: &Server, header: &'static str, froms: &[&str]) -> Vec<ProblemCode> {
        let mut codes = Vec::new();
        for (number, from) in froms.iter().enumerate() {
            let email = format!("{header}{number}@example.com");
            let body = json!({"password": {"email": email, "password": "not the password"}});
            let request =
                server.anyone().request(Method::POST, paths::SESSION).header(header, *from).json(&body);
            codes.push(send(request).await.code());
        }
        codes
    }
    const TRIED: ProblemCode = ProblemCode::WrongCredentials;
    const LIMITED: ProblemCode = ProblemCode::RateLimited;
    let proxy = "127.0.0.0/8".parse().unwrap();
    let limited_to_one = |config: &mut Config| config.credentials_per_minute = 1.try_into().unwrap();
    let server = Server::start_with(|config| {
        limited_to_one(config);
        config.trusted_proxies = vec![proxy];
    })
    .await;
    let froms = [
        "203.0.113.1",
        "203.0.113.2",
        "203.0.113.1",
        "198.51.100.7, 203.0.113.2",
        "2001:db8:1:2::1",
        "2001:db8:1:2::2",
        "2001:db8:1:3::1",
    ];
    let expected = [TRIED, TRIED, LIMITED, LIMITED, TRIED, LIMITED, TRIED];
    assert_eq!(codes(&server, "x-forwarded-for", &froms).await, expected);
    let others = codes(&server, "forwarded", &["for=203.0.113.8", "for=203.0.113.9"]).await;
    assert_eq!(others, [TRIED, LIMITED], "one header is believed");

    let unset = Server::start_with(limited_to_one).await;
    let written = codes(&unset, "x-forwarded-for", &["203.0.113.1", "203.0.113.2"]).await;
    assert_eq!(written, [TRIED, LIMITED], "anybody can write a header");
}

#[tokio::test]
async fn requests_of_one_session_are_limited() {
    let server = Server::start_with(|config| config.requests_per_second = 1.try_into().unwrap()).await;
    let admin: Client = server.admin().await;
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(admin.get(paths::ACCOUNT).await.status.as_u16());
    }
    assert_eq!(statuses[0], 200);
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn a12_requests_that_are_refused_count_too() {
    let server = Server::start_with(|config| config.requests_per_second = 10.try_into().unwrap()).await;
    let member = server.member("ana@example.com").await;
    assert_eq!(member.get(paths::USERS).await.code(), ProblemCode::Forbidden);
    // Faster than they are allowed, however slow the machine is.
    let mut codes = Vec::new();
    while !codes.contains(&ProblemCode::RateLimited) {
        codes = join_all((0..60).map(async |_| member.get(paths::USERS).await.code())).await;
    }
}
