//! `server doctor`, beside a server that runs and on data without one.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use hickory_resolver::proto::op::{Message, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, TXT};
use hickory_resolver::proto::rr::{RData, Record, RecordType};
use serde_json::Value;
use tokio::net::UdpSocket;

use crate::harness::{Server, row};
use crate::long_lists::database_in;
use crate::post_office::{Manner, PostOffice};
use crate::postgres::{self, is_not_for};
use crate::restart::Process;

/// What a name server knows: names with a text each; with `A`, their address.
async fn name_server(texts: &'static [(&'static str, &'static str)]) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    tokio::spawn(async move {
        let mut bytes = [0; 1_500];
        while let Ok((count, from)) = socket.recv_from(&mut bytes).await {
            let asked = Message::from_vec(&bytes[..count]).expect("a question");
            let question = asked.queries[0].clone();
            let name = question.name().to_ascii().to_lowercase();
            let known: Vec<&str> = texts
                .iter()
                .filter(|(known, _)| name == format!("{known}."))
                .map(|(_, text)| *text)
                .collect();
            let mut answer = Message::response(asked.metadata.id, OpCode::Query);
            answer.metadata.response_code =
                if known.is_empty() { ResponseCode::NXDomain } else { ResponseCode::NoError };
            for text in known {
                let data = match (question.query_type(), text) {
                    (RecordType::A, "A") => RData::A(A::new(192, 0, 2, 1)),
                    (RecordType::TXT, text) if text != "A" => RData::TXT(TXT::new(vec![text.to_owned()])),
                    _ => continue,
                };
                answer.add_answer(Record::from_rdata(question.name().clone(), 60, data));
            }
            answer.add_query(question);
            let _ = socket.send_to(&answer.to_vec().expect("an answer"), from).await;
        }
    });
    address
}

pub(crate) struct Seen {
    code: i32,
    report: Value,
}

impl Seen {
    /// State and text of a check.
    pub(crate) fn of(&self, check: &str) -> (&str, &str) {
        let findings = self.report["findings"].as_array().expect("findings");
        let finding = findings.iter().find(|finding| finding["check"] == check);
        let finding = finding.unwrap_or_else(|| panic!("{check} in {}", self.report));
        let state = finding["state"].as_str().expect("a state");
        assert_eq!(finding["todo"].is_string(), ["warning", "failing"].contains(&state), "{finding}");
        (state, finding["found"].as_str().expect("what was found"))
    }
}

async fn run(data: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.arg("doctor").arg("--data").arg(data).args(more);
    command.envs(postgres::database_of(data).map(|url| ("MSI_DATABASE", url)));
    tokio::task::spawn_blocking(move || command.output().expect("the binary")).await.expect("no panic")
}

pub(crate) async fn look(data: &Path, more: &[&str]) -> Seen {
    let output = run(data, &[more, &["--json"]].concat()).await;
    let report = serde_json::from_slice(&output.stdout);
    let report = report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Seen { code: output.status.code().expect("a code"), report }
}

#[tokio::test]
async fn a_server_that_is_well_is_found_so_while_it_runs() {
    let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
    std::fs::set_permissions(data.path(), PermissionsExt::from_mode(0o700)).unwrap();
    let process = Process::start(data.path());
    process.admin().await;
    let dns = name_server(&[
        ("mail.example.org", "v=spf1 ip4:192.0.2.0/24 -all"),
        ("_dmarc.example.org", "v=DMARC1; p=reject"),
        ("main._domainkey.mail.example.org", "v=DKIM1; p=MIGf"),
        ("console.example.org", "A"),
    ])
    .await
    .to_string();
    let bind = process.base.trim_start_matches("http://").replace("localhost", "127.0.0.1");
    let smtp = format!("smtp://{}", office.address);
    let settings = [
        ["--bind", &bind],
        ["--name-server", &dns],
        ["--smtp", &smtp],
        ["--mail-from", "Console <no-reply@mail.example.org>"],
        ["--dkim-selector", "main"],
    ];
    let seen = look(data.path(), settings.as_flattened()).await;
    assert_eq!((seen.code, &seen.report["state"]), (0, &"ok".into()), "{}", seen.report);
    assert_eq!(seen.of("port"), ("ok", format!("a server answers at {bind}").as_str()));
    assert_eq!(seen.of("mail"), ("ok", "127.0.0.1 greets"));
    assert_eq!(seen.of("spf").1, "mail.example.org: v=spf1 ip4:192.0.2.0/24 -all");
    assert_eq!(seen.of("dkim").0, "ok");
    assert_eq!(seen.of("dmarc").1, "_dmarc.example.org: v=DMARC1; p=reject");
    assert!(seen.of("database").1.ends_with("whole, and of this server's version"));
    assert_eq!(seen.of("names"), ("not_asked", "no name but localhost is configured"));
    let text = run(data.path(), settings.as_flattened()).await;
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("ok        mail         127.0.0.1 greets\n") && !text.contains("to do"), "{text}");
    process.kill();
}

#[tokio::test]
async fn what_would_not_work_is_said_with_what_to_do() {
    let (nothing, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
    office.treat(Manner::HangsUp);
    let folder = nothing.path().join("none");
    let dns = name_server(&[("example.org", "v=spf1 +all")]).await.to_string();
    let smtp = format!("smtp://{}", office.address);
    let occupied = office.address.to_string();
    let settings = [
        ["--bind", &occupied],
        ["--name-server", &dns],
        ["--smtp", &smtp],
        ["--mail-from", "no-reply@example.org"],
        ["--dkim-selector", "main"],
        ["--public-url", "https://console.example.org"],
    ];
    let seen = look(&folder, settings.as_flattened()).await;
    assert_eq!((seen.code, &seen.report["state"]), (2, &"failing".into()), "{}", seen.report);
    for check in ["folder", "port", "names", "certificate", "mail"] {
        assert_eq!(seen.of(check).0, "failing", "{check}: {}", seen.report);
    }
    assert_eq!(seen.of("names").1, "console.example.org has no address");
    assert_eq!(seen.of("spf"), ("warning", "example.org lets everybody send: v=spf1 +all"));
    assert_eq!(seen.of("dkim"), ("warning", "main._domainkey.example.org has no key"));
    assert_eq!(seen.of("dmarc"), ("warning", "_dmarc.example.org says nothing"));
    assert!(!folder.exists(), "nothing is made");
}

#[tokio::test]
async fn n2_an_address_for_metrics_that_another_program_has_is_named() {
    let (data, office) = (tempfile::tempdir().unwrap(), PostOffice::open().await);
    let taken = office.address.to_string();
    let seen = look(data.path(), &["--bind", "127.0.0.1:0", "--metrics", &taken]).await;
    let (state, found) = seen.of("port");
    assert!(state == "failing" && found.starts_with(&format!("{taken}, where metrics are read")), "{found}");
}

#[tokio::test]
async fn damage_and_lost_keys_are_found() {
    if is_not_for("it lets nobody break its rules") {
        return;
    }
    let mut server = Server::start().await;
    let admin = server.admin().await;
    admin.connect_salesforce(&server, "ana@northwind.example").await;
    admin.invite(&[row(2, "ana@example.com")]).await;
    server.stop().await;
    let seen = look(server.data(), &["--bind", "127.0.0.1:0"]).await;
    assert_eq!(seen.of("keys"), ("ok", "they open all 2 sealed secrets"));
    assert_eq!(seen.of("database").0, "ok");

    let keys = server.data().join("secrets.keys");
    let kept = std::fs::read(&keys).unwrap();
    std::fs::remove_file(&keys).unwrap();
    let seen = look(server.data(), &["--bind", "127.0.0.1:0"]).await;
    assert_eq!((seen.code, seen.of("keys")), (2, ("failing", "there is no key for 2 sealed secrets")));
    assert!(!keys.exists(), "no key is made");
    let other = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";
    std::fs::write(&keys, other).unwrap();
    let seen = look(server.data(), &["--bind", "127.0.0.1:0"]).await;
    assert_eq!(seen.of("keys"), ("failing", "they do not open 2 of 2 sealed secrets"));
    std::fs::write(&keys, kept).unwrap();

    let keys = server.data().join("token.keys");
    let kept = std::fs::read(&keys).unwrap();
    std::fs::write(&keys, "k2:short").unwrap();
    assert_eq!(look(server.data(), &[]).await.of("keys").0, "failing");
    std::fs::remove_file(&keys).unwrap();
    let seen = look(server.data(), &[]).await;
    let (state, found) = seen.of("keys");
    assert!(state == "warning" && found.starts_with("there is no key of links"), "{found}");
    assert!(!keys.exists(), "no key is made");
    std::fs::write(&keys, kept).unwrap();

    let mut database = database_in(server.data()).await;
    for statement in ["PRAGMA foreign_keys = OFF", "DELETE FROM batches"] {
        sqlx::query(statement).execute(&mut database).await.unwrap();
    }
    let seen = look(server.data(), &["--bind", "127.0.0.1:0"]).await;
    let (state, found) = seen.of("database");
    assert!(
        state == "failing" && found.contains(" rows of ") && found.contains("belong to none of batches"),
        "{found}"
    );
}
