//! Security: the audit log, the API keys and the webhooks of the account.

mod api_keys;
mod asked;
mod export;
mod log;
mod narrowed;
mod numbering;
mod page;
mod table;
mod webhooks;

pub(crate) use page::Security;
