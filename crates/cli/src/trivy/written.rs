//! What becomes of a report: what does not count is taken out, the rest is written, and the exit code
//! says whether anything is left.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use archive::read_at_most;
use model::SEVERITY_SOURCES;
use net::Deadline;
use trivy::{
    Context, Filter, Format, FormatError, Ignored, Late, Report, SEVERITIES, STATUSES, TableMode,
    Unread, Vex,
};

use super::{Asked, Fatal, TEXT_BYTES, VERSION, VEX_BYTES};
use crate::exit::Exit;
use crate::output;
use crate::settings::own_file;

/// The ignore file that is read where none is named.
const IGNORE_FILE: &str = ".trivyignore";

/// How a report is filtered and written.
pub(super) struct Writing<'a> {
    asked: &'a Asked<'a>,
    format: Format,
    filter: Filter,
    vex: Vec<Vex>,
    table: TableMode,
    template: String,
    /// Scanners that ran.
    pub(super) scanners: Vec<String>,
    pkg_types: Vec<String>,
    /// What is scanned, as it was named.
    pub(super) name: String,
    /// The folder that is scanned, if one is.
    pub(super) folder: String,
    codes: [u8; 2],
    /// When it is too late.
    deadline: Deadline,
}

impl<'a> Writing<'a> {
    /// Reads the flags; `scanners` are those that run where none are named.
    pub(super) fn new(asked: &'a Asked<'a>, scanners: Vec<String>) -> Result<Self, Fatal> {
        let given = &asked.given;
        let deadline = Deadline::after(asked.timeout()?);
        let format = format(asked)?;
        // a report that is read may tell what we do not look for
        let named = scanners_of(asked, scanners.is_empty())?;
        let scanners = match (named.is_empty(), format.is_sbom) {
            (false, _) => named,
            // packages alone are told, unless more is asked for
            (true, true) => Vec::new(),
            (true, false) => scanners,
        };
        let pkg_types = asked.enumerated("pkg-types", &["os", "library"])?;
        Ok(Self {
            format,
            filter: filter(asked)?,
            vex: vex(asked, &deadline)?,
            table: table(asked, format)?,
            template: template(asked, format)?,
            scanners,
            pkg_types,
            name: String::new(),
            folder: String::new(),
            codes: [asked.code("exit-on-eol")?, asked.code("exit-code")?],
            deadline,
            asked,
        })
        .inspect(|_| {
            if given.is_on("dependency-tree") && format.name != "table" {
                asked
                    .log
                    .warn("\"--dependency-tree\" can be used only with \"--format table\".");
            }
        })
    }

    /// Whether a scanner was asked for.
    pub(super) fn has(&self, scanner: &str) -> bool {
        self.scanners.iter().any(|it| it == scanner)
    }

    /// Filters and writes a report, and says how the program ends.
    pub(super) fn finish(&self, mut report: Report) -> Result<Exit, Fatal> {
        for document in &self.vex {
            let checked = document.check(&report.artifact_type);
            checked.map_err(|why| Fatal(format!("VEX error: unable to load VEX: {why}")))?;
        }
        self.keep_types(&mut report);
        let is_late = || self.deadline.check().is_err();
        let too_late = |_: Late| too_late(&self.deadline);
        trivy::filter(&mut report, &self.filter, &is_late).map_err(too_late)?;
        for idle in trivy::apply(&mut report, &self.vex, &is_late).map_err(too_late)? {
            self.asked.log.warn(&format!(
                "[vex] A statement fits nothing in the report\tstatement={idle:?}"
            ));
        }
        self.tell_suppressed(&report);
        self.write(&report)?;
        let [on_end, on_findings] = self.codes;
        let is_past_end = report.metadata.os.as_ref().is_some_and(|os| os.is_past_end);
        if on_end != 0 && is_past_end {
            self.asked.log.warn("Detected EOL OS");
            return Ok(Exit::Failed(on_end));
        }
        if on_findings != 0 && report.is_failed() {
            return Ok(Exit::Failed(on_findings));
        }
        Ok(Exit::Passed)
    }

    /// Leaves out packages of kinds that nobody asked for.
    fn keep_types(&self, report: &mut Report) {
        let is_wanted =
            |name: &str| self.pkg_types.is_empty() || self.pkg_types.iter().any(|it| it == name);
        report.results.retain(|found| match found.class.as_str() {
            "os-pkgs" => is_wanted("os"),
            "lang-pkgs" => is_wanted("library"),
            _ => true,
        });
    }

    fn tell_suppressed(&self, report: &Report) {
        let suppressed = report
            .results
            .iter()
            .map(|found| found.modified_findings.len());
        let count: usize = suppressed.sum();
        if count > 0 && self.format.name == "table" && !self.asked.given.is_on("show-suppressed") {
            self.asked.log.info(
                "Some vulnerabilities have been ignored/suppressed. Use the \"--show-suppressed\" flag to display them.",
            );
        }
    }

    /// Logs what the summary of the table does not say.
    fn tell_summary(&self, report: &Report) {
        if self.format.name != "table" || !self.table.summary {
            return;
        }
        let log = self.asked.log;
        if self.scanners.is_empty() {
            log.warn("[report] No enabled scanners found. Summary table will not be displayed.");
        } else if report.results.is_empty() {
            let scanners = self.scanners.join(" ");
            log.warn(&format!(
                "[report] Supported files for scanner(s) not found.\tscanners=[{scanners}]"
            ));
        }
    }

    fn write(&self, report: &Report) -> Result<(), Fatal> {
        let given = &self.asked.given;
        let path = given
            .text("output")
            .filter(|path| path != "-")
            .map(PathBuf::from);
        if path
            .as_ref()
            .is_some_and(|path| path.to_string_lossy().starts_with("plugin="))
        {
            return Err(Fatal(
                "--output plugin=NAME is not supported by seaworthy yet".to_owned(),
            ));
        }
        self.tell_summary(report);
        // scanners that are not named are nobody's wish to leave packages out
        let context = Context {
            version: VERSION,
            now: self.asked.environment.now(),
            variables: self.asked.environment.variables(),
            scanners: &self.scanners,
            severities: &self.filter.severities,
            table: self.table,
            show_suppressed: given.is_on("show-suppressed"),
            list_packages: given.switch("list-all-pkgs").unwrap_or(true),
            dependency_tree: given.is_on("dependency-tree"),
            is_terminal: path.is_none() && io::stdout().is_terminal(),
            template: &self.template,
            folder: &self.folder,
            is_late: &|| self.deadline.check().is_err(),
        };
        // as it is made: a report on 200,000 findings has a gigabyte
        let write = |out: &mut dyn io::Write| {
            let written = trivy::write(self.format, report, &context, out);
            written.map_err(|error| match error {
                FormatError::Io(error) => error,
                FormatError::Late(_) | FormatError::Template(_) => io::Error::other(error),
            })
        };
        let placed = if let Some(path) = &path {
            output::replace(path, write)
        } else {
            let mut out = io::BufWriter::new(io::stdout().lock());
            write(&mut out).and_then(|()| out.flush())
        };
        match &placed {
            Err(error) if let Some(why) = of_format(error) => Err(match why {
                FormatError::Late(_) => too_late(&self.deadline),
                FormatError::Io(_) | FormatError::Template(_) => {
                    Fatal(format!("report error: {why}"))
                }
            }),
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(Fatal(format!("unable to write results: {error}")))
            }
            _ => Ok(()),
        }
    }
}

/// Returns why a report could not be written, if that is not for want of a place.
fn of_format(error: &io::Error) -> Option<&FormatError> {
    error.get_ref()?.downcast_ref()
}

fn format(asked: &Asked<'_>) -> Result<Format, Fatal> {
    let name = asked
        .given
        .text("format")
        .unwrap_or_else(|| "table".to_owned());
    let mut formats = trivy::formats();
    // an older way to ask for it, which templates of others still name
    let template = asked.given.text("template").unwrap_or_default();
    let name = match name.as_str() {
        "template" if template.ends_with("sarif.tpl") => "sarif",
        name => name,
    };
    formats.find(|format| format.name == name).ok_or_else(|| {
        let known: Vec<String> = trivy::formats()
            .map(|it| format!("{:?}", it.name))
            .collect();
        Fatal(format!(
            "invalid argument {name:?} for \"--format\" flag: must be one of [{}]",
            known.join(" ")
        ))
    })
}

/// Returns the scanners that are named, by the names that they have today; those that are not there yet only where
/// nothing is scanned.
fn scanners_of(asked: &Asked<'_>, is_read: bool) -> Result<Vec<String>, Fatal> {
    let mut scanners: Vec<String> = Vec::new();
    let named = asked.given.list("scanners");
    for name in named.iter().map(String::as_str) {
        let today = match name {
            "vuln" | "vulnerability" => "vuln",
            "misconfig" | "misconf" | "misconfiguration" | "config" => "misconfig",
            "secret" | "license" => name,
            _ => {
                return Err(Fatal(format!(
                    "invalid argument \"[{}]\" for \"--scanners\" flag: must be one of [\"vuln\" \"misconfig\" \"secret\" \"license\"]",
                    named.join(" ")
                )));
            }
        };
        if !is_read && ["misconfig", "license"].contains(&today) {
            let why = format!("scanner {name:?} is not supported by seaworthy yet (--scanners)");
            return Err(Fatal(why));
        }
        if name == "config" {
            asked
                .log
                .warn("'--scanners config' is deprecated. Use '--scanners misconfig' instead.");
        }
        if !scanners.iter().any(|it| it == today) {
            scanners.push(today.to_owned());
        }
    }
    Ok(scanners)
}

fn filter(asked: &Asked<'_>) -> Result<Filter, Fatal> {
    let given = &asked.given;
    let mut ignored_statuses = asked.enumerated("ignore-status", &STATUSES)?;
    if given.is_on("ignore-unfixed") {
        if ignored_statuses.is_empty() {
            let unfixed = STATUSES.iter().filter(|status| **status != "fixed");
            ignored_statuses = unfixed.map(|status| (*status).to_owned()).collect();
        } else {
            asked
                .log
                .warn("'--ignore-unfixed' is ignored because '--ignore-status' is specified");
        }
    }
    let sources = [&SEVERITY_SOURCES[..], &["auto"]].concat();
    Ok(Filter {
        severities: asked.enumerated("severity", &SEVERITIES)?,
        ignored_statuses,
        ignored: ignored(asked)?,
        severity_sources: asked.enumerated("vuln-severity-source", &sources)?,
    })
}

fn ignored(asked: &Asked<'_>) -> Result<Ignored, Fatal> {
    let named = asked.given.text("ignorefile");
    let named = named.filter(|_| asked.given.is_used("ignorefile", IGNORE_FILE));
    let path = PathBuf::from(named.as_deref().unwrap_or(IGNORE_FILE));
    if named.is_none() && !own_file::is_there(&path) {
        return Ok(Ignored::default());
    }
    let name = path.display().to_string();
    let failed = |why: String| Fatal(format!("ignore file {name}: {why}"));
    let file = own_file::open(&path).map_err(|error| failed(error.to_string()))?;
    if named.is_none()
        && let Ok(Some(owner)) = own_file::stranger(&path, &file)
    {
        let why =
            format!("it belongs to somebody else (user id {owner}); name it with --ignorefile");
        return Err(failed(why));
    }
    let bytes = read_at_most(file, TEXT_BYTES).map_err(|error| failed(error.to_string()))?;
    let today = asked.environment.today();
    if [".yaml", ".yml"]
        .iter()
        .any(|ending| name.ends_with(ending))
    {
        return Ignored::read_yaml(&name, &bytes, asked.environment.now())
            .map_err(|why| failed(why.to_string()));
    }
    let (ignored, bad) = Ignored::read_lines(&name, &String::from_utf8_lossy(&bytes), today);
    for line in bad {
        asked.log.warn(&format!(
            "Error while parsing expiration date in .trivyignore file\tline={line:?}"
        ));
    }
    Ok(ignored)
}

/// Says that the time is over.
fn too_late(deadline: &Deadline) -> Fatal {
    let why = deadline.error();
    Fatal(format!("context deadline exceeded: {why}"))
}

fn vex(asked: &Asked<'_>, deadline: &Deadline) -> Result<Vec<Vex>, Fatal> {
    let is_late = || deadline.check().is_err();
    let read = |name: String| {
        if ["repo", "oci"].contains(&name.as_str()) && !Path::new(&name).exists() {
            return Err(Fatal(format!(
                "--vex {name} is not supported by seaworthy yet: name a file"
            )));
        }
        let failed = |why: String| Fatal(format!("VEX error: {name}: {why}"));
        let bytes = own_file::read(Path::new(&name), VEX_BYTES);
        let bytes = bytes.map_err(|error| failed(error.to_string()))?;
        Vex::read(&name, &bytes, &is_late).map_err(|why| match why {
            Unread::Late(_) => too_late(deadline),
            Unread::Bad(why) => failed(why),
        })
    };
    asked.given.list("vex").into_iter().map(read).collect()
}

fn table(asked: &Asked<'_>, format: Format) -> Result<TableMode, Fatal> {
    let modes = asked.enumerated("table-mode", &["summary", "detailed"])?;
    if asked.given.is_used("table-mode", "summary,detailed") && format.name != "table" {
        let why = "\"--table-mode\" can be used only with \"--format table\"";
        return Err(Fatal(why.to_owned()));
    }
    let has = |name: &str| modes.is_empty() || modes.iter().any(|mode| mode == name);
    Ok(TableMode {
        summary: has("summary"),
        detailed: has("detailed"),
    })
}

fn template(asked: &Asked<'_>, format: Format) -> Result<String, Fatal> {
    let text = asked.given.text("template").unwrap_or_default();
    if format.name != "template" {
        if !text.is_empty() && format.name != "sarif" {
            asked
                .log
                .warn("'--template' is ignored because '--format template' is not specified.");
        }
        return Ok(String::new());
    }
    if text.is_empty() {
        let why = "'--format template' is ignored because '--template' is not specified. Specify '--template' option when you use '--format template'.";
        return Err(Fatal(why.to_owned()));
    }
    let Some(name) = text.strip_prefix('@') else {
        return Ok(text);
    };
    if Path::new(name)
        .extension()
        .is_none_or(|ending| ending != "tpl")
    {
        return Err(Fatal(format!(
            "invalid template path: {name} (must end with .tpl)"
        )));
    }
    let failed = |why: String| {
        Fatal(format!(
            "error retrieving template from path: {name}: {why}"
        ))
    };
    let bytes = own_file::read(Path::new(name), TEXT_BYTES);
    let bytes = bytes.map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}
