//! Security: the audit log of the account.

mod asked;
mod export;
mod labels;
mod page;
mod table;

pub(crate) use page::Security;
