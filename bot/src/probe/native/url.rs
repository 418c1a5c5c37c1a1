//! Which addresses of the web a check may ask for at all, before any name is resolved.

use std::net::IpAddr;

use url::{Host, Url};

/// Characters of an address at most: what is longer is no address that a person means.
const LONGEST: usize = 2_048;

/// Ports that the web is served on.
const PORTS: [u16; 2] = [80, 443];

/// An address that passed, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether to speak TLS.
    pub secure: bool,
    /// The host as the address has it, without the brackets of IPv6.
    pub host: String,
    /// The host's address, where it is one and not a name.
    pub literal: Option<IpAddr>,
    /// The port.
    pub port: u16,
    /// Path and query, `/` at the head.
    pub path: String,
}

impl Place {
    /// Checks an address that is whole.
    ///
    /// # Errors
    /// Why it may not be asked for: a fragment without a full stop.
    pub fn of(text: &str, more_ports: &[u16]) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("the address is longer than {LONGEST} characters"));
        }
        let url = Url::parse(text).map_err(|error| format!("the address is no URL: {error}"))?;
        Self::of_url(&url, more_ports)
    }

    /// Checks where an answer from this place redirects to.
    ///
    /// # Errors
    /// As [`Place::of`].
    pub fn redirected(&self, location: &str, more_ports: &[u16]) -> Result<Self, String> {
        if location.len() > LONGEST {
            return Err(format!("the address is longer than {LONGEST} characters"));
        }
        let here = Url::parse(&self.to_string())
            .map_err(|error| format!("the address is no URL: {error}"))?;
        let url = here
            .join(location)
            .map_err(|error| format!("the address is no URL: {error}"))?;
        Self::of_url(&url, more_ports)
    }

    fn of_url(url: &Url, more_ports: &[u16]) -> Result<Self, String> {
        let secure = match url.scheme() {
            "http" => false,
            "https" => true,
            other => return Err(format!("`{other}` is neither http nor https")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the address holds a user name or password".to_owned());
        }
        let no_host = || "the address has no host".to_owned();
        let host = match url.host().ok_or_else(no_host)? {
            // Without its final dots a name may be an address: `127.0.0.1..`, or `0..` for 0.0.0.0.
            Host::Domain(name) => Host::parse(name.trim_end_matches('.')).map_err(|_| no_host())?,
            host => host.to_owned(),
        };
        let (host, literal) = match host {
            Host::Domain(name) => (name, None),
            Host::Ipv4(address) => (address.to_string(), Some(IpAddr::V4(address))),
            Host::Ipv6(address) => (address.to_string(), Some(IpAddr::V6(address))),
        };
        let port = url.port_or_known_default().unwrap_or_default();
        if !PORTS.contains(&port) && !more_ports.contains(&port) {
            return Err(format!("port {port} is not one that the web is served on"));
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self {
            secure,
            host,
            literal,
            port,
            path,
        })
    }

    /// Gives the same place over plain HTTP, on its usual port.
    #[must_use]
    pub fn in_plain(&self) -> Self {
        Self {
            secure: false,
            port: 80,
            ..self.clone()
        }
    }

    /// Gives host and, where it is not the scheme's own, port: what stands in the `Host` header.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = match self.literal {
            Some(IpAddr::V6(address)) => format!("[{address}]"),
            _ => self.host.clone(),
        };
        match (self.secure, self.port) {
            (true, 443) | (false, 80) => host,
            (_, port) => format!("{host}:{port}"),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logic::tries::tries;
    use crate::probe::native::blocked;

    /// Ways to write an address that means this host, its network or its cloud's metadata.
    const SPELLINGS: [&str; 34] = [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://169.254.43518/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1/",
        "http://\u{2460}\u{2461}\u{2466}.\u{24ea}.\u{24ea}.\u{2460}/",
        "http://127\u{3002}0\u{3002}0\u{3002}1/",
        "http://127.0.0.1./",
        "http://12\u{ad}7.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http:127.0.0.1",
        "http:///127.0.0.1/",
        "http://127.0.0.1%2f/",
        "http://100.100.100.200/",
    ];

    #[test]
    fn every_spelling_of_an_inner_address_is_refused_or_seen_through() {
        for text in SPELLINGS {
            let Ok(place) = Place::of(text, &[]) else {
                continue;
            };
            let literal = place
                .literal
                .unwrap_or_else(|| panic!("{text} became a name: {place}"));
            assert!(blocked(literal).is_some(), "{text} became {literal}");
        }
    }

    #[test]
    fn what_is_not_the_web_is_refused_with_the_reason() {
        let cases = [
            ("gopher://127.0.0.1/", "`gopher` is neither http nor https"),
            ("file:///etc/passwd", "`file` is neither http nor https"),
            (
                "http://user@example.com/",
                "the address holds a user name or password",
            ),
            (
                "http://:pw@example.com/",
                "the address holds a user name or password",
            ),
            ("http://example.com\\@127.0.0.1/", ""),
            (
                "http://example.com:22/",
                "port 22 is not one that the web is served on",
            ),
            (
                "https://example.com:8443/",
                "port 8443 is not one that the web is served on",
            ),
            (
                "//example.com/",
                "the address is no URL: relative URL without a base",
            ),
            ("http://", "the address is no URL: empty host"),
        ];
        for (text, expected) in cases {
            match Place::of(text, &[]) {
                Err(reason) => assert_eq!(reason, expected, "{text}"),
                // The backslash is a slash, so that the `@` is part of the path.
                Ok(place) => assert_eq!(place.to_string(), "http://example.com/@127.0.0.1/"),
            }
        }
        let long = format!("http://example.com/{}", "a".repeat(3_000));
        assert!(Place::of(&long, &[]).is_err());
    }

    #[test]
    fn redirects_are_read_against_where_they_came_from() {
        let place = Place::of("https://example.com/a/b?c", &[]).expect("an address");
        let cases = [
            ("/x", "https://example.com/x"),
            ("x", "https://example.com/a/x"),
            ("//other.example/", "https://other.example/"),
            ("http://other.example", "http://other.example/"),
            (
                "javascript:alert(1)",
                "`javascript` is neither http nor https",
            ),
            (
                "https://a@b.example/",
                "the address holds a user name or password",
            ),
        ];
        for (location, expected) in cases {
            let said = match place.redirected(location, &[]) {
                Ok(place) => place.to_string(),
                Err(reason) => reason,
            };
            assert_eq!(said, expected, "{location}");
        }
    }

    /// Pieces that addresses are made of, and that break those who read them.
    fn address() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ -~]{0,6}",
            "\\PC{0,4}",
            prop::sample::select(vec![
                "http://",
                "https://",
                "HTTP:",
                "ftp://",
                "gopher://",
                "file:///",
                "javascript:",
                "//",
                "/",
                "\\",
                "@",
                ":",
                "#",
                "?",
                "%00",
                "%0d%0a",
                "\t",
                "\n",
                "user:pass@",
                "127.0.0.1",
                "0x7f.1",
                "2130706433",
                "[::1]",
                "[::ffff:10.0.0.1]",
                "localhost",
                "169.254.169.254",
                "www.example.com",
                "\u{ff11}27.0.0.1",
                ":443",
                ":80",
                ":22",
                "..",
                "HTTP/1.1",
                "Host: x",
            ])
            .prop_map(str::to_owned),
        ];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    /// What is true of every place that a check may ask for.
    fn is_fit(place: &Place) -> bool {
        let text = place.to_string();
        let scheme = if place.secure { "https://" } else { "http://" };
        let plain = |text: &str| text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
        text.starts_with(scheme)
            && !place.authority().contains('@')
            && place.path.starts_with('/')
            && plain(&place.path)
            && plain(&place.host)
            && !place.host.is_empty()
            && PORTS.contains(&place.port)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(tries(2_000, 1_000_000)))]

        #[test]
        fn whatever_is_typed_or_redirected_to_a_place_is_plain_web_without_credentials(text in address(), scheme in any::<bool>()) {
            let text = if scheme { format!("https://{text}") } else { text };
            if let Ok(place) = Place::of(&text, &[]) {
                prop_assert!(is_fit(&place), "{:?}", place);
                let again = Place::of(&place.to_string(), &[]);
                prop_assert_eq!(again, Ok(place));
            }
            let here = Place::of("https://www.example.com/a", &[]).expect("a place");
            if let Ok(place) = here.redirected(&text, &[]) {
                prop_assert!(is_fit(&place), "{:?}", place);
            }
        }
    }
}
