//! Which scanners run.

use clap::{Arg, ArgMatches};
use pipeline::Telling;

use crate::scan::list_of;

/// What is looked for, in the words of `--scanners`.
const SCANNERS: [&str; 3] = ["vuln", "secret", "hygiene"];

/// The option that says what is looked for.
pub(crate) fn args() -> Vec<Arg> {
    vec![
        crate::scan::list(
            "scanners",
            "LIST",
            "What to look for: vuln, secret, hygiene",
        )
        .value_parser(SCANNERS)
        .default_value("vuln,secret,hygiene")
        .help_heading("What to look for"),
    ]
}

/// Whether known flaws of packages are looked for.
pub(crate) fn vulnerabilities(matches: &ArgMatches) -> Telling {
    if is_wanted(matches, "vuln") {
        Telling::Told
    } else {
        Telling::LeftOut
    }
}

/// Whether a scanner is asked for; all are where the command leaves no choice.
pub(crate) fn is_wanted(matches: &ArgMatches, scanner: &str) -> bool {
    let wanted = list_of::<String>(matches, "scanners");
    wanted.is_empty() || wanted.iter().any(|it| it == scanner)
}
