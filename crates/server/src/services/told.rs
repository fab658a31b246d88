//! What other servers tell this one.

use api_types::UserId;

use crate::db::DbResult;
use crate::db::told::{Heard, Listening, Told};
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::{Job, wait};
use crate::services::sign_out;
use crate::state::App;

/// How much is told of at once: a message has at most 8,000 bytes.
const SPENT_AT_ONCE: usize = 20;

/// Tells what is counted against limits that hold for all servers together, until the server ends.
pub(crate) async fn tell_spent(app: App) {
    tokio::select! {
        () = async {
            loop {
                app.tell(Told::Spent(app.limiter.next_spent(SPENT_AT_ONCE).await));
            }
        } => {}
        () = wait_for_end(app.ending.clone()) => {}
    }
}

/// Listens until the server ends.
pub(crate) async fn run(app: App) {
    loop {
        let failed = tokio::select! {
            failed = listen(&app) => failed,
            () = wait_for_end(app.ending.clone()) => return,
        };
        let times = app.jobs.note::<(), _>(Job::Listening, "listening", failed).err().unwrap_or(1);
        tokio::select! {
            () = tokio::time::sleep(wait(times)) => {}
            () = wait_for_end(app.ending.clone()) => return,
        }
    }
}

async fn listen(app: &App) -> DbResult<()> {
    let Some(mut listening) = Listening::begin(&app.db).await? else {
        return std::future::pending().await;
    };
    app.jobs.is_over(Job::Listening, "listening");
    app.wake();
    loop {
        match listening.next(&app.this_server.id).await? {
            Heard::Told(told) => hear(app, told),
            Heard::Missed => app.wake(),
        }
    }
}

fn hear(app: &App, told: Told) {
    match told {
        Told::Batch(id) => {
            // There may be no receiver, which is no error.
            let _ = app.changes.send(id);
            app.wake();
        }
        Told::Work => app.wake(),
        Told::Mail(state) => app.mail_monitor.hear(&state),
        Told::RetryMail => app.mail_monitor.retry(),
        Told::SignedOut(ends) => {
            for (hash, request_id) in ends {
                sign_out::heard(app, &hash, request_id);
            }
        }
        Told::SessionsOf { users, but } => {
            let users: Vec<&UserId> = users.iter().collect();
            app.sessions.end_of_users(&users, but.as_deref());
        }
        Told::Guess { by, is_of_user } => app.guesses.hear(&by, is_of_user, app.elapsed()),
        Told::Forgiven(guesser) => app.guesses.hear_forgiven(&guesser),
        Told::Forgotten(email_key) => app.guesses.forget(&email_key),
        Told::Spent(all) => all.iter().for_each(|spent| app.limiter.hear(spent)),
    }
}
