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

/// The special bytes of the block of the text that begins at `from`. Bits at and behind `end` are zero.
#[inline]
#[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
pub(super) fn special_bytes(text: &[u8], from: usize, end: usize, delimiter: u8) -> Specials {
    let mut copy = [0; BLOCK];
    let block = text.get(from..).unwrap_or_default();
    let block = block.first_chunk::<BLOCK>().unwrap_or_else(|| {
        copy[..block.len()].copy_from_slice(block);
        &copy
    });
    let mut found = Specials { delimiters: 0, others: 0 };
    for (part, bytes) in block.as_chunks().0.iter().enumerate() {
        let lanes = Lanes::of(bytes);
        let delimiters = lanes.is(delimiter);
        let others = lanes.is(b'"').or(lanes.is(b'\r')).or(lanes.is(b'\n'));
        found.delimiters |= u64::from(delimiters.bits()) << (part * LANES);
        found.others |= u64::from(others.bits()) << (part * LANES);
    }
    let rest = end - from;
    if rest < BLOCK {
        found.delimiters &= (1 << rest) - 1;
        found.others &= (1 << rest) - 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, special_bytes};

    #[test]
    fn every_piece_agrees_with_a_scan_byte_by_byte() {
        let text: Vec<u8> = (0..300_usize).map(|i| b"a,\"b\r\n;\0\xff"[(i * i + i / 7) % 9]).collect();
        for from in 0..text.len() {
            for end in from..text.len() {
                let found = special_bytes(&text, from, end, b';');
                for index in 0..BLOCK {
                    let byte = text.get(from + index).copied().filter(|_| from + index < end);
                    let is_other = matches!(byte, Some(b'"' | b'\r' | b'\n'));
                    assert_eq!(
                        found.delimiters >> index & 1 == 1,
                        byte == Some(b';'),
                        "{index} of {from}..{end}"
                    );
                    assert_eq!(found.others >> index & 1 == 1, is_other, "{index} of {from}..{end}");
                }
            }
        }
    }
}
