//! The users of an org: who owns people, who works there besides, and who signed in. And their profiles.

use super::object::{ColumnType, SmallRow, Snapshot};
use crate::people::{OWNERS, salesforce_id};
use crate::salesforce::soql::Value;
use crate::salesforce::user::{Org, User};

pub(super) const USER: &[(&str, ColumnType)] = &[
    ("Id", ColumnType::Id),
    ("Username", ColumnType::Text(80)),
    ("Email", ColumnType::Email),
    ("FirstName", ColumnType::Text(40)),
    ("LastName", ColumnType::Text(80)),
    ("Name", ColumnType::Text(121)),
    ("IsActive", ColumnType::Checkbox),
    ("UserType", ColumnType::Text(40)),
    ("Profile.Name", ColumnType::Text(255)),
    ("Profile.PermissionsApiEnabled", ColumnType::Checkbox),
    ("UserRole.Name", ColumnType::Text(80)),
];

pub(super) const PROFILE: &[(&str, ColumnType)] =
    &[("Id", ColumnType::Id), ("Name", ColumnType::Text(255)), ("UserType", ColumnType::Text(40))];

const ADMINISTRATOR: &str = "System Administrator";
const SALES: &str = "Sales User";
const STANDARD: &str = "Standard";
/// The type of users who may only chat.
const CHATTER: &str = "CsnOnly";

/// The profiles, with the type of their users.
const PROFILES: [(&str, &str); 5] = [
    (ADMINISTRATOR, STANDARD),
    (SALES, STANDARD),
    ("Marketing User", STANDARD),
    ("Service User", STANDARD),
    ("Chatter Free User", CHATTER),
];

const GIVEN: [&str; 16] = [
    "Amara", "Bruno", "Camille", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivan", "Julia", "Kenji",
    "Lucía", "Mateo", "Nora", "Oscar", "Priya",
];
const FAMILY: [&str; 15] = [
    "Adeyemi", "Bauer", "Costa", "Dubois", "Eriksson", "Ferrari", "Gupta", "Hansen", "Ito", "Jensen",
    "Kowalski", "Lambert", "Moreau", "Nakamura", "O'Hara",
];
const ROLES: [Option<&str>; 5] = [
    Some("Account Executive"),
    Some("Regional Sales Director"),
    None,
    Some("Marketing Manager"),
    Some("Support Agent"),
];

/// The name of an owner of people.
pub(super) fn owner_name(number: u64) -> String {
    const NAMES: [&str; 12] = [
        "Alex Kim",
        "Beatriz Souza",
        "Chen Wei",
        "Daria Novak",
        "Emil Schmidt",
        "Fatima Haddad",
        "Grace Park",
        "Hugo Martin",
        "Ines Garcia",
        "Jun Tanaka",
        "Kofi Mensah",
        "Lena Fischer",
    ];
    let index = usize::try_from(number).unwrap_or_default().wrapping_sub(1);
    NAMES.get(index).map_or_else(|| format!("Sales Rep {number}"), |name| (*name).to_owned())
}

/// A user.
struct Member<'a> {
    id: String,
    first: Option<&'a str>,
    last: &'a str,
    email: String,
    profile: (&'a str, &'a str),
    role: Option<&'a str>,
    is_active: bool,
}

impl Member<'_> {
    fn row(self) -> SmallRow {
        let Self { id, first, last, email, profile: (profile, kind), role, is_active } = self;
        let name = first.map_or_else(|| last.to_owned(), |first| format!("{first} {last}"));
        let optional = |text: Option<&str>| text.map_or(Value::Null, Value::text);
        SmallRow::from([
            ("Id", Value::Id(id)),
            ("Username", Value::text(email.as_str())),
            ("Email", Value::Text(email)),
            ("FirstName", optional(first)),
            ("LastName", Value::text(last)),
            ("Name", Value::Text(name)),
            ("IsActive", Value::Bool(is_active)),
            ("UserType", Value::text(kind)),
            ("Profile.Name", Value::text(profile)),
            ("Profile.PermissionsApiEnabled", Value::Bool(true)),
            ("UserRole.Name", optional(role)),
        ])
    }
}

/// Every user of the org.
pub(super) fn users(org: &Snapshot) -> Vec<SmallRow> {
    let signed_in = org.users.iter().filter(|user| user.org == org.org).map(|user: &User| {
        let (first, last) = (user.first_name(), user.last_name());
        Member {
            id: user.id(),
            first: first.as_deref(),
            last: &last,
            email: user.name.clone(),
            profile: PROFILES[0],
            role: None,
            is_active: true,
        }
        .row()
    });
    let there = if org.org == Org::Other { Vec::new() } else { staff(org.org) };
    there.into_iter().chain(signed_in).collect()
}

fn staff(org: Org) -> Vec<SmallRow> {
    // In a copy of an org, Salesforce changes all addresses so that mail to them does not arrive.
    let address = |address: &str| match org {
        Org::Sandbox => format!("{address}.invalid"),
        Org::Production | Org::Other => address.to_owned(),
    };
    let mut rows = Vec::new();
    for number in 1..=OWNERS {
        let name = owner_name(number);
        let (first, last) = name.split_once(' ').unwrap_or(("", &name));
        let email = address(&format!("{}.{}@corp.example", first.to_lowercase(), last.to_lowercase()));
        let id = salesforce_id("005", number);
        let role = ROLES[0];
        rows.push(
            Member { id, first: Some(first), last, email, profile: PROFILES[1], role, is_active: true }.row(),
        );
    }
    let named = FAMILY.iter().flat_map(|last| GIVEN.iter().map(move |first| (*first, *last)));
    for ((first, last), index) in named.zip(0_usize..) {
        let local = format!("{first}.{last}").to_lowercase().replace('í', "i").replace('\'', "");
        rows.push(
            Member {
                id: id_after(rows.len()),
                first: Some(first),
                last,
                email: address(&format!("{local}@corp.example")),
                profile: if index % 20 == 7 { PROFILES[4] } else { PROFILES[1 + index % 3] },
                role: ROLES[index % ROLES.len()],
                // Some have left.
                is_active: index % 40 != 39,
            }
            .row(),
        );
    }
    // Those who are no people have names of any kind, and addresses without a mailbox.
    for (last, email) in [
        (r"CORP\svc.sync", "svc-sync@corp.example"),
        ("build_bot", "build-bot@corp.example"),
        ("50% Off Kiosk", "kiosk@warehouse"),
    ] {
        let (id, profile) = (id_after(rows.len()), PROFILES[3]);
        let email = address(email);
        rows.push(Member { id, first: None, last, email, profile, role: None, is_active: true }.row());
    }
    rows
}

/// The id of the user after that many.
fn id_after(count: usize) -> String {
    salesforce_id("005", u64::try_from(count).unwrap_or_default() + 1)
}

pub(super) fn profiles() -> Vec<SmallRow> {
    let row = |((name, kind), number): ((&str, &str), u64)| {
        SmallRow::from([
            ("Id", Value::Id(salesforce_id("00e", number))),
            ("Name", Value::text(name)),
            ("UserType", Value::text(kind)),
        ])
    };
    PROFILES.into_iter().zip(1..).map(row).collect()
}
