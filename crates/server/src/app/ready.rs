//! Asks a server that runs on this machine whether it is ready, where there is neither a shell nor curl, as in a container.

use std::time::Duration;

use api_types::{CheckState, Readiness, paths};

use super::StartError;
use crate::config::Config;
use crate::platform::outbound;

/// The server answers sooner, whatever fails.
const LIMIT: Duration = Duration::from_secs(10);

/// What a server is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// Whether it runs: if not, starting it anew may help.
    Lives,
    /// Whether it can do all of its work.
    IsReady,
}

/// Asks the server of this configuration.
///
/// # Errors
/// When it cannot be reached, or says no, with what fails.
pub async fn ask(config: &Config, question: Question) -> Result<(), StartError> {
    let path = match question {
        Question::Lives => paths::LIVEZ,
        Question::IsReady => paths::READYZ,
    };
    let client = outbound::to_this_machine().timeout(LIMIT).build()?;
    let answer = match client.get(format!("{}{path}", config.own_address())).send().await {
        Ok(answer) => answer,
        // It waits for its first certificate.
        Err(error) if config.acme.is_some() && outbound::is_alert(&error) => match question {
            Question::Lives => return Ok(()),
            Question::IsReady => {
                return Err("the server has no certificate yet; if that lasts, its log says why".into());
            }
        },
        Err(error) => {
            return Err(format!("no server answers on {}: {}", config.bind, outbound::why(&error)).into());
        }
    };
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let body = outbound::body(answer, 1 << 16).await?;
    Err(match serde_json::from_slice::<Readiness>(&body) {
        Ok(readiness) => format!("the server is not ready: {}", failing(&readiness)),
        Err(_) => format!("the server is not ready: it answers {status}"),
    }
    .into())
}

/// The names of what fails.
fn failing(readiness: &Readiness) -> String {
    let Readiness { writer, reader, disk, mail, jobs, .. } = readiness;
    let checks = [("writer", writer), ("reader", reader), ("disk", disk), ("mail", mail), ("jobs", jobs)];
    let failing = checks.iter().filter(|(_, state)| **state == CheckState::Failing);
    failing.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}
