//! An argv as a person is shown it before they consent: every character of every word, and no other
//! argv looks the same.

/// Writes an argv on one line. Plain words stand as they are; others in double quotes, with `"` and
/// `\` behind a `\`, line breaks as `\n`, and whatever is not printable ASCII as `\u{...}`.
#[must_use]
pub fn show(argv: &[String]) -> String {
    let words: Vec<String> = argv.iter().map(|word| show_word(word)).collect();
    words.join(" ")
}

fn show_word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._/:=@%+,-".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        return word.to_owned();
    }
    let mut out = String::from('"');
    for letter in word.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            ' '..='~' => out.push(letter),
            _ => out.extend(letter.escape_unicode()),
        }
    }
    out.push('"');
    out
}

/// Reads back what [`show`] wrote.
#[cfg(test)]
pub(super) fn read(text: &str) -> Option<Vec<String>> {
    let mut argv = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let word = match rest.strip_prefix('"') {
            Some(quoted) => read_quoted(quoted, &mut rest)?,
            None => {
                let (word, after) = rest.split_once(' ').unwrap_or((rest, ""));
                let has_next = rest.len() > word.len();
                rest = after;
                argv.push(word.to_owned());
                if has_next && rest.is_empty() {
                    return None;
                }
                continue;
            }
        };
        argv.push(word);
        match rest.strip_prefix(' ') {
            Some(after) => rest = after,
            None if rest.is_empty() => {}
            None => return None,
        }
    }
    Some(argv)
}

#[cfg(test)]
fn read_quoted<'t>(quoted: &'t str, rest: &mut &'t str) -> Option<String> {
    let mut word = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => {
                *rest = &quoted[at + 1..];
                return Some(word);
            }
            '\\' => match letters.next()?.1 {
                'n' => word.push('\n'),
                'u' => {
                    let digits: String = letters
                        .by_ref()
                        .map(|(_, letter)| letter)
                        .skip(1)
                        .take_while(|letter| *letter != '}')
                        .collect();
                    word.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                letter => word.push(letter),
            },
            letter => word.push(letter),
        }
    }
    None
}
