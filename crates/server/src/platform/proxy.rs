//! The address of the client, when proxies forward its request.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use ipnet::IpNet;
use strum::IntoStaticStr;

/// The header in which proxies name their client. Only one of them is trusted: a proxy that sets one passes the others
/// on as the client wrote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, IntoStaticStr)]
#[strum(serialize_all = "kebab-case", const_into_str)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses, each proxy adds its own at the end.
    XForwardedFor,
    /// `Forwarded` (RFC 7239): the same as `for=`.
    Forwarded,
    /// `X-Real-IP`: one address.
    XRealIp,
}

impl ForwardedHeader {
    /// The address in an element of the header, if it is one.
    fn address(self, element: &str) -> Option<IpAddr> {
        match self {
            Self::XForwardedFor | Self::XRealIp => address(element.trim()),
            Self::Forwarded => element.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                name.trim().eq_ignore_ascii_case("for").then(|| address(value.trim().trim_matches('"')))?
            }),
        }
    }
}

/// An address, perhaps with a port.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || SocketAddr::from_str(text).ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// Reads a network, as 10.0.0.0/8 or as one address.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "neither an address nor a network such as 10.0.0.0/8".to_owned())
}

/// Whether these networks hold every address, so that anybody may say where a request comes from.
pub(crate) fn trusts_everybody(trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.prefix_len() == 0)
}

/// The client of the outermost trusted proxy. A client that reaches the server without a proxy may write anything into
/// the header.
pub(crate) fn client(trusted: &[IpNet], header: ForwardedHeader, peer: IpAddr, head: &HeaderMap) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    let values: Vec<&str> =
        head.get_all(header.into_str()).iter().map(|value| value.to_str().unwrap_or_default()).collect();
    // The last elements were added by the nearest proxies.
    for element in values.iter().rev().flat_map(|value| value.rsplit(',')) {
        if !is_trusted(client) {
            break;
        }
        match header.address(element) {
            Some(before) => client = before,
            None => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;
    use ForwardedHeader::{Forwarded, XForwardedFor, XRealIp};

    fn from(peer: &str, header: ForwardedHeader, lines: &[(&'static str, &'static str)]) -> String {
        let trusted = ["10.0.0.0/8", "127.0.0.1", "2001:db8::/32"].map(|text| network(text).unwrap());
        let mut head = HeaderMap::new();
        for (name, value) in lines {
            head.append(*name, value.parse().unwrap());
        }
        client(&trusted, header, peer.parse().unwrap(), &head).to_string()
    }

    #[test]
    fn a12_a_network_of_every_address_is_told() {
        let trusts = |texts: &[&str]| {
            trusts_everybody(&texts.iter().map(|text| network(text).unwrap()).collect::<Vec<_>>())
        };
        assert!(trusts(&["10.0.0.0/8", "0.0.0.0/0"]) && trusts(&["::/0"]));
        assert!(!trusts(&["10.0.0.0/8", "::1"]) && !trusts(&[]));
    }

    #[test]
    fn a12_only_a_trusted_proxy_says_where_a_request_comes_from() {
        let said = [("x-forwarded-for", "203.0.113.9")];
        assert_eq!(from("10.1.2.3", XForwardedFor, &said), "203.0.113.9");
        assert_eq!(from("::ffff:10.1.2.3", XForwardedFor, &said), "203.0.113.9");
        assert_eq!(from("2001:db8::7", XForwardedFor, &said), "203.0.113.9");
        assert_eq!(from("192.0.2.1", XForwardedFor, &said), "192.0.2.1", "anybody can write a header");
        assert_eq!(from("10.1.2.3", XForwardedFor, &[]), "10.1.2.3");
    }

    #[test]
    fn a12_what_the_client_wrote_itself_is_not_believed() {
        let said = [("x-forwarded-for", "198.51.100.1, 203.0.113.9, 10.0.0.7")];
        assert_eq!(from("127.0.0.1", XForwardedFor, &said), "203.0.113.9");
        let lines = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.9, 10.0.0.7")];
        assert_eq!(from("127.0.0.1", XForwardedFor, &lines), "203.0.113.9");
        let rubbish = [("x-forwarded-for", "203.0.113.9, <script>")];
        assert_eq!(from("127.0.0.1", XForwardedFor, &rubbish), "127.0.0.1");
        let all_ours = [("x-forwarded-for", "10.0.0.9, 10.0.0.8")];
        assert_eq!(from("127.0.0.1", XForwardedFor, &all_ours), "10.0.0.9");
    }

    #[test]
    fn a12_one_header_is_believed() {
        let both = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=203.0.113.9;proto=https")];
        assert_eq!(from("10.0.0.1", XForwardedFor, &both), "198.51.100.1");
        assert_eq!(from("10.0.0.1", Forwarded, &both), "203.0.113.9");
        assert_eq!(from("10.0.0.1", XRealIp, &both), "10.0.0.1");
        let quoted = [("forwarded", "proto=https;For=\"[2606:4700::17]:4711\"")];
        assert_eq!(from("10.0.0.1", Forwarded, &quoted), "2606:4700::17");
        assert_eq!(from("10.0.0.1", XForwardedFor, &[("x-forwarded-for", "192.0.2.1:4711")]), "192.0.2.1");
        assert_eq!(from("10.0.0.1", XRealIp, &[("x-real-ip", "2606:4700::17")]), "2606:4700::17");
        assert_eq!(from("10.0.0.1", Forwarded, &[("forwarded", "for=unknown")]), "10.0.0.1");
    }

    #[test]
    fn networks_are_read() {
        assert_eq!(network(" 10.0.0.1").unwrap().to_string(), "10.0.0.1/32");
        assert!(network("10.0.0.0/33").is_err() && network("proxy").is_err());
    }
}
