//! What is done with what was entered: a piece of code that a first visit does without. It is in the piece of the screens that
//! follow, which is there long before an address is typed.

use std::pin::Pin;

use api_types::SignIn as Credentials;
use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::acts::{arrive, by_passkey, offer_in_field, texts};
use super::entry::{Act, Entry, Outcome};
use super::second;
use crate::api;
use crate::t;

type Acting = Pin<Box<dyn Future<Output = Outcome>>>;

#[wasm_split(home, fallible)]
fn acting(act: Act, entry: Entry) -> Result<Acting, SplitLoaderError> {
    Ok(Box::pin(async move {
        match act {
            Act::ByPassword { email, password } => by_password(entry, email, password).await,
            Act::ByPasskey => by_passkey(entry).await.map_err(Some),
            Act::OfferInField => offer_in_field(entry).await.map_err(Some),
        }
    }))
}

pub(super) async fn act(act: Act, entry: Entry) -> Outcome {
    match acting(act, entry).await {
        Ok(acting) => acting.await,
        Err(_) => Err(Some(t!("app.screen_failed").into())),
    }
}

async fn by_password(entry: Entry, email: String, password: String) -> Outcome {
    let credentials = Credentials::Password { email, password, code: None };
    let refused = match api::session::open(&credentials).await {
        Ok(session) => {
            arrive(entry, session);
            return Ok(());
        }
        Err(failure) => failure,
    };
    let Some(show) = second::asked_by(&refused) else { return Err(Some(refused.message())) };
    texts().await?;
    entry.second.try_set(Some(show));
    Ok(())
}
