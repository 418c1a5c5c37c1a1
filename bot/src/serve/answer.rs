//! From an event to what is kept of the decision about it: facts, `step`, one transaction, and then
//! what is to be done. A decision that somebody else's overtook is made again from the new facts.

use std::sync::Arc;
use std::time::Instant;

use tokio::time::timeout;
use tracing::Span;
use uuid::Uuid;

use super::core::Server;
use super::facts::{Gathered, fresh};
use super::figures;
use super::point::Point;
use crate::logic::approval::RunId;
use crate::logic::audit;
use crate::logic::command::failure;
use crate::logic::effect::Effect;
use crate::logic::event::Event;
use crate::logic::hint::{self, Hint};
use crate::logic::outgoing::{Address, Outgoing, Slot};
use crate::logic::person::{Person, Platform};
use crate::logic::redact::Redactor;
use crate::logic::request::Request;
use crate::logic::step;
use crate::store::{Decision, Kept, Letter, Outcome, Row, StoreError};

/// How often a decision is made again because others were faster. More than this at once on one run
/// is no conversation.
const MOST_LOST: u32 = 20;

/// Lives of the program that may end while they answer the same event left by another, and no other
/// such. It is then the event that ends them, and it is answered with a failure instead.
const MOST_LIVES: i64 = 10;

/// What a decision belongs to.
#[derive(Clone, Debug)]
pub(super) struct About {
    /// Names everything that comes of it.
    pub correlation: Uuid,
    /// The row of the inbox that it answers.
    pub answers: Option<String>,
    /// The platform that it is about, where there is one.
    pub platform: Option<Platform>,
    /// Who waits for it.
    pub person: Option<Person>,
}

/// Why a decision could not be made or kept.
enum Trouble {
    /// Ours: it failed or took too long. A constant word for the metrics.
    Ours(&'static str),
    /// It cannot be kept.
    Store(StoreError),
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Makes the span of all that comes of an event.
pub(super) fn span(row: &Row) -> Span {
    tracing::info_span!(
        "event",
        correlation.id = %row.correlation,
        chat.platform = %row.heard.place.platform,
        way = figures::way(row.heard.way),
    )
}

impl Server {
    /// Answers something that was heard.
    pub(super) async fn answer(self: Arc<Self>, row: Row) {
        (self.parts.points)(Point::TakenUp);
        let begun = Instant::now();
        let platform = row.heard.place.platform;
        if self.rooms.of(platform).is_none() {
            tracing::warn!("an event waits: its platform is not served");
            return;
        }
        if let Some(hint) = hint::heard(&row.heard) {
            self.hint(&row.heard.place, hint);
        }
        let about = About {
            correlation: row.correlation,
            answers: Some(row.heard.key.clone()),
            platform: Some(platform),
            person: Some(row.heard.who.clone()),
        };
        if row.attempts.is_some() && self.parts.store.attempt(&row.heard.key).await.is_err() {
            // Nothing can be written: the answer waits for the same.
            tracing::warn!("an attempt could not be counted");
        }
        let event = Event::Heard(Box::new(self.asked(&row.heard).await));
        if row.attempts.is_some_and(|attempts| attempts >= MOST_LIVES) {
            self.fail(&event, &about, "lives").await;
        } else {
            self.decide(event, &about).await;
        }
        let took = begun.elapsed();
        metrics::histogram!("bot502_answer_seconds", "way" => figures::way(row.heard.way))
            .record(took);
        tracing::info!(duration_ms = took.as_millis(), "answered");
    }

    /// Decides on an event and keeps what was decided, whatever it takes: until it is kept, or the
    /// server ends, which leaves it to the next life.
    pub(super) async fn decide(self: &Arc<Self>, event: Event, about: &About) {
        let fresh = fresh();
        let (mut lost, mut tries) = (0, 0);
        loop {
            let trouble = match self.once(&event, about, fresh).await {
                Ok(()) => return,
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Store(StoreError::Lost(_)) if lost < MOST_LOST => lost += 1,
                Trouble::Store(StoreError::Lost(_)) => {
                    return self.fail(&event, about, "lost").await;
                }
                Trouble::Store(StoreError::Audit(why)) => {
                    tracing::error!(error = %why, "the audit cannot be written");
                    return self.fail(&event, about, failure::AUDIT).await;
                }
                Trouble::Store(_) => {
                    if !self.wait(tries).await {
                        return;
                    }
                    tries += 1;
                }
                Trouble::Ours(what) => return self.fail(&event, about, what).await,
            }
        }
    }

    async fn once(
        self: &Arc<Self>,
        event: &Event,
        about: &About,
        fresh: RunId,
    ) -> Result<(), Trouble> {
        let gathered = self.gather(event, fresh).await?;
        (self.parts.points)(Point::Gathered);
        let (holds_seen, now) = (gathered.kept.holds.len(), gathered.now);
        let (effects, letters) = self.word(event.clone(), gathered, about).await?;
        (self.parts.points)(Point::Decided);
        let decision = Decision {
            correlation: about.correlation,
            answers: about.answers.clone(),
            letters,
            effects: effects.clone(),
            holds_seen,
            now,
        };
        self.keep(decision, effects, about).await?;
        Ok(())
    }

    async fn keep(
        self: &Arc<Self>,
        decision: Decision,
        effects: Vec<Effect>,
        about: &About,
    ) -> Result<(), StoreError> {
        let store = &self.parts.store;
        let kept = store
            .decide(decision, Arc::clone(&self.parts.audit))
            .await?;
        if kept == Outcome::Answered {
            tracing::info!("the event was answered before");
            return Ok(());
        }
        (self.parts.points)(Point::Kept);
        for effect in effects {
            self.act(effect, about);
        }
        self.post.notify_one();
        Ok(())
    }

    /// Does what is left to do once a decision is kept.
    fn act(self: &Arc<Self>, effect: Effect, about: &About) {
        match effect {
            Effect::Start { run, permit } => self.begin(*run, *permit, about.correlation),
            Effect::Cancel(run) => self.token(run).cancel(),
            Effect::Hold { .. } => self.clock.notify_one(),
            Effect::Hint { place, hint } => self.hint(&place, hint),
            // Kept already, or delivered from where it is kept.
            Effect::Send(_)
            | Effect::Change(_)
            | Effect::Record(_)
            | Effect::Close { .. }
            | Effect::Remember { .. }
            | Effect::Bind { .. }
            | Effect::Pause(_)
            | Effect::Resume
            | Effect::Feedback(_) => {}
        }
    }

    /// Words a decision, away from what must not wait for it. A mistake of ours in it, or a text that
    /// takes too long, is a failure that is said and not one that is silent.
    async fn word(
        &self,
        event: Event,
        gathered: Gathered,
        about: &About,
    ) -> Result<(Vec<Effect>, Vec<Letter>), Trouble> {
        let (rooms, about) = (self.rooms.clone(), about.clone());
        let redactor = Arc::clone(&self.parts.redactor);
        let wants_reply = matches!(event, Event::Heard(_));
        let kind = figures::kind(&event);
        let worded = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            let mut event = event;
            event.redact(|typed| redactor.redact(typed).text);
            let mut effects = step(&gathered.facts(), event);
            hide(&mut effects, &redactor);
            let took = begun.elapsed();
            metrics::histogram!("bot502_wording_seconds", "request" => kind).record(took);
            if kind == figures::SEARCH {
                metrics::histogram!("bot502_search_seconds").record(took);
            }
            let letters = letters(&rooms, &effects, &gathered.kept, &about);
            (effects, letters)
        });
        let (effects, letters) = match timeout(self.parts.limits.answer_within, worded).await {
            Ok(Ok(worded)) => worded,
            Ok(Err(_)) => return Err(Trouble::Ours("panic")),
            Err(_) => return Err(Trouble::Ours("time")),
        };
        let replies = letters.iter().filter(|letter| letter.is_reply).count();
        if replies != usize::from(wants_reply) {
            return Err(Trouble::Ours("replies"));
        }
        Ok((effects, letters))
    }

    /// Says something that is no decision: where it cannot be kept it is not missed.
    pub(super) async fn tell(self: &Arc<Self>, effects: Vec<Effect>, about: &About) {
        let decision = Decision {
            correlation: about.correlation,
            answers: None,
            letters: letters(&self.rooms, &effects, &Kept::default(), about),
            effects: Vec::new(),
            holds_seen: usize::MAX,
            now: jiff::Timestamp::now(),
        };
        if let Err(error) = self.keep(decision, effects, about).await {
            tracing::debug!(error = %error, "progress could not be told");
        }
    }

    /// Answers with a failure, where no answer can be given.
    pub(super) async fn fail(self: &Arc<Self>, event: &Event, about: &About, what: &'static str) {
        metrics::counter!("bot502_failures_total", "what" => what).increment(1);
        tracing::error!(what, "an event could not be answered");
        let effects = failure::effects(event, &about.correlation.to_string(), what);
        let (rooms, aside) = (self.rooms.clone(), about.clone());
        let worded = tokio::task::spawn_blocking(move || {
            let letters = letters(&rooms, &effects, &Kept::default(), &aside);
            (effects, letters)
        });
        let Ok((effects, letters)) = worded.await else {
            // Not even this can be rendered: it is logged, and stays in the inbox for the next life.
            tracing::error!("a failure could not be worded");
            return;
        };
        let mut tries = 0;
        loop {
            let decision = Decision {
                correlation: about.correlation,
                answers: about.answers.clone(),
                letters: letters.clone(),
                effects: effects.clone(),
                holds_seen: usize::MAX,
                now: jiff::Timestamp::now(),
            };
            match self.keep(decision, effects.clone(), about).await {
                Ok(()) => return,
                // What it is about was settled meanwhile, and its end was said.
                Err(error) if error.is_lost() => return,
                Err(_) if self.wait(tries).await => tries += 1,
                Err(_) => return,
            }
        }
    }
}

/// Hides secrets in what people typed and what is kept of it.
fn hide(effects: &mut [Effect], redactor: &Redactor) {
    let hide = |text: &mut String| *text = redactor.redact(text).text;
    for effect in effects {
        match effect {
            // A refusal quotes the value of a parameter that it refuses.
            Effect::Record(audit::Event::Refused { reason, .. }) => hide(reason),
            Effect::Hint {
                hint: Hint::Title(title),
                ..
            } => hide(title),
            Effect::Remember { memory, .. } => {
                if let Some(Request::Ask { text }) = &mut memory.last {
                    hide(text);
                }
            }
            _ => {}
        }
    }
}

/// Puts everything that is to be said into its platform's words.
fn letters(
    rooms: &super::rooms::Rooms,
    effects: &[Effect],
    kept: &Kept,
    about: &About,
) -> Vec<Letter> {
    let mut letters = Vec::new();
    for effect in effects {
        let Effect::Send(outgoing) = effect else {
            continue;
        };
        let Some(platform) = platform(outgoing, kept, about) else {
            tracing::error!("a message is for no platform");
            continue;
        };
        let Some(chat) = rooms.of(platform) else {
            tracing::error!(chat.platform = %platform, "a message is for a platform that is not served");
            continue;
        };
        let parcels = chat.render(&outgoing.to, &outgoing.body);
        letters.extend(parcels.into_iter().enumerate().map(|(at, parcel)| Letter {
            mark: Uuid::now_v7(),
            correlation: about.correlation,
            platform,
            to: outgoing.to.clone(),
            slot: outgoing.slot.clone().filter(|_| at == 0),
            person: about.person.clone().filter(|_| outgoing.is_reply),
            is_reply: outgoing.is_reply && at == 0,
            kind: parcel.kind,
            body: parcel.body,
        }));
    }
    letters
}

/// Tells which platform delivers something.
fn platform(outgoing: &Outgoing, kept: &Kept, about: &About) -> Option<Platform> {
    let of_slot = |slot: &Slot| {
        let mut runs = kept.runs.iter();
        let run = runs.find(|run| run.id.slot() == *slot);
        run.map(|run| run.place.platform).or(about.platform)
    };
    match &outgoing.to {
        Address::Asker { place, .. } | Address::Here(place) => Some(place.platform),
        Address::Home(person) => Some(person.platform),
        Address::Beneath(slot) | Address::Instead(slot) => of_slot(slot),
    }
}
