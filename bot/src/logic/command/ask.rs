//! `ask`: a question or an error in, one of three replies out: an answer with its source, "nothing
//! fits well" with the nearest sections, or "this is not what the guides cover".

use kb::Knowledge;
use kb::answer::{Answer, CommandHit, Hit, Located, Reply, Understood};
use kb::guide::Place;
use kb::text::{Block, Span, plain};

use super::{cause, feedback, guide, meant, share};
use crate::logic::catalogue::{Catalogue, Probe};
use crate::logic::effect::Effect;
use crate::logic::facts::Facts;
use crate::logic::forgive;
use crate::logic::heard::Way;
use crate::logic::message::{Message, Part, Source, Tone, Weight};
use crate::logic::person::Platform;
use crate::logic::redact::{Redactor, Secrets};
use crate::logic::request::Request;
use crate::logic::target::shown;
use crate::logic::turn::Turn;

/// How many commands an answer shows: the one to run, and what usually follows it.
const COMMANDS_SHOWN: usize = 3;

/// How many sections stand under "nearest" and "see also": more is a list to read, not a help.
const OTHERS_SHOWN: usize = 3;

/// Answers a question. What was said in a thread without naming us, and is nothing that we know, may
/// well have been meant for others: that is answered to the one who said it, alone.
#[must_use]
pub fn reply(turn: Turn<'_>, text: &str) -> Vec<Effect> {
    let (message, is_weak) = answer(turn, text);
    let message = turn.trim(message);
    if is_weak && turn.asked.heard.way == Way::FollowUp {
        return vec![turn.reply_alone(message)];
    }
    let request = Request::Ask {
        text: text.to_owned(),
    };
    share::say(turn, &request, message)
}

/// Makes the answer, with what may be asked next, and tells whether it is a weak one.
fn answer(turn: Turn<'_>, text: &str) -> (Message, bool) {
    let facts = turn.facts;
    if text.trim().is_empty() {
        let message = Message::new(Tone::Warning, "Nothing was asked")
            .sentence("Ask in your own words, or paste an error or a log.");
        return (message, true);
    }
    let answer = read(facts.knowledge, facts.catalogue, text);
    let is_weak = answer.reply != Reply::Answer && answer.findings.is_empty();
    let message = next_step(facts, &answer, message(facts.knowledge, &answer));
    let message = match turn.asked.heard.way {
        // It was written by somebody else, and was no request.
        Way::Shortcut => message,
        _ => meant::suggest(text, message),
    };
    let message = match turn.asked.heard.place.platform {
        // What a person at a terminal thinks of it would be kept nowhere.
        Platform::Terminal => message,
        Platform::Slack | Platform::Discord => feedback::buttons(hide(message), &about(&answer)),
    };
    (message, is_weak)
}

/// Hides what is secret in the lines of a paste: the answer may be shared with more people than the
/// paste was.
fn hide(mut message: Message) -> Message {
    let redactor = Redactor::new(&Secrets::none());
    for part in &mut message.parts {
        if let Part::Evidence { text, .. } = part {
            *text = redactor.redact(text).text;
        }
    }
    message
}

/// Names what an answer is about, for those who read what people thought of it.
fn about(answer: &Answer) -> String {
    match (
        answer.reply,
        answer.findings.first(),
        answer.sections.first(),
    ) {
        (_, Some(finding), _) => format!("cause {}", finding.cause),
        (Reply::Answer, None, Some(hit)) => source(&hit.section).place,
        (Reply::Nearest, None, Some(hit)) => format!("nearest {}", source(&hit.section).place),
        _ => "not covered".to_owned(),
    }
}

/// Adds the step after the one that answers, where there is one.
fn next_step(facts: &Facts<'_>, answer: &Answer, message: Message) -> Message {
    let step = match (answer.reply, answer.sections.first()) {
        (Reply::Answer, Some(hit)) => hit.section.step,
        _ => None,
    };
    let guide = guide::with_steps(facts.knowledge);
    let next = step.map(|step| step + 1).filter(|next| {
        guide.is_some_and(|guide| guide.steps.iter().any(|(number, _)| number == next))
    });
    match next {
        Some(number) => message.button(format!("Next: step {number}"), Request::Step { number }),
        None => message,
    }
}

/// Answers about what was typed and the files that hang on it.
#[must_use]
pub fn with_files(turn: Turn<'_>, text: &str) -> Vec<Effect> {
    let mut whole = forgive::mend(text);
    let mut unread = Vec::new();
    for file in &turn.asked.files {
        match &file.text {
            Ok(text) => {
                whole.push('\n');
                whole.push_str(text);
            }
            Err(why) => unread.push(format!("`{}` could not be read: {why}.", shown(&file.name))),
        }
    }
    let whole = whole.trim().to_owned();
    let mut message = turn.trim(answer(turn, &whole).0);
    for remark in unread {
        message = message.part(Part::Remark(remark));
    }
    share::say(turn, &Request::Ask { text: whole }, message)
}

/// Answers a question as data, with the probe that each command stands for.
#[must_use]
pub fn read(knowledge: &Knowledge, catalogue: &Catalogue, text: &str) -> Answer {
    let mut answer = knowledge.ask(text);
    for command in &mut answer.commands {
        let stands_for = |probe: &&Probe| {
            probe
                .guide
                .as_ref()
                .is_some_and(|guide| guide.command == command.text)
        };
        command.probe = catalogue
            .probes()
            .find(stands_for)
            .map(|probe| probe.id.as_str().to_owned());
    }
    answer
}

/// Puts an answer into words; what the guides cover is said where it is not that.
#[must_use]
pub fn message(knowledge: &Knowledge, answer: &Answer) -> Message {
    let reply = match (answer.reply, answer.sections.first()) {
        (Reply::Answer, Some(first)) => found(answer, first),
        (Reply::Nearest, Some(_)) => nearest(answer),
        _ => out_of_scope(knowledge, answer),
    };
    match answer.findings.first() {
        Some(best) => cause::before(best, &answer.findings[1..], answer, reply),
        None => reply,
    }
}

/// Gives a section's place as a source.
#[must_use]
pub fn source(section: &Located) -> Source {
    let name = if section.heading == section.title {
        section.title.clone()
    } else {
        format!("{}, {}", section.title, section.heading)
    };
    Source {
        name,
        place: format!(
            "{}:{}-{}",
            section.path, section.lines.first, section.lines.last
        ),
        url: section.url.clone(),
    }
}

/// Says where a command is run.
#[must_use]
pub fn place_in_words(place: Place) -> &'static str {
    match place {
        Place::Local => "on your own machine",
        Place::Container => "in the app's container (`upsun ssh` opens a shell there)",
        Place::Console => "in the web console",
    }
}

fn found(answer: &Answer, first: &Hit) -> Message {
    let mut message = Message::new(Tone::Plain, first.section.heading.clone());
    let shown = &answer.commands[..answer.commands.len().min(COMMANDS_SHOWN)];
    let excerpt = without_commands(&first.excerpt, shown);
    let said = plain(&excerpt);
    for command in shown {
        message = message.part(command_part(command, &said));
    }
    if !excerpt.is_empty() {
        message = message.part(Part::Text(excerpt));
    }
    message = message.part(Part::Source(source(&first.section)));
    if let Some(remark) = read_as(&answer.understood) {
        message = message.part(Part::Remark(remark));
    }
    let told = shown.iter().find_map(|command| command.probe.as_ref());
    // Where the text names its cause, that one's check tells more.
    if let Some(probe) = told.filter(|_| answer.findings.is_empty()) {
        message = run_check(message, probe);
    }
    message = message.button("Show the whole section", whole(&first.section));
    for hit in answer.sections.iter().skip(1).take(OTHERS_SHOWN - 1) {
        message = message.button(
            format!("See also: {}", name(&hit.section)),
            whole(&hit.section),
        );
    }
    message
}

/// Adds the button that runs a check.
pub(super) fn run_check(message: Message, probe: &str) -> Message {
    let request = Request::Probe {
        id: probe.to_owned(),
        values: Vec::new(),
    };
    message.weighty(Weight::Main, format!("Run the check `{probe}`"), request)
}

fn nearest(answer: &Answer) -> Message {
    let items = answer
        .sections
        .iter()
        .take(OTHERS_SHOWN)
        .map(|hit| vec![pointer(&hit.section)])
        .collect();
    let mut message = Message::new(
        Tone::Warning,
        "Nothing in the guides fits well. The nearest sections are:",
    )
    .part(Part::Text(vec![Block::List { first: None, items }]))
    .sentence(
        "An exact error message, or a few lines of the app log, tell more than a description.",
    );
    if let Some(remark) = read_as(&answer.understood) {
        message = message.part(Part::Remark(remark));
    }
    for hit in answer.sections.iter().take(OTHERS_SHOWN) {
        message = message.button(name(&hit.section), whole(&hit.section));
    }
    message
}

fn out_of_scope(knowledge: &Knowledge, answer: &Answer) -> Message {
    let title = "This does not look like something the guides cover";
    let mut message = Message::new(Tone::Warning, title).sentence(covered(knowledge));
    if !answer.understood.words.is_empty() {
        message = message.sentence(format!(
            "What was searched for: {}.",
            answer.understood.words.join(", ")
        ));
    }
    message
        .button("The steps of the guide", Request::Steps)
        .button("What can be asked", Request::Help { topic: None })
}

/// Says what the guides are about.
fn covered(knowledge: &Knowledge) -> String {
    match knowledge.guides().as_slice() {
        [] => "There are none.".to_owned(),
        [guide] if guide::is_on_502(guide) => "They are about apps that answer with HTTP 502: \
            logs, the start command and its port, deployments, the container, services."
            .to_owned(),
        [guide] => format!("There is one: {}.", guide.title),
        many => format!("They have {} pages; `guides` lists them.", many.len()),
    }
}

/// A command with where it runs, and what it shows where the excerpt does not say so already.
fn command_part(command: &CommandHit, said: &str) -> Part {
    let told = command
        .description
        .as_ref()
        .or(command.introduction.as_ref());
    let place = place_in_words(command.place);
    let remark = match told.filter(|told| !said.contains(told.as_str())) {
        Some(told) => format!("{place}: {told}"),
        None => place.to_owned(),
    };
    Part::Command {
        text: command.text.clone(),
        remark: Some(remark),
    }
}

/// An excerpt without the code that already stands above it as a command to run.
fn without_commands(excerpt: &[Block], shown: &[CommandHit]) -> Vec<Block> {
    let is_shown = |text: &str| {
        text.lines()
            .all(|line| shown.iter().any(|command| line.starts_with(&command.text)))
    };
    excerpt
        .iter()
        .filter(|block| !matches!(block, Block::Code { text, .. } if is_shown(text)))
        .cloned()
        .collect()
}

fn pointer(section: &Located) -> Block {
    let place = format!(
        " ({}:{}-{})",
        section.path, section.lines.first, section.lines.last
    );
    let name = Span::Text(name(section));
    let spans = match &section.url {
        Some(url) => vec![
            Span::Link {
                text: vec![name],
                url: url.clone(),
            },
            Span::Text(place),
        ],
        None => vec![name, Span::Text(place)],
    };
    Block::Paragraph(spans)
}

fn name(section: &Located) -> String {
    if section.heading == section.title || section.step.is_some() {
        section.heading.clone()
    } else {
        format!("{} ({})", section.heading, section.title)
    }
}

fn whole(section: &Located) -> Request {
    match section.step {
        Some(number) => Request::Step { number },
        None => Request::Section {
            path: section.path.clone(),
            line: section.lines.first,
        },
    }
}

fn read_as(understood: &Understood) -> Option<String> {
    let words: Vec<String> = understood
        .read_as
        .iter()
        .map(|word| format!("`{}` as `{}`", word.typed, word.read))
        .collect();
    (!words.is_empty()).then(|| format!("Read {}.", words.join(", ")))
}
