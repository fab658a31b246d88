//! R15: every failure is a problem document with a code and the request's id.

use api_types::{ChecklistItemId, PrerequisiteId, ProblemCode, headers, paths};
use reqwest::Method;
use serde_json::json;

use crate::harness::{Server, key, send};

#[tokio::test]
async fn r15_what_cannot_be_read_is_refused_with_a_reason() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let post = |path: &str, kind: &str, body: &'static str| {
        let request = admin.request(Method::POST, path).header(headers::IDEMPOTENCY_KEY, key());
        send(request.header("content-type", kind).body(body))
    };
    let json = "application/json; charset=utf-8";
    assert_eq!(post(paths::BATCHES, json, "{").await.code(), ProblemCode::BadRequest);
    assert_eq!(post(paths::BATCHES, json, "[]").await.code(), ProblemCode::InvalidField);
    assert_eq!(post(paths::BATCHES, json, "{\"source\": \"fax\"}").await.code(), ProblemCode::InvalidField);
    assert_eq!(post(paths::BATCHES, json, "").await.code(), ProblemCode::BadRequest);
    assert_eq!(post(paths::BATCHES, "text/plain", "{}").await.code(), ProblemCode::UnsupportedMediaType);
    assert_eq!(post(paths::SESSION, json, "{").await.code(), ProblemCode::BadRequest);
    assert_eq!(admin.get("/users?limit=many").await.code(), ProblemCode::BadRequest);
    assert_eq!(admin.get("/users?status=asleep").await.code(), ProblemCode::BadRequest);
    assert_eq!(admin.get("/users?cursor=nonsense").await.code(), ProblemCode::BadRequest);
    assert_eq!(admin.get("/invitation-batches/x/rows?cursor=x").await.code(), ProblemCode::BadRequest);
}

#[tokio::test]
async fn r15_what_is_not_there_is_a_problem_too() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for path in
        ["/nothing", "/users/nobody", "/invitation-batches/none", "/invitation-batches/none/events", "/"]
    {
        assert_eq!(admin.get(path).await.code(), ProblemCode::NotFound, "{path}");
    }
    let outside = admin.bare(Method::GET, "/api/v2/users").header(headers::CSRF, "1");
    assert_eq!(send(outside).await.code(), ProblemCode::NotFound);
    assert_eq!(admin.put(paths::USERS, &json!({})).await.code(), ProblemCode::MethodNotAllowed);
    assert_eq!(admin.once("/invitation-batches/none/seal", &()).await.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn every_answer_has_a_request_id_of_its_own() {
    let server = Server::start().await;
    let first = server.anyone().get(paths::SESSION).await;
    let second = server.anyone().get(paths::SESSION).await;
    let id = first.header(headers::REQUEST_ID).unwrap();
    assert!(id.len() == 32 && Some(id) != second.header(headers::REQUEST_ID));
}

#[tokio::test]
async fn r15_what_no_handler_reads_is_a_problem_too() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(admin.get("/users/%ff").await.code(), ProblemCode::BadRequest);
    let long = admin.get(&format!("/users?search={}", "x".repeat(60_000))).await.problem();
    assert_eq!((long.code, long.field.as_deref()), (ProblemCode::InvalidField, Some("search")));
    let root = admin.bare(Method::GET, "/api/").header(headers::CSRF, "1");
    assert_eq!(send(root).await.code(), ProblemCode::NotFound);
}

#[tokio::test]
async fn r15_a_list_is_no_object_in_any_body() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let document = serde_json::to_value(server::openapi::document()).unwrap();
    let mut asked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // Its key is checked before its body, which has a test of its own.
            if operation["requestBody"].is_null() || path == paths::EMBED_SESSIONS {
                continue;
            }
            asked += 1;
            for body in [json!([]), json!([null]), json!([null, null])] {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let id = match path.as_str() {
                    paths::template::PREREQUISITE => PrerequisiteId::ALL[0].as_str().to_owned(),
                    paths::template::CHECKLIST_ITEM => ChecklistItemId::ALL[0].as_str().to_owned(),
                    _ => key(),
                };
                let request = admin.request(method, &path.replace("{id}", &id));
                let answer = send(request.header(headers::IDEMPOTENCY_KEY, key()).json(&body)).await;
                // A value that may be one of several objects is not even parsed.
                let refused = matches!(answer.code(), ProblemCode::InvalidField | ProblemCode::BadRequest);
                assert!(refused, "{path}: {body}: {:?}", answer.code());
            }
        }
    }
    assert!(asked > 20, "{asked}");
}

#[tokio::test]
async fn a26_what_is_said_twice_is_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for query in ["search=a&search=b", "limit=1&limit=2", "status=active&status=invited", "limit=1&limit=1"] {
        assert_eq!(admin.get(&format!("/users?{query}")).await.code(), ProblemCode::BadRequest, "{query}");
    }
    assert_eq!(admin.get("/audit-events?actor=a&actor=b").await.code(), ProblemCode::BadRequest);
    let ask = async |method: Method, path: &str, body: &'static str| {
        let request = admin.request(method, path).header(headers::IDEMPOTENCY_KEY, key());
        send(request.header("if-match", "*").header("content-type", "application/json").body(body)).await
    };
    let sign_in = r#"{"password": {"email": "a@example.com", "email": "b@example.com", "password": "x"}}"#;
    let options = r#"{"source": "csv", "options": {"role": "user", "role": "admin"}, "expected_rows": 1}"#;
    for (method, path, body) in [
        (Method::POST, paths::SESSION, sign_in),
        (Method::POST, paths::SESSION, r#"{"link": {"token": "a"}, "link": {"token": "b"}}"#),
        (Method::PATCH, paths::PROFILE, r#"{"first_name": "Ana", "first_name": "Eva"}"#),
        (Method::PATCH, "/users/nobody", r#"{"role": "user", "role": "admin"}"#),
        (Method::POST, paths::TEAMS, r#"{"name": "A", "name": "B"}"#),
        (Method::POST, paths::BATCHES, options),
    ] {
        let refused = ask(method, path, body).await.code();
        assert!(
            matches!(refused, ProblemCode::InvalidField | ProblemCode::BadRequest),
            "{path}: {refused:?}"
        );
    }
    // A query does not stand in for a body, nor a body for a query.
    let elsewhere = ask(Method::POST, "/teams?name=A", "{}").await;
    assert_eq!(elsewhere.code(), ProblemCode::InvalidField);
}
