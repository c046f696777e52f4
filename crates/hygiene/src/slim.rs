//! How little an image holds: its level, and a score with each thing that takes points away.

use model::{Deduction, ImagePath, Slim, SlimLevel};

use crate::facts::{ImageFacts, kind};
use crate::hits::{names, size};
use crate::notes::Kind;
use crate::start::{Started, name_of};
use crate::tools::{self, Tool};
use crate::topic::Topic;

/// Files that an image of one program may have.
const SCRATCH_FILES: usize = 10;
/// Packages from which on an image is a whole distribution.
const FULL_PACKAGES: usize = 120;
/// Packages of headers from which on an image is made to build.
const DEV_PACKAGES: usize = 20;

/// Programs of an image that a service does not need, by kind.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) shells: Vec<Tool>,
    pub(crate) managers: Vec<Tool>,
    pub(crate) compilers: Vec<Tool>,
    pub(crate) downloaders: Vec<Tool>,
    pub(crate) net: Vec<Tool>,
    pub(crate) debuggers: Vec<Tool>,
    pub(crate) interpreters: Vec<Tool>,
}

impl Tools {
    /// Finds them; the interpreter of what the image starts is no such program.
    pub(crate) fn find(facts: &ImageFacts<'_>) -> Self {
        let find = |kind| tools::find(facts.input, kind);
        let running: Vec<String> = facts
            .start
            .programs
            .iter()
            .flat_map(|started| runs_by(facts, started))
            .collect();
        let runs = |tool: &Tool| {
            let bare = without_version(tool.name);
            running.iter().any(|name| name.starts_with(bare))
        };
        let mut interpreters = find("interpreter");
        interpreters.retain(|tool| !runs(tool));
        let mut managers = find("package manager");
        managers.extend(find("language packages"));
        let mut shells = find("shell");
        if shells.is_empty() {
            // without its links it is a shell all the same: `busybox sh`
            shells = find("many in one");
        }
        Self {
            shells,
            managers,
            compilers: compilers(facts),
            downloaders: find("downloader"),
            net: find("net tool"),
            debuggers: find("debugger"),
            interpreters,
        }
    }

    /// Whether there is what makes programs: a compiler, not only tools around one.
    pub(crate) fn has_compiler(&self) -> bool {
        let around = [
            "make", "cmake", "ninja", "ld", "as", "ar", "m4", "bison", "flex",
        ];
        tools::names(&self.compilers).any(|name| !around.contains(&name))
    }
}

/// Returns the names of what runs when a program is started: its own, and those in the first line of a
/// script.
fn runs_by(facts: &ImageFacts<'_>, started: &Started) -> Vec<String> {
    let path = started.path.as_ref().map(ImagePath::as_str);
    let entry = path.and_then(|path| facts.find(path));
    let line = match entry.and_then(|entry| kind(facts.input, &entry)) {
        Some(Kind::Script(line)) => line.as_str(),
        _ => "",
    };
    let first = started.words.first().map(String::as_str);
    let words = [path, first].into_iter().flatten();
    words
        .chain(line.split_whitespace())
        .map(|word| name_of(word).to_owned())
        .collect()
}

fn without_version(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.')
}

/// Returns what builds programs, in the usual folders and in others, each name once.
fn compilers(facts: &ImageFacts<'_>) -> Vec<Tool> {
    let mut found = tools::find(facts.input, "compiler");
    for noted in facts.noted(Topic::Compiler) {
        if found.iter().all(|tool| tool.name != noted.what) {
            found.push(Tool {
                name: noted.what,
                path: noted.path.to_string(),
                layer: noted.layer(),
            });
        }
    }
    found
}

/// Returns how many packages are only there to build others.
pub(crate) fn dev_packages(facts: &ImageFacts<'_>) -> usize {
    let is_dev = |name: &str| {
        name.ends_with("-dev") || name.ends_with("-devel") || name.ends_with("-headers")
    };
    let packages = facts.input.packages.iter();
    packages.filter(|package| is_dev(&package.name)).count()
}

/// Measures an image.
pub(crate) fn measure(facts: &ImageFacts<'_>, tools: &Tools) -> Slim {
    let deductions = deductions(facts, tools);
    let lost = deductions
        .iter()
        .map(|it| it.points)
        .fold(0, u8::saturating_add);
    Slim {
        level: level(facts, tools),
        score: 100_u8.saturating_sub(lost),
        deductions,
    }
}

fn level(facts: &ImageFacts<'_>, tools: &Tools) -> SlimLevel {
    let packages = facts.input.packages.len();
    if tools.has_compiler() || dev_packages(facts) >= DEV_PACKAGES {
        SlimLevel::Build
    } else if !tools.shells.is_empty() {
        if packages < FULL_PACKAGES {
            SlimLevel::Slim
        } else {
            SlimLevel::Full
        }
    } else if has_libc(facts) {
        SlimLevel::Distroless
    } else if facts.survey.files > SCRATCH_FILES || packages > 0 || facts.has_unread_database() {
        SlimLevel::Static
    } else {
        SlimLevel::Scratch
    }
}

fn has_libc(facts: &ImageFacts<'_>) -> bool {
    let (tree, limits) = (facts.input.tree, facts.input.limits);
    let starts: [&[u8]; 4] = [b"ld-musl-", b"ld-linux", b"libc.musl-", b"libc.so."];
    let is_one = |name: &[u8]| starts.iter().any(|start| name.starts_with(start));
    let has_one = |folder: &str| {
        tree.list(folder, limits)
            .iter()
            .any(|(name, _)| is_one(name))
    };
    // Debian has a folder of its own for each architecture
    let is_of_architecture = |name: &str| name.contains("-linux-") && !name.starts_with("ld-");
    ["lib", "lib64", "usr/lib", "usr/lib64"]
        .into_iter()
        .any(|folder| {
            let names = tree.list(folder, limits).into_iter();
            let mut names = names.filter_map(|(name, _)| String::from_utf8(name).ok());
            has_one(folder)
                || names
                    .any(|name| is_of_architecture(&name) && has_one(&format!("{folder}/{name}")))
        })
}

fn deductions(facts: &ImageFacts<'_>, tools: &Tools) -> Vec<Deduction> {
    let have = |points, what: &str, found: &[Tool]| {
        let why = format!("{what}: {}", names(tools::names(found)));
        (!found.is_empty()).then_some(Deduction { points, why })
    };
    let packages = facts.input.packages.len();
    let megabytes = facts.survey.bytes / 1_000_000;
    let upto_ten = |number: u64| u8::try_from(number.min(10)).unwrap_or(10);
    let some = |points, why| (points > 0).then_some(Deduction { points, why });
    let setid = facts.noted(Topic::SetId);
    let owned = setid
        .iter()
        .filter(|noted| facts.owner(noted).is_some())
        .count();
    let unowned = if facts.are_owners_known() {
        setid.len() - owned
    } else {
        0
    };
    [
        have(15, "shell", &tools.shells),
        have(15, "package manager", &tools.managers),
        have(20, "compiler", &tools.compilers),
        have(10, "downloader", &tools.downloaders),
        have(5, "network tool", &tools.net),
        have(5, "debugger", &tools.debuggers),
        have(
            5,
            "interpreter that is not the program's",
            &tools.interpreters,
        ),
        some(
            if unowned > 0 { 10 } else { 0 },
            format!("setuid or setgid, of no package: {unowned}"),
        ),
        some(
            u8::try_from(owned.min(5)).unwrap_or(5),
            format!("setuid or setgid: {owned}"),
        ),
        some(
            upto_ten(u64::try_from(packages / 30).unwrap_or(10)),
            format!("packages: {packages}"),
        ),
        some(
            upto_ten(megabytes / 50),
            format!("files: {}", size(facts.survey.bytes)),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    use crate::example::told;
    use model::SlimLevel;

    #[test]
    fn a_library_of_c_is_told_by_its_name() {
        for (file, want) in [
            ("/lib/ld-musl-x86_64.so.1", SlimLevel::Distroless),
            ("/lib/libc.musl-x86_64.so.1", SlimLevel::Distroless),
            ("/lib64/libc.so.6", SlimLevel::Distroless),
            ("/usr/lib/x86_64-linux-gnu/libc.so.6", SlimLevel::Distroless),
            ("/usr/lib/x86_64-linux-gnu/libcap.so.2", SlimLevel::Scratch),
            ("/opt/lib/libc.so.6", SlimLevel::Scratch),
        ] {
            let (hygiene, _) = told(&format!("CMD /app\n/app 0755 elf\n{file} 0755 elf"));
            assert_eq!(hygiene.slim.level, want, "{file}");
        }
    }
}
