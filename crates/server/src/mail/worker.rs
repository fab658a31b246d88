//! Sends what is queued.
//!
//! A mail is leased in one transaction, handed to the mail server, and settled in another. A server that stops in
//! between leaves a lease; such a mail becomes `unknown`: it was sent or it was not, and sending it again is for a
//! person to decide.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use api_types::{Activity, BatchOptions, InvitationStatus, RowCode, Service};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use uuid::Uuid;

use super::compose::{Audience, Invitation, ResetPayload, TestPayload, invitation, password_reset};
use super::postman::{CONNECTIONS, Postman, Refusal};
use super::{Letter, texts::Texts};
use crate::app::{App, wait_for_end};
use crate::clock::Millis;
use crate::db::mails::{self, LeasedMail, Outcome};
use crate::db::{self, DbResult, new_id};
use crate::token::{Claim, Purpose};

/// How often a mail is tried.
const ATTEMPTS: u32 = 6;
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);
/// Longer than any mail can take, so that a lease that ran out belongs to a server that is gone.
const LEASE: Duration = Duration::from_secs(300);
/// How long the worker sleeps at most; also how long it waits after a failure of the database.
const NAP: Duration = Duration::from_secs(5);

/// Runs until the server ends.
pub(crate) async fn run(app: App, postman: Postman) {
    // Nobody else holds the data folder, so every lease there is was left by a server that stopped.
    if let Err(error) = expire_leases(&app, None).await {
        tracing::error!(%error, "leases could not be ended");
    }
    let mut worker =
        Worker { app, postman: Arc::new(postman), under_way: FuturesUnordered::new(), done: Vec::new() };
    while !worker.has_ended() {
        match worker.turn().await {
            Ok(Turn::Worked) => {}
            Ok(Turn::Idle(time)) => worker.wait(time).await,
            Err(error) => {
                tracing::error!(%error, "the mail worker failed");
                worker.wait(NAP).await;
            }
        }
    }
}

/// Ends the leases that ran out by `now`, or every one.
pub(crate) async fn expire_leases(app: &App, now: Option<Millis>) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    let expired = mails::expire_leases(&mut tx, now).await?;
    mails::settle_batches(&mut tx, app.now()).await?;
    tx.commit().await?;
    if expired > 0 {
        tracing::warn!(
            mails = expired,
            "mails were under way when a server stopped; it is unknown if they arrived"
        );
    }
    Ok(())
}

type Attempt = Pin<Box<dyn Future<Output = (LeasedMail, Outcome)> + Send>>;

enum Turn {
    Worked,
    /// Nothing to do for so long, unless something happens.
    Idle(Duration),
}

/// Keeps up to [`CONNECTIONS`] mails under way.
struct Worker {
    app: App,
    postman: Arc<Postman>,
    under_way: FuturesUnordered<Attempt>,
    /// Attempts whose outcome is not in the database yet.
    done: Vec<(LeasedMail, Outcome)>,
}

impl Worker {
    fn is_ending(&self) -> bool {
        *self.app.ending.borrow()
    }

    fn has_ended(&self) -> bool {
        self.is_ending() && self.under_way.is_empty() && self.done.is_empty()
    }

    fn free(&self) -> u32 {
        let under_way = u32::try_from(self.under_way.len()).unwrap_or(u32::MAX);
        if self.is_ending() { 0 } else { CONNECTIONS.saturating_sub(under_way) }
    }

    /// Settles what is done and leases as much anew, in one transaction.
    async fn turn(&mut self) -> DbResult<Turn> {
        while let Some(Some(outcome)) = self.under_way.next().now_or_never() {
            self.done.push(outcome);
        }
        let app = self.app.clone();
        let now = app.now();
        // Only reads, so that a worker that is woken in vain keeps nobody from writing.
        let due = mails::next_due(&mut *app.db.read().await?).await?;
        let wait = due.map_or(NAP, |due| now.until(due).min(NAP));
        let free = if wait.is_zero() { self.free() } else { 0 };
        if self.done.is_empty() && free == 0 {
            // With every connection busy, the next outcome is what to wait for.
            return Ok(Turn::Idle(if wait.is_zero() { NAP } else { wait }));
        }

        let mut tx = app.db.write().await?;
        for (mail, outcome) in &self.done {
            mails::settle(&mut tx, mail, outcome, now).await?;
            if let Outcome::Failed { code, .. } = outcome {
                let what = (Service::Mail, Activity::SendingMail);
                let code = db::text(code)?;
                db::errors::note(&mut tx, &app.account_id, now, what, &code, &message_name(mail)).await?;
            }
        }
        let leased = match free {
            0 => Vec::new(),
            free => mails::lease(&mut tx, &new_id(), free, now.plus(LEASE), now).await?,
        };
        let changed: BTreeSet<String> = {
            let settled = self.done.iter().map(|(mail, _)| mail);
            settled.chain(&leased).filter_map(|mail| mail.batch_id.clone()).collect()
        };
        for batch in &changed {
            db::batches::touch(&mut tx, batch).await?;
        }
        if !self.done.is_empty() {
            mails::settle_batches(&mut tx, now).await?;
        }
        tx.commit().await?;

        self.done.clear();
        for mail in leased {
            self.under_way.push(Box::pin(attempt(app.clone(), Arc::clone(&self.postman), mail)));
        }
        for batch in changed {
            // Nobody listening is fine.
            let _ = app.changes.send(batch);
        }
        Ok(Turn::Worked)
    }

    /// Waits for an outcome, for something new to send, for the time, or for the end.
    async fn wait(&mut self, time: Duration) {
        let ending = self.is_ending();
        tokio::select! {
            Some(outcome) = self.under_way.next() => self.done.push(outcome),
            () = self.app.post.notified() => {}
            () = tokio::time::sleep(time) => {}
            () = wait_for_end(self.app.ending.clone()), if !ending => {}
        }
    }
}

async fn attempt(app: App, postman: Arc<Postman>, mail: LeasedMail) -> (LeasedMail, Outcome) {
    let outcome = match write(&app, &mail) {
        Written::Letter(to, id, letter) => match postman.send(&id, &to, letter).await {
            Ok(()) => Outcome::Sent,
            Err(Refusal::Permanent { code, detail }) => Outcome::Failed { code, detail },
            Err(Refusal::Transient { detail }) if mail.attempts() >= ATTEMPTS => {
                Outcome::Failed { code: RowCode::MailDeferred, detail }
            }
            Err(Refusal::Transient { detail }) => {
                let base = Duration::from_millis(app.config.mail_retry_ms);
                Outcome::Deferred { after: backoff(base, mail.attempts(), random_share()), detail }
            }
        },
        Written::Nothing => Outcome::Cancelled,
    };
    (mail, outcome)
}

enum Written {
    /// Recipient, Message-ID without the host, and what the mail says.
    Letter(String, String, Letter),
    /// There is nobody to send it to any more.
    Nothing,
}

fn write(app: &App, mail: &LeasedMail) -> Written {
    let Some(to) = mail.recipient.clone() else { return Written::Nothing };
    let first_name = mail.first_name.as_deref().unwrap_or_default();
    let letter = match mail.kind.as_str() {
        "invitation" => write_invitation(app, mail, first_name),
        "password_reset" => mail.payload.as_deref().and_then(|payload| {
            let ResetPayload { link_id } = serde_json::from_str(payload).ok()?;
            let claim = Claim { id: Uuid::parse_str(&link_id).ok()?, generation: 0 };
            let url = app.link("reset-password", &app.tokens.mint(Purpose::PasswordReset, claim));
            Some(password_reset(mail.locale(), &app.account_name, first_name, &to, &url))
        }),
        "test" => mail.payload.as_deref().and_then(|payload| {
            let TestPayload { draft, inviter } = serde_json::from_str(payload).ok()?;
            let mut letter = preview(app, &draft, &inviter, first_name);
            letter.subject = Texts::of(draft.language).test_subject.replace("{subject}", &letter.subject);
            Some(letter)
        }),
        _ => None,
    };
    match letter {
        Some(letter) => Written::Letter(to, message_name(mail), letter),
        None => Written::Nothing,
    }
}

/// The Message-ID without the host, by which a mail server's log knows the mail.
fn message_name(mail: &LeasedMail) -> String {
    format!("{}.{}", mail.invitation_id.as_deref().unwrap_or(&mail.id), mail.edition())
}

fn write_invitation(app: &App, mail: &LeasedMail, first_name: &str) -> Option<Letter> {
    let status: InvitationStatus = db::from_text(mail.invitation_status.as_deref()?).ok()?;
    if status != InvitationStatus::Pending {
        return None;
    }
    let options: BatchOptions = serde_json::from_str(mail.options.as_deref()?).ok()?;
    let id = Uuid::parse_str(mail.invitation_id.as_deref()?).ok()?;
    let token = app.tokens.mint(Purpose::Invitation, Claim { id, generation: mail.generation() });
    let content = Invitation {
        account: &app.account_name,
        inviter: mail.inviter.as_deref().unwrap_or_default(),
        audience: mail.audience(),
        first_name,
        message: options.message.as_deref(),
        expires_in_days: options.expires_in_days,
        url: &app.link("activate", &token),
    };
    Some(invitation(mail.locale(), &content))
}

/// The invitation that a draft describes, with a link that leads to the app and opens nothing.
pub(crate) fn preview(app: &App, draft: &api_types::MailDraft, inviter: &str, first_name: &str) -> Letter {
    let content = Invitation {
        account: &app.account_name,
        inviter,
        audience: Audience::Anyone,
        first_name,
        message: draft.message.as_deref(),
        expires_in_days: draft.expires_in_days,
        url: app.public_url.as_str(),
    };
    invitation(draft.language, &content)
}

/// Full jitter: anything up to the base doubled with each attempt. `share` is between 0 and 1.
fn backoff(base: Duration, attempt: u32, share: f64) -> Duration {
    let doubled = base.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(LONGEST_WAIT).mul_f64(share.clamp(0.0, 1.0))
}

fn random_share() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_waits_grow_and_are_capped() {
        let base = Duration::from_secs(5);
        assert_eq!(backoff(base, 1, 1.0), base);
        assert_eq!(backoff(base, 3, 1.0), base * 4);
        assert_eq!(backoff(base, 3, 0.0), Duration::ZERO);
        assert_eq!(backoff(base, 40, 1.0), LONGEST_WAIT);
    }
}
