//! `seaworthy db diff`: what changed from one database to the next.

use std::path::PathBuf;

use advisory::changes::{Change, Fact, changes, facts};
use clap::{Arg, ArgMatches, Command, value_parser};
use model::{Advisory, counted};
use serde_json::{Value, json};

use crate::databases::{self, Trust};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(super) fn define() -> Command {
    let file = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .value_name("DATABASE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    Command::new("diff")
        .about("Show which advisories were added, changed or withdrawn, and what else is known of flaws")
        .after_help("Example:\n  seaworthy db diff yesterday.swdb today.swdb -f json")
        .arg(file(
            "old",
            "The database as it was, `-` for the one that is built in",
        ))
        .arg(file(
            "new",
            "The database as it is, `-` for the one that is built in",
        ))
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .value_name("FORMAT")
                .value_parser(["table", "json"])
                .default_value("table")
                .help("Output format"),
        )
        .arg(databases::key_arg())
}

pub(super) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let trust = Trust::new(matches, environment)?;
    let open = |name: &str| {
        let path = matches.get_one::<PathBuf>(name);
        match path.filter(|path| path.as_os_str() != "-") {
            Some(path) => trust.checked_of_any_generation(databases::at(path)?),
            None => databases::built_in(),
        }
    };
    let (old, new) = (open("old")?, open("new")?);
    let changes = changes(&old.database, &new.database)?;
    let facts = facts(&old.database, &new.database)?;
    let is_json = matches
        .get_one::<String>("format")
        .is_some_and(|it| it == "json");
    if is_json {
        let list = changes.iter().map(entry).chain(facts.iter().map(of_flaw));
        let list: Vec<Value> = list.collect();
        let text = serde_json::to_string_pretty(&json!({"SchemaVersion": 1, "Changes": list}));
        let text = text.map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?;
        return output::write_plain(&format!("{text}\n"));
    }
    let lines = changes.iter().map(line);
    let lines: Vec<(Kind, String)> = lines
        .chain(facts.iter().map(|it| {
            let Fact { shard, id, .. } = it;
            (Kind::of((it.was, it.is)), format!("{shard} {id}"))
        }))
        .collect();
    let mut text = String::new();
    for (kind, line) in &lines {
        text.extend([kind.sign(), " ", &report::safe(line), "\n"]);
    }
    let of = |wanted| lines.iter().filter(|(kind, _)| *kind == wanted).count();
    let (added, changed) = (of(Kind::Added), of(Kind::Changed));
    let withdrawn = of(Kind::Withdrawn);
    let all = counted(lines.len(), "change");
    output::print(&format!(
        "{text}{all}: {added} added, {changed} changed, {withdrawn} withdrawn\n"
    ))
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Added,
    Changed,
    Withdrawn,
}

impl Kind {
    /// Of what was said before, and of what is said now.
    const fn of(was_and_is: (bool, bool)) -> Self {
        match was_and_is {
            (false, _) => Self::Added,
            (_, false) => Self::Withdrawn,
            (true, true) => Self::Changed,
        }
    }

    const fn of_change(change: &Change) -> Self {
        Self::of((change.before.is_some(), change.after.is_some()))
    }

    const fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Changed => "~",
            Self::Withdrawn => "-",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

fn line(change: &Change) -> (Kind, String) {
    let now = change.after.as_ref().map_or(String::new(), said);
    let before = change.before.as_ref().map_or(String::new(), said);
    let what = match (before.is_empty(), now.is_empty()) {
        (false, false) => format!("{before} -> {now}"),
        _ => format!("{before}{now}"),
    };
    let Change {
        shard, package, id, ..
    } = change;
    let line = format!("{shard} {package} {id}: {what}");
    (Kind::of_change(change), line)
}

/// An entry on a flaw, whatever package has it.
fn of_flaw(fact: &Fact) -> Value {
    json!({
        "Kind": Kind::of((fact.was, fact.is)).word(),
        "Shard": fact.shard,
        "Package": "",
        "ID": fact.id,
        "Before": Value::Null,
        "After": Value::Null,
    })
}

fn entry(change: &Change) -> Value {
    json!({
        "Kind": Kind::of_change(change).word(),
        "Shard": change.shard,
        "Package": change.package,
        "ID": change.id,
        "Before": change.before.as_ref().map(said),
        "After": change.after.as_ref().map(said),
    })
}

/// Returns what an advisory says, in a few words.
fn said(advisory: &Advisory) -> String {
    let status = advisory.status.name();
    let severity = advisory
        .severity
        .map_or(String::new(), |it| format!(", {it}"));
    let affected = advisory.affected.in_words();
    format!("{affected}, {status}{severity}")
}
