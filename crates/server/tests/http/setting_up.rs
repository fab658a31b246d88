//! N4: `server setup` asks for the settings that a server needs, tries them, and writes them down.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use sandbox::Sandbox;
use sandbox::marketo::{
    INTEGRATION_CLIENT_ID, INTEGRATION_CLIENT_SECRET, MUNCHKIN_ID, PLATFORM_CLIENT_ID, PLATFORM_CLIENT_SECRET,
};
use sandbox::salesforce::{CLIENT_ID, CLIENT_SECRET};

use crate::post_office::PostOffice;
use crate::postgres;

/// The binary with no settings but these, and these answers.
async fn set_up(folder: &Path, options: &[&str], environment: &[(&str, &str)], answers: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(["setup", "--out"]).arg(folder.join("environment")).args(options);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("MSI_")) {
        command.env_remove(name);
    }
    command.env("MSI_DATA", folder.join("data")).envs(environment.iter().copied());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(answers.as_bytes()).unwrap();
    drop(input);
    tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn answers(smtp: &str) -> [(&'static str, &str); 6] {
    [
        ("MSI_PUBLIC_URL", "https://actions.example.com"),
        ("MSI_BIND", "127.0.0.1:0"),
        ("MSI_ACCOUNT_NAME", "Northwind sales"),
        ("MSI_ADMIN_EMAIL", "admin@example.com"),
        ("MSI_SMTP", smtp),
        ("MSI_MAIL_FROM", "Actions <no-reply@example.com>"),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_the_settings_of_the_environment_are_tried_and_written_without_a_question() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let smtp = format!("smtp://{}", office.address);
    let file = folder.path().join("environment");
    std::fs::write(&file, "# ours\nMSI_SEATS=500\n").unwrap();
    let done = set_up(folder.path(), &["--unattended"], &answers(&smtp), "").await;
    assert!(done.status.success(), "{}", said(&done));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.starts_with("# ours\nMSI_SEATS=500\nMSI_PUBLIC_URL='https://actions.example.com'\n"),
        "{written}"
    );
    assert!(written.contains("MSI_MAIL_FROM='Actions <no-reply@example.com>'\n"), "{written}");
    let mails = office.collect();
    assert_eq!(
        mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["admin@example.com"],
        "the test mail"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_what_does_not_work_is_said_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    // Nothing listens there.
    let done = set_up(folder.path(), &["--unattended"], &answers("smtp://127.0.0.1:9"), "").await;
    assert!(!done.status.success());
    assert!(said(&done).contains("The account and its mail: the mail was not taken"), "{}", said(&done));
    assert!(!folder.path().join("environment").exists());

    let missing = &answers("smtp://127.0.0.1:9")[1..];
    let done = set_up(folder.path(), &["--unattended"], missing, "").await;
    assert!(said(&done).contains("MSI_PUBLIC_URL is missing"), "{}", said(&done));
    let mut refused = answers("smtp://127.0.0.1:9");
    refused[0].1 = "not an address";
    let done = set_up(folder.path(), &["--unattended"], &refused, "").await;
    assert!(
        said(&done).contains("Where people reach the console: error: invalid value 'not an address'"),
        "{}",
        said(&done)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_who_is_asked_answers_again_what_does_not_work_and_keeps_what_is_there() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("environment");
    std::fs::write(&file, "MSI_ACCOUNT_NAME='Northwind sales'\nMSI_BIND='127.0.0.1:0'\n").unwrap();
    let smtp = format!("smtp://{}", office.address);
    let typed = [
        "https://actions.example.com",
        "127.0.0.1",
        "",
        "",
        "",
        // The database.
        "",
        // Once with a mail server that is not there.
        "",
        "admin@example.com",
        "smtp://127.0.0.1:9",
        "no-reply@example.com",
        "",
        "",
        "",
        &smtp,
        "",
        // Salesforce and Marketo later.
        "",
        "",
    ];
    let done = set_up(folder.path(), &[], &[], &format!("{}\n", typed.join("\n"))).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("That does not work yet: the mail was not taken"), "{}", said(&done));
    assert!(!said(&done).contains("[smtp://"), "what may hold a password is not shown: {}", said(&done));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains(&format!("MSI_SMTP='{smtp}'\n")), "{written}");
    assert!(written.starts_with("MSI_ACCOUNT_NAME='Northwind sales'\n"), "{written}");
    assert!(!written.contains("MSI_DATABASE"), "{written}");
    assert_eq!(office.collect().len(), 1);
}

/// The answers about services, which are those of the stand-ins.
fn services() -> [(&'static str, &'static str); 7] {
    [
        ("MSI_SALESFORCE_CLIENT_ID", CLIENT_ID),
        ("MSI_SALESFORCE_CLIENT_SECRET", CLIENT_SECRET),
        ("MSI_MARKETO_MUNCHKIN_ID", MUNCHKIN_ID),
        ("MSI_MARKETO_PLATFORM_CLIENT_ID", PLATFORM_CLIENT_ID),
        ("MSI_MARKETO_PLATFORM_SECRET", PLATFORM_CLIENT_SECRET),
        ("MSI_MARKETO_INTEGRATION_CLIENT_ID", INTEGRATION_CLIENT_ID),
        ("MSI_MARKETO_INTEGRATION_SECRET", INTEGRATION_CLIENT_SECRET),
    ]
}

/// A file that has the server ask the stand-ins.
fn where_services_are(folder: &Path, stand_ins: &Sandbox) {
    let text = format!(
        "MSI_SALESFORCE_LOGIN_URL={}\nMSI_MARKETO_URL='{}'\n",
        stand_ins.salesforce_login_url(),
        stand_ins.marketo_url_template()
    );
    std::fs::write(folder.join("environment"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_services_are_tried_before_the_first_start_and_nothing_is_made() {
    let (office, folder, of_stand_ins) =
        (PostOffice::open().await, tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = sandbox::Options { people: 20, speed: 20 };
    let stand_ins = sandbox::start(of_stand_ins.path(), &options).await.unwrap();
    where_services_are(folder.path(), &stand_ins);
    let smtp = format!("smtp://{}", office.address);
    let database = postgres::empty_database_of(&folder.path().join("data"));
    let database = database.as_deref().map(|url| ("MSI_DATABASE", url));
    let right: Vec<_> = answers(&smtp).into_iter().chain(services()).chain(database).collect();
    for (wrong, service, of) in [
        (1, "Salesforce", "consumer key and secret: failed: invalid_client"),
        (4, "Marketo", "may read Marketo's users: failed"),
        (6, "Marketo", "account's connection: failed"),
    ] {
        let mut refused = right.clone();
        refused[answers(&smtp).len() + wrong].1 = "another secret";
        let done = set_up(folder.path(), &["--unattended"], &refused, "").await;
        assert!(!done.status.success(), "{}", said(&done));
        assert!(
            said(&done).contains(&format!("\n{service}: ")) && said(&done).contains(of),
            "{}",
            said(&done)
        );
        let kept = std::fs::read_to_string(folder.path().join("environment")).unwrap();
        assert!(!kept.contains("MSI_SMTP"), "{kept}");
    }
    let done = set_up(folder.path(), &["--unattended"], &right, "").await;
    assert!(done.status.success(), "{}", said(&done));
    let written = std::fs::read_to_string(folder.path().join("environment")).unwrap();
    assert!(written.contains(&format!("MSI_MARKETO_INTEGRATION_SECRET='{INTEGRATION_CLIENT_SECRET}'\n")));
    assert!(
        !folder.path().join("data").exists(),
        "the first start makes the data, as the user of the service"
    );
}

/// The answers with some changed, or added.
fn changed<'a>(
    answers: &[(&'static str, &'a str)],
    changes: &[(&'static str, &'a str)],
) -> Vec<(&'static str, &'a str)> {
    let is_kept = |(name, _): &&(&str, &str)| changes.iter().all(|(changed, _)| changed != name);
    answers.iter().filter(is_kept).chain(changes).copied().collect()
}

/// What a start would refuse is refused by the trial of the group that it belongs to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_what_a_start_refuses_is_refused_before() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let smtp = format!("smtp://{}", office.address);
    let wrong = folder.path().join("tls.pem");
    std::fs::write(&wrong, "no certificate").unwrap();
    let wrong = wrong.to_str().unwrap();
    for (changes, of, refusal) in [
        (&[("MSI_PUBLIC_URL", "http://actions.example.com")][..], "Where people", "is not HTTPS"),
        (&[("MSI_BIND", "0.0.0.0:0")], "Where people", "open to other machines"),
        (
            &[("MSI_ACME", "letsencrypt"), ("MSI_PUBLIC_URL", "https://192.0.2.1")],
            "Where people",
            "orders a certificate for the name",
        ),
        (&[("MSI_TLS_CERTIFICATE", wrong), ("MSI_TLS_KEY", wrong)], "Where people", "tls.pem"),
        (
            &[("MSI_DATABASE", "postgres://user:canary@127.0.0.1:9/actions")],
            "The database",
            "cannot be reached",
        ),
        (&[("MSI_SMTP", "smtp://user:canary/4711@mail.example.com")], "The account", "MSI_SMTP is not"),
    ] {
        let done = set_up(folder.path(), &["--unattended"], &changed(&answers(&smtp), changes), "").await;
        assert!(!done.status.success(), "{changes:?}");
        let said = said(&done);
        let line = said.lines().find(|line| line.starts_with(of)).unwrap_or_else(|| panic!("{said}"));
        assert!(!line.contains("server 0"), "the time of a report helps nobody: {line}");
        assert!(said.contains(refusal) && !said.contains("canary"), "{changes:?}: {said}");
        assert!(!folder.path().join("environment").exists());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_a_certificate_that_no_authority_can_issue_here_is_warned_of() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let smtp = format!("smtp://{}", office.address);
    let given = changed(&answers(&smtp), &[("MSI_ACME", "letsencrypt")]);
    let done = set_up(folder.path(), &["--unattended"], &given, "").await;
    assert!(done.status.success(), "{}", said(&done));
    let warning = "works, with a warning: Where people reach the console: warning";
    assert!(said(&done).contains(warning), "{}", said(&done));
    assert!(said(&done).contains("is reached from this machine alone"), "{}", said(&done));
}

/// Enter, so many times.
fn enter(times: usize) -> String {
    "\n".repeat(times)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_what_follows_a_setting_goes_with_it_and_the_rest_stays_as_it_is() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("environment");
    let kept = format!(
        "# ours\nMSI_ACCOUNT_NAME=\"O'Brien sales\"\nMSI_PUBLIC_URL=https://actions.example.com\nMSI_BIND=127.0.0.1:0\n\
         MSI_ADMIN_EMAIL=admin@example.com\nMSI_SMTP=smtp://{}\nMSI_MAIL_FROM=no-reply@example.com\n",
        office.address
    );
    // Each trial reads it, until it is removed.
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "secret").unwrap();
    let others = format!(
        "MSI_TLS_CERTIFICATE=tls.pem\nMSI_TLS_KEY=tls.key\nMSI_ACME_CA_FILE=ca.pem\nMSI_SALESFORCE_CLIENT_ID=key\n\
         MSI_SALESFORCE_CLIENT_SECRET_FILE={}\nMSI_SALESFORCE_APPS='x=y:z'\nMSI_MARKETO_MUNCHKIN_ID=284-RPR-133\n\
         MSI_MARKETO_PLATFORM_CLIENT_ID=id\nMSI_MARKETO_PLATFORM_SECRET=secret\n",
        secret.display()
    );
    std::fs::write(&file, format!("{kept}{others}")).unwrap();
    // The certificate, the authority, Salesforce and Marketo are removed, and no other question is asked of them. The name of the
    // account is refused at first.
    let typed = format!("{}-\n-\n{}a\u{1}b\n{}-\n-\n", enter(2), enter(2), enter(4));
    let done = set_up(folder.path(), &[], &[], &typed).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains("MSI_ACCOUNT_NAME: a line break or another"), "{}", said(&done));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept, "{}", said(&done));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_a_secret_in_a_file_is_an_answer_and_is_given_once() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let (file, of_smtp) = (folder.path().join("environment"), folder.path().join("smtp"));
    let smtp = format!("smtp://{}", office.address);
    std::fs::write(&of_smtp, format!("{smtp}\n")).unwrap();
    let path = of_smtp.to_str().unwrap();
    let without: Vec<_> = answers("").into_iter().filter(|(name, _)| *name != "MSI_SMTP").collect();
    let in_file = changed(&without, &[("MSI_SMTP_FILE", path)]);
    let done = set_up(folder.path(), &["--unattended"], &in_file, "").await;
    assert!(done.status.success(), "{}", said(&done));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains(&format!("MSI_SMTP_FILE='{path}'\n")), "{written}");
    assert!(!written.contains("MSI_SMTP="), "{written}");

    // It is kept by Enter.
    let done = set_up(folder.path(), &[], &[], &enter(12)).await;
    assert!(done.status.success(), "{}", said(&done));
    assert!(said(&done).contains(&format!("[in the file {path}]")), "{}", said(&done));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), written);

    let both = changed(&in_file, &[("MSI_SMTP", &smtp)]);
    let done = set_up(folder.path(), &["--unattended"], &both, "").await;
    assert!(said(&done).contains("MSI_SMTP and MSI_SMTP_FILE are both set"), "{}", said(&done));
    let both = format!("{written}MSI_SMTP='{smtp}'\n");
    std::fs::write(&file, &both).unwrap();
    let done = set_up(folder.path(), &["--unattended"], &[], "").await;
    assert!(said(&done).contains("MSI_SMTP and MSI_SMTP_FILE are both set"), "{}", said(&done));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), both);
    // A new answer takes the place of both.
    let typed = format!("{}n\n{}{smtp}\n{}", enter(5), enter(3), enter(3));
    let done = set_up(folder.path(), &[], &[], &typed).await;
    assert!(done.status.success(), "{}", said(&done));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("MSI_SMTP='") && !written.contains("MSI_SMTP_FILE"), "{written}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n4_the_last_line_names_the_file_and_how_to_start_with_it() {
    let (office, folder) = (PostOffice::open().await, tempfile::tempdir().unwrap());
    let smtp = format!("smtp://{}", office.address);
    let done = set_up(folder.path(), &["--unattended"], &answers(&smtp), "").await;
    let said = said(&done);
    let file = folder.path().join("environment").display().to_string();
    let last = said.trim_end().lines().last().unwrap();
    assert!(last.starts_with(&format!("{file} is written: ")), "{said}");
    assert!(last.contains(&format!("`set -a; . '{file}'; set +a; server serve`")), "{said}");
}
