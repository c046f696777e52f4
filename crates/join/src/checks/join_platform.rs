//! A pod that may only run on nodes for which its image is not made.

use crate::prelude::*;

/// Where a pod says on which nodes it runs, and which part of the platform it names.
const ASKED: [(&[&str], Part); 5] = [
    (&["os", "name"], Part::System),
    (&["nodeSelector", "kubernetes.io/os"], Part::System),
    (&["nodeSelector", "beta.kubernetes.io/os"], Part::System),
    (&["nodeSelector", "kubernetes.io/arch"], Part::Architecture),
    (
        &["nodeSelector", "beta.kubernetes.io/arch"],
        Part::Architecture,
    ),
];

#[derive(Clone, Copy)]
enum Part {
    System,
    Architecture,
}

pub(super) static CHECK: Check = Check {
    rule: Rule {
        id: "JOIN-PLATFORM",
        title: "image is not made for the nodes that the pod asks for",
        severity: Severity::High,
        concern: "its name means an image of one platform, and the pod runs on nodes of another: the node finds no \
                  image to pull, or the program ends with `exec format error`",
        fix: "build the image for the platform of the nodes, or for several; or correct nodeSelector and os.name",
        maps_to: &[],
    },
    ask,
    of_windows: true,
    bad: &[
        "only: linux/amd64\n---\nimage: x\n---\nnodeSelector: {kubernetes.io/arch: arm64}",
        "only: linux/arm64/v8\n---\nimage: x\n---\nnodeSelector: {beta.kubernetes.io/arch: amd64}",
        "only: linux/amd64\n---\nimage: x\n---\nos: {name: windows}",
        "{only: windows/amd64, is_windows: true}\n---\nimage: x\n---\nnodeSelector: {kubernetes.io/os: linux}",
    ],
    good: &[
        "only: linux/amd64\n---\nimage: x\n---\nnodeSelector: {kubernetes.io/arch: amd64, kubernetes.io/os: linux}",
        "only: linux/arm64/v8\n---\nimage: x\n---\nnodeSelector: {kubernetes.io/arch: arm64}",
        "only: linux/amd64\n---\nimage: x\n---\nnodeSelector: {disk: ssd}",
        "{}\n---\nimage: x\n---\nnodeSelector: {kubernetes.io/arch: arm64}",
    ],
};

fn ask(join: &Join<'_>) -> Vec<Hit> {
    let Some(only) = join.only else {
        return Vec::new();
    };
    let mut parts = only.split('/');
    let (system, architecture) = (parts.next().unwrap_or_default(), parts.next());
    let hit = |(path, part): (&[&str], Part)| {
        let asked = join.container.pod.spec(path)?.as_str()?;
        let has = match part {
            Part::System => system,
            Part::Architecture => architecture?,
        };
        let field = path.join(".");
        let message = format!("its image is of {only} alone, and {field} of its pod is {asked:?}");
        (asked != has).then(|| Hit::new(&["image"], message))
    };
    ASKED.into_iter().find_map(hit).into_iter().collect()
}
