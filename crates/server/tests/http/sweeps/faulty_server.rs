//! A server of which one call that writes a file, or that sends or receives, fails, or is its last, or that can look up no names.

use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::spread;
use crate::restart::Process;

/// What happens at a point, as `io_faults.c` knows it.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(super) enum Fault {
    Killed = 1,
    Broken = 2,
    Full = 3,
    /// Half of what is written is there when the process ends.
    Torn = 4,
}

impl Fault {
    pub(super) const ALL: [Self; 4] = [Self::Killed, Self::Broken, Self::Full, Self::Torn];

    /// So many of all calls, or all of them; others than for another fault.
    pub(super) fn points(self, calls: u32, draws: Option<u32>) -> impl Iterator<Item = u32> {
        spread(calls, draws, self as u32 * 37_021)
    }
}

/// Which calls are counted, besides those on files.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub(super) enum Calls {
    All = 0,
    /// Not those on connections that others have opened to the server.
    OnOwnConnections = 1,
}

/// The file that a server under test shares with its test: six numbers.
struct Plan {
    file: tempfile::NamedTempFile,
}

impl Plan {
    fn new() -> Self {
        let file = tempfile::NamedTempFile::new().expect("a file");
        file.as_file().set_len(24).expect("room");
        Self { file }
    }

    fn set<const COUNT: usize>(&self, from: u64, numbers: [u32; COUNT]) {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_ne_bytes()).collect();
        self.file.as_file().write_all_at(&bytes, from * 4).expect("room");
    }

    fn arm(&self, at: u32, fault: Fault, calls: Calls) {
        self.set(0, [1, at, fault as u32, 0, calls as u32]);
    }

    fn disarm(&self) -> u32 {
        let calls = self.calls();
        self.set(0, [0; 5]);
        calls
    }

    fn calls(&self) -> u32 {
        let mut bytes = [0; 4];
        self.file.as_file().read_exact_at(&mut bytes, 12).expect("six numbers");
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

/// A server that is started again whenever it has ended, as an operator's service manager does.
pub(crate) struct FaultyServer {
    process: Option<Process>,
    data: PathBuf,
    settings: Vec<String>,
    plan: Plan,
    /// How often it was started again.
    pub(super) starts: u32,
}

impl FaultyServer {
    pub(crate) fn start(data: &Path, settings: &[&str]) -> Self {
        let settings = settings.iter().map(|&setting| setting.to_owned()).collect();
        let (data, plan) = (data.to_owned(), Plan::new());
        let mut server = Self { process: None, data, settings, plan, starts: 0 };
        server.process = server.try_start();
        server
    }

    fn try_start(&self) -> Option<Process> {
        let settings: Vec<&str> = self.settings.iter().map(String::as_str).collect();
        let path = self.plan.file.path().to_str().expect("UTF-8");
        let environment = [("LD_PRELOAD", shim().to_str().expect("UTF-8")), ("IO_FAULTS", path)];
        Process::try_start(&self.data, &settings, &environment)
    }

    pub(crate) fn process(&self) -> &Process {
        self.process.as_ref().expect("it runs")
    }

    /// From now on calls are counted, and the one with this number fails.
    pub(super) fn arm(&self, at: u32, fault: Fault, calls: Calls) {
        self.plan.arm(at, fault, calls);
    }

    /// Nothing fails any more. Returns how many calls there were.
    pub(super) fn disarm(&self) -> u32 {
        self.plan.disarm()
    }

    /// Whether names can be looked up from now on.
    pub(crate) fn look_up_names(&self, can: bool) {
        self.plan.set(5, [u32::from(!can)]);
    }

    /// Starts it again, if it has ended. Returns where it is then.
    pub(super) fn recover(&mut self) -> Option<&str> {
        if self.process.as_mut().is_some_and(Process::is_there) {
            return None;
        }
        self.process = None;
        self.starts += 1;
        // The fault may come in the start, too.
        while self.process.is_none() {
            self.process = self.try_start();
        }
        Some(&self.process().base)
    }
}
