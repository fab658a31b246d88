//! Second factors: passkeys, the authenticator app, and recovery codes; adding them, and what is said of them.

mod add_app;
mod add_passkey;
mod adding;
mod dialogs;
mod labels;
mod recovery_codes;

pub(crate) use adding::Adding;
pub(crate) use dialogs::AddingDialogs;
pub(crate) use labels::{in_words, no_passkeys_here, not_asked};
