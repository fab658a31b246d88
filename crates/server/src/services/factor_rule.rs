//! The account's rule on second factors: who must have one, and how long they may do without.

use std::time::Duration;

use api_types::{FactorRule, FactorsNeededFrom, ProblemCode, Role, SecondFactor, UserId, limits};

use crate::db::factors::Standing;
use crate::db::{self, AccountId, Conn, DbResult};
use crate::error::{ApiError, ApiResult};
use crate::platform::clock::Millis;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Whether the user of a session has a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Factor {
    Present,
    /// None, and none is needed, at least in this session.
    Absent,
    /// None, and one is needed from then on.
    NeededBy(Millis),
}

impl Factor {
    pub(crate) fn shown(self) -> SecondFactor {
        match self {
            Self::Present => SecondFactor::Present,
            Self::Absent => SecondFactor::Absent,
            Self::NeededBy(end) => SecondFactor::NeededBy(end.timestamp()),
        }
    }

    /// Whether nothing else may be done before one is added.
    pub(crate) fn is_overdue(self, now: Millis) -> bool {
        matches!(self, Self::NeededBy(end) if end <= now)
    }
}

impl Standing {
    pub(crate) fn has_any(&self) -> bool {
        self.has_passkey || self.has_app
    }

    /// Whether the rule asks for one.
    pub(crate) fn needs_one(&self) -> bool {
        is_asked_by(self.rule, self.role)
    }

    pub(crate) fn factor(&self) -> Factor {
        if self.has_any() {
            return Factor::Present;
        }
        let held_since = match self.rule.needed_from {
            FactorsNeededFrom::Nobody => return Factor::Absent,
            FactorsNeededFrom::Administrators if self.role != Role::Admin => return Factor::Absent,
            FactorsNeededFrom::Administrators => self.joined_at.max(self.admin_since),
            FactorsNeededFrom::Everybody => self.joined_at,
        };
        let from = self.needed_since.max(held_since);
        Factor::NeededBy(from.plus(DAY * u32::from(self.rule.grace_days)))
    }
}

fn is_asked_by(rule: FactorRule, role: Role) -> bool {
    match rule.needed_from {
        FactorsNeededFrom::Nobody => false,
        FactorsNeededFrom::Administrators => role == Role::Admin,
        FactorsNeededFrom::Everybody => true,
    }
}

/// Sets another rule. Who sets it keeps the time to add a factor that it gives; where it gives none, they need one first.
pub(crate) async fn set(
    conn: &mut Conn,
    account_id: &AccountId,
    rule: FactorRule,
    setter: &UserId,
    now: Millis,
) -> ApiResult<()> {
    if !limits::FACTOR_GRACE_DAYS.contains(&rule.grace_days) {
        return Err(ApiError::field("factor_rule", "so many days are not possible"));
    }
    // Administrators alone set it.
    let is_immediate = rule.grace_days == 0 && is_asked_by(rule, Role::Admin);
    if is_immediate && !db::factors::standing(conn, setter).await?.has_any() {
        return Err(ApiError::new(ProblemCode::FactorNeeded).detail("it would hold for you at once"));
    }
    let before = db::factors::rule(conn, account_id).await?;
    let asks_more = is_asked_by(rule, Role::Admin) && !is_asked_by(before, Role::Admin)
        || is_asked_by(rule, Role::User) && !is_asked_by(before, Role::User)
        // Fewer days count from now.
        || is_asked_by(rule, Role::Admin) && rule.grace_days < before.grace_days;
    Ok(db::factors::set_rule(conn, account_id, rule, asks_more.then_some(now)).await?)
}

/// Whether the user has a second factor, by the rule.
pub(crate) async fn factor(conn: &mut Conn, user_id: &UserId) -> DbResult<Factor> {
    Ok(db::factors::standing(conn, user_id).await?.factor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(needed_from: FactorsNeededFrom, role: Role) -> Standing {
        Standing {
            has_passkey: false,
            has_app: false,
            role,
            rule: FactorRule { needed_from, grace_days: 2 },
            needed_since: Millis(1_000),
            joined_at: Millis(2_000),
            admin_since: Millis(3_000),
        }
    }

    #[test]
    fn a22_people_have_their_days_from_when_the_rule_begins_to_hold_for_them() {
        let days = |from: i64| Factor::NeededBy(Millis(from).plus(DAY * 2));
        for (needed_from, role, factor) in [
            (FactorsNeededFrom::Nobody, Role::Admin, Factor::Absent),
            (FactorsNeededFrom::Administrators, Role::User, Factor::Absent),
            (FactorsNeededFrom::Administrators, Role::Admin, days(3_000)),
            (FactorsNeededFrom::Everybody, Role::User, days(2_000)),
            (FactorsNeededFrom::Everybody, Role::Admin, days(2_000)),
        ] {
            let of = standing(needed_from, role);
            assert_eq!(of.factor(), factor, "{needed_from:?} {role:?}");
            assert_eq!(of.needs_one(), factor != Factor::Absent);
            let later = Standing { needed_since: Millis(9_000), ..of.clone() };
            assert_eq!(later.factor(), if factor == Factor::Absent { factor } else { days(9_000) });
            assert_eq!(Standing { has_app: true, ..of.clone() }.factor(), Factor::Present);
            assert_eq!(Standing { has_passkey: true, ..of }.factor(), Factor::Present);
        }
        let Factor::NeededBy(end) = days(0) else { unreachable!() };
        assert!(days(0).is_overdue(end) && !days(0).is_overdue(Millis(end.0 - 1)));
    }
}
