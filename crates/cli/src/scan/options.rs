//! The options that `image` and `rootfs` share, and what they mean.

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use model::{Limits, Manner, Severity, Status};
use policy::Expression;
use regex::{RegexSet, RegexSetBuilder};

use crate::error::Failure;
use crate::output::Destination;
use crate::{settings, values};

/// The options of a scan.
pub(crate) fn args() -> Vec<Arg> {
    [
        output_args(),
        crate::scanners::args(),
        crate::image_rules::args(),
        crate::secrets::args(),
        filter_args(),
        gate_args(),
        data_args(),
        limit_args(),
    ]
    .concat()
}

/// A switch: `--name`, `--name=false`.
pub(crate) fn switch(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("BOOL")
        .default_missing_value("true")
        .default_value(default)
        .hide_default_value(default == "false")
        .hide_possible_values(true)
        .value_parser(value_parser!(bool))
        .help(help)
}

/// A list: comma separated, repeated, or both.
pub(crate) fn list(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .action(ArgAction::Append)
        .value_delimiter(',')
        .help(help)
}

fn output_args() -> Vec<Arg> {
    let formats: Vec<&'static str> = report::formats().collect();
    vec![
        Arg::new("format")
            .long("format")
            .short('f')
            .value_name("FORMAT")
            .value_parser(formats)
            .default_value("table")
            .help("Output format")
            .help_heading("Output"),
        Arg::new("output")
            .long("output")
            .short('o')
            .value_name("[FORMAT=]PATH")
            .action(ArgAction::Append)
            .value_parser(|text: &str| text.parse::<Destination>())
            .help("Write to a file, `-` for standard output; repeat for several")
            .help_heading("Output"),
        switch("list-all-pkgs", "true", "List every package in JSON").help_heading("Output"),
        switch(
            "scorecard",
            "false",
            "Show only how good practices are kept, on one screen",
        )
        .help_heading("Output"),
        switch("wide", "false", "Show everything, whatever the width").help_heading("Output"),
    ]
}

fn filter_args() -> Vec<Arg> {
    let heading = "What to report";
    vec![
        list("severity", "LIST", "Severities to report [default: all]")
            .short('s')
            .ignore_case(true)
            .value_parser(|text: &str| text.parse::<Severity>())
            .help_heading(heading),
        switch("ignore-unfixed", "false", "Leave out what has no fix").help_heading(heading),
        list(
            "ignore-status",
            "LIST",
            "Statuses to leave out: affected, will_not_fix, …",
        )
        .value_parser(|text: &str| text.parse::<Status>())
        .help_heading(heading),
        crate::ignored::arg().help_heading(heading),
        Arg::new("compat")
            .long("compat")
            .value_name("TOOL")
            .value_parser(["trivy"])
            .help("Read and judge packages as this tool does where it is wrong")
            .help_heading(heading),
        list("skip-dirs", "GLOBS", "Folders to leave out")
            .value_parser(path_glob)
            .help_heading(heading),
        list("skip-files", "GLOBS", "Files to leave out")
            .value_parser(path_glob)
            .help_heading(heading),
    ]
}

fn gate_args() -> Vec<Arg> {
    let heading = "Exit code";
    vec![
        Arg::new("fail-on")
            .long("fail-on")
            .value_name("RULE")
            .value_parser(|text: &str| text.parse::<Expression>())
            .help("Exit with 1 if this holds, such as 'kev,severity>=high+fixable' (`,` any, `+` all)")
            .help_heading(heading),
        Arg::new("exit-code")
            .long("exit-code")
            .value_name("N")
            .value_parser(value_parser!(u8))
            .help("Exit with N if anything is found (or if --fail-on holds)")
            .help_heading(heading),
        Arg::new("exit-on-eol")
            .long("exit-on-eol")
            .value_name("N")
            .value_parser(value_parser!(u8))
            .help("Exit with N if the distribution is past its end of life")
            .help_heading(heading),
        crate::baseline::arg().help_heading(heading),
        switch("strict", "false", "Exit with 4 if part of the target was not read")
            .help_heading(heading),
    ]
}

fn data_args() -> Vec<Arg> {
    let heading = "Data";
    let databases = crate::databases::args().into_iter();
    let others = [
        Arg::new("db-max-age")
            .long("db-max-age")
            .value_name("AGE")
            .value_parser(values::duration)
            .help("Refuse data older than this, such as 5d [default: old data only warns]")
            .help_heading(heading),
        switch(
            "offline",
            "false",
            "Open no socket: what only a network has is an error",
        )
        .help_heading(heading),
        settings::cache_arg().help_heading(heading),
    ];
    let databases = databases.map(|arg| arg.help_heading(heading));
    databases.chain(others).collect()
}

fn limit_args() -> Vec<Arg> {
    let heading = "Limits";
    vec![
        Arg::new("timeout")
            .long("timeout")
            .value_name("TIME")
            .value_parser(values::duration)
            .default_value("5m")
            .help("Give up after this time")
            .help_heading(heading),
        Arg::new("memory")
            .long("memory")
            .value_name("SIZE")
            .value_parser(values::bytes)
            .default_value("512m")
            .help("How much what is kept of one image may take; beyond it there are gaps")
            .help_heading(heading),
    ]
}

pub(crate) fn value<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    name: &str,
) -> Option<T> {
    matches.get_one::<T>(name).cloned()
}

pub(crate) fn flag(matches: &ArgMatches, name: &str) -> bool {
    value(matches, name).unwrap_or(false)
}

pub(crate) fn list_of<T: Clone + Send + Sync + 'static>(
    matches: &ArgMatches,
    name: &str,
) -> Vec<T> {
    let given = matches.try_get_many::<T>(name).ok().flatten();
    given.into_iter().flatten().cloned().collect()
}

/// Whose faults are wanted; a command without the option wants none.
pub(super) fn manner(matches: &ArgMatches) -> Manner {
    match matches.try_get_one::<String>("compat") {
        Ok(Some(_)) => Manner::Trivy,
        Ok(None) | Err(_) => Manner::Own,
    }
}

/// Turns memory into counts: a tree takes about 90 bytes an entry and never more than half of it.
pub(super) fn limits(memory: Option<u64>) -> Limits {
    let default = Limits::default();
    let Some(memory) = memory else { return default };
    let entries = usize::try_from(memory / 2 / 90).unwrap_or(usize::MAX);
    Limits {
        tree_entries: default.tree_entries.min(entries),
        tree_name_bytes: default
            .tree_name_bytes
            .min(usize::try_from(memory / 4).unwrap_or(usize::MAX)),
        trees_bytes: default
            .trees_bytes
            .min(usize::try_from(memory).unwrap_or(usize::MAX)),
        file_bytes: default.file_bytes.min(memory / 8),
        files_bytes: default.files_bytes.min(memory / 4),
        ..default
    }
}

/// Takes a glob that can be read, cleaned; so that an error names its option.
fn path_glob(text: &str) -> Result<String, String> {
    let path = cleaned(text);
    let expression = trivy::expression(&path).map_err(|why| why.to_string())?;
    RegexSet::new([expression]).map_err(|error| error.to_string())?;
    Ok(path)
}

/// Cleans a path or glob as Go's `filepath.Clean` does; where it starts means nothing, as in Trivy.
fn cleaned(text: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if text.starts_with('/') => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Bytes of all that is skipped, as a machine that looks for it.
const SKIP_BYTES: usize = 64 << 20;

/// Reads the folders and files to leave out.
pub(super) fn skip(matches: &ArgMatches) -> Result<RegexSet, Failure> {
    let (folders, files) = ("skip-dirs", "skip-files");
    skipped(&list_of(matches, folders), &list_of(matches, files))
}

/// Returns what fits the paths of folders, of what is in them, and of files, as globs name them.
pub(crate) fn skipped(folders: &[String], files: &[String]) -> Result<RegexSet, Failure> {
    // nothing, as `.` and `/` are, names no folder; `/**` fits no path either
    let folders = folders.iter().map(|it| format!("{}/**", cleaned(it)));
    let files = files.iter().map(|it| cleaned(it));
    let expression = |glob: String| {
        let bad = |why| Failure::usage(format!("`{glob}`: {why}"));
        trivy::expression(&glob).map_err(bad)
    };
    let expressions = folders.chain(files).map(expression);
    let expressions: Vec<String> = expressions.collect::<Result<_, _>>()?;
    let set = RegexSetBuilder::new(expressions)
        .size_limit(SKIP_BYTES)
        .build();
    set.map_err(|error| Failure::usage(format!("--skip-dirs, --skip-files: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        for (text, want) in [
            ("srv", "srv"),
            ("./srv", "srv"),
            ("/srv//www/", "srv/www"),
            (".//./srv/.", "srv"),
            ("a/b/../c", "a/c"),
            ("/../a", "a"),
            ("../a", "../a"),
            ("**/*.jar", "**/*.jar"),
            (".", ""),
        ] {
            assert_eq!(cleaned(text), want, "{text}");
        }
    }
}
