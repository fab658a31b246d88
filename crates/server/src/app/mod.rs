//! The running server: its start and its end.

pub mod backups;
mod data_folder;
mod housekeeping;
pub mod moving;
pub mod openapi;
mod opening;
pub mod ready;
mod router;
pub mod stand_ins;
pub mod test_mail;

use std::fs::File;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api_types::{AuditAction, ServicesReport};
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;
use url::Url;

use crate::clients::acme::Authority;
use crate::clients::marketo::{Clients, Pace};
use crate::clients::services::Services;
use crate::config::origins::{LOCALHOST, Origins};
use crate::config::{Config, Loopback};
use crate::db::accounts::AccountRow;
use crate::db::{self, Db};
pub use crate::error::StartError;
use crate::http::connections;
use crate::platform::clock::Clock;
use crate::platform::cookie::CookieStyle;
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::{Job, Jobs};
use crate::platform::outbound;
use crate::platform::partial;
use crate::platform::proxy;
use crate::platform::tls;
use crate::routes;
use crate::sandbox_mode::NO_MAIL_SERVER;
use crate::services::backups as making_backups;
use crate::services::certificate;
use crate::services::deleted_teams;
use crate::services::factors::relying_party;
use crate::services::field_sync;
use crate::services::guessing;
use crate::services::invitations::{retries, revocations};
use crate::services::mail::{self, Mailer};
use crate::services::marketo;
use crate::services::member_changes;
use crate::services::operator;
use crate::services::resealing;
use crate::services::salesforce;
use crate::services::seed;
use crate::services::server_keys::ServerKeys;
use crate::services::servers;
use crate::services::services_check;
use crate::services::told;
use crate::services::troubles;
use crate::services::webhooks;
use crate::state::field_sync::FieldSync;
use crate::state::guesses::Guesses;
use crate::state::in_flight::InFlight;
use crate::state::known_sessions::{KnownSessions, Moment};
use crate::state::limiter::Limiter;
use crate::state::mail_monitor::MailMonitor;
use crate::state::passwords::Passwords;
use crate::state::probes::Probes;
use crate::state::refreshes::Refreshes;
use crate::state::this_server::ThisServer;
use crate::state::uses::Uses;
use crate::state::webhooks::Webhooks;
use crate::state::{App, State};
use data_folder::{lock, make_private, note_servers, servers_before};
use housekeeping::tidy;
use router::router;
use stand_ins::StandIns;

/// Connections that are still open this long after the shutdown began are closed.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);
/// More than one Prometheus, and somebody who looks.
const CONNECTIONS_FOR_METRICS: NonZeroU32 = NonZeroU32::new(16).unwrap();
/// Event streams that lag this many changes behind read the batch anew, as they do after each change.
const CHANGES_KEPT: usize = 256;

/// A server that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The URL under which people reach it.
    pub public_url: Url,
    /// Where Prometheus reads its metrics, if anywhere.
    pub metrics: Option<SocketAddr>,
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
        let token = operator::sign_in_token(&app.db, (&app.tokens, &app.keyring), app.now()).await?;
        Ok(app.link("sign-in", &token))
    }

    /// Whether there has been no sign-in since the account was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn awaits_first_sign_in(&self) -> Result<bool, StartError> {
        let app = &self.app;
        let mut conn = app.db.read().await?;
        // An account whose old events were deleted is not new.
        for action in [AuditAction::SignedIn, AuditAction::OldDataDeleted] {
            if db::audit::has(&mut conn, &app.account_id, action).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How many password hashes were made so far: as many for an unknown address as for a known one.
    pub fn password_hashes(&self) -> u64 {
        self.app.passwords.made()
    }

    /// Stops the server: refuses new requests, answers those under way, and settles mails under way.
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
        // Otherwise it is taken for gone in a while.
        let _ = tokio::time::timeout(SHUTDOWN_LIMIT, servers::leave(&self.app)).await;
        self.app.db.close().await;
        // Ends the stand-ins' tasks, and so frees their ports: the next server listens on the same ones.
        if let Some(stand_ins) = self.stand_ins {
            stand_ins.stop();
        }
        tokio::task::yield_now().await;
        // A child process that has not yet started its own program holds the file open, and with it the lock.
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
    let mut lock = lock(&config.data)?;
    // Files that were to take the place of others when it was killed.
    partial::sweep(&config.data, partial::FILE)?;
    let id: String = db::new_id();
    let authority = Authority::of(&config)?.map(Arc::new);
    let tls = match &authority {
        Some(authority) => Some(tls::acceptor_of(Arc::clone(&authority.certificate))?),
        None => config.tls()?,
    };
    let (listeners, address) = listen(&config).await?;
    let opening = async {
        let db = Db::open(&config.place(), Some(&id)).await?;
        let keys = ServerKeys::load(&config)?;
        keys.check(&db).await?;
        // Those before are forgotten only once they are deleted, however often it is started while the database is away.
        let before = servers_before(&mut lock)?;
        note_servers(&mut lock, before.iter().chain([&id]))?;
        let this_server = servers::register(&db, &id, &before, clock.now()).await?;
        note_servers(&mut lock, [&id])?;
        let account = seed::ensure_account(&db, &config, clock.now()).await?;
        Ok::<_, StartError>((db, keys, this_server, account))
    };
    let (db, keys, this_server, account) =
        opening::answering(opening, &listeners, tls.clone(), &config).await?;
    let metrics = listen_for_metrics(config.metrics).await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let public_url = match &config.public_url {
        Some(url) => url.clone(),
        None if is_named(&config) && other_loopback(address.ip()).is_some() => {
            Url::parse(&format!("{scheme}://{LOCALHOST}:{}", address.port()))?
        }
        None => Url::parse(&format!("{scheme}://{address}"))?,
    };

    let stand_ins = StandIns::start(&config, &public_url).await?;
    let smtp = match (config.mail_server()?, &stand_ins) {
        (Some(url), _) => url,
        (None, Some(stand_ins)) => stand_ins.smtp()?,
        (None, None) => return Err(NO_MAIL_SERVER.into()),
    };
    seed::note_urls(&config.data, &public_url, config.console(&public_url))?;
    let mailer = Arc::new(Mailer::new(&smtp, &config.mail_from, &public_url, config.mail_limits)?);

    // Only the stand-in's limits are scaled.
    let pace = match &stand_ins {
        // One on this machine is the stand-in of another server.
        Some(stand_ins) if config.services.marketo_url.is_none() || config.services.is_marketo_here() => {
            stand_ins.pace()
        }
        _ => Pace::REAL,
    };
    let services = Services::new(
        &config.services,
        stand_ins.as_ref().map(StandIns::salesforce).transpose()?,
        stand_ins.as_ref().map(StandIns::marketo),
    )?;
    let (end, ending) = watch::channel(false);
    let outside = Outside { services, smtp, pace, authority };
    let here = Here { db, this_server, keys, public_url: public_url.clone() };
    let app = assemble(config, here, account, outside, clock, ending).await?;

    guessing::restore(&app).await?;
    if let Err(error) = resealing::run(&app).await {
        // Nothing depends on it: the keys from before still open them.
        tracing::warn!(%error, "secrets could not be sealed under the first key");
    }

    // On this server the console is opened under the name by which the mailbox was.
    let console = app.config.console_url.as_ref().map_or(public_url.path(), Url::as_str);
    let mailbox = stand_ins.as_ref().map(|stand_ins| stand_ins.mailbox(console));
    let mut helpers = helpers(&app, &mailer);
    warn_of_proxies(&app);
    let (connections, client_timeouts) = (app.config.connections, app.config.client_timeouts);
    let router = router(&app, mailbox);
    let (metrics, listener) = metrics.unzip();
    if let Some(listener) = listener {
        helpers.push(tokio::spawn(connections::serve(
            Arc::from([listener]),
            None,
            routes::metrics::router(&app),
            CONNECTIONS_FOR_METRICS,
            client_timeouts,
            app.ending.clone(),
        )));
    }
    let serving = tokio::spawn(connections::serve(
        listeners,
        tls,
        router,
        connections,
        client_timeouts,
        app.ending.clone(),
    ));
    Ok(Running { address, public_url, metrics, stand_ins, end, serving, helpers, app, lock })
}

/// What the server talks to.
struct Outside {
    services: Services,
    smtp: Url,
    pace: Pace,
    authority: Option<Arc<Authority>>,
}

/// Which server it is, with its database.
struct Here {
    db: Db,
    this_server: ThisServer,
    keys: ServerKeys,
    public_url: Url,
}

/// Now, by the clock of the database where it has one of its own: that of a machine may be months ahead when it starts.
async fn started(db: &Db, clock: &dyn Clock) -> db::DbResult<Moment> {
    let now = db.clock().await?.map_or_else(|| clock.now(), |now| now.plus(clock.advanced()));
    Ok(Moment { now, elapsed: clock.elapsed() })
}

/// The state of a server, before anything of it works.
async fn assemble(
    config: Config,
    Here { db, this_server, keys, public_url }: Here,
    account: AccountRow,
    Outside { services, smtp, pace, authority }: Outside,
    clock: Arc<dyn Clock>,
    ending: watch::Receiver<bool>,
) -> Result<App, StartError> {
    let http = match config.services_patience {
        Some(patience) => outbound::builder().read_timeout(patience).build()?,
        None => outbound::client()?,
    };
    let origins = Origins::new(&public_url, config.console_url.as_ref(), &config.allowed_origins);
    Ok(App::new(State {
        account_id: account.id,
        account_uuid: account.uuid,
        relying_party: relying_party::of(&public_url, &origins, &account.name)?,
        account_name: account.name,
        cookie: CookieStyle::of(&public_url),
        origins,
        tokens: keys.tokens,
        passwords: Passwords::new(config.password_cost)?,
        keyring: keys.keyring,
        services,
        marketo: Clients::new(http.clone(), pace),
        webhooks: Webhooks::new(&config.webhook_allow)?,
        http,
        authority,
        refreshes: Refreshes::default(),
        field_sync: FieldSync::default(),
        limiter: Limiter::new(&config, Arc::clone(&clock)),
        sessions: KnownSessions::default(),
        key_uses: Uses::default(),
        token_uses: Uses::default(),
        guesses: Guesses::default(),
        in_flight: InFlight::default(),
        jobs: Jobs::default(),
        metrics: Arc::default(),
        probes: Probes::new(&smtp),
        faults: config.sandbox.faults(),
        changes: broadcast::Sender::new(CHANGES_KEPT),
        mail_monitor: MailMonitor::default(),
        revocations: Notify::new(),
        retries: Notify::new(),
        member_changes: Notify::new(),
        deleted_teams: Notify::new(),
        public_url,
        ending,
        this_server,
        started: started(&db, &*clock).await?,
        db,
        clock,
        config,
    }))
}

/// What the services answered, and by whose credentials they were asked.
pub struct ServicesAsked {
    pub report: ServicesReport,
    pub with: AskedWith,
}

/// By whose credentials services are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedWith {
    /// The operator's, and the account's connections.
    All,
    /// The operator's alone, as there is no account yet.
    Operators,
}

/// Asks the services that are configured, with the operator's credentials and, where there is an account, its connections. Works
/// beside a running server and before the first start, and makes nothing.
///
/// # Errors
/// When a setting makes no sense, or the data cannot be read. What a service refuses is in the report.
pub async fn check_services(config: Config, clock: Arc<dyn Clock>) -> Result<ServicesAsked, StartError> {
    if config.sandbox.is_on() {
        return Err("the stand-ins of sandbox mode are asked by the button in Diagnostics".into());
    }
    config.services.check()?;
    let services = Services::new(&config.services, None, None)?;
    let nowhere = Url::parse("http://localhost")?;
    let public_url = config.public_url.clone().unwrap_or(nowhere);
    let Some((db, account)) = operator::found(&config.place()).await? else {
        let with = (outbound::client()?, &public_url);
        let report = services_check::report_without_account(&services, with, clock.now().timestamp()).await;
        return Ok(ServicesAsked { report, with: AskedWith::Operators });
    };
    // Not used: no mail is sent.
    let outside =
        Outside { services, smtp: Url::parse("smtp://localhost")?, pace: Pace::REAL, authority: None };
    let (_end, ending) = watch::channel(false);
    let keys = ServerKeys::read(&config)?;
    // Beside those that are registered.
    let here = Here { db, this_server: ThisServer::new(db::new_id()), keys, public_url };
    let app = assemble(config, here, account, outside, clock, ending).await?;
    let report = services_check::report(&app).await?;
    app.db.close().await;
    Ok(ServicesAsked { report, with: AskedWith::All })
}

/// Listens where the configuration says; under the name `localhost` on both loopback addresses, as browsers take it for either
/// of them. Another program at the other one would be taken for this server.
async fn listen(config: &Config) -> Result<(Arc<[TcpListener]>, SocketAddr), StartError> {
    let mut tries = if config.bind.port() == 0 { 20 } else { 1 };
    loop {
        tries -= 1;
        let bind = async |at: SocketAddr| {
            TcpListener::bind(at).await.map_err(|error| (error.kind(), format!("{at}: {error}")))
        };
        let first = bind(config.bind).await.map_err(|(_, refusal)| refusal)?;
        let address = first.local_addr()?;
        let Some(twin) = other_loopback(address.ip()).filter(|_| is_named(config)) else {
            return Ok((Arc::from([first]), address));
        };
        match bind(SocketAddr::new(twin, address.port())).await {
            Ok(second) => return Ok((Arc::from([first, second]), address)),
            // Of a free port, one that is free at both is wanted.
            Err((ErrorKind::AddrInUse, _)) if tries > 0 => {}
            Err((ErrorKind::AddrInUse, refusal)) => return Err(refusal.into()),
            // The machine has no such address.
            Err(_) => return Ok((Arc::from([first]), address)),
        }
    }
}

/// Listens where metrics are read.
async fn listen_for_metrics(at: Option<SocketAddr>) -> Result<Option<(SocketAddr, TcpListener)>, StartError> {
    let Some(at) = at else { return Ok(None) };
    let listener = TcpListener::bind(at).await.map_err(|error| format!("--metrics {at}: {error}"))?;
    Ok(Some((listener.local_addr()?, listener)))
}

/// Whether browsers know this machine by its name.
fn is_named(config: &Config) -> bool {
    match &config.public_url {
        Some(url) => url.host_str() == Some(LOCALHOST),
        None => config.loopback == Loopback::Name,
    }
}

/// The other of the two addresses that `localhost` stands for.
fn other_loopback(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => Some(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::LOCALHOST) => Some(Ipv4Addr::LOCALHOST.into()),
        _ => None,
    }
}

/// The jobs, each kept going until the server ends; of several servers, most by the lead alone.
fn helpers(app: &App, mailer: &Arc<Mailer>) -> Vec<JoinHandle<()>> {
    let mailer = Arc::clone(mailer);
    vec![
        keep(app, Job::Heartbeat, servers::run),
        keep(app, Job::Listening, told::run),
        keep(app, Job::Telling, told::tell_spent),
        // Not dropped with the lead: what it has begun to send, it ends.
        keep(app, Job::Mail, move |app| mail::worker::run(app, Arc::clone(&mailer))),
        keep(app, Job::Housekeeping, tidy),
        keep_in_lead(app, Job::Revocations, revocations::run),
        keep_in_lead(app, Job::Retries, retries::run),
        keep_in_lead(app, Job::MemberChanges, member_changes::run),
        keep_in_lead(app, Job::DeletedTeams, deleted_teams::run),
        keep_in_lead(app, Job::FieldSync, field_sync::run),
        keep_in_lead(app, Job::SalesforceChecks, salesforce::watch::run),
        keep_in_lead(app, Job::MarketoChecks, marketo::connection::watch),
        keep_in_lead(app, Job::Troubles, troubles::run),
        keep_in_lead(app, Job::Webhooks, webhooks::worker::run),
        // Of the servers that have a folder for it.
        keep(app, Job::Backups, making_backups::schedule::run),
        // Of each that the authority can reach.
        keep(app, Job::Certificate, certificate::run),
    ]
}

/// Says where requests would seem to come from somewhere else.
fn warn_of_proxies(app: &App) {
    let has_proxy = app.public_url.scheme() == "https" && !app.config.has_tls();
    if has_proxy && app.config.trusted_proxies.is_empty() {
        tracing::warn!(
            "no proxy is trusted, so all requests seem to come from the one that does TLS: MSI_TRUSTED_PROXIES"
        );
    }
    if proxy::trusts_everybody(&app.config.trusted_proxies) {
        tracing::warn!(
            "every address is trusted as a proxy, so any client can say where it comes from, and no limit by address holds: \
             MSI_TRUSTED_PROXIES"
        );
    }
}

/// Keeps a job going until the server ends.
fn keep<F>(app: &App, job: Job, work: impl Fn(App) -> F + Send + Sync + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move { app.jobs.keep(job, app.ending.clone(), || work(app.clone())).await })
}

/// Keeps a job going while this server leads, until it ends.
fn keep_in_lead<F>(app: &App, job: Job, work: impl Fn(App) -> F + Send + Sync + 'static) -> JoinHandle<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let app = app.clone();
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = app.this_server.until_leads(true) => {}
                () = wait_for_end(app.ending.clone()) => return,
            }
            let Some(_at_work) = app.this_server.begin() else { continue };
            tokio::select! {
                () = app.jobs.keep(job, app.ending.clone(), || work(app.clone())) => return,
                () = app.this_server.until_leads(false) => app.jobs.leave(job),
            }
        }
    })
}
