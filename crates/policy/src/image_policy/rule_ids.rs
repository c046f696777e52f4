//! Which rules there are, and names in a policy that are of none: such a rule would never object.

use yaml::{Node, Problem};

use super::glob::glob;

/// The ids of all rules, by what they look at. Where a list is empty nobody knows, and nothing is held against it.
#[derive(Debug, Clone, Copy, Default)]
pub struct RuleIds<'a> {
    /// About how an image is built, as findings have them.
    pub images: &'a [&'a str],
    /// About how a workload is run, and about both together.
    pub manifests: &'a [&'a str],
    /// About secrets. Users have some of their own, too.
    pub secrets: &'a [&'a str],
}

/// A condition that names rules.
struct Catalogue<'a> {
    key: &'static str,
    noun: &'static str,
    ids: &'a [&'a str],
}

impl<'a> RuleIds<'a> {
    fn catalogues(self) -> [Catalogue<'a>; 3] {
        let of = |key, noun, ids| Catalogue { key, noun, ids };
        [
            of("imageRules", "images", self.images),
            of("manifestRules", "manifests", self.manifests),
            of("secrets", "secrets", self.secrets),
        ]
    }

    /// Adds the ids of a condition that no rule has to the problems.
    pub(super) fn check(self, key: &str, condition: &Node, problems: &mut Vec<Problem>) {
        // whoever looks for secrets may have rules of their own
        if key != "secrets" {
            problems.extend(self.unknown(key, condition));
        }
    }

    /// Returns the ids of a condition that no rule has.
    pub(super) fn unknown(self, key: &str, condition: &Node) -> Vec<Problem> {
        let catalogues = self.catalogues();
        let Some(own) = catalogues.iter().find(|it| it.key == key) else {
            return Vec::new();
        };
        if own.ids.is_empty() {
            return Vec::new();
        }
        let lists = ["ids", "exceptIds"].into_iter();
        let items = lists.flat_map(|name| condition.get(name).map(Node::items).unwrap_or_default());
        let unknown = items.filter_map(|item| {
            let id = item.as_str()?.trim();
            let hint = own.hint(id, &catalogues)?;
            let why = format!("no rule about {} is called `{id}`{hint}", own.noun);
            Some(Problem::new(item.position(), why))
        });
        unknown.collect()
    }

    /// Whether any rule is called so.
    pub(super) fn has(self, pattern: &str) -> bool {
        self.catalogues().iter().any(|it| it.has(pattern))
    }

    /// Whether nobody says which rules there are.
    pub(super) fn is_unknown(self) -> bool {
        self.catalogues().iter().all(|it| it.ids.is_empty())
    }
}

impl Catalogue<'_> {
    fn has(&self, pattern: &str) -> bool {
        glob(pattern, false).is_some_and(|glob| self.ids.iter().any(|id| glob.is_match(id)))
    }

    /// Returns what to do about an id that no rule has; none if one has it.
    fn hint(&self, id: &str, all: &[Catalogue<'_>]) -> Option<String> {
        if self.has(id) {
            return None;
        }
        let upper = id.to_ascii_uppercase();
        let other = all.iter().find(|it| it.has(id));
        Some(match other {
            Some(other) => format!(
                ", but one about {}: name it in a rule with `{}`",
                other.noun, other.key
            ),
            None if self.has(&upper) => format!(": write `{upper}`"),
            None if upper.starts_with("SEC-") => {
                "; what secrets an image may hold, `secrets` says".to_owned()
            }
            None => "; `seaworthy explain` lists the rules".to_owned(),
        })
    }
}
