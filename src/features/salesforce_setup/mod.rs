//! The check-list of what is to be done in Salesforce itself: steps 6 and 7 of the guide.

mod item;
mod labels;
mod page;
mod state;

pub(crate) use page::SalesforceSetup;
