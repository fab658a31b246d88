//! The mail server's network side.

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::mailbox::Mailbox;
use super::message::ReceivedMail;
use super::smtp::{self, Dialogue, Recipient, Reply};

/// Longest message that is accepted, in bytes.
const MESSAGE_MAX: u64 = 10 * 1024 * 1024;
/// Longest command.
const LINE_MAX: u64 = 4096;
const SLOW: Duration = Duration::from_secs(2);

/// The answer to a recipient, without the line break; `None` for the usual one.
pub type AnswerToRecipient = fn(&str) -> Option<&'static str>;

/// A mail server that puts every mail into a mailbox. Dropped, it stops.
#[derive(Debug)]
pub struct MailServer {
    address: SocketAddr,
    task: JoinHandle<()>,
    answer: Arc<Mutex<AnswerToRecipient>>,
}

impl MailServer {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(mailbox: Arc<Mailbox>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let greylist = Greylist::default();
        let answer: Arc<Mutex<AnswerToRecipient>> = Arc::new(Mutex::new(|_| None));
        let answers = Arc::clone(&answer);
        let task = tokio::spawn(async move {
            // An error of accept concerns one connection only.
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    let (mailbox, greylist) = (Arc::clone(&mailbox), greylist.clone());
                    let answers = Arc::clone(&answers);
                    tokio::spawn(async move {
                        if let Err(error) = serve(stream, &mailbox, &greylist, &answers).await {
                            tracing::debug!(%error, "a mail connection broke");
                        }
                    });
                }
            }
        });
        Ok(Self { address, task, answer })
    }

    /// From now on recipients are answered in that way.
    pub fn answer_recipients(&self, answer: AnswerToRecipient) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }

    /// The address on which it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Recipients that were deferred once; their mails are accepted from then on.
#[derive(Clone, Default)]
struct Greylist(Arc<Mutex<HashSet<String>>>);

impl Greylist {
    /// Marks the recipient as seen, and returns whether it was seen before.
    fn seen(&self, recipient: &str) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(recipient.to_owned())
    }
}

async fn serve(
    stream: TcpStream,
    mailbox: &Mailbox,
    greylist: &Greylist,
    answer: &Mutex<AnswerToRecipient>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let mut dialogue = Dialogue::default();
    write.write_all(Dialogue::GREETING.as_bytes()).await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if (&mut read).take(LINE_MAX).read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let command = String::from_utf8_lossy(&line);
        if let Some(recipient) = smtp::recipient(&command) {
            let answer = *answer.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(answer) = answer(recipient) {
                write.write_all(format!("{answer}\r\n").as_bytes()).await?;
                continue;
            }
        }
        let reply = dialogue.command(&command, |recipient| greylist.seen(recipient));
        write.write_all(reply.text().as_bytes()).await?;
        match reply {
            Reply::Text(_) => {}
            Reply::Bye => return Ok(()),
            Reply::SendMessage => {
                acknowledge_at_once(read.get_ref().as_ref());
                let raw = message(&mut read).await?;
                let to = dialogue.take_recipients();
                let asks = |wanted| to.iter().any(|to| Recipient::of(to) == wanted);
                let (drops, is_slow) = (asks(Recipient::Drop), asks(Recipient::Slow));
                if is_slow {
                    tokio::time::sleep(SLOW).await;
                }
                let kept = mailbox.keep(ReceivedMail { to, received_at: now(), raw });
                if drops {
                    return Ok(());
                }
                let answer = if kept.is_ok() { "250 2.0.0 taken\r\n" } else { "452 4.3.1 no room\r\n" };
                write.write_all(answer.as_bytes()).await?;
            }
        }
    }
}

/// Senders write the end of a message separately, and many hold it back until the rest is acknowledged, which the
/// system would delay by 40 ms.
fn acknowledge_at_once(stream: &TcpStream) {
    // Only for speed, so systems without the option go without.
    #[cfg(target_os = "linux")]
    let _ = stream.set_quickack(true);
    #[cfg(not(target_os = "linux"))]
    let _ = stream;
}

/// Reads a message up to the lone dot, and removes the dot stuffing.
async fn message(read: &mut (impl tokio::io::AsyncBufRead + Unpin)) -> std::io::Result<String> {
    let mut limited = read.take(MESSAGE_MAX);
    let mut raw = Vec::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if limited.read_until(b'\n', &mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        match line.strip_prefix(b".") {
            Some(b"\r\n" | b"\n") => return Ok(String::from_utf8_lossy(&raw).into_owned()),
            Some(rest) => raw.extend_from_slice(rest),
            None => raw.extend_from_slice(&line),
        }
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn say(stream: &mut BufReader<TcpStream>, text: &str) -> String {
        stream.get_mut().write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_line(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_message_is_received_as_it_was_sent() {
        let mailbox = Arc::new(Mailbox::default());
        let server = MailServer::start(Arc::clone(&mailbox)).await.unwrap();
        let mut stream = BufReader::new(TcpStream::connect(server.address()).await.unwrap());
        assert!(say(&mut stream, "").await.starts_with("220"));
        assert!(say(&mut stream, "HELO me\r\n").await.starts_with("250"));
        assert!(say(&mut stream, "MAIL FROM:<a@example.com>\r\n").await.starts_with("250"));
        assert!(say(&mut stream, "RCPT TO:<b@example.com>\r\n").await.starts_with("250"));
        assert!(say(&mut stream, "DATA\r\n").await.starts_with("354"));
        let raw = "Subject: =?utf-8?B?7LSI64yA?=\r\nFrom: A <a@example.com>\r\n\r\n..dots\r\nhttps://example.com/a#b\r\n.\r\n";
        assert!(say(&mut stream, raw).await.starts_with("250"));
        let mail = mailbox.get(1).unwrap();
        assert_eq!((mail.subject.as_str(), mail.from.as_str()), ("초대", "A <a@example.com>"));
        assert_eq!(mail.to, ["b@example.com"]);
        assert!(mail.text.starts_with(".dots"));
        assert_eq!(mail.links, ["https://example.com/a#b"]);
        assert!(say(&mut stream, "QUIT\r\n").await.starts_with("221"));
    }

    #[tokio::test]
    async fn r14_a_connection_can_break_before_the_answer() {
        let mailbox = Arc::new(Mailbox::default());
        let server = MailServer::start(Arc::clone(&mailbox)).await.unwrap();
        let mut stream = BufReader::new(TcpStream::connect(server.address()).await.unwrap());
        for line in ["", "HELO me\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<drop@example.com>\r\n", "DATA\r\n"] {
            say(&mut stream, line).await;
        }
        assert_eq!(say(&mut stream, "Subject: x\r\n\r\nx\r\n.\r\n").await, "");
        assert_eq!(mailbox.len(), 1, "it was taken all the same");
    }
}
