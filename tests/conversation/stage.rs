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
}

/// The server on Slack.
pub type OnSlack = Stage<Double>;

impl OnSlack {
    /// Starts the server without anything to run checks with.
    pub fn slack() -> Self {
        Self::start(None)
    }

    /// Starts it with the platform's CLI; nothing where that is not installed.
    pub fn slack_with_checks() -> Option<Self> {
        Some(Self::start(Some(Platform::get()?)))
    }

    /// Starts it behind the signed endpoints.
    pub fn slack_over_http() -> Self {
        let room = Double::start();
        let address = free_address();
        let mut variables = variables(&room);
        variables.extend([
            ("BOT502__SLACK__MODE", "http".to_owned()),
            ("BOT502__SERVE__LISTEN", address.clone()),
            ("SLACK_SIGNING_SECRET", "signing".to_owned()),
        ]);
        let served = Served::start(&policy(), None, &variables);
        room.use_line(Line::Http(
            address.parse().expect("an address"),
            "signing".to_owned(),
        ));
        wait_for_listener(&address);
        Self { served, room }
    }

    /// Starts it on a Slack written by others; nothing where that or the CLI is not installed.
    pub fn slack_of_others() -> Option<Self> {
        let platform = Platform::get()?;
        Some(Self::on(Double::before_emulate()?, Some(platform)))
    }

    fn start(platform: Option<&Platform>) -> Self {
        Self::on(Double::start(), platform)
    }

    fn on(room: Double, platform: Option<&Platform>) -> Self {
        let served = Served::start(&policy(), platform, &variables(&room));
        room.wait_for_sockets(1);
        Self { served, room }
    }
}

impl<R: Room> Stage<R> {
    /// Gives the room, as every platform has it.
    pub fn room(&self) -> &dyn Room {
        &self.room
    }
}

fn variables(room: &Double) -> Vec<(&'static str, String)> {
    vec![
        ("SLACK_BOT_TOKEN", "xoxb-0-double".to_owned()),
        ("SLACK_APP_TOKEN", "xapp-0-double".to_owned()),
        ("BOT502__SLACK__API_URL", room.api_url()),
    ]
}

/// Ann and Ben are on call; reading a log needs nobody, the port a second person.
fn policy() -> String {
    format!(
        r#"
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
        probes = ["app-log", "error-log", "service-resolve"]
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

/// Waits until the server says that it is ready: asked as fast as the machine lets, and not for ever.
fn wait_for_listener(address: &str) {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while !is_ready(address).unwrap_or(false) {
        assert!(
            std::time::Instant::now() < until,
            "nobody is ready at {address}"
        );
        std::thread::yield_now();
    }
}

fn is_ready(address: &str) -> std::io::Result<bool> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}
