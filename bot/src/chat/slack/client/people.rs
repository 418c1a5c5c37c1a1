//! How a person belongs to the workspace, and which user groups they are in, as they are now. What was
//! asked a moment ago is asked again: a minute of questions must not run into Slack's limits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use super::trouble::Trouble;
use super::web::Web;
use crate::chat::slack::inbound::Us;
use crate::logic::person::{Asker, GroupId, Person, Standing};

/// How long an answer is held for true: an approver who loses the right keeps it this long at most.
const FRESH: Duration = Duration::from_secs(15);

/// People remembered at most; beyond it all are asked anew.
const REMEMBERED: usize = 2_000;

/// Slack's words for a workspace that has no user groups at all.
const NO_GROUPS: [&str; 3] = [
    "paid_teams_only",
    "plan_upgrade_required",
    "feature_not_enabled",
];

/// What was learnt of late.
#[derive(Default)]
pub struct People {
    standings: Mutex<BTreeMap<String, (Instant, Standing)>>,
    /// Asked by one at a time: the others wait for the same answer.
    groups: tokio::sync::Mutex<Option<(Instant, Groups)>>,
}

/// The groups of each user.
type Groups = BTreeMap<String, BTreeSet<GroupId>>;

#[derive(Default, Deserialize)]
struct User {
    #[serde(default)]
    team_id: Option<String>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    is_stranger: bool,
    #[serde(default)]
    is_restricted: bool,
    #[serde(default)]
    is_ultra_restricted: bool,
    #[serde(default)]
    enterprise_user: Option<Enterprise>,
}

#[derive(Deserialize)]
struct Enterprise {
    #[serde(default)]
    teams: Vec<String>,
}

#[derive(Deserialize)]
struct Group {
    id: String,
    #[serde(default)]
    users: Vec<String>,
    #[serde(default)]
    date_delete: i64,
}

impl People {
    /// Gives the person with their groups and standing.
    pub async fn asker(
        &self,
        web: &Web,
        us: &Us,
        person: &Person,
        known: Option<Standing>,
    ) -> Result<Asker, Trouble> {
        let outsider = Asker {
            person: person.clone(),
            groups: BTreeSet::new(),
            standing: Standing::Outsider,
        };
        if known == Some(Standing::Outsider) || person.workspace != us.team {
            return Ok(outsider);
        }
        let standing = self.standing(web, us, person).await?;
        if standing == Standing::Outsider {
            return Ok(outsider);
        }
        let groups = self.groups_of(web, person.user.as_str()).await?;
        Ok(Asker {
            person: person.clone(),
            groups,
            standing,
        })
    }

    async fn standing(&self, web: &Web, us: &Us, person: &Person) -> Result<Standing, Trouble> {
        let id = person.user.as_str();
        if let Some(standing) = self.remembered(id) {
            return Ok(standing);
        }
        let answer = match web.get("users.info", &[("user", id)]).await {
            Err(trouble) if trouble.is(&["user_not_found", "user_not_visible"]) => {
                return Ok(Standing::Outsider);
            }
            answer => answer?,
        };
        let user = User::deserialize(&answer["user"])
            .map_err(|_| Trouble::Unseen("Slack's answer could not be read"))?;
        let standing = standing(&user, us);
        if let Ok(mut standings) = self.standings.lock() {
            if standings.len() >= REMEMBERED {
                standings.clear();
            }
            standings.insert(id.to_owned(), (Instant::now(), standing));
        }
        Ok(standing)
    }

    fn remembered(&self, id: &str) -> Option<Standing> {
        let standings = self.standings.lock().ok()?;
        standings
            .get(id)
            .filter(|(at, _)| at.elapsed() < FRESH)
            .map(|(_, standing)| *standing)
    }

    async fn groups_of(&self, web: &Web, user: &str) -> Result<BTreeSet<GroupId>, Trouble> {
        let mut known = self.groups.lock().await;
        if let Some((at, groups)) = known.as_ref()
            && at.elapsed() < FRESH
        {
            return Ok(groups.get(user).cloned().unwrap_or_default());
        }
        let groups = match web
            .get("usergroups.list", &[("include_users", "true")])
            .await
        {
            Err(trouble) if trouble.is(&NO_GROUPS) => Groups::new(),
            answer => groups(&answer?),
        };
        let mine = groups.get(user).cloned().unwrap_or_default();
        *known = Some((Instant::now(), groups));
        Ok(mine)
    }
}

fn standing(user: &User, us: &Us) -> Standing {
    let of_ours = |team: &String| team == us.team.as_str();
    let belongs = user.team_id.as_ref().is_none_or(of_ours)
        || user
            .enterprise_user
            .as_ref()
            .is_some_and(|user| user.teams.iter().any(of_ours));
    if user.deleted || user.is_bot || user.is_stranger || !belongs {
        Standing::Outsider
    } else if user.is_restricted || user.is_ultra_restricted {
        Standing::Guest
    } else {
        Standing::Member
    }
}

fn groups(answer: &Value) -> Groups {
    let mut groups = Groups::new();
    for group in answer["usergroups"].as_array().into_iter().flatten() {
        let Ok(group) = Group::deserialize(group) else {
            continue;
        };
        let Ok(id) = GroupId::new(&group.id) else {
            continue;
        };
        for user in group.users.into_iter().filter(|_| group.date_delete == 0) {
            groups.entry(user).or_default().insert(id.clone());
        }
    }
    groups
}
