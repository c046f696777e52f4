//! What the process was started with: arguments, variables, the clock, the terminal. Read once, here.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use net::Secret;

use super::closest::closest;
use crate::error::Failure;

/// Beginning of the names of our own variables.
const PREFIX: &str = "SEAWORTHY_";

/// What the process was started with.
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    arguments: Vec<OsString>,
    variables: BTreeMap<String, String>,
    folder: Option<PathBuf>,
    now: Timestamp,
    /// A password that another command line than ours gave.
    password: Option<Secret>,
}

/// Returns the variable that sets an option: `--ignore-unfixed` is `SEAWORTHY_IGNORE_UNFIXED`.
pub(crate) fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.to_uppercase().replace('-', "_"))
}

fn is_ours_and_no_text((name, value): &(OsString, OsString)) -> bool {
    let is_ours = name.to_string_lossy().starts_with(PREFIX);
    is_ours && (name.to_str().is_none() || value.to_str().is_none())
}

/// Whether Kubernetes sets such a variable (the part behind our prefix) in every container beside a
/// Service called `seaworthy` or `seaworthy-…`: `SERVICE_HOST`, `PORT_8080_TCP_ADDR` …
fn is_of_a_service(name: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let is_number = |word: &str| word.parse::<u16>().is_ok();
    (0..words.len()).any(|at| match words.get(at..).unwrap_or_default() {
        ["PORT"] | ["SERVICE", "HOST"] | ["SERVICE", "PORT", ..] => true,
        ["PORT", number, "TCP" | "UDP" | "SCTP"]
        | [
            "PORT",
            number,
            "TCP" | "UDP" | "SCTP",
            "PROTO" | "PORT" | "ADDR",
        ] => is_number(number),
        _ => false,
    })
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
    /// `SOURCE_DATE_EPOCH` is no such number, or a variable of ours is no text.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    pub(crate) fn read() -> Result<Self, Failure> {
        if let Some((name, _)) = env::vars_os().find(is_ours_and_no_text) {
            let name = name.to_string_lossy();
            return Err(Failure::usage(format!(
                "environment {name}: it is not UTF-8"
            )));
        }
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
            password: None,
        })
    }

    /// Returns the same with the time of now, for what runs long.
    pub(crate) fn renewed(&self) -> Self {
        Self {
            now: self.clock(),
            ..self.clone()
        }
    }

    /// Returns the time of now, for what runs long.
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read")]
    pub(crate) fn clock(&self) -> Timestamp {
        if self.variables.contains_key("SOURCE_DATE_EPOCH") {
            self.now
        } else {
            Timestamp::now()
        }
    }

    /// Adds the command that the program's name stands for.
    pub(crate) fn with_command(mut self, name: &str) -> Self {
        let end = self.arguments.len().min(1);
        self.arguments.insert(end, name.into());
        self
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

    /// Refuses variables of ours that set none of these options: a misspelt one must not be silent.
    ///
    /// # Errors
    /// Names the first of them, and the option that may be meant.
    pub(crate) fn check_names(&self, options: &BTreeSet<String>) -> Result<(), Failure> {
        let known: Vec<String> = options.iter().map(|option| variable(option)).collect();
        let is_unknown = |name: &&String| {
            let rest = name.strip_prefix(PREFIX);
            rest.is_some_and(|rest| !known.contains(name) && !is_of_a_service(rest))
        };
        let Some(name) = self.variables.keys().find(is_unknown) else {
            return Ok(());
        };
        let failure = Failure::usage(format!("environment {name}: there is no such option"));
        // compared without the prefix, which would make everything similar
        let option = name.to_lowercase().replace('_', "-");
        let option = option.strip_prefix("seaworthy-").unwrap_or_default();
        let next = match closest(option, options.iter().map(String::as_str)) {
            Some(meant) => format!("a similar variable exists: {}", variable(meant)),
            None => "the variables are the long options of commands: `seaworthy COMMAND --help`"
                .to_owned(),
        };
        Err(failure.with("next", next))
    }

    /// Sets a variable that another program reads, too, as another command line than ours asks.
    pub(crate) fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Adds a password that another command line than ours gave.
    pub(crate) fn with_password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// Returns the password that another command line than ours gave.
    pub(crate) const fn password(&self) -> Option<&Secret> {
        self.password.as_ref()
    }

    /// Returns all variables.
    pub(crate) const fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// Returns a variable that another program reads, too; none if it is empty.
    pub(crate) fn named(&self, name: &str) -> Option<&str> {
        let value = self.variables.get(name).map(String::as_str);
        value.filter(|value| !value.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_of_kubernetes_is_told_from_a_misspelt_option() {
        for (name, want) in [
            ("SERVICE_HOST", true),
            ("SERVICE_PORT", true),
            ("SERVICE_PORT_HTTP_ALT", true),
            ("PORT", true),
            ("PORT_8080_TCP", true),
            ("PORT_8080_TCP_PROTO", true),
            ("SERVER_SERVICE_HOST", true),
            ("SERVER_PORT_53_UDP_ADDR", true),
            ("PORT_HTTP_TCP", false),
            ("PORTS", false),
            ("STRICTT", false),
            ("SERVICE", false),
            ("", false),
        ] {
            assert_eq!(is_of_a_service(name), want, "{name}");
        }
    }
}
