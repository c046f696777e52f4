//! `seaworthy lint`: what Dockle, or dive, says about an image, with their codes, forms and ways to end.

mod dive;
mod options;
mod place;

use std::path::Path;
use std::time::Duration;

use archive::read_at_most;
use clap::{ArgMatches, Command};
use hygiene::dockle::{self, Entry, Files, Level, Subject, forms};
use model::{EntryKind, Gap, GapKind, ImageConfig, Limits};
use pipeline::{Choice, Deadline, PlatformChoice, Redactor, Seen, Settings};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::scan::{flag, list_of, value};
use crate::settings::{Environment, own_file};

pub(crate) use options::spelled_out;

pub(crate) const ROW: Row = Row {
    name: "lint",
    define,
    run,
};

/// Bytes of an account file.
const ACCOUNT_BYTES: u64 = 4 << 20;
/// Bytes of a list in the working folder.
const LIST_BYTES: u64 = 1 << 20;

fn define() -> Command {
    Command::new("lint")
        .about("List what Dockle or dive says about an image")
        .long_about(
            "List what Dockle says about an image: same codes, levels, texts and exit codes; with \
             --dive what dive says about its layers. Both are followed where they are wrong.",
        )
        .after_help(examples("seaworthy lint"))
        .args(options::args())
}

/// Returns examples of the command under a name.
fn examples(name: &str) -> String {
    let lines = [
        "registry.example/shop/api:1.4",
        "--input app.tar",
        "--input app.tar -f json --exit-code 1 --exit-level fatal",
        "--input app.tar -i CIS-DI-0006 --accept-key GPG_KEY",
        "--dive --ci --input app.tar",
    ];
    let lines = lines.map(|line| format!("  {name} {line}"));
    format!("Examples:\n{}", lines.join("\n"))
}

/// Returns the command as it is shown to who calls the program by the name of Dockle.
pub(crate) fn as_dockle(lint: Command) -> Command {
    lint.override_usage("dockle [OPTIONS] [IMAGE]")
        .after_help(examples("dockle"))
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    // every failure of theirs is 1
    let as_theirs = |failure: Failure| failure.ending(Exit::Failed(1));
    if flag(matches, "dive") {
        return dive::run(matches, environment).map_err(as_theirs);
    }
    dockle(matches, environment).map_err(as_theirs)
}

fn dockle(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let options = options::read(matches, environment)?;
    let (config, files) = read_files(matches, environment)?;
    let shown = Redactor::default().config(config.clone());
    let subject = Subject {
        config: &config,
        shown: &shown,
        files: &files,
        name: None,
    };
    let verdict = dockle::judge(&subject, &options);
    let failed = |error: serde_json::Error| Failure::new(Exit::Unfinished, error.to_string());
    let text = match matches
        .get_one::<String>("format")
        .map_or("list", String::as_str)
    {
        "json" => forms::to_json(&verdict).map_err(failed)?,
        "sarif" => forms::to_sarif(&verdict).map_err(failed)?,
        // as Dockle, which takes any other word for the list
        _ => {
            let lines = forms::to_list(&verdict, flag(matches, "debug"));
            let safe: Vec<_> = lines.split('\n').map(safe_line).collect();
            safe.join("\n")
        }
    };
    write(matches, &text)?;
    let level = matches.get_one::<String>("exit-level");
    let level = level.map_or(Level::Warn, |word| Level::of_option(word));
    Ok(match value(matches, "exit-code") {
        Some(code @ 1..) if verdict.reaches(level) => Exit::Failed(code),
        _ => Exit::Passed,
    })
}

/// The tabs at the start of a line are the list's own.
fn safe_line(line: &str) -> String {
    let text = line.trim_start_matches('\t');
    let tabs = line.strip_suffix(text).unwrap_or_default();
    let parts: Vec<_> = text.split('\t').map(report::safe).collect();
    format!("{tabs}{}", parts.join("\t"))
}

fn write(matches: &ArgMatches, text: &str) -> Result<(), Failure> {
    let Some(path) = matches.get_one::<String>("output") else {
        return output::write_plain(text).map(drop);
    };
    let failed = |error| Failure::new(Exit::Unfinished, format!("{path}: {error}"));
    output::replace(Path::new(path), |out| out.write_all(text.as_bytes())).map_err(failed)
}

fn read_files(
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<(ImageConfig, Files), Failure> {
    let limits = Limits::default();
    let mut files = Files::default();
    let config = visit(matches, environment, &mut |seen| {
        match seen {
            Seen::Layer => files.begin_layer(),
            Seen::Member(member, content) => {
                let entry = Entry {
                    kind: member.kind.into(),
                    mode: member.mode,
                };
                files.add(&member.path, entry, &limits);
                if entry.kind == EntryKind::File && dockle::is_account_file(&member.path) {
                    let content = read_at_most(content, ACCOUNT_BYTES)?;
                    files.add_content(&member.path, content);
                }
            }
            Seen::End => files.end_layer(),
        }
        Ok(())
    })?;
    tell(files.gap());
    Ok((config, files))
}

/// Says what was not looked at.
fn tell(gap: Option<Gap>) {
    if let Some(gap) = gap {
        output::warn(&format!("note: {}; may hide: {}\n", gap.why, gap.hides));
    }
}

/// Shows the members of the image's layers, and returns its configuration.
fn visit(
    matches: &ArgMatches,
    environment: &Environment,
    see: &mut dyn FnMut(Seen<'_>) -> std::io::Result<()>,
) -> Result<ImageConfig, Failure> {
    let timeout = value(matches, "timeout").unwrap_or(Duration::from_secs(90));
    let settings = Settings {
        limits: Limits::default(),
        manner: model::Manner::Own,
        deadline: Deadline::after(timeout),
        now: environment.now(),
        skip: regex::RegexSet::empty(),
        secrets: None,
        hygiene: None,
        vulnerabilities: pipeline::Telling::Told,
    };
    let (source, reference) = place::find(matches, environment, &settings)?;
    let what = ["input", "image"].map(|name| matches.get_one::<String>(name));
    let what = what.into_iter().flatten().next().map_or("", String::as_str);
    let choice = Choice {
        reference,
        platform: PlatformChoice::Default,
    };
    let plan = pipeline::visit_members(&source, &choice, &settings, see)
        .map_err(|error| Failure::of_scan(what, error))?;
    let failed = |why: &str| Failure::new(Exit::Unfinished, format!("{what}: {why}"));
    let plan = plan.ok_or_else(|| failed("there is no image in it"))?;
    // a verdict that lacks part of the configuration would be a wrong one
    match plan.gaps.iter().find(|gap| gap.kind == GapKind::Limited) {
        Some(gap) => Err(failed(&gap.why)),
        None => Ok(plan.config),
    }
}

/// Returns the text of a file of the working folder; none if it is not there.
fn text_of(environment: &Environment, name: &str) -> Result<Option<String>, Failure> {
    let path = environment.folder().map(|folder| folder.join(name));
    let Some(path) = path.filter(|path| own_file::is_there(path)) else {
        return Ok(None);
    };
    let failed = |why: &str| Failure::usage(format!("{name}: {why}"));
    let unread = |error: std::io::Error| failed(&error.to_string());
    let file = own_file::open(&path).map_err(unread)?;
    if let Some(owner) = own_file::stranger(&path, &file).map_err(unread)? {
        let why = format!("it belongs to somebody else (user id {owner})");
        return Err(failed(&why).with("next", "remove it, or work in another folder"));
    }
    let bytes = read_at_most(file, LIST_BYTES).map_err(unread)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}
