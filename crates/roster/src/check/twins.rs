//! Domains of one file that can be mistaken for each other.

use crate::Seed;
use values::email;

/// How many different domains are compared. Files of people have fewer; public lists, which have more, are no likely
/// place for deception.
const DOMAINS: usize = 4096;

/// How many look-alikes are reported.
const TWINS: usize = 256;

/// The appearance of the domains seen so far.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Hashes of the appearance and of the domain itself, ascending.
    seen: Vec<(u64, u64)>,
}

impl Looks {
    /// The appearance of each domain, and the domain.
    pub(super) fn into_pairs(self) -> Vec<(u64, u64)> {
        self.seen
    }

    /// Whether domains that were seen apart from these would have been judged the same after them.
    pub(super) fn agree_with(&self, later: &[(u64, u64)]) -> bool {
        let new = later.iter().filter(|(look, _)| self.place(*look).is_err()).count();
        later.len() < DOMAINS
            && self.seen.len() + new <= DOMAINS
            && later
                .iter()
                .all(|&(look, own)| self.place(look).map_or(true, |place| self.seen[place].1 == own))
    }

    /// Adds domains that [`Self::agree_with`] these.
    pub(super) fn append(&mut self, later: &[(u64, u64)]) {
        for &(look, own) in later {
            if let Err(place) = self.place(look) {
                self.seen.insert(place, (look, own));
            }
        }
    }

    fn place(&self, look: u64) -> Result<usize, usize> {
        self.seen.binary_search_by_key(&look, |&(look, _)| look)
    }

    /// Whether the domain, in Unicode and lower case, looks like a different one that was seen before. The result for a
    /// domain never changes.
    pub(super) fn is_twin(&mut self, seed: Seed, domain: &str) -> bool {
        let look = seed.short(email::skeleton(domain).as_bytes());
        let own = seed.short(domain.as_bytes());
        match self.place(look) {
            Ok(place) => self.seen[place].1 != own,
            Err(place) => {
                if self.seen.len() < DOMAINS {
                    self.seen.insert(place, (look, own));
                }
                false
            }
        }
    }
}

/// The domains, in Unicode and lower case, that look like an earlier one of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Twins(Vec<String>);

impl Twins {
    pub(super) fn into_names(self) -> Vec<String> {
        self.0
    }

    /// Whether those of a part can be added, and the part had room for all of its own.
    pub(super) fn has_room_for(&self, later: &[String]) -> bool {
        let new = later.iter().filter(|twin| !self.contains(twin)).count();
        later.len() < TWINS && self.0.len() + new <= TWINS
    }

    /// Adds a domain; says whether it is new.
    pub(super) fn insert(&mut self, domain: &str) -> bool {
        let is_new = self.0.len() < TWINS && !self.contains(domain);
        if is_new {
            self.0.push(domain.to_owned());
        }
        is_new
    }

    pub(super) fn contains(&self, domain: &str) -> bool {
        self.0.iter().any(|other| other == domain)
    }
}

#[cfg(test)]
mod tests {
    use super::{DOMAINS, Looks, Seed, TWINS, Twins};

    #[test]
    fn s6_of_two_look_alikes_the_later_is_the_twin_and_remains_it() {
        let mut looks = Looks::default();
        let seed = Seed([1, 2]);
        let mut is_twin = |domain: &str| looks.is_twin(seed, domain);
        for _ in 0..2 {
            assert!(!is_twin("acme.example"));
            assert!(is_twin("acrne.example"));
            assert!(is_twin("аcme.example"));
            assert!(!is_twin("other.example"));
        }
    }

    #[test]
    fn p2_memory_for_look_alikes_and_twins_is_bounded() {
        let mut looks = Looks::default();
        let mut twins = Twins::default();
        for number in 0..10_000_u32 {
            // Letters of which none looks like another.
            let name: String =
                number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            assert!(!looks.is_twin(Seed([1, 2]), &name));
            twins.insert(&name);
        }
        assert_eq!((looks.seen.len(), twins.0.len()), (DOMAINS, TWINS));
    }

    #[test]
    fn p1_domains_of_a_part_count_where_they_would_have_been_judged_the_same() {
        let pairs = |range: std::ops::Range<usize>| -> Vec<(u64, u64)> {
            range.map(|number| (number as u64, number as u64)).collect()
        };
        let of = |count| Looks { seen: pairs(0..count) };
        // The part may have met more domains than it remembers.
        assert!(of(0).agree_with(&pairs(0..DOMAINS - 1)) && !of(0).agree_with(&pairs(0..DOMAINS)));
        assert!(of(DOMAINS - 2).agree_with(&pairs(DOMAINS..DOMAINS + 2)));
        assert!(!of(DOMAINS - 1).agree_with(&pairs(DOMAINS..DOMAINS + 2)));
        assert!(of(DOMAINS).agree_with(&pairs(0..9)), "they are known");
        assert!(!of(9).agree_with(&[(3, 3), (4, 5)]), "a look-alike");
        let mut looks = Looks { seen: vec![(2, 2), (5, 5)] };
        looks.append(&[(1, 1), (2, 2), (3, 3), (9, 9)]);
        assert_eq!(looks.into_pairs(), [(1, 1), (2, 2), (3, 3), (5, 5), (9, 9)]);
    }

    #[test]
    fn p1_look_alikes_of_a_part_count_where_there_is_room_for_all() {
        let names = |range: std::ops::Range<usize>| -> Vec<String> {
            range.map(|number| number.to_string()).collect()
        };
        let of = |count| Twins(names(0..count));
        assert!(of(0).has_room_for(&names(0..TWINS - 1)) && !of(0).has_room_for(&names(0..TWINS)));
        assert!(of(TWINS - 2).has_room_for(&names(TWINS..TWINS + 2)));
        assert!(!of(TWINS - 1).has_room_for(&names(TWINS..TWINS + 2)));
        assert!(of(TWINS).has_room_for(&names(0..9)), "they are known");
    }
}
