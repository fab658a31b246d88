//! Decoders outside the browser.

use encoding_rs::{CoderResult, Encoding as Standard};

use encodings::Encoding;
use encodings::{Decoder, Decoders};

/// The decoders of the WHATWG Encoding Standard in Rust, for programs outside the browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct NativeDecoders;

impl Decoders for NativeDecoders {
    fn decoder(&self, encoding: Encoding) -> Box<dyn Decoder> {
        let standard = Standard::for_label(encoding.name().as_bytes()).unwrap_or(encoding_rs::UTF_8);
        Box::new(NativeDecoder(standard.new_decoder_without_bom_handling()))
    }
}

struct NativeDecoder(encoding_rs::Decoder);

impl Decoder for NativeDecoder {
    fn decode(&mut self, mut input: &[u8], last: bool, output: &mut Vec<u8>) {
        loop {
            let room =
                self.0.max_utf8_buffer_length(input.len()).unwrap_or(input.len().saturating_mul(3)).max(16);
            let start = output.len();
            output.resize(start + room, 0);
            let (result, read, written, _) = self.0.decode_to_utf8(input, &mut output[start..], last);
            output.truncate(start + written);
            input = &input[read..];
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{NativeDecoders, Standard};
    use encodings::{Decoders, Encoding};

    #[test]
    fn every_encoding_has_its_decoder() {
        for encoding in Encoding::ALL {
            let standard = Standard::for_label(encoding.name().as_bytes()).map(Standard::name);
            assert_eq!(standard, Some(encoding.name()));
        }
    }

    #[test]
    fn a_character_may_be_cut_in_two() {
        let mut decoder = NativeDecoders.decoder(Encoding::EucKr);
        let mut text = Vec::new();
        decoder.decode(&[0xb1], false, &mut text);
        decoder.decode(&[0xe8, b'a', 0xb1], true, &mut text);
        assert_eq!(String::from_utf8_lossy(&text), "김a\u{fffd}");
    }
}
