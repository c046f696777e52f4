//! Holds the objects of manifests and their images against a policy: the same for the command line and for
//! a cluster that asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use manifest::judge::{self, Settings};
use manifest::{Input, Object, Role};
use model::{Gap, GapKind, Misconfiguration};
use policy::image_policy::{
    Asked, AskedImage, ImagePolicy, Known, Problem, RuleIds, User, Verdict,
};
use yaml::{Kind, Node};

/// Containers of an object: honest ones have some tens, and each rule is asked about each.
const MOST_CONTAINERS: usize = 1_000;

/// Images of one question; a pod has some hundreds at most.
pub const MOST_IMAGES: usize = 2_000;

/// Reads a policy, of which all rules are known.
///
/// # Errors
/// All that is wrong with it, with lines and columns.
pub fn read_policy(file: &str, text: &str) -> Result<ImagePolicy, Vec<Problem>> {
    ImagePolicy::read(file, text, &rule_ids())
}

/// Returns the ids of all rules that a policy can name.
pub fn rule_ids() -> RuleIds<'static> {
    type Ids = LazyLock<Vec<&'static str>>;
    static IMAGES: Ids = LazyLock::new(|| {
        let ids = hygiene::checks::CHECKS.iter().map(|check| check.rule.id);
        // findings of secrets have the ids of their own rules
        ids.filter(|id| !hygiene::secrets::answers(id)).collect()
    });
    static MANIFESTS: Ids = LazyLock::new(|| {
        let own = manifest::checks::CHECKS.iter().map(|check| check.rule.id);
        own.chain(join::CHECKS.iter().map(|check| check.rule.id))
            .collect()
    });
    static OF_SECRETS: LazyLock<secret::Rules> = LazyLock::new(secret::Rules::default);
    static SECRETS: Ids = LazyLock::new(|| OF_SECRETS.titles().map(|(id, _)| id).collect());
    RuleIds {
        images: &IMAGES,
        manifests: &MANIFESTS,
        secrets: &SECRETS,
    }
}

/// An object of manifests, with all that a policy is asked about it but what is in its images.
#[derive(Debug)]
pub struct Reviewed<'a> {
    /// The object.
    pub object: &'a Object,
    /// What it is, for people: `Deployment/shop/api`.
    pub title: String,
    /// Its namespace, or that of whoever asks.
    pub namespace: String,
    /// Its images as they are written, each once, in order; those of image volumes too.
    pub images: Vec<&'a str>,
    /// What rules found in it.
    pub misconfigurations: Vec<Misconfiguration>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
    /// Whether only what was added to a pod is asked about.
    is_addition: bool,
}

/// Judges all objects of a call together and returns each, with what of them was not read or judged.
/// Those without a namespace are in `namespace`.
pub fn objects<'a>(
    input: &'a Input,
    settings: &Settings,
    namespace: &str,
) -> (Vec<Reviewed<'a>>, Vec<Gap>) {
    let verdict = judge::judge(&input.objects, settings);
    let mut gaps = input.gaps.clone();
    gaps.extend(verdict.gaps.into_sorted());
    gaps.extend(input.objects.iter().flat_map(unread_images));
    let mut found = verdict.found.into_iter().peekable();
    let reviewed = input.objects.iter().map(|object| {
        // they stand in the order of the objects
        let is_of = |it: &(&Object, Misconfiguration)| std::ptr::eq(it.0, object);
        let mut misconfigurations = Vec::new();
        while let Some((_, it)) = found.next_if(is_of) {
            misconfigurations.push(it);
        }
        Reviewed {
            object,
            title: object.title(),
            namespace: match object.namespace() {
                "" => namespace.to_owned(),
                own => own.to_owned(),
            },
            images: images(object),
            misconfigurations,
            labels: texts(object, "labels"),
            annotations: annotations(object),
            is_addition: false,
        }
    });
    (reviewed.collect(), gaps.into_sorted())
}

/// Whether objects have more containers together.
pub fn has_more_containers(objects: &[Object], count: usize) -> bool {
    let pods = objects.iter().filter_map(Object::pod);
    let mut containers = pods.flat_map(|pod| pod.containers(&Role::ALL));
    containers.nth(count).is_some()
}

/// Returns why nobody judges what came at once, if it has more containers than anybody is asked about.
pub fn too_many_containers(objects: &[Object]) -> Option<String> {
    has_more_containers(objects, MOST_CONTAINERS)
        .then(|| format!("it has more than {MOST_CONTAINERS} containers"))
}

impl Reviewed<'_> {
    /// Returns why nobody judges it, if it has more images than anybody is asked about.
    pub fn too_many_images(&self) -> Option<String> {
        let has_more = self.images.len() > MOST_IMAGES;
        has_more.then(|| format!("it has more than {MOST_IMAGES} images"))
    }

    /// Leaves what ephemeral containers add to a pod that runs: images it did not have, and what rules
    /// found in those containers.
    #[must_use]
    pub fn added_to(mut self, running: &Object) -> Self {
        let had = images(running);
        // one of an image that the pod has pulls it again, and the name may mean another by now
        let known: BTreeSet<_> = added_later(running).collect();
        let new: BTreeSet<_> = added_later(self.object)
            .filter(|it| !known.contains(it))
            .map(|(_, image)| image)
            .collect();
        self.images
            .retain(|image| new.contains(image) || !had.contains(image));
        self.misconfigurations.retain(is_of_addition);
        self.is_addition = true;
        self
    }

    /// Holds it against a policy; `images` is what is known of [`Reviewed::images`]. `judge` is
    /// [`policy::image_policy::judge`], with what the caller remembers.
    pub fn verdict(
        &self,
        user: Option<User<'_>>,
        images: &[AskedImage<'_>],
        judge: impl FnOnce(&Asked<'_>) -> Verdict,
    ) -> Verdict {
        let misconfigurations = self.with_images(images);
        judge(&self.question(user, images, &misconfigurations))
    }

    /// Whether a policy concerns it, whatever is in its images.
    pub fn concerns(&self, policy: &ImagePolicy) -> bool {
        policy.concerns(&self.question(None, &[], &[]))
    }

    fn question<'q>(
        &'q self,
        user: Option<User<'q>>,
        images: &'q [AskedImage<'q>],
        misconfigurations: &'q [Misconfiguration],
    ) -> Asked<'q> {
        Asked {
            object: &self.title,
            namespace: &self.namespace,
            labels: &self.labels,
            namespace_labels: None,
            annotations: &self.annotations,
            user,
            images,
            misconfigurations,
        }
    }

    /// Returns what rules found in the object, and in the object and its images together.
    fn with_images(&self, images: &[AskedImage<'_>]) -> Vec<Misconfiguration> {
        let known = images.iter().filter_map(|image| {
            let Known::Scanned(facts) = &image.known else {
                return None;
            };
            let on_each = facts.each().map(|on| join::Known {
                platform: &on.platform,
                digest: facts.pulled.as_ref(),
                running: on.running.as_ref(),
                only: facts.only_platform(),
            });
            Some((image.name, on_each.collect()))
        });
        let known: BTreeMap<&str, Vec<join::Known<'_>>> = known.collect();
        let of = |name: &str| known.get(name).map(Vec::as_slice).unwrap_or_default();
        let mut misconfigurations = self.misconfigurations.clone();
        join::weigh(self.object, &mut misconfigurations, of);
        let mut joined = join::judge(self.object, of);
        if self.is_addition {
            joined.retain(is_of_addition);
        }
        misconfigurations.extend(joined);
        misconfigurations
    }
}

/// Returns name and image of what was added to a running pod.
fn added_later(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    let containers = object
        .pod()
        .into_iter()
        .flat_map(|pod| pod.containers(&[Role::Ephemeral]));
    containers.filter_map(|it| Some((it.name(), it.get(&["image"])?.as_str()?)))
}

fn is_of_addition(what: &Misconfiguration) -> bool {
    what.spot.pointer.contains("ephemeralContainers")
}

/// Returns what of a pod nobody can judge, since it names no image there: the API server would refuse that,
/// and who asks somebody else is told no verdict.
fn unread_images(object: &Object) -> Vec<Gap> {
    let place = format!("{}:{}", object.file, object.position());
    let gap = |why: String| Gap::new(GapKind::Unparsed, &*place, &why, "images");
    let Some(pod) = object.pod() else {
        return Vec::new();
    };
    let lists = Role::ALL.iter().filter_map(|role| {
        let list = pod.spec(&[role.list()])?;
        let is_list = matches!(list.kind(), Kind::Sequence(_));
        (!is_list).then(|| gap(format!("its {} are no list", role.list())))
    });
    let containers = pod.containers(&Role::ALL).filter_map(|container| {
        let name = container.name();
        match container.get(&["image"]) {
            // a kind of somebody else's may have them elsewhere
            None if object.kind().is_empty() => None,
            None => Some(gap(format!("its container `{name}` names no image"))),
            Some(image) => match image.as_str() {
                Some("") => Some(gap(format!("its container `{name}` names no image"))),
                Some(_) => None,
                None => Some(gap(format!(
                    "the image of its container `{name}` is no text"
                ))),
            },
        }
    });
    lists.chain(containers).collect()
}

/// Returns the images of an object, each once.
pub fn images(object: &Object) -> Vec<&str> {
    let mut images: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for image in object.pod().into_iter().flat_map(manifest::Pod::images) {
        // an image that is no text, or empty, is for the rules on manifests
        if let Some(image) = image.as_str().filter(|image| !image.is_empty())
            && seen.insert(image)
        {
            images.push(image);
        }
    }
    images
}

fn texts(object: &Object, name: &str) -> BTreeMap<String, String> {
    let metadata = object.root.get("metadata");
    let entries = metadata.and_then(|it| it.get(name)).map(Node::entries);
    let entries = entries.unwrap_or_default().iter();
    let text =
        |entry: &yaml::Entry| Some((entry.name.to_string(), entry.value.as_str()?.to_owned()));
    entries.filter_map(text).collect()
}

/// Returns the annotations of an object, and those of its pod where it has none of that name: a Deployment is
/// asked about before its pods are.
pub fn annotations(object: &Object) -> BTreeMap<String, String> {
    let of_pod = object
        .pod()
        .into_iter()
        .flat_map(manifest::Pod::annotations);
    let of_pod = of_pod.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut all: BTreeMap<String, String> = of_pod.collect();
    all.extend(texts(object, "annotations"));
    all
}

#[cfg(test)]
mod tests {
    use model::Severity;
    use policy::image_policy::judge;

    use super::*;

    /// What nobody asks about need not be found: whatever a policy asks, its word is the same.
    #[test]
    fn what_is_left_out_changes_no_verdict() {
        let text = "\
kind: Pod
metadata: {name: a}
spec:
  hostNetwork: true
  containers: [{name: a, image: 'shop/a:1', env: [{name: DB_PASSWORD, value: hunter22}], securityContext: {privileged: true}}]
";
        let input = manifest::read("f", text.as_bytes(), &yaml::Limits::default());
        let today = jiff::civil::date(2026, 11, 26);
        let mut objections = 0;
        for rules in [
            "{name: a, manifestRules: {}}",
            "{name: a, manifestRules: {severity: critical}}",
            "{name: a, mode: warn, manifestRules: {severity: high, exceptIds: ['CTR-*']}}",
            "{name: a, manifestRules: {ids: [POD-BARE, IMG-DIGEST]}}",
            "{name: a, manifestRules: {severity: high}}\n  - {name: b, mode: audit, manifestRules: {ids: [POD-*]}}",
            "{name: a, tags: {digest: required}}",
        ] {
            let policy = format!(
                "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {{name: p}}\nspec:\n  rules:\n  - {rules}\n"
            );
            let policy = read_policy("p", &policy).unwrap();
            let verdict = |least: Severity| {
                let settings = Settings {
                    least,
                    ..Settings::default()
                };
                let (reviewed, _) = objects(&input, &settings, "shop");
                let unscanned = |name: &&'static str| AskedImage {
                    name,
                    known: Known::Unscanned("not asked".to_owned()),
                    runs_already: false,
                };
                let images: Vec<_> = ["shop/a:1"].iter().map(unscanned).collect();
                reviewed[0].verdict(None, &images, |asked| judge(&policy, asked, today))
            };
            let all = verdict(Severity::Unknown);
            objections += all.reasons.len();
            assert_eq!(verdict(policy.least_severity()), all, "{rules}");
        }
        assert!(objections >= 6, "{objections}");
    }
}
