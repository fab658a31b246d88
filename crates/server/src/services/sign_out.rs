//! Signing out: it takes effect at once, and is stored and noted as soon as the database can.

use std::time::Duration;

use api_types::{AuditAction, UserId};

use crate::db::told::Told;
use crate::db::{self, Conn, DbResult};
use crate::platform::ending::wait_for_end;
use crate::platform::request_id;
use crate::services::audit::{self, Actor};
use crate::services::sessions;
use crate::state::App;
use crate::state::known_sessions::SignedOut;

/// How long a sign-out waits for the database at most.
const STORE_AT_ONCE: Duration = Duration::from_millis(500);
/// How long to wait between two attempts to store the end of a session.
const STORE_AGAIN: Duration = Duration::from_secs(5);
/// How often other servers are told of what is not stored yet, as one may not have listened.
const TELL_AGAIN: Duration = Duration::from_secs(1);
/// A message to other servers has at most 8,000 bytes.
const TOLD_AT_ONCE: usize = 50;

/// Ends a session by its hash, if there is one. It has ended for this process whatever the database does, which is told
/// again and again until it has stored it. Without a session, nothing is written.
pub(crate) async fn end(app: &App, hash: &str) {
    let was_known = app.sessions.knows(hash);
    let user_id = app.sessions.end(hash);
    let find = async || db::sessions::find(&mut *app.db.read().await?, hash, app.now()).await;
    // If the database cannot be read, only a session that was used lately is known to be one.
    if user_id.is_none() && !find().await.map_or(was_known, |found| found.is_some()) {
        return;
    }
    let request = request_id::current();
    let signed_out = SignedOut { user_id, request_id: request.clone(), address: request_id::address() };
    if app.sessions.remember_end(hash, signed_out, sessions::lives(app, hash), app.moment()) {
        let storing = request_id::spawn_detached(store_ends(app.clone()));
        // Usually it is stored before the answer.
        let _ = tokio::time::timeout(STORE_AT_ONCE, storing).await;
    }
    if app.sessions.has_unstored_end(hash) {
        app.tell(Told::SignedOut(vec![(hash.to_owned(), request)]));
    }
}

/// Ends a session that ended on another server, which could not store it yet. Whichever can, does.
pub(crate) fn heard(app: &App, hash: &str, request_id: String) {
    app.sessions.end(hash);
    let signed_out = SignedOut { user_id: None, request_id, address: None };
    if app.sessions.remember_end(hash, signed_out, sessions::lives(app, hash), app.moment()) {
        request_id::spawn_detached(store_ends(app.clone()));
    }
}

/// Stores the ends of sessions until there are none left to store, and tells other servers of them meanwhile.
async fn store_ends(app: App) {
    tokio::select! {
        () = store(&app) => {}
        () = tell_again(&app) => {}
    }
}

/// Tells one message after the other, each for a moment: where nobody can be told, connections are not kept from the heartbeat.
async fn tell_again(app: &App) {
    loop {
        tokio::time::sleep(TELL_AGAIN).await;
        let ends = app.sessions.unstored_ends();
        for ends in ends.chunks(TOLD_AT_ONCE) {
            let telling = app.telling(Told::SignedOut(ends.to_vec()));
            let _ = tokio::time::timeout(TELL_AGAIN, telling).await;
        }
    }
}

async fn store(app: &App) {
    while let Some(ends) = app.sessions.ends_to_store() {
        let stored = async {
            let mut tx = app.db.write().await?;
            for (hash, signed_out) in &ends {
                let row = db::sessions::find(&mut tx, hash, app.now()).await?;
                db::sessions::delete(&mut tx, hash).await?;
                let user_id = row.map(|row| row.user_id).or_else(|| signed_out.user_id.clone());
                if let Some(user_id) = user_id {
                    let noting = note_sign_out(app, &mut tx, &user_id);
                    let SignedOut { request_id, address, .. } = signed_out.clone();
                    request_id::within(request_id, address, noting).await?;
                }
            }
            tx.commit().await
        };
        let Err(error) = stored.await else {
            app.sessions.ends_are_stored(&ends);
            continue;
        };
        tracing::warn!(%error, "the end of a session could not be stored; it is tried again");
        tokio::select! {
            () = tokio::time::sleep(STORE_AGAIN) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

async fn note_sign_out(app: &App, conn: &mut Conn, user_id: &UserId) -> DbResult<()> {
    let Some(user) = db::users::find(conn, &app.account_id, user_id).await? else { return Ok(()) };
    audit::note(app, conn, Actor::User(&user), AuditAction::SignedOut, &user).await
}
