//! Requests for what decides who can be invited.

use futures_channel::oneshot;
use leptos::prelude::untrack;
use roster::Known;
use web_sys::Blob;

use super::keys;
use crate::api::{Failure, teams, users};
use crate::domain::session;
use crate::platform::spawn;

/// A request about the account that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unknown {
    People,
    Seats,
    /// Teams or workspaces.
    Names,
}

/// Members and people with an open invitation, for the Worker, and the free seats, as far as both are known.
pub(crate) struct People {
    pub(crate) keys: Option<Blob>,
    pub(crate) free_seats: Option<u64>,
}

impl People {
    pub(crate) fn unknown(&self) -> Vec<Unknown> {
        let people = self.keys.is_none().then_some(Unknown::People);
        people.into_iter().chain(self.free_seats.is_none().then_some(Unknown::Seats)).collect()
    }
}

/// Requests address keys and seats.
pub(crate) async fn learn_people() -> People {
    let keys = begin(keys::current());
    let account = begin(users::account());
    People {
        keys: answer(keys).await,
        free_seats: answer(account).await.map(|account| u64::from(account.seats.free())),
    }
}

/// Everything that the rows of a file are checked against.
pub(crate) struct Account {
    pub(crate) known: Known,
    pub(crate) keys: Option<Blob>,
    pub(crate) unknown: Vec<Unknown>,
}

/// Asks for teams, workspaces, seats and address keys. Where a request fails, any name is accepted and no address
/// counts as known; the backend decides when people are invited.
pub(crate) async fn learn() -> Account {
    let people = begin(async { Ok(learn_people().await) });
    let teams = begin(teams::teams());
    let workspaces = begin(teams::workspaces());
    let people = answer(people).await.unwrap_or(People { keys: None, free_seats: None });
    let teams = answer(teams).await;
    let workspaces = answer(workspaces).await;
    let mut unknown = people.unknown();
    if teams.is_none() || workspaces.is_none() {
        unknown.push(Unknown::Names);
    }
    Account {
        known: Known {
            teams: teams.map(|teams| teams.into_iter().map(|team| team.name).collect()),
            workspaces: workspaces.map(|all| all.into_iter().map(|workspace| workspace.name).collect()),
            own_domains: own_domains(),
            free_seats: people.free_seats,
            ..Known::default()
        },
        keys: people.keys,
        unknown,
    }
}

/// Teams and workspaces alone, for files of people who are members already.
pub(crate) async fn learn_names() -> Account {
    let teams = begin(teams::teams());
    let workspaces = begin(teams::workspaces());
    let teams = answer(teams).await;
    let workspaces = answer(workspaces).await;
    let is_known = teams.is_some() && workspaces.is_some();
    Account {
        known: Known {
            teams: teams.map(|teams| teams.into_iter().map(|team| team.name).collect()),
            workspaces: workspaces.map(|all| all.into_iter().map(|workspace| workspace.name).collect()),
            own_domains: own_domains(),
            ..Known::default()
        },
        keys: None,
        unknown: if is_known { Vec::new() } else { vec![Unknown::Names] },
    }
}

/// The domain of the user's own address, for which near misses are probably typing errors.
pub(crate) fn own_domains() -> Vec<String> {
    let own = untrack(session::current)
        .and_then(|session| session.user.email.rsplit_once('@').map(|(_, domain)| domain.to_owned()));
    own.into_iter().collect()
}

type PendingAnswer<T> = oneshot::Receiver<Result<T, Failure>>;

/// Starts a request, so that several run concurrently.
fn begin<T: 'static>(asking: impl Future<Output = Result<T, Failure>> + 'static) -> PendingAnswer<T> {
    let (sender, receiver) = oneshot::channel();
    spawn(async move {
        // The receiver may be gone; that is fine.
        let _ = sender.send(asking.await);
    });
    receiver
}

async fn answer<T>(asked: PendingAnswer<T>) -> Option<T> {
    asked.await.ok()?.ok()
}
