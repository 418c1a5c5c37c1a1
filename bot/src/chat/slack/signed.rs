//! Whether a call over HTTP is Slack's: its signature over the time and the body, and that the time is
//! about now. The clock is whose who asks, so that the edges of the time can be tried.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use crate::logic::digest::read_hex;

/// The header with the signature.
pub const SIGNATURE: &str = "x-slack-signature";
/// The header with the time of the call, in seconds.
pub const TIME: &str = "x-slack-request-timestamp";

/// How far the time of a call may be from ours, either way: Slack's own figure. What is repeated within
/// it is known by its id.
const OFF_BY: i64 = 5 * 60;

/// What stands before a signature and within what is signed: its version, the only one.
const VERSION: &str = "v0";

/// Knows Slack's calls.
pub struct Verifier(SecretString);

impl Verifier {
    /// Makes one that knows calls which are signed with this secret. None is, with an empty one.
    #[must_use]
    pub fn new(signing: &SecretString) -> Self {
        Self(signing.clone())
    }

    /// Tells whether the signature holds for exactly this time and body, and the time is about `now`.
    #[must_use]
    pub fn holds(&self, (signature, time): (&str, &str), body: &[u8], now: Timestamp) -> bool {
        let secret = self.0.expose_secret();
        let given: Option<[u8; 32]> = signature
            .strip_prefix(VERSION)
            .and_then(|rest| rest.strip_prefix('='))
            .and_then(read_hex);
        let (Some(given), false) = (given, secret.is_empty()) else {
            return false;
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
            .expect("HMAC takes keys of any length");
        for part in [VERSION.as_bytes(), b":", time.as_bytes(), b":", body] {
            mac.update(part);
        }
        // In constant time: how much of a guess was right is not to be learnt.
        mac.verify_slice(&given).is_ok() && is_about(time, now)
    }
}

fn is_about(time: &str, now: Timestamp) -> bool {
    let off = time
        .parse::<i64>()
        .ok()
        .and_then(|time| now.as_second().checked_sub(time));
    off.is_some_and(|off| (-OFF_BY..=OFF_BY).contains(&off))
}
