//! Everything that is stored about one person, shown or erased on their request: by the command line, beside a running server.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use api_types::{
    AuditAction, AuditChange, UserId, UserStatus, WebhookData, WebhookMember, WebhookMemberChange,
};
use roster::email::Address;
use serde_json::json;

use super::operator;
use crate::db::person_data::{self, Event, NewWords, Traces};
use crate::db::users::UserRow;
use crate::db::webhooks::outbox;
use crate::db::{self, AccountId, Conn, Db, DbResult, Fit};
use crate::error::StartError;
use crate::platform::clock::{Clock as _, Millis, SystemClock};
use crate::platform::place::Place;
use crate::platform::portion::Portion;
use crate::platform::secrets::Keyring;
use crate::platform::token::{random_token, sha256};
use crate::services::address;
use crate::services::audit::{self, Subject};

/// How often texts are looked through again, as others may write meanwhile.
const ROUNDS: u32 = 10;
const LIMIT: u32 = 500;

/// A person as the database knows them.
struct Person {
    email: String,
    user: Option<UserRow>,
    traces: Traces,
}

/// Everything that is stored about the person with this address, as JSON. That it was printed is in the audit log.
///
/// # Errors
/// When there is nothing.
pub async fn export_person(place: &Place, email: &str) -> Result<String, StartError> {
    let ((db, account), keyring) = (operator::opened(place, Fit::Exact).await?, operator::keyring(place)?);
    let mut conn = db.read().await?;
    let person = find(&mut conn, &account.id, email).await?;
    let tables = person_data::everything(&mut conn, &person.traces).await?;
    drop(conn);
    let mut tx = db.write().await?;
    let id = person.user.as_ref().map(|user| &user.id);
    let pseudonym = pseudonym()?;
    let subject = Subject::maybe_user(id, &pseudonym);
    audit::by_operator(
        &mut tx,
        &keyring,
        &account.id,
        AuditAction::PersonExported,
        subject,
        SystemClock.now(),
    )
    .await?;
    tx.commit().await?;
    db.close().await;
    Ok(serde_json::to_string_pretty(&json!({"email": person.email, "tables": tables}))?)
}

/// Puts a pseudonym in the place of the person with this address, wherever the database names them, and deletes what is theirs
/// alone. Without `goes_ahead` only says what it would do. Returns what to tell the operator.
///
/// # Errors
/// When there is nothing, or the account would break; it says what to do then.
pub async fn erase_person(place: &Place, email: &str, goes_ahead: bool) -> Result<String, StartError> {
    let ((db, account), keyring) = (operator::opened(place, Fit::Exact).await?, operator::keyring(place)?);
    let account = account.id;
    let mut conn = db.read().await?;
    let person = find(&mut conn, &account, email).await?;
    refuse(&mut conn, &account, &person).await?;
    let mut said = summary(&mut conn, &person).await?;
    drop(conn);
    if !goes_ahead {
        db.close().await;
        said.push_str("Nothing was changed. To erase the person, give --yes, too.");
        return Ok(said);
    }
    let pseudonym = pseudonym()?;
    // The texts first: once the person is taken out, nobody knows by which names to find them.
    put_pseudonym(&db, &keyring, &person.traces, &pseudonym).await?;
    let mut tx = db.write().await?;
    let person = find(&mut tx, &account, email).await.map(|again| again.with(person.traces))?;
    refuse(&mut tx, &account, &person).await?;
    take_out(&mut tx, &keyring, &account, &person, &pseudonym).await?;
    tx.commit().await?;
    put_pseudonym(&db, &keyring, &person.traces, &pseudonym).await?;
    let mut conn = db.read().await?;
    let is_left = find(&mut conn, &account, email).await.is_ok()
        || !person_data::changes(&mut conn, &person.traces, &pseudonym).await?.is_empty();
    drop(conn);
    if is_left {
        return Err("somebody has written about the person meanwhile: start the command again".into());
    }
    let is_clean = db.forget_deleted().await?;
    db.close().await;
    let _ = write!(said, "Erased. What stays names the person as {pseudonym}.");
    if !is_clean {
        said.push_str(
            "\nThe file of the database may hold remains, as it is in use: give the command once more when the server has \
             stopped, or run VACUUM.",
        );
    }
    Ok(said)
}

impl Person {
    /// The same person with traces that were found before, too.
    fn with(self, before: Traces) -> Self {
        Self { traces: before.and(self.traces), ..self }
    }
}

/// A name that says nothing.
fn pseudonym() -> Result<String, StartError> {
    let random = sha256(random_token()?.as_bytes());
    let letters: String = random.chars().filter(char::is_ascii_alphanumeric).take(10).collect();
    Ok(format!("erased-{}", letters.to_lowercase()))
}

/// Finds a person by their address in whatever spelling.
async fn find(conn: &mut Conn, account: &AccountId, email: &str) -> Result<Person, StartError> {
    let wanted = Address::parse(email.trim()).map_err(|_| format!("{email} is not an address"))?;
    let key = wanted.key();
    let user = db::users::find_by_email(conn, account, &key).await?;
    let mut traces = Traces::default();
    let mut spellings = BTreeSet::from([email.trim().to_owned(), key.clone()]);
    let mut names = BTreeSet::new();
    if let Some(user) = &user {
        spellings.insert(user.email.clone());
        names.insert((user.first_name.clone(), user.last_name.clone()));
        traces.ids.push(user.id.clone());
        traces.numbers.push(user.number);
    }
    for spelling in &spellings {
        traces.needles.add_address(spelling);
    }
    for (written, first, last) in person_data::written(conn, &format!("{}@", wanted.local())).await? {
        let is_theirs = address::lookup_key(&written) == key;
        if is_theirs {
            traces.needles.add_address(&written);
        }
        if is_theirs || traces.needles.replaced(&written, "").is_some() {
            spellings.insert(written);
            names.insert((first.unwrap_or_default(), last.unwrap_or_default()));
        }
    }
    traces.keys.push(key.clone());
    traces.spellings = spellings.into_iter().collect();
    former_users(conn, account, &mut traces).await?;
    for (first, last) in names {
        add_names(&mut traces, first.trim(), last.trim());
    }
    traces.keys.extend(traces.ids.iter().map(|id| format!("user {id}")));
    if person_data::counts(conn, &traces).await?.is_empty() {
        return Err(format!("nothing is stored about {email}").into());
    }
    Ok(Person { email: email.trim().to_owned(), user, traces })
}

/// A part of a name alone is anybody's.
fn add_names(traces: &mut Traces, first: &str, last: &str) {
    if !first.is_empty() && !last.is_empty() {
        for name in
            [people::names::full_name(first, last), format!("{first} {last}"), format!("{last}, {first}")]
        {
            traces.needles.add_name(&name);
        }
    }
}

/// Users who are gone and had the address, as events say: by their ids, and what they were called.
async fn former_users(conn: &mut Conn, account: &AccountId, traces: &mut Traces) -> DbResult<()> {
    let needles = traces.needles.clone();
    let is_address = |text: &str| needles.replaced(text, "").is_some_and(|rest| rest.is_empty());
    let by_text = Traces { needles: traces.needles.clone(), ..Traces::default() };
    let mut ids: BTreeSet<UserId> = BTreeSet::new();
    for event in person_data::events(conn, &by_text).await? {
        if is_address(&event.actor) {
            ids.extend(event.actor_id);
        }
        if event.subject.split(' ').next().is_some_and(is_address) {
            ids.extend(event.person_id);
        }
    }
    let ids: Vec<&UserId> = ids.iter().collect();
    let others = db::users::find_all(conn, account, &ids).await?;
    let is_gone = |id: &&UserId| others.iter().all(|user| user.id != **id);
    traces.ids.extend(ids.into_iter().filter(is_gone).cloned());
    let by_id = Traces { ids: traces.ids.clone(), ..Traces::default() };
    for event in person_data::events(conn, &by_id).await? {
        let is_theirs = event.actor_id.as_ref().is_some_and(|id| traces.ids.contains(id));
        // Whoever has no name goes by the address.
        let is_full = event.actor.contains(char::is_whitespace) || !event.actor.is_ascii();
        if is_theirs && is_full {
            traces.needles.add_name(&event.actor);
        }
    }
    Ok(())
}

/// Refuses what would break the account, or what others are at work on.
async fn refuse(conn: &mut Conn, account: &AccountId, person: &Person) -> Result<(), StartError> {
    let email = &person.email;
    if let Some(user) = &person.user {
        let management = db::accounts::login_management(conn, account).await?;
        let able = db::users::able_admins(conn, account, management, None, 2).await?;
        if user.is_active_admin()? && able.iter().all(|id| *id == user.id) {
            return Err(format!(
                "{email} is the last administrator who can sign in: make somebody else one first, with server promote"
            )
            .into());
        }
        let marketo = db::marketo::connection(conn, account).await?;
        if marketo.is_some_and(|marketo| marketo.owner_id == user.id) {
            return Err(format!(
                "the connection to Marketo is {email}'s: have another administrator disconnect it and connect first"
            )
            .into());
        }
        if !db::ends_with_access::work(conn, account, &user.id, 1).await?.is_empty() {
            return Err(format!(
                "a batch of {email} is under way: wait for its end, or remove the user in the console, where somebody else \
                 can take it over"
            )
            .into());
        }
    }
    if person_data::is_being_mailed(conn, &person.traces).await? {
        return Err(format!("a mail to {email} is being sent right now: try again in a few minutes").into());
    }
    if let Some(file) = person_data::batch_under_way(conn, &person.traces).await? {
        return Err(
            format!("a batch with {email} is under way ({file}): wait for its end, or cancel it").into()
        );
    }
    if person_data::gets_copies(conn, &person.traces).await? {
        return Err(format!(
            "mails of Salesforce are copied to {email}: give another address under Actions Config first"
        )
        .into());
    }
    Ok(())
}

/// What there is, and what the command does not do.
async fn summary(conn: &mut Conn, person: &Person) -> DbResult<String> {
    let mut said = String::new();
    for (table, rows) in person_data::counts(conn, &person.traces).await? {
        let _ = writeln!(said, "{table}: {rows}");
    }
    for name in person_data::named_after(conn, &person.traces).await? {
        let _ = writeln!(said, "Rename what is named after the person: {name}");
    }
    Ok(said)
}

/// Changes every text that names the person, in portions, until there is none.
async fn put_pseudonym(db: &Db, keyring: &Keyring, traces: &Traces, pseudonym: &str) -> DbResult<()> {
    let mut portion = Portion::of(100);
    for _ in 0..ROUNDS {
        let mut conn = db.read().await?;
        let changes = person_data::changes(&mut conn, traces, pseudonym).await?;
        let events = new_words(person_data::events(&mut conn, traces).await?, traces, pseudonym);
        drop(conn);
        if changes.is_empty() && events.is_empty() {
            break;
        }
        let (mut changes, mut events) = (changes.as_slice(), events.as_slice());
        while !changes.is_empty() || !events.is_empty() {
            let mut tx = db.write().await?;
            let done = portion.timed(async |rows| {
                let rows = rows as usize;
                let (now, later) = changes.split_at(rows.min(changes.len()));
                person_data::change(&mut tx, now).await?;
                let (these, others) = events.split_at((rows - now.len()).min(events.len()));
                person_data::change_events(&mut tx, keyring, these).await?;
                tx.commit().await?;
                DbResult::Ok((later, others))
            });
            (changes, events) = done.await?;
        }
    }
    Ok(())
}

/// What events are to say that name the person.
fn new_words(events: Vec<Event>, traces: &Traces, pseudonym: &str) -> Vec<NewWords> {
    let is_them = |id: &Option<UserId>| id.as_ref().is_some_and(|id| traces.ids.contains(id));
    let replaced = |text: &str| traces.needles.replaced(text, pseudonym).unwrap_or_else(|| text.to_owned());
    let change = |event: Event| {
        let is_by_them = is_them(&event.actor_id);
        let actor = match &event.actor_id {
            Some(_) if is_by_them => pseudonym.to_owned(),
            None => replaced(&event.actor),
            // Another person may have the same name.
            Some(_) => event.actor.clone(),
        };
        let is_about_them = is_them(&event.person_id);
        let first = event.subject.split(' ').next().unwrap_or_default();
        let has_names = event.action == AuditAction::UserRenamed.as_str()
            && (is_about_them || replaced(first) == pseudonym);
        let subject = match event.action == AuditAction::UserRenamed.as_str() {
            // It has names of then, which nobody knows any more.
            true if has_names => pseudonym.to_owned(),
            true => event.subject.clone(),
            false if is_about_them => without_addresses(&replaced(&event.subject), pseudonym),
            false => replaced(&event.subject),
        };
        let say = |text: String| match (has_names, is_about_them) {
            (true, _) => pseudonym.to_owned(),
            (false, true) => without_addresses(&replaced(&text), pseudonym),
            (false, false) => replaced(&text),
        };
        let changes = event.changes().into_iter().map(|change| AuditChange {
            field: change.field,
            from: change.from.map(say),
            to: change.to.map(say),
        });
        let changes: Vec<_> = changes.collect();
        let address = event.address.clone().filter(|_| !is_by_them);
        let is_new = (&actor, &subject, &changes, &address)
            != (&event.actor, &event.subject, &event.changes(), &event.address);
        is_new.then(|| event.saying(actor, subject, changes, address))
    };
    events.into_iter().filter_map(change).collect()
}

/// An event about one person has no address but theirs: one that they had before, too.
fn without_addresses(text: &str, pseudonym: &str) -> String {
    let is_address = |word: &&str| Address::parse(word.trim_matches(['(', ')', ','])).is_ok();
    let words = text.split(' ').map(|word| if is_address(&word) { pseudonym } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Withdraws what the person gave others and was given, and deletes what is theirs alone.
async fn take_out(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    person: &Person,
    pseudonym: &str,
) -> Result<(), StartError> {
    let now = SystemClock.now();
    if let Some(user) = &person.user {
        end_what_they_gave(conn, keyring, account, &user.id, now).await?;
        hand_on(conn, account, user).await?;
        if let Some(invitation) = &user.invitation_id {
            let found = db::invitations::find(conn, account, invitation).await?;
            // Not told to others: it would name the person again.
            db::invitations::revoke(conn, std::slice::from_ref(invitation), None).await?;
            if let Some(found) = found {
                db::revocations::end_single(conn, &[&found.batch_id], now).await?;
            }
        }
    }
    person_data::take_out(conn, account, &person.traces, pseudonym).await?;
    if let Some(user) = &person.user {
        db::users::delete(conn, &user.id).await?;
        // Whoever was told of the member learns that it is gone, without anything that names the person.
        if matches!(user.status(now)?, UserStatus::Active | UserStatus::Deactivated) {
            let removed = WebhookMember {
                user_id: user.id.clone(),
                email: None,
                change: WebhookMemberChange::Removed,
                role: None,
            };
            outbox::tell(conn, account, &[WebhookData::MemberChanged(removed)], now).await?;
        }
    }
    audit::by_operator(conn, keyring, account, AuditAction::PersonErased, pseudonym, now).await?;
    Ok(())
}

/// Ends the keys of the person, and the pending invitations of administrators that they have sent.
async fn end_what_they_gave(
    conn: &mut Conn,
    keyring: &Keyring,
    account: &AccountId,
    id: &UserId,
    now: Millis,
) -> DbResult<()> {
    for key in db::api_keys::of_makers(conn, account, &[id]).await? {
        db::api_keys::revoke(conn, &key.id, now).await?;
        audit::by_operator(conn, keyring, account, AuditAction::ApiKeyRevoked, &key.name, now).await?;
    }
    loop {
        let pending = db::invitations::admins_of(conn, account, &[id], LIMIT).await?;
        if pending.is_empty() {
            return Ok(());
        }
        let numbers: Vec<i64> = pending.iter().map(|invitation| invitation.number).collect();
        db::invitations::revoke_pending(conn, &numbers, Some(now)).await?;
        let batches: BTreeSet<_> = pending.iter().map(|invitation| &invitation.batch_id).collect();
        db::revocations::end_single(conn, &Vec::from_iter(batches), now).await?;
    }
}

/// The sync goes on without its original user: another administrator takes the place.
async fn hand_on(conn: &mut Conn, account: &AccountId, user: &UserRow) -> DbResult<()> {
    let original = db::accounts::only(conn).await?.and_then(|account| account.original_user_id);
    if original.as_ref() != Some(&user.id) {
        return Ok(());
    }
    let admins = db::users::admins(conn, account).await?;
    let mut others =
        admins.iter().filter(|admin| admin.id != user.id && admin.is_active_admin().unwrap_or_default());
    match others.next() {
        Some(heir) => db::accounts::set_original_user(conn, account, &heir.id).await,
        None => Ok(()),
    }
}
