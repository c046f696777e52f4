//! Files that objects are made from: kustomizations with their patches, and charts of Helm.
//!
//! Source of truth: the reference of kustomize's `kustomization.yaml`; Helm's "Charts".

use yaml::Node;

/// Says why a file of this name holds no object, if another program makes objects of it.
pub(crate) fn why(file: &str) -> Option<&'static str> {
    match base(file) {
        "kustomization.yaml" | "kustomization.yml" => {
            Some("it is a kustomization: judge what `kustomize build` prints, too")
        }
        "Chart.yaml" | "values.yaml" | "values.yml" => {
            Some("it is of a chart of Helm: judge what `helm template` prints, too")
        }
        _ => None,
    }
}

/// Returns the files that a kustomization lists as patches; none for all other files.
pub(crate) fn patches(file: &str, root: &Node) -> Vec<String> {
    if !matches!(base(file), "kustomization.yaml" | "kustomization.yml") {
        return Vec::new();
    }
    let lists = ["patches", "patchesStrategicMerge", "patchesJson6902"];
    let items = lists.into_iter().filter_map(|name| root.get(name));
    let paths = items.flat_map(Node::items).filter_map(|item| {
        let path = item.get("path").unwrap_or(item);
        path.as_str().filter(|path| !path.contains('\n'))
    });
    paths.filter_map(|path| below(file, path)).collect()
}

fn base(file: &str) -> &str {
    file.rsplit('/').next().unwrap_or(file)
}

/// Returns a path that is written in a file as those who start where the file's own path does write
/// it; none if it leads out of there.
fn below(file: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patches_are_listed_in_three_ways() {
        let text = "\
patches:
- path: ../base/a.yaml
- {path: ./b.yaml, target: {kind: Deployment}}
- patch: |-
    - op: remove
- path: ../../../out.yaml
patchesStrategicMerge:
- c.yaml
- |
  kind: Pod
patchesJson6902:
- {path: d/e.json}
resources: [f.yaml]
";
        let document = yaml::read_one(text.as_bytes(), &yaml::Limits::default()).unwrap();
        let want = [
            "k/base/a.yaml",
            "k/prod/b.yaml",
            "k/prod/c.yaml",
            "k/prod/d/e.json",
        ];
        assert_eq!(patches("k/prod/kustomization.yaml", &document.root), want);
        assert_eq!(patches("k/prod/other.yaml", &document.root), [""; 0]);
    }
}
