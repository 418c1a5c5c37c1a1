//! Which run a person means: by its short name, by a button, or the only one that it can be.

use crate::logic::approval::{Hold, RunId};
use crate::logic::conversation::answers_in;
use crate::logic::heard::Heard;
use crate::logic::request::Which;
use crate::logic::run::Run;

/// Tells which run is meant: the named one, or the only one of the thread, of the person, of the
/// channel.
#[must_use]
pub fn which(which: &Which, heard: &Heard, holds: &[Hold], runs: &[Run]) -> Option<RunId> {
    match which {
        Which::This(id) => Some(*id),
        Which::Named(name) => {
            let ids = holds.iter().map(|hold| hold.run);
            let mut named = ids
                .chain(runs.iter().map(|run| run.id))
                .filter(|id| id.short() == *name);
            let first = named.next()?;
            named.all(|id| id == first).then_some(first)
        }
        Which::Only => only(heard, runs),
    }
}

fn only(heard: &Heard, runs: &[Run]) -> Option<RunId> {
    let place = answers_in(heard);
    let fits: [&dyn Fn(&Run) -> bool; 3] = [
        &|run| place.thread.is_some() && run.place == place,
        &|run| run.who == heard.who && run.place.channel == place.channel,
        &|run| run.place.channel == place.channel && run.place.platform == place.platform,
    ];
    for fits in fits {
        let mut open = runs
            .iter()
            .filter(|run| !run.stage.is_over() && fits(run))
            .map(|run| run.id);
        match (open.next(), open.next()) {
            (Some(id), None) => return Some(id),
            (Some(_), Some(_)) => return None,
            (None, _) => {}
        }
    }
    None
}
