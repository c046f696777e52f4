//! A line of one of the tracker's lists.
//!
//! Source of truth: feeds.md §2.2.

use model::{Severity, Status};

use crate::harvest::short_enough;

/// What a line says.
#[derive(Debug, PartialEq)]
pub(super) enum Line<'a> {
    /// The head of a flaw: `CVE-2024-1234 (short text ...)`.
    Flaw(&'a str),
    /// The head of a DSA or a DLA: `[29 Mar 2023] DSA-5380-1 xorg-server - security update`.
    Notice(&'a str),
    /// What the flaw or the notice is known by elsewhere: `{CVE-2023-1393}`.
    References(Vec<&'a str>),
    /// What is said of a package, in a release or, with no name of one, in sid.
    Package {
        release: &'a str,
        package: &'a str,
        state: State,
    },
    /// A head that is none of these.
    Unknown,
    /// What says nothing of a package.
    Other,
}

/// What is said of a package.
#[derive(Debug, PartialEq)]
pub(super) struct State {
    pub(super) kind: Kind,
    pub(super) severity: Option<Severity>,
}

/// Whether it has the flaw.
#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Fixed(String),
    Open(Status),
    NotAffected,
    Undetermined,
}

/// Reads a line.
///
/// # Errors
/// What about a package makes no sense.
pub(super) fn read(line: &str) -> Result<Line<'_>, String> {
    let text = line.trim();
    if text.is_empty() {
        return Ok(Line::Other);
    }
    if !line.starts_with([' ', '\t']) {
        return Ok(head(text));
    }
    if let Some(ids) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        return Ok(Line::References(ids.split_whitespace().collect()));
    }
    let (release, rest) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((release, rest)) => (release.trim(), rest.trim()),
        None => ("", text),
    };
    match rest.strip_prefix("- ") {
        Some(rest) => package(release, rest.trim()),
        None => Ok(Line::Other),
    }
}

fn head(text: &str) -> Line<'_> {
    let notice = text
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    let first = |text: &'_ str| text.find(' ').unwrap_or(text.len());
    let rest = notice.map_or(text, |(_, rest)| rest);
    match rest.get(..first(rest)).filter(|id| is_id(id)) {
        Some(id) if notice.is_some() => Line::Notice(id),
        Some(id) => Line::Flaw(id),
        None => Line::Unknown,
    }
}

/// `CVE-2024-1234`, `CVE-2024-XXXX`, `DSA-5380-1`.
fn is_id(word: &str) -> bool {
    let (list, number) = word.split_once('-').unwrap_or_default();
    let is_list = !list.is_empty() && list.bytes().all(|it| it.is_ascii_uppercase());
    is_list && number.starts_with(|it: char| it.is_ascii_alphanumeric())
}

/// Reads `putty 0.75-3 (low; bug #990901)` or `ant <unfixed> (unimportant)`.
fn package<'a>(release: &'a str, text: &'a str) -> Result<Line<'a>, String> {
    let (text, remark) = match text.split_once('(') {
        Some((text, remark)) => (text.trim(), remark.trim_end_matches(')')),
        None => (text, ""),
    };
    let mut words = text.split_whitespace();
    let package = words.next().ok_or("it names no package")?;
    let kind = match words.next() {
        None => return Err(format!("nothing is said of {package}")),
        Some("<unfixed>" | "<removed>" | "<no-dsa>") => Kind::Open(Status::Affected),
        Some("<ignored>") => Kind::Open(Status::WillNotFix),
        Some("<postponed>") => Kind::Open(Status::FixDeferred),
        Some("<end-of-life>") => Kind::Open(Status::EndOfLife),
        Some("<undetermined>") => Kind::Undetermined,
        // one that is only meant to be packaged is in no release
        Some("<not-affected>" | "<itp>") => Kind::NotAffected,
        Some(word) if word.starts_with('<') => return Err(format!("`{word}` is no state")),
        Some(version) => {
            short_enough([version].into_iter())?;
            Kind::Fixed(version.to_owned())
        }
    };
    let urgencies = remark.split(';').map(str::trim);
    let severity = urgencies.into_iter().find_map(|word| match word {
        "unimportant" | "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        _ => None,
    });
    let state = State { kind, severity };
    Ok(Line::Package {
        release,
        package,
        state,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_they_say() {
        let said = |release, package, kind, severity| Line::Package {
            release,
            package,
            state: State { kind, severity },
        };
        for (line, want) in [
            (
                "CVE-2021-36367 (PuTTY through 0.75 proceeds ...)",
                Line::Flaw("CVE-2021-36367"),
            ),
            (
                "CVE-2023-XXXX [code execution]",
                Line::Flaw("CVE-2023-XXXX"),
            ),
            (
                "[29 Mar 2023] DSA-5380-1 xorg-server - security update",
                Line::Notice("DSA-5380-1"),
            ),
            (
                "\t{CVE-2023-1393 DLA-1-1}",
                Line::References(vec!["CVE-2023-1393", "DLA-1-1"]),
            ),
            (
                "\t- putty 0.75-3 (low; bug #990901)",
                said(
                    "",
                    "putty",
                    Kind::Fixed("0.75-3".to_owned()),
                    Some(Severity::Low),
                ),
            ),
            (
                "        [buster] - putty <no-dsa> (Minor issue)",
                said("buster", "putty", Kind::Open(Status::Affected), None),
            ),
            (
                "\t- ant <unfixed> (unimportant)",
                said("", "ant", Kind::Open(Status::Affected), Some(Severity::Low)),
            ),
            (
                "\t- x <undetermined>",
                said("", "x", Kind::Undetermined, None),
            ),
            (
                "\t[bookworm] - x <not-affected> (Vulnerable code not present)",
                said("bookworm", "x", Kind::NotAffected, None),
            ),
            ("\tNOTE: https://example.org/ - see there", Line::Other),
            ("\tRESERVED", Line::Other),
            ("<html>", Line::Unknown),
            ("[1] see there", Line::Unknown),
            ("not-an-id", Line::Unknown),
            ("", Line::Other),
        ] {
            assert_eq!(read(line).unwrap(), want, "{line}");
        }
    }

    #[test]
    fn lines_that_say_nothing_are_told() {
        assert_eq!(
            read("\t- x <nonsense>").unwrap_err(),
            "`<nonsense>` is no state"
        );
        assert_eq!(read("\t- x").unwrap_err(), "nothing is said of x");
    }
}
