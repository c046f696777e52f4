//! Where the schemas of `scan` and `http` come from: built in, or files of the user.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::{Arg, ArgAction, ArgMatches};
use manifest::kubesec::{Schemas, Source};
use manifest::schema::{self, BUILT_IN_VERSION, Read};

use crate::output;
use crate::settings::Environment;

/// The largest schema; those of Kubernetes with all references resolved have up to 2 MB.
const MAX_SCHEMA_BYTES: u64 = 32 << 20;

/// `--schema-location` and `--kubernetes-version`.
pub(crate) fn args() -> [Arg; 2] {
    [
        Arg::new("schema-location")
            .long("schema-location")
            .value_name("DIR")
            .action(ArgAction::Append)
            .value_delimiter(',')
            .help("Look for schemas in these folders, or files named by a Go template, instead of the built-in ones"),
        Arg::new("kubernetes-version")
            .long("kubernetes-version")
            .value_name("VERSION")
            .help("Version of Kubernetes to validate against [default: the newest]"),
    ]
}

/// Returns the schemas that were asked for, else those that the environment names.
///
/// # Errors
/// A location is on the network.
pub(crate) fn chosen(matches: &ArgMatches, environment: &Environment) -> Result<Schemas, String> {
    let given = matches.get_many::<String>("schema-location");
    let mut locations: Vec<String> = given.into_iter().flatten().cloned().collect();
    if locations.is_empty() {
        let named = environment.named("SCHEMA_LOCATION").unwrap_or_default();
        let named = named.split(',').filter(|location| !location.is_empty());
        locations = named.map(str::to_owned).collect();
    }
    let version = matches
        .get_one::<String>("kubernetes-version")
        .map(String::as_str)
        .or_else(|| environment.named("K8S_SCHEMA_VER"));
    if let Some(location) = locations.iter().find(|location| location.contains("://")) {
        return Err(format!(
            "schema location {location} is on the network, which is not supported: \
             copy the schemas to a folder and name that"
        ));
    }
    if locations.is_empty() {
        let schemas = Schemas::new(version, Source::BuiltIn);
        if !schemas.is_built_in() {
            output::warn(&format!(
                "note: only the fields of Kubernetes {BUILT_IN_VERSION} are built in; \
                 give the schemas of another version with --schema-location\n"
            ));
        }
        return Ok(schemas);
    }
    let names = Schemas::new(version, Source::BuiltIn);
    let files = Files::default();
    let find = move |api_version: &str, kind: &str| {
        locations.iter().find_map(|location| {
            let path = names.path(location, api_version, kind).ok()??;
            let path = std::path::absolute(path).ok()?;
            let schema = files.read(&path)?;
            Some((format!("file://{}", path.display()), schema))
        })
    };
    Ok(Schemas::new(version, Source::Outside(Box::new(find))))
}

/// Schemas that were read; none for files that are missing or no schemas.
#[derive(Default)]
struct Files {
    read: Mutex<BTreeMap<PathBuf, Option<Arc<Read>>>>,
}

impl Files {
    fn read(&self, path: &Path) -> Option<Arc<Read>> {
        let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(schema) = known.get(path) {
            return schema.clone();
        }
        let schema = read(path).map(Arc::new);
        known.insert(path.to_owned(), schema.clone());
        schema
    }
}

fn read(path: &Path) -> Option<Read> {
    let file = File::open(path).ok()?;
    let bytes = archive::read_at_most(file, MAX_SCHEMA_BYTES).ok()?;
    let limits = yaml::Limits {
        nodes: 8_000_000,
        ..yaml::Limits::default()
    };
    let name = path.display();
    match schema::read(&bytes, &limits) {
        Ok(read) if read.ignored.is_empty() => Some(read),
        Ok(read) => {
            let ignored = read.ignored.join(", ");
            output::warn(&format!("note: {name}: not checked: {ignored}\n"));
            Some(read)
        }
        Err(why) => {
            output::warn(&format!("note: {name}: {why}\n"));
            None
        }
    }
}
