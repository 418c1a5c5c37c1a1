//! `bot502 probe list` and `bot502 probe show`: the catalogue as people read it. Running one is left
//! to `probe`.

use std::fmt::Write as _;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde::Serialize;

use super::output::Output;
use super::{Context, Exit, Failure, rules};
use crate::logic::catalogue::{
    Approval, Catalogue, Kind, Need, Parameter, Probe, Remote, RemoteRun, Word,
};
use crate::logic::target::ProbeId;

/// Version of the JSON shapes.
const SHAPE: u32 = 1;

/// Which probe.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  bot502 probe show service-connect")]
pub struct ShowArgs {
    /// The probe, as `bot502 probe list` names it.
    #[arg(value_name = "PROBE")]
    id: String,
}

#[derive(Serialize)]
struct Listed<'a> {
    version: u32,
    catalogue: String,
    probes: Vec<&'a Probe>,
}

#[derive(Serialize)]
struct Shown<'a> {
    version: u32,
    probe: &'a Probe,
}

/// Lists the probes.
///
/// # Errors
/// When the operator's catalogue cannot be read, or the output cannot be written.
pub fn list(ctx: &Context) -> anyhow::Result<Exit> {
    let rules = rules::rules(ctx)?;
    let probes: Vec<&Probe> = rules.catalogue.probes().collect();
    if ctx.json {
        ctx.out.json(&Listed {
            version: SHAPE,
            catalogue: rules.catalogue.digest().to_string(),
            probes,
        })?;
    } else {
        ctx.out.text(&table(&probes, &ctx.out))?;
    }
    Ok(Exit::Done)
}

/// Shows one probe: what it tells, takes, touches and runs, word for word.
///
/// # Errors
/// When there is no such probe, or the output cannot be written.
pub fn show(args: &ShowArgs, ctx: &Context) -> anyhow::Result<Exit> {
    let rules = rules::rules(ctx)?;
    let probe = find(&rules.catalogue, &args.id)?;
    if ctx.json {
        ctx.out.json(&Shown {
            version: SHAPE,
            probe,
        })?;
    } else {
        ctx.out.text(&one(probe))?;
    }
    Ok(Exit::Done)
}

fn find<'a>(catalogue: &'a Catalogue, name: &str) -> Result<&'a Probe, Failure> {
    let found = ProbeId::new(name).ok().and_then(|id| catalogue.get(&id));
    found.ok_or_else(|| {
        let near = match catalogue.nearest(name) {
            Some(near) => format!("did you mean `{near}`? "),
            None => String::new(),
        };
        let name = crate::logic::target::shown(name);
        Failure::asker(format!("there is no probe `{name}`"))
            .hint(format!("{near}`bot502 probe list` lists them all"))
    })
}

fn table(probes: &[&Probe], out: &Output) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some(width) = out.width {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.set_header(["probe", "step", "consent", "what it is"]);
    for probe in probes {
        let step = probe.guide.as_ref().map(|guide| guide.step.to_string());
        let consent = match probe.approval {
            Approval::Nobody => "none",
            Approval::Asker => "second click",
            Approval::SecondPerson => "second person",
        };
        table.add_row([
            probe.id.to_string(),
            step.unwrap_or_default(),
            consent.to_owned(),
            probe.title.clone(),
        ]);
    }
    table.to_string()
}

fn one(probe: &Probe) -> String {
    let mut text = format!("{} ({})\n\n{}\n", probe.title, probe.id, probe.tells);
    // Writing to a String cannot fail.
    if let Some(guide) = &probe.guide {
        let _ = writeln!(
            text,
            "\nIt stands for `{}`, step {} of the guide.",
            guide.command, guide.step
        );
        if !guide.changed.is_empty() {
            let _ = writeln!(text, "What was changed, and why: {}", guide.changed);
        }
    }
    if !probe.parameters.is_empty() {
        text.push_str("\nIt takes:\n");
        for parameter in &probe.parameters {
            let _ = writeln!(text, "  {}", takes(parameter));
        }
    }
    let _ = writeln!(
        text,
        "\nAt most {} s and {} KiB of output. Who must consent: {}.",
        probe.limits.time.as_secs(),
        probe.limits.output_bytes / 1024,
        probe.approval
    );
    text.push_str("\nIt touches:\n");
    for permission in &probe.touches {
        let _ = writeln!(text, "  {}: {}", permission.touch.name(), permission.reason);
    }
    text.push_str(&runs(&probe.kind));
    text
}

fn takes(parameter: &Parameter) -> String {
    let need = match &parameter.need {
        Need::Required => "must be given".to_owned(),
        Need::Optional => "may be left out".to_owned(),
        Need::Default(value) => format!("{value} unless given"),
    };
    format!(
        "{}=: {}; {} ({need})",
        parameter.name, parameter.about, parameter.kind
    )
}

fn runs(kind: &Kind) -> String {
    let words: Vec<String> = kind.argv().iter().map(word).collect();
    let does = match kind {
        Kind::Command { .. } => "It runs:".to_owned(),
        Kind::Http { path, .. } => {
            format!("It asks for `{path}` of one of the hosts that this lists:")
        }
        Kind::Tls { port, .. } => {
            format!("It reads the certificate on port {port} of one of the hosts that this lists:")
        }
        Kind::Tcp { port, .. } => {
            format!("It connects to port {port} of one of the hosts that this lists:")
        }
        Kind::Dns { .. } => "It resolves one of the hosts that this lists:".to_owned(),
    };
    let mut text = format!("\n{does}\n  {}\n", words.join(" "));
    if let Some(remote) = kind.remote() {
        text.push_str(&in_container(remote));
    }
    text
}

fn in_container(remote: &Remote) -> String {
    let arguments: Vec<String> = remote.arguments.iter().map(word).collect();
    let mut text = match &remote.run {
        RemoteRun::Program(program) => {
            return format!(
                "and in the container:\n  {program} {}\n",
                arguments.join(" ")
            );
        }
        RemoteRun::Script { name, text } => {
            let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
            format!(
                "and in the container the script `{name}`:\n{}\n",
                lines.join("\n")
            )
        }
    };
    let given: Vec<String> = remote.sql.iter().cloned().chain(arguments).collect();
    for (at, word) in given.iter().enumerate() {
        let _ = writeln!(text, "where ${} is {word}", at + 1);
    }
    text
}

fn word(word: &Word) -> String {
    match word {
        Word::Fixed(text) => crate::logic::catalogue::show(std::slice::from_ref(text)),
        Word::Parameter(name) => format!("{{{name}}}"),
        Word::Option { prefix, parameter } => format!("{prefix}{{{parameter}}}"),
    }
}
