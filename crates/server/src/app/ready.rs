//! Asks a server that runs on this machine whether it is ready, where there is neither a shell nor curl, as in a container.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
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
    let address = SocketAddr::new(reachable(config.bind.ip()), config.bind.port());
    // A certificate is that of the name by which people reach the server.
    let public = config.public_url.as_ref().and_then(|url| url.host_str()).unwrap_or("localhost");
    let place = match config.has_tls() {
        true => format!("https://{public}:{}", address.port()),
        false => format!("http://{address}"),
    };
    let path = match question {
        Question::Lives => paths::LIVEZ,
        Question::IsReady => paths::READYZ,
    };
    let url = format!("{place}{path}");
    let mut builder =
        outbound::trusting(config.acme_ca_file.as_deref())?.resolve(public, address).timeout(LIMIT);
    if question == Question::Lives {
        // One that waits for its certificate lives.
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    let answer = match builder.build()?.get(url).send().await {
        Ok(answer) => answer,
        Err(error) if question == Question::Lives && is_alert(&error) => return Ok(()),
        Err(error) => {
            return Err(format!("no server answers on {address}: {}", outbound::why(&error)).into());
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

/// Whether somebody answers who speaks TLS, and has no certificate yet.
fn is_alert(error: &reqwest::Error) -> bool {
    std::iter::successors(std::error::Error::source(error), |error| error.source()).any(says_alert)
}

/// An error of reading or writing hides the one that it was made of.
fn says_alert(error: &(dyn std::error::Error + 'static)) -> bool {
    match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(within) => says_alert(within),
        None => matches!(error.downcast_ref(), Some(rustls::Error::AlertReceived(_))),
    }
}

/// The names of what fails.
fn failing(readiness: &Readiness) -> String {
    let Readiness { writer, reader, disk, mail, jobs, .. } = readiness;
    let checks = [("writer", writer), ("reader", reader), ("disk", disk), ("mail", mail), ("jobs", jobs)];
    let failing = checks.iter().filter(|(_, state)| **state == CheckState::Failing);
    failing.map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Where a server is reached on its own machine that listens on all addresses.
fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}
