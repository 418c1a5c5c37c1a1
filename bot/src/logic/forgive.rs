//! Mends what keyboards and chat programs do to a text: smart quotes, odd spaces and dashes, code
//! fences around a paste. The words stay as they were typed.

/// Mends a text as it was typed or pasted. Line breaks stay; both ends are trimmed.
#[must_use]
pub fn mend(text: &str) -> String {
    let mended: String = text.chars().filter_map(mend_char).collect();
    unmark(unfence(mended.trim()))
}

/// Turns the marks that Slack puts around addresses back into what people see: `<https://a.test|a.test>`
/// and `<https://a.test>`. Other angle brackets stay: logs are full of them.
fn unmark(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, marked) = rest.split_at(at);
        out.push_str(before);
        let inner = marked[1..].split_once('>').map(|(inner, _)| inner);
        let address = inner.filter(|inner| {
            ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| inner.starts_with(scheme))
                && !inner.contains(char::is_whitespace)
        });
        match address {
            Some(inner) => {
                let (address, label) = inner.split_once('|').unwrap_or((inner, ""));
                // A label that is part of the address is what was typed; any other may mislead.
                let is_typed = !label.is_empty() && address.contains(label);
                out.push_str(if is_typed { label } else { address });
                rest = &marked[inner.len() + 2..];
            }
            None => {
                out.push('<');
                rest = &marked[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Gives the character a keyboard would have made; nothing for one that only a machine sees.
fn mend_char(character: char) -> Option<char> {
    Some(match character {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}'
        | '\0' => return None,
        other => other,
    })
}

/// Takes away the fence or back-ticks around the whole text.
fn unfence(text: &str) -> &str {
    if let Some(inner) = text
        .strip_prefix("```")
        .and_then(|rest| rest.strip_suffix("```"))
    {
        // A first line of one word is the fence's language: ```log
        return match inner.split_once('\n') {
            Some((language, body)) if language.chars().all(|c| c.is_ascii_alphanumeric()) => {
                body.trim()
            }
            _ => inner.trim(),
        };
    }
    match text
        .strip_prefix('`')
        .and_then(|rest| rest.strip_suffix('`'))
    {
        Some(inner) if !inner.contains('`') => inner.trim(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn what_keyboards_and_chats_do_to_a_text_is_mended() {
        let rows = [
            (
                "\u{201c}why\u{201d}\u{a0}is it \u{2014} down",
                "\"why\" is it - down",
            ),
            ("```log\nEADDRINUSE :::3000\n```", "EADDRINUSE :::3000"),
            ("`step 2`", "step 2"),
            ("step\u{202f}2\u{200b}", "step 2"),
            ("see <https://a.test/x|a.test/x> now", "see a.test/x now"),
            ("see <https://a.test/x>", "see https://a.test/x"),
            ("<https://evil.test|https://bank.test>", "https://evil.test"),
            ("<mailto:a@b.test|a@b.test>", "a@b.test"),
            ("[emerg] <nginx> a < b > c", "[emerg] <nginx> a < b > c"),
            ("<https://open", "<https://open"),
            ("\u{202e}evil\0", "evil"),
        ];
        for (typed, mended) in rows {
            assert_eq!(mend(typed), mended, "{typed:?}");
        }
    }
}
