//! Security: the audit log and the API keys of the account.

mod api_keys;
mod asked;
mod export;
mod log;
mod narrowed;
mod page;
mod table;

pub(crate) use page::Security;
