//! What this browser need not keep any longer, removed at every start, and at every sign-in.

use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::person::{Person, is_stale};
use super::{drafts, rows};
use crate::platform::address::is_silent;
use crate::platform::database::{self, earlier};
use crate::platform::{Task, spawn, timers};

/// Removes what has expired, of every console of this origin, whether anybody signs in or not; and other people's drafts as
/// soon as the session is known.
pub(crate) fn init() {
    // The screen that makes no request has the code itself, see [`when_idle`].
    if database::is_any_written() && !is_silent() {
        spawn(async {
            timers::idle().await;
            // If the code cannot be loaded, the next start tidies up.
            if let Ok(work) = expire().await {
                work.await;
            }
        });
    }
    Effect::new(|before: Option<Option<Person>>| {
        let person = Person::signed_in();
        if person.is_some() && before.flatten() != person {
            spawn(async {
                if let Ok(work) = settle().await {
                    work.await;
                }
            });
        }
        person
    });
}

/// Removes what has expired, once the page has nothing to do.
pub(crate) async fn when_idle() {
    if database::is_any_written() {
        timers::idle().await;
        remove_expired().await;
    }
}

#[wasm_split(home, fallible)]
fn expire() -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(remove_expired()))
}

#[wasm_split(home, fallible)]
fn settle() -> Result<Task, SplitLoaderError> {
    Ok(Box::pin(drafts::settle()))
}

async fn remove_expired() {
    spawn(earlier::remove());
    for place in database::written() {
        if is_emptied(&place).await {
            database::forget_written(&place);
            // Another tab may have stored something before its place was forgotten.
            if !is_emptied(&place).await {
                database::note_written(&place);
            }
        }
    }
}

/// Removes what has expired at a place, and says whether nothing is left there.
async fn is_emptied(place: &str) -> bool {
    let mut is_empty = true;
    for database in rows::ALL {
        let Ok(all) = rows::all(database, place).await else {
            is_empty = false;
            continue;
        };
        for (at, row) in all {
            let is_old = |row: &rows::Row| is_stale(row.head.since, timers::now());
            let is_kept = row.is_some_and(|row| !is_old(&row))
                || rows::remove(database, place, &at, is_old).await.is_err();
            is_empty &= !is_kept;
        }
    }
    is_empty
}
