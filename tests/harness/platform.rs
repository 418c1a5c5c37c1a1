//! The platform that the real CLI is pointed at: `upsun_platform.py`, started once for all tests, on
//! loopback, gone with them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde::Deserialize;

use super::Program;

/// A platform that runs, and the CLI for it.
pub struct Platform {
    told: Told,
    cli: PathBuf,
    /// Configuration, state and session of bot502, shared by all runs as they are in earnest.
    folder: PathBuf,
    /// Holds its standard input: when that closes, it ends.
    _child: Child,
}

/// What the platform says when it is ready.
#[derive(Deserialize)]
struct Told {
    api: u16,
    ssh: u16,
    web: u16,
    host_key: String,
    authority: String,
    writes: PathBuf,
    commands: PathBuf,
    token: String,
}

impl Platform {
    /// Gives the platform; `None`, with a line that says so, where its parts are not installed.
    ///
    /// # Panics
    /// Under `CI=true`, where they must be.
    pub fn get() -> Option<&'static Self> {
        static PLATFORM: OnceLock<Option<Platform>> = OnceLock::new();
        PLATFORM.get_or_init(Self::start).as_ref()
    }

    fn start() -> Option<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let cli = root.join(".cache/npm/node_modules/@upsun/cli-linux-x64/bin/upsun");
        let python = root.join(".cache/python/bin/python");
        if !cli.is_file() || !python.is_file() {
            let must = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(
                !must,
                "the Upsun CLI and asyncssh are not in .cache: tests/run installs them"
            );
            eprintln!(
                "not run: the Upsun CLI and asyncssh are not in .cache; tests/run installs them"
            );
            return None;
        }
        let folder = fresh_folder();
        let mut child = Command::new(python)
            .arg(root.join("tests/harness/upsun_platform.py"))
            .arg(folder.join("platform"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the platform starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a piped standard output");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("the platform says when it is ready");
        let told = serde_json::from_str(&line).expect("ports and keys");
        Some(Self {
            told,
            cli,
            folder,
            _child: child,
        })
    }

    /// A run of bot502 with the CLI, a token and this platform.
    pub fn bot502(&self, args: &[&str]) -> Program {
        self.with(args, &[])
    }

    /// The same with some settings changed, as `key = value` below `[probes]`.
    pub fn with(&self, args: &[&str], settings: &[(&str, &str)]) -> Program {
        let api = format!("http://127.0.0.1:{}", self.told.api);
        let ssh = format!("HostName 127.0.0.1\nPort {}", self.told.ssh);
        let mut program = Program::new(args)
            .env("XDG_STATE_HOME", &self.folder)
            .env("BOT502__PROBES__CLI", &self.cli)
            .env("BOT502__PROBES__AUTHORITIES", &self.told.authority)
            .env("BOT502__PROBES__DETOURS", self.detours())
            .env("UPSUN_CLI_API_URL", &api)
            .env("UPSUN_CLI_AUTH_URL", &api)
            .env("UPSUN_CLI_TOKEN", &self.told.token)
            .env("UPSUN_CLI_SSH_OPTIONS", ssh)
            .env("UPSUN_CLI_SSH_HOST_KEYS", &self.told.host_key);
        for (key, value) in settings {
            program = program.env(&format!("BOT502__PROBES__{}", key.to_uppercase()), value);
        }
        program
    }

    /// A folder that no other run uses: without a session, for what happens before signing in.
    pub fn empty_folder(&self) -> tempfile::TempDir {
        tempfile::tempdir_in(&self.folder).expect("a folder")
    }

    /// Every request that was not a read.
    pub fn writes(&self) -> String {
        std::fs::read_to_string(&self.told.writes).expect("the list of writes")
    }

    /// Every command that reached a container, a JSON object a line.
    pub fn commands(&self) -> String {
        std::fs::read_to_string(&self.told.commands).expect("the list of commands")
    }

    /// Sends the addresses of every story to the platform's web server.
    fn detours(&self) -> String {
        let entries: Vec<String> = [
            "healthyproj01",
            "wrongport0001",
            "certexpired01",
            "diskfull00001",
        ]
        .iter()
        .map(|name| {
            format!(
                "\"www.{name}.example:443\" = \"127.0.0.1:{}\"",
                self.told.web
            )
        })
        .collect();
        format!("{{ {} }}", entries.join(", "))
    }
}

/// Makes this run's folder, below the build's own folder for tests, and takes away those of runs that
/// are over.
fn fresh_folder() -> PathBuf {
    let base = Path::new(env!("CARGO_TARGET_TMPDIR")).join("platform");
    std::fs::create_dir_all(&base).expect("a folder for tests");
    for entry in std::fs::read_dir(&base).expect("a folder").flatten() {
        let name = entry.file_name();
        let is_over = !Path::new("/proc").join(&name).exists();
        if is_over {
            // Another run may be at it as well; one of the two succeeds.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    let folder = base.join(std::process::id().to_string());
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder for this run");
    folder
}
