//! The check-list of the set-up in Salesforce itself: steps 6 and 7 of the guide.

mod course;
mod item;
mod item_state;
mod labels;
mod page;
mod rail;
mod state;

pub(crate) use page::SalesforceSetup;
