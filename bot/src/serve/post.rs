//! Delivery: each lane in its order, each channel at its pace, again until it arrives or never will.
//! What may have arrived is looked for before it is sent again.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use tokio::time::timeout;
use tracing::Instrument as _;
use uuid::Uuid;

use super::core::{Limits, Server};
use super::point::Point;
use crate::chat::{Chat, Delivered, Parcel, To, Undelivered};
use crate::logic::audit;
use crate::logic::outgoing::{Address, Slot};
use crate::logic::person::{ChannelId, Person};
use crate::logic::place::{Kind, Place};
use crate::store::{Due, Letter, StoreError};

/// Deliveries under way at once: most of one is waiting for the platform.
const AT_ONCE: usize = 32;

/// The longest that delivery sleeps; a letter whose moment comes earlier wakes it.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);

/// The pace of each channel.
pub(super) struct Rates {
    pace: DefaultKeyedRateLimiter<String>,
    /// Channels that the platform told us to leave alone until a moment.
    shut: Mutex<HashMap<String, Instant>>,
}

impl Rates {
    pub fn new(limits: &Limits) -> Self {
        let at_least_one = |n| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(at_least_one(limits.channel_per_second))
            .allow_burst(at_least_one(limits.channel_at_once));
        Self {
            pace: RateLimiter::keyed(quota),
            shut: Mutex::default(),
        }
    }

    async fn ready(&self, channel: &str) {
        let shut = self.shut();
        if let Some(left) = shut.and_then(|shut| shut.get(channel).copied()) {
            tokio::time::sleep_until(left.into()).await;
        }
        self.pace.until_key_ready(&channel.to_owned()).await;
    }

    fn shut(&self) -> Option<HashMap<String, Instant>> {
        let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        shut.retain(|_, until| *until > Instant::now());
        (!shut.is_empty()).then(|| shut.clone())
    }

    fn shut_for(&self, channel: &str, wait: Duration) {
        let mut shut = self.shut.lock().unwrap_or_else(PoisonError::into_inner);
        shut.insert(channel.to_owned(), Instant::now() + wait);
    }

    /// Forgets channels in which nothing was said of late.
    pub fn forget(&self) {
        self.pace.retain_recent();
    }
}

impl Server {
    /// Delivers what is due, until the server ends.
    pub(super) async fn deliver(self: Arc<Self>, (): ()) {
        let flying = Arc::new(Mutex::new(HashMap::<String, ()>::new()));
        let mut tries = 0;
        loop {
            let under_way = lock(&flying).len();
            let most = u32::try_from(AT_ONCE + under_way).unwrap_or(u32::MAX);
            let due = match self.parts.store.due(Timestamp::now(), most).await {
                Ok(due) => due,
                Err(error) => {
                    tracing::error!(error = %error, "what is due cannot be read");
                    if !self.wait(tries).await {
                        return;
                    }
                    tries += 1;
                    continue;
                }
            };
            tries = 0;
            for due in due {
                let lane = due.lane.clone();
                let is_free = {
                    let mut flying = lock(&flying);
                    flying.len() < AT_ONCE && flying.insert(lane.clone(), ()).is_none()
                };
                if !is_free {
                    continue;
                }
                let (server, flying) = (Arc::clone(&self), Arc::clone(&flying));
                let span =
                    tracing::info_span!("delivery", correlation.id = %due.letter.correlation);
                let task = async move {
                    if let Err(error) = server.letter(due).await {
                        // It stays as it was last written, and its lane with it.
                        tracing::warn!(error = %error, "a delivery could not be noted");
                        server.wait(0).await;
                    }
                    lock(&flying).remove(&lane);
                    server.post.notify_one();
                };
                self.work.spawn(task.instrument(span));
            }
            self.sleep().await;
        }
    }

    /// Sleeps until something is to be delivered.
    async fn sleep(&self) {
        let next = self.parts.store.next_due().await.ok().flatten();
        let until =
            next.and_then(|next| Duration::try_from(next.duration_since(Timestamp::now())).ok());
        // What is due already is under way, or waits for one that is: its end wakes us.
        let until = until
            .filter(|left| !left.is_zero())
            .unwrap_or(LONGEST_SLEEP);
        let _ = timeout(until.min(LONGEST_SLEEP), self.post.notified()).await;
    }

    async fn letter(&self, due: Due) -> Result<(), StoreError> {
        let letter = &due.letter;
        let now = Timestamp::now();
        let Some(chat) = self.rooms.of(letter.platform) else {
            let why = "its platform is not served".to_owned();
            let later = after(now, self.parts.limits.longest_wait);
            return self
                .parts
                .store
                .later(letter.mark, later, due.was_sending, why)
                .await;
        };
        let age = Duration::try_from(now.duration_since(due.made_at)).unwrap_or_default();
        if age > self.parts.limits.deliver_for {
            return self
                .give_up(&due, "it could not be delivered in time")
                .await;
        }
        let to = self.whither(&letter.to).await?;
        if due.was_sending {
            (self.parts.points)(Point::Finding);
            match self.find(chat.as_ref(), &to, letter).await {
                Ok(Some(found)) => return self.arrived(letter, found).await,
                Ok(None) => {}
                Err(why) => return self.later(&due, None, (true, why)).await,
            }
        }
        let channel = channel(&to);
        if let Some(channel) = &channel {
            self.rates.ready(channel).await;
        }
        if !self.parts.store.sending(letter.mark).await? {
            return Ok(());
        }
        (self.parts.points)(Point::Sending);
        match self.send(chat.as_ref(), &to, letter).await {
            Ok(delivered) => {
                (self.parts.points)(Point::Sent);
                self.arrived(letter, delivered).await
            }
            Err(Undelivered::Later { wait, why }) => {
                if let (Some(channel), Some(wait)) = (&channel, wait) {
                    self.rates.shut_for(channel, wait);
                }
                self.later(&due, wait, (false, why)).await
            }
            Err(Undelivered::Unknown { why }) => self.later(&due, None, (true, why)).await,
            Err(Undelivered::Never { why }) => self.give_up(&due, &why).await,
        }
    }

    async fn send(
        &self,
        chat: &dyn Chat,
        to: &To,
        letter: &Letter,
    ) -> Result<Delivered, Undelivered> {
        let parcel = Parcel {
            kind: letter.kind.clone(),
            body: letter.body.clone(),
        };
        let mark = letter.mark.to_string();
        let begun = Instant::now();
        let sent = timeout(
            self.parts.limits.deliver_within,
            chat.deliver(to, &parcel, &mark),
        );
        let sent = sent.await.unwrap_or_else(|_| {
            Err(Undelivered::Unknown {
                why: "the platform did not answer in time".to_owned(),
            })
        });
        let outcome = match &sent {
            Ok(_) => "sent",
            Err(Undelivered::Later { wait: Some(_), .. }) => "limited",
            Err(Undelivered::Later { wait: None, .. }) => "later",
            Err(Undelivered::Unknown { .. }) => "unknown",
            Err(Undelivered::Never { .. }) => "never",
        };
        let platform = letter.platform.to_string();
        metrics::counter!(
            "bot502_deliveries_total", "platform" => platform.clone(), "outcome" => outcome
        )
        .increment(1);
        metrics::histogram!("bot502_delivery_seconds", "platform" => platform)
            .record(begun.elapsed());
        sent
    }

    async fn find(
        &self,
        chat: &dyn Chat,
        to: &To,
        letter: &Letter,
    ) -> Result<Option<Delivered>, String> {
        let mark = letter.mark.to_string();
        match timeout(self.parts.limits.deliver_within, chat.find(to, &mark)).await {
            Ok(found) => found,
            Err(_) => Err("the platform did not answer in time".to_owned()),
        }
    }

    /// Notes that a letter arrived: again until it is noted, since it must not be sent again.
    async fn arrived(&self, letter: &Letter, delivered: Delivered) -> Result<(), StoreError> {
        let mut tries = 0;
        loop {
            let (at, now) = (delivered.at.clone(), Timestamp::now());
            match self.parts.store.sent(letter, at, now).await {
                Ok(()) => {
                    tracing::debug!(is_reply = letter.is_reply, "delivered");
                    (self.parts.points)(Point::Delivered);
                    return Ok(());
                }
                Err(_) if self.wait(tries).await => tries += 1,
                Err(error) => return Err(error),
            }
        }
    }

    async fn later(
        &self,
        due: &Due,
        wait: Option<Duration>,
        (is_unsure, why): (bool, String),
    ) -> Result<(), StoreError> {
        // The platform knows best how long; where it does not say, we wait longer each time.
        let wait = wait.unwrap_or_else(|| backoff(&self.parts.limits, due.tries));
        tracing::info!(why = %why, tries = due.tries, "a delivery is tried again later");
        let moment = after(Timestamp::now(), wait);
        self.parts
            .store
            .later(due.letter.mark, moment, is_unsure, why)
            .await
    }

    /// Gives up a letter that will never arrive, for a reason that is recorded. The reply to a person
    /// is tried once more, as a direct message to them.
    async fn give_up(&self, due: &Due, why: &str) -> Result<(), StoreError> {
        let letter = &due.letter;
        tracing::warn!(why, is_reply = letter.is_reply, "a delivery is given up");
        let instead = directly(letter);
        let event = audit::Event::Undelivered {
            correlation: letter.correlation,
            who: letter.person.clone(),
            is_reply: letter.is_reply,
            tried_directly: instead.is_some(),
            why: why.to_owned(),
        };
        let audit = Arc::clone(&self.parts.audit);
        let written =
            tokio::task::spawn_blocking(move || audit.append(event, Timestamp::now()).map(drop));
        if !matches!(written.await, Ok(Ok(()))) {
            tracing::error!("the audit cannot be written");
            return self.later(due, None, (false, why.to_owned())).await;
        }
        let (store, mark) = (&self.parts.store, letter.mark);
        store
            .failed(mark, why.to_owned(), instead, Timestamp::now())
            .await
    }

    /// Looks up where an address leads.
    async fn whither(&self, address: &Address) -> Result<To, StoreError> {
        Ok(match address {
            Address::Asker { .. } | Address::Home(_) => To::Address(address.clone()),
            Address::Here(place) => To::Place(place.clone()),
            Address::Beneath(slot) => match self.stands(slot).await? {
                (_, Some((place, message))) if place.thread.is_none() => {
                    To::Place(place.under(message))
                }
                (_, Some((place, _))) => To::Place(place),
                (sent_to, None) => without_message(sent_to, address),
            },
            Address::Instead(slot) => match self.stands(slot).await? {
                (_, Some((place, message))) => To::Instead(place, message),
                (sent_to, None) => without_message(sent_to, address),
            },
        })
    }

    /// Gives where a message of ours was sent, and where it stands.
    async fn stands(
        &self,
        slot: &Slot,
    ) -> Result<
        (
            Option<Address>,
            Option<(Place, crate::logic::place::MessageId)>,
        ),
        StoreError,
    > {
        let anchor = self.parts.store.anchor(slot).await?;
        Ok(match anchor {
            Some(anchor) => (Some(anchor.address), anchor.remote),
            None => (None, None),
        })
    }
}

/// Gives where something goes whose message of reference did not arrive, or stands where nobody can
/// say: to where that one was sent.
fn without_message(sent_to: Option<Address>, address: &Address) -> To {
    match sent_to {
        Some(Address::Here(place)) => To::Place(place),
        Some(sent_to) => To::Address(sent_to),
        None => To::Address(address.clone()),
    }
}

/// Makes the letter that takes the place of a reply which cannot arrive: the same, to the person
/// directly. A letter that is itself such a one is not tried further.
fn directly(letter: &Letter) -> Option<Letter> {
    let person = letter.person.clone().filter(|_| letter.is_reply)?;
    Some(Letter {
        mark: Uuid::now_v7(),
        to: Address::Here(direct(&person)?),
        is_reply: false,
        person: None,
        ..letter.clone()
    })
}

/// Gives the direct message with a person: its channel is the person's own id.
fn direct(person: &Person) -> Option<Place> {
    Some(Place {
        platform: person.platform,
        workspace: person.workspace.clone(),
        channel: ChannelId::new(person.user.as_str()).ok()?,
        kind: Kind::Direct,
        thread: None,
    })
}

/// Gives the channel whose pace a delivery keeps; none for what only one person sees.
fn channel(to: &To) -> Option<String> {
    match to {
        To::Place(place) | To::Instead(place, _) | To::Address(Address::Here(place)) => Some(
            format!("{}/{}/{}", place.platform, place.workspace, place.channel),
        ),
        To::Address(_) => None,
    }
}

/// Gives how long to wait after so many failures: twice as long each time, up to a limit, and a
/// quarter more or less by chance, so that those who failed together do not come back together.
pub(super) fn backoff(limits: &Limits, tries: u32) -> Duration {
    let wait = limits
        .first_wait
        .saturating_mul(1 << tries.min(20))
        .min(limits.longest_wait);
    let mut chance = [0; 1];
    // Without chance the wait is only less spread.
    let _ = getrandom::fill(&mut chance);
    wait.mul_f64(0.75 + f64::from(chance[0]) / 512.0)
}

fn after(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
