//! Which values of cells were found clean, so that each is checked once.

use std::ops::Range;

use crate::lanes::{LANES, Lanes};

/// How many values are remembered.
const SLOTS: usize = 4096;

/// In how many slots a value may be.
const WAYS: usize = 4;

/// The longest value that is remembered, in bytes.
pub(super) const LONGEST: usize = 31;

/// A value of at most [`LONGEST`] bytes, filled with zeros, and in the last byte the kind of value, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry([u64; 4]);

impl Entry {
    /// The value that begins at that place of the text, which has no zeros in it.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub(super) fn new(text: &[u8], from: usize, length: usize, kind: u8) -> Self {
        debug_assert!(length <= LONGEST && kind > 0);
        let mut words = [0; 4];
        for (half, lanes) in words.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let begin = half * LANES;
            if length > begin {
                let bytes = Lanes::load(text, from + begin).first(length - begin).bytes();
                for (word, bytes) in lanes.iter_mut().zip(bytes.as_chunks().0) {
                    *word = u64::from_le_bytes(*bytes);
                }
            }
        }
        words[3] |= u64::from(kind) << 56;
        Self(words)
    }

    #[inline]
    fn slot(self) -> usize {
        let [a, b, c, d] = self.0;
        let mut hash = (a ^ b.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = (hash ^ (hash >> 32) ^ c ^ d.rotate_left(23)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (hash >> 48) as usize % SLOTS
    }
}

/// The few values of one column, where they are short.
#[derive(Clone, Debug, Default)]
pub(super) struct Few([[u8; LANES]; FEW]);

/// How many short values of a column are remembered.
const FEW: usize = 16;

impl Few {
    /// The value that begins at that place of the text, filled with zeros, and its slot; `None` for longer ones and for
    /// empty ones.
    #[inline]
    #[cfg_attr(target_arch = "wasm32", target_feature(enable = "simd128"))]
    pub(super) fn entry(text: &[u8], value: &Range<usize>) -> Option<(usize, [u8; LANES])> {
        let length = value.len();
        if length == 0 || length > LANES {
            return None;
        }
        let slot = (length ^ usize::from(text[value.start])) % FEW;
        Some((slot, Lanes::load(text, value.start).first(length).bytes()))
    }

    #[inline]
    pub(super) fn contains(&self, (slot, value): (usize, [u8; LANES])) -> bool {
        self.0[slot] == value
    }

    #[cold]
    pub(super) fn insert(&mut self, (slot, value): (usize, [u8; LANES])) {
        self.0[slot] = value;
    }
}

/// Values that were found clean.
#[derive(Debug)]
pub(super) struct Memo {
    slots: Box<[Entry]>,
    /// Which of a value's slots a further one takes.
    turn: usize,
}

impl Default for Memo {
    fn default() -> Self {
        Self { slots: vec![Entry::default(); SLOTS].into_boxed_slice(), turn: 0 }
    }
}

impl Memo {
    #[inline]
    pub(super) fn contains(&self, value: Entry) -> bool {
        let slot = value.slot();
        (0..WAYS).any(|way| self.slots[(slot + way) % SLOTS] == value)
    }

    #[cold]
    pub(super) fn insert(&mut self, value: Entry) {
        let slot = value.slot();
        let free = (0..WAYS).find(|way| self.slots[(slot + way) % SLOTS] == Entry::default());
        self.turn += 1;
        self.slots[(slot + free.unwrap_or(self.turn % WAYS)) % SLOTS] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, LONGEST, Memo, SLOTS};

    fn entry(text: &str, kind: u8) -> Entry {
        Entry::new(text.as_bytes(), 0, text.len(), kind)
    }

    #[test]
    fn values_of_any_length_are_told_apart_by_text_and_kind() {
        let text = "a value of thirty-one letters..";
        assert_eq!(text.len(), LONGEST);
        let mut memo = Memo::default();
        for length in 0..=LONGEST {
            for kind in [1, 255] {
                let value = entry(&text[..length], kind);
                assert!(!memo.contains(value), "{length}");
                memo.insert(value);
                assert!(memo.contains(value), "{length}");
                assert!(!memo.contains(entry(&text[..length], 2)), "{length}");
            }
        }
    }

    #[test]
    fn the_place_in_the_text_does_not_matter() {
        let text = b"ana@example.com,Ana";
        assert_eq!(Entry::new(text, 4, 11, 7), entry("example.com", 7));
    }

    #[test]
    fn a_thousand_domains_are_all_remembered_and_memory_is_bounded() {
        let mut memo = Memo::default();
        let domain = |number: usize| entry(&format!("example{number}.com"), 1);
        for number in 0..1000 {
            memo.insert(domain(number));
        }
        let forgotten = (0..1000).filter(|number| !memo.contains(domain(*number))).count();
        assert!(forgotten < 10, "{forgotten}");
        for number in 0..100_000 {
            memo.insert(domain(number));
        }
        assert_eq!(memo.slots.len(), SLOTS);
    }
}
