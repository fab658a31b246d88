//! What Prometheus reads of a server.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use api_types::paths;
use reqwest::Method;
use serde_json::json;
use server::ManualClock;
use server::app;

use crate::field_sync;
use crate::harness::{Server, config, row, send};

const ALERTS: &str = include_str!("../../../../docs/monitoring/alerts.yml");
const DASHBOARD: &str = include_str!("../../../../docs/monitoring/dashboard.json");

async fn start() -> Server {
    Server::start_with(|config| config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)))).await
}

async fn read(server: &Server) -> String {
    let answer = reqwest::get(server.metrics()).await.unwrap();
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    answer.text().await.unwrap()
}

/// The names of metrics that a text speaks of.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.starts_with("msi_"))
}

#[tokio::test]
async fn n2_metrics_tell_of_requests_mails_checks_and_jobs_and_of_nobody() {
    let server = start().await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    let mut text = read(&server).await;
    // A busy machine may take longer than a check of the writer has.
    while !text.contains("msi_mails_total{result=\"sent\"} 1\n")
        || !text.contains("msi_ready{check=\"writer\"} 1\n")
    {
        text = read(&server).await;
    }
    for line in [
        format!("msi_requests_total{{method=\"POST\",route=\"{}\",status=\"201\"}} 1", full(paths::BATCHES)),
        "msi_mails_unknown 0".to_owned(),
        "msi_ready{check=\"writer\"} 1".to_owned(),
        "msi_trouble{watched=\"mail\"} 0".to_owned(),
        "# TYPE msi_database_wait_seconds histogram".to_owned(),
        format!("msi_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")),
    ] {
        assert!(text.lines().any(|written| written == line), "{line}\n{text}");
    }
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert!(!text.contains('@'), "{text}");
}

/// The path of an endpoint as routes are named.
fn full(path: &str) -> String {
    format!("{}{path}", paths::BASE)
}

#[tokio::test]
async fn n2_metrics_have_an_address_of_their_own_where_nothing_else_is() {
    let server = start().await;
    let public = send(server.anyone().bare(Method::GET, "/metrics")).await;
    assert_eq!(public.status, 404);
    let other = server.metrics().replace("/metrics", paths::READYZ);
    assert_eq!(reqwest::get(other).await.unwrap().status(), 404);

    let taken: SocketAddr = server.metrics()["http://".len()..].trim_end_matches("/metrics").parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut second = config(folder.path());
    second.metrics = Some(taken);
    let refusal = app::start(second, Arc::new(ManualClock::default())).await.err().unwrap().to_string();
    assert!(refusal.starts_with(&format!("--metrics {taken}: ")), "{refusal}");
}

#[tokio::test]
async fn n2_a_sync_is_behind_while_marketo_fails_and_not_once_it_is_disconnected() {
    let (server, admin) = field_sync::server_of(|config| {
        config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        config.sandbox.speed = NonZeroU32::new(6_000).unwrap();
        config.sandbox.people = 1;
    })
    .await;
    field_sync::sync(&admin).await;
    let (behind, in_time) = ("msi_trouble{watched=\"sync\"} 1", "msi_trouble{watched=\"sync\"} 0");
    let until = "msi_sync_complete_until_timestamp_seconds";
    let text = read(&server).await;
    assert!(text.contains(in_time) && text.contains(until), "{text}");
    let is_counted = |line: &str| line.starts_with("msi_sync_people_total{") && line.ends_with(" 1");
    assert!(text.lines().any(is_counted), "{text}");
    field_sync::order(&server, "faults", json!({"code": 603, "path_contains": "/"})).await;
    server.clock.advance(Duration::from_secs(24 * 3600));
    assert!(read(&server).await.contains(behind));
    let admin = server.admin().await;
    assert_eq!(admin.delete(paths::MARKETO).await.status, 204);
    let text = read(&server).await;
    assert!(text.contains(in_time) && !text.contains(until), "{text}");
}

#[tokio::test]
async fn n2_every_metric_of_the_alerts_and_of_the_dashboard_is_there() {
    let backups = tempfile::tempdir().unwrap();
    let server = Server::start_with(|config| {
        config.metrics = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
        config.backups.to = Some(backups.path().to_owned());
    })
    .await;
    server.admin().await;
    let mut text = read(&server).await;
    while !text.contains("msi_backup_last_success") {
        text = read(&server).await;
    }
    let known: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '))
        .flat_map(|(name, _)| names(name))
        .collect();
    for name in names(ALERTS).chain(names(DASHBOARD)) {
        let family = ["_total", "_bucket", "_count", "_sum", "_info"]
            .iter()
            .find_map(|end| name.strip_suffix(end))
            .unwrap_or(name);
        // A sync that never ran has nothing to tell, nor have backups of which none failed.
        let is_later =
            ["msi_sync_complete_until_timestamp_seconds", "msi_backup_last_failure_timestamp_seconds"]
                .contains(&family);
        assert!(is_later || known.contains(&family), "{name} is none of {known:?}");
    }
}
