//! How a command ends: what the gate says, then what could not be looked at.

use clap::ArgMatches;
use model::{GapKind, counted};
use policy::{Expression, Facts};

use crate::exit::Exit;
use crate::output::say;
use crate::scan::{flag, value};

/// Asks the gate, then whether the database was whole, then whether all was read; says why on
/// standard error, whose last line names the reason of the exit code.
pub(crate) fn exit(matches: &ArgMatches, answers: &[Facts<'_>]) -> Exit {
    let code: Option<u8> = value(matches, "exit-code");
    let reasons = reasons(matches, answers);
    for reason in &reasons {
        say(matches, reason);
    }
    // a gate that may only warn (`--exit-code 0`) does not silence those behind it
    let failed = code.unwrap_or(1);
    if !reasons.is_empty() && failed != 0 {
        return Exit::Failed(failed);
    }
    let kinds = || answers.iter().flat_map(Facts::gaps).map(|gap| gap.kind);
    if kinds().any(|kind| kind == GapKind::Damaged) {
        say(
            matches,
            "a part of the database is damaged: see `seaworthy db verify`",
        );
        return Exit::Unfinished;
    }
    let unread = kinds().filter(|kind| kind.is_unread_target()).count();
    if flag(matches, "strict") && unread > 0 {
        say(matches, &(not_read(unread) + " (--strict)"));
        return Exit::PartlyUnread;
    }
    Exit::Passed
}

/// Returns why the gate fails: what `--fail-on` says, or else that anything was found.
fn reasons(matches: &ArgMatches, answers: &[Facts<'_>]) -> Vec<String> {
    if let Some(gate) = matches.get_one::<Expression>("fail-on") {
        let reasons = answers.iter().flat_map(|facts| policy::fails(gate, facts));
        return reasons.map(|reason| reason.to_string()).collect();
    }
    if value(matches, "exit-code").is_none_or(|code: u8| code == 0) {
        return Vec::new();
    }
    answers
        .iter()
        .map(Facts::findings)
        .filter(|found| *found > 0)
        .map(|found| counted(found, "finding") + " (--exit-code)")
        .collect()
}

/// Returns the sentence on parts that were not read.
pub(crate) fn not_read(parts: usize) -> String {
    let parts = match parts {
        1 => "1 part of the target was".to_owned(),
        more => format!("{more} parts of the target were"),
    };
    format!("{parts} not read")
}
