//! Counts of outcomes.

use api_types::SkipReason;
use sqlx::FromRow;

use crate::db::Builder;

/// How many people had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Tally {
    pub(crate) created: i64,
    pub(crate) updated: i64,
    pub(crate) unchanged: i64,
    not_in_salesforce: i64,
    no_salesforce_owner: i64,
    no_email: i64,
    over_limit: i64,
    pub(crate) failed: i64,
}

impl Tally {
    const SKIPS: [SkipReason; 4] = [
        SkipReason::NotInSalesforce,
        SkipReason::NoSalesforceOwner,
        SkipReason::NoEmail,
        SkipReason::OverLimit,
    ];

    /// The number of people skipped for a reason.
    pub(crate) fn skip(&mut self, reason: SkipReason) -> &mut i64 {
        match reason {
            SkipReason::NotInSalesforce => &mut self.not_in_salesforce,
            SkipReason::NoSalesforceOwner => &mut self.no_salesforce_owner,
            SkipReason::NoEmail => &mut self.no_email,
            SkipReason::OverLimit => &mut self.over_limit,
        }
    }

    /// The reasons for which people were skipped, each with its count.
    pub(crate) fn skipped(mut self) -> Vec<(SkipReason, i64)> {
        let counts = Self::SKIPS.map(|reason| (reason, *self.skip(reason)));
        counts.into_iter().filter(|(_, people)| *people > 0).collect()
    }

    /// All people who were read.
    pub(crate) fn read(mut self) -> i64 {
        let skipped: i64 = Self::SKIPS.map(|reason| *self.skip(reason)).iter().sum();
        self.created + self.updated + self.unchanged + self.failed + skipped
    }

    /// The opposite, which undoes it.
    pub(crate) fn negated(self) -> Self {
        Self {
            created: -self.created,
            updated: -self.updated,
            unchanged: -self.unchanged,
            not_in_salesforce: -self.not_in_salesforce,
            no_salesforce_owner: -self.no_salesforce_owner,
            no_email: -self.no_email,
            over_limit: -self.over_limit,
            failed: -self.failed,
        }
    }

    /// `SET` clauses that add it to a row's columns.
    pub(super) fn push_addition(&self, update: &mut Builder) {
        let columns = [
            ("created", self.created),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("not_in_salesforce", self.not_in_salesforce),
            ("no_salesforce_owner", self.no_salesforce_owner),
            ("no_email", self.no_email),
            ("over_limit", self.over_limit),
            ("failed", self.failed),
        ];
        for (index, (column, more)) in columns.into_iter().enumerate() {
            update.push(if index == 0 { "" } else { ", " });
            update.push(column).push(" = ").push(column).push(" + ").push_bind(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_adds_up() {
        let mut tally = Tally { created: 1, updated: 2, unchanged: 3, failed: 4, ..Tally::default() };
        *tally.skip(SkipReason::NoEmail) += 5;
        *tally.skip(SkipReason::NotInSalesforce) += 6;
        assert_eq!(tally.read(), 21);
        assert_eq!(tally.skipped(), [(SkipReason::NotInSalesforce, 6), (SkipReason::NoEmail, 5)]);
        assert_eq!(tally.negated().read(), -21);
    }
}
