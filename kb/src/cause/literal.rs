//! Which fixed text a pattern cannot match without: the key to not running patterns at all.
//! Letters are compared without case, so a key may let too much through, never too little.

use std::collections::BTreeSet;

use memchr::memmem;
use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Ast, ClassSet, ClassSetItem, ClassSetUnion, RepetitionKind, RepetitionRange,
};

use super::gram;

/// Longest key that is kept: a line that holds so much of a pattern may as well be tried.
const LONGEST: usize = 24;
/// Most texts that a run of fixed text may branch into.
const MOST_EXACT: usize = 8;
/// Lines as ordinary logs hold them by the million: a key that stands here narrows nothing.
pub(super) const ORDINARY: &str = "\
    2024-01-01t00:00:00.000z 2025-01-01 00:00:00,000 2026-01-01 2027-01-01 info [main] [info] debug \
    127.0.0.1 - - [01/jan/2026:00:00:00 +0000] \"get / http/1.1\" 200 12 \"-\" \"mozilla/5.0 (x11; \
    linux x86_64) applewebkit/537.36 (khtml, like gecko) chrome/100.0.0.0 safari/537.36\" post put \
    https://www. http://localhost:8080/ .com/ .html index application/json connection server \
    request response worker process started starting status 404 302 301 304 201 204 user-agent";
/// Most alternatives that a pattern may need; beyond, it counts as having no key.
const MOST: usize = 96;

/// Whether keys narrow the search at all: none of them stands in ordinary lines.
pub(super) fn is_telling(keys: &[String]) -> bool {
    keys.iter().all(|key| rarity(key) > 0)
}

/// Gives strings of lower-case ASCII of which at least one stands in every match of `pattern`.
///
/// `None` where the pattern does not parse or needs no fixed text.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    let ast = Parser::new().parse(pattern).ok()?;
    Some(keys_of(&ast)?.into_iter().collect())
}

type Keys = BTreeSet<String>;

fn keys_of(ast: &Ast) -> Option<Keys> {
    match ast {
        Ast::Concat(concat) => best_of(&concat.asts),
        Ast::Alternation(alternation) => union_of(&alternation.asts),
        Ast::Group(group) => keys_of(&group.ast),
        Ast::Repetition(repetition) => match repetition.op.kind {
            RepetitionKind::OneOrMore => keys_of(&repetition.ast),
            RepetitionKind::Range(RepetitionRange::Exactly(min))
            | RepetitionKind::Range(RepetitionRange::AtLeast(min))
            | RepetitionKind::Range(RepetitionRange::Bounded(min, _))
                if min > 0 =>
            {
                keys_of(&repetition.ast)
            }
            _ => None,
        },
        _ => None,
    }
}

/// Takes the best of the runs of fixed text and of the parts of a sequence.
fn best_of(asts: &[Ast]) -> Option<Keys> {
    let mut best: Option<Keys> = None;
    let mut run = vec![String::new()];
    for ast in asts {
        match exact(ast) {
            Some(texts) if run.len() * texts.len() <= MOST_EXACT => run = joined(&run, &texts),
            Some(texts) => {
                offer(&mut best, whole(&mut run));
                run = texts;
            }
            _ => {
                offer(&mut best, whole(&mut run));
                offer(&mut best, keys_of(ast));
            }
        }
    }
    offer(&mut best, whole(&mut run));
    best
}

/// The texts that a part of a pattern stands for, in lower case, if they are few.
fn exact(ast: &Ast) -> Option<Vec<String>> {
    let texts = match ast {
        Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => vec![String::new()],
        Ast::Literal(literal) => vec![letter(literal.c)?],
        Ast::ClassBracketed(class) if !class.negated => match &class.kind {
            ClassSet::Item(item) => letters_of(item)?,
            ClassSet::BinaryOp(_) => return None,
        },
        Ast::Group(group) => exact(&group.ast)?,
        Ast::Concat(concat) => concat
            .asts
            .iter()
            .try_fold(vec![String::new()], |run, ast| {
                let texts = exact(ast)?;
                (run.len() * texts.len() <= MOST_EXACT).then(|| joined(&run, &texts))
            })?,
        Ast::Alternation(alternation) => {
            let mut texts = Vec::new();
            for ast in &alternation.asts {
                texts.extend(exact(ast)?);
            }
            texts
        }
        Ast::Repetition(repetition) if matches!(repetition.op.kind, RepetitionKind::ZeroOrOne) => {
            let mut texts = exact(&repetition.ast)?;
            texts.push(String::new());
            texts
        }
        _ => return None,
    };
    let texts: BTreeSet<String> = texts.into_iter().collect();
    (texts.len() <= MOST_EXACT).then(|| texts.into_iter().collect())
}

fn letter(c: char) -> Option<String> {
    // Control characters divide keys in the file of keys.
    let is_plain = c.is_ascii() && !c.is_ascii_control();
    is_plain.then(|| c.to_ascii_lowercase().to_string())
}

/// The letters of a class, where they are written one by one.
fn letters_of(item: &ClassSetItem) -> Option<Vec<String>> {
    match item {
        ClassSetItem::Literal(literal) => Some(vec![letter(literal.c)?]),
        ClassSetItem::Union(ClassSetUnion { items, .. }) => {
            let mut letters = Vec::new();
            for item in items {
                letters.extend(letters_of(item)?);
            }
            Some(letters)
        }
        _ => None,
    }
}

fn joined(run: &[String], texts: &[String]) -> Vec<String> {
    run.iter()
        .flat_map(|start| texts.iter().map(move |end| format!("{start}{end}")))
        .collect()
}

/// Takes a run as keys, if each of its texts is long enough.
fn whole(run: &mut Vec<String>) -> Option<Keys> {
    let run = std::mem::replace(run, vec![String::new()]);
    run.iter()
        .all(|text| text.len() >= gram::SHORTEST)
        .then(|| {
            run.iter()
                .map(|text| rarest_window(text).to_owned())
                .collect()
        })
}

fn union_of(asts: &[Ast]) -> Option<Keys> {
    let mut union = Keys::new();
    for ast in asts {
        union.extend(keys_of(ast)?);
    }
    (union.len() <= MOST).then_some(union)
}

fn offer(best: &mut Option<Keys>, keys: Option<Keys>) {
    let Some(keys) = keys else { return };
    if best.as_ref().is_none_or(|best| worth(&keys) > worth(best)) {
        *best = Some(keys);
    }
}

/// How much a set of keys narrows the search: that of its weakest member, less a bit for each one.
fn worth(keys: &Keys) -> i64 {
    let weakest = keys.iter().map(|key| rarity(key)).min().unwrap_or(0);
    weakest - 2 * i64::try_from(keys.len()).unwrap_or(i64::MAX / 4)
}

/// The part of a key, at most [`LONGEST`] bytes, that is the least likely in a log.
fn rarest_window(key: &str) -> &str {
    if key.len() <= LONGEST {
        return key;
    }
    (0..=key.len() - LONGEST)
        .map(|start| &key[start..start + LONGEST])
        .max_by_key(|window| weight(window.as_bytes()))
        .unwrap_or(key)
}

/// How telling a key is: not at all where ordinary lines hold it.
fn rarity(key: &str) -> i64 {
    let is_ordinary = memmem::find(ORDINARY.as_bytes(), key.as_bytes()).is_some();
    if is_ordinary {
        0
    } else {
        weight(key.as_bytes())
    }
}

/// A rough measure of how seldom a string stands in a log: letters count by how rare they are.
pub(super) fn weight(part: &[u8]) -> i64 {
    part.iter()
        .map(|byte| match byte {
            b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b' ' => 2,
            b'0'..=b'9' | b'.' | b'/' | b':' | b'-' | b'"' => 1,
            b'h' | b'l' | b'd' | b'c' | b'u' | b'm' | b'f' | b'p' => 3,
            _ => 5,
        })
        .sum()
}
