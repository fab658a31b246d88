//! Questions to the DNS.

use std::net::{IpAddr, SocketAddr};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// A resolver; `None` where the system has none that can be used.
pub(super) struct Dns(Option<TokioResolver>);

/// What the DNS has said.
pub(super) enum Answer<T> {
    Found(T),
    /// There is nothing of that kind.
    Nothing,
    /// It has not answered.
    Failed(String),
}

impl Dns {
    pub(super) fn new(name_server: Option<SocketAddr>) -> Self {
        let builder = match name_server {
            None => TokioResolver::builder_tokio(),
            Some(address) => {
                let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()];
                let connections = connections.map(|mut connection| {
                    connection.port = address.port();
                    connection
                });
                let server = NameServerConfig::new(address.ip(), true, connections.into());
                let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
                Ok(TokioResolver::builder_with_config(config, TokioRuntimeProvider::default()))
            }
        };
        Self(builder.and_then(|builder| builder.build()).ok())
    }

    /// The texts of a name.
    pub(super) async fn texts(&self, name: &str) -> Answer<Vec<String>> {
        let Some(resolver) = &self.0 else { return Answer::Failed(NO_RESOLVER.to_owned()) };
        // With the dot, no other domain is tried.
        match resolver.txt_lookup(format!("{}.", name.trim_end_matches('.'))).await {
            Ok(found) => {
                let texts = found.answers().iter().filter_map(|record| match &record.data {
                    RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
                    _ => None,
                });
                Answer::Found(texts.collect())
            }
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Answer::Nothing,
            Err(error) => Answer::Failed(error.to_string()),
        }
    }

    /// The addresses of a name, or of an address itself.
    pub(super) async fn addresses(&self, name: &str) -> Answer<Vec<IpAddr>> {
        let Some(resolver) = &self.0 else { return Answer::Failed(NO_RESOLVER.to_owned()) };
        match resolver.lookup_ip(name).await {
            Ok(found) => Answer::Found(found.iter().collect()),
            Err(error) if error.is_no_records_found() || error.is_nx_domain() => Answer::Nothing,
            Err(error) => Answer::Failed(error.to_string()),
        }
    }
}

const NO_RESOLVER: &str = "the system names no name server";
