//! Sends the queued mails.
//!
//! A mail is leased in one transaction, handed to the mail server, and settled in another. A server that stops in
//! between leaves a lease. Before the message is handed over, that is noted: a mail of which it is not is sent again. Any
//! other becomes `unknown`, as does one whose answer was lost: it may have been sent, and a person decides whether to send
//! it again.
//!
//! While the mail server is in trouble, one mail at a time tests it. What it refuses may be its trouble, too
//! ([`crate::state::refusals`]): then another domain's recipient tests it next, if one waits, so that none is kept
//! waiting by a domain that takes nothing. Mails are given up by their age.

use std::any::Any;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use api_types::{Activity, BatchId, InvitationStatus, MailTroubleCause, RowCode, Service};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::compose::{
    Code, Invitation, NextStepsPayload, Notice, Reset, ResetPayload, TestPayload, invitation, next_steps,
    notice, password_guessing, password_reset, proof_code, trouble,
};
use super::mailer::{CONNECTIONS, Mailer, SendError, Withheld};
use super::{Email, rights, texts::Texts};
use crate::config::MailLimits;
use crate::db::batches::invitations::Terms;
use crate::db::mail_kind::MailKind;
use crate::db::mails::{self, Audience, LONGEST_WAIT, Lease, LeasedMail, Leases, Outcome};
use crate::db::told::Told;
use crate::db::{self, Conn, DbResult};
use crate::platform::clock::Millis;
use crate::platform::ending::wait_for_end;
use crate::platform::jitter::random_share;
use crate::platform::jobs::Job;
use crate::platform::token::{Claim, Purpose};
use crate::services::address;
use crate::services::notices::{NoticePayload, TroublePayload};
use crate::services::proof_codes::{self, CodePayload};
use crate::state::App;
use crate::state::mail_monitor::backoff;
use crate::state::refusals::{RefusedMail, Verdict};

/// Longer than any mail can take: the outcome of a lease that ran out is lost.
const LEASE: Duration = Duration::from_secs(900);
const _: () = assert!(MailLimits::DEFAULT.whole().as_secs() < LEASE.as_secs());
/// The place in the console where a person sees and ends their sessions.
const PROFILE: &str = "/settings/account/profile";
/// The place in the console where administrators see what fails.
const DIAGNOSTICS: &str = "/settings/integrations/diagnostics";
/// How long the worker sleeps at most; also how long it waits after a failure of the database.
const NAP: Duration = Duration::from_secs(5);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How many mails are given up in one transaction.
const GIVEN_UP: u32 = 500;

/// Runs until the server ends. Restarted after a panic, it continues from the state in the database. Only that of the lead
/// takes mails, so that the mail server's limits and its trouble are those of one.
pub(crate) async fn run(app: App, mailer: Arc<Mailer>) {
    // What this server holds was left by a worker that stopped.
    if let Err(error) = end_leases(&app, Leases::Of(&app.this_server.id)).await {
        tracing::error!(%error, "leases could not be ended");
    }
    let mut worker = Worker {
        app,
        mailer,
        under_way: FuturesUnordered::new(),
        done: Vec::new(),
        put_back: Vec::new(),
        in_doubt: Vec::new(),
        trouble_changed: false,
    };
    while !worker.has_ended() {
        let turn = worker.turn().await;
        match worker.app.jobs.note(Job::Mail, "turn", turn) {
            Ok(Turn::Worked) => {}
            Ok(Turn::Idle(time)) => {
                worker.mailer.rest();
                worker.wait(time).await;
            }
            Err(_) => worker.wait(NAP).await,
        }
    }
}

/// Ends leases, in a transaction of its own.
pub(crate) async fn end_leases(app: &App, leases: Leases<'_>) -> DbResult<()> {
    let mut tx = app.db.write().await?;
    expire_leases(&mut tx, leases, app.now()).await?;
    tx.commit().await
}

/// Ends leases.
pub(crate) async fn expire_leases(conn: &mut Conn, leases: Leases<'_>, now: Millis) -> DbResult<()> {
    let expired = mails::expire_leases(conn, leases, now).await?;
    mails::settle_batches(conn, now).await?;
    if expired > 0 {
        tracing::warn!(
            mails = expired,
            "mails were under way when a server stopped; it is unknown if they arrived"
        );
    }
    Ok(())
}

/// The result of an attempt.
struct Attempted {
    mail: LeasedMail,
    /// When it began, on the clock that is never set back.
    began: Duration,
    end: End,
}

enum End {
    Sent,
    Refused(SendError),
    /// The recipient is gone.
    Cancelled,
    /// The content is no longer valid.
    TooLate,
    /// An internal error, before anything was sent.
    Broken(String),
    /// The content of the mail cannot be read. Trying again does not help.
    Unreadable(String),
}

/// An attempt that has ended.
struct Done {
    mail: LeasedMail,
    outcome: Outcome,
    error: Option<RecentError>,
}

/// What is noted among the recent errors.
enum RecentError {
    OfMail(RowCode),
    /// The mail server takes no mail, since this attempt or for another cause than before.
    OfServer(MailTroubleCause),
}

impl RecentError {
    fn code(&self) -> DbResult<String> {
        match self {
            Self::OfMail(code) => db::text(code),
            Self::OfServer(cause) => db::text(cause),
        }
    }
}

type Attempt = Pin<Box<dyn Future<Output = Attempted> + Send>>;

enum Turn {
    Worked,
    /// Nothing to do for this long, unless the worker is woken.
    Idle(Duration),
}

/// Keeps up to [`CONNECTIONS`] mails in progress.
struct Worker {
    app: App,
    mailer: Arc<Mailer>,
    under_way: FuturesUnordered<Attempt>,
    /// Attempts whose outcome is not in the database yet.
    done: Vec<Done>,
    /// Mails that have failed for what turned out to be trouble of the mail server, to be queued again.
    put_back: Vec<i64>,
    /// Leases of turns whose commit was not answered: the database may have stored them all the same.
    in_doubt: Vec<String>,
    /// Whether clients of waiting batches are to be told the state of the mail server.
    trouble_changed: bool,
}

impl Worker {
    fn is_ending(&self) -> bool {
        *self.app.ending.borrow()
    }

    fn has_ended(&self) -> bool {
        self.is_ending() && self.under_way.is_empty() && self.done.is_empty()
    }

    fn free(&self, in_trouble: bool) -> u32 {
        let under_way = u32::try_from(self.under_way.len()).unwrap_or(u32::MAX);
        let most = if in_trouble { 1 } else { CONNECTIONS };
        if self.is_ending() || !self.app.this_server.leads() { 0 } else { most.saturating_sub(under_way) }
    }

    /// Settles finished mails and leases as many new ones, in one transaction.
    async fn turn(&mut self) -> DbResult<Turn> {
        while let Some(Some(attempted)) = self.under_way.next().now_or_never() {
            self.conclude(attempted);
        }
        let app = self.app.clone();
        if !app.this_server.leads() && self.done.is_empty() && self.under_way.is_empty() {
            return Ok(Turn::Idle(NAP));
        }
        let now = app.now();
        let pause = app.mail_monitor.pause(app.elapsed());
        // Only reads, so that a worker that is woken in vain blocks no writer.
        let due = mails::next_due(&mut *app.db.read().await?, now).await?;
        let wait = due.map_or(NAP, |due| now.until(due)).max(pause.unwrap_or_default()).min(NAP);
        let free = if wait.is_zero() { self.free(pause.is_some()) } else { 0 };
        rights::look(&app, &mut *app.db.read().await?).await?;
        if self.done.is_empty() && free == 0 && self.in_doubt.is_empty() {
            // With every connection busy, the worker waits for the next outcome.
            return Ok(Turn::Idle(if wait.is_zero() { NAP } else { wait }));
        }
        let refused = app.mail_monitor.refused_domains();
        let elsewhere = match free {
            1 if pause.is_some() && !refused.is_empty() => {
                mails::due_elsewhere(&mut *app.db.read().await?, &refused, now).await?
            }
            _ => None,
        };

        let mut tx = app.db.write().await?;
        for lease in &self.in_doubt {
            expire_leases(&mut tx, Leases::InDoubt(lease), now).await?;
        }
        for done in &self.done {
            settle(&app, &mut tx, done, now).await?;
        }
        let put_back = mails::put_back(&mut tx, &self.put_back, now).await?;
        // Mails that could not be tried for too long are given up before anything is tried again.
        let given_up = if pause.is_some() && free > 0 {
            mails::give_up(&mut tx, GIVEN_UP, app.judged(), now).await?
        } else {
            Vec::new()
        };
        let lease = Lease::new(&app.this_server.id, now.plus(LEASE));
        let leased = match free {
            0 => Vec::new(),
            _ if !given_up.is_empty() => Vec::new(),
            free => match elsewhere {
                Some(mail) => mails::lease_one(&mut tx, mail, &lease).await?,
                None => mails::lease(&mut tx, &lease, free, now).await?,
            },
        };
        let mut changed: BTreeSet<BatchId> = {
            let settled = self.done.iter().map(|done| &done.mail);
            let moved = settled.chain(&leased).filter_map(|mail| mail.batch_id.clone());
            moved.chain(given_up.iter().flatten().cloned()).chain(put_back).collect()
        };
        if self.trouble_changed {
            let since = mails::oldest_waiting(&mut tx).await?.map(|since| since.timestamp().0);
            let in_trouble = app.mail_monitor.state().trouble.is_some();
            tracing::warn!(in_trouble, waiting_since = since, "the way to the mail server changed");
            // Before the batches, which show it.
            let told = Told::Mail(app.mail_monitor.told());
            db::told::tell(&mut tx, &app.this_server.id, &told).await?;
            changed.extend(db::batches::invitations::unsettled(&mut tx).await?);
        }
        for batch in &changed {
            db::batches::touch(&mut tx, batch).await?;
        }
        if !self.done.is_empty() || !given_up.is_empty() {
            mails::settle_batches(&mut tx, now).await?;
        }
        if !leased.is_empty() {
            self.in_doubt.push(lease.into_id());
        }
        tx.commit().await?;

        self.in_doubt.clear();
        self.done.clear();
        self.put_back.clear();
        self.trouble_changed = false;
        for mail in leased {
            self.under_way.push(Box::pin(attempt(app.clone(), Arc::clone(&self.mailer), mail)));
        }
        for batch in changed {
            // There may be no receiver, which is no error.
            let _ = app.changes.send(batch);
        }
        Ok(Turn::Worked)
    }

    /// Decides what an attempt means for its mail and for the state of the mail server.
    fn conclude(&mut self, Attempted { mail, began, end }: Attempted) {
        let app = &self.app;
        let (now, elapsed) = (app.now(), app.elapsed());
        let judged = app.judged();
        let base = Duration::from_millis(app.config.mail_retry_ms);
        let ill = |cause, detail: &str| {
            let met = app.mail_monitor.ill(cause, (began, elapsed), (base, random_share()), now);
            if met.is_new {
                tracing::warn!(?cause, detail, "the mail server is in trouble; mails wait");
            }
            (met.pause, met.is_new)
        };
        let again = |after: Duration, detail: String, counts: bool| {
            let last = mail.gives_up_at();
            if last <= judged {
                Outcome::Failed { code: RowCode::MailDeferred, detail }
            } else {
                Outcome::Deferred { after: after.min(judged.until(last)), detail, counts }
            }
        };
        let verdict = match &end {
            End::Refused(SendError::Refused { refusal, .. }) => {
                let domain = mail.recipient.as_deref().and_then(address::domain).unwrap_or_default();
                let refused = RefusedMail {
                    number: mail.number(),
                    domain: &domain,
                    is_retried: mail.attempts() > 1,
                    others_accepted: app.mail_monitor.has_sent_since(mail.waits_since()),
                };
                Some(app.mail_monitor.refused(*refusal, refused))
            }
            _ => None,
        };
        let is_sent = matches!(end, End::Sent);
        let is_heard = is_sent || matches!(verdict, Some(Verdict::Fails | Verdict::Again));
        if is_heard && app.mail_monitor.well(is_sent, now) {
            self.trouble_changed = true;
        }
        let own = || backoff(base, mail.attempts(), random_share(), LONGEST_WAIT);
        let mut error = None;
        let outcome = match end {
            End::Sent => Outcome::Sent,
            End::Cancelled => Outcome::Cancelled,
            End::TooLate => {
                Outcome::Failed { code: RowCode::MailDeferred, detail: "the link has expired".to_owned() }
            }
            End::Broken(detail) => again(own(), detail, true),
            End::Unreadable(detail) => {
                tracing::error!(mail = message_name(&mail), detail, "a mail cannot be written");
                Outcome::Failed { code: RowCode::Other, detail }
            }
            End::Refused(SendError::Withheld(Withheld::Superseded)) => Outcome::Cancelled,
            End::Refused(SendError::Withheld(Withheld::NotNoted { detail })) => again(own(), detail, false),
            End::Refused(SendError::NoAddress { detail }) => {
                Outcome::Failed { code: RowCode::AddressInvalid, detail }
            }
            End::Refused(SendError::Refused { detail, .. }) => match verdict {
                Some(Verdict::Fails) => Outcome::Failed { code: RowCode::MailRefused, detail },
                Some(Verdict::Trouble { failed }) => {
                    let cause = MailTroubleCause::Refused;
                    let (pause, is_new) = ill(cause, &detail);
                    self.trouble_changed |= is_new;
                    self.put_back.extend(failed);
                    error = is_new.then_some(RecentError::OfServer(cause));
                    // Longer than the pause, so that another mail is tried next.
                    again(pause * 2, detail, false)
                }
                Some(Verdict::Again) | None => again(own(), detail, true),
            },
            End::Refused(SendError::Server { cause, detail }) => {
                let (pause, is_new) = ill(cause, &detail);
                self.trouble_changed |= is_new;
                error = is_new.then_some(RecentError::OfServer(cause));
                again(pause, detail, false)
            }
            End::Refused(SendError::Unknown { detail }) => {
                // A mail server that closes the connection at the end may do so with every mail.
                let (_, is_new) = ill(MailTroubleCause::Unreachable, &detail);
                self.trouble_changed |= is_new;
                Outcome::Unknown { detail }
            }
        };
        match outcome {
            Outcome::Failed { code, .. } => error = Some(RecentError::OfMail(code)),
            Outcome::Unknown { .. } => error = Some(RecentError::OfMail(RowCode::MailInterrupted)),
            Outcome::Sent | Outcome::Deferred { .. } | Outcome::Cancelled => {}
        }
        app.metrics.attempted(&outcome);
        self.done.push(Done { mail, outcome, error });
    }

    /// Waits for an outcome, for a new mail, for the time, or for the end of the server.
    async fn wait(&mut self, time: Duration) {
        let ending = self.is_ending();
        // The end came while it looked for mails, and there is nothing to wait for.
        if self.has_ended() {
            return;
        }
        tokio::select! {
            Some(attempted) = self.under_way.next() => self.conclude(attempted),
            () = self.app.mail_monitor.woken() => {}
            () = tokio::time::sleep(time) => {}
            () = wait_for_end(self.app.ending.clone()), if !ending => {}
        }
    }
}

/// Stores the outcome of an attempt. One that cannot be stored, for what is wrong with its mail alone, is lost: others do
/// not wait for it, and once its lease ends, the mail is unknown.
async fn settle(app: &App, conn: &mut Conn, done: &Done, now: Millis) -> DbResult<()> {
    let mut part = db::part(conn).await?;
    let settled = store(app, &mut part, done, now).await;
    match &settled {
        Err(error) if !db::is_of_the_rows(error) => return settled,
        Err(_) => part.rollback().await?,
        Ok(()) => part.commit().await?,
    }
    let _ = app.jobs.note(Job::Mail, "outcome", settled);
    Ok(())
}

async fn store(
    app: &App,
    conn: &mut Conn,
    Done { mail, outcome, error }: &Done,
    now: Millis,
) -> DbResult<()> {
    mails::settle(conn, mail, outcome, now).await?;
    let Some(error) = error else { return Ok(()) };
    let what = (Service::Mail, Activity::SendingMail);
    db::errors::note(conn, &app.account_id, now, what, &error.code()?, &message_name(mail)).await
}

async fn attempt(app: App, mailer: Arc<Mailer>, mail: LeasedMail) -> Attempted {
    let began = app.elapsed();
    if mail.kind() == Some(MailKind::PasswordReset) && mail.gives_up_at() <= app.now() {
        return Attempted { mail, began, end: End::TooLate };
    }
    let end = match std::panic::catch_unwind(AssertUnwindSafe(|| write(&app, &mail))) {
        Ok(Ok(Written::Email(to, id, email))) => {
            hand_in(mailer.send(&id, &to, email, note_handover(&app, &mail))).await
        }
        Ok(Ok(Written::Nothing)) => End::Cancelled,
        Ok(Err(detail)) => End::Unreadable(detail),
        Err(panic) => End::Broken(said(panic.as_ref())),
    };
    Attempted { mail, began, end }
}

/// Stores that a mail is about to be handed over, if it is still this attempt's.
async fn note_handover(app: &App, mail: &LeasedMail) -> Result<(), Withheld> {
    let (app, mail) = (app.clone(), mail.clone());
    // A task of its own: the worker, while it waits for its turn to write, does not go on with its attempts.
    let noted = tokio::spawn(async move {
        let mut tx = app.db.write().await?;
        let is_ours = mails::note_handover(&mut tx, &mail).await?;
        tx.commit().await?;
        DbResult::Ok(is_ours)
    });
    let not_noted =
        |error: &dyn Display| Withheld::NotNoted { detail: format!("it could not be noted: {error}") };
    match noted.await.map_err(|error| not_noted(&error))? {
        Ok(true) => Ok(()),
        Ok(false) => Err(Withheld::Superseded),
        Err(error) => Err(not_noted(&error)),
    }
}

/// Sends a mail. A panic ends neither the worker nor the other mails; how far this mail came is unknown.
async fn hand_in(sending: impl Future<Output = Result<(), SendError>>) -> End {
    match AssertUnwindSafe(sending).catch_unwind().await {
        Ok(Ok(())) => End::Sent,
        Ok(Err(refusal)) => End::Refused(refusal),
        Err(panic) => End::Refused(SendError::Unknown { detail: said(panic.as_ref()) }),
    }
}

/// The message of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or_default();
    tracing::error!(text, "sending a mail panicked");
    format!("internal error: {text}")
}

enum Written {
    /// Recipient, Message-ID without the host, and the content.
    Email(String, String, Email),
    /// The recipient is gone.
    Nothing,
}

/// Composes a mail from its stored data.
///
/// # Errors
/// The reason why that is not possible.
fn write(app: &App, mail: &LeasedMail) -> Result<Written, String> {
    let kind = mail.kind().ok_or_else(|| format!("there is no mail of the kind {}", mail.kind))?;
    let Some(to) = mail.recipient.clone() else { return Ok(Written::Nothing) };
    let name = mail.form_of_address();
    let email = match kind {
        MailKind::Invitation => match write_invitation(app, mail, &name)? {
            Some(email) => email,
            None => return Ok(Written::Nothing),
        },
        MailKind::PasswordReset => {
            let ResetPayload { link_id } = kept("payload", mail.payload.as_deref())?;
            let url =
                app.link("reset-password", &app.tokens.mint(Purpose::PasswordReset, claim(&link_id, 0)?));
            let account = &app.account_name;
            // The mail and its link are of the same age.
            let expires_at = mail.gives_up_at();
            password_reset(mail.locale(), &Reset { account, name: &name, email: &to, expires_at, url: &url })
        }
        MailKind::NextSteps => {
            let NextStepsPayload { language } = kept("payload", mail.payload.as_deref())?;
            next_steps(language, &app.account_name, &name, app.console_url().as_str())
        }
        MailKind::PasswordGuessing => {
            let url = app.in_console("/forgot-password");
            password_guessing(mail.locale(), &app.account_name, &name, &to, &url)
        }
        MailKind::Notice => {
            let NoticePayload { happened, at } = kept("payload", mail.payload.as_deref())?;
            let url = app.in_console(PROFILE);
            let (account, at) = (&app.account_name, Millis(at));
            notice(
                mail.locale(),
                &Notice { account, name: &name, email: &to, happened: &happened, at, url: &url },
            )
        }
        MailKind::Trouble => {
            let payload: TroublePayload = kept("payload", mail.payload.as_deref())?;
            let url = app.in_console(DIAGNOSTICS);
            trouble(mail.locale(), &app.account_name, &name, &to, &payload, &url)
        }
        MailKind::ProofCode => {
            let CodePayload { code_id, sent_at } = kept("payload", mail.payload.as_deref())?;
            let code = proof_codes::code(app, &code_id).ok_or("the id of the mail's code")?;
            let expires_at = Millis(sent_at).plus(proof_codes::CODE_LIFETIME);
            if expires_at <= app.now() {
                return Ok(Written::Nothing);
            }
            let console = app.console_url();
            let code = Code {
                account: &app.account_name,
                name: &name,
                email: &to,
                code,
                expires_at,
                console: console.as_str(),
            };
            proof_code(mail.locale(), code)
        }
        MailKind::Test => {
            let TestPayload { draft, inviter } = kept("payload", mail.payload.as_deref())?;
            let mut email = preview(app, &draft, &inviter, &name);
            email.subject = Texts::of(draft.language).test_subject.replace("{subject}", &email.subject);
            email
        }
    };
    Ok(Written::Email(to, message_name(mail), email))
}

/// Reads the JSON that is stored with a mail.
fn kept<T: DeserializeOwned>(what: &str, json: Option<&str>) -> Result<T, String> {
    serde_json::from_str(json.unwrap_or_default()).map_err(|error| format!("the mail's {what}: {error}"))
}

/// The claim of a link's token.
fn claim(id: &str, generation: u32) -> Result<Claim, String> {
    let id = Uuid::parse_str(id).map_err(|error| format!("the id of the mail's link: {error}"))?;
    Ok(Claim { id, generation })
}

/// The Message-ID without the host, under which a mail server logs the mail.
fn message_name(mail: &LeasedMail) -> String {
    format!("{}.{}", mail.name(), mail.edition())
}

/// The mail of an invitation; `None` if it can no longer be accepted.
fn write_invitation(app: &App, mail: &LeasedMail, name: &str) -> Result<Option<Email>, String> {
    let (Some(status), Some(id), Some(expires_at)) =
        (&mail.invitation_status, &mail.invitation_id, mail.expires_at())
    else {
        return Ok(None);
    };
    let status: InvitationStatus =
        db::from_text(status).map_err(|error| format!("the status of the invitation: {error}"))?;
    if status != InvitationStatus::Pending {
        return Ok(None);
    }
    let Terms { options, .. } = kept("terms", mail.terms.as_deref())?;
    let token = app.tokens.mint(Purpose::Invitation, claim(id.as_str(), mail.generation())?);
    let content = Invitation {
        account: &app.account_name,
        inviter: mail.inviter.as_deref().unwrap_or_default(),
        audience: mail.audience(),
        name,
        message: options.message.as_deref(),
        expires_in_days: options.expires_in_days,
        expires_at,
        url: &app.link("activate", &token),
    };
    Ok(Some(invitation(mail.locale(), &content)))
}

/// The invitation that a draft describes, with a link that leads to the app and opens nothing.
pub(crate) fn preview(app: &App, draft: &api_types::MailDraft, inviter: &str, name: &str) -> Email {
    let content = Invitation {
        account: &app.account_name,
        inviter,
        audience: Audience::Anyone,
        name,
        message: draft.message.as_deref(),
        expires_in_days: draft.expires_in_days,
        expires_at: app.now().plus(DAY * u32::from(draft.expires_in_days)),
        url: app.console_url().as_str(),
    };
    invitation(draft.language, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_waits_grow_and_are_capped() {
        let base = Duration::from_secs(5);
        let wait = |attempt, share| backoff(base, attempt, share, LONGEST_WAIT);
        assert_eq!(wait(1, 1.0), base);
        assert_eq!(wait(3, 1.0), base * 4);
        assert_eq!(wait(3, 0.0), Duration::ZERO);
        assert_eq!(wait(40, 1.0), LONGEST_WAIT, "hourly in the end");
    }

    #[tokio::test]
    async fn r19_a_panic_ends_one_attempt_and_leaves_its_mail_unknown() {
        let end = hand_in(async { panic!("a bug") }).await;
        let End::Refused(SendError::Unknown { detail }) = end else { panic!("it is not known") };
        assert_eq!(detail, "internal error: a bug");
        assert!(matches!(hand_in(async { Ok(()) }).await, End::Sent));
    }
}
