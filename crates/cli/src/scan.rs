//! What `image` and `rootfs` share: the scan itself, filters, outputs, and the exit code.

mod options;

use std::io::Write as _;
use std::time::Duration;

use clap::ArgMatches;
use model::{Report, Status};
use pipeline::{Cache, Deadline, ScanError, Settings, Tools};
use policy::ignore::Ignored;
use policy::{Facts, Filter, Filtered, Unfixed};
use report::{Answer, Answers, Color, Detail, Output, PackageList, Show, View};

use crate::baseline::{Baseline, LeftOut};
use crate::databases::{self, Opened};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{Destination, say};
use crate::progress::Progress;
use crate::settings::{self, Environment};
use crate::values::in_words;
use crate::{image_rules, scanners, secrets, verdict};

pub(crate) use options::args;
pub(crate) use options::{flag, list, list_of, skipped, switch, value};
use options::{limits, manner, skip};

/// One scan, as it was asked for.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    matches: &'a ArgMatches,
    environment: &'a Environment,
    database: Opened,
    cache: Option<Cache>,
    settings: Settings,
    /// What does not count.
    ignored: Vec<Ignored>,
}

impl<'a> Scan<'a> {
    /// Reads the options and opens what they name; `ignored` does not count. Where a policy says what
    /// counts, no ignore file does.
    pub(crate) fn new(
        matches: &'a ArgMatches,
        environment: &'a Environment,
        ignored: Vec<Ignored>,
    ) -> Result<Self, Failure> {
        let timeout = value(matches, "timeout").unwrap_or(Duration::from_mins(5));
        let limits = limits(value(matches, "memory"));
        let folder = settings::cache_folder(matches, environment);
        Ok(Self {
            matches,
            environment,
            database: databases::open(matches, environment)?,
            cache: folder.map(|folder| Cache::new(folder, &limits)),
            ignored,
            settings: Settings {
                limits,
                manner: manner(matches),
                deadline: Deadline::after(timeout),
                now: environment.now(),
                skip: skip(matches)?,
                vulnerabilities: scanners::vulnerabilities(matches),
                secrets: secrets::secrets(matches)?,
                hygiene: image_rules::hygiene(matches)?,
            },
        })
    }

    /// Leaves out these paths instead of those that the options name.
    pub(crate) fn skipping(mut self, skip: regex::RegexSet) -> Self {
        self.settings.skip = skip;
        self
    }

    /// Returns how it scans.
    pub(crate) const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Scans, and holds the data against --db-max-age.
    pub(crate) fn run(
        &self,
        what: &str,
        scan: impl FnOnce(&Tools<'_>, &Settings) -> Result<Vec<Report>, ScanError>,
    ) -> Result<Vec<Report>, Failure> {
        let reports = self.try_run(what, scan);
        let reports = reports.map_err(|error| Failure::of_scan(what, error))?;
        for report in &reports {
            self.check_age(report)?;
        }
        Ok(reports)
    }

    /// Scans.
    pub(crate) fn try_run(
        &self,
        what: &str,
        scan: impl FnOnce(&Tools<'_>, &Settings) -> Result<Vec<Report>, ScanError>,
    ) -> Result<Vec<Report>, ScanError> {
        self.debug(&format!("database: {}", self.database.place));
        match &self.cache {
            Some(cache) => self.debug(&format!("cache: {}", cache.folder().display())),
            None => self.debug("cache: none, since no home folder is known"),
        }
        let is_quiet = flag(self.matches, "quiet") || flag(self.matches, "no-progress");
        let progress = Progress::start(!is_quiet, what);
        let tools = Tools {
            database: &self.database.database,
            origin: &self.database.origin,
            cache: self.cache.as_ref(),
        };
        let reports = scan(&tools, &self.settings)?;
        drop(progress);
        if let Some(cache) = &self.cache {
            cache.trim();
        }
        Ok(reports)
    }

    /// Filters, writes and judges.
    pub(crate) fn finish(&self, reports: Vec<Report>, is_list: bool) -> Result<Exit, Failure> {
        let filter = self.filter();
        let baseline = Baseline::read(self.matches, self.environment)?;
        let format: Output = self
            .matches
            .get_one::<String>("format")
            .map_or("table", String::as_str)
            .parse()
            .map_err(|error: report::UnknownOutput| Failure::usage(error.to_string()))?;
        let filtered: Vec<_> = reports
            .into_iter()
            .map(|mut report| {
                let today = self.environment.today();
                policy::ignore::waive_findings(
                    &mut report,
                    &self.ignored,
                    report::package_url,
                    today,
                );
                let Filtered { mut report, hidden } = policy::filter(report, &filter);
                self.describe(&mut report);
                let view = View {
                    hidden,
                    ..self.view()
                };
                (report, view)
            })
            .collect();
        let mut destinations: Vec<Destination> = list_of(self.matches, "output");
        if destinations.is_empty() {
            destinations.push(Destination::default());
        }
        for destination in destinations {
            let answers = filtered.iter();
            let answers = answers.map(|(report, view)| (Answer::Image(report), *view));
            let each = &destination.dress(answers);
            destination.write(format, &Answers { each, is_list })?;
        }
        Ok(self.exit(&filtered, baseline.as_ref()))
    }

    /// Whether the database is one of Trivy's, which has a record of every flaw that it can say more of.
    pub(crate) fn knows_details(&self) -> bool {
        self.database.database.knows_sources()
    }

    /// Adds to findings what the database tells of them.
    pub(crate) fn describe(&self, report: &mut Report) {
        pipeline::describe(report, &self.database.database, &self.settings.limits);
    }

    fn filter(&self) -> Filter {
        let is_fixable_only = flag(self.matches, "ignore-unfixed");
        let ignored = list_of::<Status>(self.matches, "ignore-status");
        if is_fixable_only && !ignored.is_empty() {
            say(
                self.matches,
                "warning: --ignore-status is given, so --ignore-unfixed is ignored",
            );
        }
        let unfixed = if is_fixable_only {
            Unfixed::Ignore
        } else {
            Unfixed::Keep
        };
        Filter::new(&list_of(self.matches, "severity"), unfixed, &ignored)
    }

    fn view(&self) -> View {
        let packages = if flag(self.matches, "list-all-pkgs") {
            PackageList::All
        } else {
            PackageList::None
        };
        let show = match self.matches.try_get_one::<bool>("scorecard") {
            Ok(Some(true)) => Show::Card,
            Ok(_) | Err(_) => match self.matches.try_get_one::<bool>("layers") {
                Ok(Some(true)) => Show::Layers,
                Ok(_) | Err(_) => Show::All,
            },
        };
        // of the others the report tells by a list, were it empty
        let left_out: &[&str] = if scanners::is_wanted(self.matches, "vuln") {
            &[]
        } else {
            &["vuln"]
        };
        View {
            packages,
            show,
            left_out,
            ..view(self.matches, self.environment)
        }
    }

    /// End of life is asked first, as Trivy does.
    fn exit(&self, reports: &[(Report, View)], baseline: Option<&Baseline>) -> Exit {
        let reports = || reports.iter().map(|(report, _)| report);
        let is_past_end =
            reports().any(|report| report.eol.as_ref().is_some_and(|eol| eol.is_past));
        if let Some(code) = value::<u8>(self.matches, "exit-on-eol").filter(|code| *code != 0)
            && is_past_end
        {
            say(
                self.matches,
                "the distribution is past its end of life (--exit-on-eol)",
            );
            return Exit::Failed(code);
        }
        let Some(baseline) = baseline else {
            let facts: Vec<Facts<'_>> = reports().map(Facts::from).collect();
            return verdict::exit(self.matches, &facts);
        };
        let (new, left_out): (Vec<Report>, Vec<LeftOut>) =
            reports().map(|report| baseline.without(report)).unzip();
        say(self.matches, &baseline.words(&left_out));
        let facts: Vec<Facts<'_>> = new.iter().map(Facts::from).collect();
        verdict::exit(self.matches, &facts)
    }

    fn check_age(&self, report: &Report) -> Result<(), Failure> {
        let Some(limit) = value::<Duration>(self.matches, "db-max-age") else {
            return Ok(());
        };
        for data in &report.data {
            let Some(newest) = data.newest else { continue };
            let age = self.environment.since(newest);
            if age > limit {
                let message = format!(
                    "the data of {} is {} old, the limit is {} (--db-max-age)",
                    data.publisher,
                    in_words(age),
                    in_words(limit),
                );
                return Err(Failure::new(Exit::Unfinished, message).with(
                    "next",
                    "seaworthy db update; offline: seaworthy db import FILE",
                ));
            }
        }
        Ok(())
    }

    fn debug(&self, text: &str) {
        if flag(self.matches, "debug") {
            let line = format!("debug: {}\n", report::safe(text));
            let _nobody_reads = anstream::stderr().write_all(line.as_bytes());
        }
    }
}

/// Returns how the reader wants to see reports, as `--color`, `--wide` and the terminal say.
pub(crate) fn view(matches: &ArgMatches, environment: &Environment) -> View {
    let is_coloured = match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => true,
        Some("never") => false,
        _ => environment.is_colour_welcome(),
    };
    View {
        width: environment.columns(),
        color: if is_coloured {
            Color::Ansi
        } else {
            Color::Plain
        },
        detail: if flag(matches, "wide") {
            Detail::Wide
        } else {
            Detail::Folded
        },
        ..View::default()
    }
}
