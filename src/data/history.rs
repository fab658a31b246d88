//! The browser's history, in which a screen's lists are told apart.

use leptos_router::NavigateOptions;

/// Whether a change of what a screen shows gets an entry in the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum History {
    /// The browser's Back leads to what was shown before.
    Push,
    /// While typing, and where what the address named is not there: Back leads to the screen before.
    Replace,
}

impl History {
    /// For the same screen: it stays where it has been scrolled to.
    pub(crate) fn on_screen(self) -> NavigateOptions {
        NavigateOptions { replace: self == Self::Replace, scroll: false, ..NavigateOptions::default() }
    }
}
