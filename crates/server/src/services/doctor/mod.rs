//! Looks at everything that a server needs: beside one that runs, or before a start. For the operator's command line.
//!
//! Nothing is changed, and nobody is asked but what the configuration names.

mod dns;
mod finding;
mod mail;
mod outside;
mod stored;

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde::Serialize;

use crate::config::Config;
use crate::platform::clock::{Clock, Millis};
use dns::Dns;
pub use finding::{Check, Finding, State};

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
    /// What is reported; everything where it is empty.
    pub only: Vec<Check>,
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
    findings.retain(|finding| options.only.is_empty() || options.only.contains(&finding.check));
    let state = findings.iter().map(|finding| finding.state).max().unwrap_or(State::Ok);
    let state = if state == State::NotAsked { State::Ok } else { state };
    Report { at: Millis(now).timestamp().0, version: env!("CARGO_PKG_VERSION"), state, findings }
}
