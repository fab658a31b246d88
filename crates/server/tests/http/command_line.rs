//! The real binary's command line: what it prints, and what it refuses.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::harness::Client;

/// What a start prints, up to its word about signing in. The process is asked nothing: it is killed then, or after
/// `then`.
async fn printed(data: &Path, then: impl AsyncFnOnce(&str, &str)) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_server"))
        .args(["serve", "--bind", "127.0.0.1:0", "--sandbox", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server's binary");
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let base =
        lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).expect("where it is");
    let line = lines.next().expect("a word about signing in");
    then(base.trim_end_matches('/'), &line).await;
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    line
}

fn link(line: &str) -> &str {
    line.strip_prefix("sign in once with ").expect("a link")
}

fn sign_in_link(data: &Path) -> String {
    let asked =
        Command::new(env!("CARGO_BIN_EXE_server")).args(["sign-in-link", "--data"]).arg(data).output();
    let asked = asked.expect("the server's binary");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    String::from_utf8(asked.stdout).expect("UTF-8").trim().to_owned()
}

#[tokio::test]
async fn a17_a_link_is_printed_until_somebody_has_signed_in_and_then_only_when_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let first = printed(data.path(), async |_, _| {}).await;
    assert!(first.starts_with("sign in once with http://127.0.0.1:"), "{first}");
    let again = printed(data.path(), async |base, line| {
        let mut admin = Client::new(base);
        admin.sign_in_by_link(link(line)).await;
    });
    assert!(again.await.starts_with("sign in once with "), "nobody had used the first one");

    let later = printed(data.path(), async |base, _| {
        let asked = sign_in_link(data.path());
        assert!(asked.starts_with(base), "{asked}");
        Client::new(base).sign_in_by_link(&asked).await;
    });
    let later = later.await;
    assert!(!later.contains('#') && later.contains("server sign-in-link"), "{later}");
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
        (&["--smtp", "smtp://localhost", "--bind", "0.0.0.0:0"], "--public-url https://"),
        (&["--smtp", "smtp://localhost", "--public-url", "http://actions.example.com"], "is not HTTPS"),
    ] {
        let output = serve(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(advice), "{words:?}: {said}");
    }
}
