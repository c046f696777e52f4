//! Builds of modules: several streams of one package in one release, of which a system has one.
//!
//! Source of truth: feeds.md §2.6. Where nobody names the stream, versions are all that tells of it:
//! `1:8.19.2-1.18.14.2.2.module_el9.2.0+29+de583a0b`.

/// From this first number on each is a stream of its own: `nodejs:18`, `postgresql:13`. Below it streams
/// are told apart by the second number too: `php:7.4`, `mariadb:10.5`.
const ALONE: u32 = 12;

/// Whether a version is that of a build of a module.
#[must_use]
pub fn is_module(version: &str) -> bool {
    version.contains(".module")
}

/// Returns what versions of one stream have in common: the epoch and the first number, or the first two.
/// Streams that move on have several of these.
#[must_use]
pub fn line(version: &str) -> String {
    let (epoch, rest) = version.split_once(':').unwrap_or(("0", version));
    let upstream = rest.rsplit_once('-').map_or(rest, |(upstream, _)| upstream);
    let mut numbers = upstream.split(['.', '_', '~', '^']);
    let first = numbers.next().unwrap_or_default();
    if first.parse().is_ok_and(|number: u32| number >= ALONE) {
        return format!("{epoch}:{first}");
    }
    format!("{epoch}:{first}.{}", numbers.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_a_stream_have_a_line_in_common() {
        for (version, want) in [
            ("1:8.19.2-1.18.14.2.2.module_el9.2.0+29+de583a0b", "1:8.19"),
            ("1:18.18.2-2.module_el9.2.0+43+3ebc9e20", "1:18"),
            ("0:7.4.33-1.module+el8.8.0+1", "0:7.4"),
            ("7.4.6-4.module+el8.8.0+1", "0:7.4"),
            ("3:10.5.22-1.module+el8.8.0+1", "3:10.5"),
            ("7-1.module_el9", "0:7."),
            ("", "0:."),
        ] {
            assert_eq!(line(version), want, "{version}");
        }
        assert!(is_module("6.14.11-1.12.22.12.1.module+el8.3.0"));
        assert!(!is_module("6.14.11-1.el8"));
    }
}
