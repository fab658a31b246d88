//! The real binary, killed in the middle.

use std::collections::{HashMap, HashSet};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use api_types::{BatchEvent, BatchRetry, BatchRow, DeliveryStatus, List, paths};
use serde_json::{Value, json};

use crate::harness::{Client, csv, key, place, row};
use crate::post_office::{Manner, PostOffice};
use crate::postgres;

/// A server process.
pub(crate) struct Process {
    child: Child,
    log: tempfile::NamedTempFile,
    pub(crate) base: String,
    data: PathBuf,
}

impl Process {
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    pub(crate) fn start_with(data: &Path, more: &[&str]) -> Self {
        Self::start_in(data, more, &[])
    }

    /// A server that logs whatever it can.
    pub(crate) fn start_traced(data: &Path) -> Self {
        Self::start_in(data, &[], &[("RUST_LOG", "trace")])
    }

    /// A server that logs every statement with the number of rows that it concerned.
    pub(crate) fn start_logging_statements(data: &Path) -> Self {
        Self::start_in(data, &[], &[("RUST_LOG", "sqlx::query=debug")])
    }

    fn start_in(data: &Path, more: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::try_start(data, more, environment).expect("the server says where it is")
    }

    /// `None` where it ends before it listens.
    pub(crate) fn try_start(data: &Path, more: &[&str], environment: &[(&str, &str)]) -> Option<Self> {
        let is_told = environment.iter().any(|(name, _)| *name == "MSI_DATABASE");
        let database = if is_told { None } else { postgres::database_of(data) };
        let database = database.map(|url| ("MSI_DATABASE", url));
        // A file and not a pipe: a pipe that is not read would stop the server.
        let log = tempfile::NamedTempFile::new().expect("a file");
        // Exceeding the file size limit is an error, like a full disk, and does not end the process.
        let mut child = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_server")])
            .args(["serve", "--bind", "127.0.0.1:0", "--sandbox", "--data"])
            .arg(data)
            .args(more)
            .env("MSI_SEATS", "10000")
            .envs(database)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log.reopen().expect("a file"))
            .spawn()
            .expect("the server's binary");
        let mut lines =
            BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
        let line = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let Some(line) = line else {
            child.wait().expect("it ends");
            return None;
        };
        Some(Self { child, log, base: line.trim_end_matches('/').to_owned(), data: data.to_owned() })
    }

    pub(crate) fn is_there(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// Its data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) async fn admin(&self) -> Client {
        let mut client = Client::new(&self.base);
        client
            .sign_in_by_link(&server::sign_in_link(&place(&self.data), None, None).await.expect("a link"))
            .await;
        client
    }

    /// Asks it to stop, and waits until it has.
    #[cfg(unix)]
    pub(crate) async fn end(self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.expect("the command").success());
        let waiting = tokio::task::spawn_blocking(move || {
            let mut ending = self;
            ending.child.wait()
        });
        assert!(waiting.await.expect("no panic").expect("it ends").success());
    }

    /// SIGKILL: no orderly end of any kind. Returns the log.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
        std::fs::read_to_string(self.log.path()).expect("UTF-8")
    }
}

impl Drop for Process {
    /// Nothing is left running, not even by a test that fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A statement that a server logged.
pub(crate) struct Statement {
    pub(crate) text: String,
    /// How many rows it changed or returned.
    pub(crate) rows: u64,
}

/// The statements in the log of [`Process::start_logging_statements`].
pub(crate) fn statements(log: &str) -> impl Iterator<Item = Statement> {
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).expect("a line of JSON"));
    events.filter(|event| event["target"] == "sqlx::query").map(|event| {
        let [summary, whole] =
            ["summary", "db.statement"].map(|field| event[field].as_str().unwrap_or_default().trim());
        let [changed, returned] =
            ["rows_affected", "rows_returned"].map(|field| event[field].as_u64().expect("a number of rows"));
        // A short statement is its own summary.
        let text = if whole.is_empty() { summary } else { whole };
        Statement { text: text.to_owned(), rows: changed.max(returned) }
    })
}

/// Every row of a batch.
pub(crate) async fn all_rows(client: &Client, path: &str) -> Vec<BatchRow> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let page: List<BatchRow> = client.get(&format!("{path}?limit=200{cursor}")).await.json();
        rows.extend(page.items);
        match page.meta.next_cursor {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

#[tokio::test]
async fn r7_killed_in_the_middle_of_a_batch_nobody_is_lost_and_nobody_invited_twice() {
    let data = tempfile::tempdir().unwrap();
    let rows: Vec<_> = (0..600).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let chunks: Vec<_> = rows.chunks(200).collect();
    let keys = [key(), key(), key()];

    let process = Process::start(data.path());
    let admin = process.admin().await;
    let batch = admin.open_batch(&csv(rows.len())).await;
    let path = paths::batch_chunks(&batch.id);
    let body = |index: usize| json!({"index": index, "rows": chunks[index]});
    assert_eq!(admin.keyed(&keys[0], &path, &body(0)).await.status, 200);
    // Killed while the second chunk is being sent: it is stored whole or not at all.
    let request = admin
        .request(reqwest::Method::POST, &path)
        .header(api_types::headers::IDEMPOTENCY_KEY, &keys[1])
        .json(&body(1))
        .send();
    let on_its_way = tokio::spawn(request);
    tokio::task::yield_now().await;
    let mut log = process.kill();
    let _ = on_its_way.await;

    let process = Process::start(data.path());
    // The session is stored in the database and survives the restart.
    let admin = admin.at(&process.base);
    let there = admin.batch(&batch.id).await.verdicts.total();
    assert!(there == 200 || there == 400, "{there}");
    for (index, key) in keys.iter().enumerate() {
        assert_eq!(admin.keyed(key, &path, &body(index)).await.status, 200, "chunk {index}");
    }
    assert_eq!(admin.batch(&batch.id).await.verdicts.ready, 600);
    admin.seal(&batch.id).await;
    let mut events = admin.events(&batch.id, None).await;
    while let Some((_, event)) = events.next().await {
        let (BatchEvent::Progress(batch) | BatchEvent::Settled(batch)) = event;
        if batch.deliveries.sent > 0 {
            break;
        }
    }
    log.push_str(&process.kill());

    let process = Process::start(data.path());
    let admin = admin.at(&process.base);
    let settled = admin.settled(&batch.id).await;
    let (sent, unknown) = (settled.deliveries.sent, settled.deliveries.unknown);
    assert_eq!(sent + unknown, 600, "{settled:?}");
    assert!(unknown <= 8, "no more than were on their way: {unknown}");
    let mut received: HashMap<String, usize> = HashMap::new();
    for mail in admin.mails_to("@example.com", 0).await {
        *received.entry(mail.to.concat()).or_default() += 1;
    }
    for row in all_rows(&admin, &paths::batch_rows(&batch.id)).await {
        let mails = received.get(&row.email).copied().unwrap_or_default();
        match row.result.delivery {
            DeliveryStatus::Sent => assert_eq!(mails, 1, "{}", row.email),
            DeliveryStatus::Unknown => assert!(mails <= 1, "{}", row.email),
            other => panic!("{}: {other:?}", row.email),
        }
    }
    log.push_str(&process.kill());
    assert!(
        log.contains("\"route\":\"/api/v1/invitation-batches/{id}/chunks\""),
        "the log is JSON with routes"
    );
    assert!(!log.contains("example.com"), "no personal data in the log");
}

#[tokio::test]
async fn r20_undoing_a_large_batch_goes_on_after_the_server_was_killed() {
    let data = tempfile::tempdir().unwrap();
    let rows: Vec<_> = (0..3_000).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let mut batch = csv(rows.len());
    batch.options.teams = vec!["Inside Sales".to_owned()];
    let id = admin.sealed(&batch, &rows).await;
    let answer: api_types::Batch = admin.once(&paths::batch_revoke(&id), &()).await.json();
    let revoking = answer.revoking.expect("more than a portion");
    assert!(revoking.done > 0 && revoking.done < revoking.total, "{revoking:?}");
    assert!(!answer.is_settled());
    process.kill();

    let process = Process::start(data.path());
    let admin = admin.at(&process.base);
    let settled = admin.settled(&id).await;
    assert_eq!((settled.revoking, settled.revoked), (None, 3_000));
    let users: List<api_types::User> = admin.get(paths::USERS).await.json();
    assert_eq!(users.meta.total, 1, "the administrator alone");
    let left = settled.deliveries.sent + settled.deliveries.unknown;
    assert_eq!(settled.deliveries.cancelled + left, 3_000, "{settled:?}");
    assert!(left < 3_000, "mails that waited were not sent");
    process.kill();
}

#[tokio::test]
async fn r7_a_mail_on_its_way_when_the_server_stopped_is_unknown_until_somebody_decides() {
    let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
    let smtp = format!("smtp://{}", office.address);
    office.hold();
    let process = Process::start_with(data.path(), &["--smtp", &smtp]);
    let admin = process.admin().await;
    let batch = admin.open_batch(&csv(2)).await;
    admin.add(&batch.id, 0, &[row(2, "slow@example.com"), row(3, "two@@example.com")]).await;
    admin.seal(&batch.id).await;
    office.wait_for_mail().await;
    process.kill();
    office.let_pass();

    let process = Process::start_with(data.path(), &["--smtp", &smtp]);
    let admin = admin.at(&process.base);
    let settled = admin.settled(&batch.id).await;
    assert_eq!((settled.deliveries.unknown, settled.deliveries.skipped), (1, 1));
    let none = admin.once(&paths::batch_retry(&batch.id), &BatchRetry::default()).await;
    assert_eq!(none.json::<api_types::Batch>().deliveries.unknown, 1, "not without being asked");
    let all = BatchRetry { include_unknown: true };
    admin.once(&paths::batch_retry(&batch.id), &all).await;
    let settled = admin.settled(&batch.id).await;
    assert_eq!((settled.deliveries.unknown, settled.deliveries.sent), (0, 1));
    let mails = office.taken();
    assert_eq!(mails.len(), 2, "the one whose reply was lost, and the one that was asked for: {mails:?}");
    assert_eq!(mails[0], mails[1], "known as the same mail");
    process.kill();
}

#[tokio::test]
async fn r7_a_mail_that_was_not_handed_over_when_the_server_was_killed_is_sent() {
    for manner in [Manner::Silent, Manner::Hesitates] {
        let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
        let smtp = format!("smtp://{}", office.address);
        office.treat(manner);
        let process = Process::start_with(data.path(), &["--smtp", &smtp]);
        let admin = process.admin().await;
        let rows: Vec<_> = (0..20).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
        let id = admin.sealed(&csv(rows.len()), &rows).await;
        while admin.batch(&id).await.deliveries.sending < 8 {}
        if manner == Manner::Hesitates {
            office.wait_for_hesitation().await;
        }
        process.kill();

        office.treat(Manner::Open);
        let process = Process::start_with(data.path(), &["--smtp", &smtp]);
        let admin = admin.at(&process.base);
        let settled = admin.settled(&id).await;
        assert_eq!((settled.deliveries.sent, settled.deliveries.unknown), (20, 0), "{manner:?}: {settled:?}");
        let taken: HashSet<_> = office.taken().into_iter().map(|mail| mail.to).collect();
        assert_eq!((taken.len(), office.taken().len()), (20, 20), "{manner:?}");
        process.kill();
    }
}

#[cfg(unix)]
#[tokio::test]
async fn asked_to_end_the_server_ends_event_streams_and_itself() {
    let data = tempfile::tempdir().unwrap();
    let mut process = Process::start(data.path());
    let admin = process.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let mut events = admin.events(&batch.id, None).await;
    events.next().await.unwrap();
    let asked = Command::new("kill").args(["-TERM", &process.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert!(events.next().await.is_none(), "the stream ends");
    assert!(process.child.wait().unwrap().success());
}

#[test]
fn two_servers_cannot_use_one_data_folder() {
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path());
    let second = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["serve", "--bind", "127.0.0.1:0", "--sandbox", "--data"])
        .arg(data.path())
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another server is using"));
    first.kill();
}
