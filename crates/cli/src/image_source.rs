//! Where an image of a name is looked for: `--image-src`.

use std::path::PathBuf;

use clap::{Arg, ArgMatches};
use model::{ImageName, Limits};
use net::Deadline;
use pipeline::Source;

use crate::error::Failure;
use crate::exit::Exit;
use crate::registries;
use crate::scan::{flag, list, list_of};
use crate::settings::Environment;

/// Why a name is not looked for.
pub(crate) const OFFLINE: &str = "--offline opens no socket, and this image is in no file";

/// `--image-src`.
pub(crate) fn arg() -> Arg {
    list(
        "image-src",
        "SOURCE",
        "Where an image of a name is looked for, the first first",
    )
    .value_parser(["remote", "docker", "podman"])
    .default_value("remote")
    .help_heading("Registries")
}

/// Returns the first source that has the image; a registry is only asked when it is scanned.
///
/// # Errors
/// No source has it; an option makes no sense.
pub(crate) fn find(
    image: ImageName,
    matches: &ArgMatches,
    environment: &Environment,
    (deadline, limits): (Deadline, &Limits),
) -> Result<Source, Failure> {
    if flag(matches, "offline") {
        let failure = Failure::usage(format!("{image}: {OFFLINE}"));
        return Err(failure.with(
            "next",
            "save it where there is a network, and scan the file: seaworthy image --input FILE",
        ));
    }
    let mut tried = Vec::new();
    for source in list_of::<String>(matches, "image-src") {
        let sockets = match &*source {
            "docker" => match docker(environment) {
                Ok(socket) => vec![socket],
                Err(why) => {
                    tried.push(why);
                    continue;
                }
            },
            "podman" => podman(environment),
            _ => {
                let keychain = registries::keychain(matches, environment)?;
                let bounds = (deadline, limits);
                let access = registries::access(matches, environment, keychain, bounds)?;
                return Ok(Source::Registry(Box::new((image, access))));
            }
        };
        for socket in sockets {
            match registry::engine_has(&socket, &image, deadline) {
                Ok(true) => return Ok(Source::Engine(socket, image)),
                Ok(false) => tried.push(format!("{}: it has no such image", socket.display())),
                Err(error) => tried.push(format!("{}: {error}", socket.display())),
            }
        }
    }
    let failure = Failure::new(Exit::Unfinished, format!("{image}: no engine here has it"));
    let failure = tried
        .into_iter()
        .fold(failure, |failure, line| failure.with("tried", line));
    Err(failure.with("next", "pull it, or add `remote` to --image-src"))
}

/// Returns the socket of Docker's daemon.
///
/// # Errors
/// The user's daemon is none that is asked here.
fn docker(environment: &Environment) -> Result<PathBuf, String> {
    let named = environment.named("DOCKER_HOST");
    let Some(host) = named.filter(|host| !host.is_empty()) else {
        return Ok("/var/run/docker.sock".into());
    };
    let socket = host.strip_prefix("unix://").map(PathBuf::from);
    // what follows may be a name and a password
    let scheme = host.split("://").next().unwrap_or_default();
    socket
        .ok_or_else(|| format!("DOCKER_HOST: `{scheme}` is not asked, only sockets are (unix://)"))
}

fn podman(environment: &Environment) -> Vec<PathBuf> {
    let own = environment.named("XDG_RUNTIME_DIR").map(PathBuf::from);
    let own = own.map(|folder| folder.join("podman/podman.sock"));
    own.into_iter()
        .chain([PathBuf::from("/run/podman/podman.sock")])
        .collect()
}
