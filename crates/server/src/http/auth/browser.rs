//! Where a request comes from, as its owner would name it.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header;
use axum::http::request::Parts;

use crate::http::auth::device;
use crate::services::sessions::Browser;
use crate::state::App;
use crate::state::limiter::network;

impl FromRequestParts<App> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let named = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let client = peer.map(|ConnectInfo(peer)| app.config.client(peer.ip(), &parts.headers));
        Ok(Self {
            name: named.map(api_types::browser_name).unwrap_or_default(),
            network: client.map(|client| network(client).to_string()).unwrap_or_default(),
            known_by: device::tokens(app, &parts.headers).map(str::to_owned).collect(),
        })
    }
}
