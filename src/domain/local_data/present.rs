//! The vault of the signed-in person. Its key comes with the session, and is held as long as the session's person is this
//! tab's.

use std::cell::RefCell;
use std::rc::Rc;

use api_types::RowsKey;
use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use leptos::prelude::*;

use super::moved;
use super::person::Person;
use super::vault::Vault;
use crate::domain::session;
use crate::platform::address::routes_base;
use crate::platform::sealing::{self, SealingKey};
use crate::platform::{lifetime, secrets};

type Opening = Shared<LocalBoxFuture<'static, Option<Rc<Vault>>>>;

/// That of this tab's person.
struct Present(RefCell<Option<(Person, Opening)>>);

impl Default for Present {
    fn default() -> Self {
        session::on_another_person(|| {
            let present = lifetime::shared::<Self>();
            let mut present = present.0.borrow_mut();
            let person = untrack(Person::signed_in);
            *present = present.take().filter(|(owner, _)| Some(owner) == person.as_ref());
        });
        Self(RefCell::default())
    }
}

/// The signed-in person's. `None` where nobody is signed in, where the server gives no key, and where the browser seals
/// nothing.
pub(crate) async fn vault() -> Option<Rc<Vault>> {
    let person = untrack(Person::signed_in)?;
    let present = lifetime::shared::<Present>();
    let opening = {
        let mut present = present.0.borrow_mut();
        match (&*present, session::take_rows_key()) {
            (Some((owner, opening)), None) if *owner == person => opening.clone(),
            (_, key) => {
                let opening = open(person.clone(), key?).boxed_local().shared();
                *present = Some((person, opening.clone()));
                opening
            }
        }
    };
    opening.await
}

async fn open(person: Person, RowsKey(mut text): RowsKey) -> Option<Rc<Vault>> {
    let key = SealingKey::import(&text).await;
    secrets::wipe(&mut text);
    let owner = sealing::digest(&format!("{}\n{}", person.account, person.user.0)).await?;
    let vault = Rc::new(Vault { person, key: key?, owner, place: here() });
    moved::bring(&vault).await;
    Some(vault)
}

/// Where this page's databases are.
pub(crate) fn here() -> String {
    let host = untrack(session::current).and_then(|session| session.embed).map(|panel| panel.origin + "/");
    format!("{}/{}", routes_base(), host.unwrap_or_default())
}
