//! Which of the entered people can be invited, as far as the account's data decides it before sending.

use api_types::{DeliveryStatus, NewRow, RowCode, RowResult, RowVerdict};
use csv_worker::protocol::request;
use roster::Standing;

use crate::domain::account::{self, Unknown};
use crate::domain::roster::worker;

/// The verdicts in the order of the rows, and the requests that failed.
pub(super) struct Judged {
    pub(super) results: Vec<RowResult>,
    pub(super) unknown: Vec<Unknown>,
    /// Whether people were compared with an earlier answer.
    pub(super) is_older: bool,
}

/// Requests the account's people and seats, and has the Worker compare; `None` if that failed.
pub(super) async fn judge(rows: &[NewRow]) -> Option<Judged> {
    let people = account::learn_people().await;
    let text = rows.iter().map(|row| row.email.as_str()).collect::<Vec<_>>().join("\n");
    let request = request::Addresses { text, own_domains: Vec::new() };
    let answer = worker::send(request, people.keys.as_ref(), None).await.ok()?;
    let standings: Vec<_> = answer.entries.into_iter().map(|entry| entry.standing).collect();
    let results = results(rows, &standings, people.free_seats)?;
    Some(Judged { results, unknown: people.unknown(), is_older: people.is_older })
}

/// Seats go to the rows in their order. `None` unless there is a standing for each.
fn results(
    rows: &[NewRow],
    standings: &[Option<Standing>],
    free_seats: Option<u64>,
) -> Option<Vec<RowResult>> {
    let mut left = free_seats.unwrap_or(u64::MAX);
    let results = rows.iter().zip(standings).map(|(row, standing)| {
        let (verdict, code) = match standing {
            Some(Standing::Active) => (RowVerdict::Member, None),
            Some(Standing::Deactivated) => (RowVerdict::Member, Some(RowCode::Deactivated)),
            Some(Standing::Invited) => (RowVerdict::Invited, None),
            None if left == 0 => (RowVerdict::OverSeats, None),
            None => {
                left -= 1;
                (RowVerdict::Ready, None)
            }
        };
        RowResult { row: row.row, verdict, delivery: DeliveryStatus::Skipped, code, detail: None }
    });
    (rows.len() == standings.len()).then(|| results.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r18_members_and_invited_people_take_no_seat_and_seats_go_in_order() {
        let rows: Vec<NewRow> = (1..=6).map(|row| NewRow { row, ..NewRow::default() }).collect();
        let (member, gone, invited) =
            (Some(Standing::Active), Some(Standing::Deactivated), Some(Standing::Invited));
        let standings = [member, None, invited, None, gone, None];
        let said = |free| -> Vec<RowVerdict> {
            let results = results(&rows, &standings, free).unwrap();
            assert_eq!(results[4].code, Some(RowCode::Deactivated));
            results.into_iter().map(|result| result.verdict).collect()
        };
        use RowVerdict::{Invited, Member, OverSeats, Ready};
        assert_eq!(said(None), [Member, Ready, Invited, Ready, Member, Ready]);
        assert_eq!(said(Some(2)), [Member, Ready, Invited, Ready, Member, OverSeats]);
        assert_eq!(said(Some(0)), [Member, OverSeats, Invited, OverSeats, Member, OverSeats]);
        assert!(results(&rows, &standings[1..], None).is_none());
    }
}
