//! The address of the support team.

use std::cell::RefCell;

use crate::platform::lifetime;

#[derive(Default)]
struct Address(RefCell<String>);

/// Sets the deployment's address.
pub(crate) fn set(url: &str) {
    lifetime::shared::<Address>().0.replace(url.to_owned());
}

/// An `https:` address, once the configuration is loaded.
pub(crate) fn url() -> String {
    lifetime::shared::<Address>().0.borrow().clone()
}
