//! How often a test tries: a few times at every change, as often as was promised where asked.

/// Gives `usual`, or `full` where the tests are built with `BOT502_TRIES=full`.
pub(crate) const fn tries(usual: u32, full: u32) -> u32 {
    if option_env!("BOT502_TRIES").is_some() {
        full
    } else {
        usual
    }
}
