//! The table of words from which the parser, the help and the book read.

use super::kind::Request;
use super::parse;

/// A word that begins a request.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word itself.
    pub word: &'static str,
    /// How it is written, with what may follow it.
    pub usage: &'static str,
    /// What it gives, in a few words.
    pub about: &'static str,
    /// What to know beyond that, for `help WORD`.
    pub more: &'static str,
    /// One that works as it stands, or with a name of one's own in it.
    pub example: &'static str,
    /// Whom it is of use to.
    pub audience: Audience,
    /// Tells whether what follows makes a request of it; where not, the whole is a question.
    pub(super) takes: fn(&str) -> bool,
    pub(super) parse: fn(&str) -> Request,
}

/// Whom a word is of use to; the help leaves the others out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// Everybody.
    Everyone,
    /// Those who may run a probe here.
    Runners,
    /// Those who may start a run of theirs without the second person here.
    Lone,
    /// Those who may consent to another's run here.
    Approvers,
    /// Those who run the bot.
    Operators,
}

/// All words, in the order of the help.
pub const WORDS: &[Word] = &[
    Word {
        word: "ask",
        usage: "ask TEXT",
        about: "answer a question, or say what an error means",
        more: "The word itself can be left out: anything that is no other request is a question. \
               Paste one line of a log or a whole screen, or attach a text file.",
        example: "ask connect() failed (111: Connection refused) while connecting to upstream",
        audience: Audience::Everyone,
        takes: |rest| !rest.is_empty(),
        parse: |rest| Request::Ask {
            text: rest.to_owned(),
        },
    },
    Word {
        word: "step",
        usage: "step N",
        about: "show one step of the guide",
        more: "Steps are numbered as in the guide; `steps` lists them.",
        example: "step 2",
        audience: Audience::Everyone,
        takes: parse::at_most_one,
        parse: parse::step,
    },
    Word {
        word: "steps",
        usage: "steps",
        about: "list the steps of the guide",
        more: "The steps are in the order in which they usually pay off.",
        example: "steps",
        audience: Audience::Everyone,
        takes: str::is_empty,
        parse: |_| Request::Steps,
    },
    Word {
        word: "section",
        usage: "section PAGE:LINE",
        about: "show a section of a guide, whole",
        more: "Page and line are what an answer names as its source.",
        example: "section 502-errors.md:40",
        audience: Audience::Everyone,
        takes: parse::exactly_one,
        parse: parse::section,
    },
    Word {
        word: "guides",
        usage: "guides",
        about: "list what the answers come from",
        more: "Each guide is a page of Markdown; an operator can add folders of them.",
        example: "guides",
        audience: Audience::Everyone,
        takes: str::is_empty,
        parse: |_| Request::Guides,
    },
    Word {
        word: "causes",
        usage: "causes",
        about: "list the causes that are known",
        more: "A cause is a named reason for a 502, with the signs by which it is recognised.",
        example: "causes",
        audience: Audience::Everyone,
        takes: str::is_empty,
        parse: |_| Request::Causes,
    },
    Word {
        word: "cause",
        usage: "cause ID",
        about: "say what a cause is, and what fixes it",
        more: "What another platform calls it works too, such as `H14`.",
        example: "cause port-in-use",
        audience: Audience::Everyone,
        takes: parse::at_most_one,
        parse: |rest| match rest {
            "" => Request::Causes,
            id => Request::Cause { id: id.to_owned() },
        },
    },
    Word {
        word: "probes",
        usage: "probes",
        about: "list the read-only checks, and which of them you may run here",
        more: "Each is an entry of a closed catalogue; what may run where is the policy's to say.",
        example: "probes",
        audience: Audience::Everyone,
        takes: str::is_empty,
        parse: |_| Request::Probes,
    },
    Word {
        word: "probe",
        usage: "probe ID [NAME=VALUE]",
        about: "run a check and read what it shows",
        more: "It runs on the target of the conversation; `target` shows and sets that. Where a \
               parameter is missing, it is asked for.",
        example: "probe app-log lines=500",
        audience: Audience::Runners,
        // "probe failed with exit code 1" is a question: what follows an id is name=value.
        takes: parse::id_and_values,
        parse: parse::probe,
    },
    Word {
        word: "why",
        usage: "why [ID]",
        about: "say whether you may run a check here, by which rule, and who could",
        more: "Nothing is run. Without an id it is about the check that you asked for last.",
        example: "why app-log",
        audience: Audience::Everyone,
        takes: parse::id_and_values,
        parse: parse::why,
    },
    Word {
        word: "target",
        usage: "target [NAME, or PROJECT ENVIRONMENT APP]",
        about: "show or set what checks run on",
        more: "In a thread it is set for the thread, elsewhere for the channel. A name is one of \
               the policy's; without anything the target is shown.",
        example: "target abcdefghijklm main app",
        audience: Audience::Runners,
        takes: |rest| matches!(rest.split_whitespace().count(), 0 | 1 | 3),
        parse: |rest| Request::Target {
            words: rest.split_whitespace().map(str::to_owned).collect(),
        },
    },
    Word {
        word: "runs",
        usage: "runs",
        about: "list what was asked for and run of late",
        more: "Each has a short name, which `cancel` and `approve` take.",
        example: "runs",
        audience: Audience::Runners,
        takes: str::is_empty,
        parse: |_| Request::Runs,
    },
    Word {
        word: "cancel",
        usage: "cancel [RUN]",
        about: "take back or stop a run",
        more: "Without a name it is the one of this thread, or your only one.",
        example: "cancel",
        audience: Audience::Runners,
        takes: parse::maybe_run,
        parse: |rest| Request::Cancel {
            run: parse::which(rest),
        },
    },
    Word {
        word: "approve",
        usage: "approve [RUN]",
        about: "consent to a run that waits",
        more: "The same as its button. Consent is bound to what was shown, and used once.",
        example: "approve",
        audience: Audience::Approvers,
        takes: parse::maybe_run,
        parse: |rest| Request::Approve {
            run: parse::which(rest),
        },
    },
    Word {
        word: "deny",
        usage: "deny [RUN] [REASON]",
        about: "say no to a run that waits",
        more: "The same as its button; the reason is told to the one who asked.",
        example: "deny",
        audience: Audience::Approvers,
        takes: parse::run_and_words,
        parse: |rest| {
            let (run, reason) = parse::which_and_reason(rest);
            Request::Deny { run, reason }
        },
    },
    Word {
        word: "break-glass",
        usage: "break-glass [RUN] [REASON]",
        about: "start a run of yours without the second person",
        more: "Only where the policy has it. It needs a reason, is told to the channel, and is \
               recorded.",
        example: "break-glass",
        audience: Audience::Lone,
        takes: parse::run_and_words,
        parse: |rest| {
            let (run, reason) = parse::which_and_reason(rest);
            Request::BreakGlass { run, reason }
        },
    },
    Word {
        word: "share",
        usage: "share [TEXT]",
        about: "show an answer to all who are here",
        more: "Without anything it is the last answer; before another request, that one's.",
        example: "share step 2",
        audience: Audience::Everyone,
        takes: |_| true,
        parse: parse::share,
    },
    Word {
        word: "status",
        usage: "status",
        about: "say how the bot itself is",
        more: "What waits, what runs, and what an operator should look at.",
        example: "status",
        audience: Audience::Everyone,
        takes: str::is_empty,
        parse: |_| Request::Status,
    },
    Word {
        word: "audit",
        usage: "audit",
        about: "show what was recorded of late",
        more: "What you asked for yourself; all of it to those who run the bot.",
        example: "audit",
        audience: Audience::Runners,
        takes: str::is_empty,
        parse: |_| Request::Audit,
    },
    Word {
        word: "pause",
        usage: "pause [REASON]",
        about: "let nothing be started until `resume`",
        more: "What runs already goes on. Answers are given as always.",
        example: "pause the platform is in maintenance",
        audience: Audience::Operators,
        takes: |rest| !rest.ends_with('?'),
        parse: |rest| Request::Pause {
            why: (!rest.is_empty()).then(|| rest.to_owned()),
        },
    },
    Word {
        word: "resume",
        usage: "resume",
        about: "let checks be started again",
        more: "It undoes `pause`.",
        example: "resume",
        audience: Audience::Operators,
        takes: str::is_empty,
        parse: |_| Request::Resume,
    },
    Word {
        word: "help",
        usage: "help [WORD]",
        about: "show what can be asked",
        more: "With one of these words, more on that one.",
        example: "help step",
        audience: Audience::Everyone,
        takes: parse::at_most_one,
        parse: |rest| Request::Help {
            topic: (!rest.is_empty()).then(|| rest.to_owned()),
        },
    },
];
