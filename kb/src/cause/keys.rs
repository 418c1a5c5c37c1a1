//! The keys of signatures' patterns: of the shipped ones from a file, since computing them takes
//! longer than answering; of an operator's own computed here. How, is `literal`'s business.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use super::literal;

/// A line a pattern: its digest and its keys, divided by tabs. A test holds it against the patterns;
/// `UPDATE_EXPECT=1 cargo test -p kb keys` writes it anew.
static SHIPPED: &str = include_str!("../../causes/keys.tsv");

/// A fixed text, in lower case, that a pattern may need.
type Key = Cow<'static, str>;

/// Gives texts of which at least one stands in every match of `pattern`, whatever its case.
///
/// `None` where the pattern does not parse or needs no fixed text.
pub(super) fn of(pattern: &str) -> Option<Vec<Key>> {
    static KNOWN: LazyLock<HashMap<u64, &str>> =
        LazyLock::new(|| SHIPPED.lines().filter_map(parse).collect());
    match KNOWN.get(&digest(pattern)) {
        Some(&"") => None,
        Some(keys) => Some(keys.split('\t').map(Cow::Borrowed).collect()),
        None => {
            let keys = literal::required(pattern)?;
            Some(keys.into_iter().map(Cow::Owned).collect())
        }
    }
}

fn parse(line: &'static str) -> Option<(u64, &'static str)> {
    let (digest, keys) = line.split_once('\t')?;
    Some((u64::from_str_radix(digest, 16).ok()?, keys))
}

/// FNV-1a, of which 64 bits tell a few thousand patterns apart; the standard library's hash may
/// change with the compiler.
fn digest(pattern: &str) -> u64 {
    pattern.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::{digest, literal, of};
    use crate::cause::Catalogue;

    fn patterns() -> Vec<&'static str> {
        let signatures = Catalogue::shipped()
            .causes()
            .iter()
            .flat_map(|cause| &cause.signatures);
        let mut patterns: Vec<&str> = signatures
            .flat_map(|signature| [Some(&signature.pattern), signature.with.as_ref()])
            .flatten()
            .map(String::as_str)
            .collect();
        patterns.sort_unstable();
        patterns.dedup();
        patterns
    }

    #[test]
    fn the_file_of_keys_holds_what_the_patterns_need() {
        let mut lines: Vec<String> = patterns()
            .iter()
            .map(|pattern| {
                let keys = literal::required(pattern).unwrap_or_default();
                format!("{:016x}\t{}\n", digest(pattern), keys.join("\t"))
            })
            .collect();
        lines.sort_unstable();
        expect_file!["../../causes/keys.tsv"].assert_eq(&lines.concat());
    }

    #[test]
    fn patterns_differ_in_their_digests() {
        let patterns = patterns();
        let mut digests: Vec<u64> = patterns.iter().map(|pattern| digest(pattern)).collect();
        digests.sort_unstable();
        digests.dedup();
        assert_eq!(digests.len(), patterns.len());
    }

    #[test]
    fn a_pattern_that_is_not_shipped_has_keys_too() {
        let keys = of(r"(?i)flux ?capacitor (?:is )?empty").expect("fixed text");
        assert_eq!(
            keys,
            [
                "flux capacitor empty",
                "flux capacitor is empty",
                "fluxcapacitor empty",
                "fluxcapacitor is empty"
            ]
        );
        assert_eq!(of(r"\w+"), None);
        assert_eq!(of(r"("), None);
    }
}
