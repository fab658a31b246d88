//! Diagnostics: the codes of Salesforce and Marketo with their fixes, and recent errors.

mod catalogue;
mod labels;
mod page;
mod recent;
mod services;
mod system;

pub(crate) use page::Diagnostics;
