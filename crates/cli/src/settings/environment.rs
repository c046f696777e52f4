//! What the process was started with: arguments, variables, the clock, the terminal. Read once, here.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use crate::error::Failure;

/// Beginning of the names of our own variables.
const PREFIX: &str = "SEAWORTHY_";

/// What the process was started with.
#[derive(Debug)]
pub(crate) struct Environment {
    arguments: Vec<OsString>,
    variables: BTreeMap<String, String>,
    folder: Option<PathBuf>,
    now: Timestamp,
}

/// Returns the variable that sets an option: `--ignore-unfixed` is `SEAWORTHY_IGNORE_UNFIXED`.
pub(crate) fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.to_uppercase().replace('-', "_"))
}

fn timestamp(seconds: &str) -> Result<Timestamp, Failure> {
    let number = seconds.parse().ok();
    let found = number.and_then(|number| Timestamp::from_second(number).ok());
    found.ok_or_else(|| {
        Failure::usage(format!(
            "SOURCE_DATE_EPOCH: `{seconds}` is no count of seconds since 1970"
        ))
    })
}

impl Environment {
    /// Reads it. `SOURCE_DATE_EPOCH` (seconds since 1970) stands for the clock, for reports that are
    /// the same byte for byte.
    ///
    /// # Errors
    /// `SOURCE_DATE_EPOCH` is no such number.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    pub(crate) fn read() -> Result<Self, Failure> {
        let variables: BTreeMap<String, String> = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let now = match variables.get("SOURCE_DATE_EPOCH") {
            Some(seconds) => timestamp(seconds)?,
            None => Timestamp::now(),
        };
        Ok(Self {
            arguments: env::args_os().collect(),
            variables,
            folder: env::current_dir().ok(),
            now,
        })
    }

    pub(crate) fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    /// Returns what the environment sets for an option.
    pub(crate) fn option(&self, name: &str) -> Option<String> {
        self.variables
            .get(&variable(name))
            .filter(|value| !value.is_empty())
            .cloned()
    }

    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    pub(crate) fn today(&self) -> Date {
        Offset::UTC.to_datetime(self.now).date()
    }

    /// Returns how long ago that day ended; nothing for today and for days to come.
    pub(crate) fn since(&self, day: Date) -> Duration {
        let end = day
            .tomorrow()
            .ok()
            .and_then(|next| Offset::UTC.to_timestamp(next.into()).ok());
        let age = end.map(|end| self.now.duration_since(end));
        age.and_then(|age| age.try_into().ok()).unwrap_or_default()
    }

    /// Returns the working folder.
    pub(crate) const fn folder(&self) -> Option<&PathBuf> {
        self.folder.as_ref()
    }

    /// Returns `seaworthy` in the user's cache folder.
    pub(crate) fn cache_folder(&self) -> Option<PathBuf> {
        self.user_folder("XDG_CACHE_HOME", ".cache")
    }

    /// Returns `seaworthy` in the user's configuration folder.
    pub(crate) fn config_folder(&self) -> Option<PathBuf> {
        self.user_folder("XDG_CONFIG_HOME", ".config")
    }

    fn user_folder(&self, variable: &str, below_home: &str) -> Option<PathBuf> {
        let set = |name: &str| self.variables.get(name).filter(|value| !value.is_empty());
        let folder = set(variable)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
            .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(below_home)))?;
        Some(folder.join("seaworthy"))
    }

    /// Returns the columns of the terminal, 80 where there is none.
    pub(crate) fn columns(&self) -> usize {
        let set = self
            .variables
            .get("COLUMNS")
            .and_then(|text| text.parse().ok());
        let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        set.or_else(seen).unwrap_or(80).clamp(40, 400)
    }

    /// Whether colour is welcome where nobody said so: on a terminal that can, unless `NO_COLOR`.
    pub(crate) fn is_colour_welcome(&self) -> bool {
        let is_set = |name: &str| {
            self.variables
                .get(name)
                .is_some_and(|value| !value.is_empty())
        };
        let is_forced = self
            .variables
            .get("CLICOLOR_FORCE")
            .is_some_and(|value| value != "0");
        let is_dumb = self
            .variables
            .get("TERM")
            .is_some_and(|term| term == "dumb");
        !is_set("NO_COLOR") && (is_forced || (io::stdout().is_terminal() && !is_dumb))
    }
}
