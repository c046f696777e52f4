//! `seaworthy db`: what the advisory database holds, how old it is, whether it is whole, who vouches for
//! it; and new ones.

mod build;
mod diff;
mod export;
mod import;
mod keygen;
mod sign;
mod status;
mod update;
mod verify;

pub(crate) use import::trivy::import as import_trivy;

use clap::{ArgMatches, Command};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "db",
    define,
    run,
};

fn define() -> Command {
    Command::new("db")
        .about("Show, verify, update or make the advisory database")
        .subcommand_required(true)
        .subcommand(status::define())
        .subcommand(update::define())
        .subcommand(verify::define())
        .subcommand(export::define())
        .subcommand(import::define())
        .subcommand(build::define())
        .subcommand(diff::define())
        .subcommand(sign::define())
        .subcommand(keygen::define())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("build", matches)) => build::run(matches, environment),
        Some(("diff", matches)) => diff::run(matches, environment),
        Some(("export", matches)) => export::run(matches, environment),
        Some(("import", matches)) => import::run(matches, environment),
        Some(("keygen", matches)) => keygen::run(matches),
        Some(("sign", matches)) => sign::run(matches, environment),
        Some(("status", matches)) => status::run(matches, environment),
        Some(("update", matches)) => update::run(matches, environment),
        Some(("verify", matches)) => verify::run(matches, environment),
        _ => Err(Failure::usage(
            "db status, update, verify, export, import, build, diff, sign, or keygen",
        )),
    }
}
