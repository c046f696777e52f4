//! The distribution: os-release first, the older release files where it is missing.
//!
//! Source of truth: `os-release(5)`; names as Trivy gives them (trivy.md §4.1), except that
//! derivatives are named for what they are: Kali is `kali`, not Debian.

use std::collections::BTreeMap;

use model::{Content, Gap, GapKind, Manner, Os, OsFamily};

use crate::watch::File;
use crate::{apk_repositories, ubuntu_pro};

/// The files that tell, in the order in which they are asked.
pub(crate) const FILES: &[&str] = &[
    "etc/os-release",
    "usr/lib/os-release",
    "aarch64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
    "x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
    // before the parent's own file, which derivatives leave as it is
    "etc/lsb-release",
    "etc/debian_version",
    "etc/alpine-release",
    "etc/oracle-release",
    "etc/rocky-release",
    "etc/almalinux-release",
    "etc/fedora-release",
    "etc/centos-release",
    "usr/lib/oracle-release",
    "usr/lib/rocky-release",
    "usr/lib/almalinux-release",
    "usr/lib/fedora-release",
    "usr/lib/centos-release",
    // after those of its kin, which have it too
    "etc/redhat-release",
    "etc/system-release",
    "usr/lib/system-release",
    apk_repositories::FILE,
    ubuntu_pro::FILE,
];

/// Names by os-release `ID` that differ from the family's own name.
const IDS: &[(&str, OsFamily)] = &[
    ("almalinux", OsFamily::Alma),
    ("amzn", OsFamily::Amazon),
    ("mariner", OsFamily::CblMariner),
    ("ol", OsFamily::Oracle),
    ("opensuse", OsFamily::OpenSuseLeap),
    ("rhel", OsFamily::RedHat),
    ("sl-micro", OsFamily::Slem),
    ("sle-micro", OsFamily::Slem),
    ("sle-micro-rancher", OsFamily::Slem),
];

/// Distributions that Trivy knows by their name alone.
const TRIVYS_OTHERS: [&str; 2] = ["activestate", "coreos"];

/// Families without releases.
const ROLLING: &[OsFamily] = &[
    OsFamily::Chainguard,
    OsFamily::Echo,
    OsFamily::MinimOs,
    OsFamily::OpenSuseTumbleweed,
    OsFamily::Wolfi,
];

/// Beginnings of the one line in the release files of Red Hat's relatives.
const RELEASE_LINES: &[(&str, OsFamily)] = &[
    ("AlmaLinux", OsFamily::Alma),
    ("Amazon Linux", OsFamily::Amazon),
    ("CentOS Stream", OsFamily::CentOsStream),
    ("CentOS", OsFamily::CentOs),
    ("Fedora", OsFamily::Fedora),
    ("Oracle", OsFamily::Oracle),
    ("Red Hat", OsFamily::RedHat),
    ("Rocky", OsFamily::Rocky),
];

/// Bytes of a release file that are looked at: most are a few lines, Ubuntu Pro's has some 20 kB, and two
/// copies are made of it.
const MOST_BYTES: usize = 64 << 10;

/// Texts of files by their path.
type Texts<'a> = Vec<(&'a str, String)>;

/// Returns the distribution, `None` if no file tells; and a gap for each file that says more than is
/// looked at.
pub(crate) fn read(
    files: &[File],
    contents: &BTreeMap<Content, &[u8]>,
    manner: Manner,
) -> (Option<Os>, Vec<Gap>) {
    let mut gaps = Vec::new();
    let mut layers: BTreeMap<u16, Texts<'_>> = BTreeMap::new();
    for file in files {
        let Some(bytes) = contents.get(&file.content) else {
            // whoever fetches files says why this one is missing
            continue;
        };
        let head = match bytes.get(..MOST_BYTES) {
            Some(head) if bytes.len() > MOST_BYTES => {
                gaps.push(too_large(file, bytes.len()));
                whole_lines(head)
            }
            _ => bytes,
        };
        let text = String::from_utf8_lossy(head).into_owned();
        // what counts for us is the image as it is, for Trivy each layer alone
        let layer = if manner.is_trivy() {
            file.content.layer
        } else {
            0
        };
        let texts = layers.entry(layer).or_default();
        texts.push((file.path.as_str(), text));
    }
    (of(&layers, manner), gaps)
}

fn too_large(file: &File, len: usize) -> Gap {
    let why = format!("it is too large: of its {len} bytes only {MOST_BYTES} were looked at");
    let hides = "which distribution this is";
    Gap::new(GapKind::Limited, file.path.as_str(), why, hides)
}

/// Returns the lines that are there whole: half a version would be another one.
fn whole_lines(head: &[u8]) -> &[u8] {
    let end = head.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    head.get(..end).unwrap_or_default()
}

fn of(layers: &BTreeMap<u16, Texts<'_>>, manner: Manner) -> Option<Os> {
    let is_repositories = |(path, _): &&(&str, String)| *path == apk_repositories::FILE;
    let repositories = layers.values().flatten().rfind(is_repositories);
    let repository = repositories.map(|(_, text)| apk_repositories::release(text, manner));
    let repository = repository.unwrap_or_default();
    let named = layers.values().filter_map(|texts| named(texts, manner));
    let Some(mut os) = named.reduce(above) else {
        let is_told = !repository.is_empty();
        return is_told.then(|| plain(OsFamily::Alpine, &repository, apk_repositories::FILE));
    };
    let is_pro =
        |(path, text): &(&str, String)| *path == ubuntu_pro::FILE && ubuntu_pro::has_esm(text);
    if os.family == OsFamily::Alpine {
        os.repository = repository;
    } else if os.family == OsFamily::Ubuntu && layers.values().flatten().any(is_pro) {
        os.repository = ubuntu_pro::extended(&os);
    }
    Some(os)
}

/// Returns what Trivy takes of what two layers tell: the lower one, but for the families whose files
/// their derivatives have, too.
fn above(lower: Os, upper: Os) -> Os {
    let is_shared = matches!(lower.family, OsFamily::Debian | OsFamily::RedHat);
    if is_shared { upper } else { lower }
}

fn named(texts: &[(&str, String)], manner: Manner) -> Option<Os> {
    let text_of = |path: &str| {
        texts
            .iter()
            .find(|(p, _)| *p == path)
            .map(|(_, text)| text.as_str())
    };
    let os_releases = texts
        .iter()
        .filter(|(path, _)| path.ends_with("/os-release"));
    os_releases
        .filter(|(_, text)| !manner.is_trivy() || names_release(text))
        .filter_map(|(path, text)| from_os_release(path, text, &text_of))
        .find(|os| counts(os, manner))
        .or_else(|| {
            texts
                .iter()
                .filter_map(|(path, text)| from_release_file(path, text, &text_of))
                .find(|os| counts(os, manner))
        })
        .or_else(|| trivys_red_hat(text_of("etc/redhat-release")?, manner))
}

/// Returns what Trivy takes anybody for whose redhat-release it does not know.
fn trivys_red_hat(text: &str, manner: Manner) -> Option<Os> {
    let (_, after) = first_line(text).split_once(" release ")?;
    let version = number(after);
    let is_taken = manner.is_trivy() && version.starts_with(|it: char| it.is_ascii_digit());
    is_taken.then(|| plain(OsFamily::RedHat, version, "etc/redhat-release"))
}

/// Returns the digits and points that a text begins with.
fn number(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Returns a distribution of which nothing is known but its release.
fn plain(family: OsFamily, version: &str, told_by: &str) -> Os {
    Os {
        pretty_name: format!("{family} {version}"),
        is_rolling: is_rolling(&family, version),
        family,
        version: version.to_owned(),
        like: Vec::new(),
        repository: String::new(),
        told_by: told_by.to_owned(),
    }
}

/// Whether a file counts that names this distribution. Trivy heeds no os-release of Amazon, Debian, Ubuntu
/// and derivatives, and of lsb-release Ubuntu's only; so it takes a derivative for what `debian_version`
/// says.
fn counts(os: &Os, manner: Manner) -> bool {
    let is_heeded = |path: &str| match path {
        "etc/lsb-release" => os.family == OsFamily::Ubuntu,
        path if path.ends_with("/os-release") => {
            let unknown = [OsFamily::Amazon, OsFamily::Debian, OsFamily::Ubuntu];
            if let OsFamily::Other(id) = &os.family {
                return TRIVYS_OTHERS.contains(&&**id);
            }
            !unknown.contains(&os.family)
        }
        _ => true,
    };
    !manner.is_trivy() || is_heeded(&os.told_by)
}

/// Whether an os-release tells the release itself: Trivy heeds no other.
fn names_release(text: &str) -> bool {
    fields(text)
        .get("VERSION_ID")
        .is_some_and(|it| !it.is_empty())
}

fn from_os_release<'a>(
    path: &str,
    text: &str,
    other: &impl Fn(&str) -> Option<&'a str>,
) -> Option<Os> {
    let fields = fields(text);
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let id = field("ID").to_lowercase();
    if id.is_empty() {
        return None;
    }
    let family = match IDS.iter().find(|(known, _)| *known == id) {
        Some((_, family)) => family.clone(),
        None if id == "centos" && field("NAME").contains("Stream") => OsFamily::CentOsStream,
        None => OsFamily::from_name(&id),
    };
    let mut version = field("VERSION_ID");
    // VERSION_ID leaves out the point release of Debian and CentOS, and the name of Amazon's
    if family == OsFamily::Debian {
        version = with_point(version, other("etc/debian_version"));
    }
    if let Some(line) = release_line(&family, other)
        && (family == OsFamily::Amazon || is_part(&version, &line))
    {
        version = line;
    }
    let is_rolling = is_rolling(&family, &version);
    let pretty_name = match field("PRETTY_NAME") {
        name if name.is_empty() => format!("{family} {version}").trim().to_owned(),
        name => name,
    };
    let like = field("ID_LIKE")
        .split_whitespace()
        .map(ToOwned::to_owned)
        .collect();
    Some(Os {
        family,
        version,
        pretty_name,
        like,
        is_rolling,
        repository: String::new(),
        told_by: path.to_owned(),
    })
}

/// Returns the version in the line that a family's own release files hold.
fn release_line<'a>(family: &OsFamily, other: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let lines = FILES.iter().filter(|path| !path.ends_with("/os-release"));
    let mut told = lines.filter_map(|path| from_line(path, other(path)?));
    told.find(|os| os.family == *family).map(|os| os.version)
}

/// Whether a version leaves out what another one says: `7` of `7.6.1810`.
fn is_part(version: &str, of: &str) -> bool {
    let rest = of.strip_prefix(version);
    rest.is_some_and(|rest| version.is_empty() || rest.starts_with('.'))
}

/// Returns Debian's version with its point release, if `debian_version` is of the same release.
fn with_point(version: String, debian_version: Option<&str>) -> String {
    let point = first_line(debian_version.unwrap_or_default());
    let is_of_it = point.split('.').next() == Some(&*version) || version.is_empty();
    if is_of_it && !point.is_empty() {
        point.to_owned()
    } else {
        version
    }
}

/// Debian's testing and unstable say `trixie/sid`, Alpine's edge says `3.21.0_alpha20240923`.
fn is_rolling(family: &OsFamily, version: &str) -> bool {
    let is_debian = *family == OsFamily::Debian && (version.is_empty() || version.contains("sid"));
    let is_edge = *family == OsFamily::Alpine && (version.contains("_alpha") || version == "edge");
    is_debian || is_edge || ROLLING.contains(family)
}

fn from_release_file<'a>(
    path: &str,
    text: &str,
    other: &impl Fn(&str) -> Option<&'a str>,
) -> Option<Os> {
    let line = first_line(text);
    let plain = |family: OsFamily, version: &str| Some(plain(family, version, path));
    match path {
        _ if line.is_empty() => None,
        "etc/debian_version" => plain(OsFamily::Debian, line),
        "etc/alpine-release" => plain(OsFamily::Alpine, line),
        "etc/lsb-release" => {
            let fields = fields(text);
            let id = fields.get("DISTRIB_ID").filter(|id| !id.is_empty())?;
            let family = OsFamily::from_name(&id.to_lowercase());
            let mut version = fields.get("DISTRIB_RELEASE").cloned().unwrap_or_default();
            if family == OsFamily::Debian {
                // testing and unstable have names here, and `trixie/sid` in Debian's own file
                version.retain(|it| it.is_ascii_digit() || it == '.');
                version = with_point(version, other("etc/debian_version"));
            }
            plain(family, &version)
        }
        path if path.ends_with("-release") && !path.ends_with("/os-release") => {
            from_line(path, text)
        }
        _ => None,
    }
}

/// `CentOS release 6.9 (Final)`, `Amazon Linux release 2 (Karoo)`, `Amazon Linux AMI release 2018.03`.
fn from_line(path: &str, text: &str) -> Option<Os> {
    let line = first_line(text);
    let (_, family) = RELEASE_LINES
        .iter()
        .find(|(start, _)| line.starts_with(start))?;
    let after = line.split_once(" release ").map_or("", |(_, after)| after);
    let version = if *family != OsFamily::Amazon {
        number(after)
    } else if line.starts_with("Amazon Linux release 2") {
        after
    } else {
        line.strip_prefix("Amazon Linux ")?
    };
    Some(Os {
        family: family.clone(),
        version: version.to_owned(),
        pretty_name: line.to_owned(),
        like: Vec::new(),
        is_rolling: false,
        repository: String::new(),
        told_by: path.to_owned(),
    })
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
}

/// Returns `NAME=value` lines; values may be quoted as in a shell.
fn fields(text: &str) -> BTreeMap<&str, String> {
    text.lines()
        .filter_map(|line| line.trim().split_once('='))
        .filter(|(name, _)| !name.starts_with('#'))
        .map(|(name, value)| (name.trim(), unquote(value.trim())))
        .collect()
}

fn unquote(value: &str) -> String {
    for quote in ['"', '\''] {
        if let Some(inner) = value
            .strip_prefix(quote)
            .and_then(|v| v.strip_suffix(quote))
        {
            return if quote == '"' {
                inner.replace("\\\"", "\"").replace("\\$", "$")
            } else {
                inner.to_owned()
            };
        }
    }
    value.to_owned()
}

#[cfg(test)]
mod tests;
