//! The real binary's command line: what it prints, and what it refuses.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use api_types::{ProblemCode, paths};

use crate::harness::Client;

/// The binary, serving. It is asked nothing at the end: dropped, it is killed.
struct Process {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
    base: String,
    /// Its word about signing in.
    way_in: String,
}

impl Process {
    fn start(data: &Path, words: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_server"))
            .args(["serve", "--bind", "127.0.0.1:0", "--sandbox", "--data"])
            .arg(data)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server's binary");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut lines = output.lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned));
        let base = address.expect("where it is").trim_end_matches('/').to_owned();
        let way_in = lines.next().expect("a word about signing in");
        Self { child, lines: Box::new(lines), base, way_in }
    }

    /// A session by the link that it printed.
    async fn signed_in(&self) -> Client {
        let mut client = Client::new(&self.base);
        client.sign_in_by_link(self.way_in.strip_prefix("sign in once with ").expect("a link")).await;
        client
    }

    fn write(&mut self, text: &str) {
        let input = self.child.stdin.as_mut().expect("its input");
        input.write_all(text.as_bytes()).expect("it runs");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn sign_in_link(data: &Path) -> String {
    sign_in_link_in(data, &[], &[])
}

fn sign_in_link_in(data: &Path, environment: &[(&str, &str)], words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(["sign-in-link", "--data"]).arg(data).args(words).envs(environment.iter().copied());
    let asked = command.output().expect("the server's binary");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    String::from_utf8(asked.stdout).expect("UTF-8").trim().to_owned()
}

fn ready(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_server")).arg("ready").args(words).output().expect("the server's binary")
}

#[test]
fn n3_a_server_is_asked_by_its_own_program_whether_it_runs_and_is_ready() {
    let data = tempfile::tempdir().unwrap();
    let running = Process::start(data.path(), &[]);
    let bind = format!("127.0.0.1:{}", running.base.rsplit(':').next().expect("a port"));
    for words in [&["--bind", &bind][..], &["--bind", &bind, "--live"]] {
        // A busy machine may take longer than a check has, a few times.
        let last = (0..50).map(|_| ready(words)).find(|asked| asked.status.success());
        let asked = last.unwrap_or_else(|| ready(words));
        assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    }
    drop(running);
    let asked = ready(&["--bind", &bind, "--live"]);
    assert_eq!(asked.status.code(), Some(1));
    let said = String::from_utf8(asked.stderr).unwrap();
    assert!(said.starts_with(&format!("server: no server answers on {bind}: ")), "{said}");
}

#[test]
fn n3_the_version_says_what_is_built_in() {
    let asked = Command::new(env!("CARGO_BIN_EXE_server")).arg("--version").output().unwrap();
    let said = String::from_utf8(asked.stdout).unwrap();
    assert!(said.starts_with(concat!("server ", env!("CARGO_PKG_VERSION"))), "{said}");
    assert!(said.contains("with sandbox mode, not for production"), "{said}");
}

#[tokio::test]
async fn a17_a_link_is_printed_until_somebody_has_signed_in_and_then_only_when_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path(), &[]).way_in.clone();
    assert!(first.starts_with("sign in once with http://localhost:"), "{first}");
    let again = Process::start(data.path(), &[]);
    again.signed_in().await;
    drop(again);

    let later = Process::start(data.path(), &[]);
    let asked = sign_in_link(data.path());
    assert!(asked.starts_with(&later.base), "{asked}");
    Client::new(&later.base).sign_in_by_link(&asked).await;
    let later = &later.way_in;
    assert!(!later.contains('#') && later.contains("server sign-in-link"), "{later}");
}

#[tokio::test]
async fn a17_a_printed_link_leads_to_the_console_in_every_environment() {
    const API: &str = "http://api.localhost:8080";
    const CONSOLE: &str = "http://www.localhost:8081/console";
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &["--public-url", API, "--console-url", CONSOLE]);
    let link = format!("{CONSOLE}/sign-in#");
    assert!(server.way_in.starts_with(&format!("sign in once with {link}")), "{}", server.way_in);
    assert_eq!(server.lines.next(), Some(format!("the console is opened at {CONSOLE}/")));
    let (public, console) = (("MSI_PUBLIC_URL", API), ("MSI_CONSOLE_URL", CONSOLE));
    for environment in [&[][..], &[public], &[console], &[public, console]] {
        let printed = sign_in_link_in(data.path(), environment, &[]);
        assert!(printed.starts_with(&link), "{environment:?}: {printed}");
    }
    let other = "http://other.localhost:8082/";
    let printed = sign_in_link_in(data.path(), &[public, console], &["--console-url", other]);
    assert!(printed.starts_with(&format!("{other}sign-in#")), "{printed}");
}

/// Half an hour without a request, and a second.
const IDLE: &str = "1801";

#[tokio::test]
async fn a1_a_clock_by_input_moves_by_as_many_seconds_as_a_line_says() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Process::start(data.path(), &["--sandbox-clock-by-input"]);
    let client = server.signed_in().await;
    server.write(&format!("\nsoon\n-{IDLE}\n{IDLE} s\n0\n"));
    assert_eq!(server.lines.next().as_deref(), Some("the clock is 0 s further"), "no other is a number");
    assert_eq!(client.get(paths::SESSION).await.status, 200);
    server.write(&format!("{IDLE}\n"));
    assert_eq!(server.lines.next(), Some(format!("the clock is {IDLE} s further")));
    assert_eq!(client.get(paths::SESSION).await.code(), ProblemCode::SignedOut);
}

fn serve(words: &[&str]) -> Output {
    let data = tempfile::tempdir().expect("a folder");
    let mut server = Command::new(env!("CARGO_BIN_EXE_server"));
    server.arg("serve").args(words).arg("--data").arg(data.path().join("data"));
    let output = server.output().expect("the server's binary");
    assert!(!data.path().join("data").exists(), "nothing was begun");
    output
}

#[test]
fn a1_a_start_that_would_be_dangerous_is_refused_in_words() {
    for (words, advice) in [
        (&[][..], "give --smtp, or --sandbox"),
        (&["--sandbox", "--bind", "0.0.0.0:0"], "It runs on loopback only"),
        (&["--sandbox", "--public-url", "https://actions.example.com"], "leave --sandbox out"),
        (&["--smtp", "smtp://localhost", "--bind", "0.0.0.0:0"], "give --tls-certificate and --tls-key"),
        (&["--smtp", "smtp://localhost", "--tls-key", "tls.key"], "not provided:\n  --tls-certificate"),
        (&["--smtp", "smtp://localhost", "--public-url", "http://actions.example.com"], "is not HTTPS"),
        (&["--smtp", "smtp://localhost", "--sandbox-clock-by-input"], "not provided:\n  --sandbox\n"),
    ] {
        let output = serve(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(advice), "{words:?}: {said}");
    }
}

#[test]
fn a26_the_password_of_the_mail_server_is_in_no_message_and_no_help() {
    for (words, advice) in [
        (&["serve"][..], "MSI_SMTP is not the address of a mail server"),
        (&["test-mail"], "MSI_SMTP is not the address of a mail server"),
        (&["doctor", "--only", "mail"], "MSI_SMTP is not the address of a mail server"),
        (&["serve", "--help"], "[env: MSI_SMTP"),
        (&["check-services", "--help"], "[env: MSI_SMTP"),
    ] {
        let data = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
        command.args(words).env("MSI_DATA", data.path().join("data"));
        // Its password ends the name of the host: nobody has written / as %2F.
        command.env("MSI_SMTP", "smtp://canary-user:canary/4711@mail.example.com:587?tls=required");
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains(advice), "{words:?}: {said}");
        assert!(!said.contains("canary") && !said.contains("4711"), "{words:?}: {said}");
    }
}
