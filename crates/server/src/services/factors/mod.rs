//! Second factors of users: passkeys, authenticator apps, and recovery codes, each of which works once in place of one.

pub(crate) mod authenticator_app;
mod ceremonies;
pub(crate) mod codes;
pub(crate) mod own;
pub(crate) mod passkeys;
mod recovery_codes;
pub(crate) mod relying_party;
pub(crate) mod reset;
