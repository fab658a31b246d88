//! Finding rows by what is wrong with them, near or far, with the few questions that the Worker answers.

use csv_worker::protocol::request;
use roster::{Filter, ProblemCode, RowView, Verdict};

use crate::domain::roster::worker::{self, JobError};

/// The requested rows; when this changes, loaded rows are obsolete.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) filter: Filter,
    /// Only the results of the last search.
    pub(super) search: bool,
    /// Grows with every change of rows.
    pub(super) revision: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    On,
    Back,
}

impl Way {
    /// The position beside one.
    fn beside(self, position: u64) -> Option<u64> {
        match self {
            Self::On => position.checked_add(1),
            Self::Back => position.checked_sub(1),
        }
    }
}

/// A row, by its number in the file and its position in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) row: u64,
    pub(super) position: u64,
}

/// The position of the nearest row of the list on that way that is not ready; `None` at the end.
pub(super) async fn problem_near(view: View, at: At, total: u64, way: Way) -> Result<Option<u64>, JobError> {
    match (view.filter, way) {
        (Filter::LeftOut | Filter::Verdict(Verdict::Ready), _) => Ok(None),
        (Filter::All, _) if view.search => look_through(view, at.position, way).await,
        (Filter::All, Way::On) => {
            let next = worker::ask(request::NextProblem { after_row: at.row }).await?;
            // It begins again at the end.
            Ok(next.position.filter(|_| next.row > Some(at.row)))
        }
        (Filter::All, Way::Back) => match row_near(Filter::Problems, at.row, Way::Back).await? {
            Some(row) => position_of(row).await,
            None => Ok(None),
        },
        _ => Ok(way.beside(at.position).filter(|position| *position < total)),
    }
}

/// The next row with a problem of that kind, after the last one the first, with its position among all rows.
pub(super) async fn next_of_kind(code: ProblemCode, after_row: u64) -> Result<Option<At>, JobError> {
    let kind = Filter::Code(code);
    let next = match row_near(kind, after_row, Way::On).await? {
        Some(row) => Some(row),
        None => row_near(kind, 0, Way::On).await?,
    };
    let Some(row) = next else { return Ok(None) };
    Ok(position_of(row).await?.map(|position| At { row, position }))
}

/// The position of the last of all rows.
pub(super) async fn last_position() -> Result<u64, JobError> {
    let request = request::Rows { filter: Filter::All, search: false, from: 0, count: 1 };
    Ok(worker::ask(request).await?.total.saturating_sub(1))
}

/// The position among all rows of one that is not ready.
async fn position_of(row: u64) -> Result<Option<u64>, JobError> {
    let found = worker::ask(request::NextProblem { after_row: row.saturating_sub(1) }).await?;
    Ok(found.position.filter(|_| found.row == Some(row)))
}

/// The row nearest to one, on that way, that the filter lets through. The list ascends, so it is halved.
async fn row_near(filter: Filter, row: u64, way: Way) -> Result<Option<u64>, JobError> {
    let ask = async |from| worker::ask(request::Rows { filter, search: false, from, count: 1 }).await;
    let (mut low, mut high) = (0, ask(0).await?.total);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some(there) = ask(middle).await?.rows.first().map(|there| there.row) else { return Ok(None) };
        let is_before = match way {
            Way::On => there <= row,
            Way::Back => there < row,
        };
        if is_before {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let position = match way {
        Way::On => Some(low),
        Way::Back => low.checked_sub(1),
    };
    let Some(position) = position else { return Ok(None) };
    Ok(ask(position).await?.rows.first().map(|found| found.row))
}

/// How many rows are looked at with one question.
const AT_ONCE: u64 = 100;

/// Looks at row after row: which results of a search are ready, only they tell.
async fn look_through(view: View, position: u64, way: Way) -> Result<Option<u64>, JobError> {
    let is_problem = |row: &RowView| row.verdict != Verdict::Ready;
    let mut at = position;
    loop {
        let (from, count) = match way {
            Way::On => (at + 1, AT_ONCE),
            Way::Back => (at.saturating_sub(AT_ONCE), at.min(AT_ONCE)),
        };
        let request = request::Rows { filter: view.filter, search: view.search, from, count: count as u32 };
        let rows = worker::ask(request).await?.rows;
        let found = match way {
            Way::On => rows.iter().position(is_problem),
            Way::Back => rows.iter().rposition(is_problem),
        };
        match (found, way) {
            (Some(index), _) => return Ok(Some(from + index as u64)),
            (None, Way::On) if rows.len() as u64 == AT_ONCE => at += AT_ONCE,
            (None, Way::Back) if from > 0 => at = from,
            _ => return Ok(None),
        }
    }
}
