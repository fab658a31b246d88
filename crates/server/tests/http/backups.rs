//! Backups by the real binary: made while mails are being sent, rehearsed, restored elsewhere, and refused.

use std::collections::{HashMap, HashSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use age::secrecy::ExposeSecret as _;
use api_types::{
    AuditAction, AuditEvent, Batch, BatchRetry, BatchState, DeliveryStatus, List, ProblemCode, Session, User,
    headers, paths,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::doctor::look;
use crate::harness::{Client, PASSWORD, Server, csv, key, row};
use crate::long_lists::database_in;
use crate::performance::report;
use crate::post_office::{PostOffice, Reply};
use crate::postgres::{self, is_not_for};
use crate::restart::{Process, all_rows};

const ANA: &str = "ana@example.com";
/// The files of a server's keys.
const KEYS: [&str; 2] = ["secrets.keys", "token.keys"];

/// A data folder, with a database of its own where tests run on PostgreSQL.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One that a backup can be restored to.
    fn empty() -> Self {
        let place = Self::new();
        postgres::empty_database_of(place.path());
        place
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// With the keys of another place.
    fn with_keys_of(self, other: &Path) -> Self {
        for file in KEYS {
            std::fs::copy(other.join(file), self.path().join(file)).unwrap();
        }
        self
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            postgres::drop_database_of(self.path());
        }
    }
}

/// The name of the first key in a file of a folder.
fn key_in(folder: &Path, file: &str) -> String {
    let keys = std::fs::read_to_string(folder.join(file)).unwrap();
    keys.split_once(':').unwrap().0.to_owned()
}

/// The names in a folder, but for the locks of backups and rehearsals, which stay.
fn names(folder: &Path) -> Vec<String> {
    let entry = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(entry).collect();
    names.retain(|name| !name.ends_with(".lock"));
    names.sort();
    names
}

/// A command of the server's binary on a place.
pub(crate) fn command(data: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(words).arg("--data").arg(data).env("RUST_LOG", "warn");
    command.envs(postgres::database_of(data).map(|url| ("MSI_DATABASE", url)));
    command
}

pub(crate) async fn run(mut command: Command) -> Output {
    // A test's mail server goes on meanwhile.
    tokio::task::spawn_blocking(move || command.output().expect("the server's binary")).await.unwrap()
}

#[track_caller]
pub(crate) fn done(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command said that was refused: one sentence, and exit code 1.
#[track_caller]
fn refused(output: &Output) -> String {
    let error = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{error}");
    let lines: Vec<&str> = error.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(lines.len(), 1, "{error}");
    lines[0].strip_prefix("server: ").expect(&error).to_owned()
}

async fn back_up(data: &Path, to: &Path, more: &[&str]) -> PathBuf {
    let words = [&["backup", "--to", to.to_str().unwrap()], more].concat();
    let said = done(&run(command(data, &words)).await);
    PathBuf::from(said.lines().next().expect("the file"))
}

async fn restore(file: &Path, data: &Path, more: &[&str]) -> Output {
    let words = [&["restore", file.to_str().unwrap()], more].concat();
    run(command(data, &words)).await
}

/// An account with Ana, an administrator with a password.
async fn with_ana() -> Place {
    let place = Place::new();
    let process = Process::start(place.path());
    let admin = process.admin().await;
    let mut ana = row(2, ANA);
    ana.role = Some("admin".to_owned());
    admin.invite(&[ana]).await;
    let mut ana = Client::new(&process.base);
    ana.activate(&admin.mail_to(ANA).await.link()).await;
    process.end().await;
    place
}

async fn signed_in(process: &Process) -> Client {
    let mut ana = Client::new(&process.base);
    let answer = ana.sign_in(ANA, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    ana
}

/// A backup in the middle of a sending to so many people, restored elsewhere once all were sent.
async fn in_the_middle_of(people: usize) {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let office = PostOffice::open().await;
    let smtp = format!("smtp://{}", office.address);
    office.hold();
    let settings = ["--smtp", &smtp, "--seats", "20000"];
    let process = Process::start_with(from.path(), &settings);
    let ana = signed_in(&process).await;
    let rows: Vec<_> =
        (0..).zip(0..people).map(|(at, _)| row(at + 2, &format!("p{at}@example.com"))).collect();
    let id = ana.sealed(&csv(people), &rows).await;
    // One that is still being filled, and one that has no row yet.
    let (opening, late) = (key(), csv(2));
    let open: Batch = ana.keyed(&opening, paths::BATCHES, &late).await.json();
    ana.add(&open.id, 0, &[row(2, "open@example.com")]).await;
    let empty = ana.open_batch(&csv(1)).await;
    for _ in 0..people / 3 {
        office.wait_for_mail().await;
        assert!(office.answer(Reply::Taken));
    }

    let began = std::time::Instant::now();
    let file = back_up(from.path(), kept.path(), &[]).await;
    let took = began.elapsed();
    // The server goes on, and sends all the rest.
    ana.add(&open.id, 1, &[row(3, "later@example.com")]).await;
    ana.seal(&open.id).await;
    ana.add(&empty.id, 0, &[row(2, "empty@example.com")]).await;
    ana.seal(&empty.id).await;
    office.let_pass();
    assert_eq!(ana.settled(&id).await.deliveries.sent as usize, people);
    assert_eq!(ana.settled(&open.id).await.deliveries.sent, 2);
    assert_eq!(ana.settled(&empty.id).await.deliveries.sent, 1);
    let all = people + 3;
    let invited = || office.taken().into_iter().filter(|mail| mail.to != ANA).collect::<Vec<_>>();
    assert_eq!(invited().len(), all);

    let to = Place::empty().with_keys_of(from.path());
    let began = std::time::Instant::now();
    done(&restore(&file, to.path(), &[]).await);
    report(&format!("N1 {people} people: backed up in {took:.1?}, restored in {:.1?}", began.elapsed()));
    let other = Process::start_with(to.path(), &settings);
    assert_eq!(ana.at(&other.base).get(paths::SESSION).await.code(), ProblemCode::SignedOut);
    let mut admin = signed_in(&other).await;

    let settled = admin.settled(&id).await;
    let (sent, unknown) = (settled.deliveries.sent as usize, settled.deliveries.unknown as usize);
    assert_eq!(sent + unknown, people, "{settled:?}");
    // One answer was to Ana, and those in the window when the backup was made were not noted yet.
    assert!(sent + 9 >= people / 3 && unknown + people / 3 >= people, "{settled:?}");
    for row in all_rows(&admin, &paths::batch_rows(&id)).await {
        let delivery = row.result.delivery;
        assert!(
            matches!(delivery, DeliveryStatus::Sent | DeliveryStatus::Unknown),
            "{}: {delivery:?}",
            row.email
        );
    }
    // Whoever filled it has gone on at the other server, and cannot go on here.
    assert_eq!(admin.batch(&open.id).await.state, BatchState::Sealed);
    assert_eq!(admin.settled(&open.id).await.deliveries.unknown, 1);
    assert_eq!(admin.batch(&empty.id).await.state, BatchState::Cancelled);
    let replayed = admin.keyed(&opening, paths::BATCHES, &late).await;
    assert_eq!(replayed.header(headers::IDEMPOTENCY_REPLAYED), Some("true"));
    let taken = invited();
    assert_eq!(taken.len(), all, "nobody got a second mail");
    assert_eq!(taken.iter().map(|mail| &mail.to).collect::<HashSet<_>>().len(), all);
    let events = format!("{}?action={}", paths::AUDIT_EVENTS, AuditAction::BackupRestored.as_str());
    let events: List<AuditEvent> = admin.get(&events).await.json();
    assert!(events.items[0].subject.ends_with(&format!(" ({})", unknown + 1)), "{events:?}");

    // An administrator decides, and mail systems know the mails again.
    admin.once(&paths::batch_retry(&open.id), &BatchRetry::default()).await;
    assert_eq!(admin.settled(&open.id).await.deliveries.unknown, 1, "not without being asked");
    admin.prove().await;
    let answer = admin.once(&paths::batch_retry(&open.id), &BatchRetry { include_unknown: true }).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    admin.settled(&open.id).await;
    let mut ids: HashMap<String, Vec<String>> = HashMap::new();
    for mail in invited() {
        ids.entry(mail.to).or_default().push(mail.message_id);
    }
    let again = &ids["open@example.com"];
    assert!(again.len() == 2 && again[0] == again[1], "{again:?}");
    assert_eq!(invited().len(), all + 1);
}

#[tokio::test]
async fn n1_a_backup_in_the_middle_of_a_sending_is_restored_elsewhere_and_nobody_is_mailed_twice() {
    in_the_middle_of(300).await;
}

#[tokio::test]
#[ignore = "takes minutes"]
async fn n1_a_backup_in_the_middle_of_a_sending_of_10_000_is_restored_elsewhere() {
    in_the_middle_of(10_000).await;
}

/// An archive with another manifest.
fn with_manifest(file: &Path, change: impl FnOnce(&mut Value)) -> PathBuf {
    with_copy(file, None, change)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An archive with another manifest, and another copy of a database.
fn with_copy(file: &Path, copy: Option<&[u8]>, change: impl FnOnce(&mut Value)) -> PathBuf {
    let bytes = std::fs::read(file).unwrap();
    let parts: Vec<&[u8]> = bytes.splitn(3, |byte| *byte == b'\n').collect();
    let mut manifest: Value = serde_json::from_slice(parts[1]).unwrap();
    let mut packed = parts[2].to_vec();
    if let Some(copy) = copy {
        let mut output = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        output.write_all(copy).unwrap();
        packed = output.finish().unwrap();
        manifest["bytes"] = copy.len().into();
        manifest["sha256"] = hex(&Sha256::digest(copy)).into();
    }
    change(&mut manifest);
    let manifest = manifest.to_string();
    let head = format!("sales-insight-actions-backup 1 {}\n{manifest}\n", hex(&Sha256::digest(&manifest)));
    let changed = file.with_extension("changed");
    std::fs::write(&changed, [head.as_bytes(), &packed].concat()).unwrap();
    changed
}

#[tokio::test]
async fn n1_what_cannot_be_restored_is_refused_in_a_sentence_and_leaves_nothing() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let file = back_up(from.path(), kept.path(), &[]).await;
    let bytes = std::fs::read(&file).unwrap();
    let damaged = |name: &str, bytes: &[u8]| {
        let path = kept.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let cut_off = damaged("cut-off.backup", &bytes[..bytes.len() - 100]);
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    let changed = damaged("changed.backup", &changed);
    let later = with_manifest(&file, |manifest| {
        manifest["needs"] = 9999.into();
        manifest["made_by"] = "99.0.0".into();
    });
    for (file, says) in [
        (&cut_off, "is damaged or cut off: take another backup"),
        (&changed, "is damaged or cut off: take another backup"),
        (&later, "is of a later version of the server (99.0.0)"),
        (&damaged("other", b"PGDMP"), "is no backup of this server"),
        (&kept.path().join("nowhere"), "cannot be read: "),
    ] {
        let to = Place::empty().with_keys_of(from.path());
        let said = refused(&restore(file, to.path(), &[]).await);
        assert!(said.contains(says), "{said}");
        let left: Vec<_> = names(to.path()).into_iter().filter(|name| name != "lock").collect();
        assert_eq!(left, ["secrets.keys", "token.keys"], "{says}");
    }

    // Nothing is overwritten.
    let before = names(from.path());
    let said = refused(&restore(&file, from.path(), &[]).await);
    assert!(said.ends_with("so that nothing is overwritten"), "{said}");
    assert_eq!(names(from.path()), before);
    let process = Process::start(from.path());
    signed_in(&process).await;
    process.kill();
}

#[tokio::test]
async fn n1_n3_a_backup_beside_a_later_version_is_restored_by_this_one() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later beside', TRUE, '', 0)";
    sqlx::raw_sql(later).execute(&mut database_in(from.path()).await).await.unwrap();
    let file = back_up(from.path(), kept.path(), &[]).await;
    let to = Place::empty().with_keys_of(from.path());
    done(&restore(&file, to.path(), &[]).await);
    signed_in(&Process::start(to.path())).await;
}

#[tokio::test]
async fn n1_a_backup_of_an_earlier_version_is_migrated() {
    if is_not_for("it is made by hand") {
        return;
    }
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let file = back_up(from.path(), kept.path(), &[]).await;
    let old = kept.path().join("old.sqlite3");
    let options = SqliteConnectOptions::new().filename(&old).create_if_missing(true);
    let mut conn = options.connect().await.unwrap();
    let migrator = sqlx::migrate!("migrations/sqlite");
    let first: Vec<_> = migrator.iter().filter(|migration| migration.version == 1).cloned().collect();
    Migrator::with_migrations(first).run(&mut conn).await.unwrap();
    let account = "INSERT INTO accounts (id, name, seat_limit, team_limit, login_management, created_at)
                   VALUES ('1', 'Old', 1, 1, 'all_login_methods', 0)";
    sqlx::raw_sql(account).execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();

    let copy = std::fs::read(&old).unwrap();
    let file = with_copy(&file, Some(&copy), |manifest| {
        manifest["schema"] = 1.into();
        manifest.as_object_mut().unwrap().remove("needs");
    });
    let to = Place::empty().with_keys_of(from.path());
    done(&restore(&file, to.path(), &[]).await);
    // It answers only for data of its own version.
    done(&run(command(to.path(), &["admins"])).await);
}

#[tokio::test]
async fn n1_a_backup_is_not_restored_with_half_a_keyring_unless_that_is_asked_for() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let (key, token_key) = (key_in(from.path(), "secrets.keys"), key_in(from.path(), "token.keys"));
    // As if that key had sealed it.
    let sealed = format!(
        "INSERT INTO integrations (account_id, munchkin_account_id, client_id, client_secret, secret_ends_with,
                                   updated_at) SELECT id, '', '', '{key}.AAAA', '', 0 FROM accounts"
    );
    let mut database = database_in(from.path()).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sealed)).execute(&mut database).await.unwrap();
    database.close().await.unwrap();
    let file = back_up(from.path(), kept.path(), &[]).await;
    let rehearsal = command(from.path(), &["backup", "--rehearse", file.to_str().unwrap()]);
    assert_eq!(refused(&run(rehearsal).await), "1 of 1 secrets cannot be opened by the keyring");
    let to = Place::empty();
    let refusal = async || refused(&restore(&file, to.path(), &[]).await);
    let said = refusal().await;
    let expected = format!("there is no secrets.keys, of which the key {key} is needed: copy ");
    assert!(said.starts_with(&expected), "{said}");
    std::fs::copy(from.path().join("secrets.keys"), to.path().join("secrets.keys")).unwrap();
    let said = refusal().await;
    assert!(said.starts_with("there is no token.keys"), "{said}");
    let others = format!("{token_key}:{}\n", "A".repeat(43));
    std::fs::write(to.path().join("token.keys"), &others).unwrap();
    let said = refusal().await;
    assert!(said.contains("it is of another account or server"), "{said}");
    std::fs::write(to.path().join("token.keys"), others.replace(&token_key, "k2")).unwrap();
    let said = refusal().await;
    assert!(
        said.starts_with(&format!("token.keys lacks the key {token_key} with the fingerprint ")),
        "{said}"
    );
    std::fs::remove_file(to.path().join("secrets.keys")).unwrap();
    done(&restore(&file, to.path(), &["--without-keys"]).await);
    let process = Process::start(to.path());
    signed_in(&process).await;
    process.kill();
    // Nobody has changed the audit log: it can only not be checked any more, also once it goes on under another key.
    let seen = look(to.path(), &[]).await;
    let (state, said) = seen.of("audit_log");
    let (count, events) = said.split_once("; ").unwrap_or_else(|| panic!("{said}"));
    assert_eq!((state, count), ("warning", "the key of the count of events is missing, or was"));
    assert!(events.starts_with("the key of ") && events.ends_with(" events is missing"), "{said}");
    // What is lost is asked for no more.
    let kept = tempfile::tempdir().unwrap();
    let file = back_up(to.path(), kept.path(), &[]).await;
    let again = Place::empty().with_keys_of(to.path());
    done(&restore(&file, again.path(), &[]).await);
}

#[tokio::test]
async fn n1_a_backup_without_the_servers_keys_at_hand_is_restored_with_them_alone() {
    let (from, kept, vault) = (with_ana().await, tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = key_in(from.path(), "secrets.keys");
    // As where a vault has them, and the service alone is told.
    for file in KEYS {
        std::fs::rename(from.path().join(file), vault.path().join(file)).unwrap();
    }
    let words = ["backup", "--to", kept.path().to_str().unwrap()];
    let said = done(&run(command(from.path(), &words)).await);
    assert!(said.contains("The server's keys were not found here."), "{said}");
    let file = PathBuf::from(said.lines().next().expect("the file"));
    let before = names(from.path());
    let rehearsal = command(from.path(), &["backup", "--rehearse", file.to_str().unwrap()]);
    let said = refused(&run(rehearsal).await);
    let lacks = format!("there is no secrets.keys, of which the key {key} is needed: ");
    assert!(said.starts_with(&lacks), "{said}");
    assert_eq!(names(from.path()), before, "none is made");
    let to = Place::empty();
    let refusal = async || refused(&restore(&file, to.path(), &[]).await);
    let said = refusal().await;
    assert!(said.starts_with(&lacks), "{said}");
    std::fs::copy(vault.path().join("secrets.keys"), to.path().join("secrets.keys")).unwrap();
    let said = refusal().await;
    assert!(said.starts_with("there is no token.keys, which is needed: "), "{said}");

    // A keyring from somewhere else is there.
    std::fs::write(from.path().join("secrets.keys"), format!("k0:{}\n", "A".repeat(43))).unwrap();
    std::fs::copy(vault.path().join("token.keys"), from.path().join("token.keys")).unwrap();
    let kept = tempfile::tempdir().unwrap();
    let file = back_up(from.path(), kept.path(), &[]).await;
    let other = Place::empty().with_keys_of(from.path());
    let said = refused(&restore(&file, other.path(), &[]).await);
    assert!(said.starts_with(&format!("secrets.keys lacks the key {key}: ")), "{said}");
    std::fs::copy(vault.path().join("token.keys"), to.path().join("token.keys")).unwrap();
    done(&restore(&file, to.path(), &[]).await);
    signed_in(&Process::start(to.path())).await;
}

/// An identity of age in a file, and its public key.
fn identity() -> (String, tempfile::NamedTempFile) {
    let identity = age::x25519::Identity::generate();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "# a comment\n{}", identity.to_string().expose_secret()).unwrap();
    (identity.to_public().to_string(), file)
}

#[tokio::test]
async fn n1_an_encrypted_backup_is_restored_and_rehearsed_with_an_identity_of_its_recipients_alone() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let ((recipient, own), (_, others)) = (identity(), identity());
    let [own, others] = [&own, &others].map(|file| file.path().to_str().unwrap().to_owned());
    let file = back_up(from.path(), kept.path(), &["--recipient", &recipient]).await;
    let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
    assert!(text.starts_with("age-encryption.org/v1\n") && !text.contains("sales-insight"));
    let to = Place::empty().with_keys_of(from.path());
    let said = refused(&restore(&file, to.path(), &[]).await);
    assert!(said.ends_with("name the file with an identity of its recipients by --identity"), "{said}");
    let said = refused(&restore(&file, to.path(), &["--identity", &others]).await);
    assert!(said.contains("is encrypted to others"), "{said}");
    let rehearsal =
        command(from.path(), &["backup", "--rehearse", file.to_str().unwrap(), "--identity", &own]);
    assert!(done(&run(rehearsal).await).contains("was restored for trial"));
    done(&restore(&file, to.path(), &["--identity", &own]).await);
    let process = Process::start(to.path());
    signed_in(&process).await;
    process.kill();

    let words = ["backup", "--to", kept.path().to_str().unwrap(), "--recipient", "ssh-ed25519 AAAA"];
    let output = run(command(from.path(), &words)).await;
    assert!(!output.status.success());
    assert_eq!(names(kept.path()).len(), 1);
}

#[tokio::test]
async fn n1_a_rehearsal_drops_the_database_that_it_has_made_or_one_that_was_killed_and_no_other() {
    let Some(server) = postgres::server() else { return };
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let file = back_up(from.path(), kept.path(), &[]).await;
    let left = format!("msi_rehearsal_{}", uuid::Uuid::now_v7().simple());
    let mut conn = <sqlx::PgConnection as sqlx::Connection>::connect(server.as_str()).await.unwrap();
    let make = format!("CREATE DATABASE {left} TEMPLATE template0");
    sqlx::raw_sql(sqlx::AssertSqlSafe(make)).execute(&mut conn).await.unwrap();
    let folder = from.path().join(".msi-rehearsal-1.partial");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("database"), &left).unwrap();

    // The database may be named by a parameter instead of the path.
    let mut url = url::Url::parse(&postgres::database_of(from.path()).unwrap()).unwrap();
    let name = url.path().trim_start_matches('/').to_owned();
    url.query_pairs_mut().append_pair("dbname", &name);
    url.set_path("");
    let mut rehearsal = command(from.path(), &["backup", "--rehearse", file.to_str().unwrap()]);
    rehearsal.env("MSI_DATABASE", url.as_str());
    assert!(done(&run(rehearsal).await).contains("was restored for trial"));
    let there: Vec<String> =
        sqlx::query_scalar("SELECT CAST(datname AS TEXT) FROM pg_database WHERE datname IN ($1, $2)")
            .bind(&name)
            .bind(&left)
            .fetch_all(&mut conn)
            .await
            .unwrap();
    assert_eq!(there, [name]);
    assert!(!folder.exists());
}

#[tokio::test]
async fn n1_a_rehearsal_opens_the_latest_backup_and_leaves_nothing() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let file = back_up(from.path(), kept.path(), &[]).await;
    let before = names(from.path());
    let rehearse = async |more: &[&str]| {
        let words = [&["backup", "--to", kept.path().to_str().unwrap(), "--rehearse"], more].concat();
        run(command(from.path(), &words)).await
    };
    let said = done(&rehearse(&[]).await);
    assert!(
        said.starts_with(file.to_str().unwrap()) && said.contains(" secrets opened by the keyring"),
        "{said}"
    );
    assert_eq!(names(from.path()), before);
    assert_eq!(noted(from.path())["rehearsal"]["failure"], Value::Null);

    // Of a table it has fewer rows than it says.
    let other = with_manifest(&file, |manifest| manifest["tables"]["users"] = 3.into());
    let said = refused(&rehearse(&[other.to_str().unwrap()]).await);
    assert!(said.starts_with("users has 2 rows instead of 3"), "{said}");
    assert_eq!(noted(from.path())["rehearsal"]["failure"], said);
    assert_eq!(names(from.path()), before);

    // Another one is at work.
    let last = noted(from.path())["rehearsal"].clone();
    let theirs = from.path().join(".msi-rehearsal-1.partial");
    std::fs::create_dir(&theirs).unwrap();
    let lock = std::fs::File::create(from.path().join("rehearsal.lock")).unwrap();
    lock.try_lock().unwrap();
    let said = refused(&rehearse(&[]).await);
    assert_eq!(said, "another backup is being rehearsed: wait for its end");
    assert_eq!(noted(from.path())["rehearsal"], last);
    assert!(theirs.is_dir());
    lock.unlock().unwrap();
    done(&rehearse(&[]).await);
    assert!(!theirs.exists(), "what is left of one that has ended goes");
    if let Some(server) = postgres::server() {
        let mut conn = <sqlx::PgConnection as sqlx::Connection>::connect(server.as_str()).await.unwrap();
        // Other tests rehearse at the same server meanwhile, so those that are there now must go; their names are of their time.
        let names =
            "SELECT CAST(MAX(datname) AS TEXT) FROM pg_database WHERE datname LIKE 'msi\\_rehearsal\\_%'";
        let latest: Option<String> = sqlx::query_scalar(names).fetch_one(&mut conn).await.unwrap();
        let left =
            "SELECT COUNT(*) FROM pg_database WHERE datname LIKE 'msi\\_rehearsal\\_%' AND datname <= $1";
        while sqlx::query_scalar::<_, i64>(left).bind(&latest).fetch_one(&mut conn).await.unwrap() > 0 {}
    }
}

#[tokio::test]
async fn n1_a_backup_leaves_alone_what_another_server_makes_in_the_same_folder() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let file = back_up(from.path(), kept.path(), &[]).await;
    let own = file.file_name().unwrap().to_str().unwrap().rsplit('-').nth(1).unwrap().to_owned();
    // The next one may be made within the same second.
    std::fs::remove_file(&file).unwrap();
    let theirs = kept.path().join(format!(".msi-{own}-1.partial"));
    std::fs::create_dir(&theirs).unwrap();
    let lock = std::fs::File::create(kept.path().join(format!(".msi-{own}.lock"))).unwrap();
    lock.try_lock().unwrap();
    let said = refused(&run(command(from.path(), &["backup", "--to", kept.path().to_str().unwrap()])).await);
    assert_eq!(said, "another backup is being made: wait for its end");
    assert!(theirs.is_dir());
    lock.unlock().unwrap();
    back_up(from.path(), kept.path(), &[]).await;
    assert!(!theirs.exists(), "what is left of one that has ended goes");
}

/// What the server notes of backups.
fn noted(data: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(data.join("backups.json")).unwrap()).unwrap()
}

#[cfg(unix)]
#[tokio::test]
async fn n1_a_full_disk_leaves_no_half_of_a_backup_and_the_server_running() {
    let (from, kept) = (with_ana().await, tempfile::tempdir().unwrap());
    let process = Process::start(from.path());
    let to = kept.path().to_str().unwrap();
    let (recipient, _) = identity();
    for more in [&[][..], &["--recipient", &recipient]] {
        // Exceeding the limit of a file's size is an error, like a full disk.
        let mut limited = Command::new("sh");
        limited.args(["-c", "trap '' XFSZ; ulimit -f 200; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_server")]);
        limited.args(["backup", "--to", to, "--data"]).arg(from.path()).args(more).env("RUST_LOG", "error");
        limited.envs(postgres::database_of(from.path()).map(|url| ("MSI_DATABASE", url)));
        let said = refused(&run(limited).await);
        assert_eq!(noted(from.path())["by_command"]["failure"]["why"], said);
        assert!(
            is_not_for("its program says it") || said.ends_with("make room there, or name another folder"),
            "{said}"
        );
        assert_eq!(names(kept.path()), Vec::<String>::new());
        assert_eq!(names(from.path()).iter().filter(|name| name.ends_with(".partial")).count(), 0);
    }
    signed_in(&process).await;
    let file = back_up(from.path(), kept.path(), &[]).await;
    let there = file.file_name().unwrap().to_str().unwrap();
    assert_eq!(names(kept.path()), [there]);
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    process.kill();

    let nowhere = kept.path().join("not-mounted");
    let said = refused(&run(command(from.path(), &["backup", "--to", nowhere.to_str().unwrap()])).await);
    assert!(said.ends_with("is not there: make the folder, or mount its disk"), "{said}");
}

#[tokio::test]
async fn n1_the_server_makes_backups_by_its_schedule_and_keeps_the_latest() {
    let kept = tempfile::tempdir().unwrap();
    let to = kept.path().join("backups");
    let mut server = Server::start_with(|config| {
        config.metrics = Some(([127, 0, 0, 1], 0).into());
        config.backups.to = Some(to.clone());
        config.backups.keep = std::num::NonZeroU32::new(2).unwrap();
    })
    .await;
    // Nobody has made the folder yet, or mounted its disk.
    let failed = metric(&server, "msi_backup_last_failure_timestamp_seconds").await;
    assert_eq!(metric(&server, "msi_backup_interval_seconds").await, "86400");
    std::fs::create_dir(&to).unwrap();
    let mut last = String::new();
    let mut all = Vec::new();
    for round in 1..=3 {
        server.clock.advance(std::time::Duration::from_secs(25 * 3600));
        server.restart().await;
        let mut now = metric(&server, "msi_backup_last_success_timestamp_seconds").await;
        while now == last {
            now = metric(&server, "msi_backup_last_success_timestamp_seconds").await;
        }
        last = now;
        // What is too old is deleted after that.
        while names(&to).len() > 2 {
            tokio::task::yield_now().await;
        }
        let there: Vec<String> = names(&to).into_iter().filter(|name| name.ends_with(".backup")).collect();
        assert_eq!(there.len(), round.min(2), "{there:?}");
        all.push(there.last().unwrap().clone());
    }
    assert_eq!(names(&to), all[1..]);
    assert_eq!(metric(&server, "msi_backup_last_failure_timestamp_seconds").await, failed);

    // What it has made can be restored.
    let place = Place::empty().with_keys_of(server.data());
    done(&restore(&to.join(&all[2]), place.path(), &[]).await);
    let process = Process::start(place.path());
    let admin = process.admin().await;
    assert_eq!(admin.get(paths::USERS).await.json::<List<User>>().meta.total, 1);
    assert!(admin.get(paths::SESSION).await.json::<Session>().user.email.contains('@'));
    process.kill();
}

/// Waits until the server tells this of itself.
async fn metric(server: &Server, name: &str) -> String {
    loop {
        let text = reqwest::get(server.metrics()).await.unwrap().text().await.unwrap();
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        if let Some(value) = found {
            return value.to_owned();
        }
    }
}
