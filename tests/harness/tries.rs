//! How often a test tries: a few times at every change, as often as was promised where asked.

/// Gives `usual`, or `full` under `BOT502_TRIES=full`.
pub fn tries(usual: usize, full: usize) -> usize {
    if is_full() { full } else { usual }
}

/// Tells whether all that was promised is tried.
pub fn is_full() -> bool {
    std::env::var_os("BOT502_TRIES").is_some()
}
