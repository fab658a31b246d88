//! Requests for what decides who can be invited.

use std::cell::RefCell;

use api_types::Workspace;
use futures_channel::oneshot;
use leptos::prelude::untrack;
use roster::Known;
use web_sys::Blob;

use super::keys;
use crate::api::{Failure, teams, users};
use crate::domain::session;
use crate::platform::{lifetime, spawn};

/// What the account last said while the page lives, beside its address keys: it holds until the account says something else.
struct Said {
    free_seats: RefCell<Option<u64>>,
    teams: RefCell<Option<Vec<String>>>,
    workspaces: RefCell<Option<Vec<Workspace>>>,
}

impl Default for Said {
    fn default() -> Self {
        session::on_another_person(|| {
            let said = lifetime::shared::<Self>();
            said.free_seats.replace(None);
            said.teams.replace(None);
            said.workspaces.replace(None);
        });
        Self { free_seats: RefCell::default(), teams: RefCell::default(), workspaces: RefCell::default() }
    }
}

/// An answer of the account, or the one before where the request failed.
#[derive(Debug, PartialEq)]
struct Answer<T> {
    value: Option<T>,
    is_older: bool,
}

impl<T: Clone> Answer<T> {
    fn or_said(answer: Option<T>, said: &RefCell<Option<T>>) -> Self {
        if answer.is_some() {
            said.replace(answer.clone());
            return Self { value: answer, is_older: false };
        }
        let value = said.borrow().clone();
        Self { is_older: value.is_some(), value }
    }
}

/// Something that the account has not said: the request failed, and there is no earlier answer.
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
    /// Whether a request failed for which there is an earlier answer.
    pub(crate) is_older: bool,
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
    let now = answer(keys).await;
    let free_seats = answer(account).await.map(|account| u64::from(account.seats.free()));
    let free_seats = Answer::or_said(free_seats, &lifetime::shared::<Said>().free_seats);
    let before = if now.is_none() { keys::last() } else { None };
    let is_older = before.is_some() || free_seats.is_older;
    People { keys: now.or(before), free_seats: free_seats.value, is_older }
}

/// Everything that the rows of a file are checked against.
pub(crate) struct Account {
    pub(crate) known: Known,
    pub(crate) keys: Option<Blob>,
    pub(crate) unknown: Vec<Unknown>,
    /// Whether a request failed for which there is an earlier answer.
    pub(crate) is_older: bool,
}

/// Asks for teams, workspaces, seats and address keys. Where a request fails, the answer before it holds; without one, any name
/// is accepted and no address counts as known. The backend decides when people are invited.
pub(crate) async fn learn() -> Account {
    let people = begin(async { Ok(learn_people().await) });
    let names = learn_names().await;
    let people = answer(people).await.unwrap_or(People { keys: None, free_seats: None, is_older: false });
    let mut unknown = people.unknown();
    unknown.extend(names.unknown);
    Account {
        known: Known { free_seats: people.free_seats, ..names.known },
        keys: people.keys,
        unknown,
        is_older: people.is_older || names.is_older,
    }
}

/// Teams and workspaces alone, for files of people who are members already.
pub(crate) async fn learn_names() -> Account {
    let teams = begin(teams::teams());
    let workspaces = begin(teams::workspaces());
    let teams = answer(teams).await.map(|teams| teams.into_iter().map(|team| team.name).collect());
    let workspaces = answer(workspaces).await;
    let said = lifetime::shared::<Said>();
    let teams = Answer::or_said(teams, &said.teams);
    let workspaces = Answer::or_said(workspaces, &said.workspaces);
    let is_known = teams.value.is_some() && workspaces.value.is_some();
    let default_workspace = workspaces.value.iter().flatten().find(|workspace| workspace.default);
    Account {
        known: Known {
            teams: teams.value,
            default_workspace: default_workspace.map(|workspace| workspace.name.clone()),
            workspaces: workspaces.value.map(|all| all.into_iter().map(|workspace| workspace.name).collect()),
            own_domains: own_domains(),
            ..Known::default()
        },
        keys: None,
        unknown: if is_known { Vec::new() } else { vec![Unknown::Names] },
        is_older: teams.is_older || workspaces.is_older,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_what_the_account_said_holds_until_it_says_something_else() {
        let said = RefCell::new(None);
        let ask = |answer| Answer::or_said(answer, &said);
        assert_eq!(ask(None), Answer { value: None, is_older: false });
        assert_eq!(ask(Some(7)), Answer { value: Some(7), is_older: false });
        assert_eq!(ask(None), Answer { value: Some(7), is_older: true });
        assert_eq!(ask(Some(6)), Answer { value: Some(6), is_older: false });
    }
}
