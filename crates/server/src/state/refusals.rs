//! Mails that the mail server refused, one after another: whether that is about each of them, or about all.
//!
//! A mail server may answer with a status (RFC 3463) that names itself or the sender, and not the recipient:
//!
//! - *X.4.5*, a quota or a congestion, is never about a recipient. The mail server is in trouble at once.
//! - *5.7.x*, security or policy, may be about the sender, as where relaying is denied, or about one recipient. The
//!   mail is tried again. Refused again, it fails, unless no mail at all was accepted since it was queued: then the
//!   mail server is in trouble. It also is after [`MANY`] such refusals in a row.
//! - *4.7.x* is what mail servers say that let each new sender wait. Such a mail is tried again like any that is
//!   deferred: to test the mail server with one new mail after another would never end that trouble.
//!
//! Any other permanent refusal fails the mail. [`MANY`] of them in a row that say the same are trouble of the mail
//! server, too, unless the recipients are of one domain, which may have many unknown ones: of each,
//! [`MANY_OF_ONE_DOMAIN`] count.
//!
//! *In a row* means without an accepted mail between them. Mails that have failed in a row that turns out to be trouble
//! are queued again. A row lasts until a mail is accepted, or refused in another way; it does not outlive the server.

use std::collections::HashMap;

/// So many refusals in a row are no coincidence.
const MANY: u32 = 20;
/// So many of the same refusal count for one domain.
const MANY_OF_ONE_DOMAIN: u32 = MANY / 2;

/// A mail server's negative answer to a recipient or a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    code: u16,
    /// The second and third number of its status, if it has one.
    status: Option<(u16, u16)>,
}

impl Refusal {
    /// Reads an answer: its code, and its text, which may contain a status.
    pub(crate) fn read(code: u16, text: &str) -> Self {
        let status = text.split_whitespace().find_map(|word| {
            // Some mail servers write (#5.7.1).
            let numbers = word.trim_matches(|c: char| !c.is_ascii_digit()).splitn(3, '.');
            let numbers: Vec<u16> = numbers.map(str::parse).collect::<Result<_, _>>().ok()?;
            match numbers.as_slice() {
                [class, subject, detail] if *class == code / 100 => Some((*subject, *detail)),
                _ => None,
            }
        });
        Self { code, status }
    }

    fn is_permanent(self) -> bool {
        self.code >= 500
    }

    fn about(self) -> About {
        match self.status {
            Some((4, 5)) => About::Server,
            _ if !self.is_permanent() => About::Later,
            Some((7, _)) => About::SenderOrRecipient,
            _ => About::Mail,
        }
    }
}

/// What a refusal is about, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Server,
    SenderOrRecipient,
    Mail,
    /// Nothing is decided.
    Later,
}

/// A mail that was refused.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusedMail<'a> {
    pub(crate) number: i64,
    pub(crate) domain: &'a str,
    /// Whether it was tried before.
    pub(crate) is_retried: bool,
    /// Whether any mail was accepted since it was queued.
    pub(crate) others_accepted: bool,
}

/// What a refusal means, after those before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The mail has failed.
    Fails,
    /// The mail is to be tried again.
    Again,
    /// The mail server is in trouble. These mails have failed for it.
    Trouble { failed: Vec<i64> },
}

/// The present row of refusals.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Option<Row>);

#[derive(Debug)]
struct Row {
    kind: RefusalKind,
    /// How many there were, by the recipient's domain.
    domains: HashMap<String, u32>,
    /// The mails that have failed.
    failed: Vec<i64>,
    is_trouble: bool,
}

/// Refusals of one kind make a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RefusalKind {
    /// By a status that may be about the sender or the mail server.
    OfSender,
    /// That very answer.
    Same(Refusal),
}

impl Refusals {
    pub(crate) fn add(&mut self, refusal: Refusal, mail: RefusedMail<'_>) -> Verdict {
        let about = refusal.about();
        let kind = match about {
            About::Later => return Verdict::Again,
            About::Server | About::SenderOrRecipient => RefusalKind::OfSender,
            About::Mail => RefusalKind::Same(refusal),
        };
        if self.0.as_ref().is_none_or(|row| row.kind != kind) {
            self.0 = None;
        }
        let row = self.0.get_or_insert_with(|| Row::new(kind));
        row.add(about, mail)
    }

    /// A mail was accepted.
    pub(crate) fn end(&mut self) {
        self.0 = None;
    }

    /// The domains whose recipients were refused, while the row is trouble. Not of very many: then it is everybody.
    pub(crate) fn domains(&self) -> Vec<String> {
        let row = self.0.as_ref().filter(|row| row.is_trouble && row.domains.len() <= MANY as usize);
        row.map(|row| row.domains.keys().cloned().collect()).unwrap_or_default()
    }
}

impl Row {
    fn new(kind: RefusalKind) -> Self {
        Self { kind, domains: HashMap::new(), failed: Vec::new(), is_trouble: false }
    }

    fn add(&mut self, about: About, mail: RefusedMail<'_>) -> Verdict {
        *self.domains.entry(mail.domain.to_owned()).or_default() += 1;
        let is_vain = mail.is_retried && !mail.others_accepted;
        self.is_trouble |= match about {
            About::Server => true,
            About::SenderOrRecipient => is_vain || self.count(u32::MAX) >= MANY,
            About::Mail | About::Later => self.count(MANY_OF_ONE_DOMAIN) >= MANY,
        };
        if self.is_trouble {
            return Verdict::Trouble { failed: std::mem::take(&mut self.failed) };
        }
        if about == About::SenderOrRecipient && !mail.is_retried {
            return Verdict::Again;
        }
        self.failed.push(mail.number);
        Verdict::Fails
    }

    /// How many there were, of one domain that many at most.
    fn count(&self, of_one_domain: u32) -> u32 {
        self.domains.values().map(|count| (*count).min(of_one_domain)).fold(0, u32::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: RefusedMail<'static> =
        RefusedMail { number: 1, domain: "example.com", is_retried: false, others_accepted: true };
    const TROUBLE: Verdict = Verdict::Trouble { failed: Vec::new() };

    fn refusal(answer: &str) -> Refusal {
        let (code, text) = answer.split_once(' ').unwrap();
        Refusal::read(code.parse().unwrap(), text)
    }

    #[test]
    fn r22_a_status_is_found_where_mail_servers_put_it() {
        for (answer, status) in [
            ("554 5.7.1 <a@example.com>: Relay access denied", Some((7, 1))),
            ("550 5.7.708 Access denied, traffic not accepted from this IP.", Some((7, 708))),
            ("553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Some((7, 1))),
            ("550 5.7.26 the first line\n5.7.26 and the second", Some((7, 26))),
            ("550 relay not permitted", None),
            ("550 Client host [5.7.1.2] blocked, see 5.7", None),
            ("550 4.7.1 of another class", None),
        ] {
            assert_eq!(refusal(answer).status, status, "{answer}");
        }
    }

    #[test]
    fn r22_a_quota_is_trouble_at_once() {
        for answer in ["550 5.4.5 Daily user sending quota exceeded", "451 4.4.5 congestion"] {
            assert_eq!(Refusals::default().add(refusal(answer), MAIL), TROUBLE, "{answer}");
        }
    }

    #[test]
    fn r22_a_recipient_whom_a_policy_refuses_fails_alone_when_refused_again() {
        let mut refusals = Refusals::default();
        let policy = refusal("550 5.7.1 rejected");
        assert_eq!(refusals.add(policy, MAIL), Verdict::Again);
        assert_eq!(refusals.add(policy, RefusedMail { is_retried: true, ..MAIL }), Verdict::Fails);
        let in_vain = RefusedMail { is_retried: true, others_accepted: false, ..MAIL };
        assert_eq!(refusals.add(policy, in_vain), Verdict::Trouble { failed: vec![1] });
        assert_eq!(refusals.add(policy, MAIL), TROUBLE, "until a mail is accepted");
        assert_eq!(refusals.domains(), ["example.com"]);
        refusals.end();
        assert_eq!(refusals.add(policy, MAIL), Verdict::Again);
        assert!(refusals.domains().is_empty());
    }

    #[test]
    fn r22_twenty_refusals_by_policy_in_a_row_are_trouble_whatever_their_domain() {
        let mut refusals = Refusals::default();
        for (number, answer) in (0..).zip(["554 5.7.1 denied", "550 5.7.26 not signed"].repeat(10)).take(19) {
            let mail = RefusedMail { number, is_retried: number % 2 == 0, ..MAIL };
            assert_ne!(refusals.add(refusal(answer), mail), TROUBLE);
        }
        let failed = (0..19).step_by(2).collect();
        assert_eq!(refusals.add(refusal("554 5.7.1 denied"), MAIL), Verdict::Trouble { failed });
    }

    /// The verdicts on mails to those domains.
    fn verdicts<'a>(answer: &str, domains: impl Iterator<Item = &'a String>) -> Vec<Verdict> {
        let mut refusals = Refusals::default();
        let mails = (0..).zip(domains).map(|(number, domain)| RefusedMail { number, domain, ..MAIL });
        mails.map(|mail| refusals.add(refusal(answer), mail)).collect()
    }

    #[test]
    fn r22_the_same_refusal_twenty_times_over_different_domains_is_trouble() {
        let domains: Vec<_> = (0..20).map(|number| format!("d{number}.example")).collect();
        let verdict = Verdict::Trouble { failed: (0..19).collect() };
        let found = verdicts("550 relay not permitted", domains.iter());
        assert_eq!((&found[..19], &found[19]), (&[const { Verdict::Fails }; 19][..], &verdict));
        let of_two = verdicts("550 no", domains[..2].iter().cycle().take(20));
        assert_eq!(of_two[19], verdict, "ten and ten");
        let unknown = verdicts("550 5.1.1 no such user", std::iter::repeat_n(&domains[0], 100));
        assert!(unknown.iter().all(|verdict| *verdict == Verdict::Fails), "all of one domain");
        let one_more = std::iter::repeat_n(&domains[0], 19).chain(&domains[1..9]);
        let unknown = verdicts("550 5.1.1 no such user", one_more);
        assert!(unknown.iter().all(|verdict| *verdict == Verdict::Fails), "nearly all of one domain");
    }

    #[test]
    fn r22_an_accepted_mail_and_another_answer_end_the_row() {
        let domains: Vec<_> = (0..19).map(|number| format!("d{number}.example")).collect();
        let mut refusals = Refusals::default();
        let nineteen = |refusals: &mut Refusals, answer| {
            for domain in &domains {
                assert_eq!(refusals.add(refusal(answer), RefusedMail { domain, ..MAIL }), Verdict::Fails);
            }
        };
        nineteen(&mut refusals, "550 no");
        refusals.end();
        nineteen(&mut refusals, "550 no");
        nineteen(&mut refusals, "550 5.1.1 no");
        assert_eq!(refusals.add(refusal("451 4.7.1 greylisted"), MAIL), Verdict::Again);
        let last = refusals.add(refusal("550 5.1.1 no"), RefusedMail { domain: "last.example", ..MAIL });
        assert!(matches!(last, Verdict::Trouble { failed } if failed.len() == 19), "a deferral is no answer");
    }
}
