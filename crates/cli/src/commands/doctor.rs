//! `seaworthy doctor`: whether a cluster that asks `serve` is set up as it should be.

mod asks;
mod certificate;
mod kubeconfig;
mod options;
mod plugin;
mod policies;
mod probe;
mod ttl;
mod webhook;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use jiff::Timestamp;
use manifest::{Input, Object};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::{output, scan, sources};

pub(crate) const ROW: Row = Row {
    name: "doctor",
    define,
    run,
};

fn define() -> Command {
    Command::new("doctor")
        .about("Check how a cluster asks `serve`: certificates, names, timeouts, whether it answers")
        .long_about(
            "Check how a cluster asks `serve`: the files that `install` wrote, or what `kubectl get … -o yaml` shows of \
             webhook configurations, Secrets and ConfigMaps. It looks at the names and days of certificates, at who signed \
             them, at timeouts and TTLs, at what happens while nobody answers; and it asks each server whether it is ready, \
             how old its data is, and what time it is.",
        )
        .after_help(
            "Examples:\n  seaworthy doctor cluster/\n  kubectl get validatingwebhookconfiguration seaworthy -o yaml | seaworthy doctor -\n  \
             kubectl -n seaworthy port-forward service/seaworthy 8443:443 &\n  seaworthy doctor cluster/ --connect 127.0.0.1:8443\n  \
             seaworthy doctor --connect 127.0.0.1:8443\n\n\
             Exit codes: 0 nothing fails, 1 something does, 2 wrong command line.",
        )
        .arg(
            Arg::new("paths")
                .value_name("PATH")
                .required_unless_present("connect")
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help("Files and folders of configurations; - for standard input; without any, only whether the server at --connect is well"),
        )
        .arg(
            Arg::new("connect")
                .long("connect")
                .value_name("HOST:PORT")
                .help("Where servers are reached from here, instead of where the cluster reaches them"),
        )
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .default_value("5")
                .value_parser(value_parser!(u64).range(1..=300))
                .help("How long a server may take"),
        )
        .arg(scan::switch("offline", "false", "Ask no server"))
}

/// Bytes of a file that a configuration names.
const MAX_FILE: u64 = 1 << 20;

/// How well something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Well,
    Doubtful,
    Broken,
}

/// What was looked at, and how it is.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    state: State,
    /// What it is about: an object, a file, a server.
    about: String,
    text: String,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.state {
            State::Well => "ok",
            State::Doubtful => "warn",
            State::Broken => "FAIL",
        };
        write!(f, "{word:<5} {}: {}", self.about, self.text)
    }
}

/// Everything that was told.
#[derive(Debug, Default)]
struct Report {
    told: Vec<Told>,
}

impl Report {
    /// Tells something, once: several configurations may lead to one file.
    fn add(&mut self, state: State, about: &str, text: impl Into<String>) {
        let told = Told {
            state,
            about: about.to_owned(),
            text: text.into(),
        };
        if state == State::Well || !self.told.contains(&told) {
            self.told.push(told);
        }
    }
}

/// What a check may use.
#[derive(Debug)]
struct Around<'a> {
    objects: &'a [Object],
    now: Timestamp,
    /// Where servers are reached instead.
    connect: Option<String>,
    /// How long a server may take; none if none is asked.
    patience: Option<Duration>,
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let seconds = matches.get_one::<u64>("timeout").copied().unwrap_or(5);
    let patience = (!scan::flag(matches, "offline")).then_some(Duration::from_secs(seconds));
    let connect = matches.get_one::<String>("connect").cloned();
    let mut report = Report::default();
    match (matches.get_many::<PathBuf>("paths"), &connect, patience) {
        (Some(paths), ..) => {
            let input = sources::read(paths, environment)?;
            let around = Around {
                objects: &input.objects,
                now: environment.now(),
                connect,
                patience,
            };
            configurations(&input, &around, &mut report)?;
        }
        (None, Some(address), Some(patience)) => {
            probe::alone(address, (patience, environment.now()), &mut report);
        }
        (None, ..) => {
            let why = "there is nothing to look at: no configuration is named, and no server may be asked";
            return Err(Failure::usage(why).with("next", "name a folder, or leave --offline out"));
        }
    }
    let lines: Vec<String> = report
        .told
        .iter()
        .map(|told| report::safe(&told.to_string()).into_owned())
        .collect();
    output::print(&format!("{}\n", lines.join("\n")))?;
    let is_broken = report.told.iter().any(|told| told.state == State::Broken);
    Ok(if is_broken {
        Exit::Failed(1)
    } else {
        Exit::Passed
    })
}

/// Looks at configurations and at the servers that they name.
fn configurations(input: &Input, around: &Around<'_>, report: &mut Report) -> Result<(), Failure> {
    let policies = policies::read(around, report);
    for gap in input.gaps.clone().into_sorted() {
        // options of `serve` and the plugin's own file are no objects
        if !gap.why.contains("it has no `kind`") {
            let text = format!("not looked at: {}", gap.why);
            report.add(State::Broken, &gap.place, text);
        } else if let Some((file, _position)) = gap.place.rsplit_once(':') {
            let file = file.rsplit_once(':').map_or(file, |(file, _line)| file);
            options::check(file, report);
        }
    }
    webhook::check(around, &policies, report);
    plugin::check(around, report);
    if report.told.is_empty() {
        let why = "there is neither a webhook configuration nor one of ImagePolicyWebhook among these objects";
        return Err(
            Failure::usage(why).with("next", "name the folder that `seaworthy install` filled")
        );
    }
    Ok(())
}
