//! Turns a name into addresses once, refuses the lot where one of them is not public, and pins them:
//! what was checked is what is connected to, however often the name changes its mind.

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;

use super::address::blocked;

/// Addresses of one name at most.
const MOST_ADDRESSES: usize = 32;

/// A name's addresses, some time later.
pub type Addresses<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Something that knows the addresses of names.
pub trait Resolve: Send + Sync {
    /// Gives the addresses of a name.
    fn resolve<'a>(&'a self, host: &'a str) -> Addresses<'a>;
}

/// The resolver of this machine.
#[derive(Clone, Copy, Debug)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Addresses<'a> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Hosts that an operator sends elsewhere: `host:port` to an address, private or not. The one
/// exception to what is refused, and never a default.
pub type Detours = BTreeMap<String, SocketAddr>;

/// Gives the addresses that may be connected to for `host` and `port`.
///
/// # Errors
/// Why there are none: a fragment without a full stop.
pub async fn pin(
    resolver: &dyn Resolve,
    detours: &Detours,
    host: &str,
    port: u16,
) -> Result<Vec<SocketAddr>, String> {
    if let Some(address) = detours.get(&format!("{host}:{port}")) {
        return Ok(vec![*address]);
    }
    let addresses = match host.parse::<IpAddr>() {
        Ok(address) => vec![address],
        Err(_) => all(resolver, host).await?,
    };
    for address in &addresses {
        if let Some(what) = blocked(*address) {
            return Err(format!(
                "`{host}` is {address}, {what}: nothing is sent there"
            ));
        }
    }
    Ok(addresses
        .into_iter()
        .map(|address| SocketAddr::new(address, port))
        .collect())
}

/// Gives every address of a name, each once, in the resolver's order.
///
/// # Errors
/// Why there is none: a fragment without a full stop.
pub async fn all(resolver: &dyn Resolve, host: &str) -> Result<Vec<IpAddr>, String> {
    let found = resolver
        .resolve(host)
        .await
        .map_err(|error| format!("the name `{host}` does not resolve ({error})"))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found {
        if !addresses.contains(&address) && addresses.len() < MOST_ADDRESSES {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        return Err(format!("the name `{host}` has no address"));
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Gives another address each time it is asked, as a name that is rebound does.
    struct Rebinding {
        answers: Vec<Vec<IpAddr>>,
        asked: AtomicUsize,
    }

    impl Resolve for Rebinding {
        fn resolve<'a>(&'a self, _host: &'a str) -> Addresses<'a> {
            let n = self.asked.fetch_add(1, Ordering::Relaxed);
            let answer = self.answers[n % self.answers.len()].clone();
            Box::pin(async move { Ok(answer) })
        }
    }

    fn addresses(texts: &[&str]) -> Vec<IpAddr> {
        let parse = |text: &&str| text.parse().expect("an address");
        texts.iter().map(parse).collect()
    }

    #[tokio::test]
    async fn a_name_that_flips_never_gives_a_private_address() {
        let public = addresses(&["8.8.8.8", "2606:4700::1111"]);
        let resolver = Rebinding {
            answers: vec![
                public.clone(),
                addresses(&["127.0.0.1"]),
                addresses(&["8.8.8.8", "169.254.169.254"]),
                addresses(&["::ffff:10.0.0.1"]),
            ],
            asked: AtomicUsize::new(0),
        };
        let mut pinned = 0;
        for round in 1..=1_000 {
            if let Ok(found) = pin(&resolver, &Detours::new(), "flip.example", 443).await {
                let expected = public.iter().map(|ip| SocketAddr::new(*ip, 443));
                assert_eq!(found, expected.collect::<Vec<_>>());
                pinned += 1;
            }
            assert_eq!(
                resolver.asked.load(Ordering::Relaxed),
                round,
                "asked once a check"
            );
        }
        assert_eq!(pinned, 250);
    }

    #[tokio::test]
    async fn a_refusal_names_the_address_and_what_it_is() {
        let resolver = Rebinding {
            answers: vec![addresses(&["169.254.169.254"])],
            asked: AtomicUsize::new(0),
        };
        let refused = pin(&resolver, &Detours::new(), "metadata.example", 80).await;
        assert_eq!(
            refused,
            Err(
                "`metadata.example` is 169.254.169.254, a link-local address, where clouds keep \
                 their metadata: nothing is sent there"
                    .to_owned()
            )
        );
    }

    #[tokio::test]
    async fn only_an_operators_detour_leads_inside() {
        let inside = "127.0.0.1:8443".parse().expect("an address");
        let detours = Detours::from([("shop.example:443".to_owned(), inside)]);
        let resolver = Rebinding {
            answers: vec![addresses(&["10.0.0.1"])],
            asked: AtomicUsize::new(0),
        };
        assert_eq!(
            pin(&resolver, &detours, "shop.example", 443).await,
            Ok(vec![inside])
        );
        assert!(pin(&resolver, &detours, "shop.example", 80).await.is_err());
    }
}
