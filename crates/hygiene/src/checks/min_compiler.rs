//! A compiler, or the headers of one.

use crate::prelude::*;
use crate::tools;
use crate::topic::Topic;

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "MIN-COMPILER",
        title: "compiler in the image",
        severity: Severity::Medium,
        concern: "who gets in builds what he needs, for this very system",
        fix: "a stage that builds, and COPY --from it",
        maps_to: &["CIS Docker 4.3", "NIST SP 800-190 4.1.2"],
    },
    ask: Some(ask),
    bad: &[
        "/usr/bin/gcc 0755 elf",
        "/usr/local/bin/go 0755 elf",
        "/usr/local/go/bin/go 0755 elf",
        "/usr/lib/jvm/jdk-17/bin/javac 0755 elf",
        "/usr/bin/x86_64-linux-gnu-gcc-12 0755 elf",
    ],
    good: &["/usr/bin/make 0755 elf\n/usr/include/x.h 0644 10B"],
};

/// Headers that more than one program leaves behind.
const MANY_HEADERS: usize = 200;

fn ask(asking: &Asking<'_, '_>, hits: &mut Hits) {
    let compilers = &asking.tools.compilers;
    let headers = asking.facts.noted(Topic::Header);
    if let (true, Some(first)) = (asking.tools.has_compiler(), compilers.first()) {
        let message = format!("tools that build: {}", names(tools::names(compilers)));
        hits.push(Hit::new(message).path(&first.path).layer(first.layer));
    } else if let (Some(first), (count @ MANY_HEADERS.., _)) =
        (headers.first(), asking.facts.survey.sum(Topic::Header))
    {
        hits.push(
            Hit::new(format!("{count} headers"))
                .file(first)
                .severity(Severity::Low),
        );
    }
}
