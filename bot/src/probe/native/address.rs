//! Which addresses a check must never connect to: everything that is not the public internet. Where
//! an address comes from is left to `resolve`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are not the public internet: network, prefix length, what it is. From IANA's
/// registry of special-purpose addresses; what is reserved or for documentation is on it too.
const SPECIAL_V4: [([u8; 4], u32, &str); 17] = [
    ([0, 0, 0, 0], 8, "an address of this host"),
    ([10, 0, 0, 0], 8, "a private address"),
    (
        [100, 64, 0, 0],
        10,
        "an address of a provider's inner network",
    ),
    // Alibaba Cloud's metadata service is 100.100.100.200, in the range above.
    ([127, 0, 0, 0], 8, "a loopback address"),
    (
        [169, 254, 0, 0],
        16,
        "a link-local address, where clouds keep their metadata",
    ),
    ([172, 16, 0, 0], 12, "a private address"),
    ([192, 0, 0, 0], 24, "a reserved address"),
    ([192, 0, 2, 0], 24, "an address for documentation"),
    ([192, 31, 196, 0], 24, "a reserved address"),
    ([192, 52, 193, 0], 24, "a reserved address"),
    ([192, 88, 99, 0], 24, "a relay of 6to4"),
    ([192, 168, 0, 0], 16, "a private address"),
    ([192, 175, 48, 0], 24, "a reserved address"),
    ([198, 18, 0, 0], 15, "an address for benchmarks"),
    ([198, 51, 100, 0], 24, "an address for documentation"),
    ([203, 0, 113, 0], 24, "an address for documentation"),
    // Multicast, reserved, broadcast, and the clouds' 240.0.0.0/4 inner networks.
    ([224, 0, 0, 0], 3, "a multicast or reserved address"),
];

/// Ranges of IPv6 within the global 2000::/3 that are not what they seem.
const SPECIAL_V6: [([u16; 8], u32, &str); 7] = [
    (
        [0x2001, 0, 0, 0, 0, 0, 0, 0],
        23,
        "a tunnel or protocol address",
    ),
    (
        [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0],
        32,
        "an address for documentation",
    ),
    (
        [0x2002, 0, 0, 0, 0, 0, 0, 0],
        16,
        "a 6to4 address, which hides an IPv4 address",
    ),
    (
        [0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0],
        48,
        "a reserved address",
    ),
    (
        [0x3ffe, 0, 0, 0, 0, 0, 0, 0],
        16,
        "an address of a network that is gone",
    ),
    (
        [0x3fff, 0, 0, 0, 0, 0, 0, 0],
        20,
        "an address for documentation",
    ),
    ([0x3fff, 0xffff, 0, 0, 0, 0, 0, 0], 32, "a reserved address"),
];

/// Tells why a check must not connect to `address`; `None` where it may.
///
/// An IPv6 address that carries an IPv4 address in it is refused whatever it carries: translators
/// and tunnels reach places that the address does not show.
#[must_use]
pub fn blocked(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => blocked_v4(address),
        IpAddr::V6(address) => blocked_v6(address),
    }
}

fn blocked_v4(address: Ipv4Addr) -> Option<&'static str> {
    let bits = address.to_bits();
    SPECIAL_V4
        .iter()
        .find(|(network, length, _)| {
            let mask = u32::MAX << (32 - length);
            bits & mask == u32::from_be_bytes(*network) & mask
        })
        .map(|(_, _, what)| *what)
}

fn blocked_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    if address.is_loopback() {
        return Some("a loopback address");
    }
    if segments[..6] == [0, 0, 0, 0, 0, 0xffff] || segments[..6] == [0; 6] {
        return Some("an IPv4 address in IPv6 clothes");
    }
    if segments[0] == 0x64 && segments[1] == 0xff9b {
        return Some("a NAT64 address, which hides an IPv4 address");
    }
    match segments[0] {
        0xfc00..=0xfdff => return Some("a private address"),
        0xfe80..=0xfeff => return Some("a link-local address"),
        0xff00..=0xffff => return Some("a multicast address"),
        // Only 2000::/3 is given out as global.
        0x2000..=0x3fff => {}
        _ => return Some("a reserved address"),
    }
    let bits = address.to_bits();
    SPECIAL_V6
        .iter()
        .find(|(network, length, _)| {
            let mask = u128::MAX << (128 - length);
            bits & mask == Ipv6Addr::from(*network).to_bits() & mask
        })
        .map(|(_, _, what)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Networks that must be refused whole: the first and the last address of each, and some between.
    const REFUSED: [&str; 36] = [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "100.100.100.200/32",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "169.254.169.254/32",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "::1/128",
        "::ffff:0:0/96",
        "::ffff:169.254.169.254/128",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "64:ff9b::a9fe:a9fe/128",
        "100::/64",
        "2001::/32",
        "2001:20::/28",
        "2001:db8::/32",
        "2002::/16",
        "2002:a9fe:a9fe::/48",
        "3fff::/20",
        "fc00::/7",
        "fd00:ec2::254/128",
        "fe80::/10",
        "ff00::/8",
    ];

    /// Public addresses next to the borders of those networks.
    const REACHED: [&str; 26] = [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "8.8.8.8",
        "2001:4860:4860::8888",
        "2606:4700::1111",
        "2a00:1450::1",
        "2003::1",
    ];

    fn of_network(network: &str) -> Vec<IpAddr> {
        let (first, length) = network.split_once('/').expect("a network");
        let length: u32 = length.parse().expect("a length");
        let steps = 9_u128;
        match first.parse().expect("an address") {
            IpAddr::V4(first) => {
                let span = u128::from((u64::from(u32::MAX) + 1) >> length) - 1;
                (0..=steps)
                    .map(|step| Ipv4Addr::from_bits(first.to_bits() + (span * step / steps) as u32))
                    .map(IpAddr::V4)
                    .collect()
            }
            IpAddr::V6(first) => {
                let span = u128::MAX.checked_shr(length).unwrap_or(0);
                (0..=steps)
                    .map(|step| Ipv6Addr::from_bits(first.to_bits() + span / steps * step))
                    .chain([Ipv6Addr::from_bits(first.to_bits() + span)])
                    .map(IpAddr::V6)
                    .collect()
            }
        }
    }

    #[test]
    fn three_hundred_addresses_that_are_not_public_are_refused() {
        let addresses: Vec<IpAddr> = REFUSED.iter().flat_map(|text| of_network(text)).collect();
        assert!(addresses.len() >= 300, "{}", addresses.len());
        for address in addresses {
            assert!(blocked(address).is_some(), "{address}");
        }
    }

    #[test]
    fn their_public_neighbours_are_reached() {
        for text in REACHED {
            let address = text.parse().expect("an address");
            assert_eq!(blocked(address), None, "{text}");
        }
    }
}
