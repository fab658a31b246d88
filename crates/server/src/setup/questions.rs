//! What is asked, in this order.

/// A setting to ask for.
pub(super) struct Question {
    pub(super) setting: &'static str,
    pub(super) text: &'static str,
    pub(super) is_required: bool,
    pub(super) is_secret: bool,
    /// Asked only where this one is set.
    pub(super) follows: Option<&'static str>,
}

/// Settings that are tried together.
pub(super) struct Group {
    pub(super) name: &'static str,
    pub(super) questions: &'static [Question],
    pub(super) trials: &'static [Trial],
}

/// By which command of the server settings are tried.
#[derive(Clone, Copy)]
pub(super) struct Trial {
    pub(super) command: &'static [&'static str],
    /// Tried only where this one is set.
    pub(super) needs: Option<&'static str>,
}

/// The command that ends with [`WARNS`] where it has warnings alone.
pub(super) const DOCTOR: &str = "doctor";
pub(super) const WARNS: i32 = 1;

/// Settings that nobody is asked for, each after the one without which a start refuses it.
const FOLLOWERS: [(&str, &str); 4] = [
    ("MSI_ACME", "MSI_ACME_CA_FILE"),
    ("MSI_SALESFORCE_CLIENT_ID", "MSI_SALESFORCE_TEST_CLIENT_ID"),
    ("MSI_SALESFORCE_CLIENT_ID", "MSI_SALESFORCE_APPS"),
    ("MSI_SALESFORCE_TEST_CLIENT_ID", "MSI_SALESFORCE_TEST_CLIENT_SECRET"),
];

/// What goes with a setting when it is removed.
pub(super) fn followers(of: &str) -> impl Iterator<Item = &'static str> {
    let asked = GROUPS.iter().flat_map(|group| group.questions);
    let asked = asked.filter(move |question| question.follows == Some(of)).map(|question| question.setting);
    asked.chain(FOLLOWERS.iter().filter(move |(before, _)| *before == of).map(|(_, follower)| *follower))
}

/// What the package sets, and no answer changes.
pub(super) const OF_THE_PLACE: [&str; 2] = ["MSI_DATA", "MSI_DIST"];

const fn question(setting: &'static str, text: &'static str) -> Question {
    Question { setting, text, is_required: false, is_secret: false, follows: None }
}
const fn required(setting: &'static str, text: &'static str) -> Question {
    Question { is_required: true, ..question(setting, text) }
}
const fn following(before: &'static str, setting: &'static str, text: &'static str) -> Question {
    Question { follows: Some(before), ..question(setting, text) }
}
const fn secret(before: &'static str, setting: &'static str, text: &'static str) -> Question {
    Question { is_secret: true, ..following(before, setting, text) }
}

pub(super) static GROUPS: [Group; 5] = [
    Group {
        name: "Where people reach the console",
        questions: &[
            required("MSI_PUBLIC_URL", "Its address, such as https://actions.example.com"),
            question("MSI_TRUSTED_PROXIES", "Proxies in front that do the TLS, such as 127.0.0.1"),
            question("MSI_TLS_CERTIFICATE", "Without a proxy: the file with the certificate"),
            following("MSI_TLS_CERTIFICATE", "MSI_TLS_KEY", "The file with its key"),
            question(
                "MSI_ACME",
                "With neither, to have a certificate ordered: letsencrypt. The internet must reach the server at port 443",
            ),
            question("MSI_BIND", "Where the server listens; without an answer at 127.0.0.1:8080"),
        ],
        trials: &[
            Trial { command: &[DOCTOR, "--only", "port"], needs: None },
            Trial { command: &[DOCTOR, "--only", "certificate"], needs: Some("MSI_TLS_CERTIFICATE") },
        ],
    },
    Group {
        name: "The database",
        questions: &[Question {
            is_secret: true,
            ..question(
                "MSI_DATABASE",
                "postgres://user:password@host:5432/name, or nothing for SQLite in the data folder",
            )
        }],
        trials: &[Trial { command: &[DOCTOR, "--only", "database"], needs: Some("MSI_DATABASE") }],
    },
    Group {
        name: "The account and its mail",
        questions: &[
            required("MSI_ACCOUNT_NAME", "The name of the account"),
            required("MSI_ADMIN_EMAIL", "The address of its first administrator, who gets a test mail"),
            Question {
                is_secret: true,
                ..required("MSI_SMTP", "The mail server, as smtp://user:password@host:587?tls=required")
            },
            required("MSI_MAIL_FROM", "The sender, as Sales Insight Actions <no-reply@example.com>"),
        ],
        trials: &[Trial { command: &["test-mail"], needs: None }],
    },
    Group {
        name: "Salesforce",
        questions: &[
            question("MSI_SALESFORCE_CLIENT_ID", "The consumer key of the connected app"),
            secret("MSI_SALESFORCE_CLIENT_ID", "MSI_SALESFORCE_CLIENT_SECRET", "Its consumer secret"),
        ],
        trials: &[Trial { command: &["check-services"], needs: Some("MSI_SALESFORCE_CLIENT_ID") }],
    },
    Group {
        name: "Marketo",
        questions: &[
            question("MSI_MARKETO_MUNCHKIN_ID", "The Munchkin Account ID, such as 284-RPR-133"),
            following(
                "MSI_MARKETO_MUNCHKIN_ID",
                "MSI_MARKETO_PLATFORM_CLIENT_ID",
                "The client id of the platform credentials",
            ),
            secret("MSI_MARKETO_PLATFORM_CLIENT_ID", "MSI_MARKETO_PLATFORM_SECRET", "Their client secret"),
            following(
                "MSI_MARKETO_MUNCHKIN_ID",
                "MSI_MARKETO_INTEGRATION_CLIENT_ID",
                "The client id of the integration credentials",
            ),
            secret(
                "MSI_MARKETO_INTEGRATION_CLIENT_ID",
                "MSI_MARKETO_INTEGRATION_SECRET",
                "Their client secret",
            ),
        ],
        trials: &[Trial { command: &["check-services"], needs: Some("MSI_MARKETO_MUNCHKIN_ID") }],
    },
];
