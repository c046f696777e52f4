//! The table of output formats: one row a file.

use std::fmt;
use std::io;
use std::str::FromStr;

use crate::Answers;

/// An output format; parsed from its name.
#[derive(Clone, Copy)]
pub struct Output {
    /// What `--format` calls it.
    pub name: &'static str,
    /// Writes answers in it.
    pub(crate) write: fn(&Answers<'_>, &mut dyn io::Write) -> io::Result<()>,
}

/// Declares each module and lists its `OUTPUT`.
macro_rules! outputs {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every format that is written, in alphabetical order.
        static OUTPUTS: &[&Output] = &[$(&$name::OUTPUT),*];
    };
}

outputs! {
    github,
    gitlab,
    json,
    junit,
    markdown,
    sarif,
    table,
}

pub use self::json::go_json::write as write_go_json;

/// No output format has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownOutput(pub String);

impl fmt::Display for UnknownOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = formats().collect::<Vec<_>>().join(", ");
        write!(f, "`{}` is none of the formats {names}", self.0)
    }
}

impl std::error::Error for UnknownOutput {}

/// Returns the names of all formats, in alphabetical order.
pub fn formats() -> impl Iterator<Item = &'static str> {
    OUTPUTS.iter().map(|output| output.name)
}

impl FromStr for Output {
    type Err = UnknownOutput;

    fn from_str(name: &str) -> Result<Self, UnknownOutput> {
        OUTPUTS
            .iter()
            .find(|output| output.name == name)
            .map(|output| **output)
            .ok_or_else(|| UnknownOutput(name.to_owned()))
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Output({})", self.name)
    }
}

#[cfg(test)]
pub(crate) mod tests;
