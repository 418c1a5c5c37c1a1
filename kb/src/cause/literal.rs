//! Which fixed text a pattern cannot match without: the key to not running patterns at all.
//! Letters are compared without case, so a key may let too much through, never too little.

use std::collections::BTreeSet;

use regex_syntax::ast::parse::Parser;
use regex_syntax::ast::{
    Ast, ClassSet, ClassSetItem, ClassSetUnion, RepetitionKind, RepetitionRange,
};

/// Longest key that is kept: more states cost time to build and find nothing new.
const LONGEST: usize = 8;
/// Shortest key that is worth looking for.
const SHORTEST: usize = 3;
/// Most alternatives that a pattern may need; beyond, it counts as having no key.
const MOST: usize = 96;

/// Gives strings of lower-case ASCII of which at least one stands in every match of `pattern`.
///
/// `None` where the pattern does not parse or needs no fixed text.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    let ast = Parser::new().parse(pattern).ok()?;
    let keys = keys_of(&ast)?;
    Some(
        keys.iter()
            .map(|key| rarest_window(key).to_owned())
            .collect::<BTreeSet<_>>(),
    )
    .map(|keys| keys.into_iter().collect())
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

/// Takes the best of the runs of letters and of the parts of a sequence.
fn best_of(asts: &[Ast]) -> Option<Keys> {
    let mut best: Option<Keys> = None;
    let mut run = String::new();
    for ast in asts {
        if let Some(letter) = letter_of(ast) {
            run.push(letter);
            continue;
        }
        offer(&mut best, single(&mut run));
        // An assertion matches between letters without taking one away from the run's left side,
        // but what follows it is a run of its own only when a letter was taken.
        if !matches!(ast, Ast::Assertion(_) | Ast::Flags(_) | Ast::Empty(_)) {
            offer(&mut best, keys_of(ast));
        }
    }
    offer(&mut best, single(&mut run));
    best
}

fn single(run: &mut String) -> Option<Keys> {
    let run = std::mem::take(run);
    (run.len() >= SHORTEST).then(|| Keys::from([run]))
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
    let weakest = keys
        .iter()
        .map(|key| rarity(rarest_window(key)))
        .min()
        .unwrap_or(0);
    weakest - 2 * i64::try_from(keys.len()).unwrap_or(i64::MAX / 4)
}

/// The letter that a part of a pattern stands for, in lower case, if it stands for one only.
fn letter_of(ast: &Ast) -> Option<char> {
    let letter = match ast {
        Ast::Literal(literal) => literal.c,
        Ast::ClassBracketed(class) if !class.negated => match &class.kind {
            ClassSet::Item(item) => only_letter(item)?,
            ClassSet::BinaryOp(_) => return None,
        },
        _ => return None,
    };
    letter.is_ascii().then(|| letter.to_ascii_lowercase())
}

/// `[x]` and `[Xx]` stand for one letter.
fn only_letter(item: &ClassSetItem) -> Option<char> {
    match item {
        ClassSetItem::Literal(literal) => Some(literal.c),
        ClassSetItem::Union(ClassSetUnion { items, .. }) => {
            let mut letters = items.iter().map(only_letter);
            let first = letters.next()??;
            letters
                .all(|other| other.is_some_and(|c| c.eq_ignore_ascii_case(&first)))
                .then_some(first)
        }
        _ => None,
    }
}

/// The part of a key, at most [`LONGEST`] bytes, that is the least likely in a log.
fn rarest_window(key: &str) -> &str {
    if key.len() <= LONGEST {
        return key;
    }
    (0..=key.len() - LONGEST)
        .map(|start| &key[start..start + LONGEST])
        .max_by_key(|window| rarity(window))
        .unwrap_or(key)
}

/// A rough measure of how seldom a string stands in a log: letters count by how rare they are.
fn rarity(key: &str) -> i64 {
    key.bytes()
        .map(|byte| match byte {
            b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' | b' ' => 2,
            b'0'..=b'9' | b'.' | b'/' | b':' | b'-' | b'"' => 1,
            b'h' | b'l' | b'd' | b'c' | b'u' | b'm' | b'f' | b'p' => 3,
            _ => 5,
        })
        .sum()
}
