//! Sales Insight Actions Admin: the console in which administrators set up a Marketo Sales account.
//!
//! This crate knows the browser and contains no business rules: those are in `roster` and `api-types`.

mod api;
mod app;
mod data;
mod domain;
mod embed;
mod features;
mod i18n;
mod platform;
mod ui;

fn main() {
    app::start();
}
