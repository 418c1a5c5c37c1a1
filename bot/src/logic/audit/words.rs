//! An entry for people: its kind, a line of words, and the run that it is about.

use std::fmt;

use super::entry::{Event, Occasion, Ran};
use crate::logic::approval::RunId;
use crate::logic::digest::Digest;

impl Event {
    /// Gives the kind, as it stands in the file.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused { .. } => "refused",
            Self::Held { .. } => "held",
            Self::Consented { .. } => "consented",
            Self::Ended { .. } => "ended",
            Self::BrokenGlass { .. } => "broken-glass",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::Intent { .. } => "intent",
            Self::Ran(_) => "ran",
            Self::Interrupted { .. } => "interrupted",
            Self::Undelivered { .. } => "undelivered",
            Self::Loaded { .. } => "loaded",
            Self::NotLoaded { .. } => "not-loaded",
            Self::Mended { .. } => "mended",
            Self::Pruned { .. } => "pruned",
        }
    }

    /// Says it in a line, for people.
    #[must_use]
    pub fn in_words(&self) -> String {
        match self {
            Self::Refused {
                who,
                probe,
                target,
                reason,
                ..
            } => {
                let target = after(" on ", target.as_ref());
                format!("{who} was refused {probe}{target}: {reason}")
            }
            Self::Held {
                who,
                probe,
                target,
                approval,
                ..
            } => {
                format!("{who} asked for {probe} on {target}, for which {approval} must consent")
            }
            Self::Consented { by, .. } => format!("{by} consented"),
            Self::BrokenGlass { by, reason, .. } => {
                format!("{by} went without a second person: {reason}")
            }
            Self::Paused { by, reason } => {
                format!("{by} paused all running{}", after(": ", reason.as_ref()))
            }
            Self::Resumed { by } => format!("{by} let checks be started again"),
            Self::Ended {
                by, how, reason, ..
            } => {
                let (by, why) = (after(" by ", by.as_ref()), after(": ", reason.as_ref()));
                format!("{how}{by}{why}")
            }
            Self::Intent {
                who,
                probe,
                target,
                rule,
                ..
            } => {
                format!("{probe} on {target} for {who}, by rule {rule}")
            }
            Self::Ran(ran) => {
                let bytes = ran.output_bytes;
                format!("{}, {bytes} bytes printed, {} ms", ran.ending, ran.took_ms)
            }
            Self::Interrupted { .. } => "bot502 stopped while it ran".to_owned(),
            Self::Undelivered { who, why, .. } => match who {
                Some(who) => format!("{who} could not be answered: {why}"),
                None => format!("a message could not be delivered: {why}"),
            },
            Self::Loaded {
                what,
                digest,
                count,
                by,
                occasion,
            } => loaded(what, *digest, *count) + &read_by(by.as_deref(), *occasion),
            Self::NotLoaded {
                mistakes,
                by,
                occasion,
            } => not_loaded(*mistakes, by, *occasion),
            Self::Mended { bytes, .. } => {
                format!("{bytes} bytes of an entry that a crash cut off were taken away")
            }
            Self::Pruned { through, .. } => format!("entries up to {through} were taken away"),
        }
    }

    /// Gives the run that it is about, where it is about one.
    #[must_use]
    pub fn run(&self) -> Option<RunId> {
        match self {
            Self::Held { run, .. }
            | Self::Consented { run, .. }
            | Self::BrokenGlass { run, .. }
            | Self::Ended { run, .. }
            | Self::Intent { run, .. }
            | Self::Ran(Ran { run, .. })
            | Self::Interrupted { run } => Some(*run),
            Self::Refused { .. }
            | Self::Paused { .. }
            | Self::Resumed { .. }
            | Self::Undelivered { .. }
            | Self::Loaded { .. }
            | Self::NotLoaded { .. }
            | Self::Mended { .. }
            | Self::Pruned { .. } => None,
        }
    }
}

fn loaded(what: &str, digest: Digest, count: Option<u64>) -> String {
    let (one, many) = match what {
        "catalogue" => ("probe", "probes"),
        "policy" => ("rule", "rules"),
        "causes" => ("cause", "causes"),
        _ => ("page", "pages"),
    };
    let count = match count {
        Some(1) => format!(", 1 {one}"),
        Some(count) => format!(", {count} {many}"),
        None => String::new(),
    };
    format!("{what} {}{count}", digest.short())
}

fn not_loaded(mistakes: u64, by: &str, occasion: Occasion) -> String {
    let noun = if mistakes == 1 { "mistake" } else { "mistakes" };
    let read = read_by(Some(by), Some(occasion));
    format!("{mistakes} {noun}{read}; the old stays in force")
}

/// Says something with what leads to it, where it is there.
fn after<T: fmt::Display>(lead: &str, what: Option<T>) -> String {
    what.map_or_else(String::new, |what| format!("{lead}{what}"))
}

fn read_by(by: Option<&str>, occasion: Option<Occasion>) -> String {
    let when = match occasion {
        Some(Occasion::Start) => " at the start",
        Some(Occasion::Change) => " after a change",
        Some(Occasion::Told) => " by signal",
        None => "",
    };
    let by = after(", by ", by);
    match (when, by.as_str()) {
        ("", "") => String::new(),
        _ => format!(", read{when}{by}"),
    }
}
