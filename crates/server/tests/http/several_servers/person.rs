//! What an administrator does, and tries again until it is answered.

use std::cell::Cell;

use api_types::{
    Batch, BatchId, BatchRow, BatchState, List, NewRow, ProblemCode, Team, User, headers, limits, paths,
};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::cluster::PAUSE;
use crate::harness::{Answer, Client, PASSWORD, csv, key};

/// A person's requests, each of which is sent again until it is answered.
pub(super) struct Person<'a> {
    pub(super) client: Client,
    /// How many requests were answered, and how often one was sent again.
    pub(super) answered: &'a Cell<u32>,
    pub(super) again: &'a Cell<u32>,
}

impl Person<'_> {
    async fn answer(&self, method: Method, path: &str, body: &Value) -> Answer {
        let key = key();
        loop {
            let request = self.client.request(method.clone(), path).header(headers::IDEMPOTENCY_KEY, &key);
            let request = if method == Method::GET { request } else { request.json(body) };
            if let Some(answer) = answer_of(request).await {
                self.answered.set(self.answered.get() + 1);
                return answer;
            }
            self.again.set(self.again.get() + 1);
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(super) async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Value) -> T {
        let answer = self.answer(method.clone(), path, &body).await;
        assert!(answer.status.is_success(), "{method} {path}: {} {}", answer.status, answer.text());
        answer.json()
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        self.ask(Method::GET, path, Value::Null).await
    }

    /// Opens, fills and seals a batch.
    pub(super) async fn invite(&self, people: &[NewRow]) -> BatchId {
        let batch: Batch = self.ask(Method::POST, paths::BATCHES, json!(csv(people.len()))).await;
        for (index, rows) in people.chunks(limits::ROWS_PER_CHUNK).enumerate() {
            let chunk = json!({"index": index, "rows": rows});
            let _: Value = self.ask(Method::POST, &paths::batch_chunks(&batch.id), chunk).await;
        }
        let sealed: Batch = self.ask(Method::POST, &paths::batch_seal(&batch.id), Value::Null).await;
        assert_eq!(sealed.state, BatchState::Sealed);
        batch.id
    }

    pub(super) async fn settled(&self, id: &BatchId) -> Batch {
        loop {
            let batch: Batch = self.get(&paths::batch(id)).await;
            if batch.is_settled() {
                return batch;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(super) async fn rows(&self, id: &BatchId) -> Vec<BatchRow> {
        let (mut rows, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{}?limit=200{cursor}", paths::batch_rows(id));
            let page: List<BatchRow> = self.get(&path).await;
            rows.extend(page.items);
            match page.meta.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return rows,
            }
        }
    }

    /// Reads and filters lists.
    pub(super) async fn read(&self) {
        for query in ["limit=50", "limit=50&search=admin", "limit=50&role=admin&sort=email"] {
            let page: List<User> = self.get(&format!("{}?{query}", paths::USERS)).await;
            assert!(!page.items.is_empty(), "{query}");
        }
        let _: List<Batch> = self.get(paths::BATCHES).await;
    }

    /// Makes a team and gives it another name.
    pub(super) async fn change(&self, name: &str) {
        let team: Team = self.ask(Method::POST, paths::TEAMS, json!({ "name": name })).await;
        let renamed: Team =
            self.ask(Method::PATCH, &paths::team(&team.id), json!({"name": format!("{name}!")})).await;
        assert_eq!(renamed.id, team.id);
    }

    /// Signs in in another browser, and out again.
    pub(super) async fn sign_in_and_out(&self, email: &str) {
        let mut browser = Person { client: self.client.clone(), ..*self };
        browser.client.cookie = None;
        let password = json!({"password": {"email": email, "password": PASSWORD}});
        let answer = browser.answer(Method::POST, paths::SESSION, &password).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        browser.client.take_cookie(&answer);
        let _: Value = browser.get(paths::SESSION).await;
        let out = browser.answer(Method::DELETE, paths::SESSION, &Value::Null).await;
        // It was signed out by a request whose answer was lost.
        let was = out.status == StatusCode::UNAUTHORIZED;
        assert!(out.status == StatusCode::NO_CONTENT || was, "{} {}", out.status, out.text());
    }
}

/// `None` where there is no answer, or one of a server or a balancer that says that it could not: whoever asks tries again, as
/// the app does.
async fn answer_of(request: reqwest::RequestBuilder) -> Option<Answer> {
    let response = request.send().await.ok()?;
    let (status, headers) = (response.status(), response.headers().clone());
    let answer = Answer { status, headers, body: response.bytes().await.ok()?.to_vec() };
    let may_pass = matches!(
        status,
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    ) || status == StatusCode::CONFLICT && answer.code() == ProblemCode::IdempotencyInProgress;
    (!may_pass).then_some(answer)
}
