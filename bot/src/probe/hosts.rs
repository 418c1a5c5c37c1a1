//! Which host a native check goes to: one that the operator wrote beside the target, or one that the
//! platform says is the project's. No other, whoever asks.

use crate::logic::catalogue::Hosts;

/// Gives the host to check and all that are allowed, where the operator's list suffices.
#[must_use]
pub fn listed(hosts: &Hosts) -> Option<(String, Vec<String>)> {
    let listed: Vec<String> = hosts.listed.iter().map(ToString::to_string).collect();
    let host = match &hosts.wanted {
        Some(wanted) => listed.iter().find(|host| *host == wanted.as_str())?.clone(),
        None => listed.first()?.clone(),
    };
    Some((host, listed))
}

/// Gives the host to check and all that are allowed, from the addresses that the platform printed.
///
/// # Errors
/// Why there is none: a fragment without a full stop.
pub fn routed(hosts: &Hosts, printed: &str) -> Result<(String, Vec<String>), String> {
    let mut own: Vec<String> = hosts.listed.iter().map(ToString::to_string).collect();
    for line in printed.lines() {
        let host = url::Url::parse(line.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .and_then(|url| url.host_str().map(str::to_owned));
        own.extend(host.filter(|host| !own.contains(host)));
    }
    let first = own
        .first()
        .ok_or("the environment has no address of its own: has it been deployed?")?;
    match &hosts.wanted {
        None => Ok((first.clone(), own)),
        Some(wanted) if own.iter().any(|host| host == wanted.as_str()) => {
            Ok((wanted.to_string(), own))
        }
        Some(wanted) => Err(format!(
            "`{wanted}` is not a host of this environment; its hosts are `{}`",
            own.join("`, `")
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logic::target::HostName;

    fn hosts(wanted: Option<&str>, listed: &[&str]) -> Hosts {
        let name = |text: &str| HostName::new(text).expect("a host name");
        Hosts {
            wanted: wanted.map(name),
            listed: listed.iter().map(|text| name(text)).collect(),
            routes: Vec::new(),
        }
    }

    #[test]
    fn only_the_projects_own_hosts_are_reached() {
        let printed =
            "https://www.shop.example/\nhttp://www.shop.example/\nhttps://shop.example/\nW: note\n";
        let find =
            |wanted, list: &[&str]| routed(&hosts(wanted, list), printed).map(|(host, _)| host);
        assert_eq!(find(None, &[]), Ok("www.shop.example".to_owned()));
        assert_eq!(
            find(Some("shop.example"), &[]),
            Ok("shop.example".to_owned())
        );
        assert_eq!(
            find(Some("evil.example"), &[]),
            Err(
                "`evil.example` is not a host of this environment; its hosts are \
                 `www.shop.example`, `shop.example`"
                    .to_owned()
            )
        );
        assert_eq!(
            listed(&hosts(None, &["a.example"])).map(|(host, _)| host),
            Some("a.example".to_owned())
        );
        assert!(listed(&hosts(Some("b.example"), &["a.example"])).is_none());
        assert!(routed(&hosts(None, &[]), "").is_err());
    }
}
