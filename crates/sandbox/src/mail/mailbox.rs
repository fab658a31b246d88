//! The mailbox: the mails that were received.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::message::{Message, ReceivedMail};

/// A failure to store a mail.
pub type MailboxError = std::io::Error;

/// The received mails, in order, in memory and in a file if one is given.
#[derive(Debug, Default)]
pub struct Mailbox {
    kept: Mutex<MailboxContent>,
    received: Notify,
}

#[derive(Debug, Default)]
struct MailboxContent {
    mails: Vec<Held>,
    file: Option<File>,
}

/// A line of the file.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Read(ReadMark),
    Mail(ReceivedMail),
}

/// The number of a mail that was opened.
#[derive(Serialize, Deserialize)]
struct ReadMark {
    read: usize,
}

/// A mail with its search text, so that a search need not read every message.
#[derive(Debug)]
struct Held {
    mail: ReceivedMail,
    /// Recipients and subject in lower case.
    words: String,
    is_read: bool,
}

impl Held {
    fn new(mail: ReceivedMail) -> Self {
        let subject = Message::of(0, &mail, false).subject;
        let words = format!("{} {subject}", mail.to.join(" ")).to_lowercase();
        Self { mail, words, is_read: false }
    }

    fn message(&self, id: usize) -> Message {
        Message::of(id, &self.mail, self.is_read)
    }
}

impl Mailbox {
    /// Opens a mailbox with the mails in `file`. A line that was truncated by a crash is left out.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn open(file: Option<&Path>) -> Result<Self, MailboxError> {
        let Some(path) = file else { return Ok(Self::default()) };
        let mut mails: Vec<Held> = Vec::new();
        if path.exists() {
            for line in BufReader::new(File::open(path)?).lines() {
                match serde_json::from_str(&line?) {
                    Ok(Line::Mail(mail)) => mails.push(Held::new(mail)),
                    Ok(Line::Read(ReadMark { read })) => {
                        if let Some(held) = read.checked_sub(1).and_then(|index| mails.get_mut(index)) {
                            held.is_read = true;
                        }
                    }
                    Err(_) => {}
                }
            }
        }
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { kept: Mutex::new(MailboxContent { mails, file: Some(file) }), received: Notify::new() })
    }

    /// Stores a mail. Once this returns, the mail survives the end of the process.
    pub(super) fn keep(&self, mail: ReceivedMail) -> Result<(), MailboxError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &mut kept.file {
            append(file, &mail)?;
        }
        kept.mails.push(Held::new(mail));
        drop(kept);
        self.received.notify_waiters();
        Ok(())
    }

    /// Waits until a search finds that many mails.
    pub async fn wait_for(&self, search: &str, count: usize) {
        loop {
            // Registered before the search, so that no mail is missed.
            let received = self.received.notified();
            if self.find(search, 0, 0).1 >= count {
                return;
            }
            received.await;
        }
    }

    /// How many mails there are.
    pub fn len(&self) -> usize {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).mails.len()
    }

    /// True when nothing was received.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mail with that number, counted from 1.
    pub fn get(&self, id: usize) -> Option<Message> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.mails.get(id.checked_sub(1)?).map(|held| held.message(id))
    }

    /// The mail with that number as it was received.
    pub(super) fn source(&self, id: usize) -> Option<String> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.mails.get(id.checked_sub(1)?).map(|held| held.mail.raw.clone())
    }

    /// Notes that the mail with that number was opened.
    pub(super) fn mark_read(&self, id: usize) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let MailboxContent { mails, file } = &mut *kept;
        let held = id.checked_sub(1).and_then(|index| mails.get_mut(index));
        let Some(held) = held.filter(|held| !held.is_read) else { return };
        held.is_read = true;
        if let Some(file) = file {
            // A mark that cannot be stored is missing after a restart.
            let _ = append(file, &ReadMark { read: id });
        }
    }

    /// How many mails are unopened.
    pub(super) fn unread(&self) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.mails.iter().filter(|held| !held.is_read).count()
    }

    /// The latest mails whose recipient or subject contains `search` in any letter case, the latest first; the first
    /// `skip` of them left out, at most `limit`. The count is of all matches.
    pub fn find(&self, search: &str, skip: usize, limit: usize) -> (Vec<Message>, usize) {
        let search = search.trim().to_lowercase();
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let matching =
            || kept.mails.iter().enumerate().rev().filter(|(_, held)| held.words.contains(&search));
        let page = matching().skip(skip).take(limit);
        let page = page.map(|(index, held)| held.message(index + 1)).collect();
        (page, matching().count())
    }

    /// Deletes all mails.
    ///
    /// # Errors
    /// When the file cannot be emptied.
    pub fn clear(&self) -> Result<(), MailboxError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &kept.file {
            file.set_len(0)?;
        }
        kept.mails.clear();
        Ok(())
    }
}

/// Adds a line, which begins with its line break: one before it that was written in part takes nothing with it.
fn append(file: &mut File, line: &impl Serialize) -> Result<(), MailboxError> {
    file.write_all(format!("\n{}", serde_json::to_string(line)?).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(to: &str, subject: &str) -> ReceivedMail {
        ReceivedMail {
            to: vec![to.to_owned()],
            received_at: 0,
            raw: format!("From: a@example.com\r\nTo: {to}\r\nSubject: {subject}\r\n\r\nHello\r\n"),
        }
    }

    #[test]
    fn the_latest_mail_comes_first_and_a_search_finds_recipients_and_subjects() {
        let mailbox = Mailbox::default();
        mailbox.keep(mail("ana@example.com", "One")).unwrap();
        mailbox.keep(mail("bob@example.com", "Two")).unwrap();
        let (all, count) = mailbox.find("", 0, 10);
        assert_eq!((all[0].subject.as_str(), count), ("Two", 2));
        assert_eq!(mailbox.find("ANA@", 0, 10).0[0].id, 1);
        assert_eq!(mailbox.find("two", 0, 10).0[0].id, 2);
        assert_eq!(mailbox.find("nobody", 0, 10).1, 0);
        assert_eq!(mailbox.find("", 1, 10).0[0].id, 1);
    }

    /// Adds what a process that ended in the middle of it has written.
    fn tear(file: &Path, part: &str) {
        OpenOptions::new().append(true).open(file).unwrap().write_all(part.as_bytes()).unwrap();
    }

    #[test]
    fn mails_survive_a_restart_and_a_torn_last_line() {
        let folder = std::env::temp_dir().join(format!("mailbox-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("mailbox.jsonl");
        let _ = std::fs::remove_file(&file);
        Mailbox::open(Some(&file)).unwrap().keep(mail("ana@example.com", "One")).unwrap();
        tear(&file, "\n{\"to\": [\"bo");
        let again = Mailbox::open(Some(&file)).unwrap();
        again.keep(mail("bob@example.com", "Two")).unwrap();
        again.mark_read(2);
        again.mark_read(3);
        let mailbox = Mailbox::open(Some(&file)).unwrap();
        assert_eq!((mailbox.len(), mailbox.unread()), (2, 1));
        assert!(mailbox.get(2).unwrap().is_read && !mailbox.get(1).unwrap().is_read);

        // A mark that was written in part, and further ones by the same process.
        tear(&file, "\n{\"read\"");
        mailbox.mark_read(1);
        tear(&file, "\n{\"re");
        mailbox.keep(mail("eva@example.com", "Three")).unwrap();
        let mailbox = Mailbox::open(Some(&file)).unwrap();
        assert_eq!((mailbox.len(), mailbox.unread()), (3, 1));

        // Only a line that was written in part.
        mailbox.clear().unwrap();
        tear(&file, "{\"to\": [\"bo");
        Mailbox::open(Some(&file)).unwrap().keep(mail("ana@example.com", "One")).unwrap();
        assert_eq!(Mailbox::open(Some(&file)).unwrap().len(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
