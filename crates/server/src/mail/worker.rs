//! Sends what is queued.
//!
//! A mail is leased in one transaction, handed to the mail server, and settled in another. A server that stops in
//! between leaves a lease; such a mail becomes `unknown`: it was sent or it was not, and sending it again is for a
//! person to decide.

use std::time::Duration;

use api_types::{BatchOptions, InvitationStatus, RowCode};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use uuid::Uuid;

use super::compose::{Invitation, ResetPayload, TestPayload, invitation, password_reset};
use super::postman::{CONNECTIONS, Postman, Refusal};
use super::{Letter, texts::Texts};
use crate::app::{App, wait_for_end};
use crate::clock::Millis;
use crate::db::mails::{self, LeasedMail, Outcome};
use crate::db::{DbResult, new_id};
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
    if let Err(error) = expire(&app, None).await {
        tracing::error!(%error, "leases could not be ended");
    }
    loop {
        let wait = match until_due(&app).await {
            Ok(Duration::ZERO) => round(&app, &postman).await.map(|()| Duration::ZERO),
            waiting => waiting,
        };
        let wait = match wait {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "the mail worker failed");
                NAP
            }
        };
        if *app.ending.borrow() {
            return;
        }
        if !wait.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = app.post.notified() => {}
                () = wait_for_end(app.ending.clone()) => return,
            }
        }
    }
}

async fn expire(app: &App, now: Option<Millis>) -> DbResult<()> {
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

/// How long until a mail is due. Only reads, so that a worker that is woken in vain keeps nobody from writing.
async fn until_due(app: &App) -> DbResult<Duration> {
    let due = mails::next_due(&mut *app.db.read().await?).await?;
    Ok(due.map_or(NAP, |due| app.now().until(due).min(NAP)))
}

/// Leases some mails, sends them side by side, and settles each as it is done.
async fn round(app: &App, postman: &Postman) -> DbResult<()> {
    let now = app.now();
    let mut tx = app.db.write().await?;
    let leased = mails::lease(&mut tx, &new_id(), CONNECTIONS, now.plus(LEASE), now).await?;
    tx.commit().await?;
    announce(app, &leased);
    let sending: FuturesUnordered<_> = leased.iter().map(|mail| attempt(app, postman, mail)).collect();
    let mut done = sending.ready_chunks(CONNECTIONS as usize);
    while let Some(outcomes) = done.next().await {
        let now = app.now();
        let mut tx = app.db.write().await?;
        for (mail, outcome) in &outcomes {
            mails::settle(&mut tx, mail, outcome, now).await?;
        }
        mails::settle_batches(&mut tx, now).await?;
        tx.commit().await?;
    }
    announce(app, &leased);
    Ok(())
}

/// Tells event streams about the batches of these mails.
fn announce(app: &App, leased: &[LeasedMail]) {
    let mut batches: Vec<&String> = leased.iter().filter_map(|mail| mail.batch_id.as_ref()).collect();
    batches.dedup();
    for batch in batches {
        let _ = app.changes.send(batch.clone());
    }
}

async fn attempt<'a>(app: &App, postman: &Postman, mail: &'a LeasedMail) -> (&'a LeasedMail, Outcome) {
    let outcome = match write(app, mail) {
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
    let name = mail.invitation_id.as_deref().unwrap_or(&mail.id);
    match letter {
        Some(letter) => Written::Letter(to, format!("{name}.{}", mail.edition()), letter),
        None => Written::Nothing,
    }
}

fn write_invitation(app: &App, mail: &LeasedMail, first_name: &str) -> Option<Letter> {
    let status: InvitationStatus = crate::db::from_text(mail.invitation_status.as_deref()?).ok()?;
    if status != InvitationStatus::Pending {
        return None;
    }
    let options: BatchOptions = serde_json::from_str(mail.options.as_deref()?).ok()?;
    let id = Uuid::parse_str(mail.invitation_id.as_deref()?).ok()?;
    let token = app.tokens.mint(Purpose::Invitation, Claim { id, generation: mail.generation() });
    let content = Invitation {
        account: &app.account_name,
        inviter: mail.inviter.as_deref().unwrap_or_default(),
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
