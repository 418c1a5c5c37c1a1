//! The channels that the bot is in: page by page, as fast as Slack allows, up to a bound that is said.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use super::client::{Slack, Trouble};

/// Channels of a page: what Slack recommends at most.
const PAGE: &str = "200";

/// Pages that are looked at: 10,000 channels, which is more than a bot has business in.
const PAGES: usize = 50;

/// How long one wait may be that Slack asks for. A whole minute is the most that its tiers need.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long one waits where Slack asks to slow down and does not say for how long.
const SOME_WAIT: Duration = Duration::from_secs(5);

/// Waits in all: somebody sits before the screen.
const WAITS: usize = 3;

/// Channels that are named in words at most.
const NAMED: usize = 20;

/// The channels that the bot is in.
#[derive(Debug, Default)]
pub(super) struct Channels {
    /// Those that were looked at.
    pub ids: BTreeSet<String>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Channels {
    /// Asks Slack for them.
    pub async fn of(slack: &Slack) -> Result<Self, Trouble> {
        let (mut found, mut cursor, mut waits) = (Self::default(), String::new(), WAITS);
        for _ in 0..PAGES {
            let page = page(slack, &cursor, &mut waits).await?;
            let channels = page["channels"].as_array().into_iter().flatten();
            let ids = channels.filter_map(|channel| channel["id"].as_str());
            found.ids.extend(ids.map(str::to_owned));
            match page["response_metadata"]["next_cursor"].as_str() {
                None | Some("") => return Ok(found),
                // The same again would lead in a circle.
                Some(next) if next == cursor => break,
                Some(next) => cursor = next.to_owned(),
            }
        }
        found.has_more = true;
        Ok(found)
    }

    /// Says how many there are, and names the first.
    pub fn in_words(&self) -> String {
        let count = self.ids.len();
        let shown: Vec<&str> = self.ids.iter().take(NAMED).map(String::as_str).collect();
        let more = match count.saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let at_least = if self.has_more { "at least " } else { "" };
        format!("it is in {at_least}{count}: {}{more}", shown.join(", "))
    }
}

/// Asks for one page, again where Slack asks to slow down.
async fn page(slack: &Slack, cursor: &str, waits: &mut usize) -> Result<Value, Trouble> {
    let mut fields = vec![
        ("types", "public_channel,private_channel"),
        ("limit", PAGE),
        ("exclude_archived", "true"),
    ];
    if !cursor.is_empty() {
        fields.push(("cursor", cursor));
    }
    loop {
        let wait = match slack.web().get("users.conversations", &fields).await {
            Err(Trouble::Limited(wait)) if *waits > 0 => wait.unwrap_or(SOME_WAIT),
            answer => return answer,
        };
        if wait > LONGEST_WAIT {
            return Err(Trouble::Limited(Some(wait)));
        }
        *waits -= 1;
        tokio::time::sleep(wait).await;
    }
}
