//! What was asked for: flags, else variables `TRIVY_…`, else the configuration file.
//!
//! Source of truth: trivy.md §1.3.

use std::path::PathBuf;

use archive::read_at_most;
use clap::ArgMatches;
use yaml::{Node, Problem};

use super::CONFIGURATION_BYTES;
use super::flags::{Flag, Kind, Use};
use super::lists;
use crate::settings::{Environment, own_file};

/// The file that is read where none is named.
const NAME: &str = "trivy.yaml";

/// What was asked for.
#[derive(Debug)]
pub(super) struct Given<'a> {
    matches: &'a ArgMatches,
    environment: &'a Environment,
    file: Option<Node>,
    flags: Vec<&'static Flag>,
}

impl<'a> Given<'a> {
    /// Reads the configuration file, and refuses flags that are not there yet.
    pub(super) fn new(
        matches: &'a ArgMatches,
        environment: &'a Environment,
        flags: Vec<&'static Flag>,
    ) -> Result<Self, String> {
        let mut given = Self {
            matches,
            environment,
            file: None,
            flags,
        };
        given.file = given.configuration()?;
        for flag in &given.flags {
            given.check(flag)?;
        }
        Ok(given)
    }

    /// Refuses a flag that cannot be used as it is, or whose value is of another kind: what is not
    /// understood may be a gate.
    fn check(&self, flag: &Flag) -> Result<(), String> {
        if let Some(node) = self.node(flag.key)? {
            check_shape(flag, node)?;
        }
        if flag.kind == Kind::Switch {
            let values = self.values(flag);
            if let Some(value) = values.iter().find(|value| truth(value).is_none()) {
                return Err(format!(
                    "invalid argument {value:?} for \"--{}\" flag: true or false is wanted",
                    flag.name
                ));
            }
        }
        self.refusal(flag).map_or(Ok(()), Err)
    }

    /// Returns why a flag cannot be used as it is, if so.
    fn refusal(&self, flag: &Flag) -> Option<String> {
        let (name, values) = (flag.name, self.values(flag));
        let value = values.last().filter(|_| flag.kind == Kind::Switch);
        let is_off = value.and_then(|value| truth(value)) == Some(false);
        if values.is_empty() || is_off {
            return None;
        }
        match flag.use_ {
            Use::Kept | Use::Idle => None,
            Use::Removed => Some(format!("removed flag (\"--{name}\")")),
            Use::Missing(idle) => {
                let value = values.join(",");
                let said = match idle {
                    // the value is no matter, and may be a secret
                    [] => String::new(),
                    _ => format!("={value}"),
                };
                let is_idle = value.is_empty() || idle.contains(&&*value);
                (!is_idle).then(|| format!("flag --{name}{said} is not supported by seaworthy yet"))
            }
        }
    }

    /// Returns the one value of a flag; an empty one is none, as it is the default of most.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.value(name).filter(|text| !text.is_empty())
    }

    /// Returns the one value of a flag, even an empty one.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        let values = self.flag(name).map(|flag| self.values(flag));
        values.and_then(|values| values.into_iter().next_back())
    }

    /// Returns the one value that the command line gives.
    pub(super) fn named(&self, name: &str) -> Option<String> {
        let values = self.flag(name).map(|flag| self.of_command_line(flag));
        values.and_then(|values| values.into_iter().next_back())
    }

    /// Returns the values of a flag.
    pub(super) fn list(&self, name: &str) -> Vec<String> {
        let values = self.flag(name).map(|flag| self.values(flag));
        values.unwrap_or_default()
    }

    /// Whether a switch is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.switch(name).unwrap_or(false)
    }

    /// Returns how a switch was set; none if nobody did.
    pub(super) fn switch(&self, name: &str) -> Option<bool> {
        truth(&self.text(name)?)
    }

    fn flag(&self, name: &str) -> Option<&'static Flag> {
        self.flags.iter().copied().find(|flag| flag.name == name)
    }

    /// Whether a flag was used: a file that writes down Trivy's default asks for nothing.
    pub(super) fn is_used(&self, name: &str, default: &str) -> bool {
        let Some(flag) = self.flag(name) else {
            return false;
        };
        let of_file = self.of_file(flag);
        !self.nearer(flag).is_empty() || !(of_file.is_empty() || of_file.join(",") == default)
    }

    /// Returns the values that the nearest place gives.
    fn values(&self, flag: &Flag) -> Vec<String> {
        let nearer = self.nearer(flag);
        if nearer.is_empty() {
            return self.of_file(flag);
        }
        nearer
    }

    /// Returns the values that the command line gives, else a variable.
    fn nearer(&self, flag: &Flag) -> Vec<String> {
        let named = self.of_command_line(flag);
        if !named.is_empty() {
            return named;
        }
        let names = std::iter::once(flag.name).chain(flag.aliases.iter().copied());
        let variable = |name: &str| format!("TRIVY_{}", name.to_uppercase().replace('-', "_"));
        let mut variables = names.filter_map(|name| self.environment.named(&variable(name)));
        if let Some(value) = variables.next() {
            return match flag.kind {
                Kind::List => lists::of_words(value),
                Kind::Switch | Kind::Text => vec![value.to_owned()],
            };
        }
        Vec::new()
    }

    fn of_command_line(&self, flag: &Flag) -> Vec<String> {
        if flag.kind == Kind::Switch {
            let given = self.matches.try_get_one::<bool>(flag.name).ok().flatten();
            return given.map(ToString::to_string).into_iter().collect();
        }
        let given = self
            .matches
            .try_get_many::<String>(flag.name)
            .ok()
            .flatten();
        let given = given.into_iter().flatten();
        match flag.kind {
            Kind::List => given.flat_map(|text| lists::of_line(text)).collect(),
            Kind::Switch | Kind::Text => given.cloned().collect(),
        }
    }

    fn of_file(&self, flag: &Flag) -> Vec<String> {
        // what has no such shape was refused
        let node = self.node(flag.key).ok().flatten();
        match node.map(|node| (node.text(), node.items())) {
            None | Some((Some(""), _)) => Vec::new(),
            Some((Some(text), _)) if flag.kind == Kind::List => lists::of_words(text),
            Some((Some(text), _)) => vec![text.to_owned()],
            Some((None, items)) => items
                .iter()
                .filter_map(Node::text)
                .filter(|text| !text.is_empty())
                .map(ToOwned::to_owned)
                .collect(),
        }
    }

    /// Returns what the configuration file has in a place; capitals are no matter in keys, as in Trivy.
    ///
    /// # Errors
    /// A part of the way is no mapping.
    fn node(&self, key: &str) -> Result<Option<&Node>, String> {
        let mut node = self.file.as_ref().filter(|_| !key.is_empty());
        let mut way = String::new();
        for part in key.split('.') {
            let Some(parent) = node.filter(|node| !node.is_null()) else {
                return Ok(None);
            };
            let entries = parent.want_entries();
            let entries = entries.map_err(|problem| misshapen(&way, &problem))?;
            let mut entries = entries.iter();
            let entry = entries.find(|entry| entry.name.eq_ignore_ascii_case(part));
            node = entry.map(|entry| &entry.value);
            way = format!("{way}{}{part}", if way.is_empty() { "" } else { "." });
        }
        Ok(node.filter(|node| !node.is_null()))
    }

    /// Reads the configuration file; a missing one is an error where it was named.
    fn configuration(&self) -> Result<Option<Node>, String> {
        let named = self.text("config");
        let path = PathBuf::from(named.as_deref().unwrap_or(NAME));
        if named.is_none() && !own_file::is_there(&path) {
            return Ok(None);
        }
        let failed = |why: String| format!("config file {}: {why}", path.display());
        let file = own_file::open(&path).map_err(|error| failed(error.to_string()))?;
        if named.is_none()
            && let Ok(Some(owner)) = own_file::stranger(&path, &file)
        {
            return Err(failed(format!(
                "it belongs to somebody else (user id {owner}); name it with --config"
            )));
        }
        let bytes =
            read_at_most(file, CONFIGURATION_BYTES).map_err(|error| failed(error.to_string()))?;
        if yaml::is_empty(&bytes) {
            return Ok(None);
        }
        let document = yaml::read_one(&bytes, &yaml::Limits::default());
        let document = document.map_err(|problem| failed(problem.to_string()))?;
        if let Some(twice) = document.duplicates.first() {
            return Err(failed(format!(
                "{}: key `{}` is there twice",
                twice.again, twice.name
            )));
        }
        Ok(Some(document.root))
    }
}

/// Returns what a word says of a switch; nothing, if it is none of those that Trivy and YAML know.
fn truth(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "1" | "t" | "yes" | "on" => Some(true),
        // an empty one is not set
        "" | "false" | "0" | "f" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// Refuses a value of the configuration file that is no text where one is wanted.
fn check_shape(flag: &Flag, node: &Node) -> Result<(), String> {
    let wrong = |node: &Node, want| misshapen(flag.key, &node.wrong(want));
    match (flag.kind, node.text()) {
        (_, Some(_)) => Ok(()),
        (Kind::Switch, None) => Err(wrong(node, "true or false")),
        // Trivy has lists of names and passwords, of which we know one
        (Kind::Text, None)
            if !matches!(flag.name, "username" | "password") || node.items().len() > 1 =>
        {
            Err(wrong(node, "one value"))
        }
        (Kind::Text | Kind::List, None) => {
            let items = node.want_items();
            let items = items.map_err(|problem| misshapen(flag.key, &problem))?;
            let mut bad = items
                .iter()
                .filter(|it| it.is_null() || it.text().is_none());
            bad.next()
                .map_or(Ok(()), |item| Err(wrong(item, "one value")))
        }
    }
}

/// Says which key of the configuration file has another shape.
fn misshapen(key: &str, problem: &Problem) -> String {
    let key = if key.is_empty() { "the document" } else { key };
    format!("config file: {key}: {problem}")
}
