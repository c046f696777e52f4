//! A run of the program in a folder of its own, with a clock that stands still.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

use archive::read_at_most;
use serde_json::Value;
use tempfile::TempDir;

/// 2026-11-25 12:00 UTC.
pub(crate) const NOW: &str = "1795608000";

/// A folder that is the program's home and working folder.
pub(crate) struct Sandbox {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    /// The exit code; `None` after a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // configuration is looked for upward to the root of a repository: this is one
        fs::create_dir(folder.path().join(".git")).unwrap();
        Self {
            folder,
            variables: Vec::new(),
        }
    }

    /// Sets a variable of the environment, which is empty but for the home and the clock.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders that it needs.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        String::from_utf8(read(&self.path(name))).unwrap()
    }

    /// Runs `seaworthy ARGUMENTS`, which are split at blanks.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.finish(self.command(arguments).stdin(Stdio::null()))
    }

    /// Runs it with arguments that may hold blanks.
    pub(crate) fn run_with(&self, arguments: &[&str]) -> Run {
        self.finish(self.command("").args(arguments))
    }

    /// Runs it with a file's bytes from a pipe.
    pub(crate) fn run_piped(&self, arguments: &str, input: &Path) -> Run {
        self.run_fed(self.command(arguments), |pipe| {
            let mut file = File::open(input).unwrap();
            // one that ends early has said why
            let _may_break = io::copy(&mut file, pipe);
            false
        })
    }

    /// Runs it with a pipe that gives these bytes and then stalls, for 20 seconds at most.
    pub(crate) fn run_stalled(&self, arguments: &str, beginning: &[u8]) -> Run {
        let mut command = self.dressed("timeout");
        command
            .args(["-s", "KILL", "20", env!("CARGO_BIN_EXE_seaworthy")])
            .args(arguments.split_whitespace());
        self.run_fed(command, |pipe| {
            let _may_break = pipe.write_all(beginning);
            true
        })
    }

    /// `feed` says whether the pipe stays open.
    fn run_fed(&self, mut command: Command, feed: impl FnOnce(&mut ChildStdin) -> bool) -> Run {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let open = feed(&mut pipe).then_some(pipe);
        let output = child.wait_with_output().unwrap();
        drop(open);
        self.seen(&output)
    }

    /// Runs a line of the shell, in which `"$0"` is the program.
    pub(crate) fn shell(&self, line: &str) -> Run {
        self.finish(
            self.dressed("sh")
                .args(["-c", line, env!("CARGO_BIN_EXE_seaworthy")]),
        )
    }

    /// Returns the run before it starts.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = self.dressed(env!("CARGO_BIN_EXE_seaworthy"));
        command.args(arguments.split_whitespace());
        command
    }

    #[expect(clippy::disallowed_methods, reason = "whole-program tests start it")]
    fn dressed(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.folder.path())
            .env("SOURCE_DATE_EPOCH", NOW)
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path());
        command
    }

    fn finish(&self, command: &mut Command) -> Run {
        self.seen(&command.output().unwrap())
    }

    /// Paths of this run are `[DIR]` in what is compared.
    fn seen(&self, output: &std::process::Output) -> Run {
        let folder = self.folder.path().to_str().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(folder, "[DIR]");
        Run {
            code: output.status.code(),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }
}

impl Run {
    /// Returns the JSON report of a run that succeeded.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        serde_json::from_str(&self.stdout).unwrap()
    }
}

/// Returns a file's bytes.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    read_at_most(file, 1 << 30).unwrap()
}

/// Returns the list at `pointer`, empty if there is none.
pub(crate) fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value
        .pointer(pointer)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// Returns the text at `pointer`, empty if there is none.
pub(crate) fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Returns the text with `[DIGEST]` for each digest.
pub(crate) fn without_digests(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| match word.strip_prefix("sha256:") {
            Some(_) => word.replace(word.trim_end(), "[DIGEST]"),
            None => word.to_owned(),
        })
        .collect()
}
