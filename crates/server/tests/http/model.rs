//! R10, R26: random sequences of all events of a batch, with broken connections and killed servers among them, compared to a
//! small model of its guarantees. On PostgreSQL two servers share the database, and each request goes to either of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use api_types::limits::RESENDS_PER_DAY;
use api_types::{
    Account, Batch, BatchId, BatchRetry, BatchRow, BatchState, ChunkResult, DeliveryStatus, InvitationId,
    InvitationStatus, List, NewRow, ProblemCode, RowVerdict, headers, paths,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, check_counts, csv, key, row};
use crate::performance::report;
use crate::post_office::{PostOffice, Reply};
use crate::postgres;
use crate::proxy::{self, From, Network, Trouble};
use crate::restart::Process;

/// Sequences of an ordinary run; `MSI_SEQUENCES` asks for another number, or for a range: `650..700`.
const SEQUENCES: u64 = 100;
/// As many share a database: what is read again after each of them grows with their number.
const AT_ONE_DATABASE: u64 = 50;
const STEPS: u32 = 14;
const CHUNKS: u32 = 3;
/// About as much as a request or its answer has.
const BYTES: u32 = 1_200;

/// The real program in a folder of its own: `None` while it is down.
struct Server {
    data: tempfile::TempDir,
    process: Option<Process>,
    /// Where connections to it can be broken.
    front: Network,
}

impl Server {
    async fn new() -> Self {
        // Nothing listens there yet.
        let front = Network::before(proxy::Server::Port(([127, 0, 0, 1], 9).into())).await;
        Self { data: tempfile::tempdir().unwrap(), process: None, front }
    }

    /// Starts it, unless it runs.
    fn start(&mut self, office: &PostOffice, database: Option<&str>) {
        if self.process.is_some() {
            return;
        }
        let smtp = format!("smtp://{}", office.address);
        let settings = [
            ["--smtp", &smtp],
            ["--seats", "1000000"],
            ["--requests-per-second", "100000"],
            ["--mail-retry-ms", "1"],
            ["--sandbox-people", "1"],
        ];
        let environment: Vec<_> = database.map(|url| ("MSI_DATABASE", url)).into_iter().collect();
        let process = Process::try_start(self.data.path(), settings.as_flattened(), &environment);
        let process = process.expect("it starts");
        let port = process.base.rsplit(':').next().unwrap().parse().unwrap();
        self.front.lead_to(proxy::Server::Port(([127, 0, 0, 1], port).into()));
        self.process = Some(process);
    }
}

/// Numbers that are the same for the same seed (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 32) as u32 % bound
    }

    pub(crate) fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }
}

/// A request that was answered, to be sent again.
struct Answered {
    key: String,
    path: String,
    body: Value,
    answer: Vec<u8>,
}

/// The expected state of a batch.
struct Model {
    id: BatchId,
    chunks: Vec<Vec<NewRow>>,
    /// How many of the chunks were added.
    added: usize,
    state: BatchState,
    all_or_none: bool,
    answered: Vec<Answered>,
    /// Recipients whose mail was sent again while its arrival was unknown: it may be there twice.
    repeated: BTreeSet<String>,
    /// How often each invitation was sent again by itself.
    resent: HashMap<InvitationId, u32>,
}

impl Model {
    /// The expected verdict on a row: the first of an address is ready.
    fn verdicts(&self) -> BTreeMap<u32, RowVerdict> {
        let mut seen = BTreeSet::new();
        let rows = self.chunks[..self.added].iter().flatten();
        rows.map(|row| {
            let verdict = if row.email.contains("@@") {
                RowVerdict::Error
            } else if seen.insert(&row.email) {
                RowVerdict::Ready
            } else {
                RowVerdict::Duplicate
            };
            (row.row, verdict)
        })
        .collect()
    }

    fn is_whole(&self) -> bool {
        self.added == self.chunks.len()
    }
}

struct Run {
    servers: Vec<Server>,
    /// The one that is asked next, and which runs.
    asked: usize,
    /// Where the servers share one.
    database: Option<String>,
    office: PostOffice,
    admin: Client,
    dice: Dice,
}

impl Run {
    async fn start() -> Self {
        let office = PostOffice::open().await;
        let mut first = Server::new().await;
        let database = postgres::database_of(first.data.path());
        first.start(&office, database.as_deref());
        let admin = first.process.as_ref().unwrap().admin().await;
        let mut servers = vec![first];
        if database.is_some() {
            let mut second = Server::new().await;
            for name in ["token.keys", "secrets.keys"] {
                std::fs::copy(servers[0].data.path().join(name), second.data.path().join(name)).unwrap();
            }
            second.start(&office, database.as_deref());
            servers.push(second);
        }
        Self { servers, asked: 0, database, office, admin, dice: Dice(0) }
    }

    /// Whom the next requests go to.
    fn ask(&mut self, server: usize) {
        self.asked = server;
        self.admin = self.admin.at(&self.servers[server].process.as_ref().unwrap().base);
    }

    /// Any server that runs.
    fn ask_any(&mut self) {
        let running: Vec<usize> =
            (0..self.servers.len()).filter(|at| self.servers[*at].process.is_some()).collect();
        let drawn = self.dice.below(u32::try_from(running.len()).unwrap()) as usize;
        self.ask(running[drawn]);
    }

    /// A keyed request that the model expects to succeed, kept to be replayed.
    async fn succeed(&mut self, model: &mut Model, path: String, body: Value) -> Value {
        let key = key();
        if self.dice.once_in(6) {
            self.break_off(&key, &path, &body).await;
        }
        let answer = self.ask_under(&key, &path, &body).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        let said = serde_json::from_slice(&answer.body).unwrap();
        model.answered.push(Answered { key, path, body, answer: answer.body });
        said
    }

    /// A request under a key. As long as the one whose connection broke is still worked on, it is sent again.
    async fn ask_under(&self, key: &str, path: &str, body: &Value) -> Answer {
        for _ in 0..10_000 {
            let answer = self.admin.keyed(key, path, body).await;
            if answer.status != 409 || answer.code() != ProblemCode::IdempotencyInProgress {
                return answer;
            }
        }
        panic!("{path}: a request under the key never ends");
    }

    /// Sends a request whose connection breaks: nobody knows whether it was done. Then any server is asked.
    async fn break_off(&mut self, key: &str, path: &str, body: &Value) {
        let from = if self.dice.once_in(2) { From::Client } else { From::Server };
        let after = self.dice.below(BYTES) as usize;
        let by_reset = self.dice.once_in(2);
        let front = &self.servers[self.asked].front;
        front.set(if by_reset { Trouble::Reset { from, after } } else { Trouble::Cut { from, after } });
        let through = self.admin.at(&format!("http://{}", front.address));
        let request = through.request(Method::POST, path).header(headers::IDEMPOTENCY_KEY, key).json(body);
        if let Ok(answer) = request.send().await {
            let _ = answer.bytes().await;
        }
        front.set(Trouble::None);
        self.ask_any();
    }

    async fn open(&mut self, sequence: u64) -> Model {
        let mut number = 1;
        let chunks: Vec<Vec<NewRow>> = (0..1 + self.dice.below(CHUNKS))
            .map(|_| {
                let rows = 0..1 + self.dice.below(4);
                rows.map(|_| {
                    number += 1;
                    let ats = if self.dice.once_in(8) { "@@" } else { "@" };
                    row(number, &format!("p{}.{sequence}{ats}example.com", self.dice.below(8)))
                })
                .collect()
            })
            .collect();
        let mut new = csv(chunks.iter().map(Vec::len).sum());
        new.all_or_none = self.dice.once_in(6);
        let all_or_none = new.all_or_none;
        let id = self.admin.open_batch(&new).await.id;
        Model {
            id,
            chunks,
            added: 0,
            state: BatchState::Open,
            all_or_none,
            answered: Vec::new(),
            repeated: BTreeSet::new(),
            resent: HashMap::new(),
        }
    }

    fn chunk(model: &Model, index: usize) -> Value {
        json!({"index": index, "rows": model.chunks[index]})
    }

    async fn step(&mut self, model: &mut Model) {
        self.ask_any();
        match self.dice.below(13) {
            0..=2 if model.state == BatchState::Open && !model.is_whole() => self.add(model).await,
            3 if model.added > 0 => self.add_again(model).await,
            4 => self.add_early(model).await,
            5 | 6 => self.seal(model).await,
            7 if self.dice.once_in(2) => self.cancel(model).await,
            8 if self.dice.once_in(3) => self.revoke(model).await,
            9 => self.replay(model).await,
            10 => self.retry(model).await,
            11 => self.one_invitation(model).await,
            12 if self.dice.once_in(6) => self.restart().await,
            _ => self.answer_mail(),
        }
    }

    async fn add(&mut self, model: &mut Model) {
        let (path, body) = (paths::batch_chunks(&model.id), Self::chunk(model, model.added));
        let said = self.succeed(model, path, body).await;
        let said: ChunkResult = serde_json::from_value(said).unwrap();
        model.added += 1;
        let expected = model.verdicts();
        for row in said.rows {
            assert_eq!(row.verdict, expected[&row.row], "row {}", row.row);
        }
    }

    /// Under another key: known by its index and its rows.
    async fn add_again(&mut self, model: &Model) {
        let index = self.dice.below(u32::try_from(model.added).unwrap()) as usize;
        let path = paths::batch_chunks(&model.id);
        assert_eq!(self.admin.once(&path, &Self::chunk(model, index)).await.status, 200);
        let mut other = Self::chunk(model, index);
        other["rows"][0]["first_name"] = json!("Somebody else");
        assert_eq!(self.admin.once(&path, &other).await.code(), ProblemCode::ChunkConflict);
    }

    async fn add_early(&mut self, model: &Model) {
        let body = json!({"index": model.added + 1, "rows": [row(1, "early@example.com")]});
        let code = self.admin.once(&paths::batch_chunks(&model.id), &body).await.code();
        let open = model.state == BatchState::Open;
        assert_eq!(code, if open { ProblemCode::ChunkOutOfOrder } else { ProblemCode::BatchClosed });
    }

    async fn seal(&mut self, model: &mut Model) {
        let path = paths::batch_seal(&model.id);
        let refused = match model.state {
            BatchState::Open if !model.is_whole() => Some(ProblemCode::RowsMissing),
            BatchState::Cancelled => Some(ProblemCode::BatchClosed),
            BatchState::Open | BatchState::Sealed | BatchState::Refused => None,
        };
        if let Some(code) = refused {
            assert_eq!(self.admin.once(&path, &()).await.code(), code);
            return;
        }
        if model.state == BatchState::Open {
            let all_ready = model.verdicts().values().all(|verdict| *verdict == RowVerdict::Ready);
            model.state =
                if model.all_or_none && !all_ready { BatchState::Refused } else { BatchState::Sealed };
        }
        self.succeed(model, path, Value::Null).await;
    }

    async fn cancel(&mut self, model: &mut Model) {
        self.succeed(model, paths::batch_cancel(&model.id), Value::Null).await;
        if matches!(model.state, BatchState::Open | BatchState::Sealed) {
            model.state = BatchState::Cancelled;
        }
    }

    async fn revoke(&mut self, model: &mut Model) {
        let said = self.succeed(model, paths::batch_revoke(&model.id), Value::Null).await;
        let said: Batch = serde_json::from_value(said).unwrap();
        let ready = model.verdicts().values().filter(|verdict| **verdict == RowVerdict::Ready).count();
        assert_eq!(said.revoked as usize, ready, "nobody had accepted");
        if model.state == BatchState::Open {
            model.state = BatchState::Cancelled;
        }
    }

    async fn replay(&mut self, model: &Model) {
        if model.answered.is_empty() {
            return;
        }
        let again = &model.answered[self.dice.below(u32::try_from(model.answered.len()).unwrap()) as usize];
        let answer = self.ask_under(&again.key, &again.path, &again.body).await;
        assert_eq!((answer.status.is_success(), answer.body), (true, again.answer.clone()), "{}", again.path);
    }

    async fn retry(&mut self, model: &mut Model) {
        let include_unknown = self.dice.once_in(2);
        let (path, body) = (paths::batch_retry(&model.id), json!(BatchRetry { include_unknown }));
        if include_unknown {
            let open = |row: &BatchRow| {
                matches!(row.result.delivery, DeliveryStatus::Sending | DeliveryStatus::Unknown)
            };
            let rows = rows(&self.admin, &model.id).await;
            model.repeated.extend(rows.into_iter().filter(open).map(|row| row.email));
        }
        if model.state == BatchState::Sealed {
            self.succeed(model, path, body).await;
        } else {
            assert_eq!(self.admin.once(&path, &body).await.code(), ProblemCode::BatchClosed);
        }
    }

    /// Sends one invitation again, or revokes it.
    async fn one_invitation(&mut self, model: &mut Model) {
        let rows = rows(&self.admin, &model.id).await;
        let ids: Vec<InvitationId> = rows.into_iter().filter_map(|row| Some(row.invitation?.id)).collect();
        if ids.is_empty() {
            return;
        }
        let id = &ids[self.dice.below(u32::try_from(ids.len()).unwrap()) as usize];
        if self.dice.once_in(3) {
            self.succeed(model, paths::invitation_revoke(id), Value::Null).await;
        } else {
            let answer = self.admin.once(&paths::invitation_resend(id), &json!({})).await;
            let resent = model.resent.entry(id.clone()).or_default();
            if answer.status.is_success() {
                *resent += 1;
                if model.state == BatchState::Cancelled {
                    model.state = BatchState::Sealed;
                }
            } else {
                let expected =
                    if *resent < RESENDS_PER_DAY { ProblemCode::Conflict } else { ProblemCode::MailLimit };
                let code = answer.code();
                assert!(code == expected || code == ProblemCode::Conflict, "{}", answer.text());
            }
        }
    }

    /// The server that is asked ends in order, or by SIGKILL with mails on their way. Where another one goes on, it may stay down
    /// for a while.
    async fn restart(&mut self) {
        let was_down = self.servers.iter().any(|server| server.process.is_none());
        let process = self.servers[self.asked].process.take().unwrap();
        if self.dice.once_in(2) {
            self.office.let_pass();
            process.end().await;
            self.office.hold();
        } else {
            process.kill();
        }
        if was_down || self.servers.len() == 1 || self.dice.once_in(2) {
            self.start_all();
        }
    }

    fn start_all(&mut self) {
        for server in &mut self.servers {
            server.start(&self.office, self.database.as_deref());
        }
        self.ask(self.asked);
    }

    fn answer_mail(&mut self) {
        let replies = [
            Reply::Taken,
            Reply::Taken,
            Reply::Deferred,
            Reply::Refused,
            Reply::NotAllowed,
            Reply::TakenAndLost,
            Reply::Lost,
        ];
        self.office.answer(replies[self.dice.below(7) as usize]);
    }

    /// All waiting mails are accepted; then the state must match the model.
    async fn check(&mut self, model: &Model) {
        self.start_all();
        self.office.let_pass();
        let batch = if model.state == BatchState::Open {
            self.admin.batch(&model.id).await
        } else {
            self.settled(&model.id).await
        };
        assert_eq!(batch.verdicts.total(), batch.deliveries.total());
        if model.is_whole() {
            check_counts(&batch);
        }
        assert_eq!(batch.state, model.state);
        let rows = rows(&self.admin, &model.id).await;
        let verdicts: BTreeMap<u32, RowVerdict> =
            rows.iter().map(|row| (row.result.row, row.result.verdict)).collect();
        assert_eq!(verdicts, model.verdicts());

        let mut taken: HashMap<String, Vec<String>> = HashMap::new();
        for mail in self.office.taken() {
            taken.entry(mail.to).or_default().push(mail.message_id);
        }
        let mut deliveries = api_types::DeliveryCounts::default();
        for row in &rows {
            *deliveries.of(row.result.delivery) += 1;
            let Some(invitation) = &row.invitation else { continue };
            let came = taken.get(&row.email).map_or(&[][..], Vec::as_slice);
            let distinct: BTreeSet<_> = came.iter().collect();
            if !model.repeated.contains(&row.email) {
                assert_eq!(distinct.len(), came.len(), "doubled: {came:?}");
            }
            let is_pending = invitation.status == InvitationStatus::Pending;
            match row.result.delivery {
                DeliveryStatus::Sent => assert!(!came.is_empty(), "sent to nobody: {row:?}"),
                DeliveryStatus::Failed => {
                    assert!(model.state != BatchState::Cancelled || !is_pending, "{row:?}")
                }
                DeliveryStatus::Cancelled => assert!(!is_pending, "lost: {row:?}"),
                DeliveryStatus::Queued => assert_eq!(model.state, BatchState::Open, "{row:?}"),
                // It is not reported as arrived, nor as failed.
                DeliveryStatus::Unknown => assert!(is_pending || model.state != BatchState::Open, "{row:?}"),
                other => panic!("settled, and yet {other:?}"),
            }
        }
        assert_eq!(deliveries, batch.deliveries);
        self.check_seats().await;
    }

    /// Polls until every mail is settled: an event stream would take longer.
    async fn settled(&self, id: &BatchId) -> Batch {
        loop {
            let batch: Batch = self.admin.get(&paths::batch(id)).await.json();
            if batch.is_settled() {
                return batch;
            }
        }
    }

    /// Seats are those of the administrator and of invitations that can be accepted, of this batch and all before.
    async fn check_seats(&self) {
        let account: Account = self.admin.get(paths::ACCOUNT).await.json();
        let mut pending = 0;
        let mut cursor = String::new();
        loop {
            let page: List<Batch> =
                self.admin.get(&format!("{}?limit=200{cursor}", paths::BATCHES)).await.json();
            for batch in &page.items {
                pending += batch.verdicts.ready - batch.revoked;
            }
            match page.meta.next_cursor {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(account.seats.used, 1 + pending);
    }
}

async fn rows(client: &Client, id: &BatchId) -> Vec<BatchRow> {
    client.get(&format!("{}?limit=200", paths::batch_rows(id))).await.json::<List<BatchRow>>().items
}

/// Says which sequence has failed.
struct Sequence {
    seed: u64,
    all: Range<u64>,
}

impl Drop for Sequence {
    fn drop(&mut self) {
        if std::thread::panicking() {
            report(&format!(
                "it was sequence {}: MSI_SEQUENCES={}..{}",
                self.seed, self.all.start, self.all.end
            ));
        }
    }
}

async fn sequences(seeds: Range<u64>) {
    let mut run = Run::start().await;
    for seed in seeds.clone() {
        let _said = Sequence { seed, all: seeds.clone() };
        run.dice = Dice(seed);
        run.office.hold();
        run.ask_any();
        let mut model = run.open(seed).await;
        for _ in 0..STEPS {
            run.step(&mut model).await;
        }
        run.check(&model).await;
    }
    postgres::drop_database_of(run.servers[0].data.path());
}

fn asked_for() -> Range<u64> {
    let Ok(asked) = std::env::var("MSI_SEQUENCES") else { return 0..SEQUENCES };
    let (from, to) = asked.split_once("..").unwrap_or(("0", &asked));
    from.parse().expect("a number")..to.parse().expect("a number")
}

#[test]
fn r10_r26_whatever_happens_to_a_batch_nobody_is_lost_and_nobody_gets_a_mail_twice() {
    let asked = asked_for();
    let next = AtomicU64::new(asked.start);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(AT_ONE_DATABASE, Ordering::Relaxed);
                    if from >= asked.end {
                        return;
                    }
                    // What listens ends with it.
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(sequences(from..asked.end.min(from + AT_ONE_DATABASE)));
                }
            });
        }
    });
}
