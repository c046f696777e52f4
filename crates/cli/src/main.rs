//! The command line: arguments to settings, errors to exit codes.

mod baseline;
mod commands;
mod databases;
mod dockle;
mod error;
mod exit;
mod feed_files;
mod feed_sources;
mod ignored;
mod image_rules;
mod image_source;
mod kubesec;
mod mirrors;
mod output;
mod platforms;
mod policies;
mod progress;
mod registries;
mod scan;
mod scanned;
mod scanners;
mod schemas;
mod secrets;
mod settings;
mod sides;
mod sources;
mod trivy;
mod trivy_files;
mod values;
mod verdict;

use std::panic;
use std::process::ExitCode;

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;

fn main() -> ExitCode {
    // a crash is one line and exit code 3, never 0 and never a backtrace
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(|| {
        let environment = Environment::read()?;
        if kubesec::is_called(&environment) {
            return kubesec::run(&environment);
        }
        if let Some(arguments) = trivy::arguments(&environment) {
            return Ok(trivy::run(&arguments, &environment));
        }
        if dockle::is_called(&environment) {
            return dockle::run(environment);
        }
        settings::parse(&environment).and_then(|matches| commands::run(&matches, &environment))
    });
    let exit = match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(failure)) => failure.show(),
        Err(panic) => crash(panic.as_ref()).show(),
    };
    exit.into()
}

fn crash(panic: &(dyn std::any::Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    Failure::new(Exit::Unfinished, format!("internal error: {text}")).with(
        "next",
        "this is a fault of seaworthy; please report it with the command you ran",
    )
}
