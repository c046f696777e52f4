//! The program as Trivy: under that name, or as `seaworthy compat trivy`: its command line, its log, its
//! formats and its way to fail.
//!
//! Source of truth: trivy.md §1. What is scanned and how is ours; [`trivy`] filters and writes.

mod clean;
mod convert;
mod database;
mod details;
mod flags;
mod given;
mod go_duration;
mod lists;
mod log;
mod scan;
mod skips;
mod version;
mod written;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};

use self::flags::Flag;
use self::given::Given;
use self::log::Log;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

/// The version of Trivy whose contract is kept, and whose work it is.
const VERSION: &str = concat!("0.74.0+seaworthy.", env!("CARGO_PKG_VERSION"));

/// How long a command may take where nobody says so, as with Trivy.
const TIMEOUT: Duration = Duration::from_mins(5);

/// Bytes of a report; one on 50,000 findings has some 60 MB.
const REPORT_BYTES: u64 = 128 << 20;
/// Bytes of a document of VEX; that of a whole product has a few MB.
const VEX_BYTES: u64 = 32 << 20;
/// Bytes of a template or an ignore file, as ours may have.
const TEXT_BYTES: u64 = 4 << 20;
/// Bytes of a configuration file, as ours may have.
const CONFIGURATION_BYTES: u64 = 1 << 20;

/// Why a command ends in Trivy's way: a line of its log, and exit code 1.
#[derive(Debug)]
pub(crate) struct Fatal(String);

impl From<String> for Fatal {
    fn from(why: String) -> Self {
        Self(why)
    }
}

impl From<Failure> for Fatal {
    fn from(failure: Failure) -> Self {
        let (message, next) = (failure.message(), failure.next());
        Self(next.map_or_else(
            || message.to_owned(),
            |next| format!("{message} (next: {next})"),
        ))
    }
}

/// A command of Trivy's.
struct Row {
    name: &'static str,
    alias: &'static str,
    about: &'static str,
    target: &'static str,
    flags: &'static [&'static [Flag]],
    run: fn(&Asked<'_>) -> Result<Exit, Fatal>,
}

/// What was asked for.
struct Asked<'a> {
    given: Given<'a>,
    /// What stands behind the command.
    targets: Vec<String>,
    environment: &'a Environment,
    log: Log,
}

static COMMANDS: &[Row] = &[
    Row {
        name: "image",
        alias: "i",
        about: "Scan a container image",
        target: "IMAGE_NAME",
        flags: &[flags::REPORT, flags::END, flags::SCAN, flags::IMAGE],
        run: scan::image,
    },
    Row {
        name: "rootfs",
        alias: "",
        about: "Scan a root file system",
        target: "ROOTDIR",
        flags: &[flags::REPORT, flags::END, flags::SCAN],
        run: scan::folder,
    },
    Row {
        name: "filesystem",
        alias: "fs",
        about: "Scan a folder: packages of an operating system and secrets, no lock files yet",
        target: "PATH",
        flags: &[flags::REPORT, flags::SCAN],
        run: scan::folder,
    },
    Row {
        name: "convert",
        alias: "conv",
        about: "Write a report of Trivy's in another format",
        target: "RESULT_JSON",
        flags: &[flags::REPORT, flags::END],
        run: convert::run,
    },
    Row {
        name: "clean",
        alias: "",
        about: "Remove what is kept between scans",
        target: "",
        flags: &[flags::CLEAN],
        run: clean::run,
    },
    Row {
        name: "version",
        alias: "",
        about: "Print the version",
        target: "",
        flags: &[flags::VERSION],
        run: version::run,
    },
];

/// Commands of Trivy's that are not there.
const MISSING: [&str; 15] = [
    "client",
    "config",
    "conf",
    "k8s",
    "kubernetes",
    "module",
    "plugin",
    "registry",
    "repo",
    "repository",
    "sbom",
    "server",
    "vex",
    "vm",
    "completion",
];

/// Returns the arguments that Trivy would see, if the program is meant to be Trivy.
pub(crate) fn arguments(environment: &Environment) -> Option<Vec<OsString>> {
    let given = environment.arguments();
    let name = given.first().map(Path::new).and_then(Path::file_name);
    if name.is_some_and(|name| name == "trivy") {
        return Some(given.to_vec());
    }
    match given.get(1..3) {
        Some([compat, trivy]) if compat == "compat" && trivy == "trivy" => {
            let rest = given.get(3..).unwrap_or_default().iter().cloned();
            Some(std::iter::once("trivy".into()).chain(rest).collect())
        }
        _ => None,
    }
}

/// Runs the program as Trivy.
pub(crate) fn run(arguments: &[OsString], environment: &Environment) -> Exit {
    let log = Log {
        now: environment.now(),
        is_quiet: false,
    };
    match parsed(arguments) {
        Ok(matches) => run_command(&matches, environment, log).unwrap_or_else(|Fatal(why)| {
            log.fatal(&why);
            Exit::Failed(1)
        }),
        Err(error) if !error.use_stderr() => {
            let _nobody_reads = error.print();
            Exit::Passed
        }
        Err(error) => misused(arguments, &error, log),
    }
}

fn parsed(arguments: &[OsString]) -> Result<ArgMatches, clap::Error> {
    definition().try_get_matches_from(arguments)
}

fn definition() -> Command {
    let root = Command::new("trivy")
        .about("Find what is known to be wrong with images and folders: seaworthy in the place of Trivy")
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .long("version")
                .short('v')
                .help("Print the version")
                .action(clap::ArgAction::SetTrue),
        )
        .args(flags::VERSION.iter().map(|flag| flags::arg(flag, false)))
        .args(flags::GLOBAL.iter().map(|flag| flags::arg(flag, true)));
    COMMANDS.iter().fold(root, |root, row| {
        let target = Arg::new("target").value_name(row.target).num_args(0..);
        let command = Command::new(row.name).about(row.about).args(
            row.flags
                .iter()
                .copied()
                .flatten()
                .map(|flag| flags::arg(flag, false)),
        );
        let command = if row.alias.is_empty() {
            command
        } else {
            command.visible_alias(row.alias)
        };
        root.subcommand(match row.target {
            "" => command,
            _ => command.arg(target),
        })
    })
}

fn run_command(matches: &ArgMatches, environment: &Environment, log: Log) -> Result<Exit, Fatal> {
    let named = matches.subcommand();
    if named.is_some() && matches.contains_id("format") {
        // Trivy hands it on, and whoever wants JSON must not get a table
        let why = "\"--format\" stands behind the command".to_owned();
        return Err(Fatal(why));
    }
    let (name, of_command) = match named {
        _ if matches.get_flag("version") => ("version", matches),
        Some(named) => named,
        None => {
            let _nobody_reads = definition().print_help();
            return Ok(Exit::Passed);
        }
    };
    let row = COMMANDS.iter().find(|row| row.name == name);
    let row = row.ok_or_else(|| format!("unknown command \"{name}\" for \"trivy\""))?;
    let flags = row.flags.iter().copied().flatten().chain(flags::GLOBAL);
    let given = Given::new(of_command, environment, flags.collect())?;
    let targets = of_command.try_get_many::<String>("target").ok().flatten();
    let log = Log {
        is_quiet: given.is_on("quiet"),
        ..log
    };
    let asked = Asked {
        targets: targets.into_iter().flatten().cloned().collect(),
        given,
        environment,
        log,
    };
    (row.run)(&asked)
}

/// Says what is wrong with the command line, and how the command is used.
fn misused(arguments: &[OsString], error: &clap::Error, log: Log) -> Exit {
    use clap::error::{ContextKind, ContextValue};
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    let unknown = context(ContextKind::InvalidArg)
        .split('=')
        .next()
        .unwrap_or_default();
    let name = context(ContextKind::InvalidSubcommand);
    let why = if error.kind() == ErrorKind::UnknownArgument {
        match unknown
            .strip_prefix('-')
            .filter(|rest| !rest.starts_with('-'))
        {
            Some(letter) => format!("unknown shorthand flag: '{letter}' in {unknown}"),
            // a word behind a command that takes none
            None if !unknown.starts_with('-') => {
                format!("unknown command \"{unknown}\" for \"trivy\"")
            }
            None => format!("unknown flag: {unknown}"),
        }
    } else if MISSING.contains(&name) {
        format!("command \"{name}\" is not supported by seaworthy yet")
    } else if error.kind() == ErrorKind::InvalidSubcommand {
        format!("unknown command \"{name}\" for \"trivy\"")
    } else {
        in_one_line(error)
    };
    usage(arguments);
    log.fatal(&why);
    Exit::Failed(1)
}

/// Returns what clap says is wrong, with what it names below: without the usage, which is of our own commands.
fn in_one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    lines.join(" ").trim_start_matches("error: ").to_owned()
}

/// Prints how the command that was meant is used.
fn usage(arguments: &[OsString]) {
    let mut root = definition();
    root.build();
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let meant = words
        .clone()
        .find(|word| root.find_subcommand(word).is_some());
    let text = match meant.and_then(|word| root.find_subcommand_mut(word)) {
        Some(command) => command.render_help(),
        None => root.render_help(),
    };
    // whoever closed the output does not read it
    let _ = crate::output::write_plain(&text.to_string());
}

impl Asked<'_> {
    /// Returns the one target.
    fn target(&self) -> Result<&str, Fatal> {
        match self.targets.as_slice() {
            [one] => Ok(one),
            [] => {
                let arguments = arguments(self.environment);
                usage(&arguments.unwrap_or_default());
                Err(Fatal("Require at least 1 argument".to_owned()))
            }
            _ => Err(Fatal("multiple targets cannot be specified".to_owned())),
        }
    }

    /// Returns the folder in which Trivy keeps what it keeps.
    fn cache(&self) -> PathBuf {
        // an empty one, which would be the current folder, out of which `clean` removes, is none
        if let Some(folder) = self.given.text("cache-dir") {
            return PathBuf::from(folder);
        }
        let own = self.environment.cache_folder();
        let beside = own.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        beside.unwrap_or_else(std::env::temp_dir).join("trivy")
    }

    /// Returns how long all of it may take.
    fn timeout(&self) -> Result<Duration, Fatal> {
        let Some(text) = self.given.text("timeout") else {
            return Ok(TIMEOUT);
        };
        go_duration::read(&text).map_err(|why| {
            Fatal(format!(
                "invalid argument {text:?} for \"--timeout\" flag: {why}"
            ))
        })
    }

    /// Returns a number between 0 and 255 that a flag gives, 0 if nobody gave one.
    fn code(&self, name: &str) -> Result<u8, Fatal> {
        let Some(text) = self.given.value(name) else {
            return Ok(0);
        };
        let code = text.parse().ok();
        code.ok_or_else(|| {
            Fatal(format!(
                "invalid argument {text:?} for \"--{name}\" flag: a number from 0 to 255 is wanted"
            ))
        })
    }

    /// Returns the values of a flag, each of which must be one of some.
    fn enumerated(&self, name: &str, known: &[&str]) -> Result<Vec<String>, Fatal> {
        let values = self.given.list(name);
        if values.iter().all(|value| known.contains(&value.as_str())) {
            return Ok(values);
        }
        let quoted: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
        Err(Fatal(format!(
            "invalid argument \"[{}]\" for \"--{name}\" flag: must be one of [{}]",
            values.join(" "),
            quoted.join(" ")
        )))
    }
}
