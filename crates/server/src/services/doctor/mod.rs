//! Looks at everything that a server needs: beside one that runs, or before a start. For the operator's command line.
//!
//! Nothing is changed, and nobody is asked but what the configuration names.

mod dns;
mod mail;
mod outside;
mod stored;

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde::Serialize;
use strum::IntoStaticStr;

use crate::config::Config;
use crate::platform::clock::{Clock, Millis};
use dns::Dns;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Check {
    /// The data folder.
    Folder,
    /// Free space beside it.
    Disk,
    /// The database: its version, and whether what it holds is whole.
    Database,
    /// The keys that open what is sealed in it.
    Keys,
    /// The clock, compared to others.
    Clock,
    /// The address at which the server listens.
    Port,
    /// The names of the configuration, in the DNS.
    Names,
    /// The certificates that browsers see.
    Certificate,
    /// The mail server.
    Mail,
    /// Which servers may send mails of the sender's domain.
    Spf,
    /// The key that signs them.
    Dkim,
    /// What recipients do with those that others send.
    Dmarc,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum State {
    Ok,
    /// Nothing is configured that could be looked at.
    NotAsked,
    /// It works, and will not for ever or not everywhere.
    Warning,
    Failing,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub check: Check,
    pub state: State,
    pub found: String,
    /// What to do about it; absent where there is nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<String>,
}

impl Finding {
    fn ok(check: Check, found: impl Into<String>) -> Self {
        Self { check, state: State::Ok, found: found.into(), todo: None }
    }

    fn not_asked(check: Check, found: impl Into<String>) -> Self {
        Self { check, state: State::NotAsked, found: found.into(), todo: None }
    }

    fn warning(check: Check, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Warning, found: found.into(), todo: Some(todo.into()) }
    }

    fn failing(check: Check, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { check, state: State::Failing, found: found.into(), todo: Some(todo.into()) }
    }
}

/// All that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// When, by this machine's clock.
    pub at: String,
    /// The version of the program.
    pub version: &'static str,
    /// The worst of the findings.
    pub state: State,
    pub findings: Vec<Finding>,
}

impl Report {
    /// For people: a line for each finding, and one for what to do.
    pub fn text(&self) -> String {
        let mut text = format!("server {}, {}\n", self.version, self.at);
        for Finding { check, state, found, todo } in &self.findings {
            let (state, check) = (state.into_str().replace('_', " "), check.into_str());
            // A text can always be written.
            let _ = writeln!(text, "{state:<10}{check:<13}{found}");
            if let Some(todo) = todo {
                let _ = writeln!(text, "{:<23}to do: {todo}", "");
            }
        }
        text
    }
}

/// How to look.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Is asked instead of those of the system.
    pub name_server: Option<SocketAddr>,
    /// By which the DNS finds the key that signs mails.
    pub dkim_selector: Option<String>,
}

/// Looks at everything. What cannot be looked at is in the report.
pub async fn report(config: &Config, options: &Options, clock: &dyn Clock) -> Report {
    let dns = Dns::new(options.name_server);
    let Millis(now) = clock.now();
    let ((stored, database_clock), outside, mail) = tokio::join!(
        stored::findings(config),
        outside::findings(config, &dns, Millis(now)),
        mail::findings(config, &dns, options.dkim_selector.as_deref()),
    );
    let mut findings = stored;
    findings.push(outside::clock(config, database_clock, clock).await);
    findings.extend(outside);
    findings.extend(mail);
    let state = findings.iter().map(|finding| finding.state).max().unwrap_or(State::Ok);
    let state = if state == State::NotAsked { State::Ok } else { state };
    Report { at: Millis(now).timestamp().0, version: env!("CARGO_PKG_VERSION"), state, findings }
}

/// So many seconds, minutes, hours or days, whichever is short.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}
