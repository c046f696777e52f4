//! What came back: status, headers, and a body that is read within bounds and time.

use std::fmt;
use std::io::{self, Read};
use std::time::Duration;

use archive::read_at_most;
use ureq::BodyReader;
use ureq::http::Response;

use crate::failures::of_io;
use crate::{Deadline, Url, retry};

/// An answer.
pub struct Answer {
    response: Response<ureq::Body>,
    url: Url,
    deadline: Deadline,
}

impl Answer {
    pub(crate) const fn new(response: Response<ureq::Body>, url: Url, deadline: Deadline) -> Self {
        Self {
            response,
            url,
            deadline,
        }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// Returns who answered, after redirects.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Returns the first header of this name, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// Returns all headers of this name that are text.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.response.headers().get_all(name);
        values.into_iter().filter_map(|value| value.to_str().ok())
    }

    /// Returns how many bytes the body has, if the headers say so.
    pub fn content_length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }

    /// Returns how long it asks to wait before the next request.
    pub fn retry_after(&self) -> Option<Duration> {
        retry::asked(self.header("retry-after"), self.header("date"))
    }

    /// Whether a partial answer begins at this byte: `bytes 100-199/200`.
    pub fn begins_at(&self, offset: u64) -> bool {
        let range = self.header("content-range").unwrap_or_default();
        let start = range
            .strip_prefix("bytes ")
            .and_then(|range| range.split('-').next());
        start.and_then(|start| start.parse().ok()) == Some(offset)
    }

    /// Reads the body whole.
    ///
    /// # Errors
    /// It has more than `limit` bytes (kind `FileTooLarge`); those of reading.
    pub fn read_at_most(self, limit: u64) -> io::Result<Vec<u8>> {
        if self.content_length().is_some_and(|bytes| bytes > limit) {
            let error = archive::TooLong { limit, reason: "" };
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, error));
        }
        read_at_most(self.into_body(), limit)
    }

    /// Returns the body, to be read as it comes.
    pub fn into_body(self) -> Body {
        Body {
            reader: self.response.into_body().into_reader(),
            url: self.url,
            deadline: self.deadline,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} {})", self.status(), self.url)
    }
}

/// A body, as it comes.
pub struct Body {
    reader: BodyReader<'static>,
    url: Url,
    deadline: Deadline,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.url)
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.deadline.check()?;
        let failed = |error| of_io(&self.url, error, self.deadline).into();
        self.reader.read(buffer).map_err(failed)
    }
}
