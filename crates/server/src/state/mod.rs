//! The state that handlers, services and background tasks share.

pub(crate) mod field_sync;
pub(crate) mod guesses;
pub(crate) mod in_flight;
pub(crate) mod known_sessions;
pub(crate) mod limiter;
pub(crate) mod mail_monitor;
pub(crate) mod metrics;
pub(crate) mod passwords;
pub(crate) mod probes;
pub(crate) mod rate;
pub(crate) mod refreshes;
pub(crate) mod refusals;
pub(crate) mod this_server;
pub(crate) mod uses;
pub(crate) mod webhooks;

use std::sync::Arc;
use std::time::Duration;

use api_types::{ApiKeyId, BatchId};
use tokio::sync::{Notify, broadcast, watch};
use url::Url;
use webauthn_rs::Webauthn;

use crate::clients::acme::Authority;
use crate::clients::marketo;
use crate::clients::services::Services;
use crate::config::Config;
use crate::config::origins::Origins;
use crate::db::told::Told;
use crate::db::{self, AccountId, Db};
use crate::platform::clock::{Clock, Millis};
use crate::platform::cookie::CookieStyle;
use crate::platform::jobs::Jobs;
use crate::platform::secrets::Keyring;
use crate::platform::token::{Claim, TokenKeys};
use crate::platform::url::below;
use crate::sandbox_mode::Faults;
use field_sync::FieldSync;
use guesses::Guesses;
use in_flight::InFlight;
use known_sessions::{KnownSessions, Moment};
use limiter::Limiter;
use mail_monitor::MailMonitor;
use metrics::Metrics;
use passwords::Passwords;
use probes::Probes;
use refreshes::Refreshes;
use this_server::ThisServer;
use uses::Uses;
use webhooks::Webhooks;

/// Everything a request can need, cheap to clone.
#[derive(Clone)]
pub(crate) struct App(Arc<State>);

pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) db: Db,
    pub(crate) this_server: ThisServer,
    pub(crate) account_id: AccountId,
    /// The context that the account's secrets are sealed for.
    pub(crate) account_uuid: String,
    pub(crate) account_name: String,
    pub(crate) public_url: Url,
    pub(crate) cookie: CookieStyle,
    pub(crate) origins: Origins,
    /// For whom passkeys are made, if they can be.
    pub(crate) relying_party: Option<Webauthn>,
    pub(crate) tokens: TokenKeys,
    pub(crate) passwords: Passwords,
    pub(crate) keyring: Keyring,
    pub(crate) services: Services,
    pub(crate) http: reqwest::Client,
    /// Where the server orders its certificate, if it does.
    pub(crate) authority: Option<Arc<Authority>>,
    pub(crate) marketo: marketo::Clients,
    pub(crate) webhooks: Webhooks,
    pub(crate) refreshes: Refreshes,
    pub(crate) field_sync: FieldSync,
    pub(crate) limiter: Limiter,
    pub(crate) sessions: KnownSessions,
    pub(crate) key_uses: Uses<ApiKeyId>,
    pub(crate) token_uses: Uses<Claim>,
    pub(crate) guesses: Guesses,
    pub(crate) in_flight: InFlight,
    pub(crate) jobs: Jobs,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) probes: Probes,
    pub(crate) faults: Option<Faults>,
    /// Ids of batches as they change.
    pub(crate) changes: broadcast::Sender<BatchId>,
    /// Wakes the mail worker, and tells the state of mail.
    pub(crate) mail_monitor: MailMonitor,
    /// Wakes the worker that revokes invitations of large batches.
    pub(crate) revocations: Notify,
    /// Wakes the worker that sends failed mails of large batches again.
    pub(crate) retries: Notify,
    /// Wakes the worker that changes members by files.
    pub(crate) member_changes: Notify,
    /// Wakes the worker that deletes the memberships of deleted teams.
    pub(crate) deleted_teams: Notify,
    /// Turns true when the server is to end.
    pub(crate) ending: watch::Receiver<bool>,
    pub(crate) clock: Arc<dyn Clock>,
    /// When the server started, as far as its clock could be trusted then.
    pub(crate) started: Moment,
}

impl App {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(state))
    }
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

    /// The time by which something is old.
    pub(crate) fn judged(&self) -> Millis {
        self.moment().judged_since(self.started)
    }

    /// The time since some moment. Changing the system clock does not affect it.
    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    /// Tells event streams and the mail worker that something about a batch changed.
    pub(crate) fn batch_changed(&self, id: &BatchId) {
        // There may be no receiver, which is no error.
        let _ = self.changes.send(id.clone());
        self.mail_monitor.wake();
    }

    /// Wakes every job: there may be something to do.
    pub(crate) fn wake(&self) {
        self.mail_monitor.wake();
        for job in [&self.revocations, &self.retries, &self.member_changes, &self.deleted_teams] {
            job.notify_one();
        }
        self.field_sync.wake();
    }

    /// Has the mail server tried again at once, by whichever server sends.
    pub(crate) fn retry_mail(&self) {
        self.mail_monitor.retry();
        self.tell(Told::RetryMail);
    }

    /// Tells the other servers at once, beside whoever writes.
    pub(crate) fn tell(&self, told: Told) {
        if !self.db.is_shared() {
            return;
        }
        let telling = self.telling(told);
        tokio::spawn(async move {
            if let Err(error) = telling.await {
                tracing::warn!(%error, "other servers could not be told");
            }
        });
    }

    /// The same for whoever waits for the outcome. Where there are no others, nobody is told.
    pub(crate) fn telling(&self, told: Told) -> impl Future<Output = db::DbResult<()>> + Send + use<> {
        let (db, id) = (self.db.clone(), self.this_server.id.clone());
        async move {
            if !db.is_shared() {
                return Ok(());
            }
            db::told::tell(&mut *db.apart().await?, &id, &told).await
        }
    }

    /// Where people open the console.
    pub(crate) fn console_url(&self) -> &Url {
        self.config.console(&self.public_url)
    }

    /// Where people who came from that origin have the console open: there, if it is this server's own.
    pub(crate) fn console_at(&self, origin: Option<&str>) -> &Url {
        if origin.is_some_and(|origin| self.is_own(origin)) { &self.public_url } else { self.console_url() }
    }

    /// Whether that is this server's own origin.
    pub(crate) fn is_own(&self, origin: &str) -> bool {
        self.public_url.origin().ascii_serialization() == origin
    }

    /// The address of a page of this server.
    pub(crate) fn here(&self, path: &str) -> String {
        below(&self.public_url, path)
    }

    /// The address of a screen of the console, which another host may serve.
    pub(crate) fn in_console(&self, path: &str) -> String {
        below(self.console_url(), path)
    }

    /// A URL of the app with a secret in its fragment, which is sent to no server or proxy.
    pub(crate) fn link(&self, path: &str, token: &str) -> String {
        self.in_console(&format!("/{path}#{token}"))
    }
}
