//! The flags that Trivy has: those that work here, those that change nothing here, and those that are
//! not there yet.
//!
//! Source of truth: trivy.md §1.2.

use clap::builder::Str;
use clap::{Arg, ArgAction};

/// A flag.
#[derive(Debug)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    pub(super) short: Option<char>,
    pub(super) aliases: &'static [&'static str],
    /// Its place in the configuration file.
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    pub(super) use_: Use,
    pub(super) help: &'static str,
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, or `=false`.
    Switch,
    /// One value.
    Text,
    /// Values between commas, or repeated.
    List,
}

/// What becomes of a flag here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// It does what it says.
    Kept,
    /// There is nothing to do for it.
    Idle,
    /// It would change the answer and is not there yet: an error, but for the values that change nothing.
    /// Trivy's own default is one of them, and stands in files that only write down the defaults.
    Missing(&'static [&'static str]),
    /// Trivy had it once, and refuses it by name.
    Removed,
}

use Kind::{List, Switch, Text};
use Use::{Idle, Kept, Missing, Removed};

const fn flag(name: &'static str, key: &'static str, kind: Kind, help: &'static str) -> Flag {
    Flag {
        name,
        short: None,
        aliases: &[],
        key,
        kind,
        use_: Kept,
        help,
    }
}

impl Flag {
    const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    /// Names values that change nothing.
    const fn but(mut self, idle: &'static [&'static str]) -> Self {
        self.use_ = Missing(idle);
        self
    }

    const fn alias(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }
}

const fn idle(name: &'static str, key: &'static str, kind: Kind) -> Flag {
    let mut flag = flag(name, key, kind, "Taken, without an effect here");
    flag.use_ = Idle;
    flag
}

const fn missing(name: &'static str, key: &'static str, kind: Kind) -> Flag {
    let mut flag = flag(name, key, kind, "Not there yet: an error");
    flag.use_ = Missing(&[]);
    flag
}

const fn removed(name: &'static str) -> Flag {
    let mut flag = flag(name, "", Switch, "Removed: an error");
    flag.use_ = Removed;
    flag
}

/// Rules about secrets that Trivy reads where it finds them.
pub(super) const SECRET_CONFIG: &str = "trivy-secret.yaml";

/// Flags of every command, also before it.
pub(super) static GLOBAL: &[Flag] = &[
    flag(
        "config",
        "",
        Text,
        "Configuration file [default: trivy.yaml]",
    )
    .short('c'),
    flag("quiet", "quiet", Switch, "No log, but for what is fatal").short('q'),
    flag("debug", "debug", Switch, "A longer log").short('d'),
    flag(
        "timeout",
        "timeout",
        Text,
        "Give up after this time [default: 5m0s]",
    ),
    flag(
        "cache-dir",
        "cache.dir",
        Text,
        "Folder of the cache and of Trivy's database",
    ),
    flag(
        "insecure",
        "insecure",
        Switch,
        "Believe the registry whatever its certificate is",
    ),
    flag(
        "cacert",
        "cacert",
        Text,
        "Certificates that are believed, too",
    ),
    missing("generate-default-config", "", Switch),
];

/// Flags of what the program says of itself: no variable and no file sets them.
pub(super) static VERSION: &[Flag] =
    &[flag("format", "", Text, "Format of the version: json").short('f')];

/// Flags of what is written.
pub(super) static REPORT: &[Flag] = &[
    flag("format", "format", Text, "Format: table, json, template, sarif, cyclonedx, spdx, spdx-json, github, cosign-vuln [default: table]").short('f'),
    flag("output", "output", Text, "File").short('o'),
    flag("template", "template", Text, "Go template, or @FILE").short('t'),
    flag("severity", "severity", List, "Severities, in capitals [default: all]").short('s'),
    flag("exit-code", "exit-code", Text, "Exit code if anything is found"),
    flag("ignorefile", "ignorefile", Text, "What does not count [default: .trivyignore]"),
    flag("list-all-pkgs", "list-all-pkgs", Switch, "List every package in JSON [default: true]"),
    flag("dependency-tree", "dependency-tree", Switch, "Show what brought a package"),
    flag("show-suppressed", "scan.show-suppressed", Switch, "Show what does not count"),
    flag("table-mode", "table-mode", List, "Parts of the table: summary, detailed"),
    flag("scanners", "scan.scanners", List, "vuln, secret [default: both]").alias(&["security-checks"]),
    flag("ignore-unfixed", "vulnerability.ignore-unfixed", Switch, "Leave out what has no fix"),
    flag("ignore-status", "vulnerability.ignore-status", List, "Statuses to leave out"),
    flag("vuln-severity-source", "vulnerability.severity-source", List, "Whose severity is taken [default: auto]"),
    flag("vex", "vulnerability.vex", List, "OpenVEX, CSAF or CycloneDX files"),
    flag("pkg-types", "pkg.types", List, "os, library [default: both]").alias(&["vuln-type"]),
    missing("ignore-policy", "ignore-policy", Text),
    // without a compliance it changes nothing
    missing("report", "report", Text).but(&["all", "summary"]),
    missing("compliance", "scan.compliance", Text),
    missing("ignored-licenses", "license.ignored", List),
    missing("output-plugin-arg", "output-plugin-arg", Text),
];

/// Flags of what may have an end of life.
pub(super) static END: &[Flag] = &[flag(
    "exit-on-eol",
    "exit-on-eol",
    Text,
    "Exit code if the distribution is past its end of life",
)];

/// Flags of scans.
pub(super) static SCAN: &[Flag] = &[
    flag(
        "skip-dirs",
        "scan.skip-dirs",
        List,
        "Folders to leave out, as globs",
    ),
    flag(
        "skip-files",
        "scan.skip-files",
        List,
        "Files to leave out, as globs",
    ),
    idle("parallel", "scan.parallel", Text),
    idle("rekor-url", "scan.rekor-url", Text),
    idle("offline-scan", "scan.offline", Switch),
    idle("skip-db-update", "db.skip-update", Switch).alias(&["skip-update"]),
    idle("skip-java-db-update", "db.java-skip-update", Switch),
    idle(
        "skip-check-update",
        "misconfiguration.skip-check-update",
        Switch,
    )
    .alias(&["skip-policy-update"]),
    idle("skip-version-check", "scan.skip-version-check", Switch),
    idle(
        "skip-vex-repo-update",
        "vulnerability.skip-vex-repo-update",
        Switch,
    ),
    idle("disable-telemetry", "scan.disable-telemetry", Switch),
    idle("no-progress", "db.no-progress", Switch),
    idle("db-repository", "db.repository", List),
    idle("java-db-repository", "db.java-repository", List),
    idle("cache-backend", "cache.backend", Text),
    idle("cache-ttl", "cache.ttl", Text),
    idle("include-dev-deps", "pkg.include-dev-deps", Switch),
    idle("light", "", Switch),
    idle("slow", "", Switch),
    removed("reset"),
    removed("clear-cache"),
    missing("download-db-only", "db.download-only", Switch),
    missing("download-java-db-only", "db.download-java-only", Switch),
    missing("detection-priority", "scan.detection-priority", Text).but(&["precise"]),
    missing("distro", "scan.distro", Text),
    missing("file-patterns", "scan.file-patterns", List),
    missing("sbom-sources", "scan.sbom-sources", List),
    missing("pkg-relationships", "pkg.relationships", List)
        .but(&["unknown,root,workspace,direct,indirect"]),
    // what stands where Trivy looks by itself is told of when it is there
    missing("secret-config", "secret.config", Text).but(&[SECRET_CONFIG]),
    missing("license-full", "license.full", Switch),
    missing("license-confidence-level", "license.confidenceLevel", Text).but(&["0.9"]),
    missing("server", "server.addr", Text),
    missing("token", "server.token", Text),
    missing("token-header", "server.token-header", Text).but(&["Trivy-Token"]),
    missing("custom-headers", "server.custom-headers", List),
    missing("redis-ca", "cache.redis.ca", Text),
    missing("redis-cert", "cache.redis.cert", Text),
    missing("redis-key", "cache.redis.key", Text),
    missing("redis-tls", "cache.redis.tls", Switch),
];

/// Flags of images.
pub(super) static IMAGE: &[Flag] = &[
    flag(
        "input",
        "image.input",
        Text,
        "Archive, or folder of an OCI layout",
    ),
    flag(
        "platform",
        "image.platform",
        Text,
        "os/arch of a multi-platform image",
    ),
    flag(
        "image-src",
        "image.source",
        List,
        "Where images are looked for",
    ),
    flag(
        "username",
        "registry.username",
        Text,
        "User of the registry",
    ),
    flag(
        "password-stdin",
        "registry.password-stdin",
        Switch,
        "Read the password from standard input",
    ),
    flag(
        "password",
        "registry.password",
        Text,
        "Password of the registry; --password-stdin is safer",
    ),
    missing("registry-token", "registry.token", Text),
    missing("image-config-scanners", "image.image-config-scanners", List),
    missing("removed-pkgs", "image.removed-pkgs", Switch),
    missing("max-image-size", "image.max-size", Text),
    missing("docker-host", "image.docker.host", Text),
    missing("podman-host", "image.podman.host", Text),
];

/// Flags of `clean`.
pub(super) static CLEAN: &[Flag] = &[
    flag("all", "clean.all", Switch, "Remove everything").short('a'),
    flag(
        "scan-cache",
        "clean.scan-cache",
        Switch,
        "Remove what is known of layers",
    ),
    flag(
        "vuln-db",
        "clean.vuln-db",
        Switch,
        "Remove Trivy's database",
    ),
    flag(
        "java-db",
        "clean.java-db",
        Switch,
        "Remove Trivy's database of Java",
    ),
    flag(
        "checks-bundle",
        "clean.checks-bundle",
        Switch,
        "Remove rules for configurations",
    ),
    flag(
        "vex-repo",
        "clean.vex-repo",
        Switch,
        "Remove repositories of VEX",
    ),
];

/// Reads what stands behind the `=` of a switch, as Go's `strconv.ParseBool` does.
fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("true or false is wanted".to_owned()),
    }
}

/// Returns a flag as clap takes it.
pub(super) fn arg(flag: &'static Flag, is_global: bool) -> Arg {
    let arg = Arg::new(flag.name)
        .long(flag.name)
        .help(flag.help)
        .global(is_global)
        .hide(flag.use_ != Kept)
        .aliases(flag.aliases.iter().map(|alias| Str::from(*alias)));
    let arg = match flag.short {
        Some(short) => arg.short(short),
        None => arg,
    };
    match flag.kind {
        Switch => arg
            .action(ArgAction::Set)
            .overrides_with(flag.name)
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .hide_possible_values(true)
            .value_name("BOOL")
            .value_parser(switch),
        Text => arg
            .action(ArgAction::Set)
            .overrides_with(flag.name)
            .allow_hyphen_values(true)
            .value_name("TEXT"),
        List => arg.action(ArgAction::Append).value_name("LIST"),
    }
}
