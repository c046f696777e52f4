//! Lists of packages, one a line, as the package databases of Debian and Alpine.

use std::fmt::Write as _;

/// Returns Debian's `status` for lines of `name version architecture [source [its version]]`.
pub(super) fn dpkg(lists: &[&str]) -> String {
    let mut status = String::new();
    for [name, version, arch, source, source_version] in sorted(lists) {
        let source = match (source, source_version) {
            ("", _) => String::new(),
            (source, "") => format!("Source: {source}\n"),
            (source, version) => format!("Source: {source} ({version})\n"),
        };
        let record = format!(
            "Package: {name}\nStatus: install ok installed\nArchitecture: {arch}\n\
             {source}Version: {version}\n\n"
        );
        status.push_str(&record);
    }
    status
}

/// Returns Alpine's `installed` for lines of `name version [origin]`.
pub(super) fn apk(lists: &[&str]) -> String {
    let mut installed = String::new();
    for [name, version, origin, ..] in sorted(lists) {
        let origin = if origin.is_empty() { name } else { origin };
        let _never_fails = write!(installed, "P:{name}\nV:{version}\nA:x86_64\no:{origin}\n\n");
    }
    installed
}

/// Returns the words of all lines but comments, sorted; words that are missing are empty.
fn sorted<'a>(lists: &[&'a str]) -> Vec<[&'a str; 5]> {
    let mut lines: Vec<[&str; 5]> = lists
        .iter()
        .flat_map(|list| list.lines())
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut words = line.split(' ');
            [(); 5].map(|()| words.next().unwrap_or_default())
        })
        .collect();
    lines.sort_unstable();
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_records() {
        let got = dpkg(&["# c\nbash 5.2-2+b2 amd64 bash 5.2-2\n", "apt 2.6.1 all\n"]);
        let want = "Package: apt\nStatus: install ok installed\nArchitecture: all\n\
            Version: 2.6.1\n\nPackage: bash\nStatus: install ok installed\nArchitecture: amd64\n\
            Source: bash (5.2-2)\nVersion: 5.2-2+b2\n\n";
        assert_eq!(got, want);
        let got = apk(&["libssl1.1 1.1.1d-r2 openssl\nmusl 1.1.22-r3\n"]);
        let want = "P:libssl1.1\nV:1.1.1d-r2\nA:x86_64\no:openssl\n\n\
            P:musl\nV:1.1.22-r3\nA:x86_64\no:musl\n\n";
        assert_eq!(got, want);
    }
}
