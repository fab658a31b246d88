//! The account's connection to Marketo: making, checking, taking over and ending it; and access to it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use api_types::{
    AuditAction, ConnectionFailure, List, MarketoAccess, MarketoAccessGrant, MarketoAccessGranted,
    MarketoConnect, MarketoConnectBy, MarketoState, OwnMarketo, OwnMarketoAccess, ProblemCode, Protection,
    RecentError, User, UserId, Workspace, WorkspaceId, paths,
};
use sandbox::marketo::{
    INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID, NO_PERMISSION_CLIENT_ID, Nature,
};
use serde_json::json;

use crate::harness::{ADMIN, Answer, Client, Server, key};
use crate::marketo_admins::{invite, order};
use crate::postgres::is_not_for;
use crate::restart::Process;

/// With pasted credentials, regardless of step 1.
pub(crate) fn pasted(munchkin: &str, id: &str, secret: &str) -> MarketoConnect {
    let by = MarketoConnectBy::Pasted {
        munchkin_account_id: munchkin.to_owned(),
        client_id: id.to_owned(),
        client_secret: secret.to_owned(),
    };
    MarketoConnect { by, out_of_order: true, takes_over: None }
}

/// With the account's own credentials, regardless of step 1.
pub(crate) fn own() -> MarketoConnect {
    MarketoConnect { by: MarketoConnectBy::IntegrationInformation, out_of_order: true, takes_over: None }
}

pub(crate) fn good() -> MarketoConnect {
    pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET)
}

async fn start() -> Server {
    Server::start_with(|config| config.sandbox.speed = 100.try_into().unwrap()).await
}

pub(crate) async fn connect(client: &Client, by: &MarketoConnect) -> Answer {
    client.once(paths::MARKETO, by).await
}

async fn state(client: &Client) -> MarketoState {
    client.get(paths::MARKETO).await.json()
}

pub(crate) async fn id_of(client: &Client, email: &str) -> UserId {
    let found: List<User> = client.get(&format!("{}?search={email}", paths::USERS)).await.json();
    found.items.into_iter().next().expect("a user").id
}

async fn access(client: &Client, query: &str) -> List<MarketoAccess> {
    client.get(&format!("{}{query}", paths::MARKETO_ACCESS)).await.json()
}

async fn grant(client: &Client, ids: &[UserId], workspace: Option<&WorkspaceId>) -> Answer {
    let grant = MarketoAccessGrant { user_ids: ids.to_vec(), workspace_id: workspace.cloned() };
    client.post(paths::MARKETO_ACCESS, &grant).await
}

/// Changes the database in a way that the API does not offer.
pub(crate) async fn sql(server: &Server, statement: &'static str) {
    let mut conn = crate::long_lists::database(server).await;
    sqlx::query(statement).execute(&mut conn).await.unwrap();
}

#[tokio::test]
async fn the_account_is_connected_by_its_integration_information() {
    let server = start().await;
    let admin = server.admin().await;
    let too_early = connect(&admin, &own()).await;
    assert_eq!(too_early.code(), ProblemCode::StepBlocked);
    invite(&admin, "ada.admin@northwind.example").await;

    let key = key();
    let answer = admin.keyed(&key, paths::MARKETO, &own()).await;
    let connection = answer.json::<MarketoState>().connection.unwrap();
    assert_eq!(connection.owner.email, ADMIN);
    assert!(connection.own && connection.owner_active && connection.last_check.passed());
    assert_eq!(connection.credentials.munchkin_account_id, MUNCHKIN_ID);
    assert_eq!(state(&admin).await.connection.unwrap(), connection);
    let again = admin.keyed(&key, paths::MARKETO, &own()).await;
    assert_eq!((again.status, again.body), (answer.status, answer.body));

    let other = connect(&admin, &good()).await.problem();
    assert_eq!((other.code, other.detail.as_deref()), (ProblemCode::AlreadyConnected, Some(ADMIN)));
    assert_eq!(server.audited(AuditAction::MarketoConnected).await.len(), 1);

    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    let without = MarketoState { has_integration: true, ..MarketoState::default() };
    assert_eq!(state(&admin).await, without);
    assert_eq!(admin.delete(paths::MARKETO).await.code(), ProblemCode::NotConnected);
    assert_eq!(admin.post(paths::MARKETO_CHECK, &()).await.code(), ProblemCode::NotConnected);
    assert_eq!(server.audited(AuditAction::MarketoDisconnected).await[0].subject, MUNCHKIN_ID);
    assert_eq!(connect(&admin, &own()).await.status, 200);
}

#[tokio::test]
async fn everybody_sees_whether_they_may_use_the_connection() {
    async fn own(client: &Client) -> OwnMarketo {
        client.get(paths::PROFILE_MARKETO).await.json()
    }
    fn allowed(own: OwnMarketo) -> OwnMarketoAccess {
        match own {
            OwnMarketo::Connected { last_check, access } if last_check.passed() => access,
            other => panic!("{other:?}"),
        }
    }
    let server = start().await;
    let admin = server.admin().await;
    let ana = server.member("ana@example.com").await;
    assert_eq!(own(&ana).await, OwnMarketo::NotConnected);

    connect(&admin, &good()).await;
    assert_eq!(allowed(own(&admin).await), OwnMarketoAccess::Owner);
    assert_eq!(allowed(own(&ana).await), OwnMarketoAccess::None);

    let id = id_of(&admin, "ana@example.com").await;
    assert_eq!(grant(&admin, &[id], None).await.status, 200);
    let given = access(&admin, "").await.items.remove(0);
    let granted = OwnMarketoAccess::Granted { workspace: given.workspace, granted_at: given.granted_at };
    assert_eq!(allowed(own(&ana).await), granted);

    admin.delete(paths::MARKETO).await;
    assert_eq!(own(&ana).await, OwnMarketo::NotConnected);
}

#[tokio::test]
async fn what_was_pasted_is_trimmed_and_checked_before_anybody_is_asked() {
    let server = start().await;
    let admin = server.admin().await;
    for (by, field) in [
        (pasted("284-RPR", INTEGRATION_CLIENT_ID, "x"), "munchkin_account_id"),
        (pasted("evil.example/284-RPR-133", "x", "x"), "munchkin_account_id"),
        (pasted(MUNCHKIN_ID, "  ", "x"), "client_id"),
        (pasted(MUNCHKIN_ID, "x", "\n"), "client_secret"),
        (pasted(MUNCHKIN_ID, "x", &"x".repeat(513)), "client_secret"),
    ] {
        let problem = connect(&admin, &by).await.problem();
        assert_eq!((problem.code, problem.field.as_deref()), (ProblemCode::InvalidField, Some(field)));
    }
    assert_eq!(server.sandbox().marketo().stats(), Default::default(), "Marketo was not asked");
    let spaces = |text: &str| format!("  {text}\u{a0}\n");
    let by =
        pasted(&spaces("284-rpr-133"), &spaces(INTEGRATION_CLIENT_ID), &spaces(INTEGRATION_CLIENT_SECRET));
    let connection = connect(&admin, &by).await.json::<MarketoState>().connection.unwrap();
    assert_eq!(connection.credentials.munchkin_account_id, MUNCHKIN_ID);
    assert_eq!(connection.credentials.client_id, INTEGRATION_CLIENT_ID);
}

#[tokio::test]
async fn every_refusal_of_marketo_has_its_reason() {
    let server = start().await;
    let admin = server.admin().await;
    let unknown = connect(&admin, &pasted("000-BAD-000", "a", "b")).await.problem();
    let told = (unknown.code, unknown.field.as_deref());
    assert_eq!(told, (ProblemCode::InvalidField, Some("munchkin_account_id")));

    let refusals = [
        (pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, "wrong"), ConnectionFailure::CredentialsRejected, "401"),
        (pasted(MUNCHKIN_ID, NO_PERMISSION_CLIENT_ID, "any"), ConnectionFailure::PermissionMissing, "603"),
    ];
    for (by, failure, code) in refusals {
        let problem = connect(&admin, &by).await.problem();
        assert_eq!(problem.code, ProblemCode::ProviderFailed);
        assert_eq!(problem.failure, Some(failure));
        let state = state(&admin).await;
        assert_eq!(state.failed_attempt.unwrap().failure, Some(failure));
        assert_eq!(state.connection, None);
        let noted: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
        assert_eq!(noted.items[0].code, code);
        assert_eq!(noted.items[0].during, api_types::Activity::Connecting);
    }
    for (code, times, failure) in [
        (607, 1, ConnectionFailure::RequestLimitExceeded),
        (614, 3, ConnectionFailure::Unreachable),
        (1003, 1, ConnectionFailure::Unexpected),
        (713, 3, ConnectionFailure::Unreachable),
    ] {
        let fault = json!({"code": code, "times": times, "path_contains": "describe2"});
        order(&server, "faults", fault).await;
        assert_eq!(connect(&admin, &good()).await.code(), ProblemCode::ProviderFailed, "{code}");
        assert_eq!(state(&admin).await.failed_attempt.unwrap().failure, Some(failure), "{code}");
    }
    assert_eq!(server.audited(AuditAction::MarketoConnectFailed).await.len(), 7);
    assert_eq!(connect(&admin, &good()).await.status, 200);
    assert_eq!(state(&admin).await.failed_attempt, None, "forgotten once connected");
}

#[tokio::test]
async fn a_check_finds_what_changed_and_the_owner_connects_anew() {
    let server = start().await;
    let admin = server.admin().await;
    connect(&admin, &good()).await;
    let check = async || {
        let state: MarketoState = admin.post(paths::MARKETO_CHECK, &()).await.json();
        state.connection.unwrap().last_check.failure
    };
    assert_eq!(check().await, None);
    // A request that is refused as malformed is made in a second way.
    for (status, times) in [(401, 1), (400, 2)] {
        order(&server, "faults", json!({"code": status, "times": times, "path_contains": "identity"})).await;
        assert_eq!(check().await, Some(ConnectionFailure::CredentialsRejected));
    }
    let noted: List<RecentError> = admin.get(paths::DIAGNOSTICS_ERRORS).await.json();
    assert_eq!(noted.items[0].during, api_types::Activity::Checking);
    let elsewhere =
        pasted(Nature::WithoutUpdatedAt.munchkin_id(), INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    let anew = connect(&admin, &elsewhere).await.json::<MarketoState>().connection.unwrap();
    assert!(anew.last_check.passed());
    assert_eq!(anew.credentials.munchkin_account_id, Nature::WithoutUpdatedAt.munchkin_id());
    for (code, failure) in [
        (603, ConnectionFailure::PermissionMissing),
        (607, ConnectionFailure::RequestLimitExceeded),
        (610, ConnectionFailure::Unexpected),
    ] {
        order(&server, "faults", json!({"code": code, "path_contains": "describe2"})).await;
        assert_eq!(check().await, Some(failure), "{code}");
    }
    assert_eq!(check().await, None);
}

#[tokio::test]
async fn the_connection_is_checked_by_itself() {
    let server = Server::start_with(|config| config.requests_per_second = 100_000.try_into().unwrap()).await;
    let admin = server.admin().await;
    let before = connect(&admin, &good()).await.json::<MarketoState>().connection.unwrap();
    order(&server, "faults", json!({"code": 401, "path_contains": "identity"})).await;
    server.clock.advance(Duration::from_secs(900));
    loop {
        let last = state(&admin).await.connection.unwrap().last_check;
        if last.at != before.last_check.at {
            assert_eq!(last.failure, Some(ConnectionFailure::CredentialsRejected));
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_owner_stays_until_somebody_else_has_connected() {
    let server = start().await;
    let first = server.admin().await;
    let ana = server.administrator("ana@example.com").await;
    let bob = server.administrator("bob@example.com").await;
    assert_eq!(connect(&ana, &good()).await.status, 200);
    let bobs = id_of(&first, "bob@example.com").await;
    let anas = id_of(&first, "ana@example.com").await;
    let member = server.member("eve@example.com").await;
    let eves = id_of(&first, "eve@example.com").await;
    assert_eq!(grant(&ana, &[bobs.clone(), eves], None).await.status, 200);

    for refused in
        [first.delete(&paths::user(&anas)).await, first.post(&paths::user_deactivate(&anas), &()).await]
    {
        let problem = refused.problem();
        assert_eq!(problem.code, ProblemCode::UserProtected);
        assert_eq!(problem.detail.as_deref(), Some("marketo_owner"));
    }
    let shown: User = first.get(&paths::user(&anas)).await.json();
    assert_eq!(shown.protected, Some(Protection::MarketoOwner));

    let not_his = bob.delete(paths::MARKETO).await.problem();
    assert_eq!((not_his.code, not_his.detail.as_deref()), (ProblemCode::NotOwner, Some("ana@example.com")));
    let from = |owner: &UserId| MarketoConnect { takes_over: Some(owner.clone()), ..good() };
    assert_eq!(connect(&bob, &from(&anas)).await.code(), ProblemCode::AlreadyConnected, "he has access");
    assert_eq!(ana.delete(&paths::marketo_access_of(&bobs)).await.status, 204);
    for unseen in [good(), from(&bobs)] {
        let problem = connect(&bob, &unseen).await.problem();
        assert_eq!(
            (problem.code, problem.detail.as_deref()),
            (ProblemCode::AlreadyConnected, Some("ana@example.com")),
            "it is not hers that he wants to take over"
        );
    }
    let handed = connect(&bob, &from(&anas)).await.json::<MarketoState>().connection.unwrap();
    assert_eq!((handed.owner.email.as_str(), handed.own), ("bob@example.com", true));
    assert_eq!(ana.delete(paths::MARKETO).await.code(), ProblemCode::NotOwner, "she owns it no more");
    assert_eq!(access(&bob, "").await.items.len(), 1, "others stay connected");
    assert_eq!(first.post(&paths::user_deactivate(&anas), &()).await.status, 200);
    assert_eq!(state(&first).await.connection.unwrap().owner.email, "bob@example.com");
    assert_eq!(member.get(paths::MARKETO).await.code(), ProblemCode::Forbidden);
    assert_eq!(bob.delete(paths::MARKETO).await.status, 204);
    assert_eq!(connect(&first, &good()).await.status, 200);
    assert_eq!(access(&first, "").await.items.len(), 0, "ending the connection ended everybody's access");
}

#[tokio::test]
async fn r6_of_two_who_connect_at_once_the_second_takes_nothing_over() {
    let server = start().await;
    let (ana, bob) =
        (server.administrator("ana@example.com").await, server.administrator("bob@example.com").await);
    crate::field_sync::order(&server, "limits", json!({"latency_ms": 300})).await;
    let credentials = good();
    let (anas, bobs) = tokio::join!(connect(&ana, &credentials), connect(&bob, &credentials));
    let (connected, refused) = if anas.status == 200 { (&anas, &bobs) } else { (&bobs, &anas) };
    assert_eq!((connected.status.as_u16(), refused.code()), (200, ProblemCode::AlreadyConnected));
    assert_eq!(server.audited(AuditAction::MarketoConnected).await.len(), 1);
}

#[tokio::test]
async fn a_connection_whose_owner_is_gone_fails_until_somebody_takes_it_over() {
    let server = start().await;
    let first = server.admin().await;
    let ana = server.administrator("ana@example.com").await;
    connect(&ana, &good()).await;
    sql(&server, "UPDATE users SET status = 'deactivated' WHERE email = 'ana@example.com'").await;
    let checked: MarketoState = first.post(paths::MARKETO_CHECK, &()).await.json();
    let connection = checked.connection.unwrap();
    assert!(!connection.owner_active);
    assert_eq!(connection.last_check.failure, Some(ConnectionFailure::InactiveUser));
    assert_eq!(first.delete(paths::MARKETO).await.code(), ProblemCode::NotOwner);
    let over = MarketoConnect { takes_over: Some(id_of(&first, "ana@example.com").await), ..good() };
    let taken = connect(&first, &over).await.json::<MarketoState>().connection.unwrap();
    assert!(taken.own && taken.owner_active && taken.last_check.passed());
}

#[tokio::test]
async fn a_workspace_is_chosen_once() {
    let server = start().await;
    let admin = server.admin().await;
    server.member("ana@example.com").await;
    server.member("bob@example.com").await;
    let (anas, bobs) = (id_of(&admin, "ana@example.com").await, id_of(&admin, "bob@example.com").await);
    assert_eq!(grant(&admin, std::slice::from_ref(&anas), None).await.code(), ProblemCode::NotConnected);
    connect(&admin, &good()).await;
    let workspaces: List<Workspace> = admin.get(paths::WORKSPACES).await.json();
    let names: Vec<&str> = workspaces.items.iter().map(|workspace| workspace.name.as_str()).collect();
    assert_eq!(names, ["Default", "Europe & Middle East", "アジア太平洋"], "as in Marketo");
    let europe = &workspaces.items[1].id;

    let owners = id_of(&admin, ADMIN).await;
    let granted = async |ids: &[UserId], workspace| {
        grant(&admin, ids, workspace).await.json::<MarketoAccessGranted>().user_ids
    };
    assert_eq!(granted(&[anas.clone(), owners], Some(europe)).await, std::slice::from_ref(&anas));
    assert_eq!(granted(std::slice::from_ref(&anas), Some(europe)).await, [], "the same once more");
    let listed = access(&admin, "").await;
    assert_eq!(listed.meta.total, 1, "the owner needs none");
    assert_eq!(listed.items[0].person.id, anas);
    assert_eq!(listed.items[0].workspace, "Europe & Middle East");
    let fixed = grant(&admin, &[bobs.clone(), anas.clone()], None).await;
    assert_eq!(fixed.code(), ProblemCode::WorkspaceFixed);
    assert_eq!(access(&admin, "").await.meta.total, 1, "all or none");
    assert_eq!(admin.delete(&paths::marketo_access_of(&anas)).await.status, 204);
    assert_eq!(admin.delete(&paths::marketo_access_of(&anas)).await.code(), ProblemCode::NotFound);
    assert_eq!(granted(&[bobs.clone(), anas.clone()], None).await, [bobs, anas.clone()]);

    let page = access(&admin, "?limit=1").await;
    assert_eq!((page.items[0].person.email.as_str(), page.meta.total), ("ana@example.com", 2));
    let rest = access(&admin, &format!("?limit=1&cursor={}", page.meta.next_cursor.unwrap())).await;
    assert_eq!(rest.items[0].person.email, "bob@example.com");
    assert_eq!(rest.meta.next_cursor, None);
    assert_eq!(access(&admin, "?search=BOB").await.items.len(), 1);
    let foreign = admin.get(&format!("{}?cursor=x", paths::MARKETO_ACCESS)).await;
    assert_eq!(foreign.code(), ProblemCode::BadRequest);

    let nobody = UserId("00000000-0000-7000-8000-000000000000".to_owned());
    assert_eq!(grant(&admin, &[nobody], None).await.problem().field.as_deref(), Some("user_ids"));
    assert_eq!(grant(&admin, &[], None).await.problem().field.as_deref(), Some("user_ids"));
    let nowhere = WorkspaceId("nowhere".to_owned());
    let problem = grant(&admin, &[anas], Some(&nowhere)).await.problem();
    assert_eq!(problem.field.as_deref(), Some("workspace_id"));
    assert_eq!(server.audited(AuditAction::MarketoAccessGranted).await.len(), 3);
    assert_eq!(server.audited(AuditAction::MarketoAccessRemoved).await.len(), 1);
}

#[tokio::test]
async fn workspaces_follow_marketo_by_number() {
    let server = start().await;
    let admin = server.admin().await;
    connect(&admin, &good()).await;
    sql(&server, "UPDATE workspaces SET name = 'Old', name_key = 'old' WHERE marketo_id = 1008").await;
    admin.delete(paths::MARKETO).await;
    connect(&admin, &good()).await;
    let workspaces: List<Workspace> = admin.get(paths::WORKSPACES).await.json();
    assert_eq!(workspaces.items.len(), 3);
    assert!(workspaces.items.iter().any(|workspace| workspace.name == "Europe & Middle East"));
    let renamed = server.audited(AuditAction::WorkspaceRenamed).await;
    let subjects: Vec<_> = renamed.iter().map(|event| event.subject.as_str()).collect();
    assert_eq!(subjects, ["Old \u{2192} Europe & Middle East"], "A16");
}

#[tokio::test]
async fn a12_connecting_counts_as_an_attempt_to_prove_who_one_is() {
    let server = Server::start_with(|config| config.credentials_per_minute = 3.try_into().unwrap()).await;
    let admin = server.admin().await;
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(connect(&admin, &pasted(MUNCHKIN_ID, "", "")).await.code());
    }
    assert!(codes.contains(&ProblemCode::RateLimited), "{codes:?}");
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn a8_r22_a_server_says_at_its_start_that_its_keys_do_not_open_all_that_is_sealed() {
    const SAID: &str = "some sealed secrets are not opened by the server's keys";
    if is_not_for("servers that share a database refuse other keys") {
        return;
    }
    let data = tempfile::tempdir().unwrap();
    let server = Process::start(data.path());
    let connected = connect(&server.admin().await, &good()).await;
    assert!(connected.status.is_success(), "{}", connected.text());
    assert!(!server.kill().contains(SAID));
    std::fs::remove_file(data.path().join("secrets.keys")).unwrap();
    assert!(Process::start(data.path()).kill().contains(SAID));
}

#[tokio::test]
async fn a8_a9_a_pasted_secret_is_in_no_answer_no_log_line_and_no_file() {
    const CANARY: &str = "canaryThatIsRefused4711";
    let data = tempfile::tempdir().unwrap();
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["serve", "--bind", "127.0.0.1:0", "--sandbox", "--sandbox-speed", "100", "--data"])
        .arg(data.path())
        .env("RUST_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(log.reopen().unwrap())
        .spawn()
        .unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut lines = lines.map_while(Result::ok);
    let mut after = |start: &str| {
        lines
            .find_map(|line| line.strip_prefix(start).map(|rest| rest.trim_end_matches('/').to_owned()))
            .unwrap()
    };
    let base = after("listening on ");
    let link = after("sign in once with ");
    let mut admin = Client::new(&base);
    admin.sign_in_by_link(&link).await;

    let key = key();
    let mut answers = vec![
        connect(&admin, &pasted(MUNCHKIN_ID, NO_PERMISSION_CLIENT_ID, CANARY)).await,
        connect(&admin, &pasted(MUNCHKIN_ID, INTEGRATION_CLIENT_ID, CANARY)).await,
        connect(&admin, &pasted(CANARY, CANARY, CANARY)).await,
        connect(&admin, &pasted("000-BAD-000", INTEGRATION_CLIENT_ID, CANARY)).await,
        admin.once(paths::MARKETO, &json!({"pasted": {"client_secret": CANARY}})).await,
        admin.once(paths::MARKETO, &json!({"pasted": CANARY})).await,
        admin.keyed(&key, paths::MARKETO, &good()).await,
        admin.keyed(&key, paths::MARKETO, &good()).await,
    ];
    for path in [
        paths::MARKETO,
        paths::INTEGRATION,
        paths::AUDIT_EVENTS,
        paths::DIAGNOSTICS_ERRORS,
        paths::MARKETO_ACCESS,
    ] {
        answers.push(admin.get(path).await);
    }
    answers.push(admin.post(paths::MARKETO_CHECK, &()).await);
    assert_eq!(answers[7].status, 200, "{}", answers[7].text());
    for answer in &answers {
        for secret in [CANARY, INTEGRATION_CLIENT_SECRET] {
            assert!(!holds(&answer.body, secret), "{}", answer.text());
            assert!(!format!("{:?}", answer.headers).contains(secret));
        }
    }
    // Before the end, which would empty the log of the database that is written ahead.
    let mut kept = files(data.path());
    assert!(kept.iter().any(|file| file.to_string_lossy().ends_with("-wal")));
    kept.push(log.path().to_owned());
    for file in kept {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [CANARY, INTEGRATION_CLIENT_SECRET] {
            assert!(!holds(&bytes, secret), "{}", file.display());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
}
