//! Query results that are read page by page.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::salesforce::records::{Object, Row};
use crate::salesforce::soql::Selection;
use crate::salesforce::user::Org;

/// The number of results that are kept for reading further pages.
const CURSORS: usize = 20;

/// The result of a query.
#[derive(Debug)]
pub(in crate::salesforce) struct QueryResult {
    pub(in crate::salesforce) org: Org,
    pub(in crate::salesforce) object: Object,
    pub(in crate::salesforce) selection: Selection,
    pub(in crate::salesforce) rows: Vec<Row>,
}

/// Results of more than a page, the oldest first.
#[derive(Debug, Default)]
pub(in crate::salesforce) struct Cursors {
    kept: VecDeque<(u64, Arc<QueryResult>)>,
    last: u64,
}

impl Cursors {
    pub(in crate::salesforce) fn keep(&mut self, found: &Arc<QueryResult>) -> u64 {
        self.last += 1;
        self.kept.push_back((self.last, Arc::clone(found)));
        if self.kept.len() > CURSORS {
            self.kept.pop_front();
        }
        self.last
    }

    pub(in crate::salesforce) fn get(&self, cursor: u64) -> Option<Arc<QueryResult>> {
        self.kept.iter().find(|(id, _)| *id == cursor).map(|(_, found)| Arc::clone(found))
    }
}
