//! What other servers tell this one.

use crate::db::DbResult;
use crate::db::told::{Heard, Listening, Told};
use crate::platform::ending::wait_for_end;
use crate::platform::jobs::{Job, wait};
use crate::services::sign_out;
use crate::state::App;

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
            let users: Vec<&str> = users.iter().map(String::as_str).collect();
            app.sessions.end_of_users(&users, but.as_deref());
        }
    }
}
