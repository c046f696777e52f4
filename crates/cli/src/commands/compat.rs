//! `seaworthy compat`: the program in the place of another, with that one's command line.

use clap::{Arg, ArgMatches, Command};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::trivy;

pub(crate) const ROW: Row = Row {
    name: "compat",
    define,
    run,
};

fn define() -> Command {
    Command::new("compat")
        .about("Take the place of Trivy: its command line, its output, its exit codes")
        .long_about(
            "Take the place of Trivy: its flags, variables, configuration and ignore files, its table, JSON and other \
             formats, its log and its exit codes. A link to seaworthy that is called `trivy` does the same. A flag that \
             is not there yet is an error that names it. Where the cache folder holds Trivy's database, it is used.",
        )
        .after_help(
            "Examples:\n  seaworthy compat trivy image --input app.tar --severity HIGH,CRITICAL --exit-code 1\n  \
             seaworthy compat trivy convert report.json --format cyclonedx\n  ln -s seaworthy trivy && ./trivy image nginx:1.27",
        )
        .subcommand_required(true)
        .subcommand(
            Command::new("trivy").about("As Trivy; see `seaworthy compat trivy --help`").disable_help_flag(true).arg(
                Arg::new("arguments")
                    .num_args(0..)
                    .trailing_var_arg(true)
                    .allow_hyphen_values(true)
                    .value_name("ARGUMENTS"),
            ),
        )
}

/// Runs what stands behind `compat trivy`; options of ours before it mean nothing to it.
#[expect(clippy::unnecessary_wraps, reason = "the form of every command")]
fn run(_: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let words = environment.arguments().iter();
    let rest = words.skip_while(|word| *word != "trivy").skip(1).cloned();
    let arguments: Vec<_> = std::iter::once("trivy".into()).chain(rest).collect();
    Ok(trivy::run(&arguments, environment))
}
