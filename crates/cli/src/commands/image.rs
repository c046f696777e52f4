//! `seaworthy image`: scans an image from a registry, an archive, a layout or a pipe.

use std::path::Path;

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgMatches, Command};
use model::{ImageName, Report};
use pipeline::{Choice, PlatformChoice, Source};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::{self, Scan};
use crate::settings::Environment;
use crate::{ignored, image_source, output, platforms, registries};

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
             could not be read.\n\nIMAGE is pulled from its registry, layer by layer into memory, with the \
             credentials that Docker, Podman or a cluster would use.\n\nWith --input, reads archives of `docker save` (any version), OCI layouts as a \
             folder or inside a tar, each as it is or compressed with gzip or zstd, and the same \
             from a pipe. Every byte is checked against the digests that name it.",
        )
        .after_help(
            "Examples:\n  seaworthy image nginx:1.27\n  seaworthy image --input app.tar\n  seaworthy image --input app.tar \
             --severity HIGH,CRITICAL --ignore-unfixed\n  seaworthy image --input all.tar shop/api:1.4\n  \
             docker save app | seaworthy image --input -\n  seaworthy image --input app.tar \
             -f json -o report.json --fail-on 'kev,severity>=high+fixable'",
        )
        .arg(Arg::new("image").value_name("IMAGE").help(
            "Name of an image to pull; with --input, which image of the archive: its tag, digest, \
             or #N (needed when there are several)",
        ))
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("FILE")
                .value_parser(NonEmptyStringValueParser::new())
                .help("Archive, OCI layout folder, or - for standard input"),
        )
        .arg(platforms::arg())
        .arg(image_source::arg())
        .arg(
            scan::switch("layers", "false", "Show the layers in the table: size, what each added, what was found in it")
                .help_heading("Output"),
        )
        .args(registries::args())
        .args(scan::args())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    output::check_places(&scan::list_of(matches, "output"))?;
    let scan = Scan::new(matches, environment, ignored::of(matches, environment)?)?;
    let reports = reports(&scan, matches, environment)?;
    let is_list = platforms::choice(matches)? == PlatformChoice::All;
    scan.finish(reports, is_list)
}

/// Scans what was asked for.
pub(crate) fn reports(
    scan: &Scan<'_>,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Vec<Report>, Failure> {
    let platform = platforms::choice(matches)?;
    let input = matches.get_one::<String>("input").map(String::as_str);
    let reference = matches.get_one::<String>("image");
    let (name, source, reference) = match (input, reference) {
        (Some("-"), reference) => ("-", Source::Stdin, reference),
        (Some(path), reference) => (path, Source::Path(path.into()), reference),
        (None, Some(name)) => {
            let image = image_name(name)?;
            let bounds = (scan.settings().deadline, &scan.settings().limits);
            let source = image_source::find(image, matches, environment, bounds)?;
            (name.as_str(), source, None)
        }
        (None, None) => {
            let failure = Failure::usage("nothing to scan");
            return Err(failure.with("next", "seaworthy image NAME, or image --input FILE"));
        }
    };
    let choice = Choice {
        reference: reference.cloned(),
        platform,
    };
    scan.run(name, |tools, settings| {
        pipeline::scan_images(name, &source, &choice, tools, settings)
    })
}

/// Reads a name; what is a file is no name.
fn image_name(text: &str) -> Result<ImageName, Failure> {
    if Path::new(text).exists() {
        let message = format!("`{text}` is a file: archives are given with --input");
        return Err(Failure::usage(message).with("next", format!("seaworthy image --input {text}")));
    }
    let bad = |bad: model::BadImageName| Failure::usage(bad.to_string());
    text.parse().map_err(bad)
}
