//! Who may call what, and from where.

use std::collections::BTreeSet;

use api_types::{ProblemCode, headers, paths};
use reqwest::Method;
use server::access::{Access, ENDPOINTS};
use server::openapi;

use crate::harness::{Client, Server, key, send};

const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[test]
fn a14_the_table_names_every_endpoint_and_no_other() {
    let table: BTreeSet<_> = ENDPOINTS.iter().map(|e| (e.path.to_owned(), e.method.to_string())).collect();
    assert_eq!(table.len(), ENDPOINTS.len(), "an endpoint stands twice in the table");
    let document = serde_json::to_value(openapi::document()).unwrap();
    let mut served = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            served.insert((path.clone(), method.to_uppercase()));
        }
    }
    assert_eq!(table, served);
}

#[tokio::test]
async fn a14_every_endpoint_admits_whom_the_table_names() {
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    let anyone = server.anyone();
    for endpoint in ENDPOINTS {
        // Signing out ends the session, so everybody gets a fresh one.
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
                matches!(code, ProblemCode::SignedOut | ProblemCode::Forbidden | ProblemCode::CsrfRefused)
            });
            let expected = match (endpoint.access, who) {
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
                        // What would end the session is asked for only where it must be refused.
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
    let mut codes = Vec::new();
    for _ in 0..60 {
        codes.push(member.get(paths::USERS).await.code());
    }
    assert_eq!(codes[0], ProblemCode::Forbidden);
    assert!(codes.contains(&ProblemCode::RateLimited), "{codes:?}");
}
