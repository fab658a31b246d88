//! The account's teams as read from the backend.

use api_types::{Team, TeamId};

use crate::api::{Failure, teams, users};
use crate::t;

/// All teams, and how many there may be.
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

    /// Teams that count: the one that is always there does not.
    pub(super) fn used(&self) -> u32 {
        u32::try_from(self.teams.iter().filter(|team| !team.everyone).count()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_full(&self) -> bool {
        self.used() >= self.limit
    }

    /// What the keyboard goes to when `id` goes: the next team, else the one before.
    pub(super) fn neighbour(&self, id: &TeamId) -> Option<TeamId> {
        let at = self.teams.iter().position(|team| team.id == *id)?;
        let next = self.teams.get(at + 1).or_else(|| self.teams.get(at.checked_sub(1)?))?;
        Some(next.id.clone())
    }
}

/// The name as people read it: that of `Everyone` is in their language.
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

    #[test]
    fn the_keyboard_goes_to_the_next_team() {
        let id = |id: &str| TeamId(id.into());
        assert_eq!(listing(3).neighbour(&id("a")), Some(id("b")));
        assert_eq!(listing(3).neighbour(&id("b")), Some(id("a")));
        assert_eq!(listing(3).neighbour(&id("gone")), None);
    }
}
