//! What the people of a file get by its own columns, and what by the options.

use roster::{Field, Invitee, Role};

use crate::i18n;
use crate::t;

/// The fields of the options that a file may have, too.
const FIELDS: [Field; 3] = [Field::Role, Field::Teams, Field::Workspace];

/// What a file says of role, teams and workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FromFile {
    /// The fields that it may say something of.
    pub(crate) fields: Vec<Field>,
    /// The people, once all are read.
    pub(crate) people: Option<People>,
}

/// The people who are to be invited.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct People {
    number: u64,
    /// To how many it gives each role, any teams and a workspace.
    users: u64,
    admins: u64,
    teams: u64,
    workspaces: u64,
}

impl People {
    pub(crate) fn add(&mut self, person: &Invitee) {
        self.number += 1;
        for field in &person.given {
            match (field, person.role) {
                (Field::Role, Role::User) => self.users += 1,
                (Field::Role, Role::Admin) => self.admins += 1,
                (Field::Teams, _) => self.teams += 1,
                (Field::Workspace, _) => self.workspaces += 1,
                _ => {}
            }
        }
    }

    /// Of how many people the file says a field.
    fn given(&self, field: Field) -> u64 {
        match field {
            Field::Role => self.users + self.admins,
            Field::Teams => self.teams,
            Field::Workspace => self.workspaces,
            _ => 0,
        }
    }
}

/// Where the people get a value from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Options,
    File,
    /// From the file, but for so many people from the options.
    Both(u64),
}

impl FromFile {
    /// Where it may say something of these fields.
    pub(crate) fn of(may_say: impl Fn(Field) -> bool) -> Self {
        Self { fields: FIELDS.into_iter().filter(|field| may_say(*field)).collect(), people: None }
    }

    fn source(&self, field: Field) -> Source {
        if !self.fields.contains(&field) {
            return Source::Options;
        }
        match self.people.as_ref().map(|people| (people.given(field), people.number)) {
            None => Source::File,
            Some((0, _)) => Source::Options,
            Some((given, number)) if given == number => Source::File,
            Some((given, number)) => Source::Both(number - given),
        }
    }

    /// How many people get each role from the file, where it says one of anybody.
    fn roles(&self) -> Vec<(Role, u64)> {
        let roles =
            self.people.as_ref().map(|people| [(Role::Admin, people.admins), (Role::User, people.users)]);
        roles.into_iter().flatten().filter(|(_, number)| *number > 0).collect()
    }

    /// What the people get, in words, if this is what the options say.
    pub(super) fn in_words(&self, field: Field, of_options: String) -> String {
        let of_file = || match (field, self.roles()) {
            (Field::Role, roles) if !roles.is_empty() => {
                let roles = roles.into_iter().map(|(role, number)| match role {
                    Role::Admin => t!("mail_options.admins_from_file", count = number),
                    Role::User => t!("mail_options.users_from_file", count = number),
                });
                t!("mail_options.roles_from_file", roles = i18n::list(roles))
            }
            _ => t!("mail_options.from_file"),
        };
        match self.source(field) {
            Source::Options => of_options,
            Source::File => of_file(),
            Source::Both(left) => {
                t!("mail_options.from_both", file = of_file(), count = left, options = of_options)
            }
        }
    }

    /// Whether anybody may get the personas of the options: an administrator does, whatever says that they are one.
    pub(super) fn leaves_personas(&self) -> bool {
        self.source(Field::Role) != Source::File
            || self.people.as_ref().is_none_or(|people| people.admins > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(role: Role, given: &[Field]) -> Invitee {
        Invitee {
            row: 1,
            email: "ana@example.com".into(),
            first_name: String::new(),
            last_name: String::new(),
            role,
            teams: Vec::new(),
            workspace: None,
            language: None,
            given: given.to_vec(),
        }
    }

    fn of(people: &[Invitee]) -> FromFile {
        let mut read = People::default();
        people.iter().for_each(|person| read.add(person));
        FromFile { people: Some(read), ..FromFile::of(|field| field != Field::Workspace) }
    }

    #[test]
    fn u5_what_people_get_is_from_the_file_where_it_says_it_and_from_the_options_elsewhere() {
        let both = [Field::Role, Field::Teams];
        let admin = person(Role::Admin, &both);
        let user = person(Role::User, &[Field::Role]);
        let nothing = person(Role::User, &[]);
        let sources = |file: &FromFile| FIELDS.map(|field| file.source(field));

        let unread = FromFile::of(|field| field == Field::Role);
        assert_eq!(sources(&unread), [Source::File, Source::Options, Source::Options]);
        assert!(unread.roles().is_empty());

        let mixed = of(&[admin.clone(), user, nothing.clone()]);
        assert_eq!(sources(&mixed), [Source::Both(1), Source::Both(2), Source::Options]);
        assert_eq!(mixed.roles(), [(Role::Admin, 1), (Role::User, 1)]);
        assert!(mixed.leaves_personas());

        let whole = of(&[admin.clone(), admin]);
        assert_eq!(sources(&whole), [Source::File, Source::File, Source::Options]);
        assert_eq!(whole.roles(), [(Role::Admin, 2)], "no role that nobody gets");
        assert!(whole.leaves_personas());
        assert!(!of(&[person(Role::User, &both)]).leaves_personas(), "nobody is an administrator");

        let empty = of(&[nothing]);
        assert_eq!(sources(&empty), [Source::Options; 3], "a column without a value");
        assert!(empty.roles().is_empty());
    }
}
