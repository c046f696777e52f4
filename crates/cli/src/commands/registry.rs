//! `seaworthy registry`: logs in to registries, out of them, and lists where one is logged in.

use clap::{Arg, ArgMatches, Command};
use net::Deadline;
use registry::Credential;
use std::time::Duration;

use super::Row;
use crate::error::{Failure, of_registry};
use crate::exit::Exit;
use crate::output::{print, say};
use crate::registries;
use crate::settings::Environment;

pub(crate) const ROW: Row = Row {
    name: "registry",
    define,
    run,
};

/// How long a registry may take to say whether it knows us.
const TIME: Duration = Duration::from_mins(1);

fn define() -> Command {
    let host = || {
        Arg::new("host")
            .value_name("REGISTRY")
            .required(true)
            .help("The registry as images name it: docker.io, registry.example:5000")
    };
    Command::new("registry")
        .about("Log in to registries")
        .long_about(
            "Log in to registries.\n\nCredentials are kept where Docker keeps its own, with the \
             helper that its file names: who is logged in with Docker is logged in here.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("login")
                .about("Prove user and password, and keep them")
                .after_help(
                    "Example:\n  seaworthy registry login registry.example --username ci \
                     --password-stdin < token",
                )
                .arg(host())
                .args(registries::args()),
        )
        .subcommand(Command::new("logout").about("Forget them").arg(host()))
        .subcommand(
            Command::new("ls").about("List registries that credentials are kept for, and where"),
        )
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    match matches.subcommand() {
        Some(("login", matches)) => login(matches, environment),
        Some(("logout", matches)) => logout(matches, environment),
        _ => ls(matches, environment),
    }
}

fn login(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let host = host(matches)?;
    let Some(user) = matches.get_one::<String>("username") else {
        let failure = Failure::usage("nobody to log in");
        return Err(failure.with(
            "next",
            format!("seaworthy registry login {host} --username USER --password-stdin < FILE"),
        ));
    };
    registries::check_user(user)?;
    let password = registries::password()?;
    let credential = Credential::basic(user, password.clone(), "--username");
    let limits = model::Limits::default();
    let keychain = registry::Keychain::default();
    let deadline = Deadline::after(TIME);
    let access = registries::access(matches, environment, keychain, (deadline, &limits))?;
    let login = registry::verify(host, &credential, &access).map_err(failed)?;
    let place = registry::keep(&path(environment)?, host, user, &password).map_err(failed)?;
    let what = match login {
        registry::Login::Proved => format!("logged in to {host}"),
        registry::Login::NotAsked => {
            format!("{host} needs no login: user and password are not proved")
        }
    };
    say(matches, &format!("{what}; kept in {place}"));
    Ok(Exit::Passed)
}

fn logout(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let host = host(matches)?;
    let is_known = registry::forget(&path(environment)?, host).map_err(failed)?;
    let what = if is_known {
        "logged out of"
    } else {
        "nothing was kept for"
    };
    say(matches, &format!("{what} {host}"));
    Ok(Exit::Passed)
}

fn ls(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let keychain = registries::own_keychain(environment)?;
    let known = keychain.known();
    let width = known
        .iter()
        .map(|(host, _)| host.len())
        .max()
        .unwrap_or_default();
    let lines: String = known
        .iter()
        .flat_map(|(host, place)| {
            let line = format!("{host:width$}  {place}");
            [report::safe(&line).into_owned(), "\n".to_owned()]
        })
        .collect();
    if known.is_empty() {
        say(matches, "no credentials are kept");
    }
    print(&lines)
}

fn host(matches: &ArgMatches) -> Result<&str, Failure> {
    let host = matches.get_one::<String>("host").map_or("", String::as_str);
    if host.contains('@') {
        return Err(Failure::usage(
            "a name holds no credentials: give the registry's host alone",
        ));
    }
    let is_odd = |c: char| c == '/' || c.is_whitespace() || c.is_control();
    if host.is_empty() || host.contains(is_odd) {
        let why = format!("`{host}` is no registry: give its host alone, such as registry.example");
        return Err(Failure::usage(why));
    }
    Ok(host)
}

fn path(environment: &Environment) -> Result<std::path::PathBuf, Failure> {
    registries::docker_config(environment).ok_or_else(|| {
        Failure::usage(
            "there is nowhere to keep credentials: neither DOCKER_CONFIG nor HOME is set",
        )
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the form that `map_err` wants"
)]
fn failed(error: registry::RegistryError) -> Failure {
    let failure = of_registry(Failure::new(Exit::Unfinished, error.to_string()), &error);
    if matches!(error, registry::RegistryError::File { .. }) {
        return failure.with(
            "next",
            "mend that file or move it away, or name another folder by DOCKER_CONFIG",
        );
    }
    failure
}
