//! From a policy file to a policy. A policy with a mistake in it is no policy: the caller keeps the
//! one that it had, or starts with none of its rules.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use kb::diagnostic::Diagnostic;
use toml::Spanned;

use super::file::{File, RawApprovers, RawChannel, RawOperators, RawRule, RawTarget};
use super::rule::{Binding, Named, Operators, Policy, Rule, Selector};
use crate::logic::catalogue::{Catalogue, Source, Wrong, duration};
use crate::logic::digest::Digest;
use crate::logic::person::{ChannelId, GroupId, Platform, UserId, WorkspaceId};
use crate::logic::target::{HostName, NotAName, ProbeId, Target, shown};

/// The policy that holds until the operator gives one.
const DEFAULT: (&str, &str) = (
    "config/policy.toml",
    include_str!("../../../../config/policy.toml"),
);

/// Bytes of a policy file at most.
const LARGEST_FILE: usize = 1 << 20;

/// An approval can wait between a minute, in which nobody reads a message, and a working day.
const WINDOWS: std::ops::RangeInclusive<u64> = 60..=8 * 3600;

impl Policy {
    /// Gives the policy that holds until the operator gives one: the terminal may run probes, chat
    /// may not.
    ///
    /// # Panics
    /// Never: the file is compiled in, and a test reads it.
    #[must_use]
    pub fn shipped(catalogue: &Catalogue) -> Self {
        Self::read(DEFAULT.0, DEFAULT.1, catalogue)
            .expect("config/policy.toml is compiled in, and a test reads it")
    }

    /// Reads a policy and holds it against the catalogue.
    ///
    /// # Errors
    /// Every mistake with its place: names in place of ids, unknown probes and targets, rules that
    /// give nothing or more than a rule may.
    pub fn read(path: &str, text: &str, catalogue: &Catalogue) -> Result<Self, Vec<Diagnostic>> {
        let source = Source { path, text };
        let whole = |wrong: Wrong| vec![source.complain(0..0, wrong)];
        if text.len() > LARGEST_FILE {
            let message = format!(
                "the file has {} bytes, more than {LARGEST_FILE}",
                text.len()
            );
            return Err(whole(Wrong::new("policy-size", message)));
        }
        let file: File = toml::from_str(text).map_err(|error| {
            let wrong = Wrong::new("policy-syntax", error.message().to_owned())
                .hint("config/policy.toml shows every key");
            vec![source.complain(error.span().unwrap_or(0..0), wrong)]
        })?;
        let mut reader = Reader {
            source,
            complaints: Vec::new(),
        };
        let policy = reader.policy(file, catalogue);
        match reader.complaints.is_empty() {
            true => Ok(policy),
            false => Err(reader.complaints),
        }
    }
}

struct Reader<'a> {
    source: Source<'a>,
    complaints: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn policy(&mut self, file: File, catalogue: &Catalogue) -> Policy {
        let targets = self.each(file.target, target);
        let channels = self.each(file.channel, |raw, before| channel(raw, before, &targets));
        let rules = self.each(file.rule, |raw, before| {
            rule(raw, before, &targets, catalogue)
        });
        let operators = self.each(file.operators, |raw, _| operators(raw));
        let window = self.window(&file.approval.window);
        self.pending(&file.pending.each, "each");
        self.pending(&file.pending.all, "all");
        Policy {
            rules,
            targets,
            channels,
            operators,
            window,
            pending_each: *file.pending.each.get_ref(),
            pending_all: *file.pending.all.get_ref(),
            digest: Digest::of(self.source.text.as_bytes()),
        }
    }

    /// Reads each of a list, given those before it, and keeps the complaints.
    fn each<R, T>(
        &mut self,
        list: Vec<Spanned<R>>,
        read: impl Fn(&R, &[T]) -> Result<T, Wrong>,
    ) -> Vec<T> {
        let mut out = Vec::new();
        for raw in list {
            match read(raw.get_ref(), &out) {
                Ok(value) => out.push(value),
                Err(wrong) => self.complain(raw.span(), wrong),
            }
        }
        out
    }

    fn window(&mut self, text: &Spanned<String>) -> Duration {
        let read = duration(text.get_ref()).ok();
        match read.filter(|window| WINDOWS.contains(&window.as_secs())) {
            Some(window) => window,
            None => {
                let message = format!("`{}` is no window from 1m to 8h", shown(text.get_ref()));
                self.complain(text.span(), Wrong::new("policy-window", message));
                Duration::ZERO
            }
        }
    }

    fn pending(&mut self, number: &Spanned<usize>, name: &str) {
        if !(1..=1000).contains(number.get_ref()) {
            let message = format!("`{name}` is not from 1 to 1000");
            self.complain(number.span(), Wrong::new("policy-pending", message));
        }
    }

    fn complain(&mut self, span: Range<usize>, wrong: Wrong) {
        self.complaints.push(self.source.complain(span, wrong));
    }
}

fn target(raw: &RawTarget, before: &[Named]) -> Result<Named, Wrong> {
    let wrong = |error: NotAName| Wrong::new("target-name", error.to_string());
    ProbeId::new(&raw.name).map_err(|_| {
        Wrong::new(
            "target-name",
            format!("`{}` is no name for a target", shown(&raw.name)),
        )
        .hint("it begins with a small letter and holds small letters, digits and `-`")
    })?;
    if before.iter().any(|named| named.name == raw.name) {
        let message = format!("there is a target `{}` already", raw.name);
        return Err(Wrong::new("target-duplicate", message));
    }
    let hosts: Result<Vec<_>, _> = raw.hosts.iter().map(|host| HostName::new(host)).collect();
    Ok(Named {
        name: raw.name.clone(),
        target: Target {
            project: crate::logic::target::ProjectId::new(&raw.project).map_err(wrong)?,
            environment: crate::logic::target::EnvironmentName::new(&raw.environment)
                .map_err(wrong)?,
            app: crate::logic::target::AppName::new(&raw.app).map_err(wrong)?,
        },
        hosts: hosts.map_err(wrong)?,
    })
}

fn channel(raw: &RawChannel, before: &[Binding], targets: &[Named]) -> Result<Binding, Wrong> {
    let binding = Binding {
        platform: raw.platform,
        workspace: id(raw.platform, "workspace", &raw.workspace, WorkspaceId::new)?,
        channel: id(raw.platform, "channel", &raw.id, ChannelId::new)?,
        target: raw.target.clone(),
    };
    known_target(targets, &raw.target)?;
    let same = |other: &&Binding| {
        (other.platform, &other.workspace, &other.channel)
            == (binding.platform, &binding.workspace, &binding.channel)
    };
    if before.iter().any(|other| same(&other)) {
        return Err(Wrong::new(
            "channel-duplicate",
            format!("the channel `{}` is bound already", raw.id),
        ));
    }
    Ok(binding)
}

fn rule(
    raw: &RawRule,
    before: &[Rule],
    targets: &[Named],
    catalogue: &Catalogue,
) -> Result<Rule, Wrong> {
    ProbeId::new(&raw.id).map_err(|_| {
        Wrong::new(
            "rule-id",
            format!("`{}` is no name for a rule", shown(&raw.id)),
        )
        .hint("it begins with a small letter and holds small letters, digits and `-`")
    })?;
    if before.iter().any(|rule| rule.id == raw.id) {
        let message = format!("there is a rule `{}` already", raw.id);
        return Err(Wrong::new("rule-duplicate", message));
    }
    let who = Selector {
        anyone: raw.anyone,
        ..selector(raw.platform, &raw.users, &raw.groups)?
    };
    if who == Selector::default() {
        return Err(
            Wrong::new("rule-nobody", format!("`{}` names nobody", raw.id))
                .hint("give `users`, `groups`, or `anyone = true`"),
        );
    }
    Ok(Rule {
        id: raw.id.clone(),
        platform: raw.platform,
        workspace: workspace(&raw.id, raw.platform, raw.workspace.as_ref())?,
        who,
        channels: channels(raw)?,
        probes: probes(raw, catalogue)?,
        targets: rule_targets(raw, targets)?,
        approval: raw.approval,
        approvers: raw
            .approvers
            .as_ref()
            .map(|approvers| approvers_of(raw, approvers))
            .transpose()?,
        break_glass: break_glass(raw)?,
    })
}

fn operators(raw: &RawOperators) -> Result<Operators, Wrong> {
    let who = selector(raw.platform, &raw.users, &raw.groups)?;
    if who == Selector::default() {
        return Err(Wrong::new("operators-nobody", "`operators` names nobody")
            .hint("give `users` or `groups`; everybody is too many"));
    }
    Ok(Operators {
        platform: raw.platform,
        workspace: workspace("operators", raw.platform, raw.workspace.as_ref())?,
        who,
    })
}

fn break_glass(raw: &RawRule) -> Result<bool, Wrong> {
    if raw.break_glass && raw.platform == Platform::Terminal {
        return Err(Wrong::new(
            "rule-glass",
            format!(
                "`{}`: `break_glass` is for chat, where others see it",
                raw.id
            ),
        ));
    }
    Ok(raw.break_glass)
}

fn workspace(name: &str, platform: Platform, given: Option<&String>) -> Result<WorkspaceId, Wrong> {
    match (platform, given) {
        (Platform::Terminal, None) => Ok(WorkspaceId::local()),
        (Platform::Slack | Platform::Discord, Some(text)) => {
            id(platform, "workspace", text, WorkspaceId::new)
        }
        (Platform::Terminal, Some(_)) => Err(Wrong::new(
            "rule-workspace",
            "the terminal has no workspace",
        )),
        (Platform::Slack | Platform::Discord, None) => Err(Wrong::new(
            "rule-workspace",
            format!("`{name}` needs `workspace`: ids hold within one only"),
        )),
    }
}

fn channels(raw: &RawRule) -> Result<BTreeSet<ChannelId>, Wrong> {
    if raw.channels.is_empty() != (raw.platform == Platform::Terminal) {
        return Err(Wrong::new(
            "rule-channels",
            format!(
                "`{}` needs `channels` in chat, and none at the terminal",
                raw.id
            ),
        )
        .hint("name each channel, direct messages too: what is said there, is seen there"));
    }
    raw.channels
        .iter()
        .map(|text| id(raw.platform, "channel", text, ChannelId::new))
        .collect()
}

fn probes(raw: &RawRule, catalogue: &Catalogue) -> Result<Option<BTreeSet<ProbeId>>, Wrong> {
    if raw.probes == ["*"] {
        return Ok(None);
    }
    if raw.probes.is_empty() {
        return Err(Wrong::new(
            "rule-probes",
            format!("`{}` names no probe", raw.id),
        ));
    }
    let known = |text: &String| {
        ProbeId::new(text)
            .ok()
            .filter(|id| catalogue.get(id).is_some())
            .ok_or_else(|| {
                let wrong = Wrong::new(
                    "rule-probes",
                    format!("there is no probe `{}` in the catalogue", shown(text)),
                );
                match catalogue.nearest(text) {
                    Some(near) => wrong.hint(format!("did you mean `{near}`?")),
                    None => wrong.hint("`*` alone stands for all"),
                }
            })
    };
    raw.probes
        .iter()
        .map(known)
        .collect::<Result<_, _>>()
        .map(Some)
}

fn rule_targets(raw: &RawRule, targets: &[Named]) -> Result<Option<BTreeSet<String>>, Wrong> {
    match (raw.any_target, raw.targets.is_empty()) {
        (true, true) if raw.platform == Platform::Terminal => Ok(None),
        (true, _) => Err(Wrong::new(
            "rule-any-target",
            format!(
                "`{}`: `any_target` is for the terminal, and without `targets`",
                raw.id
            ),
        )
        .hint("in chat, name the targets: a typed project id must not reach other projects")),
        (false, true) => Err(Wrong::new(
            "rule-targets",
            format!("`{}` names no target", raw.id),
        )),
        (false, false) => {
            for name in &raw.targets {
                known_target(targets, name)?;
            }
            Ok(Some(raw.targets.iter().cloned().collect()))
        }
    }
}

fn approvers_of(raw: &RawRule, approvers: &RawApprovers) -> Result<Selector, Wrong> {
    let selector = selector(raw.platform, &approvers.users, &approvers.groups)?;
    if selector == Selector::default() || raw.platform == Platform::Terminal {
        return Err(Wrong::new(
            "rule-approvers",
            format!("`{}`: `approvers` names somebody, in chat", raw.id),
        ));
    }
    Ok(selector)
}

fn selector(platform: Platform, users: &[String], groups: &[String]) -> Result<Selector, Wrong> {
    let users: Result<_, _> = users
        .iter()
        .map(|text| id(platform, "user", text, UserId::new))
        .collect();
    let groups: Result<_, _> = groups
        .iter()
        .map(|text| id(platform, "group", text, GroupId::new))
        .collect();
    Ok(Selector {
        anyone: false,
        users: users?,
        groups: groups?,
    })
}

fn known_target(targets: &[Named], name: &str) -> Result<(), Wrong> {
    if targets.iter().any(|named| named.name == name) {
        return Ok(());
    }
    let names = targets.iter().map(|named| named.name.as_str());
    let wrong = Wrong::new(
        "target-unknown",
        format!("there is no target `{}` in the policy", shown(name)),
    );
    Err(match crate::logic::nearest::nearest(name, names) {
        Some(near) => wrong.hint(format!("did you mean `{near}`?")),
        None => wrong.hint("[[target]] names one, and stands anywhere in the file"),
    })
}

/// Reads an id and refuses what looks like a name: names change hands, ids do not.
fn id<T>(
    platform: Platform,
    what: &'static str,
    text: &str,
    new: fn(&str) -> Result<T, NotAName>,
) -> Result<T, Wrong> {
    let wrong = || {
        Wrong::new(
            "policy-id",
            format!("`{}` is no {what} id of {platform}", shown(text)),
        )
        .hint(shape(platform, what).1)
    };
    if !shape(platform, what).0(text) {
        return Err(wrong());
    }
    new(text).map_err(|_| wrong())
}

/// Gives what an id of a platform looks like, and how to say so.
fn shape(platform: Platform, what: &str) -> (fn(&str) -> bool, &'static str) {
    match (platform, what) {
        (Platform::Terminal, _) => (
            |text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
            "the number of a Unix user, as `id -u` prints it",
        ),
        (Platform::Discord, _) => (
            |text| text.len() >= 15 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "a number of 17 to 20 digits; Copy ID shows it in developer mode",
        ),
        (Platform::Slack, "workspace") => (
            |text| is_slack(text, &['T', 'E']),
            "it begins with `T` or `E`: the address of the workspace in a browser holds it",
        ),
        (Platform::Slack, "user") => (
            |text| is_slack(text, &['U', 'W']),
            "it begins with `U` or `W`; Copy member ID in the profile gives it, a handle does not",
        ),
        (Platform::Slack, "group") => (
            |text| is_slack(text, &['S']),
            "it begins with `S`; the group's address holds it, its handle does not",
        ),
        (Platform::Slack, _) => (
            |text| is_slack(text, &['C', 'G', 'D']),
            "it begins with `C`, `G` or `D`; the channel's details show it at the bottom",
        ),
    }
}

fn is_slack(text: &str, first: &[char]) -> bool {
    text.len() >= 3
        && text.starts_with(first)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}
