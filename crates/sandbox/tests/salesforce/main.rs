//! The stand-in for Salesforce, over HTTP.

mod api;
mod browser;
mod kept;
mod oauth;
mod set_up;
