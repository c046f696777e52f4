//! By which rules an image is judged, and which bases are known.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use archive::read_at_most;
use clap::{Arg, ArgMatches};
use hygiene::base::{self, Chain};
use hygiene::checks::CHECKS;
use hygiene::secrets;
use model::Severity;
use pipeline::Hygiene;

use crate::error::Failure;
use crate::scan::{list, list_of};
use crate::scanners;
use crate::settings::own_file;

/// Bytes of a file of bases.
const MAX_BYTES: u64 = 16 << 20;

/// The options about the way an image is built.
pub(crate) fn args() -> Vec<Arg> {
    let heading = "What to look for";
    vec![
        list(
            "rules",
            "LIST",
            "Rules about the image to ask: ids or families, such as FUN,USR-ROOT [default: all]",
        )
        .value_parser(rule_or_family)
        .help_heading(heading),
        list(
            "rule-severity",
            "LIST",
            "How bad a rule's findings are, such as USR-ROOT=HIGH,MIN-SHELL=INFO",
        )
        .value_parser(rule_severity)
        .help_heading(heading),
        Arg::new("bases")
            .long("bases")
            .value_name("FILE")
            .value_parser(clap::value_parser!(PathBuf))
            .help("Base images that are known by their layers: a file of `seaworthy base learn`")
            .help_heading(heading),
        list(
            "allowed-bases",
            "LIST",
            "Names of the only bases that are allowed; `*` at the end for any rest",
        )
        .help_heading(heading),
    ]
}

/// Returns how images are judged, if they are.
///
/// # Errors
/// The file of bases cannot be read, or makes no sense.
pub(crate) fn hygiene(matches: &ArgMatches) -> Result<Option<Hygiene>, Failure> {
    let bases = match matches.get_one::<PathBuf>("bases") {
        Some(path) => read_bases(path)?,
        None => Vec::new(),
    };
    if !scanners::is_wanted(matches, "hygiene") {
        let is_asked = |name: &&&str| matches!(matches.try_get_one::<bool>(name), Ok(Some(true)));
        return match ["scorecard", "layers"].iter().find(is_asked) {
            Some(name) => {
                let message = format!("--{name} shows what the scanner hygiene finds");
                Err(Failure::usage(message).with("next", "add hygiene to --scanners"))
            }
            None => Ok(None),
        };
    }
    let severities = list_of::<(String, Severity)>(matches, "rule-severity");
    Ok(Some(Hygiene {
        rules: hygiene::Settings {
            rules: list_of::<String>(matches, "rules").into_iter().collect(),
            severities: severities.into_iter().collect::<BTreeMap<_, _>>(),
        },
        bases,
        allowed_bases: list_of(matches, "allowed-bases"),
    }))
}

/// Takes the id or the family of a rule that exists.
fn rule_or_family(text: &str) -> Result<String, String> {
    let wanted = text.trim().to_ascii_uppercase();
    let own = CHECKS.iter().map(|check| check.rule.id);
    let ids = own.chain(secrets::RULES.iter().map(|rule| rule.id));
    let families: BTreeSet<&str> = ids.clone().filter_map(family).collect();
    if families.contains(&*wanted) || ids.clone().any(|id| id == wanted) {
        return Ok(wanted);
    }
    let families = families.into_iter().collect::<Vec<_>>().join(", ");
    Err(format!(
        "no rule about images has this id or family; families are {families}, `seaworthy explain` lists the rules"
    ))
}

fn family(id: &str) -> Option<&str> {
    id.split('-').next()
}

/// Takes `ID=SEVERITY`.
fn rule_severity(text: &str) -> Result<(String, Severity), String> {
    let (id, word) = text
        .split_once('=')
        .ok_or("it is not ID=SEVERITY, such as USR-ROOT=HIGH")?;
    let id = rule_or_family(id)?;
    if !id.contains('-') {
        return Err("it names a family; severities are given rule by rule".to_owned());
    }
    if secrets::answers(&id) {
        return Err(
            "the scanner secret answers it: each secret has a severity of its own".to_owned(),
        );
    }
    if word.eq_ignore_ascii_case("info") {
        return Ok((id, Severity::INFO));
    }
    Ok((id, word.parse::<Severity>()?))
}

/// Reads a file of bases.
pub(crate) fn read_bases(path: &Path) -> Result<Vec<Chain>, Failure> {
    let failed = |why: String| {
        Failure::usage(format!("{}: {why}", path.display())).with(
            "next",
            "seaworthy base learn FILE -o FILE writes such a file",
        )
    };
    let file = own_file::open(path).map_err(|error| failed(error.to_string()))?;
    let bytes = read_at_most(file, MAX_BYTES).map_err(|error| failed(error.to_string()))?;
    let (chains, wrong) = base::read_chains(&String::from_utf8_lossy(&bytes));
    match wrong {
        0 => Ok(chains),
        wrong => Err(failed(format!(
            "{wrong} of its lines are no `sha256:…<tab>NAME<tab>CREATED`"
        ))),
    }
}
