//! The commands: one file each, one row here.

mod base;
mod cache;
mod check;
mod compat;
mod completion;
mod db;
mod diff;
mod doctor;
mod explain;
mod http;
mod ignore;
mod image;
mod install;
pub(crate) mod lint;
mod man;
mod manifest;
mod policy;
mod print_rules;
mod registry;
mod rootfs;
mod scan;
mod serve;
mod version;

use clap::{ArgMatches, Command};

pub(crate) use db::import_trivy;
pub(crate) use image::reports as scan_image;
pub(crate) use rootfs::reports as scan_rootfs;

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

/// A command.
pub(crate) struct Row {
    /// Its name.
    name: &'static str,
    /// Its arguments, with help that teaches.
    define: fn() -> Command,
    /// Runs it.
    run: fn(&ArgMatches, &Environment) -> Result<Exit, Failure>,
}

/// Every command, in the order of the help.
static COMMANDS: &[Row] = &[
    image::ROW,
    rootfs::ROW,
    lint::ROW,
    manifest::ROW,
    check::ROW,
    policy::ROW,
    serve::ROW,
    install::ROW,
    scan::ROW,
    http::ROW,
    print_rules::ROW,
    explain::ROW,
    diff::ROW,
    doctor::ROW,
    base::ROW,
    ignore::ROW,
    compat::ROW,
    db::ROW,
    cache::ROW,
    registry::ROW,
    version::ROW,
    completion::ROW,
    man::ROW,
];

/// Returns the whole command line.
pub(crate) fn definition() -> Command {
    let root = Command::new("seaworthy")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Is this container image fit to sail?")
        .long_about(
            "Is this container image fit to sail?\n\nSeaworthy tells what is installed in an image, \
             what is known to be wrong with it, and what it could not look at. It needs no network, \
             no account and no daemon.",
        )
        .after_help("First steps:\n  docker save nginx:1.27 -o nginx.tar\n  seaworthy image --input nginx.tar")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(crate::settings::global_args());
    COMMANDS.iter().fold(root, |root, row| {
        root.subcommand((row.define)().name(row.name))
    })
}

/// The commands that kubesec has, too.
static OF_KUBESEC: &[Row] = &[scan::ROW, http::ROW, print_rules::ROW, version::ROW];

/// Returns the command line of kubesec.
pub(crate) fn of_kubesec() -> impl Iterator<Item = Command> {
    OF_KUBESEC.iter().map(|row| (row.define)().name(row.name))
}

/// Runs the command that was asked for.
pub(crate) fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let (name, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("no command was given"))?;
    let row = COMMANDS.iter().find(|row| row.name == name);
    row.map_or_else(
        || Err(Failure::usage(format!("`{name}` is no command"))),
        |row| (row.run)(matches, environment),
    )
}
