//! Finding quotes, delimiters and line breaks, 64 bytes at a time.

use crate::lanes::{LANES, Lanes};

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 64;

/// Words whose bit *i* stands for the byte *i* places behind the first one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Specials {
    pub delimiters: u64,
    /// Quotes, carriage returns and line feeds.
    pub others: u64,
}

/// The special bytes of a block.
#[inline]
pub(super) fn special_bytes(block: &[u8; BLOCK], delimiter: Lanes) -> Specials {
    let (quote, carriage_return, line_feed) = (Lanes::all(b'"'), Lanes::all(b'\r'), Lanes::all(b'\n'));
    let mut found = Specials { delimiters: 0, others: 0 };
    for (part, bytes) in block.as_chunks().0.iter().enumerate() {
        let lanes = Lanes::of(bytes);
        let others = lanes.same(quote).or(lanes.same(carriage_return)).or(lanes.same(line_feed));
        found.delimiters |= u64::from(lanes.same(delimiter).bits()) << (part * LANES);
        found.others |= u64::from(others.bits()) << (part * LANES);
    }
    found
}

/// The special bytes of less than a block.
#[cold]
pub(super) fn special_bytes_of_rest(rest: &[u8], delimiter: Lanes) -> Specials {
    let mut block = [0; BLOCK];
    block[..rest.len()].copy_from_slice(rest);
    let found = special_bytes(&block, delimiter);
    // Zeros may be delimiters.
    let filled = (1 << rest.len()) - 1;
    Specials { delimiters: found.delimiters & filled, others: found.others & filled }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, special_bytes, special_bytes_of_rest};
    use crate::lanes::Lanes;

    #[test]
    fn every_piece_agrees_with_a_scan_byte_by_byte() {
        let text: Vec<u8> = (0..300_usize).map(|i| b"a,\"b\r\n;\0\xff"[(i * i + i / 7) % 9]).collect();
        for from in 0..text.len() {
            for end in from..text.len().min(from + BLOCK + 1) {
                let delimiter = Lanes::all(b';');
                let found = match text[from..end].try_into() {
                    Ok(block) => special_bytes(block, delimiter),
                    Err(_) => special_bytes_of_rest(&text[from..end], delimiter),
                };
                for index in 0..BLOCK {
                    let byte = text[from..end].get(index);
                    let is_other = matches!(byte, Some(b'"' | b'\r' | b'\n'));
                    assert_eq!(
                        found.delimiters >> index & 1 == 1,
                        byte == Some(&b';'),
                        "{index} of {from}..{end}"
                    );
                    assert_eq!(found.others >> index & 1 == 1, is_other, "{index} of {from}..{end}");
                }
            }
        }
    }
}
