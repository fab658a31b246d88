//! The decoders of encodings into UTF-8. The browser and the command line provide their own.

use crate::Encoding;

/// U+FFFD in UTF-8: the replacement for invalid bytes.
pub const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// A streaming decoder of one encoding. Bytes that the encoding does not allow become U+FFFD, as the WHATWG Encoding
/// Standard says; a byte order mark is an ordinary character.
pub trait Decoder {
    /// Decodes the next bytes and appends the text. With `last` the input ends here.
    fn decode(&mut self, input: &[u8], last: bool, output: &mut Vec<u8>);
}

/// A source of decoders.
pub trait Decoders {
    /// A new decoder of the encoding.
    fn decoder(&self, encoding: Encoding) -> Box<dyn Decoder>;
}
