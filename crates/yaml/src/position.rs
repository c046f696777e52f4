//! Where something stands in a file.

use std::fmt;

/// A place in a file. Places sort as they stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Byte from the start of the file, 0 for the first; in UTF-8, also where the file is UTF-16.
    pub offset: usize,
    /// Line, 1 for the first.
    pub line: usize,
    /// Character of the line, 1 for the first; a tab is one.
    pub column: usize,
}

impl Position {
    /// The start of a file.
    pub const START: Self = Self {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// Returns the place behind `text`, which starts here.
    pub(crate) fn after(mut self, text: &[u8]) -> Self {
        for &byte in text {
            self.offset += 1;
            if byte == b'\n' {
                self.line += 1;
                self.column = 1;
            } else if byte & 0xC0 != 0x80 {
                self.column += 1;
            }
        }
        self
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}
