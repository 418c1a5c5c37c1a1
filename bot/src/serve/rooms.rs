//! The platforms that are served, each behind the same seam.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use crate::chat::Chat;
use crate::logic::person::{Asker, Person, Platform, Standing};

/// How long a platform may take to say who somebody is. A press waits for it.
const WHO_WITHIN: Duration = Duration::from_secs(5);

/// The platforms that are served.
#[derive(Clone, Default)]
pub struct Rooms {
    chats: BTreeMap<Platform, Arc<dyn Chat>>,
}

impl Rooms {
    /// Makes the list.
    #[must_use]
    pub fn new(chats: impl IntoIterator<Item = (Platform, Arc<dyn Chat>)>) -> Self {
        Self {
            chats: chats.into_iter().collect(),
        }
    }

    /// Gives the way to a platform, where it is served.
    #[must_use]
    pub fn of(&self, platform: Platform) -> Option<&Arc<dyn Chat>> {
        self.chats.get(&platform)
    }

    /// Asks who somebody is, now. Where that cannot be learnt, they are an outsider without groups.
    pub async fn asker(&self, person: &Person, known: Option<Standing>) -> Asker {
        let why = match self.of(person.platform) {
            None => "its platform is not served".to_owned(),
            Some(chat) => match timeout(WHO_WITHIN, chat.asker(person, known)).await {
                Ok(Ok(asker)) => return asker,
                Ok(Err(why)) => why,
                Err(_) => "the platform did not say in time".to_owned(),
            },
        };
        tracing::warn!(why = %why, "a person's groups are not known");
        Asker {
            person: person.clone(),
            groups: std::collections::BTreeSet::new(),
            standing: Standing::Outsider,
        }
    }
}
