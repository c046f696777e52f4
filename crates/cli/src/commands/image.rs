//! `seaworthy image`: scans an image from an archive, a layout or a pipe.

use std::path::Path;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command};
use model::Platform;
use pipeline::{Choice, PlatformChoice, Source};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::{self, Scan};
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "image",
    define,
    run,
};

fn define() -> Command {
    Command::new("image")
        .visible_alias("i")
        .about("Scan a container image")
        .long_about(
            "Scan a container image: what is installed, what is known to be wrong with it, and what \
             could not be read.\n\nReads archives of `docker save` (any version), OCI layouts as a \
             folder or inside a tar, each as it is or compressed with gzip or zstd, and the same \
             from a pipe. Every byte is checked against the digests that name it.",
        )
        .after_help(
            "Examples:\n  seaworthy image --input app.tar\n  seaworthy image --input app.tar \
             --severity HIGH,CRITICAL --ignore-unfixed\n  seaworthy image --input all.tar shop/api:1.4\n  \
             docker save app | seaworthy image --input -\n  seaworthy image --input app.tar \
             -f json -o report.json --fail-on 'kev,severity>=high+fixable'",
        )
        .arg(Arg::new("image").value_name("IMAGE").help(
            "Which image of the archive: its tag, digest, or #N (needed when there are several)",
        ))
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("FILE")
                .value_parser(NonEmptyStringValueParser::new())
                .help("Archive, OCI layout folder, or - for standard input"),
        )
        .arg(
            Arg::new("platform")
                .long("platform")
                .value_name("OS/ARCH")
                .help("Platform of a multi-platform image, or `all` [default: the only one, else linux/amd64]"),
        )
        .arg(
            scan::switch("layers", "false", "Show the layers in the table: size, what each added, what was found in it")
                .help_heading("Output"),
        )
        .args(scan::args())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let reference = matches.get_one::<String>("image").cloned();
    let Some(input) = matches.get_one::<String>("input") else {
        return Err(without_input(reference.as_deref()));
    };
    let platform = match matches.get_one::<String>("platform").map(String::as_str) {
        None => PlatformChoice::Default,
        Some("all") => PlatformChoice::All,
        Some(text) => PlatformChoice::One(
            text.parse::<Platform>()
                .map_err(|bad| Failure::usage(bad.to_string()))?,
        ),
    };
    let is_list = platform == PlatformChoice::All;
    let choice = Choice {
        reference,
        platform,
    };
    let source = if input == "-" {
        Source::Stdin
    } else {
        Source::Path(input.into())
    };
    let scan = Scan::new(matches, environment)?;
    let reports = scan.run(input, |tools, settings| {
        pipeline::scan_images(input, &source, &choice, tools, settings)
    })?;
    scan.finish(reports, is_list)
}

fn without_input(reference: Option<&str>) -> Failure {
    match reference {
        None => Failure::usage("nothing to scan").with("next", "seaworthy image --input FILE"),
        Some(path) if Path::new(path).exists() => Failure::usage(format!(
            "`{path}` is a file: archives are given with --input"
        ))
        .with("next", format!("seaworthy image --input {path}")),
        Some(name) => Failure::new(
            Exit::Unfinished,
            format!("`{name}`: images cannot be pulled by name yet, only read from archives"),
        )
        .with("next", format!("docker save {name} -o image.tar"))
        .with("then", "seaworthy image --input image.tar"),
    }
}
