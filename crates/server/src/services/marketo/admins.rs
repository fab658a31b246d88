//! The administrators of Marketo. Reading them takes a call for every user, so the list is read seldom and shared.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::clients::marketo::known_admins::{Admin, List};
use crate::clients::marketo::{Error, Marketo, Result, RetryPolicy};
use crate::platform::text::unaccented;
use crate::state::App;

/// Concurrent calls for roles; the limiter lets fewer through.
const AT_ONCE: usize = 8;
/// How long a request waits for the whole list while it is read. Large instances take longer: a call for every user.
pub(super) const WAIT: Duration = Duration::from_secs(20);
/// How long it waits where the first of them will do.
pub(super) const SHORT_WAIT: Duration = Duration::from_secs(3);

/// The result of reading the administrators.
pub(crate) enum AdminList {
    List(List),
    /// The list is still being read; these are those who were found so far, perhaps nobody.
    SoFar(List),
}

/// The administrators by name.
///
/// # Errors
/// [`Error::NoSuchInstance`] and others, when they could not be read.
pub(crate) async fn list(app: &App, wait: Duration) -> Result<AdminList> {
    let admins = app.marketo.admins.clone();
    let reading = app.clone();
    // Goes on when the caller does not wait any longer.
    let task = tokio::spawn(async move {
        let note = |admin: &Admin| reading.marketo.admins.note(admin.clone());
        admins.get(async { Ok(read(&platform(&reading)?, note).await?.into()) }).await
    });
    match tokio::time::timeout(wait, task).await {
        Ok(Ok(list)) => list.map(AdminList::List),
        Ok(Err(_)) => Err(Error::Unexpected("reading the administrators broke off")),
        Err(_) => Ok(AdminList::SoFar(sorted(app.marketo.admins.so_far()).into())),
    }
}

fn platform(app: &App) -> Result<Marketo> {
    let service = &app.services.marketo;
    let credentials = service.platform.as_ref().ok_or(Error::CredentialsRejected)?;
    app.marketo.client(service, credentials, RetryPolicy::Person)
}

/// Reads them all; each is noted when found.
async fn read(marketo: &Marketo, note: impl Fn(&Admin)) -> Result<Vec<Admin>> {
    let users = marketo.users().await?;
    let people = users.into_iter().filter(|user| !user.api_only);
    let with_roles = stream::iter(people).map(async |user| match marketo.roles_of(&user.userid).await {
        Ok(roles) => Ok(Some((user, roles))),
        // Deleted since the list was read.
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    });
    let mut admins = Vec::new();
    let mut with_roles = with_roles.buffered(AT_ONCE);
    while let Some(found) = with_roles.try_next().await? {
        let Some((user, roles)) = found else { continue };
        let mut names: Vec<String> = Vec::new();
        for role in roles {
            if !names.contains(&role.role_name) {
                names.push(role.role_name);
            }
        }
        if names.iter().any(|name| administers(name)) {
            let admin = Admin {
                id: user.userid,
                first_name: user.first_name,
                last_name: user.last_name,
                email: user.email_address,
                roles: names,
            };
            note(&admin);
            admins.push(admin);
        }
    }
    Ok(sorted(admins))
}

/// By name.
fn sorted(mut admins: Vec<Admin>) -> Vec<Admin> {
    admins.sort_by_cached_key(|admin| {
        (unaccented(&people::names::full_name(&admin.first_name, &admin.last_name)), admin.id.clone())
    });
    admins
}

/// Whether a role is an administrator's: the system role has this name, and roles made from it are named after it.
fn administers(role: &str) -> bool {
    role.split(|c: char| !c.is_alphanumeric())
        .any(|word| word.eq_ignore_ascii_case("admin") || word.eq_ignore_ascii_case("administrator"))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::clients::marketo::known_admins::Admins;

    #[tokio::test(start_paused = true)]
    async fn r12_a_reading_that_fails_fails_for_all_who_waited_for_it() {
        let (admins, readings) = (Admins::default(), AtomicUsize::new(0));
        let reading = |outcome: Result<List>| {
            let readings = &readings;
            admins.get(async move {
                readings.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(WAIT).await;
                outcome
            })
        };
        let failed = Err(Error::Unreachable);
        let all = tokio::join!(
            reading(failed.clone()),
            reading(failed.clone()),
            reading(failed.clone()),
            reading(failed.clone())
        );
        assert_eq!((all.0, all.3), (failed.clone(), failed));
        assert_eq!(readings.load(Ordering::Relaxed), 1);

        // A later call reads anew, and its result is kept for a while.
        tokio::time::advance(Duration::from_millis(1)).await;
        for _ in 0..3 {
            assert_eq!(reading(Ok(List::default())).await, Ok(List::default()));
        }
        assert_eq!(readings.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn roles_of_administrators_are_told_by_their_name() {
        for role in ["Admin", "Marketo Sales Insight Admin", "EMEA-Administrator"] {
            assert!(administers(role), "{role}");
        }
        for role in ["Standard User", "Administrative Assistant", "Badminton", ""] {
            assert!(!administers(role), "{role}");
        }
    }
}
