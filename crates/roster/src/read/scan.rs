//! Finding quotes, delimiters and line breaks, 64 bytes at a time.

/// For every 64 bytes of `text` a word whose bit *i* says that byte *i* is a quote, the delimiter, a carriage return
/// or a line feed. The last word's bits beyond the text are zero.
pub(super) fn special_bytes(text: &[u8], delimiter: u8, masks: &mut Vec<u64>) {
    masks.clear();
    masks.reserve(text.len().div_ceil(64));
    let (blocks, rest) = text.as_chunks::<64>();
    scan_blocks(blocks, delimiter, masks);
    if !rest.is_empty() {
        let mut block = [0; 64];
        block[..rest.len()].copy_from_slice(rest);
        let used = u64::MAX >> (64 - rest.len());
        scan_blocks(std::slice::from_ref(&block), delimiter, masks);
        if let Some(last) = masks.last_mut() {
            *last &= used;
        }
    }
}

#[cfg(target_arch = "x86_64")]
fn scan_blocks(blocks: &[[u8; 64]], delimiter: u8, masks: &mut Vec<u64>) {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8,
    };

    // SAFETY: SSE2 is part of every x86_64, and each 16-byte load lies inside its array.
    unsafe {
        let quotes = _mm_set1_epi8(b'"'.cast_signed());
        let delimiters = _mm_set1_epi8(delimiter.cast_signed());
        let returns = _mm_set1_epi8(b'\r'.cast_signed());
        let feeds = _mm_set1_epi8(b'\n'.cast_signed());
        for block in blocks {
            let mut mask = 0;
            for (part, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
                let bytes = _mm_loadu_si128(bytes.as_ptr().cast::<__m128i>());
                let separators =
                    _mm_or_si128(_mm_cmpeq_epi8(bytes, quotes), _mm_cmpeq_epi8(bytes, delimiters));
                let breaks = _mm_or_si128(_mm_cmpeq_epi8(bytes, returns), _mm_cmpeq_epi8(bytes, feeds));
                let bits = _mm_movemask_epi8(_mm_or_si128(separators, breaks)).cast_unsigned();
                mask |= u64::from(bits) << (16 * part);
            }
            masks.push(mask);
        }
    }
}

/// Always available: a browser without SIMD refuses the whole module.
#[cfg(target_arch = "wasm32")]
#[target_feature(enable = "simd128")]
fn scan_blocks(blocks: &[[u8; 64]], delimiter: u8, masks: &mut Vec<u64>) {
    use std::arch::wasm32::{u8x16_bitmask, u8x16_eq, u8x16_splat, v128, v128_load, v128_or};

    let quotes = u8x16_splat(b'"');
    let delimiters = u8x16_splat(delimiter);
    let returns = u8x16_splat(b'\r');
    let feeds = u8x16_splat(b'\n');
    for block in blocks {
        let mut mask = 0;
        for (part, bytes) in block.as_chunks::<16>().0.iter().enumerate() {
            // SAFETY: the load lies inside the array.
            let bytes = unsafe { v128_load(bytes.as_ptr().cast::<v128>()) };
            let separators = v128_or(u8x16_eq(bytes, quotes), u8x16_eq(bytes, delimiters));
            let breaks = v128_or(u8x16_eq(bytes, returns), u8x16_eq(bytes, feeds));
            mask |= u64::from(u8x16_bitmask(v128_or(separators, breaks))) << (16 * part);
        }
        masks.push(mask);
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
fn scan_blocks(blocks: &[[u8; 64]], delimiter: u8, masks: &mut Vec<u64>) {
    for block in blocks {
        let mut mask = 0;
        for (index, byte) in block.iter().enumerate() {
            mask |= u64::from(is_special(*byte, delimiter)) << index;
        }
        masks.push(mask);
    }
}

#[cfg(any(test, not(any(target_arch = "x86_64", target_arch = "wasm32"))))]
fn is_special(byte: u8, delimiter: u8) -> bool {
    byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::{is_special, special_bytes};

    #[test]
    fn every_length_agrees_with_a_scan_byte_by_byte() {
        let text: Vec<u8> = (0..300_usize).map(|i| b"a,\"b\r\n;\0\xff"[(i * i + i / 7) % 9]).collect();
        let mut masks = Vec::new();
        for length in 0..text.len() {
            special_bytes(&text[..length], b';', &mut masks);
            assert_eq!(masks.len(), length.div_ceil(64));
            for index in 0..masks.len() * 64 {
                let expected = index < length && is_special(text[index], b';');
                assert_eq!(masks[index / 64] >> (index % 64) & 1 == 1, expected, "byte {index} of {length}");
            }
        }
    }
}
