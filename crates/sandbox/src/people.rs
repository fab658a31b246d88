//! The people in the services, generated from their numbers: every stand-in gives the same data about them, and none of
//! them is stored.

use std::path::Path;

use serde::{Deserialize, Serialize};

use names::{COMPANIES, CULTURES, SOURCES, TITLES};

mod names;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// How long before the first start the first person was created: nineteen windows of 31 days, the last one not full.
const SPAN: i64 = 580 * DAY;
/// The difference between Marketo's number of a person and the stand-ins'.
const MARKETO_ID_OFFSET: u64 = 100_000;
/// How many people work at the same company, at most.
const COLLEAGUES: u32 = 6;
/// How many Salesforce users own people.
pub const OWNERS: u64 = 12;

/// A population of fixed size, numbered from 1 in the order of creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    count: u32,
    base: i64,
}

impl People {
    /// That many people, all created before `base`, in milliseconds since 1970.
    pub fn new(count: u32, base: i64) -> Self {
        Self { count, base: base - base.rem_euclid(1000) }
    }

    /// The population that is stored in the folder, so that dates stay the same from one start to the next; a new one,
    /// created before `now`, when there is none or one of another size.
    ///
    /// # Errors
    /// When the folder cannot be read or written.
    pub fn open(folder: &Path, count: u32, now: i64) -> std::io::Result<Self> {
        let file = folder.join("people.json");
        if let Ok(text) = std::fs::read(&file)
            && let Ok(people) = serde_json::from_slice::<Self>(&text)
            && people.count == count
        {
            return Ok(people);
        }
        let people = Self::new(count, now);
        std::fs::write(file, serde_json::to_vec(&people)?)?;
        Ok(people)
    }

    /// How many there are.
    pub fn count(self) -> u32 {
        self.count
    }

    /// The person with that number.
    pub fn get(self, number: u32) -> Option<Person> {
        (1..=self.count).contains(&number).then(|| self.person(number))
    }

    /// All people, in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = Person> {
        (0..self.count).map(move |index| self.person(index + 1))
    }

    fn person(self, number: u32) -> Person {
        let second = |time: i64| time - time.rem_euclid(1000);
        let made = self.base - SPAN + SPAN / i64::from(self.count) * i64::from(number - 1);
        let created_at = second(made);
        let since = (self.base - created_at).max(1).unsigned_abs();
        // Every third person is never changed.
        let updated_at = match hash(number, Salt::Updated) {
            h if h % 3 == 0 => created_at,
            h => second(created_at + i64::try_from(h % since).unwrap_or_default()),
        };
        Person { number, created_at, updated_at }
    }
}

/// The kind of a person's record in Salesforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crm {
    /// None: the person is in Marketo only.
    Absent,
    Lead,
    Contact,
}

/// One person. Everything but the dates follows from the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    pub number: u32,
    /// Milliseconds since 1970, whole seconds.
    pub created_at: i64,
    /// Milliseconds since 1970, whole seconds, not before the creation.
    pub updated_at: i64,
}

impl Person {
    /// Marketo's number of the person.
    pub fn marketo_id(self) -> u64 {
        u64::from(self.number) + MARKETO_ID_OFFSET
    }

    /// The stand-ins' number of the person with that number in Marketo.
    pub fn number_of(marketo_id: u64) -> Option<u32> {
        u32::try_from(marketo_id.checked_sub(MARKETO_ID_OFFSET)?).ok().filter(|number| *number > 0)
    }

    /// The given name, in the person's script.
    pub fn first_name(self) -> &'static str {
        self.given().written
    }

    /// The family name, in the person's script.
    pub fn last_name(self) -> &'static str {
        self.family().written
    }

    /// The address. One person in a hundred has none, one in five hundred a malformed one, one in two hundred that of
    /// the person before.
    pub fn email(self) -> Option<String> {
        let bucket = hash(self.number, Salt::Email) % 1000;
        match bucket {
            0..10 => None,
            10 => Some(format!("{}.{}", self.given().latin, self.domain())),
            11 => Some(format!("{} {}@{}", self.given().latin, self.family().latin, self.domain())),
            12..17 if self.number > 1 => Some(Self { number: self.number - 1, ..self }.own_address()),
            _ => Some(self.own_address()),
        }
    }

    fn own_address(self) -> String {
        format!("{}.{}.{}@{}", self.given().latin, self.family().latin, self.number, self.domain())
    }

    fn domain(self) -> String {
        let company = self.company_number();
        format!("{}{company}.example", pick(COMPANIES, u64::from(company)).latin)
    }

    /// The company of the person.
    pub fn company(self) -> String {
        let company = self.company_number();
        format!("{} {company}", pick(COMPANIES, u64::from(company)).written)
    }

    /// The number of the company, from 1.
    pub fn company_number(self) -> u32 {
        (self.number - 1) / COLLEAGUES + 1
    }

    /// The job title; one in ten has none.
    pub fn title(self) -> Option<&'static str> {
        let h = hash(self.number, Salt::Title);
        (!h.is_multiple_of(10)).then(|| *pick(TITLES, h / 10))
    }

    /// The phone number; one in seven has none.
    pub fn phone(self) -> Option<String> {
        let h = hash(self.number, Salt::Phone);
        (!h.is_multiple_of(7)).then(|| format!("+1 555 {:03} {:04}", h / 7 % 1000, self.number % 10_000))
    }

    /// The LinkedIn profile; two in five have one.
    pub fn linkedin_url(self) -> Option<String> {
        let has = hash(self.number, Salt::LinkedIn) % 5 < 2;
        has.then(|| {
            format!(
                "https://www.linkedin.com/in/{}-{}-{}",
                self.given().latin,
                self.family().latin,
                self.number
            )
        })
    }

    /// The lead source of the person.
    pub fn source(self) -> &'static str {
        let source: &&str = pick(SOURCES, hash(self.number, Salt::Source));
        source
    }

    /// The kind of the person's record in Salesforce: of twenty people, twelve are contacts, five are leads and three
    /// are not there.
    pub fn crm(self) -> Crm {
        match self.slot() {
            0..12 => Crm::Contact,
            12..17 => Crm::Lead,
            _ => Crm::Absent,
        }
    }

    /// The id as a lead in Salesforce.
    pub fn salesforce_lead_id(self) -> Option<String> {
        (self.crm() == Crm::Lead).then(|| salesforce_id("00Q", u64::from(self.number)))
    }

    /// The id as a contact in Salesforce.
    pub fn salesforce_contact_id(self) -> Option<String> {
        (self.crm() == Crm::Contact).then(|| salesforce_id("003", u64::from(self.number)))
    }

    /// The id of the company in Salesforce; contacts alone have one.
    pub fn salesforce_account_id(self) -> Option<String> {
        (self.crm() == Crm::Contact).then(|| salesforce_id("001", u64::from(self.company_number())))
    }

    /// The id of an opportunity that the person has a role in; every fifth contact has one. Marketo does not know it.
    pub fn salesforce_opportunity_id(self) -> Option<String> {
        let nth = self.number / 20 * 12 + self.slot();
        (self.crm() == Crm::Contact && nth.is_multiple_of(5))
            .then(|| salesforce_id("006", u64::from(self.number)))
    }

    /// The position of the person among twenty, in an order that is not that of the numbers.
    fn slot(self) -> u32 {
        self.number % 20 * 7 % 20
    }

    /// The number of the Salesforce user who owns the person, from 1. About one in twelve of those in Salesforce has
    /// none.
    pub fn owner(self) -> Option<u64> {
        let h = hash(self.number, Salt::Owner);
        (self.crm() != Crm::Absent && h % 100 >= 8).then_some(h / 100 % OWNERS + 1)
    }

    /// The id of the Salesforce user who owns the person.
    pub fn salesforce_owner_id(self) -> Option<String> {
        self.owner().map(|owner| salesforce_id("005", owner))
    }

    fn culture(self) -> &'static names::Culture {
        // Half of them write Latin letters without accents.
        match hash(self.number, Salt::Culture) {
            h if h % 2 == 0 => &CULTURES[0],
            h => pick(CULTURES, h / 2),
        }
    }

    fn given(self) -> &'static names::Name {
        pick(self.culture().given, hash(self.number, Salt::Given))
    }

    fn family(self) -> &'static names::Name {
        pick(self.culture().family, hash(self.number, Salt::Family))
    }
}

/// An id of Salesforce: the prefix of its kind, and a number.
pub fn salesforce_id(prefix: &str, number: u64) -> String {
    format!("{prefix}5e{number:010}AAA")
}

/// The number in an id that [`salesforce_id`] made with that prefix, also in its short form of 15 characters.
pub fn salesforce_number(prefix: &str, id: &str) -> Option<u64> {
    let digits = id.strip_prefix(prefix)?.strip_prefix("5e")?;
    let digits = digits.strip_suffix("AAA").unwrap_or(digits);
    (digits.len() == 10).then(|| digits.parse().ok()).flatten()
}

/// The purpose of a hash, so that the values do not depend on each other.
#[derive(Clone, Copy)]
enum Salt {
    Updated,
    Email,
    Title,
    Phone,
    LinkedIn,
    Source,
    Owner,
    Culture,
    Given,
    Family,
}

/// The finalizer of SplitMix64.
fn hash(number: u32, salt: Salt) -> u64 {
    let mut z = (u64::from(number) << 8 | salt as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn pick<T>(of: &'static [T], h: u64) -> &'static T {
    &of[usize::try_from(h % of.len() as u64).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000_123;

    #[test]
    fn shares_are_as_promised() {
        let people: Vec<_> = People::new(20_000, NOW).iter().collect();
        let share = |matches: &dyn Fn(&Person) -> bool| {
            people.iter().filter(|person| matches(person)).count() as f64 / 20_000.0
        };
        let close = |found: f64, wanted: f64| (found - wanted).abs() < wanted / 4.0;
        assert!(close(share(&|p| p.salesforce_contact_id().is_some()), 0.6));
        assert!(close(share(&|p| p.salesforce_lead_id().is_some()), 0.25));
        assert!(close(share(&|p| p.crm() == Crm::Absent), 0.15));
        assert!(close(share(&|p| p.crm() != Crm::Absent && p.owner().is_none()), 0.085 * 0.8));
        assert!(close(share(&|p| p.email().is_none()), 0.01));
        assert!(close(share(&|p| p.salesforce_opportunity_id().is_some()), 0.12));
        let malformed = |p: &Person| p.email().is_some_and(|e| !e.contains('@') || e.contains(' '));
        assert!(close(share(&malformed), 0.002));
    }

    #[test]
    fn dates_are_in_order_and_before_the_base() {
        let people = People::new(1_000, NOW);
        let mut before = NOW - SPAN - 1000;
        for person in people.iter() {
            assert!(before < person.created_at && person.created_at <= person.updated_at);
            assert!(person.updated_at < NOW);
            before = person.created_at;
        }
        assert_eq!(people.get(0), None);
        assert_eq!(people.get(1_001), None);
    }

    #[test]
    fn ids_can_be_read_back() {
        let person = People::new(12, NOW).get(7).unwrap();
        assert_eq!(Person::number_of(person.marketo_id()), Some(7));
        assert_eq!(Person::number_of(100_000), None);
        let id = salesforce_id("003", 7);
        assert_eq!((id.as_str(), id.len()), ("0035e0000000007AAA", 18));
        assert_eq!(salesforce_number("003", &id), Some(7));
        assert_eq!(salesforce_number("003", &id[..15]), Some(7));
        assert_eq!(salesforce_number("00Q", &id), None);
    }

    #[test]
    fn dates_stay_from_one_start_to_the_next() {
        let folder = std::env::temp_dir().join(format!("sandbox-people-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let people = People::open(&folder, 10, NOW).unwrap();
        assert_eq!(People::open(&folder, 10, NOW + DAY).unwrap(), people);
        assert_ne!(People::open(&folder, 11, NOW + DAY).unwrap().base, people.base);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
