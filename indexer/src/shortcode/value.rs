//! What a shortcode stands for, from the table of values in the options.

use super::scan::{Role, Tag, scan};
use crate::options::Options;

/// Resolves the shortcodes of a short text, such as a title; what is unknown is left out.
pub(crate) fn expand_value(text: &str, options: &Options) -> String {
    let (tags, _) = scan(text);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for tag in &tags {
        out.push_str(&text[from..tag.range.start]);
        from = tag.range.end;
        if tag.role == Role::Literal {
            out.push_str(&tag.name);
        } else if let Some(value) = value_of(tag, options) {
            out.push_str(&value);
        }
    }
    out.push_str(&text[from..]);
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Gives what a shortcode stands for, from the table of values.
pub(super) fn value_of(tag: &Tag, options: &Options) -> Option<String> {
    let first = tag.params.at(0).unwrap_or_default();
    let template = options
        .values
        .get(&format!("{} {first}", tag.name))
        .or_else(|| options.values.get(&tag.name))?;
    if !template.contains('{') {
        return Some(template.clone());
    }
    let mut out = String::new();
    let mut rest = template.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (key, after) = after.split_once('}')?;
        let value = key
            .parse()
            .map_or_else(|_| tag.params.named(key), |index| tag.params.at(index));
        out.push_str(before);
        out.push_str(value.unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}
