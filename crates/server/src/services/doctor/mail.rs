//! The mail server, and what recipients learn of the sender's domain from the DNS.

use std::time::Duration;

use super::dns::{Answer, Dns};
use super::finding::{Check, Finding};
use crate::config::Config;
use crate::state::probes::MailServer;

/// How long the mail server may take to greet.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn findings(config: &Config, dns: &Dns, selector: Option<&str>) -> Vec<Finding> {
    let sender = config.mail_from.rsplit_once('@').map(|(_, domain)| domain.trim_end_matches('>').trim());
    let smtp = match config.mail_server() {
        Ok(Some(smtp)) => smtp,
        Ok(None) => {
            let checks = [Check::Mail, Check::Spf, Check::Dkim, Check::Dmarc];
            return checks.map(|check| Finding::not_asked(check, "MSI_SMTP is not set")).into();
        }
        Err(refusal) => return vec![Finding::failing(Check::Mail, refusal, "correct MSI_SMTP")],
    };
    let host = smtp.host_str().unwrap_or_default();
    let greets = tokio::time::timeout(PATIENCE, MailServer::of(&smtp).greets()).await.unwrap_or(false);
    let mail = if greets {
        Finding::ok(Check::Mail, format!("{host} greets"))
    } else {
        let todo = "look whether it runs, and whether a firewall lets this machine reach its port (MSI_SMTP)";
        Finding::failing(Check::Mail, format!("{host} does not answer, or does not greet"), todo)
    };
    let Some(domain) = sender else {
        let found = "the sender has no domain";
        let todo = "set MSI_MAIL_FROM to an address of yours";
        return vec![mail, Finding::failing(Check::Spf, found, todo)];
    };
    vec![mail, spf(dns, domain).await, dkim(dns, domain, selector).await, dmarc(dns, domain).await]
}

/// Source: RFC 7208, sections 3 and 4.5.
async fn spf(dns: &Dns, domain: &str) -> Finding {
    let is_policy = |text: &&String| text.as_str() == "v=spf1" || text.starts_with("v=spf1 ");
    let todo = format!(
        "publish a text record at {domain} that begins with v=spf1 and names the mail server, as its provider says"
    );
    match dns.texts(domain).await {
        Answer::Failed(why) => unanswered(Check::Spf, domain, &why),
        Answer::Nothing => Finding::warning(Check::Spf, format!("{domain} says nothing"), todo),
        Answer::Found(texts) => match texts.iter().filter(is_policy).collect::<Vec<_>>()[..] {
            [] => Finding::warning(Check::Spf, format!("{domain} says nothing"), todo),
            [policy] if policy.ends_with("+all") => Finding::warning(
                Check::Spf,
                format!("{domain} lets everybody send: {policy}"),
                "let it end in ~all or -all",
            ),
            [policy] => Finding::ok(Check::Spf, format!("{domain}: {policy}")),
            _ => Finding::failing(
                Check::Spf,
                format!("{domain} has more than one policy, so none holds"),
                "make one of them",
            ),
        },
    }
}

/// Source: RFC 6376, section 3.6.2.
async fn dkim(dns: &Dns, domain: &str, selector: Option<&str>) -> Finding {
    let Some(selector) = selector else {
        let found = "not looked for: no --dkim-selector, which stands after s= in the signature of a mail";
        return Finding::not_asked(Check::Dkim, found);
    };
    let name = format!("{selector}._domainkey.{domain}");
    let todo = "publish the key there, as the mail server's provider says";
    match dns.texts(&name).await {
        Answer::Failed(why) => unanswered(Check::Dkim, &name, &why),
        Answer::Found(texts) if texts.iter().any(|text| has_key(text)) => {
            Finding::ok(Check::Dkim, format!("{name} has a key"))
        }
        Answer::Found(_) | Answer::Nothing => {
            Finding::warning(Check::Dkim, format!("{name} has no key"), todo)
        }
    }
}

/// Whether a text has a key that was not revoked.
fn has_key(text: &str) -> bool {
    text.split(';').filter_map(|part| part.trim().strip_prefix("p=")).any(|key| !key.trim().is_empty())
}

/// Source: RFC 7489, section 6.6.3.
async fn dmarc(dns: &Dns, domain: &str) -> Finding {
    // A domain's own policy, else that of the organization, which is near enough the last two labels for an advice.
    let labels: Vec<&str> = domain.split('.').collect();
    let organization = labels[labels.len().saturating_sub(2)..].join(".");
    for at in [domain, &organization] {
        let name = format!("_dmarc.{at}");
        match dns.texts(&name).await {
            Answer::Failed(why) => return unanswered(Check::Dmarc, &name, &why),
            Answer::Found(texts) => {
                if let Some(policy) = texts.iter().find(|text| text.starts_with("v=DMARC1")) {
                    return Finding::ok(Check::Dmarc, format!("{name}: {policy}"));
                }
            }
            Answer::Nothing => {}
        }
    }
    let todo = format!("publish a text record at _dmarc.{domain} such as v=DMARC1; p=quarantine");
    Finding::warning(Check::Dmarc, format!("_dmarc.{domain} says nothing"), todo)
}

fn unanswered(check: Check, name: &str, why: &str) -> Finding {
    let todo = "look whether this machine reaches its name server";
    Finding::warning(check, format!("the DNS does not answer for {name}: {why}"), todo)
}
