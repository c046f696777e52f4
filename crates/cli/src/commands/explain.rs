//! `seaworthy explain`: what a rule is about, why it matters, and what to write instead.

use clap::{Arg, ArgMatches, Command};
use manifest::checks::{CHECKS, Check};

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
        .after_help("Examples:\n  seaworthy explain CTR-PRIVILEGED\n  seaworthy explain")
        .arg(
            Arg::new("id")
                .value_name("ID")
                .help("The rule; without it, all rules are listed"),
        )
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    let Some(id) = matches.get_one::<String>("id") else {
        return output::print(&list());
    };
    let check = CHECKS
        .iter()
        .find(|check| check.rule.id.eq_ignore_ascii_case(id))
        .ok_or_else(|| {
            let message = format!("no rule is called `{id}`");
            Failure::usage(message).with("next", "seaworthy explain lists them all")
        })?;
    output::print(&explain(check))
}

/// Returns the ids of all rules.
pub(super) fn rules() -> Vec<&'static str> {
    CHECKS.iter().map(|check| check.rule.id).collect()
}

fn list() -> String {
    let line = |check: &&Check| {
        let rule = &check.rule;
        format!("{:<8} {:<28} {}\n", rule.severity, rule.id, rule.title)
    };
    CHECKS.iter().map(line).collect()
}

fn explain(check: &Check) -> String {
    let rule = &check.rule;
    let examples = |examples: &[&str]| -> String {
        let indented = |text: &&str| format!("\n  {}\n", text.trim_end().replace('\n', "\n  "));
        examples.iter().map(indented).collect()
    };
    format!(
        "{}  {}  {}\n\nwhy   {}\nfix   {}\nalso  {}\n\nfound in\n{}\nnot found in\n{}",
        rule.id,
        rule.severity,
        rule.title,
        rule.concern,
        rule.fix,
        rule.maps_to.join(", "),
        examples(check.bad),
        examples(check.good),
    )
}
