//! `seaworthy http`: kubesec's verdict as a service.

use clap::{Arg, ArgMatches, Command};
use server::Address;

use super::Row;
use crate::error::Failure;
use crate::exit::Exit;
use crate::kubesec::{failed, misused};
use crate::output;
use crate::schemas;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "http",
    define,
    run,
};

fn define() -> Command {
    Command::new("http")
        .about("Score Kubernetes objects over HTTP as kubesec's service does")
        .after_help(
            "Examples:\n  seaworthy http 8080\n  seaworthy http [::1]:8080\n  KUBESEC_ADDR=:8080 seaworthy http\n\
             Then:\n  curl -sSX POST --data-binary @pod.yaml http://localhost:8080/scan",
        )
        .arg(
            Arg::new("address")
                .value_name("[IP:]PORT")
                .help("Where to listen [default: the variable KUBESEC_ADDR]"),
        )
        .args(schemas::args())
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let address = match address(matches, environment) {
        Ok(address) => address,
        Err(why) => return misused(&why, &define().render_long_help().to_string()),
    };
    let schemas = match schemas::chosen(matches, environment) {
        Ok(schemas) => schemas,
        Err(why) => return failed(&why),
    };
    let ready = |address| output::warn(&format!("listening on {address}\n"));
    match server::serve(address, server::kubesec(schemas), ready) {
        Ok(()) => Ok(Exit::Passed),
        Err(error) => failed(&format!("listen: {error}")),
    }
}

fn address(matches: &ArgMatches, environment: &Environment) -> Result<Address, String> {
    let given = matches.get_one::<String>("address").map(String::as_str);
    let port = given.is_none().then(|| environment.named("PORT")).flatten();
    if port.is_some() {
        output::warn("note: the variable PORT is deprecated, set KUBESEC_ADDR\n");
    }
    given
        .or(port)
        .or_else(|| environment.named("KUBESEC_ADDR"))
        .ok_or("[[ip:]port] is missing, set CLI argument or use KUBESEC_ADDR environment variable")?
        .parse()
        .map_err(|bad: server::BadAddress| bad.to_string())
}
