use std::collections::BTreeMap;

use form_urlencoded::parse;
use url::Url;

use crate::salesforce::app::{CLIENT_ID, SCOPES};
use crate::salesforce::host::Host;
use crate::salesforce::oauth_error::OAuthError;
use crate::salesforce::secret::Hashed;
use crate::salesforce::state::{Authorized, State};
use crate::salesforce::user::User;

/// A valid authorisation request.
#[derive(Clone, Debug)]
pub(super) struct Request {
    redirect_uri: String,
    /// What the app gets back, if it has sent something.
    state: Option<String>,
    challenge: Hashed,
    pub(super) scopes: Vec<String>,
    /// `prompt=login`: ask for the password, even of a user who is signed in.
    pub(super) wants_login: bool,
    /// `prompt=consent`: ask, even a user who has consented before.
    pub(super) wants_consent: bool,
    pub(super) login_hint: Option<String>,
    pub(super) display: Display,
}

/// The kind of window that shows the pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::salesforce) enum Display {
    #[default]
    Page,
    Popup,
    Touch,
}

/// Why a request is invalid.
#[derive(Clone, Debug)]
pub(super) enum Invalid {
    /// No part of the request can be trusted: a page tells the user, and the browser is not redirected.
    Untrusted(OAuthError),
    /// The app receives the error, by a redirect.
    Redirect(Url),
}

impl Request {
    /// Checks the query of an authorisation request.
    pub(super) fn parse(query: &str, state: &State) -> Result<Self, Invalid> {
        let mut fields = BTreeMap::new();
        let mut repeated = false;
        for (name, value) in parse(query.as_bytes()) {
            repeated |= fields.insert(name.into_owned(), value.into_owned()).is_some();
        }
        let field = |name: &str| fields.get(name).map(String::as_str).filter(|value| !value.is_empty());
        if repeated {
            return Err(Invalid::Untrusted(OAuthError::RepeatedParameter));
        }
        if field("client_id") != Some(CLIENT_ID) {
            return Err(Invalid::Untrusted(OAuthError::UnknownClient));
        }
        let Some(redirect_uri) = field("redirect_uri").filter(|uri| state.redirect_uris.contains(*uri))
        else {
            return Err(Invalid::Untrusted(OAuthError::RedirectUriMismatch));
        };
        let refuse = |error| Err(refusal(redirect_uri, field("state"), error));
        if field("response_type") != Some("code") {
            return refuse(OAuthError::UnsupportedResponseType);
        }
        let Some(challenge) = field("code_challenge") else { return refuse(OAuthError::MissingChallenge) };
        let challenge = Hashed::received(challenge);
        // A challenge is one by SHA-256, also without that word.
        let (None | Some("S256"), Some(challenge)) = (field("code_challenge_method"), challenge) else {
            return refuse(OAuthError::WrongChallenge);
        };
        let known = |scope: &str| SCOPES.iter().any(|(name, _)| *name == scope);
        let scopes: Vec<String> = match field("scope") {
            Some(scopes) => scopes.split_whitespace().map(str::to_owned).collect(),
            // Without any, all scopes of the app.
            None => ["api", "id", "refresh_token"].map(str::to_owned).to_vec(),
        };
        if !scopes.iter().all(|scope| known(scope)) {
            return refuse(OAuthError::InvalidScope);
        }
        let prompts =
            |wanted: &str| field("prompt").is_some_and(|prompt| prompt.split(' ').any(|word| word == wanted));
        Ok(Self {
            redirect_uri: redirect_uri.to_owned(),
            state: field("state").map(str::to_owned),
            challenge,
            scopes,
            wants_login: prompts("login"),
            wants_consent: prompts("consent"),
            login_hint: field("login_hint").map(str::to_owned),
            display: match field("display") {
                Some("popup") => Display::Popup,
                Some("touch") => Display::Touch,
                _ => Display::Page,
            },
        })
    }

    /// The redirect with an error.
    pub(super) fn refused(&self, error: OAuthError) -> Option<Url> {
        match refusal(&self.redirect_uri, self.state.as_deref(), error) {
            Invalid::Redirect(url) => Some(url),
            Invalid::Untrusted(_) => None,
        }
    }

    /// The redirect with a code.
    pub(super) fn allowed(&self, code: &str) -> Option<Url> {
        answer(&self.redirect_uri, self.state.as_deref(), &[("code", code)])
    }

    /// The authorisation that the code stands for.
    pub(super) fn authorized(&self, user: User, host: Host) -> Authorized {
        Authorized {
            user,
            host,
            redirect_uri: self.redirect_uri.clone(),
            challenge: self.challenge.clone(),
            scopes: self.scopes.clone(),
        }
    }
}

/// The query without `prompt=login`, once the user has signed in.
pub(super) fn without_login_prompt(query: &str) -> String {
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parse(query.as_bytes()) {
        if name == "prompt" {
            let others: Vec<_> = value.split(' ').filter(|word| *word != "login").collect();
            if !others.is_empty() {
                rest.append_pair(&name, &others.join(" "));
            }
        } else {
            rest.append_pair(&name, &value);
        }
    }
    rest.finish()
}

fn refusal(redirect_uri: &str, state: Option<&str>, error: OAuthError) -> Invalid {
    let fields = [("error", error.code()), ("error_description", error.description())];
    answer(redirect_uri, state, &fields).map_or(Invalid::Untrusted(error), Invalid::Redirect)
}

fn answer(redirect_uri: &str, state: Option<&str>, fields: &[(&str, &str)]) -> Option<Url> {
    let mut url = Url::parse(redirect_uri).ok()?;
    let mut query = url.query_pairs_mut();
    query.extend_pairs(fields);
    if let Some(state) = state {
        query.append_pair("state", state);
    }
    drop(query);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wish_for_a_password_is_met_once() {
        let query = "a=1&prompt=login+consent&b=x%26y";
        assert_eq!(without_login_prompt(query), "a=1&prompt=consent&b=x%26y");
        assert_eq!(without_login_prompt("prompt=login&a=1"), "a=1");
    }
}
