//! What a name says about the value that stands beside it: `DB_PASSWORD`, `stripeKey`, `token_type`.

use std::collections::HashMap;

use super::words::{
    ABOUT, HARMLESS, KEY_OWNERS, NEUTRAL, NO_PASSWORDS, PASSWORD_ENDINGS, PASSWORDS,
    SECRET_ENDINGS, SECRETS, SESSIONS, VENDORS,
};

/// What the value beside a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// A password: any value.
    Password,
    /// A token, secret or key: a value that is no word of a message.
    Secret,
    /// A session's id: a value that looks random.
    Session,
    /// A vendor's name or a bare `key`: a value that looks random and is no digest.
    Vendor,
    /// A secret word somewhere in the name: a value that looks random and is no digest or id.
    Weak,
    /// A word that says "secret" only when it is shouted: `PRIVATE`, `ACCESS`.
    Mention,
    /// The `Authorization` header and its kin.
    Authorization,
    /// The `Cookie` and `Set-Cookie` headers.
    Cookie,
    /// An OAuth code: in a query only.
    Code,
}

/// What names of a text said: a log repeats the same few names over and over.
#[derive(Debug, Default)]
pub(super) struct Names<'t> {
    judged: HashMap<&'t str, Option<Class>>,
}

impl<'t> Names<'t> {
    /// Says what a name says; see [`judge`].
    pub fn judge(&mut self, name: &'t str) -> Option<Class> {
        *self.judged.entry(name).or_insert_with(|| judge(name))
    }
}

/// Tells whether a name says that its value is a password, a token or a key.
pub(super) fn says_secret(name: &str) -> bool {
    matches!(judge(name), Some(Class::Password | Class::Secret))
}

/// Says what a name says; `None` where it says nothing about a secret.
fn judge(name: &str) -> Option<Class> {
    let spelled = spell(name);
    let mut words: Vec<&str> = spelled.split('_').filter(|word| !word.is_empty()).collect();
    let flat = words.concat();
    if let Some(class) = header(&flat) {
        return Some(class);
    }
    if SESSIONS.contains(&flat.as_str())
        || flat.starts_with("sess") && flat.len() > 20
        || flat.starts_with("ssess")
    {
        return Some(Class::Session);
    }
    while words.len() > 1 && words.last().is_some_and(|last| is_neutral(last)) {
        words.pop();
    }
    let last = *words.last()?;
    if ABOUT.contains(&last) {
        return None;
    }
    judge_words(&words, last)
}

fn header(flat: &str) -> Option<Class> {
    match flat {
        "cookie" | "cookies" | "setcookie" | "httpcookie" | "cookieheader" => Some(Class::Cookie),
        "code" | "authcode" | "authorizationcode" => Some(Class::Code),
        _ if flat.ends_with("authorization") => Some(Class::Authorization),
        "authheader" | "authorizationheader" => Some(Class::Authorization),
        _ => None,
    }
}

fn judge_words(words: &[&str], last: &str) -> Option<Class> {
    if PASSWORDS.contains(&last) {
        return Some(Class::Password);
    }
    let owners = &words[..words.len() - 1];
    let is_key = matches!(last, "key" | "keys");
    let is_harmless = words.iter().any(|word| HARMLESS.contains(word));
    if is_key {
        return judge_key(owners, is_harmless);
    }
    if SECRETS.contains(&last) {
        return Some(Class::Secret);
    }
    if last.len() > 4 && PASSWORD_ENDINGS.iter().any(|end| last.ends_with(end)) {
        return (!NO_PASSWORDS.contains(&last)).then_some(Class::Password);
    }
    // A library's name, in Maven's coordinates and in what Node requires.
    if last == "jsonwebtoken" {
        return None;
    }
    if SECRET_ENDINGS.iter().any(|end| last.ends_with(end)) {
        return Some(Class::Secret);
    }
    if SESSIONS.contains(&last) {
        return Some(Class::Session);
    }
    if is_harmless {
        return None;
    }
    if matches!(last, "access" | "private") {
        return Some(Class::Mention);
    }
    if words[0] == "bundle" && matches!(last, "com" | "org" | "net" | "io" | "dev") {
        // Bundler keeps the credentials of a gem server under the server's name.
        return Some(Class::Secret);
    }
    if last.ends_with("key")
        && !matches!(
            last,
            "monkey" | "turkey" | "donkey" | "hotkey" | "pubkey" | "whiskey" | "hockey"
        )
    {
        return Some(Class::Weak);
    }
    judge_rest(words)
}

fn judge_key(owners: &[&str], is_harmless: bool) -> Option<Class> {
    let is_owned = owners.iter().any(|word| KEY_OWNERS.contains(word));
    let is_vendor = owners.iter().any(|word| VENDORS.contains(word)) || vendor_of_two(owners);
    match (is_harmless, is_owned, is_vendor) {
        (true, _, _) => None,
        (false, true, _) => Some(Class::Secret),
        (false, false, true) => Some(Class::Secret),
        (false, false, false) if !owners.is_empty() => Some(Class::Vendor),
        (false, false, false) => Some(Class::Weak),
    }
}

fn judge_rest(words: &[&str]) -> Option<Class> {
    if words.iter().any(|word| VENDORS.contains(word)) || vendor_of_two(words) {
        return Some(Class::Vendor);
    }
    let says_secret = |word: &&str| PASSWORDS.contains(word) || SECRETS.contains(word);
    let is_weak = words
        .iter()
        .any(|word| says_secret(word) || matches!(*word, "key" | "webhook" | "signing"));
    is_weak.then_some(Class::Weak)
}

/// Vendors written as two words: `new_relic`, `message-bird`.
fn vendor_of_two(words: &[&str]) -> bool {
    words
        .windows(2)
        .any(|pair| VENDORS.contains(&pair.concat().as_str()))
}

fn is_neutral(word: &str) -> bool {
    NEUTRAL.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether a name has several words or is a constant: no word of a message.
pub(super) fn is_compound(name: &str) -> bool {
    let name = name.trim_start_matches('-');
    spell(name).contains('_') || (name.len() > 3 && name.bytes().all(|b| b.is_ascii_uppercase()))
}

/// Tells whether a name ends in `key`.
pub(super) fn is_key(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("key")
}

/// Tells whether a word of a name is written in capitals: `KEY`, `vendorTOKEN`, `PRIVATEkey`.
pub(super) fn is_shouted(name: &str) -> bool {
    let is_loud = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_uppercase);
    let bytes = name.as_bytes();
    bytes.last_chunk::<3>().is_some_and(|end| is_loud(end)) || bytes.windows(5).any(is_loud)
}

/// Tells whether a name ends in two words written as one that say "secret": `apikey`, `secrettoken`.
pub(super) fn is_joined(name: &str) -> bool {
    let spelled = spell(name);
    let last = spelled.rsplit('_').next().unwrap_or_default();
    let is_single = |end: &str| last == end && matches!(end, "secret" | "token" | "credentials");
    SECRET_ENDINGS
        .iter()
        .any(|end| last.ends_with(end) && !is_single(end))
}

/// Tells whether a vendor is among the words of a name.
pub(super) fn has_vendor(name: &str) -> bool {
    let spelled = spell(name);
    let words: Vec<&str> = spelled.split('_').collect();
    words.iter().any(|word| VENDORS.contains(word)) || vendor_of_two(&words)
}

/// Writes a name in lower-case words with `_` between: `dbPassword`, `DB-PASSWORD`, `APIKey1`.
fn spell(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(name.len() + 8);
    for (i, byte) in bytes.iter().enumerate() {
        let before = i.checked_sub(1).map(|index| bytes[index]);
        let after = bytes.get(i + 1);
        let rises = byte.is_ascii_uppercase()
            && (before.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
                || before.is_some_and(|b| b.is_ascii_uppercase())
                    && after.is_some_and(u8::is_ascii_lowercase));
        let counts = byte.is_ascii_digit()
            && before.is_some_and(|b| b.is_ascii_alphabetic())
            && after.is_none_or(|b| !b.is_ascii_alphabetic());
        if rises || counts {
            out.push('_');
        }
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte.to_ascii_lowercase()));
        } else {
            out.push('_');
        }
    }
    out
}
