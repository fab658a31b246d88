//! The contracts with the real services, `contract/*.json`: what clients may ask, and what they are answered. Each call of a
//! stand-in is compared with that of its service: the query, the form or JSON that was sent, the headers that are required, the
//! status, the code of a refusal, and the shape of the answer. What differs is collected, so that a test of a client fails although
//! the stand-in was lenient.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};
use std::sync::{Mutex, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value};

/// Longest body that is compared, in bytes.
const COMPARED_MAX: usize = 16 * 1024 * 1024;
/// What each answer in an envelope has.
const ENVELOPE: [(&str, &str); 5] = [
    ("success", "boolean"),
    ("requestId", "string"),
    ("result?", "any"),
    ("warnings?", "array"),
    ("errors?", "array"),
];
/// How many items of a list are compared.
const ITEMS: usize = 5;

/// What may be asked of a service.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Contract {
    paths: Vec<Path>,
    /// The codes with which any call may be refused.
    codes: Vec<Code>,
    /// What any call may be answered, by HTTP status; paths may have answers of their own.
    #[serde(default)]
    answers: BTreeMap<String, Answer>,
}

#[derive(Debug, Deserialize)]
struct Path {
    method: String,
    path: String,
    #[serde(default)]
    query: Parameters,
    #[serde(default)]
    headers: Parameters,
    body: Option<Parameters>,
    form: Option<Parameters>,
    /// By HTTP status.
    answers: BTreeMap<String, Answer>,
    /// Those of errors.
    codes: Vec<Code>,
}

type Parameters = BTreeMap<String, Parameter>;

#[derive(Debug, Deserialize)]
struct Parameter {
    required: bool,
}

/// Marketo's codes are numbers, Salesforce's names.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Code {
    Number(u32),
    Name(String),
}

impl Display for Code {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(code) => code.fmt(f),
            Self::Name(code) => code.fmt(f),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
struct Answer {
    #[serde(default)]
    envelope: bool,
    result: Shape,
    /// The content type where it is not JSON.
    content: Option<String>,
    #[serde(default)]
    item: BTreeMap<String, String>,
    #[serde(default)]
    page: BTreeMap<String, String>,
    /// Whether an item has other properties too: the fields that were asked for.
    #[serde(default)]
    open: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, strum::IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum Shape {
    #[default]
    None,
    List,
    Object,
}

/// What calls and answers since the start differed in from a contract, as texts.
#[derive(Debug, Default)]
pub(crate) struct Differences(Mutex<BTreeSet<String>>);

impl Differences {
    pub(crate) fn all(&self) -> BTreeSet<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes a call of a path that is not served.
    pub(crate) fn unserved(&self, method: &Method, path: &str) {
        self.add(std::iter::once(format!("{method} {path}: not in the contract")));
    }

    fn add(&self, differences: impl Iterator<Item = String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(differences);
    }
}

impl Contract {
    /// Reads a contract. One that cannot be read has no paths, so that every call differs from it.
    pub(crate) fn read(json: &str) -> Self {
        let read = serde_json::from_str(json);
        read.inspect_err(|error| tracing::error!(%error, "a contract cannot be read")).unwrap_or_default()
    }

    /// Answers a request of this path of the contract, and adds to `found` what differs.
    pub(crate) async fn compare(
        &self,
        path: &str,
        request: Request,
        next: Next,
        found: &Differences,
    ) -> Response {
        let name = format!("{} {path}", request.method());
        let spec =
            self.paths.iter().find(|spec| spec.path == path && spec.method == request.method().as_str());
        let (answer, differences) = match spec {
            Some(spec) => self.compare_with(spec, request, next).await,
            None => (next.run(request).await, vec!["not in the contract".to_owned()]),
        };
        found.add(differences.into_iter().map(|difference| format!("{name}: {difference}")));
        answer
    }

    async fn compare_with(&self, spec: &Path, request: Request, next: Next) -> (Response, Vec<String>) {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, COMPARED_MAX).await else {
            let differences = vec!["the body cannot be read".to_owned()];
            return (next.run(Request::from_parts(head, Body::empty())).await, differences);
        };
        let sent = Sent::read(&head, &body);
        let answer = next.run(Request::from_parts(head, Body::from(body))).await;
        let (answer, said) = read(answer).await;
        let mut differences = Vec::new();
        let refusal = said.as_ref().and_then(refusal).or_else(|| refusal_in_address(answer.headers()));
        let is_accepted = answer.status().as_u16() < 400 && refusal.is_none();
        sent.compare(spec, is_accepted, &mut differences);
        if let Some(code) = refusal.filter(|code| !spec.codes.contains(code) && !self.codes.contains(code)) {
            differences.push(format!("the code {code} is not in the contract"));
        }
        let status = answer.status();
        match spec.answers.get(status.as_str()).or_else(|| self.answers.get(status.as_str())) {
            Some(wanted) => wanted.compare(answer.headers(), said.as_ref(), &mut differences),
            None => differences.push(format!("the status {} is not in the contract", status.as_str())),
        }
        (answer, differences)
    }
}

/// What a request has beside its path.
struct Sent {
    /// Whether there is a body that is neither a form nor a JSON object.
    is_other: bool,
    query: Map<String, Value>,
    headers: HeaderMap,
    form: Option<Map<String, Value>>,
    json: Option<Map<String, Value>>,
}

impl Sent {
    fn read(head: &Parts, body: &Bytes) -> Self {
        let pairs = |text: &[u8]| {
            form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
                .collect::<Map<_, _>>()
        };
        let kind = head.headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
        let is_form = kind.starts_with(b"application/x-www-form-urlencoded") && !body.is_empty();
        let json: Option<Map<_, _>> =
            kind.starts_with(b"application/json").then(|| serde_json::from_slice(body).ok()).flatten();
        Self {
            is_other: !body.is_empty() && !is_form && json.is_none(),
            query: pairs(head.uri.query().unwrap_or_default().as_bytes()),
            headers: head.headers.clone(),
            form: is_form.then(|| pairs(body)),
            json,
        }
    }

    /// What was given that may not be, and what was not given and must, of a call that was accepted.
    fn compare(&self, spec: &Path, is_accepted: bool, differences: &mut Vec<String>) {
        let none = Parameters::new();
        if self.is_other {
            differences.push("the body is neither a form nor a JSON object".to_owned());
        }
        unknown("parameter", &spec.query, &self.query, differences);
        for (kind, wanted, given) in [("form", &spec.form, &self.form), ("JSON", &spec.body, &self.json)] {
            match (wanted, given) {
                (None, Some(given)) if !given.is_empty() => {
                    differences.push(format!("{kind} is not in the contract"));
                }
                (wanted, Some(given)) => {
                    unknown(
                        &format!("{kind} property"),
                        wanted.as_ref().unwrap_or(&none),
                        given,
                        differences,
                    );
                }
                (_, None) => {}
            }
        }
        if is_accepted {
            missing("parameter", &spec.query, &self.query, differences);
            let headers = spec.headers.iter().filter(|(_, header)| header.required);
            for (name, _) in headers.filter(|(name, _)| !self.headers.contains_key(*name)) {
                differences.push(format!("the header {} is missing", name.to_ascii_lowercase()));
            }
            for (kind, wanted, given) in
                [("form property", &spec.form, &self.form), ("JSON property", &spec.body, &self.json)]
            {
                let given = given.as_ref().cloned().unwrap_or_default();
                missing(kind, wanted.as_ref().unwrap_or(&none), &given, differences);
            }
        }
    }
}

fn unknown(kind: &str, wanted: &Parameters, given: &Map<String, Value>, differences: &mut Vec<String>) {
    for name in given.keys().filter(|name| !wanted.contains_key(*name)) {
        differences.push(format!("the {kind} {name} is not in the contract"));
    }
}

fn missing(kind: &str, wanted: &Parameters, given: &Map<String, Value>, differences: &mut Vec<String>) {
    for (name, _) in wanted.iter().filter(|(name, wanted)| wanted.required && !given.contains_key(*name)) {
        differences.push(format!("the {kind} {name} is missing"));
    }
}

/// The code of a refusal: Marketo's `errors`, a list of Salesforce's REST API, `error` of OAuth.
fn refusal(said: &Value) -> Option<Code> {
    let code = [&said["errors"][0]["code"], &said[0]["errorCode"], &said["error"]]
        .into_iter()
        .find(|code| !code.is_null())?;
    let text = code.as_str().map_or_else(|| code.to_string(), str::to_owned);
    Some(text.parse().map_or(Code::Name(text), Code::Number))
}

/// The code that OAuth gives to the app in the address that it leads back to.
fn refusal_in_address(headers: &HeaderMap) -> Option<Code> {
    let (_, query) = headers.get(header::LOCATION)?.to_str().ok()?.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "error").map(|(_, code)| Code::Name(code.into_owned()))
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

impl Answer {
    fn compare(&self, headers: &HeaderMap, said: Option<&Value>, differences: &mut Vec<String>) {
        match (&self.content, said) {
            // Marketo refuses with status 200.
            (content, Some(said)) if said["success"] == false && (self.envelope || content.is_some()) => {
                refused(said, differences);
            }
            (None, Some(said)) => self.compare_json(said, differences),
            (None, None) if matches!(self.result, Shape::None) => {}
            (None, None) => differences.push("the answer is no JSON".to_owned()),
            (Some(content), _) => {
                let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                let kind = kind.unwrap_or_default();
                if !kind.starts_with(content) {
                    differences.push(format!("the answer is {kind:?}, and no {content}"));
                }
            }
        }
    }

    fn compare_json(&self, said: &Value, differences: &mut Vec<String>) {
        if self.envelope {
            let envelope = ENVELOPE.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned()));
            let page = self.page.clone().into_iter().chain(envelope).collect();
            typed("the page", &page, said, false, differences);
        }
        match (self.result, if self.envelope { &said["result"] } else { said }) {
            (Shape::None, Value::Null) => {}
            (Shape::List, Value::Array(items)) => {
                for item in items.iter().take(ITEMS) {
                    typed("an item", &self.item, item, self.open, differences);
                }
            }
            // A page without activities may have no list at all.
            (Shape::List, Value::Null) if self.envelope => {}
            (Shape::Object, result @ Value::Object(_)) => {
                typed("the answer", &self.item, result, self.open, differences);
            }
            (shape, _) => differences.push(format!("the result is no {}", <&str>::from(shape))),
        }
    }
}

fn refused(said: &Value, differences: &mut Vec<String>) {
    let error = BTreeMap::from(["code", "message"].map(|name| (name.to_owned(), "string".to_owned())));
    typed("an error", &error, &said["errors"][0], false, differences);
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
    use axum::http::HeaderValue;
    use serde_json::json;

    #[test]
    fn the_contracts_can_be_read() {
        for json in [include_str!("../contract/marketo.json"), include_str!("../contract/salesforce.json")] {
            assert!(serde_json::from_str::<Contract>(json).unwrap().paths.len() > 15);
        }
    }

    #[test]
    fn what_an_answer_differs_in_is_named() {
        let wanted = Answer {
            envelope: true,
            result: Shape::List,
            item: BTreeMap::from([
                ("id".to_owned(), "integer".to_owned()),
                ("name?".to_owned(), "string|null".to_owned()),
            ]),
            ..Answer::default()
        };
        let differences = |said: Value| {
            let mut found = Vec::new();
            wanted.compare(&HeaderMap::new(), Some(&said), &mut found);
            found
        };
        let of = |result: Value| differences(json!({"success": true, "requestId": "1", "result": result}));
        assert!(of(json!([{"id": 1, "name": null}])).is_empty());
        assert_eq!(of(json!([{"name": "x"}])), ["an item has no id"]);
        assert_eq!(of(json!([{"id": "1"}])), ["id of an item is \"1\", and no integer"]);
        assert_eq!(of(json!([{"id": 1, "more": 2}])), ["an item has more, which is not in the contract"]);
        assert_eq!(of(json!({})), ["the result is no list"]);
        assert_eq!(
            differences(json!({"result": [], "more": 1})),
            [
                "the page has no requestId",
                "the page has no success",
                "the page has more, which is not in the contract",
            ],
        );
        let refused = differences(json!({"success": false, "errors": [{"code": 601}]}));
        assert_eq!(refused, ["code of an error is 601, and no string", "an error has no message"]);
    }

    fn path(json: Value) -> Path {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_a_request_differs_in_is_named() {
        let spec = path(json!({
            "method": "POST", "path": "/x", "answers": {}, "codes": [], "body": null,
            "query": {"q": {"required": true}},
            "headers": {"X-Must": {"required": true}, "X-May": {"required": false}},
            "form": {"a": {"required": true}},
        }));
        let differences = |query: &str, kind: &str, body: &'static str, is_accepted: bool| {
            let request = Request::post(format!("/x?{query}")).header(header::CONTENT_TYPE, kind);
            let (head, ()) = request.body(()).unwrap().into_parts();
            let mut found = Vec::new();
            Sent::read(&head, &Bytes::from_static(body.as_bytes())).compare(&spec, is_accepted, &mut found);
            found
        };
        let form = "application/x-www-form-urlencoded";
        assert_eq!(differences("q=1", form, "a=1", true), ["the header x-must is missing"]);
        assert!(
            differences("q=1", form, "a=1", false).is_empty(),
            "one that was refused may lack what is required"
        );
        assert_eq!(
            differences("p=1", form, "b=1", false),
            ["the parameter p is not in the contract", "the form property b is not in the contract"],
        );
        assert_eq!(differences("", "application/json", "{\"a\": 1}", false), ["JSON is not in the contract"]);
        let other = ["the body is neither a form nor a JSON object"];
        for (kind, body) in [("application/json", "[1]"), ("text/plain", "a=1")] {
            assert_eq!(differences("", kind, body, false), other, "{kind}");
        }
        let missing = differences("", "", "", true);
        assert_eq!(missing[0], "the parameter q is missing");
        assert_eq!(missing[2], "the form property a is missing");
    }

    #[test]
    fn content_types_are_compared() {
        let differences = |wanted: Value, kind: &'static str| {
            let wanted: Answer = serde_json::from_value(wanted).unwrap();
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(kind))]);
            let mut found = Vec::new();
            wanted.compare(&headers, None, &mut found);
            found
        };
        let file = json!({"result": "none", "content": "text/csv"});
        assert!(differences(file.clone(), "text/csv; charset=utf-8").is_empty());
        assert_eq!(differences(file, "text/html"), ["the answer is \"text/html\", and no text/csv"]);
        assert_eq!(differences(json!({"result": "object"}), "text/html"), ["the answer is no JSON"]);
    }

    #[test]
    fn the_codes_of_all_kinds_of_refusals_are_found() {
        let marketo = json!({"success": false, "errors": [{"code": "601", "message": "x"}]});
        assert_eq!(refusal(&marketo), Some(Code::Number(601)));
        let name = |name: &str| Some(Code::Name(name.to_owned()));
        assert_eq!(refusal(&json!([{"errorCode": "NOT_FOUND"}])), name("NOT_FOUND"));
        assert_eq!(refusal(&json!({"error": "invalid_grant"})), name("invalid_grant"));
        assert_eq!(refusal(&json!({"success": true, "result": []})), None);
        let to = |address: &'static str| {
            HeaderMap::from_iter([(header::LOCATION, HeaderValue::from_static(address))])
        };
        assert_eq!(refusal_in_address(&to("/callback?error=access_denied&state=x")), name("access_denied"));
        assert_eq!(refusal_in_address(&to("/callback?code=x")), None);
    }
}
