//! The contract with Marketo, `contract/marketo.json`: what clients may ask, and what they are answered. The query and the JSON of every
//! call are compared with it, and the answers to those that are accepted. What differs is kept, so that a test of a client fails
//! although the stand-in was lenient.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::state::{Marketo, lock};

/// Longest body that is compared, in bytes.
const COMPARED_MAX: usize = 16 * 1024 * 1024;
/// How many items of a list are compared.
const ITEMS: usize = 5;

static CONTRACT: LazyLock<Option<Contract>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../contract/marketo.json")).ok());

#[derive(Debug, Deserialize)]
struct Contract {
    paths: Vec<Path>,
}

#[derive(Debug, Deserialize)]
struct Path {
    method: String,
    path: String,
    #[serde(default)]
    query: Parameters,
    body: Option<Parameters>,
    answers: BTreeMap<String, Answer>,
}

type Parameters = BTreeMap<String, Parameter>;

#[derive(Debug, Deserialize)]
struct Parameter {
    required: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default)]
    envelope: bool,
    #[serde(default)]
    result: String,
    #[serde(default)]
    item: BTreeMap<String, String>,
    #[serde(default)]
    page: BTreeMap<String, String>,
    /// Whether an item has other properties too: the fields that were asked for.
    #[serde(default)]
    open: bool,
}

/// Compares a call with the contract.
pub(super) async fn compare(
    State(marketo): State<Arc<Marketo>>,
    matched: MatchedPath,
    request: Request,
    next: Next,
) -> Response {
    let Some(path) =
        matched.as_str().strip_prefix("/{munchkin}").map(|path| path.replace("{file}", "{id}.json"))
    else {
        return next.run(request).await;
    };
    let name = format!("{} {path}", request.method());
    let spec = CONTRACT.as_ref().and_then(|contract| {
        contract.paths.iter().find(|spec| spec.path == path && spec.method == request.method().as_str())
    });
    let Some(spec) = spec else {
        lock(&marketo.differences).insert(format!("{name}: not in the contract"));
        return next.run(request).await;
    };
    let query: Map<String, Value> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, COMPARED_MAX).await else {
        return next.run(Request::from_parts(head, Body::empty())).await;
    };
    let sent: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
    let answer = next.run(Request::from_parts(head, Body::from(body))).await;
    let (answer, said) = read(answer).await;
    let mut differences = Vec::new();
    let is_accepted =
        answer.status().is_success() && said.as_ref().is_none_or(|said| said["success"] != false);
    given("parameter", &spec.query, &query, is_accepted, &mut differences);
    if let (Some(wanted), Some(sent)) = (&spec.body, &sent) {
        given("property", wanted, sent, is_accepted, &mut differences);
    }
    if let (true, Some(said)) = (is_accepted, &said) {
        match spec.answers.get("200") {
            Some(wanted) => answered(wanted, said, &mut differences),
            None => differences.push("an answer that the contract does not have".to_owned()),
        }
    }
    if !differences.is_empty() {
        let mut all = lock(&marketo.differences);
        all.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    answer
}

/// An answer, and what it says if that is JSON.
async fn read(answer: Response) -> (Response, Option<Value>) {
    let is_json =
        answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes() == b"application/json");
    if !is_json {
        return (answer, None);
    }
    let (head, body) = answer.into_parts();
    match to_bytes(body, COMPARED_MAX).await {
        Ok(body) => {
            let said = serde_json::from_slice(&body).ok();
            (Response::from_parts(head, Body::from(body)), said)
        }
        Err(_) => {
            let mut answer = Response::from_parts(head, Body::empty());
            *answer.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            (answer, None)
        }
    }
}

/// What was given that may not be, and what was not given and must, of a call that was accepted.
fn given(
    kind: &str,
    wanted: &Parameters,
    given: &Map<String, Value>,
    is_accepted: bool,
    differences: &mut Vec<String>,
) {
    for name in given.keys().filter(|name| !wanted.contains_key(*name)) {
        differences.push(format!("the {kind} {name} is not in the contract"));
    }
    let absent = wanted.iter().filter(|(name, wanted)| wanted.required && !given.contains_key(*name));
    for (name, _) in absent.filter(|_| is_accepted) {
        differences.push(format!("the {kind} {name} is missing"));
    }
}

fn answered(wanted: &Answer, said: &Value, differences: &mut Vec<String>) {
    let result = if wanted.envelope { &said["result"] } else { said };
    if wanted.envelope {
        typed("the page", &wanted.page, said, true, differences);
    }
    match (wanted.result.as_str(), result) {
        ("none", Value::Null) => {}
        ("list", Value::Array(items)) => {
            for item in items.iter().take(ITEMS) {
                typed("an item", &wanted.item, item, wanted.open, differences);
            }
        }
        // A page without activities may have no list at all.
        ("list", Value::Null) if wanted.envelope => {}
        ("object", Value::Object(_)) => typed("the answer", &wanted.item, result, wanted.open, differences),
        (shape, _) => differences.push(format!("the result is no {shape}")),
    }
}

/// Compares the properties of an object with their types; the names of optional ones end in a question mark.
fn typed(
    of: &str,
    wanted: &BTreeMap<String, String>,
    object: &Value,
    open: bool,
    differences: &mut Vec<String>,
) {
    let Some(object) = object.as_object() else { return differences.push(format!("{of} is no object")) };
    for (name, kinds) in wanted {
        let (name, is_optional) = name.strip_suffix('?').map_or((name.as_str(), false), |name| (name, true));
        match object.get(name) {
            None if is_optional => {}
            None => differences.push(format!("{of} has no {name}")),
            Some(value) if kinds.split('|').any(|kind| is(value, kind)) => {}
            Some(value) => differences.push(format!("{name} of {of} is {value}, and no {kinds}")),
        }
    }
    let is_known = |name: &&String| wanted.contains_key(*name) || wanted.contains_key(&format!("{name}?"));
    for name in object.keys().filter(|name| !open && !is_known(name)) {
        differences.push(format!("{of} has {name}, which is not in the contract"));
    }
}

fn is(value: &Value, kind: &str) -> bool {
    match kind {
        "any" => true,
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_contract_can_be_read() {
        assert!(CONTRACT.as_ref().is_some_and(|contract| contract.paths.len() > 20));
    }

    #[test]
    fn what_differs_is_named() {
        let wanted = Answer {
            envelope: true,
            result: "list".to_owned(),
            item: BTreeMap::from([
                ("id".to_owned(), "integer".to_owned()),
                ("name?".to_owned(), "string|null".to_owned()),
            ]),
            ..Answer::default()
        };
        let differences = |said: Value| {
            let mut found = Vec::new();
            answered(&wanted, &said, &mut found);
            found
        };
        assert!(differences(json!({"success": true, "result": [{"id": 1, "name": null}]})).is_empty());
        assert_eq!(differences(json!({"result": [{"name": "x"}]})), ["an item has no id"]);
        assert_eq!(differences(json!({"result": [{"id": "1"}]})), ["id of an item is \"1\", and no integer"]);
        let more = differences(json!({"result": [{"id": 1, "more": 2}]}));
        assert_eq!(more, ["an item has more, which is not in the contract"]);
        assert_eq!(differences(json!({"result": {}})), ["the result is no list"]);
        let mut found = Vec::new();
        let wanted = BTreeMap::from([("a".to_owned(), Parameter { required: true })]);
        given("parameter", &wanted, json!({"b": "1"}).as_object().unwrap(), true, &mut found);
        assert_eq!(found, ["the parameter b is not in the contract", "the parameter a is missing"]);
    }
}
