//! What Prometheus reads: what has been counted, and how things stand now.

use std::io;
use std::sync::atomic::AtomicU64;

use api_types::CheckState;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use strum::VariantArray as _;

use crate::db::troubles::Watched;
use crate::db::{self, DbResult};
use crate::error::ApiResult;
use crate::platform::clock::Millis;
use crate::services::backups::record;
use crate::services::{readiness, system, troubles};
use crate::state::{App, metrics};

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCheck {
    check: &'static str,
}

/// Not `job`: Prometheus has that name for what it reads, and renames a label that is in its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfJob {
    background_job: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLimit {
    limit: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWatched {
    watched: &'static str,
}

/// All metrics, in the text format of OpenMetrics 1.0. What the database does not tell at this moment is left out, so that
/// an alert on its absence holds.
pub(crate) async fn text(app: &App) -> String {
    let mut now = metrics::registry();
    readiness_of(app, &mut now).await;
    if let Err(error) = mails(app, &mut now).await {
        tracing::warn!(%error, "the metrics of mails are left out");
    }
    if let Err(error) = webhooks(app, &mut now).await {
        tracing::warn!(%error, "the metrics of webhooks are left out");
    }
    if let Err(error) = sync(app, &mut now).await {
        tracing::warn!(?error, "the metrics of the sync are left out");
    }
    if let Err(error) = troubles(app, &mut now).await {
        tracing::warn!(?error, "the metrics of troubles are left out");
    }
    if let Err(error) = limits(app, &mut now).await {
        tracing::warn!(?error, "the metrics of limits are left out");
    }
    database(app, &mut now);
    if let Err(error) = backups(app, &mut now) {
        tracing::warn!(%error, "the metrics of backups are left out");
    }
    let mut text = String::new();
    for registry in [app.metrics.registry(), &now] {
        // A text can always be written.
        let _ = encode_registry(&mut text, registry);
    }
    let _ = encode_eof(&mut text);
    text
}

/// Whether the server can do its work, and how its jobs do.
async fn readiness_of(app: &App, now: &mut Registry) {
    let readiness = readiness::look(app).await;
    let ready = Family::<OfCheck, Gauge>::default();
    for (check, state) in [
        ("writer", readiness.writer),
        ("reader", readiness.reader),
        ("disk", readiness.disk),
        ("mail", readiness.mail),
        ("jobs", readiness.jobs),
    ] {
        ready.get_or_create(&OfCheck { check }).set((state == CheckState::Ok).into());
    }
    now.register("ready", "Whether a check of /readyz is passed", ready);
    let failures = Family::<OfJob, Gauge>::default();
    for (job, times) in app.jobs.failures() {
        failures.get_or_create(&OfJob { background_job: job.into() }).set(times.into());
    }
    now.register("job_failures", "How often in a row a piece of a job's work has failed", failures);
    now.register("build", "The version of the server", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
}

async fn mails(app: &App, now: &mut Registry) -> DbResult<()> {
    let mut conn = app.db.read().await?;
    let (waiting, unknown) = db::mails::counts(&mut conn).await?;
    let oldest = db::mails::oldest_waiting(&mut conn).await?;
    now.register("mails_waiting", "Mails that are queued or being sent", gauge(waiting));
    now.register("mails_unknown", "Mails of which nobody knows whether they were sent", gauge(unknown));
    let age = oldest.map_or(0, |since| since.until(app.now()).as_secs());
    let age = gauge(i64::try_from(age).unwrap_or(i64::MAX));
    now.register_with_unit(
        "mails_oldest_waiting",
        "How long the oldest of them has waited",
        Unit::Seconds,
        age,
    );
    Ok(())
}

async fn webhooks(app: &App, now: &mut Registry) -> DbResult<()> {
    let oldest = db::webhooks::deliveries::oldest_waiting(&mut *app.db.read().await?).await?;
    let age = oldest.map_or(0, |since| since.until(app.now()).as_secs());
    let age = gauge(i64::try_from(age).unwrap_or(i64::MAX));
    let said = "How long the oldest message to an endpoint that is turned on has waited";
    now.register_with_unit("webhooks_oldest_waiting", said, Unit::Seconds, age);
    Ok(())
}

/// How much of each limit of the account is used.
async fn limits(app: &App, now: &mut Registry) -> ApiResult<()> {
    let (used, most) = (Family::<OfLimit, Gauge>::default(), Family::<OfLimit, Gauge>::default());
    for of in system::limits_used(app, &mut *app.db.read().await?).await? {
        let limit = OfLimit { limit: of.limit.as_str() };
        used.get_or_create(&limit).set(of.used.into());
        most.get_or_create(&limit).set(of.most.into());
    }
    now.register("limit_used", "How much of a limit of the account is used", used);
    now.register("limit", "A limit of the account", most);
    Ok(())
}

/// How long changes wait for the database, and how many of its connections are in use.
fn database(app: &App, now: &mut Registry) {
    let said = "How long changes have waited for their turn to be written";
    now.register_with_unit("database_wait", said, Unit::Seconds, app.db.waits());
    let (used, all) = app.db.readers();
    now.register("database_readers_used", "Connections that read, in use", gauge(used.into()));
    now.register("database_readers", "Connections that read, at most", gauge(all.into()));
}

/// Of what the administrators are told by mail, what fails.
async fn troubles(app: &App, now: &mut Registry) -> ApiResult<()> {
    let failing = troubles::failing(app, &mut *app.db.read().await?).await?;
    let family = Family::<OfWatched, Gauge>::default();
    for &watched in Watched::VARIANTS {
        family
            .get_or_create(&OfWatched { watched: watched.into_str() })
            .set(failing.contains(&watched).into());
    }
    now.register("trouble", "Whether what the administrators are told of by mail fails", family);
    Ok(())
}

async fn sync(app: &App, now: &mut Registry) -> ApiResult<()> {
    let mut conn = app.db.read().await?;
    let Some((Millis(until), _)) = troubles::polled(app, &mut conn).await? else { return Ok(()) };
    let said = "Up to when the people of the sync are known to be complete, since 1970";
    now.register_with_unit("sync_complete_until_timestamp", said, Unit::Seconds, moment(until));
    Ok(())
}

/// What is known of the last backups, and of the schedule where there is one.
fn backups(app: &App, now: &mut Registry) -> io::Result<()> {
    let config = &app.config;
    if config.backups.to.is_some() {
        let every = i64::try_from(config.backups.every().as_secs()).unwrap_or(i64::MAX);
        let said = "How often the server makes a backup";
        now.register_with_unit("backup_interval", said, Unit::Seconds, gauge(every));
    }
    let record = record::last(&config.data)?;
    let relied_on = record.relied_on(config.backups.to.is_some());
    if let Some(success) = &relied_on.success {
        let said = "When the last backup was made, since 1970";
        now.register_with_unit("backup_last_success_timestamp", said, Unit::Seconds, moment(success.at));
        let bytes = gauge(i64::try_from(success.bytes).unwrap_or(i64::MAX));
        now.register_with_unit("backup_last_success", "How large it is", Unit::Bytes, bytes);
    }
    if let Some(failure) = &relied_on.failure {
        let said = "When a backup failed last, since 1970";
        now.register_with_unit("backup_last_failure_timestamp", said, Unit::Seconds, moment(failure.at));
    }
    Ok(())
}

/// A time in milliseconds.
fn moment(at: i64) -> Gauge<f64, AtomicU64> {
    let moment = Gauge::default();
    moment.set(at as f64 / 1000.0);
    moment
}

fn gauge(value: i64) -> Gauge {
    let gauge = Gauge::default();
    gauge.set(value);
    gauge
}
