//! Which layers belong to the base image, as far as the history shows it.

use model::{History, ImageConfig};

/// Returns, for each of `layers` layers, the line of history that made it (empty if the history
/// does not fit the layers).
pub(crate) fn created_by(config: &ImageConfig, layers: usize) -> Vec<String> {
    let made: Vec<&History> = config
        .history
        .iter()
        .filter(|step| !step.empty_layer)
        .collect();
    if made.len() != layers {
        return vec![String::new(); layers];
    }
    made.into_iter()
        .map(|step| command(&step.created_by))
        .collect()
}

/// Returns the step without what builders put around it.
fn command(created_by: &str) -> String {
    let bare = created_by.strip_prefix("/bin/sh -c ").unwrap_or(created_by);
    bare.strip_prefix("#(nop) ")
        .unwrap_or(bare)
        .trim()
        .to_owned()
}

/// Returns how many of the lowest layers belong to the base image; `None` if nothing tells.
///
/// The guess that Trivy makes (trivy.md §3): a base image ends with the `CMD` that its own
/// Dockerfile sets. Seen from the end, steps without a layer are the image's own; the next `CMD`
/// below is the base's last step. Else a base that its first step shows ends with the last step of its time
/// (hygiene.md §6.3).
pub(crate) fn base_layers(config: &ImageConfig, layers: usize) -> Option<usize> {
    let history = &config.history;
    if history.iter().filter(|step| !step.empty_layer).count() != layers {
        return None;
    }
    let end = before_own_command(history).or_else(|| of_one_time(history))?;
    Some(
        history
            .get(..end)?
            .iter()
            .filter(|step| !step.empty_layer)
            .count(),
    )
}

/// Returns the place of the last `CMD` below the image's own layers.
fn before_own_command(history: &[History]) -> Option<usize> {
    let last_layer = history.iter().rposition(|step| !step.empty_layer)?;
    let is_cmd = |step: &History| {
        step.empty_layer
            && (step.created_by.starts_with("CMD")
                || step.created_by.starts_with("/bin/sh -c #(nop)  CMD"))
    };
    history.get(..last_layer)?.iter().rposition(is_cmd)
}

/// How the steps of builders of bases begin that set no `CMD`.
const BUILDERS: [&str; 4] = ["# debian.sh", "bazel build", "apko", "KIWI "];

/// Returns where the steps end that a builder of bases made at once; none if nothing follows.
fn of_one_time(history: &[History]) -> Option<usize> {
    let first = history.first()?;
    let bare = |step: &History| command(&step.created_by);
    let mut builders = BUILDERS.iter();
    let builder = builders.find(|start| bare(first).starts_with(**start))?;
    let is_of_base = |step: &History| {
        let is_made = step.empty_layer || bare(step).starts_with(builder);
        is_made && step.created == first.created
    };
    history.iter().position(|step| !is_of_base(step))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Steps of a history; those that begin with `-` made no layer.
    fn config(steps: &[&str]) -> ImageConfig {
        let step = |line: &&str| History {
            created_by: line.trim_start_matches('-').to_owned(),
            empty_layer: line.starts_with('-'),
            ..History::default()
        };
        ImageConfig {
            history: steps.iter().map(step).collect(),
            ..ImageConfig::default()
        }
    }

    #[test]
    fn a_base_ends_with_its_own_command() {
        let nop = "-/bin/sh -c #(nop)  CMD [\"bash\"]";
        for (steps, layers, want) in [
            (&["ADD rootfs", nop][..], 1, None),
            (&["ADD rootfs", nop, "RUN apt-get"], 2, Some(1)),
            (
                &["ADD rootfs", nop, "RUN a", "COPY b", "-CMD [\"b\"]"],
                3,
                Some(1),
            ),
            (
                &["ADD", nop, "RUN a", "-CMD [\"x\"]", "COPY b", "-ENTRYPOINT"],
                3,
                Some(2),
            ),
            (&["COPY a", "COPY b"], 2, None),
            (&["ADD rootfs", nop, "RUN apt-get"], 5, None),
            (&[], 0, None),
        ] {
            assert_eq!(base_layers(&config(steps), layers), want, "{steps:?}");
        }
    }

    /// With the time of each step behind `@`.
    #[test]
    fn a_base_of_a_builder_ends_with_its_time() {
        for (steps, layers, want) in [
            (
                &["# debian.sh --arch 'amd64'@1", "COPY a@2"][..],
                2,
                Some(1),
            ),
            (
                &["# debian.sh --arch 'amd64'@1", "COPY a@2", "-CMD [\"a\"]@2"],
                2,
                Some(1),
            ),
            (
                &["bazel build x@0", "bazel build y@0", "COPY a@0"],
                3,
                Some(2),
            ),
            (
                &[
                    "bazel build x@0",
                    "-ENV A=1@0",
                    "bazel build y@0",
                    "COPY a@5",
                ],
                3,
                Some(2),
            ),
            (&["apko@1", "COPY a@2"], 2, Some(1)),
            (&["KIWI 9.24@1", "RUN zypper@2"], 2, Some(1)),
            // the base itself
            (
                &["# debian.sh --arch 'amd64'@1", "-CMD [\"bash\"]@1"],
                1,
                None,
            ),
            (&["bazel build x@0", "bazel build y@0"], 2, None),
            // from nothing
            (&["COPY a@1", "COPY b@2"], 2, None),
        ] {
            let mut config = config(steps);
            for step in &mut config.history {
                let (line, time) = step.created_by.rsplit_once('@').unwrap();
                (step.created, step.created_by) = (time.to_owned(), line.to_owned());
            }
            assert_eq!(base_layers(&config, layers), want, "{steps:?}");
        }
    }

    #[test]
    fn lines_of_history_go_with_layers_only_if_they_fit() {
        let config = config(&[
            "/bin/sh -c #(nop) ADD file:1 in / ",
            "-ENV A=1",
            "/bin/sh -c make",
        ]);
        assert_eq!(created_by(&config, 2), ["ADD file:1 in /", "make"]);
        assert_eq!(created_by(&config, 1), [""]);
    }
}
