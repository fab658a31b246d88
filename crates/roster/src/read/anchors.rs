//! Anchors: positions of the decoded text and the corresponding positions of the file.

use serde::{Deserialize, Serialize};

/// Where to start reading a file to reach a position of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FilePosition {
    /// The offset in the file to read from.
    pub source: u64,
    /// Bytes of decoded text to skip from there.
    pub skip: u64,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Anchor {
    text: u64,
    source: u64,
    /// From here to the next anchor, a byte of text is a byte of the file.
    exact: bool,
}

/// Positions of the file at which decoding can restart, in order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Anchors(Vec<Anchor>);

impl Anchors {
    /// Decoding began, or can begin, at `source` and gives the text from `text` on.
    pub(super) fn push(&mut self, text: u64, source: u64, exact: bool) {
        if let Some(last) = self.0.last_mut()
            && last.text == text
        {
            *last = Anchor { text, source, exact };
        } else {
            self.0.push(Anchor { text, source, exact });
        }
    }

    /// Adds those of a part that was read by itself; `shift` is added to their positions of the text.
    pub(super) fn append(&mut self, part: &Self, shift: u64) {
        for &Anchor { text, source, exact } in &part.0 {
            self.push(text.wrapping_add(shift), source, exact);
        }
    }

    /// The last anchor's position in the file.
    pub(super) fn last_source(&self) -> Option<u64> {
        self.0.last().map(|anchor| anchor.source)
    }

    /// Where to read to get the text from `text` on.
    pub(crate) fn locate(&self, text: u64) -> FilePosition {
        let after = self.0.partition_point(|anchor| anchor.text <= text);
        match self.0[..after].last() {
            Some(anchor) if anchor.exact => {
                FilePosition { source: anchor.source + (text - anchor.text), skip: 0 }
            }
            Some(anchor) => FilePosition { source: anchor.source, skip: text - anchor.text },
            None => FilePosition { source: 0, skip: text },
        }
    }

    /// A position of the file after the text before `text`; `size` where only the end of the file is known to be.
    pub(crate) fn end(&self, text: u64, size: u64) -> u64 {
        let after = self.0.partition_point(|anchor| anchor.text < text);
        match self.0[..after].last() {
            Some(anchor) if anchor.exact => (anchor.source + (text - anchor.text)).min(size),
            _ => self.0.get(after).map_or(size, |anchor| anchor.source),
        }
    }
}
