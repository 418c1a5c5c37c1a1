//! How often a test tries: a few times at every change, as often as was promised where asked.

/// Gives `usual`, or `full` where the tests are built with `BOT502_TRIES=full`.
pub const fn tries(usual: usize, full: usize) -> usize {
    if option_env!("BOT502_TRIES").is_some() {
        full
    } else {
        usual
    }
}
