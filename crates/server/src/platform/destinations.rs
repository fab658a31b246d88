//! Where requests may go whose addresses people enter: not into the network of the server, unless its operator allows it.
//!
//! A name is resolved for each connection, every address that it has is checked, and the connection goes to one of those:
//! a name that leads elsewhere a moment later changes nothing.

use std::error::Error;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// What the operator allows beside public addresses: a host by its name, or addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    Host(String),
    Net(IpNet),
}

impl FromStr for Allowed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Ok(net) = super::proxy::network(text) {
            return Ok(Self::Net(net));
        }
        match Host::parse(text) {
            Ok(Host::Domain(name)) => Ok(Self::Host(without_dot(&name).to_owned())),
            _ => Err("neither a host, nor an address, nor a network such as 10.0.0.0/8".to_owned()),
        }
    }
}

/// The name of a host without the dot that may end it.
fn without_dot(name: &str) -> &str {
    name.strip_suffix('.').unwrap_or(name)
}

/// Why nothing is sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("not a URL with a host")]
    NoUrl,
    #[error("not https")]
    NotHttps,
    #[error("it has a user or a password")]
    Credentials,
    #[error("the address is not a public one")]
    NotPublic,
}

/// Addresses that are no host's on the public internet, by the registries of special-purpose addresses (IANA), and what
/// clouds keep for themselves among the others.
const NOT_PUBLIC: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    // Shared by providers (CGNAT); some clouds have their metadata in it.
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    // The server that every machine of Azure asks.
    v4(168, 63, 129, 16, 32),
    // Link-local, with the metadata of most clouds.
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    // For documentation.
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    // AMT and AS112, which no webhook is behind.
    v4(192, 31, 196, 0, 24),
    // Multicast, and what is reserved.
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Of IPv6, hosts have what begins with these bits: no loopback, unique local, link-local or multicast address does, nor one
/// that has an address of IPv4 in it (`::ffff:`, NAT64).
const PUBLIC_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
const NOT_PUBLIC_V6: [Ipv6Net; 5] = [
    // Teredo, ORCHID and other protocols.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    // For documentation.
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
    // 6to4, which has an address of IPv4 in it.
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0], 48),
];

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), bits)
}

/// Whether an address is that of a host on the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            PUBLIC_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&address))
        }
    }
}

/// Where requests may go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Destinations(Arc<[Allowed]>);

impl Destinations {
    pub(crate) fn new(allowed: &[Allowed]) -> Self {
        Self(allowed.into())
    }

    /// Whether the operator lists a host.
    fn lists(&self, host: &str) -> bool {
        let host = without_dot(host);
        self.0.iter().any(|allowed| matches!(allowed, Allowed::Host(name) if name.eq_ignore_ascii_case(host)))
    }

    /// Whether the operator lists an address.
    fn lists_address(&self, address: IpAddr) -> bool {
        self.0.iter().any(|allowed| matches!(allowed, Allowed::Net(net) if net.contains(&address)))
    }

    /// Checks all of a URL that can be checked without resolving its name.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refusal> {
        let host = url.host().ok_or(Refusal::NoUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        let (is_listed, is_public) = match host {
            Host::Domain(name) => (self.lists(name), true),
            Host::Ipv4(address) => (self.lists_address(address.into()), is_public(address.into())),
            Host::Ipv6(address) => (self.lists_address(address.into()), is_public(address.into())),
        };
        match url.scheme() {
            "https" if is_listed || is_public => Ok(()),
            "https" => Err(Refusal::NotPublic),
            "http" if is_listed => Ok(()),
            _ => Err(Refusal::NotHttps),
        }
    }

    /// The addresses of a host to which a connection may be made.
    fn reachable(&self, host: &str, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Refusal> {
        // All of them: of a name with a good and a bad address, nobody knows which one is taken.
        let is_fine = |address: &SocketAddr| is_public(address.ip()) || self.lists_address(address.ip());
        if self.lists(host) || found.iter().all(is_fine) { Ok(found) } else { Err(Refusal::NotPublic) }
    }
}

impl Resolve for Destinations {
    fn resolve(&self, name: Name) -> Resolving {
        let destinations = self.clone();
        Box::pin(async move {
            let host = name.as_str();
            let found = tokio::net::lookup_host((host, 0)).await?.collect();
            let addresses = destinations.reachable(host, found)?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether a request failed as its host has an address that is not allowed.
pub(crate) fn is_refused(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if cause.is::<Refusal>() {
            return true;
        }
        source = cause.source();
    }
    false
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(name) => f.write_str(name),
            Self::Net(net) => net.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowing(allowed: &[&str]) -> Destinations {
        let allowed: Vec<Allowed> = allowed.iter().map(|text| text.parse().unwrap()).collect();
        Destinations::new(&allowed)
    }

    fn checked(destinations: &Destinations, url: &str) -> Result<(), Refusal> {
        Url::parse(url).map_or(Err(Refusal::NoUrl), |url| destinations.check(&url))
    }

    #[test]
    fn n5_no_spelling_of_an_inner_address_is_a_destination() {
        let none = Destinations::default();
        for host in [
            // Loopback, in all ways in which it can be written.
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7F.0.0.1",
            "017700000001",
            "0177.0.0.1",
            "127.000.000.001",
            "127.255.255.254",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "\u{ff11}27.0.0.1",
            "127\u{3002}0\u{3002}0\u{3002}1",
            // Unspecified, private, shared.
            "0.0.0.0",
            "0",
            "[::]",
            "10.0.0.1",
            "10.255.255.255",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "3232235777",
            "100.64.0.1",
            "100.127.255.255",
            "[fc00::1]",
            "[fd12:3456::1]",
            // Metadata of clouds.
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "[fd00:ec2::254]",
            "100.100.100.200",
            "168.63.129.16",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            // Link-local, multicast, reserved, broadcast.
            "169.254.0.1",
            "[fe80::1]",
            "224.0.0.1",
            "239.255.255.250",
            "[ff02::1]",
            "240.0.0.1",
            "255.255.255.255",
            // Documentation, benchmarks, protocols.
            "192.0.2.1",
            "198.51.100.7",
            "203.0.113.9",
            "198.18.0.1",
            "192.0.0.8",
            "192.88.99.1",
            "[2001:db8::1]",
            "[3fff::1]",
            "[2001::1]",
            "[2001:10::1]",
            "[100::1]",
            "[64:ff9b:1::1]",
            "[5f00::1]",
            "[4000::1]",
        ] {
            assert_eq!(checked(&none, &format!("https://{host}/hook")), Err(Refusal::NotPublic), "{host}");
            assert_eq!(checked(&none, &format!("http://{host}:8080/hook")), Err(Refusal::NotHttps), "{host}");
        }
        for host in [
            "8.8.8.8",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "[2606:4700::1111]",
            "[2a00:1450::1]",
            "hooks.example.com",
        ] {
            assert_eq!(checked(&none, &format!("https://{host}:8443/hook?a=b")), Ok(()), "{host}");
            assert_eq!(checked(&none, &format!("http://{host}/hook")), Err(Refusal::NotHttps), "{host}");
        }
    }

    #[test]
    fn n5_other_schemes_and_credentials_are_refused_whatever_is_listed() {
        let listed = allowing(&["hooks.internal", "127.0.0.0/8"]);
        for url in [
            "ftp://hooks.internal/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "mailto:a@example.com",
            "hooks",
            "",
        ] {
            assert!(checked(&listed, url).is_err(), "{url}");
        }
        for url in
            ["https://user@hooks.internal/", "https://:secret@hooks.internal/", "http://a:b@127.0.0.1/"]
        {
            assert_eq!(checked(&listed, url), Err(Refusal::Credentials), "{url}");
        }
    }

    #[test]
    fn n5_what_the_operator_lists_is_a_destination_also_without_tls() {
        let listed = allowing(&["Hooks.Internal", "10.1.0.0/16", " 127.0.0.1 ", "fd00::/64"]);
        for host in ["hooks.internal", "HOOKS.internal.", "10.1.2.3", "127.0.0.1", "2130706433", "[fd00::7]"]
        {
            assert_eq!(checked(&listed, &format!("http://{host}:99/")), Ok(()), "{host}");
            assert_eq!(checked(&listed, &format!("https://{host}/")), Ok(()), "{host}");
        }
        for host in ["10.2.0.1", "127.0.0.2", "[fd00:1::7]", "[::ffff:10.1.2.3]"] {
            assert_eq!(checked(&listed, &format!("https://{host}/")), Err(Refusal::NotPublic), "{host}");
        }
        for bad in ["", "10.0.0.0/33", "a b", "http://hooks.internal"] {
            assert!(bad.parse::<Allowed>().is_err(), "{bad}");
        }
    }

    #[test]
    fn n5_a_name_is_refused_if_any_of_its_addresses_is() {
        let at = |text: &str| SocketAddr::new(text.parse().unwrap(), 0);
        let none = Destinations::default();
        assert_eq!(
            none.reachable("a.example", vec![at("8.8.8.8"), at("2606:4700::1")]),
            Ok(vec![at("8.8.8.8"), at("2606:4700::1")])
        );
        for inner in ["10.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"] {
            let found = vec![at("8.8.8.8"), at(inner)];
            assert_eq!(none.reachable("a.example", found.clone()), Err(Refusal::NotPublic), "{inner}");
            assert_eq!(allowing(&["a.example"]).reachable("A.example.", found.clone()), Ok(found));
        }
        let found = vec![at("10.0.0.1")];
        assert_eq!(allowing(&["10.0.0.0/8"]).reachable("a.example", found.clone()), Ok(found));
    }

    #[tokio::test]
    async fn n5_a_connection_to_a_name_of_this_machine_is_not_even_tried() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = |destinations: &Destinations| {
            let client = crate::platform::outbound::guarded(destinations).unwrap();
            client.get(format!("http://localhost:{port}/")).send()
        };
        let error = asked(&Destinations::default()).await.unwrap_err();
        assert!(is_refused(&error), "{error:?}");
        // One that is allowed arrives, and nothing arrived before it.
        let allowed = allowing(&["localhost"]);
        tokio::select! {
            answer = asked(&allowed) => panic!("{answer:?}"),
            arrived = listener.accept() => assert!(arrived.is_ok()),
        }
    }
}
