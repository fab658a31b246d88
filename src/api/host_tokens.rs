//! Tokens for the panel, in place of a session's cookie. The page that embeds it supplies them; they are in the memory of
//! this page alone.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use super::bearer::{self, Keeper};
use super::renewal::Renewal;
use crate::platform::secrets::wipe;
use crate::platform::{lifetime, timers};

/// A token as the host has supplied it.
pub(crate) struct HostToken {
    pub(crate) text: String,
    /// Milliseconds until it is to be replaced.
    pub(crate) fresh_for: u64,
}

impl Drop for HostToken {
    fn drop(&mut self) {
        wipe(&mut self.text);
    }
}

/// Resolves to the host's next token; `None` where it has none.
pub(crate) type Asked = Pin<Box<dyn Future<Output = Option<HostToken>>>>;

type Ask = Rc<dyn Fn(bool) -> Asked>;

struct Kept {
    token: HostToken,
    renew_at: u64,
}

#[derive(Default)]
struct Tokens {
    kept: RefCell<Option<Kept>>,
    ask: RefCell<Option<Ask>>,
    renewal: Renewal,
}

fn tokens() -> Rc<Tokens> {
    lifetime::shared()
}

/// Makes all further calls with tokens for which `ask` asks the host; it is told whether one was refused before.
pub(crate) fn take_from(ask: impl Fn(bool) -> Asked + 'static) {
    tokens().ask.replace(Some(Rc::new(ask)));
    bearer::register(Keeper { token: |refused| Box::pin(current(refused)), forget });
}

fn forget() {
    tokens().kept.take();
}

async fn current(refused: Option<String>) -> Option<String> {
    let tokens = tokens();
    let is_refused =
        |kept: &Option<Kept>| kept.as_ref().is_some_and(|kept| refused.as_ref() == Some(&kept.token.text));
    let is_refused = is_refused(&tokens.kept.borrow());
    let is_due = tokens.kept.borrow().as_ref().is_none_or(|kept| timers::now() >= kept.renew_at);
    if is_refused || is_due {
        tokens.renewal.join(|| renew(is_refused)).await;
    }
    tokens.kept.borrow().as_ref().map(|kept| kept.token.text.clone())
}

/// Asks the host. If it has none, a token that was not refused stays.
async fn renew(is_refused: bool) {
    let tokens = tokens();
    let ask = tokens.ask.borrow().clone();
    let token = match ask {
        Some(ask) => ask(is_refused).await,
        None => None,
    };
    match token {
        Some(token) => {
            let renew_at = timers::now() + token.fresh_for;
            tokens.kept.replace(Some(Kept { token, renew_at }));
        }
        None if is_refused => forget(),
        None => {}
    }
    tokens.renewal.finish();
}
