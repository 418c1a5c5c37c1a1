//! The real server on a platform's double, with a policy in which there is somebody for each part.

use std::io::{Read, Write};

use crate::harness::room::Room;
use crate::harness::slack::world::{CHANNEL, TEAM};
use crate::harness::slack::{Double, Line};
use crate::harness::{Platform, Served};

/// The server, and the room that it is in.
pub struct Stage<R> {
    /// The server; stopped before the room is gone.
    pub served: Served,
    /// The room.
    pub room: R,
    /// Where it is called, where it is.
    pub address: String,
    /// The operator's own probes.
    pub own: tempfile::TempDir,
}

/// The server on Slack.
pub type OnSlack = Stage<Double>;

/// A project on which all is well.
const HEALTHY: &str = "healthyproj01";

impl OnSlack {
    /// Starts the server without anything to run checks with.
    pub fn slack() -> Self {
        Self::slack_with(&[])
    }

    /// The same with more settings.
    pub fn slack_with(settings: &[(&'static str, &str)]) -> Self {
        Self::on(Double::start(), None, (HEALTHY, settings))
    }

    /// Starts it with the platform's CLI; nothing where that is not installed.
    pub fn slack_with_checks() -> Option<Self> {
        Self::slack_about(HEALTHY, &[])
    }

    /// Starts it with the platform's CLI and a project of the platform's stories, with more settings;
    /// nothing where the CLI is not installed.
    pub fn slack_about(project: &str, settings: &[(&'static str, &str)]) -> Option<Self> {
        let platform = Platform::get()?;
        Some(Self::on(
            Double::start(),
            Some(platform),
            (project, settings),
        ))
    }

    /// Starts it behind the signed endpoints.
    pub fn slack_over_http() -> Self {
        Self::slack_over_http_with(&[])
    }

    /// The same with more settings.
    pub fn slack_over_http_with(settings: &[(&'static str, &str)]) -> Self {
        let room = Double::start();
        let (address, own) = (free_address(), own_probes());
        let mut variables = variables(&room, &own);
        variables.extend([
            ("BOT502__SLACK__MODE", "http".to_owned()),
            ("BOT502__SERVE__LISTEN", address.clone()),
            ("SLACK_SIGNING_SECRET", "signing".to_owned()),
        ]);
        variables.extend(owned(settings));
        let served = Served::start(&policy(HEALTHY), None, &variables);
        room.use_line(Line::Http(
            address.parse().expect("an address"),
            "signing".to_owned(),
        ));
        wait_for_listener(&address, true);
        Self {
            served,
            room,
            address,
            own,
        }
    }

    /// Starts it on a Slack written by others; nothing where that or the CLI is not installed.
    pub fn slack_of_others() -> Option<Self> {
        let platform = Platform::get()?;
        let room = Double::before_emulate()?;
        Some(Self::on(room, Some(platform), (HEALTHY, &[])))
    }

    fn on(
        room: Double,
        platform: Option<&'static Platform>,
        (project, settings): (&str, &[(&'static str, &str)]),
    ) -> Self {
        let own = own_probes();
        let mut variables = variables(&room, &own);
        variables.extend(owned(settings));
        let served = Served::start(&policy(project), platform, &variables);
        room.wait_for_sockets(1);
        Self {
            served,
            room,
            address: String::new(),
            own,
        }
    }

    /// Stops the server in order and starts it on what it kept; gives what it logged until then.
    pub fn restart(&mut self) -> String {
        let log = self.served.stop();
        self.room.wait_for_no_sockets();
        self.served.go_on();
        self.room.wait_for_sockets(1);
        log
    }
}

impl<R: Room> Stage<R> {
    /// Gives the room, as every platform has it.
    pub fn room(&self) -> &dyn Room {
        &self.room
    }
}

fn owned(settings: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let settings = settings.iter();
    settings
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

fn variables(room: &Double, own: &tempfile::TempDir) -> Vec<(&'static str, String)> {
    vec![
        ("SLACK_BOT_TOKEN", "xoxb-0-double".to_owned()),
        ("SLACK_APP_TOKEN", "xapp-0-double".to_owned()),
        ("BOT502__SLACK__API_URL", room.api_url()),
        (
            "BOT502__PROBES__CATALOGUE",
            own.path().display().to_string(),
        ),
    ]
}

/// A probe of the operator's own that must be told something: the shipped ones need nothing.
fn own_probes() -> tempfile::TempDir {
    let own = tempfile::tempdir().expect("a folder");
    let probe = r#"
        [[probe]]
        id = "latest"
        title = "The latest activities"
        tells = "What was done on the environment, the newest first."
        argv = ["upsun", "activity:list", "-p", "{project}", "-e", "{environment}", "--no", "--format", "csv", "--columns", "id,type,state,result,created,completed,environments,description", "--limit", "{count}"]
        parameters = [{ name = "count", about = "how many", kind = "integer", min = 1, max = 20 }]
        time = "30s"
        output_kib = 64
        touches = [
          { what = "upsun-api", reason = "reads the list of activities" },
          { what = "cli-home", reason = "the CLI keeps its session there" },
        ]
        "#;
    std::fs::write(own.path().join("latest.toml"), probe).expect("a probe");
    own
}

/// Ann and Ben are on call; reading a log needs nobody, the port a second person, or a reason that all
/// read; the processes a second person whatever happens.
fn policy(project: &str) -> String {
    format!(
        r#"
        [[target]]
        name = "shop"
        project = "{project}"
        environment = "main"
        app = "app"

        [[channel]]
        platform = "slack"
        workspace = "{TEAM}"
        id = "{CHANNEL}"
        target = "shop"

        [[channel]]
        platform = "slack"
        workspace = "{TEAM}"
        id = "D0BEN"
        target = "shop"

        [[rule]]
        id = "on-call-reads-logs"
        platform = "slack"
        workspace = "{TEAM}"
        groups = ["S0ONCALL"]
        channels = ["{CHANNEL}", "D0BEN"]
        probes = ["app-log", "error-log", "service-resolve", "latest"]
        targets = ["shop"]

        [[rule]]
        id = "on-call-looks-inside-together"
        platform = "slack"
        workspace = "{TEAM}"
        groups = ["S0ONCALL"]
        channels = ["{CHANNEL}"]
        probes = ["port", "listeners"]
        targets = ["shop"]
        approval = "second-person"
        approvers = {{ groups = ["S0ONCALL"] }}
        break_glass = true

        [[rule]]
        id = "on-call-looks-at-processes"
        platform = "slack"
        workspace = "{TEAM}"
        groups = ["S0ONCALL"]
        channels = ["{CHANNEL}"]
        probes = ["processes"]
        targets = ["shop"]
        approval = "second-person"
        approvers = {{ users = ["U0BEN"] }}

        [[operators]]
        platform = "slack"
        workspace = "{TEAM}"
        users = ["U0ANN"]
        "#
    )
}

fn free_address() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    listener.local_addr().expect("an address").to_string()
}

/// Waits until something is so: looked at as fast as the machine lets, and not for ever.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(120);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(std::time::Instant::now() < until, "never so: {what}");
        std::thread::yield_now();
    }
}

/// Waits until the server says that it is ready, or is no longer.
pub fn wait_for_listener(address: &str, ready: bool) {
    until("a server that is ready, or is no longer", || {
        (is_ready(address).unwrap_or(false) == ready).then_some(())
    });
}

fn is_ready(address: &str) -> std::io::Result<bool> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
