//! Finds Hugo's shortcodes in a text: where each stands, its name and its parameters.
//! What they mean is left to the expansion.

use std::ops::Range;

/// One shortcode tag, `{{< name "a" key="b" >}}` or `{{% name %}}`.
#[derive(Debug)]
pub(crate) struct Tag {
    /// Where it stands, brackets included.
    pub range: Range<usize>,
    pub name: String,
    pub role: Role,
    pub params: Params,
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Opens a shortcode, which the tag at this index closes.
    Paired(usize),
    /// Stands alone, as far as the text says.
    Single,
    /// Says itself that it stands alone: `{{< name />}}`.
    SelfClosing,
    /// Closes a shortcode.
    Close,
    /// A close tag that nothing opened.
    StrayClose,
    /// `{{</* name */>}}`: shows a shortcode instead of being one. `name` holds what is shown.
    Literal,
}

/// Parameters by place and by name.
#[derive(Debug, Default)]
pub(crate) struct Params {
    positional: Vec<String>,
    named: Vec<(String, String)>,
}

impl Params {
    /// The positional parameter at `index`, counted from 0.
    pub fn at(&self, index: usize) -> Option<&str> {
        self.positional.get(index).map(String::as_str)
    }

    /// The parameter of that name.
    pub fn named(&self, name: &str) -> Option<&str> {
        let found = self
            .named
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// Something that begins like a shortcode and is none.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub at: usize,
    pub why: &'static str,
}

/// Finds all tags in a text, in order, and pairs them.
pub(crate) fn scan(text: &str) -> (Vec<Tag>, Vec<Malformed>) {
    let mut tags = Vec::new();
    let mut malformed = Vec::new();
    let mut has_comment_end = true;
    let mut from = 0;
    let openings = memchr::memmem::Finder::new("{{");
    while let Some(found) = openings.find(&text.as_bytes()[from..]) {
        let at = from + found;
        from = at + 2;
        let Some(kind @ ('<' | '%')) = text[from..].chars().next() else {
            continue;
        };
        from += 1;
        if has_comment_end && text[from..].starts_with("/*") {
            match literal(text, at, kind) {
                Some(tag) => {
                    from = tag.range.end;
                    tags.push(tag);
                    continue;
                }
                None => has_comment_end = false,
            }
        }
        match tag(text, at, kind) {
            Ok(tag) => {
                from = tag.range.end;
                tags.push(tag);
            }
            Err(why) => malformed.push(Malformed { at, why }),
        }
    }
    pair(&mut tags);
    (tags, malformed)
}

/// Reads `{{</* ... */>}}`.
fn literal(text: &str, at: usize, kind: char) -> Option<Tag> {
    let end_mark = if kind == '<' { "*/>}}" } else { "*/%}}" };
    let inner_start = at + "{{</*".len();
    let inner_end =
        inner_start + memchr::memmem::find(&text.as_bytes()[inner_start..], end_mark.as_bytes())?;
    let closing = if kind == '<' { ">}}" } else { "%}}" };
    Some(Tag {
        range: at..inner_end + end_mark.len(),
        name: format!("{{{{{kind}{}{closing}", &text[inner_start..inner_end]),
        role: Role::Literal,
        params: Params::default(),
    })
}

fn tag(text: &str, at: usize, kind: char) -> Result<Tag, &'static str> {
    let mut reader = Reader {
        text,
        at: at + 3,
        end_mark: if kind == '<' { ">}}" } else { "%}}" },
    };
    reader.skip_space();
    let is_close = reader.take("/");
    reader.skip_space();
    let name = reader.bare(|c| c == '=' || c == '"' || c == '`');
    if name.is_empty() {
        return Err("it has no name");
    }
    let name = name.to_owned();
    let mut params = Params::default();
    let mut closes_itself = false;
    loop {
        reader.skip_space();
        if reader.take(reader.end_mark) {
            break;
        }
        closes_itself = reader.take("/");
        if !closes_itself {
            reader.param(&mut params)?;
        }
    }
    let role = match (is_close, closes_itself) {
        (true, _) => Role::Close,
        (false, true) => Role::SelfClosing,
        (false, false) => Role::Single,
    };
    Ok(Tag {
        range: at..reader.at,
        name,
        role,
        params,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    end_mark: &'static str,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, mark: &str) -> bool {
        let is_there = self.rest().starts_with(mark);
        if is_there {
            self.at += mark.len();
        }
        is_there
    }

    /// Reads up to a space, the end of the tag, or a character at which `stops` says so.
    fn bare(&mut self, stops: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest
            .char_indices()
            .find(|(i, c)| {
                c.is_whitespace() || stops(*c) || (matches!(c, '>' | '%' | '{') && self.is_mark(*i))
            })
            .map_or(rest.len(), |(i, _)| i);
        self.at += end;
        &rest[..end]
    }

    fn is_mark(&self, i: usize) -> bool {
        let rest = &self.rest()[i..];
        [">}}", "%}}", "{{<", "{{%"]
            .iter()
            .any(|mark| rest.starts_with(mark))
    }

    fn param(&mut self, params: &mut Params) -> Result<(), &'static str> {
        if self.rest().is_empty() || self.is_mark(0) {
            return Err("it is not closed before the next one, or with other brackets");
        }
        if let Some(quoted) = self.quoted()? {
            params.positional.push(quoted);
            return Ok(());
        }
        let word = self.bare(|c| c == '=');
        if !self.take("=") {
            // A stray quotation mark within a word stays part of it.
            params.positional.push(word.to_owned());
            return Ok(());
        }
        self.skip_space();
        let value = match self.quoted()? {
            Some(quoted) => quoted,
            None => self.bare(|_| false).to_owned(),
        };
        params.named.push((word.to_owned(), value));
        Ok(())
    }

    fn quoted(&mut self) -> Result<Option<String>, &'static str> {
        if self.take("`") {
            let end = self
                .rest()
                .find('`')
                .ok_or("a quoted parameter is not closed")?;
            let value = self.rest()[..end].to_owned();
            self.at += end + 1;
            return Ok(Some(value));
        }
        if !self.take("\"") {
            return Ok(None);
        }
        let mut value = String::new();
        let mut chars = self.rest().char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += i + 1;
                    return Ok(Some(value));
                }
                '\n' => break,
                '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
                _ => value.push(c),
            }
        }
        Err("a quoted parameter is not closed on its line")
    }
}

/// Gives each close tag the nearest open one of its name; what was opened between stands alone.
fn pair(tags: &mut [Tag]) {
    let mut open: Vec<usize> = Vec::new();
    let mut counts = std::collections::HashMap::<String, usize>::new();
    for index in 0..tags.len() {
        match tags[index].role {
            Role::Single => {
                *counts.entry(tags[index].name.clone()).or_default() += 1;
                open.push(index);
            }
            Role::Close => close(tags, index, &mut open, &mut counts),
            _ => {}
        }
    }
}

fn close(
    tags: &mut [Tag],
    index: usize,
    open: &mut Vec<usize>,
    counts: &mut std::collections::HashMap<String, usize>,
) {
    // Without the count, each stray close tag would search all that is open.
    if counts
        .get(&tags[index].name)
        .is_none_or(|count| *count == 0)
    {
        tags[index].role = Role::StrayClose;
        return;
    }
    while let Some(opened) = open.pop() {
        if let Some(count) = counts.get_mut(&tags[opened].name) {
            *count -= 1;
        }
        if tags[opened].name == tags[index].name {
            tags[opened].role = Role::Paired(index);
            return;
        }
    }
}
