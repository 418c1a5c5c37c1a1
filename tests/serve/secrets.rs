//! What must stay secret, planted wherever it could come in: it stands nowhere when the conversation is
//! over, neither in the log, the audit, the database and the files beside it, nor in what was said.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use rustix::process::Signal;

use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::world::{BOT_USER, CHANNEL};

/// What a check prints.
const OUTPUT: &str = "Server listening on port 3000\n\
    DATABASE_URL=postgres://main:canary-in-a-url@database.internal/main\n\
    Authorization: Bearer canary.in.a.header.0123456789abcdef\n\
    export DB_PASSWORD='canary-in-a-variable'\n\
    AWS_SECRET_ACCESS_KEY=canaryINaKEYwJalrXUtnFEMI0K7MDENGbPxR\n\
    \u{1b}[31mpassword: \u{1b}[0mcanary-behind-a-colour\n";

/// What must stand nowhere.
const SECRETS: [&str; 10] = [
    BOT,
    APP,
    "canary-signing-secret",
    "canary-upsun-token",
    "canary-in-a-url",
    "canary.in.a.header",
    "canary-in-a-variable",
    "canaryINaKEY",
    "canary-behind-a-colour",
    "canary-in-a-question",
];

/// The bot's tokens.
const BOT: &str = "xoxb-1-canary-bot";
const APP: &str = "xapp-1-canary-app";

/// Gives every file below a folder that holds a canary, with what stands around it.
fn found(folder: &Path, canaries: &[String], leaks: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found(&path, canaries, leaks);
            continue;
        }
        // What the stand-in of the CLI is told to print is no file of ours.
        if path.ends_with("home/output") {
            continue;
        }
        let text = String::from_utf8_lossy(&std::fs::read(&path).expect("a file")).into_owned();
        leaks.extend(leak(&path.display().to_string(), &text, canaries));
    }
}

fn leak(place: &str, text: &str, canaries: &[String]) -> Vec<String> {
    let here = canaries
        .iter()
        .filter(|canary| text.contains(canary.as_str()));
    here.map(|canary| format!("{place}: {canary}")).collect()
}

/// Asks for what secrets stand in, and waits until all is answered.
fn talk(double: &Double) {
    let say = |text: &str| double.says("U0ANN", CHANNEL, None, &format!("<@{BOT_USER}> {text}"));
    let asked = [
        say("why does postgres://main:canary-in-a-question@database.internal/main refuse?"),
        say("probe app-log lines=1"),
        say("probe canary-as-a-probe"),
        say("step canary-as-a-step"),
    ];
    double.done(&double.types("U0CYD", CHANNEL, "help canary-as-a-topic"));
    for act in &asked {
        double.wait_for("an answer", |world| {
            let mut messages = world.messages.iter();
            messages
                .any(|message| {
                    message.thread.as_deref() == Some(&act.ts) && message.user == BOT_USER
                })
                .then_some(())
        });
    }
    let whole = double.wait_for("the whole output", |world| {
        let mut messages = world.messages.iter();
        messages.find(|message| !message.files.is_empty()).cloned()
    });
    assert!(whole.files[0].text.contains("Server listening"));
    double.wait_for("an answer to the command", |world| {
        let mut messages = world.messages.iter();
        messages
            .any(|message| message.alone.as_deref() == Some("U0CYD"))
            .then_some(())
    });
}

#[test]
fn when_the_conversation_is_over_no_secret_stands_anywhere() {
    let (double, home) = (Double::start(), Home::new());
    {
        let mut world = double.world();
        (world.bot_token, world.app_token) = (BOT.to_owned(), APP.to_owned());
    }
    home.print(OUTPUT);
    let server = home
        .server(&double)
        .env("SLACK_SIGNING_SECRET", "canary-signing-secret")
        .env("UPSUN_CLI_TOKEN", "canary-upsun-token")
        .env("BOT502__LOG__LEVEL", "trace");
    let real = Real::start(server);
    double.wait_for_sockets(1);
    talk(&double);
    real.signal(Signal::TERM);
    let (status, log) = real.ended();
    assert!(status.success());
    let secrets = SECRETS.map(str::to_owned);
    // Leave to answer; the end of its address alone is the name of the event, too.
    let leaves: Vec<String> = {
        let world = double.world();
        let leaves = world.leaves.keys();
        leaves.map(|leave| format!("response/{leave}")).collect()
    };
    let mut leaks = leak("the log", &log.join("\n"), &secrets);
    leaks.extend(leak("the log", &log.join("\n"), &["canary".to_owned()]));
    leaks.extend(leak("the log", &log.join("\n"), &leaves));
    found(&home.state(""), &secrets, &mut leaks);
    found(&home.state(""), &leaves, &mut leaks);
    let world = double.world();
    // What a person wrote themselves is theirs.
    let said = world
        .messages
        .iter()
        .filter(|message| message.user == BOT_USER);
    for message in said {
        let text = format!("{} {:?}", message.body, message.files);
        leaks.extend(leak("what was said", &text, &secrets));
    }
    assert_eq!(leaks, Vec::<String>::new());
    for name in ["bot502.db", "audit.jsonl", "audit.key"] {
        let metadata = std::fs::metadata(home.state(name)).expect("a file");
        let open_to = metadata.permissions().mode() & 0o077;
        assert_eq!(open_to, 0, "others can open {name}");
    }
}
