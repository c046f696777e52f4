//! The list of packages that stands in images without rpm's own database, such as Microsoft's
//! distroless ones.
//!
//! ```text
//! vim  8.2.4081-1.cm1  1  1  Microsoft Corporation  (none)  1  x86_64  0  vim-8.2.4081-1.cm1.src.rpm
//! ```
//!
//! A line is a package, in ten fields with tabs between them: name, version and release, times of
//! installation and build, vendor, nothing, size, architecture, epoch, source package. Source of
//! truth: `rpm -qa --qf`, whose fields these are, and `trivy.md` §4.2.

use model::{ImagePath, Package, PackageFormat};

use super::{Format, Found, Location};

pub(crate) static FORMAT: Format = Format {
    name: "rpmqa",
    databases: &[Location::File("var/lib/rpmmanifest/container-manifest-2")],
    owned: &[],
    read,
    own: |_, _| None,
    sums: |_, _, _| {},
    example: (
        "vim\t8.2.4081-1.cm1\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tvim-8.2.4081-1.cm1.src.rpm\n\
         openssl-libs\t1.1.1k-4.el8\t1\t1\tRocky\t(none)\t1\tx86_64\t1\topenssl-1.1.1k-4.el8.src.rpm\n",
        &["vim 8.2.4081-1.cm1", "openssl-libs 1:1.1.1k-4.el8"],
    ),
};

/// What rpm prints where there is no value.
const NOTHING: &str = "(none)";

fn read(path: &ImagePath, bytes: &[u8], found: &mut Found) {
    for line in bytes.split(|&byte| byte == b'\n') {
        if line.trim_ascii().is_empty() {
            continue;
        }
        if !found.has_room(0, path) {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let Ok(fields) = <[&str; 10]>::try_from(fields) else {
            found.doubt(path, "", "its line has not the ten fields of such a list");
            continue;
        };
        let [name, ..] = fields;
        match package(path, fields) {
            Ok((package, doubts)) => {
                for why in doubts {
                    found.doubt(path, name, why);
                }
                found.packages.push(package);
            }
            Err(why) => found.doubt(path, name, why),
        }
    }
}

/// Returns the package of a line, and what is odd about it.
fn package(
    path: &ImagePath,
    [name, version, _, _, _, _, _, arch, epoch, source]: [&str; 10],
) -> Result<(Package, Vec<&'static str>), &'static str> {
    if name.is_empty() {
        return Err("the record has no name");
    }
    if version.is_empty() {
        return Err("the record has no version");
    }
    let is_written = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if !is_written(name) || !is_written(version) {
        return Err("its name or version has characters that rpm does not know");
    }
    let mut doubts = Vec::new();
    if !version.contains('-') {
        doubts.push("its version has no release");
    }
    let epoch = self::epoch(epoch).unwrap_or_else(|| {
        doubts.push("its epoch is no number; it counts as none");
        0
    });
    let with_epoch = |version: &str| match epoch {
        0 => version.to_owned(),
        epoch => format!("{epoch}:{version}"),
    };
    let source = match source {
        "" | NOTHING => None,
        file => {
            let source = self::source(file);
            if source.is_none() {
                doubts.push("the name of its source package has no version; its own counts");
            }
            source
        }
    };
    let (source_name, source_version) = source.unwrap_or((name, version));
    let package = Package {
        name: name.to_owned(),
        version: with_epoch(version),
        arch: if arch == NOTHING { "" } else { arch }.to_owned(),
        format: PackageFormat::Rpmqa,
        path: path.clone(),
        source_name: source_name.to_owned(),
        // the source's epoch is not told; rpm gives the packages of a source its own
        source_version: with_epoch(source_version),
        module: String::new(),
        build: None,
        licenses: Vec::new(),
        maintainer: String::new(),
        depends_on: Vec::new(),
        digest: String::new(),
        files: Vec::new(),
        checksummed_files: 0,
        layer: 0,
    };
    Ok((package, doubts))
}

/// Returns the epoch, which is 0 where there is none; `None` if it is no number.
fn epoch(text: &str) -> Option<u32> {
    match text {
        "" | NOTHING => Some(0),
        number => number.parse().ok(),
    }
}

/// Returns name, and version with release, of a source package: `vim`, `8.2.4081-1.cm1` of
/// `vim-8.2.4081-1.cm1.src.rpm`. Names have hyphens of their own.
fn source(file: &str) -> Option<(&str, &str)> {
    let file = file.strip_suffix(".rpm").unwrap_or(file);
    let (stem, _) = file.rsplit_once('.')?;
    let (before, _) = stem.rsplit_once('-')?;
    let (name, _) = before.rsplit_once('-')?;
    let version = stem.get(name.len()..)?.strip_prefix('-')?;
    (!name.is_empty()).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::tests::{names, read};

    fn line(name: &str, version: &str, arch: &str, epoch: &str, source: &str) -> String {
        format!("{name}\t{version}\t1\t1\tM\t(none)\t1\t{arch}\t{epoch}\t{source}\n")
    }

    #[test]
    fn sources_are_split_from_the_right() {
        for (file, want) in [
            (
                "vim-8.2.4081-1.cm1.src.rpm",
                Some(("vim", "8.2.4081-1.cm1")),
            ),
            (
                "java-11-openjdk-11.0.1-2.el8.src.rpm",
                Some(("java-11-openjdk", "11.0.1-2.el8")),
            ),
            ("a-1-2.nosrc.rpm", Some(("a", "1-2"))),
            ("a-1-2.src", Some(("a", "1-2"))),
            ("a-1.src.rpm", None),
            ("-1-2.src.rpm", None),
            ("src.rpm", None),
            ("rpm", None),
        ] {
            assert_eq!(source(file), want, "{file}");
        }
    }

    #[test]
    fn every_field_that_counts_is_read() {
        for (line, want) in [
            (
                line("a", "1-2", "noarch", "0", "b-3-4.src.rpm"),
                "a 1-2 noarch of b 3-4",
            ),
            (
                line("a", "1-2", "x86_64", "7", "b-3-4.src.rpm"),
                "a 7:1-2 x86_64 of b 7:3-4",
            ),
            (
                line("gpg-pubkey", "1-2", "(none)", "(none)", "(none)"),
                "gpg-pubkey 1-2  of gpg-pubkey 1-2",
            ),
            (
                line("a", "1-2", "x86_64", "0", "b-3-4.src.rpm\r"),
                "a 1-2 x86_64 of b 3-4",
            ),
        ] {
            let (packages, gaps) = read(&FORMAT, line.as_bytes());
            let told = packages.iter().map(|it| {
                let source = format!("{} {}", it.source_name, it.source_version);
                format!("{} {} {} of {source}", it.name, it.version, it.arch)
            });
            assert_eq!(told.collect::<Vec<_>>(), [want]);
            assert!(gaps.is_empty(), "{gaps:?}");
        }
    }

    #[test]
    fn a_bad_line_costs_itself_and_is_told() {
        const SOURCE: &str = "b-3-4.src.rpm";
        for (odd, packages, why) in [
            (
                "b\t1-2\n".to_owned(),
                &[][..],
                "its line has not the ten fields of such a list",
            ),
            (
                line("b", "1-2", "x86_64", "0", "b-3-4.src.rpm\tx"),
                &[],
                "its line has not the ten fields of such a list",
            ),
            (
                line("", "1-2", "x86_64", "0", SOURCE),
                &[],
                "the record has no name",
            ),
            (
                line("b", "", "x86_64", "0", SOURCE),
                &[],
                "the record has no version",
            ),
            (
                line("b\u{7}", "1-2", "x86_64", "0", SOURCE),
                &[],
                "its name or version has characters that rpm does not know",
            ),
            (
                line("b", "1", "x86_64", "0", SOURCE),
                &["b 1"],
                "its version has no release",
            ),
            (
                line("b", "1-2", "x86_64", "many", SOURCE),
                &["b 1-2"],
                "its epoch is no number; it counts as none",
            ),
            (
                line("b", "1-2", "x86_64", "0", "b"),
                &["b 1-2"],
                "the name of its source package has no version; its own counts",
            ),
        ] {
            let good = |name| line(name, "1-1", "x86_64", "0", "a-1-1.src.rpm");
            let text = format!("{}{odd}\n{}", good("a"), good("c"));
            let (found, gaps) = read(&FORMAT, text.as_bytes());
            let want = [&["a 1-1"], packages, &["c 1-1"]].concat();
            assert_eq!(names(&found), want, "{odd}");
            assert!(gaps.len() == 1 && gaps[0].ends_with(why), "{odd}: {gaps:?}");
        }
    }

    #[test]
    fn no_more_packages_are_kept_than_the_limit_says() {
        let text: String = (0..150)
            .map(|n| line(&format!("a{n}"), "1-1", "x86_64", "0", "a-1-1.src.rpm"))
            .collect();
        let (packages, gaps) = read(&FORMAT, text.as_bytes());
        assert_eq!(packages.len(), 100);
        let want = ["db: more than 100 packages are listed; the rest was left out"];
        assert_eq!(gaps, want);
    }
}
