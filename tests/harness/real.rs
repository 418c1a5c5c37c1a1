//! `bot502 serve` as a process that a test watches, signals, kills, and starts again on what the one
//! before left behind; with a stand-in for the platform's CLI that counts how often it is started.

use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::Program;
use super::slack::Double;
use super::slack::world::{CHANNEL, TEAM};

/// How long a line of the log is waited for. Nothing waits this long unless something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// The secret with which Slack signs.
pub const SIGNING: &str = "signing";

/// Writes its last word down, so that each run is told apart by its number of lines, and prints a log.
const CLI: &str = "#!/bin/sh\n\
    for word; do last=$word; done\n\
    echo \"$last\" >> \"$HOME/started\"\n\
    cat \"$HOME/output\" 2>/dev/null || echo 'Server listening on port 3000'\n";

/// Where servers live, one after the other.
pub struct Home {
    folder: PathBuf,
    _own: Option<tempfile::TempDir>,
}

impl Home {
    /// Makes one, with a policy in which Ann and Ben are on call: `app-log` needs nobody,
    /// `error-log` a second person.
    pub fn new() -> Self {
        let own = tempfile::tempdir().expect("a folder");
        let home = Self::within(own.path());
        Self {
            _own: Some(own),
            ..home
        }
    }

    /// Makes one in a folder that stays.
    pub fn within(folder: &Path) -> Self {
        let home = Self {
            folder: folder.to_owned(),
            _own: None,
        };
        std::fs::write(home.path("policy.toml"), policy()).expect("a policy");
        std::fs::write(home.path("upsun"), CLI).expect("a script");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(home.path("upsun"), mode).expect("a mode");
        home
    }

    /// Gives the path of something in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Gives the path of what stands in the folder that the state is kept in.
    pub fn state(&self, name: &str) -> PathBuf {
        self.path("state").join(name)
    }

    /// Lets probes print this from now on.
    pub fn print(&self, text: &str) {
        let home = self.state("probes");
        for folder in [home.clone(), home.join("home")] {
            std::fs::create_dir_all(&folder).expect("a folder");
            let mode = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(&folder, mode).expect("a mode");
        }
        std::fs::write(home.join("home/output"), text).expect("an output");
    }

    /// Gives the last words with which the CLI was started, in their order.
    pub fn started(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.state("probes/home/started"));
        let text = text.unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// Prepares a server that speaks to a Slack.
    pub fn server(&self, double: &Double) -> Program {
        let (bot, app) = {
            let world = double.world();
            (world.bot_token.clone(), world.app_token.clone())
        };
        // Where the kernel lacks a layer of the sandbox a probe runs all the same: this is not about it.
        Program::new(&["serve"])
            .env("SLACK_BOT_TOKEN", bot)
            .env("SLACK_APP_TOKEN", app)
            .env("SLACK_SIGNING_SECRET", SIGNING)
            .env("BOT502__SLACK__API_URL", double.api_url())
            .env("BOT502__PROBES__POLICY", self.path("policy.toml"))
            .env("BOT502__PROBES__CLI", self.path("upsun"))
            .env("BOT502__PROBES__FOLDER", self.state("probes"))
            .env("BOT502__PROBES__SANDBOX", "warn")
            .env("BOT502__SERVE__DATABASE", self.state("bot502.db"))
            .env("BOT502__AUDIT__FILE", self.state("audit.jsonl"))
            .env("BOT502__AUDIT__KEY", self.state("audit.key"))
            .env("XDG_STATE_HOME", self.path("elsewhere"))
            .env("BOT502__SERVE__LISTEN", "127.0.0.1:0")
            .env("BOT502__SERVE__FIRST_WAIT", "20ms")
            .env("BOT502__SERVE__LONGEST_WAIT", "200ms")
            .env("BOT502__SERVE__RELOAD_EVERY", "0s")
            .env("BOT502__SERVE__CHANNEL_PER_SECOND", "1000")
            .env("BOT502__SERVE__CHANNEL_AT_ONCE", "1000")
            .env("BOT502__LOG__LEVEL", "info,bot::serve::post=debug")
    }

    /// Starts a server that speaks to a Slack, and waits until it is ready.
    pub fn serve(&self, double: &Double) -> Real {
        let real = Real::start(self.server(double));
        real.says("serving");
        double.wait_for_sockets(1);
        real
    }
}

/// A server of the real program.
pub struct Real {
    child: Child,
    log: Receiver<String>,
}

impl Real {
    /// Starts it.
    pub fn start(program: Program) -> Self {
        let mut child = program.start();
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let (lines, log) = channel();
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                // A test that has seen enough reads no more.
                let _ = lines.send(line);
            }
        });
        Self { child, log }
    }

    /// Waits for a line of the log that holds a word.
    #[track_caller]
    pub fn says(&self, word: &str) -> String {
        let mut seen = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if line.contains(word) => return line,
                Ok(line) => seen.push(line),
                Err(_) => panic!("never said: {word}; it said {seen:#?}"),
            }
        }
    }

    /// Waits until it says where it listens.
    #[track_caller]
    pub fn address(&self) -> String {
        let line = self.says("listening");
        let address = line.rsplit_once("address=").expect("an address").1;
        address.trim().to_owned()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        // One that ended by itself cannot be told; what became of it shows at its end.
        let _ = kill_process(pid.expect("a process has a number"), signal);
    }

    /// Kills it, as the machine would.
    pub fn kill(mut self) {
        // It may be gone already, where something else was to kill it.
        let _ = self.child.kill();
        self.child.wait().expect("it is gone");
    }

    /// Waits until it ends by itself, and gives all of its log that was not read yet.
    #[track_caller]
    pub fn ended(mut self) -> (ExitStatus, Vec<String>) {
        let status = self.child.wait().expect("it ends");
        (status, self.log.iter().collect())
    }

    /// Waits for the next line of the log, for so long at most.
    pub fn line(&self, most: Duration) -> Result<String, RecvTimeoutError> {
        self.log.recv_timeout(most)
    }

    /// Stops it in order, and gives the rest of its log.
    #[track_caller]
    pub fn stop(self) -> Vec<String> {
        self.signal(Signal::TERM);
        let (status, log) = self.ended();
        assert!(status.success(), "{status}: {log:#?}");
        log
    }
}

/// Ann and Ben are on call.
fn policy() -> String {
    format!(
        r#"
        [pending]
        each = 1000
        all = 1000

        [[target]]
        name = "shop"
        project = "healthyproj01"
        environment = "main"
        app = "app"

        [[channel]]
        platform = "slack"
        workspace = "{TEAM}"
        id = "{CHANNEL}"
        target = "shop"

        [[rule]]
        id = "on-call-reads-logs"
        platform = "slack"
        workspace = "{TEAM}"
        groups = ["S0ONCALL"]
        channels = ["{CHANNEL}"]
        probes = ["app-log"]
        targets = ["shop"]

        [[rule]]
        id = "on-call-reads-errors-together"
        platform = "slack"
        workspace = "{TEAM}"
        groups = ["S0ONCALL"]
        channels = ["{CHANNEL}"]
        probes = ["error-log"]
        targets = ["shop"]
        approval = "second-person"
        approvers = {{ groups = ["S0ONCALL"] }}

        [[operators]]
        platform = "slack"
        workspace = "{TEAM}"
        users = ["U0ANN"]
        "#
    )
}
