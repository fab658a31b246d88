//! Mails as text and HTML.

use api_types::{Locale, MailPreview};
use askama::Template;
use serde::{Deserialize, Serialize};

use super::texts::Texts;
use crate::db::mails::Audience;
use crate::platform::text::clean_line;

/// The content of a mail, without the recipient.
pub(crate) type Email = MailPreview;

/// The content of an invitation.
pub(crate) struct Invitation<'a> {
    pub(crate) account: &'a str,
    pub(crate) inviter: &'a str,
    pub(crate) audience: Audience,
    /// The name in the greeting; empty for a recipient without a name.
    pub(crate) name: &'a str,
    pub(crate) message: Option<&'a str>,
    pub(crate) expires_in_days: u8,
    pub(crate) url: &'a str,
}

/// The payload of a password reset: the link.
#[derive(Serialize, Deserialize)]
pub(crate) struct ResetPayload {
    pub(crate) link_id: String,
}

/// The payload of a mail to the original user: the language.
#[derive(Serialize, Deserialize)]
pub(crate) struct NextStepsPayload {
    pub(crate) language: Locale,
}

/// The payload of a test mail: its content.
#[derive(Serialize, Deserialize)]
pub(crate) struct TestPayload {
    pub(crate) draft: api_types::MailDraft,
    pub(crate) inviter: String,
}

/// A mail as its templates show it.
struct Parts<'a> {
    locale: Locale,
    subject: String,
    greeting: String,
    lead: String,
    message: Option<Message>,
    /// Above the steps.
    steps_lead: Option<String>,
    steps: &'a [&'a str],
    button: &'a str,
    url: &'a str,
    /// How long the link works.
    valid: Option<String>,
    ignore: &'a str,
}

/// A person's own text.
struct Message {
    from: String,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct InHtml<'a> {
    mail: &'a Parts<'a>,
}

#[derive(Template)]
#[template(path = "mail.txt")]
struct InText<'a> {
    mail: &'a Parts<'a>,
}

impl Parts<'_> {
    fn email(self) -> Email {
        let (text, html) = (InText { mail: &self }.to_string(), InHtml { mail: &self }.to_string());
        Email { subject: self.subject, text, html }
    }
}

/// The mail of an invitation.
pub(crate) fn invitation(locale: Locale, invitation: &Invitation<'_>) -> Email {
    let texts = Texts::of(locale);
    let names =
        |text: &str| fill(text, &[("{account}", invitation.account), ("{inviter}", invitation.inviter)]);
    let message = invitation.message.map(str::trim).filter(|message| !message.is_empty());
    let has_steps = invitation.audience == Audience::MarketoAdmin;
    let parts = Parts {
        locale,
        subject: names(texts.invitation_subject),
        greeting: greeting(texts, invitation.name),
        lead: names(texts.invitation_lead),
        // Without what would reorder or control the text around it.
        message: message.map(|message| Message {
            from: names(texts.message_from),
            lines: message.lines().map(clean_line).collect(),
        }),
        steps_lead: has_steps.then(|| names(texts.steps_lead)),
        steps: if has_steps { &texts.steps } else { &[] },
        button: texts.invitation_button,
        url: invitation.url,
        valid: Some(texts.valid(invitation.expires_in_days)),
        ignore: texts.ignore,
    };
    parts.email()
}

/// The mail with the link for a new password.
pub(crate) fn password_reset(locale: Locale, account: &str, name: &str, email: &str, url: &str) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", account), ("{email}", email)]);
    let parts = Parts {
        locale,
        subject: names(texts.reset_subject),
        greeting: greeting(texts, name),
        lead: names(texts.reset_lead),
        message: None,
        steps_lead: None,
        steps: &[],
        button: texts.reset_button,
        url,
        valid: Some(texts.valid_one_hour.to_owned()),
        ignore: texts.ignore,
    };
    parts.email()
}

/// The mail that tells a member who has become the original user how to go on.
pub(crate) fn next_steps(locale: Locale, account: &str, name: &str, url: &str) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", account)]);
    let [_, _, steps @ ..] = &texts.steps;
    let parts = Parts {
        locale,
        subject: names(texts.next_steps_subject),
        greeting: greeting(texts, name),
        lead: names(texts.next_steps_lead),
        message: None,
        steps_lead: None,
        steps,
        button: texts.next_steps_button,
        url,
        valid: None,
        ignore: texts.ignore,
    };
    parts.email()
}

fn greeting(texts: &Texts, name: &str) -> String {
    match name.trim() {
        "" => texts.greeting_plain.to_owned(),
        name => fill(texts.greeting, &[("{name}", name)]),
    }
}

/// Replaces placeholders with names, in one pass: a name that looks like a placeholder stays a name.
fn fill(template: &str, names: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        filled.push_str(&rest[..at]);
        rest = &rest[at..];
        match names.iter().find(|(place, _)| rest.starts_with(place)) {
            Some((place, name)) => {
                filled.push_str(name);
                rest = &rest[place.len()..];
            }
            None => {
                filled.push('{');
                rest = &rest[1..];
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://admin.example.com/activate#abc";

    fn invite(locale: Locale, first_name: &str, message: Option<&str>, days: u8) -> Email {
        invitation_to(Audience::Anyone, locale, first_name, message, days)
    }

    fn invitation_to(
        audience: Audience,
        locale: Locale,
        first_name: &str,
        message: Option<&str>,
        days: u8,
    ) -> Email {
        let content = Invitation {
            account: "Acme & Sons",
            inviter: "Ana {account}",
            audience,
            name: first_name,
            message,
            expires_in_days: days,
            url: URL,
        };
        invitation(locale, &content)
    }

    #[test]
    fn every_language_names_account_inviter_and_link_and_leaves_no_placeholder() {
        for locale in Locale::ALL {
            let mail = invite(locale, "Bob", Some("Welcome"), 7);
            assert!(mail.subject.contains("Acme & Sons"), "{locale}: {}", mail.subject);
            for part in ["Acme & Sons", "Bob", "Ana {account}", URL, "> Welcome", "7"] {
                assert!(mail.text.contains(part), "{locale}: {part} in {}", mail.text);
            }
            assert!(mail.html.contains(&format!("lang=\"{locale}\"")));
            let reset = password_reset(locale, "Acme", "", "bob@example.com", URL);
            let words = [&mail.text.replace("{account}", ""), &reset.subject, &reset.text, &reset.html];
            assert!(words.iter().all(|text| !text.contains('{')), "{locale}");
            assert!(!Texts::of(locale).valid(1).contains('1') || locale == Locale::Ja);
        }
    }

    #[test]
    fn a_marketo_admin_is_told_the_steps_in_every_language() {
        for locale in Locale::ALL {
            let plain = invite(locale, "Bob", None, 7);
            let mail = invitation_to(Audience::MarketoAdmin, locale, "Bob", None, 7);
            for number in 1..=4 {
                let step = format!("\n{number}. ");
                assert!(mail.text.contains(&step) && !plain.text.contains(&step), "{locale}: {}", mail.text);
            }
            assert_eq!(mail.html.matches("<li>").count(), 4, "{locale}");
            assert!(mail.text.contains("Salesforce") && mail.text.contains("Marketo"), "{locale}");
            assert!(!mail.text.replace("{account}", "").contains('{'), "{locale}");
        }
    }

    #[test]
    fn an_original_user_is_told_the_steps_that_are_left_in_every_language() {
        for locale in Locale::ALL {
            let mail = next_steps(locale, "Acme & Sons", "Bob", URL);
            assert!(mail.subject.contains("Acme & Sons"), "{locale}: {}", mail.subject);
            for part in ["Acme & Sons", "Bob", URL, "\n1. ", "\n2. ", "Salesforce", "Marketo"] {
                assert!(mail.text.contains(part), "{locale}: {part} in {}", mail.text);
            }
            assert!(!mail.text.contains('{') && !mail.text.contains("\n3. "), "{locale}: {}", mail.text);
        }
    }

    #[test]
    fn s9_what_people_write_is_text_in_the_html() {
        let mail =
            invite(Locale::En, "<img src=x onerror=alert(1)>", Some("<script>alert(1)</script>\nBye"), 1);
        assert!(!mail.html.contains("<script") && !mail.html.contains("<img"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>Bye"));
    }
}
