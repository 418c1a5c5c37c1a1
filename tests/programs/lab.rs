//! Running a real program on loopback, collecting what it writes, and holding the reading against it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::harness::Program;

/// How long a program on loopback may take at most. Nothing waits this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asserts that the first cause read from a program's own words is one of `expected`.
#[track_caller]
pub fn check(written: &str, expected: &[&str]) {
    let findings = Program::new(&["explain", "--json", "-"])
        .stdin(written)
        .run()
        .json();
    let first = findings["findings"][0]["cause"]
        .as_str()
        .unwrap_or("nothing");
    assert!(
        expected.contains(&first),
        "read as {first}, expected one of {expected:?}, in:\n{written}\n{findings:#}"
    );
}

/// Asserts that no cause is read from what a healthy program wrote.
#[track_caller]
pub fn check_healthy(written: &str) {
    let findings = Program::new(&["explain", "--json", "-"])
        .stdin(written)
        .run()
        .json();
    assert_eq!(
        findings["findings"],
        serde_json::json!([]),
        "in:\n{written}"
    );
}

/// Finds a program, or says that it is not here; under CI that is a failure.
#[track_caller]
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    folders.extend(["/usr/sbin", "/sbin"].map(PathBuf::from));
    folders.extend(glob("/usr/lib/postgresql", "bin"));
    folders.push(root().join(".cache/python/bin"));
    let found = names.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_file())
    });
    if found.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is missing; tests/prepare installs it",
            names[0]
        );
        eprintln!("not run: {} is missing; tests/run installs it", names[0]);
    }
    found
}

/// Gives a port on which nothing listens.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    listener.local_addr().expect("an address").port()
}

/// Runs a command to its end and gives what it wrote to both streams, as a log would hold it, with
/// the shell's way of saying how it ended.
pub fn run(command: &mut Command) -> String {
    let output = command
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A program that runs until the test is done with it.
pub struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStderr>>,
    written: String,
}

impl Running {
    /// Starts it, and waits until its standard error has a line that holds `ready`.
    #[track_caller]
    pub fn start(command: &mut Command, ready: &str) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = child.stderr.take().expect("a piped standard error");
        let mut running = Self {
            child,
            lines: BufReader::new(stderr).lines(),
            written: String::new(),
        };
        assert!(
            running.read_until(ready),
            "it never said `{ready}`:\n{}",
            running.written
        );
        running
    }

    /// Reads on until a line holds `words`; tells whether one did before the program ended.
    pub fn read_until(&mut self, words: &str) -> bool {
        for line in self.lines.by_ref().map_while(Result::ok) {
            self.written.push_str(&line);
            self.written.push('\n');
            if line.contains(words) {
                return true;
            }
        }
        false
    }

    /// Asks it to end, and gives all that it wrote.
    pub fn finish(mut self) -> String {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        self.read_until("\0 never written");
        let _ = self.child.wait();
        std::mem::take(&mut self.written)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks a server on loopback for `/` and gives the whole answer.
pub fn get(port: u16) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("a time limit");
    stream
        .write_all(b"GET / HTTP/1.0\r\nHost: app.test\r\n\r\n")
        .expect("a sent request");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// Starts a server that answers every connection with `answer` and closes it.
pub fn upstream(answer: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            let _ = stream.write_all(&answer);
        }
    });
    port
}

fn glob(folder: &str, inner: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .flatten()
        .map(|entry| entry.path().join(inner))
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}
