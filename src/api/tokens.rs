//! Tokens in place of the session's cookie, for a console on another site than the backend. They are in the memory of the
//! page alone.

use std::cell::RefCell;

use super::Call;
use super::bearer::{self, Keeper};
use super::renewal::Renewal;
use crate::platform::secrets::wipe;
use crate::platform::{lifetime, timers};
use api_types::{SessionTokens, TokenRefresh, paths};

struct Tokens {
    access: String,
    refresh: String,
    /// In milliseconds since 1970.
    renew_at: u64,
}

impl Drop for Tokens {
    fn drop(&mut self) {
        wipe(&mut self.access);
        wipe(&mut self.refresh);
    }
}

#[derive(Default)]
struct Kept {
    tokens: RefCell<Option<Tokens>>,
    renewal: Renewal,
}

/// Makes all further calls with these tokens.
pub(crate) fn keep(tokens: SessionTokens) {
    // At 75 % of their life.
    let renew_at = timers::now() + tokens.expires_in * 750;
    let tokens = Tokens { access: tokens.access_token, refresh: tokens.refresh_token, renew_at };
    lifetime::shared::<Kept>().tokens.replace(Some(tokens));
    bearer::register(Keeper { token: |refused| Box::pin(current(refused)), forget });
}

fn forget() {
    lifetime::shared::<Kept>().tokens.take();
}

async fn current(refused: Option<String>) -> Option<String> {
    let kept = lifetime::shared::<Kept>();
    let is_due =
        |tokens: &Tokens| refused.as_ref() == Some(&tokens.access) || timers::now() >= tokens.renew_at;
    if kept.tokens.borrow().as_ref().is_some_and(is_due) {
        kept.renewal.join(renew).await;
    }
    kept.tokens.borrow().as_ref().map(|tokens| tokens.access.clone())
}

/// Exchanges the refresh token. If the backend is out of reach, the tokens stay.
async fn renew() {
    let kept = lifetime::shared::<Kept>();
    let refresh_token =
        kept.tokens.borrow().as_ref().map(|tokens| tokens.refresh.clone()).unwrap_or_default();
    let mut request = TokenRefresh { refresh_token };
    let call =
        Call::post(paths::SESSION_TOKENS_REFRESH).secret_json(&request).opens_session().without_token();
    let answer = call.fetch().await;
    let is_same = kept.tokens.borrow().as_ref().is_some_and(|tokens| tokens.refresh == request.refresh_token);
    wipe(&mut request.refresh_token);
    match answer {
        // The person may have signed out or in meanwhile.
        _ if !is_same => {}
        Ok(tokens) => keep(tokens),
        Err(failure) if failure.status == 401 => forget(),
        Err(_) => {}
    }
    kept.renewal.finish();
}
