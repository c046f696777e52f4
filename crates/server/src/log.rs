//! The log, which is standard error: a thread writes it, so that nobody who asks waits for whoever reads it.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, LazyLock};
use std::thread;
use std::time::Duration;

use policy::image_policy::plain;
use serde::Serialize;
use serde_json::json;

/// Lines that wait to be written; when there are more, whoever reads has stopped.
const MOST_WAITING: usize = 4_096;

/// Bytes of them: strangers say how long a line is.
const MOST_BYTES: usize = 8 << 20;

/// How long the end of the program waits for what is not written yet.
const FLUSH: Duration = Duration::from_secs(2);

/// How often it is tried to get into a full queue.
const PAUSE: Duration = Duration::from_millis(10);

static STANDARD_ERROR: LazyLock<Log> = LazyLock::new(|| {
    if cfg!(test) {
        Log::to(io::sink())
    } else {
        Log::to(io::stderr())
    }
});

enum Entry {
    Line(String),
    /// Tells when all before it is written.
    Flush(Sender<()>),
}

struct Log {
    sender: SyncSender<Entry>,
    /// Bytes of the lines that wait.
    bytes: Arc<AtomicUsize>,
    /// Lines that were not written, as there was no room for them to wait.
    lost: Arc<AtomicU64>,
}

/// Writes a line of JSON to the log; what steers terminals in it is replaced, as strangers write names. It
/// does not wait: where nobody reads the log any more, lines are lost, counted, and their number is told.
pub(crate) fn log(line: &impl Serialize) {
    STANDARD_ERROR.line(line);
}

/// Returns how many lines were lost.
pub(crate) fn lost() -> u64 {
    STANDARD_ERROR.lost.load(Ordering::Relaxed)
}

/// Waits until all is written that was logged, for a while.
pub(crate) fn flush() {
    STANDARD_ERROR.flush(FLUSH);
}

impl Log {
    fn to(sink: impl Write + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let bytes = Arc::new(AtomicUsize::new(0));
        let lost = Arc::new(AtomicU64::new(0));
        let counted = (Arc::clone(&bytes), Arc::clone(&lost));
        thread::spawn(move || write(&receiver, sink, (&counted.0, &counted.1)));
        Self {
            sender,
            bytes,
            lost,
        }
    }

    fn line(&self, line: &impl Serialize) {
        let Ok(text) = serde_json::to_string(line) else {
            return;
        };
        let line = plain(&text) + "\n";
        let len = line.len();
        let before = self.bytes.fetch_add(len, Ordering::Relaxed);
        let has_room = before.saturating_add(len) <= MOST_BYTES;
        if !has_room || self.sender.try_send(Entry::Line(line)).is_err() {
            self.bytes.fetch_sub(len, Ordering::Relaxed);
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn flush(&self, patience: Duration) {
        let (sender, receiver) = channel();
        let mut entry = Entry::Flush(sender);
        for _ in 0..patience.as_millis().div_ceil(PAUSE.as_millis()) {
            match self.sender.try_send(entry) {
                Ok(()) => {
                    let _too_late = receiver.recv_timeout(patience);
                    return;
                }
                Err(TrySendError::Full(again)) => entry = again,
                Err(TrySendError::Disconnected(_)) => return,
            }
            thread::sleep(PAUSE);
        }
    }
}

fn write(
    entries: &Receiver<Entry>,
    mut sink: impl Write,
    (bytes, lost): (&AtomicUsize, &AtomicU64),
) {
    let mut told = 0;
    for entry in entries {
        match entry {
            Entry::Line(line) => {
                let _nobody_reads = sink.write_all(line.as_bytes());
                bytes.fetch_sub(line.len(), Ordering::Relaxed);
            }
            Entry::Flush(done) => {
                let _nobody_waits = done.send(());
            }
        }
        let lost = lost.load(Ordering::Relaxed);
        if lost > told {
            let line = json!({"kind": "log", "message": "nobody read the log: lines were lost", "lines": lost.saturating_sub(told)});
            let _nobody_reads = writeln!(sink, "{line}");
            told = lost;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    /// Somebody who reads the log when they are let.
    #[derive(Clone, Default)]
    struct Reader {
        is_asleep: Arc<Mutex<()>>,
        text: Arc<Mutex<String>>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let _awake = self
                .is_asleep
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            let mut text = self.text.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&String::from_utf8_lossy(bytes));
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_waits_for_who_reads_and_what_is_lost_is_told() {
        let reader = Reader::default();
        let log = Log::to(reader.clone());
        let asleep = reader.is_asleep.lock().unwrap();
        let lines = u64::try_from(MOST_WAITING).unwrap() + 10;
        for line in 0..lines {
            log.line(&json!({ "line": line }));
        }
        let lost = log.lost.load(Ordering::Relaxed);
        // one may be with the writer already
        assert!((9..=10).contains(&lost), "{lost}");
        log.flush(Duration::from_millis(20));
        drop(asleep);
        log.flush(Duration::from_mins(1));
        let text = reader.text.lock().unwrap().clone();
        assert!(text.starts_with("{\"line\":0}\n"), "{text:.80}");
        assert!(
            text.contains(&format!("\"lines\":{lost}")),
            "no word of {lost}"
        );
        let written = text.matches("\"line\":").count();
        assert_eq!(u64::try_from(written).unwrap() + lost, lines);
    }

    #[test]
    fn long_lines_wait_within_a_limit() {
        let reader = Reader::default();
        let log = Log::to(reader.clone());
        let asleep = reader.is_asleep.lock().unwrap();
        let long = "x".repeat(MOST_BYTES / 4);
        for _ in 0..10 {
            log.line(&long);
        }
        log.line(&"short");
        // the quotes of four take a little more
        assert_eq!(log.lost.load(Ordering::Relaxed), 7);
        assert!(log.bytes.load(Ordering::Relaxed) <= MOST_BYTES);
        drop(asleep);
        log.flush(Duration::from_mins(1));
        assert_eq!(log.bytes.load(Ordering::Relaxed), 0);
        let text = reader.text.lock().unwrap().clone();
        assert!(text.contains("\"short\"") && text.contains("\"lines\":7"));
    }
}
