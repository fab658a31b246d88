//! What a check finds in each record, and keeps of it.

use std::sync::Arc;

use super::{
    Context,
    classes::{Class, Classes},
    fast::{Fast, Glance},
    rules::{self, Resolved},
    seen::{Match, Seen},
    values::ValueCounts,
};
use crate::{AddressKeys, ProblemCode, Record};

/// The positions of every this many records are kept.
pub(super) const INDEX_STEP: u64 = 64;

#[derive(Debug)]
pub(super) struct Checker {
    pub(super) context: Context,
    fast: Fast,
    pub(super) keys: Arc<AddressKeys>,
    pub(super) free_seats: Option<u64>,
    pub(super) seen: Seen,
    pub(super) classes: Classes,
    /// Where every [`INDEX_STEP`]th record begins in the text.
    pub(super) starts: Vec<u64>,
    pub(super) values: ValueCounts,
    pub(super) unclosed_quote: Option<u64>,
}

impl Checker {
    pub(super) fn new(context: Context, keys: Arc<AddressKeys>, free_seats: Option<u64>) -> Self {
        Self {
            fast: Fast::new(&context, keys.seed()),
            context,
            keys,
            free_seats,
            seen: Seen::default(),
            classes: Classes::default(),
            starts: Vec::new(),
            values: ValueCounts::default(),
            unclosed_quote: None,
        }
    }

    #[inline]
    pub(super) fn record(&mut self, record: &Record<'_>) {
        if record.number % INDEX_STEP == 1 {
            self.starts.push(record.position);
        }
        let class = if record.number <= self.context.header_row {
            Class::NO_PERSON
        } else {
            match self.fast.glance(&self.context, record) {
                Glance::Clean(hash) => {
                    self.seen.push(hash, row_number(record));
                    Class::READY
                }
                _ if record.is_empty() => Class::NO_PERSON,
                Glance::Address => self.resolve(record, |context| {
                    rules::resolve_address(context, record).unwrap_or_else(|| rules::resolve(context, record))
                }),
                Glance::Doubtful => self.resolve(record, |context| rules::resolve(context, record)),
            }
        };
        self.classes.push(class);
    }

    /// Finds duplicates and known people, and assigns the seats, once every record was read.
    pub(super) fn finish(&mut self) {
        let classes = &mut self.classes;
        self.seen.compare(&self.keys, |row, found| match found {
            Match::EarlierRow => classes.mark(row.into(), ProblemCode::DuplicateAddress, true),
            Match::Account(standing) => classes.stand(row.into(), Some(standing)),
        });
        classes.seat(self.free_seats);
    }

    #[cold]
    fn resolve(&mut self, record: &Record<'_>, resolve: impl Fn(&Context) -> Resolved) -> Class {
        let mut resolved = resolve(&self.context);
        if let Some(address) = &resolved.address {
            let domain = address.readable_domain();
            if self.fast.is_twin(&domain) && self.context.twins.insert(&domain) {
                resolved = resolve(&self.context);
            }
        }
        if record.unclosed_quote {
            self.unclosed_quote.get_or_insert(record.number);
        }
        if let Some(key) = resolved.taken_key() {
            self.seen.push(self.keys.seed().hash(key.as_bytes()), row_number(record));
        }
        self.values.count(&resolved, true);
        self.classes.class(resolved.mask())
    }
}

/// Row numbers beyond four billion would need files of a hundred gigabytes; they share the last one.
fn row_number(record: &Record<'_>) -> u32 {
    u32::try_from(record.number).unwrap_or(u32::MAX)
}
