//! Moving an account from SQLite to PostgreSQL.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::num::NonZeroU32;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use api_types::{Batch, BatchState, List, SyncedPerson, User, paths};
use server::app;
use server::config::{Config, Place};
use server::moving::{self, Step};
use sqlx::{AnyConnection, AssertSqlSafe};
use tokio::sync::Notify;
use url::Url;

use crate::field_sync;
use crate::harness::{Client, Server, csv, row};
use crate::long_lists::{database_at, file_in, fill, many_people};
use crate::performance::report;
use crate::post_office::{Manner, PostOffice};
use crate::postgres::{self, is_missing_for};

const PORTION: NonZeroU32 = NonZeroU32::new(50).expect("more than none");
const MOVED: &str = "moved-to-postgresql";

/// A server on SQLite, wherever others are.
async fn on_sqlite(change: impl FnOnce(&mut Config)) -> Server {
    Server::start_with(|config| {
        config.database = None;
        change(config);
    })
    .await
}

/// A server on SQLite with that many members, stopped, and an empty database.
async fn stopped_with(members: u32) -> (Server, Place) {
    let mut server = on_sqlite(|config| config.account.seats = Some(2 * members)).await;
    many_people(&mut file_in(server.data()).await, members).await;
    server.stop().await;
    let place = empty_target(server.data());
    (server, place)
}

/// A data folder with an empty database beside it.
fn empty_target(data: &Path) -> Place {
    let url = postgres::empty_database_of(data).expect("PostgreSQL");
    Place { database: Some(url.into()), ..Place::in_folder(data) }
}

async fn database_of(place: &Place) -> AnyConnection {
    database_at(&postgres::database_of(&place.folder).expect("PostgreSQL")).await
}

async fn number(database: &mut AnyConnection, select: &'static str) -> i64 {
    let (number,): (i64,) = sqlx::query_as(select).fetch_one(database).await.expect("a number");
    number
}

async fn moved(place: &Place) -> String {
    moving::run(place, PORTION, &mut |_| {}).await.expect("the account is moved")
}

async fn refusal(place: &Place) -> String {
    moving::run(place, PORTION, &mut |_| {}).await.expect_err("no move").to_string()
}

/// Moves, and stops somewhere after a step. Returns whether the move ended before.
async fn stopped_at(place: &Place, mut is_enough: impl FnMut(Step<'_>) -> bool + Send) -> bool {
    let stop = Notify::new();
    let mut tell = |step: Step<'_>| {
        if is_enough(step) {
            stop.notify_one();
        }
    };
    tokio::select! {
        biased;
        () = stop.notified() => false,
        outcome = moving::run(place, PORTION, &mut tell) => outcome.map(|_| true).expect("the account is moved"),
    }
}

/// Moves, and stops once that many steps are done.
async fn stopped_after(place: &Place, steps: usize) -> bool {
    let mut done = 0;
    stopped_at(place, |_| {
        done += 1;
        done == steps
    })
    .await
}

/// Whether all is copied.
fn compares(step: Step<'_>) -> bool {
    matches!(step, Step::Compared { .. })
}

/// A start of a server with this place that is refused.
async fn refused_start(server: &Server, place: &Place) -> String {
    let mut config = crate::harness::config(server.data());
    config.database = place.database.clone();
    let started = app::start(config, server.clock.clone()).await;
    started.err().expect("no server").to_string()
}

/// What somebody sees of what nothing changes by itself.
async fn seen(client: &Client) -> Vec<String> {
    let mut seen = Vec::new();
    for path in [
        paths::PROFILE,
        paths::TEAMS,
        "/users?limit=200",
        "/users?search=p1",
        "/users?sort=last_sign_in&order=descending",
        "/audit-events?limit=200",
        "/audit-events?search=max",
        "/field-sync/people?limit=200",
        "/field-sync/people?search=an",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        // One mail at a time is on its way now and then, to test the mail server.
        let resting = answer.text().replace(r#""delivery":"sending""#, r#""delivery":"queued""#);
        seen.push(format!("{path}: {resting}"));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn r16_after_a_move_everything_is_there_and_what_was_under_way_goes_on() {
    if is_missing_for("the account moves there") {
        return;
    }
    const INVITED: usize = 120;
    let (mut server, admin) = field_sync::server_of(|config| {
        config.database = None;
        config.sandbox.people = 300;
        config.account.seats = Some(1_000);
    })
    .await;
    let synced = field_sync::sync(&admin).await;
    let max = server.member("max@example.com").await;
    let office = PostOffice::open().await;
    office.treat(Manner::HangsUp);
    let smtp = format!("smtp://{}", office.address).parse().unwrap();
    server.restart_with(|config| config.smtp = Some(smtp)).await;
    let (admin, max) = (admin.at(&server.base), max.at(&server.base));
    let mut batch = csv(INVITED);
    batch.options.teams = vec!["Inside Sales".to_owned()];
    let rows: Vec<_> = (0..INVITED).map(|at| row(at as u32 + 2, &format!("p{at}@example.com"))).collect();
    let id = admin.sealed(&batch, &rows).await;
    let half = admin.open_batch(&csv(2)).await.id;
    admin.add(&half, 0, &[row(2, "half@example.com")]).await;
    let before = seen(&admin).await;
    server.stop().await;

    let place = empty_target(server.data());
    let summary = moved(&place).await;
    assert!(summary.contains("MSI_DATABASE"), "{summary}");
    let queued =
        number(&mut database_of(&place).await, "SELECT COUNT(*) FROM mails WHERE state = 'queued'").await;
    assert_eq!(queued, INVITED as i64 + 1);
    let left = refused_start(&server, &Place::in_folder(server.data())).await;
    assert!(left.contains("was moved to PostgreSQL"), "{left}");
    server.restart_with(|config| config.database = place.database.clone()).await;
    let (admin, max) = (admin.at(&server.base), max.at(&server.base));
    assert_eq!(seen(&admin).await, before);
    assert_eq!(max.get(paths::PROFILE).await.status, 200, "the session goes on");
    let people: List<SyncedPerson> = admin.get(paths::FIELD_SYNC_PEOPLE).await.json();
    assert!(people.meta.total > 0 && people.meta.total <= synced.read);

    office.treat(Manner::Open);
    admin.once(paths::MAIL_RETRY, &()).await;
    let settled = admin.settled(&id).await;
    assert_eq!((settled.deliveries.sent as usize, settled.verdicts.ready as usize), (INVITED, INVITED));
    let mails = office.taken().into_iter().filter(|mail| mail.to.starts_with('p')).collect::<Vec<_>>();
    let once: BTreeSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!((mails.len(), once.len()), (INVITED, INVITED), "each once");

    // What was half sent is sent to its end, and nobody can be invited again.
    admin.add(&half, 1, &[row(3, "p7@example.com")]).await;
    admin.seal(&half).await;
    let half: Batch = admin.settled(&half).await;
    assert_eq!((half.state, half.verdicts.ready, half.verdicts.invited), (BatchState::Sealed, 1, 1));
    let revoked: Batch = admin.once(&paths::batch_revoke(&id), &()).await.json();
    assert!(revoked.revoking.is_some() || revoked.revoked as usize == INVITED);
}

#[tokio::test]
async fn r16_a_move_goes_on_wherever_it_was_stopped() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (mut server, place) = stopped_with(300).await;
    // One step more each time: while tables are copied, indexes made, rows compared.
    let (mut steps, mut last, mut places) = (0, 0, BTreeSet::new());
    loop {
        steps += 1;
        let mut done = 0;
        let has_ended = stopped_at(&place, |step| {
            done += 1;
            let place = match step {
                Step::Copied { .. } => "copying",
                Step::Built { .. } => "building",
                Step::Compared { .. } => "comparing",
            };
            let is_enough = done == steps || place == "comparing" && !places.contains(place);
            if is_enough {
                places.insert(place);
            }
            is_enough
        });
        if has_ended.await {
            break;
        }
        let refused = refused_start(&server, &place).await;
        assert!(refused.contains("is half moved: run server migrate again"), "{refused}");
        let copied = number(&mut database_of(&place).await, "SELECT COUNT(*) FROM users").await;
        assert!(copied >= last && (copied == 301 || copied % 50 == 0), "{copied}");
        last = copied;
    }
    assert_eq!(places, BTreeSet::from(["building", "comparing", "copying"]), "stopped in each");
    server.restart_with(|config| config.database = place.database.clone()).await;
    let users: List<User> = server.admin().await.get(paths::USERS).await.json();
    assert_eq!(users.meta.total, 301);
}

#[tokio::test]
async fn r16_a_move_that_is_killed_goes_on() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (mut server, place) = stopped_with(300).await;
    let url = postgres::database_of(server.data()).unwrap();
    let migrate = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command
            .args(["migrate", "--portion", "50", "--from"])
            .arg(format!("sqlite:{}", server.data().display()));
        command.env("MSI_DATABASE", &url).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    for lines in [1, 2, 2] {
        let mut child = migrate().spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines().take(lines).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(said, lines, "it had not ended");
    }
    let ended = migrate().output().unwrap();
    let (said, told) = (String::from_utf8(ended.stdout).unwrap(), String::from_utf8(ended.stderr).unwrap());
    assert!(ended.status.success(), "{told}");
    assert!(said.contains("users                                301\n"), "{said}");
    let secret = url.split_once("://").unwrap().1;
    assert!(!said.contains(secret) && !told.contains(secret), "{said}{told}");
    server.restart_with(|config| config.database = place.database.clone()).await;
    let users: List<User> = server.admin().await.get(paths::USERS).await.json();
    assert_eq!(users.meta.total, 301);
}

#[tokio::test]
async fn r16_a_move_that_made_nothing_but_its_mark_goes_on() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(3).await;
    assert!(!stopped_after(&place, 1).await);
    let mut database = database_of(&place).await;
    // As it is before the tables are made.
    let anew = "CREATE TEMPORARY TABLE mark AS SELECT * FROM msi_move; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
                CREATE TABLE public.msi_move (id TEXT NOT NULL, changed_texts BIGINT NOT NULL);
                INSERT INTO public.msi_move SELECT id, 0 FROM mark";
    sqlx::raw_sql(anew).execute(&mut database).await.unwrap();
    let refused = refused_start(&server, &place).await;
    assert!(refused.contains("is half moved: run server migrate again"), "{refused}");
    moved(&place).await;
}

#[tokio::test]
async fn r16_the_database_is_afterwards_as_the_migrations_make_one() {
    if is_missing_for("the account moves there") {
        return;
    }
    const SCHEMA: [&str; 3] = [
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexdef",
        "SELECT CAST(conrelid AS regclass) || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
          WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        "SELECT CAST(tgrelid AS regclass) || ' ' || tgname || ' ' || CAST(tgenabled AS TEXT) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    ];
    async fn schema(database: &mut AnyConnection) -> Vec<Vec<(String,)>> {
        let mut schema = Vec::new();
        for select in SCHEMA {
            schema.push(sqlx::query_as(select).fetch_all(&mut *database).await.unwrap());
        }
        schema
    }
    let (mut server, place) = stopped_with(60).await;
    // The number of somebody who is gone is not given again.
    let mut file = file_in(server.data()).await;
    let gone = number(&mut file, "SELECT MAX(number) FROM users").await;
    sqlx::query("DELETE FROM users WHERE number = $1").bind(gone).execute(&mut file).await.unwrap();
    drop(file);
    moved(&place).await;
    let migrated = tempfile::tempdir().unwrap();
    let fresh = schema(&mut database_at(&postgres::database_of(migrated.path()).unwrap()).await).await;
    postgres::drop_database_of(migrated.path());
    assert!(fresh.iter().all(|part| !part.is_empty()));
    let mut database = database_of(&place).await;
    assert_eq!(schema(&mut database).await, fresh);

    server.restart_with(|config| config.database = place.database.clone()).await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "new@example.com")]).await;
    assert_eq!(
        number(&mut database, "SELECT number FROM users WHERE email = 'new@example.com'").await,
        gone + 1
    );
    // Triggers count on from what was counted.
    let counted = "SELECT CAST(COALESCE(SUM(people), 0) AS BIGINT) FROM people_counts";
    assert_eq!(number(&mut database, counted).await, 61);
}

#[tokio::test]
async fn r16_texts_of_any_kind_go_over_and_what_cannot_be_stored_is_counted() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(60).await;
    let mut file = file_in(server.data()).await;
    let odd = "UPDATE users SET first_name = CASE number % 4
            WHEN 0 THEN '' WHEN 1 THEN '\\N' WHEN 2 THEN 'a' || char(9, 10, 13) || '\\.' || char(10) || '\"日本語' || char(128512)
            ELSE 'x' || char(0) || 'y' END, locale = NULL";
    sqlx::query(odd).execute(&mut file).await.unwrap();
    let nuls = number(&mut file, "SELECT COUNT(*) FROM users WHERE number % 4 = 3").await;
    let texts = "SELECT number, first_name FROM users WHERE number % 4 <> 3 ORDER BY number";
    let before: Vec<(i64, String)> = sqlx::query_as(texts).fetch_all(&mut file).await.unwrap();
    drop(file);
    let summary = moved(&place).await;
    assert!(summary.contains(&format!("{nuls} texts had a NUL")), "{summary}");
    let mut database = database_of(&place).await;
    let after: Vec<(i64, String)> = sqlx::query_as(texts).fetch_all(&mut database).await.unwrap();
    assert_eq!(after, before);
    let replaced =
        "SELECT COUNT(*) FROM users WHERE number % 4 = 3 AND first_name = 'x' || chr(65533) || 'y'";
    assert_eq!(number(&mut database, replaced).await, nuls);
}

#[tokio::test]
async fn r16_a_copy_that_differs_is_reported_by_table_and_key_and_used_by_nobody() {
    if is_missing_for("the account moves there") {
        return;
    }
    for (damage, differ) in [
        ("UPDATE users SET last_name = 'Else' WHERE number = 40", 1),
        ("DELETE FROM users WHERE number = 40", 1),
        ("UPDATE users SET number = 4000 WHERE number = 40", 2),
    ] {
        let (mut server, place) = stopped_with(60).await;
        assert!(!stopped_at(&place, compares).await);
        sqlx::query(damage).execute(&mut database_of(&place).await).await.unwrap();
        let refused = refusal(&place).await;
        let said = format!(
            "the copy differs from the data folder, first in the table users at 40, rows that differ: {differ}:"
        );
        assert!(refused.starts_with(&said), "{refused}");
        assert!(!refused.contains("Else") && !refused.contains("Family"), "{refused}");
        assert!(refused_start(&server, &place).await.contains("half moved"), "{damage}");
        assert!(!server.data().join(MOVED).exists());
        server.restart_with(|config| config.database = None).await;
    }
}

#[tokio::test]
async fn r16_what_is_not_empty_is_no_target() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(3).await;
    sqlx::query("CREATE TABLE others (id BIGINT)").execute(&mut database_of(&place).await).await.unwrap();
    let refused = refusal(&place).await;
    assert!(refused.ends_with("or of another program: name one that is empty"), "{refused}");
    assert_eq!(number(&mut database_of(&place).await, "SELECT COUNT(*) FROM others").await, 0);

    // Another account.
    let other = Server::start().await;
    let place_of_other = Place { database: other.place().database, ..place.clone() };
    assert!(refusal(&place_of_other).await.starts_with("another server is using the database"));
    let mut other = other;
    other.stop().await;
    assert!(refusal(&place_of_other).await.contains("is not empty"));

    // The half of another one.
    let (another, half) = stopped_with(3).await;
    assert!(!stopped_after(&half, 3).await);
    let half = Place { database: half.database.clone(), ..Place::in_folder(server.data()) };
    assert!(refusal(&half).await.contains("holds a part of another move"));
    drop(another);
}

#[tokio::test]
async fn r16_a_role_that_may_make_no_tables_is_told_what_it_needs() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(3).await;
    let mut database = database_of(&place).await;
    let role = format!("msi_test_role_{}", std::process::id());
    sqlx::query(AssertSqlSafe(format!("CREATE ROLE {role} LOGIN"))).execute(&mut database).await.unwrap();
    let url = postgres::as_role(Url::parse(&postgres::database_of(server.data()).unwrap()).unwrap(), &role);
    let as_role = Place { database: Some(String::from(url).into()), ..place.clone() };
    let refused = refusal(&as_role).await;
    assert!(refused.ends_with("give the role CREATE on the database and its schema"), "{refused}");
    sqlx::query(AssertSqlSafe(format!("DROP ROLE {role}"))).execute(&mut database).await.unwrap();
    moved(&place).await;
}

#[tokio::test]
async fn r16_a_source_that_was_used_in_between_is_not_moved_on() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (mut server, place) = stopped_with(3).await;
    assert!(!stopped_after(&place, 3).await);
    let beside = server::admins(&Place::in_folder(server.data())).await.unwrap_err().to_string();
    assert!(beside.contains("half moved to PostgreSQL: run server migrate again"), "{beside}");
    server.restart_with(|config| config.database = None).await;
    server.stop().await;
    assert!(refusal(&place).await.contains("holds a part of another move, or of one that was given up"));
    moved(&empty_target(server.data())).await;
}

#[tokio::test]
async fn r16_after_a_move_no_server_starts_on_what_was_left_behind() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (mut server, place) = stopped_with(3).await;
    assert!(!stopped_at(&place, compares).await);
    // As if it was stopped between its last two changes: a server starts on neither, and the move can be ended.
    std::fs::rename(server.data().join("moving-to-postgresql"), server.data().join(MOVED)).unwrap();
    let left = Place::in_folder(server.data());
    assert!(refused_start(&server, &left).await.contains("was moved to PostgreSQL"));
    assert!(refused_start(&server, &place).await.contains("is half moved"));
    moved(&place).await;

    for refused in [refused_start(&server, &left).await, server::admins(&left).await.unwrap_err().to_string()]
    {
        let file = server.data().join(MOVED).display().to_string();
        assert!(refused.ends_with(&format!("to go back to what the folder has, delete {file}")), "{refused}");
    }
    assert!(refusal(&place).await.contains("was moved to PostgreSQL already"));
    server.restart_with(|config| config.database = place.database.clone()).await;
    server.stop().await;
    assert!(refusal(&empty_target(server.data())).await.contains("was moved to PostgreSQL already"));
    std::fs::remove_file(server.data().join(MOVED)).unwrap();
    server.restart_with(|config| config.database = None).await;
}

#[tokio::test]
async fn r16_nothing_moves_beside_a_server() {
    if is_missing_for("the account moves there") {
        return;
    }
    let server = on_sqlite(|_| {}).await;
    let place = empty_target(server.data());
    let refused = refusal(&place).await;
    assert!(
        refused.starts_with("another server is using") && refused.ends_with("stop it first"),
        "{refused}"
    );

    // Nor does a command change what is moved.
    let (server, place) = stopped_with(3).await;
    let beside = Notify::new();
    let mut tell = |_: Step<'_>| beside.notify_one();
    let other = async {
        beside.notified().await;
        refusal(&place).await
    };
    let (done, refused) = tokio::join!(moving::run(&place, PORTION, &mut tell), other);
    done.unwrap();
    assert!(refused.starts_with("another server is using"), "{refused}");
    drop(server);
}

#[tokio::test]
async fn r16_only_data_of_this_version_is_moved() {
    if is_missing_for("the account moves there") {
        return;
    }
    let nothing = tempfile::tempdir().unwrap();
    let place = empty_target(nothing.path());
    assert!(refusal(&place).await.starts_with("there is no server's database in"));
    let without = moving::run(&Place::in_folder(nothing.path()), PORTION, &mut |_| {}).await.unwrap_err();
    assert_eq!(without.to_string(), "name the PostgreSQL database: --to or MSI_DATABASE");
    let (server, place) = stopped_with(3).await;
    let older = "DELETE FROM _sqlx_migrations WHERE version > 1";
    sqlx::query(older).execute(&mut file_in(server.data()).await).await.unwrap();
    assert!(refusal(&place).await.contains("start this one once on the data folder, then move it"));
    postgres::drop_database_of(nothing.path());
}

#[tokio::test]
async fn r16_a_table_that_is_added_later_is_moved_too() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(3).await;
    assert!(!stopped_after(&place, 2).await);
    let table = "CREATE TABLE later (number BIGINT NOT NULL, name TEXT NOT NULL, more TEXT, PRIMARY KEY (name, number))";
    let mut file = file_in(server.data()).await;
    sqlx::query(table).execute(&mut file).await.unwrap();
    let rows = "INSERT INTO later (number, name) SELECT value, 'n' || (value % 7) FROM numbers";
    fill(&mut file, 120, rows).await;
    drop(file);
    assert!(refusal(&place).await.contains("has not the tables and columns of the data folder"));
    let mut database = database_of(&place).await;
    let table = "CREATE TABLE later (number BIGINT NOT NULL, name TEXT COLLATE \"C\" NOT NULL, more TEXT,
        PRIMARY KEY (name, number))";
    sqlx::query(table).execute(&mut database).await.unwrap();
    assert!(moved(&place).await.contains("later                                120\n"));
    assert_eq!(number(&mut database, "SELECT COUNT(*) FROM later WHERE more IS NULL").await, 120);
}

#[tokio::test]
async fn r26_what_is_of_servers_and_not_of_the_account_stays_where_it_was() {
    if is_missing_for("the account moves there") {
        return;
    }
    let (server, place) = stopped_with(3).await;
    let mut file = file_in(server.data()).await;
    // Of a server that was killed.
    for row in [
        "INSERT INTO servers (id, started_at, is_lead) VALUES ('gone', 0, 1)",
        "INSERT INTO keys_in_use (kind, mark) VALUES ('tokens', 'another')",
    ] {
        sqlx::query(row).execute(&mut file).await.unwrap();
    }
    drop(file);
    let report = moved(&place).await;
    assert!(!report.contains("servers") && !report.contains("keys_in_use"), "{report}");
    let mut database = database_of(&place).await;
    for count in ["SELECT COUNT(*) FROM servers", "SELECT COUNT(*) FROM keys_in_use"] {
        assert_eq!(number(&mut database, count).await, 0, "{count}");
    }
}

/// That many people who are invited, in batches of 100,000, whose mails were sent.
async fn many_invitations(database: &mut AnyConnection, count: u32) {
    for rows in [
        "INSERT INTO batches (number, id, account_id, kind, created_by, created_by_name, file_name, terms, verdicts, state,
             is_dry_run, expected_rows, created_at, filled_at, settled_at)
         SELECT 1 + value / 100000, '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             'invitations', '', 'Ana', 'people.csv', '{}', '{}', 'sealed', 0, 100000, 0, 0, 0
           FROM numbers, accounts a WHERE value % 100000 = 0",
        "INSERT INTO batch_rows (batch_number, row_number, email, email_key, first_name, last_name, verdict, invitation_number)
         SELECT 1 + value / 100000, value % 100000 + 2, 'p' || value || '@example.com', 'p' || value || '@example.com',
             'Given ' || (value % 977), 'Family', 'ready', value + 1 FROM numbers",
        "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
             is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, invitation_number,
             invitation_expires_at, version, created_at)
         SELECT '01900000-0000-7000-8000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             'p' || value || '@example.com', 'p' || value || '@example.com', 'Given ' || (value % 977), 'Family',
             'given ' || (value % 977) || ' family',
             'given ' || (value % 977) || ' family p' || value || '@example.com', 'user', 0, 0, w.number, 'invited', 0,
             value + 1, 4000000000000 + value / 1000, 1, 0
           FROM numbers, accounts a JOIN workspaces w ON w.account_id = a.id AND w.is_default = 1",
        "INSERT INTO invitations (number, id, account_id, batch_number, row_number, user_number, language, generation, status,
             created_at, expires_at)
         SELECT value + 1, '01900000-0000-7000-9000-' || SUBSTR(CAST(1000000000000 + value AS TEXT), 2), a.id,
             1 + value / 100000, value % 100000 + 2, value + 2, 'en', 0, 'pending', 0, 4000000000000 + value / 1000
           FROM numbers, accounts a",
        "INSERT INTO mails (account_id, kind, batch_number, row_number, invitation_number, edition, state, attempts, queued_at,
             next_attempt_at)
         SELECT a.id, 'invitation', 1 + value / 100000, value % 100000 + 2, value + 1, 0, 'sent', 1, 0, 0
           FROM numbers, accounts a",
    ] {
        fill(database, count, rows).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a benchmark: run by script/bench"]
async fn r16_a_million_invitations_are_moved() {
    if is_missing_for("the account moves there") {
        return;
    }
    let mut server = on_sqlite(|config| config.account.seats = Some(2_000_000)).await;
    server.stop().await;
    let started = Instant::now();
    let mut file = file_in(server.data()).await;
    many_invitations(&mut file, 1_000_000).await;
    drop(file);
    report(&format!("filled in {:.1} s", started.elapsed().as_secs_f64()));
    let place = empty_target(server.data());
    let mut lines = moving::Lines::default();
    let mut tell = |step: Step<'_>| lines.add(step).iter().for_each(|line| report(line));
    let started = Instant::now();
    let summary = moving::run(&place, NonZeroU32::new(10_000).unwrap(), &mut tell).await.unwrap();
    report(&format!(
        "{summary}\nR16 1,000,000 invitations moved: {:.1} min",
        started.elapsed().as_secs_f64() / 60.0
    ));
    server.restart_with(|config| config.database = place.database.clone()).await;
    let users: List<User> = server.admin().await.get(paths::USERS).await.json();
    assert_eq!(users.meta.total, 1_000_001);
}
