//! How the server is reached, and how its clock compares to others.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use api_types::paths;
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
/// The end of a certificate that an operator renews is near for at most this time: there are some that last longer.
const SOON: i64 = 14 * 86_400;
/// Of the time of a certificate, this part is left when its end is near. A third is left when one is renewed by itself.
const LAST_PART: i64 = 6;
/// Codes of authenticator apps and Salesforce's sign-in stand a clock that is so wrong.
const TOLERATED: u64 = 30;
/// With so much they fail, and links end at other times than they say.
const WRONG: u64 = 300;

pub(super) async fn findings(config: &Config, dns: &Dns, now: Millis) -> Vec<Finding> {
    let (port, names, certificate) = tokio::join!(port(config), names(config, dns), certificate(config, now));
    vec![port, names, certificate]
}

/// Whether a server may and can listen there.
async fn port(config: &Config) -> Finding {
    if let Err(refusal) = config.check_reach() {
        return Finding::failing(Check::Port, "the server does not start with these settings", refusal);
    }
    let found = listening(config).await;
    if let Some(bind) = config.metrics.filter(|_| found.state == State::Ok)
        && let Err(error) = TcpListener::bind(bind).await
        && (error.kind() != std::io::ErrorKind::AddrInUse || !is_alive(config).await)
    {
        let todo = "choose an address of this machine that nothing else listens at: MSI_METRICS";
        return Finding::failing(Check::Port, format!("{bind}, where metrics are read: {error}"), todo);
    }
    let bind = config.bind;
    if found.state == State::Ok && config.acme.is_some() && bind.ip().to_canonical().is_loopback() {
        let todo = "listen where port 443 of the public address leads, as with MSI_BIND=0.0.0.0:443, unless another program on this \
                    machine passes its connections on unchanged";
        let found = format!(
            "{bind} is reached from this machine alone, and the authority of MSI_ACME asks from outside"
        );
        return Finding::warning(Check::Port, found, todo);
    }
    found
}

/// Whether a server listens there, or could.
async fn listening(config: &Config) -> Finding {
    let bind = config.bind;
    match TcpListener::bind(bind).await {
        Ok(_) => Finding::ok(Check::Port, format!("{bind} is free: no server runs there")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            if is_alive(config).await {
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

async fn is_alive(config: &Config) -> bool {
    let Ok(client) = outbound::to_this_machine().timeout(PATIENCE).build() else { return false };
    match client.get(format!("{}{}", config.own_address(), paths::LIVEZ)).send().await {
        Ok(answer) => answer.text().await.is_ok_and(|text| text == "ok\n"),
        // It waits for its first certificate.
        Err(error) => config.acme.is_some() && outbound::is_alert(&error),
    }
}

/// Whether the names of the configuration are known.
async fn names(config: &Config, dns: &Dns) -> Finding {
    // One that cannot be read is told of as the mail server.
    let smtp = config.mail_server().ok().flatten();
    let urls = [&config.public_url, &config.console_url, &smtp];
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
        (Some(path), _) => match config.tls().and_then(|_| first_of(path)) {
            Ok(certificate) => lasts(&certificate, &path.display().to_string(), Source::Given, now),
            Err(error) => Finding::failing(
                check,
                error,
                "name the file of the certificate and that of its key, in PEM: MSI_TLS_CERTIFICATE, MSI_TLS_KEY",
            ),
        },
        (None, Some(url)) if url.scheme() == "https" => of_proxy(url, now).await,
        _ => Finding::not_asked(check, "the server is reached without TLS"),
    }
}

/// Of the one that the server orders.
fn ordered(config: &Config, now: Millis) -> Finding {
    let (check, todo) = (Check::Certificate, Source::Ordered.todo());
    let found = config.certified_name().and_then(|name| Certificate::look(name, &config.data));
    match found {
        Ok(Some(Stored { certificate, directory })) => {
            let found = lasts(&certificate, "the one that was issued", Source::Ordered, now);
            match found.state {
                State::Ok if directory.as_deref() != config.acme.as_ref().map(Url::as_str) => {
                    Finding::warning(check, "it is not from the authority of MSI_ACME", OF_ANOTHER)
                }
                _ => found,
            }
        }
        Ok(None) => Finding::failing(check, "none has been issued yet", todo),
        Err(why) => Finding::failing(check, format!("the stored one: {why}"), todo),
    }
}

const OF_ANOTHER: &str = "restart the server, so that it orders another one; where it has been restarted, its \
                          log says why there is none";

/// Who renews a certificate.
#[derive(Clone, Copy)]
enum Source {
    /// The operator, or a proxy.
    Given,
    /// The server.
    Ordered,
}

impl Source {
    fn todo(self) -> &'static str {
        match self {
            Self::Given => "renew it; the server takes a new one at its next start",
            Self::Ordered => {
                "look whether the name leads to this machine, and its port 443 is reached from outside; the log of \
                 the server has the words of the authority"
            }
        }
    }

    /// How many seconds before its end a certificate is worth a warning, of those that it lasts. Before that, it may well
    /// be renewed in time.
    fn soon(self, lifetime: i64) -> i64 {
        match self {
            Self::Given => SOON.min(lifetime / LAST_PART),
            Self::Ordered => lifetime / LAST_PART,
        }
    }
}

fn first_of(path: &Path) -> Result<Vec<u8>, String> {
    let certificate =
        CertificateDer::from_pem_file(path).map_err(|error| format!("{}: {error}", path.display()))?;
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
        Some(certificate) => lasts(certificate, url.as_str(), Source::Given, now),
        None => Finding::not_asked(Check::Certificate, format!("{url} shows none")),
    }
}

/// How long a certificate lasts.
fn lasts(certificate: &[u8], of: &str, source: Source, now: Millis) -> Finding {
    let (check, todo) = (Check::Certificate, source.todo());
    let Ok((_, certificate)) = parse_x509_certificate(certificate) else {
        return Finding::failing(check, format!("{of}: it cannot be read"), "have it issued anew");
    };
    let validity = certificate.validity();
    let (begins, ends) = (validity.not_before.timestamp(), validity.not_after.timestamp());
    let left = ends - now.0.div_euclid(1000);
    match u64::try_from(left) {
        Err(_) | Ok(0) => {
            Finding::failing(check, format!("{of}: it ended {} ago", span(left.unsigned_abs())), todo)
        }
        Ok(seconds) if left < source.soon(ends - begins) => {
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
    use std::sync::Arc;

    use super::*;
    use crate::config::tests::config;
    use crate::platform::tls;

    #[test]
    fn a_certificate_that_ends_soon_or_has_ended_is_told() {
        let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2030, 1, 31);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let at = |day: u8| {
            let date = time::Date::from_calendar_date(2030, time::Month::January, day).unwrap();
            let now = Millis(date.midnight().assume_utc().unix_timestamp() * 1000);
            let found = lasts(certificate.der(), "here", Source::Given, now);
            (found.state, found.found)
        };
        assert_eq!(at(1), (State::Ok, "here: it lasts 30 days".to_owned()));
        assert_eq!(at(21), (State::Warning, "here: it ends in 10 days".to_owned()));
        assert_eq!(at(31).0, State::Failing);
    }

    #[test]
    fn n7_a_certificate_that_is_renewed_in_time_is_no_reason_to_warn() {
        let state = |days: u8, left: u8, source: Source| {
            let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
            params.not_before = rcgen::date_time_ymd(2030, 1, 1);
            params.not_after = params.not_before + Duration::from_secs(86_400) * u32::from(days);
            let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
            let now = params.not_after - Duration::from_secs(86_400) * u32::from(left);
            lasts(certificate.der(), "here", source, Millis(now.unix_timestamp() * 1000)).state
        };
        for (days, left, ordered, given) in [
            (90, 30, State::Ok, State::Ok),
            (90, 15, State::Ok, State::Ok),
            (90, 14, State::Warning, State::Ok),
            (90, 13, State::Warning, State::Warning),
            // Of short life.
            (6, 6, State::Ok, State::Ok),
            (12, 2, State::Ok, State::Ok),
            (12, 1, State::Warning, State::Warning),
            // Of long life.
            (240, 39, State::Warning, State::Ok),
            (240, 0, State::Failing, State::Failing),
        ] {
            let found = [Source::Ordered, Source::Given].map(|source| state(days, left, source));
            assert_eq!(found, [ordered, given], "{left} of {days} days");
        }
    }

    #[tokio::test]
    async fn n7_a_server_that_waits_for_its_first_certificate_is_no_other_program() {
        let folder = tempfile::tempdir().unwrap();
        let directory = "https://ca.example.com/directory";
        let none = Certificate::load("actions.example.com", &directory.parse().unwrap(), folder.path());
        let tls = tls::acceptor_of(Arc::new(none)).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bind = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                assert!(tls.accept(stream).await.is_err());
            }
        });
        let reached = ["--bind", &bind, "--public-url", "https://actions.example.com"];
        let seen = async |more: &[&str]| listening(&config(&[&reached, more].concat()).unwrap()).await.state;
        assert_eq!(seen(&["--acme", directory]).await, State::Ok);
        let given = ["--tls-certificate", "tls.pem", "--tls-key", "tls.key"];
        assert_eq!(seen(&given).await, State::Failing, "one with a certificate");
        assert_eq!(seen(&[]).await, State::Failing, "one without TLS");
    }
}
