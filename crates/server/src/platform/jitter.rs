//! Chance in waits, so that those who failed together do not try again together.

/// A share between 0 and 1, by chance. Without randomness, the middle.
pub(crate) fn random_share() -> f64 {
    getrandom::u32().map_or(0.5, |random| f64::from(random) / f64::from(u32::MAX))
}
