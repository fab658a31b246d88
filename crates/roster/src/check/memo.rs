//! Which values of cells were found clean, so that each is checked once.

use std::ops::Range;

use crate::lanes::{LANES, Lanes};

/// How many values are remembered.
const SLOTS: usize = 4096;

/// In how many slots a value may be.
const WAYS: usize = 4;

/// The longest value that is remembered, in bytes.
pub(super) const LONGEST: usize = 30;

/// A value of at most [`LONGEST`] bytes, filled with zeros; in the last bytes its length, as it may end in zeros itself, and
/// the kind of value, which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry([u64; 4]);

impl Entry {
    /// The value that begins at that place of the text.
    #[inline(always)]
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
        words[3] |= u64::from(kind) << 56 | (length as u64) << 48;
        Self(words)
    }

    /// The kind of value.
    pub(super) const fn kind(self) -> u8 {
        (self.0[3] >> 56) as u8
    }

    #[inline(always)]
    fn slot(self) -> usize {
        let [a, b, c, d] = self.0;
        let mut hash = (a ^ b.rotate_left(23)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash = (hash ^ (hash >> 32) ^ c ^ d.rotate_left(23)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (hash >> 48) as usize % SLOTS
    }
}

/// The few values of one column, where they are short.
#[derive(Clone, Debug)]
pub(super) struct Few([u128; FEW]);

impl Default for Few {
    fn default() -> Self {
        // No text has such bytes.
        Self([u128::MAX; FEW])
    }
}

/// How many short values of a column are remembered.
const FEW: usize = 16;

impl Few {
    /// The value at that place of the text, filled with zeros, and its slot, which depends on the length; `None` for longer
    /// values and for empty ones.
    #[inline(always)]
    pub(super) fn entry(text: &[u8], value: &Range<usize>) -> Option<(usize, u128)> {
        let length = value.len();
        if length == 0 || length > LANES {
            return None;
        }
        let slot = (length ^ usize::from(text[value.start])) % FEW;
        Some((slot, u128::from_le_bytes(Lanes::load(text, value.start).first(length).bytes())))
    }

    #[inline(always)]
    pub(super) fn contains(&self, (slot, value): (usize, u128)) -> bool {
        self.0[slot] == value
    }

    #[cold]
    pub(super) fn insert(&mut self, (slot, value): (usize, u128)) {
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
    #[inline(always)]
    pub(super) fn contains(&self, value: Entry) -> bool {
        let slot = value.slot();
        let [a, b, c, d] = value.0;
        // Most are in their first slot.
        for way in 0..WAYS {
            let Entry([e, f, g, h]) = self.slots[(slot + way) % SLOTS];
            if (a ^ e) | (b ^ f) | (c ^ g) | (d ^ h) == 0 {
                return true;
            }
        }
        false
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
    use super::{Entry, Few, LONGEST, Memo, SLOTS};

    fn entry(text: &str, kind: u8) -> Entry {
        Entry::new(text.as_bytes(), 0, text.len(), kind)
    }

    #[test]
    fn values_of_any_length_are_told_apart_by_text_and_kind() {
        let text = "a value of just thirty letters";
        assert_eq!(text.len(), LONGEST);
        let mut memo = Memo::default();
        for length in 0..=LONGEST {
            for kind in [1, 255] {
                let value = entry(&text[..length], kind);
                assert!(!memo.contains(value), "{length}");
                memo.insert(value);
                assert!(memo.contains(value), "{length}");
                assert!(!memo.contains(entry(&text[..length], 2)), "{length}");
                let with_zero = format!("{}\0", &text[..length.min(LONGEST - 1)]);
                assert!(!memo.contains(entry(&with_zero, kind)), "{length}");
            }
        }
    }

    #[test]
    fn short_values_are_told_apart_even_by_zeros_at_their_end() {
        let mut few = Few::default();
        let entry = |text: &str| Few::entry(text.as_bytes(), &(0..text.len()));
        assert!(entry("").is_none() && entry("seventeen letters").is_none());
        assert!(!few.contains(entry("\0").unwrap()));
        let user = entry("User").unwrap();
        assert!(!few.contains(user));
        few.insert(user);
        assert!(few.contains(user));
        for other in ["User\0", "Use", "User\0\0\0\0\0\0\0\0\0\0\0\0", "Vser"] {
            assert!(!few.contains(entry(other).unwrap()), "{other:?}");
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
