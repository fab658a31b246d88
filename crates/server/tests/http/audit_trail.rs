//! What auditors ask of the audit log: where an event came from, what it changed, whether it is whole, and a file of it.

use std::time::Duration;

use api_types::{
    AuditAction, AuditChange, AuditEvent, AuditExportEnd, AuditField, AuditIntegrity, AuditNumbering,
    AuditNumbers, List, MemberAction, ProblemCode, Team, User, limits, paths,
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, AssertSqlSafe, ConnectOptions as _, Connection as _};

use crate::doctor::look;
use crate::harness::{ADMIN, Client, Server, send};
use crate::long_lists::{database, fill, many_people};
use crate::member_changes::to_role;
use crate::postgres::is_not_for;

const DAY: Duration = Duration::from_secs(24 * 3600);
const ANA: &str = "ana@example.com";
pub(crate) const KEYS: [&str; 2] =
    ["k1:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE", "k2:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"];

fn change(field: AuditField, from: Option<&str>, to: Option<&str>) -> AuditChange {
    AuditChange { field, from: from.map(str::to_owned), to: to.map(str::to_owned) }
}

async fn find(client: &Client, email: &str) -> User {
    client.get(&format!("/users?search={email}")).await.json::<List<User>>().items.remove(0)
}

/// All events, the earliest first.
pub(crate) async fn all(client: &Client) -> Vec<AuditEvent> {
    let page: List<AuditEvent> = client.get(&format!("{}?limit=200", paths::AUDIT_EVENTS)).await.json();
    assert_eq!(page.meta.next_cursor, None);
    page.items.into_iter().rev().collect()
}

async fn numbering(client: &Client) -> AuditNumbering {
    client.get(paths::AUDIT_NUMBERING).await.json()
}

async fn run(database: &mut AnyConnection, statements: &[String]) {
    for statement in statements {
        let done = sqlx::query(AssertSqlSafe(statement.clone())).execute(&mut *database).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// Does to the audit log what only whoever knows the database can do, and leaves no sign of how.
async fn tamper(database: &mut AnyConnection, statement: &str) {
    let door = |purpose: &str| {
        format!("INSERT INTO audit_doors (purpose, before_place) VALUES ('{purpose}', {})", i64::MAX)
    };
    let statements = [
        "BEGIN".to_owned(),
        door("erasure"),
        door("retention"),
        statement.to_owned(),
        "DELETE FROM audit_doors".to_owned(),
        "COMMIT".to_owned(),
    ];
    run(database, &statements).await;
}

async fn count(database: &mut AnyConnection, select: &str) -> i64 {
    let (count,): (i64,) =
        sqlx::query_as(AssertSqlSafe(select.to_owned())).fetch_one(database).await.expect(select);
    count
}

/// An account with some events.
async fn with_teams(server: &Server, teams: u32) -> Client {
    let admin = server.admin().await;
    for number in 0..teams {
        admin.once(paths::TEAMS, &json!({"name": format!("Team {number}")})).await.json::<Team>();
    }
    admin
}

#[tokio::test]
async fn a26_an_event_says_where_it_came_from_and_what_it_changed_from_what_to_what() {
    let server = Server::start().await;
    let member = server.member(ANA).await;
    let admin = server.admin().await;
    let ana = find(&admin, ANA).await.id;
    let patch = async |path: &str, body: Value| {
        let request = admin.request(Method::PATCH, path).header("if-match", "*").json(&body);
        let answer = send(request).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
    };
    assert_eq!(member.patch(paths::PROFILE, &json!({"first_name": "Ana"})).await.status, 200);
    patch(&paths::user(&ana), json!({"role": "admin"})).await;
    patch(&paths::user(&ana), json!({"personas": ["marketo_admin"]})).await;
    patch(&paths::user(&ana), json!({"role": "user"})).await;
    admin.post(&paths::user_deactivate(&ana), &()).await.json::<Value>();
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    admin.post(&paths::team_members(&team.id), &json!({"add": [ana], "remove": []})).await;
    admin.patch(&paths::team(&team.id), &json!({"name": "North"})).await;
    admin.delete(&paths::team(&team.id)).await;
    patch(paths::ACCOUNT, json!({"factor_rule": {"needed_from": "administrators", "grace_days": 9}})).await;
    patch(paths::FIELD_SYNC, json!({"polling_minutes": 30})).await;

    let events = all(&admin).await;
    let said = |action: AuditAction| -> Vec<&AuditEvent> {
        events.iter().filter(|event| event.action == action).collect()
    };
    use AuditField::{
        FactorsNeededFrom, FirstName, GraceDays, Personas, PollingMinutes, Role, Status, Team as OfTeam,
        TeamName,
    };
    for (action, changes) in [
        (AuditAction::UserRenamed, vec![change(FirstName, None, Some("Ana"))]),
        (AuditAction::PersonasChanged, vec![change(Personas, None, Some("marketo_admin"))]),
        (AuditAction::UserDeactivated, vec![change(Status, Some("active"), Some("deactivated"))]),
        (AuditAction::TeamCreated, vec![change(TeamName, None, Some("Nordics"))]),
        (AuditAction::TeamMembersChanged, vec![change(OfTeam, None, Some("Nordics"))]),
        (AuditAction::TeamRenamed, vec![change(TeamName, Some("Nordics"), Some("North"))]),
        (AuditAction::TeamDeleted, vec![change(TeamName, Some("North"), None)]),
        (
            AuditAction::FactorRuleChanged,
            vec![
                change(FactorsNeededFrom, Some("nobody"), Some("administrators")),
                change(GraceDays, Some("7"), Some("9")),
            ],
        ),
    ] {
        let [event] = said(action)[..] else { panic!("{action:?}: {:?}", said(action)) };
        assert_eq!(event.changes, changes, "{action:?}");
        assert_eq!(event.address.as_deref(), Some("127.0.0.1"), "{action:?}");
    }
    let roles: Vec<_> = said(AuditAction::RoleChanged).iter().map(|event| event.changes.clone()).collect();
    assert_eq!(
        roles,
        [[change(Role, Some("user"), Some("admin"))], [change(Role, Some("admin"), Some("user"))]]
    );
    let [minutes] = said(AuditAction::SyncSettingsChanged)[..] else { panic!("the schedule") };
    assert_eq!((minutes.changes[0].field, minutes.changes[0].to.as_deref()), (PollingMinutes, Some("30")));
    assert!(said(AuditAction::SignedIn).iter().all(|event| event.changes.is_empty()));
    let link = said(AuditAction::SignInLinkMade)[0];
    assert_eq!((&link.address, link.actor.as_str()), (&None, ""), "a start of the server is no request");
}

#[tokio::test]
async fn a26_a_secret_that_changes_is_said_to_have_changed_and_nothing_else() {
    let server = Server::start().await;
    let member = server.member(ANA).await;
    let new = "another horse battery";
    let body = json!({"current": crate::harness::PASSWORD, "new": new});
    assert_eq!(member.put(paths::PROFILE_PASSWORD, &body).await.status, 204);
    let changed = server.audited(AuditAction::PasswordChanged).await;
    assert_eq!(changed[0].changes, [change(AuditField::Password, None, None)]);
    let select = format!("SELECT COUNT(*) FROM audit_events WHERE COALESCE(changes, '') LIKE '%{new}%'");
    assert_eq!(count(&mut database(&server).await, &select).await, 0);
}

#[tokio::test]
async fn a26_behind_a_trusted_proxy_the_address_is_the_clients() {
    let server =
        Server::start_with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let admin = server.admin().await;
    for (from, name) in [("192.0.2.77", "One"), ("2001:db8::7", "Two")] {
        let request = admin
            .request(Method::POST, paths::TEAMS)
            .header("x-forwarded-for", from)
            .header("idempotency-key", crate::harness::key())
            .json(&json!({"name": name}));
        send(request).await.json::<Team>();
    }
    let made = server.audited(AuditAction::TeamCreated).await;
    let addresses: Vec<_> = made.iter().rev().map(|event| event.address.as_deref()).collect();
    assert_eq!(addresses, [Some("192.0.2.77"), Some("2001:db8::7")]);
}

#[tokio::test]
async fn n6_each_of_several_who_join_or_leave_a_team_has_an_event() {
    let server = Server::start().await;
    let emails = [ANA, "bea@example.com", "cy@example.com"];
    for email in emails {
        server.member(email).await;
    }
    let admin = server.admin().await;
    let mut ids = Vec::new();
    for email in emails {
        ids.push(find(&admin, email).await.id);
    }
    let team: Team = admin.once(paths::TEAMS, &json!({"name": "Nordics"})).await.json();
    let members = paths::team_members(&team.id);
    assert_eq!(admin.post(&members, &json!({"add": ids[..2]})).await.status, 200);
    assert_eq!(admin.post(&members, &json!({"add": ids[2..], "remove": ids[..1]})).await.status, 200);
    let said: Vec<_> = all(&admin)
        .await
        .into_iter()
        .filter(|event| event.action == AuditAction::TeamMembersChanged)
        .map(|event| (event.person_id.expect("a person"), event.changes))
        .collect();
    let joined = vec![change(AuditField::Team, None, Some("Nordics"))];
    let left = vec![change(AuditField::Team, Some("Nordics"), None)];
    for (id, changes) in [(0, &joined), (1, &joined), (2, &joined), (0, &left)] {
        assert!(said.contains(&(ids[id].clone(), changes.clone())), "{id} in {said:?}");
    }
    assert_eq!(said.len(), 4);
}

#[tokio::test]
async fn n6_events_have_numbers_without_gaps_and_are_unchanged() {
    let server = Server::start().await;
    server.member(ANA).await;
    let admin = with_teams(&server, 3).await;
    let events = all(&admin).await;
    let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    assert!(events.iter().all(|event| event.integrity == AuditIntegrity::Unchanged && !event.erased));
    let expected = AuditNumbering {
        last: events.len() as u64,
        deleted: Vec::new(),
        unproven: Vec::new(),
        missing: Vec::new(),
        missing_total: 0,
        count: AuditIntegrity::Unchanged,
    };
    assert_eq!(numbering(&admin).await, expected);
    let seen = look(server.data(), &[]).await;
    let (state, found) = seen.of("audit_log");
    assert_eq!(
        (state, found),
        ("ok", format!("all {} events are there as they were written", events.len()).as_str())
    );
}

#[tokio::test]
async fn n6_an_event_that_is_edited_in_the_database_shows() {
    let server = Server::start().await;
    let admin = with_teams(&server, 3).await;
    let mut database = database(&server).await;
    let edits =
        [("subject = 'Nobody'", "Team 0"), ("address = '192.0.2.1'", "Team 1"), ("changes = NULL", "Team 2")];
    for (edit, subject) in edits {
        tamper(&mut database, &format!("UPDATE audit_events SET {edit} WHERE subject = '{subject}'")).await;
    }
    let events = all(&admin).await;
    let changed: Vec<_> =
        events.iter().filter(|event| event.integrity != AuditIntegrity::Unchanged).collect();
    assert_eq!(changed.len(), 3, "{changed:?}");
    assert!(changed.iter().all(|event| {
        (event.integrity, event.action) == (AuditIntegrity::Changed, AuditAction::TeamCreated)
    }));
    let seen = look(server.data(), &[]).await;
    let numbers: Vec<_> = changed.iter().map(|event| event.number.to_string()).collect();
    let expected = format!("3 events were changed outside of the server: {}", numbers.join(", "));
    assert_eq!(seen.of("audit_log"), ("failing", expected.as_str()));
    assert_eq!(numbering(&admin).await.missing_total, 0);
}

#[tokio::test]
async fn n6_an_event_of_a_later_version_is_shown_without_its_words_and_hides_no_others() {
    let server = Server::start().await;
    let admin = with_teams(&server, 3).await;
    let before = all(&admin).await.len();
    let later = r#"INSERT INTO audit_events (number, account_id, id, place, at, actor_kind, actor, action, subject, search_text,
                                             request_id, changes)
                   SELECT number + 100, account_id, 'later', place + 100, at, actor_kind, actor, 'later_action', subject, search_text,
                          request_id, '[{"field":"later_field","to":"b"}]' FROM audit_events WHERE subject = 'Team 1'"#;
    run(&mut database(&server).await, &[later.to_owned()]).await;
    let events = all(&admin).await;
    assert_eq!(events.len(), before + 1);
    let later: Vec<_> = events.iter().filter(|event| event.action == AuditAction::Unknown).collect();
    assert_eq!(later.len(), 1);
    assert_eq!(later[0].changes, [change(AuditField::Unknown, None, Some("b"))]);
}

#[tokio::test]
async fn n6_events_that_are_deleted_in_the_middle_and_at_the_end_show() {
    let server = Server::start().await;
    let admin = with_teams(&server, 6).await;
    let last = all(&admin).await.len() as u64;
    let first = last - 5;
    let mut database = database(&server).await;
    let gone = format!("DELETE FROM audit_events WHERE number IN ({}, {}, {last})", first + 1, first + 2);
    tamper(&mut database, &gone).await;
    let found = numbering(&admin).await;
    let missing =
        vec![AuditNumbers { first: first + 1, last: first + 2 }, AuditNumbers { first: last, last }];
    assert_eq!((&found.missing, found.missing_total, found.count), (&missing, 3, AuditIntegrity::Unchanged));
    let seen = look(server.data(), &[]).await;
    let expected = format!("3 events are missing: {} to {}, {last}", first + 1, first + 2);
    assert_eq!(seen.of("audit_log"), ("failing", expected.as_str()));
    // Later events do not hide it.
    admin.once(paths::TEAMS, &json!({"name": "Later"})).await.json::<Team>();
    let found = numbering(&admin).await;
    assert_eq!((found.missing, found.last), (missing, last + 1));
}

#[tokio::test]
async fn n6_a_count_that_is_set_back_with_the_end_of_the_log_shows() {
    let server = Server::start().await;
    let admin = with_teams(&server, 3).await;
    let last = all(&admin).await.len() as u64;
    let mut database = database(&server).await;
    tamper(&mut database, &format!("DELETE FROM audit_events WHERE number >= {}", last - 1)).await;
    for set_back in [
        "UPDATE audit_counts SET last_number = last_number - 2".to_owned(),
        "UPDATE audit_counts SET mac = NULL, uncoded_to = last_number".to_owned(),
        "DELETE FROM audit_counts".to_owned(),
    ] {
        run(&mut database, std::slice::from_ref(&set_back)).await;
        assert_eq!(numbering(&admin).await.count, AuditIntegrity::Changed, "{set_back}");
    }
    let seen = look(server.data(), &[]).await;
    assert_eq!(seen.of("audit_log"), ("failing", "the count of events was changed outside of the server"));
    // The server goes on, and does not make good what somebody else has done.
    admin.once(paths::TEAMS, &json!({"name": "Later"})).await.json::<Team>();
    assert_eq!(numbering(&admin).await.count, AuditIntegrity::Changed);
}

#[tokio::test]
async fn n6_the_name_of_a_key_that_there_never_was_hides_nothing() {
    let mut server = Server::start_with(|config| config.retention.retain_audit_days = 400).await;
    let admin = with_teams(&server, 4).await;
    let last = all(&admin).await.len() as u64;
    let mut database = database(&server).await;
    // A deletion that is said to be the server's.
    tamper(&mut database, &format!("DELETE FROM audit_events WHERE number = {}", last - 2)).await;
    let said = format!(
        "INSERT INTO audit_removals (account_id, first_number, last_number, mac)
         SELECT account_id, {0}, {0}, 'x.AAAA' FROM audit_counts",
        last - 2
    );
    run(&mut database, &[said]).await;
    let gone = AuditNumbers { first: last - 2, last: last - 2 };
    let found = numbering(&admin).await;
    assert_eq!((&found.missing, found.deleted, found.unproven), (&vec![gone], vec![], vec![]));
    // An edited event whose code is said to be of a lost key.
    let edit = "UPDATE audit_events SET subject = 'Somebody', mac = 'x.AAAA' WHERE subject = 'Team 0'";
    tamper(&mut database, edit).await;
    let edited = async |admin: &Client, subject: &str| {
        all(admin).await.into_iter().find(|event| event.subject == subject).expect("the event").integrity
    };
    assert_eq!(edited(&admin, "Somebody").await, AuditIntegrity::Changed);
    // One that is said to be of before there were codes, by a count that is said to be of a lost key.
    tamper(&mut database, "UPDATE audit_events SET subject = 'Nobody', mac = NULL WHERE subject = 'Team 3'")
        .await;
    run(&mut database, &["UPDATE audit_counts SET uncoded_to = last_number, mac = 'x.AAAA'".to_owned()])
        .await;
    assert_eq!(numbering(&admin).await.count, AuditIntegrity::KeyMissing);
    server.restart().await;
    let admin = server.admin().await;
    assert_eq!(edited(&admin, "Nobody").await, AuditIntegrity::Changed);
    assert_eq!(numbering(&admin).await.count, AuditIntegrity::KeyMissing, "it stays");
}

#[tokio::test]
async fn n6_what_is_deleted_for_its_age_is_no_gap_and_the_log_says_up_to_which_number() {
    let mut server = Server::start_with(|config| config.retention.retain_audit_days = 400).await;
    let admin = with_teams(&server, 3).await;
    let last = all(&admin).await.len();
    server.clock.advance(DAY * 800);
    server.restart().await;
    let mut database = database(&server).await;
    let old = format!("SELECT COUNT(*) FROM audit_events WHERE number <= {last}");
    while count(&mut database, &old).await > 0 {
        tokio::task::yield_now().await;
    }
    server.clock.advance(DAY);
    server.restart().await;
    let told = loop {
        let told = server.audited(AuditAction::OldDataDeleted).await;
        if let Some(told) = told.into_iter().find(|event| event.subject.starts_with("audit_events ")) {
            break told;
        }
    };
    assert_eq!(told.changes, [change(AuditField::DeletedTo, None, Some(&last.to_string()))]);
    let found = numbering(&server.admin().await).await;
    let deleted = vec![AuditNumbers { first: 1, last: last as u64 }];
    assert_eq!((found.deleted, found.missing_total, found.count), (deleted, 0, AuditIntegrity::Unchanged));
    let seen = look(server.data(), &[]).await;
    let (state, said) = seen.of("audit_log");
    assert!(
        state == "ok" && said.ends_with(&format!("those up to {last} were deleted for their age")),
        "{said}"
    );
    // Once the key is lost that proves it, it is what is said to have been deleted.
    let lost = ["removals", "counts"].map(|table| format!("UPDATE audit_{table} SET mac = 'lost.AAAA'"));
    run(&mut database, &lost).await;
    let found = numbering(&server.admin().await).await;
    let unproven = vec![AuditNumbers { first: 1, last: last as u64 }];
    assert_eq!(
        (found.deleted, found.unproven, found.missing_total, found.count),
        (vec![], unproven, 0, AuditIntegrity::KeyMissing)
    );
}

#[tokio::test]
async fn n6_an_event_that_was_made_old_by_hand_is_missing_once_it_was_deleted_for_its_age() {
    if is_not_for("it goes around the triggers of SQLite") {
        return;
    }
    let mut server = Server::start_with(|config| config.retention.retain_audit_days = 400).await;
    let admin = with_teams(&server, 3).await;
    let hidden = all(&admin).await[2].number;
    let mut database = database(&server).await;
    let statements = [
        "DROP TRIGGER audit_events_stay".to_owned(),
        format!("UPDATE audit_events SET place = 1 WHERE number = {hidden}"),
    ];
    run(&mut database, &statements).await;
    server.clock.advance(DAY * 2);
    server.restart().await;
    let there = format!("SELECT COUNT(*) FROM audit_events WHERE number = {hidden}");
    while count(&mut database, &there).await > 0 {
        tokio::task::yield_now().await;
    }
    let found = numbering(&server.admin().await).await;
    assert_eq!((found.deleted, found.missing), (vec![], vec![AuditNumbers { first: hidden, last: hidden }]));
}

#[tokio::test]
async fn n6_an_event_that_an_erasure_changes_says_so_and_what_was_edited_before_is_not_made_good() {
    let server = Server::start().await;
    let member = server.member(ANA).await;
    assert_eq!(
        member.patch(paths::PROFILE, &json!({"first_name": "Ana", "last_name": "Lopez"})).await.status,
        200
    );
    let admin = server.admin().await;
    let exported = server::export_person(&server.place(), ANA).await.expect("an export");
    let exported: Value = serde_json::from_str(&exported).expect("JSON");
    let events = exported["tables"]["audit_events"].as_array().expect("events");
    let theirs = events.iter().filter(|event| event["address"].is_string()).count();
    assert!(theirs > 0 && theirs < events.len(), "the addresses of others are not theirs: {events:?}");
    let edit =
        "UPDATE audit_events SET request_id = request_id, search_text = 'x' WHERE action = 'user_renamed'";
    tamper(&mut database(&server).await, edit).await;
    server::erase_person(&server.place(), ANA, true).await.expect("an erasure");
    let events = all(&admin).await;
    let erased: Vec<_> = events.iter().filter(|event| event.erased).collect();
    assert!(erased.len() > 1);
    for event in &erased {
        let expected = match event.action {
            AuditAction::UserRenamed => AuditIntegrity::Changed,
            _ => AuditIntegrity::Unchanged,
        };
        assert_eq!(event.integrity, expected, "{event:?}");
        let said = serde_json::to_string(event).unwrap();
        assert!(!said.contains("Lopez") && !said.contains(ANA), "{said}");
    }
    let by_them = erased.iter().filter(|event| event.actor.starts_with("erased-"));
    assert!(by_them.clone().count() > 0 && by_them.clone().all(|event| event.address.is_none()));
    assert_eq!(numbering(&admin).await.missing_total, 0);
}

#[tokio::test]
async fn n6_codes_are_made_again_by_a_new_first_key_and_what_was_edited_is_not() {
    let mut server =
        Server::start_with(|config| config.services.secret_keys = Some(KEYS[0].to_owned())).await;
    with_teams(&server, 3).await;
    let mut database = database(&server).await;
    tamper(&mut database, "UPDATE audit_events SET subject = 'Nobody' WHERE subject = 'Team 1'").await;
    server
        .restart_with(|config| config.services.secret_keys = Some(format!("{},{}", KEYS[1], KEYS[0])))
        .await;
    while count(&mut database, "SELECT COUNT(*) FROM audit_counts WHERE mac LIKE 'k2.%'").await == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(count(&mut database, "SELECT COUNT(*) FROM audit_events WHERE mac NOT LIKE 'k2.%'").await, 1);
    server.restart_with(|config| config.services.secret_keys = Some(KEYS[1].to_owned())).await;
    let admin = server.admin().await;
    let events = all(&admin).await;
    for event in &events {
        let expected =
            if event.subject == "Nobody" { AuditIntegrity::Changed } else { AuditIntegrity::Unchanged };
        assert_eq!(event.integrity, expected, "{event:?}");
    }
    let found = numbering(&admin).await;
    assert_eq!((found.missing_total, found.count), (0, AuditIntegrity::Unchanged));
}

#[tokio::test]
async fn n6_what_was_written_before_there_were_codes_gets_them_once_and_the_log_says_so() {
    let mut server = Server::start().await;
    let admin = with_teams(&server, 3).await;
    let before = all(&admin).await.len() as u64;
    server.stop().await;
    let mut database = database(&server).await;
    tamper(&mut database, "UPDATE audit_events SET mac = NULL").await;
    run(&mut database, &["UPDATE audit_counts SET uncoded_to = last_number, mac = NULL".to_owned()]).await;
    server.restart().await;
    while count(&mut database, "SELECT COUNT(*) FROM audit_counts WHERE uncoded_to = 0").await == 0 {
        tokio::task::yield_now().await;
    }
    let admin = server.admin().await;
    let events = all(&admin).await;
    assert!(events.iter().all(|event| event.integrity == AuditIntegrity::Unchanged), "{events:?}");
    let told: Vec<_> = events.iter().filter(|event| event.action == AuditAction::AuditLogCoded).collect();
    assert_eq!((told.len(), told[0].subject.as_str()), (1, before.to_string().as_str()));
    assert_eq!(numbering(&admin).await.count, AuditIntegrity::Unchanged);
}

async fn export(client: &Client, query: &str, format: &str) -> String {
    let answer = client.post(&format!("{}?{query}", paths::AUDIT_EXPORT), &json!({"format": format})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().to_owned()
}

#[tokio::test]
async fn n6_an_export_has_every_event_in_order_and_says_at_its_end_how_many() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.once(paths::TEAMS, &json!({"name": "=cmd|' /C calc'!A0"})).await.json::<Team>();
    // More than two portions.
    act_often(&server, &admin, 1_100).await;
    let text = export(&admin, "", "json_lines").await;
    let mut lines: Vec<&str> = text.lines().collect();
    let end = lines.pop().unwrap();
    let end: AuditExportEnd =
        serde_json::from_value(serde_json::from_str::<Value>(end).unwrap()["end"].clone()).unwrap();
    assert_eq!(end.events, lines.len() as u64);
    let events: Vec<AuditEvent> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(events.is_sorted_by_key(|event| event.number) && events.len() > 1_100);
    assert_eq!(events.last().unwrap().action, AuditAction::AuditLogExported, "its own note is the last");
    assert_eq!(end.numbering.missing_total, 0);

    let csv = export(&admin, "action=team_created", "csv").await;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    let (end, events) = records.split_last().unwrap();
    assert_eq!((&end[0], &end[1]), ("end", "1 events"));
    assert_eq!((events.len(), &events[0][8], &events[0][10]), (1, "'=cmd|'' /C calc'!A0", "127.0.0.1"));
    let noted = server.audited(AuditAction::AuditLogExported).await;
    assert_eq!(noted.len(), 2);
    assert_eq!(noted[0].subject, "action=team_created");
    assert_eq!(noted[0].changes, [change(AuditField::Format, None, Some("csv"))]);
    assert_eq!(noted[0].actor, ADMIN);
}

/// Makes more than so many events: a file makes administrators of so many members.
async fn act_often(server: &Server, admin: &Client, members: u32) {
    many_people(&mut database(server).await, members).await;
    let rows: Vec<_> =
        (1..=members).map(|number| to_role(number + 1, &format!("p{number}@example.com"), "Admin")).collect();
    let (changes, _) = admin.compare(MemberAction::Update, &rows, limits::ROWS_PER_CHUNK).await;
    admin.applied(&changes).await;
}

#[tokio::test]
async fn n6_an_export_needs_a_fresh_proof_and_says_what_is_missing_and_changed() {
    let server = Server::start().await;
    let mut ana = server.administrator(ANA).await;
    with_teams(&server, 3).await;
    let mut database = database(&server).await;
    tamper(&mut database, "UPDATE audit_events SET actor = 'Eve' WHERE subject = 'Team 0'").await;
    tamper(&mut database, "DELETE FROM audit_events WHERE subject = 'Team 1'").await;
    server.clock.advance(Duration::from_secs(300));
    let refused = ana.post(paths::AUDIT_EXPORT, &json!({"format": "csv"})).await;
    assert_eq!(refused.code(), ProblemCode::ProofNeeded);
    ana.prove().await;
    let text = export(&ana, "", "json_lines").await;
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let end: AuditExportEnd = serde_json::from_value(end["end"].clone()).unwrap();
    assert_eq!((end.changed_total, end.numbering.missing_total), (1, 1));
    assert_eq!(end.numbering.missing[0].first, end.changed[0] + 1);
    let csv = export(&ana, "", "csv").await;
    let missing = end.numbering.missing[0];
    let last = csv.trim_end().lines().last().unwrap();
    assert!(
        last.contains(&format!(
            "missing: {} ({}-{})",
            end.numbering.missing_total, missing.first, missing.last
        )),
        "{last}"
    );
    assert!(
        last.contains(&format!("changed outside of the server: {} ({}", end.changed_total, end.changed[0])),
        "{last}"
    );
}

#[tokio::test]
#[ignore = "a benchmark: takes a while where nothing is optimised"]
async fn n6_an_export_of_a_hundred_thousand_events_is_whole() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut database = database(&server).await;
    let insert = "INSERT INTO audit_events (id, account_id, at, actor_kind, actor, action, subject, search_text, request_id,
             place, number)
         SELECT '01800000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             1704067200000 + value * 1000, 'person', 'Ana', 'signed_in', 'ana@example.com', 'ana', '',
             (1704067200000 + value * 1000) * 1048576, 1000 + value FROM numbers, accounts a";
    fill(&mut database, 100_000, insert).await;
    for format in ["json_lines", "csv"] {
        let text = export(&admin, "action=signed_in", format).await;
        // That of this administrator, and the last line; CSV has a head.
        assert_eq!(text.lines().count(), 100_002 + usize::from(format == "csv"));
    }
}

#[tokio::test]
async fn n6_events_of_an_earlier_version_are_numbered_and_coded_at_the_upgrade() {
    if is_not_for("the earlier database is made by hand") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("msi.sqlite3");
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    let migrator = sqlx::migrate!("migrations/sqlite");
    let earlier: Vec<_> = migrator.iter().filter(|migration| migration.version < 5).cloned().collect();
    Migrator::with_migrations(earlier).run(&mut conn).await.unwrap();
    sqlx::raw_sql(
        "INSERT INTO accounts (id, name, seat_limit, team_limit, login_management, created_at)
         VALUES ('1', 'Old', 10, 10, 'all_login_methods', 0);
         INSERT INTO audit_events (id, account_id, at, actor_kind, actor, action, subject, search_text, request_id, place)
         VALUES ('c', '1', 1795000000003, 'server', '', 'sign_in_link_made', 'c@example.com', 'c', 'r3', (1795000000003 << 20)),
                ('a', '1', 1795000000001, 'server', '', 'sign_in_link_made', 'a@example.com', 'a', 'r1', (1795000000001 << 20)),
                ('b', '1', 1795000000002, 'server', '', 'sign_in_link_made', 'b@example.com', 'b', 'r2', (1795000000002 << 20)),
                -- So old that it is deleted at once.
                ('z', '1', 1, 'server', '', 'sign_in_link_made', 'z@example.com', 'z', 'r0', (1 << 20))",
    )
    .execute(&mut conn)
    .await
    .unwrap();
    conn.close().await.unwrap();

    let server = Server::start_with(|config| {
        std::fs::copy(&file, config.data.join("msi.sqlite3")).unwrap();
    })
    .await;
    let mut database = database(&server).await;
    while count(&mut database, "SELECT COUNT(*) FROM audit_counts WHERE uncoded_to = 0").await == 0 {
        tokio::task::yield_now().await;
    }
    while count(&mut database, "SELECT COUNT(*) FROM audit_events WHERE number = 1").await > 0 {
        tokio::task::yield_now().await;
    }
    let events =
        "SELECT number, id, mac IS NOT NULL FROM audit_events WHERE number BETWEEN 2 AND 4 ORDER BY number";
    let events: Vec<(i64, String, i64)> = sqlx::query_as(events).fetch_all(&mut database).await.unwrap();
    assert_eq!(events, [(2, "a"), (3, "b"), (4, "c")].map(|(number, id)| (number, id.to_owned(), 1)));
    assert_eq!(count(&mut database, "SELECT COUNT(*) FROM audit_counts WHERE broken_at IS NULL").await, 1);
    let seen = look(server.data(), &[]).await;
    assert_eq!(seen.of("audit_log").0, "ok", "{}", seen.of("audit_log").1);
}
