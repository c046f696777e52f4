//! Decoding on a thread of its own, so that one long layer keeps two cores busy.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;

/// Bytes that one hand-over carries; small enough to stay in the cache until it is hashed.
const CHUNK_BYTES: usize = 128 << 10;
/// Hand-overs that may wait: the memory that running ahead costs is this times the chunk.
const CHUNKS: usize = 8;

/// Calls `consume` with a reader of what `source` gives; `source` is read on another thread.
pub(crate) fn ahead<T>(source: impl Read + Send, consume: impl FnOnce(Ahead) -> T) -> T {
    let (full, filled) = sync_channel(CHUNKS);
    let (emptied, empty) = channel();
    thread::scope(|scope| {
        scope.spawn(move || produce(source, &full, &empty));
        consume(Ahead {
            filled,
            emptied,
            chunk: Vec::new(),
            start: 0,
        })
    })
}

/// Fills chunks until the source ends, fails, or nobody wants more.
fn produce(
    mut source: impl Read,
    full: &SyncSender<io::Result<Vec<u8>>>,
    empty: &Receiver<Vec<u8>>,
) {
    loop {
        let mut chunk = empty.try_recv().unwrap_or_default();
        chunk.resize(CHUNK_BYTES, 0);
        let mut len = 0;
        let end = loop {
            match source.read(chunk.get_mut(len..).unwrap_or_default()) {
                Ok(0) => break Ok(len < CHUNK_BYTES),
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        chunk.truncate(len);
        let is_last = !matches!(end, Ok(false));
        if len > 0 && full.send(Ok(chunk)).is_err() {
            return;
        }
        if let Err(error) = end {
            let _nobody_listens = full.send(Err(error));
        }
        if is_last {
            return;
        }
    }
}

/// A reader of what the other thread has decoded.
#[derive(Debug)]
pub(crate) struct Ahead {
    filled: Receiver<io::Result<Vec<u8>>>,
    emptied: Sender<Vec<u8>>,
    chunk: Vec<u8>,
    start: usize,
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.start == self.chunk.len() {
            let Ok(next) = self.filled.recv() else {
                return Ok(0);
            };
            let old = std::mem::replace(&mut self.chunk, next?);
            let _other_side_is_done = self.emptied.send(old);
            self.start = 0;
        }
        let mut rest = self.chunk.get(self.start..).unwrap_or_default();
        let count = rest.read(buffer)?;
        self.start += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_every_byte_and_then_the_error() {
        struct Failing(usize);
        impl Read for Failing {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if self.0 == 0 {
                    return Err(io::Error::other("broken"));
                }
                let count = buffer.len().min(self.0).min(1000);
                buffer[..count].fill(7);
                self.0 -= count;
                Ok(count)
            }
        }
        let mut bytes = 0;
        let error = ahead(Failing(1_000_001), |mut reader| {
            let mut buffer = vec![0; 10_000];
            loop {
                match reader.read(&mut buffer) {
                    Ok(0) => break None,
                    Ok(count) => bytes += count,
                    Err(error) => break Some(error.to_string()),
                }
            }
        });
        assert_eq!((bytes, error.as_deref()), (1_000_001, Some("broken")));
        // who stops listening is not waited for
        ahead(io::repeat(1), |mut reader| {
            reader.read(&mut [0; 10]).unwrap()
        });
    }
}
