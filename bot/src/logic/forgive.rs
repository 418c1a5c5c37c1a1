//! Mends what keyboards and chat programs do to a text: smart quotes, odd spaces and dashes, code
//! fences around a paste. The words stay as they were typed.

/// Mends a text as it was typed or pasted. Line breaks stay; both ends are trimmed.
#[must_use]
pub fn mend(text: &str) -> String {
    let mended: String = text.chars().filter_map(mend_char).collect();
    unfence(mended.trim()).to_owned()
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
