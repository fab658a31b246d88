//! Connections of clients: how long one may keep the server waiting, and how many there are at once.
//!
//! The server closes a connection whose client begins a request and does not finish its head, sends nothing after an
//! answer, or does not read an answer. When all connections are taken, a new client replaces the one that has kept the
//! server waiting the longest; while none does, the new client waits.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use tower::ServiceExt as _;

use crate::config::ClientTimeouts;
use crate::platform::ending::wait_for_end;

/// The pause after a connection could not be accepted, as when there are no more file descriptors.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until the server ends, and then finishes the requests under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    most: NonZeroU32,
    client_timeouts: ClientTimeouts,
    ending: watch::Receiver<bool>,
) {
    let lines = Arc::new(Lines::new(most, client_timeouts));
    // Dropped with this future, and all connections with it.
    let mut talks = JoinSet::new();
    let mut over = pin!(wait_for_end(ending.clone()));
    loop {
        let taken = tokio::select! {
            taken = lines.take(&listener) => taken,
            () = &mut over => break,
        };
        let (stream, from, line) = taken;
        talks.spawn(talk(stream, from, line, router.clone(), ending.clone()));
        while talks.try_join_next().is_some() {}
    }
    drop(listener);
    while talks.join_next().await.is_some() {}
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
struct Lines {
    client_timeouts: ClientTimeouts,
    free: Arc<Semaphore>,
    open: Mutex<HashMap<u64, Arc<Line>>>,
    /// Some connection may have begun to keep the server waiting.
    waits: Notify,
}

/// A connection and its state.
struct Line {
    number: u64,
    lines: Arc<Lines>,
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

impl Lines {
    fn new(most: NonZeroU32, client_timeouts: ClientTimeouts) -> Self {
        let most = usize::try_from(most.get()).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self {
            client_timeouts,
            free: Arc::new(Semaphore::new(most)),
            open: Mutex::default(),
            waits: Notify::new(),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<u64, Arc<Line>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next client, with its connection.
    async fn take(self: &Arc<Self>, listener: &TcpListener) -> (TcpStream, SocketAddr, Arc<Line>) {
        let (stream, from) = loop {
            match listener.accept().await {
                Ok(accepted) => break accepted,
                // The client may have hung up before; the next one can be accepted all the same.
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            }
        };
        let permit = self.permit().await;
        let mut open = self.open();
        let number = open.keys().max().map_or(0, |last| last + 1);
        let line = Arc::new(Line {
            number,
            lines: Arc::clone(self),
            state: Mutex::new(State { phase: Phase::Head, since: Instant::now(), stalled: None, cut: false }),
            changed: Notify::new(),
            _permit: permit,
        });
        open.insert(number, Arc::clone(&line));
        (stream, from, line)
    }

    async fn permit(&self) -> OwnedSemaphorePermit {
        loop {
            if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
                return permit;
            }
            let waits = self.waits.notified();
            let is_cut = self.cut_longest_wait();
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

    /// Marks the connection that has kept the server waiting the longest for closing. Returns whether there is one.
    fn cut_longest_wait(&self) -> bool {
        let open = self.open();
        let longest = open
            .values()
            .filter_map(|line| line.state().waits_since().map(|since| (since, line)))
            .min_by_key(|(since, _)| *since);
        let Some((_, line)) = longest else { return false };
        line.state().cut = true;
        line.changed.notify_one();
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

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to a phase, if the present one is in `from`.
    fn go_on(&self, from: &[Phase], phase: Phase) {
        let mut state = self.state();
        if from.contains(&state.phase) {
            (state.phase, state.since) = (phase, Instant::now());
            drop(state);
            self.tell();
        }
    }

    fn stalls(&self, stalls: bool) {
        let mut state = self.state();
        if state.stalled.is_some() != stalls {
            state.stalled = stalls.then(Instant::now);
            drop(state);
            self.tell();
        }
    }

    fn tell(&self) {
        self.changed.notify_one();
        if self.lines.free.available_permits() == 0 {
            self.lines.waits.notify_one();
        }
    }

    /// Resolves when the connection is to be closed.
    async fn lost(&self) {
        loop {
            let state = *self.state();
            let end = state.ends(self.lines.client_timeouts);
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
struct HangUp(Arc<Line>);

impl Drop for HangUp {
    fn drop(&mut self) {
        self.0.lines.open().remove(&self.0.number);
    }
}

/// Serves one connection.
async fn talk(
    stream: TcpStream,
    from: SocketAddr,
    line: Arc<Line>,
    router: Router,
    ending: watch::Receiver<bool>,
) {
    let _hang_up = HangUp(Arc::clone(&line));
    let own = Arc::clone(&line);
    let answer = service_fn(move |request| answer(request, from, Arc::clone(&own), router.clone()));
    let io = TokioIo::new(Watched { stream, line: Arc::clone(&line) });
    // Timed here: the library's own limit for heads would apply to idle connections too, whose limit is longer.
    let mut talk = pin!(http1::Builder::new().header_read_timeout(None).serve_connection(io, answer));
    let mut lost = pin!(line.lost());
    let mut over = pin!(wait_for_end(ending));
    let mut is_over = false;
    loop {
        tokio::select! {
            // Errors are ignored: clients may hang up.
            _ = talk.as_mut() => return,
            () = lost.as_mut() => return,
            () = over.as_mut(), if !is_over => {
                is_over = true;
                talk.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    request: hyper::Request<Incoming>,
    from: SocketAddr,
    line: Arc<Line>,
    router: Router,
) -> Result<Response, Infallible> {
    line.go_on(&[Phase::Idle, Phase::Head], Phase::Body);
    let read = Guard { line: Arc::clone(&line), from: &[Phase::Body], to: Phase::Answer };
    let mut request: Request = request.map(|body| Body::new(Followed { body, guard: Some(read) }));
    if request.body().is_end_stream() {
        line.go_on(&[Phase::Body], Phase::Answer);
    }
    request.extensions_mut().insert(ConnectInfo(from));
    let response = router.oneshot(request).await?;
    let given = Guard { line, from: &[Phase::Body, Phase::Answer], to: Phase::Idle };
    Ok(response.map(|body| Body::new(Followed { body, guard: Some(given) })))
}

/// Brings a connection to its next phase when it is dropped.
struct Guard {
    line: Arc<Line>,
    from: &'static [Phase],
    to: Phase,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.line.go_on(self.from, self.to);
    }
}

/// A body whose end is observed.
struct Followed<B> {
    body: B,
    guard: Option<Guard>,
}

impl<B: HttpBody<Data = Bytes> + Unpin> HttpBody for Followed<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.guard = None;
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
struct Watched {
    stream: TcpStream,
    line: Arc<Line>,
}

impl Watched {
    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        self.line.stalls(written.is_pending());
        written
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.line.go_on(&[Phase::Idle], Phase::Head);
        }
        read
    }
}

impl AsyncWrite for Watched {
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
