//! `seaworthy serve`: decides for a cluster, as `check` does, over its webhooks.

mod looker;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use server::{Address, Cluster, Keeping, Store, TlsFiles};

use super::Row;
use super::check::archives;
use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::Environment;
use crate::{output, policies, scan, schemas, values};
use looker::{Data, ImageLooker};

pub(crate) const ROW: Row = Row {
    name: "serve",
    define,
    run,
};

/// Bytes of a MiB.
const MIB: usize = 1 << 20;

/// Options of a scan that mean nothing here.
const OF_REPORTS: [&str; 14] = [
    "format",
    "output",
    "wide",
    "strict",
    "severity",
    "ignore-unfixed",
    "ignore-status",
    "ignorefile",
    "fail-on",
    "exit-code",
    "exit-on-eol",
    "list-all-pkgs",
    "scorecard",
    "db-max-age",
];

fn define() -> Command {
    Command::new("serve")
        .about("Decide for a cluster, by webhooks, as `check` does")
        .long_about(
            "Decide for a cluster by one policy: ImagePolicyWebhook (POST /image-policy), validating webhooks (POST \
             /validate), pinning of tags (POST /mutate), and kubesec's service (POST /scan); GET /livez, /readyz, /metrics \
             and a page at /. The policy, the database and the certificate are read again when they change; a broken \
             new one is told and not used. Decisions are written to standard error, a line of JSON each.\n\nAll options may \
             stand in the file that --config names. A name is only looked up in registries that --allow-registry names: \
             whoever may make a pod may write any name.",
        )
        .after_help(
            "Examples:\n  seaworthy serve --config prod.yaml\n  seaworthy serve --policy policy.yaml --tls-cert tls.crt --tls-key tls.key \
             --allow-registry registry.example\n  seaworthy serve --listen 127.0.0.1:8443 --policy policy.yaml --image \
             registry.example/shop/api:1.4=api.tar",
        )
        .args(own_args())
        .args(policies::scan_args(&OF_REPORTS))
        .args(schemas::args())
}

fn own_args() -> Vec<Arg> {
    [listening_args(), knowing_args()].concat()
}

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// Where to listen, by which policy to decide, and where images are.
fn listening_args() -> Vec<Arg> {
    let path = |name, help| option(name, "FILE", help).value_parser(value_parser!(PathBuf));
    vec![
        option(
            "listen",
            "[IP:]PORT",
            "Where to listen; port 0 is any that is free",
        )
        .default_value("8443")
        .value_parser(address),
        path(
            "tls-cert",
            "Certificate in PEM, with those between it and the root; without one it is plain HTTP",
        )
        .requires("tls-key"),
        path("tls-key", "Its key in PEM").requires("tls-cert"),
        path(
            "client-ca",
            "Who signs the certificates of those who may ask, in PEM",
        )
        .requires("tls-cert"),
        policies::arg(),
        option(
            "image",
            "NAME=ARCHIVE",
            "Where the image of this name is: an archive or a layout; repeat for several",
        )
        .action(ArgAction::Append),
        scan::list(
            "allow-registry",
            "HOST",
            "Registries that may be asked, such as registry.example or *.example",
        ),
    ]
}

/// How much is known, and for how long.
fn knowing_args() -> Vec<Arg> {
    let time = |name, default: &'static str, help| {
        option(name, "TIME", help)
            .value_parser(values::duration)
            .default_value(default)
    };
    let number = |name, default: &'static str, help| {
        option(name, "N", help)
            .value_parser(value_parser!(u16).range(1..))
            .default_value(default)
    };
    vec![
        number("workers", "2", "Scans at a time"),
        time(
            "tag-ttl",
            "1m",
            "How long a tag is believed to lead to the same image",
        ),
        time(
            "failure-ttl",
            "10s",
            "How long it is believed that an image cannot be looked at",
        ),
        number("facts-mib", "128", "MiB of what is known of images"),
        option(
            "store",
            "DIR",
            "Folder in which what is known outlives the server; without it all is forgotten",
        )
        .value_parser(value_parser!(PathBuf)),
        scan::switch(
            "access-log",
            "false",
            "Write a line of JSON for each request, too",
        ),
        number("store-mib", "512", "MiB of the store at most"),
    ]
}

/// Reads an address; kubesec knows no port 0, which tests need.
fn address(text: &str) -> Result<Address, server::BadAddress> {
    let Some(ip) = text.strip_suffix(":0") else {
        return text.parse();
    };
    let address: Address = format!("{ip}:1").parse()?;
    Ok(Address { port: 0, ..address })
}

fn run(matches: &ArgMatches, environment: &Environment) -> Result<Exit, Failure> {
    let policy = policies::read(matches)?;
    let policy_file = matches
        .get_one::<PathBuf>("policy")
        .cloned()
        .unwrap_or_default();
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let number = |name: &str| matches.get_one::<u16>(name).copied().map_or(1, usize::from);
    let time = |name: &str| {
        matches
            .get_one::<Duration>(name)
            .copied()
            .unwrap_or_default()
    };
    let schemas = schemas::chosen(matches, environment).map_err(Failure::usage)?;
    let data = Arc::new(Data::open(matches, environment)?);
    let looker = ImageLooker::new(matches, environment, archives(matches)?)?;
    let (clock, told) = (environment.clone(), Arc::clone(&data));
    let made_by = Arc::clone(&data);
    let address = matches.get_one::<Address>("listen").copied();
    let cluster = Cluster {
        address: address.ok_or_else(|| Failure::usage("--listen is missing"))?,
        tls: path("tls-cert")
            .zip(path("tls-key"))
            .map(|(certificate, key)| TlsFiles {
                certificate,
                key,
                client_ca: path("client-ca"),
            }),
        policy,
        policy_source: Box::new(move || {
            let read = policies::read_file(&policy_file);
            read.map_err(|failure| failure.message().to_owned())
        }),
        looker: Arc::new(looker),
        keeping: Keeping {
            tag: time("tag-ttl"),
            failure: time("failure-ttl"),
            bytes: number("facts-mib").saturating_mul(MIB),
            workers: number("workers"),
        },
        logs_access: scan::flag(matches, "access-log"),
        store: path("store").map(|folder| {
            let bytes = number("store-mib").saturating_mul(MIB);
            Store::open(&folder, u64::try_from(bytes).unwrap_or(u64::MAX))
        }),
        made_by: Arc::new(move || made_by.made_by()),
        clock: Arc::new(move || clock.clock()),
        data: Arc::new(move || told.ages()),
        has_new_data: Box::new(move || data.changed()),
        beside: axum::Router::new().nest_service("/scan", server::kubesec(schemas)),
    };
    let is_plain = cluster.tls.is_none();
    let ready = |address| {
        let scheme = if is_plain { "http" } else { "https" };
        output::warn(&format!("listening on {scheme}://{address}\n"));
    };
    match server::serve_cluster(cluster, ready) {
        Ok(()) => Ok(Exit::Passed),
        Err(error) => Err(Failure::new(Exit::Unfinished, format!("serve: {error}"))),
    }
}
