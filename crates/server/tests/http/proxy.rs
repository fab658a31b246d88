//! A network between two programs, with trouble on it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use url::Url;

/// Who sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Client,
    Server,
}

/// What is the matter with the network. Where it is with one connection, it is with the next that sends anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    None,
    /// Everything comes late.
    Late,
    /// A few bytes at a time, each time a little later.
    Narrow,
    /// Every byte comes alone.
    Sliced,
    /// What has ended is still open for a while.
    ClosesLate,
    /// The next connections are refused.
    Down {
        connections: u32,
    },
    /// All connections end as soon as they are used, and new ones are refused.
    Away,
    /// After so many bytes one connection ends.
    Cut {
        from: From,
        after: usize,
    },
    /// After so many bytes one connection ends by a reset.
    Reset {
        from: From,
        after: usize,
    },
    /// After so many bytes nothing comes any more on one connection, which stays open until one side gives it up. The other side finds
    /// that out a while later, as PostgreSQL does by asking whether anybody is there.
    Silent {
        from: From,
        after: usize,
    },
    /// One connection ends before the answer to the first COMMIT after this statement.
    Unanswered {
        statement: &'static str,
    },
}

impl Trouble {
    /// Of what comes once, whether it has, so that nothing is left of it; what lasts is always there.
    pub(crate) fn has_come(self) -> bool {
        match self {
            Self::None | Self::Late | Self::Narrow | Self::Sliced | Self::ClosesLate | Self::Away => true,
            Self::Down { .. }
            | Self::Cut { .. }
            | Self::Reset { .. }
            | Self::Silent { .. }
            | Self::Unanswered { .. } => false,
        }
    }
}

/// A pause that is long for a network, and short for a test.
const PAUSE: Duration = Duration::from_millis(3);

/// Where a connection is on its way to an answer that does not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The statement has not been sent.
    Before,
    Stated,
    Committed,
}

/// Why a connection has ended before its programs have.
struct Ended {
    by_reset: bool,
}

/// Where a server listens.
#[derive(Clone)]
pub(crate) enum Server {
    Port(SocketAddr),
    Socket(PathBuf),
}

impl Server {
    /// PostgreSQL.
    pub(crate) fn of(url: &Url) -> Self {
        let socket =
            url.query_pairs().find(|(name, _)| name == "host").map(|(_, folder)| folder.into_owned());
        match socket {
            Some(folder) => Self::Socket(Path::new(&folder).join(".s.PGSQL.5432")),
            None => Self::Port(url.socket_addrs(|| Some(5432)).expect("an address")[0]),
        }
    }
}

/// Listens on loopback in place of a server, until the test's runtime ends.
#[derive(Clone)]
pub(crate) struct Network {
    pub(crate) address: SocketAddr,
    server: Arc<Mutex<Server>>,
    trouble: Arc<Mutex<Trouble>>,
    sent: Arc<[AtomicUsize; 2]>,
}

impl Network {
    pub(crate) async fn before(server: Server) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = Arc::new(Mutex::new(server));
        let network =
            Self { address, server, trouble: Arc::new(Mutex::new(Trouble::None)), sent: Arc::default() };
        let carrier = network.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let carrier = carrier.clone();
                tokio::spawn(async move { carrier.carry(client).await });
            }
        });
        network
    }

    /// The URL of the same database, behind this network.
    pub(crate) fn through(&self, url: &str) -> String {
        let url = Url::parse(url).expect("a URL");
        let user = url.query_pairs().find(|(name, _)| name == "user").map(|(_, user)| user.into_owned());
        let user = user.unwrap_or_else(|| url.username().to_owned());
        format!("postgres://{user}@{}{}", self.address, url.path())
    }

    pub(crate) fn set(&self, trouble: Trouble) {
        *self.now() = trouble;
    }

    /// What is the matter, unless it is over.
    pub(crate) fn trouble(&self) -> Trouble {
        *self.now()
    }

    /// From the next connection on, it leads to another server.
    pub(crate) fn lead_to(&self, server: Server) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = server;
    }

    /// How much has been sent since the last time.
    pub(crate) fn take_sent(&self, from: From) -> usize {
        self.sent[from as usize].swap(0, Ordering::Relaxed)
    }

    fn now(&self) -> MutexGuard<'_, Trouble> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry(&self, client: TcpStream) {
        if self.refuses() {
            let _ = client.set_zero_linger();
            return;
        }
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match &server {
            Server::Port(address) => {
                let Ok(mut server) = TcpStream::connect(address).await else { return };
                if self.carry_between(client, &mut server).await {
                    let _ = server.set_zero_linger();
                }
            }
            Server::Socket(path) => {
                let Ok(mut server) = UnixStream::connect(path).await else { return };
                self.carry_between(client, &mut server).await;
            }
        }
    }

    fn refuses(&self) -> bool {
        match &mut *self.now() {
            Trouble::Away => true,
            Trouble::Down { connections } if *connections > 0 => {
                *connections -= 1;
                true
            }
            _ => false,
        }
    }

    /// Returns whether the connection ends by a reset.
    async fn carry_between(
        &self,
        mut client: TcpStream,
        server: &mut (impl AsyncRead + AsyncWrite + Unpin),
    ) -> bool {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = tokio::io::split(server);
        let way = Mutex::new(Way::Before);
        let ended = tokio::try_join!(
            self.pass(From::Client, from_client, to_server, &way),
            self.pass(From::Server, from_server, to_client, &way)
        );
        let by_reset = matches!(ended, Err(Ended { by_reset: true }));
        if by_reset {
            let _ = client.set_zero_linger();
        }
        by_reset
    }

    /// Passes on what one side sends until it has ended, or the connection.
    async fn pass(
        &self,
        from: From,
        mut source: impl AsyncRead + Unpin,
        mut sink: impl AsyncWrite + Unpin,
        way: &Mutex<Way>,
    ) -> Result<(), Ended> {
        let mut bytes = [0; 16_384];
        loop {
            let Ok(count @ 1..) = source.read(&mut bytes).await else {
                if *self.now() == Trouble::ClosesLate {
                    tokio::time::sleep(PAUSE).await;
                }
                // The other one may have more to say.
                let _ = sink.shutdown().await;
                return Ok(());
            };
            if self.is_unanswered(
                from,
                &bytes[..count],
                &mut way.lock().unwrap_or_else(PoisonError::into_inner),
            ) {
                return Err(Ended { by_reset: false });
            }
            let (passes, end) = self.suffers(from, count);
            self.sent[from as usize].fetch_add(passes, Ordering::Relaxed);
            let trouble = *self.now();
            let piece = match trouble {
                Trouble::Sliced => 1,
                Trouble::Narrow => 512,
                _ => passes.max(1),
            };
            if trouble == Trouble::Late {
                tokio::time::sleep(PAUSE).await;
            }
            for piece in bytes[..passes].chunks(piece) {
                if trouble == Trouble::Narrow {
                    tokio::time::sleep(PAUSE).await;
                }
                if sink.write_all(piece).await.is_err() {
                    return Err(Ended { by_reset: false });
                }
            }
            match end {
                None => {}
                Some(Trouble::Silent { .. }) => {
                    while source.read(&mut bytes).await.is_ok_and(|count| count > 0) {}
                    tokio::time::sleep(PAUSE).await;
                    return Err(Ended { by_reset: false });
                }
                Some(trouble) => return Err(Ended { by_reset: matches!(trouble, Trouble::Reset { .. }) }),
            }
        }
    }

    /// Whether this is the answer that does not come. That is over with this connection.
    fn is_unanswered(&self, sender: From, bytes: &[u8], way: &mut Way) -> bool {
        if sender == From::Server {
            return *way == Way::Committed;
        }
        let mut trouble = self.now();
        if let Trouble::Unanswered { statement } = *trouble {
            let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
            if has(statement) {
                *way = Way::Stated;
            }
            if *way == Way::Stated && has("COMMIT") {
                *way = Way::Committed;
                *trouble = Trouble::None;
            }
        }
        false
    }

    /// How much of what one side sends passes, and what ends the connection then. That is over with this connection.
    fn suffers(&self, sender: From, count: usize) -> (usize, Option<Trouble>) {
        let mut trouble = self.now();
        match &mut *trouble {
            Trouble::Cut { from, after }
            | Trouble::Reset { from, after }
            | Trouble::Silent { from, after }
                if *from == sender =>
            {
                let passes = count.min(*after);
                *after -= passes;
                let end = (*after == 0).then(|| std::mem::replace(&mut *trouble, Trouble::None));
                (passes, end)
            }
            Trouble::Away => (0, Some(Trouble::Away)),
            _ => (count, None),
        }
    }
}
