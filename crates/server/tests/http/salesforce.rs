//! Connections to Salesforce: storing, refreshing, checking, ending them.

use std::time::Duration;

use api_types::{
    AuditAction, AuditEvent, ConnectionFailure, EmailActivity, FlowState, List, ProblemCode, RecentError,
    Role, SalesforceConnection, SalesforceConnections, SalesforceEnvironment, SalesforceSyncSettings,
    TaskSync, paths,
};
use futures_util::future::join_all;
use serde_json::json;

use crate::harness::{ADMIN, Client, Server};
use crate::long_lists::database;
use crate::postgres::is_not_for;
use crate::salesforce_browser::{Browser, Salesforce};

/// Texts by which the stand-in's tokens and secret are recognised.
const MARKS: [&str; 3] = ["5Aep861", "!AQ", sandbox::salesforce::CLIENT_SECRET];

async fn own(client: &Client) -> Option<SalesforceConnection> {
    client.get(paths::SALESFORCE).await.json::<SalesforceConnections>().own
}

async fn checked(client: &Client) -> Option<ConnectionFailure> {
    let connections: SalesforceConnections = client.post(paths::SALESFORCE_CHECK, &json!({})).await.json();
    connections.own.expect("a connection").last_check.failure
}

async fn audited(client: &Client, action: AuditAction) -> Vec<AuditEvent> {
    let path = format!("{}?action={}", paths::AUDIT_EVENTS, action.as_str());
    client.get(&path).await.json::<List<AuditEvent>>().items
}

#[tokio::test]
async fn s2_a_connection_tells_of_its_org_and_belongs_to_one_person() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.member("ana@example.com").await;
    assert_eq!(own(&admin).await, None);
    assert_eq!(admin.connect_salesforce(&server, ADMIN).await.state, FlowState::Completed);

    let connection = own(&admin).await.unwrap();
    assert_eq!((connection.org_name.as_str(), connection.username.as_str()), ("Example Corp", ADMIN));
    assert!(connection.org_id.starts_with("00D") && connection.instance_url.starts_with("http://localhost:"));
    assert!(connection.scopes.iter().any(|scope| scope == "refresh_token"));
    assert!(connection.last_check.passed());
    assert_eq!(connection.owner.email, ADMIN);
    let events = audited(&admin, AuditAction::SalesforceConnected).await;
    assert_eq!(events.len(), 1);
    assert!(events[0].subject.contains(&connection.org_id), "{events:?}");

    let seen: SalesforceConnections = member.get(paths::SALESFORCE).await.json();
    assert_eq!(seen, SalesforceConnections::default(), "nobody but administrators sees others'");
    member.connect_salesforce(&server, "ana@example.com").await;
    let seen: SalesforceConnections = admin.get(paths::SALESFORCE).await.json();
    assert!(seen.own.is_some() && seen.others.is_empty(), "a member's is nobody's business");
}

#[tokio::test]
async fn a9_tokens_are_sealed_at_rest_and_in_no_answer() {
    if is_not_for("it looks into the database's file") {
        return;
    }
    let mut server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    Salesforce::of(&server).order(json!({"order": "expire_access_tokens"})).await;
    assert_eq!(checked(&admin).await, None);
    for path in [paths::SALESFORCE, paths::SALESFORCE_SETUP, paths::AUDIT_EVENTS, paths::SESSION] {
        let text = admin.get(path).await.text();
        assert!(MARKS.iter().all(|mark| !text.contains(mark)), "{path}: {text}");
    }
    let scan = |name: &str| {
        let bytes = std::fs::read(server.data().join(name)).unwrap_or_default();
        let found = MARKS.iter().find(|mark| bytes.windows(mark.len()).any(|part| part == mark.as_bytes()));
        assert_eq!(found, None, "{name}");
        bytes.len()
    };
    let sizes = ["msi.sqlite3", "msi.sqlite3-wal"].map(scan);
    assert!(sizes.iter().any(|size| *size > 0));
    server.stop().await;
    let bytes = std::fs::read(server.data().join("msi.sqlite3")).unwrap();
    assert!(MARKS.iter().all(|mark| !bytes.windows(mark.len()).any(|part| part == mark.as_bytes())));
}

#[tokio::test]
async fn s2_a_rotated_refresh_token_is_kept_before_it_is_needed() {
    let mut server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    for _ in 0..3 {
        salesforce.order(json!({"order": "expire_access_tokens"})).await;
        assert_eq!(checked(&admin).await, None);
    }
    let stats = salesforce.stats().await;
    assert_eq!((stats.refreshes, stats.refresh_replays), (3, 0));
    server.restart().await;
    let salesforce = Salesforce::of(&server);
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    assert_eq!(checked(&admin.at(&server.base)).await, None, "also after a restart");
    assert_eq!(salesforce.stats().await.refresh_replays, 0);
}

#[tokio::test]
async fn s2_r21_a_rotated_refresh_token_is_stored_as_soon_as_the_database_takes_it() {
    if is_not_for("its triggers are written otherwise") {
        return;
    }
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    let mut database = database(&server).await;
    let refuse = "CREATE TRIGGER full BEFORE UPDATE OF access_token ON salesforce_connections
                  BEGIN SELECT RAISE(ABORT, 'no room'); END";
    sqlx::raw_sql(refuse).execute(&mut database).await.unwrap();
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    let make_room = async {
        while salesforce.stats().await.refreshes == 0 {}
        // The server has written in between, or tried to.
        for name in ["One", "Two"] {
            assert_eq!(admin.once(paths::TEAMS, &json!({"name": name})).await.status, 201);
        }
        sqlx::raw_sql("DROP TRIGGER full").execute(&mut database).await.unwrap();
    };
    let (failure, ()) = tokio::join!(checked(&admin), make_room);
    assert_eq!(failure, None);
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    assert_eq!(checked(&admin).await, None);
    assert_eq!(salesforce.stats().await.refresh_replays, 0);
}

#[tokio::test]
async fn s2_requests_at_once_refresh_once() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    let failures = join_all((0..8).map(|_| checked(&admin))).await;
    assert!(failures.iter().all(Option::is_none), "{failures:?}");
    let stats = salesforce.stats().await;
    assert_eq!((stats.refreshes, stats.refresh_replays), (1, 0));
}

#[tokio::test]
async fn s2_what_salesforce_says_of_a_connection_is_told() {
    use ConnectionFailure as Failure;
    let server = Server::start().await;
    let admin = server.admin().await;
    for (user, failure, code) in [
        ("noapi", Failure::ApiNotEnabled, "API_CURRENTLY_DISABLED"),
        ("noapiorg", Failure::ApiNotEnabled, "API_DISABLED_FOR_ORG"),
        ("maintenance", Failure::Maintenance, "SERVER_UNAVAILABLE"),
        ("oldapi", Failure::ApiRetired, "410"),
    ] {
        let flow = admin.connect_salesforce(&server, &format!("{user}@example.com")).await;
        assert_eq!(flow.state, FlowState::Completed, "{user}");
        let connection = own(&admin).await.unwrap();
        assert_eq!(connection.last_check.failure, Some(failure), "{user}");
        assert_eq!(connection.org_name, connection.org_id, "the name is not known yet");
        let errors: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
        assert_eq!(errors.items[0].code, code);
    }
    admin.connect_salesforce(&server, "revoked@example.com").await;
    assert_eq!(own(&admin).await.unwrap().last_check.failure, None);
    assert_eq!(checked(&admin).await, Some(Failure::ExpiredAccess));
    let errors: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert_eq!(errors.items[0].code, "EXPIRED_ACCESS");

    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    for (code, failure) in [
        ("REQUEST_LIMIT_EXCEEDED", Failure::RequestLimitExceeded),
        ("INACTIVE_USER", Failure::InactiveUser),
        ("INACTIVE_ORGANIZATION", Failure::InactiveOrganization),
        ("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", Failure::Maintenance),
        ("QUERY_TIMEOUT", Failure::Unexpected),
    ] {
        salesforce.order(json!({"order": "fail", "code": code, "calls": 1})).await;
        assert_eq!(checked(&admin).await, Some(failure), "{code}");
        assert_eq!(checked(&admin).await, None, "{code} passes");
    }
}

#[tokio::test]
async fn s2_connections_are_tried_by_themselves() {
    let mut server =
        Server::start_with(|config| config.requests_per_second = 1_000_000.try_into().unwrap()).await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    Salesforce::of(&server).order(json!({"order": "revoke"})).await;
    server.clock.advance(Duration::from_secs(15 * 60));
    server.restart().await;
    let admin = admin.at(&server.base);
    loop {
        if own(&admin).await.unwrap().last_check.failure == Some(ConnectionFailure::ExpiredAccess) {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a16_disconnecting_ends_a_connection_on_both_sides() {
    let server = Server::start().await;
    let admin = server.admin().await;
    assert_eq!(admin.delete(paths::SALESFORCE).await.code(), ProblemCode::NotConnected);
    assert_eq!(admin.post(paths::SALESFORCE_CHECK, &json!({})).await.code(), ProblemCode::NotConnected);
    admin.connect_salesforce(&server, ADMIN).await;
    let salesforce = Salesforce::of(&server);
    assert_eq!(admin.delete(paths::SALESFORCE).await.status, 204);
    assert_eq!(salesforce.stats().await.revocations, 1);
    assert_eq!(own(&admin).await, None);
    assert_eq!(audited(&admin, AuditAction::SalesforceDisconnected).await.len(), 1);

    admin.connect_salesforce(&server, ADMIN).await;
    admin.connect_salesforce(&server, "somebody.else@example.com").await;
    assert_eq!(salesforce.stats().await.revocations, 2, "a new connection lets go of the one before");
    assert_eq!(own(&admin).await.unwrap().username, "somebody.else@example.com");
}

#[tokio::test]
async fn whoever_is_removed_leaves_no_access_behind() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.member("ana@example.com").await;
    member.connect_salesforce(&server, "ana@example.com").await;
    let found: List<api_types::User> = admin.get("/users?search=ana@example.com").await.json();
    assert_eq!(admin.delete(&paths::user(&found.items[0].id)).await.status, 204);
    assert_eq!(Salesforce::of(&server).stats().await.revocations, 1);
}

#[tokio::test]
async fn whoever_leaves_while_they_connect_leaves_no_access_behind() {
    if is_not_for("a trigger there is a function") {
        return;
    }
    let server = Server::start().await;
    let member = server.member("ana@example.com").await;
    // Once the answer is taken, and before the connection is stored.
    let left = "CREATE TRIGGER left AFTER UPDATE OF answered_at ON flows BEGIN
                  UPDATE users SET status = 'deactivated' WHERE email = 'ana@example.com';
                END";
    sqlx::query(left).execute(&mut database(&server).await).await.unwrap();
    let flow = member.begin_connecting(SalesforceEnvironment::Salesforce).await;
    Browser::of(&server, &member).through(&flow, "ana@example.com").await;
    assert_eq!(Salesforce::of(&server).stats().await.revocations, 1);
    assert_eq!(server.audited(AuditAction::SalesforceConnected).await, []);
}

#[tokio::test]
async fn a14_administrators_see_and_try_each_others_connections() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let member = server.member("ana@example.com").await;
    member.connect_salesforce(&server, "ana@example.com").await;
    let found: List<api_types::User> = admin.get("/users?search=ana@example.com").await.json();
    let change = admin.request(reqwest::Method::PATCH, &paths::user(&found.items[0].id));
    let change = change.header("if-match", "*").json(&json!({"role": Role::Admin}));
    assert_eq!(crate::harness::send(change).await.status, 200);
    let seen: SalesforceConnections = admin.post(paths::SALESFORCE_CHECK, &json!({})).await.json();
    assert_eq!((seen.own, seen.others.len()), (None, 1));
    assert_eq!(seen.others[0].owner.email, "ana@example.com");
}

#[tokio::test]
async fn what_is_written_back_is_changed_by_its_version() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let read: SalesforceSyncSettings = admin.get(paths::SALESFORCE_SYNC_SETTINGS).await.json();
    assert_eq!(
        (read.email_activity, read.tasks, read.version),
        (EmailActivity::NotLogged, TaskSync::DoNotSync, 0)
    );
    let wanted = SalesforceSyncSettings {
        email_activity: EmailActivity::Bcc,
        bcc_address: Some(" log@corp.example ".to_owned()),
        tasks: TaskSync::Sync,
        version: 0,
    };
    let put =
        async |settings: &SalesforceSyncSettings| admin.put(paths::SALESFORCE_SYNC_SETTINGS, settings).await;
    let saved: SalesforceSyncSettings = put(&wanted).await.json();
    assert_eq!((saved.bcc_address.as_deref(), saved.version), (Some("log@corp.example"), 1));
    assert_eq!(put(&wanted).await.code(), ProblemCode::Stale);
    assert_eq!(put(&saved).await.json::<SalesforceSyncSettings>(), saved, "no change, no version");
    let read: SalesforceSyncSettings = admin.get(paths::SALESFORCE_SYNC_SETTINGS).await.json();
    assert_eq!(read, saved);
    for (address, code) in [(None, ProblemCode::InvalidField), (Some("nobody"), ProblemCode::AddressInvalid)]
    {
        let wrong = SalesforceSyncSettings { bcc_address: address.map(str::to_owned), ..saved.clone() };
        let problem = put(&wrong).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (code, Some("bcc_address")));
    }
    assert_eq!(audited(&admin, AuditAction::SalesforceSettingsChanged).await.len(), 1);
}

#[tokio::test]
async fn a26_a_start_with_a_new_key_seals_everything_under_it_and_the_old_one_can_go() {
    const KEYS: [&str; 2] =
        ["k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"];
    let mut server =
        Server::start_with(|config| config.services.secret_keys = Some(KEYS[0].to_owned())).await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, ADMIN).await;
    assert_eq!(crate::marketo::connect(&admin, &crate::marketo::good()).await.status, 200);
    let sealed = async |server: &Server| -> Vec<String> {
        let mut database = database(server).await;
        let query = "SELECT access_token FROM salesforce_connections
                     UNION ALL SELECT refresh_token FROM salesforce_connections
                     UNION ALL SELECT client_secret FROM marketo_connections
                     UNION ALL SELECT client_secret FROM integrations";
        let found: Vec<(String,)> = sqlx::query_as(query).fetch_all(&mut database).await.unwrap();
        found.into_iter().map(|(secret,)| secret).collect()
    };
    let before = sealed(&server).await;
    assert!(before.len() >= 3 && before.iter().all(|secret| secret.starts_with("k1.")), "{before:?}");
    server
        .restart_with(|config| config.services.secret_keys = Some(format!("{},{}", KEYS[1], KEYS[0])))
        .await;
    let after = sealed(&server).await;
    assert!(after.len() == before.len() && after.iter().all(|secret| secret.starts_with("k2.")), "{after:?}");
    server.restart_with(|config| config.services.secret_keys = Some(KEYS[1].to_owned())).await;
    let admin = server.admin().await;
    assert_eq!(checked(&admin).await, None);
    assert_eq!(admin.post(paths::MARKETO_CHECK, &()).await.status, 200);
}
