//! A mail server that a test controls: it accepts every mail at once, or delays each reply.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};

/// The server's reply to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Taken,
    Deferred,
    Refused,
    /// Refused by a policy, which may be about the sender.
    NotAllowed,
    /// A mail server's reply to a sender with a wrong password.
    SignInFirst,
    /// The mail is accepted, and the connection breaks before the reply.
    TakenAndLost,
    /// The connection breaks, and the mail is lost.
    Lost,
}

/// How the mail server treats its clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Manner {
    #[default]
    Open,
    /// Accepts connections, and sends nothing.
    Silent,
    /// Hangs up at once.
    HangsUp,
    /// Hangs up after the recipient command.
    BreaksOff,
    /// Lets the sender wait before the message, for as long as this is its manner.
    Hesitates,
    /// Refuses every sender.
    RefusesSenders,
    /// Refuses name and password.
    RefusesCredentials,
}

impl Reply {
    fn line(self) -> &'static [u8] {
        match self {
            Self::TakenAndLost | Self::Lost => b"",
            Self::Taken => b"250 taken\r\n",
            Self::Deferred => b"451 later\r\n",
            Self::Refused => b"554 no\r\n",
            Self::NotAllowed => b"550 5.7.1 not allowed\r\n",
            Self::SignInFirst => b"530 sign in first\r\n",
        }
    }
}

/// A mail by recipient and Message-ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TakenMail {
    pub(crate) to: String,
    pub(crate) message_id: String,
}

#[derive(Default)]
struct Desk {
    holds: bool,
    manner: Manner,
    waiting: VecDeque<oneshot::Sender<Reply>>,
    taken: Vec<TakenMail>,
    /// How often it has hesitated.
    hesitations: usize,
    hung_up: usize,
}

#[derive(Clone)]
pub(crate) struct PostOffice {
    pub(crate) address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    arrived: Arc<Notify>,
}

impl PostOffice {
    /// Opens on a free port of loopback. It closes with the test's runtime.
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let office = Self { address, desk: Arc::default(), arrived: Arc::default() };
        let clerk = office.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let clerk = clerk.clone();
                tokio::spawn(async move { clerk.serve(stream).await });
            }
        });
        office
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().expect("no test panics while it holds the desk")
    }

    /// From now on every mail waits for its reply.
    pub(crate) fn hold(&self) {
        self.desk().holds = true;
    }

    /// How clients that connect from now on are treated.
    pub(crate) fn treat(&self, manner: Manner) {
        self.desk().manner = manner;
        self.arrived.notify_waiters();
    }

    /// Accepts the waiting mails and all later ones.
    pub(crate) fn let_pass(&self) {
        self.desk().holds = false;
        while self.answer(Reply::Taken) {}
    }

    /// Replies to the mail that has waited longest; false if none waits.
    pub(crate) fn answer(&self, reply: Reply) -> bool {
        let first = self.desk().waiting.pop_front();
        first.is_some_and(|waiting| waiting.send(reply).is_ok())
    }

    async fn until(&self, is_so: impl Fn(&Desk) -> bool) {
        loop {
            let arrived = self.arrived.notified();
            if is_so(&self.desk()) {
                return;
            }
            arrived.await;
        }
    }

    /// Returns once a mail waits.
    pub(crate) async fn wait_for_mail(&self) {
        self.until(|desk| !desk.waiting.is_empty()).await;
    }

    /// Returns once it has hung up on somebody.
    pub(crate) async fn wait_for_hanging_up(&self) {
        self.until(|desk| desk.hung_up > 0).await;
    }

    /// Returns once it hesitates.
    pub(crate) async fn wait_for_hesitation(&self) {
        self.until(|desk| desk.hesitations > 0).await;
    }

    /// Returns once that many mails were accepted.
    pub(crate) async fn wait_for_taken(&self, count: usize) {
        self.until(|desk| desk.taken.len() >= count).await;
    }

    /// How many mails were accepted so far.
    pub(crate) fn count(&self) -> usize {
        self.desk().taken.len()
    }

    /// The mails accepted so far.
    pub(crate) fn taken(&self) -> Vec<TakenMail> {
        self.desk().taken.clone()
    }

    /// The mails accepted since the last time.
    pub(crate) fn collect(&self) -> Vec<TakenMail> {
        std::mem::take(&mut self.desk().taken)
    }

    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let manner = self.desk().manner;
        match manner {
            Manner::HangsUp => {
                self.desk().hung_up += 1;
                self.arrived.notify_waiters();
                return None;
            }
            // Until the other side gives up.
            Manner::Silent => while lines.next_line().await.ok()?.is_some() {},
            _ => {}
        }
        write.write_all(b"220 post office\r\n").await.ok()?;
        let mut to = String::new();
        while let Some(line) = lines.next_line().await.ok()? {
            let manner = self.desk().manner;
            let answer: &[u8] = match line.get(..4).unwrap_or_default() {
                "EHLO" => b"250-post office\r\n250 AUTH PLAIN\r\n",
                "AUTH" if manner == Manner::RefusesCredentials => b"535 who are you\r\n",
                "AUTH" => b"235 welcome\r\n",
                "MAIL" if manner == Manner::RefusesSenders => b"554 not from you\r\n",
                "RCPT" if manner == Manner::BreaksOff => return None,
                "RCPT" => {
                    to = line.split(['<', '>']).nth(1)?.to_owned();
                    b"250 ok\r\n"
                }
                "DATA" => {
                    if manner == Manner::Hesitates {
                        self.hesitate().await;
                    }
                    write.write_all(b"354 go on\r\n").await.ok()?;
                    let mut message_id = String::new();
                    loop {
                        let line = lines.next_line().await.ok()??;
                        if line == "." {
                            break;
                        }
                        if let Some(id) = line.strip_prefix("Message-ID: ") {
                            message_id = id.to_owned();
                        }
                    }
                    let reply = self.reply_to(TakenMail { to: to.clone(), message_id }).await;
                    if matches!(reply, Reply::Lost | Reply::TakenAndLost) {
                        return None;
                    }
                    reply.line()
                }
                _ => b"250 ok\r\n",
            };
            write.write_all(answer).await.ok()?;
        }
        Some(())
    }

    async fn hesitate(&self) {
        self.desk().hesitations += 1;
        self.arrived.notify_waiters();
        loop {
            let changed = self.arrived.notified();
            if self.desk().manner != Manner::Hesitates {
                return;
            }
            changed.await;
        }
    }

    async fn reply_to(&self, mail: TakenMail) -> Reply {
        let reply = {
            let mut desk = self.desk();
            desk.holds.then(|| {
                let (answer, reply) = oneshot::channel();
                desk.waiting.push_back(answer);
                reply
            })
        };
        self.arrived.notify_waiters();
        let reply = match reply {
            Some(reply) => reply.await.unwrap_or(Reply::Deferred),
            None => Reply::Taken,
        };
        if matches!(reply, Reply::Taken | Reply::TakenAndLost) {
            self.desk().taken.push(mail);
            self.arrived.notify_waiters();
        }
        reply
    }
}
