//! E-mail addresses: one rule for the browser, the command line and the server.
//!
//! The rule is the one of HTML's `<input type=email>`, made stricter where mail would not arrive: dots in the local
//! part, lengths (64 and 254), and a policy. Dotless domains, address literals, quoted and non-ASCII local parts,
//! one-letter and numeric top-level domains are refused, each with its own code. Internationalised domains are valid if
//! IDNA 2008 allows them.
//!
//! ```
//! use values::email::{Address, AddressError, split_list};
//!
//! let address: Address = "Ana.Ray@Example.COM".parse()?;
//! assert_eq!("ana ray@example.com".parse::<Address>(), Err(AddressError::SpaceInside));
//!
//! let pasted = split_list("Ana Ray <ana@example.com>; bo@example.com");
//! assert_eq!(pasted[0].name.as_deref(), Some("Ana Ray"));
//! assert_eq!(pasted[1].address, "bo@example.com");
//! # Ok::<(), AddressError>(())
//! ```

mod address;
mod advice;
mod error;
mod idn;
mod idna2008;
mod list;
mod lookalike;
mod separator;
mod typo;

pub use address::Address;
pub use address::ascii_domain;
pub use advice::{Advice, Several, advise, several};
pub use error::AddressError;
pub use idn::{DomainToAscii, set_domain_to_ascii};
pub use list::{Entry, split_list};
pub use lookalike::{is_lookalike, skeleton};
pub use separator::{is_line_end, is_separator};
pub use typo::probably_meant;
