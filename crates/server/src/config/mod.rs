//! The settings of the server, from its command line and environment.

pub mod backups;
pub(crate) mod origins;
mod retention;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderMap;
use hosting::{Origin, is_loopback};
use instant_acme::LetsEncrypt;
use ipnet::IpNet;
use tokio_rustls::TlsAcceptor;
use url::Url;

use crate::platform::destinations::Allowed;
pub use crate::platform::place::{DatabaseUrl, Place};
use crate::platform::proxy::{self, ForwardedHeader};
pub use crate::platform::secret_url::SecretUrl;
use crate::platform::tls;
use crate::platform::url::below;
use crate::sandbox_mode::{NO_MAIL_SERVER, SandboxConfig};
pub use backups::BackupConfig;
pub use retention::RetentionConfig;

/// The settings of `serve`. Every option is also read from the environment as `MSI_` and its name.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "MSI_BIND", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,
    /// Address on which Prometheus reads /metrics, and nothing else is served: one that only it reaches. Without it there is none.
    #[arg(long, env = "MSI_METRICS")]
    pub metrics: Option<SocketAddr>,
    /// Certificate for TLS, in PEM, with those that lead to a trusted one. Without it the server speaks HTTP, on loopback alone.
    #[arg(long, env = "MSI_TLS_CERTIFICATE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The key of the certificate, in PEM.
    #[arg(long, env = "MSI_TLS_KEY", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// Authority that issues the certificate for TLS by ACME: letsencrypt, whose terms are accepted by that, or the address of
    /// another one's directory. It must reach the server under its public address at port 443.
    #[arg(long, env = "MSI_ACME", value_parser = acme_directory, conflicts_with = "tls_certificate")]
    pub acme: Option<Url>,
    /// Authorities, in PEM, by which the directory is trusted, where the machine does not trust them.
    #[arg(long, env = "MSI_ACME_CA_FILE", requires = "acme")]
    pub acme_ca_file: Option<PathBuf>,
    /// Folder for the database, the token key and the sandbox's mailbox.
    #[arg(long, env = "MSI_DATA", default_value = "data")]
    pub data: PathBuf,
    /// The database, where it is not in that folder: postgres://user:password@host:port/name, of PostgreSQL 15 or later.
    #[arg(long, env = "MSI_DATABASE", hide_env_values = true)]
    pub database: Option<DatabaseUrl>,
    /// How long PostgreSQL may take to answer; tests are less patient.
    #[arg(skip)]
    pub database_patience: Option<Duration>,
    /// How long Marketo and Salesforce may say nothing, where that is less than the limit of a call; tests are less patient.
    #[arg(skip)]
    pub services_patience: Option<Duration>,
    /// Folder of the built app. Without it only the API is served.
    #[arg(long, env = "MSI_DIST")]
    pub dist: Option<PathBuf>,
    /// Address under which browsers reach the server.
    #[arg(long, env = "MSI_PUBLIC_URL")]
    pub public_url: Option<Url>,
    /// How the public address names this machine where none is given; tests that look at sites take the number.
    #[arg(skip)]
    pub loopback: Loopback,
    /// Address under which people open the console, where another host serves it; links in mails begin with it.
    #[arg(long, env = "MSI_CONSOLE_URL", value_parser = console_url)]
    pub console_url: Option<Url>,
    /// Further origins whose pages may call the API, as https://host or https://host:port.
    #[arg(long = "allowed-origin", env = "MSI_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = origins::exact)]
    pub allowed_origins: Vec<String>,
    /// Origins whose pages may embed the panel, as https://host or https://host:port.
    #[arg(long, env = "MSI_EMBEDDERS", value_delimiter = ',')]
    pub embedders: Vec<Origin>,
    /// Proxies in front of the server, as addresses or networks: they say where requests come from.
    #[arg(long = "trusted-proxy", env = "MSI_TRUSTED_PROXIES", value_delimiter = ',', value_parser = proxy::network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The header in which they say it. They must set it themselves; no other one is believed.
    #[arg(long, env = "MSI_FORWARDED_HEADER", value_enum, default_value = "x-forwarded-for")]
    pub forwarded_header: ForwardedHeader,
    /// Connections that may be open at once; beyond that, those go first that wait for a client: of a network that has more
    /// than a quarter, without a complete request, silent for the longest.
    #[arg(long, env = "MSI_CONNECTIONS", default_value = "800")]
    pub connections: NonZeroU32,
    /// How long clients may keep the server waiting; tests are less patient.
    #[arg(skip)]
    pub client_timeouts: ClientTimeouts,
    #[command(flatten)]
    pub sandbox: SandboxConfig,
    /// Mail server, as smtp://user:password@host:port, with ?tls=required, or smtps://.
    #[arg(long, env = "MSI_SMTP", hide_env_values = true)]
    pub smtp: Option<SecretUrl>,
    /// Sender of the mails.
    #[arg(
        long,
        env = "MSI_MAIL_FROM",
        default_value = "Sales Insight Actions <no-reply@sales-insight-actions.example>"
    )]
    pub mail_from: String,
    /// Milliseconds before the first retry of a mail that was deferred; each further one waits up to twice as long.
    #[arg(long, env = "MSI_MAIL_RETRY_MS", default_value_t = 5_000)]
    pub mail_retry_ms: u64,
    /// Megabytes that must be free on the disk of the data folder; with less the server says that it is not ready.
    #[arg(long, env = "MSI_DISK_RESERVE_MB", default_value_t = 200)]
    pub disk_reserve_mb: u64,
    /// How long each step of sending a mail may take; tests are less patient.
    #[arg(skip)]
    pub mail_limits: MailLimits,
    #[command(flatten)]
    pub services: ServicesConfig,
    /// Where webhooks may go beside public addresses, as hosts, addresses or networks; there also by http://.
    #[arg(long = "webhook-allow", env = "MSI_WEBHOOK_ALLOW", value_delimiter = ',')]
    pub webhook_allow: Vec<Allowed>,
    /// How long an endpoint of webhooks may take to answer; tests are less patient.
    #[arg(skip)]
    pub webhook_timeout: WebhookTimeout,
    /// Fill a new account with sample members and raise its limits.
    #[arg(long, env = "MSI_SAMPLE_DATA")]
    pub sample_data: bool,
    #[command(flatten)]
    pub account: AccountConfig,
    #[command(flatten)]
    pub retention: RetentionConfig,
    #[command(flatten)]
    pub backups: BackupConfig,
    /// Minutes without a request after which a session ends.
    #[arg(long, env = "MSI_SESSION_IDLE_MINUTES", default_value_t = 30)]
    pub session_idle_minutes: u32,
    /// Hours after which a session ends in any case.
    #[arg(long, env = "MSI_SESSION_HOURS", default_value_t = 12)]
    pub session_hours: u32,
    /// Sign-ins, activations and password resets that may be tried in a minute from one address, and for one account.
    #[arg(long, env = "MSI_CREDENTIALS_PER_MINUTE", default_value = "30")]
    pub credentials_per_minute: NonZeroU32,
    /// Mails that may be sent again in a day, test mails included. First sends are not counted.
    #[arg(long, env = "MSI_RESENDS_PER_DAY", default_value = "1000")]
    pub resends_per_day: NonZeroU32,
    /// Requests that one session may make in a second, on average; as many sessions of panels may an API key open.
    #[arg(long, env = "MSI_REQUESTS_PER_SECOND", default_value = "100")]
    pub requests_per_second: NonZeroU32,
    /// The keys of tokens, as name:key pairs, from the environment alone; a file in the data folder when left out.
    #[arg(skip)]
    pub token_keys: Option<String>,
    /// How hard passwords are to guess from their hashes; tests take the easy way.
    #[arg(skip)]
    pub password_cost: PasswordCost,
}

/// The services that the account is connected to. Requests go to the hosts named here and to no others. In sandbox mode
/// the stand-ins take the place of what is left out.
#[derive(Clone, Debug, clap::Args)]
pub struct ServicesConfig {
    /// Where people of a Salesforce org in production sign in.
    #[arg(long, env = "MSI_SALESFORCE_LOGIN_URL")]
    pub salesforce_login_url: Option<Url>,
    /// Where people of a Salesforce sandbox sign in.
    #[arg(long, env = "MSI_SALESFORCE_TEST_URL")]
    pub salesforce_test_url: Option<Url>,
    /// Consumer key of the external client app in Salesforce.
    #[arg(long, env = "MSI_SALESFORCE_CLIENT_ID")]
    pub salesforce_client_id: Option<String>,
    /// Its consumer secret, from the environment alone, as all secrets: a command line can be seen by others.
    #[arg(skip)]
    pub salesforce_client_secret: Option<String>,
    /// Consumer key of the app for sandboxes, where the first one is of one org only. Its secret is in
    /// MSI_SALESFORCE_TEST_CLIENT_SECRET.
    #[arg(long, env = "MSI_SALESFORCE_TEST_CLIENT_ID")]
    pub salesforce_test_client_id: Option<String>,
    #[arg(skip)]
    pub salesforce_test_client_secret: Option<String>,
    /// Apps of single orgs, from the environment alone: acme.my.salesforce.com=key:secret, separated by white space.
    #[arg(skip)]
    pub salesforce_apps: Option<String>,
    /// What the hosts of orgs end in besides .my.salesforce.com, separated by commas: those of government clouds.
    #[arg(long, env = "MSI_SALESFORCE_MY_DOMAIN_ENDS", value_delimiter = ',')]
    pub salesforce_my_domain_ends: Vec<String>,
    /// Id of the version of the Marketo Sales Insight package that orgs are led to install, 04t and more, in place of its
    /// listing on AppExchange.
    #[arg(long, env = "MSI_SALESFORCE_PACKAGE_VERSION", value_parser = package_version)]
    pub salesforce_package_version: Option<String>,
    /// Minutes between two checks of a connection to Salesforce.
    #[arg(long, env = "MSI_SALESFORCE_CHECK_MINUTES", default_value = "15")]
    pub salesforce_check_minutes: NonZeroU32,
    /// Address of a Marketo instance, with {munchkin} for its Munchkin Account ID.
    #[arg(long, env = "MSI_MARKETO_URL")]
    pub marketo_url: Option<String>,
    /// Munchkin Account ID of the account's Marketo instance.
    #[arg(long, env = "MSI_MARKETO_MUNCHKIN_ID")]
    pub marketo_munchkin_id: Option<String>,
    /// Client ID of the API user that may read Marketo's users. Its secret is in MSI_MARKETO_PLATFORM_SECRET.
    #[arg(long, env = "MSI_MARKETO_PLATFORM_CLIENT_ID")]
    pub marketo_platform_client_id: Option<String>,
    #[arg(skip)]
    pub marketo_platform_secret: Option<String>,
    /// Client ID of the account's Integration Information. Its secret is in MSI_MARKETO_INTEGRATION_SECRET.
    #[arg(long, env = "MSI_MARKETO_INTEGRATION_CLIENT_ID")]
    pub marketo_integration_client_id: Option<String>,
    #[arg(skip)]
    pub marketo_integration_secret: Option<String>,
    /// Minutes after which the connection to Marketo is tried again.
    #[arg(long, env = "MSI_MARKETO_CHECK_MINUTES", default_value = "15")]
    pub marketo_check_minutes: NonZeroU32,
    /// The keyring for stored secrets, as name:key pairs; a file in the data folder when left out.
    #[arg(skip)]
    pub secret_keys: Option<String>,
}

/// Reads the id of a package's version: 15 or 18 letters and digits that begin with 04t.
fn package_version(text: &str) -> Result<String, String> {
    let is_id = matches!(text.len(), 15 | 18) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_id && text.starts_with("04t") {
        return Ok(text.to_owned());
    }
    Err("not the id of a package's version: 15 or 18 letters and digits that begin with 04t".to_owned())
}

impl ServicesConfig {
    /// The address of an instance of Marketo, with something in the place of its Munchkin Account ID.
    fn marketo(&self) -> Result<Option<Url>, String> {
        let url = self.marketo_url.as_ref().map(|url| Url::parse(&url.replace("{munchkin}", "x")));
        url.transpose().map_err(|error| format!("--marketo-url: {error}"))
    }

    /// Whether it is on this machine.
    pub(crate) fn is_marketo_here(&self) -> bool {
        self.marketo().is_ok_and(|url| url.is_some_and(|url| is_loopback(&url)))
    }

    /// Refuses services that would be asked unencrypted, but on this machine.
    pub(crate) fn check(&self) -> Result<(), String> {
        let marketo = self.marketo()?;
        for (option, url) in [
            ("--salesforce-login-url", &self.salesforce_login_url),
            ("--salesforce-test-url", &self.salesforce_test_url),
            ("--marketo-url", &marketo),
        ] {
            if url.as_ref().is_some_and(|url| url.scheme() != "https" && !is_loopback(url)) {
                return Err(format!(
                    "{option} is not HTTPS: secrets could be read on the way. Give an https:// address"
                ));
            }
        }
        let is_label = |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_lowercase());
        let is_end = |end: &String| end.strip_prefix(".my.salesforce.").is_some_and(is_label);
        if let Some(end) = self.salesforce_my_domain_ends.iter().find(|end| !is_end(end)) {
            return Err(format!("--salesforce-my-domain-ends: {end} is not like .my.salesforce.mil"));
        }
        Ok(())
    }

    fn add_secrets(&mut self, secret: &SecretOf<'_>) -> Result<(), String> {
        self.salesforce_client_secret = secret("MSI_SALESFORCE_CLIENT_SECRET")?;
        self.salesforce_test_client_secret = secret("MSI_SALESFORCE_TEST_CLIENT_SECRET")?;
        self.salesforce_apps = secret("MSI_SALESFORCE_APPS")?;
        self.marketo_platform_secret = secret("MSI_MARKETO_PLATFORM_SECRET")?;
        self.marketo_integration_secret = secret("MSI_MARKETO_INTEGRATION_SECRET")?;
        self.secret_keys = secret("MSI_SECRET_KEYS")?;
        Ok(())
    }
}

/// A place with the address of the database from the file that the environment names, where there is one.
///
/// # Errors
/// When the file cannot be read, or the address is given twice.
pub fn with_secrets_of_environment(place: Place) -> Result<Place, String> {
    let secret = |name: &str| secret(of_environment, name);
    let token_keys = secret("MSI_TOKEN_KEYS")?;
    let secret_keys = secret("MSI_SECRET_KEYS")?;
    let database = secret_url(place.database, of_environment, "MSI_DATABASE")?;
    Ok(Place { database, token_keys, secret_keys, ..place })
}

/// The keyring of the environment, where it is there.
///
/// # Errors
/// When its file cannot be read, or it is given twice.
pub fn secret_keys_of_environment() -> Result<Option<String>, String> {
    secret(of_environment, "MSI_SECRET_KEYS")
}

fn of_environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// An address that was given, by an option or its variable, or else the one of the file that another variable names.
fn secret_url(
    given: Option<SecretUrl>,
    variable: impl Fn(&str) -> Option<String>,
    name: &str,
) -> Result<Option<SecretUrl>, String> {
    let variable = |asked: &str| match &given {
        Some(url) if asked == name => Some(url.text().to_owned()),
        _ => variable(asked),
    };
    Ok(secret(variable, name)?.map(SecretUrl::from))
}

/// What finds a secret by the name of its variable.
type SecretOf<'a> = dyn Fn(&str) -> Result<Option<String>, String> + 'a;

/// A secret: the value of a variable or, with `_FILE` after its name, what is in the file that it names, as a vault or the
/// system's manager of services puts it there.
fn secret(variable: impl Fn(&str) -> Option<String>, name: &str) -> Result<Option<String>, String> {
    let value = |name: &str| variable(name).filter(|value| !value.is_empty());
    let file = format!("{name}_FILE");
    match (value(name), value(&file)) {
        (Some(_), Some(_)) => Err(format!("{name} and {file} are both set: give one of them")),
        (Some(secret), None) => Ok(Some(secret)),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(format!("{file}: {path}: {error}")),
        },
        (None, None) => Ok(None),
    }
}

/// What a new account is made of. An account that exists keeps what it has, but for limits that are given.
#[derive(Clone, Debug, clap::Args)]
pub struct AccountConfig {
    /// Name of the account.
    #[arg(long, env = "MSI_ACCOUNT_NAME", default_value = "Sales Insight Actions")]
    pub account_name: String,
    /// Address of the first Marketo Admin.
    #[arg(long, env = "MSI_ADMIN_EMAIL", default_value = "marketo.admin@example.com")]
    pub admin_email: String,
    /// Seats of the account: 100 at first.
    #[arg(long, env = "MSI_SEATS")]
    pub seats: Option<u32>,
    /// Teams of the account: 20 at first.
    #[arg(long, env = "MSI_TEAMS")]
    pub teams: Option<u32>,
}

/// What a machine calls itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loopback {
    /// `localhost`, for which browsers make passkeys.
    #[default]
    Name,
    /// Its address.
    Number,
}

/// How long clients may keep the server waiting.
#[derive(Clone, Copy, Debug)]
pub struct ClientTimeouts {
    /// For the head of a request that has begun, and for the first one of a connection.
    pub head: Duration,
    /// For the next request. Longer than proxies keep a connection: a proxy should end it, not lose a request on it.
    pub idle: Duration,
    /// To read any part of a response.
    pub answer: Duration,
}

impl Default for ClientTimeouts {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(20),
            idle: Duration::from_secs(180),
            answer: Duration::from_secs(60),
        }
    }
}

/// How long each step of sending a mail may take.
#[derive(Clone, Copy, Debug)]
pub struct MailLimits {
    /// To connect, to encrypt, to sign in: each.
    pub connect: Duration,
    /// To answer a command.
    pub command: Duration,
    /// To accept a message and to reply. With too short a limit, it stays unknown whether the mail was accepted.
    pub answer: Duration,
}

impl MailLimits {
    pub(crate) const DEFAULT: Self = Self {
        connect: Duration::from_secs(30),
        command: Duration::from_secs(60),
        answer: Duration::from_secs(180),
    };

    /// The longest time that a mail can take: three steps to connect, a command on a dead connection, three to send the
    /// envelope, the message, and one to start again.
    pub(crate) const fn whole(self) -> Duration {
        let (connect, command) = (self.connect.as_secs(), self.command.as_secs());
        Duration::from_secs(3 * connect + 5 * command + self.answer.as_secs())
    }
}

impl Default for MailLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How long an endpoint of webhooks may take to answer.
#[derive(Clone, Copy, Debug)]
pub struct WebhookTimeout(pub Duration);

impl Default for WebhookTimeout {
    fn default() -> Self {
        Self(Duration::from_secs(10))
    }
}

/// The cost of password hashing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PasswordCost {
    /// The library's recommendation.
    #[default]
    Full,
    /// The cheapest there is.
    Test,
}

/// Reads the address under which the console is opened: that of a folder, which ends with a slash.
///
/// # Errors
/// When links to it would not lead to the console, or not safely.
pub fn console_url(text: &str) -> Result<Url, String> {
    let mut console = Url::parse(text).map_err(|error| error.to_string())?;
    if !(console.scheme() == "https" || console.scheme() == "http" && is_loopback(&console)) {
        return Err("it is not HTTPS: links in mails sign people in. Give the https:// address under which the console \
            is opened"
            .to_owned());
    }
    if console.query().is_some() || console.fragment().is_some() {
        return Err("give the address of the console's folder alone, like https://www.example.com/console/"
            .to_owned());
    }
    if !console.path().ends_with('/') {
        console.set_path(&format!("{}/", console.path()));
    }
    Ok(console)
}

impl Config {
    /// Adds the secrets of the environment.
    ///
    /// # Errors
    /// When a file of one cannot be read, or one is given twice.
    pub fn with_secrets_of_environment(mut self) -> Result<Self, String> {
        let secret = |name: &str| secret(of_environment, name);
        self.services.add_secrets(&secret)?;
        self.token_keys = secret("MSI_TOKEN_KEYS")?;
        self.database = secret_url(self.database, of_environment, "MSI_DATABASE")?;
        self.smtp = secret_url(self.smtp, of_environment, "MSI_SMTP")?;
        Ok(self)
    }

    /// The mail server.
    ///
    /// # Errors
    /// When its address cannot be read. It is not shown: it may hold a password.
    pub(crate) fn mail_server(&self) -> Result<Option<Url>, String> {
        let given = self.smtp.as_ref().map(SecretUrl::text).filter(|text| !text.is_empty());
        given.map(Url::parse).transpose().map_err(|error| {
            format!(
                "MSI_SMTP is not the address of a mail server ({error}): give one like \
                 smtp://user:password@host:587?tls=required, and write special characters of the password as % and their code, \
                 such as %40 for @ and %2F for /"
            )
        })
    }

    /// Where its data is.
    pub fn place(&self) -> Place {
        Place {
            folder: self.data.clone(),
            database: self.database.clone(),
            token_keys: self.token_keys.clone(),
            secret_keys: self.services.secret_keys.clone(),
            patience: self.database_patience,
        }
    }

    /// Refuses settings that would endanger users, and says what to do instead.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(refusal) = self.sandbox.refusal() {
            return Err(refusal.to_owned());
        }
        if self.mail_server()?.is_none() && !self.sandbox.is_on() {
            return Err(NO_MAIL_SERVER.to_owned());
        }
        self.services.check()?;
        self.check_reach()
    }

    /// The part of [`Self::check`] that is about where the server listens and under which address people reach it.
    pub(crate) fn check_reach(&self) -> Result<(), String> {
        let is_local = self.bind.ip().to_canonical().is_loopback();
        let bind = self.bind;
        if self.sandbox.is_on() && !is_local {
            return Err(format!(
                "--sandbox and --bind {bind} do not go together: in sandbox mode everybody who reaches the server reads \
                 every mail, with the links in them, and can make it fail. It runs on loopback only, as with --bind \
                 127.0.0.1:8080. For real people leave --sandbox out and give --smtp"
            ));
        }
        if self.acme.is_some() {
            self.certified_name()?;
        }
        if !is_local && !self.has_tls() {
            return Err(format!(
                "--bind {bind} is open to other machines, and what they send could be read on the way: give --tls-certificate \
                 and --tls-key, or --acme letsencrypt, or listen on loopback, as with --bind 127.0.0.1:8080, behind a web server on the same machine"
            ));
        }
        let Some(url) = &self.public_url else {
            if is_local {
                return Ok(());
            }
            return Err(format!(
                "--bind {bind} is open to other machines: say under which address people reach the server, as with \
                 --public-url https://actions.example.com"
            ));
        };
        match url.scheme() {
            "https" | "http" if self.sandbox.is_on() && !is_loopback(url) => Err(format!(
                "--sandbox and --public-url {url} do not go together: in sandbox mode everybody who reaches the server \
                 reads every mail, with the links in them, and can make it fail. It runs under localhost or a loopback \
                 address only. For real people leave --sandbox out and give --smtp"
            )),
            "https" => Ok(()),
            "http" if is_loopback(url) => Ok(()),
            "http" => Err(format!(
                "--public-url {url} is not HTTPS: passwords and sessions could be read on the way. Put a web server that \
                 does TLS in front, and give its https:// address"
            )),
            _ => Err(format!("--public-url {url} is no https:// address")),
        }
    }

    /// Whether connections to this server are encrypted by itself.
    pub(crate) const fn has_tls(&self) -> bool {
        self.tls_certificate.is_some() || self.acme.is_some()
    }

    /// Where this server is asked on its own machine, also where it listens on all addresses.
    pub(crate) fn own_address(&self) -> String {
        let ip = match self.bind.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        let scheme = if self.has_tls() { "https" } else { "http" };
        format!("{scheme}://{}", SocketAddr::new(ip, self.bind.port()))
    }

    /// The name for which a certificate is ordered.
    pub(crate) fn certified_name(&self) -> Result<&str, String> {
        let url = self.public_url.as_ref().filter(|url| url.scheme() == "https");
        url.and_then(Url::domain).ok_or_else(|| {
            "--acme orders a certificate for the name in the public address: give --public-url, as in \
             https://actions.example.com"
                .to_owned()
        })
    }

    /// What encrypts connections to this server by a certificate that it was given.
    pub(crate) fn tls(&self) -> Result<Option<TlsAcceptor>, String> {
        let files = self.tls_certificate.as_deref().zip(self.tls_key.as_deref());
        files.map(|(certificate, key)| tls::acceptor(certificate, key)).transpose()
    }

    /// Where a request comes from.
    pub(crate) fn client(&self, peer: IpAddr, head: &HeaderMap) -> IpAddr {
        proxy::client(&self.trusted_proxies, self.forwarded_header, peer, head)
    }

    /// Where people open the console: this server, unless another host serves it.
    pub(crate) fn console<'a>(&'a self, public_url: &'a Url) -> &'a Url {
        self.console_url.as_ref().unwrap_or(public_url)
    }

    /// The URL of the callback from Salesforce.
    pub(crate) fn redirect_uri(public_url: &Url) -> String {
        below(public_url, "/oauth/callback")
    }

    pub(crate) fn session_idle(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_idle_minutes) * 60)
    }

    pub(crate) fn session_lifetime(&self) -> Duration {
        Duration::from_secs(u64::from(self.session_hours) * 3600)
    }
}

/// The directory of an authority.
fn acme_directory(text: &str) -> Result<Url, String> {
    if text == "letsencrypt" {
        return Url::parse(LetsEncrypt::Production.url()).map_err(|error| error.to_string());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "https" => Ok(url),
        _ => Err("an authority is asked over https:// alone".to_owned()),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use clap::{Args as _, Command, FromArgMatches as _};

    use super::*;

    /// The settings of a command line.
    pub(crate) fn config(words: &[&str]) -> Result<Config, clap::Error> {
        let command = Config::augment_args(Command::new("serve"));
        Config::from_arg_matches(&command.try_get_matches_from([&["serve"], words].concat())?)
    }

    #[test]
    fn s2_the_version_of_the_package_is_checked_by_its_form() {
        let given = |id: &str| config(&["--sandbox", "--salesforce-package-version", id]);
        for id in ["04t5e000000SNDB", "04t5e000000SNDBAA4"] {
            let read = given(id).unwrap().services.salesforce_package_version;
            assert_eq!(read.as_deref(), Some(id));
        }
        for bad in ["04t", "04a5e000000SNDB", "04t5e000000SND?", "04t5e000000SNDBAA4&x=1"] {
            assert!(given(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a1_a_dangerous_address_is_refused_with_what_to_do_instead() {
        const MAIL: &[&str] = &["--smtp", "smtp://localhost"];
        const SANDBOX: &[&str] = &["--sandbox"];
        const TLS: &[&str] =
            &["--smtp", "smtp://localhost", "--tls-certificate", "tls.pem", "--tls-key", "tls.key"];
        const ACME: &[&str] = &["--smtp", "smtp://localhost", "--acme", "letsencrypt"];
        for (kind, words, refusal) in [
            (SANDBOX, &[][..], None),
            (SANDBOX, &["--bind", "127.0.0.2:0"], None),
            (SANDBOX, &["--bind", "[::1]:8080", "--public-url", "http://localhost:8080"], None),
            (SANDBOX, &["--public-url", "https://console.localhost:8443"], None),
            (SANDBOX, &["--bind", "0.0.0.0:8080"], Some("leave --sandbox out")),
            (SANDBOX, &["--bind", "[::]:8080"], Some("leave --sandbox out")),
            (SANDBOX, &["--bind", "192.0.2.1:8080"], Some("leave --sandbox out")),
            (SANDBOX, &["--public-url", "https://actions.example.com"], Some("leave --sandbox out")),
            (SANDBOX, &["--public-url", "http://localhost.example.com"], Some("leave --sandbox out")),
            (MAIL, &[], None),
            (MAIL, &["--public-url", "http://127.0.0.1:8080"], None),
            (MAIL, &["--public-url", "https://actions.example.com"], None),
            (TLS, &["--bind", "0.0.0.0:8080", "--public-url", "https://actions.example.com"], None),
            (TLS, &["--bind", "0.0.0.0:8080"], Some("--public-url https://")),
            (
                MAIL,
                &["--bind", "0.0.0.0:8080", "--public-url", "https://actions.example.com"],
                Some("--tls-certificate"),
            ),
            (MAIL, &["--bind", "[::]:8080"], Some("--tls-certificate")),
            (ACME, &["--bind", "0.0.0.0:443", "--public-url", "https://actions.example.com"], None),
            (ACME, &["--bind", "0.0.0.0:443"], Some("give --public-url")),
            (ACME, &["--public-url", "https://192.0.2.1"], Some("give --public-url")),
            (ACME, &["--public-url", "http://localhost"], Some("give --public-url")),
            (MAIL, &["--public-url", "http://actions.example.com"], Some("https:// address")),
            (MAIL, &["--public-url", "ftp://actions.example.com"], Some("no https:// address")),
            (
                MAIL,
                &["--salesforce-login-url", "http://login.example.com"],
                Some("--salesforce-login-url is not"),
            ),
            (
                MAIL,
                &["--salesforce-test-url", "http://test.example.com"],
                Some("--salesforce-test-url is not"),
            ),
            (MAIL, &["--marketo-url", "http://{munchkin}.example.com"], Some("--marketo-url is not")),
            (MAIL, &["--marketo-url", "http://127.0.0.1:9000/{munchkin}"], None),
            (MAIL, &["--marketo-url", "https://{munchkin}.mktorest.com"], None),
        ] {
            let checked = config(&[kind, words].concat()).unwrap().check();
            match refusal {
                None => assert_eq!(checked, Ok(()), "{words:?}"),
                Some(advice) => {
                    assert!(checked.clone().unwrap_err().contains(advice), "{words:?}: {checked:?}")
                }
            }
        }
    }

    #[test]
    fn a1_the_console_is_a_folder_over_https() {
        for (given, read) in [
            ("https://console.example.com", "https://console.example.com/"),
            ("https://console.example.com/x", "https://console.example.com/x/"),
            ("https://console.example.com/x/", "https://console.example.com/x/"),
            ("http://localhost:8081", "http://localhost:8081/"),
        ] {
            assert_eq!(console_url(given).as_ref().map(Url::as_str), Ok(read));
        }
        for (given, advice) in [
            ("http://console.example.com", "is not HTTPS"),
            ("ftp://console.example.com", "is not HTTPS"),
            ("https://console.example.com/#x", "the console's folder"),
            ("https://console.example.com/?x", "the console's folder"),
            ("console.example.com", "relative URL"),
        ] {
            assert!(console_url(given).unwrap_err().contains(advice), "{given}: {:?}", console_url(given));
        }
    }

    #[test]
    fn a12_trusted_proxies_are_addresses_or_networks_and_one_header_is_theirs() {
        let read = config(&["--sandbox", "--trusted-proxy", "10.0.0.0/8,::1"]).unwrap();
        let shown: Vec<_> = read.trusted_proxies.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.0/8", "::1/128"]);
        assert_eq!(read.forwarded_header, ForwardedHeader::XForwardedFor);
        let other = config(&["--sandbox", "--forwarded-header", "forwarded"]).unwrap();
        assert_eq!(other.forwarded_header, ForwardedHeader::Forwarded);
        assert!(config(&["--sandbox", "--trusted-proxy", "our-proxy"]).is_err());
    }

    #[test]
    fn a26_a_secret_may_be_in_a_file_that_a_vault_has_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "hunter2 \n").unwrap();
        let found = |variables: &[(&str, &str)]| {
            let of = |name: &str| {
                variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
            };
            secret(of, "MSI_SMTP")
        };
        let path = file.to_str().unwrap();
        assert_eq!(found(&[]), Ok(None));
        assert_eq!(found(&[("MSI_SMTP", "plain")]), Ok(Some("plain".to_owned())));
        let read = found(&[("MSI_SMTP", ""), ("MSI_SMTP_FILE", path)]);
        assert_eq!(read, Ok(Some("hunter2 ".to_owned())), "without its line break");
        let both = found(&[("MSI_SMTP", "plain"), ("MSI_SMTP_FILE", path)]).unwrap_err();
        assert!(both.contains("MSI_SMTP and MSI_SMTP_FILE"), "{both}");
        let gone = found(&[("MSI_SMTP_FILE", "/nowhere/secret")]).unwrap_err();
        assert!(gone.contains("MSI_SMTP_FILE: /nowhere/secret"), "{gone}");
    }

    #[test]
    fn a26_an_address_with_a_password_is_given_once_and_never_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "smtp://of.a.file\n").unwrap();
        let of_file = |name: &str| (name == "MSI_SMTP_FILE").then(|| file.display().to_string());
        let url = |text: &str| SecretUrl::from(text.to_owned());
        let read = |given: Option<SecretUrl>| {
            secret_url(given, of_file, "MSI_SMTP").map(|url| url.map(|url| url.text().to_owned()))
        };
        assert_eq!(read(None), Ok(Some("smtp://of.a.file".to_owned())));
        assert_eq!(read(Some(url(""))), Ok(Some("smtp://of.a.file".to_owned())), "it is set to nothing");
        let both = read(Some(url("smtp://localhost"))).unwrap_err();
        assert!(both.contains("MSI_SMTP and MSI_SMTP_FILE"), "{both}");

        let canary = config(&["--smtp", "smtp://user:canary/4711@mail.example.com"]).unwrap();
        assert!(!format!("{canary:?}").contains("canary"));
        let refusal = canary.check().unwrap_err();
        assert!(refusal.starts_with("MSI_SMTP is not") && refusal.contains("%2F for /"), "{refusal}");
        assert!(!refusal.contains("canary"), "{refusal}");
    }

    #[test]
    fn the_operators_guide_names_every_setting() {
        let guide = include_str!("../../../../docs/operator.md");
        let command = Config::augment_args(Command::new("serve"));
        let settings: Vec<&str> = command
            .get_arguments()
            .filter_map(|argument| argument.get_env()?.to_str())
            .chain([
                "MSI_SALESFORCE_CLIENT_SECRET",
                "MSI_MARKETO_PLATFORM_SECRET",
                "MSI_MARKETO_INTEGRATION_SECRET",
                "MSI_SECRET_KEYS",
                "MSI_TOKEN_KEYS",
            ])
            .collect();
        assert!(settings.len() > 30, "{settings:?}");
        for setting in settings {
            assert!(guide.contains(&format!("`{setting}`")), "{setting}");
        }
    }
}
