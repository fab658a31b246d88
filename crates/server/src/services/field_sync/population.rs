//! When the oldest person was created. Marketo does not tell, but its ids grow with time.

use std::collections::HashMap;

use serde_json::Value;

use super::mapping::Available;
use crate::clients::marketo::leads::Lead;
use crate::clients::marketo::{Marketo, Result};
use crate::platform::clock::Millis;

/// The highest id there can be.
const HIGHEST: u64 = 1 << 31;
/// Every id asked for is this much higher than the one before, in thousandths.
const STEP: u64 = 7;
/// How many ids are asked for at once when closing in.
const AT_ONCE: u64 = 300;
const ROUNDS: usize = 6;
const CREATED_AT: &str = "createdAt";

/// What a few calls tell about all people.
pub(super) struct Population {
    /// When the oldest person that was found was created. There may be older ones.
    pub(super) oldest: Option<Millis>,
    /// Some people, with the fields that the sync reads.
    pub(super) some: Vec<Lead>,
}

/// Asks for people with ids from the whole range, then for lower and lower ones.
pub(super) async fn find_oldest_lead(marketo: &Marketo, available: &Available) -> Result<Population> {
    let mut fields = available.names();
    fields.push(CREATED_AT);
    let mut asked = spread();
    let mut found: HashMap<u64, Lead> = marketo.leads_by_id(&asked, &fields).await?;
    for _ in 0..ROUNDS {
        let Some(lowest) = found.keys().min().copied() else { break };
        let below = asked.iter().copied().filter(|id| *id < lowest).max().unwrap_or(0);
        asked = between(below, lowest);
        let closer = marketo.leads_by_id(&asked, &fields).await?;
        if closer.is_empty() {
            break;
        }
        found.extend(closer);
    }
    let oldest = found.values().filter_map(created_at).min();
    let mut some: Vec<_> = found.into_iter().collect();
    some.sort_by_key(|(id, _)| *id);
    Ok(Population { oldest, some: some.into_iter().map(|(_, lead)| lead).collect() })
}

fn created_at(lead: &Lead) -> Option<Millis> {
    let text = lead.get(CREATED_AT).and_then(Value::as_str)?;
    Millis::parse(&api_types::Timestamp(text.to_owned()))
}

/// Ids from 1 to the highest, ever farther apart.
fn spread() -> Vec<u64> {
    std::iter::successors(Some(1), |id: &u64| Some(id + 1 + id * STEP / 1_000))
        .take_while(|id| *id <= HIGHEST)
        .collect()
}

/// Ids evenly between two others.
fn between(low: u64, high: u64) -> Vec<u64> {
    let step = (high - low).div_ceil(AT_ONCE).max(1);
    (1..).map(|index| low + index * step).take_while(|id| *id < high).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_asked_for_in_a_few_calls() {
        let ids = spread();
        assert!(ids.len() < 3_000, "{}", ids.len());
        assert!(ids.is_sorted() && ids[..50].iter().copied().eq(1..=50));
        assert!(ids.windows(2).all(|pair| pair[1] <= pair[0] + pair[0] / 100 + 1));
    }

    #[test]
    fn closing_in_leaves_nobody_out_in_the_end() {
        assert_eq!(between(10, 14), [11, 12, 13]);
        assert!(between(10, 11).is_empty());
        let far = between(0, 100_000);
        assert!(far.len() < 300 && far.iter().all(|id| *id < 100_000));
        assert_eq!(far[1] - far[0], 334);
    }
}
