//! Sixteen bytes at a time, by the processor's vector instructions.
//!
//! SSE2 is part of every x86-64. The browser's code is built with WebAssembly's SIMD, and a browser without it refuses
//! the whole module. Elsewhere the bytes are taken one by one.

/// How many bytes there are.
pub(crate) const LANES: usize = 16;

/// Sixteen bytes; as the result of a comparison, `0xff` where it holds and 0 elsewhere.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lanes(imp::Vector);

#[cfg(target_arch = "x86_64")]
mod imp {
    use std::arch::x86_64::{
        __m128i, _mm_add_epi8, _mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_min_epu8,
        _mm_movemask_epi8, _mm_or_si128, _mm_set1_epi8, _mm_storeu_si128,
    };

    pub(super) type Vector = __m128i;

    // SAFETY of all: SSE2 is part of every x86_64, and the arrays have sixteen bytes.
    #[inline(always)]
    pub(super) fn load(bytes: &[u8; 16]) -> Vector {
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    pub(super) fn store(vector: Vector) -> [u8; 16] {
        let mut bytes = [0; 16];
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), vector) };
        bytes
    }

    #[inline(always)]
    pub(super) fn splat(byte: u8) -> Vector {
        unsafe { _mm_set1_epi8(byte.cast_signed()) }
    }

    #[inline(always)]
    pub(super) fn eq(a: Vector, b: Vector) -> Vector {
        unsafe { _mm_cmpeq_epi8(a, b) }
    }

    #[inline(always)]
    pub(super) fn at_most(a: Vector, b: Vector) -> Vector {
        unsafe { _mm_cmpeq_epi8(_mm_min_epu8(a, b), a) }
    }

    #[inline(always)]
    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        unsafe { _mm_add_epi8(a, b) }
    }

    #[inline(always)]
    pub(super) fn or(a: Vector, b: Vector) -> Vector {
        unsafe { _mm_or_si128(a, b) }
    }

    #[inline(always)]
    pub(super) fn and(a: Vector, b: Vector) -> Vector {
        unsafe { _mm_and_si128(a, b) }
    }

    #[inline(always)]
    pub(super) fn bits(a: Vector) -> u32 {
        unsafe { _mm_movemask_epi8(a) }.cast_unsigned()
    }
}

#[cfg(target_arch = "wasm32")]
mod imp {
    use std::arch::wasm32::{
        u8x16_add, u8x16_bitmask, u8x16_eq, u8x16_le, u8x16_splat, v128, v128_and, v128_load, v128_or,
        v128_store,
    };

    pub(super) type Vector = v128;

    #[inline(always)]
    pub(super) fn load(bytes: &[u8; 16]) -> Vector {
        // SAFETY: the array has sixteen bytes.
        unsafe { v128_load(bytes.as_ptr().cast()) }
    }

    #[inline(always)]
    pub(super) fn store(vector: Vector) -> [u8; 16] {
        let mut bytes = [0; 16];
        // SAFETY: the array has sixteen bytes.
        unsafe { v128_store(bytes.as_mut_ptr().cast(), vector) };
        bytes
    }

    #[inline(always)]
    pub(super) fn splat(byte: u8) -> Vector {
        u8x16_splat(byte)
    }

    #[inline(always)]
    pub(super) fn eq(a: Vector, b: Vector) -> Vector {
        u8x16_eq(a, b)
    }

    #[inline(always)]
    pub(super) fn at_most(a: Vector, b: Vector) -> Vector {
        u8x16_le(a, b)
    }

    #[inline(always)]
    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        u8x16_add(a, b)
    }

    #[inline(always)]
    pub(super) fn or(a: Vector, b: Vector) -> Vector {
        v128_or(a, b)
    }

    #[inline(always)]
    pub(super) fn and(a: Vector, b: Vector) -> Vector {
        v128_and(a, b)
    }

    #[inline(always)]
    pub(super) fn bits(a: Vector) -> u32 {
        u8x16_bitmask(a).into()
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "wasm32")))]
mod imp {
    pub(super) type Vector = [u8; 16];

    pub(super) fn load(bytes: &[u8; 16]) -> Vector {
        *bytes
    }

    pub(super) fn store(vector: Vector) -> [u8; 16] {
        vector
    }

    pub(super) fn splat(byte: u8) -> Vector {
        [byte; 16]
    }

    fn each(a: Vector, b: Vector, result: impl Fn(u8, u8) -> u8) -> Vector {
        std::array::from_fn(|lane| result(a[lane], b[lane]))
    }

    pub(super) fn eq(a: Vector, b: Vector) -> Vector {
        each(a, b, |a, b| if a == b { 0xff } else { 0 })
    }

    pub(super) fn at_most(a: Vector, b: Vector) -> Vector {
        each(a, b, |a, b| if a <= b { 0xff } else { 0 })
    }

    pub(super) fn add(a: Vector, b: Vector) -> Vector {
        each(a, b, u8::wrapping_add)
    }

    pub(super) fn or(a: Vector, b: Vector) -> Vector {
        each(a, b, |a, b| a | b)
    }

    pub(super) fn and(a: Vector, b: Vector) -> Vector {
        each(a, b, |a, b| a & b)
    }

    pub(super) fn bits(a: Vector) -> u32 {
        (0..16).fold(0, |bits, lane| bits | u32::from(a[lane] >> 7) << lane)
    }
}

/// Ones and then zeros: from the middle back they begin with any number of ones.
const ONES: [u8; 2 * LANES] = {
    let mut bytes = [0; 2 * LANES];
    let mut lane = 0;
    while lane < LANES {
        bytes[lane] = 0xff;
        lane += 1;
    }
    bytes
};

impl Lanes {
    #[inline(always)]
    pub(crate) fn of(bytes: &[u8; LANES]) -> Self {
        Self(imp::load(bytes))
    }

    /// The bytes of the text from that place on; zeros behind its end.
    #[inline(always)]
    pub(crate) fn load(text: &[u8], from: usize) -> Self {
        match text.get(from..).and_then(|text| text.first_chunk()) {
            Some(bytes) => Self(imp::load(bytes)),
            None => Self::load_end(text, from),
        }
    }

    #[cold]
    fn load_end(text: &[u8], from: usize) -> Self {
        let mut bytes = [0; LANES];
        let end = text.get(from..).unwrap_or_default();
        bytes[..end.len()].copy_from_slice(end);
        Self(imp::load(&bytes))
    }

    /// The same byte everywhere.
    #[inline(always)]
    pub(crate) fn all(byte: u8) -> Self {
        Self(imp::splat(byte))
    }

    #[inline(always)]
    pub(crate) fn bytes(self) -> [u8; LANES] {
        imp::store(self.0)
    }

    /// That many of the bytes, and zeros.
    #[inline(always)]
    pub(crate) fn first(self, count: usize) -> Self {
        self.and(Self::load(&ONES, LANES - count.min(LANES)))
    }

    #[inline(always)]
    pub(crate) fn or(self, other: Self) -> Self {
        Self(imp::or(self.0, other.0))
    }

    #[inline(always)]
    pub(crate) fn and(self, other: Self) -> Self {
        Self(imp::and(self.0, other.0))
    }

    /// Where both have the same byte.
    #[inline(always)]
    pub(crate) fn same(self, other: Self) -> Self {
        Self(imp::eq(self.0, other.0))
    }

    /// Where that byte is.
    #[inline(always)]
    pub(crate) fn is(self, byte: u8) -> Self {
        Self(imp::eq(self.0, imp::splat(byte)))
    }

    /// Where a byte between these is, or one of them.
    #[inline(always)]
    pub(crate) fn is_in(self, first: u8, last: u8) -> Self {
        let above_first = imp::add(self.0, imp::splat(first.wrapping_neg()));
        Self(imp::at_most(above_first, imp::splat(last - first)))
    }

    /// A bit for each byte, the lowest for the first: its highest bit.
    #[inline(always)]
    pub(crate) fn bits(self) -> u32 {
        imp::bits(self.0)
    }

    /// The bytes with the letters A to Z in lower case, and where letters are.
    #[inline(always)]
    pub(crate) fn lower(self) -> (Self, Self) {
        let case = Self(imp::splat(0x20));
        let letters = self.or(case).is_in(b'a', b'z');
        (self.or(letters.and(case)), letters)
    }
}

#[cfg(test)]
mod tests {
    use super::{LANES, Lanes};

    #[test]
    fn comparisons_agree_with_those_of_bytes() {
        for start in 0..=240_u8 {
            let text: Vec<u8> = (0..16).map(|lane| start + lane).collect();
            let lanes = Lanes::load(&text, 0);
            let bits = |holds: &dyn Fn(u8) -> bool| {
                text.iter().enumerate().fold(0, |bits, (lane, byte)| bits | u32::from(holds(*byte)) << lane)
            };
            for byte in [0, 1, b'a', 0x7f, 0x80, 0xff] {
                assert_eq!(lanes.is(byte).bits(), bits(&|other| other == byte));
                for last in [byte, 0xe3, 0xff].into_iter().filter(|last| *last >= byte) {
                    assert_eq!(lanes.is_in(byte, last).bits(), bits(&|other| (byte..=last).contains(&other)));
                }
            }
            assert_eq!(lanes.bits(), bits(&|byte| byte >= 0x80));
            let (lower, letters) = lanes.lower();
            assert_eq!(lower.bytes().to_vec(), text.to_ascii_lowercase());
            assert_eq!(letters.bits(), bits(&|byte| byte.is_ascii_alphabetic()));
        }
    }

    #[test]
    fn behind_the_text_and_behind_the_first_ones_are_zeros() {
        let text: Vec<u8> = (1..=40).collect();
        for from in 0..45 {
            for count in 0..=LANES {
                let expected: [u8; LANES] = std::array::from_fn(|lane| {
                    if lane < count { text.get(from + lane).copied().unwrap_or_default() } else { 0 }
                });
                assert_eq!(Lanes::load(&text, from).first(count).bytes(), expected);
            }
        }
    }
}
