//! `bot502 step` and `bot502 guides`: the guides themselves, to read.

use kb::Knowledge;
use kb::answer::Located;
use kb::guide::{Command, Section};
use kb::text::Block;
use serde::Serialize;

use super::{Context, Exit, Failure, knowledge, talk};
use crate::logic::command::guide;
use crate::logic::request::Request;

/// Version of the JSON shape of a step.
const SHAPE: u32 = 1;

/// Which step.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bot502 step\n  bot502 step 2")]
pub struct StepArgs {
    /// Its number; without one, the steps are listed.
    number: Option<u32>,
}

/// Nothing to choose.
#[derive(Debug, clap::Args)]
pub struct GuidesArgs {}

/// Shows a step, or lists them.
///
/// # Errors
/// When the guides cannot be read, there is no such step, or standard output fails.
pub fn step(args: StepArgs, ctx: &Context) -> anyhow::Result<Exit> {
    let knowledge = knowledge::load(ctx)?;
    if let Some(number) = args.number
        && !steps(&knowledge).iter().any(|step| step.number == number)
    {
        return Err(Failure::asker(format!("there is no step {number}"))
            .hint("`bot502 step` lists those that there are")
            .into());
    }
    if ctx.json {
        return step_json(&args, ctx, &knowledge);
    }
    let request = args
        .number
        .map_or(Request::Steps, |number| Request::Step { number });
    talk::say(ctx, &knowledge, request)?;
    Ok(Exit::Done)
}

/// A step as JSON: `{version, number, heading, path, lines, url, blocks, commands}`.
#[derive(Serialize)]
struct Step {
    version: u32,
    number: u32,
    heading: String,
    path: String,
    lines: [u32; 2],
    url: Option<String>,
    blocks: Vec<Block>,
    commands: Vec<Command>,
}

fn step_json(args: &StepArgs, ctx: &Context, knowledge: &Knowledge) -> anyhow::Result<Exit> {
    let all = steps(knowledge);
    let Some(number) = args.number else {
        ctx.out.json(&all)?;
        return Ok(Exit::Done);
    };
    if let Some(step) = all.iter().find(|step| step.number == number) {
        ctx.out.json(step)?;
    }
    Ok(Exit::Done)
}

fn steps(knowledge: &Knowledge) -> Vec<Step> {
    let Some(guide) = guide::with_steps(knowledge) else {
        return Vec::new();
    };
    let step = |(located, section): (Located, Section)| {
        Some(Step {
            version: SHAPE,
            number: section.step?,
            heading: section.heading,
            path: located.path,
            lines: [located.lines.first, located.lines.last],
            url: located.url,
            blocks: section.blocks,
            commands: section.commands,
        })
    };
    knowledge
        .sections(&guide)
        .into_iter()
        .filter_map(step)
        .collect()
}

/// Lists the guides.
///
/// # Errors
/// When the guides cannot be read or standard output fails.
pub fn guides(_args: GuidesArgs, ctx: &Context) -> anyhow::Result<Exit> {
    let knowledge = knowledge::load(ctx)?;
    if ctx.json {
        ctx.out.json(&knowledge.guides())?;
    } else {
        talk::say(ctx, &knowledge, Request::Guides)?;
    }
    Ok(Exit::Done)
}
