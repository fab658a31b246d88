//! Detecting the encoding of a file.

use super::kind;
use crate::Refusal;
use encodings::{Decoders, Encoding};

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

/// The encoding of the byte order mark at the beginning.
pub(super) fn marked(head: &[u8]) -> Option<Encoding> {
    [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be]
        .into_iter()
        .find(|&encoding| has_byte_order_mark(head, encoding))
}

/// The user chose the encoding.
pub(super) fn given(head: &[u8], encoding: Encoding) -> Guess {
    Guess { encoding, bom: has_byte_order_mark(head, encoding), certain: true }
}

pub(super) fn guess(head: &[u8], complete: bool, decoders: &dyn Decoders) -> Result<Guess, Refusal> {
    if let Some(encoding) = marked(head) {
        return Ok(Guess { encoding, bom: true, certain: true });
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
    if is_utf8 && has_japanese_shift(head) {
        return Ok(Guess { encoding: Encoding::Iso2022Jp, bom: false, certain: true });
    }
    if is_utf8 {
        return Ok(Guess { encoding: Encoding::Utf8, bom: false, certain: !head.is_ascii() });
    }
    if is_damaged_utf8(head) {
        return Ok(Guess { encoding: Encoding::Utf8, bom: false, certain: true });
    }
    Ok(Guess { encoding: encodings::guess(&[head], decoders), bom: false, certain: false })
}

/// Whether the text is ASCII and switches to Japanese characters by an escape sequence, as ISO-2022-JP does.
fn has_japanese_shift(head: &[u8]) -> bool {
    const SHIFTS: [&[u8]; 4] = [b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I"];
    head.is_ascii()
        && memchr::memchr_iter(0x1b, head).any(|at| SHIFTS.iter().any(|shift| head[at..].starts_with(shift)))
}

/// Whether there are many UTF-8 characters and few invalid bytes, or most lines outside ASCII are UTF-8: files in two
/// encodings were joined. In a legacy encoding hardly any line is valid by chance.
fn is_damaged_utf8(head: &[u8]) -> bool {
    let (mut characters, mut strays) = (0, 0);
    for chunk in head.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        strays += usize::from(!chunk.invalid().is_empty());
    }
    let lines = head.split(|&byte| byte == b'\n').filter(|line| !line.is_ascii());
    let balance: i32 = lines.map(|line| if std::str::from_utf8(line).is_ok() { 1 } else { -1 }).sum();
    characters > 4 * strays || balance > 0
}

/// Detects UTF-16 without a byte order mark by zero bytes in one half of the pairs, as addresses are ASCII.
fn bare_utf16(head: &[u8]) -> Option<Encoding> {
    let pairs = head[..head.len().min(8192)].as_chunks::<2>().0;
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    if second >= 3 && second * 5 > pairs.len() && first * 20 <= pairs.len() {
        Some(Encoding::Utf16Le)
    } else if first >= 3 && first * 5 > pairs.len() && second * 20 <= pairs.len() {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// The head as text, without its byte order mark and without an incomplete character at its end.
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
