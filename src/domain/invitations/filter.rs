//! Which rows of a batch are listed. The filter is kept in the address of the screen.

use api_types::{
    Batch, DeliveryCounts, DeliveryStatus, InvitationStatus, RowQuery, RowVerdict, VerdictCounts,
};

use crate::api::query::choice;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum RowFilter {
    #[default]
    All,
    Delivery(DeliveryStatus),
    Verdict(RowVerdict),
    Invitation(InvitationStatus),
}

impl RowFilter {
    /// The filter of a query.
    pub(super) fn of(query: &RowQuery) -> Self {
        match (query.delivery, query.verdict, query.invitation) {
            (Some(status), _, _) => Self::Delivery(status),
            (None, Some(verdict), _) => Self::Verdict(verdict),
            (None, None, Some(status)) => Self::Invitation(status),
            (None, None, None) => Self::All,
        }
    }

    /// The query for the first page of the rows that match the filter.
    pub(super) fn query(self) -> RowQuery {
        let all = RowQuery::default();
        match self {
            Self::All => all,
            Self::Delivery(status) => RowQuery { delivery: Some(status), ..all },
            Self::Verdict(verdict) => RowQuery { verdict: Some(verdict), ..all },
            Self::Invitation(status) => RowQuery { invitation: Some(status), ..all },
        }
    }
}

/// Reads a query from the decoded parameters of an address.
pub(crate) fn read_query(parameter: impl Fn(&str) -> Option<String>) -> RowQuery {
    let asked = RowQuery {
        delivery: choice(parameter("delivery")),
        verdict: choice(parameter("verdict")),
        invitation: choice(parameter("invitation")),
        ..RowQuery::default()
    };
    RowQuery {
        cursor: parameter("cursor").filter(|cursor| !cursor.is_empty()),
        ..RowFilter::of(&asked).query()
    }
}

/// The delivery statuses with at least one row.
pub(super) fn deliveries(counts: DeliveryCounts) -> Vec<(DeliveryStatus, u32)> {
    let mut counts = counts;
    DeliveryStatus::ALL
        .map(|status| (status, *counts.of(status)))
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The statuses that at least one invitation has.
pub(super) fn invitations(batch: &Batch) -> Vec<(InvitationStatus, u32)> {
    InvitationStatus::ALL
        .map(|status| (status, batch.invitations(status)))
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The verdicts other than `ready` with at least one row.
pub(super) fn refusals(counts: VerdictCounts) -> Vec<(RowVerdict, u32)> {
    let mut counts = counts;
    RowVerdict::ALL
        .map(|verdict| (verdict, *counts.of(verdict)))
        .into_iter()
        .filter(|(verdict, count)| *verdict != RowVerdict::Ready && *count > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use api_types::BatchState;

    use super::*;
    use crate::api::batches::tests::batch;
    use crate::api::query;

    fn read(address: &str) -> RowQuery {
        read_query(|name| {
            address
                .split(['?', '&'])
                .filter_map(|pair| pair.split_once('='))
                .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
        })
    }

    #[test]
    fn every_filter_survives_being_an_address() {
        let filters = DeliveryStatus::ALL
            .map(RowFilter::Delivery)
            .into_iter()
            .chain(RowVerdict::ALL.map(RowFilter::Verdict))
            .chain(InvitationStatus::ALL.map(RowFilter::Invitation))
            .chain([RowFilter::All]);
        for filter in filters {
            assert_eq!(RowFilter::of(&read(&query("", &filter.query()))), filter);
        }
    }

    #[test]
    fn one_filter_holds_at_a_time_and_nonsense_is_none() {
        assert_eq!(
            RowFilter::of(&read("?delivery=failed&verdict=error")),
            RowFilter::Delivery(DeliveryStatus::Failed)
        );
        assert_eq!(
            RowFilter::of(&read("?invitation=expired&verdict=ready")),
            RowFilter::Verdict(RowVerdict::Ready)
        );
        assert_eq!(
            read("?delivery=nonsense&invitation=open&cursor=abc"),
            RowQuery { cursor: Some("abc".into()), ..RowQuery::default() }
        );
    }

    #[test]
    fn only_what_there_is_is_counted() {
        let counts = DeliveryCounts { sent: 3, failed: 1, ..DeliveryCounts::default() };
        assert_eq!(deliveries(counts), [(DeliveryStatus::Sent, 3), (DeliveryStatus::Failed, 1)]);
        let verdicts = VerdictCounts { ready: 4, member: 2, ..VerdictCounts::default() };
        assert_eq!(refusals(verdicts), [(RowVerdict::Member, 2)]);
        let sent = DeliveryCounts { sent: 5, failed: 2, skipped: 4, ..DeliveryCounts::default() };
        let batch = Batch { accepted: 1, expired: 3, ..batch(BatchState::Sealed, sent) };
        let open = [InvitationStatus::Pending, InvitationStatus::Accepted, InvitationStatus::Expired];
        assert_eq!(invitations(&batch), open.into_iter().zip([3, 1, 3]).collect::<Vec<_>>());
    }
}
