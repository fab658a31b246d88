//! The check-list of the set-up in Salesforce itself: steps 6 and 7 of the guide.

mod course;
mod item;
mod labels;
mod page;
mod rail;
mod standing;
mod state;

pub(crate) use page::SalesforceSetup;
