//! Texts compared, beyond what one cell needs.

#[cfg(feature = "engine")]
use std::collections::BinaryHeap;

pub(crate) use values::text::*;

/// Whether the bytes of the part, which is not empty, occur in the text. The general search of `str` would add a
/// kilobyte of code.
#[cfg(feature = "engine")]
pub(crate) fn contains(text: &[u8], part: &[u8]) -> bool {
    part.first().is_some_and(|&first| memchr::memchr_iter(first, text).any(|at| text[at..].starts_with(part)))
}

/// The keys in ascending order.
#[cfg(feature = "engine")]
#[inline(never)]
pub(crate) fn sorted(keys: &[u64]) -> Vec<u64> {
    ascending(keys).into_iter().map(|place| keys[place]).collect()
}

/// The positions of the keys in ascending order of the keys; equal ones stay in order.
#[cfg(feature = "engine")]
#[inline(never)]
pub(crate) fn ascending(keys: &[u64]) -> Vec<usize> {
    // A heap sort is fast enough for few keys, with a third of the code.
    let keys = keys.iter().enumerate();
    let order: BinaryHeap<(u64, usize)> = keys.map(|(place, &key)| (key, place)).collect();
    order.into_sorted_vec().into_iter().map(|(_, place)| place).collect()
}
