//! A server built for production: without the feature `sandbox`, and so without any trace of sandbox mode.
#![cfg(not(feature = "sandbox"))]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

fn server(words: &[&str]) -> Command {
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"));
    server.args(words);
    server
}

/// One that runs, and the lines that it prints.
fn serving(data: &Path) -> (Child, impl Iterator<Item = String>) {
    let mut child = server(&["serve", "--bind", "127.0.0.1:0", "--smtp", "smtp://127.0.0.1:1", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    (child, lines)
}

#[test]
fn a1_the_routes_and_options_hold_no_sandbox() {
    let api: Value = serde_json::from_str(&server::openapi::text().unwrap()).unwrap();
    let paths: Vec<&String> = api["paths"].as_object().unwrap().keys().collect();
    assert!(paths.len() > 50 && !paths.iter().any(|path| path.contains("sandbox")), "{paths:?}");
    let help = server(&["serve", "--help"]).output().unwrap().stdout;
    let help = String::from_utf8(help).unwrap();
    assert!(
        help.contains("--smtp") && !help.contains("--sandbox") && !help.contains("MSI_SANDBOX"),
        "{help}"
    );
}

#[test]
fn a1_sandbox_mode_is_refused_with_what_to_do_instead() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let refused = |words: &[&str], variable: Option<&str>, advice: &str| {
        let mut server = server(&["serve", "--data"]);
        server.arg(&data).args(words).envs(variable.map(|value| ("MSI_SANDBOX", value)));
        let output = server.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(advice), "{words:?}, {variable:?}: {said}");
        assert!(!data.exists(), "nothing was begun");
    };
    refused(&["--sandbox"], None, "without sandbox mode");
    refused(&["--sandbox", "--sandbox-speed", "100", "--sandbox-people=5"], None, "without sandbox mode");
    refused(&["--smtp", "smtp://localhost"], Some("true"), "without sandbox mode");
    refused(&[], Some("false"), "no mail server: give --smtp");
}

/// Where output is kept, as in a journal or a container's log, the link would be for everybody who reads it.
#[test]
fn a9_a17_a_server_for_production_prints_no_link_where_nobody_looks() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, mut lines) = serving(data.path());
    let way_in = lines.find(|line| line.contains("sign"));
    child.kill().unwrap();
    child.wait().unwrap();
    let told = "for a link that signs the first administrator in: server sign-in-link";
    assert_eq!(way_in.as_deref(), Some(told));
}

#[tokio::test]
async fn a1_a_server_for_production_starts_and_answers_nothing_of_sandbox_mode() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let data = tempfile::tempdir().unwrap();
    let (mut child, mut lines) = serving(data.path());
    let base = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();
    let order = r#"{"route": "/users", "fault": "500", "times": 1}"#;
    let found = [
        status(http.get(format!("{base}livez"))).await,
        status(
            http.put(format!("{base}api/v1/sandbox/faults"))
                .header(api_types::headers::CSRF, api_types::headers::CSRF_VALUE)
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/json")
                .body(order),
        )
        .await,
        status(http.get(format!("{base}mailbox"))).await,
    ];
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(found, [200, 404, 404]);
}
