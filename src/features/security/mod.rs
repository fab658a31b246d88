//! Security: the API keys and the audit log of the account.

mod api_keys;
mod asked;
mod export;
mod narrowed;
mod page;
mod table;

pub(crate) use page::Security;
