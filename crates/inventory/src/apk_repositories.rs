//! The release whose repositories apk takes packages from: `etc/apk/repositories`.
//!
//! ```text
//! https://dl-cdn.alpinelinux.org/alpine/v3.18/main
//! ```
//! Packages come from there, whatever os-release says. Source of truth: apk-repositories(5), trivy.md
//! §4.2: of several releases the highest, and edge beyond all. Unlike there, comments and repositories
//! with a tag, which give only what asks for the tag, do not count.

use model::Manner;

/// The file.
pub(crate) const FILE: &str = "etc/apk/repositories";

/// Returns the highest release of Alpine that is named, `3.18` or `edge`; empty if none is.
pub(crate) fn release(text: &str, manner: Manner) -> String {
    let lines = text.lines().map(str::trim);
    let counts = |line: &&str| manner.is_trivy() || !line.starts_with(['#', '@']);
    let named = lines.filter(counts).filter_map(of_line);
    let highest = named.max_by_key(|release| order(release));
    highest.unwrap_or_default().to_owned()
}

/// Returns what stands behind the folder `alpine`, without the `v`.
fn of_line(line: &str) -> Option<&str> {
    let mut parts = line.split('/').skip_while(|part| *part != "alpine");
    let release = parts.nth(1)?;
    let number = release.strip_prefix('v').unwrap_or(release);
    (release == "edge" || order(number).is_some()).then_some(number)
}

/// Returns a key by which `edge` is the highest, and `3.9` below `3.18`; none of what is no number.
fn order(release: &str) -> Option<(u32, u32)> {
    if release == "edge" {
        return Some((u32::MAX, 0));
    }
    let (major, minor) = release.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_release_counts() {
        for (text, want) in [
            ("https://mirror.example.org/alpine/v3.18/main\n", "3.18"),
            (
                "http://a.example/pub/alpine/v3.9/main\nhttp://a.example/pub/alpine/v3.18/community\n",
                "3.18",
            ),
            (
                "https://a.example/alpine/v3.18/main\nhttps://a.example/alpine/edge/main\n",
                "edge",
            ),
            (
                "https://a.example/alpine/v3.18/main\n@edge https://a.example/alpine/edge/main\n# https://a.example/alpine/edge/main",
                "3.18",
            ),
            ("/media/cdrom/apks\n", ""),
            (
                "https://packages.example/os\nhttps://a.example/alpine/latest-stable/main",
                "",
            ),
            ("https://a.example/alpine", ""),
            ("", ""),
        ] {
            assert_eq!(release(text, Manner::Own), want, "{text}");
        }
        let tagged =
            "https://a.example/alpine/v3.18/main\n@edge https://a.example/alpine/edge/main\n";
        assert_eq!(release(tagged, Manner::Trivy), "edge");
    }
}
