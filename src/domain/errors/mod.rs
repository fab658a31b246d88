//! The errors of Salesforce and Marketo, with their explanations.

mod code;

pub(crate) use code::Code;
