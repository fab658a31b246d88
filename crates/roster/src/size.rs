//! Sizes of files.

/// Files of at least this many bytes are shared among several readers; smaller ones are read sooner than those
/// have begun.
pub const SHARED_FROM: u64 = 8_000_000;
