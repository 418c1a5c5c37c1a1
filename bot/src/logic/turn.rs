//! One thing that a person did, with the facts around it: what every command starts from, and how it
//! answers. What is answered is the commands' own.

use super::conversation::{Conversation, Memory, answers_in};
use super::effect::Effect;
use super::event::Asked;
use super::facts::Facts;
use super::form::Form;
use super::message::Message;
use super::outgoing::{Address, Body, Outgoing, Slot};
use super::person::{ChannelId, Platform};
use super::place::{Kind, Place};
use super::policy::{Refusal, Wish};
use super::request::Request;
use super::target::{ProbeId, Target};

/// One thing that a person did, with the facts around it.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// The facts.
    pub facts: &'a Facts<'a>,
    /// What the person did.
    pub asked: &'a Asked,
    /// Whether the person wants all who are there to see the answer.
    pub is_shared: bool,
}

impl Turn<'_> {
    /// Gives the channel as the policy knows it: none at the terminal.
    #[must_use]
    pub fn channel(&self) -> Option<&ChannelId> {
        let place = &self.asked.heard.place;
        (place.platform != Platform::Terminal).then_some(&place.channel)
    }

    /// Gives the place where all can read along: the thread, or the channel outside of any.
    #[must_use]
    pub fn open_place(&self) -> Place {
        answers_in(&self.asked.heard)
    }

    /// Answers with a message, for the one who asked alone where they asked alone.
    #[must_use]
    pub fn reply(&self, message: Message) -> Effect {
        self.answer(self.address(), None, Body::Message(message))
    }

    /// Answers with a message for all who are there.
    #[must_use]
    pub fn reply_openly(&self, message: Message, slot: Option<Slot>) -> Effect {
        let to = match self.asked.heard.place.kind {
            Kind::Home => self.address(),
            Kind::Channel | Kind::Direct | Kind::Group => Address::Here(self.open_place()),
        };
        self.answer(to, slot, Body::Message(message))
    }

    /// Answers by putting a message in the place of one of ours.
    #[must_use]
    pub fn reply_instead(&self, slot: Slot, message: Message) -> Effect {
        self.answer(Address::Instead(slot), None, Body::Message(message))
    }

    /// Answers the one who pressed alone: what others need not read.
    #[must_use]
    pub fn reply_alone(&self, message: Message) -> Effect {
        self.answer(self.asker_address(), None, Body::Message(message))
    }

    /// Answers with a form.
    #[must_use]
    pub fn reply_form(&self, form: Form) -> Effect {
        let form = Form {
            alone: self.asked.heard.alone,
            ..form
        };
        self.answer(self.asker_address(), None, Body::Form(Box::new(form)))
    }

    /// Answers on the person's own page.
    #[must_use]
    pub fn reply_home(&self, message: Message) -> Effect {
        let to = Address::Home(self.asked.heard.who.clone());
        self.answer(to, None, Body::Message(message))
    }

    /// Changes what the conversation remembers.
    #[must_use]
    pub fn remember(&self, memory: Memory) -> Effect {
        Effect::Remember {
            conversation: Conversation::of(&self.asked.heard),
            memory,
        }
    }

    /// Gives what probes run on here as it was said: in the conversation, by the last run of the
    /// thread, in the channel.
    #[must_use]
    pub fn wish(&self) -> Wish {
        let facts = self.facts;
        let of_thread = || {
            let place = self.open_place();
            place.thread.as_ref()?;
            let run = facts.runs.iter().find(|run| run.place == place)?;
            Some(Wish::of(&run.target))
        };
        facts
            .memory
            .target
            .clone()
            .or_else(of_thread)
            .or_else(|| facts.channel_target.cloned())
            .unwrap_or_default()
    }

    /// Takes away the buttons that run what this person may not run here.
    #[must_use]
    pub fn trim(&self, mut message: Message) -> Message {
        let (policy, asker) = (self.facts.policy, &self.asked.asker);
        message.buttons.retain(|button| match &button.request {
            Request::Probe { id, .. } => {
                ProbeId::new(id).is_ok_and(|id| policy.offers(Some(&id), asker, self.channel()))
            }
            _ => true,
        });
        message
    }

    /// Gives what probes run on here.
    ///
    /// # Errors
    /// The policy's refusal, where none is known or the place is about another.
    pub fn target(&self) -> Result<Target, Refusal> {
        let facts = self.facts;
        facts
            .policy
            .settle(&self.asked.asker, self.channel(), &self.wish())
    }

    fn address(&self) -> Address {
        let heard = &self.asked.heard;
        if heard.place.kind == Kind::Home || (heard.alone && !self.is_shared) {
            return self.asker_address();
        }
        Address::Here(self.open_place())
    }

    fn asker_address(&self) -> Address {
        let heard = &self.asked.heard;
        Address::Asker {
            place: self.open_place(),
            person: heard.who.clone(),
            handle: heard.handle.clone(),
        }
    }

    fn answer(&self, to: Address, slot: Option<Slot>, body: Body) -> Effect {
        Effect::Send(Box::new(Outgoing {
            to,
            slot,
            is_reply: true,
            body,
        }))
    }
}

/// Sends a message that is no reply: news of a run.
#[must_use]
pub fn news(to: Address, message: Message) -> Effect {
    Effect::Send(Box::new(Outgoing {
        to,
        slot: None,
        is_reply: false,
        body: Body::Message(message),
    }))
}

/// Sends a file that is no reply: the whole output of a run.
#[must_use]
pub fn file(to: Address, name: String, title: String, text: String) -> Effect {
    Effect::Send(Box::new(Outgoing {
        to,
        slot: None,
        is_reply: false,
        body: Body::File { name, title, text },
    }))
}
