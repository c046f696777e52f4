//! Dockle's options: flags, its own variables of the environment, `.dockleignore`.

use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::{BoolishValueParser, NonEmptyStringValueParser};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use hygiene::dockle::Options;

use super::{list_of, text_of};
use crate::error::Failure;
use crate::scan::switch;
use crate::settings::{Environment, config_arg};
use crate::{image_source, registries, values};

/// An option that is a list, its other name, and the variable that sets it.
struct List {
    name: &'static str,
    alias: &'static str,
    variable: &'static str,
    help: &'static str,
}

const IGNORE: List = List {
    name: "ignore",
    alias: "i",
    variable: "DOCKLE_IGNORES",
    help: "Codes to ignore; .dockleignore of the working folder has more",
};
const ACCEPT_KEY: List = List {
    name: "accept-key",
    alias: "ak",
    variable: "DOCKLE_ACCEPT_KEYS",
    help: "Variables that may hold anything (CIS-DI-0010)",
};
const SENSITIVE_WORD: List = List {
    name: "sensitive-word",
    alias: "sw",
    variable: "DOCKLE_REJECT_KEYS",
    help: "More parts of names of variables that mean a secret",
};
const ACCEPT_FILE: List = List {
    name: "accept-file",
    alias: "af",
    variable: "DOCKLE_ACCEPT_FILES",
    help: "File names or paths that are fine",
};
const SENSITIVE_FILE: List = List {
    name: "sensitive-file",
    alias: "sf",
    variable: "DOCKLE_REJECT_FILES",
    help: "More file names that mean a secret",
};
const ACCEPT_EXTENSION: List = List {
    name: "accept-file-extension",
    alias: "ae",
    variable: "DOCKLE_ACCEPT_FILE_EXTENSIONS",
    help: "Extensions that are fine, without the dot",
};
const SENSITIVE_EXTENSION: List = List {
    name: "sensitive-file-extension",
    alias: "se",
    variable: "DOCKLE_REJECT_FILE_EXTENSIONS",
    help: "More extensions that mean a secret, with the dot",
};
const LISTS: [List; 7] = [
    IGNORE,
    ACCEPT_KEY,
    SENSITIVE_WORD,
    ACCEPT_FILE,
    SENSITIVE_FILE,
    ACCEPT_EXTENSION,
    SENSITIVE_EXTENSION,
];

/// Variables that set other options, those of Docker's daemon and of registries.
const VARIABLES: [(&str, &str); 7] = [
    ("DOCKLE_AUTH_URL", "authurl"),
    ("DOCKLE_HOST", "host"),
    ("DOCKLE_INSECURE", "insecure"),
    ("DOCKLE_NON_SSL", "nonssl"),
    ("DOCKLE_PASSWORD", "password"),
    ("DOCKLE_TIMEOUT", "timeout"),
    ("DOCKLE_USERNAME", "username"),
];

/// Short names with another meaning elsewhere, beside those of lists, most of which have two letters.
const SPELLED: [(&str, &str); 2] = [("c", "exit-code"), ("l", "exit-level")];

/// Spells Dockle's short names out, and adds what its variables set, if the command is `lint`; all else stays.
pub(crate) fn spelled_out(environment: &Environment) -> Vec<OsString> {
    let arguments = environment.arguments();
    let is_lint = arguments.get(1).is_some_and(|command| command == "lint");
    let long = |argument: &OsString| {
        let text = argument.to_str().filter(|_| is_lint)?;
        let (name, rest) = text.find('=').map_or((text, ""), |at| text.split_at(at));
        let name = name.strip_prefix('-')?;
        let lists = LISTS.iter().map(|list| (list.alias, list.name));
        let (_, long) = SPELLED.into_iter().chain(lists).find(|it| it.0 == name)?;
        Some(OsString::from(format!("--{long}{rest}")))
    };
    let spelled = arguments.iter();
    let mut spelled: Vec<OsString> = spelled
        .map(|argument| long(argument).unwrap_or_else(|| argument.clone()))
        .collect();
    let is_given = |name: &str, spelled: &[OsString]| {
        let mut texts = spelled.iter().filter_map(|it| it.to_str());
        texts.any(|it| {
            it.strip_prefix("--")
                .is_some_and(|it| it.split('=').next() == Some(name))
        })
    };
    let is_of_nobody =
        !is_given("username", &spelled) && environment.named("DOCKLE_USERNAME").is_none();
    for (variable, name) in VARIABLES.iter().filter(|_| is_lint) {
        if *name == "password" && is_of_nobody {
            // set for other jobs
            continue;
        }
        let value = environment.named(variable);
        if let Some(value) = value.filter(|_| !is_given(name, &spelled)) {
            spelled.insert(2, OsString::from(format!("--{name}={value}")));
        }
    }
    spelled
}

pub(super) fn args() -> Vec<Arg> {
    let option = |name: &'static str, help: &'static str| Arg::new(name).long(name).help(help);
    let flag = |name, help| option(name, help).action(ArgAction::SetTrue);
    let lists = LISTS.iter().map(|list| {
        option(list.name, list.help)
            .alias(list.alias)
            .value_name("TEXT")
            .action(ArgAction::Append)
    });
    let mut args = vec![
        Arg::new("image").value_name("IMAGE").help(
            "Name of an image; with --input, which one of the archive: its tag, digest, or #N",
        ),
        option(
            "input",
            "Archive, OCI layout folder, or - for standard input",
        )
        .value_name("FILE")
        .value_parser(NonEmptyStringValueParser::new()),
        option("format", "list, json or sarif; any other word is list")
            .short('f')
            .value_name("FORMAT"),
        option("output", "Write the report to this file")
            .short('o')
            .value_name("FILE"),
        option(
            "exit-code",
            "Exit with N if something is as bad as --exit-level",
        )
        .short('c')
        .value_name("N")
        .value_parser(value_parser!(u8)),
        option("exit-level", "info, warn or fatal [default: warn]")
            .short('l')
            .value_name("LEVEL"),
        // of the other commands `-c` is the short name of it
        config_arg(),
        option("timeout", "Give up after this time [default: 90s]")
            .short('t')
            .value_name("TIME")
            .value_parser(values::duration),
    ];
    args.extend(lists);
    args.extend([
        flag(
            "dive",
            "Say what dive says: efficiency and wasted bytes of the layers",
        ),
        flag(
            "ci",
            "With --dive: exit with 1 if a threshold is not kept (also where CI=true)",
        ),
    ]);
    let thresholds = super::dive::THRESHOLDS.iter();
    args.extend(thresholds.map(|(name, help)| option(name, help).value_name("N")));
    args.extend(place_args());
    args
}

/// Options about where an image of a name is: ours, and Dockle's in place of those that it calls the same.
fn place_args() -> Vec<Arg> {
    let option = |name: &'static str, help: &'static str| {
        let arg = Arg::new(name).long(name).help(help);
        arg.help_heading("Registries")
    };
    let flag = |name, help| {
        option(name, help)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_parser(BoolishValueParser::new())
            .value_name("BOOL")
    };
    let is_other = |arg: &Arg| {
        let id = arg.get_id().as_str();
        !["insecure", "password-stdin", "username"].contains(&id)
    };
    let ours = registries::args().into_iter().filter(is_other);
    let mut args: Vec<Arg> = ours.collect();
    args.extend([
        image_source::arg().default_values(["docker", "remote"]),
        switch(
            "offline",
            "false",
            "Open no socket: what only a network has is an error",
        ),
        option(
            "host",
            "Socket of Docker's daemon, such as unix:///var/run/docker.sock",
        )
        .value_name("URL"),
        option("username", "User of the registry").value_name("USER"),
        option("password", "The password; DOCKLE_PASSWORD is seen by fewer")
            .value_name("PASSWORD")
            .requires("username"),
        option("authurl", "Token server of the registry").value_name("URL"),
        flag("insecure", "The registry need not prove who it is"),
        flag(
            "nonssl",
            "Taken and without effect: plain text needs --insecure",
        ),
        flag("no-color", "Taken and without effect: there is no colour"),
        option("cache-dir", "Taken and without effect: nothing is cached").value_name("DIR"),
    ]);
    args
}

pub(super) fn read(matches: &ArgMatches, environment: &Environment) -> Result<Options, Failure> {
    let list = |list: &List| -> Vec<String> {
        let variable = environment.named(list.variable).unwrap_or_default();
        let variable = variable.split(',').filter(|word| !word.is_empty());
        let flags: Vec<String> = list_of(matches, list.name);
        let flags = flags.iter().flat_map(|flag| flag.split(','));
        flags.chain(variable).map(ToOwned::to_owned).collect()
    };
    let set = |of: &List| -> BTreeSet<String> { list(of).into_iter().collect() };
    let file = text_of(environment, ".dockleignore")?.unwrap_or_default();
    let lines = file.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut ignored = set(&IGNORE);
    ignored.extend(lines.map(ToOwned::to_owned));
    Ok(Options {
        ignored,
        accepted_keys: set(&ACCEPT_KEY),
        sensitive_words: list(&SENSITIVE_WORD),
        accepted_files: set(&ACCEPT_FILE),
        sensitive_files: list(&SENSITIVE_FILE),
        accepted_extensions: set(&ACCEPT_EXTENSION),
        sensitive_extensions: list(&SENSITIVE_EXTENSION),
        has_content_trust: environment.named("DOCKER_CONTENT_TRUST") == Some("1"),
    })
}
