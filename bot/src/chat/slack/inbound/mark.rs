//! Turns Slack's marks back into what people see: `<http://..|..>`, `<@U..>`, `<!here>`, `&lt;`.

/// Gives the text as its writer saw it, without the mentions of `us`.
#[must_use]
pub fn plain(text: &str, us: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Slack writes a person's own `<` as an entity: each one that stands is the start of a mark.
    while let Some(start) = rest.find('<') {
        out.push_str(&entities(&rest[..start]));
        rest = &rest[start..];
        let Some(end) = rest.find('>') else {
            break;
        };
        let mark = &rest[1..end];
        if mark.contains(['\n', '<']) {
            out.push('<');
            rest = &rest[1..];
            continue;
        }
        out.push_str(&seen(mark, us));
        rest = &rest[end + 1..];
    }
    out.push_str(&entities(rest));
    out.trim().to_owned()
}

/// Tells whether a text names a user.
#[must_use]
pub fn names(text: &str, user: &str) -> bool {
    !user.is_empty()
        && (text.contains(&format!("<@{user}>")) || text.contains(&format!("<@{user}|")))
}

/// Gives what is seen of one mark.
fn seen(mark: &str, us: &str) -> String {
    let (what, label) = match mark.split_once('|') {
        Some((what, label)) => (what, Some(label).filter(|label| !label.is_empty())),
        None => (mark, None),
    };
    let or_id = |sign: char, id: &str| {
        format!(
            "{sign}{}",
            entities(label.unwrap_or(id)).trim_start_matches(sign)
        )
    };
    if let Some(user) = what.strip_prefix('@') {
        return if user == us {
            String::new()
        } else {
            or_id('@', user)
        };
    }
    if let Some(channel) = what.strip_prefix('#') {
        return or_id('#', channel);
    }
    if let Some(special) = what.strip_prefix('!') {
        return match special.split_once('^') {
            Some(("date", _)) => entities(label.unwrap_or_default()),
            Some((_, id)) => or_id('@', id),
            None => or_id('@', special),
        };
    }
    // A link whose words are its address without the scheme was made by Slack, not by the writer.
    entities(label.unwrap_or_else(|| what.trim_start_matches("mailto:")))
}

/// Undoes the three entities, once.
fn entities(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_what_people_see() {
        let rows = [
            ("<@UBOT> why 502?", "why 502?"),
            ("<@UBOT|bot502>: why 502?", ": why 502?"),
            ("ask <@U2> or <@U3|jo>", "ask @U2 or @jo"),
            (
                "see <http://example.com|example.com> now",
                "see example.com now",
            ),
            (
                "<https://example.com/a?b=1&amp;c=2>",
                "https://example.com/a?b=1&c=2",
            ),
            ("<mailto:a@example.com|a@example.com>", "a@example.com"),
            ("in <#C1|general> and <#C2>", "in #general and #C2"),
            (
                "<!here> <!subteam^S1|@oncall> <!subteam^S2>",
                "@here @oncall @S2",
            ),
            ("<!date^1392734382^{date}|Feb 18>", "Feb 18"),
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("&lt;@U2&gt; is no mention", "<@U2> is no mention"),
            (
                "```\nECONNREFUSED &lt;none&gt;\n```",
                "```\nECONNREFUSED <none>\n```",
            ),
            ("broken <http://x", "broken <http://x"),
            ("a <\nb>", "a <\nb>"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(plain(text, "UBOT"), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_found_only_as_a_mark() {
        assert!(names("hi <@U1>", "U1") && names("hi <@U1|x>", "U1"));
        assert!(!names("hi @U1 <@U12>", "U1") && !names("<@>", ""));
    }
}
