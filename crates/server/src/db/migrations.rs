//! Migrating a database to the server's version.

use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

static MIGRATOR: Migrator = sqlx::migrate!();

/// Runs the migrations that have not run yet, with foreign keys off: otherwise recreating a table would delete the rows
/// that refer to it. A migration that recreates one checks the foreign keys itself.
pub(super) async fn run(options: &SqliteConnectOptions) -> Result<(), sqlx::Error> {
    let mut conn = options.clone().foreign_keys(false).connect().await?;
    MIGRATOR.run(&mut conn).await?;
    conn.close().await
}

/// Whether a database is of this server's version.
pub(super) async fn is_current(options: &SqliteConnectOptions) -> Result<bool, sqlx::Error> {
    let mut conn = options.clone().create_if_missing(false).connect().await?;
    let is_current = has_run(&mut conn).await?;
    conn.close().await?;
    Ok(is_current)
}

/// Whether the latest migration has run, by the rows that the migrations leave.
pub(super) async fn has_run(conn: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let (version,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(conn).await?;
    Ok(version == MIGRATOR.iter().map(|migration| migration.version).max())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use api_types::{DeliveryStatus, InvitationStatus, RowQuery, RowVerdict};
    use sqlx::AssertSqlSafe;

    use super::*;
    use crate::db::integration::IntegrationRow;
    use crate::db::{Db, accounts, batches, integration, invitations, mails, rows, teams, ticks, users};
    use crate::platform::clock::Millis;
    use crate::platform::secrets::{Keyring, Secret, SecretContext};
    use crate::platform::text::unaccented;

    const NOW: Millis = Millis(1_000_000);
    const ACCOUNT: &str = "01900000-0000-7000-8000-00000000000a";
    const ANA: &str = "01900000-0000-7000-8000-0000000000a1";
    const BOB: &str = "01900000-0000-7000-8000-0000000000b0";
    const ZOE: &str = "01900000-0000-7000-8000-0000000000e0";
    const BATCH: &str = "01900000-0000-7000-8000-0000000000ba";
    const TO_BOB: &str = "01900000-0000-7000-8000-00000000001b";
    const TO_ZOE: &str = "01900000-0000-7000-8000-00000000001e";
    const REVOKED: &str = "01900000-0000-7000-8000-00000000001f";
    const RESET: &str = "01900000-0000-7000-8000-0000000000ff";

    /// A database of the version before a migration.
    async fn database_before(version: i64, folder: &Path) -> SqliteConnection {
        let options =
            SqliteConnectOptions::new().filename(folder.join("msi.sqlite3")).create_if_missing(true);
        let mut conn = options.foreign_keys(false).connect().await.unwrap();
        let earlier = MIGRATOR.iter().filter(|migration| migration.version < version).cloned().collect();
        Migrator::with_migrations(earlier).run(&mut conn).await.unwrap();
        conn
    }

    /// An account with a workspace, since they have numbers.
    const ACME: &str = "
        INSERT INTO accounts (id, uuid, name, seat_limit, team_limit, login_management, created_at, address_seed,
            is_original_user_chosen)
        VALUES ('1', '$account', 'Acme', 10, 10, 'all_login_methods', 0, '00112233445566778899aabbccddeeff', 0);
        INSERT INTO workspaces (number, id, account_id, name, name_key, is_default)
        VALUES (1, 'w', '1', 'Default', 'default', 1);";

    async fn all(conn: &mut SqliteConnection, statements: &str) {
        let statements = statements
            .replace("$account", ACCOUNT)
            .replace("$ana", ANA)
            .replace("$bob", BOB)
            .replace("$zoe", ZOE)
            .replace("$batch", BATCH)
            .replace("$to_bob", TO_BOB)
            .replace("$to_zoe", TO_ZOE)
            .replace("$revoked", REVOKED)
            .replace("$reset", RESET);
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(conn).await.unwrap();
    }

    /// An administrator, an invited person, a person who has accepted, and one who was removed; a row that could not be
    /// invited, and a mail without an invitation.
    const PEOPLE: &str = "
        INSERT INTO accounts (id, name, seat_limit, team_limit, login_management, original_user_id, created_at,
            address_seed, is_original_user_chosen)
        VALUES ('$account', 'Acme', 10, 10, 'all_login_methods', '$ana', 0, '00112233445566778899aabbccddeeff', 1);
        INSERT INTO workspaces (id, account_id, name, name_key, is_default) VALUES
            ('gone', '$account', 'G', 'g', 0), ('w', '$account', 'Default', 'default', 1);
        DELETE FROM workspaces WHERE id = 'gone';
        INSERT INTO teams (id, account_id, name, name_key, is_everyone) VALUES ('t', '$account', 'Inside', 'inside', 0);
        INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
            is_marketo_admin, is_salesforce_admin, workspace_id, status, last_sign_in_at, invitation_id,
            invitation_expires_at, version, created_at) VALUES
        ('gone', '$account', 'gone', 'gone', '', '', '', '', 'user', 0, 0, 'w', 'active', 0, NULL, NULL, 1, 0),
        ('$ana', '$account', 'ana@example.com', 'ana@example.com', 'Ana', 'A', 'ana a', 'ana a ana@example.com', 'admin',
            1, 0, 'w', 'active', 7, NULL, NULL, 1, 0),
        ('$bob', '$account', 'Bob@example.com', 'bob@example.com', '', '', 'bob@example.com', ' bob@example.com', 'user',
            0, 0, 'w', 'invited', 0, '$to_bob', 2000000, 1, 0),
        ('$zoe', '$account', 'zoe@example.com', 'zoe@example.com', 'Zoë', 'Z', 'zoë z', 'zoë z zoe@example.com', 'user',
            0, 0, 'w', 'active', 0, NULL, NULL, 3, 0);
        DELETE FROM users WHERE id = 'gone';
        INSERT INTO team_members (account_id, team_id, user_id) VALUES ('$account', 't', '$zoe');
        INSERT INTO sessions (token_hash, account_id, user_id, created_at, last_seen_at, expires_at) VALUES
            ('hash', '$account', '$zoe', 0, 0, 9000000);
        INSERT INTO batches (id, account_id, created_by, created_by_name, source, file_name, options, state, is_dry_run,
            is_all_or_none, expected_rows, next_chunk, ready, member, invited, duplicate, over_seats, error, revision,
            created_at, sealed_at, accepted, revoked) VALUES
        ('00000000-gone', '$account', NULL, '', 'csv', NULL, '{}', 'sealed', 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0),
        ('$batch', '$account', '$ana', 'Ana', 'csv', 'a.csv', '{}', 'sealed', 0, 0, 4, 1, 3, 0, 0, 0, 0, 1, 9, 5, 6, 1, 1);
        DELETE FROM batches WHERE id = '00000000-gone';
        INSERT INTO batch_chunks (batch_id, account_id, chunk, fingerprint) VALUES ('$batch', '$account', 0, 'print');
        INSERT INTO invitations (id, account_id, batch_id, row_number, user_id, language, generation, status, created_at,
            expires_at) VALUES
        ('$to_zoe', '$account', '$batch', 3, '$zoe', 'de', 1, 'accepted', 5, 2000000),
        ('$to_bob', '$account', '$batch', 2, '$bob', 'en', 4, 'pending', 5, 2000000),
        ('$revoked', '$account', '$batch', 5, NULL, 'en', 1, 'revoked', 5, 2000000);
        INSERT INTO batch_rows (batch_id, row_number, account_id, chunk, position, email, email_key, first_name, last_name,
            verdict, code, detail, invitation_id) VALUES
        ('$batch', 5, '$account', 0, 0, 'gil@example.com', 'gil@example.com', 'Gil', '', 'ready', NULL, NULL, '$revoked'),
        ('$batch', 2, '$account', 0, 1, 'Bob@example.com', 'bob@example.com', '', '', 'ready', NULL, NULL, '$to_bob'),
        ('$batch', 3, '$account', 0, 2, 'zoe@example.com', 'zoe@example.com', 'Zoë', 'Z', 'ready', NULL, NULL, '$to_zoe'),
        ('$batch', 4, '$account', 0, 3, 'nobody', NULL, '', '', 'error', 'email_invalid', NULL, NULL);
        INSERT INTO mails (id, account_id, kind, batch_id, row_number, invitation_id, user_id, payload, edition, state,
            attempts, queued_at, next_attempt_at) VALUES
        ('$reset', '$account', 'password_reset', NULL, NULL, NULL, '$ana', '{}', 1, 'queued', 0, 8, 8),
        ('m1', '$account', 'invitation', '$batch', 3, '$to_zoe', NULL, NULL, 1, 'sent', 1, 5, 6),
        ('m2', '$account', 'invitation', '$batch', 2, '$to_bob', NULL, NULL, 2, 'queued', 0, 5, 5),
        ('m3', '$account', 'invitation', '$batch', 5, '$revoked', NULL, NULL, 1, 'cancelled', 0, 5, 5);
        INSERT INTO flows (id, account_id, purpose, environment, return_to, invitation_id, generation, is_popup, outcome,
            created_at, expires_at)
        VALUES ('f', '$account', 'accept', '\"production\"', '/', '$to_bob', 4, 0, '\"open\"', 0, 2000000);
        INSERT INTO audit_events (id, account_id, at, actor, action, subject, search_text, request_id, place)
        VALUES ('e', '$account', 1, 'Ana', 'users_invited', 'a.csv (3)', 'ana a.csv (3)', '', 1048576);
        INSERT INTO idempotency_keys (account_id, user_id, route, idempotency_key, fingerprint, status, body, created_at)
        VALUES ('$account', '$ana', 'POST /x', 'key', 'print', 200, '{}', 0);";

    #[tokio::test]
    async fn what_is_opened_beside_its_server_is_not_migrated() {
        let folder = tempfile::tempdir().unwrap();
        database_before(25, folder.path()).await.close().await.unwrap();
        assert!(Db::open_beside(folder.path()).await.unwrap().is_none());
        Db::open(folder.path()).await.unwrap().close().await;
        assert!(Db::open_beside(folder.path()).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn p7_a_database_of_an_earlier_version_keeps_what_it_says_in_less_room() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::load(None, folder.path()).unwrap();
        let place = SecretContext { column: IntegrationRow::COLUMN, row: ACCOUNT };
        let sealed = keyring.seal(place, &Secret::new("a client secret".to_owned())).unwrap();
        let mut earlier = database_before(25, folder.path()).await;
        all(&mut earlier, PEOPLE).await;
        sqlx::query("INSERT INTO integrations VALUES ($1, 'M', 'c', $2, 'cret', 0)")
            .bind(ACCOUNT)
            .bind(sealed)
            .execute(&mut earlier)
            .await
            .unwrap();
        earlier.close().await.unwrap();

        let db = Db::open(folder.path()).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let account = accounts::only(&mut tx).await.unwrap().unwrap();
        assert_eq!((account.id.as_str(), account.uuid.as_str()), ("1", ACCOUNT));
        let stored = integration::find(&mut tx, "1").await.unwrap().unwrap();
        let place = SecretContext { row: &account.uuid, ..place };
        assert_eq!(keyring.open(place, &stored.client_secret).unwrap().expose(), "a client secret");
        let of_accounts: Vec<(String,)> = sqlx::query_as(
            "SELECT t.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
              WHERE t.type = 'table' AND c.name = 'account_id'",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert!(of_accounts.len() > 20, "{of_accounts:?}");
        for (table,) in of_accounts {
            let others = format!("SELECT COUNT(*) FROM {table} WHERE account_id <> '1'");
            let (others,): (i64,) = sqlx::query_as(AssertSqlSafe(others)).fetch_one(&mut *tx).await.unwrap();
            assert_eq!(others, 0, "{table}");
        }

        let bob = users::find(&mut tx, "1", BOB).await.unwrap().unwrap();
        assert_eq!((bob.email.as_str(), bob.workspace.as_str()), ("Bob@example.com", "Default"));
        assert_eq!(bob.invitation_id.as_deref(), Some(TO_BOB));
        let ana = users::find(&mut tx, "1", ANA).await.unwrap().unwrap();
        assert_eq!((ana.invitation_id.as_deref(), ana.last_sign_in()), (None, Some(Millis(7))));
        let teams = teams::of_users(&mut tx, &[ZOE.to_owned(), BOB.to_owned()]).await.unwrap();
        assert_eq!((teams.len(), teams[ZOE].as_slice()), (1, ["Inside".to_owned()].as_slice()));

        // Links name an invitation by its id.
        let to_bob = invitations::find(&mut tx, "1", TO_BOB).await.unwrap().unwrap();
        assert_eq!((to_bob.batch_id.as_str(), to_bob.row(), to_bob.generation()), (BATCH, 2, 4));
        assert_eq!(to_bob.user_id.as_deref(), Some(BOB));
        let to_zoe = invitations::find(&mut tx, "1", TO_ZOE).await.unwrap().unwrap();
        assert_eq!((to_zoe.user_id.as_deref(), to_zoe.status.as_str()), (Some(ZOE), "accepted"));
        assert_eq!(to_zoe.delivery().unwrap(), DeliveryStatus::Sent);
        let revoked = invitations::find(&mut tx, "1", REVOKED).await.unwrap().unwrap();
        assert_eq!((revoked.user_id, revoked.email.as_str()), (None, "gil@example.com"));

        let listed = rows::list(&mut tx, BATCH, &RowQuery::default(), None, 9, NOW).await.unwrap();
        let said: Vec<_> = listed
            .iter()
            .map(|row| {
                let invitation = row.invitation.as_ref().map(|found| (found.id.0.as_str(), found.status));
                (row.result.row, row.email.as_str(), row.result.delivery, invitation)
            })
            .collect();
        let invitation = |id, status| Some((id, status));
        assert_eq!(
            said,
            [
                (2, "Bob@example.com", DeliveryStatus::Queued, invitation(TO_BOB, InvitationStatus::Pending)),
                (3, "zoe@example.com", DeliveryStatus::Sent, invitation(TO_ZOE, InvitationStatus::Accepted)),
                (4, "nobody", DeliveryStatus::Skipped, None),
                (
                    5,
                    "gil@example.com",
                    DeliveryStatus::Cancelled,
                    invitation(REVOKED, InvitationStatus::Revoked)
                ),
            ]
        );
        assert_eq!(listed[2].result.verdict, RowVerdict::Error);
        let replayed = rows::chunk_results(&mut tx, BATCH, 0, NOW).await.unwrap();
        assert_eq!(replayed.iter().map(|row| row.row).collect::<Vec<_>>(), [5, 2, 3, 4]);
        let print = rows::chunk_fingerprint(&mut tx, BATCH, 0).await.unwrap();
        assert_eq!(print.as_deref(), Some("print"));

        let leased = mails::lease(&mut tx, "lease", 9, NOW, NOW).await.unwrap();
        let named: Vec<_> = leased.iter().map(|mail| (mail.name(), mail.recipient.as_deref())).collect();
        assert_eq!(named, [(RESET, Some("ana@example.com")), (TO_BOB, Some("Bob@example.com"))]);
        mails::settle(&mut tx, &leased[1], &mails::Outcome::Sent, NOW).await.unwrap();
        assert_eq!(invitations::revoke(&mut tx, &[TO_BOB.to_owned()]).await.unwrap(), 1);
        assert!(users::find(&mut tx, "1", BOB).await.unwrap().is_none());
        let batch = batches::find(&mut tx, "1", BATCH).await.unwrap().unwrap();
        let mails = batch.deliveries();
        assert_eq!((mails.queued, mails.sent, mails.cancelled, mails.skipped), (0, 2, 1, 1));
        assert_eq!((batch.accepted(), batch.revoked(), batch.created_by_name.as_str()), (1, 2, "Ana"));
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn rows_of_member_changes_name_those_who_were_there_when_they_were_compared() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(30, folder.path()).await;
        all(&mut earlier, ACME).await;
        all(
            &mut earlier,
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
                is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
             VALUES ('$ana', '1', 'ana', 'ana', '', '', '', '', 'user', 0, 0, 1, 'active', 0, 1, 5),
                    ('$bob', '1', 'bob', 'bob', '', '', '', '', 'user', 0, 0, 1, 'active', 0, 1, 9);
             INSERT INTO member_change_batches (number, id, account_id, created_by, created_by_name, action, state,
                expected_rows, created_at)
             VALUES (1, '$batch', '1', '$ana', 'Ana', 'update', 'applied', 3, 7);
             INSERT INTO member_change_rows (batch_number, row_number, chunk, email, email_key, first_name, last_name,
                verdict, before_values, after_values, ends_admin)
             VALUES (1, 2, 0, 'ana', 'ana', '', '', 'change', '', '', 0),
                    (1, 3, 0, 'bob', 'bob', '', '', 'change', '', '', 0),
                    (1, 4, 0, 'zoe', 'zoe', '', '', 'change', '', '', 0);",
        )
        .await;
        earlier.close().await.unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let named: Vec<(Option<String>,)> =
            sqlx::query_as("SELECT user_id FROM member_change_rows ORDER BY row_number")
                .fetch_all(&mut *db.read().await.unwrap())
                .await
                .unwrap();
        let named: Vec<_> = named.iter().map(|(id,)| id.as_deref()).collect();
        assert_eq!(named, [Some(ANA), None, None], "Bob came after the comparison");
    }

    #[tokio::test]
    async fn u7_earlier_names_are_sorted_and_searched_without_their_accents() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(34, folder.path()).await;
        all(&mut earlier, ACME).await;
        // Every accented letter of Latin that there is, and names.
        let letters: String = ('\u{c0}'..='\u{24f}').chain('\u{1e00}'..='\u{1eff}').collect();
        let names = [
            letters.as_str(),
            "José Núñez",
            "Łukasz Weiß",
            "İpek Ǽ",
            "Андрей",
            "김민준",
            "Ana",
            "It's",
            "Jose\u{301} Ọ̀ṣun",
            "\u{1100}\u{1175}\u{11b7} \u{f9e1} \u{9af}\u{9bc} и\u{306}",
        ];
        for (at, name) in names.iter().enumerate() {
            let insert = "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text,
                    role, is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version,
                    created_at)
                 VALUES ($1, '1', $1, $1, $2, '', $3, $3 || ' ' || $1, 'user', 0, 0, 1, 'active', 0, 1, 5)";
            let lower_case = name.to_lowercase();
            let insert = sqlx::query(insert).bind(at.to_string()).bind(*name).bind(lower_case);
            insert.execute(&mut earlier).await.unwrap();
        }
        earlier.close().await.unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let stored: Vec<(String, String)> =
            sqlx::query_as("SELECT sort_name, search_text FROM users ORDER BY number")
                .fetch_all(&mut *db.read().await.unwrap())
                .await
                .unwrap();
        for ((at, name), stored) in names.iter().enumerate().zip(stored) {
            assert_eq!(stored, (unaccented(name), format!("{} {at}", unaccented(name))), "{name}");
        }
    }

    #[tokio::test]
    async fn p7_earlier_events_and_synced_people_are_searched_without_their_accents() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(36, folder.path()).await;
        all(&mut earlier, ACME).await;
        let texts = ["zoë françois", "ana", "김 lê đức", "zoë françois"];
        for (at, text) in (1_i64..).zip(texts) {
            let event = "INSERT INTO audit_events (id, account_id, at, actor, action, subject, search_text, request_id, place)
                 VALUES ($1, '1', 4, $2, 'team_created', '', $2, '', $1)";
            sqlx::query(event).bind(at).bind(text).execute(&mut earlier).await.unwrap();
            let person = "INSERT INTO synced_people (account_id, marketo_id, first_name, last_name, email, company, title,
                    phone_number, linkedin_url, source, search_text, fingerprint, outcome, pass_id, synced_at)
                 VALUES ('1', $1, $2, '', '', '', '', '', '', '', $2, 0, '\"created\"', '', 0)";
            sqlx::query(person).bind(at).bind(text).execute(&mut earlier).await.unwrap();
        }
        earlier.close().await.unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let conn = &mut *db.read().await.unwrap();
        let people: &str = "SELECT search_text FROM synced_people ORDER BY marketo_id";
        for stored in ["SELECT search_text FROM audit_events ORDER BY place", people] {
            let stored: Vec<(String,)> =
                sqlx::query_as(AssertSqlSafe(stored)).fetch_all(&mut *conn).await.unwrap();
            assert!(stored.iter().map(|(text,)| text.clone()).eq(texts.map(unaccented)), "{stored:?}");
        }
        let indexed = |search: &str| {
            format!(
                "SELECT (SELECT group_concat(rowid) FROM audit_search WHERE search_text MATCH '\"{search}\"'),
                    (SELECT group_concat(rowid % 1099511627776) FROM synced_people_search
                      WHERE search_text MATCH '\"{search}\"')"
            )
        };
        for (search, rows) in [
            ("zoe", Some("1,4")),
            ("cois", Some("1,4")),
            ("le duc", Some("3")),
            ("ana", Some("2")),
            ("zoë", None),
            ("ë f", None),
        ] {
            let found: (Option<String>, Option<String>) =
                sqlx::query_as(AssertSqlSafe(indexed(search))).fetch_one(&mut *conn).await.unwrap();
            assert_eq!(found, (rows.map(str::to_owned), rows.map(str::to_owned)), "{search}");
        }
    }

    #[tokio::test]
    async fn a16_earlier_events_name_their_people_where_that_is_certain() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(32, folder.path()).await;
        all(&mut earlier, ACME).await;
        all(
            &mut earlier,
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
                is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
             VALUES ('$ana', '1', 'Ana@x', 'ana@x', 'Zoë', '', 'zoë', '', 'admin', 0, 0, 1, 'active', 0, 1, 5),
                    ('$bob', '1', 'bob@x', 'bob@x', 'Bo', '', 'bo', '', 'user', 0, 0, 1, 'active', 0, 1, 5),
                    ('$zoe', '1', 'zoe@x', 'zoe@x', 'Bo', '', 'bo', '', 'user', 0, 0, 1, 'active', 0, 1, 5);
             INSERT INTO audit_events (id, account_id, at, actor, action, subject, search_text, request_id, place) VALUES
                ('1', '1', 4, 'Zoë', 'role_changed', 'bob@x (admin)', 'zoë bob@x (admin)', '', 1),
                ('2', '1', 6, 'Ana@x', 'role_changed', 'bob@x (admin)', 'ana@x bob@x (admin)', '', 2),
                ('3', '1', 6, 'Bo', 'signed_in', 'bob@x', 'bo bob@x', '', 3),
                ('4', '1', 6, 'Ana@x', 'signed_in', 'Ana@x', 'ana@x ana@x', '', 4),
                ('5', '1', 6, 'Ana@x', 'users_invited', 'bob@x (2)', 'zoë bob@x (2)', '', 5),
                ('6', '1', 6, '', 'sign_in_failed', 'Ana@x', ' ana@x', '', 6),
                ('7', '1', 6, 'Zoë (key)', 'team_created', 'Bo', 'zoë (key) bo', '', 7);",
        )
        .await;
        earlier.close().await.unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let named: Vec<(Option<String>, Option<String>)> =
            sqlx::query_as("SELECT actor_id, person_id FROM audit_events ORDER BY place")
                .fetch_all(&mut *db.read().await.unwrap())
                .await
                .unwrap();
        let named: Vec<_> =
            named.iter().map(|(actor, person)| (actor.as_deref(), person.as_deref())).collect();
        assert_eq!(
            named,
            [
                (None, None),
                (Some(ANA), Some(BOB)),
                (None, Some(BOB)),
                (Some(ANA), None),
                (Some(ANA), None),
                (None, Some(ANA)),
                (None, None),
            ],
            "nobody before they came, nobody by a name alone, and one's own action is not done to oneself"
        );
    }

    #[tokio::test]
    async fn earlier_ticks_name_whoever_set_them_as_long_as_they_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(37, folder.path()).await;
        all(&mut earlier, ACME).await;
        all(
            &mut earlier,
            "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text, role,
                is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
             VALUES ('$ana', '1', 'ana@x', 'ana@x', 'Ana', '', 'ana', '', 'admin', 0, 0, 1, 'active', 0, 1, 5),
                    ('$bob', '1', 'bob@x', 'bob@x', 'Bo', '', 'bo', '', 'admin', 0, 0, 1, 'active', 0, 1, 5);
             INSERT INTO ticks (account_id, item, ticked_by, ticked_at) VALUES
                ('1', 'governance', 'Ana', 9), ('1', 'actions_enabled', 'Zoe', 9), ('1', 'page_layouts', 'Bo', 9);
             INSERT INTO audit_events (id, account_id, at, actor, actor_id, action, subject, search_text, request_id,
                place) VALUES
                ('1', '1', 6, 'Bo', '$bob', 'checklist_ticked', 'governance', '', '', 1),
                ('2', '1', 7, 'Bo', '$bob', 'checklist_unticked', 'governance', '', '', 2),
                ('3', '1', 8, 'Zoe', '$zoe', 'checklist_ticked', 'actions_enabled', '', '', 3),
                ('4', '1', 9, 'Ana', '$ana', 'checklist_ticked', 'governance', '', '', 4),
                ('5', '1', 9, 'Bo', '$bob', 'checklist_unticked', 'governance', '', '', 5);",
        )
        .await;
        earlier.close().await.unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let ticks = ticks::all(&mut db.read().await.unwrap(), "1").await.unwrap();
        let id = |item: &str| ticks[item].by.id.as_ref().map(|id| id.as_str());
        assert_eq!(id("governance"), Some(ANA), "the last who ticked it");
        assert_eq!(id("actions_enabled"), None, "she was removed");
        assert_eq!(id("page_layouts"), None, "nothing tells who it was");
    }

    #[tokio::test]
    async fn a_migration_that_meets_a_row_that_refers_to_nothing_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let mut earlier = database_before(25, folder.path()).await;
        all(&mut earlier, PEOPLE).await;
        all(&mut earlier, "UPDATE sessions SET user_id = 'nobody'").await;
        assert!(Db::open(folder.path()).await.is_err());
        let (kept,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM mails WHERE invitation_id IS NOT NULL")
            .fetch_one(&mut earlier)
            .await
            .unwrap();
        assert_eq!(kept, 3);
    }

    #[tokio::test]
    async fn nobody_gets_the_number_of_a_person_who_is_gone() {
        let (db, account, _folder) = crate::db::test::database().await;
        let mut tx = db.write().await.unwrap();
        let insert = "INSERT INTO users (id, account_id, email, email_key, first_name, last_name, sort_name, search_text,
                role, is_marketo_admin, is_salesforce_admin, workspace_number, status, last_sign_in_at, version, created_at)
            VALUES ($1, $2, $1, $1, '', '', '', '', 'user', 0, 0, 1, 'active', 0, 1, 0) RETURNING number";
        teams::insert_workspace(&mut tx, &account, "W", true).await.unwrap();
        let mut numbers = Vec::new();
        for id in ["a", "b"] {
            let (number,): (i64,) =
                sqlx::query_as(insert).bind(id).bind(&account).fetch_one(&mut *tx).await.unwrap();
            users::delete(&mut tx, id).await.unwrap();
            numbers.push(number);
        }
        assert!(numbers[1] > numbers[0], "{numbers:?}");
    }
}
