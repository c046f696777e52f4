//! `seaworthy ignore`: what is wrong with an ignore file.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manifest::judge::{self, Settings};
use model::{Judgement, Report};
use policy::ignore::{self, Known, Looked};

use super::{Row, explain};
use crate::error::Failure;
use crate::exit::Exit;
use crate::scanned::{self, Wanted};
use crate::settings::{self, Environment};
use crate::{databases, ignored, output, scan, sources};

pub(crate) const ROW: Row = Row {
    name: "ignore",
    define,
    run,
};

fn define() -> Command {
    Command::new("ignore")
        .about("Check what is ignored")
        .subcommand_required(true)
        .subcommand(
            Command::new("lint")
                .about("Find entries that expired, hide nothing, or hide too much")
                .after_help(
                    "Examples:\n  seaworthy ignore lint k8s/\n  seaworthy ignore lint --input app.tar --input db.tar",
                )
                .arg(
                    Arg::new("ignorefile")
                        .long("ignorefile")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help("The file [default: seaworthy-ignore.yaml, .trivyignore and .trivyignore.yaml]"),
                )
                .arg(
                    Arg::new("paths")
                        .value_name("PATH")
                        .num_args(0..)
                        .value_parser(value_parser!(PathBuf))
                        .help("Manifests; with them it tells which entries hide nothing in any"),
                )
                .arg(
                    Arg::new("input")
                        .long("input")
                        .value_name("FILE")
                        .action(ArgAction::Append)
                        .help("An image: archive, layout or unpacked root; the same for entries about images"),
                )
                .args(databases::args())
                .arg(settings::cache_arg()),
        )
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let (_, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("ignore lint"))?;
    let entries = ignored::read(matches.get_one("ignorefile"), environment)?;
    let judged = judged(matches, environment)?;
    let images = reports(matches, environment)?;
    let looked = Looked {
        manifests: judged.as_ref(),
        images: &images,
        url: report::package_url,
    };
    let (rules, of_secrets) = (explain::rules(), explain::secret_rules());
    let known = Known {
        rules: &rules,
        of_secrets: &of_secrets,
    };
    let faults = ignore::lint(&entries, looked, known, environment.today());
    let mut text = String::new();
    for fault in &faults {
        let word = if fault.is_warning { "warning" } else { "error" };
        let line = format!("{}: {word}: {}\n", fault.place, fault.why);
        text.push_str(&report::safe(line.trim_end()));
        text.push('\n');
    }
    output::print(&text)?;
    let failed = faults.iter().any(|fault| !fault.is_warning);
    Ok(if failed {
        Exit::Failed(1)
    } else {
        Exit::Passed
    })
}

/// Judges the manifests, if there are any.
fn judged(matches: &ArgMatches, environment: &Environment) -> Result<Option<Judgement>, Failure> {
    let Some(paths) = matches.get_many::<PathBuf>("paths") else {
        return Ok(None);
    };
    let input = sources::read(paths, environment)?;
    let verdict = judge::judge(&input.objects, &Settings::default());
    Ok(Some(Judgement {
        objects: input.objects.len(),
        found: verdict.found.into_iter().map(|(_, what)| what).collect(),
        gaps: Vec::new(),
    }))
}

/// Scans the images, if there are any.
fn reports(matches: &ArgMatches, environment: &Environment) -> Result<Vec<Report>, Failure> {
    let wanted = Wanted::new(matches, "vuln,secret,hygiene");
    let inputs = scan::list_of::<String>(matches, "input").into_iter();
    inputs
        .map(|input| scanned::report(&input, &wanted, environment))
        .collect()
}
