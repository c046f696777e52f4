//! The ids that reports derive from facts: artifact, reference, target, finding, scan.
//!
//! Source of truth: trivy.md §2.1, §2.2, §2.5.

use std::io;

use model::{Digest, Image, ImageName, Report};
use sha2::{Digest as _, Sha256};

/// End of the name of a release that has Ubuntu's extended maintenance.
pub(crate) const ESM: &str = "-ESM";

/// Returns the name of an image that its archive or registry gives and the reader most likely
/// means: the one equal to what was typed, else the first.
pub(crate) fn reference<'a>(image: &'a Image, typed: &str) -> Option<&'a str> {
    let is_file = [".tar", ".gz", ".gzip", ".tgz"]
        .iter()
        .any(|end| typed.ends_with(end));
    let typed = typed.parse::<ImageName>().ok().filter(|_| !is_file);
    let parsed = |tag: &'a String| Some((tag.as_str(), tag.parse::<ImageName>().ok()?));
    let names: Vec<(&str, ImageName)> = image
        .tags
        .iter()
        .chain(&image.digests)
        .filter_map(parsed)
        .collect();
    names
        .iter()
        .find(|(_, name)| typed.as_ref().is_some_and(|typed| typed.means_same(name)))
        .or_else(|| names.first())
        .map(|(tag, _)| *tag)
}

/// Returns the id of an image in its repository: it stays when the tag moves, and is the image's
/// own id where no name is known. Empty for what is no image.
pub(crate) fn artifact_id(report: &Report) -> String {
    let Some(image) = &report.image else {
        return String::new();
    };
    let name = reference(image, &report.target.name).and_then(|tag| tag.parse::<ImageName>().ok());
    match name {
        Some(name) => sha256(&format!(
            "{}:{}/{}",
            image.id,
            name.registry(),
            name.repository()
        )),
        None => image.id.to_string(),
    }
}

/// Returns what the OS packages are shown under: `alpine:3.10 (alpine 3.10.4)`.
pub(crate) fn os_target(report: &Report) -> String {
    let name = &report.target.name;
    match &report.os {
        // a rolling release has no number
        Some(os) if os.version.is_empty() => format!("{name} ({})", os.family),
        Some(os) => format!("{name} ({} {}{})", os.family, os.version, extension(os)),
        None => format!("{name} (none)"),
    }
}

/// Returns what Trivy adds to the release of an Ubuntu that is maintained for longer.
fn extension(os: &model::Os) -> &'static str {
    if os.repository.ends_with(ESM) {
        ESM
    } else {
        ""
    }
}

/// Returns the id of a finding that stays the same from scan to scan of one artifact.
pub(crate) fn fingerprint(artifact: &str, target: &str, package: &str, id: &str) -> String {
    sha256(&format!("{artifact}:{target}:{package}:{id}"))
}

/// Returns a UUID of version 7: the time of the scan, then a hash of all that it learnt.
///
/// Trivy draws the second part at random. Here the same scan must give the same bytes, and two
/// scans that learnt different things must differ.
///
/// # Errors
/// None that a report can cause.
pub(crate) fn report_id(report: &Report) -> io::Result<String> {
    let mut hashing = Hashing(Sha256::new());
    serde_json::to_writer(&mut hashing, report)?;
    let mut bytes = [0u8; 16];
    let millis = u64::try_from(report.created.as_millisecond()).unwrap_or(0);
    let hash = hashing.0.finalize();
    let time = millis.to_be_bytes();
    for (byte, from) in bytes.iter_mut().zip(time.iter().skip(2).chain(hash.iter())) {
        *byte = *from;
    }
    // Version and variant stand where RFC 9562 puts them.
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    let mut rest = hex.as_str();
    let mut parts = Vec::new();
    for len in [8, 4, 4, 4, 12] {
        let (part, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        parts.push(part);
        rest = after;
    }
    Ok(parts.join("-"))
}

struct Hashing(Sha256);

impl io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Beginnings of the addresses at which a source explains its advisories, the best first.
fn pages(source: &str) -> &'static [&'static str] {
    match source {
        "debian" => &["http://www.debian.org", "https://www.debian.org"],
        "ubuntu" => &["http://www.ubuntu.com", "https://usn.ubuntu.com"],
        "redhat" => &["https://access.redhat.com"],
        "suse-cvrf" => &["http://lists.opensuse.org", "https://lists.opensuse.org"],
        "oracle-oval" => &[
            "http://linux.oracle.com/errata",
            "https://linux.oracle.com/errata",
        ],
        "nodejs-security-wg" => &["https://www.npmjs.com", "https://hackerone.com"],
        "ruby-advisory-db" => &["https://groups.google.com"],
        _ => &[],
    }
}

/// Returns where to read about a finding, as its id says, else the first of its references that leads to the
/// best address of its source; else an empty text.
pub(crate) fn primary_url(id: &str, source: &str, references: &[String]) -> String {
    for (start, page) in [
        ("CVE-", "https://avd.aquasec.com/nvd/"),
        ("RUSTSEC-", "https://osv.dev/vulnerability/"),
        ("GHSA-", "https://github.com/advisories/"),
        ("TEMP-", "https://security-tracker.debian.org/tracker/"),
    ] {
        if id.starts_with(start) {
            let is_small = start == "CVE-";
            let id = if is_small { &id.to_lowercase() } else { id };
            return format!("{page}{id}");
        }
    }
    let mut pages = pages(source).iter();
    let url = pages.find_map(|start| references.iter().find(|url| url.starts_with(start)));
    url.cloned().unwrap_or_default()
}

fn sha256(text: &str) -> String {
    Digest::new(Sha256::digest(text.as_bytes()).into()).to_string()
}

#[cfg(test)]
mod tests;
