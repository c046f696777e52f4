//! Dockle's codes, their usual levels and titles.

/// How bad a finding is, in Dockle's words and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing was found.
    Pass,
    /// The user does not want to hear of it.
    Ignore,
    /// It could not be looked at.
    Skip,
    /// Worth knowing.
    Info,
    /// Worth mending.
    Warn,
    /// To be mended.
    Fatal,
}

impl Level {
    /// Returns Dockle's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Ignore => "IGNORE",
            Self::Skip => "SKIP",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Fatal => "FATAL",
        }
    }

    /// Returns the level that `--exit-level` means: any word but these three is the usual one.
    pub fn of_option(word: &str) -> Self {
        match word {
            "info" | "INFO" => Self::Info,
            "fatal" | "FATAL" => Self::Fatal,
            _ => Self::Warn,
        }
    }
}

/// Something that Dockle asks about.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// `CIS-DI-0001`.
    pub id: &'static str,
    /// Its level where nothing special was found.
    pub level: Level,
    /// What to do, in Dockle's words, which people search for.
    pub title: &'static str,
}

const fn code(id: &'static str, level: Level, title: &'static str) -> Code {
    Code { id, level, title }
}

/// All codes, sorted.
pub(crate) static CODES: &[Code] = &[
    code(
        "CIS-DI-0001",
        Level::Warn,
        "Create a user for the container",
    ),
    code(
        "CIS-DI-0005",
        Level::Info,
        "Enable Content trust for Docker",
    ),
    code(
        "CIS-DI-0006",
        Level::Info,
        "Add HEALTHCHECK instruction to the container image",
    ),
    code(
        "CIS-DI-0007",
        Level::Fatal,
        "Do not use update instructions alone in the Dockerfile",
    ),
    code(
        "CIS-DI-0008",
        Level::Info,
        "Confirm safety of setuid/setgid files",
    ),
    code(
        "CIS-DI-0009",
        Level::Fatal,
        "Use COPY instead of ADD in Dockerfile",
    ),
    code(
        "CIS-DI-0010",
        Level::Fatal,
        "Do not store credential in environment variables/files",
    ),
    code("DKL-DI-0001", Level::Fatal, "Avoid sudo command"),
    code(
        "DKL-DI-0002",
        Level::Fatal,
        "Avoid sensitive directory mounting",
    ),
    code("DKL-DI-0003", Level::Warn, "Avoid \"apt-get dist-upgrade\""),
    code(
        "DKL-DI-0004",
        Level::Fatal,
        "Use \"apk add\" with --no-cache",
    ),
    code("DKL-DI-0005", Level::Fatal, "Clear apt-get caches"),
    code("DKL-DI-0006", Level::Warn, "Avoid latest tag"),
    code("DKL-LI-0001", Level::Fatal, "Avoid empty password"),
    code("DKL-LI-0002", Level::Fatal, "Be unique UID/GROUP"),
    code("DKL-LI-0003", Level::Info, "Only put necessary files"),
];

pub(crate) fn find(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id == id)
}
