//! "Did you mean": the known word that is nearest to a mistyped one.

use strsim::damerau_levenshtein;

/// Gives the known word nearest to `word`, if it is near enough to be what was meant: at most a
/// third of its letters wrong, and two at the least allowed for longer words.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .map(|candidate| {
            (
                damerau_levenshtein(&word, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, candidate)| *distance <= allowed(candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn allowed(candidate: &str) -> usize {
    (candidate.chars().count() / 3).clamp(1, 4)
}
