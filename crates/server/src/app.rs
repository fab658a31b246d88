//! The running server: its state, its start and its end.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api_types::{AuditAction, limits, paths};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;
use tower_http::catch_panic::CatchPanicLayer;
use url::Url;

use crate::auth::cookie::CookieStyle;
use crate::auth::csrf::{self, Origins};
use crate::auth::guesses::Guesses;
use crate::auth::known::{KnownSessions, Moment};
use crate::auth::session;
use crate::clock::{Clock, Millis};
use crate::config::Config;
use crate::db::housekeeping::{ABANDONED_AFTER, Chore};
use crate::db::{self, Db};
use crate::error::ApiError;
use crate::field_sync::{self, FieldSync};
use crate::idempotency::InFlight;
use crate::jobs::{Job, Jobs};
use crate::limiter::Limiter;
use crate::mail::post::Post;
use crate::mail::{self, Postman};
use crate::marketo;
use crate::outbound;
use crate::password::Passwords;
use crate::portion::Portion;
use crate::readiness::Probes;
use crate::salesforce::{self, Refreshes};
use crate::sandbox_mode::{Faults, NO_MAIL_SERVER, StandIns};
use crate::secrets::Keyring;
use crate::services::Services;
use crate::token::TokenKey;
use crate::{access, connections, headers, observe, revocations, routes, seed, static_files};

/// A request that is not an event stream is answered within this.
const REQUEST_LIMIT: Duration = Duration::from_secs(60);
/// Connections that are still open so long after the end was asked for are cut.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);
const TIDY_EVERY: Duration = Duration::from_secs(3600);
/// Event streams that lag this many changes behind read the batch anew, which they do anyway.
const CHANGES_KEPT: usize = 256;

/// Everything a request can need, cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<State>);

pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) db: Db,
    pub(crate) account_id: String,
    /// What the account's secrets are sealed for.
    pub(crate) account_uuid: String,
    pub(crate) account_name: String,
    pub(crate) public_url: Url,
    pub(crate) cookie: CookieStyle,
    pub(crate) origins: Origins,
    pub(crate) tokens: TokenKey,
    pub(crate) passwords: Passwords,
    pub(crate) keyring: Keyring,
    pub(crate) services: Services,
    pub(crate) http: reqwest::Client,
    pub(crate) marketo: marketo::Clients,
    pub(crate) refreshes: Refreshes,
    pub(crate) field_sync: FieldSync,
    pub(crate) limiter: Limiter,
    pub(crate) sessions: KnownSessions,
    pub(crate) guesses: Guesses,
    pub(crate) in_flight: InFlight,
    pub(crate) jobs: Jobs,
    pub(crate) probes: Probes,
    pub(crate) faults: Option<Faults>,
    /// Ids of batches as they change.
    pub(crate) changes: broadcast::Sender<String>,
    /// Wakes the mail worker, and tells how mail is.
    pub(crate) post: Post,
    /// Wakes whoever revokes invitations of large batches.
    pub(crate) revocations: Notify,
    /// Turns true when the server is to end.
    pub(crate) ending: watch::Receiver<bool>,
    clock: Arc<dyn Clock>,
}

impl std::ops::Deref for App {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl State {
    pub(crate) fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Now, by both clocks.
    pub(crate) fn moment(&self) -> Moment {
        Moment { now: self.clock.now(), elapsed: self.clock.elapsed() }
    }

    /// The time since some moment, which nobody sets back.
    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Tells event streams and the mail worker that something about a batch changed.
    pub(crate) fn batch_changed(&self, id: &str) {
        // Nobody listening is fine.
        let _ = self.changes.send(id.to_owned());
        self.post.wake();
    }

    /// An address of the app with a secret in its fragment, which no server or proxy gets to see.
    pub(crate) fn link(&self, path: &str, token: &str) -> String {
        format!("{}/{path}#{token}", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// A failure to start.
pub type StartError = Box<dyn std::error::Error + Send + Sync>;

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Where people reach it.
    pub public_url: Url,
    /// The stand-ins, in sandbox mode.
    pub stand_ins: Option<StandIns>,
    end: watch::Sender<bool>,
    serving: JoinHandle<()>,
    helpers: Vec<JoinHandle<()>>,
    app: App,
    lock: File,
}

impl Running {
    /// A new one-time link that signs in the first administrator.
    ///
    /// # Errors
    /// When the database fails, or there is no active administrator.
    pub async fn sign_in_link(&self) -> Result<String, StartError> {
        let app = &self.app;
        let token = seed::new_sign_in_token(&app.db, &app.tokens, app.now()).await?;
        Ok(app.link("sign-in", &token))
    }

    /// Whether nobody has signed in yet since the account was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn awaits_first_sign_in(&self) -> Result<bool, StartError> {
        let app = &self.app;
        Ok(!db::audit::has(&mut *app.db.read().await?, &app.account_id, AuditAction::SignedIn).await?)
    }

    /// How many password hashes were made so far: as many for an address that nobody has as for any other.
    pub fn password_hashes(&self) -> u64 {
        self.app.passwords.made()
    }

    /// Ends the server: no new requests, those under way are answered, mails under way are settled.
    pub async fn stop(self) {
        let _ = self.end.send(true);
        let serving = self.serving.abort_handle();
        if tokio::time::timeout(SHUTDOWN_LIMIT, self.serving).await.is_err() {
            serving.abort();
        }
        for helper in self.helpers {
            let abort = helper.abort_handle();
            if tokio::time::timeout(SHUTDOWN_LIMIT, helper).await.is_err() {
                abort.abort();
            }
        }
        self.app.db.close().await;
        // Lets the stand-ins' tasks end, and with them their ports: the next server listens on the same ones.
        if let Some(stand_ins) = self.stand_ins {
            stand_ins.stop();
        }
        tokio::task::yield_now().await;
        // A child of this process that has not begun its own program yet holds the file open, and with it the lock.
        let _ = self.lock.unlock();
    }
}

/// Starts the server: opens or makes the database, the account and the sandbox, and listens.
///
/// # Errors
/// When the data folder is in use or not writable, the address is taken, or a setting makes no sense.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    config.check()?;
    make_private(&config.data)?;
    let lock = lock(&config.data)?;
    let db = Db::open(&config.data).await?;
    let account = seed::ensure_account(&db, &config, clock.now()).await?;
    let listener =
        TcpListener::bind(config.bind).await.map_err(|error| format!("{}: {error}", config.bind))?;
    let address = listener.local_addr()?;
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}"))?,
    };

    let stand_ins = StandIns::start(&config, &public_url).await?;
    let smtp = match (&config.smtp, &stand_ins) {
        (Some(url), _) => url.clone(),
        (None, Some(stand_ins)) => stand_ins.smtp()?,
        (None, None) => return Err(NO_MAIL_SERVER.into()),
    };
    seed::note_url(&config.data, &public_url)?;
    let postman = Arc::new(Postman::new(&smtp, &config.mail_from, &public_url, config.mail_limits)?);

    // Only the stand-in's limits are scaled.
    let pace = match &stand_ins {
        Some(stand_ins) if config.services.marketo_url.is_none() => stand_ins.pace(),
        _ => marketo::Pace::REAL,
    };
    let http = outbound::client()?;

    let (end, ending) = watch::channel(false);
    let app = App(Arc::new(State {
        account_id: account.id,
        account_uuid: account.uuid,
        account_name: account.name,
        cookie: CookieStyle::of(&public_url),
        origins: Origins::new(&public_url, &config.allowed_origins),
        tokens: TokenKey::load(&config.data)?,
        passwords: Passwords::new(config.password_cost)?,
        keyring: Keyring::load(config.services.secret_keys.as_deref(), &config.data)?,
        services: Services::new(&config.services, stand_ins.as_ref())?,
        marketo: marketo::Clients::new(http.clone(), pace),
        http,
        refreshes: Refreshes::default(),
        field_sync: FieldSync::default(),
        limiter: Limiter::new(&config, Arc::clone(&clock)),
        sessions: KnownSessions::default(),
        guesses: Guesses::default(),
        in_flight: InFlight::default(),
        jobs: Jobs::default(),
        probes: Probes::new(&smtp),
        faults: config.sandbox.faults(),
        changes: broadcast::Sender::new(CHANGES_KEPT),
        post: Post::default(),
        revocations: Notify::new(),
        public_url: public_url.clone(),
        ending,
        db,
        clock,
        config,
    }));

    let mailbox = stand_ins.as_ref().map(StandIns::mailbox);
    let postman = Arc::new(postman);
    let helpers = vec![
        keep(&app, Job::Mail, move |app| mail::worker::run(app, Arc::clone(&postman))),
        keep(&app, Job::Housekeeping, tidy),
        keep(&app, Job::Revocations, revocations::run),
        keep(&app, Job::FieldSync, field_sync::run),
        keep(&app, Job::SalesforceChecks, salesforce::watch::run),
        keep(&app, Job::MarketoChecks, marketo::connection::watch),
    ];
    if public_url.scheme() == "https" && app.config.trusted_proxies.is_empty() {
        tracing::warn!(
            "no proxy is trusted, so all requests seem to come from the one that does TLS: MSI_TRUSTED_PROXIES"
        );
    }
    let (connections, patience) = (app.config.connections, app.config.patience);
    let router = router(&app, mailbox);
    let serving =
        tokio::spawn(connections::serve(listener, router, connections, patience, app.ending.clone()));
    Ok(Running { address, public_url, stand_ins, end, serving, helpers, app, lock })
}

/// Keeps a job going until the server ends.
fn keep<F>(app: &App, job: Job, work: impl Fn(App) -> F + Send + Sync + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move { app.jobs.keep(job, app.ending.clone(), || work(app.clone())).await })
}

/// Resolves once the server is to end.
pub(crate) async fn wait_for_end(mut ending: watch::Receiver<bool>) {
    // An error means that the sender is gone, and so is the server.
    let _ = ending.wait_for(|ended| *ended).await;
}

fn router(app: &App, mailbox: Option<Router>) -> Router {
    let (routes, _) = routes::all().split_for_parts();
    let routes = routes
        .route_layer(middleware::from_fn_with_state(app.clone(), access::guard))
        .route_layer(middleware::from_fn(observe::note_route))
        .with_state(app.clone());
    let api = Router::new()
        .nest(paths::BASE, routes)
        .route("/api", any(not_found))
        .route("/api/", any(not_found))
        .route("/api/{*path}", any(not_found))
        .layer(DefaultBodyLimit::max(limits::BODY_BYTES))
        .layer(middleware::from_fn_with_state(app.clone(), csrf::protect))
        .layer(middleware::from_fn_with_state(REQUEST_LIMIT, observe::time_out))
        .layer(CatchPanicLayer::new())
        .layer(csrf::cors(&app.config.allowed_origins))
        .layer(middleware::from_fn(headers::no_store));
    let mailbox =
        mailbox.unwrap_or_default().layer(middleware::from_fn_with_state(app.clone(), own_name_only));
    let pages = match &app.config.dist {
        Some(dist) => static_files::router(dist),
        None => Router::new(),
    };
    Router::new()
        .merge(api)
        .merge(mailbox)
        .merge(routes::flow_pages::router(app))
        .merge(routes::probes::router(app))
        .fallback_service(pages)
        .layer(middleware::from_fn(observe::observe))
        .layer(middleware::from_fn_with_state(app.public_url.scheme() == "https", headers::add))
}

/// The mailbox asks nobody who they are. So it answers under the server's own names only: a page of elsewhere that has
/// its name point at this machine reads no mail.
async fn own_name_only(
    axum::extract::State(app): axum::extract::State<App>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if app.origins.contains(format!("{}://{host}", app.public_url.scheme()).as_bytes()) {
        next.run(request).await
    } else {
        ApiError::not_found().into_response()
    }
}

async fn not_found() -> ApiError {
    ApiError::not_found()
}

async fn tidy(app: App) {
    loop {
        if let Err(error) = tidy_up(&app).await {
            tracing::error!(%error, "tidying up failed");
        }
        app.limiter.tidy();
        app.guesses.tidy(TIDY_EVERY, app.elapsed());
        session::tidy(&app);
        tokio::select! {
            () = tokio::time::sleep(TIDY_EVERY) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

/// Forgets what is no longer needed, in portions; ends leases that ran out, and cancels batches that nobody sealed.
async fn tidy_up(app: &App) -> db::DbResult<()> {
    let now = app.now();
    for chore in Chore::ALL {
        // Some rows are large.
        let mut portion = Portion::of(20);
        let mut goes_on = true;
        while goes_on && !*app.ending.borrow() {
            let mut tx = app.db.write().await?;
            let done = portion.timed(async |rows| {
                let deleted = chore.portion(&mut tx, rows, now).await?;
                tx.commit().await?;
                db::DbResult::Ok(deleted == rows)
            });
            goes_on = done.await?;
        }
    }
    mail::worker::expire_leases(app, Some(now)).await?;
    let before = now.minus(ABANDONED_AFTER);
    let abandoned = db::batches::abandoned(&mut *app.db.read().await?, &app.account_id, before).await?;
    for batch in abandoned {
        let mut tx = app.db.write().await?;
        revocations::give_up(&mut tx, &batch, now).await?;
        tx.commit().await?;
        app.revocations.notify_one();
    }
    Ok(())
}

/// Makes the data folder, where there is none, for this person only: it holds addresses, and keys.
fn make_private(data: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data)
}

/// Holds the data folder for this process: the mail worker counts on being the only one.
fn lock(data: &Path) -> Result<File, StartError> {
    let file = File::options().create(true).truncate(false).write(true).open(data.join("lock"))?;
    file.try_lock().map_err(|_| format!("another server is using {}", data.display()))?;
    Ok(file)
}
