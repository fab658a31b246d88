//! Which versions of the server may use a database side by side.
//!
//! A migration whose file ends with `_beside.sql` leaves everything as servers of the version before need it: they go on
//! beside those that have run it, and an installation may go back to their version. All other migrations run once no earlier
//! server is left, and are refused by servers that do not know them.

use std::borrow::Cow;

use sqlx::migrate::Migrator;

/// How the files of migrations beside which earlier servers go on end, as sqlx stores it.
const BESIDE: &str = " beside";

/// Number and description of a migration that has run.
pub(in crate::db) type Run = (i64, String);

/// What the migrations that have run mean for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::db) enum Standing {
    /// None has run.
    New,
    /// Some of this server's have run; earlier servers have to be gone before the others do.
    EarlierAlone,
    /// The same, but earlier servers go on.
    EarlierBeside,
    /// All of this server's and no other has run.
    Current,
    /// Later ones have run as well, beside which this server goes on.
    LaterBeside,
    /// Later ones have run, with which it cannot go on.
    Later,
}

pub(in crate::db) fn standing(known: &Migrator, run: &[Run]) -> Standing {
    let latest = latest(known);
    let has_run = |version: i64| run.iter().any(|(number, _)| *number == version);
    let mut later = run.iter().filter(|(number, _)| *number > latest).peekable();
    let mut missing = known.iter().filter(|migration| !has_run(migration.version)).peekable();
    if run.is_empty() {
        Standing::New
    } else if later.peek().is_some() {
        let all_beside = later.all(|(_, description)| description.ends_with(BESIDE));
        if all_beside && missing.peek().is_none() { Standing::LaterBeside } else { Standing::Later }
    } else if missing.peek().is_none() {
        Standing::Current
    } else if missing.all(|migration| migration.description.ends_with(BESIDE)) {
        Standing::EarlierBeside
    } else {
        Standing::EarlierAlone
    }
}

/// The version that a server has to know to use a database in which these have run.
pub(in crate::db) fn needed(run: &[Run]) -> i64 {
    let needed = run.iter().filter(|(_, description)| !description.ends_with(BESIDE));
    needed.map(|(version, _)| *version).max().unwrap_or(0)
}

/// Of which version a database may be for what is done beside its servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Of this one alone: what is done looks at every table.
    Exact,
    /// Of one beside which servers of this version go on, too.
    Sufficient,
}

impl Standing {
    pub(in crate::db) fn is(self, fit: Fit) -> bool {
        match fit {
            Fit::Exact => self == Self::Current,
            Fit::Sufficient => self.suffices(),
        }
    }

    /// Whether all that a server needs has run.
    pub(in crate::db) fn suffices(self) -> bool {
        matches!(self, Self::Current | Self::LaterBeside)
    }

    /// What runs a server's migrations, and leaves those of a later one alone beside which it goes on.
    pub(in crate::db) fn migrator(self, known: &'static Migrator) -> Migrator {
        Migrator {
            migrations: Cow::Borrowed(&known.migrations),
            ignore_missing: self == Self::LaterBeside,
            ..Migrator::DEFAULT
        }
    }
}

/// The last migration that a server knows.
pub(in crate::db) fn latest(known: &Migrator) -> i64 {
    known.iter().map(|migration| migration.version).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use sqlx::SqlSafeStr as _;
    use sqlx::migrate::{Migration, MigrationType};

    use super::*;

    fn knows(names: &[&'static str]) -> Migrator {
        let migration = |(index, name): (usize, &&'static str)| {
            let sql = "SELECT 1".into_sql_str();
            Migration::new(index as i64 + 1, Cow::Borrowed(*name), MigrationType::Simple, sql, false)
        };
        Migrator::with_migrations(names.iter().enumerate().map(migration).collect())
    }

    #[test]
    fn n3_servers_go_on_beside_migrations_that_say_so_and_no_other() {
        let all = ["schema", "more beside", "changed", "again beside", "last beside"];
        let run = |count: usize| -> Vec<Run> {
            (1..).zip(&all[..count]).map(|(number, name)| (number, (*name).to_owned())).collect()
        };
        for (known, has_run, expected) in [
            (5, 0, Standing::New),
            (5, 5, Standing::Current),
            (5, 3, Standing::EarlierBeside),
            (5, 2, Standing::EarlierAlone),
            (2, 1, Standing::EarlierBeside),
            (3, 1, Standing::EarlierAlone),
            (3, 5, Standing::LaterBeside),
            (2, 3, Standing::Later),
            (2, 5, Standing::Later),
            (1, 2, Standing::LaterBeside),
        ] {
            assert_eq!(standing(&knows(&all[..known]), &run(has_run)), expected, "{known} of {has_run}");
        }
    }

    #[test]
    fn n3_where_a_migration_of_its_own_has_not_run_later_ones_are_refused() {
        let run = [(1, "schema".to_owned()), (3, "later beside".to_owned())];
        assert_eq!(standing(&knows(&["schema", "own"]), &run), Standing::Later);
    }
}
