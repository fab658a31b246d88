//! Adding a second factor: which dialog is open, one at a time, and the recovery codes that come with the first.

use leptos::prelude::*;

use crate::ui::HeldSecret;

/// The dialog that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opened {
    Nothing,
    Passkey,
    App,
    RecoveryCodes,
}

#[derive(Clone, Copy)]
pub(crate) struct Adding {
    pub(super) opened: RwSignal<Opened>,
    /// The recovery codes, one in a line, while they are shown.
    pub(super) codes: HeldSecret,
    on_done: Callback<()>,
}

impl Adding {
    /// `on_done` runs once a factor was added, or codes were made, and the codes were seen.
    pub(crate) fn new(on_done: Callback<()>) -> Self {
        Self { opened: RwSignal::new(Opened::Nothing), codes: HeldSecret::new(), on_done }
    }

    pub(crate) fn add_passkey(self) {
        self.opened.set(Opened::Passkey);
    }

    pub(crate) fn add_app(self) {
        self.opened.set(Opened::App);
    }

    pub(super) fn close(self) {
        self.opened.try_set(Opened::Nothing);
    }

    /// Shows recovery codes, if there are any.
    pub(crate) fn done(self, codes: &[String]) {
        if codes.is_empty() {
            return self.finish();
        }
        self.codes.keep(codes.join("\n"));
        self.opened.try_set(Opened::RecoveryCodes);
    }

    /// Ends it; codes are not shown again.
    pub(super) fn finish(self) {
        self.codes.forget();
        self.close();
        self.on_done.try_run(());
    }

    /// Whether this is the dialog that is open.
    pub(super) fn is_open(self, dialog: Opened) -> Signal<bool> {
        Signal::derive(move || self.opened.get() == dialog)
    }
}
