//! R1: a request with an idempotency key is carried out once.

use api_types::{
    Batch, BatchRetry, BatchRow, List, MailDraft, MarketoAdmin, MemberAction, MemberChangeBatch,
    MemberChangeBatchId, MemberChangeState, ProblemCode, SyncRun, WebhookWithSecret, headers, paths,
};
use reqwest::Method;
use serde_json::{Value, json};
use server::all_endpoints;
use server::endpoints::{Endpoint, Key};

use crate::field_sync;
use crate::harness::{ADMIN, Client, Server, csv, key, row, send};
use crate::marketo::{good, pasted};
use crate::member_changes::to_teams;

/// Why a changing endpoint takes no key. Endpoints that are not listed here take one.
enum Exempt {
    /// It sets a state: a repetition sets the same state.
    SetsState,
    /// It only queries a service, and changes no more than the stored result.
    Asks,
    /// Its response is a secret, a session or a link, and must not be stored.
    TellsSecret,
    /// There is no user yet to whom the key could belong.
    KnowsNobody,
}

fn exemption(endpoint: &Endpoint) -> Option<Exempt> {
    use paths::template;
    match (&endpoint.method, endpoint.path.as_str()) {
        (&Method::PUT | &Method::PATCH | &Method::DELETE, _) => Some(Exempt::SetsState),
        (_, template::USER_DEACTIVATE | template::USER_REACTIVATE) => Some(Exempt::SetsState),
        // People are added and removed by name.
        (_, template::TEAM_MEMBERS | paths::MARKETO_ACCESS) => Some(Exempt::SetsState),
        (_, paths::ACTIVATION_INSPECT | paths::INVITATION_PREVIEW) => Some(Exempt::Asks),
        (_, paths::MARKETO_CHECK | paths::SALESFORCE_CHECK | paths::SALESFORCE_SETUP_CHECK) => {
            Some(Exempt::Asks)
        }
        (_, paths::FIELD_SYNC_PREVIEW | paths::SETUP_GUIDE_CHECK | paths::DIAGNOSTICS_SERVICES) => {
            Some(Exempt::Asks)
        }
        // A file of any size is not stored; asked for again, it is noted again.
        (_, paths::AUDIT_EXPORT) => Some(Exempt::Asks),
        (_, paths::SESSION | paths::SESSION_TOKENS | paths::SESSION_TOKENS_REFRESH) => {
            Some(Exempt::TellsSecret)
        }
        (_, paths::ACTIVATION_ACCEPT | paths::SALESFORCE_FLOWS) => Some(Exempt::TellsSecret),
        (_, paths::API_KEYS | paths::EMBED_SESSIONS) => Some(Exempt::TellsSecret),
        (_, paths::WEBHOOKS | template::WEBHOOK_SECRET) => Some(Exempt::TellsSecret),
        // What waits already is not sent twice.
        (_, template::WEBHOOK_REPLAY) => Some(Exempt::SetsState),
        (_, paths::SALESFORCE_SIGN_INS | paths::INTEGRATION_REVEAL | template::INVITATION_LINK) => {
            Some(Exempt::TellsSecret)
        }
        // A code is sent once in a minute.
        (_, paths::SESSION_PROOF | paths::SESSION_PROOF_CODE) => Some(Exempt::TellsSecret),
        // A ceremony works once.
        (_, paths::SESSION_PASSKEY | paths::SESSION_PROOF_PASSKEY | paths::PASSKEY_CEREMONY) => {
            Some(Exempt::TellsSecret)
        }
        (_, paths::PASSKEYS | paths::AUTHENTICATOR_APP | paths::RECOVERY_CODES) => Some(Exempt::TellsSecret),
        (_, paths::SESSION_PROOF_SALESFORCE) => Some(Exempt::TellsSecret),
        (_, paths::PASSWORD_RESETS | paths::CSP_REPORTS) => Some(Exempt::KnowsNobody),
        _ => None,
    }
}

#[test]
fn r1_every_changing_endpoint_takes_a_key_or_is_exempt_by_its_nature() {
    let changing = || all_endpoints().into_iter().filter(|endpoint| endpoint.method != Method::GET);
    assert!(changing().count() > 50);
    for endpoint in changing() {
        let takes_one = endpoint.rules.key == Key::Required;
        let named = format!("{} {}", endpoint.method, endpoint.path);
        assert_ne!(takes_one, exemption(&endpoint).is_some(), "{named}: a key, or a reason for none");
    }
}

/// A request that can succeed now, and another one that is not the same.
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) body: Value,
    /// `None` where all requests of its kind are the same.
    other: Option<(String, Value)>,
}

impl Request {
    fn new(path: &str, body: Value, other: Value) -> Self {
        Self { path: path.to_owned(), body, other: Some((path.to_owned(), other)) }
    }

    /// Without a body: the other request is about another resource.
    fn about(template: &str, id: &str) -> Self {
        const OTHER: &str = "00000000-0000-7000-8000-000000000000";
        let fill = |id: &str| template.replace("{id}", id);
        Self { path: fill(id), body: Value::Null, other: Some((fill(OTHER), Value::Null)) }
    }
}

/// Whatever a request needs before it can succeed is done here.
pub(crate) async fn prepare(admin: &Client, path: &str) -> Request {
    use paths::template;
    let people = |expected: u32| json!({"source": "csv", "expected_rows": expected});
    let filled = async || {
        let batch = admin.open_batch(&csv(1)).await;
        admin.add(&batch.id, 0, &[row(2, &format!("{}@example.com", key()))]).await;
        batch.id
    };
    let sent = async || admin.invite(&[row(2, &format!("{}@example.com", key()))]).await.id;
    let invitation = async || {
        let rows: List<BatchRow> = admin.get(&paths::batch_rows(&sent().await)).await.json();
        rows.items[0].invitation.clone().expect("an invitation").id
    };
    let run = async || admin.once(paths::FIELD_SYNC_RUNS, &()).await.json::<SyncRun>().id;
    let compared =
        async |team: &str| admin.compare(MemberAction::Update, &[to_teams(2, ADMIN, &[team])], 1).await.0;
    match path {
        paths::MEMBER_CHANGES => {
            let batch = |rows: u32| json!({"action": "update", "expected_rows": rows});
            Request::new(path, batch(1), batch(2))
        }
        template::MEMBER_CHANGE_CHUNKS => {
            let batch = json!({"action": "update", "expected_rows": 1});
            let batch: MemberChangeBatch = admin.once(paths::MEMBER_CHANGES, &batch).await.json();
            let chunk = |team: &str| json!({"index": 0, "rows": [to_teams(2, ADMIN, &[team])]});
            Request::new(&paths::member_change_chunks(&batch.id), chunk("EMEA Sales"), chunk("Everyone"))
        }
        template::MEMBER_CHANGE_APPLY => Request::about(path, &compared("EMEA Sales").await.id.0),
        template::MEMBER_CHANGE_CANCEL => Request::about(path, &compared("EMEA Sales").await.id.0),
        template::MEMBER_CHANGE_UNDO => {
            Request::about(path, &admin.applied(&compared("Inside Sales").await).await.id.0)
        }
        paths::TEAMS => Request::new(path, json!({"name": "Nordics"}), json!({"name": "Baltics"})),
        paths::BATCHES => Request::new(path, people(1), people(2)),
        template::BATCH_CHUNKS => {
            let path = paths::batch_chunks(&admin.open_batch(&csv(1)).await.id);
            let chunk = |email: &str| json!({"index": 0, "rows": [row(2, email)]});
            Request::new(&path, chunk("ana@example.com"), chunk("bob@example.com"))
        }
        template::BATCH_SEAL => Request::about(path, &filled().await.0),
        template::BATCH_CANCEL => Request::about(path, &filled().await.0),
        template::BATCH_REVOKE => Request::about(path, &sent().await.0),
        template::BATCH_RETRY => {
            let again = |include_unknown| json!(BatchRetry { include_unknown });
            Request::new(&paths::batch_retry(&sent().await), again(false), again(true))
        }
        paths::INVITATION_TEST_MAIL => {
            let draft = |expires_in_days| json!(MailDraft { expires_in_days, ..MailDraft::default() });
            Request::new(path, draft(7), draft(8))
        }
        template::INVITATION_RESEND => {
            let path = paths::invitation_resend(&invitation().await);
            Request::new(&path, json!({}), json!({"email": "eva@example.com"}))
        }
        template::INVITATION_REVOKE => Request::about(path, &invitation().await.0),
        paths::MARKETO_ADMIN_INVITES => {
            let found: List<MarketoAdmin> = admin.get(paths::MARKETO_ADMINS).await.json();
            let invite = |at: usize| json!({"id": found.items[at].id, "language": "en"});
            Request::new(path, invite(0), invite(1))
        }
        paths::MARKETO => {
            admin.delete(paths::MARKETO).await;
            Request::new(path, json!(good()), json!(pasted("999-AAA-999", "other", "secret")))
        }
        template::WEBHOOK_TEST => {
            let url = format!("https://hooks.invalid/{}", key());
            let wanted = json!({"url": url, "types": ["invitation.sent"]});
            let added: WebhookWithSecret = admin.post(paths::WEBHOOKS, &wanted).await.json();
            Request::about(path, &added.webhook.id.0)
        }
        paths::FIELD_SYNC_RUNS | paths::MAIL_RETRY => {
            Request { path: path.to_owned(), body: Value::Null, other: None }
        }
        template::SYNC_RUN_PAUSE | template::SYNC_RUN_CANCEL => Request::about(path, &run().await.0),
        template::SYNC_RUN_RESUME => {
            let id = run().await;
            assert_eq!(admin.once(&paths::sync_run_pause(&id), &()).await.status, 200);
            Request::about(path, &id.0)
        }
        other => panic!("{other}: say here what it needs"),
    }
}

/// Waits until the server has done what such a request began.
pub(crate) async fn settle(admin: &Client, path: &str) {
    if let Some(batch) = path.strip_prefix(paths::MEMBER_CHANGES).and_then(|rest| rest.split('/').nth(1)) {
        let path = paths::member_change(&MemberChangeBatchId(batch.to_owned()));
        let is_moving = |state| matches!(state, MemberChangeState::Applying | MemberChangeState::Undoing);
        while is_moving(admin.get(&path).await.json::<MemberChangeBatch>().state) {}
    }
}

/// No run is left to conflict with the next request.
pub(crate) async fn clear_away(admin: &Client) {
    let runs: List<SyncRun> = admin.get(paths::FIELD_SYNC_RUNS).await.json();
    for run in runs.items.iter().filter(|run| run.ended_at.is_none()) {
        admin.once(&paths::sync_run_cancel(&run.id), &()).await;
        while admin.get(&paths::sync_run(&run.id)).await.json::<SyncRun>().ended_at.is_none() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn r1_every_keyed_endpoint_of_the_table_does_its_work_once_per_key() {
    let (_server, admin) = field_sync::server_of(|config| config.sandbox.people = 2_500).await;
    for endpoint in all_endpoints().iter().filter(|endpoint| endpoint.rules.key == Key::Required) {
        let named = endpoint.path.as_str();
        let Request { path, body, other } = prepare(&admin, named).await;
        let without = admin.post(&path, &body).await;
        assert_eq!(
            (without.status.as_u16(), without.code()),
            (400, ProblemCode::IdempotencyKeyMissing),
            "{named}"
        );
        let key = key();
        let first = admin.keyed(&key, &path, &body).await;
        assert!(first.status.is_success(), "{named}: {}", first.text());
        assert_eq!(first.header(headers::IDEMPOTENCY_REPLAYED), None, "{named}");
        let second = admin.keyed(&key, &path, &body).await;
        assert_eq!((second.status, &second.body), (first.status, &first.body), "{named}");
        assert_eq!(second.header("location"), first.header("location"), "{named}");
        assert_eq!(second.header(headers::IDEMPOTENCY_REPLAYED), Some("true"), "{named}");
        if let Some((path, body)) = other {
            let conflict = admin.keyed(&key, &path, &body).await;
            assert_eq!(conflict.status, 422, "{named}: {}", conflict.text());
            assert_eq!(conflict.code(), ProblemCode::IdempotencyKeyReused, "{named}");
        }
        clear_away(&admin).await;
    }
}

#[tokio::test]
async fn r1_what_is_repeated_has_one_effect() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "ana@example.com")]).await;
    let rows: List<BatchRow> = admin.get(&paths::batch_rows(&batch.id)).await.json();
    let path = paths::invitation_resend(&rows.items[0].invitation.clone().unwrap().id);
    let again = key();
    for _ in 0..2 {
        assert_eq!(admin.keyed(&again, &path, &json!({})).await.status, 200);
    }
    admin.settled(&batch.id).await;
    assert_eq!(admin.mails_to("ana@example.com", 2).await.len(), 2, "two sends, not three");
    let listed: List<Batch> = admin.get(paths::BATCHES).await.json();
    assert_eq!(listed.meta.total, 1);
}

#[tokio::test]
async fn r1_the_key_must_be_there_be_a_uuid_and_name_one_request() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"source": "csv", "expected_rows": 1});
    assert_eq!(admin.post(paths::BATCHES, &body).await.code(), ProblemCode::IdempotencyKeyMissing);
    for key in ["not a uuid", "00000000-0000-0000-0000-000000000000", "c232ab00-9414-11ec-b3c8-9f6bdeced846"]
    {
        let refused = admin.keyed(key, paths::BATCHES, &body).await;
        assert_eq!(refused.code(), ProblemCode::IdempotencyKeyMissing, "{key} is not of version 4 or 7");
    }
    let key = key();
    let first: Batch = admin.keyed(&key, paths::BATCHES, &body).await.json();
    let spaced = admin
        .request(Method::POST, paths::BATCHES)
        .header(headers::IDEMPOTENCY_KEY, &key)
        .header("content-type", "application/json")
        .body("{ \"expected_rows\": 1,\n \"source\": \"csv\" }");
    let again: Batch = send(spaced).await.json();
    assert_eq!(again.id, first.id, "spaces and the order of fields say nothing");
    let other = json!({"source": "csv", "expected_rows": 2});
    assert_eq!(admin.keyed(&key, paths::BATCHES, &other).await.code(), ProblemCode::IdempotencyKeyReused);
    let elsewhere = admin.keyed(&key, &paths::batch_cancel(&first.id), &()).await;
    assert_eq!(elsewhere.status, 200, "on another route it is another key");
}

#[tokio::test]
async fn options_may_be_left_out_altogether() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.invite(&[row(2, "bounce@example.com")]).await;
    let path = paths::batch_retry(&batch.id);
    let request = admin.request(Method::POST, &path).header(headers::IDEMPOTENCY_KEY, key());
    assert_eq!(send(request).await.status, 200);
}

#[tokio::test]
async fn r1_a_key_is_its_owners_and_is_kept_for_a_week() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    let body = json!({"source": "csv", "expected_rows": 1});
    let key = key();
    let first: Batch = admin.keyed(&key, paths::BATCHES, &body).await.json();

    let mut second_admin = row(2, "ana@example.com");
    second_admin.role = Some("admin".to_owned());
    admin.invite(&[second_admin]).await;
    let mut ana = server.anyone();
    ana.activate(&admin.mail_to("ana@example.com").await.link()).await;
    let hers: Batch = ana.keyed(&key, paths::BATCHES, &body).await.json();
    assert_ne!(hers.id, first.id);

    server.clock.advance(std::time::Duration::from_secs(6 * 24 * 3600));
    server.restart().await;
    let again: Batch = server.admin().await.keyed(&key, paths::BATCHES, &body).await.json();
    assert_eq!(again.id, first.id);
}

#[tokio::test]
async fn r1_two_requests_at_once_have_one_effect() {
    let server = Server::start_with(|config| config.account.seats = Some(1_000)).await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(500)).await;
    let rows: Vec<_> = (0..500).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let body = json!({"index": 0, "rows": rows});
    let key = key();
    let request = || {
        let path = paths::batch_chunks(&batch.id);
        send(admin.request(Method::POST, &path).header(headers::IDEMPOTENCY_KEY, &key).json(&body))
    };
    let (one, two) = tokio::join!(request(), request());
    for answer in [one, two] {
        assert!(
            answer.status == 200 || answer.code() == ProblemCode::IdempotencyInProgress,
            "{}: {}",
            answer.status,
            answer.text()
        );
    }
    assert_eq!(admin.batch(&batch.id).await.verdicts.ready, 500);
}

#[tokio::test]
async fn r1_a_request_that_failed_can_be_repeated_under_its_key() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let key = key();
    let path = paths::batch_seal(&batch.id);
    assert_eq!(admin.keyed(&key, &path, &()).await.code(), ProblemCode::RowsMissing);
    admin.add(&batch.id, 0, &[row(2, "ana@example.com")]).await;
    assert_eq!(admin.keyed(&key, &path, &()).await.status, 202);
}
