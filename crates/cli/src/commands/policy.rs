//! `seaworthy policy`: what a policy may hold, and whether it says what it should.

use clap::{Arg, ArgMatches, Command};
use policy::image_policy;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::{output, policies};

pub(crate) const ROW: Row = Row {
    name: "policy",
    define,
    run,
};

fn define() -> Command {
    Command::new("policy")
        .about("Show what a policy may hold, or verify one")
        .subcommand_required(true)
        .subcommand(
            Command::new("schema")
                .about("Print the JSON schema of a policy, for editors and checks"),
        )
        .subcommand(
            Command::new("verify")
                .about("Read a policy and tell all that is wrong with it")
                .arg(policy_file()),
        )
}

fn policy_file() -> Arg {
    policies::arg().required(true)
}

fn run(matches: &ArgMatches, _environment: &Environment) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("schema", _)) => output::write_plain(&format!("{:#}\n", image_policy::schema())),
        Some(("verify", matches)) => {
            let policy = policies::read(matches)?;
            output::print(&format!(
                "{}: nothing is wrong with it\n",
                report::safe(&policy.label())
            ))
        }
        _ => Err(Failure::usage("policy schema, or policy verify")),
    }
}
