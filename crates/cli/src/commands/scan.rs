//! `seaworthy scan`: kubesec's verdict on a file of Kubernetes objects.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use manifest::kubesec::{self, Documents, Report, Scan, Settings};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::kubesec::{failed, flag, misused};
use crate::output;
use crate::schemas;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "scan",
    define,
    run,
};

/// The largest file that is read.
const MAX_BYTES: u64 = 32 << 20;

/// Documents of it: the report of each takes some 10 KB.
const MAX_DOCUMENTS: usize = 20_000;

fn define() -> Command {
    let option = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    Command::new("scan")
        .about("Score Kubernetes objects as kubesec does")
        .long_about(
            "Score the Kubernetes objects of a file as kubesec does: same rules, points, output and exit \
             codes (2 if any object has no positive score). What kubesec does not see in a file is told \
             on standard error.",
        )
        .after_help(
            "Examples:\n  seaworthy scan deployment.yaml\n  helm template ./chart | seaworthy scan -",
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .num_args(0..)
                .value_parser(value_parser!(PathBuf))
                .help("The file, `-` for standard input; only the first one is read"),
        )
        .arg(
            option("format", "json, table or template")
                .short('f')
                .value_name("FORMAT")
                .default_value("json"),
        )
        .arg(
            option("template", "A Go template, or a file that has one, for `-f template`")
                .short('t')
                .value_name("TEMPLATE"),
        )
        .arg(
            option("output", "Write the report to this file, too")
                .short('o')
                .value_name("FILE"),
        )
        .arg(
            option("exit-code", "Exit code if any object has no positive score")
                .value_name("CODE")
                .default_value("2")
                .value_parser(value_parser!(u8)),
        )
        .arg(
            option("rules", "Ask these rules only; `print-rules` lists them")
                .short('r')
                .value_name("ID")
                .action(ArgAction::Append)
                .value_delimiter(','),
        )
        .arg(flag("absolute-path", "Say the whole path of the file"))
        .arg(flag(
            "strict-documents",
            "Judge every document that Kubernetes sees, and the items of lists",
        ))
        .args(schemas::args())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let Some(path) = matches.get_one::<PathBuf>("file") else {
        let help = define().render_long_help().to_string();
        return misused("file path is required", &help);
    };
    match judged(path, matches, environment) {
        Err(why) => failed(&why),
        Ok((text, scan)) => {
            if let Some(path) = matches.get_one::<String>("output") {
                fs::write(path, &text).unwrap_or_else(|error| {
                    output::warn(&format!("note: {path}: {error}\n"));
                });
            }
            output::write_plain(&format!("{text}\n"))?;
            tell(&scan);
            let is_good = scan.reports.iter().all(|report| report.score > 0);
            let code = matches.get_one::<u8>("exit-code").copied().unwrap_or(2);
            Ok(if is_good {
                Exit::Passed
            } else {
                Exit::Failed(code)
            })
        }
    }
}

/// Says what was not judged.
fn tell(scan: &Scan) {
    for lost in &scan.lost {
        output::warn(&format!("note: {}: {}\n", lost.place, lost.why));
    }
    if !scan.lost.is_empty() {
        output::warn("note: --strict-documents judges all that Kubernetes sees\n");
    }
}

/// Returns the text of the report, and the verdict.
fn judged(
    path: &Path,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<(String, Scan), String> {
    let bytes = read(path)?;
    let ids: Vec<&str> = matches
        .get_many::<String>("rules")
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    let rules = kubesec::selected(&ids)
        .map_err(|unknown| format!("invalid rule IDs requested: {}", unknown.join(", ")))?;
    let is_set = |name: &str| matches.get_one::<bool>(name) == Some(&true);
    let settings = Settings {
        file_name: &file_name(path, is_set("absolute-path")),
        rules: &rules,
        schemas: &schemas::chosen(matches, environment)?,
        documents: if is_set("strict-documents") {
            Documents::All
        } else {
            Documents::AsKubesec
        },
        limits: yaml::Limits {
            documents: MAX_DOCUMENTS,
            ..yaml::Limits::default()
        },
    };
    // the program ends soon: to give back a million small pieces takes a fifth of its time
    let read: &yaml::Documents = Box::leak(Box::new(yaml::read(&bytes, &settings.limits)));
    let scan =
        kubesec::scan_documents(&bytes, read, &settings).map_err(|error| error.to_string())?;
    let text = written(&scan.reports, matches, environment)?;
    Ok((text, scan))
}

/// Writes the reports in the format that was asked for.
fn written(
    reports: &[Report],
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<String, String> {
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => Ok(kubesec::to_json(&reports)),
        Some("table") => Ok(kubesec::table(&shown(reports))),
        Some("template") => {
            let given = matches
                .get_one::<String>("template")
                .ok_or("template is unset, please specify with --template")?;
            let template = match File::open(given) {
                Ok(file) => text(file).map_err(|error| format!("read {given}: {error}"))?,
                Err(_no_file) => given.clone(),
            };
            kubesec::fill(&template, &shown(reports), &environment.now().to_string())
        }
        _ => Err("unrecognized format specified".to_owned()),
    }
}

/// Makes what others wrote safe to show; JSON has escapes of its own.
fn shown(reports: &[Report]) -> Vec<Report> {
    let safe = |text: &str| report::safe(text).into_owned();
    // a line feed is kubesec's own at the end only
    let line = |text: &str| match text.strip_suffix('\n') {
        Some(line) => safe(line) + "\n",
        None => safe(text),
    };
    let shown = |report: &Report| Report {
        object: safe(&report.object),
        file_name: safe(&report.file_name),
        message: line(&report.message),
        ..report.clone()
    };
    reports.iter().map(shown).collect()
}

fn text(file: File) -> io::Result<String> {
    let bytes = archive::read_at_most(file, MAX_BYTES)?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn is_stdin(path: &Path) -> bool {
    path == Path::new("-") || path == Path::new("/dev/stdin")
}

fn file_name(path: &Path, is_absolute: bool) -> String {
    if is_stdin(path) {
        return "STDIN".to_owned();
    }
    if is_absolute {
        return absolute(path).display().to_string();
    }
    path.display().to_string()
}

/// Returns the whole path, without `.` and `..`, by its words alone.
fn absolute(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut clean = PathBuf::new();
    for part in whole.components() {
        if part == std::path::Component::ParentDir {
            clean.pop();
        } else {
            clean.push(part);
        }
    }
    clean
}

/// Reads the file; what goes wrong is said in the words of kubesec.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    if is_stdin(path) {
        return bounded(io::stdin().lock(), "stdin");
    }
    let path = absolute(path);
    let name = path.display();
    let file = File::open(&path).map_err(|error| format!("open {name}: {}", reason(&error)))?;
    bounded(file, &name.to_string())
}

fn bounded(source: impl Read, name: &str) -> Result<Vec<u8>, String> {
    archive::read_at_most(source, MAX_BYTES)
        .map_err(|error| format!("read {name}: {}", reason(&error)))
}

/// Returns the system's words, as Go writes them: `no such file or directory`.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or_default();
    words.to_lowercase()
}
