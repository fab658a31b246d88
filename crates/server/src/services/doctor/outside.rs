//! How the server is reached, and how its clock compares to others.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use reqwest::tls::TlsInfo;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;
use tokio::net::TcpListener;
use url::Url;
use x509_parser::parse_x509_certificate;

use super::dns::{Answer, Dns};
use super::finding::{Check, Finding, State, span};
use crate::config::Config;
use crate::platform::certificate::{Certificate, Stored};
use crate::platform::clock::{Clock, Millis};
use crate::platform::outbound;

/// How long another machine may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// A certificate that ends within this time is worth a warning.
const SOON: i64 = 14 * 86_400;
/// Codes of authenticator apps and Salesforce's sign-in stand a clock that is so wrong.
const TOLERATED: u64 = 30;
/// With so much they fail, and links end at other times than they say.
const WRONG: u64 = 300;

pub(super) async fn findings(config: &Config, dns: &Dns, now: Millis) -> Vec<Finding> {
    let (port, names, certificate) = tokio::join!(port(config), names(config, dns), certificate(config, now));
    vec![port, names, certificate]
}

/// Whether a server listens there, or could.
async fn port(config: &Config) -> Finding {
    let bind = config.bind;
    let scheme = if config.has_tls() { "https" } else { "http" };
    let near =
        if bind.ip().is_unspecified() { SocketAddr::from(([127, 0, 0, 1], bind.port())) } else { bind };
    match TcpListener::bind(bind).await {
        Ok(_) => Finding::ok(Check::Port, format!("{bind} is free: no server runs there")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if is_alive(&format!("{scheme}://{near}/livez")).await {
                Finding::ok(Check::Port, format!("a server answers at {bind}"))
            } else {
                let todo = "end the program that has it (ss -ltnp names it), or choose another one: MSI_BIND";
                Finding::failing(Check::Port, format!("something else listens at {bind}"), todo)
            }
        }
        Err(error) => {
            let todo = "choose an address of this machine, and a port that this user may have: MSI_BIND";
            Finding::failing(Check::Port, format!("{bind}: {error}"), todo)
        }
    }
}

/// Whoever answers there says so, whatever the certificate: it is made for another name.
async fn is_alive(url: &str) -> bool {
    let client = outbound::builder().tls_danger_accept_invalid_certs(true).timeout(PATIENCE).build();
    let Ok(client) = client else { return false };
    let Ok(answer) = client.get(url).send().await else { return false };
    answer.text().await.is_ok_and(|text| text == "ok\n")
}

/// Whether the names of the configuration are known.
async fn names(config: &Config, dns: &Dns) -> Finding {
    let urls = [&config.public_url, &config.console_url, &config.smtp];
    let hosts =
        urls.into_iter().flatten().filter_map(Url::host_str).map(|host| host.trim_matches(['[', ']']));
    let mut hosts: Vec<&str> =
        hosts.filter(|host| *host != "localhost" && host.parse::<IpAddr>().is_err()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    if hosts.is_empty() {
        return Finding::not_asked(Check::Names, "no name but localhost is configured");
    }
    for host in &hosts {
        let found = match dns.addresses(host).await {
            Answer::Found(_) => continue,
            Answer::Nothing => format!("{host} has no address"),
            Answer::Failed(why) => format!("{host}: {why}"),
        };
        let todo = "look whether the name is spelled right, and whether this machine reaches its name server";
        return Finding::failing(Check::Names, found, todo);
    }
    Finding::ok(Check::Names, format!("known: {}", hosts.join(", ")))
}

/// Of the server itself, or of the proxy in front of it.
async fn certificate(config: &Config, now: Millis) -> Finding {
    let check = Check::Certificate;
    if config.acme.is_some() {
        return ordered(config, now);
    }
    match (&config.tls_certificate, &config.public_url) {
        (Some(path), _) => match first_of(path) {
            Ok(certificate) => lasts(&certificate, &path.display().to_string(), GIVEN, now),
            Err(error) => Finding::failing(
                check,
                format!("{}: {error}", path.display()),
                "name a file in PEM: MSI_TLS_CERTIFICATE",
            ),
        },
        (None, Some(url)) if url.scheme() == "https" => of_proxy(url, now).await,
        _ => Finding::not_asked(check, "the server is reached without TLS"),
    }
}

/// Of the one that the server orders.
fn ordered(config: &Config, now: Millis) -> Finding {
    let todo = "look whether the name leads to this machine, and its port 443 is reached from outside; the log of the server has the \
                words of the authority";
    let found = config.certified_name().and_then(|name| Certificate::look(name, &config.data));
    match found {
        Ok(Some(Stored { certificate, directory })) => {
            let found = lasts(&certificate, "the one that was issued", todo, now);
            match found.state {
                State::Ok if directory.as_deref() != config.acme.as_ref().map(Url::as_str) => {
                    Finding::warning(
                        Check::Certificate,
                        "it is not from the authority of MSI_ACME",
                        OF_ANOTHER,
                    )
                }
                _ => found,
            }
        }
        Ok(None) => Finding::failing(Check::Certificate, "none has been issued yet", todo),
        Err(why) => Finding::failing(Check::Certificate, format!("the stored one: {why}"), todo),
    }
}

const OF_ANOTHER: &str = "restart the server, so that it orders another one; where it has been restarted, its \
                          log says why there is none";
const GIVEN: &str = "renew it; the server takes a new one at its next start";

fn first_of(path: &Path) -> Result<Vec<u8>, String> {
    let certificate = CertificateDer::from_pem_file(path).map_err(|error| error.to_string())?;
    Ok(certificate.to_vec())
}

async fn of_proxy(url: &Url, now: Millis) -> Finding {
    let client = match outbound::builder().tls_info(true).timeout(PATIENCE).build() {
        Ok(client) => client,
        Err(error) => return Finding::not_asked(Check::Certificate, error.to_string()),
    };
    let answer = match client.head(url.clone()).send().await {
        Ok(answer) => answer,
        Err(error) => {
            let todo = "look whether the proxy runs, and whether its certificate is for this name and from an authority";
            let why = std::iter::successors(std::error::Error::source(&error), |error| error.source()).last();
            let why = why.map_or_else(|| error.to_string(), ToString::to_string);
            return Finding::failing(Check::Certificate, format!("{url}: {why}"), todo);
        }
    };
    let certificate = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
    match certificate {
        Some(certificate) => lasts(certificate, url.as_str(), GIVEN, now),
        None => Finding::not_asked(Check::Certificate, format!("{url} shows none")),
    }
}

/// How long a certificate lasts.
fn lasts(certificate: &[u8], of: &str, todo: &str, now: Millis) -> Finding {
    let check = Check::Certificate;
    let Ok((_, certificate)) = parse_x509_certificate(certificate) else {
        return Finding::failing(check, format!("{of}: it cannot be read"), "have it issued anew");
    };
    let left = certificate.validity().not_after.timestamp() - now.0.div_euclid(1000);
    match u64::try_from(left) {
        Err(_) | Ok(0) => {
            Finding::failing(check, format!("{of}: it ended {} ago", span(left.unsigned_abs())), todo)
        }
        Ok(seconds) if left < SOON => {
            Finding::warning(check, format!("{of}: it ends in {}", span(seconds)), todo)
        }
        Ok(seconds) => Finding::ok(check, format!("{of}: it lasts {}", span(seconds))),
    }
}

/// The clock of this machine, compared to that of the database's server or, on SQLite, to the one that Salesforce answers
/// with.
pub(super) async fn clock(config: &Config, of_database: Option<Millis>, clock: &dyn Clock) -> Finding {
    let (other, whose) = match (of_database, salesforce(config)) {
        (Some(other), _) => (other, "the database's server".to_owned()),
        (None, Some(url)) => match date_of(&url).await {
            Some(other) => (other, url.host_str().unwrap_or_default().to_owned()),
            None => return Finding::not_asked(Check::Clock, format!("{url} does not say what time it is")),
        },
        (None, None) => return Finding::not_asked(Check::Clock, "there is no other one to compare it to"),
    };
    let apart = (clock.now().0 - other.0).unsigned_abs() / 1000;
    let found = format!("{} apart from that of {whose}", span(apart));
    let todo = "have the machine follow a time server, such as by systemd-timesyncd or chrony";
    if apart <= TOLERATED {
        Finding::ok(Check::Clock, found)
    } else if apart <= WRONG {
        Finding::warning(Check::Clock, found, todo)
    } else {
        Finding::failing(Check::Clock, found, todo)
    }
}

/// Where the server asks Salesforce, if it does.
fn salesforce(config: &Config) -> Option<Url> {
    config.services.salesforce_client_id.as_ref()?;
    let usual = || Url::parse("https://login.salesforce.com").ok();
    config.services.salesforce_login_url.clone().or_else(usual)
}

async fn date_of(url: &Url) -> Option<Millis> {
    let client = outbound::builder().timeout(PATIENCE).build().ok()?;
    let answer = client.head(url.clone()).send().await.ok()?;
    let date = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
    let at = OffsetDateTime::parse(date, &Rfc2822).ok()?;
    Some(Millis(at.unix_timestamp() * 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_ends_soon_or_has_ended_is_told() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2030, 1, 31);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let at = |day: u8| {
            let date = time::Date::from_calendar_date(2030, time::Month::January, day).unwrap();
            let now = Millis(date.midnight().assume_utc().unix_timestamp() * 1000);
            let found = lasts(certificate.der(), "here", GIVEN, now);
            (found.state, found.found)
        };
        assert_eq!(at(1), (State::Ok, "here: it lasts 30 days".to_owned()));
        assert_eq!(at(21), (State::Warning, "here: it ends in 10 days".to_owned()));
        assert_eq!(at(31).0, State::Failing);
    }
}
