//! From what a probe touches to what the kernel lets its program reach: folders and TCP ports.

use super::home::{Home, Scratch};
use super::order::Access;
use super::program::Program;
use super::sandbox;
use crate::logic::catalogue::{Permission, Touch};

/// Gives what one run may touch.
#[must_use]
pub fn of(
    touches: &[Permission],
    program: &Program,
    home: &Home,
    scratch: &Scratch,
    named: &[(String, String)],
) -> Access {
    let mut access = sandbox::base_access();
    access.read.push(program.path().to_owned());
    access.write.push(scratch.path().to_owned());
    access.write.extend(home.writable());
    access.ports = touches
        .iter()
        .flat_map(|permission| ports(permission.touch, named))
        .collect();
    access
}

/// Gives the ports that go with a touch: the usual ones, or those of the operator's own variables.
fn ports(touch: Touch, named: &[(String, String)]) -> Vec<u16> {
    let value = |wanted: &str| {
        let mut variables = named.iter();
        variables
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    match touch {
        Touch::UpsunApi => {
            let addresses = ["UPSUN_CLI_API_URL", "UPSUN_CLI_AUTH_URL", "HTTPS_PROXY"];
            let theirs = addresses
                .iter()
                .filter_map(|name| value(name))
                .filter_map(|text| url::Url::parse(text).ok()?.port_or_known_default());
            std::iter::once(443).chain(theirs).collect()
        }
        Touch::UpsunSsh => {
            let options = value("UPSUN_CLI_SSH_OPTIONS").unwrap_or_default();
            let theirs = options.lines().filter_map(|line| {
                let (name, port) = line.trim().split_once(char::is_whitespace)?;
                name.eq_ignore_ascii_case("port")
                    .then(|| port.trim().parse().ok())?
            });
            std::iter::once(22).chain(theirs).collect()
        }
        // Over TCP where an answer is too long for UDP.
        Touch::Dns => vec![53],
        // Reached by the bot's own checks, not by the program; and folders have no port.
        Touch::AppUrl | Touch::CliHome => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_the_usual_ones_and_the_operators_own() {
        let named = [
            ("UPSUN_CLI_API_URL", "http://127.0.0.1:4001"),
            ("UPSUN_CLI_AUTH_URL", "https://auth.example"),
            ("UPSUN_CLI_SSH_OPTIONS", "HostName 127.0.0.1\nPort 4022"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(ports(Touch::UpsunApi, &named), [443, 4001, 443]);
        assert_eq!(ports(Touch::UpsunSsh, &named), [22, 4022]);
        assert!(ports(Touch::CliHome, &named).is_empty());
    }
}
