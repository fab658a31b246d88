//! Clients that keep the server waiting. The limit under test is short, and the others are long.

use std::num::NonZeroU32;
use std::time::Duration;

use api_types::paths;
use server::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::harness::{Server, csv};

const SHORT: Duration = Duration::from_millis(500);
const FAR: Duration = Duration::from_secs(24 * 3600);

async fn patient(change: impl FnOnce(&mut Config)) -> Server {
    Server::start_with(|config| {
        (config.client_timeouts.head, config.client_timeouts.idle, config.client_timeouts.answer) =
            (FAR, FAR, FAR);
        change(config);
    })
    .await
}

/// A client that sends little.
async fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.base.strip_prefix("http://").unwrap()).await.unwrap()
}

async fn say(stream: &mut TcpStream, words: &str) {
    stream.write_all(words.as_bytes()).await.unwrap();
}

/// Reads until the server hangs up, possibly by a reset.
async fn until_hung_up(mut stream: TcpStream) -> String {
    let mut all = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut piece).await {
        all.extend_from_slice(&piece[..read]);
    }
    String::from_utf8(all).unwrap()
}

/// A whole request on a persistent connection, with its answer.
async fn ask(stream: &mut TcpStream) -> String {
    say(stream, "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    let mut answer = String::new();
    while !answer.ends_with("ok\n") {
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await.unwrap();
        assert_ne!(read, 0, "hung up after {answer}");
        answer.push_str(std::str::from_utf8(&piece[..read]).unwrap());
    }
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    answer
}

#[tokio::test]
async fn a12_whoever_does_not_end_the_head_of_a_request_loses_the_connection() {
    let server = patient(|config| config.client_timeouts.head = SHORT).await;
    assert_eq!(until_hung_up(connect(&server).await).await, "", "nothing was said");
    let mut slow = connect(&server).await;
    say(&mut slow, "GET /livez HTTP/1.1\r\nhost: local").await;
    assert_eq!(until_hung_up(slow).await, "");
    let mut second = connect(&server).await;
    ask(&mut second).await;
    say(&mut second, "GET /livez HTTP/1.1\r\n").await;
    assert_eq!(until_hung_up(second).await, "", "of the second request");
}

#[tokio::test]
async fn a1_a_request_with_two_hosts_is_refused() {
    let server = patient(|_| ()).await;
    for (hosts, status) in [("host: localhost\r\n", 200), ("host: localhost\r\nHost: other.example\r\n", 400)]
    {
        let mut stream = connect(&server).await;
        say(&mut stream, &format!("GET /livez HTTP/1.1\r\n{hosts}connection: close\r\n\r\n")).await;
        let answer = until_hung_up(stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{hosts}: {answer}");
    }
}

#[tokio::test]
async fn a26_no_two_readers_can_take_a_message_to_end_at_different_places() {
    const NEXT: &str = "GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let server = patient(|_| ()).await;
    let ask = async |version: &str, head: &str, body: &str| {
        let mut stream = connect(&server).await;
        let request = format!("POST /livez HTTP/{version}\r\nhost: localhost\r\n{head}\r\n{body}{NEXT}");
        // It may be refused before all of it is written.
        let _ = stream.write_all(request.as_bytes()).await;
        until_hung_up(stream).await
    };
    const EMPTY: &str = "0\r\n\r\n";
    for (head, body) in [
        ("content-length: 5\r\ntransfer-encoding: chunked\r\n", EMPTY),
        ("transfer-encoding: chunked\r\ncontent-length: 5\r\n", EMPTY),
        ("transfer-encoding: chunked\r\n", EMPTY),
        ("content-length: 5\r\ncontent-length: 0\r\n", ""),
        ("content-length: 0, 5\r\n", ""),
        ("content-length: +5\r\n", "12345"),
        ("content-length : 5\r\n", "12345"),
        ("transfer-encoding: chunked, identity\r\n", EMPTY),
        ("transfer-encoding: xchunked\r\n", EMPTY),
        ("transfer-encoding: chunked\r\n", "0x0\r\n\r\n"),
        ("x: y\r\n z\r\n", ""),
    ] {
        let answers = ask("1.1", head, body).await;
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "what follows {head:?} is not read: {answers}");
        assert!(!answers.contains("ok\n"), "{head:?}: {answers}");
    }
    let old = ask("1.0", "transfer-encoding: chunked\r\n", EMPTY).await;
    assert_eq!((old.matches("HTTP/1.").count(), old.contains("ok\n")), (1, false), "{old}");
    // Where it is clear, the next request is answered.
    let mut stream = connect(&server).await;
    say(&mut stream, "POST /livez HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\n12345").await;
    say(&mut stream, "GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await;
    let answers = until_hung_up(stream).await;
    assert_eq!((answers.matches("HTTP/1.1 ").count(), answers.contains("ok\n")), (2, true), "{answers}");
}

#[tokio::test]
async fn a12_a_connection_without_requests_is_ended() {
    let server = patient(|config| config.client_timeouts.idle = SHORT).await;
    let mut idle = connect(&server).await;
    ask(&mut idle).await;
    assert_eq!(until_hung_up(idle).await, "");
}

#[tokio::test]
async fn a12_whoever_takes_no_answer_loses_the_connection() {
    let server = patient(|config| config.client_timeouts.answer = SHORT).await;
    let mut deaf = connect(&server).await;
    // More answers than all buffers between the two hold, none of which is read.
    let request = "GET /api/v1/nothing HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(1_000);
    while deaf.write_all(request.as_bytes()).await.is_ok() {}
}

#[tokio::test]
async fn r4_an_event_stream_stays_while_all_is_quiet() {
    let server =
        patient(|config| (config.client_timeouts.head, config.client_timeouts.idle) = (SHORT, SHORT)).await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(1)).await;
    let mut events = admin.events(&batch.id, None).await;
    events.next().await.unwrap();
    // Another connection begins later and is over by its limit: that of the stream is not.
    until_hung_up(connect(&server).await).await;
    until_hung_up(connect(&server).await).await;
    admin.once(&paths::batch_cancel(&batch.id), &()).await;
    assert!(events.next().await.is_some(), "the stream was cut");
}

#[tokio::test]
async fn a12_when_all_connections_are_taken_whoever_waits_longest_makes_room() {
    let server = patient(|config| config.connections = 20.try_into().unwrap()).await;
    let mut idle = connect(&server).await;
    ask(&mut idle).await;
    let mut slow = Vec::new();
    for _ in 0..60 {
        let mut stream = connect(&server).await;
        say(&mut stream, "POST /api/v1/session HTTP/1.1\r\nhost: local").await;
        slow.push(stream);
    }
    let anyone = server.anyone();
    assert_eq!(anyone.get(paths::SESSION).await.status, 204, "a new client is let in");
    assert_eq!(until_hung_up(idle).await, "", "the first to be silent is the first to go");
    let first = slow.swap_remove(0);
    assert_eq!(until_hung_up(first).await, "");
    // The last of them is still served.
    let mut last = slow.pop().unwrap();
    say(&mut last, "host\r\nconnection: close\r\n\r\n").await;
    assert!(until_hung_up(last).await.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn a12_bodies_that_never_end_make_room_too() {
    let server = patient(|config| config.connections = 5.try_into().unwrap()).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = connect(&server).await;
        let origin = &server.base;
        say(
            &mut stream,
            &format!(
                "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\nx-msi-csrf: 1\r\n\
                 content-type: application/json\r\ncontent-length: 100\r\n\r\n{{"
            ),
        )
        .await;
        slow.push(stream);
    }
    assert_eq!(server.anyone().get(paths::SESSION).await.status, 204);
}

/// How many connections the server keeps in the tests that follow.
const KEPT: u8 = 20;

async fn crowded() -> Server {
    patient(|config| config.connections = NonZeroU32::new(KEPT.into()).unwrap()).await
}

/// Connections that send the beginning of a request and no more.
struct HalfOpen<'a> {
    server: &'a Server,
    kept: JoinSet<String>,
}

impl<'a> HalfOpen<'a> {
    fn new(server: &'a Server) -> Self {
        Self { server, kept: JoinSet::new() }
    }

    /// Opens so many more, and returns once the server keeps no more than it can.
    async fn open(&mut self, count: u8, words: &str) {
        for _ in 0..count {
            let mut stream = connect(self.server).await;
            // It may be cut before it has said anything.
            let _ = stream.write_all(words.as_bytes()).await;
            self.kept.spawn(until_hung_up(stream));
        }
        while self.kept.len() > KEPT.into() {
            self.kept.join_next().await.unwrap().unwrap();
        }
    }
}

/// The head of a sign-in, and its body in pieces.
fn sign_in(server: &Server) -> (String, Vec<String>) {
    let body = format!(
        "{{\"password\": {{\"email\": \"nobody@example.com\",{}\"password\": \"wrong\"}}}}",
        " ".repeat(40_000)
    );
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\norigin: {}\r\nx-msi-csrf: 1\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        server.base,
        body.len()
    );
    let pieces = body.as_bytes().chunks(4_000).map(|piece| String::from_utf8(piece.to_vec()).unwrap());
    (head, pieces.collect())
}

#[tokio::test]
async fn a12_an_upload_goes_on_while_a_machine_opens_connections_without_end() {
    let server = crowded().await;
    let mut flood = HalfOpen::new(&server);
    let (head, pieces) = sign_in(&server);
    let mut upload = connect(&server).await;
    say(&mut upload, &head).await;
    for piece in pieces {
        say(&mut upload, &piece).await;
        flood.open(2 * KEPT, "POST /api/v1/session HTTP/1.1\r\nhost: local").await;
    }
    let answer = until_hung_up(upload).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

#[tokio::test]
async fn a12_an_upload_that_goes_on_outlives_those_that_do_not() {
    let server = crowded().await;
    let mut flood = HalfOpen::new(&server);
    let (head, pieces) = sign_in(&server);
    let mut upload = connect(&server).await;
    say(&mut upload, &head).await;
    for piece in pieces {
        say(&mut upload, &piece).await;
        flood.open(KEPT / 2, &format!("{head}{{")).await;
    }
    let answer = until_hung_up(upload).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
}

/// Elsewhere loopback has one address.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a12_a_machine_that_opens_connections_without_end_takes_those_of_no_other() {
    let server = crowded().await;
    let mut flood = HalfOpen::new(&server);
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let address = server.base.strip_prefix("http://").unwrap().parse().unwrap();
    let mut slow = socket.connect(address).await.unwrap();
    for piece in ["POST /api/v1/session HTTP/1.1\r\n", "host: local", "host\r\n", "connection: close\r\n"] {
        say(&mut slow, piece).await;
        flood.open(2 * KEPT, "POST /api/v1/session HTTP/1.1\r\nhost: local").await;
    }
    say(&mut slow, "\r\n").await;
    let answer = until_hung_up(slow).await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
}

#[tokio::test]
async fn a12_five_hundred_slow_clients_keep_nobody_out() {
    let server = Server::start().await;
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut stream = connect(&server).await;
        say(&mut stream, "GET / HTTP/1.1\r\nhost: local").await;
        slow.push(stream);
    }
    assert_eq!(server.admin().await.get(paths::USERS).await.status, 200);
}
