//! `seaworthy explain`: what a rule is about, why it matters, and what to write instead; or what is known
//! of a problem, and why it is told of an image or not.

mod problem;

use clap::{Arg, ArgMatches, Command};
use hygiene::secrets;
use model::{Report, Rule};

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::scanned::{self, Wanted};
use crate::settings::{self, Environment};
use crate::{databases, ignored};

pub(crate) const ROW: Row = Row {
    name: "explain",
    define,
    run,
};

fn define() -> Command {
    Command::new("explain")
        .about("Explain a rule or a problem: why it matters, why it is reported or not, what to do")
        .after_help(
            "Examples:\n  seaworthy explain CTR-PRIVILEGED\n  seaworthy explain CVE-2023-44487\n  seaworthy explain \
             CVE-2023-44487 --input app.tar\n  seaworthy explain",
        )
        .arg(Arg::new("id").value_name("ID").help(
            "A rule, or a problem by any of its names; without it, all rules are listed",
        ))
        .arg(
            Arg::new("input")
                .long("input")
                .value_name("PATH")
                .requires("id")
                .help("Archive, layout or unpacked root in which a problem is reported, or is not"),
        )
        .arg(ignored::arg())
        .args(databases::args())
        .arg(settings::cache_arg())
}

/// A rule as it is explained.
struct Explained {
    rule: &'static Rule,
    /// The word for its severity.
    severity: String,
    bad: &'static [&'static str],
    good: &'static [&'static str],
    /// Who tells what it asks for, where there are no examples.
    teller: &'static str,
}

const REGISTRY: &str = "Only a registry can tell, and none is asked yet.";
const SECRETS: &str = "The scanner `secret` finds it (--scanners secret): each finding has the name and the severity of its \
     kind of secret, such as github-token.";

/// Returns the rules about manifests, those about manifests and images together, and those about images.
fn explained() -> impl Iterator<Item = Explained> {
    let of_manifests = manifest::checks::CHECKS.iter().map(|check| Explained {
        rule: &check.rule,
        severity: check.rule.severity.to_string(),
        bad: check.bad,
        good: check.good,
        teller: REGISTRY,
    });
    let of_images = hygiene::checks::CHECKS.iter().map(|check| Explained {
        rule: &check.rule,
        severity: check.rule.severity.of_flaw().to_owned(),
        bad: check.bad,
        good: check.good,
        teller: REGISTRY,
    });
    let of_both = join::CHECKS.iter().map(|check| Explained {
        rule: &check.rule,
        severity: check.rule.severity.to_string(),
        bad: check.bad,
        good: check.good,
        teller: REGISTRY,
    });
    let of_secrets = secrets::RULES.iter().map(|rule| Explained {
        rule,
        severity: rule.severity.of_flaw().to_owned(),
        bad: &[],
        good: &[],
        teller: SECRETS,
    });
    of_manifests
        .chain(of_both)
        .chain(of_images)
        .chain(of_secrets)
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<String>("id") else {
        return output::print(&list());
    };
    if let Some(rule) = explained().find(|it| it.rule.id.eq_ignore_ascii_case(id)) {
        return output::print(&explain(&rule));
    }
    let opened = databases::open(matches, environment)?;
    let image = scanned(matches, environment)?;
    let text = problem::explain(id, image.as_ref(), &opened)?.ok_or_else(|| {
        let message =
            format!("no rule is called `{id}`, and no advisory in the database speaks of it");
        Failure::usage(message).with(
            "next",
            "seaworthy explain lists all rules; --db names another database",
        )
    })?;
    output::print(&text)
}

/// Returns a report on the image that was named, without what is ignored.
fn scanned(matches: &ArgMatches, environment: &Environment) -> Result<Option<Report>, Failure> {
    let Some(path) = matches.get_one::<String>("input") else {
        return Ok(None);
    };
    let wanted = Wanted::new(matches, "vuln");
    let mut image = scanned::report(path, &wanted, environment)?;
    let ignored = ignored::of(matches, environment)?;
    let (url, today) = (report::package_url, environment.today());
    policy::ignore::waive_findings(&mut image, &ignored, url, today);
    Ok(Some(image))
}

/// Returns the ids of all rules that findings have.
pub(super) fn rules() -> Vec<&'static str> {
    let ids = explained().map(|it| it.rule.id);
    ids.filter(|id| !secrets::answers(id)).collect()
}

/// Returns the ids of rules whose findings have the name of a kind of secret.
pub(super) fn secret_rules() -> Vec<&'static str> {
    secrets::RULES.iter().map(|rule| rule.id).collect()
}

fn list() -> String {
    let line = |it: Explained| {
        let rule = it.rule;
        format!("{:<8} {:<28} {}\n", it.severity, rule.id, rule.title)
    };
    explained().map(line).collect()
}

fn explain(explained: &Explained) -> String {
    let rule = explained.rule;
    let mut text = format!(
        "{}  {}  {}\n\nwhy   {}\nfix   {}\n",
        rule.id, explained.severity, rule.title, rule.concern, rule.fix,
    );
    if !rule.maps_to.is_empty() {
        text.extend(["also  ", &rule.maps_to.join(", "), "\n"]);
    }
    if explained.bad.is_empty() {
        return format!("{text}\n{}\n", explained.teller);
    }
    let examples = |examples: &[&str]| -> String {
        let indented = |text: &&str| format!("\n  {}\n", text.trim_end().replace('\n', "\n  "));
        examples.iter().map(indented).collect()
    };
    let (bad, good) = (examples(explained.bad), examples(explained.good));
    text + &format!("\nfound in\n{bad}\nnot found in\n{good}")
}
