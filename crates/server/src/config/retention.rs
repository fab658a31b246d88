//! How long data is kept.

use std::time::Duration;

use crate::db::retention::Retention;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// Nobody means more: a hundred years.
const LONGEST: u32 = 36_500;

/// For how many days what has ended is kept. What goes on, and who is a member, is kept whatever its age.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct RetentionConfig {
    /// Days after which events of the audit log are deleted, at least 400; seven years when left out.
    #[arg(long, env = "MSI_RETAIN_AUDIT_DAYS", default_value = "2557", value_parser = audit_days)]
    pub retain_audit_days: u32,
    /// Days after which a batch that has ended is deleted with its rows, invitations and mails, at least 90.
    #[arg(long, env = "MSI_RETAIN_BATCHES_DAYS", default_value = "400", value_parser = batches_days)]
    pub retain_batches_days: u32,
    /// Days after the end of an invitation that nobody has answered until its person is deleted, at least 30.
    #[arg(long, env = "MSI_RETAIN_INVITATIONS_DAYS", default_value = "400", value_parser = invitations_days)]
    pub retain_invitations_days: u32,
    /// Days after which a run of Action Field Sync is deleted with the people whom it could not bring over, at least 7.
    #[arg(long, env = "MSI_RETAIN_SYNC_DAYS", default_value = "90", value_parser = sync_days)]
    pub retain_sync_days: u32,
    /// Days after which a message to a webhook's endpoint is deleted with the attempts at it, at least 7.
    #[arg(long, env = "MSI_RETAIN_WEBHOOKS_DAYS", default_value = "30", value_parser = webhooks_days)]
    pub retain_webhooks_days: u32,
}

impl RetentionConfig {
    pub(crate) fn kept(self) -> Retention {
        Retention {
            audit: DAY * self.retain_audit_days,
            batches: DAY * self.retain_batches_days,
            invitations: DAY * self.retain_invitations_days,
            sync: DAY * self.retain_sync_days,
            webhooks: DAY * self.retain_webhooks_days,
        }
    }
}

fn audit_days(text: &str) -> Result<u32, String> {
    days(text, 400, "whoever audits a year needs its events until the audit is over")
}

fn batches_days(text: &str) -> Result<u32, String> {
    days(text, 90, "invitations can be accepted for 30 days, and the console shows the last 30")
}

fn invitations_days(text: &str) -> Result<u32, String> {
    days(text, 30, "an invitation that has ended can be sent again")
}

fn sync_days(text: &str) -> Result<u32, String> {
    days(text, 7, "a run that failed can be continued for days")
}

fn webhooks_days(text: &str) -> Result<u32, String> {
    days(text, 7, "a message is tried for three days, and can be sent again once the endpoint works")
}

/// Reads a number of days, and refuses too few with the reason why.
fn days(text: &str, least: u32, why: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(days) if (least..=LONGEST).contains(&days) => Ok(days),
        Ok(days) if days < least => Err(format!("give at least {least} days: {why}")),
        _ => Err(format!("give a number of days from {least} to {LONGEST}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r25_too_few_days_are_refused_with_the_reason_and_too_many_too() {
        assert_eq!(audit_days("400"), Ok(400));
        assert_eq!(sync_days("36500"), Ok(LONGEST));
        for (refusal, says) in [
            (audit_days("0"), "give at least 400 days: whoever audits"),
            (audit_days("399"), "at least 400 days"),
            (batches_days("89"), "at least 90 days: invitations"),
            (invitations_days("29"), "at least 30 days"),
            (sync_days("6"), "at least 7 days"),
            (webhooks_days("6"), "at least 7 days: a message"),
            (sync_days("36501"), "a number of days from 7 to 36500"),
            (audit_days("-1"), "a number of days from 400 to 36500"),
            (batches_days("1 year"), "a number of days from 90 to 36500"),
        ] {
            assert!(refusal.as_ref().is_err_and(|text| text.contains(says)), "{refusal:?}, not {says}");
        }
    }
}
