//! One run of `bot502`: arguments, standard input, a clean environment, and what came of it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// A run of the program that is being put together.
pub struct Program {
    command: Command,
    stdin: Vec<u8>,
}

/// What came of a run.
pub struct Outcome {
    /// Exit code; -1 where a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Program {
    /// Begins a run with these arguments. Its home is a folder that does not exist, so that nothing
    /// of the developer's own can be read.
    pub fn new(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bot502"));
        command
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", "/nonexistent");
        Self {
            command,
            stdin: Vec::new(),
        }
    }

    /// Gives it something to read.
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    /// Sets a variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Lets no file of its grow: what a full disk is to a program that may not mount one.
    pub fn with_full_files(self) -> Self {
        self.under(
            "/bin/sh",
            &["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"],
        )
    }

    /// Runs it under another program, which gets its path and arguments after its own.
    pub fn under(mut self, program: &str, words: &[&str]) -> Self {
        let arguments: Vec<_> = self.command.get_args().map(ToOwned::to_owned).collect();
        let variables: Vec<_> = self
            .command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        let folder = self.command.get_current_dir().map(Path::to_owned);
        let mut command = Command::new(program);
        command
            .args(words)
            .arg(self.command.get_program())
            .args(arguments)
            .env_clear()
            .envs(variables);
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        self.command = command;
        self
    }

    /// Runs it in a folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Starts it, without anything to read; its log is kept.
    pub fn start(mut self) -> std::process::Child {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts")
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Outcome {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut pipe = child.stdin.take().expect("a piped standard input");
        let bytes = std::mem::take(&mut self.stdin);
        // A program that ends without reading closes the pipe; that is its right.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
        let output = child.wait_with_output().expect("the program ends");
        writer.join().expect("the writer ends");
        Outcome {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("errors are UTF-8"),
        }
    }
}

impl Outcome {
    /// Asserts that it did what was asked, and gives what it printed.
    #[track_caller]
    pub fn done(self) -> String {
        assert_eq!(
            self.code, 0,
            "stderr: {}\nstdout: {}",
            self.stderr, self.stdout
        );
        self.stdout
    }

    /// Asserts that it did, and reads what it printed as JSON.
    #[track_caller]
    pub fn json(self) -> serde_json::Value {
        let text = self.done();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("not JSON ({error}): {text}"))
    }

    /// Everything that a person would see of it, as one text for a snapshot.
    pub fn seen(&self) -> String {
        let mut text = format!("exit code {}\n", self.code);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.push_str(&format!("--- {name}\n{stream}"));
            }
        }
        text
    }
}
