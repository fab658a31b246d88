//! The beginning: the panel offers a connection to the pages that may embed it, by exact origin, and takes one answer.

use std::cell::RefCell;
use std::rc::Rc;

use api_types::panel::{Handshake, PanelErrorCode, Protocol, VERSIONS};
use wasm_bindgen::JsValue;

use super::connection::{self, Phase};
use super::{hear, tokens};
use crate::platform::frame::{self, Port};
use crate::platform::popup::Messages;
use crate::platform::secrets::wipe;
use crate::platform::{dom, random, spawn, timers};

/// How long the host has to answer, and to say how the panel is to look.
const PATIENCE_MS: f64 = 5_000.0;

/// What the panel has offered, and to whom.
#[derive(Debug, PartialEq, Eq)]
struct Offer {
    nonce: String,
    /// The origins that may answer.
    targets: Vec<String>,
}

/// A message that has come to the window.
struct Heard<'a> {
    is_from_parent: bool,
    origin: &'a str,
    ports: u32,
    text: Option<&'a str>,
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Not an answer to this offer.
    Ignored,
    Accepted,
    Refused(PanelErrorCode),
}

impl Offer {
    /// `ancestors` are the origins around this page, where the browser tells them. They shorten the list, but only the
    /// browser's delivery by origin decides.
    fn new(
        nonce: String,
        allowed: &[String],
        own: &str,
        ancestors: Option<&[String]>,
    ) -> Result<Self, PanelErrorCode> {
        if allowed.is_empty() || !allowed.iter().all(|origin| is_origin(origin)) {
            return Err(PanelErrorCode::NoEmbedders);
        }
        let is_listed = |origin: &String| allowed.contains(origin);
        let targets = match ancestors {
            Some([parent, ..]) if parent == own => return Err(PanelErrorCode::SameOrigin),
            Some(all @ [parent, ..]) if all.iter().all(is_listed) => vec![parent.clone()],
            Some(_) => return Err(PanelErrorCode::HostNotListed),
            None => allowed.iter().filter(|origin| *origin != own).cloned().collect(),
        };
        Ok(Self { nonce, targets })
    }

    fn judge(&self, heard: &Heard<'_>) -> Verdict {
        if !heard.is_from_parent || !self.targets.iter().any(|target| target == heard.origin) {
            return Verdict::Ignored;
        }
        match heard.text.map(Handshake::read) {
            Some(Ok(Handshake::Accept { v, nonce, .. })) if nonce == self.nonce && heard.ports == 1 => {
                if VERSIONS.contains(&v) {
                    Verdict::Accepted
                } else {
                    Verdict::Refused(PanelErrorCode::VersionUnsupported)
                }
            }
            Some(Ok(Handshake::Refuse { nonce, code, .. })) if nonce == self.nonce => Verdict::Refused(code),
            _ => Verdict::Ignored,
        }
    }
}

/// Whether a text is an origin as browsers write it: scheme, host in ASCII and port, without a path.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| {
        !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.:[]".contains(&byte))
    })
}

/// Obeys a message, which may contain a token.
fn take(mut text: Option<String>) {
    hear::hear(text.as_deref());
    if let Some(text) = &mut text {
        wipe(text);
    }
}

/// Offers a connection to the pages of the allowed origins. Called once.
pub(crate) fn begin(allowed: &[String]) {
    let location = dom::window().location();
    connection::note_flow(&location.pathname().unwrap_or_default());
    let own = location.origin().unwrap_or_default();
    let Some(parent) = frame::parent() else { return connection::refuse(PanelErrorCode::NotEmbedded) };
    let ancestors = frame::ancestors();
    let offer = match Offer::new(random::uuid(), allowed, &own, ancestors.as_deref()) {
        Ok(offer) => Rc::new(offer),
        Err(code) => return connection::refuse(code),
    };
    let listening = Rc::new(RefCell::new(None));
    let messages = Messages::hear({
        let (offer, listening) = (offer.clone(), Rc::downgrade(&listening));
        move |event| {
            let text = event.data().as_string();
            let origin = event.origin();
            let heard = Heard {
                is_from_parent: frame::is_from_parent(&event),
                origin: &origin,
                ports: event.ports().length(),
                text: text.as_deref(),
            };
            match offer.judge(&heard) {
                Verdict::Ignored => return,
                Verdict::Accepted => {
                    connection::open(Port::open(&event, take), origin);
                    tokens::take_from_host();
                }
                Verdict::Refused(code) => connection::refuse(code),
            }
            // From now on only the port counts.
            if let Some(listening) = listening.upgrade() {
                listening.take();
            }
        }
    });
    listening.replace(Some(messages));
    let hello =
        Handshake::Hello { protocol: Protocol::MsiPanel, v: VERSIONS.to_vec(), nonce: offer.nonce.clone() };
    let hello = JsValue::from_str(&serde_json::to_string(&hello).unwrap_or_default());
    for target in &offer.targets {
        // The browser delivers it to no other origin.
        let _ = parent.post_message(&hello, target);
    }
    spawn(async move {
        timers::sleep(PATIENCE_MS).await;
        listening.take();
        if connection::is_at(Phase::Connecting) || connection::is_at(Phase::Greeted) {
            connection::refuse(PanelErrorCode::HandshakeTimeout);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "https://crm.example.com";
    const OWN: &str = "https://panel.example.com";

    fn listed(origins: &[&str]) -> Vec<String> {
        origins.iter().map(|origin| (*origin).to_owned()).collect()
    }

    fn offer() -> Offer {
        Offer::new("n1".to_owned(), &listed(&[HOST, "https://b.example"]), OWN, None).unwrap()
    }

    fn accept(v: u16, nonce: &str) -> String {
        format!(r#"{{"type":"accept","protocol":"msi-panel","v":{v},"nonce":"{nonce}"}}"#)
    }

    fn verdict(change: impl FnOnce(&mut Heard<'_>)) -> Verdict {
        verdict_on(&accept(1, "n1"), change)
    }

    fn verdict_on(text: &str, change: impl FnOnce(&mut Heard<'_>)) -> Verdict {
        let mut heard = Heard { is_from_parent: true, origin: HOST, ports: 1, text: Some(text) };
        change(&mut heard);
        offer().judge(&heard)
    }

    #[test]
    fn e2_an_answer_comes_from_the_parent_of_a_listed_origin_with_the_number_and_one_port() {
        assert_eq!(verdict(|_| {}), Verdict::Accepted);
        assert_eq!(verdict(|heard| heard.origin = "https://b.example"), Verdict::Accepted);
        assert_eq!(verdict(|heard| heard.is_from_parent = false), Verdict::Ignored, "another frame");
        assert_eq!(verdict(|heard| heard.ports = 0), Verdict::Ignored);
        assert_eq!(verdict(|heard| heard.ports = 2), Verdict::Ignored);
        assert_eq!(verdict(|heard| heard.text = None), Verdict::Ignored, "no text");
        assert_eq!(verdict_on(&accept(1, "n2"), |_| {}), Verdict::Ignored, "of another page");
    }

    #[test]
    fn e4_look_alikes_of_a_listed_origin_are_others() {
        for origin in [
            "null",
            "",
            "http://crm.example.com",
            "https://crm.example.com:8443",
            "https://crm.example.com.evil.example",
            "https://evil-crm.example.com",
            "https://crm.example.com/",
            "https://CRM.example.com",
            "https://xn--crm-example.com",
            "https://\u{441}rm.example.com",
            OWN,
        ] {
            assert_eq!(verdict(|heard| heard.origin = origin), Verdict::Ignored, "{origin}");
        }
    }

    #[test]
    fn e7_a_version_that_is_not_spoken_ends_it() {
        assert_eq!(
            verdict_on(&accept(2, "n1"), |_| {}),
            Verdict::Refused(PanelErrorCode::VersionUnsupported)
        );
        let refusal = r#"{"type":"refuse","protocol":"msi-panel","nonce":"n1","code":"version_unsupported"}"#;
        assert_eq!(
            verdict_on(refusal, |heard| heard.ports = 0),
            Verdict::Refused(PanelErrorCode::VersionUnsupported)
        );
    }

    #[test]
    fn e1_it_is_offered_to_the_origins_that_are_listed_exactly() {
        let own_too = listed(&[HOST, OWN]);
        assert_eq!(Offer::new("n".to_owned(), &own_too, OWN, None).unwrap().targets, [HOST]);
        let around = |origins: &[&str]| {
            Offer::new("n".to_owned(), &own_too, OWN, Some(&listed(origins))).map(|offer| offer.targets)
        };
        assert_eq!(around(&[HOST]), Ok(listed(&[HOST])));
        assert_eq!(around(&["https://evil.example"]), Err(PanelErrorCode::HostNotListed));
        assert_eq!(
            around(&[HOST, "https://evil.example"]),
            Err(PanelErrorCode::HostNotListed),
            "around the host"
        );
        assert_eq!(around(&[OWN]), Err(PanelErrorCode::SameOrigin));
    }

    #[test]
    fn e1_a_list_with_anything_but_origins_is_not_used() {
        for bad in [
            "*",
            "https://*.example.com",
            "https://a.example/",
            "null",
            "a.example",
            "https://",
            "https://A.example",
        ] {
            assert_eq!(
                Offer::new("n".to_owned(), &listed(&[HOST, bad]), OWN, None),
                Err(PanelErrorCode::NoEmbedders),
                "{bad}"
            );
        }
        assert_eq!(Offer::new("n".to_owned(), &[], OWN, None), Err(PanelErrorCode::NoEmbedders));
    }

    #[test]
    fn e3_nothing_random_is_an_answer() {
        let offer = offer();
        let mut seed = 7_u64;
        for _ in 0..10_000 {
            let text: String = (0..40)
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    char::from(b" \"{}[]:,typeacnov1msi-l"[(seed >> 33) as usize % 23])
                })
                .collect();
            let heard = Heard { is_from_parent: true, origin: HOST, ports: 1, text: Some(&text) };
            assert_eq!(offer.judge(&heard), Verdict::Ignored, "{text}");
        }
    }
}
