//! Where calls get their access token, for a console on another site than the backend. What keeps and renews tokens
//! registers here with the first ones, so that its code is not part of a first visit.

use std::cell::Cell;
use std::pin::Pin;

use crate::platform::lifetime;

pub(super) type Token = Pin<Box<dyn Future<Output = Option<String>>>>;

#[derive(Clone, Copy)]
pub(super) struct Keeper {
    /// The current token, renewed if that is due, or if it is the one that was refused.
    pub(super) token: fn(refused: Option<String>) -> Token,
    pub(super) forget: fn(),
}

#[derive(Default)]
struct Registered(Cell<Option<Keeper>>);

fn registered() -> Option<Keeper> {
    lifetime::shared::<Registered>().0.get()
}

pub(super) fn register(keeper: Keeper) {
    lifetime::shared::<Registered>().0.set(Some(keeper));
}

/// Whether calls are made with tokens, and without cookies.
pub(super) fn is_used() -> bool {
    registered().is_some()
}

/// The access token for a call; not the one that was `refused`, if there can be another. `None` where calls are made with
/// cookies, and after the tokens have ended.
pub(super) async fn token(refused: Option<String>) -> Option<String> {
    match registered() {
        Some(keeper) => (keeper.token)(refused).await,
        None => None,
    }
}

/// Forgets the tokens, if there are any.
pub(crate) fn forget_tokens() {
    if let Some(keeper) = registered() {
        (keeper.forget)();
    }
}
