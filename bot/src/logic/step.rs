//! The heart: what happened and what is known give what to do. A plain function, so that everything
//! worth testing is tested here, without a server.

use super::command;
use super::effect::Effect;
use super::event::Event;
use super::facts::Facts;
use super::message::Message;
use super::request::{self, Request};

/// Decides what to do about an event. The effects hold exactly one [`Effect::Say`] or
/// [`Effect::Run`]: each of them ends in exactly one reply.
#[must_use]
pub fn step(facts: &Facts<'_>, event: Event) -> Vec<Effect> {
    let request = match event {
        Event::Asked { text } => request::parse(&text),
        Event::Pressed { request } => request,
    };
    match &request {
        Request::Probe { id, values } => vec![command::probe::run(facts, id, values)],
        Request::Target { words } => command::probe::target(facts, words),
        _ => vec![Effect::Say(answer(facts, &request))],
    }
}

fn answer(facts: &Facts<'_>, request: &Request) -> Message {
    match request {
        Request::Help { topic } => command::help::answer(topic.as_deref()),
        Request::Ask { text } => command::ask::answer(facts, text),
        Request::Step { number } => command::guide::step(facts, *number),
        Request::Steps => command::guide::steps(facts),
        Request::Section { path, line } => command::guide::section(facts, path, *line),
        Request::Guides => command::guide::guides(facts),
        Request::Probes | Request::Probe { .. } | Request::Target { .. } => {
            command::probe::list(facts)
        }
        Request::Unclear { what } => command::help::unclear(what),
    }
}

#[cfg(test)]
mod tests;
