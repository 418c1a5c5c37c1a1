//! What Socket Mode and HTTP share: a payload is read, written down, and only then acknowledged. Nothing
//! else is done before the acknowledgement. A form that does not take what was filled in is answered with
//! it, and there is nothing to write down.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::client::Slack;
use super::inbound::{self, Read, Waiting};
use crate::chat::{NotTaken, Take};
use crate::logic::heard::{Heard, Way};

/// Said to a person whose request could not be written down.
const NOT_TAKEN: &str = "I could not write your request down, so nothing was done with it. Try again in a minute; if \
                         this stays, tell whoever looks after bot502: its disk may be full.";

/// Said to a person whose request came while the program was stopping.
const STOPPING: &str = "I am being stopped just now, so nothing was done with your request. Try again in a minute; if \
                        this stays, tell whoever looks after bot502: it was not started again.";

/// Said to a person whose request could not be read.
const NOT_READ: &str = "I could not read that, so nothing was done with it. Type it as a command: `/502 help` shows \
                        what can be asked.";

/// What Slack sends, by the endpoint or the envelope that it comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An event.
    Event,
    /// A slash command.
    Command,
    /// A button, form, shortcut or menu.
    Interaction,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Command => "slash_command",
            Self::Interaction => "interaction",
        }
    }
}

/// What Slack is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Heed {
    /// It was taken; with what Slack waits for, where it waits for something.
    Taken(Option<Value>),
    /// It was not taken: Slack is to send it again.
    Again,
}

/// Listens for one workspace.
#[derive(Clone)]
pub struct Ear {
    slack: Arc<Slack>,
    take: Take,
}

impl Ear {
    /// Makes an ear that gives what it hears to `take`.
    #[must_use]
    pub fn new(slack: Arc<Slack>, take: Take) -> Self {
        Self { slack, take }
    }

    /// Reads what Slack sent and writes it down. `is_last` says that Slack will not send it again.
    pub async fn heed(&self, kind: Kind, payload: &Value, is_last: bool) -> Heed {
        let us = self.slack.us();
        let now = Timestamp::now();
        let read = match kind {
            Kind::Event => inbound::event(us, payload, now),
            Kind::Command => inbound::command(us, payload, now),
            Kind::Interaction => inbound::interaction(us, payload, now),
        };
        match read {
            Read::Heard(heard) => {
                count(kind, "heard");
                self.take(*heard, payload, is_last).await
            }
            Read::Nothing(_) => {
                count(kind, "nothing");
                Heed::Taken(None)
            }
            Read::Options => Heed::Taken(Some(json!({ "options": [] }))),
            // The form stays open: the reply is in it, and nothing is left to be done.
            Read::Wrong(wrong) => {
                count(kind, "wrong");
                Heed::Taken(Some(
                    json!({ "response_action": "errors", "errors": wrong }),
                ))
            }
            Read::Failed {
                kind: what,
                waiting,
            } => {
                count(kind, "unread");
                tracing::warn!(slack.kind = what, "could not be read");
                if kind == Kind::Command {
                    return Heed::Taken(Some(alone(NOT_READ)));
                }
                self.apologise(waiting, NOT_READ);
                Heed::Taken(None)
            }
        }
    }

    async fn take(&self, heard: Heard, payload: &Value, is_last: bool) -> Heed {
        let waiting = waiting(&heard);
        let way = heard.way;
        let says = match (self.take)(heard).await {
            Ok(_) => return Heed::Taken(None),
            Err(NotTaken::Stopping) => STOPPING,
            Err(NotTaken::Unwritten(why)) => {
                tracing::error!(why, "could not be written down");
                NOT_TAKEN
            }
        };
        metrics::counter!("bot502_slack_not_taken_total").increment(1);
        match way {
            Way::Slash => Heed::Taken(Some(alone(says))),
            // The form stays open with these words, so that nothing typed is lost.
            Way::Form => Heed::Taken(Some(refused_form(payload, says))),
            Way::Button | Way::Shortcut => {
                self.apologise(waiting, says);
                Heed::Taken(None)
            }
            Way::Mention | Way::Direct | Way::FollowUp | Way::Home if is_last => {
                self.apologise(waiting, says);
                Heed::Taken(None)
            }
            Way::Mention | Way::Direct | Way::FollowUp | Way::Home => Heed::Again,
        }
    }

    /// Tells a person who waits, beside the acknowledgement.
    fn apologise(&self, waiting: Waiting, text: &'static str) {
        if waiting == Waiting::default() {
            return;
        }
        let slack = self.slack.clone();
        tokio::spawn(async move { slack.apologise(&waiting, text).await });
    }
}

fn count(kind: Kind, outcome: &'static str) {
    metrics::counter!("bot502_slack_received_total", "kind" => kind.word(), "outcome" => outcome)
        .increment(1);
}

fn alone(text: &str) -> Value {
    json!({ "response_type": "ephemeral", "text": text })
}

fn refused_form(payload: &Value, says: &str) -> Value {
    let fields = payload["view"]["state"]["values"].as_object();
    match fields.and_then(|fields| fields.keys().next()) {
        Some(field) => {
            json!({ "response_action": "errors", "errors": { field.as_str(): says } })
        }
        None => json!({}),
    }
}

fn waiting(heard: &Heard) -> Waiting {
    let thread = heard.place.thread.as_ref().or(heard.message.as_ref());
    Waiting {
        response_url: heard
            .handle
            .as_ref()
            .and_then(|handle| handle.reply.clone()),
        channel: Some(heard.place.channel.to_string()),
        thread: thread.map(ToString::to_string),
        user: Some(heard.who.user.to_string()),
    }
}
