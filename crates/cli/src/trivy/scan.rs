//! `image`, `rootfs` and `fs`: our scan, with what Trivy's flags ask for.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use clap::ArgMatches;
use model::{ImageName, PackageFormat, Report};
use net::Secret;
use regex::RegexSet;
use trivy::report::Writer;

use super::flags::SECRET_CONFIG;
use super::written::Writing;
use super::{Asked, Fatal, VERSION, clean, database, details, in_one_line, skips};
use crate::exit::Exit;
use crate::scan::{Scan, skipped as skipped_of};
use crate::settings::{self, Environment, own_file};
use crate::{commands, databases, scanned};

/// Where Trivy looks for images where nobody says so; we look in those of them that there are.
const IMAGE_SOURCES: [&str; 4] = ["docker", "containerd", "podman", "remote"];

/// Scanners that run where none are named.
const SCANNERS: [&str; 2] = ["vuln", "secret"];

pub(super) fn image(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let mut arguments = Vec::new();
    let input = asked.given.text("input");
    let layout = input.as_deref().and_then(of_layout);
    match (&layout, &input) {
        (Some((folder, _)), _) => arguments.push(format!("--input={folder}")),
        (None, Some(path)) => arguments.push(format!("--input={path}")),
        (None, None) => {}
    }
    for name in ["platform", "username"] {
        if let Some(value) = asked.given.text(name) {
            arguments.push(format!("--{name}={value}"));
        }
    }
    let sources = asked.given.list("image-src");
    if sources != IMAGE_SOURCES {
        let sources = sources.iter();
        arguments.extend(sources.map(|source| format!("--image-src={source}")));
    }
    let password = asked.given.text("password");
    if password.is_some() || asked.given.is_on("password-stdin") {
        arguments.push("--password-stdin".to_owned());
    }
    let name = match &input {
        // what stands behind the command beside an archive means nothing
        Some(path) => path.clone(),
        None => asked.target()?.to_owned(),
    };
    if input.is_none() {
        let image = name.parse::<ImageName>().ok();
        if let Some(image) = image.filter(|_| asked.given.is_on("insecure")) {
            arguments.push(format!("--insecure={}", image.registry()));
        }
        let certificates = asked.given.text("cacert");
        arguments.extend(certificates.map(|path| format!("--cacert={path}")));
        arguments.extend(["--".to_owned(), name.clone()]);
    }
    if let Some((_, reference)) = layout {
        arguments.extend(["--".to_owned(), reference.to_owned()]);
    }
    // never on a command line, which others may read
    let environment = match password {
        Some(password) => &asked
            .environment
            .clone()
            .with_password(Secret::new(password)),
        None => asked.environment,
    };
    scan((asked, environment), "image", &name, arguments)
}

/// Returns the folder of a layout and which of its images is meant: `DIR@sha256:…`, `DIR:tag`. Trivy cuts a path
/// even where there is a file of that name.
fn of_layout(input: &str) -> Option<(&str, &str)> {
    if Path::new(input).exists() {
        return None;
    }
    let cut = input.split_once('@').or_else(|| input.split_once(':'));
    cut.filter(|(folder, _)| Path::new(folder).is_dir())
}

pub(super) fn folder(asked: &Asked<'_>) -> Result<Exit, Fatal> {
    let target = asked.target()?.to_owned();
    if !Path::new(&target).is_dir() {
        return Err(Fatal(format!("{target}: it is no folder")));
    }
    let arguments = vec!["--".to_owned(), target.clone()];
    scan((asked, asked.environment), "rootfs", &target, arguments)
}

fn scan(
    (asked, environment): (&Asked<'_>, &Environment),
    command: &str,
    name: &str,
    own: Vec<String>,
) -> Result<Exit, Fatal> {
    let mut writing = Writing::new(asked, SCANNERS.map(ToOwned::to_owned).into())?;
    name.clone_into(&mut writing.name);
    if command == "rootfs" {
        let whole = std::path::absolute(name).unwrap_or_default();
        writing.folder = whole.display().to_string();
    }
    let arguments = arguments(asked, command, &writing, own)?;
    let definition = commands::definition();
    let matches = definition.try_get_matches_from(arguments);
    let matches = matches.map_err(|error| Fatal(in_one_line(&error)))?;
    tell_scanners(asked, &writing);
    let report = report((asked, environment), &matches, &writing)?;
    writing.finish(report)
}

/// Returns the command line of ours that does what was asked for.
fn arguments(
    asked: &Asked<'_>,
    command: &str,
    writing: &Writing<'_>,
    own: Vec<String>,
) -> Result<Vec<OsString>, Fatal> {
    let cache = asked.cache();
    let mut arguments: Vec<OsString> = vec!["seaworthy".into(), command.into()];
    let mut add = |text: String| arguments.push(text.into());
    add("--quiet".to_owned());
    add("--compat=trivy".to_owned());
    add(format!(
        "--cache-dir={}",
        cache.join(clean::SCANS).display()
    ));
    let scanners = if writing.scanners.is_empty() {
        // packages are told whatever is looked for
        "vuln".to_owned()
    } else {
        writing.scanners.join(",")
    };
    add(format!("--scanners={scanners}"));
    // whole seconds are what ours takes
    let seconds = asked.timeout()?.as_millis().div_ceil(1000);
    add(format!("--timeout={seconds}s"));
    for text in data(asked, &cache)? {
        add(text);
    }
    arguments.extend(own.into_iter().map(OsString::from));
    Ok(arguments)
}

/// Returns what is not looked at.
fn skipped(asked: &Asked<'_>, writing: &Writing<'_>) -> Result<RegexSet, Fatal> {
    let values = |name: &str| -> Vec<String> {
        let values = asked.given.list(name).into_iter();
        if writing.folder.is_empty() {
            return values.collect();
        }
        let folder = Path::new(&writing.folder);
        values.map(|value| skips::below(folder, &value)).collect()
    };
    Ok(skipped_of(&values("skip-dirs"), &values("skip-files"))?)
}

/// Returns the options that say which data is used: what is configured for all commands, else what Trivy's cache
/// holds. With a key that is unsigned, and not used.
fn data(asked: &Asked<'_>, cache: &Path) -> Result<Vec<String>, Fatal> {
    let environment = asked.environment;
    let configured = |name: &str| settings::configured(name, environment);
    let keys = configured("db-key")?;
    let mut options: Vec<String> = keys.iter().map(|key| format!("--db-key={key}")).collect();
    if let Some(path) = configured("db")?.pop() {
        options.push(format!("--db={path}"));
        return Ok(options);
    }
    let folder = cache.join("db");
    let of_trivy = if keys.is_empty() {
        database::of_trivy(cache, environment)?
    } else {
        if folder.join("trivy.db").exists() {
            asked.log.warn(&format!(
                "[db] Trivy's database is not signed and a key is configured, so it is not used\tpath={:?}",
                folder.display().to_string()
            ));
        }
        None
    };
    let path = of_trivy.or_else(|| databases::installed(environment, !keys.is_empty()));
    if path.is_none() && keys.is_empty() {
        asked.log.warn(&format!(
            "[db] There is no database of Trivy's in the cache, so the one that is built in is used: it has no titles\tpath={:?}",
            folder.display().to_string()
        ));
    }
    options.extend(path.map(|path| format!("--db={}", path.display())));
    Ok(options)
}

fn tell_scanners(asked: &Asked<'_>, writing: &Writing<'_>) {
    for (name, text) in [
        ("vuln", "[vuln] Vulnerability scanning is enabled"),
        ("secret", "[secret] Secret scanning is enabled"),
    ] {
        if writing.scanners.iter().any(|scanner| scanner == name) {
            asked.log.info(text);
        }
    }
}

/// Scans, and returns the report as Trivy would tell it.
fn report(
    (asked, environment): (&Asked<'_>, &Environment),
    matches: &ArgMatches,
    writing: &Writing<'_>,
) -> Result<trivy::Report, Fatal> {
    let (name, matches) = matches
        .subcommand()
        .ok_or_else(|| "no command".to_owned())?;
    let scan = Scan::new(matches, environment, Vec::new())?;
    let scan = scan.skipping(skipped(asked, writing)?);
    let mut reports = match name {
        "image" => commands::scan_image(&scan, matches, environment)?,
        _ => commands::scan_rootfs(&scan, matches)?,
    };
    let mut report = reports
        .pop()
        .ok_or_else(|| "nothing was scanned".to_owned())?;
    scan.describe(&mut report);
    if !writing.has("vuln") {
        // whoever lists packages alone did not ask what is wrong with them
        report.findings.clear();
    }
    writing.name.clone_into(&mut report.target.name);
    // Trivy looks at an image's configuration only where --image-config-scanners asks for it
    if let Some(leaks) = &mut report.leaks {
        leaks.retain(|leak| leak.place.path().is_some());
    }
    let mut told = trivy::Report::read(&scanned::json(&report)?)?;
    told.trivy = Some(Writer {
        version: VERSION.to_owned(),
    });
    tell_packages(asked, (&report, &told), writing.has("vuln"));
    details::mark(&mut told, &report);
    if scan.knows_details() {
        let sources = asked.given.list("vuln-severity-source");
        let is_auto = sources.is_empty() || sources.iter().any(|it| it == "auto");
        details::leave_out(&mut told, &report.findings, (is_auto, asked.log));
    }
    tell_rest(asked, &report, writing);
    Ok(told)
}

/// Logs what Trivy logs of the packages that it found.
fn tell_packages(asked: &Asked<'_>, (report, told): (&Report, &trivy::Report), vuln: bool) {
    let log = asked.log;
    if let Some(os) = &report.os {
        let (family, version) = (os.family.name(), &os.version);
        log.info(&format!(
            "Detected OS\tfamily={family:?} version={version:?}"
        ));
        // of what Trivy has no advisories on it tells no packages
        let mut found = told.results.iter();
        match found.find(|found| found.class == "os-pkgs") {
            _ if !vuln => {}
            None => log.warn(&format!("Unsupported os\tfamily={family:?}")),
            Some(found) => {
                let count = found.packages.len();
                log.info(&format!(
                    "[{family}] Detecting vulnerabilities...\tos_version={version:?} pkg_num={count}"
                ));
            }
        }
    } else {
        log.warn("OS is not detected.");
    }
    let languages = report.packages.iter();
    let languages = languages.filter(|it| matches!(it.format, PackageFormat::Language(_)));
    let files: BTreeSet<&str> = languages.map(|it| it.path.as_str()).collect();
    log.info(&format!(
        "Number of language-specific files\tnum={}",
        files.len()
    ));
}

/// Logs what else Trivy logs, which data was used, and what could not be looked at.
fn tell_rest(asked: &Asked<'_>, report: &Report, writing: &Writing<'_>) {
    let log = asked.log;
    if let Some(os) = &report.os
        && report.eol.as_ref().is_some_and(|eol| eol.is_past)
    {
        let (family, version) = (os.family.name(), &os.version);
        log.warn(&format!("This OS version is no longer supported by the distribution\tfamily={family:?} version={version:?}"));
        log.warn("The vulnerability detection may be insufficient because security updates are not provided");
    }
    if writing.has("vuln") {
        log.info(&format!(
            "[db] Data of advisories\torigin={:?}",
            report::origin(&report.origin)
        ));
    }
    if writing.has("secret") && own_file::is_there(Path::new(SECRET_CONFIG)) {
        // who looks where Trivy looks and finds other rules must hear that they are not kept
        log.warn(&format!(
            "[secret] The configuration of secrets is not supported by seaworthy yet and changes nothing\tpath={SECRET_CONFIG:?}"
        ));
    }
    for gap in &report.gaps {
        let said = format!(
            "[gap] {}\tplace={:?} hides={:?}",
            gap.why, gap.place, gap.hides
        );
        log.warn(&said.replace('\n', " "));
    }
}
