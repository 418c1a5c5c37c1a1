//! When the Upsun CLI itself fails: which of its failures it is, in one sentence of ours. Its own words
//! are not shown: they list other projects, addresses of the API, and how to call it.

use super::shape::{Finding, Next, Weight};
use crate::logic::outcome::Ending;
use crate::logic::target::Target;

/// A failure of the CLI, of the way to the platform, or of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// The rule that knew it.
    pub rule: &'static str,
    /// What is so: a sentence.
    pub says: String,
    /// What to do about it: a sentence.
    pub remedy: String,
}

impl Trouble {
    /// Makes it a finding.
    #[must_use]
    pub fn finding(&self) -> Finding {
        let mut finding = Finding::new(self.rule, Weight::Broken, self.says.clone());
        finding.next = Some(Next::Do(self.remedy.clone()));
        finding
    }
}

/// A failure that is known by what the CLI or ssh writes: all of `words`, in any order.
struct Known {
    rule: &'static str,
    words: &'static [&'static str],
    /// `{project}`, `{environment}` and `{app}` stand for the target's.
    says: &'static str,
    remedy: &'static str,
}

/// The known failures; the first whose words are all there is taken, so the more special stand first.
const KNOWN: &[Known] = &[
    Known {
        rule: "token-refused",
        words: &["api token is invalid"],
        says: "Upsun does not accept bot502's API token: it is mistyped, expired or revoked.",
        remedy: "Make a new API token in the Upsun console and set UPSUN_CLI_TOKEN for bot502.",
    },
    Known {
        rule: "not-logged-in",
        words: &["authentication is required"],
        says: "The Upsun CLI is not logged in.",
        remedy: "Set UPSUN_CLI_TOKEN for bot502 to an API token from the Upsun console.",
    },
    Known {
        rule: "session-refused",
        words: &["unauthorized."],
        says: "Upsun no longer accepts the CLI's session.",
        remedy: "Check the API token that bot502 has in UPSUN_CLI_TOKEN.",
    },
    Known {
        rule: "no-such-project",
        words: &["specified project not found"],
        says: "There is no project `{project}`, or bot502's token may not see it.",
        remedy: "Check the project's id in the console; the user of the token must be a member of it.",
    },
    Known {
        rule: "no-such-environment",
        words: &["specified environment not found"],
        says: "The project `{project}` has no environment `{environment}`.",
        remedy: "Environments are named as their Git branch is; check the name in the console.",
    },
    Known {
        rule: "no-such-app",
        words: &["app not found"],
        says: "The environment `{environment}` has no app `{app}`.",
        remedy: "Apps are named as in `.upsun/config.yaml`; probe `service-list` shows what is deployed.",
    },
    Known {
        rule: "which-app",
        words: &["--app or --worker is required"],
        says: "The environment `{environment}` has several apps, and none was named.",
        remedy: "Name the app as well.",
    },
    Known {
        rule: "no-such-activity",
        words: &["activity not found"],
        says: "There is no such activity in the environment `{environment}`.",
        remedy: "Probe `activity-list` shows the recent ones with their ids.",
    },
    Known {
        rule: "environment-paused",
        words: &["is paused"],
        says: "The environment `{environment}` is paused, so nothing of it runs: that alone makes it answer no request.",
        remedy: "Resume it in the console, if it is meant to run.",
    },
    Known {
        rule: "environment-inactive",
        words: &["is not active"],
        says: "The environment `{environment}` is not active, so nothing of it runs.",
        remedy: "Activate it in the console, if it is meant to run.",
    },
    Known {
        rule: "nothing-deployed",
        words: &["current deployment not found"],
        says: "The environment `{environment}` has no deployment: it is inactive, paused, or nothing was pushed to it yet.",
        remedy: "Look at its state in the console, and at `activity-list`.",
    },
    Known {
        rule: "nothing-deployed",
        words: &["unable to find deployment information"],
        says: "The environment `{environment}` has no deployment: nothing was pushed to it yet, or its first one failed.",
        remedy: "Probe `activity-list` shows what was tried.",
    },
    Known {
        rule: "no-such-log",
        words: &["cannot open", "/var/log/"],
        says: "There is no such log in the container of `{app}`.",
        remedy: "Probe `log-list` shows which logs there are.",
    },
    Known {
        rule: "certificate-denied",
        words: &["failed to generate ssh certificate", "403"],
        says: "Upsun refuses to give bot502's user a certificate for SSH.",
        remedy: "The user of the token needs a role above Viewer for SSH and logs.",
    },
    Known {
        rule: "certificate-failed",
        words: &["failed to generate ssh certificate"],
        says: "Upsun could not make a certificate for SSH: its API failed.",
        remedy: "Try again in a minute; if it stays, look at Upsun's status page.",
    },
    Known {
        rule: "second-factor",
        words: &["mfa"],
        says: "Upsun asks for a second factor before it lets bot502's user into the container.",
        remedy: "Use an API token of a user whose second factor is set up.",
    },
    Known {
        rule: "container-denied",
        words: &["successfully authenticated, but could not connect to service"],
        says: "SSH let bot502 in, but not to the app `{app}`: it does not run, or the token's user may not reach it.",
        remedy: "Probe `activity-list` shows whether it was deployed; SSH needs a role above Viewer.",
    },
    Known {
        rule: "ssh-denied",
        words: &["permission denied (publickey)"],
        says: "Upsun's SSH gateway refuses bot502's certificate.",
        remedy: "The token's user needs a role above Viewer on `{environment}`.",
    },
    Known {
        rule: "forbidden",
        words: &["check your permissions on the project"],
        says: "Upsun does not let bot502's user do this on the project `{project}` (403).",
        remedy: "Give the token's user a role on the project; logs and SSH need one above Viewer.",
    },
    Known {
        rule: "forbidden",
        words: &["403 forbidden"],
        says: "Upsun does not let bot502's user do this on the project `{project}` (403).",
        remedy: "Give the token's user a role on the project; logs and SSH need one above Viewer.",
    },
    Known {
        rule: "platform-failed",
        words: &["server error:", "resulted in a `5"],
        says: "Upsun's API failed while it was asked (a 5xx of theirs, not of your app).",
        remedy: "Try again in a minute; if it stays, look at Upsun's status page.",
    },
    Known {
        rule: "api-name-unknown",
        words: &["could not resolve host"],
        says: "The name of Upsun's API does not resolve on this machine.",
        remedy: "Check this machine's network and DNS: `bot502 doctor`.",
    },
    Known {
        rule: "api-slow",
        words: &["curl error 28"],
        says: "Upsun's API did not answer in time.",
        remedy: "Try again in a minute; if it stays, look at Upsun's status page.",
    },
    Known {
        rule: "api-unreachable",
        words: &["curl error"],
        says: "Upsun's API cannot be reached from this machine.",
        remedy: "Check this machine's network and proxy: `bot502 doctor`.",
    },
    Known {
        rule: "ssh-host-key",
        words: &["host key verification failed"],
        says: "The SSH gateway showed a key that is not Upsun's, so nothing was sent.",
        remedy: "Somebody may be in between: check this machine's network before anything else.",
    },
    Known {
        rule: "ssh-name-unknown",
        words: &["ssh: could not resolve hostname"],
        says: "The name of Upsun's SSH gateway does not resolve on this machine.",
        remedy: "Check this machine's network and DNS: `bot502 doctor`.",
    },
    Known {
        rule: "ssh-refused",
        words: &["ssh: connect to host", "refused"],
        says: "Upsun's SSH gateway refuses connections.",
        remedy: "Try again in a minute; check that this machine may connect to port 22.",
    },
    Known {
        rule: "ssh-slow",
        words: &["ssh: connect to host", "timed out"],
        says: "Upsun's SSH gateway does not answer.",
        remedy: "Check that this machine may connect to port 22 of it.",
    },
    Known {
        rule: "ssh-unreachable",
        words: &["ssh: connect to host"],
        says: "Upsun's SSH gateway cannot be reached from this machine.",
        remedy: "Check that this machine may connect to port 22 of it.",
    },
    Known {
        rule: "ssh-broke",
        words: &["timeout, server", "not responding"],
        says: "The SSH connection to the app's container went silent.",
        remedy: "The container may be overloaded or restarting: try again, then `restarts`.",
    },
    Known {
        rule: "ssh-broke",
        words: &["connection closed by"],
        says: "The SSH connection to the app's container was closed.",
        remedy: "The container may be restarting: try again, then `restarts`.",
    },
    Known {
        rule: "ssh-broke",
        words: &["connection reset by"],
        says: "The SSH connection to the app's container was reset.",
        remedy: "The container may be restarting: try again, then `restarts`.",
    },
    Known {
        rule: "no-ssh-client",
        words: &["ssh: not found"],
        says: "There is no `ssh` on the machine that bot502 runs on.",
        remedy: "Install an SSH client (package `openssh-client`) there.",
    },
    Known {
        rule: "cli-broke",
        words: &["php fatal"],
        says: "The Upsun CLI itself crashed.",
        remedy: "Try again; then look whether there is a newer CLI.",
    },
    Known {
        rule: "cli-broke",
        words: &["must be of type", ".php"],
        says: "The Upsun CLI itself crashed.",
        remedy: "Try again; then look whether there is a newer CLI.",
    },
];

/// Tells which failure of the CLI a run shows; `None` where the CLI did its part.
///
/// `stderr` is what it printed there, redacted; `target` is what it was run against, if anything. A program that ended with status 0 had no trouble,
/// whatever it wrote.
#[must_use]
pub fn trouble(ending: &Ending, stderr: &str, target: Option<&Target>) -> Option<Trouble> {
    match ending {
        Ending::NotStarted { reason } => return Some(not_started(reason)),
        Ending::TimedOut { .. } => {
            return known(stderr, target).or_else(|| Some(timed_out(ending)));
        }
        Ending::Exited { status } if *status != 0 => {}
        Ending::Exited { .. }
        | Ending::Signalled { .. }
        | Ending::Answered
        | Ending::Unanswered { .. }
        | Ending::Flooded { .. }
        | Ending::Spilled { .. }
        | Ending::Cancelled
        | Ending::Lost { .. } => return None,
    }
    let Ending::Exited { status } = ending else {
        return None;
    };
    known(stderr, target).or_else(|| by_status(*status, stderr, target))
}

fn known(stderr: &str, target: Option<&Target>) -> Option<Trouble> {
    let said = stderr.to_ascii_lowercase();
    let known = KNOWN
        .iter()
        .find(|known| known.words.iter().all(|word| said.contains(word)))?;
    Some(Trouble {
        rule: known.rule,
        says: fill(known.says, target),
        remedy: fill(known.remedy, target),
    })
}

/// Puts the target's names in; without a target the sentence goes without them.
fn fill(sentence: &str, target: Option<&Target>) -> String {
    let Some(target) = target else {
        let bare = sentence
            .replace(" `{project}`", "")
            .replace(" `{environment}`", "");
        return bare.replace(" `{app}`", "");
    };
    sentence
        .replace("{project}", target.project.as_str())
        .replace("{environment}", target.environment.as_str())
        .replace("{app}", target.app.as_str())
}

/// What a status says where the words do not; with words beside it, it may be the remote program's.
fn by_status(status: i32, stderr: &str, target: Option<&Target>) -> Option<Trouble> {
    let silent = stderr.trim().is_empty();
    let (rule, says, remedy) = match status {
        3 if silent => (
            "not-logged-in",
            "The Upsun CLI is not logged in.",
            "Set UPSUN_CLI_TOKEN for bot502.",
        ),
        5 if silent => (
            "api-unreachable",
            "Upsun's API cannot be reached from this machine.",
            "Check this machine's network: `bot502 doctor`.",
        ),
        6 if silent => (
            "forbidden",
            "Upsun does not let bot502's user do this on the project `{project}` (403).",
            "Give the token's user a role on the project.",
        ),
        124 => (
            "remote-slow",
            "The look into the container did not end in its time and was stopped there.",
            "The container may be overloaded: probes `memory` and `processes`, or try again.",
        ),
        255 => (
            "ssh-failed",
            "The way into the app's container failed.",
            "Try again in a minute; then `bot502 doctor`.",
        ),
        _ => return None,
    };
    Some(Trouble {
        rule,
        says: fill(says, target),
        remedy: remedy.to_owned(),
    })
}

fn timed_out(ending: &Ending) -> Trouble {
    Trouble {
        rule: "no-answer-in-time",
        says: format!("Nothing came back: it {}.", ending.in_words()),
        remedy:
            "The platform, the way there or the container hangs: try again, then `bot502 doctor`."
                .to_owned(),
    }
}

fn not_started(reason: &str) -> Trouble {
    let (rule, remedy) = if reason.contains("in no folder of PATH")
        || reason.contains("cannot be found")
    {
        (
            "no-cli",
            "Install the Upsun CLI, or name it in `probes.cli`; `bot502 doctor` checks it.",
        )
    } else if reason.contains("sandbox does not hold") {
        (
            "no-sandbox",
            "`bot502 doctor` shows which layers hold; `probes.sandbox = \"warn\"` runs without.",
        )
    } else {
        ("not-started", "`bot502 doctor` looks at what probes need.")
    };
    Trouble {
        rule,
        says: format!("Nothing was run: {reason}."),
        remedy: remedy.to_owned(),
    }
}
