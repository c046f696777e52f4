//! The table of rules about an image and what runs it. A new one is a file in `checks/` and its line below.

use model::Rule;

use crate::Join;

/// A rule and the function that looks.
#[derive(Debug)]
pub struct Check {
    /// What it is about.
    pub rule: Rule,
    pub(crate) ask: fn(&Join<'_>) -> Vec<Hit>,
    /// Whether it is asked about images of Windows, where users and programs are other things.
    pub(crate) of_windows: bool,
    /// Examples that it finds something in: how an image runs, `---`, fields of a container, and after another
    /// `---` of its pod.
    pub bad: &'static [&'static str],
    /// Examples that it finds nothing in.
    pub good: &'static [&'static str],
}

/// Something that a rule found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The way to the value within the container, which may be missing.
    pub(crate) at: &'static [&'static str],
    /// What is seen: one sentence without a final period.
    pub(crate) message: String,
}

impl Hit {
    pub(crate) fn new(at: &'static [&'static str], message: impl Into<String>) -> Self {
        Self {
            at,
            message: message.into(),
        }
    }
}

/// Declares each module and lists its `CHECK`.
macro_rules! checks {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every check, by the names of their files.
        pub static CHECKS: &[&Check] = &[$(&$name::CHECK),*];
    };
}

checks! {
    join_capability,
    join_digest,
    join_health,
    join_hidden,
    join_platform,
    join_program,
    join_root,
    join_root_refused,
    join_setuid,
    join_user_name,
    join_volume,
}

#[cfg(test)]
mod tests;
