//! Mails as text and HTML.

use api_types::{Locale, MailPreview};
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

/// The mail of an invitation.
pub(crate) fn invitation(locale: Locale, invitation: &Invitation<'_>) -> Email {
    let texts = Texts::of(locale);
    let names =
        |text: &str| fill(text, &[("{account}", invitation.account), ("{inviter}", invitation.inviter)]);
    let mut page = Page::new(locale, names(texts.invitation_subject));
    page.paragraph(&greeting(texts, invitation.name));
    page.paragraph(&names(texts.invitation_lead));
    if let Some(message) = invitation.message.map(str::trim).filter(|message| !message.is_empty()) {
        page.paragraph(&names(texts.message_from));
        page.quote(message);
    }
    if invitation.audience == Audience::MarketoAdmin {
        page.paragraph(&names(texts.steps_lead));
        page.steps(&texts.steps);
    }
    page.button(texts.invitation_button, invitation.url);
    page.paragraph(&texts.valid(invitation.expires_in_days));
    page.paragraph(texts.ignore);
    page.finish()
}

/// The mail with the link for a new password.
pub(crate) fn password_reset(locale: Locale, account: &str, name: &str, email: &str, url: &str) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", account), ("{email}", email)]);
    let mut page = Page::new(locale, names(texts.reset_subject));
    page.paragraph(&greeting(texts, name));
    page.paragraph(&names(texts.reset_lead));
    page.button(texts.reset_button, url);
    page.paragraph(texts.valid_one_hour);
    page.paragraph(texts.ignore);
    page.finish()
}

/// The mail that tells a member who has become the original user how to go on.
pub(crate) fn next_steps(locale: Locale, account: &str, name: &str, url: &str) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", account)]);
    let [_, _, steps @ ..] = &texts.steps;
    let mut page = Page::new(locale, names(texts.next_steps_subject));
    page.paragraph(&greeting(texts, name));
    page.paragraph(&names(texts.next_steps_lead));
    page.steps(steps);
    page.button(texts.next_steps_button, url);
    page.paragraph(texts.ignore);
    page.finish()
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

/// A mail that is composed paragraph by paragraph, as text and as HTML.
struct Page {
    subject: String,
    text: String,
    html: String,
}

impl Page {
    fn new(locale: Locale, subject: String) -> Self {
        let title = escape(&subject);
        let html = format!(
            "<!doctype html>\n<html lang=\"{locale}\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\
             <body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1c1c21\">\
             <div style=\"max-width:560px;margin:0 auto\">\n"
        );
        Self { subject, text: String::new(), html }
    }

    fn paragraph(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str("\n\n");
        self.html.push_str("<p>");
        self.html.push_str(&escape(text));
        self.html.push_str("</p>\n");
    }

    /// A person's own text, without what would reorder or control the text around it.
    fn quote(&mut self, message: &str) {
        let lines: Vec<String> = message.lines().map(clean_line).collect();
        for line in &lines {
            self.text.push_str("> ");
            self.text.push_str(line);
            self.text.push('\n');
        }
        self.text.push('\n');
        let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
        self.html.push_str(&format!(
            "<blockquote style=\"margin:0 0 16px;padding:0 16px;border-left:3px solid #c4c4cf\">{}</blockquote>\n",
            lines.join("<br>")
        ));
    }

    fn steps(&mut self, steps: &[&str]) {
        self.html.push_str("<ol>\n");
        for (number, step) in (1..).zip(steps) {
            self.text.push_str(&format!("{number}. {step}\n"));
            self.html.push_str(&format!("<li>{}</li>\n", escape(step)));
        }
        self.text.push('\n');
        self.html.push_str("</ol>\n");
    }

    fn button(&mut self, label: &str, url: &str) {
        self.text.push_str(&format!("{label}:\n{url}\n\n"));
        let (label, url) = (escape(label), escape(url));
        self.html.push_str(&format!(
            "<p><a href=\"{url}\" style=\"display:inline-block;padding:8px 16px;border-radius:6px;\
             background:#2b52d6;color:#ffffff;text-decoration:none\">{label}</a></p>\n\
             <p style=\"font-size:13px;word-break:break-all\">{url}</p>\n"
        ));
    }

    fn finish(mut self) -> Email {
        self.html.push_str("</div></body></html>\n");
        let length = self.text.trim_end().len();
        self.text.truncate(length);
        self.text.push('\n');
        Email { subject: self.subject, text: self.text, html: self.html }
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://admin.example.com/activate#abc";

    fn letter(locale: Locale, first_name: &str, message: Option<&str>, days: u8) -> Email {
        letter_to(Audience::Anyone, locale, first_name, message, days)
    }

    fn letter_to(
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
            let letter = letter(locale, "Bob", Some("Welcome"), 7);
            assert!(letter.subject.contains("Acme & Sons"), "{locale}: {}", letter.subject);
            for part in ["Acme & Sons", "Bob", "Ana {account}", URL, "> Welcome", "7"] {
                assert!(letter.text.contains(part), "{locale}: {part} in {}", letter.text);
            }
            assert!(letter.html.contains(&format!("lang=\"{locale}\"")));
            let reset = password_reset(locale, "Acme", "", "bob@example.com", URL);
            let words = [&letter.text.replace("{account}", ""), &reset.subject, &reset.text, &reset.html];
            assert!(words.iter().all(|text| !text.contains('{')), "{locale}");
            assert!(!Texts::of(locale).valid(1).contains('1') || locale == Locale::Ja);
        }
    }

    #[test]
    fn a_marketo_admin_is_told_the_steps_in_every_language() {
        for locale in Locale::ALL {
            let plain = letter(locale, "Bob", None, 7);
            let letter = letter_to(Audience::MarketoAdmin, locale, "Bob", None, 7);
            for number in 1..=4 {
                let step = format!("\n{number}. ");
                assert!(
                    letter.text.contains(&step) && !plain.text.contains(&step),
                    "{locale}: {}",
                    letter.text
                );
            }
            assert_eq!(letter.html.matches("<li>").count(), 4, "{locale}");
            assert!(letter.text.contains("Salesforce") && letter.text.contains("Marketo"), "{locale}");
            assert!(!letter.text.replace("{account}", "").contains('{'), "{locale}");
        }
    }

    #[test]
    fn an_original_user_is_told_the_steps_that_are_left_in_every_language() {
        for locale in Locale::ALL {
            let letter = next_steps(locale, "Acme & Sons", "Bob", URL);
            assert!(letter.subject.contains("Acme & Sons"), "{locale}: {}", letter.subject);
            for part in ["Acme & Sons", "Bob", URL, "\n1. ", "\n2. ", "Salesforce", "Marketo"] {
                assert!(letter.text.contains(part), "{locale}: {part} in {}", letter.text);
            }
            assert!(
                !letter.text.contains('{') && !letter.text.contains("\n3. "),
                "{locale}: {}",
                letter.text
            );
        }
    }

    #[test]
    fn s9_what_people_write_is_text_in_the_html() {
        let letter =
            letter(Locale::En, "<img src=x onerror=alert(1)>", Some("<script>alert(1)</script>\nBye"), 1);
        assert!(!letter.html.contains("<script") && !letter.html.contains("<img"), "{}", letter.html);
        assert!(letter.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>Bye"));
    }
}
