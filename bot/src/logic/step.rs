//! The heart: what happened and what is known give what to do. A plain function, so that everything
//! worth testing is tested here, without a server.

use super::approval::{Hold, RunId};
use super::command;
use super::effect::Effect;
use super::event::Event;
use super::facts::Facts;
use super::forgive;
use super::heard::{Heard, Way, What};
use super::request::{self, Request};
use super::run::Run;
use super::turn::Turn;

/// Decides what to do about an event.
///
/// Whatever the facts, the effects of something [heard](Event::Heard) hold exactly one
/// [`Effect::Send`] that [is the reply](super::outgoing::Outgoing::is_reply), and those of any other
/// event none. The same facts and event give the same effects.
#[must_use]
pub fn step(facts: &Facts<'_>, event: Event) -> Vec<Effect> {
    match event {
        Event::Heard(asked) => heard(Turn {
            facts,
            asked: &asked,
            is_shared: false,
        }),
        Event::Ended(ended) => command::ended::ended(&ended),
        Event::NotStarted { run, why } => command::ended::not_started(&run, &why),
        Event::Interrupted { run } => command::ended::interrupted(&run),
        Event::Tick => command::expire::expire(facts),
    }
}

/// Tells which held run something is about, so that its facts can be gathered: `holds` are those
/// that wait.
#[must_use]
pub fn named_run(heard: &Heard, holds: &[Hold], runs: &[Run]) -> Option<RunId> {
    let request = request_of(heard)?;
    let (Request::Approve { run }
    | Request::Deny { run, .. }
    | Request::BreakGlass { run, .. }
    | Request::Cancel { run }) = request
    else {
        return None;
    };
    command::named::which(&run, heard, holds, runs)
}

fn heard(turn: Turn<'_>) -> Vec<Effect> {
    let heard = &turn.asked.heard;
    let Some(request) = request_of(heard) else {
        let page = turn.reply_home(command::home::page(turn));
        return vec![page, command::panel::opened(turn)];
    };
    let mut effects = match (&heard.what, &request) {
        (What::Said { text, files }, Request::Ask { .. } | Request::Help { topic: None })
            if !files.is_empty() =>
        {
            command::ask::with_files(turn, text)
        }
        _ => decide(turn, &request),
    };
    effects.extend(command::panel::hint(turn, &request, &effects));
    effects
}

/// Reads what was asked for; `None` where nothing was, and a page only opened.
fn request_of(heard: &Heard) -> Option<Request> {
    match (&heard.what, heard.way) {
        (What::Opened, _) => None,
        (What::Pressed { request }, _) => Some(request.clone()),
        // What a shortcut points to was written by somebody else, a log perhaps: it is read, and
        // never obeyed.
        (What::Said { text, .. }, Way::Shortcut) => Some(Request::Ask {
            text: forgive::mend(text),
        }),
        (What::Said { text, .. }, _) => Some(request::parse(text)),
    }
}

/// Decides on a request.
pub(super) fn decide(turn: Turn<'_>, request: &Request) -> Vec<Effect> {
    let facts = turn.facts;
    let say = |message| command::share::say(turn, request, turn.trim(message));
    match request {
        Request::Help { topic } => say(command::help::answer(turn, topic.as_deref())),
        Request::Ask { text } => command::ask::reply(turn, text),
        Request::Step { number } => say(command::guide::step(facts, *number)),
        Request::Steps => say(command::guide::steps(facts)),
        Request::Section { path, line } => say(command::guide::section(facts, path, *line)),
        Request::Guides => say(command::guide::guides(facts)),
        Request::Causes => say(command::causes::list(facts)),
        Request::Cause { id } => say(command::causes::one(facts, id)),
        Request::Probes => say(command::probes::list(turn)),
        Request::Why { id, values } => command::why::answer(turn, id.as_deref(), values),
        Request::Probe { id, values } => command::probe::run(turn, id, values),
        Request::Fill { id, values } => command::probe::fill(turn, id, values),
        Request::Target { words } => command::target::answer(turn, words),
        Request::Runs => say(command::runs::list(turn)),
        Request::Approve { run } => command::approve::approve(turn, run),
        Request::Deny { run, reason } => command::approve::deny(turn, run, reason.as_deref()),
        Request::BreakGlass { run, reason } => command::glass::answer(turn, run, reason.as_deref()),
        Request::Cancel { run } => command::cancel::answer(turn, run),
        Request::Status => say(command::status::answer(turn)),
        Request::Audit => vec![turn.reply_alone(command::audit::answer(turn))],
        Request::Pause { why } => command::pause::pause(turn, why.as_deref()),
        Request::Resume => command::pause::resume(turn),
        Request::Share { of } => command::share::answer(turn, of.as_deref()),
        Request::Feedback {
            about,
            helpful,
            missing,
        } => command::feedback::answer(turn, about, *helpful, missing.as_deref()),
        Request::Unclear { what } => say(command::help::unclear(turn, what)),
    }
}

#[cfg(test)]
mod tests;
