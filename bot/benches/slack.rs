//! bot502 beside slack_bolt (Python) and @slack/bolt (Node): the same slash command, acknowledged and
//! answered with help. Time to acknowledge under a steady rate, requests a second at saturation, and
//! memory, in one run on one machine: compare the ratios.
//!
//! `tests/bench/prepare` brings the other two; what is not there is named and left out.

#![expect(
    clippy::print_stderr,
    reason = "what is left out is said where people look"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::routing::any;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use sha2::Sha256;
use tokio::net::TcpStream;

const SECRET: &str = "bench-signing-secret";
const STEADY_RATE: u64 = 50;
const STEADY: Duration = Duration::from_secs(20);
const SATURATION: Duration = Duration::from_secs(8);
const CONNECTIONS: usize = 32;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// One of those that are compared.
struct Contender {
    name: &'static str,
    port: u16,
    command: Command,
}

/// What was seen of one.
struct Figures {
    name: &'static str,
    idle_kib: u64,
    p50: Duration,
    p99: Duration,
    a_second: f64,
    loaded_kib: u64,
    lost: u64,
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let replies = Arc::new(AtomicU64::new(0));
    let api = far_side(Arc::clone(&replies)).await?;
    let folder = tempfile::tempdir()?;
    let mut all = Vec::new();
    for contender in contenders(api, folder.path())? {
        match measure(contender, api, &replies).await {
            Ok(figures) => all.push(figures),
            Err(error) => eprintln!("left out: {error}"),
        }
    }
    print(&all);
    Ok(())
}

/// A Slack that says yes to everything and counts the replies.
async fn far_side(replies: Arc<AtomicU64>) -> Result<u16, Failure> {
    async fn api() -> axum::Json<serde_json::Value> {
        axum::Json(serde_json::json!({
            "ok": true, "url": "https://bench.slack.com/", "team": "bench", "user": "bot502",
            "team_id": "T0000000001", "user_id": "U0000000BOT", "bot_id": "B0000000001",
            "is_enterprise_install": false, "ts": "1700000000.000100", "channel": "C0000000001",
            "users": [], "usergroups": [],
            "user": {"id": "U0000000001", "team_id": "T0000000001", "name": "a", "deleted": false},
        }))
    }
    async fn reply(State(replies): State<Arc<AtomicU64>>) -> &'static str {
        replies.fetch_add(1, Ordering::Relaxed);
        "ok"
    }
    let router = Router::new()
        .route("/respond/{id}", any(reply))
        .fallback(any(api))
        .with_state(replies);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(port)
}

fn contenders(api: u16, folder: &Path) -> Result<Vec<Contender>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let bench = root.join("tests/bench");
    let cache = root.join(".cache/bench");
    let mut all = vec![Contender {
        name: "bot502",
        port: 0,
        command: {
            let mut command = Command::new(env!("CARGO_BIN_EXE_bot502"));
            command.arg("serve").arg("--config").arg(settings(folder)?);
            command
        },
    }];
    let others: [(&str, PathBuf, &str); 2] = [
        ("slack_bolt", cache.join("python/bin/python"), "bolt.py"),
        ("@slack/bolt", PathBuf::from("node"), "bolt.cjs"),
    ];
    for (name, program, script) in others {
        let mut command = Command::new(program);
        command.arg(bench.join(script));
        all.push(Contender {
            name,
            port: 0,
            command,
        });
    }
    for contender in &mut all {
        contender.port = free_port()?;
        contender
            .command
            .env("PORT", contender.port.to_string())
            .env("NODE_PATH", cache.join("node/node_modules"))
            .env("SLACK_API", format!("http://127.0.0.1:{api}/api"))
            .env("SLACK_SIGNING_SECRET", SECRET)
            .env("SLACK_BOT_TOKEN", "xoxb-bench")
            .env(
                "BOT502__SLACK__API_URL",
                format!("http://127.0.0.1:{api}/api"),
            )
            .env(
                "BOT502__SERVE__LISTEN",
                format!("127.0.0.1:{}", contender.port),
            )
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }
    Ok(all)
}

/// Settings of bot502 with everything durable on the disk, as in earnest.
fn settings(folder: &Path) -> Result<PathBuf, Failure> {
    let path = folder.join("bot.toml");
    let state = folder.display();
    std::fs::write(
        &path,
        format!(
            "[slack]\nmode = \"http\"\n[serve]\ndatabase = \"{state}/bot502.db\"\n[audit]\nfile = \"{state}/audit.jsonl\"\n[probes]\nfolder = \"{state}/probes\"\n"
        ),
    )?;
    Ok(path)
}

fn free_port() -> Result<u16, Failure> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?
        .local_addr()?
        .port())
}

/// Stops the program when it goes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn measure(
    mut contender: Contender,
    api: u16,
    replies: &AtomicU64,
) -> Result<Figures, Failure> {
    let name = contender.name;
    let running = Running(
        contender
            .command
            .spawn()
            .map_err(|error| format!("{name}: {error}"))?,
    );
    let pid = running.0.id();
    let far = Far {
        port: contender.port,
        api,
    };
    far.wait()
        .await
        .map_err(|error| format!("{name}: {error}"))?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle_kib = memory(pid, "VmRSS:")?;
    let before = replies.load(Ordering::Relaxed);
    let mut acks = far.steady().await?;
    acks.sort_unstable();
    let sent = acks.len() as u64;
    settle(replies, before + sent).await;
    let answered = replies.load(Ordering::Relaxed) - before;
    let a_second = far.saturated().await?;
    Ok(Figures {
        name,
        idle_kib,
        p50: acks[acks.len() / 2],
        p99: acks[acks.len() * 99 / 100],
        a_second,
        loaded_kib: memory(pid, "VmHWM:")?,
        lost: sent.saturating_sub(answered),
    })
}

/// Waits until the replies are there, or long enough.
async fn settle(replies: &AtomicU64, expected: u64) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while replies.load(Ordering::Relaxed) < expected && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn memory(pid: u32, line: &str) -> Result<u64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    let kib = found
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("no memory")?;
    Ok(kib.parse()?)
}

/// Slack's side of the endpoint.
#[derive(Clone, Copy)]
struct Far {
    port: u16,
    api: u16,
}

impl Far {
    async fn wait(self) -> Result<(), Failure> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            if let Ok(mut connection) = self.connect().await
                && self.command(&mut connection, u64::MAX).await.is_ok()
            {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err("it did not acknowledge within 30 s".into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn connect(self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    /// Sends one signed slash command and gives the time to its acknowledgement.
    async fn command(
        self,
        connection: &mut SendRequest<Full<Bytes>>,
        id: u64,
    ) -> Result<Duration, Failure> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?;
        let trigger = format!("{}.{id}", now.as_nanos());
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("token", "bench"),
                ("team_id", "T0000000001"),
                ("team_domain", "bench"),
                ("channel_id", "C0000000001"),
                ("channel_name", "ops"),
                ("user_id", "U0000000001"),
                ("user_name", "a"),
                ("command", "/502"),
                ("text", "help"),
                ("api_app_id", "A0000000001"),
                ("is_enterprise_install", "false"),
                (
                    "response_url",
                    &format!("http://127.0.0.1:{}/respond/{id}", self.api),
                ),
                ("trigger_id", &trigger),
            ])
            .finish();
        let stamp = now.as_secs().to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
        mac.update(format!("v0:{stamp}:{body}").as_bytes());
        let digest = mac.finalize().into_bytes();
        let signature: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let request = Request::post("/slack/commands")
            .header("host", "127.0.0.1")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-slack-request-timestamp", stamp)
            .header("x-slack-signature", format!("v0={signature}"))
            .body(Full::new(Bytes::from(body)))?;
        let started = Instant::now();
        connection.ready().await?;
        let response = connection.send_request(request).await?;
        let status = response.status();
        response.into_body().collect().await?;
        let took = started.elapsed();
        if !status.is_success() {
            return Err(format!("it answered {status}").into());
        }
        Ok(took)
    }

    /// Sends at a steady rate, whether the last was answered or not.
    async fn steady(self) -> Result<Vec<Duration>, Failure> {
        let mut ticks = tokio::time::interval(Duration::from_millis(1000 / STEADY_RATE));
        let count = STEADY.as_secs() * STEADY_RATE;
        let mut tasks = tokio::task::JoinSet::new();
        for id in 0..count {
            ticks.tick().await;
            tasks.spawn(async move {
                let mut connection = self.connect().await?;
                self.command(&mut connection, id).await
            });
        }
        tasks.join_all().await.into_iter().collect()
    }

    /// Sends as fast as it is answered, and gives how many a second that is.
    async fn saturated(self) -> Result<f64, Failure> {
        let started = Instant::now();
        let mut tasks = tokio::task::JoinSet::new();
        for lane in 0..CONNECTIONS as u64 {
            tasks.spawn(async move {
                let mut count = 0_u64;
                while started.elapsed() < SATURATION {
                    // A connection for each, as bot502 wants it: a request hidden in another is
                    // never read there.
                    let mut connection = self.connect().await?;
                    self.command(&mut connection, 1_000_000 + lane * 100_000 + count)
                        .await?;
                    count += 1;
                }
                Ok::<u64, Failure>(count)
            });
        }
        let counts: Result<Vec<u64>, Failure> = tasks.join_all().await.into_iter().collect();
        Ok(counts?.iter().sum::<u64>() as f64 / started.elapsed().as_secs_f64())
    }
}

fn print(all: &[Figures]) {
    println!(
        "{:<12} {:>10} {:>10} {:>10} {:>10} {:>10} {:>6}",
        "", "ack p50", "ack p99", "req/s", "idle MiB", "peak MiB", "lost"
    );
    for one in all {
        println!(
            "{:<12} {:>7.2} ms {:>7.2} ms {:>10.0} {:>10.1} {:>10.1} {:>6}",
            one.name,
            one.p50.as_secs_f64() * 1e3,
            one.p99.as_secs_f64() * 1e3,
            one.a_second,
            one.idle_kib as f64 / 1024.0,
            one.loaded_kib as f64 / 1024.0,
            one.lost,
        );
    }
    let Some(first) = all.first() else { return };
    for other in &all[1..] {
        println!(
            "{} over {}: p50 {:.1}x, p99 {:.1}x, req/s {:.2}x, idle memory {:.1}x",
            other.name,
            first.name,
            other.p50.as_secs_f64() / first.p50.as_secs_f64(),
            other.p99.as_secs_f64() / first.p99.as_secs_f64(),
            other.a_second / first.a_second,
            other.idle_kib as f64 / first.idle_kib as f64,
        );
    }
}
