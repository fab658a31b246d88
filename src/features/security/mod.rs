//! Security: what was done to the account.

mod asked;
mod export;
mod screen;
mod table;
mod words;

pub(crate) use screen::Security;
