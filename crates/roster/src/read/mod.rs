//! From the bytes of a file to records, piece by piece.

mod anchors;
mod buffer;
#[cfg(feature = "encodings")]
mod encodings;
mod parser;
mod reader;
mod scan;
mod table;
mod utf16;

pub(crate) use anchors::{Anchors, FilePosition};
#[cfg(feature = "encodings")]
pub use encodings::NativeDecoders;
pub(crate) use parser::parse_text;
pub use parser::{Limits, Record};
pub use reader::{ReadError, Reader};
