//! Servers of one database behind a balancer, each of which can be killed, and cut off from both; and a database that can be
//! restarted, and can fail over to another one.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::proxy::{self, Network, Trouble};
use crate::restart::Process;

/// How long whoever tries again waits before.
pub(super) const PAUSE: Duration = Duration::from_millis(20);

/// A PostgreSQL server of the test's own.
pub(super) struct Database {
    script: Child,
    pub(super) url: Url,
}

impl Database {
    pub(super) async fn start() -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../script/with-postgres");
        // It ends with its input, and so with the test.
        let mut script = Command::new(script)
            .args(["MSI_OWN_POSTGRES", "sh", "-c", "echo \"$MSI_OWN_POSTGRES\"; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the script");
        let mut url = String::new();
        BufReader::new(script.stdout.take().expect("its output")).read_line(&mut url).expect("a line");
        let database = Self { script, url: Url::parse(url.trim()).expect("a URL") };
        // What was committed is there after a crash, as it must be wherever servers are meant to lose nothing.
        let lasting = "ALTER DATABASE postgres SET synchronous_commit = on";
        let mut conn = database.connect().await.expect("it runs");
        sqlx::raw_sql(lasting).execute(&mut conn).await.expect("the setting");
        database
    }

    async fn connect(&self) -> sqlx::Result<PgConnection> {
        PgConnection::connect(self.url.as_str()).await
    }

    async fn started_at(&self) -> sqlx::Result<String> {
        let when = "SELECT CAST(pg_postmaster_start_time() AS TEXT)";
        sqlx::query_scalar(when).fetch_one(&mut self.connect().await?).await
    }

    /// Ends it as a crash does, and starts it again.
    pub(super) async fn restart(&self) {
        self.begin_again("-USR1").await;
    }

    /// Ends it as a crash does, and has a copy take its place that has everything that was committed.
    pub(super) async fn fail_over(&self) {
        self.begin_again("-USR2").await;
    }

    async fn begin_again(&self, signal: &str) {
        let before = self.started_at().await.expect("it runs");
        let asked = Command::new("kill").args([signal, &self.script.id().to_string()]).status();
        assert!(asked.expect("the command").success());
        while self.started_at().await.is_ok_and(|started| started == before) {
            tokio::time::sleep(PAUSE).await;
        }
        while self.started_at().await.is_err() {
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The servers that are taken for alive.
    pub(super) async fn servers(&self) -> Vec<String> {
        let ids = "SELECT id FROM servers ORDER BY is_lead DESC";
        sqlx::query_scalar(ids).fetch_all(&mut self.connect().await.expect("it runs")).await.expect("ids")
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(self.script.stdin.take());
        let _ = self.script.wait();
    }
}

/// A server with its ways to the balancer and to the database.
pub(super) struct Member {
    process: Option<Process>,
    data: TempDir,
    pub(super) front: Network,
    to_database: Network,
    settings: Vec<String>,
    environment: Vec<(&'static str, String)>,
}

impl Member {
    /// One that is still to be started, with the keys in that folder.
    pub(super) async fn new(
        database: &Url,
        keys: &Path,
        settings: Vec<String>,
        mut environment: Vec<(&'static str, String)>,
    ) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder");
        for name in ["token.keys", "secrets.keys"] {
            std::fs::copy(keys.join(name), data.path().join(name)).expect("the keys");
        }
        let to_database = Network::before(proxy::Server::of(database)).await;
        // Nothing listens there yet.
        let front = Network::before(proxy::Server::Port(([127, 0, 0, 1], 9).into())).await;
        environment.push(("MSI_DATABASE", to_database.through(database.as_str())));
        Self { process: None, data, front, to_database, settings, environment }
    }

    /// Starts it, again and again if it must be, as a service manager does.
    pub(super) async fn start(&mut self) {
        while self.process.is_none() {
            let (data, settings) = (self.data.path().to_owned(), self.settings.clone());
            let environment = self.environment.clone();
            let starting = tokio::task::spawn_blocking(move || {
                let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
                let environment: Vec<(&str, &str)> =
                    environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
                Process::try_start(&data, &settings, &environment)
            });
            self.process = starting.await.expect("no panic");
        }
        let base = &self.process.as_ref().expect("a process").base;
        let port = Url::parse(base).ok().and_then(|base| base.port()).expect("a port");
        self.front.lead_to(proxy::Server::Port(([127, 0, 0, 1], port).into()));
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill();
        }
    }

    pub(super) fn runs(&self) -> bool {
        self.process.is_some()
    }

    /// Its name in the database.
    pub(super) fn id(&self) -> String {
        let noted = std::fs::read_to_string(self.data.path().join("lock")).expect("its lock");
        noted.lines().next_back().expect("it has been started").to_owned()
    }

    pub(super) fn cut_off(&self) {
        self.front.set(Trouble::Away);
        self.to_database.set(Trouble::Away);
    }

    pub(super) fn mend(&self) {
        self.to_database.set(Trouble::None);
        self.front.set(Trouble::None);
    }
}

/// What gives each request to one of the servers.
pub(super) struct Balancer {
    pub(super) base: String,
    nginx: Option<Nginx>,
}

struct Nginx {
    child: Child,
    _folder: TempDir,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // It ends its workers, too.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Balancer {
    pub(super) fn name(&self) -> &'static str {
        if self.nginx.is_some() { "nginx" } else { "a balancer of the tests" }
    }

    /// nginx where `NGINX_PATH` names it, and otherwise one that gives each connection to the next server.
    pub(super) async fn before(members: &[Member]) -> Self {
        let servers: Vec<_> = members.iter().map(|member| member.front.address).collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let base = format!("http://{address}");
        let nginx = std::env::var("NGINX_PATH").ok().filter(|path| !path.is_empty());
        if let Some(program) = nginx {
            drop(listener);
            let servers: String = servers
                .iter()
                .map(|server| format!("server {server} max_fails=1 fail_timeout=1s;\n"))
                .collect();
            return Self { base, nginx: Some(start_nginx(&program, &address.to_string(), &servers)) };
        }
        tokio::spawn(async move {
            let mut next = VecDeque::from(servers);
            while let Ok((mut client, _)) = listener.accept().await {
                next.rotate_left(1);
                let server = next[0];
                tokio::spawn(async move {
                    let Ok(mut server) = TcpStream::connect(server).await else { return };
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { base, nginx: None }
    }
}

/// As docs/operator.md has it, but for TLS: these servers are on this machine.
fn start_nginx(program: &str, address: &str, servers: &str) -> Nginx {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("{name}_temp_path {path}/{name};\n"))
        .collect();
    // Its workers use the folder of whoever runs the test.
    let user =
        if std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0) {
            "user root;"
        } else {
            ""
        };
    let configuration = format!(
        "{user} daemon off; pid {path}/pid; error_log {path}/error.log;
         events {{ worker_connections 4096; }}
         http {{
             access_log off; client_max_body_size 16m; client_body_buffer_size 1m;
             {temporary}
             upstream servers {{ {servers} keepalive 32; }}
             server {{
                 listen {address};
                 location / {{
                     proxy_pass http://servers;
                     proxy_http_version 1.1;
                     proxy_set_header Connection '';
                     proxy_set_header Host $http_host;
                     proxy_connect_timeout 2s;
                     proxy_buffering off;
                     proxy_next_upstream error timeout;
                 }}
             }}
         }}"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, configuration).expect("its configuration");
    let child = Command::new(program)
        .arg("-e")
        .arg(folder.path().join("error.log"))
        .arg("-p")
        .arg(folder.path())
        .arg("-c")
        .arg(&file)
        .spawn()
        .expect("nginx");
    Nginx { child, _folder: folder }
}
