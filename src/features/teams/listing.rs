//! The account's teams as read from the backend.

use api_types::{Team, TeamId};

use crate::api::{Failure, teams, users};
use crate::t;
use crate::ui::neighbour;

/// All teams, and the maximum number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Listing {
    /// `Everyone` first.
    pub(super) teams: Vec<Team>,
    pub(super) limit: u32,
}

impl Listing {
    pub(super) async fn read() -> Result<Self, Failure> {
        let limit = users::account().await?.limits.teams;
        Ok(Self { teams: teams::teams().await?, limit })
    }

    /// The number of teams that count; `Everyone` does not.
    pub(super) fn used(&self) -> u32 {
        u32::try_from(self.teams.iter().filter(|team| !team.everyone).count()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_full(&self) -> bool {
        self.used() >= self.limit
    }

    /// The team whose row gets the focus when `id` is removed.
    pub(super) fn neighbour(&self, id: &TeamId) -> Option<TeamId> {
        neighbour(&self.teams, |team| team.id == *id).map(|team| team.id.clone())
    }
}

/// The displayed name: that of `Everyone` is in the user's language.
pub(super) fn name(team: &Team) -> String {
    if team.everyone { t!("team.everyone") } else { team.name.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(limit: u32) -> Listing {
        let team = |id: &str, everyone| Team { id: TeamId(id.into()), name: id.into(), everyone, members: 0 };
        Listing { teams: vec![team("all", true), team("a", false), team("b", false)], limit }
    }

    #[test]
    fn everyone_takes_nothing_of_the_limit() {
        assert_eq!(listing(3).used(), 2);
        assert!(!listing(3).is_full() && listing(2).is_full());
        assert!(listing(1).is_full(), "a limit that was lowered");
    }
}
