//! R8: at each point where a server with a batch under way writes a file, or sends or receives, that fails, or the process is
//! killed there. The client does as the app does: it sends what was not answered again, under the same key.

use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use api_types::{Batch, BatchRetry, paths};
use reqwest::Method;

use super::{Inviter, check, draws, people, spread};
use crate::harness::Client;
use crate::performance::report;
use crate::post_office::PostOffice;
use crate::restart::Process;

/// What happens at a point, as `io_faults.c` knows it.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
enum Fault {
    Killed = 1,
    Broken = 2,
    Full = 3,
    /// Half of what is written is there when the process ends.
    Torn = 4,
}

/// The file that a server under test shares with its test: four numbers.
struct Plan {
    file: tempfile::NamedTempFile,
}

impl Plan {
    fn new() -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        file.as_file().set_len(16).expect("room");
        Self { file }
    }

    fn set(&self, numbers: [u32; 4]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
        self.file.as_file().write_all_at(&bytes, 0).expect("room");
    }

    /// From now on calls are counted, and the one with this number fails.
    fn arm(&self, at: u32, fault: Fault) {
        self.set([1, at, fault as u32, 0]);
    }

    /// Nothing fails any more. Returns how many calls there were.
    fn disarm(&self) -> u32 {
        let calls = self.calls();
        self.set([0; 4]);
        calls
    }

    fn calls(&self) -> u32 {
        let mut bytes = [0; 4];
        self.file.as_file().read_exact_at(&mut bytes, 12).expect("four numbers");
        u32::from_ne_bytes(bytes)
    }
}

/// What is loaded into the servers, compiled once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("io_faults.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/sweeps/io_faults.c");
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Werror", "-o"])
            .arg(&path)
            .arg(source)
            .status();
        assert!(compiled.expect("a compiler of C").success());
        (folder, path)
    });
    path
}

/// A server that is killed and started again, with its mail server and an administrator.
struct Run {
    process: Option<Process>,
    data: tempfile::TempDir,
    office: PostOffice,
    admin: Client,
    plan: Plan,
    /// How often the server was started again.
    starts: u32,
    batches: u32,
}

impl Run {
    async fn start() -> Self {
        let (data, office, plan) = (tempfile::tempdir().unwrap(), PostOffice::open().await, Plan::new());
        let process = start(&data, &office, &plan).expect("nothing fails yet");
        let admin = process.admin().await;
        Self { process: Some(process), data, office, admin, plan, starts: 0, batches: 0 }
    }

    /// Invites this many people while that happens at this call. Returns how many calls there were.
    async fn invite(&mut self, count: u32, at: u32, fault: Fault) -> u32 {
        self.batches += 1;
        let people = people(self.batches, count);
        self.plan.arm(at, fault);
        let settled = self.invited(&people).await;
        let id = &settled.id;
        let calls = self.plan.disarm();

        let rows = self.rows(id).await;
        check(&settled, &people, rows, &self.office.collect());
        let unknown = settled.deliveries.unknown as usize;
        if unknown > 0 {
            let retry = BatchRetry { include_unknown: true };
            let _: Batch = self.ask(Method::POST, &paths::batch_retry(id), &retry).await;
            let settled = self.settled(id).await;
            assert_eq!(settled.deliveries.sent, count, "{settled:?}");
            assert_eq!(self.office.collect().len(), unknown, "{settled:?}");
        }
        calls
    }
}

impl Inviter for Run {
    fn admin(&self) -> &Client {
        &self.admin
    }

    /// Starts the server again, if it has ended. It is what an operator's service manager does.
    fn recover(&mut self) {
        if self.process.as_mut().is_some_and(Process::is_there) {
            return;
        }
        self.process = None;
        self.starts += 1;
        // The fault may come in the start, too.
        while self.process.is_none() {
            self.process = start(&self.data, &self.office, &self.plan);
        }
        self.admin = self.admin.at(&self.process.as_ref().unwrap().base);
    }
}

fn start(data: &tempfile::TempDir, office: &PostOffice, plan: &Plan) -> Option<Process> {
    let smtp = format!("smtp://{}", office.address);
    let settings = [
        ["--smtp", &smtp],
        ["--seats", "10000000"],
        ["--requests-per-second", "100000"],
        ["--mail-retry-ms", "1"],
        ["--sandbox-people", "1"],
    ];
    let path = plan.file.path().to_str().expect("UTF-8");
    let environment = [("LD_PRELOAD", shim().to_str().expect("UTF-8")), ("IO_FAULTS", path)];
    Process::try_start(data.path(), settings.as_flattened(), &environment)
}

/// Every fault at each of so many points of a batch, or at all of them.
async fn sweep(rows: u32, draws: Option<u32>) {
    let mut run = Run::start().await;
    // The first one makes what later ones find.
    run.invite(rows, 0, Fault::Killed).await;
    let calls = run.invite(rows, 0, Fault::Killed).await;
    assert!(calls > 5 * rows, "only {calls} calls were seen");
    let mut faults = 0;
    for fault in [Fault::Killed, Fault::Broken, Fault::Full, Fault::Torn] {
        for at in spread(calls, draws, fault as u32 * 7) {
            run.invite(rows, at, fault).await;
            faults += 1;
        }
    }
    report(&format!(
        "{rows} people, {calls} calls: {faults} faults, after which the server was started {} times",
        run.starts
    ));
}

#[tokio::test]
async fn r8_whatever_call_of_the_server_fails_or_is_its_last_nobody_is_lost_and_nobody_gets_a_mail_twice() {
    sweep(30, draws(6, None)).await;
}

#[tokio::test]
#[ignore = "takes long: run by script/test --all"]
async fn r8_the_same_with_a_thousand_people() {
    sweep(1_000, draws(1, Some(75))).await;
}
