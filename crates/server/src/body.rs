//! Bodies of requests: each within its time; large ones only while there is room for them, and whoever is slow
//! does not keep it.

use std::time::Duration;

use axum::body::{Body, HttpBody as _};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Bytes of a body: an object and the old one, of 3 MiB each, and what is around them.
const MAX_BODY_BYTES: usize = 8 << 20;

/// Bytes of a body that needs no room: an honest one waits for nobody.
const SMALL_BODY_BYTES: usize = 32 << 10;

/// Kilobytes of all that is larger; what is judged takes some 60 times as much for a moment.
const MAX_BODIES_KB: usize = 12 << 10;

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

/// Room for bodies.
pub(crate) struct Room(Semaphore);

/// A body, and the room that it takes.
pub(crate) struct Read<'r> {
    pub(crate) bytes: Vec<u8>,
    _room: Option<SemaphorePermit<'r>>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(MAX_BODIES_KB))
    }

    /// Reads a body.
    ///
    /// # Errors
    /// It is too long, breaks off, or is not here in time.
    pub(crate) async fn read(&self, body: Body) -> Result<Read<'_>, Refusal> {
        let read = timeout(BODY_TIMEOUT, self.read_all(body)).await;
        let read = read.unwrap_or(Err(LATE));
        read.map_err(|(status, why)| (status, why.to_owned()))
    }

    async fn read_all(&self, mut body: Body) -> Result<Read<'_>, Why> {
        let declared = body.size_hint().exact();
        let declared = declared.map_or(Ok(MAX_BODY_BYTES), usize::try_from);
        let declared = declared.ok().filter(|bytes| *bytes <= MAX_BODY_BYTES);
        let declared = declared.ok_or(LONG)?;
        let mut bytes = Vec::new();
        if fill(&mut body, &mut bytes, SMALL_BODY_BYTES).await? {
            return Ok(Read { bytes, _room: None });
        }
        // all that it may take at once: bodies that each wait for the rest of theirs would wait for each other
        let kilobytes = u32::try_from(declared.div_ceil(1 << 10)).or(Err(LONG))?;
        let room = self.0.acquire_many(kilobytes).await.or(Err(LATE))?;
        let rest = timeout(LARGE_TIMEOUT, fill(&mut body, &mut bytes, declared)).await;
        if !rest.unwrap_or(Err(LATE))? {
            return Err(LONG);
        }
        Ok(Read {
            bytes,
            _room: Some(room),
        })
    }
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
