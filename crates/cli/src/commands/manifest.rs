//! `seaworthy manifest`: judges Kubernetes objects in files, folders or a pipe.

mod pss;

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manifest::Input;
use manifest::pss::Standard;
use model::Gap;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::{output, sources};

pub(crate) const ROW: Row = Row {
    name: "manifest",
    define,
    run,
};

fn define() -> Command {
    let option = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    Command::new("manifest")
        .about("Judge Kubernetes objects by the Pod Security Standards")
        .long_about(
            "Judge Kubernetes objects by the Pod Security Standards: every pod, and every template of \
             one. Says what the admission controller of a cluster would say, in its own words. Exits with \
             1 if anything is not allowed.",
        )
        .after_help(
            "Examples:\n  seaworthy manifest k8s/ --pss restricted\n  \
             helm template ./chart | seaworthy manifest - --pss baseline:v1.31\n  \
             seaworthy manifest k8s/ --pss-from-namespace",
        )
        .arg(
            Arg::new("paths")
                .value_name("PATH")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help("Files, folders (*.yaml, *.yml, *.json in them), `-` for standard input"),
        )
        .arg(
            option("pss", "privileged, baseline or restricted; of this version of Kubernetes")
                .value_name("LEVEL[:v1.N]")
                .value_parser(|text: &str| text.parse::<Standard>()),
        )
        .arg(
            option(
                "pss-from-namespace",
                "The labels of the Namespaces among the objects say the level; where there are none, --pss",
            )
            .action(ArgAction::SetTrue),
        )
        .arg(
            option("format", "table or json")
                .short('f')
                .value_name("FORMAT")
                .value_parser(["table", "json"])
                .default_value("table"),
        )
        .arg(
            option("strict", "Exit with 4 if part of the target was not read")
                .action(ArgAction::SetTrue),
        )
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let standard = matches.get_one::<Standard>("pss").copied();
    let is_labelled = matches.get_flag("pss-from-namespace");
    if standard.is_none() && !is_labelled {
        let failure = Failure::usage("nothing says what is allowed");
        return Err(failure.with("next", "add --pss restricted, or --pss-from-namespace"));
    }
    let paths = matches.get_many::<PathBuf>("paths");
    let input = sources::read(paths.into_iter().flatten())?;
    // the program ends soon: to give back a million small pieces takes a fifth of its time
    let input: &Input = Box::leak(Box::new(input));
    let demand = pss::demand(&input.objects, standard, is_labelled);
    let verdict = pss::judge(input, &demand);
    if matches
        .get_one::<String>("format")
        .is_some_and(|format| format == "json")
    {
        output::write_plain(&verdict.json())?;
    } else {
        output::print(&verdict.table())?;
    }
    let is_strict = matches.get_flag("strict");
    Ok(exit(&verdict, is_strict))
}

/// The last line of standard error names the reason of an exit code.
fn exit(verdict: &pss::Verdict<'_>, is_strict: bool) -> Exit {
    let refused = verdict.refused();
    let unread = verdict.gaps.iter().filter(|gap| is_unread(gap)).count();
    if refused > 0 {
        output::warn(&format!("not allowed: {refused} of the objects (--pss)\n"));
        Exit::Failed(1)
    } else if is_strict && unread > 0 {
        output::warn(&format!(
            "not read: {unread} parts of the target (--strict)\n"
        ));
        Exit::PartlyUnread
    } else {
        Exit::Passed
    }
}

const fn is_unread(gap: &Gap) -> bool {
    gap.kind.is_unread_target()
}
