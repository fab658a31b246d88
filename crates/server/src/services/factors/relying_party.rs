//! For whom passkeys are made: the host of the public address. Pages of other sites use them where the configuration
//! names their origin (Related Origin Requests).

use url::{Host, Url};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::config::origins::Origins;
use crate::error::StartError;

/// The relying party; none where the public host is a number, for which browsers make no passkeys.
pub(crate) fn of(public_url: &Url, origins: &Origins, name: &str) -> Result<Option<Webauthn>, StartError> {
    let Some(Host::Domain(host)) = public_url.host() else { return Ok(None) };
    let mut builder = WebauthnBuilder::new(host, public_url)?.rp_name(name);
    for origin in further_origins(public_url, origins) {
        builder = builder.append_allowed_origin(&Url::parse(&origin)?);
    }
    Ok(Some(builder.build()?))
}

/// The origins of other sites whose pages may ask for passkeys.
pub(crate) fn further_origins(public_url: &Url, origins: &Origins) -> Vec<String> {
    let own = public_url.origin().ascii_serialization();
    let is_named = |origin: &str| {
        Url::parse(origin)
            .is_ok_and(|url| matches!(url.host(), Some(Host::Domain(host)) if host != "localhost"))
    };
    origins.iter().filter(|origin| *origin != own && is_named(origin)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(public_url: &str, further: &[&str]) -> (Option<Webauthn>, Vec<String>) {
        let public_url = Url::parse(public_url).unwrap();
        let further: Vec<_> = further.iter().map(|origin| (*origin).to_owned()).collect();
        let origins = Origins::new(&public_url, None, &further);
        (of(&public_url, &origins, "Acme").unwrap(), further_origins(&public_url, &origins))
    }

    #[test]
    fn a22_passkeys_are_for_the_public_host_and_the_origins_that_the_configuration_names() {
        assert!(party("http://127.0.0.1:8080", &[]).0.is_none());
        assert!(party("https://[::1]/", &[]).0.is_none());
        let (local, further) = party("http://localhost:8080", &[]);
        assert!(local.is_some() && further.is_empty(), "the twin of localhost is a number");
        let (party, further) = party("https://admin.example.com", &["https://console.example.org"]);
        let allowed: Vec<_> = party
            .unwrap()
            .get_allowed_origins()
            .iter()
            .map(|url| url.origin().ascii_serialization())
            .collect();
        assert_eq!(allowed, ["https://admin.example.com", "https://console.example.org"]);
        assert_eq!(further, ["https://console.example.org"]);
    }
}
