//! Text that cannot do anything: what hides or turns text around is shown instead of sent, and where
//! Slack would read marks, they are escaped.

/// Shows what would hide or turn around text. Line breaks stay, a tab becomes spaces.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' => out.push_str("    "),
            '\r' => {}
            c if c.is_control() || hides(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Escapes what Slack reads as marks in `text` and `mrkdwn`: nothing between `<` and `>` is left to it.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// Tells whether an address may be opened from a message: a web page, without a name and password
/// in it, and short enough.
#[must_use]
pub fn may_be_opened(address: &str) -> bool {
    super::limits::length(address) <= super::limits::URL
        && url::Url::parse(address).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https")
                && url.host_str().is_some()
                && url.username().is_empty()
                && url.password().is_none()
        })
        && !address.chars().any(|c| {
            c.is_whitespace() || c.is_control() || hides(c) || matches!(c, '<' | '>' | '|')
        })
}

/// Tells whether words pretend to be another address than the one that they lead to.
#[must_use]
pub fn pretends(words: &str, address: &str) -> bool {
    let looks_like_one = words.contains("://")
        || words.starts_with("www.")
        || words.split_once('.').is_some_and(|(name, rest)| {
            !name.contains(' ') && !rest.contains(' ') && words.contains('/')
        });
    let bare = |text: &str| {
        text.trim_start_matches("https://")
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_ascii_lowercase()
    };
    looks_like_one && bare(words) != bare(address)
}

/// Characters that are not seen, or that turn around what follows. The joiner of emoji is left out:
/// between other letters it changes nothing that is read.
fn hides(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_shown() {
        assert_eq!(
            visible("a\u{202e}b\x1b[2Jc\td\r\n"),
            "a\\u{202e}b\\u{1b}[2Jc    d\n"
        );
        assert_eq!(visible("👩\u{200d}🚒"), "👩\u{200d}🚒");
    }

    #[test]
    fn marks_are_escaped_once() {
        assert_eq!(
            escaped("<!here> & <@U1>"),
            "&lt;!here&gt; &amp; &lt;@U1&gt;"
        );
    }

    #[test]
    fn only_web_pages_may_be_opened() {
        let rows = [
            ("https://docs.example.com/a#b", true),
            ("http://docs.example.com", true),
            ("https://user:secret@example.com", false),
            ("javascript:alert(1)", false),
            ("slack://user?id=U1", false),
            ("mailto:a@example.com", false),
            ("https://example.com/a|b", false),
            ("/relative", false),
        ];
        for (address, expected) in rows {
            assert_eq!(may_be_opened(address), expected, "{address}");
        }
    }

    #[test]
    fn words_may_not_pretend_to_be_another_address() {
        assert!(pretends("https://bank.example", "https://evil.example"));
        assert!(pretends("bank.example/login", "https://evil.example"));
        assert!(!pretends("https://a.example/", "https://a.example"));
        assert!(!pretends("the log", "https://a.example"));
        assert!(!pretends("Node.js", "https://a.example"));
    }
}
