//! `seaworthy db diff`: what changed from one database to the next.

use std::path::PathBuf;

use advisory::changes::{Change, changes};
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
        .about("Show which advisories were added, changed or withdrawn")
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
    let is_json = matches
        .get_one::<String>("format")
        .is_some_and(|it| it == "json");
    if is_json {
        let list: Vec<Value> = changes.iter().map(entry).collect();
        let text = serde_json::to_string_pretty(&json!({"SchemaVersion": 1, "Changes": list}));
        let text = text.map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?;
        return output::write_plain(&format!("{text}\n"));
    }
    let mut text = String::new();
    let mut counts = [0_usize; 3];
    for change in &changes {
        let (kind, count) = match kind(change) {
            "added" => ('+', &mut counts[0]),
            "changed" => ('~', &mut counts[1]),
            _ => ('-', &mut counts[2]),
        };
        *count += 1;
        let now = change.after.as_ref().map_or(String::new(), said);
        let before = change.before.as_ref().map_or(String::new(), said);
        let what = match (before.is_empty(), now.is_empty()) {
            (false, false) => format!("{before} -> {now}"),
            _ => format!("{before}{now}"),
        };
        let Change {
            shard, package, id, ..
        } = change;
        let line = format!("{kind} {shard} {package} {id}: {what}");
        text.push_str(&report::safe(&line));
        text.push('\n');
    }
    let [added, changed, withdrawn] = counts;
    let all = counted(changes.len(), "change");
    output::print(&format!(
        "{text}{all}: {added} added, {changed} changed, {withdrawn} withdrawn\n"
    ))
}

const fn kind(change: &Change) -> &'static str {
    match (&change.before, &change.after) {
        (None, _) => "added",
        (_, None) => "withdrawn",
        _ => "changed",
    }
}

fn entry(change: &Change) -> Value {
    json!({
        "Kind": kind(change),
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
