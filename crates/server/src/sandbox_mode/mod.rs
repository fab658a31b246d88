//! Sandbox mode: stand-ins for the services that are not configured, and deliberate failures. For trying out and for
//! tests.
//!
//! All of it is behind the feature `sandbox`. A server for production is built without it: the types then have the same
//! names, but cannot be constructed.

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

/// The message where no mail server is configured.
pub(crate) const NO_MAIL_SERVER: &str = if cfg!(feature = "sandbox") {
    "no mail server: give --smtp, or --sandbox to try things out"
} else {
    "no mail server: give --smtp"
};
