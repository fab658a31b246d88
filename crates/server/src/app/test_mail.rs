//! A test mail by the configured mail server, which needs no account and no running server.

use std::future::ready;

use super::StartError;
use crate::config::Config;
use crate::platform::clock::{Clock as _, Millis, SystemClock};
use crate::services::mail::{Email, Mailer, SendError};

/// The words of the mail server, or of the connection to it.
fn why(error: &SendError) -> String {
    match error {
        SendError::NoAddress { detail }
        | SendError::Refused { detail, .. }
        | SendError::Server { detail, .. }
        | SendError::Unknown { detail } => detail.clone(),
        SendError::Withheld(withheld) => format!("{withheld:?}"),
    }
}

/// Sends one mail, and returns what to say.
///
/// # Errors
/// When the mail server cannot be reached or does not take the mail, with its words.
pub async fn send(config: Config, to: &str) -> Result<String, StartError> {
    let config = config.with_secrets_of_environment()?;
    let smtp = config.mail_server()?.ok_or("MSI_SMTP names no mail server: give its address")?;
    let local = "http://localhost".parse()?;
    let public_url = config.public_url.as_ref().unwrap_or(&local);
    let mailer = Mailer::new(&smtp, &config.mail_from, public_url, config.mail_limits)?;
    let text = format!("Invitations of {} will arrive as this mail has.", config.account.account_name);
    let email = Email {
        subject: "Test mail of Sales Insight Actions Admin".to_owned(),
        html: format!("<p>{}</p>", askama::filters::escape(&text, askama::filters::Html)?),
        text,
    };
    let Millis(now) = SystemClock.now();
    let id = format!("test-{now}");
    mailer
        .send(&id, to, email, ready(Ok(())))
        .await
        .map_err(|error| format!("the mail was not taken: {}", why(&error)))?;
    Ok(format!("the mail server took a mail to {to}: see whether it arrives, and not among junk"))
}
