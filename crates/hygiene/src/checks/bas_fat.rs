//! A whole distribution for a program that needs nothing of it; tools for building beside what was built.

use crate::elf::Elf;
use crate::notes::Kind;
use crate::prelude::*;
use crate::slim;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "BAS-FAT",
        title: "base is far larger than what runs",
        severity: Severity::Medium,
        concern: "all that is in the base can be attacked, must be mended and is pulled, and the program needs none of it",
        fix: "FROM gcr.io/distroless/static for a program without libraries; a -slim or -jre image for the others",
        maps_to: &["CIS Docker 4.3", "NIST SP 800-190 4.1.5"],
    },
    ask: Some(ask),
    bad: &[
        "CMD /tini -- /app\n/tini 0755 elf\n/app 0755 elf\nPACKAGES 40",
        "CMD /app\n/app 0755 elf\nPACKAGES 40",
        "CMD java -jar /app.jar\n/usr/bin/java 0755 elf\n/usr/bin/javac 0755 elf",
    ],
    good: &[
        "CMD /tini -- python3\n/tini 0755 elf\n/usr/bin/python3 0755 elf:/lib/ld.so\n/lib/ld.so 0755 elf\nPACKAGES 40",
        "CMD /app\n/app 0755 object\nPACKAGES 40",
        "CMD /app\n/app 0755 elf\nPACKAGES 5",
        "CMD /app\n/app 0755 elf:/lib/ld.so\n/lib/ld.so 0755 elf\nPACKAGES 40",
    ],
};

/// Packages from which on a program without libraries carries a distribution around.
const MANY_PACKAGES: usize = 30;
/// Packages of headers that only a base for building has.
const DEV_PACKAGES: usize = 20;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let facts = asking.facts;
    let packages = facts.input.packages.len();
    let first = facts.start.first.as_ref().map(model::ImagePath::as_str);
    let entry = first.and_then(|path| facts.find(path));
    let kind = entry.and_then(|entry| crate::facts::kind(facts.input, &entry));
    let is_owned = facts
        .noted(crate::topic::Topic::Program)
        .iter()
        .any(|noted| Some(noted.path.as_str()) == first && facts.owner(noted).is_some());
    let dev = slim::dev_packages(facts);
    if let (Some(path), Some(Kind::Elf(Elf::Plain)), false) = (first, kind, is_owned)
        && packages >= MANY_PACKAGES
    {
        let message = format!("{path} needs no library, and lies among {packages} packages");
        hits.push(Hit::new(message).path(path));
    } else if dev >= DEV_PACKAGES && asking.tools.has_compiler() {
        hits.push(Hit::new(format!(
            "a compiler and {dev} packages of headers are in the image that runs"
        )));
    } else if let Some(javac) = asking
        .tools
        .compilers
        .iter()
        .find(|tool| tool.name == "javac")
    {
        let message = "a whole JDK is in the image, where a JRE runs the program";
        hits.push(Hit::new(message).path(&javac.path).layer(javac.layer));
    }
}
