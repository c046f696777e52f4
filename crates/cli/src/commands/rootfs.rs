//! `seaworthy rootfs`: scans an unpacked root file system.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use model::Report;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::{self, Scan};
use crate::settings::Environment;
use crate::{ignored, output};

pub(crate) const ROW: Row = Row {
    name: "rootfs",
    define,
    run,
};

fn define() -> Command {
    Command::new("rootfs")
        .about("Scan an unpacked root file system")
        .long_about(
            "Scan an unpacked root file system, such as the root of a container or a mounted disk. \
             Links are followed inside the folder only, never out of it.",
        )
        .after_help("Examples:\n  seaworthy rootfs /mnt/disk\n  seaworthy rootfs -f json .")
        .arg(
            Arg::new("folder")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The folder that holds etc, usr, var …"),
        )
        .args(scan::args())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    output::check_places(&scan::list_of(matches, "output"))?;
    let scan = Scan::new(matches, environment, ignored::of(matches, environment)?)?;
    let reports = reports(&scan, matches)?;
    scan.finish(reports, false)
}

/// Scans the folder that was asked for.
pub(crate) fn reports(scan: &Scan<'_>, matches: &ArgMatches) -> Result<Vec<Report>, Failure> {
    let folder = matches
        .get_one::<PathBuf>("folder")
        .cloned()
        .unwrap_or_default();
    let name = folder.display().to_string();
    scan.run(&name, |tools, settings| {
        pipeline::scan_rootfs(&name, &folder, tools, settings).map(|report| vec![report])
    })
}
