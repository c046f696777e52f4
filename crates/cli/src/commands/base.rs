//! `seaworthy base`: which base images are known by their layers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use advisory::Database;
use clap::{Arg, ArgMatches, Command, value_parser};
use hygiene::base::{self, Chain};
use model::{DataOrigin, Limits, Report};
use pipeline::{Choice, Deadline, Settings, Source, Telling, Tools};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::scan::value;
use crate::settings::Environment;
use crate::{image_rules, output, values};

pub(crate) const ROW: Row = Row {
    name: "base",
    define,
    run,
};

fn define() -> Command {
    Command::new("base")
        .about("Learn base images, so that images built on them are recognised")
        .subcommand_required(true)
        .subcommand(
            Command::new("learn")
                .about("Write down the layers of base images")
                .long_about(
                    "Write down the layers of base images. An image whose lowest layers are those of one of \
                     them is built on it, whatever its labels say. Each layer is read and proved first.",
                )
                .after_help(
                    "Examples:\n  seaworthy base learn debian-12.tar -o bases.tsv\n  seaworthy image --input \
                     app.tar --bases bases.tsv",
                )
                .arg(
                    Arg::new("images")
                        .value_name("FILE")
                        .required(true)
                        .num_args(1..)
                        .value_parser(value_parser!(PathBuf))
                        .help("Archives or OCI layouts of base images"),
                )
                .arg(
                    Arg::new("name")
                        .long("name")
                        .value_name("NAME")
                        .help("Name of the base [default: the archive's tag, else the file's name]"),
                )
                .arg(
                    Arg::new("output")
                        .long("output")
                        .short('o')
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help("File of bases that these are added to [default: standard output]"),
                )
                .arg(
                    Arg::new("timeout")
                        .long("timeout")
                        .value_name("TIME")
                        .value_parser(values::duration)
                        .default_value("5m")
                        .help("Give up after this time"),
                ),
        )
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let (_, matches) = matches
        .subcommand()
        .ok_or_else(|| Failure::usage("base learn"))?;
    let name = matches.get_one::<String>("name");
    let output = matches.get_one::<PathBuf>("output");
    let known = match output.filter(|path| path.exists()) {
        Some(path) => image_rules::read_bases(path)?,
        None => Vec::new(),
    };
    let mut chains: BTreeMap<String, Chain> = known.into_iter().map(by_id).collect();
    for path in matches.get_many::<PathBuf>("images").into_iter().flatten() {
        let learnt = learn(path, name, matches, environment)?;
        chains.extend(learnt.into_iter().map(by_id));
    }
    let text: String = chains.values().map(base::chain_line).collect();
    let Some(path) = output else {
        return output::print(&text);
    };
    let failed = |error| Failure::new(Exit::Unfinished, format!("{}: {error}", path.display()));
    output::replace(path, |out| out.write_all(text.as_bytes())).map_err(failed)?;
    Ok(Exit::Passed)
}

fn by_id(chain: Chain) -> (String, Chain) {
    (chain.id.clone(), chain)
}

/// Reads an image to its end, so that its layers are what its configuration says, and returns what
/// there is to learn of it: of every image in an archive of several.
fn learn(
    path: &Path,
    name: Option<&String>,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Vec<Chain>, Failure> {
    let shown = path.display().to_string();
    let settings = Settings {
        limits: Limits::default(),
        manner: model::Manner::Own,
        deadline: Deadline::after(value(matches, "timeout").unwrap_or_default()),
        now: environment.now(),
        skip: regex::RegexSet::empty(),
        vulnerabilities: Telling::LeftOut,
        secrets: None,
        hygiene: None,
    };
    let database =
        Database::embedded().map_err(|error| Failure::new(Exit::Unfinished, error.to_string()))?;
    let tools = Tools {
        database: &database,
        origin: &DataOrigin::BuiltIn,
        cache: None,
    };
    let source = Source::Path(path.to_owned());
    let reports = pipeline::scan_images(&shown, &source, &Choice::default(), &tools, &settings);
    let reports = reports.map_err(|error| Failure::of_scan(&shown, error))?;
    let chain = |report: &Report| {
        let image = report.image.as_ref()?;
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let tag = image.tags.first().map(String::as_str).or(stem);
        let name = name.map(String::as_str).or(tag).unwrap_or_default();
        base::learn(&image.config, name)
    };
    Ok(reports.iter().filter_map(chain).collect())
}
