//! The encodings of files, and which of them a file has. Compiled for size: it runs once per file.

mod decode;
mod encoding;
mod legacy;

pub use decode::{Decoder, Decoders, REPLACEMENT};
pub use encoding::{Encoding, UnknownEncoding};
pub use legacy::guess;
