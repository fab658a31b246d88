//! The report on Salesforce and Marketo: what is asked, and that it tells no secrets and no people.

use std::process::{Command, Output};

use api_types::{CheckOutcome, SalesforceConnections, ServiceCheckId, ServicesReport, paths};
use sandbox::marketo::{
    INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID, Nature, PLATFORM_CLIENT_ID,
    PLATFORM_CLIENT_SECRET, READ_ONLY_LEAD_CLIENT_ID,
};
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET};
use serde_json::json;

use crate::field_sync::server_at;
use crate::harness::{ADMIN, Client, Server};
use crate::marketo::{connect, pasted};
use crate::postgres;
use crate::salesforce_browser::Salesforce;

async fn report(admin: &Client) -> ServicesReport {
    admin.post(paths::DIAGNOSTICS_SERVICES, &()).await.json()
}

fn outcome(report: &ServicesReport, id: ServiceCheckId) -> &CheckOutcome {
    &report.checks.iter().find(|check| check.id == id).expect("asked").outcome
}

fn found(report: &ServicesReport, id: ServiceCheckId) -> &[String] {
    &report.checks.iter().find(|check| check.id == id).expect("asked").found
}

#[tokio::test]
async fn s2_s3_every_question_is_asked_where_there_is_a_connection_and_tells_nobody() {
    let (server, admin) = server_at(100, MUNCHKIN_ID).await;
    Salesforce::of(&server).set_up_completely().await;
    let report = report(&admin).await;
    assert!(report.checks.iter().map(|check| check.id).eq(ServiceCheckId::ALL.iter().copied()));
    for check in &report.checks {
        assert_eq!(check.outcome, CheckOutcome::Passed, "{check:?}");
    }
    assert_eq!(found(&report, ServiceCheckId::SalesforcePackage), ["1.8100"]);
    assert_eq!(found(&report, ServiceCheckId::SalesforceVersions), ["31.0 - 68.0"]);
    let text = serde_json::to_string(&report).unwrap() + &report.text();
    for secret in
        [INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, PLATFORM_CLIENT_SECRET, ADMIN, "northwind"]
    {
        assert!(!text.contains(secret), "{text}");
    }
    assert!(!report.has_failed());
}

#[tokio::test]
async fn s2_a_session_that_has_ended_is_renewed_whatever_is_asked_first() {
    let (server, admin) = server_at(100, MUNCHKIN_ID).await;
    let salesforce = Salesforce::of(&server);
    salesforce.set_up_completely().await;
    salesforce.order(json!({"order": "expire_access_tokens"})).await;
    let report = report(&admin).await;
    for check in &report.checks {
        assert_eq!(check.outcome, CheckOutcome::Passed, "{check:?}");
    }
    assert_ne!(salesforce.stats().await.refreshes, 0);
    let connections: SalesforceConnections = admin.get(paths::SALESFORCE).await.json();
    assert!(connections.own.expect("a connection").last_check.passed());
}

#[tokio::test]
async fn s2_s3_what_is_missing_or_differs_is_named() {
    let server = Server::start_with(|config| config.sandbox.speed = 600.try_into().unwrap()).await;
    let admin = server.admin().await;
    let nothing = report(&admin).await;
    let unasked = nothing.checks.iter().filter(|check| check.outcome == CheckOutcome::NotAsked);
    assert_eq!(unasked.count(), 11, "all but what the operator's credentials may read: {nothing:?}");

    let lacking =
        pasted(Nature::WithoutSocialFields.munchkin_id(), INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET);
    assert_eq!(connect(&admin, &lacking).await.status, 200);
    admin.connect_salesforce(&server, "oldapi@example.com").await;
    let differs = report(&admin).await;
    assert!(matches!(outcome(&differs, ServiceCheckId::MarketoFields), CheckOutcome::Differs { .. }));
    assert_eq!(found(&differs, ServiceCheckId::MarketoFields), ["linkedInProfileURL"]);
    let retired = CheckOutcome::Failed { code: "410".to_owned() };
    assert_eq!(outcome(&differs, ServiceCheckId::SalesforceLimits), &retired);
    assert!(differs.has_failed() && differs.text().contains("failed: 410"));
}

#[tokio::test]
async fn a5_only_administrators_ask_and_the_check_says_which_permission_is_missing() {
    let server = Server::start().await;
    let member = server.member("ben@example.com").await;
    assert_eq!(member.post(paths::DIAGNOSTICS_SERVICES, &()).await.status, 403);
    let admin = server.admin().await;
    // A connection from before its permission was withdrawn is there all the same.
    let reader = pasted(MUNCHKIN_ID, READ_ONLY_LEAD_CLIENT_ID, "any");
    assert_eq!(connect(&admin, &reader).await.status, 502);
    assert_eq!(outcome(&report(&admin).await, ServiceCheckId::MarketoToken), &CheckOutcome::NotAsked);
}

/// The command that asks the stand-ins of a server.
fn asking(server: &Server, words: &[&str]) -> Command {
    let marketo = server.sandbox().marketo_url_template();
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command
        .args(["check-services", "--marketo-url", &marketo, "--marketo-munchkin-id", MUNCHKIN_ID])
        .args(["--marketo-platform-client-id", PLATFORM_CLIENT_ID])
        .args(["--salesforce-login-url", &server.sandbox().salesforce_login_url()])
        .args(["--salesforce-client-id", CLIENT_ID])
        .env("MSI_SALESFORCE_CLIENT_SECRET", CLIENT_SECRET)
        .args(words)
        .env("MSI_MARKETO_PLATFORM_SECRET", PLATFORM_CLIENT_SECRET);
    command
}

/// The stand-ins answer meanwhile.
async fn check_services(server: &Server, words: &[&str]) -> Output {
    let mut command = asking(server, words);
    command
        .arg("--data")
        .arg(server.data())
        .envs(postgres::database_of(server.data()).map(|url| ("MSI_DATABASE", url)));
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    output.expect("it was run").expect("the server's binary")
}

#[tokio::test]
async fn s2_s3_an_operator_asks_by_the_command_line_beside_a_running_server() {
    let (server, _admin) = server_at(100, MUNCHKIN_ID).await;
    Salesforce::of(&server).set_up_completely().await;
    let output = check_services(&server, &["--json"]).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: ServicesReport = serde_json::from_slice(&output.stdout).expect("a report");
    for check in &report.checks {
        assert_eq!(check.outcome, CheckOutcome::Passed, "{check:?}");
    }
    let text = String::from_utf8(check_services(&server, &[]).await.stdout).unwrap();
    assert!(text.contains("Marketo: The connection may read activities: ok"), "{text}");

    let refused = check_services(&server, &["--sandbox"]).await;
    assert!(!refused.status.success(), "the stand-ins are those of another process");
}

#[tokio::test]
async fn s2_s3_without_an_account_the_operators_credentials_are_used_and_the_rest_is_not_asked() {
    let (server, empty) = (Server::start().await, tempfile::tempdir().unwrap());
    let data = empty.path().join("data");
    let database = postgres::empty_database_of(&data);
    let ask = |words: &'static [&str]| {
        let mut command = asking(&server, words);
        command.arg("--data").arg(&data).envs(database.as_ref().map(|url| ("MSI_DATABASE", url)));
        tokio::task::spawn_blocking(move || command.output().expect("the server's binary"))
    };
    let output = ask(&["--json"]).await.expect("no panic");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: ServicesReport = serde_json::from_slice(&output.stdout).expect("a report");
    assert!(report.checks.iter().map(|check| check.id).eq(ServiceCheckId::ALL.iter().copied()));
    assert_eq!(outcome(&report, ServiceCheckId::MarketoUsers), &CheckOutcome::Passed);
    assert_eq!(outcome(&report, ServiceCheckId::MarketoToken), &CheckOutcome::NotAsked);
    assert_eq!(outcome(&report, ServiceCheckId::SalesforceApp), &CheckOutcome::Passed);
    assert_eq!(outcome(&report, ServiceCheckId::SalesforceIdentity), &CheckOutcome::NotAsked);
    let text = String::from_utf8(ask(&[]).await.expect("no panic").stdout).unwrap();
    assert!(text.contains("there is no account yet, so its connections were not asked"), "{text}");
    assert!(!data.exists(), "nothing is made");
}

#[tokio::test]
async fn s2_s3_whoever_asks_makes_no_keys() {
    let server = Server::start().await;
    for keys in ["token.keys", "secrets.keys"] {
        let (file, aside) = (server.data().join(keys), server.data().join("aside"));
        std::fs::rename(&file, &aside).unwrap();
        let refused = check_services(&server, &[]).await;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("the server's keys are missing"), "{said}");
        assert!(!file.exists(), "{keys}");
        std::fs::rename(&aside, &file).unwrap();
    }
}
