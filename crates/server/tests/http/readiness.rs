//! What the server reports to monitoring.

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use api_types::{CheckState, NewBatch, Readiness, paths};
use reqwest::{Method, StatusCode};
use sqlx::Connection as _;
use tokio::net::TcpListener;

use crate::harness::{Answer, Server, csv, row, send};
use crate::long_lists::{database, hold};
use crate::postgres::is_not_for;

pub(crate) async fn ask(server: &Server, path: &str) -> Answer {
    server.anyone().get_bare(path).await
}

/// The response of `/readyz`, after a new check.
pub(crate) async fn readiness(server: &Server) -> (StatusCode, Readiness) {
    server.clock.advance(Duration::from_secs(31));
    let answer = ask(server, paths::READYZ).await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    (answer.status, serde_json::from_slice(&answer.body).expect("a readiness"))
}

/// Follows `/readyz` until it says that the server is well.
pub(crate) async fn until_ready(server: &Server) -> Readiness {
    until_seen(server, |seen| seen.ready).await
}

/// Follows `/readyz` until it says so, of one moment. A busy machine may take longer than a check has.
pub(crate) async fn until_seen(server: &Server, is_as_expected: impl Fn(&Readiness) -> bool) -> Readiness {
    loop {
        let (status, seen) = readiness(server).await;
        assert_eq!(status == StatusCode::OK, seen.ready, "{seen:?}");
        if is_as_expected(&seen) {
            return seen;
        }
    }
}

/// Follows `/readyz` until these jobs are failing, and no others. The clock moves as little as a new check takes.
pub(crate) async fn until_failing(server: &Server, jobs: &[&str]) {
    let balancer = server.anyone();
    loop {
        server.clock.advance(Duration::from_secs(5));
        let answer = balancer.get_bare(paths::READYZ).await;
        if serde_json::from_slice::<Readiness>(&answer.body).expect("a readiness").jobs_failing == jobs {
            return;
        }
    }
}

#[tokio::test]
async fn a_server_that_is_well_says_so_to_everybody() {
    let server = Server::start().await;
    let live = ask(&server, paths::LIVEZ).await;
    assert_eq!((live.status.as_u16(), live.text().as_str()), (200, "ok\n"));
    assert_eq!(live.header("cache-control"), Some("no-store"));
    let ok = CheckState::Ok;
    let well = Readiness::of(ok, ok, ok, ok, Vec::new());
    assert_eq!(until_ready(&server).await, well);
    assert_eq!(send(server.anyone().bare(Method::POST, paths::READYZ)).await.status, 405);
}

#[tokio::test]
async fn a_writer_that_is_kept_is_seen_until_it_is_free() {
    let server = Server::start().await;
    let held = hold(&server).await;
    // Each check has its own time, so that a busy machine may fail another one at first.
    let (failing, ok) = (CheckState::Failing, CheckState::Ok);
    let expected = (failing, ok, ok, ok);
    let seen = until_seen(&server, |seen| (seen.writer, seen.reader, seen.disk, seen.mail) == expected).await;
    assert!(!seen.ready, "{seen:?}");
    assert_eq!(ask(&server, paths::LIVEZ).await.status, 200);
    held.close().await.unwrap();
    until_ready(&server).await;
}

#[tokio::test]
async fn r25_while_its_data_is_opened_the_server_is_alive_and_everything_else_is_to_be_tried_again() {
    let mut server = Server::start().await;
    let anyone = server.anyone();
    server.stop().await;
    let held = hold(&server).await;
    let found = async {
        let alive = loop {
            match anyone.bare(Method::GET, paths::LIVEZ).send().await {
                Ok(answer) => break answer,
                // It does not listen yet.
                Err(_) => tokio::task::yield_now().await,
            }
        };
        assert_eq!((alive.status(), alive.text().await.unwrap().as_str()), (StatusCode::OK, "ok\n"));
        for path in [paths::READYZ, "/", "/api/v1/session"] {
            let answer = send(anyone.bare(Method::GET, path)).await;
            assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, Some("5")), "{path}");
            assert!(answer.header("content-security-policy").is_some(), "{path}");
        }
        held.close().await.unwrap();
    };
    server.run_while(found).await;
    until_ready(&server).await;
}

/// Does that to the file of a server's database while the server runs.
async fn destroyed(destroy: impl Fn(&Path)) {
    if is_not_for("its database is no file") {
        return;
    }
    let server = Server::start().await;
    let admin = server.admin().await;
    // The file has more than its first pages.
    let rows: Vec<_> = (0..500).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let batch = admin.open_batch(&NewBatch { dry_run: true, ..csv(rows.len()) }).await;
    admin.add(&batch.id, 0, &rows).await;
    until_ready(&server).await;
    // Else SQLite may bring all of it back from its log.
    sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut database(&server).await).await.unwrap();
    destroy(&server.data().join("msi.sqlite3"));
    let expected = (CheckState::Failing, CheckState::Ok, CheckState::Ok);
    let seen = until_seen(&server, |seen| (seen.reader, seen.disk, seen.mail) == expected).await;
    assert!(!seen.ready, "{seen:?}");
    assert_eq!(ask(&server, paths::LIVEZ).await.status, 200);
}

#[tokio::test]
async fn r21_a_database_whose_file_is_overwritten_is_seen() {
    destroyed(|file| {
        let size = usize::try_from(std::fs::metadata(file).unwrap().len()).unwrap();
        // In place, as by a disk that fails.
        let mut opened = std::fs::OpenOptions::new().write(true).open(file).unwrap();
        opened.write_all(&vec![0xa5; size]).unwrap();
    })
    .await;
}

#[tokio::test]
async fn r21_a_database_whose_file_is_cut_off_is_seen() {
    for left in [0, 1] {
        destroyed(|file| {
            let opened = std::fs::OpenOptions::new().write(true).open(file).unwrap();
            let size = opened.metadata().unwrap().len();
            opened.set_len(left * size / 2).unwrap();
        })
        .await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn r21_a_database_whose_file_is_removed_or_replaced_is_seen() {
    destroyed(|file| std::fs::remove_file(file).unwrap()).await;
    destroyed(|file| {
        let copy = file.with_extension("copy");
        std::fs::copy(file, &copy).unwrap();
        std::fs::rename(&copy, file).unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_disk_without_the_reserve_is_seen() {
    let server = Server::start_with(|config| config.disk_reserve_mb = u64::MAX).await;
    let seen = until_seen(&server, |seen| seen.writer == CheckState::Ok).await;
    assert_eq!((seen.ready, seen.disk), (false, CheckState::Failing));
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_or_is_not_there_is_seen() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = format!("smtp://{}", silent.local_addr().unwrap()).parse().unwrap();
    let server = Server::start_with(|config| config.smtp = Some(smtp)).await;
    let seen = until_seen(&server, |seen| seen.writer == CheckState::Ok).await;
    assert_eq!((seen.ready, seen.mail), (false, CheckState::Failing));
    drop(silent);
    assert_eq!(readiness(&server).await.1.mail, CheckState::Failing);
}
