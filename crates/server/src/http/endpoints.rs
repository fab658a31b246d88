//! Authorisation: what holds for each endpoint before its handler is asked. The table itself is `routes::endpoints`.

use std::sync::Arc;

use api_types::embed::PanelFlow;
use api_types::paths;
use axum::http::Method;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::state::App;

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody; each call counts as an attempt to sign in. The handler takes an `Asker` and says what the attempt is
    /// counted against.
    Credentials,
    /// Backends of embedding hosts, with an API key, which the handler recognises.
    ApiKey,
    /// Browsers by themselves: without the app's proof, without a session, and rate-limited.
    Browser,
    /// Every signed-in user, about themselves.
    SignedIn,
    /// Administrators.
    Admin,
}

/// Whether requests carry an idempotency key, so that repeating one has no second effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    None,
    /// `Idempotency-Key` is required.
    Required,
}

/// The rules of an endpoint: neither panels nor command lines may call it unless they say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    pub access: Access,
    pub key: Key,
    is_secret: bool,
    is_proven: bool,
    is_without_factor: bool,
    flows: &'static [PanelFlow],
    narrow: Option<(PanelFlow, Fields)>,
    is_of_command_lines: bool,
}

/// The fields of a body that a request may contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields(pub(crate) &'static [&'static str]);

pub(crate) const ANYONE: Rules = Rules::of(Access::Anyone);
pub(crate) const CREDENTIALS: Rules = Rules::of(Access::Credentials).takes_secret();
pub(crate) const API_KEY: Rules = Rules::of(Access::ApiKey).takes_secret();
pub(crate) const BROWSER: Rules = Rules::of(Access::Browser);
pub(crate) const SIGNED_IN: Rules = Rules::of(Access::SignedIn);
pub(crate) const ADMIN: Rules = Rules::of(Access::Admin);

impl Rules {
    const fn of(access: Access) -> Self {
        Self {
            access,
            key: Key::None,
            is_secret: false,
            is_proven: false,
            is_without_factor: false,
            flows: &[],
            narrow: None,
            is_of_command_lines: false,
        }
    }

    /// Its requests carry an idempotency key.
    pub(crate) const fn keyed(self) -> Self {
        Self { key: Key::Required, ..self }
    }

    /// Its requests contain a secret: a password, a token of a link, a Client Secret.
    pub(crate) const fn takes_secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    /// What it does outlives the session, so that the user must have proved lately who they are: [`crate::services::proofs`].
    /// Handlers that only sometimes do such a thing ask for the proof themselves.
    pub(crate) const fn proven(self) -> Self {
        Self { is_proven: true, ..self }
    }

    /// It may be called by whoever needs a second factor and has none: it is about themselves, or about adding one.
    pub(crate) const fn without_factor(self) -> Self {
        Self { is_without_factor: true, ..self }
    }

    /// Panels with one of these flows may call it, as their screens need it. Nothing that is about signing in, passwords,
    /// the profile, API keys or the security of the account.
    pub(crate) const fn panels(self, flows: &'static [PanelFlow]) -> Self {
        Self { flows, ..self }
    }

    /// Of the body, panels with this flow change no other fields: the flow's screens send no more.
    pub(crate) const fn only(self, flow: PanelFlow, fields: &'static [&'static str]) -> Self {
        Self { narrow: Some((flow, Fields(fields))), ..self }
    }

    /// Command lines may call it with a key, which has the key's role: they invite people and export lists.
    pub(crate) const fn command_lines(self) -> Self {
        Self { is_of_command_lines: true, ..self }
    }

    /// Whether every request needs a fresh proof of who the user is.
    pub fn needs_proof(&self) -> bool {
        self.is_proven
    }

    /// Whether sessions may call it whose owner needs a second factor and has none.
    pub fn is_without_factor(&self) -> bool {
        self.is_without_factor
    }

    /// Whether panels that show this flow may call it.
    pub fn is_of_panel(&self, flow: PanelFlow) -> bool {
        self.flows.contains(&flow)
    }

    /// The fields that panels with this flow may change, if not all.
    pub(crate) fn fields(&self, flow: PanelFlow) -> Option<Fields> {
        self.narrow.filter(|(narrow, _)| *narrow == flow).map(|(_, fields)| fields)
    }

    /// Whether a command line may call it.
    pub fn is_of_command_line(&self) -> bool {
        self.is_of_command_lines
    }
}

/// An endpoint of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub method: Method,
    /// Below [`paths::BASE`].
    pub path: String,
    pub rules: Rules,
}

impl Endpoint {
    /// Whether it reads or sets the session's cookie.
    pub(crate) fn needs_cookie(&self) -> bool {
        matches!(self.rules.access, Access::SignedIn | Access::Admin) || self.path == paths::SESSION
    }

    /// Whether it signs out, which works also where the session cannot be looked up.
    pub(crate) fn signs_out(&self) -> bool {
        self.method == Method::DELETE && self.path == paths::SESSION
    }

    /// Whether its requests contain a secret.
    pub(crate) fn takes_secret(&self) -> bool {
        self.rules.is_secret
    }
}

/// Every endpoint. Requests to others are refused.
#[derive(Clone)]
pub(crate) struct Table(Arc<[Endpoint]>);

impl Table {
    /// Finds the endpoint of a request by its method and route template. `HEAD` is `GET` without the body.
    pub(crate) fn find(&self, method: &Method, path: &str) -> Option<&Endpoint> {
        let method = if method == Method::HEAD { &Method::GET } else { method };
        self.0.iter().find(|endpoint| endpoint.method == *method && endpoint.path == path)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.iter()
    }
}

/// Handlers with the rules that hold for them.
#[derive(Default)]
pub(crate) struct Endpoints {
    router: OpenApiRouter<App>,
    table: Vec<Endpoint>,
}

impl Endpoints {
    /// Adds a handler, whose description names its method and path.
    pub(crate) fn add(mut self, mut handler: UtoipaMethodRouter<App>, rules: Rules) -> Self {
        for (path, item) in &mut handler.1.paths {
            let methods = operations(item).map(|(method, _)| method);
            self.table.extend(methods.map(|method| Endpoint { method, path: path.clone(), rules }));
        }
        Self { router: self.router.routes(handler), ..self }
    }

    /// The handlers with their descriptions, and the rules.
    pub(crate) fn split(self) -> (OpenApiRouter<App>, Table) {
        (self.router, Table(self.table.into()))
    }
}

/// What the description of a path says of each method.
pub(crate) fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
