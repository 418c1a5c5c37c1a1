//! The sentences of a verdict: what was understood, who may, who could grant it.

use super::judge::{Ask, Wish};
use super::rule::{Policy, Rule, Selector};
use super::verdict::{Reason, Refusal};
use crate::logic::catalogue::{Approval, Catalogue};
use crate::logic::nearest::nearest;
use crate::logic::person::Platform;
use crate::logic::target::{ProbeId, Target, shown};

/// Rules that are named at most in a sentence: more than these nobody reads.
const MOST_NAMED: usize = 4;

/// Says who may run what was asked: the rules that name the probe on this target.
pub(super) fn who_may(policy: &Policy, ask: &Ask) -> String {
    let probe = ProbeId::new(&ask.probe).ok();
    let grants: Vec<String> = policy
        .rules()
        .iter()
        .filter(|rule| probe.as_ref().is_none_or(|probe| rule.fits_probe(probe)))
        .filter(|rule| policy.fits_target(rule, &ask.target))
        .map(grantee)
        .collect();
    if grants.is_empty() {
        return "Nobody may: the operator can give it with a rule in the policy.".to_owned();
    }
    let more = grants.len().saturating_sub(MOST_NAMED);
    let named: Vec<&str> = grants.iter().take(MOST_NAMED).map(String::as_str).collect();
    let tail = match more {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "Who may: {}{tail}. The operator can give it to you with a rule in the policy.",
        named.join("; ")
    )
}

/// Says who may consent.
pub(super) fn who_may_consent(rule: &Rule, approval: Approval) -> String {
    match approval {
        Approval::Nobody => "Nobody needs to consent.".to_owned(),
        Approval::Asker => "The one who asked consents, by a second click.".to_owned(),
        Approval::SecondPerson => format!(
            "A second person must consent: {} (rule `{}`).",
            chosen(rule.approvers.as_ref().unwrap_or(&rule.who)),
            rule.id
        ),
    }
}

fn grantee(rule: &Rule) -> String {
    let place = match rule.platform {
        Platform::Terminal => "at the terminal".to_owned(),
        Platform::Slack | Platform::Discord => {
            let channels: Vec<&str> = rule.channels.iter().map(|id| id.as_str()).collect();
            format!("on {} in {}", rule.platform, channels.join(", "))
        }
    };
    format!("{} {place} (rule `{}`)", chosen(&rule.who), rule.id)
}

fn chosen(selector: &Selector) -> String {
    let mut parts = Vec::new();
    if selector.anyone {
        parts.push("anyone".to_owned());
    }
    let users: Vec<&str> = selector.users.iter().map(|id| id.as_str()).collect();
    if !users.is_empty() {
        parts.push(users.join(", "));
    }
    let groups: Vec<&str> = selector.groups.iter().map(|id| id.as_str()).collect();
    if !groups.is_empty() {
        parts.push(format!("members of {}", groups.join(", ")));
    }
    parts.join(" or ")
}

pub(super) fn no_such_probe(catalogue: &Catalogue, asked: &str) -> Refusal {
    Refusal {
        reason: Reason::UnknownProbe {
            asked: asked.to_owned(),
            nearest: catalogue.nearest(asked).map(str::to_owned),
        },
        who_may: "Only probes of the catalogue can be run, by anybody; `probe list` shows them."
            .to_owned(),
    }
}

pub(super) fn no_such_target(policy: &Policy, name: &str) -> Refusal {
    let known: Vec<&str> = policy
        .targets()
        .iter()
        .map(|named| named.name.as_str())
        .collect();
    let near = match nearest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None if known.is_empty() => "; the policy names no targets".to_owned(),
        None => format!("; there are {}", known.join(", ")),
    };
    Refusal {
        reason: Reason::BadTarget(format!("There is no target `{}`{near}", shown(name))),
        who_may: "The operator can name targets in the policy.".to_owned(),
    }
}

/// Makes a target of what was said and of `base`.
pub(super) fn target_of(
    wish: &Wish,
    base: Option<&Target>,
    policy: &Policy,
) -> Result<Target, Refusal> {
    let bad = |why: String| Refusal {
        reason: Reason::BadTarget(why),
        who_may: "Say it again with an id or a name as the platform has it.".to_owned(),
    };
    let project = wish.project_id().transpose().map_err(bad)?;
    let environment = wish.environment_name().transpose().map_err(bad)?;
    let app = wish.app_name().transpose().map_err(bad)?;
    // Parts of another project's target say nothing about this project.
    let base = base.filter(|base| project.as_ref().is_none_or(|id| *id == base.project));
    let missing: Vec<&str> = [
        ("project", project.is_none()),
        ("environment", environment.is_none()),
        ("app", app.is_none()),
    ]
    .into_iter()
    .filter(|(_, is_missing)| *is_missing && base.is_none())
    .map(|(name, _)| name)
    .collect();
    let parts = (
        project.or_else(|| base.map(|base| base.project.clone())),
        environment.or_else(|| base.map(|base| base.environment.clone())),
        app.or_else(|| base.map(|base| base.app.clone())),
    );
    match parts {
        (Some(project), Some(environment), Some(app)) => Ok(Target {
            project,
            environment,
            app,
        }),
        _ => Err(no_target(&missing, policy)),
    }
}

fn no_target(missing: &[&str], policy: &Policy) -> Refusal {
    let names: Vec<&str> = policy
        .targets()
        .iter()
        .map(|named| named.name.as_str())
        .collect();
    let known = match names.is_empty() {
        true => String::new(),
        false => format!(" A target's name does as well: {}.", names.join(", ")),
    };
    Refusal {
        reason: Reason::NoTarget(format!(
            "A probe needs a target, and this one has no {}",
            missing.join(", no ")
        )),
        who_may: format!(
            "Say which project, environment and app, or ask in a channel that is bound to a target.{known}"
        ),
    }
}
