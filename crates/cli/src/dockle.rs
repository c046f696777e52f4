//! The program as Dockle: under that name, its command line and its way to fail, which is a line on
//! standard output and exit code 1.

use std::path::Path;

use crate::commands;
use crate::error::Failure;
use crate::exit::Exit;
use crate::output;
use crate::settings::{self, Environment};

/// Whether the program was started under the name of Dockle.
pub(crate) fn is_called(environment: &Environment) -> bool {
    let name = environment.arguments().first().map(Path::new);
    name.and_then(Path::file_stem)
        .is_some_and(|name| name == "dockle")
}

/// Makes a failure of what is wrong with the command line; help is none, and is shown.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` wants"
)]
fn show(error: clap::Error) -> Failure {
    if settings::shows_help(&error) {
        return Failure::new(Exit::Passed, "");
    }
    let text = settings::said(&error);
    let line = text.lines().next().unwrap_or_default();
    Failure::usage(line.trim_start_matches("error: "))
}

/// Runs the program as Dockle.
pub(crate) fn run(environment: Environment) -> Result<Exit, Failure> {
    let is_version = |it: &std::ffi::OsString| it == "--version" || it == "-v";
    if environment.arguments().iter().any(is_version) {
        output::print(concat!("dockle version ", env!("CARGO_PKG_VERSION"), "\n"))?;
        return Ok(Exit::Passed);
    }
    let environment = environment.with_command("lint");
    let definition = commands::definition().mut_subcommand("lint", commands::lint::as_dockle);
    let parsed = settings::parse_as(definition, &environment, show);
    let outcome = parsed.and_then(|matches| commands::run(&matches, &environment));
    outcome.or_else(|failure| {
        if failure.exit() == Exit::Passed {
            return Ok(Exit::Passed);
        }
        let line = report::safe(failure.message()).into_owned();
        if !line.is_empty() {
            output::print(&format!("FATAL\t{line}\n"))?;
        }
        Ok(Exit::Failed(1))
    })
}
