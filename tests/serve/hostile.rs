//! Hostile texts through the real server, from wherever a text can come: a log, a guide, the title of a
//! check, what people type, the name of a file. Whatever it says of them calls nobody, leads nowhere and
//! hides nothing.

use serde_json::{Value, json};

use crate::harness::real::{Home, Real};
use crate::harness::slack::Double;
use crate::harness::slack::marks::{self, Mark};
use crate::harness::slack::rules::text_of;
use crate::harness::slack::world::{BOT_USER, CHANNEL, World};
use crate::harness::{hostile, tries};

/// What people put before such a text.
const WORDS: [&str; 9] = [
    "", "probe ", "step ", "cause ", "section ", "why ", "help ", "approve ", "deny ",
];

/// A check whose title and purpose are hostile.
fn catalogue(text: &str) -> String {
    let text = json!(text);
    format!(
        r#"
[[probe]]
id = "own-log"
title = {text}
tells = {text}
argv = ["upsun", "environment:logs", "own", "-p", "{{project}}", "-e", "{{environment}}", "-A", "{{app}}", "--no", "--lines", "{{lines}}"]
parameters = [{{ name = "lines", about = {text}, kind = "integer", min = 1, max = 2000, default = "200" }}]
time = "45s"
output_kib = 512
touches = [
  {{ what = "upsun-api", reason = {text} }},
  {{ what = "upsun-ssh", reason = "reads" }},
  {{ what = "cli-home", reason = "keeps" }},
]
"#
    )
}

fn start(double: &Double, home: &Home) -> Real {
    // A link that a guide's writer made is one; all else that looks like one is not.
    let is_link = |seed: &&str| seed.contains("](http") || *seed == "<http://evil.test>";
    let seeds: Vec<&str> = hostile::SEEDS
        .iter()
        .copied()
        .filter(|seed| !is_link(seed))
        .collect();
    let seeds = seeds.join("\n\n");
    std::fs::create_dir_all(home.path("guides")).expect("a folder");
    let code = hostile::SEEDS.join("\n").replace("```", "");
    let guide = format!(
        "---\ntitle: The zebra crossing\n---\n\n## Painting a zebra crossing\n\n{seeds}\n\n~~~bash\n{code}\n~~~\n"
    );
    std::fs::write(home.path("guides/zebra.md"), guide).expect("a guide");
    std::fs::create_dir_all(home.path("catalogue")).expect("a folder");
    let text = "<!here> <@U0BEN> <http://evil.test|paypal.com>";
    std::fs::write(home.path("catalogue/own.toml"), catalogue(text)).expect("a catalogue");
    let policy = std::fs::read_to_string(home.path("policy.toml")).expect("a policy");
    let policy = policy.replace("\"app-log\"", "\"app-log\", \"own-log\"");
    std::fs::write(home.path("policy.toml"), policy).expect("a policy");
    home.print(&hostile::SEEDS.join("\n"));
    let server = home
        .server(double)
        .env("BOT502__PROBES__CATALOGUE", home.path("catalogue"))
        .env(
            "BOT502__GUIDES__FOLDERS",
            format!("[{}]", json!(home.path("guides"))),
        );
    let real = Real::start(server);
    real.says("serving");
    double.wait_for_sockets(1);
    real
}

/// Gives what of the bot's would do something that a text asked for.
fn done(world: &World) -> Vec<String> {
    let messages = world
        .messages
        .iter()
        .filter(|message| message.user == BOT_USER);
    let bodies = messages.flat_map(|message| message.was.iter().chain([&message.body]));
    let views = world
        .homes
        .values()
        .chain(world.forms.iter().map(|(_, _, view)| view));
    let mut wrong = Vec::new();
    for body in bodies.chain(views) {
        let bad = marks::of(body).into_iter().filter(|mark| match mark {
            // Who asked is named, as a person; guides lead to the documentation.
            Mark::Calls(who) => !["U0ANN", "U0CYD"].contains(&who.as_str()),
            Mark::Leads(url) => !url.starts_with("https://docs.upsun.com"),
        });
        wrong.extend(bad.map(|mark| format!("{mark:?} in {body}")));
        let seen = format!(
            "{}{}",
            body["text"].as_str().unwrap_or_default(),
            text(body)
        );
        if seen.contains(|c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e0fff}')) {
            wrong.push(format!("something hides in {body}"));
        }
    }
    wrong
}

fn text(body: &Value) -> String {
    text_of(&body["blocks"])
}

#[test]
fn whatever_a_text_says_and_wherever_it_comes_from_it_does_nothing() {
    let (double, home) = (Double::start(), Home::new());
    let real = start(&double, &home);
    let mut asked = vec![
        "probe app-log lines=1".to_owned(),
        "probe own-log lines=2".to_owned(),
        "how do I paint a zebra crossing".to_owned(),
        "section zebra.md".to_owned(),
        "help".to_owned(),
    ];
    let step = tries(7, 1);
    let all = hostile::SEEDS
        .iter()
        .flat_map(|seed| WORDS.map(|word| format!("{word}{seed}")));
    asked.extend(all.step_by(step));
    for text in &asked {
        double.done(&double.types("U0ANN", CHANNEL, text));
    }
    let url = double.keeps_file("<!here>.log", &hostile::SEEDS.join("\n"));
    let files = json!({ "subtype": "file_share", "files": [{ "name": "<!here>\u{202e}.log", "url_private": url, "size": 500 }] });
    double.says_with(
        "U0CYD",
        &World::direct("U0CYD"),
        None,
        "what is this?",
        &files,
    );
    double.opens_home("U0ANN");
    double.wait_for("two outputs", |world| {
        let with_files = world
            .messages
            .iter()
            .filter(|message| !message.files.is_empty());
        (with_files.count() >= 2).then_some(())
    });
    double.wait_for("a reply to each", |world| {
        let ours = world
            .messages
            .iter()
            .filter(|message| message.user == BOT_USER);
        (ours.count() > asked.len() && world.homes.contains_key("U0ANN")).then_some(())
    });
    real.stop();
    // The two run at once.
    let mut started = home.started();
    started.sort_unstable();
    assert_eq!(started, ["1", "2"]);
    assert_eq!(done(&double.world()), Vec::<String>::new());
    eprintln!("{} texts from everywhere: 0 marks", asked.len());
}
