//! `seaworthy explain`: what a rule is about, why it matters, and what to write instead.

use clap::{Arg, ArgMatches, Command};
use model::Rule;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "explain",
    define,
    run,
};

fn define() -> Command {
    Command::new("explain")
        .about("Explain a rule: why it matters, and what to write instead")
        .after_help("Examples:\n  seaworthy explain CTR-PRIVILEGED\n  seaworthy explain FUN-MULTI\n  seaworthy explain")
        .arg(
            Arg::new("id")
                .value_name("ID")
                .help("The rule; without it, all rules are listed"),
        )
}

/// A rule as it is explained.
struct Explained {
    rule: &'static Rule,
    /// The word for its severity.
    severity: String,
    bad: &'static [&'static str],
    good: &'static [&'static str],
}

/// Returns the rules about manifests, then those about images.
fn explained() -> impl Iterator<Item = Explained> {
    let of_manifests = manifest::checks::CHECKS.iter().map(|check| Explained {
        rule: &check.rule,
        severity: check.rule.severity.to_string(),
        bad: check.bad,
        good: check.good,
    });
    let of_images = hygiene::checks::CHECKS.iter().map(|check| Explained {
        rule: &check.rule,
        severity: check.rule.severity.of_flaw().to_owned(),
        bad: check.bad,
        good: check.good,
    });
    of_manifests.chain(of_images)
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<String>("id") else {
        return output::print(&list());
    };
    let explained = explained()
        .find(|it| it.rule.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| {
            let message = format!("no rule is called `{id}`");
            Failure::usage(message).with("next", "seaworthy explain lists them all")
        })?;
    output::print(&explain(&explained))
}

/// Returns the ids of all rules.
pub(super) fn rules() -> Vec<&'static str> {
    explained().map(|it| it.rule.id).collect()
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
        return text + "\nOnly a registry can tell, and none is asked yet.\n";
    }
    let examples = |examples: &[&str]| -> String {
        let indented = |text: &&str| format!("\n  {}\n", text.trim_end().replace('\n', "\n  "));
        examples.iter().map(indented).collect()
    };
    let (bad, good) = (examples(explained.bad), examples(explained.good));
    text + &format!("\nfound in\n{bad}\nnot found in\n{good}")
}
