//! A reader that asks for the deadline while bytes flow.

use std::io::{self, Read};

use net::Deadline;

/// A reader that fails when the time is over.
#[derive(Debug)]
pub(crate) struct Timed<R> {
    pub(crate) source: R,
    pub(crate) deadline: Deadline,
}

impl<R: Read> Read for Timed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.deadline.check()?;
        self.source.read(buffer)
    }
}
