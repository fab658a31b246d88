//! E-mail addresses: one rule for the browser, the command line and the server.
//!
//! The rule is the one of HTML's `<input type=email>`, made stricter where mail would not arrive: dots in the local
//! part, lengths (64 and 254), and a policy. Dotless domains, address literals, quoted and non-ASCII local parts,
//! one-letter and numeric top-level domains are refused, each with its own code. Internationalised domains are valid.

#[cfg(feature = "idna")]
mod address;
mod error;
mod list;
#[cfg(feature = "engine")]
mod lookalike;
#[cfg(feature = "engine")]
mod typo;

#[cfg(feature = "idna")]
pub use address::Address;
pub use error::AddressError;
pub use list::{Entry, split_list};
#[cfg(feature = "engine")]
pub(crate) use lookalike::is_lookalike;
#[cfg(feature = "engine")]
pub(crate) use typo::probably_meant;
