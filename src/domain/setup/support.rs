//! The address of the support team.

use std::cell::RefCell;

thread_local! {
    static URL: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the deployment's address.
pub(crate) fn set(url: &str) {
    URL.set(url.to_owned());
}

/// An `https:` address, once the configuration is loaded.
pub(crate) fn url() -> String {
    URL.with_borrow(Clone::clone)
}
