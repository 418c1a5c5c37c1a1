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

/// Characters that are not seen, or that turn around what follows: those that Unicode lets a reader
/// ignore, and the signs for the direction and the end of a line. The joiner of emoji and the two
/// selectors of their look are left out: between other letters they change nothing that is read.
fn hides(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logic::tries::tries;

    /// What Unicode calls `Default_Ignorable_Code_Point`, and what turns text around.
    const UNSEEN: &[(u32, u32)] = &[
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x17b4, 0x17b5),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff0, 0xfffb),
        (0x1bca0, 0x1bca3),
        (0x1d173, 0x1d17a),
        (0xe0000, 0xe0fff),
    ];

    fn is_unseen(character: char) -> bool {
        let code = u32::from(character);
        let joins = ['\u{200d}', '\u{fe0e}', '\u{fe0f}'];
        let is_one = UNSEEN
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&code));
        (is_one && !joins.contains(&character)) || (character.is_control() && character != '\n')
    }

    #[test]
    fn of_all_characters_none_that_is_not_seen_is_sent() {
        let sent = |c: &char| visible(&c.to_string()).contains(is_unseen);
        assert_eq!(('\0'..=char::MAX).filter(sent).collect::<String>(), "");
        let harmless = ('\0'..=char::MAX).filter(|c| !is_unseen(*c) && !c.is_control());
        let changed = harmless.filter(|c| visible(&c.to_string()) != c.to_string());
        assert_eq!(changed.collect::<String>(), "");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(tries(2_000, 1_000_000)))]
        #[test]
        fn what_is_shown_is_shown_once(
            text in "(\\PC|\\pC|[\r\n\t\u{1b}<>&!@#|\u{202e}\u{200b}\u{e0041}]){0,60}"
        ) {
            let shown = visible(&text);
            prop_assert!(!shown.contains(is_unseen), "{:?}", shown);
            prop_assert_eq!(visible(&shown), shown.clone());
            let sent = escaped(&shown);
            prop_assert!(!sent.contains(['<', '>']), "{:?}", sent);
        }
    }

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
