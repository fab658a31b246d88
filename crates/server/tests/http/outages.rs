//! A database that is away, one that has become a copy that is only read, as while a primary fails over, and one whose disk is full;
//! and a machine that can look up no names.

use std::time::Duration;

use api_types::{BatchId, CheckState, List, ProblemCode, Readiness, User, paths};
use serde_json::json;
use server::config::Config;
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::harness::{ADMIN, Answer, Client, Server, csv, row};
use crate::long_lists::database;
use crate::post_office::PostOffice;
use crate::postgres;
use crate::proxy::{self, From, Network, Trouble};
use crate::readiness::{ask, readiness, until_seen};
use crate::sweeps::faulty_server::FaultyServer;

const PEOPLE: u32 = 60;

/// A server with a network between it and PostgreSQL, and one between it and its mail server.
struct Links {
    server: Server,
    admin: Client,
    database: Network,
    mail: Network,
    office: PostOffice,
}

/// `None` where tests run on SQLite.
async fn links() -> Option<Links> {
    links_with(|_| {}).await
}

async fn links_with(change: impl FnOnce(&mut Config)) -> Option<Links> {
    let url = postgres::server()?;
    let database = Network::before(proxy::Server::of(&url)).await;
    let office = PostOffice::open().await;
    let mail = Network::before(proxy::Server::Port(office.address)).await;
    let smtp = format!("smtp://{}", mail.address).parse().unwrap();
    let server = Server::start_with(|config| {
        let url = postgres::database_of(&config.data).expect("a database");
        config.database = Some(database.through(&url).into());
        config.smtp = Some(smtp);
        config.mail_retry_ms = 1;
        change(config);
    })
    .await;
    let admin = server.admin().await;
    Some(Links { server, admin, database, mail, office })
}

impl Links {
    /// What was under way before has ended well, and everything works.
    async fn check_all_is_well(&self, batch: &BatchId) {
        let settled = self.admin.settled(batch).await;
        assert_eq!(settled.deliveries.sent + settled.deliveries.unknown, PEOPLE, "{settled:?}");
        let mut taken: Vec<_> = self.office.collect().into_iter().map(|mail| mail.to).collect();
        // They are told of what fails for long.
        taken.retain(|to| to != ADMIN);
        let all = taken.len();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), all, "nobody gets a mail twice");
        assert!(all >= settled.deliveries.sent as usize && all <= PEOPLE as usize, "{settled:?}");
        assert_eq!(self.admin.once(paths::TEAMS, &json!({"name": "Afterwards"})).await.status, 201);
        while readiness(&self.server).await.0 != 200 {}
    }

    /// A batch whose mails wait for the mail server.
    async fn under_way(&self) -> BatchId {
        self.mail.set(Trouble::Away);
        let rows: Vec<_> = (0..PEOPLE).map(|at| row(at + 2, &format!("p{at}@example.com"))).collect();
        self.admin.sealed(&csv(rows.len()), &rows).await
    }
}

#[tokio::test]
async fn r8_r21_while_the_database_is_away_everybody_is_told_so_and_afterwards_all_goes_on_by_itself() {
    let Some(links) = links().await else { return };
    let Links { server, admin, database, mail, .. } = &links;
    let batch = links.under_way().await;
    database.set(Trouble::Away);
    mail.set(Trouble::None);

    let refused = |answer: Answer| {
        let problem = answer.problem();
        assert_eq!((problem.code, problem.retry_after), (ProblemCode::Unavailable, Some(1)));
    };
    let team = json!({"name": "One"});
    let (read, written) = tokio::join!(admin.get_at_once(paths::USERS), admin.once(paths::TEAMS, &team));
    refused(read);
    refused(written);
    assert_eq!(ask(server, paths::LIVEZ).await.status, 200);
    let (status, seen) = readiness(server).await;
    assert_eq!((status.as_u16(), seen.reader, seen.writer), (503, CheckState::Failing, CheckState::Failing));
    // Ten minutes pass.
    for _ in 0..10 {
        server.clock.advance(Duration::from_secs(60));
    }
    assert!(links.office.collect().is_empty(), "no mail is sent that could not be recorded");

    database.set(Trouble::None);
    let users: List<User> = loop {
        let answer = admin.get_at_once(paths::USERS).await;
        if answer.status == 200 {
            break answer.json();
        }
        assert_eq!(answer.code(), ProblemCode::Unavailable);
    };
    assert_eq!(users.meta.total, u64::from(PEOPLE) + 1, "whoever was signed in still is");
    links.check_all_is_well(&batch).await;
}

#[tokio::test]
async fn r8_r21_a_database_that_falls_silent_is_given_up_and_afterwards_all_goes_on_by_itself() {
    let impatient = |config: &mut Config| config.database_patience = Some(Duration::from_secs(2));
    let Some(links) = links_with(impatient).await else { return };
    let Links { admin, database, mail, .. } = &links;
    let batch = links.under_way().await;
    let mut refused = 0;
    // In a ping, a begin, a statement, or their answers.
    for (after, from) in [1, 150].into_iter().flat_map(|after| [(after, From::Client), (after, From::Server)])
    {
        database.set(Trouble::Silent { from, after });
        let answer = admin.once(paths::TEAMS, &json!({"name": format!("{after} {from:?}")})).await;
        if answer.status != 201 {
            assert_eq!((answer.status.as_u16(), answer.code()), (503, ProblemCode::Unavailable));
            refused += 1;
        }
        // What fell silent stays so.
        database.set(Trouble::None);
        let users = loop {
            let answer = admin.get_at_once(paths::USERS).await;
            if answer.status == 200 {
                break answer.json::<List<User>>();
            }
            assert_eq!(answer.code(), ProblemCode::Unavailable);
        };
        assert_eq!(users.meta.total, u64::from(PEOPLE) + 1);
    }
    assert!(refused > 0, "something fell silent");
    mail.set(Trouble::None);
    links.check_all_is_well(&batch).await;
}

#[tokio::test]
async fn r8_r21_on_a_copy_that_is_only_read_people_read_and_writing_resumes_when_it_is_promoted() {
    let Some(links) = links().await else { return };
    let Links { server, admin, mail, .. } = &links;
    let batch = links.under_way().await;
    let mut beside = database(server).await;
    let (name,): (String,) =
        sqlx::query_as("SELECT CAST(current_database() AS TEXT)").fetch_one(&mut beside).await.unwrap();
    let mut become_read_only = async |how: &str| {
        let set = format!("ALTER DATABASE {name} SET default_transaction_read_only = {how}");
        sqlx::raw_sql(AssertSqlSafe(set)).execute(&mut beside).await.unwrap();
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'sales-insight-actions' AND datname = current_database()";
        sqlx::raw_sql(end).execute(&mut beside).await.unwrap();
    };
    become_read_only("on").await;
    mail.set(Trouble::None);
    let refused = loop {
        let problem = admin.once(paths::TEAMS, &json!({"name": "One"})).await.problem();
        if problem.code != ProblemCode::Unavailable {
            break problem;
        }
    };
    assert_eq!((refused.code, refused.retry_after), (ProblemCode::NotStored, Some(5)));
    assert_eq!(admin.get(paths::USERS).await.json::<List<User>>().meta.total, u64::from(PEOPLE) + 1);
    let expected = (CheckState::Ok, CheckState::Failing);
    assert!(!until_seen(server, |seen| (seen.reader, seen.writer) == expected).await.ready);
    assert!(links.office.collect().is_empty(), "no mail is sent that could not be recorded");

    become_read_only("off").await;
    links.check_all_is_well(&batch).await;
}

/// Changes the tables beside a server that uses them: it, or the other one, may have to give way a few times.
async fn change(conn: &mut AnyConnection, sql: &'static str) {
    for _ in 0..100 {
        match sqlx::raw_sql(sql).execute(&mut *conn).await {
            Ok(_) => return,
            Err(sqlx::Error::Database(error))
                if matches!(error.code().as_deref(), Some("40P01" | "55P03")) => {}
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the tables are always in use");
}

#[tokio::test]
async fn r8_r21_while_the_databases_disk_is_full_people_read_and_writing_resumes_with_room() {
    let Some(links) = links().await else { return };
    let Links { server, admin, mail, .. } = &links;
    let batch = links.under_way().await;
    let mut beside = database(server).await;
    // Each table refuses as PostgreSQL does that finds no room for another page.
    let fill = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
        DO $$ DECLARE name TEXT; BEGIN
            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
                EXECUTE format('CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION no_room()', name);
            END LOOP; END $$";
    change(&mut beside, fill).await;
    mail.set(Trouble::None);
    for name in ["One", "Two"] {
        let refused = admin.once(paths::TEAMS, &json!({"name": name})).await.problem();
        assert_eq!((refused.code, refused.retry_after), (ProblemCode::NotStored, Some(5)));
    }
    assert_eq!(admin.get(paths::USERS).await.json::<List<User>>().meta.total, u64::from(PEOPLE) + 1);
    let expected = (CheckState::Ok, CheckState::Failing);
    assert!(!until_seen(server, |seen| (seen.reader, seen.writer) == expected).await.ready);
    assert!(links.office.collect().is_empty(), "no mail is sent that could not be recorded");

    change(&mut beside, "DROP FUNCTION no_room CASCADE").await;
    links.check_all_is_well(&batch).await;
}

#[tokio::test]
async fn r21_r22_while_no_name_can_be_looked_up_mails_wait_and_then_go_by_themselves() {
    let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
    let smtp = format!("smtp://localhost:{}", office.address.port());
    let settings = [["--smtp", &smtp], ["--mail-retry-ms", "1"]];
    let server = FaultyServer::start(data.path(), settings.as_flattened());
    let admin = server.process().admin().await;
    let mail = async || {
        let answer = admin.get_bare(paths::READYZ).await;
        serde_json::from_slice::<Readiness>(&answer.body).unwrap().mail
    };

    server.look_up_names(false);
    let batch = admin.sealed(&csv(1), &[row(2, "ana@example.com")]).await;
    while mail().await != CheckState::Failing {}
    // It waits, or is tried again at this moment.
    let waiting = admin.batch(&batch).await.deliveries;
    assert_eq!(waiting.queued + waiting.sending, 1, "{waiting:?}");
    assert_eq!(admin.once(paths::TEAMS, &json!({"name": "Meanwhile"})).await.status, 201);
    assert!(office.collect().is_empty());

    server.look_up_names(true);
    assert_eq!(admin.settled(&batch).await.deliveries.sent, 1);
    while mail().await != CheckState::Ok {}
}
