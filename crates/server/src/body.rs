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
        let refused = |status, why: &str| Err((status, why.to_owned()));
        match timeout(BODY_TIMEOUT, self.read_all(body)).await {
            Ok(Some(read)) => Ok(read),
            Ok(None) => refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "its body is too long or broke off",
            ),
            Err(_) => refused(
                StatusCode::REQUEST_TIMEOUT,
                "its body did not arrive in time",
            ),
        }
    }

    async fn read_all(&self, mut body: Body) -> Option<Read<'_>> {
        let declared = body.size_hint().exact();
        let declared =
            declared.map_or(Some(MAX_BODY_BYTES), |bytes| usize::try_from(bytes).ok())?;
        if declared > MAX_BODY_BYTES {
            return None;
        }
        let mut bytes = Vec::new();
        if fill(&mut body, &mut bytes, SMALL_BODY_BYTES).await? {
            return Some(Read { bytes, _room: None });
        }
        // all that it may take at once: bodies that each wait for the rest of theirs would wait for each other
        let kilobytes = u32::try_from(declared.div_ceil(1 << 10)).ok()?;
        let room = self.0.acquire_many(kilobytes).await.ok()?;
        let rest = fill(&mut body, &mut bytes, declared);
        let is_whole = timeout(LARGE_TIMEOUT, rest).await.ok()??;
        is_whole.then_some(Read {
            bytes,
            _room: Some(room),
        })
    }
}

/// Reads on until a body has more than `most` bytes; returns whether it ended before. None if it broke off.
async fn fill(body: &mut Body, bytes: &mut Vec<u8>, most: usize) -> Option<bool> {
    while bytes.len() <= most {
        let Some(frame) = body.frame().await else {
            return Some(true);
        };
        if let Ok(data) = frame.ok()?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Some(false)
}
