//! Which encoding a file is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

use super::{aliases, kind};
use crate::{Decoders, Encoding, Refusal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    pub encoding: Encoding,
    pub bom: bool,
    /// There is positive evidence for it.
    pub certain: bool,
}

const fn byte_order_mark(encoding: Encoding) -> Option<&'static [u8]> {
    match encoding {
        Encoding::Utf8 => Some(b"\xef\xbb\xbf"),
        Encoding::Utf16Le => Some(b"\xff\xfe"),
        Encoding::Utf16Be => Some(b"\xfe\xff"),
        _ => None,
    }
}

fn has_byte_order_mark(head: &[u8], encoding: Encoding) -> bool {
    byte_order_mark(encoding).is_some_and(|mark| head.starts_with(mark))
}

/// The person named the encoding.
pub(super) fn told(head: &[u8], encoding: Encoding) -> Guess {
    Guess { encoding, bom: has_byte_order_mark(head, encoding), certain: true }
}

pub(super) fn guess(head: &[u8], complete: bool, decoders: &dyn Decoders) -> Result<Guess, Refusal> {
    for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
        if has_byte_order_mark(head, encoding) {
            return Ok(Guess { encoding, bom: true, certain: true });
        }
    }
    if let Some(encoding) = bare_utf16(head) {
        return Ok(Guess { encoding, bom: false, certain: true });
    }
    if kind::is_binary(head) {
        return Err(Refusal::Binary);
    }
    let is_utf8 = match simdutf8::compat::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && !complete,
    };
    if is_utf8 {
        return Ok(Guess { encoding: Encoding::Utf8, bom: false, certain: !head.is_ascii() });
    }
    Ok(Guess { encoding: guess_legacy(head, decoders), bom: false, certain: false })
}

/// UTF-16 without a byte order mark shows by zero bytes in one half of the pairs: addresses are ASCII.
fn bare_utf16(head: &[u8]) -> Option<Encoding> {
    let pairs = head[..head.len().min(8192)].as_chunks::<2>().0;
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    if second * 5 > pairs.len() && first * 20 <= pairs.len() {
        Some(Encoding::Utf16Le)
    } else if first * 5 > pairs.len() && second * 20 <= pairs.len() {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// What the words of a table of people are in decides; where there are none, the statistics of the bytes.
pub(super) fn guess_legacy(part: &[u8], decoders: &dyn Decoders) -> Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(part, false);
    let by_bytes = encoding_of(detector.guess(None, Utf8Detection::Deny).name());
    let candidates = [
        by_bytes,
        Encoding::Windows1252,
        Encoding::EucKr,
        Encoding::ShiftJis,
        Encoding::Gb18030,
        Encoding::Big5,
        Encoding::EucJp,
        Encoding::Macintosh,
    ];
    let start = &part[..part.len().min(16 * 1024)];
    let mut best = (0, by_bytes);
    for encoding in candidates {
        let words = known_words(start, encoding, decoders);
        if words > best.0 {
            best = (words, encoding);
        }
    }
    best.1
}

/// How many words outside ASCII that tables of people are made of the text has in that encoding.
fn known_words(part: &[u8], encoding: Encoding, decoders: &dyn Decoders) -> usize {
    let mut text = Vec::new();
    decoders.decoder(encoding).decode(part, false, &mut text);
    let text = String::from_utf8_lossy(&text);
    text.split(|c: char| matches!(c, ',' | ';' | '\t' | '|' | '"' | '\r' | '\n'))
        .take(512)
        .filter(|cell| !cell.is_ascii() && !cell.contains('\u{fffd}') && aliases::is_known_word(cell))
        .count()
}

/// The encoding of a name in the Encoding Standard; what the detector knows and we do not is near to one that we do.
fn encoding_of(name: &str) -> Encoding {
    Encoding::from_label(name).unwrap_or(match name {
        "KOI8-R" => Encoding::Koi8U,
        "ISO-8859-5" | "IBM866" => Encoding::Windows1251,
        "ISO-8859-7" => Encoding::Windows1253,
        "ISO-8859-6" => Encoding::Windows1256,
        "ISO-8859-8" | "ISO-8859-8-I" => Encoding::Windows1255,
        "ISO-8859-4" | "ISO-8859-13" => Encoding::Windows1257,
        _ => Encoding::Windows1252,
    })
}

/// The head as text, without its byte order mark and without a character cut off at its end.
pub(super) fn decode_head(head: &[u8], complete: bool, guess: &Guess, decoders: &dyn Decoders) -> String {
    let mark = if guess.bom { byte_order_mark(guess.encoding).map_or(0, <[u8]>::len) } else { 0 };
    let body = &head[mark..];
    if guess.encoding == Encoding::Utf8 {
        let mut text = String::from_utf8_lossy(body).into_owned();
        let cut_off = !complete && std::str::from_utf8(body).is_err_and(|error| error.error_len().is_none());
        if cut_off {
            text.pop();
        }
        return text;
    }
    let mut text = Vec::new();
    decoders.decoder(guess.encoding).decode(body, complete, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}
