//! The edge alone, joined to a double: what it hears is collected, what it delivers is said by the test.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bot::chat::slack::{Settings, Slack, Tokens};
use bot::chat::{Chat, Delivered, NotTaken, Take, Taken, To, Undelivered};
use bot::logic::heard::{Handle, Heard};
use bot::logic::message::{Message, Tone};
use bot::logic::outgoing::{Address, Body};
use bot::logic::person::{ChannelId, Person, Platform, UserId, WorkspaceId};
use bot::logic::place::{Kind, MessageId, Place};

use crate::harness::slack::Double;
use crate::harness::slack::world::{CHANNEL, TEAM};

/// The edge, joined to a double.
pub struct Edge {
    /// The double.
    pub double: Double,
    /// The edge.
    pub slack: Arc<Slack>,
    heard: Arc<Mutex<Vec<Heard>>>,
    refuses: Arc<Mutex<Option<NotTaken>>>,
}

impl Edge {
    /// Joins the edge to a new double, with patience for calls.
    pub fn new() -> Self {
        Self::patient(Duration::from_secs(30))
    }

    /// Joins the edge with this much patience.
    pub fn patient(timeout: Duration) -> Self {
        let double = Double::start();
        let settings = settings(&double, timeout);
        let slack = double
            .block_on(Slack::connect(&settings, &tokens()))
            .expect("the double takes the token");
        Self {
            double,
            slack: Arc::new(slack),
            heard: Arc::default(),
            refuses: Arc::default(),
        }
    }

    /// Gives what writes down what is heard, or fails to.
    pub fn take(&self) -> Take {
        let (heard, refuses) = (self.heard.clone(), self.refuses.clone());
        Arc::new(move |new| {
            let (heard, refuses) = (heard.clone(), refuses.clone());
            Box::pin(async move {
                if let Some(why) = refuses.lock().expect("nobody panics with it").clone() {
                    return Err(why);
                }
                let mut heard = heard.lock().expect("no test panics while it holds this");
                if heard.iter().any(|old| old.key == new.key) {
                    return Ok(Taken::Again);
                }
                heard.push(new);
                Ok(Taken::New)
            })
        })
    }

    /// Lets nothing more be written down, or again.
    pub fn fill_the_disk(&self, is_full: bool) {
        let why = || NotTaken::Unwritten("no space left on device".to_owned());
        self.refuse(is_full.then(why));
    }

    /// Lets nothing more be taken for this reason, or all again.
    pub fn refuse(&self, why: Option<NotTaken>) {
        *self.refuses.lock().expect("nobody panics with it") = why;
    }

    /// Gives what was heard so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard
            .lock()
            .expect("no test panics while it holds this")
            .clone()
    }

    /// Renders and delivers.
    pub fn deliver(&self, to: &To, body: &Body, mark: &str) -> Result<Delivered, Undelivered> {
        let address = match to {
            To::Address(address) => address.clone(),
            To::Place(place) | To::Instead(place, _) => Address::Here(place.clone()),
        };
        let parcels = self.slack.render(&address, body);
        assert_eq!(parcels.len(), 1);
        self.double
            .block_on(self.slack.deliver(to, &parcels[0], mark))
    }

    /// Says a sentence.
    pub fn say(&self, to: &To, mark: &str) -> Result<Delivered, Undelivered> {
        self.deliver(to, &Body::Message(message()), mark)
    }
}

/// The settings for a double.
pub fn settings(double: &Double, timeout: Duration) -> Settings {
    Settings {
        api_url: double.api_url(),
        timeout,
        sockets: 2,
        plain: false,
    }
}

/// The tokens of the double.
pub fn tokens() -> Tokens {
    Tokens {
        bot: "xoxb-0-double".into(),
        app: Some("xapp-0-double".into()),
        signing: Some("signing".into()),
    }
}

/// Some message.
pub fn message() -> Message {
    Message::new(Tone::Plain, "The app does not listen").sentence("Nothing answers on the port.")
}

/// The channel, or a thread in it.
pub fn place(thread: Option<&str>) -> Place {
    Place {
        platform: Platform::Slack,
        workspace: WorkspaceId::new(TEAM).expect("an id"),
        channel: ChannelId::new(CHANNEL).expect("an id"),
        kind: Kind::Channel,
        thread: thread.map(|thread| MessageId::new(thread).expect("an id")),
    }
}

/// A person of the workspace.
pub fn person(user: &str) -> Person {
    Person {
        platform: Platform::Slack,
        workspace: WorkspaceId::new(TEAM).expect("an id"),
        user: UserId::new(user).expect("an id"),
    }
}

/// To one person alone.
pub fn alone(place: Place, user: &str, handle: Option<&Handle>) -> To {
    To::Address(Address::Asker {
        place,
        person: person(user),
        handle: handle.cloned(),
    })
}
