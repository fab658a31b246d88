//! The browser's own decoders.

use js_sys::Reflect;
use roster::{Decoder, Decoders, Encoding};
use web_sys::{TextDecodeOptions, TextDecoder, TextDecoderOptions};

#[derive(Clone, Copy, Debug)]
pub(super) struct BrowserDecoders;

impl Decoders for BrowserDecoders {
    fn decoder(&self, encoding: Encoding) -> Box<dyn Decoder> {
        let options = TextDecoderOptions::new();
        // The bindings lack this option. Setting a property of an object made here cannot fail.
        let _ = Reflect::set(&options, &"ignoreBOM".into(), &true.into());
        Box::new(BrowserDecoder(TextDecoder::new_with_label_and_options(encoding.name(), &options).ok()))
    }
}

/// `None` in a browser that lacks the encoding, which the standard does not allow.
struct BrowserDecoder(Option<TextDecoder>);

impl Decoder for BrowserDecoder {
    fn decode(&mut self, input: &[u8], last: bool, output: &mut Vec<u8>) {
        let options = TextDecodeOptions::new();
        options.set_stream(!last);
        let text = self
            .0
            .as_ref()
            .and_then(|decoder| decoder.decode_with_u8_array_and_options(input, &options).ok());
        match text {
            Some(text) => output.extend_from_slice(text.as_bytes()),
            None => output.extend(std::iter::repeat_n("\u{fffd}".as_bytes(), input.len()).flatten()),
        }
    }
}
