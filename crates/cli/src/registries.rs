//! What `image NAME` and `registry` share: options about registries, and what they mean.

use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use archive::read_at_most;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use model::Limits;
use net::{Deadline, Proxies, Secret};
use registry::{Access, Credential, Keychain, Mirrors, Places};

use crate::error::Failure;
use crate::scan::{list, list_of};
use crate::settings::Environment;

/// Bytes of a password: tokens of clouds reach some thousands.
const MAX_BYTES: u64 = 64 << 10;

/// Options about registries.
pub(crate) fn args() -> Vec<Arg> {
    let all = [credential_args(), place_args()].concat();
    let all = all.into_iter();
    all.map(|arg| arg.help_heading("Registries")).collect()
}

fn file(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

fn credential_args() -> Vec<Arg> {
    let config = "image-credential-provider-config";
    let folder = "image-credential-provider-bin-dir";
    vec![
        Arg::new("username")
            .long("username")
            .value_name("USER")
            .requires("password-stdin")
            .help("User of the registry; the password comes with --password-stdin"),
        Arg::new("password-stdin")
            .long("password-stdin")
            .action(ArgAction::SetTrue)
            .requires("username")
            .help("Read the password from standard input"),
        file(
            "pull-secret",
            "FILE",
            "Secrets of Kubernetes to pull with, matched as kubelet does; then no other file is asked",
        )
        .action(ArgAction::Append),
        file(
            "registry-auth",
            "FILE",
            "Credentials in Docker's form [default: where Docker and Podman keep them]",
        ),
        file(config, "FILE", "Kubelet's configuration of credential providers").requires(folder),
        file(folder, "DIR", "Folder of kubelet's credential providers").requires(config),
    ]
}

fn place_args() -> Vec<Arg> {
    vec![
        file(
            "hosts-dir",
            "DIR",
            "Mirrors in containerd's form: its config_path, such as /etc/containerd/certs.d",
        ),
        file(
            "registries-conf",
            "FILE",
            "Mirrors in Podman's form, such as /etc/containers/registries.conf",
        ),
        list(
            "insecure",
            "HOST",
            "Registries that need not prove who they are, and may answer in plain text: host[:port]",
        ),
        list(
            "token-server",
            "HOST",
            "Token servers that may have the credentials of registries of other hosts",
        ),
        cacert_arg(),
    ]
}

/// `--cacert`.
pub(crate) fn cacert_arg() -> Arg {
    file(
        "cacert",
        "FILE",
        "Certificates that are believed beside the system's, in PEM",
    )
    .action(ArgAction::Append)
}

/// Returns how registries are reached.
///
/// # Errors
/// An option, a variable or standard input makes no sense.
pub(crate) fn access(
    matches: &ArgMatches,
    environment: &Environment,
    keychain: Keychain,
    (deadline, limits): (Deadline, &Limits),
) -> Result<Access, Failure> {
    Ok(Access {
        net: network(matches, environment, deadline)?,
        keychain: Arc::new(keychain),
        mirrors: Arc::new(mirrors(matches)?),
        token_servers: hosts(matches, "token-server"),
        manifest_bytes: limits.manifest_bytes,
    })
}

/// Returns how to go out.
///
/// # Errors
/// A variable of a proxy makes no sense.
pub(crate) fn network(
    matches: &ArgMatches,
    environment: &Environment,
    deadline: Deadline,
) -> Result<Arc<net::Settings>, Failure> {
    Ok(Arc::new(net::Settings {
        proxies: proxies(environment)?,
        system_certificates: environment.named("SSL_CERT_FILE").map(PathBuf::from),
        certificates: list_of(matches, "cacert"),
        insecure: hosts(matches, "insecure"),
        deadline,
    }))
}

/// Reads the credentials that the options name, or those that lie where Docker and Podman keep them.
pub(crate) fn keychain(
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<Keychain, Failure> {
    let given = match matches.try_get_one::<String>("username") {
        Ok(Some(user)) => {
            check_user(user)?;
            let password = match environment.password() {
                Some(password) => password.clone(),
                None => password()?,
            };
            Some(Credential::basic(user, password, "--username"))
        }
        // `check` and `serve` have no such option: one password is not for the registries of all images
        Ok(None) | Err(_) => None,
    };
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let docker_files = match path("registry-auth") {
        Some(named) if !named.exists() => {
            let why = format!("--registry-auth {}: there is no such file", named.display());
            return Err(Failure::usage(why));
        }
        Some(named) => vec![named],
        None => docker_files(environment),
    };
    let config = path("image-credential-provider-config");
    let places = Places {
        given,
        pull_secrets: list_of(matches, "pull-secret"),
        docker_files,
        plugins: config.zip(path("image-credential-provider-bin-dir")),
    };
    Keychain::read(places).map_err(|error| Failure::usage(error.to_string()))
}

/// Reads the credentials that lie where Docker and Podman keep them.
pub(crate) fn own_keychain(environment: &Environment) -> Result<Keychain, Failure> {
    let places = Places {
        docker_files: docker_files(environment),
        ..Places::default()
    };
    Keychain::read(places).map_err(|error| Failure::usage(error.to_string()))
}

/// Returns where Docker and Podman keep credentials, the first to be asked first.
fn docker_files(environment: &Environment) -> Vec<PathBuf> {
    let at = |name: &str, below: &str| Some(PathBuf::from(environment.named(name)?).join(below));
    let docker = docker_config(environment);
    let places = [
        docker,
        environment.named("REGISTRY_AUTH_FILE").map(PathBuf::from),
        at("XDG_RUNTIME_DIR", "containers/auth.json"),
        at("HOME", ".config/containers/auth.json"),
    ];
    places.into_iter().flatten().collect()
}

/// Returns where Docker keeps credentials.
pub(crate) fn docker_config(environment: &Environment) -> Option<PathBuf> {
    let at = |name: &str, below: &str| Some(PathBuf::from(environment.named(name)?).join(below));
    at("DOCKER_CONFIG", "config.json").or_else(|| at("HOME", ".docker/config.json"))
}

fn mirrors(matches: &ArgMatches) -> Result<Mirrors, Failure> {
    let conf = matches.get_one::<PathBuf>("registries-conf");
    Mirrors::read(
        matches.get_one("hosts-dir").cloned(),
        conf.map(PathBuf::as_path),
    )
    .map_err(|error| Failure::usage(error.to_string()))
}

fn hosts(matches: &ArgMatches, name: &str) -> BTreeSet<String> {
    let hosts: Vec<String> = list_of(matches, name);
    hosts.iter().map(|host| host.to_ascii_lowercase()).collect()
}

/// Reads the proxies as other programs do: names in lower case are known, too.
fn proxies(environment: &Environment) -> Result<Proxies, Failure> {
    let value = |name: &str| {
        let lower = name.to_lowercase();
        let value = environment
            .named(name)
            .or_else(|| environment.named(&lower));
        value.unwrap_or_default()
    };
    Proxies::new(value("HTTP_PROXY"), value("HTTPS_PROXY"), value("NO_PROXY"))
        .map_err(|error| Failure::usage(error.to_string()))
}

/// Checks the name of a user: `user:password` would be sent, and kept, as another one's.
///
/// # Errors
/// It is none. It is not shown, as it may hold a password.
pub(crate) fn check_user(user: &str) -> Result<(), Failure> {
    if user.is_empty() || user.contains(':') {
        return Err(Failure::usage(
            "--username: the name of a user is not empty and holds no `:`; the password comes by --password-stdin",
        ));
    }
    Ok(())
}

/// Reads a password from standard input, without the end of its line.
pub(crate) fn password() -> Result<Secret, Failure> {
    let failed = |why: String| Failure::usage(format!("--password-stdin: {why}"));
    let bytes = read_at_most(io::stdin(), MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| failed(error.utf8_error().to_string()))?;
    let text = text.trim_end_matches(['\r', '\n']);
    if text.is_empty() {
        return Err(failed("standard input is empty".to_owned()));
    }
    Ok(Secret::new(text.to_owned()))
}
