//! Bodies of requests: each within its time; what takes memory only while there is room for it, and whoever
//! is slow does not keep it.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout, timeout_at};

use crate::objects::MAX_NODES;

/// Bytes of a body: an object and the old one, of 3 MiB each, and what is around them.
const MAX_BODY_BYTES: usize = 8 << 20;

/// Bytes of a body that is read before there is room for it: many that are slow must not keep it.
const SMALL_BODY_BYTES: usize = 16 << 10;

/// Kilobytes of all that is read and judged at a time.
const MAX_HELD_KB: usize = 384 << 10;

/// Bytes of a value of an object while it is judged, at most: its place, its text, and what is found in it.
const NODE_BYTES: usize = 256;

/// A body must be here by then.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// One that takes room must be here by then, once it has it.
const LARGE_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a request gets no answer of the form that it asks for.
pub(crate) type Refusal = (StatusCode, String);

/// The same, as it stands here.
type Why = (StatusCode, &'static str);

const LONG: Why = (
    StatusCode::PAYLOAD_TOO_LARGE,
    "its body is too long or broke off",
);
const LATE: Why = (
    StatusCode::REQUEST_TIMEOUT,
    "its body did not arrive in time",
);
const FULL: Why = (
    StatusCode::SERVICE_UNAVAILABLE,
    "too many large objects came at once",
);

/// Room for what is read and judged, a permit a kilobyte.
pub(crate) struct Room(Semaphore);

/// Room that is taken, until it is dropped.
pub(crate) type Held<'r> = Option<SemaphorePermit<'r>>;

/// A body, and the room that is taken for what it becomes.
pub(crate) struct Read<'r> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) held: Held<'r>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(MAX_HELD_KB))
    }

    /// Reads a body; a large one has the room then that it takes.
    ///
    /// # Errors
    /// It is too long, breaks off, or is not here in time.
    pub(crate) async fn read(&self, body: Body) -> Result<Read<'_>, Refusal> {
        let read = timeout(BODY_TIMEOUT, self.read_all(body)).await;
        owned(read.unwrap_or(Err(LATE)))
    }

    /// Takes the room for what a body becomes, as soon as it is there.
    ///
    /// # Errors
    /// It is not until `end`.
    pub(crate) async fn hold<'r>(
        &'r self,
        read: &mut Read<'r>,
        end: Instant,
    ) -> Result<(), Refusal> {
        if read.held.is_none() {
            let held = timeout_at(end, self.take(read.bytes.len())).await;
            read.held = Some(owned(held.unwrap_or(Err(FULL)))?);
        }
        Ok(())
    }

    async fn take(&self, bytes: usize) -> Result<SemaphorePermit<'_>, Why> {
        let kilobytes = u32::try_from(weight(bytes).div_ceil(1 << 10)).or(Err(LONG))?;
        self.0.acquire_many(kilobytes).await.or(Err(FULL))
    }

    async fn read_all(&self, mut body: Body) -> Result<Read<'_>, Why> {
        let declared = body.size_hint().exact();
        let declared = declared.map_or(Ok(MAX_BODY_BYTES), usize::try_from);
        let declared = declared.ok().filter(|bytes| *bytes <= MAX_BODY_BYTES);
        let declared = declared.ok_or(LONG)?;
        let mut bytes = Vec::new();
        if fill(&mut body, &mut bytes, SMALL_BODY_BYTES).await? {
            return Ok(Read { bytes, held: None });
        }
        // all that it may take at once: bodies that each wait for the rest of theirs would wait for each other
        let held = self.take(declared).await?;
        let rest = timeout(LARGE_TIMEOUT, fill(&mut body, &mut bytes, declared)).await;
        if !rest.unwrap_or(Err(LATE))? {
            return Err(LONG);
        }
        Ok(Read {
            bytes,
            held: Some(held),
        })
    }
}

/// Returns what a body of so many bytes takes until it is answered, at most: itself, what is read of it, and
/// its values, which are of two bytes at least, in the object and in the old one.
const fn weight(bytes: usize) -> usize {
    let values = if bytes / 2 < 2 * MAX_NODES {
        bytes / 2
    } else {
        2 * MAX_NODES
    };
    2 * bytes + values * NODE_BYTES
}

fn owned<T>(read: Result<T, Why>) -> Result<T, Refusal> {
    read.map_err(|(status, why)| (status, why.to_owned()))
}

/// Reads on until a body has more than `most` bytes; returns whether it ended before.
async fn fill(body: &mut Body, bytes: &mut Vec<u8>, most: usize) -> Result<bool, Why> {
    while bytes.len() <= most {
        let Some(frame) = body.frame().await else {
            return Ok(true);
        };
        if let Ok(data) = frame.or(Err(LONG))?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(false)
}
