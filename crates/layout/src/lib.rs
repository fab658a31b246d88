//! Compares which file uses which with the drawings in ARCHITECTURE.md:
//!
//! ````text
//! ```layout
//! src: app -> features -> domain        each room may use those to its right, and what those may use
//! src/features: apart                   no folder in it knows another
//! ```
//! ````
//!
//! Cycles are forbidden everywhere, among rooms and among the folders and files within one. Tests may import anything.
//! The same sources tell how long functions are, and which passages stand twice.

mod drawing;
mod faults;
mod functions;
mod imports;
mod passages;
mod sources;

pub use drawing::{Drawing, drawings};
pub use faults::faults;
pub use functions::{Function, functions};
pub use imports::{imports, invokes};
pub use passages::repeated;
pub use sources::Files;
