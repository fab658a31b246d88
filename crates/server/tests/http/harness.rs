//! A server under test, and a client that behaves like the app.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use api_types::{
    AuditAction, AuditEvent, Batch, BatchEvent, BatchId, BatchOptions, BatchSource, BatchState, Chunk,
    ChunkResult, List, NewBatch, NewRow, Problem, ProblemCode, Role, headers, limits, paths,
};
use clap::Parser as _;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use server::ManualClock;
use server::app::{self, Running};
use server::config::Place;
use server::config::{Config, Loopback, PasswordCost};
use tempfile::TempDir;
use uuid::Uuid;

use crate::postgres;

pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const ADMIN: &str = "marketo.admin@example.com";

/// A server with its data in a folder of its own.
pub(crate) struct Server {
    running: Option<Running>,
    pub(crate) base: String,
    pub(crate) clock: Arc<ManualClock>,
    folder: TempDir,
    config: Config,
}

#[derive(clap::Parser)]
struct Arguments {
    #[command(flatten)]
    config: Config,
}

/// The settings of a test's server.
pub(crate) fn config(data: &Path) -> Config {
    let arguments = [
        "server",
        "--bind",
        "127.0.0.1:0",
        "--sandbox",
        "--mail-retry-ms",
        "1",
        "--credentials-per-minute",
        "1000",
        // Tests ask again and again.
        "--requests-per-second",
        "100000",
    ];
    let mut config = Arguments::parse_from(arguments).config;
    config.data = data.to_owned();
    config.database = place(data).database;
    config.password_cost = PasswordCost::Test;
    // Salesforce is another site for browsers: its stand-in has the name.
    config.loopback = Loopback::Number;
    config
}

/// Where a server with this data folder has its data.
pub(crate) fn place(data: &Path) -> Place {
    Place { database: postgres::database_of(data).map(Into::into), ..Place::in_folder(data) }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut config = config(folder.path());
        change(&mut config);
        let clock = Arc::new(ManualClock::default());
        let mut server = Self { running: None, base: String::new(), clock, folder, config };
        server.run().await;
        server
    }

    /// Another server at the database of this one, with its keys and its clock.
    pub(crate) async fn beside(&self, change: impl FnOnce(&mut Config)) -> Self {
        self.beside_by(Arc::clone(&self.clock), change).await
    }

    /// The same with a clock of its own.
    pub(crate) async fn beside_by(&self, clock: Arc<ManualClock>, change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for keys in ["token.keys", "secrets.keys"] {
            std::fs::copy(self.data().join(keys), folder.path().join(keys)).expect("the keys");
        }
        let mut config = self.settings_in(folder.path());
        change(&mut config);
        let mut server = Self { running: None, base: String::new(), clock, folder, config };
        server.run().await;
        server
    }

    /// The settings of another server at the database of this one, with that data folder.
    pub(crate) fn settings_in(&self, folder: &Path) -> Config {
        Config { data: folder.to_owned(), database: place(self.data()).database, ..self.config.clone() }
    }

    async fn run(&mut self) {
        let clock = Arc::clone(&self.clock);
        let running = app::start(self.config.clone(), clock).await.expect("the server starts");
        self.base = format!("http://{}", running.address);
        self.running = Some(running);
    }

    /// Stops the server in order, and starts it on the same data.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.run().await;
    }

    /// Starts it again with other settings.
    pub(crate) async fn restart_with(&mut self, change: impl FnOnce(&mut Config)) {
        self.stop().await;
        change(&mut self.config);
        self.run().await;
    }

    /// Starts it again at the same address after it was stopped, and does that meanwhile.
    pub(crate) async fn run_while(&mut self, work: impl Future<Output = ()>) {
        self.config.bind = self.base.trim_start_matches("http://").parse().expect("an address");
        tokio::join!(self.run(), work);
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            keeps_to_the_contracts(&running);
            running.stop().await;
        }
    }

    /// Stops the server, but not its stand-ins, which others go on with as long as what is returned.
    pub(crate) async fn stop_but_for_its_stand_ins(&mut self) -> impl Sized + use<> {
        let mut running = self.running.take().expect("a running server");
        let stand_ins = running.stand_ins.take();
        running.stop().await;
        stand_ins
    }

    /// How many password hashes were made.
    pub(crate) fn password_hashes(&self) -> u64 {
        self.running.as_ref().expect("a running server").password_hashes()
    }

    /// The stand-ins of this server.
    pub(crate) fn sandbox(&self) -> &sandbox::Sandbox {
        self.running.as_ref().and_then(|running| running.stand_ins.as_ref()).expect("the stand-ins").sandbox()
    }

    /// Where its metrics are read.
    pub(crate) fn metrics(&self) -> String {
        let address =
            self.running.as_ref().and_then(|running| running.metrics).expect("an address for metrics");
        format!("http://{address}/metrics")
    }

    pub(crate) fn data(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn place(&self) -> Place {
        self.config.place()
    }

    /// A client without a session.
    pub(crate) fn anyone(&self) -> Client {
        Client::new(&self.base)
    }

    /// The first administrator, signed in by a new link.
    pub(crate) async fn admin(&self) -> Client {
        let link = self.running.as_ref().expect("a running server").sign_in_link().await.expect("a link");
        let mut client = self.anyone();
        client.sign_in_by_link(&link).await;
        client
    }

    /// The events of one kind in the audit log, the latest first.
    pub(crate) async fn audited(&self, action: AuditAction) -> Vec<AuditEvent> {
        let path = format!("{}?limit=200&action={}", paths::AUDIT_EVENTS, action.as_str());
        self.admin().await.get(&path).await.json::<List<AuditEvent>>().items
    }

    /// Another administrator, invited and activated.
    pub(crate) async fn administrator(&self, email: &str) -> Client {
        let admin = self.admin().await;
        let mut batch = csv(1);
        batch.options.role = Role::Admin;
        admin.send_batch(&batch, &[row(2, email)]).await;
        let mut client = self.anyone();
        client.activate(&admin.mail_to(email).await.link()).await;
        client
    }

    /// A member who is no administrator, invited and activated.
    pub(crate) async fn member(&self, email: &str) -> Client {
        let admin = self.admin().await;
        admin.invite(&[row(2, email)]).await;
        let mut client = self.anyone();
        client.activate(&admin.mail_to(email).await.link()).await;
        client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(running) = &self.running
            && !std::thread::panicking()
        {
            keeps_to_the_contracts(running);
        }
        // After a failure, its tasks go on, and the database can be looked at.
        if !std::thread::panicking() {
            postgres::drop_database_of(self.folder.path());
        }
    }
}

/// What the clients asked of the stand-ins, and what these answered, is in the contracts with the services.
fn keeps_to_the_contracts(running: &Running) {
    let Some(sandbox) = running.stand_ins.as_ref().map(|stand_ins| stand_ins.sandbox()) else { return };
    let differences = [sandbox.marketo().differences(), sandbox.salesforce().differences()];
    assert!(differences.iter().all(BTreeSet::is_empty), "from the contracts: {differences:#?}");
}

/// The attributes of a `Set-Cookie`, whose order means nothing.
pub(crate) fn attributes(set_cookie: &str) -> BTreeSet<&str> {
    set_cookie.split("; ").skip(1).collect()
}

/// The token at the end of a link.
pub(crate) fn token(link: &str) -> String {
    link.split_once('#').expect("a fragment").1.to_owned()
}

/// A row that has only an address.
pub(crate) fn row(number: u32, email: &str) -> NewRow {
    NewRow { row: number, email: email.to_owned(), ..NewRow::default() }
}

/// A batch of a file with that many rows.
pub(crate) fn csv(expected_rows: usize) -> NewBatch {
    NewBatch {
        source: BatchSource::Csv,
        file_name: Some("people.csv".to_owned()),
        options: BatchOptions::default(),
        expected_rows: u32::try_from(expected_rows).expect("a small number"),
        dry_run: false,
        all_or_none: false,
    }
}

pub(crate) fn key() -> String {
    Uuid::now_v7().to_string()
}

/// A browser of one person.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    pub(crate) cookie: Option<String>,
    /// The network address that a trusted proxy names.
    from: Option<IpAddr>,
    last: Arc<Mutex<Last>>,
}

/// What was read last.
#[derive(Default)]
struct Last {
    path: String,
    body: Vec<u8>,
    /// How often in a row there was the same answer before.
    equal: u32,
}

fn http(with: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder) -> reqwest::Client {
    // A server in this process may have done so already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    // Servers under test speak HTTP only. Reading the system's certificates would be most of a client's cost.
    with(reqwest::Client::builder().no_proxy().tls_certs_only([])).build().expect("a client")
}

/// Whoever asks again and again leaves the processor to the server meanwhile.
const PAUSE: Duration = Duration::from_millis(10);

pub(crate) async fn pause() {
    tokio::time::sleep(PAUSE).await;
}

/// A response, read to the end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("UTF-8")
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        serde_json::from_slice(&self.body).expect("JSON of the expected shape")
    }

    /// The cookies that are set, as a browser sends them back.
    pub(crate) fn cookies(&self) -> Vec<String> {
        let all = self.headers.get_all("set-cookie").iter();
        let pair = |value: &HeaderValue| Some(value.to_str().ok()?.split(';').next()?.to_owned());
        all.filter_map(pair).collect()
    }

    /// The problem of a failure, after checking its headers.
    #[track_caller]
    pub(crate) fn problem(&self) -> Problem {
        assert!(!self.status.is_success(), "{}: {}", self.status, self.text());
        assert_eq!(self.header("content-type"), Some(headers::PROBLEM_JSON), "{}", self.text());
        let problem: Problem = serde_json::from_slice(&self.body).expect("a problem");
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(Some(problem.instance.as_str()), self.header(headers::REQUEST_ID));
        assert_eq!(problem.kind, problem.code.uri());
        assert_eq!(problem.retry_after.map(|s| s.to_string()).as_deref(), self.header("retry-after"));
        problem
    }

    #[track_caller]
    pub(crate) fn code(&self) -> ProblemCode {
        self.problem().code
    }
}

impl Client {
    pub(crate) fn new(base: &str) -> Self {
        Self {
            http: http(|client| client),
            base: base.to_owned(),
            cookie: None,
            from: None,
            last: Arc::default(),
        }
    }

    /// The origin of the server's pages under this machine's name.
    pub(crate) fn origin(&self) -> String {
        self.base.replace("127.0.0.1", "localhost")
    }

    /// The same person at a server that has another address now.
    pub(crate) fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), last: Arc::default(), ..self.clone() }
    }

    /// The same person, who gives up a request after this time.
    pub(crate) fn waiting(&self, limit: Duration) -> Self {
        Self { http: http(|client| client.timeout(limit)), last: Arc::default(), ..self.clone() }
    }

    /// The same person at another network address, if the server trusts the proxy on this machine.
    pub(crate) fn from(&self, address: IpAddr) -> Self {
        Self { from: Some(address), last: Arc::default(), ..self.clone() }
    }

    /// A request as the app makes it.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let mut head = HeaderMap::new();
        head.insert(headers::CSRF, HeaderValue::from_static(headers::CSRF_VALUE));
        head.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
        if let Some(cookie) = &self.cookie {
            head.insert("cookie", cookie.parse().expect("a cookie"));
        }
        if let Some(from) = self.from {
            head.insert("x-forwarded-for", from.to_string().parse().expect("an address"));
        }
        self.http.request(method, format!("{}{}{path}", self.base, paths::BASE)).headers(head)
    }

    /// A request without the app's headers, to any path of the server.
    pub(crate) fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.read(path, self.request(Method::GET, path)).await
    }

    /// The same as a load balancer does, without a cookie and without the app's header.
    pub(crate) async fn get_bare(&self, path: &str) -> Answer {
        self.read(path, self.bare(Method::GET, path)).await
    }

    /// Whoever reads the same once more waits for what the server does, so the server gets the processor meanwhile: the longer, the
    /// more often there was nothing new.
    async fn read(&self, path: &str, request: reqwest::RequestBuilder) -> Answer {
        let last = || self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let equal = Some(last()).filter(|last| last.path == path).map_or(0, |last| last.equal);
        if equal > 0 {
            tokio::time::sleep(PAUSE * equal.min(4)).await;
        }
        let answer = send(request).await;
        let mut last = last();
        let equal = if last.path == path && last.body == answer.body { last.equal + 1 } else { 0 };
        *last = Last { path: path.to_owned(), body: answer.body.clone(), equal };
        answer
    }

    /// The same without a pause, to be measured.
    pub(crate) async fn get_at_once(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    /// Changes something in this version of it, or in any: `*`.
    pub(crate) async fn patch_at(&self, version: &str, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::PATCH, path).header("if-match", version).json(body)).await
    }

    /// A keyed request under a key of its own.
    pub(crate) async fn once(&self, path: &str, body: &impl Serialize) -> Answer {
        self.keyed(&key(), path, body).await
    }

    pub(crate) async fn keyed(&self, key: &str, path: &str, body: &impl Serialize) -> Answer {
        send(self.request(Method::POST, path).header(headers::IDEMPOTENCY_KEY, key).json(body)).await
    }

    /// Keeps the cookie of an answer.
    pub(crate) fn take_cookie(&mut self, answer: &Answer) {
        if let Some(cookie) = answer.header("set-cookie") {
            self.cookie = cookie.split(';').next().map(str::to_owned);
        }
    }

    pub(crate) async fn sign_in_by_link(&mut self, link: &str) {
        let body = serde_json::json!({"link": {"token": token(link)}});
        let answer = self.post(paths::SESSION, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.take_cookie(&answer);
    }

    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        let answer = self.try_password(email, password).await;
        self.take_cookie(&answer);
        answer
    }

    /// Tries to sign in, without keeping the session.
    pub(crate) async fn try_password(&self, email: &str, password: &str) -> Answer {
        let body = serde_json::json!({"password": {"email": email, "password": password}});
        self.post(paths::SESSION, &body).await
    }

    /// The same browser after a person has signed in and out again: it is known to be theirs.
    pub(crate) async fn known_to(mut self, email: &str) -> Self {
        let answer = self.try_password(email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.cookie = Some(answer.cookies().remove(1));
        self
    }

    /// Accepts an invitation with the password of all tests.
    pub(crate) async fn activate(&mut self, link: &str) {
        let body = serde_json::json!({"token": token(link), "password": PASSWORD});
        let answer = self.post(paths::ACTIVATION_ACCEPT, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        self.take_cookie(&answer);
    }

    /// Proves anew who this is, by the password of all tests.
    pub(crate) async fn prove(&mut self) {
        let proof = serde_json::json!({"password": PASSWORD});
        let proven = self.post(paths::SESSION_PROOF, &proof).await;
        assert_eq!(proven.status, 204, "{}", proven.text());
        self.take_cookie(&proven);
    }

    pub(crate) async fn open_batch(&self, batch: &NewBatch) -> Batch {
        let answer = self.once(paths::BATCHES, batch).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    pub(crate) async fn add(&self, id: &BatchId, index: u32, rows: &[NewRow]) -> ChunkResult {
        self.once(&paths::batch_chunks(id), &Chunk { index, rows: rows.to_vec() }).await.json()
    }

    pub(crate) async fn seal(&self, id: &BatchId) -> Batch {
        self.once(&paths::batch_seal(id), &()).await.json()
    }

    pub(crate) async fn batch(&self, id: &BatchId) -> Batch {
        let batch: Batch = self.get(&paths::batch(id)).await.json();
        check_counts(&batch);
        batch
    }

    /// A whole batch: opened, filled, sealed, and followed until every mail is settled.
    pub(crate) async fn send_batch(&self, batch: &NewBatch, rows: &[NewRow]) -> Batch {
        let id = self.sealed(batch, rows).await;
        self.settled(&id).await
    }

    /// A batch that is opened, filled and sealed; its mails are on their way.
    pub(crate) async fn sealed(&self, batch: &NewBatch, rows: &[NewRow]) -> BatchId {
        let id = self.open_batch(batch).await.id;
        for (index, rows) in (0..).zip(rows.chunks(limits::ROWS_PER_CHUNK)) {
            self.add(&id, index, rows).await;
        }
        self.seal(&id).await.id
    }

    pub(crate) async fn invite(&self, rows: &[NewRow]) -> Batch {
        self.send_batch(&csv(rows.len()), rows).await
    }

    /// Follows the batch until every mail is settled.
    pub(crate) async fn settled(&self, id: &BatchId) -> Batch {
        let mut events = self.events(id, None).await;
        loop {
            match events.next().await.expect("the stream ends with a settled batch").1 {
                BatchEvent::Settled(batch) => return batch,
                BatchEvent::Progress(batch) => check_counts(&batch),
            }
        }
    }

    pub(crate) async fn events(&self, id: &BatchId, last: Option<&str>) -> Events {
        let mut request = self.request(Method::GET, &paths::batch_events(id));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { response, buffer: String::new() }
    }

    /// Waits for the first mail to that address.
    pub(crate) async fn mail_to(&self, email: &str) -> Mail {
        self.mails_to(email, 1).await.remove(0)
    }

    /// Waits for that many mails to that address; the latest first.
    pub(crate) async fn mails_to(&self, email: &str, at_least: usize) -> Vec<Mail> {
        let email: String = email.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let path = format!("/mailbox/messages.json?limit=100000&search={email}&at_least={at_least}");
        let found: Value = send(self.bare(Method::GET, &path)).await.json();
        let mails: Vec<Mail> = serde_json::from_value(found["items"].clone()).expect("mails");
        assert!(mails.len() >= at_least, "{} mails", mails.len());
        mails
    }

    /// Waits for a mail to that address whose link begins with this path of the console; the latest such link.
    pub(crate) async fn link_to(&self, email: &str, path: &str) -> String {
        let mut at_least = 1;
        loop {
            let mails = self.mails_to(email, at_least).await;
            let leads_there = |link: &&String| link.contains(path);
            if let Some(link) = mails.iter().flat_map(Mail::links).find(leads_there) {
                return link.clone();
            }
            at_least = mails.len() + 1;
        }
    }

    /// How many mails the mailbox holds.
    pub(crate) async fn mail_count(&self) -> u64 {
        let found: Value = send(self.bare(Method::GET, "/mailbox/messages.json?limit=1")).await.json();
        found["total"].as_u64().expect("a count")
    }
}

/// The counts of a batch add up at any moment.
#[track_caller]
pub(crate) fn check_counts(batch: &Batch) {
    assert_eq!(batch.verdicts.total(), batch.deliveries.total(), "{batch:?}");
    if batch.state != BatchState::Open {
        assert_eq!(batch.verdicts.total(), batch.expected_rows, "{batch:?}");
    }
}

/// A mail in the mailbox's JSON.
#[derive(Clone, Debug, serde::Deserialize)]
pub(crate) struct Mail {
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) message_id: String,
    links: Vec<String>,
}

impl Mail {
    pub(crate) fn links(&self) -> &[String] {
        &self.links
    }

    pub(crate) fn link(&self) -> String {
        self.links.first().expect("a link").clone()
    }
}

/// An event stream.
pub(crate) struct Events {
    response: reqwest::Response,
    buffer: String,
}

impl Events {
    /// The next event with its id; `None` at the end.
    pub(crate) async fn next(&mut self) -> Option<(String, BatchEvent)> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let event = event.to_owned();
                self.buffer = rest.to_owned();
                let field =
                    |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                    return Some((id, serde_json::from_str(&data).expect("an event")));
                }
                continue;
            }
            let piece = self.response.chunk().await.ok()??;
            self.buffer.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
        }
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.expect("an answer");
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, body: response.bytes().await.expect("a body").to_vec() }
}
