//! SMTP (RFC 5321) as far as a sender needs it, without the network: lines in, replies out.

/// A reply of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Text(&'static str),
    /// `DATA` was accepted: the message follows.
    SendMessage,
    Bye,
}

impl Reply {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Text(text) => text,
            Self::SendMessage => "354 end with <CRLF>.<CRLF>\r\n",
            Self::Bye => "221 bye\r\n",
        }
    }
}

/// Recipients that make the server fail on purpose, by the part before the `@`. A suffix after `+` tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recipient {
    Ordinary,
    /// `bounce@`: refused for good.
    Bounce,
    /// `greylist@`: deferred on the first attempt, accepted on the next.
    Greylist,
    /// `defer@`: always deferred.
    Defer,
    /// `slow@`: accepted after two seconds.
    Slow,
    /// `drop@`: accepted, and the connection breaks instead of a reply.
    Drop,
}

impl Recipient {
    pub(super) fn of(address: &str) -> Self {
        let local = address.split('@').next().unwrap_or_default();
        match local.split('+').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "bounce" => Self::Bounce,
            "greylist" => Self::Greylist,
            "defer" => Self::Defer,
            "slow" => Self::Slow,
            "drop" => Self::Drop,
            _ => Self::Ordinary,
        }
    }
}

/// The address that a command names as a recipient.
pub(super) fn recipient(command: &str) -> Option<&str> {
    let (verb, rest) = command.split_at_checked(4)?;
    let address = rest.split_once('<')?.1.split_once('>')?.0;
    (verb.eq_ignore_ascii_case("RCPT") && address.contains('@')).then_some(address)
}

/// The SMTP session of one connection.
#[derive(Debug, Default)]
pub(super) struct Dialogue {
    sender: bool,
    recipients: Vec<String>,
}

impl Dialogue {
    pub(super) const GREETING: &'static str = "220 sandbox ESMTP\r\n";

    /// Replies to a command. `greylisted` tells whether a recipient was deferred before.
    pub(super) fn command(&mut self, line: &str, mut greylisted: impl FnMut(&str) -> bool) -> Reply {
        let line = line.trim_end();
        let verb = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => {
                self.reset();
                Reply::Text("250-sandbox\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n")
            }
            "HELO" => {
                self.reset();
                Reply::Text("250 sandbox\r\n")
            }
            "MAIL" => {
                self.reset();
                self.sender = true;
                Reply::Text("250 ok\r\n")
            }
            "RCPT" => self.recipient(line, &mut greylisted),
            "DATA" if !self.sender => Reply::Text("503 MAIL comes first\r\n"),
            "DATA" if self.recipients.is_empty() => Reply::Text("503 RCPT comes first\r\n"),
            "DATA" => Reply::SendMessage,
            "RSET" => {
                self.reset();
                Reply::Text("250 ok\r\n")
            }
            "NOOP" => Reply::Text("250 ok\r\n"),
            "QUIT" => Reply::Bye,
            _ => Reply::Text("502 not here\r\n"),
        }
    }

    fn recipient(&mut self, line: &str, greylisted: &mut impl FnMut(&str) -> bool) -> Reply {
        if !self.sender {
            return Reply::Text("503 MAIL comes first\r\n");
        }
        let Some(address) = recipient(line) else {
            return Reply::Text("501 RCPT TO:<address>\r\n");
        };
        match Recipient::of(address) {
            Recipient::Bounce => Reply::Text("550 5.1.1 no such mailbox\r\n"),
            Recipient::Defer => Reply::Text("451 4.7.1 try again later\r\n"),
            Recipient::Greylist if !greylisted(address) => Reply::Text("450 4.2.0 greylisted, try again\r\n"),
            Recipient::Ordinary | Recipient::Greylist | Recipient::Slow | Recipient::Drop => {
                self.recipients.push(address.to_owned());
                Reply::Text("250 ok\r\n")
            }
        }
    }

    /// Takes the recipients of the message that was received; the next message starts without any.
    pub(super) fn take_recipients(&mut self) -> Vec<String> {
        self.sender = false;
        std::mem::take(&mut self.recipients)
    }

    fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn talk(dialogue: &mut Dialogue, line: &str) -> String {
        dialogue.command(line, |_| false).text()[..3].to_owned()
    }

    #[test]
    fn commands_come_in_order() {
        let mut dialogue = Dialogue::default();
        assert_eq!(talk(&mut dialogue, "DATA\r\n"), "503");
        assert_eq!(talk(&mut dialogue, "RCPT TO:<a@example.com>\r\n"), "503");
        assert_eq!(talk(&mut dialogue, "EHLO me\r\n"), "250");
        assert_eq!(talk(&mut dialogue, "mail from:<>\r\n"), "250");
        assert_eq!(talk(&mut dialogue, "DATA\r\n"), "503");
        assert_eq!(talk(&mut dialogue, "RCPT TO:<a@example.com>\r\n"), "250");
        assert_eq!(talk(&mut dialogue, "DATA\r\n"), "354");
        assert_eq!(dialogue.take_recipients(), ["a@example.com"]);
        assert_eq!(talk(&mut dialogue, "DATA\r\n"), "503");
        assert_eq!(talk(&mut dialogue, "STARTTLS\r\n"), "502");
    }

    #[test]
    fn r14_recipients_fail_as_they_are_called() {
        let mut dialogue = Dialogue::default();
        talk(&mut dialogue, "MAIL FROM:<>");
        assert_eq!(talk(&mut dialogue, "RCPT TO:<bounce+7@example.com>"), "550");
        assert_eq!(talk(&mut dialogue, "RCPT TO:<defer@example.com>"), "451");
        assert_eq!(talk(&mut dialogue, "RCPT TO:<greylist@example.com>"), "450");
        let again = dialogue.command("RCPT TO:<greylist@example.com>", |_| true);
        assert_eq!(again, Reply::Text("250 ok\r\n"));
        assert_eq!(talk(&mut dialogue, "RCPT TO:<bouncer@example.com>"), "250");
    }
}
