//! The Marketo stand-in over HTTP.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Response, StatusCode};
use sandbox::clock::Clock;
use sandbox::marketo::{
    INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, LOCKED_USER, MUNCHKIN_ID, MarketoServer,
    NO_PERMISSION_CLIENT_ID, Nature, PENDING_USER, PLATFORM_CLIENT_ID, PLATFORM_CLIENT_SECRET,
};
use sandbox::people::{OWNERS, People, salesforce_id};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const NOW: i64 = 1_790_000_040_000;
const DAY: i64 = 86_400_000;
const MINUTE: Duration = Duration::from_secs(60);
const FIELDS: &str = "id,firstName,lastName,email,company,sfdcContactId,sfdcLeadOwnerId";

/// A stand-in and a client that calls it.
struct Caller {
    server: MarketoServer,
    clock: Clock,
    client: Client,
    munchkin: &'static str,
    token: String,
}

impl Caller {
    /// With a token for people.
    async fn start(people: u32) -> Self {
        Self::start_in(people, None).await
    }

    async fn start_in(people: u32, folder: Option<&Path>) -> Self {
        let clock = Clock::standing(NOW, 1);
        let people = People::new(people, NOW);
        let server = MarketoServer::start(people, clock.clone(), folder).await.unwrap();
        // Built with the server, the client can do TLS, and wants to know whose before it is asked for any.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::new();
        let mut caller = Self { server, clock, client, munchkin: MUNCHKIN_ID, token: String::new() };
        caller.sign_in(INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET).await;
        caller
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url_template().replace("{munchkin}", self.munchkin))
    }

    fn token_url(&self, id: &str, secret: &str) -> String {
        let query = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        self.url(&format!("/identity/oauth/token?{query}"))
    }

    async fn sign_in(&mut self, id: &str, secret: &str) {
        let answer: Value =
            self.client.get(self.token_url(id, secret)).send().await.unwrap().json().await.unwrap();
        self.token = answer["access_token"].as_str().unwrap().to_owned();
    }

    async fn send(&self, path: &str) -> Response {
        self.client.get(self.url(path)).bearer_auth(&self.token).send().await.unwrap()
    }

    async fn get(&self, path: &str) -> Value {
        self.send(path).await.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.client.post(self.url(path)).bearer_auth(&self.token).json(body);
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn order(&self, path: &str, body: &Value) -> Response {
        let url = format!("{}/{path}", self.server.orders_url());
        self.client.post(url).json(body).send().await.unwrap()
    }

    fn users(path: &str) -> String {
        format!("/userservice/management/v1/users/{path}")
    }

    /// Exports the people made in some days before now, and gives the job's path.
    async fn enqueue(&self, from: i64, to: i64) -> String {
        let date = |days: i64| {
            let second = (NOW - days * DAY) / 1000;
            time::OffsetDateTime::from_unix_timestamp(second)
                .unwrap()
                .format(&time::format_description::well_known::Rfc3339)
                .unwrap()
        };
        let fields: Vec<_> = FIELDS.split(',').collect();
        let filter = json!({"createdAt": {"startAt": date(from), "endAt": date(to)}});
        let request = json!({"fields": fields, "format": "CSV", "filter": filter});
        let created = self.post("/bulk/v1/leads/export/create.json", &request).await;
        assert_eq!(created["result"][0]["status"], "Created", "{created}");
        let job = format!("/bulk/v1/leads/export/{}", created["result"][0]["exportId"].as_str().unwrap());
        let queued = self.post(&format!("{job}/enqueue.json"), &json!({})).await;
        assert_eq!(queued["result"][0]["status"], "Queued", "{queued}");
        job
    }

    async fn status(&self, job: &str) -> Value {
        self.get(&format!("{job}/status.json")).await["result"][0].clone()
    }
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn r12_a_token_is_for_credentials_and_in_the_header_only() {
    let mut caller = Caller::start(10).await;
    let url = caller.token_url(PLATFORM_CLIENT_ID, PLATFORM_CLIENT_SECRET);
    let first: Value = caller.client.get(&url).send().await.unwrap().json().await.unwrap();
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("bearer"), &json!(3600)));
    assert!(first["scope"].as_str().unwrap().contains('@'));
    caller.clock.advance(MINUTE);
    let form = url.split_once('?').unwrap();
    let request = caller.client.post(form.0).header("content-type", "application/x-www-form-urlencoded");
    let second: Value = request.body(form.1.to_owned()).send().await.unwrap().json().await.unwrap();
    assert_eq!((&second["access_token"], &second["expires_in"]), (&first["access_token"], &json!(3540)));

    let wrong = caller.client.get(caller.token_url(PLATFORM_CLIENT_ID, "x")).send().await.unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let wrong: Value = wrong.json().await.unwrap();
    assert_eq!(wrong["error"], "unauthorized");

    let path = "/rest/v1/leads/describe2.json";
    let token = caller.token.clone();
    let in_query =
        caller.client.get(caller.url(&format!("{path}?access_token={token}"))).send().await.unwrap();
    let in_query: Value = in_query.json().await.unwrap();
    assert_eq!((code(&in_query), &in_query["success"]), ("600", &json!(false)));
    caller.clock.advance(MINUTE * 60);
    assert_eq!(code(&caller.get(path).await), "602");
    caller.token = "nothing".to_owned();
    assert_eq!(code(&caller.get(path).await), "601");
    caller.sign_in(NO_PERMISSION_CLIENT_ID, "anything").await;
    assert_eq!(code(&caller.get(path).await), "603");
    caller.munchkin = "000-BAD-000";
    assert_eq!(caller.send(path).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(caller.server.stats().tokens_issued, 3);
}

#[tokio::test]
async fn users_are_paged_and_some_are_administrators() {
    let mut caller = Caller::start(10).await;
    let refused = caller.send(&Caller::users("allusers.json")).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert_eq!(code(&refused.json().await.unwrap()), "603");

    caller.sign_in(PLATFORM_CLIENT_ID, PLATFORM_CLIENT_SECRET).await;
    assert_eq!(code(&caller.get("/rest/v1/leads/describe2.json").await), "603");
    assert_eq!(caller.get(&Caller::users("allusers.json")).await.as_array().unwrap().len(), 20);
    assert_eq!(caller.send(&Caller::users("allusers.json?pageSize=201")).await.status(), 400);
    let page = caller.get(&Caller::users("allusers.json?pageSize=50&pageOffset=40")).await;
    assert_eq!(page.as_array().unwrap().len(), 20);
    assert_eq!(page[19]["apiOnly"], true);

    let mut administrators = 0;
    for user in caller.get(&Caller::users("allusers.json?pageSize=200")).await.as_array().unwrap() {
        let path = Caller::users(&format!("{}/roles.json", user["userid"].as_str().unwrap()));
        let roles = caller.get(&path).await;
        let admin = |role: &Value| role["accessRoleId"] == 1 || role["accessRoleId"] == 110;
        administrators += u32::from(roles.as_array().unwrap().iter().any(admin));
    }
    assert_eq!(administrators, 15);

    let locked = caller.get(&Caller::users(&format!("{LOCKED_USER}/user.json"))).await;
    assert_eq!(locked["isLocked"], true);
    let pending = caller.get(&Caller::users(&format!("{PENDING_USER}/invite.json"))).await;
    assert_eq!(pending["status"], "pending");
    let missing = caller.send(&Caller::users(&format!("{PENDING_USER}/user.json"))).await;
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
    assert_eq!(caller.get(&Caller::users("workspaces.json")).await.as_array().unwrap().len(), 3);
    let roles = caller.get(&Caller::users("roles.json")).await;
    assert_eq!((&roles[0]["name"], &roles[0]["onlyAllZones"]), (&json!("Admin"), &json!(true)));
}

#[tokio::test]
async fn r12_calls_above_a_limit_are_refused_and_counted() {
    let caller = Caller::start(10).await;
    let path = "/rest/v1/leads/describe2.json";
    for _ in 0..100 {
        assert_eq!(caller.get(path).await["success"], true);
    }
    let refused = caller.get(path).await;
    assert_eq!((code(&refused), caller.server.stats().rate_violations), ("606", 1));
    assert!(refused["requestId"].as_str().unwrap().contains('#'));
    caller.clock.advance(Duration::from_secs(20));
    let usage = caller.get("/rest/v1/stats/usage.json").await;
    assert_eq!(usage["result"][0]["total"], 101);
    let errors = caller.get("/rest/v1/stats/errors.json").await;
    assert_eq!(errors["result"][0]["errors"], json!([{"errorCode": "606", "count": 1}]));
    caller.order("limits", &json!({"calls_per_day": 102})).await;
    assert_eq!((code(&caller.get(path).await), caller.server.stats().quota_violations), ("607", 1));
    assert_eq!(caller.server.stats().calls, 104);
}

#[tokio::test]
async fn r12_more_than_ten_calls_at_once_are_refused_and_counted() {
    let caller = Caller::start(10).await;
    // Longer than the test, so that the first answer is the refusal.
    caller.order("limits", &json!({"latency_ms": 3_600_000})).await;
    let mut calls = JoinSet::new();
    for _ in 0..11 {
        let path = caller.url("/rest/v1/leads/describe2.json");
        calls.spawn(caller.client.get(path).bearer_auth(&caller.token).send());
    }
    let first: Value = calls.join_next().await.unwrap().unwrap().unwrap().json().await.unwrap();
    let stats = caller.server.stats();
    assert_eq!((code(&first), stats.concurrency_violations, stats.max_concurrent), ("615", 1, 11));
}

#[tokio::test]
async fn an_export_is_queued_and_its_file_read_in_parts() {
    let caller = Caller::start(2_000).await;
    let job = caller.enqueue(31, 0).await;
    caller.clock.advance(MINUTE);
    assert_eq!(caller.status(&job).await["status"], "Processing");
    assert_eq!(caller.send(&format!("{job}/file.json")).await.status(), StatusCode::NOT_FOUND);
    caller.clock.advance(MINUTE);
    let done = caller.status(&job).await;
    assert_eq!(done["status"], "Completed");
    let size = done["fileSize"].as_u64().unwrap();
    assert_eq!(caller.server.stats().export_bytes, size);

    let path = format!("{job}/file.json");
    let whole = caller.send(&path).await.bytes().await.unwrap();
    assert_eq!(whole.len() as u64, size);
    let rows = std::str::from_utf8(&whole).unwrap().lines().count() as u64 - 1;
    assert_eq!(done["numberOfRecords"], rows);
    // 31 of the 580 days that people were made in.
    assert!((100..=110).contains(&rows), "{rows}");
    assert!(whole.starts_with(FIELDS.as_bytes()));
    let checksum: String = sha256(&whole);
    assert_eq!(done["fileChecksum"], format!("sha256:{checksum}"));

    let ranged = |range: &'static str| {
        let request = caller.client.get(caller.url(&path)).bearer_auth(&caller.token);
        request.header("range", range).send()
    };
    let part = ranged("bytes=10-1999").await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], format!("bytes 10-1999/{size}"));
    assert_eq!(part.bytes().await.unwrap(), whole[10..2000]);
    assert_eq!(ranged("bytes=9999999-").await.unwrap().status(), StatusCode::RANGE_NOT_SATISFIABLE);

    caller.order("faults", &json!({"cut_after": 500, "path_contains": "file.json"})).await;
    assert!(caller.send(&path).await.bytes().await.is_err());
    assert_eq!(caller.send(&path).await.bytes().await.unwrap(), whole);
    let cancelled = caller.post(&format!("{job}/cancel.json"), &json!({})).await;
    assert_eq!(code(&cancelled), "1029");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn nineteen_windows_of_31_days_hold_everybody() {
    let caller = Caller::start(5_000).await;
    let mut jobs = Vec::new();
    let mut people = 0;
    for window in 0..19 {
        // The ends of windows belong to both.
        jobs.push(caller.enqueue((window + 1) * 31, window * 31).await);
        if jobs.len() == 10 || window == 18 {
            caller.clock.advance(MINUTE * 6);
            for job in jobs.drain(..) {
                people += caller.status(&job).await["numberOfRecords"].as_u64().unwrap();
            }
        }
    }
    assert!((5_000..5_019).contains(&people), "{people}");
    let stats = caller.server.stats();
    assert_eq!((stats.rate_violations, stats.quota_violations), (0, 0));
}

#[tokio::test]
async fn some_subscriptions_lack_the_updated_at_filter() {
    let mut caller = Caller::start(10).await;
    let range = json!({"startAt": "2026-01-01T00:00:00Z", "endAt": "2026-01-31T00:00:00Z"});
    let request = json!({"fields": ["id"], "filter": {"updatedAt": range}});
    let path = "/bulk/v1/leads/export/create.json";
    assert_eq!(caller.post(path, &request).await["success"], true);
    caller.munchkin = Nature::WithoutUpdatedAt.munchkin_id();
    assert_eq!(code(&caller.post(path, &request).await), "601");
    caller.sign_in(INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET).await;
    assert_eq!(code(&caller.post(path, &request).await), "1035");
    let unknown = json!({"fields": ["shoeSize"], "filter": {"createdAt": range}});
    assert_eq!(code(&caller.post(path, &unknown).await), "1003");
}

#[tokio::test]
async fn people_are_looked_up_by_id_and_address() {
    let caller = Caller::start(400).await;
    let ids: Vec<_> = (100_001..=100_300).map(|id: u32| id.to_string()).collect();
    let path = format!("/rest/v1/leads.json?filterType=id&filterValues={}&batchSize=200", ids.join(","));
    let first = caller.get(&path).await;
    assert_eq!(first["result"].as_array().unwrap().len(), 200);
    let second =
        caller.get(&format!("{path}&nextPageToken={}", first["nextPageToken"].as_str().unwrap())).await;
    assert_eq!(second["result"].as_array().unwrap().len(), 100);
    assert_eq!((&second["nextPageToken"], &second["result"][0]["id"]), (&Value::Null, &json!(100_201)));

    let email = first["result"][1]["email"].as_str().unwrap().to_uppercase();
    let by_email = format!("/rest/v1/leads.json?filterType=email&filterValues={email}&fields={FIELDS}");
    let found = caller.get(&by_email).await;
    assert_eq!(found["result"][0]["id"], 100_002);
    assert!(found["result"][0].get("company").is_some());
    assert_eq!(code(&caller.get("/rest/v1/leads.json?filterType=shoe&filterValues=1").await), "1003");

    let described = caller.get("/rest/v1/leads/describe2.json").await;
    assert_eq!(described["result"][0]["fields"][3]["dataType"], "email");
}

#[tokio::test]
async fn what_is_not_in_the_contract_is_noted() {
    let caller = Caller::start(10).await;
    caller.get("/rest/v1/leads/describe2.json").await;
    assert!(caller.server.differences().is_empty());
    caller.get("/rest/v1/leads/describe2.json?shoe=1").await;
    let differences = caller.server.differences();
    let noted: Vec<_> = differences.iter().map(String::as_str).collect();
    assert_eq!(noted, ["GET /rest/v1/leads/describe2.json: the parameter shoe is not in the contract"]);
}

#[tokio::test]
async fn a_lookup_that_matches_too_many_people_is_refused() {
    let owners: Vec<_> = (1..=OWNERS).map(|owner| salesforce_id("005", owner)).collect();
    let path = "/rest/v1/leads.json?filterType=sfdcLeadOwnerId&fields=id&batchSize=1";
    let path = format!("{path}&filterValues={}", owners.join(","));
    // The numbers of the people who have an owner.
    let owned: Vec<_> = (1..).zip(People::new(4_000, NOW).iter()).collect();
    let owned: Vec<u32> = owned.iter().filter(|(_, one)| one.owner().is_some()).map(|(n, _)| *n).collect();
    for (people, is_refused) in [(owned[999], false), (owned[1_000], true)] {
        let caller = Caller::start(people).await;
        let answer = caller.get(&path).await;
        assert_eq!(answer["success"] == false && code(&answer) == "1003", is_refused, "{answer}");
    }
}

#[tokio::test]
async fn changes_are_told_page_by_page() {
    let caller = Caller::start(1_000).await;
    let since = caller.get("/rest/v1/activities/pagingtoken.json?sinceDatetime=2026-01-01T00:00:00Z").await;
    let token = since["nextPageToken"].as_str().unwrap().to_owned();
    let changes = |token: &str, fields: &str| {
        format!("/rest/v1/activities/leadchanges.json?nextPageToken={token}&fields={fields}")
    };
    let nothing = caller.get(&changes(&token, "phone")).await;
    assert_eq!((&nothing["result"], &nothing["moreResult"]), (&json!([]), &json!(false)));

    caller.clock.advance(MINUTE);
    caller.order("people/change", &json!({"range": [1, 350], "field": "phone", "value": "+1 555"})).await;
    caller.order("people/change", &json!({"n": 5, "field": "title", "value": null})).await;
    caller.order("people/create", &json!({"count": 2})).await;
    caller.order("people/delete", &json!({"n": 9})).await;

    let first = caller.get(&changes(&token, "phone")).await;
    assert_eq!((first["result"].as_array().unwrap().len(), &first["moreResult"]), (300, &json!(true)));
    let change = &first["result"][0];
    assert_eq!((&change["leadId"], &change["activityTypeId"]), (&json!(100_001), &json!(13)));
    assert_eq!(
        (&change["fields"][0]["name"], &change["fields"][0]["newValue"]),
        (&json!("phone"), &json!("+1 555"))
    );
    let next = first["nextPageToken"].as_str().unwrap();
    let second = caller.get(&changes(next, "phone")).await;
    // 50 changes, and two people who are new; the title was not asked for.
    assert_eq!((second["result"].as_array().unwrap().len(), &second["moreResult"]), (52, &json!(false)));
    assert_eq!(
        (&second["result"][51]["activityTypeId"], &second["result"][51]["leadId"]),
        (&json!(12), &json!(101_002))
    );
    let deleted = caller.get(&format!("/rest/v1/activities/deletedleads.json?nextPageToken={next}")).await;
    assert_eq!(
        (deleted["result"].as_array().unwrap().len(), &deleted["result"][0]["leadId"]),
        (1, &json!(100_009))
    );

    let people = "/rest/v1/leads.json?filterType=id&filterValues=100005,100009,101002&fields=id,phone,title";
    let people = caller.get(people).await;
    assert_eq!(people["result"].as_array().unwrap().len(), 2);
    assert_eq!(people["result"][0], json!({"id": 100_005, "phone": "+1 555", "title": null}));
    assert_eq!(caller.order("people/delete", &json!({"n": 5_000})).await.status(), 400);
}

#[tokio::test]
async fn failures_come_as_ordered() {
    let mut caller = Caller::start(10).await;
    let path = "/rest/v1/leads/describe2.json";
    caller.order("faults", &json!({"code": 713, "times": 2, "skip": 1, "path_contains": "describe2"})).await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(code(&caller.get(path).await).to_owned());
    }
    assert_eq!(codes, ["", "713", "713", ""]);
    caller.order("faults", &json!({"code": 502})).await;
    assert_eq!(caller.send(path).await.status(), StatusCode::BAD_GATEWAY);
    caller.order("tokens/expire", &json!({})).await;
    assert_eq!(code(&caller.get(path).await), "602");
    caller.sign_in(INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET).await;
    assert_eq!(caller.get(path).await["success"], true);
    assert_eq!(caller.server.stats().rate_violations, 0);
}

#[tokio::test]
async fn exports_and_changes_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let caller = Caller::start_in(1_000, Some(folder.path())).await;
    let job = caller.enqueue(20, 0).await;
    caller.clock.advance(MINUTE * 2);
    let done = caller.status(&job).await;
    // What comes after the export is not in its file.
    caller.order("people/change", &json!({"range": [900, 1000], "field": "company", "value": "New"})).await;
    drop(caller);

    let caller = Caller::start_in(1_000, Some(folder.path())).await;
    assert_eq!(caller.status(&job).await, done);
    let file = caller.send(&format!("{job}/file.json")).await.bytes().await.unwrap();
    assert_eq!(done["fileChecksum"], format!("sha256:{}", sha256(&file)));
    let people = "/rest/v1/leads.json?filterType=id&filterValues=101000&fields=company";
    assert_eq!(caller.get(people).await["result"][0]["company"], "New");
}
