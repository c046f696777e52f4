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

/// Whether a scanner is asked for.
pub(crate) fn is_wanted(matches: &ArgMatches, scanner: &str) -> bool {
    list_of::<String>(matches, "scanners")
        .iter()
        .any(|it| it == scanner)
}
