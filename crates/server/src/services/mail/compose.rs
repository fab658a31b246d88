//! Mails as text and HTML.

use api_types::{Locale, MailPreview};
use askama::Template;
use serde::{Deserialize, Serialize};
use url::Url;

use super::plain;
use super::texts::Texts;
use crate::db::mails::Audience;
use crate::db::troubles::Watched;
use crate::platform::clock::Millis;
use crate::platform::text::clean_line;
use crate::services::notices::{Happened, TroublePayload};

/// The name of the product, above every mail.
const PRODUCT: &str = "Sales Insight Actions";
/// The fonts of the app, as far as their names need no quotes.
const FONT: &str = "system-ui,-apple-system,Segoe UI,Roboto,Helvetica Neue,Noto Sans,Apple SD Gothic Neo,\
    Malgun Gothic,Hiragino Sans,Yu Gothic UI,sans-serif";

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
    pub(crate) expires_at: Millis,
    pub(crate) url: &'a str,
}

/// The link of a password reset.
pub(crate) struct Reset<'a> {
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) expires_at: Millis,
    pub(crate) url: &'a str,
}

/// The payload of a password reset: the link.
#[derive(Serialize, Deserialize)]
pub(crate) struct ResetPayload {
    pub(crate) link_id: String,
}

/// A code by which a user proves who they are.
pub(crate) struct Code<'a> {
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) code: String,
    pub(crate) expires_at: Millis,
    /// Where the user is asked for it.
    pub(crate) console: &'a str,
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
    body: Body<'a>,
    /// How long the link or the code works, and until when.
    valid: Option<String>,
    why: String,
    /// What a recipient may do who did not expect the mail.
    ignore: Option<&'a str>,
    sent_by: String,
}

/// What the recipient goes on with.
enum Body<'a> {
    /// With what stands above the address.
    Link {
        button: &'a str,
        url: &'a str,
        address: &'a str,
    },
    /// To be typed.
    Code(String),
    Nothing,
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
        Email { subject: self.subject, text: plain::wrap(&text), html }
    }

    /// Korean is read by words; its lines would otherwise break inside of them.
    fn word_break(&self) -> &'static str {
        if self.locale == Locale::Ko { "keep-all" } else { "normal" }
    }
}

/// The mail of an invitation.
pub(crate) fn invitation(locale: Locale, invitation: &Invitation<'_>) -> Email {
    let texts = Texts::of(locale);
    let names =
        |text: &str| fill(text, &[("{account}", invitation.account), ("{inviter}", invitation.inviter)]);
    let message = invitation.message.map(str::trim).filter(|message| !message.is_empty());
    let (steps_lead, steps) = match invitation.audience {
        Audience::Anyone => (None, &[][..]),
        Audience::MarketoAdmin => (Some(texts.steps_lead), &texts.steps[..]),
        Audience::SalesforceAdmin => (Some(texts.salesforce_steps_lead), &texts.salesforce_steps[..]),
    };
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
        steps_lead: steps_lead.map(names),
        steps,
        body: link(texts, texts.invitation_button, invitation.url),
        valid: Some(valid(texts, &texts.valid(invitation.expires_in_days), invitation.expires_at)),
        why: names(texts.why_invited),
        ignore: Some(texts.ignore),
        sent_by: sent_by(texts, invitation.url),
    };
    parts.email()
}

/// The mail with the link for a new password.
pub(crate) fn password_reset(locale: Locale, reset: &Reset<'_>) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", reset.account), ("{email}", reset.email)]);
    let parts = Parts {
        locale,
        subject: names(texts.reset_subject),
        greeting: greeting(texts, reset.name),
        lead: names(texts.reset_lead),
        message: None,
        steps_lead: None,
        steps: &[],
        body: link(texts, texts.reset_button, reset.url),
        valid: Some(valid(texts, texts.valid_one_hour, reset.expires_at)),
        why: names(texts.why_reset),
        ignore: Some(texts.ignore),
        sent_by: sent_by(texts, reset.url),
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
        body: link(texts, texts.next_steps_button, url),
        valid: None,
        why: names(texts.why_next_steps),
        ignore: Some(texts.ignore),
        sent_by: sent_by(texts, url),
    };
    parts.email()
}

/// The mail that tells a user that strangers guess at their password, and what still lets them in. The URL is where they
/// ask for a new password.
pub(crate) fn password_guessing(locale: Locale, account: &str, name: &str, email: &str, url: &str) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", account), ("{email}", email)]);
    let parts = Parts {
        locale,
        subject: names(texts.guessing_subject),
        greeting: greeting(texts, name),
        lead: names(texts.guessing_lead),
        message: None,
        steps_lead: None,
        steps: &[],
        body: link(texts, texts.reset_button, url),
        valid: None,
        why: names(texts.why_guessing),
        ignore: None,
        sent_by: sent_by(texts, url),
    };
    parts.email()
}

/// The mail that tells an administrator that something fails and what to do, or that it works again. The URL is that of
/// Diagnostics.
pub(crate) fn trouble(
    locale: Locale,
    account: &str,
    name: &str,
    email: &str,
    payload: &TroublePayload,
    url: &str,
) -> Email {
    let texts = Texts::of(locale);
    let (what, lead) = match payload.watched {
        Watched::Salesforce => texts.salesforce_trouble.words(),
        Watched::Marketo => texts.marketo_trouble.words(),
        Watched::Sync => texts.sync_trouble.words(),
        Watched::Disk => texts.disk_trouble.words(),
        Watched::Backup => texts.backup_trouble.words(),
        Watched::Mail => (texts.mail_server, texts.works_lead),
        Watched::Webhooks => texts.webhooks_trouble.words(),
    };
    let date = |at: i64| texts.date(Millis(at)).unwrap_or_default();
    let (since, until) = (date(payload.since), payload.until.map(date));
    let (subject, lead) = match until {
        None => (texts.fails_subject, lead),
        Some(_) => (texts.works_subject, texts.works_lead),
    };
    let names = |text: &str| {
        fill(
            text,
            &[
                ("{what}", what),
                ("{account}", account),
                ("{email}", email),
                ("{since}", &since),
                ("{until}", until.as_deref().unwrap_or_default()),
            ],
        )
    };
    let parts = Parts {
        locale,
        subject: names(subject),
        greeting: greeting(texts, name),
        lead: names(lead),
        message: None,
        steps_lead: None,
        steps: &[],
        body: link(texts, texts.trouble_button, url),
        valid: None,
        why: names(texts.why_admin),
        ignore: None,
        sent_by: sent_by(texts, url),
    };
    parts.email()
}

/// What a user is told about their access, and when it happened.
pub(crate) struct Notice<'a> {
    pub(crate) account: &'a str,
    pub(crate) name: &'a str,
    pub(crate) email: &'a str,
    pub(crate) happened: &'a Happened,
    pub(crate) at: Millis,
    /// The user's profile.
    pub(crate) url: &'a str,
}

/// The mail that tells a user what has changed about their access, and what to do if they do not know of it.
pub(crate) fn notice(locale: Locale, notice: &Notice<'_>) -> Email {
    let texts = Texts::of(locale);
    let (words, what) = match notice.happened {
        Happened::PasswordChanged => (&texts.password_changed, ""),
        Happened::KeyMade(name) => (&texts.key_made, name.as_str()),
        Happened::KeyEnds(name) => (&texts.key_ends, name.as_str()),
        Happened::BecameAdmin => (&texts.became_admin, ""),
        Happened::IsNoAdmin => (&texts.is_no_admin, ""),
        Happened::SignedIn(browser) => (&texts.signed_in, browser.as_str()),
        Happened::Deactivated => (&texts.deactivated, ""),
        Happened::Reactivated => (&texts.reactivated, ""),
        Happened::OperatorMadeLink(email) => (&texts.link_made, email.as_str()),
        Happened::OperatorPromoted(email) => (&texts.promoted, email.as_str()),
        Happened::OperatorEndedSessions(email) => (&texts.sessions_ended, email.as_str()),
        Happened::PasskeyAdded(name) => (&texts.passkey_added, name.as_str()),
        Happened::PasskeyRemoved(name) => (&texts.passkey_removed, name.as_str()),
        Happened::AppAdded => (&texts.app_added, ""),
        Happened::AppRemoved => (&texts.app_removed, ""),
        Happened::RecoveryCodesMade => (&texts.recovery_codes_made, ""),
        Happened::RecoveryCodeUsed => (&texts.recovery_code_used, ""),
        Happened::FactorsReset => (&texts.factors_reset, ""),
    };
    let why = match notice.happened {
        Happened::Deactivated => texts.why_deactivated,
        Happened::OperatorMadeLink(_)
        | Happened::OperatorPromoted(_)
        | Happened::OperatorEndedSessions(_) => texts.why_operator,
        _ => texts.why_notice,
    };
    let date = texts.date(notice.at).unwrap_or_default();
    let names = |text: &str| {
        fill(
            text,
            &[("{account}", notice.account), ("{email}", notice.email), ("{date}", &date), ("{what}", what)],
        )
    };
    let parts = Parts {
        locale,
        subject: names(words.subject),
        greeting: greeting(texts, notice.name),
        lead: names(words.lead),
        message: None,
        steps_lead: None,
        steps: &[],
        body: match notice.happened {
            // The profile is closed to them.
            Happened::Deactivated => Body::Nothing,
            _ => link(texts, texts.notice_button, notice.url),
        },
        valid: None,
        why: names(why),
        ignore: None,
        sent_by: sent_by(texts, notice.url),
    };
    parts.email()
}

/// The mail with a code by which a user proves who they are. It has no link: nobody who asks for the code needs one.
pub(crate) fn proof_code(locale: Locale, code: Code<'_>) -> Email {
    let texts = Texts::of(locale);
    let names = |text: &str| fill(text, &[("{account}", code.account), ("{email}", code.email)]);
    let parts = Parts {
        locale,
        subject: names(texts.code_subject),
        greeting: greeting(texts, code.name),
        lead: names(texts.code_lead),
        message: None,
        steps_lead: None,
        steps: &[],
        body: Body::Code(code.code),
        valid: texts.until(code.expires_at),
        why: names(texts.why_code),
        ignore: Some(texts.code_not_asked),
        sent_by: sent_by(texts, code.console),
    };
    parts.email()
}

fn link<'a>(texts: &'a Texts, button: &'a str, url: &'a str) -> Body<'a> {
    Body::Link { button, url, address: texts.address }
}

fn greeting(texts: &Texts, name: &str) -> String {
    match name.trim() {
        "" => texts.greeting_plain.to_owned(),
        name => fill(texts.greeting, &[("{name}", name)]),
    }
}

/// How long a link works, and until when.
fn valid(texts: &Texts, span: &str, end: Millis) -> String {
    let until = texts.until(end);
    [Some(span), until.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Who sent the mail, with the host that its link leads to.
fn sent_by(texts: &Texts, url: &str) -> String {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    fill(texts.sent_by, &[("{product}", PRODUCT), ("{host}", &host)])
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
    use strum::VariantArray as _;

    use super::*;

    const URL: &str = "https://admin.example.com/activate#abc";
    /// 2026-11-29T05:07:31Z
    const END: Millis = Millis(1_795_928_851_000);

    fn reset(locale: Locale) -> Email {
        let (account, name, email) = ("Acme", "", "bob@example.com");
        password_reset(locale, &Reset { account, name, email, expires_at: END, url: URL })
    }

    /// What is shown of a mail's HTML.
    fn body(mail: &Email) -> &str {
        mail.html.split_once("</head>").unwrap().1
    }

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
            expires_at: END,
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
            let reset = reset(locale);
            let text = mail.text.replace("{account}", "");
            let words = [text.as_str(), &reset.subject, &reset.text, body(&reset)];
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
    fn s6_s7_a_salesforce_admin_is_told_the_steps_and_how_long_they_take_in_every_language() {
        for locale in Locale::ALL {
            let mail = invitation_to(Audience::SalesforceAdmin, locale, "Bob", None, 7);
            assert_eq!(mail.html.matches("<li>").count(), 4, "{locale}");
            for part in ["Acme & Sons", "Salesforce", "5", "20", "30", "\n4. "] {
                assert!(mail.text.contains(part), "{locale}: {part} in {}", mail.text);
            }
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
    fn a12_an_owner_is_told_of_guesses_in_every_language() {
        for locale in Locale::ALL {
            let mail = password_guessing(locale, "Acme & Sons", "Bob", "bob@example.com", URL);
            assert!(mail.subject.contains("Acme & Sons"), "{locale}: {}", mail.subject);
            for part in ["Bob", "bob@example.com", "Salesforce", URL] {
                assert!(mail.text.contains(part), "{locale}: {part} in {}", mail.text);
            }
            assert!(!mail.text.contains('{') && !mail.text.contains(Texts::of(locale).ignore), "{locale}");
        }
    }

    #[test]
    fn a20_a_mailed_code_stands_alone_and_without_a_link_in_every_language() {
        for locale in Locale::ALL {
            let code = Code {
                account: "Acme & Sons",
                name: "Bob",
                email: "bob@example.com",
                code: "01234567".to_owned(),
                expires_at: END,
                console: URL,
            };
            let mail = proof_code(locale, code);
            assert!(!mail.subject.contains("01234567"), "{locale}: shown on locked phones");
            for part in ["\n01234567\n", "Bob", "bob@example.com", "05:07 UTC", "admin.example.com"] {
                assert!(mail.text.contains(part), "{locale}: {part} in {}", mail.text);
            }
            assert!(!mail.text.contains("http") && !mail.html.contains("href="), "{locale}");
            assert!(!mail.text.contains('{') && body(&mail).contains("01234567"), "{locale}");
        }
    }

    #[test]
    fn n2_administrators_are_told_what_fails_since_when_and_what_works_again_in_every_language() {
        for locale in Locale::ALL {
            let mut subjects = std::collections::BTreeSet::new();
            let all =
                Watched::VARIANTS.iter().flat_map(|watched| [(*watched, None), (*watched, Some(END.0))]);
            let mailed = all.filter(|told| *told != (Watched::Mail, None));
            for (watched, until) in mailed {
                let payload = TroublePayload { watched, since: END.0 - 3_600_000, until };
                let mail = trouble(locale, "Acme & Sons", "Bob", "bob@example.com", &payload, URL);
                let text = mail.text.replace('\n', " ");
                for part in ["Bob", "bob@example.com", URL, "04:07 UTC"] {
                    assert!(text.contains(part), "{locale}: {part} in {text}");
                }
                assert_eq!(text.contains("05:07 UTC"), until.is_some(), "{locale}: {text}");
                assert!(mail.subject.contains("Acme & Sons"), "{locale}: {}", mail.subject);
                assert!(!text.contains('{') && !mail.subject.contains('{'), "{locale}: {text}");
                subjects.insert(mail.subject);
            }
            assert_eq!(subjects.len(), 2 * Watched::VARIANTS.len() - 1, "{locale}");
        }
    }

    #[test]
    fn a23_every_notice_says_what_happened_when_to_whom_and_what_to_do_in_every_language() {
        let all = [
            (Happened::PasswordChanged, ""),
            (Happened::KeyMade("nightly".to_owned()), "nightly"),
            (Happened::KeyEnds("nightly".to_owned()), "nightly"),
            (Happened::BecameAdmin, ""),
            (Happened::IsNoAdmin, ""),
            (Happened::SignedIn("Chrome, Windows".to_owned()), "Chrome, Windows"),
            (Happened::Deactivated, ""),
            (Happened::Reactivated, ""),
            (Happened::OperatorMadeLink("ana@example.com".to_owned()), "ana@example.com"),
            (Happened::OperatorPromoted("ana@example.com".to_owned()), "ana@example.com"),
            (Happened::OperatorEndedSessions("ana@example.com".to_owned()), "ana@example.com"),
            (Happened::PasskeyAdded("Laptop".to_owned()), "Laptop"),
            (Happened::PasskeyRemoved("Laptop".to_owned()), "Laptop"),
            (Happened::AppAdded, ""),
            (Happened::AppRemoved, ""),
            (Happened::RecoveryCodesMade, ""),
            (Happened::RecoveryCodeUsed, ""),
            (Happened::FactorsReset, ""),
        ];
        for locale in Locale::ALL {
            let mut subjects = std::collections::BTreeSet::new();
            for (happened, what) in &all {
                let (account, name, email) = ("Acme & Sons", "Bob", "bob@example.com");
                let mail = notice(locale, &Notice { account, name, email, happened, at: END, url: URL });
                let text = mail.text.replace('\n', " ");
                for part in ["Acme & Sons", "Bob", email, what, "05:07 UTC"] {
                    assert!(text.contains(part) || mail.subject.contains(part), "{locale}: {part} in {text}");
                }
                assert_eq!(text.contains(URL), *happened != Happened::Deactivated, "{locale}: {text}");
                assert!(!text.contains('{') && !mail.subject.contains('{'), "{locale}: {text}");
                subjects.insert(mail.subject);
            }
            assert_eq!(subjects.len(), all.len(), "{locale}");
        }
    }

    #[test]
    fn s9_what_people_write_is_text_in_the_html() {
        let mail =
            invite(Locale::En, "<img src=x onerror=alert(1)>", Some("<script>alert(1)</script>\nBye"), 1);
        assert!(!mail.html.contains("<script") && !mail.html.contains("<img"), "{}", mail.html);
        assert!(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>Bye"));
    }

    #[test]
    fn r17_every_mail_says_why_it_came_who_sent_it_and_until_when_its_link_works() {
        for locale in Locale::ALL {
            let invited = invite(locale, "Bob", None, 7);
            for (mail, reason) in [(&invited, "Ana {account}"), (&reset(locale), "bob@example.com")] {
                let (_, footer) = mail.text.split_once("\n----\n").unwrap();
                let footer = footer.replace('\n', " ");
                for part in [reason, PRODUCT, "admin.example.com"] {
                    assert!(footer.contains(part), "{locale}: {part} in {footer}");
                }
                assert!(mail.text.replace('\n', " ").contains("05:07 UTC"), "{locale}: {}", mail.text);
                let shown = body(mail);
                for part in [reason, "admin.example.com)", "05:07 UTC"] {
                    let part = if locale == Locale::Ja { part.trim_end_matches(')') } else { part };
                    assert!(shown.contains(part), "{locale}: {part} in {shown}");
                }
            }
            assert!(next_steps(locale, "Acme", "Bob", URL).text.contains(PRODUCT));
        }
    }

    #[test]
    fn s9_a_mail_is_shown_without_asking_anybody_and_its_link_is_a_button_and_an_address() {
        for locale in Locale::ALL {
            let mail = invitation_to(Audience::MarketoAdmin, locale, "Bob", Some("Welcome"), 7);
            for remote in ["src=", "url(", "@import", "<link", "<form"] {
                assert!(!mail.html.contains(remote), "{locale}: {remote}");
            }
            assert_eq!(mail.html.matches("href=").count(), 2, "{locale}");
            assert_eq!(mail.html.matches(&format!("href=\"{URL}\"")).count(), 2, "{locale}");
            let tables = mail.html.matches("<table").count();
            assert_eq!(tables, mail.html.matches("role=\"presentation\"").count(), "{locale}");
            assert_eq!(mail.html.matches("<h1").count(), 1, "{locale}");
            assert!(mail.text.contains(&format!(":\n{URL}\n")), "{locale}: a line of its own");
            let is_korean = locale == Locale::Ko;
            assert_eq!(mail.html.contains("word-break:keep-all"), is_korean, "{locale}");
        }
    }
}
