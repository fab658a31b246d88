//! Recent failures of Salesforce, Marketo and the mail server.

use api_types::{Activity, MailTroubleCause, RecentError, Service};

use crate::db::errors::{LastSuccesses, Noted};
use crate::db::{self, Conn, DbResult};
use crate::platform::clock::Millis;
use crate::state::App;

/// Failures with their ids, the latest first, and how many are kept. `before` is the last id of the page before.
pub(crate) async fn errors(
    app: &App,
    conn: &mut Conn,
    before: Option<&str>,
    limit: u32,
) -> DbResult<(Vec<(String, RecentError)>, u64)> {
    let last = LastSuccesses::read(conn, &app.account_id).await?;
    let mail = app.mail_monitor.last_success();
    let (noted, total) = db::errors::list(conn, &app.account_id, before, limit).await?;
    let shown = noted.into_iter().map(|noted| {
        let is_solved = is_solved(&noted, last, mail);
        let Noted { id, at, service, code, during, request_id } = noted;
        (id, RecentError { at: at.timestamp(), service, code, during, request_id, is_solved })
    });
    Ok((shown.collect(), total))
}

/// Whether what failed has succeeded since. Of what is only done when somebody asks for it, that is not known. `mail` is when the
/// mail server took a mail last, if it takes mails still.
fn is_solved(failure: &Noted, last: LastSuccesses, mail: Option<Millis>) -> bool {
    let is_of_mail_server = || {
        let cause = serde_json::from_value(failure.code.as_str().into());
        cause.is_ok_and(|cause| !matches!(cause, MailTroubleCause::Other))
    };
    let since = match (failure.service, failure.during) {
        // A mail that was refused stays so; the mail server's own failures pass.
        (Service::Mail, _) => mail.filter(|_| is_of_mail_server()),
        (Service::Marketo, Activity::Syncing) => last.sync,
        (Service::Marketo, Activity::Connecting | Activity::Checking) => last.marketo,
        (Service::Salesforce, Activity::Connecting | Activity::Checking) => last.salesforce,
        _ => None,
    };
    since.is_some_and(|since| since > failure.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r15_a_failure_is_solved_only_by_a_later_success_of_the_same() {
        let last =
            LastSuccesses { salesforce: Some(Millis(20)), marketo: Some(Millis(20)), sync: Some(Millis(20)) };
        let solved = |at, service, during, code: &str| {
            let (id, request_id) = (String::new(), String::new());
            let failure = Noted { id, at: Millis(at), service, code: code.to_owned(), during, request_id };
            is_solved(&failure, last, Some(Millis(20)))
        };
        let known = [
            (Service::Salesforce, Activity::Checking, "INVALID_SESSION_ID"),
            (Service::Marketo, Activity::Connecting, "601"),
            (Service::Marketo, Activity::Syncing, "607"),
            (Service::Mail, Activity::SendingMail, "unreachable"),
        ];
        for (service, during, code) in known {
            assert!(solved(19, service, during, code) && !solved(20, service, during, code), "{code}");
        }
        let unknown = [
            (Service::Salesforce, Activity::Syncing, "INVALID_FIELD"),
            (Service::Salesforce, Activity::ListingPeople, "INSUFFICIENT_ACCESS"),
            (Service::Marketo, Activity::ReadingAdmins, "603"),
            (Service::Mail, Activity::SendingMail, "mail_refused"),
        ];
        for (service, during, code) in unknown {
            assert!(!solved(19, service, during, code), "{code}");
        }
    }
}
