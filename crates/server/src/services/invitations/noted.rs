//! What the audit log says of a batch of invitations.

use api_types::{AuditAction, UserId};

use crate::db::batches::BatchRecord;
use crate::db::batches::invitations::{self as stored, Invitations};
use crate::db::{Conn, DbResult};
use crate::services::audit::{self, Actor, Subject};
use crate::state::App;

/// What is noted of a batch, read while the people are as they were before.
pub(super) struct Noted {
    /// Of the file, else the address of the first person.
    name: String,
    /// How many people it is about.
    people: u32,
    /// The only person of the batch.
    person: Option<UserId>,
    is_dry_run: bool,
}

impl Noted {
    /// About everybody who is ready.
    pub(super) async fn of(conn: &mut Conn, batch: &BatchRecord<Invitations>) -> DbResult<Self> {
        let people = batch.verdicts().ready;
        let (email, user) = stored::first_ready(conn, batch.number).await?.unwrap_or_default();
        Ok(Self {
            name: batch.file_name.clone().unwrap_or(email),
            people,
            person: user.filter(|_| people == 1),
            is_dry_run: batch.is_dry_run(),
        })
    }

    /// About so many of them.
    pub(super) fn with_people(self, people: u32) -> Self {
        Self { people, ..self }
    }

    /// A dry run changes nothing and is not noted.
    pub(super) async fn write(
        self,
        app: &App,
        conn: &mut Conn,
        actor: Actor<'_>,
        action: AuditAction,
    ) -> DbResult<()> {
        if self.is_dry_run {
            return Ok(());
        }
        let subject = format!("{} ({})", self.name, self.people);
        let subject = Subject::maybe_user(self.person.as_ref(), subject.trim_start());
        audit::note(app, conn, actor, action, subject).await
    }
}
