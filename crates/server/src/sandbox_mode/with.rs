use std::num::NonZeroU32;

pub(crate) use super::faults::{Faults, act};
pub(crate) use api_types::Fault;

/// Whether there are stand-ins, and how large and fast they are.
#[derive(Clone, Debug, clap::Args)]
pub struct SandboxConfig {
    /// Receive all mail in a mailbox at /mailbox, and let failures be asked for. For trying out and for tests.
    #[arg(id = "sandbox", long = "sandbox", env = "MSI_SANDBOX")]
    pub on: bool,
    /// How many times faster than in life the stand-ins' clock runs, and with it their limits.
    #[arg(id = "sandbox_speed", long = "sandbox-speed", env = "MSI_SANDBOX_SPEED", default_value = "20")]
    pub speed: NonZeroU32,
    /// People in the Marketo stand-in.
    #[arg(
        id = "sandbox_people",
        long = "sandbox-people",
        env = "MSI_SANDBOX_PEOPLE",
        default_value_t = 20_000
    )]
    pub people: u32,
    /// The Munchkin Account ID of the instance that the credentials for Marketo belong to: one of those that the guide lists
    /// under *Sandbox mode*, each of which behaves differently.
    #[arg(
        id = "sandbox_marketo",
        long = "sandbox-marketo",
        env = "MSI_SANDBOX_MARKETO",
        default_value = sandbox::marketo::MUNCHKIN_ID
    )]
    pub marketo: sandbox::marketo::Nature,
    /// Let whoever writes a number to the server's standard input move its clock on by so many seconds. For tests.
    #[arg(id = "sandbox_clock_by_input", long = "sandbox-clock-by-input", requires = "sandbox")]
    pub clock_by_input: bool,
    /// The API key of an example host, from the environment alone: made at the start for the embedders.
    #[arg(skip)]
    pub example_key: Option<String>,
}

impl SandboxConfig {
    /// Adds the key of the environment.
    #[must_use]
    pub fn with_key_of_environment(mut self) -> Self {
        self.example_key = std::env::var("MSI_SANDBOX_API_KEY").ok().filter(|key| !key.is_empty());
        self
    }

    /// The API key to be made at the start.
    pub(crate) fn example_key(&self) -> Option<&str> {
        self.example_key.as_deref().filter(|_| self.on)
    }

    /// Why the server refuses to start with these settings.
    pub(crate) fn refusal(&self) -> Option<&'static str> {
        None
    }

    pub fn is_on(&self) -> bool {
        self.on
    }

    /// The path of the mailbox.
    pub(crate) fn mailbox_path(&self) -> Option<&'static str> {
        self.on.then_some(sandbox::MAILBOX_PATH)
    }

    pub(crate) fn faults(&self) -> Option<Faults> {
        self.on.then(Faults::default)
    }
}
