//! Runs a program that keeps credentials, within a time. What it prints is a secret.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use archive::read_at_most;
use net::Deadline;
use rustix::process::{Pid, Signal, kill_process_group};

/// Bytes that such a program may print.
const MAX_BYTES: u64 = 1 << 20;
/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);

/// How to run a program.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    /// A path, or a name that `PATH` knows.
    pub(crate) program: &'a Path,
    pub(crate) arguments: &'a [String],
    /// Variables beside those of this process.
    pub(crate) variables: &'a [(String, String)],
    pub(crate) input: &'a [u8],
    /// What it may take by itself.
    pub(crate) time: Duration,
    /// When the whole command gives up.
    pub(crate) deadline: Deadline,
}

/// What a program did.
pub(crate) struct Ended {
    pub(crate) is_success: bool,
    pub(crate) output: Vec<u8>,
}

/// Runs a program to its end.
///
/// # Errors
/// It cannot be started, prints too much, or takes too long; nothing of what it printed is told.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that starts programs: those that the user's own files name"
)]
pub(crate) fn run(run: &Run<'_>) -> Result<Ended, String> {
    let mut child = Command::new(run.program)
        .args(run.arguments)
        .envs(run.variables.iter().map(|(name, value)| (name, value)))
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("it cannot be started: {error}"))?;
    let output = output_of(&mut child);
    if let Some(mut pipe) = child.stdin.take() {
        // one that does not read it says why by its end; what is written fits a pipe
        let _nobody_reads = pipe.write_all(run.input);
    }
    let ended = wait(&mut child, output.as_ref(), run);
    if ended.is_err() {
        // with what it started: the group is its own, and it is there until it is waited for
        let _is_gone = kill_process_group(Pid::from_child(&child), Signal::KILL);
        let _is_gone = child.kill();
        let _is_gone = child.wait();
    }
    ended
}

/// Reads what a program prints on another thread, which ends with the pipe.
fn output_of(child: &mut Child) -> Option<Receiver<std::io::Result<Vec<u8>>>> {
    let pipe = child.stdout.take()?;
    let (sender, receiver) = channel();
    thread::spawn(move || sender.send(read_at_most(pipe, MAX_BYTES)));
    Some(receiver)
}

fn wait(
    child: &mut Child,
    output: Option<&Receiver<std::io::Result<Vec<u8>>>>,
    run: &Run<'_>,
) -> Result<Ended, String> {
    let late = || match run.deadline.check() {
        Err(whole) => whole.to_string(),
        Ok(()) => format!("it did not end within {} s", run.time.as_secs()),
    };
    let left = run.deadline.left().unwrap_or(run.time);
    let time = run.time.min(left);
    let deadline = Deadline::after(time);
    let output = output
        .ok_or_else(late)?
        .recv_timeout(time)
        .map_err(|_timed_out| late())?;
    let output = output.map_err(|error| format!("what it prints cannot be read: {error}"))?;
    loop {
        let status = child.try_wait().map_err(|error| error.to_string())?;
        if let Some(status) = status {
            return Ok(Ended {
                is_success: status.success(),
                output,
            });
        }
        deadline.check().map_err(|_timed_out| late())?;
        thread::sleep(LOOK);
    }
}

#[cfg(test)]
mod tests {
    use net::read_regular;

    use super::*;

    fn shell(script: &str, time: Duration) -> Result<(bool, String), String> {
        within(script, time, Duration::from_mins(1))
    }

    fn within(script: &str, time: Duration, whole: Duration) -> Result<(bool, String), String> {
        let ended = run(&Run {
            program: Path::new("sh"),
            arguments: &["-c".to_owned(), script.to_owned()],
            variables: &[("NAME".to_owned(), "value".to_owned())],
            input: b"asked",
            time,
            deadline: Deadline::after(whole),
        })?;
        Ok((
            ended.is_success,
            String::from_utf8_lossy(&ended.output).into_owned(),
        ))
    }

    #[test]
    fn asks_and_listens_within_bounds() {
        let minute = Duration::from_mins(1);
        let short = Duration::from_millis(200);
        let said = |text: &str| Ok((true, text.to_owned()));
        assert_eq!(
            shell("read -r x; echo $x $NAME", minute),
            said("asked value\n")
        );
        assert_eq!(shell("cat", minute), said("asked"));
        assert_eq!(
            shell("echo no; exit 1", minute),
            Ok((false, "no\n".to_owned()))
        );
        let late = Err("it did not end within 0 s".to_owned());
        assert_eq!(shell("sleep 20", short), late);
        // a child of the program keeps the pipe
        assert_eq!(shell("sleep 20 & echo x", short), late);
        assert_eq!(shell("exec >&-; sleep 20", short), late);
        let much = shell("yes", minute).unwrap_err();
        assert!(
            much.starts_with("what it prints cannot be read: more than"),
            "{much}"
        );
    }

    #[test]
    fn the_whole_command_gives_up_first_and_leaves_nobody() {
        let (minute, short) = (Duration::from_mins(1), Duration::from_millis(200));
        let folder = tempfile::tempdir().unwrap();
        let pids = folder.path().join("pids");
        let note = format!("echo $! >> '{}'", pids.display());
        for script in [
            format!("sleep 50 & {note}; wait"),
            format!("sleep 50 & {note}; exit 0"),
            format!("exec >&-; sleep 50 & {note}; wait"),
            format!("(sleep 50 & {note}; wait) & wait"),
        ] {
            let late = Err("not done within 0 s (--timeout)".to_owned());
            assert_eq!(within(&script, minute, short), late, "{script}");
        }
        let pids = String::from_utf8(read_regular(&pids, 1 << 20).unwrap()).unwrap();
        assert_eq!(pids.lines().count(), 4);
        for pid in pids.lines() {
            let state = || {
                let status = read_regular(Path::new(&format!("/proc/{pid}/stat")), 1 << 20);
                let status = String::from_utf8(status.unwrap_or_default()).unwrap();
                status
                    .rsplit(')')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_owned()
            };
            // one that nobody has waited for yet is a zombie
            let is_gone = (0..200).any(|_| {
                thread::sleep(LOOK);
                state().is_empty() || state().starts_with(['Z', 'X'])
            });
            assert!(is_gone, "{pid} {}", state());
        }
    }
}
