//! What `image` and `rootfs` share: options, the scan itself, filters, outputs, and the exit code.

use std::io::Write as _;
use std::time::Duration;

use advisory::Database;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use model::{Limits, Report, Severity, Status};
use pipeline::{Cache, Deadline, ScanError, Settings, Tools};
use policy::{Expression, Filter, Filtered, Unfixed};
use report::{Color, Detail, Output, PackageList, View};

use crate::error::Failure;
use crate::exit::Exit;
use crate::output::Destination;
use crate::progress::Progress;
use crate::settings::{self, Environment};
use crate::values;

/// The options of a scan.
pub(crate) fn args() -> Vec<Arg> {
    [
        output_args(),
        filter_args(),
        gate_args(),
        data_args(),
        limit_args(),
    ]
    .concat()
}

/// A switch: `--name`, `--name=false`.
fn switch(name: &'static str, default: &'static str, help: &'static str) -> Arg {
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
fn list(name: &'static str, value: &'static str, help: &'static str) -> Arg {
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
        list("skip-dirs", "GLOBS", "Folders to leave out").help_heading(heading),
        list("skip-files", "GLOBS", "Files to leave out").help_heading(heading),
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
        switch("strict", "false", "Exit with 4 if part of the target was not read")
            .help_heading(heading),
    ]
}

fn data_args() -> Vec<Arg> {
    let heading = "Data";
    vec![
        settings::db_arg().help_heading(heading),
        Arg::new("db-max-age")
            .long("db-max-age")
            .value_name("AGE")
            .value_parser(values::duration)
            .help("Refuse data older than this, such as 5d [default: old data only warns]")
            .help_heading(heading),
        switch(
            "offline",
            "false",
            "Open no socket (nothing here does, so far)",
        )
        .help_heading(heading),
        settings::cache_arg().help_heading(heading),
    ]
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

/// One scan, as it was asked for.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    matches: &'a ArgMatches,
    environment: &'a Environment,
    database: Database,
    database_place: String,
    cache: Option<Cache>,
    settings: Settings,
}

impl<'a> Scan<'a> {
    /// Reads the options and opens what they name.
    pub(crate) fn new(
        matches: &'a ArgMatches,
        environment: &'a Environment,
    ) -> Result<Self, Failure> {
        let (database, database_place) = settings::database(matches)?;
        let timeout = value(matches, "timeout").unwrap_or(Duration::from_mins(5));
        let limits = limits(value(matches, "memory"));
        let folder = settings::cache_folder(matches, environment);
        Ok(Self {
            matches,
            environment,
            database,
            database_place,
            cache: folder.map(|folder| Cache::new(folder, &limits)),
            settings: Settings {
                limits,
                deadline: Deadline::after(timeout),
                now: environment.now(),
                skip: skip(matches)?,
            },
        })
    }

    /// Scans.
    pub(crate) fn run(
        &self,
        what: &str,
        scan: impl FnOnce(&Tools<'_>, &Settings) -> Result<Vec<Report>, ScanError>,
    ) -> Result<Vec<Report>, Failure> {
        self.debug(&format!("database: {}", self.database_place));
        match &self.cache {
            Some(cache) => self.debug(&format!("cache: {}", cache.folder().display())),
            None => self.debug("cache: none, since no home folder is known"),
        }
        let is_quiet = flag(self.matches, "quiet") || flag(self.matches, "no-progress");
        let progress = Progress::start(!is_quiet, what);
        let tools = Tools {
            database: &self.database,
            cache: self.cache.as_ref(),
        };
        let reports = scan(&tools, &self.settings)?;
        drop(progress);
        if let Some(cache) = &self.cache {
            cache.trim();
        }
        for report in &reports {
            self.check_age(report)?;
        }
        Ok(reports)
    }

    /// Filters, writes and judges.
    pub(crate) fn finish(&self, reports: Vec<Report>, is_list: bool) -> Result<Exit, Failure> {
        let filter = self.filter();
        let format: Output = self
            .matches
            .get_one::<String>("format")
            .map_or("table", String::as_str)
            .parse()
            .map_err(|error: report::UnknownOutput| Failure::usage(error.to_string()))?;
        let filtered: Vec<_> = reports
            .into_iter()
            .map(|report| policy::filter(report, &filter))
            .map(|Filtered { report, hidden }| {
                (
                    report,
                    View {
                        hidden,
                        ..self.view()
                    },
                )
            })
            .collect();
        let mut destinations: Vec<Destination> = list_of(self.matches, "output");
        if destinations.is_empty() {
            destinations.push(Destination::default());
        }
        for destination in destinations {
            destination.write(format, &dressed(&filtered, &destination), is_list)?;
        }
        Ok(self.exit(&filtered))
    }

    fn filter(&self) -> Filter {
        let is_fixable_only = flag(self.matches, "ignore-unfixed");
        let ignored = list_of::<Status>(self.matches, "ignore-status");
        if is_fixable_only && !ignored.is_empty() {
            self.say("warning: --ignore-status is given, so --ignore-unfixed is ignored");
        }
        let unfixed = if is_fixable_only {
            Unfixed::Ignore
        } else {
            Unfixed::Keep
        };
        Filter::new(&list_of(self.matches, "severity"), unfixed, &ignored)
    }

    fn view(&self) -> View {
        let is_coloured = match self.matches.get_one::<String>("color").map(String::as_str) {
            Some("always") => true,
            Some("never") => false,
            _ => self.environment.is_colour_welcome(),
        };
        let is_wide = flag(self.matches, "wide");
        View {
            width: self.environment.columns(),
            color: if is_coloured {
                Color::Ansi
            } else {
                Color::Plain
            },
            packages: if flag(self.matches, "list-all-pkgs") {
                PackageList::All
            } else {
                PackageList::None
            },
            detail: if is_wide {
                Detail::Wide
            } else {
                Detail::Folded
            },
            ..View::default()
        }
    }

    /// End of life is asked first, as Trivy does; then the gate; then whether all was read.
    fn exit(&self, reports: &[(Report, View)]) -> Exit {
        let reports = || reports.iter().map(|(report, _)| report);
        let is_past_end =
            reports().any(|report| report.eol.as_ref().is_some_and(|eol| eol.is_past));
        if let Some(code) = value::<u8>(self.matches, "exit-on-eol").filter(|code| *code != 0)
            && is_past_end
        {
            self.say("the distribution is past its end of life (--exit-on-eol)");
            return Exit::Failed(code);
        }
        let code = value::<u8>(self.matches, "exit-code");
        let reasons: Vec<String> = match self.matches.get_one::<Expression>("fail-on") {
            Some(gate) => reports()
                .flat_map(|report| policy::judge(gate, report))
                .map(|reason| reason.to_string())
                .collect(),
            None if code.is_some_and(|code| code != 0) => reports()
                .filter(|report| !report.findings.is_empty())
                .map(|report| format!("{} findings (--exit-code)", report.findings.len()))
                .collect(),
            None => Vec::new(),
        };
        if !reasons.is_empty() {
            for reason in &reasons {
                self.say(reason);
            }
            return Exit::Failed(code.unwrap_or(1));
        }
        let unread = reports()
            .flat_map(|report| &report.gaps)
            .filter(|gap| gap.kind.is_unread_target());
        let unread = unread.count();
        if flag(self.matches, "strict") && unread > 0 {
            self.say(&not_read(unread));
            return Exit::PartlyUnread;
        }
        Exit::Passed
    }

    fn check_age(&self, report: &Report) -> Result<(), Failure> {
        let Some(limit) = value::<Duration>(self.matches, "db-max-age") else {
            return Ok(());
        };
        let limit = limit.as_secs() / 86_400;
        let today = self.environment.today();
        for data in &report.data {
            let Some(newest) = data.newest else { continue };
            let days = u64::try_from((today - newest).get_days()).unwrap_or(0);
            if days > limit {
                let message = format!(
                    "the data of {} is {days} days old, the limit is {limit} days (--db-max-age)",
                    data.publisher
                );
                return Err(Failure::new(Exit::Unfinished, message).with(
                    "next",
                    "use a newer database (--db FILE) or a newer seaworthy",
                ));
            }
        }
        Ok(())
    }

    /// The last line of standard error names the reason of an exit code.
    fn say(&self, reason: &str) {
        if !flag(self.matches, "quiet") {
            let line = format!("{}\n", report::safe(reason));
            let _nobody_reads = anstream::stderr().write_all(line.as_bytes());
        }
    }

    fn debug(&self, text: &str) {
        if flag(self.matches, "debug") {
            let line = format!("debug: {}\n", report::safe(text));
            let _nobody_reads = anstream::stderr().write_all(line.as_bytes());
        }
    }
}

/// Only standard output may be a terminal: files get no colour and 80 columns.
fn dressed(reports: &[(Report, View)], destination: &Destination) -> Vec<(Report, View)> {
    let plain = |view: &View| View {
        color: Color::Plain,
        width: 80,
        ..*view
    };
    let dress = |view: &View| {
        if destination.is_stdout() {
            *view
        } else {
            plain(view)
        }
    };
    reports
        .iter()
        .map(|(report, view)| (report.clone(), dress(view)))
        .collect()
}

fn not_read(parts: usize) -> String {
    let parts = match parts {
        1 => "1 part of the target was".to_owned(),
        more => format!("{more} parts of the target were"),
    };
    format!("{parts} not read (--strict)")
}

fn value<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Option<T> {
    matches.get_one::<T>(name).cloned()
}

fn flag(matches: &ArgMatches, name: &str) -> bool {
    value(matches, name).unwrap_or(false)
}

fn list_of<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> Vec<T> {
    matches
        .get_many::<T>(name)
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

/// Turns memory into counts: a tree takes about 90 bytes an entry and never more than half of it.
fn limits(memory: Option<u64>) -> Limits {
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

/// Globs as Trivy's: `*` stays within a folder, `**` does not; a leading `/` means nothing.
fn skip(matches: &ArgMatches) -> Result<GlobSet, Failure> {
    let mut set = GlobSetBuilder::new();
    let mut add = |text: &str| -> Result<(), Failure> {
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| Failure::usage(format!("`{text}`: {error}")))?;
        set.add(glob);
        Ok(())
    };
    for folder in list_of::<String>(matches, "skip-dirs") {
        let folder = folder.trim_matches('/');
        add(folder)?;
        add(&format!("{folder}/**"))?;
    }
    for file in list_of::<String>(matches, "skip-files") {
        add(file.trim_start_matches('/'))?;
    }
    set.build()
        .map_err(|error| Failure::usage(error.to_string()))
}
