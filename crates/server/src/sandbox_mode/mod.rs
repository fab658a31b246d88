//! Sandbox mode: stand-ins for the services that are not configured, and failures on purpose. For trying out and for tests.
//!
//! All of it is behind the feature `sandbox`. A server for production is built without: there the types are of the same
//! names, and nothing can be made of them.

#[cfg(feature = "sandbox")]
mod faults;
#[cfg(feature = "sandbox")]
mod with;
#[cfg(not(feature = "sandbox"))]
mod without;

#[cfg(feature = "sandbox")]
pub use with::*;
#[cfg(not(feature = "sandbox"))]
pub use without::*;

/// What is said where nobody takes the mails.
pub(crate) const NO_MAIL_SERVER: &str = if cfg!(feature = "sandbox") {
    "no mail server: give --smtp, or --sandbox to try things out"
} else {
    "no mail server: give --smtp"
};
