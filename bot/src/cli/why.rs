//! `bot502 why`: whether somebody may run a probe, by which rule, and who could; nothing is run.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::wanted::Wanted;
use super::{Context, Exit, Failure, rules};
use crate::logic::person::{
    Asker, ChannelId, GroupId, Person, Platform, Standing, UserId, WorkspaceId,
};
use crate::logic::policy::{Ask, Verdict};
use crate::logic::target::NotAName;

/// Version of the JSON shape.
const SHAPE: u32 = 1;

/// Who, what, where, on which.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit code 0: it may be run, at once or with consent. 1: it may not.

Examples:
  bot502 why app-log --target shop
  bot502 why sql-select --project abcdefghijklm --environment main --app app
  bot502 why port --target shop --as slack:T0123456789/U0123456789 --group S0123456789 --channel C0123456789")]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
    /// Another person than the one at this terminal: slack:WORKSPACE/USER or discord:SERVER/USER.
    #[arg(long = "as", value_name = "WHO")]
    who: Option<String>,
    /// A group or role that the person is in; repeatable.
    #[arg(long, value_name = "ID", requires = "who")]
    group: Vec<String>,
    /// As a guest, not a full member.
    #[arg(long, requires = "who")]
    guest: bool,
    /// The channel where it is asked.
    #[arg(long, value_name = "ID", requires = "who")]
    channel: Option<String>,
}

#[derive(Serialize)]
struct Shape {
    version: u32,
    verdict: &'static str,
    rule: Option<String>,
    approval: Option<String>,
    reason: Option<String>,
    who_may: Option<String>,
    argv: Vec<String>,
    digest: Option<String>,
}

/// Asks the policy, and says what it said.
///
/// # Errors
/// When something typed cannot be meant, or the catalogue or policy cannot be read.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let rules = rules::rules(ctx)?;
    let asker = asker(&args)?;
    let channel = args.channel.as_deref().map(ChannelId::new).transpose();
    let channel = channel.map_err(not_a_name)?;
    let wish = args.wanted.wish();
    let verdict = match rules.policy.settle(&asker, channel.as_ref(), &wish) {
        Err(refusal) => Verdict::Refused(refusal),
        Ok(target) => {
            let ask = Ask {
                asker,
                channel,
                probe: args.wanted.probe.clone(),
                target,
                values: args.wanted.values()?,
            };
            rules.policy.judge(&rules.catalogue, &ask, Timestamp::now())
        }
    };
    let shape = shape(&verdict);
    if ctx.json {
        ctx.out.json(&shape)?;
    } else {
        ctx.out.text(&words(&shape))?;
    }
    Ok(match verdict {
        Verdict::Refused(_) => Exit::No,
        Verdict::NeedsApproval(_) | Verdict::Permitted(_) => Exit::Done,
    })
}

fn asker(args: &Args) -> Result<Asker, Failure> {
    let Some(who) = &args.who else {
        return Ok(Asker::at_terminal(rustix::process::getuid().as_raw()));
    };
    let unclear = || {
        Failure::asker(format!("`{who}` names nobody"))
            .hint("write slack:T0123456789/U0123456789 or discord:SERVER/USER")
    };
    let (platform, ids) = who.split_once(':').ok_or_else(unclear)?;
    let (workspace, user) = ids.split_once('/').ok_or_else(unclear)?;
    let platform = match platform {
        "slack" => Platform::Slack,
        "discord" => Platform::Discord,
        "terminal" => Platform::Terminal,
        _ => return Err(unclear()),
    };
    let groups: Result<BTreeSet<GroupId>, NotAName> =
        args.group.iter().map(|id| GroupId::new(id)).collect();
    Ok(Asker {
        person: Person {
            platform,
            workspace: WorkspaceId::new(workspace).map_err(not_a_name)?,
            user: UserId::new(user).map_err(not_a_name)?,
        },
        groups: groups.map_err(not_a_name)?,
        standing: match args.guest {
            true => Standing::Guest,
            false => Standing::Member,
        },
    })
}

fn not_a_name(error: NotAName) -> Failure {
    Failure::asker(error.to_string())
}

fn shape(verdict: &Verdict) -> Shape {
    let none = Shape {
        version: SHAPE,
        verdict: "refused",
        rule: None,
        approval: None,
        reason: None,
        who_may: None,
        argv: Vec::new(),
        digest: None,
    };
    match verdict {
        Verdict::Refused(refusal) => Shape {
            reason: Some(refusal.reason.to_string()),
            who_may: Some(refusal.who_may.clone()),
            ..none
        },
        Verdict::NeedsApproval(proposal) => Shape {
            verdict: "needs-approval",
            rule: Some(proposal.rule.clone()),
            approval: Some(proposal.approval.to_string()),
            who_may: Some(proposal.who_may.clone()),
            argv: proposal.action.argv().to_vec(),
            digest: Some(proposal.digest.to_string()),
            ..none
        },
        Verdict::Permitted(permit) => Shape {
            verdict: "permitted",
            rule: Some(permit.rule().to_owned()),
            argv: permit.argv().to_vec(),
            digest: Some(permit.digest().to_string()),
            ..none
        },
    }
}

fn words(shape: &Shape) -> String {
    let rule = shape.rule.as_deref().unwrap_or_default();
    let who = shape.who_may.as_deref().unwrap_or_default();
    let runs = match shape.argv.is_empty() {
        true => String::new(),
        false => format!("\nIt runs: {}", crate::logic::catalogue::show(&shape.argv)),
    };
    match (shape.verdict, &shape.reason) {
        ("permitted", _) => format!("Yes, by rule `{rule}`.{runs}"),
        ("needs-approval", _) => format!("Yes, with consent, by rule `{rule}`. {who}{runs}"),
        (_, reason) => format!("No. {} {who}", reason.as_deref().unwrap_or_default()),
    }
}
