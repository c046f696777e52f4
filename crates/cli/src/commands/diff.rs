//! `seaworthy diff`: what one image or report has that another has not.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use clap::{Arg, ArgMatches, Command};
use model::Severity;
use serde_json::{Value, json};

use super::Row;
use crate::databases;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::scan;
use crate::scanned::Wanted;
use crate::settings::{self, Environment};
use crate::sides::{self, Item, Key, Kind, Side};

pub(crate) const ROW: Row = Row {
    name: "diff",
    define,
    run,
};

fn define() -> Command {
    Command::new("diff")
        .about("Compare two images or reports: what is new, what is mended, what stayed")
        .long_about(
            "Compare two images or reports. OLD and NEW are archives, layouts, unpacked roots, or JSON reports of \
             seaworthy or Trivy. A problem is the same in both if its id and its package (of a secret: its rule and \
             file; of a rule about the image: the rule and what it is about) are.",
        )
        .after_help(
            "Examples:\n  seaworthy diff old.tar new.tar\n  seaworthy diff last-week.json app.tar --severity HIGH,CRITICAL \
             --exit-code 1\n  seaworthy diff old.json new.json -f json",
        )
        .arg(Arg::new("old").value_name("OLD").required(true).help("What there was"))
        .arg(Arg::new("new").value_name("NEW").required(true).help("What there is"))
        .arg(
            Arg::new("format")
                .long("format")
                .short('f')
                .value_name("FORMAT")
                .value_parser(["text", "json"])
                .default_value("text")
                .help("Output format"),
        )
        .arg(
            scan::list("severity", "LIST", "Severities that are compared [default: all]")
                .short('s')
                .ignore_case(true)
                .value_parser(|text: &str| text.parse::<Severity>()),
        )
        .arg(
            Arg::new("exit-code")
                .long("exit-code")
                .value_name("N")
                .value_parser(clap::value_parser!(u8))
                .help("Exit with N if anything is new"),
        )
        .arg(scan::switch("unchanged", "false", "List what stayed, too"))
        .args(databases::args())
        .arg(settings::cache_arg())
}

/// What became of the items of two sides.
#[derive(Debug, Default)]
struct Compared<'a> {
    added: Vec<&'a Item>,
    fixed: Vec<&'a Item>,
    unchanged: Vec<&'a Item>,
    /// What only one side looked for.
    uncompared: BTreeSet<Kind>,
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let wanted = Wanted::new(matches, "vuln,secret,hygiene");
    let side = |name: &str| {
        let path = matches.get_one::<String>(name).map_or("", String::as_str);
        Side::read(path, &wanted, environment)
    };
    let (old, new) = (side("old")?, side("new")?);
    let severities: Vec<Severity> = scan::list_of(matches, "severity");
    let compared = compare(&old, &new, &severities);
    let is_json = matches
        .get_one::<String>("format")
        .is_some_and(|it| it == "json");
    if is_json {
        output::print(&format!("{:#}\n", as_json(&old, &new, &compared)))?;
    } else {
        let is_long = scan::flag(matches, "unchanged");
        output::print(&as_text(&old, &new, &compared, is_long))?;
    }
    let code = scan::value::<u8>(matches, "exit-code").filter(|code| *code != 0);
    Ok(match code {
        Some(code) if !compared.added.is_empty() => Exit::Failed(code),
        _ => Exit::Passed,
    })
}

fn compare<'a>(old: &'a Side, new: &'a Side, severities: &[Severity]) -> Compared<'a> {
    let apart = old.unlooked.symmetric_difference(&new.unlooked);
    let mut compared = Compared {
        uncompared: apart.copied().collect(),
        ..Compared::default()
    };
    let uncompared = compared.uncompared.clone();
    let is_wanted = |item: &Item| {
        let is_asked = severities.is_empty() || severities.contains(&item.severity);
        is_asked && !uncompared.contains(&item.key.kind)
    };
    for (key, item) in new.items.iter().filter(|(_, item)| is_wanted(item)) {
        match old.items.get(key) {
            Some(_) => compared.unchanged.push(item),
            None => compared.added.push(item),
        }
    }
    let gone = old
        .items
        .iter()
        .filter(|(key, item)| is_wanted(item) && !new.items.contains_key(*key));
    compared.fixed.extend(gone.map(|(_, item)| item));
    for list in [
        &mut compared.added,
        &mut compared.fixed,
        &mut compared.unchanged,
    ] {
        list.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.key.cmp(&b.key)));
    }
    compared
}

fn as_text(old: &Side, new: &Side, compared: &Compared<'_>, is_long: bool) -> String {
    let mut text = String::new();
    for (name, side) in [("old", old), ("new", new)] {
        let data = side.data.as_ref();
        let data = data.map_or_else(String::new, |data| format!(", data {data}"));
        // writing to a String cannot fail
        let _ = writeln!(
            text,
            "{name}  {}",
            report::safe(&format!("{}{data}", side.title))
        );
    }
    for (title, list, is_shown) in [
        ("ADDED", &compared.added, true),
        ("FIXED", &compared.fixed, true),
        ("UNCHANGED", &compared.unchanged, is_long),
    ] {
        let _ = writeln!(text, "\n{title} {}", list.len());
        if !is_shown {
            continue;
        }
        for item in list {
            let Key { kind, id, subject } = &item.key;
            let severity = item.severity.to_string();
            let line = format!(
                "  {severity:<9} {:<7} {id:<20} {subject} {}",
                kind.word(),
                item.more
            );
            let _ = writeln!(text, "{}", report::safe(line.trim_end()));
        }
    }
    if !compared.uncompared.is_empty() {
        let scanners = sides::scanners_of(&compared.uncompared);
        let _ = writeln!(
            text,
            "\nNOT COMPARED, as one side did not look for it: {scanners}"
        );
    }
    if let Some(gaps) = new.gaps.filter(|gaps| *gaps > 0) {
        let _ = writeln!(
            text,
            "\n{} of NEW: what is there may be more",
            model::counted(gaps, "gap")
        );
    }
    text
}

fn as_json(old: &Side, new: &Side, compared: &Compared<'_>) -> Value {
    let list = |items: &[&Item]| -> Vec<Value> {
        let entry = |item: &&Item| {
            json!({
                "Kind": item.key.kind.word(),
                "ID": item.key.id,
                "Subject": item.key.subject,
                "Severity": item.severity.to_string(),
                "More": item.more,
            })
        };
        items.iter().map(entry).collect()
    };
    let counts: BTreeMap<&str, usize> = [
        ("Added", compared.added.len()),
        ("Fixed", compared.fixed.len()),
        ("Unchanged", compared.unchanged.len()),
    ]
    .into();
    json!({
        "Old": old.title,
        "New": new.title,
        "Counts": counts,
        "Added": list(&compared.added),
        "Fixed": list(&compared.fixed),
        "Unchanged": list(&compared.unchanged),
        "NotCompared": compared.uncompared.iter().map(|kind| kind.scanner()).collect::<Vec<_>>(),
        "GapsOfNew": new.gaps,
        "DataOfOld": old.data,
        "DataOfNew": new.data,
    })
}
