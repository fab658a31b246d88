//! `server`: runs the backend, prints sign-in links, fits the app to a host, prints the OpenAPI document.

mod configure;
mod setup;

#[cfg(feature = "sandbox")]
use std::io::BufRead as _;
use std::io::{IsTerminal as _, Read, Write as _};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use clap::{Args, Parser, Subcommand};
use server::app::ready::Question;
use server::app::{self, AskedWith, ServicesAsked, StartError};
use server::config::backups::{BackupOptions, RestoreOptions};
use server::config::{self, Config, DatabaseUrl, Place, console_url};
use server::doctor::Check;
use server::{
    Clock, SystemClock, admins, doctor, end_sessions, erase_person, export_person, link_base, moving,
    openapi, promote, reset_factors, sign_in_link,
};
use tracing_subscriber::EnvFilter;
use url::Url;

/// The version by the change log, the commit that it was built from where that is known, and what is built in.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("MSI_COMMIT").map(|commit| format!("commit {commit}"));
    let sandbox = cfg!(feature = "sandbox").then(|| "with sandbox mode, not for production".to_owned());
    let notes: Vec<_> = commit.into_iter().chain(sandbox).collect();
    let version = env!("CARGO_PKG_VERSION");
    if notes.is_empty() { version.to_owned() } else { format!("{version} ({})", notes.join("; ")) }
});

/// The backend of Sales Insight Actions Admin.
#[derive(Parser)]
#[command(name = "server", version = VERSION.as_str())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server. On the first start it makes the account and its first administrator.
    Serve(Box<Config>),
    /// Print a new one-time link that signs in an administrator.
    SignInLink {
        #[command(flatten)]
        place: Place,
        /// The address of the administrator; the first one's when left out.
        #[arg(long)]
        email: Option<String>,
        /// Address under which browsers reach the server; that of its last start when left out.
        #[arg(long, env = "MSI_PUBLIC_URL")]
        public_url: Option<Url>,
        /// Address under which people open the console, where another host serves it: the link leads there. That of the
        /// server's last start when left out.
        #[arg(long, env = "MSI_CONSOLE_URL", value_parser = console_url)]
        console_url: Option<Url>,
    },
    /// List the administrators: address, name, status and last sign-in.
    Admins(Place),
    /// Make an active user an administrator.
    Promote(Person),
    /// End all sessions of a user.
    EndSessions(Person),
    /// Remove all second factors of a user who has lost them: passkeys, authenticator app, recovery codes.
    ResetFactors(Person),
    /// Print everything that is stored about a person, as JSON, without secrets.
    ExportPerson(Person),
    /// Erase a person: delete what is theirs, and put a pseudonym in their place everywhere else.
    ErasePerson {
        #[command(flatten)]
        person: Person,
        /// Go ahead; without it, the command says what it would do.
        #[arg(long)]
        yes: bool,
    },
    /// Make a backup of the database beside a running server, or restore one for trial.
    Backup(Box<BackupOptions>),
    /// Restore a backup where nothing is.
    Restore(Box<RestoreOptions>),
    /// Ask Salesforce and Marketo a few questions that change nothing, and print what they answer, without secrets and people.
    /// Before the first start, only the operator's own credentials are used.
    CheckServices {
        #[command(flatten)]
        config: Box<Config>,
        /// Print the report as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Move the account from the SQLite database in a data folder, whose server is stopped, into an empty PostgreSQL database.
    /// Run again, it goes on where it was stopped.
    Migrate {
        /// The data folder, as a path or as sqlite: and a path.
        #[arg(long, env = "MSI_DATA", default_value = "data", value_parser = moving::folder)]
        from: PathBuf,
        /// The empty database: postgres://user:password@host:port/name.
        #[arg(long, env = "MSI_DATABASE", hide_env_values = true)]
        to: Option<DatabaseUrl>,
        /// Rows that one transaction copies.
        #[arg(long, hide = true, default_value = "10000")]
        portion: NonZeroU32,
    },
    /// Look at everything that a server needs, beside a running one or before a start, with its configuration: data, keys, clock,
    /// names, certificates, mail. Ends with 0 where all is well, 1 with warnings, and 2 where something fails.
    Doctor {
        #[command(flatten)]
        config: Box<Config>,
        /// For programs: the report as JSON.
        #[arg(long)]
        json: bool,
        /// By which the DNS finds the key that signs mails: what stands after s= in a signature.
        #[arg(long)]
        dkim_selector: Option<String>,
        /// Report these alone, separated by commas.
        #[arg(long, value_delimiter = ',')]
        only: Vec<Check>,
        /// A name server that is asked instead of those of the system, with its port.
        #[arg(long)]
        name_server: Option<SocketAddr>,
    },
    /// Ask for the settings that a server needs, try each at once, and write them into a file.
    Setup(setup::Options),
    /// Send a test mail by the configured mail server.
    TestMail {
        #[command(flatten)]
        config: Box<Config>,
        /// Who gets it; without it the first administrator.
        #[arg(long = "to")]
        address: Option<String>,
    },
    /// Ask the server of a configuration that runs on this machine whether it is ready. Ends with 0 if so, and otherwise with 1 and
    /// what fails.
    Ready {
        #[command(flatten)]
        config: Box<Config>,
        /// Ask only whether it runs: what to restart it by, as a mail server that is away does not get better by that.
        #[arg(long)]
        live: bool,
    },
    /// Fit the built app to a host: its addresses, headers and fallbacks.
    Configure(configure::Options),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Args)]
struct Person {
    #[command(flatten)]
    place: Place,
    /// Their address.
    #[arg(long)]
    email: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    // On a terminal, the sign-in link must not be lost among the lines of the request log.
    let level = if std::io::stderr().is_terminal() { "warn" } else { "info" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_env_filter(filter)
        // A failure to write the log, as on a full disk, must not end a request.
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .init();
    std::panic::set_hook(Box::new(log_panic));
    match run(Cli::parse().command).await {
        Ok(code) => code,
        Err(error) => {
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<ExitCode, StartError> {
    match command {
        Command::Doctor { config, json, dkim_selector, only, name_server } => {
            return doctor(*config, json, &doctor::Options { name_server, dkim_selector, only }).await;
        }
        Command::Serve(config) => serve(*config).await?,
        Command::SignInLink { place, email, public_url, console_url } => {
            let place = config::with_secrets_of_environment(place)?;
            let base = link_base(&place.folder, public_url.as_ref(), console_url.as_ref())?;
            say(&sign_in_link(&place, Some(&base), email.as_deref()).await?);
        }
        Command::Admins(place) => {
            say(&admins(&config::with_secrets_of_environment(place)?).await?);
        }
        Command::Promote(Person { place, email }) => {
            promote(&config::with_secrets_of_environment(place)?, &email).await?;
        }
        Command::EndSessions(Person { place, email }) => {
            end_sessions(&config::with_secrets_of_environment(place)?, &email).await?;
        }
        Command::ResetFactors(Person { place, email }) => {
            reset_factors(&config::with_secrets_of_environment(place)?, &email).await?;
        }
        Command::ExportPerson(Person { place, email }) => {
            say(&export_person(&config::with_secrets_of_environment(place)?, &email).await?);
        }
        Command::ErasePerson { person: Person { place, email }, yes } => {
            say(&erase_person(&config::with_secrets_of_environment(place)?, &email, yes).await?);
        }
        Command::CheckServices { config, json } => check_services(*config, json).await?,
        Command::Migrate { from, to, portion } => {
            let place =
                config::with_secrets_of_environment(Place { database: to, ..Place::in_folder(&from) })?;
            let mut lines = moving::Lines::default();
            let mut tell = |step: moving::Step<'_>| lines.add(step).iter().for_each(|line| note(line));
            say(&moving::run(&place, portion, &mut tell).await?);
        }
        Command::Backup(mut options) => {
            options.place = config::with_secrets_of_environment(options.place)?;
            say(&app::backups::back_up(*options, config::secret_keys_of_environment()?).await?);
        }
        Command::Restore(mut options) => {
            options.place = config::with_secrets_of_environment(options.place)?;
            say(&app::backups::restore(*options, config::secret_keys_of_environment()?, say).await?);
        }
        Command::Setup(options) => {
            say(&setup::run(&options, &mut std::io::stdin().lock(), &mut std::io::stdout())?);
        }
        Command::TestMail { config, address } => {
            let to = address.unwrap_or_else(|| config.account.admin_email.clone());
            say(&app::test_mail::send(*config, &to).await?);
        }
        Command::Ready { config, live } => {
            app::ready::ask(&config, if live { Question::Lives } else { Question::IsReady }).await?;
        }
        Command::Configure(options) => {
            say(configure::run(&options)?.trim_end());
        }
        Command::Openapi => {
            say(openapi::text()?.trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Warnings and failures have codes of their own, as monitors know them.
async fn doctor(config: Config, json: bool, options: &doctor::Options) -> Result<ExitCode, StartError> {
    let config = config.with_secrets_of_environment()?;
    let report = doctor::report(&config, options, &SystemClock).await;
    say(if json { serde_json::to_string_pretty(&report)? } else { report.text() }.trim_end());
    Ok(match report.state {
        doctor::State::Ok | doctor::State::NotAsked => ExitCode::SUCCESS,
        doctor::State::Warning => ExitCode::from(1),
        doctor::State::Failing => ExitCode::from(2),
    })
}

/// Fails where a question failed, so that scripts notice.
async fn check_services(config: Config, json: bool) -> Result<(), StartError> {
    let config = config.with_secrets_of_environment()?;
    let ServicesAsked { report, with } = app::check_services(config, Arc::new(SystemClock)).await?;
    say(if json { serde_json::to_string_pretty(&report)? } else { report.text() }.trim_end());
    if with == AskedWith::Operators {
        // Where programs read the report, people read the rest.
        let tell = if json { note } else { say };
        tell(
            "there is no account yet, so its connections were not asked: run this again after the first start",
        );
    }
    if report.has_failed() { Err("a question failed, see above".into()) } else { Ok(()) }
}

#[cfg(feature = "sandbox")]
fn clock(config: &Config, input: impl Read + Send + 'static) -> Arc<dyn Clock> {
    if config.sandbox.clock_by_input { moved_by(input) } else { Arc::new(SystemClock) }
}

#[cfg(not(feature = "sandbox"))]
fn clock(_: &Config, _: impl Read) -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// A clock that each line of the input moves on by so many seconds, so that a test need not wait for what expires.
#[cfg(feature = "sandbox")]
fn moved_by(input: impl Read + Send + 'static) -> Arc<server::ManualClock> {
    let clock = Arc::new(server::ManualClock::default());
    let moved = Arc::clone(&clock);
    std::thread::spawn(move || {
        for line in std::io::BufReader::new(input).lines().map_while(Result::ok) {
            if let Ok(seconds) = line.trim().parse() {
                moved.advance(std::time::Duration::from_secs(seconds));
                say(&format!("the clock is {seconds} s further"));
            }
        }
    });
    clock
}

async fn serve(mut config: Config) -> Result<(), StartError> {
    config = config.with_secrets_of_environment()?;
    config.sandbox = config.sandbox.with_key_of_environment();
    let clock = clock(&config, std::io::stdin());
    let (console, is_sandbox) = (config.console_url.clone(), config.sandbox.is_on());
    let running = app::start(config, clock).await?;
    // Where output is kept, as in a journal, everybody who reads it could use a link that signs in: only that of a sandbox is
    // printed there, until somebody has. The link is made before anything is printed: a reader of the server's address may
    // ask for another link, which withdraws this one.
    let way_in = if std::io::stdout().is_terminal() || is_sandbox && running.awaits_first_sign_in().await? {
        format!("sign in once with {}", running.sign_in_link().await?)
    } else {
        "for a link that signs the first administrator in: server sign-in-link".to_owned()
    };
    // Set up before the address is printed: its reader may end the server at once, and in order.
    let end = asked_to_end();
    say(&format!("listening on {}", running.public_url));
    say(&way_in);
    if let Some(console) = console {
        say(&format!("the console is opened at {console}"));
    }
    end.await;
    running.stop().await;
    Ok(())
}

/// Logs where the panic was, not its message, which may quote the data being processed.
fn log_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a panic");
}

/// Resolves when the server is asked to end, by a signal that comes from now on.
#[cfg(unix)]
fn asked_to_end() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let heard = |kind| {
        let listener = signal(kind);
        async move {
            match listener {
                Ok(mut listener) => {
                    listener.recv().await;
                }
                // Without signals the server runs until it is killed.
                Err(_) => std::future::pending().await,
            }
        }
    };
    let (interrupt, terminate) = (heard(SignalKind::interrupt()), heard(SignalKind::terminate()));
    async move {
        tokio::select! {
            () = interrupt => {}
            () = terminate => {}
        }
    }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    // Without signals the server runs until it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The command's output goes to standard output, logs to standard error.
fn say(text: &str) {
    // A closed standard output is no error; the server runs on.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn complain(error: &StartError) {
    note(&format!("server: {error}"));
}

/// What is for people alone goes to standard error, like the log.
#[expect(clippy::print_stderr, reason = "how far a command is, and the last word of one that failed")]
fn note(line: &str) {
    eprintln!("{line}");
}

#[cfg(all(test, feature = "sandbox"))]
mod tests {
    use std::sync::mpsc::{self, Sender};

    use clap::CommandFactory as _;

    use super::*;

    /// An empty input that tells when it is read.
    struct Input(Sender<()>);

    impl Read for Input {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            let _ = self.0.send(());
            Ok(0)
        }
    }

    #[test]
    fn n3_no_command_has_two_options_of_one_name() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a1_no_input_moves_the_clock_unless_the_option_says_so() {
        for (words, is_read) in
            [(&["--sandbox"][..], false), (&["--sandbox", "--sandbox-clock-by-input"], true)]
        {
            let Command::Serve(config) =
                Cli::try_parse_from([&["server", "serve"], words].concat()).unwrap().command
            else {
                panic!("{words:?}");
            };
            let (input, read) = mpsc::channel();
            let _clock = clock(&config, Input(input));
            // Ends with an error once the input is dropped without having been read.
            assert_eq!(read.recv().is_ok(), is_read, "{words:?}");
        }
    }
}
