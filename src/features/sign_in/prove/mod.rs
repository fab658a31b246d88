//! The dialog that asks for a fresh proof of who the person is.

mod by_mail;
mod dialog;
mod through_salesforce;
mod typed;

pub(crate) use dialog::ProofDialog;
