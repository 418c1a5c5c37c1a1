//! `bot502 causes`: the causes that are known, or one with its signatures and examples.

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use kb::cause::{Cause, Strength};

use super::output::Output;
use super::{Context, Exit, known};
use crate::failure::Failure;

/// Which cause.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  bot502 causes\n  bot502 causes port-in-use")]
pub struct Args {
    /// The cause to show; without it, all are listed. A platform's code works too: `H14`.
    #[arg(value_name = "ID")]
    id: Option<String>,
}

/// Lists the causes, or shows one.
///
/// # Errors
/// When there is no such cause, or the operator's causes cannot be read.
pub fn run(args: Args, ctx: &Context) -> anyhow::Result<Exit> {
    let causes = known::causes(ctx)?;
    let Some(id) = args.id else {
        if ctx.json {
            ctx.out.json(&causes.causes())?;
        } else {
            ctx.out.text(&list(causes.causes(), &ctx.out))?;
        }
        return Ok(Exit::Done);
    };
    let cause = causes.find(&id).ok_or_else(|| {
        let near = nearest(&id, causes.causes());
        Failure::asker(format!("there is no cause `{id}`"))
            .hint(format!("{near}`bot502 causes` lists them all"))
    })?;
    if ctx.json {
        ctx.out.json(cause)?;
    } else {
        ctx.out.text(&one(cause))?;
    }
    Ok(Exit::Done)
}

fn list(causes: &[Cause], out: &Output) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(width) = out.width {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(["cause", "step", "what it is"]);
    for cause in causes {
        table.add_row([
            cause.id.clone(),
            cause.step().to_string(),
            cause.title.clone(),
        ]);
    }
    table.to_string()
}

fn one(cause: &Cause) -> String {
    let steps: Vec<String> = cause.steps.iter().map(u32::to_string).collect();
    let mut text = format!(
        "{} ({})\n\n{}\n\nFix: {}\nSteps of the 502 guide: {}\nNext probe: {}\n",
        cause.title,
        cause.id,
        cause.what,
        cause.fix,
        steps.join(", "),
        cause.probe
    );
    if !cause.synonyms.is_empty() {
        text.push_str(&format!("Also called: {}\n", cause.synonyms.join(", ")));
    }
    for other in &cause.confused_with {
        text.push_str(&format!("Not {}: {}\n", other.id, other.tell));
    }
    for signature in &cause.signatures {
        let strength = match signature.strength {
            Strength::Decisive => "decisive",
            Strength::Supporting => "supporting",
            Strength::Symptom => "symptom",
        };
        text.push_str(&format!("\n{strength}: {}\n", signature.pattern));
        if let Some(unless) = &signature.unless {
            text.push_str(&format!("  unless:  {unless}\n"));
        }
        if let Some(with) = &signature.with {
            text.push_str(&format!("  with:    {with}\n"));
        }
        text.push_str(&format!("  example: {}\n", signature.example));
    }
    text
}

/// Names the cause whose id is nearest to what was typed, where one is near.
fn nearest(id: &str, causes: &[Cause]) -> String {
    crate::logic::nearest::nearest(id, causes.iter().map(|cause| cause.id.as_str()))
        .map(|near| format!("did you mean `{near}`? "))
        .unwrap_or_default()
}
