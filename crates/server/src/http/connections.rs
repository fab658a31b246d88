//! Connections of clients: how long one may keep the server waiting, and how many there are at once.
//!
//! The server closes a connection whose client begins a request and does not finish its head, sends nothing after an
//! answer, or does not read an answer. When all connections are taken, a new client replaces one that keeps the server
//! waiting; while none does, the new client waits. Those of a network that has more than its share go first, then those
//! without a complete head, then the one that has been silent for the longest. So neither many connections of one machine
//! nor many half-open ones end an upload that goes on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use futures_util::future::select_all;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::config::ClientTimeouts;
use crate::platform::ending::wait_for_end;
use crate::state::limiter::network;

/// The pause after a connection could not be accepted, as when there are no more file descriptors.
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(100);

/// A network has its share while it holds no more than one in so many of all connections.
const SHARES: usize = 4;

/// Serves until the server ends, and then finishes the requests under way.
pub(crate) async fn serve(
    listeners: Arc<[TcpListener]>,
    tls: Option<TlsAcceptor>,
    router: Router,
    most: NonZeroU32,
    client_timeouts: ClientTimeouts,
    ending: watch::Receiver<bool>,
) {
    let connections = Arc::new(Connections::new(most, client_timeouts));
    // Dropped with this future, and all connections with it.
    let mut clients = JoinSet::new();
    let mut ended = pin!(wait_for_end(ending.clone()));
    loop {
        let taken = tokio::select! {
            taken = connections.take(&listeners) => taken,
            () = &mut ended => break,
        };
        let (stream, from, connection) = taken;
        clients.spawn(serve_client(stream, tls.clone(), from, connection, router.clone(), ending.clone()));
        while clients.try_join_next().is_some() {}
    }
    drop(listeners);
    while clients.join_next().await.is_some() {}
}

/// The next connection of any of them. None is lost where this is cancelled.
async fn accept(listeners: &[TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    select_all(listeners.iter().map(|listener| Box::pin(listener.accept()))).await.0
}

/// What a connection is busy with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing: the last request is answered.
    Idle,
    /// The head of a request is awaited; on a new connection it may not have begun.
    Head,
    /// The body of a request is awaited.
    Body,
    /// The server prepares or sends the response.
    Answer,
}

/// All open connections.
struct Connections {
    client_timeouts: ClientTimeouts,
    /// How many connections one network may hold when all are taken.
    share: usize,
    free: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Arc<Connection>>>,
    /// Some connection may have begun to keep the server waiting.
    waits: Notify,
}

/// A connection and its state.
struct Connection {
    number: u64,
    network: IpAddr,
    connections: Arc<Connections>,
    state: Mutex<State>,
    /// The state has changed.
    changed: Notify,
    _permit: OwnedSemaphorePermit,
}

#[derive(Clone, Copy)]
struct State {
    phase: Phase,
    since: Instant,
    /// Since when the client has read none of the pending response.
    stalled: Option<Instant>,
    /// To be closed, in favour of a new client.
    cut: bool,
}

impl Connections {
    fn new(most: NonZeroU32, client_timeouts: ClientTimeouts) -> Self {
        let most = usize::try_from(most.get()).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self {
            client_timeouts,
            share: most.div_ceil(SHARES),
            free: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            waits: Notify::new(),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next client, with its connection.
    async fn take(self: &Arc<Self>, listeners: &[TcpListener]) -> (TcpStream, SocketAddr, Arc<Connection>) {
        let (stream, from) = loop {
            match accept(listeners).await {
                Ok(accepted) => break accepted,
                // The client may have hung up before; the next one can be accepted all the same.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
                }
            }
        };
        let network = network(from.ip());
        let permit = self.permit(network).await;
        let mut open = self.open();
        let number = open.keys().max().map_or(0, |last| last + 1);
        let connection = Arc::new(Connection {
            number,
            network,
            connections: Arc::clone(self),
            state: Mutex::new(State { phase: Phase::Head, since: Instant::now(), stalled: None, cut: false }),
            changed: Notify::new(),
            _permit: permit,
        });
        open.insert(number, Arc::clone(&connection));
        (stream, from, connection)
    }

    async fn permit(&self, of: IpAddr) -> OwnedSemaphorePermit {
        loop {
            if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
                return permit;
            }
            let waits = self.waits.notified();
            let is_cut = self.cut_one_for(of);
            tokio::select! {
                permit = Arc::clone(&self.free).acquire_owned() => {
                    // The semaphore is never closed.
                    if let Ok(permit) = permit {
                        return permit;
                    }
                }
                () = waits, if !is_cut => {}
            }
        }
    }

    /// Marks the connection that goes first, in favour of a new one of that network. Returns whether there is one.
    fn cut_one_for(&self, network: IpAddr) -> bool {
        let open = self.open();
        let mut held = HashMap::from([(network, 1)]);
        for connection in open.values() {
            *held.entry(connection.network).or_default() += 1;
        }
        let rank = |connection: &Connection| {
            let state = connection.state();
            let has_its_share = held.get(&connection.network).is_some_and(|held| *held <= self.share);
            state.waits_since().map(|since| (has_its_share, state.has_head(), since))
        };
        let first = open
            .values()
            .filter_map(|connection| rank(connection).map(|rank| (rank, connection)))
            .min_by_key(|(rank, _)| *rank);
        let Some((_, connection)) = first else { return false };
        connection.state().cut = true;
        connection.changed.notify_one();
        true
    }
}

impl State {
    /// Since when the server has been waiting for the client, if it has.
    fn waits_since(&self) -> Option<Instant> {
        match self.phase {
            _ if self.cut => None,
            Phase::Idle | Phase::Head | Phase::Body => Some(self.since),
            Phase::Answer => self.stalled,
        }
    }

    /// Whether the head of a request is complete that is not answered yet.
    fn has_head(&self) -> bool {
        matches!(self.phase, Phase::Body | Phase::Answer)
    }

    /// When the connection is closed if nothing happens.
    fn ends(&self, client_timeouts: ClientTimeouts) -> Option<Instant> {
        let by_phase = match self.phase {
            Phase::Idle => Some(self.since + client_timeouts.idle),
            Phase::Head => Some(self.since + client_timeouts.head),
            // The reader of the body has a limit of its own.
            Phase::Body | Phase::Answer => None,
        };
        let by_stall = self.stalled.map(|since| since + client_timeouts.answer);
        [by_phase, by_stall].into_iter().flatten().min()
    }
}

impl Connection {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to a phase, if the present one is in `from`.
    fn advance(&self, from: &[Phase], phase: Phase) {
        let mut state = self.state();
        if from.contains(&state.phase) {
            (state.phase, state.since) = (phase, Instant::now());
            drop(state);
            self.notify();
        }
    }

    /// Counts a wait for the client from now on.
    fn goes_on(&self, within: Phase) {
        let mut state = self.state();
        if state.phase == within {
            state.since = Instant::now();
        }
    }

    fn stalls(&self, stalls: bool) {
        let mut state = self.state();
        if state.stalled.is_some() != stalls {
            state.stalled = stalls.then(Instant::now);
            drop(state);
            self.notify();
        }
    }

    fn notify(&self) {
        self.changed.notify_one();
        if self.connections.free.available_permits() == 0 {
            self.connections.waits.notify_one();
        }
    }

    /// Resolves when the connection is to be closed.
    async fn expired(&self) {
        loop {
            let state = *self.state();
            let end = state.ends(self.connections.client_timeouts);
            if state.cut || end.is_some_and(|end| end <= Instant::now()) {
                return;
            }
            let time = async {
                match end {
                    Some(end) => tokio::time::sleep_until(end).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = time => {}
                () = self.changed.notified() => {}
            }
        }
    }
}

/// Removes the connection when dropped, however it ended.
struct RemoveOnDrop(Arc<Connection>);

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        self.0.connections.open().remove(&self.0.number);
    }
}

/// Serves one connection, encrypted where the server has a certificate.
async fn serve_client(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    from: SocketAddr,
    connection: Arc<Connection>,
    router: Router,
    ending: watch::Receiver<bool>,
) {
    let _remove = RemoveOnDrop(Arc::clone(&connection));
    let stream = WatchedStream { stream, connection: Arc::clone(&connection) };
    let Some(tls) = tls else { return serve_stream(stream, from, connection, router, ending).await };
    let stream = tokio::select! {
        stream = tls.accept(stream) => stream,
        () = connection.expired() => return,
        () = wait_for_end(ending.clone()) => return,
    };
    // Whoever speaks no TLS is told nothing.
    if let Ok(stream) = stream {
        serve_stream(stream, from, connection, router, ending).await;
    }
}

async fn serve_stream(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    from: SocketAddr,
    connection: Arc<Connection>,
    router: Router,
    ending: watch::Receiver<bool>,
) {
    let own = Arc::clone(&connection);
    let answer = service_fn(move |request| answer(request, from, Arc::clone(&own), router.clone()));
    let io = TokioIo::new(stream);
    // Timed here: the library's own limit for heads would apply to idle connections too, whose limit is longer.
    let mut serving = pin!(http1::Builder::new().header_read_timeout(None).serve_connection(io, answer));
    let mut expired = pin!(connection.expired());
    let mut ended = pin!(wait_for_end(ending));
    let mut is_ending = false;
    loop {
        tokio::select! {
            // Errors are ignored: clients may hang up.
            _ = serving.as_mut() => return,
            () = expired.as_mut() => return,
            () = ended.as_mut(), if !is_ending => {
                is_ending = true;
                serving.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    from: SocketAddr,
    connection: Arc<Connection>,
    router: Router,
) -> Result<Response, Infallible> {
    connection.advance(&[Phase::Idle, Phase::Head], Phase::Body);
    let read = PhaseGuard { connection: Arc::clone(&connection), from: &[Phase::Body], to: Phase::Answer };
    let mut request: Request = request.map(|body| Body::new(WatchedBody { body, guard: Some(read) }));
    if request.body().is_end_stream() {
        connection.advance(&[Phase::Body], Phase::Answer);
    }
    request.extensions_mut().insert(ConnectInfo(from));
    let response = router.oneshot(request).await?;
    let given = PhaseGuard { connection, from: &[Phase::Body, Phase::Answer], to: Phase::Idle };
    Ok(response.map(|body| Body::new(WatchedBody { body, guard: Some(given) })))
}

/// Brings a connection to its next phase when it is dropped.
struct PhaseGuard {
    connection: Arc<Connection>,
    from: &'static [Phase],
    to: Phase,
}

impl Drop for PhaseGuard {
    fn drop(&mut self) {
        self.connection.advance(self.from, self.to);
    }
}

/// A body whose end is observed.
struct WatchedBody<B> {
    body: B,
    guard: Option<PhaseGuard>,
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for WatchedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.guard = None;
        } else if let Some(guard) = &self.guard {
            guard.connection.goes_on(Phase::Body);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The bytes of a connection, which show its phase.
struct WatchedStream {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl WatchedStream {
    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        self.connection.stalls(written.is_pending());
        written
    }
}

impl AsyncRead for WatchedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.connection.advance(&[Phase::Idle], Phase::Head);
        }
        read
    }
}

impl AsyncWrite for WatchedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
