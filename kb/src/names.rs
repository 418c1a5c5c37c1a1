//! Names of what lies elsewhere: technologies, tools, products. What to make of one is `rank`'s.

use std::collections::HashSet;
use std::sync::LazyLock;

/// The shipped names, in TOML. The names alone are in quotes, so that they are found without a parser, which
/// would take longer than a question; a test holds the one against the other.
const SHIPPED: &str = include_str!("../phrasings/names.toml");

/// Tells whether a word, in lower case, is the name of something that lies elsewhere unless the guides
/// mention it.
pub(crate) fn is_name(word: &str) -> bool {
    static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| quoted(SHIPPED).collect());
    NAMES.contains(word)
}

/// What stands in quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::words::{exact, first_word};

    #[test]
    fn the_names_are_those_of_the_file() {
        let file: BTreeMap<String, Vec<String>> = toml::from_str(SHIPPED).expect("it is TOML");
        let names: Vec<&str> = file.values().flatten().map(String::as_str).collect();
        assert_eq!(names, quoted(SHIPPED).collect::<Vec<_>>());
        assert!(names.len() > 3_000, "{}", names.len());
        let mut seen = HashSet::new();
        for name in names {
            assert!(seen.insert(name), "twice: {name}");
            let word = first_word(&mut exact(), name);
            assert_eq!(word, name, "no word of a question would be that");
        }
    }

    #[test]
    fn a_tool_of_another_trade_is_a_name_and_a_part_of_an_app_is_none() {
        assert!(is_name("terraform") && is_name("k8s") && is_name("photoshop"));
        for word in [
            "postgres", "nginx", "gunicorn", "node", "chrome", "server", "",
        ] {
            assert!(!is_name(word), "{word}");
        }
    }
}
