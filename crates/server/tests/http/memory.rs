//! The memory of the real process: no secrets, and little use by hashing.

use std::io::{Read as _, Seek as _, SeekFrom};

use api_types::{MarketoConnect, MarketoConnectBy, ProblemCode, paths};
use serde_json::json;

use crate::harness::{Client, PASSWORD};
use crate::restart::Process;

/// The places of a text in the writable memory of a process.
fn places(process: u32, text: &str) -> Vec<String> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("its memory is listed");
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).expect("its memory can be read");
    let mut found = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (start, end) =
            line.split_once(' ').and_then(|(range, _)| range.split_once('-')).expect("a range");
        let [start, end] = [start, end].map(|number| u64::from_str_radix(number, 16).expect("a number"));
        let mut bytes = Vec::new();
        memory.seek(SeekFrom::Start(start)).expect("a place");
        // Parts of it may be unmapped meanwhile.
        let _ = memory.by_ref().take(end - start).read_to_end(&mut bytes);
        let hits = memchr::memmem::find_iter(&bytes, text).count();
        if hits > 0 {
            found.push(format!("{hits} in {line}"));
        }
    }
    found
}

#[tokio::test]
async fn a8_the_memory_of_the_server_holds_no_secret_that_was_sent_to_it() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let admin = process.admin().await;
    let password = "canary of the password \"quoted\" 4711";
    let wrong = "canary of the wrong password 4712";
    let (mut signed_in, mut refused) = (admin.clone(), admin.clone());
    let answer = admin.put(paths::PROFILE_PASSWORD, &json!({ "new": password })).await;
    assert_eq!(answer.status, 204);
    assert_eq!(signed_in.sign_in(crate::harness::ADMIN, password).await.status, 200);
    assert_eq!(refused.sign_in(crate::harness::ADMIN, wrong).await.code(), ProblemCode::WrongCredentials);
    let proof = json!({ "password": wrong });
    assert_eq!(signed_in.post(paths::SESSION_PROOF, &proof).await.code(), ProblemCode::InvalidField);
    // Refused before Marketo is asked, whose stand-in lives in the same process.
    let secret = "canary-of-a-pasted-secret-4713";
    let connect = |munchkin: &str| MarketoConnect {
        by: MarketoConnectBy::Pasted {
            munchkin_account_id: munchkin.to_owned(),
            client_id: "id".to_owned(),
            client_secret: secret.to_owned(),
        },
        out_of_order: true,
        takes_over: None,
    };
    let answer = signed_in.once(paths::MARKETO, &connect("not an id")).await;
    assert_eq!(answer.code(), ProblemCode::InvalidField);
    // Malformed, so that it is read in part.
    let answer = signed_in.post(paths::SESSION, &json!({"password": {"email": wrong, "password": 7}})).await;
    assert_eq!(answer.code(), ProblemCode::InvalidField);

    let id = process.id();
    assert!(!places(id, "MSI_SEATS=10000").is_empty(), "what is there is found");
    assert_eq!(places(id, PASSWORD), [""; 0], "what nobody sent is not there");
    for sent in [password, "canary of the password \\\"quoted", wrong, secret] {
        // The end of a connection comes after its last answer; others are answered meanwhile.
        let mut left = places(id, sent);
        for _ in 0..200 {
            if left.is_empty() {
                break;
            }
            admin.get(paths::SESSION).await;
            left = places(id, sent);
        }
        assert_eq!(left, [""; 0], "{sent}");
    }
    process.kill();
}

/// The present and the peak memory of a process, in megabytes.
fn megabytes(id: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).expect("a process");
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("the field");
        line.trim_end_matches("kB").trim().parse::<u64>().expect("a number") / 1024
    };
    (field("VmRSS:"), field("VmHWM:"))
}

#[expect(clippy::print_stderr, reason = "what was measured, for whoever asks by --nocapture")]
fn report(line: &str) {
    eprintln!("{line}");
}

#[tokio::test]
async fn a12_fifty_sign_ins_at_once_leave_no_memory_behind() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_with(data.path(), &["--credentials-per-minute", "1000"]);
    let (before, _) = megabytes(process.id());
    let guesses = (0..50).map(|number| {
        let mut client = Client::new(&process.base);
        async move { client.sign_in(&format!("p{number}@example.com"), PASSWORD).await.code() }
    });
    let codes = futures_util::future::join_all(guesses).await;
    assert!(codes.iter().all(|code| *code == ProblemCode::WrongCredentials), "{codes:?}");
    let (after, most) = megabytes(process.id());
    process.kill();
    report(&format!("A12 memory: {before} MB, after 50 sign-ins at once {after} MB, at most {most} MB"));
    assert!(after <= 150, "{before} MB became {after} MB, and {most} MB in between");
}
