//! Labels of the figures: words of closed lists, never of what somebody typed.

use crate::logic::event::Event;
use crate::logic::heard::{Way, What};
use crate::logic::request::{self, Request};

/// The way in, as a label.
pub(super) fn way(way: Way) -> &'static str {
    match way {
        Way::Slash => "slash",
        Way::Mention => "mention",
        Way::Direct => "direct",
        Way::FollowUp => "follow-up",
        Way::Shortcut => "shortcut",
        Way::Button => "button",
        Way::Form => "form",
        Way::Home => "home",
    }
}

/// What an event asks for, as a label.
pub(super) fn kind(event: &Event) -> &'static str {
    match event {
        Event::Heard(asked) => match &asked.heard.what {
            What::Opened => "home",
            What::Pressed { request } => asks_for(request),
            What::Said { text, .. } => asks_for(&request::parse(text)),
        },
        Event::Ended(_) => "ended",
        Event::NotStarted { .. } => "not-started",
        Event::Interrupted { .. } => "interrupted",
        Event::Tick => "tick",
    }
}

/// The kind of a question that is searched for; the time of its wording is the time of the search.
pub(super) const SEARCH: &str = "ask";

fn asks_for(request: &Request) -> &'static str {
    match request {
        Request::Help { .. } => "help",
        Request::Ask { .. } => SEARCH,
        Request::Step { .. } => "step",
        Request::Steps => "steps",
        Request::Guides => "guides",
        Request::Section { .. } => "section",
        Request::Causes => "causes",
        Request::Cause { .. } => "cause",
        Request::Probes => "probes",
        Request::Probe { .. } => "probe",
        Request::Why { .. } => "why",
        Request::Target { .. } => "target",
        Request::Runs => "runs",
        Request::Approve { .. } => "approve",
        Request::Deny { .. } => "deny",
        Request::BreakGlass { .. } => "break-glass",
        Request::Cancel { .. } => "cancel",
        Request::Status => "status",
        Request::Audit => "audit",
        Request::Fill { .. } => "fill",
        Request::Pause { .. } => "pause",
        Request::Resume => "resume",
        Request::Share { .. } => "share",
        Request::Feedback { .. } => "feedback",
        Request::Unclear { .. } => "unclear",
    }
}
