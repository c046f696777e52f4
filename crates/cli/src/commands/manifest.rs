//! `seaworthy manifest`: judges Kubernetes objects in files, folders or a pipe.

mod fix;
mod judged;
mod pss;

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manifest::Input;
use manifest::pss::Standard;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan;
use crate::settings::Environment;
use crate::{output, sources, verdict};

pub(crate) const ROW: Row = Row {
    name: "manifest",
    define,
    run,
};

/// Options that mean the same as those of `image`.
const SHARED: [&str; 8] = [
    "ignorefile",
    "format",
    "output",
    "wide",
    "severity",
    "fail-on",
    "exit-code",
    "strict",
];

fn define() -> Command {
    let is_shared = |arg: &Arg| SHARED.contains(&arg.get_id().as_str());
    Command::new("manifest")
        .about("Judge Kubernetes objects: how they are run, and what they may do")
        .long_about(
            "Judge Kubernetes objects: how they are run, and what they may do. Each finding names the \
             line, says what to write instead, and is explained by `seaworthy explain ID`. All that is \
             given in one call is judged together: service accounts, roles, NetworkPolicies, Services.\n\n\
             With --pss it says instead what the Pod Security admission controller of a cluster would \
             say, in its own words, and exits with 1 if anything is not allowed.",
        )
        .after_help(
            "Examples:\n  seaworthy manifest k8s/\n  \
             helm template ./chart | seaworthy manifest - --fail-on 'severity>=high'\n  \
             seaworthy manifest k8s/ --fix-diff\n  \
             seaworthy manifest k8s/ --pss restricted",
        )
        .arg(
            Arg::new("paths")
                .value_name("PATH")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help("Files, folders (*.yaml, *.yml, *.json in them), patterns in quotes ('k8s/**/*.yaml'), `-` for standard input"),
        )
        .args(own_args())
        .args(scan::args().into_iter().filter(is_shared))
}

fn own_args() -> Vec<Arg> {
    let option = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    let flag = |name, help| option(name, help).action(ArgAction::SetTrue);
    vec![
        option("kubernetes-version", "Version that will run the objects, such as 1.31")
            .value_name("1.N")
            .value_parser(minor)
            .default_value("1.37"),
        flag("fix-diff", "Print what --fix would change, as a unified diff")
            .conflicts_with_all(["fix", "format", "output"]),
        flag("fix", "Write the edits that have only one right value into the files")
            .conflicts_with_all(["format", "output"]),
        option(
            "pss",
            "Judge by the Pod Security Standards: privileged, baseline or restricted; of this version",
        )
        .value_name("LEVEL[:v1.N]")
        .conflicts_with_all(["fix", "fix-diff", "severity", "fail-on", "output"])
        .value_parser(|text: &str| text.parse::<Standard>()),
        flag(
            "pss-from-namespace",
            "The labels of the Namespaces among the objects say the level; where there are none, --pss",
        )
        .conflicts_with_all(["fix", "fix-diff", "severity", "fail-on", "output"]),
    ]
}

/// Reads `1.31` or `v1.31`; a patch release says nothing more.
pub(super) fn minor(text: &str) -> Result<u32, String> {
    let bad = || format!("`{text}` is not a version of Kubernetes such as 1.31");
    let numbers = text
        .trim_start_matches('v')
        .strip_prefix("1.")
        .ok_or_else(bad)?;
    let minor = numbers.split('.').next().unwrap_or_default();
    minor.parse().map_err(|_no_number| bad())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    output::check_places(&scan::list_of(matches, "output"))?;
    let paths = matches.get_many::<PathBuf>("paths");
    let input = sources::read(paths.into_iter().flatten(), environment)?;
    // the program ends soon: to give back a million small pieces takes a fifth of its time
    let input: &Input = Box::leak(Box::new(input));
    let standard = matches.get_one::<Standard>("pss").copied();
    let is_labelled = matches.get_flag("pss-from-namespace");
    if standard.is_some() || is_labelled {
        return by_standard(input, standard, matches);
    }
    let judged = judged::judge(input, matches, environment)?;
    if matches.get_flag("fix") || matches.get_flag("fix-diff") {
        return fix::run(&judged, matches.get_flag("fix"));
    }
    judged::finish(judged, matches, environment)
}

/// Judges by the Pod Security Standards.
fn by_standard(
    input: &Input,
    standard: Option<Standard>,
    matches: &ArgMatches,
) -> Result<Exit, Failure> {
    let is_labelled = matches.get_flag("pss-from-namespace");
    let demand = pss::demand(&input.objects, standard, is_labelled);
    let verdict = pss::judge(input, &demand);
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => output::write_plain(&verdict.json())?,
        Some("table") | None => output::print(&verdict.table())?,
        Some(other) => {
            let message = format!("--pss is written as table or json, not as {other}");
            return Err(Failure::usage(message));
        }
    };
    let refused = verdict.refused();
    let is_unread = |gap: &&model::Gap| gap.kind.is_unread_target();
    let unread = verdict.gaps.iter().filter(is_unread).count();
    if refused > 0 {
        output::say(
            matches,
            &format!("not allowed: {refused} of the objects (--pss)"),
        );
        let code = matches.get_one::<u8>("exit-code").copied();
        return Ok(Exit::Failed(code.unwrap_or(1)));
    }
    if scan::flag(matches, "strict") && unread > 0 {
        output::say(matches, &(verdict::not_read(unread) + " (--strict)"));
        return Ok(Exit::PartlyUnread);
    }
    Ok(Exit::Passed)
}
