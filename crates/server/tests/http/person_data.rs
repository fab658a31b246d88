//! Everything that is stored about one person, shown and erased by the operator.

use std::collections::BTreeSet;

use api_types::{ActorKind, AuditAction, AuditEvent, Batch, BatchOptions, List, NewRow, Role, User, paths};
use serde_json::{Value, json};
use sqlx::{AnyConnection, AssertSqlSafe};

use crate::harness::{ADMIN, Client, PASSWORD, Server, csv, row};
use crate::jobs::spoil;
use crate::long_lists::database;
use crate::marketo::{files, holds, id_of};
use crate::postgres::is_not_for;

const EMAIL: &str = "Zephyrine.Q@Example.com";
const KEY: &str = "zephyrine.q@example.com";
/// Parts of the names that the person has had.
const NAMES: [&str; 3] = ["Zephyrine", "Quillfeather", "Oldquillname"];
/// Where the person's address and names are while they are a user.
const EVERYWHERE: &[&str] = &[
    "api_keys.created_by",
    "audit_events.actor",
    "audit_events.search_text",
    "audit_events.subject",
    "batch_rows.detail",
    "batch_rows.email",
    "batch_rows.email_key",
    "batch_rows.first_name",
    "batch_rows.last_name",
    "batches.created_by_name",
    "batches.file_name",
    "batches.retried_by_name",
    "batches.terms",
    "batches.undone_by_name",
    "guesses.counted_for",
    "idempotency_keys.body",
    "mails.detail",
    "mails.payload",
    "salesforce_connections.username",
    "salesforce_verifications.found",
    "sync_problems.email",
    "sync_runs.fields",
    "sync_runs.started_by",
    "synced_people.email",
    "synced_people.first_name",
    "synced_people.last_name",
    "synced_people.search_text",
    "ticks.ticked_by",
    "users.email",
    "users.email_key",
    "users.first_name",
    "users.last_name",
    "users.search_text",
    "users.sort_name",
    "webhook_attempts.response",
    "webhook_endpoints.description",
    "webhook_messages.body",
];

/// The columns of text in which a part of a text is, in any letter case.
async fn found(server: &Server, parts: &[&str]) -> BTreeSet<String> {
    let mut database = database(server).await;
    let columns = if is_not_for("how it lists its columns") {
        "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
          WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'json')"
    } else {
        "SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
          WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE '%search_%'"
    };
    let columns: Vec<(String, String)> =
        sqlx::query_as(AssertSqlSafe(columns)).fetch_all(&mut database).await.expect("columns");
    assert!(columns.len() > 150);
    let mut found = BTreeSet::new();
    for (table, column) in columns {
        for part in parts {
            let select = format!(
                "SELECT COUNT(*) FROM {table} WHERE LOWER(CAST({column} AS TEXT)) LIKE '%{}%'",
                part.to_lowercase()
            );
            let (rows,): (i64,) =
                sqlx::query_as(AssertSqlSafe(select)).fetch_one(&mut database).await.expect("a count");
            if rows > 0 {
                found.insert(format!("{table}.{column}"));
            }
        }
    }
    found
}

/// What else the files of SQLite hold: pages that are no longer used, and the indexes of the searches.
async fn is_in_files(server: &Server) -> bool {
    let bytes: Vec<Vec<u8>> = files(server.data())
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("msi.sqlite3")))
        .map(|path| std::fs::read(path).expect("a file"))
        .collect();
    let spellings = NAMES.iter().flat_map(|name| [(*name).to_owned(), name.to_lowercase()]);
    let all: Vec<String> = spellings.chain([EMAIL.to_owned(), KEY.to_owned()]).collect();
    all.iter().any(|text| bytes.iter().any(|bytes| holds(bytes, text)))
}

/// How many of the terms of the person's name the indexes of the searches hold, of the letters that nobody else has.
async fn terms(database: &mut AnyConnection) -> i64 {
    let (terms,): (i64,) = sqlx::query_as(
        "SELECT (SELECT COUNT(*) FROM audit_search_terms WHERE term IN ('zep', 'llf', 'dqu'))
              + (SELECT COUNT(*) FROM synced_people_search_terms WHERE term IN ('zep', 'llf', 'dqu'))",
    )
    .fetch_one(database)
    .await
    .expect("terms");
    terms
}

/// People, runs and mails as only other services would bring them.
async fn bring(server: &Server, statements: &[&str]) {
    let mut database = database(server).await;
    for statement in statements {
        spoil(&mut database, statement).await;
    }
}

const SYNCED: [&str; 3] = [
    "INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title, phone_number,
         linkedin_url, source, search_text, fingerprint, outcome, pass_id, synced_at)
     SELECT id, 7, 'Zephyrine', 'Quillfeather', 'zephyrine.q@EXAMPLE.com', '', '', '', '', '',
         'zephyrine quillfeather zephyrine.q@example.com', 0, 'created', 'p', 0 FROM accounts",
    "INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title, phone_number,
         linkedin_url, source, search_text, fingerprint, outcome, pass_id, synced_at)
     SELECT id, 8, 'Ana', 'Petrov', 'ana@example.org', '', '', '', '', '', 'ana petrov', 0, 'created', 'p', 0
       FROM accounts",
    "INSERT INTO sync_problems (pass_id, position, record, account_id, marketo_id, email, code)
     SELECT 'p', 0, 0, id, 9, 'ZEPHYRINE.Q@example.com', 'email_invalid' FROM accounts",
];

/// A server with an administrator who has left their name wherever it can be.
async fn filled() -> Server {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut named = row(2, EMAIL);
    (named.first_name, named.last_name) = (Some("Zephyrine".to_owned()), Some("Oldquillname".to_owned()));
    let mut batch = csv(1);
    batch.options.role = Role::Admin;
    admin.send_batch(&batch, &[named.clone()]).await;
    let mut zephyrine = server.anyone();
    zephyrine.activate(&admin.mail_to(KEY).await.link()).await;
    let renamed = zephyrine.patch(paths::PROFILE, &json!({"last_name": "Quillfeather"})).await;
    assert_eq!(renamed.status, 200, "{}", renamed.text());
    assert_eq!(server.anyone().try_password(EMAIL, "not the password").await.status, 401);
    let mut batch = csv(2);
    batch.file_name = Some(format!("of {KEY}.csv"));
    batch.options = BatchOptions {
        message: Some("Zephyrine Quillfeather invites you: zephyrine.q@example.com".to_owned()),
        ..BatchOptions::default()
    };
    zephyrine.send_batch(&batch, &[row(2, "bo@example.com"), NewRow { row: 3, ..named }]).await;
    server::promote(&server.place(), EMAIL).await.expect("an administrator");
    server::end_sessions(&server.place(), EMAIL).await.expect("a user");
    bring(&server, &SYNCED).await;
    let user = "(SELECT id FROM users WHERE email_key = 'zephyrine.q@example.com')";
    let name = "Zephyrine Quillfeather";
    for statement in [
        "INSERT INTO field_syncs (account_id, polling_minutes, people) SELECT id, 5, 2 FROM accounts WHERE true
             ON CONFLICT (account_id) DO UPDATE SET people = 2"
            .to_owned(),
        format!(
            "INSERT INTO sync_runs (id, account_id, kind, state, pass_id, started_by, started_at, ended_at, created, updated,
                 unchanged, not_in_salesforce, no_salesforce_owner, no_email, over_limit, failed, removed, fields)
             SELECT 'r', id, 'preview', 'completed', 'p', '{name}', 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0,
                 '[{{\"sample\":\"Zephyrine\"}},{{\"sample\":\"{EMAIL}\"}}]' FROM accounts"
        ),
        format!(
            "INSERT INTO ticks (account_id, item, ticked_by, ticked_at, ticker_id)
             SELECT id, 'governance', '{name}', 0, {user} FROM accounts"
        ),
        format!(
            "INSERT INTO api_keys (id, account_id, name, name_key, prefix, secret_hash, origins, flows, role, grants,
                 opens_for, created_by, created_at, creator_id, ends_at)
             SELECT 'k', id, 'Key', 'key', 'p', 'a hash of a secret', '[]', '[]', 'user', 'user', '\"maker\"', '{name}', 0,
                 {user}, 9000000000000 FROM accounts"
        ),
        format!(
            "INSERT INTO salesforce_connections (id, account_id, user_id, environment, org_id, org_name, instance_url, username,
                 scopes, access_token, refreshes, connected_at, checked_at)
             SELECT 's', id, {user}, '\"production\"', 'o', 'Acme', 'https://acme', '{KEY}', '', 'a sealed token', 0, 0,
                 9000000000000 FROM accounts"
        ),
        format!(
            "INSERT INTO salesforce_verifications (account_id, item, org_id, is_passed, was_passed, found, verified_at)
             SELECT id, 'user_access', 'o', 0, 0, '[\"{KEY}\"]', 0 FROM accounts"
        ),
        format!("UPDATE batches SET retried_by = {user}, retried_by_name = '{name}', undone_by_name = '{name}'
                  WHERE created_by = {user}"),
        format!("UPDATE batch_rows SET detail = 'no mail for <{KEY}>'"),
        format!(
            "INSERT INTO webhook_endpoints (id, account_id, url, description, types, state, created_at, expired_until)
             SELECT 'w', id, 'https://crm.example.com/hook', 'for {name}', '[\"member.changed\"]', 'active', 0, 9000000000000
               FROM accounts"
        ),
        // It is tried only after the test.
        format!(
            "INSERT INTO webhook_messages (id, endpoint_id, type, body, state, created_at, next_attempt_at, gives_up_at)
             VALUES ('m', 'w', 'member.changed', '{{\"data\":{{\"email\":\"{EMAIL}\"}}}}', 'waiting', 9000000000000,
                     9000000000000, 9000000000000)"
        ),
        format!(
            "INSERT INTO webhook_attempts (message_number, attempt, at, took_ms, outcome, status, response)
             SELECT number, 1, 0, 1, 'refused', 500, 'no {KEY} here' FROM webhook_messages"
        ),
        format!("UPDATE mails SET detail = '550 <{KEY}>: no such user' WHERE batch_number IS NOT NULL"),
    ] {
        bring(&server, &[&statement]).await;
    }
    // A person to whom a mail is being sent is not erased.
    let mut database = database(&server).await;
    let left = "SELECT COUNT(*) FROM mails WHERE state IN ('queued', 'sending')";
    while sqlx::query_scalar::<_, i64>(left).fetch_one(&mut database).await.expect("a count") > 0 {}
    server
}

fn of_person(text: &str) -> bool {
    let text = text.to_lowercase();
    NAMES.iter().any(|name| text.contains(&name.to_lowercase())) || text.contains(KEY)
}

async fn events(admin: &Client, query: &str) -> List<AuditEvent> {
    admin.get(&format!("{}?limit=200{query}", paths::AUDIT_EVENTS)).await.json()
}

#[tokio::test]
async fn r25_a_person_who_is_erased_is_nowhere_and_everything_else_is_where_it_was() {
    let server = filled().await;
    let admin = server.admin().await;
    let parts = [&NAMES[..], &[KEY]].concat();
    let before = found(&server, &parts).await;
    let expected: BTreeSet<String> = EVERYWHERE.iter().map(|column| (*column).to_owned()).collect();
    assert_eq!(expected.difference(&before).collect::<Vec<_>>(), Vec::<&String>::new(), "{before:#?}");
    let person = id_of(&admin, KEY).await;
    let count = events(&admin, "").await.meta.total;
    let theirs = events(&admin, &format!("&actor={person}")).await.items.len();

    let plan = server::erase_person(&server.place(), EMAIL, false).await.expect("a plan");
    assert!(plan.contains("users: 1\n") && plan.contains("give --yes"), "{plan}");
    assert_eq!(found(&server, &parts).await, before, "nothing has changed");

    let said = server::erase_person(&server.place(), EMAIL, true).await.expect("an erasure");
    assert_eq!(found(&server, &parts).await, BTreeSet::new());
    let pseudonym = said.rsplit_once("names the person as ").expect("a pseudonym").1;
    let pseudonym = pseudonym.trim_end_matches('.');
    if !is_not_for("files of its own") {
        assert_eq!(terms(&mut database(&server).await).await, 0);
        assert!(!is_in_files(&server).await, "{said}");
    }

    let now = events(&admin, "").await;
    // Their key was revoked, and they were erased.
    assert_eq!(now.meta.total, count + 2);
    assert!(now.items.iter().all(|event| !of_person(&event.actor) && !of_person(&event.subject)));
    let searched = events(&admin, &format!("&search={pseudonym}")).await.items;
    assert_eq!(searched.iter().filter(|event| event.actor == pseudonym).count(), theirs);
    // Another system that was told of them is told that they are gone, and not who.
    let mut stored = database(&server).await;
    let (told,): (String,) = sqlx::query_as("SELECT body FROM webhook_messages WHERE id <> 'm'")
        .fetch_one(&mut stored)
        .await
        .expect("a message");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(told["data"], json!({"user_id": person, "change": "removed"}));
    let erased = server.audited(AuditAction::PersonErased).await;
    assert_eq!((erased[0].actor_kind, erased[0].subject.as_str()), (ActorKind::Server, pseudonym));
    for text in ["zephyrine", "quillf"] {
        assert_eq!(events(&admin, &format!("&search={text}")).await.meta.total, 0, "{text}");
    }
    let people: List<User> = admin.get(paths::USERS).await.json();
    let left: Vec<&str> = people.items.iter().map(|user| user.email.as_str()).collect();
    assert_eq!((left, people.meta.total), (vec!["bo@example.com", ADMIN], 2));
    assert_eq!(people.meta.statuses.expect("counts").total(), 2);
    let synced: Value = admin.get(paths::FIELD_SYNC_PEOPLE).await.json();
    assert_eq!(synced["meta"]["total"], 1, "Ana Petrov is counted");
    let again = server::erase_person(&server.place(), EMAIL, true).await.expect_err("nobody");
    assert!(again.to_string().contains("nothing is stored"), "{again}");
    let refused = server.anyone().try_password(EMAIL, PASSWORD).await;
    assert_eq!(refused.status, 401);
}

#[tokio::test]
async fn r25_a_person_who_never_was_a_user_is_erased_too() {
    let server = Server::start().await;
    let admin = server.admin().await;
    // Refused, as nobody has the role.
    let mut refused = row(2, EMAIL);
    (refused.first_name, refused.last_name) = (Some("Zephyrine".to_owned()), Some("Quillfeather".to_owned()));
    refused.role = Some("astronaut".to_owned());
    let batch = admin.invite(&[refused, row(3, "bo@example.com")]).await;
    bring(&server, &SYNCED).await;
    let parts = [NAMES[0], NAMES[1], KEY];
    let before = found(&server, &parts).await;
    assert!(before.contains("batch_rows.last_name") && before.contains("sync_problems.email"), "{before:?}");

    let shown = server::export_person(&server.place(), " zephyrine.q@EXAMPLE.COM").await.expect("data");
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let tables: Vec<&str> = shown["tables"].as_object().expect("tables").keys().map(String::as_str).collect();
    assert_eq!(tables, ["batch_rows", "sync_problems", "synced_people"]);
    assert_eq!(shown["tables"]["synced_people"][0]["last_name"], "Quillfeather");

    server::erase_person(&server.place(), KEY, true).await.expect("an erasure");
    assert_eq!(found(&server, &parts).await, BTreeSet::new());
    let rows: Value = admin.get(&paths::batch_rows(&batch.id)).await.json();
    assert_eq!(rows["items"].as_array().expect("rows").len(), 2);
    assert!(rows["items"][0]["email"].as_str().expect("a text").starts_with("erased-"), "{rows}");
    assert_eq!(admin.batch(&batch.id).await.verdicts.error, 1, "the counts are as they were");
}

#[tokio::test]
async fn r25_a_person_is_shown_all_that_is_stored_and_no_secret_and_nothing_of_others() {
    let server = filled().await;
    let shown = server::export_person(&server.place(), EMAIL).await.expect("data");
    let tables: Value = serde_json::from_str(&shown).expect("JSON");
    for column in EVERYWHERE {
        let (table, column) = column.split_once('.').expect("a column");
        // What others are compared by, and answers that hold what is listed besides.
        let is_shown = !["search_text", "sort_name", "email_key", "counted_for"].contains(&column)
            && (table, column) != ("idempotency_keys", "body");
        let rows = tables["tables"][table].as_array().unwrap_or_else(|| panic!("{table}: {shown}"));
        assert_eq!(rows.iter().any(|row| row.get(column).is_some()), is_shown, "{table}.{column}");
    }
    let mut database = database(&server).await;
    let (hash,): (String,) =
        sqlx::query_as("SELECT password_hash FROM users WHERE email_key = 'zephyrine.q@example.com'")
            .fetch_one(&mut database)
            .await
            .expect("a hash");
    for secret in
        [hash.as_str(), "a sealed token", "a hash of a secret", "token_hash", ADMIN, "bo@example.com"]
    {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    let exported = server.audited(AuditAction::PersonExported).await;
    assert!(exported.len() == 1 && !of_person(&exported[0].subject), "{exported:?}");
    let nobody = server::export_person(&server.place(), "nobody@example.com").await.expect_err("nobody");
    assert!(nobody.to_string().contains("nothing is stored about nobody@example.com"), "{nobody}");
}

#[tokio::test]
async fn r25_nobody_is_erased_whom_the_account_needs_or_whose_mail_is_on_its_way() {
    let server = Server::start().await;
    let refusal = async |email: &str| {
        let refusal = server::erase_person(&server.place(), email, true).await.expect_err(email);
        refusal.to_string()
    };
    assert!(refusal("no address").await.contains("is not an address"));
    let last = refusal(ADMIN).await;
    assert!(last.contains("the last administrator") && last.contains("server promote"), "{last}");
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let sending = "UPDATE mails SET state = 'sending', lease_id = 'l', lease_until = 9000000000000";
    bring(&server, &[sending]).await;
    let sent = refusal("ana@example.com").await;
    assert!(sent.contains("being sent right now: try again"), "{sent}");
    bring(&server, &["UPDATE mails SET state = 'sent', lease_id = NULL, lease_until = NULL"]).await;
    let open = admin.open_batch(&csv(2)).await;
    admin.add(&open.id, 0, &[row(2, "ana@example.com")]).await;
    let open = refusal("ana@example.com").await;
    assert!(open.contains("under way (people.csv): wait for its end, or cancel it"), "{open}");
    assert_eq!(id_of(&admin, "ana@example.com").await, id_of(&admin, "ana").await, "nothing was done");
}

#[tokio::test]
async fn r25_another_person_of_the_same_name_stays() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let named = |email: &str| {
        let name = |name: &str| Some(name.to_owned());
        NewRow { first_name: name("Ana"), last_name: name("Petrov"), role: name("admin"), ..row(2, email) }
    };
    for email in ["ana@example.com", "mariana@example.com"] {
        admin.invite(&[named(email)]).await;
        let mut ana = server.anyone();
        ana.activate(&admin.mail_to(email).await.link()).await;
        ana.invite(&[row(2, &format!("by.{email}"))]).await;
    }
    server::erase_person(&server.place(), "ana@example.com", true).await.expect("an erasure");
    let by = events(&admin, "&action=users_invited").await.items;
    let actors: Vec<&str> = by.iter().map(|event| event.actor.as_str()).collect();
    assert!(actors[0] == "Ana Petrov" && actors[2].starts_with("erased-"), "{actors:?}");
    let batches: List<Batch> = admin.get(paths::BATCHES).await.json();
    let by: Vec<&str> = batches.items.iter().map(|batch| batch.created_by.as_str()).collect();
    assert!(by[0] == "Ana Petrov" && by[2].starts_with("erased-"), "{by:?}");
    let people: List<User> = admin.get(&format!("{}?search=petrov", paths::USERS)).await.json();
    assert_eq!(
        people.items.iter().map(|user| user.email.as_str()).collect::<Vec<_>>(),
        ["mariana@example.com"]
    );
    assert!(!events(&admin, "&search=mariana").await.items.is_empty());
}
