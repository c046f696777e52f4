//! What roles let do, and who is bound to them.
//!
//! ```text
//! rules:
//! - {apiGroups: [""], resources: [pods/exec], verbs: [create]}
//! ```
//! Source of truth: the authorizer of Kubernetes (`pkg/apis/rbac/v1/evaluation_helpers.go`).

use model::Severity;
use yaml::Node;

use crate::Object;
use crate::bundle::{Bundle, namespace};
use crate::hits::{Hit, Hits, quoted};
use crate::pointer::Pointer;
use crate::workload::below;

/// Something that may be let: these verbs on these resources of these groups.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Right {
    pub groups: &'static [&'static str],
    pub resources: &'static [&'static str],
    pub verbs: &'static [&'static str],
}

/// One rule of a role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Granted<'a>(&'a Node);

impl<'a> Granted<'a> {
    /// Returns the texts of one of its lists.
    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        let items = self.0.get(name).map(Node::items).unwrap_or_default();
        items.iter().filter_map(Node::as_str)
    }

    pub(crate) fn has(self, name: &str, text: &str) -> bool {
        self.list(name).any(|one| one == text)
    }

    /// Whether it holds for objects of some names only.
    pub(crate) fn is_limited(self) -> bool {
        self.list("resourceNames").next().is_some()
    }

    /// Whether it lets do everything, at least with what Kubernetes is made of.
    pub(crate) fn is_everything(self) -> bool {
        let of_core = self
            .list("apiGroups")
            .any(|group| matches!(group, "" | "*"));
        of_core && self.has("verbs", "*") && self.has("resources", "*") && !self.is_limited()
    }

    /// Returns the verbs and the resources of a right that it lets, as it writes them.
    pub(crate) fn lets(self, right: &Right) -> Option<(Vec<&'a str>, Vec<&'a str>)> {
        let is_verb = |verb: &&str| *verb == "*" || right.verbs.contains(verb);
        let is_resource = |resource: &&str| {
            // `*/exec` is the part `exec` of everything
            let part = resource.strip_prefix('*');
            let wanted = right.resources.iter();
            part.is_some_and(|part| wanted.clone().any(|name| name.ends_with(part)))
                || right.resources.contains(resource)
        };
        let is_group = |group: &str| group == "*" || right.groups.contains(&group);
        let verbs: Vec<_> = self.list("verbs").filter(is_verb).collect();
        if verbs.is_empty() || !self.list("apiGroups").any(is_group) {
            return None;
        }
        let resources: Vec<_> = self.list("resources").filter(is_resource).collect();
        (!resources.is_empty()).then_some((verbs, resources))
    }
}

/// Returns the rules of a role; of other objects, and of roles that Kubernetes itself makes, none.
pub(crate) fn granted(object: &Object) -> impl Iterator<Item = (Pointer, Granted<'_>)> {
    let is_role = matches!(object.kind(), "Role" | "ClusterRole") && !is_built_in(object);
    let rules = below(&object.root, &["rules"]).filter(|_| is_role);
    let rules = rules.map(Node::items).unwrap_or_default().iter();
    let at = |index| Pointer::default().key("rules").item(index);
    rules
        .enumerate()
        .map(move |(index, rule)| (at(index), Granted(rule)))
}

/// Adds a hit for each rule that lets one of these for objects of all names; `in_namespace` is how bad
/// it is in a Role.
///
/// A rule that lets do everything is not told again and again: RBAC-WILDCARD tells it.
pub(crate) fn report(
    object: &Object,
    hits: &mut Hits<'_>,
    rights: &[Right],
    in_namespace: Severity,
) {
    let severity = (object.kind() == "Role").then_some(in_namespace);
    for (at, message) in found(object, rights) {
        let hit = Hit::new(at, message);
        hits.push(match severity {
            Some(severity) => hit.severity(severity),
            None => hit,
        });
    }
}

/// As [`report`], of one severity everywhere.
pub(crate) fn report_as(
    object: &Object,
    hits: &mut Hits<'_>,
    rights: &[Right],
    severity: Severity,
) {
    for (at, message) in found(object, rights) {
        hits.push(Hit::new(at, message).severity(severity));
    }
}

fn found<'a>(
    object: &'a Object,
    rights: &'a [Right],
) -> impl Iterator<Item = (Pointer, String)> + use<'a> {
    granted(object).filter_map(move |(at, rule)| {
        if rule.is_limited() || rule.is_everything() {
            return None;
        }
        let mut lets = Vec::new();
        for right in rights {
            if let Some((verbs, resources)) = rule.lets(right) {
                lets.push(format!("{} on {}", list(&verbs), list(&resources)));
            }
        }
        lets.dedup();
        (!lets.is_empty()).then(|| (at, format!("it lets {}", lets.join(", and "))))
    })
}

/// Words in a message are no more than these; a role may list thousands.
const SHOWN: usize = 4;

/// Returns `a`, `b` and how many more there are.
pub(crate) fn list(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(SHOWN).map(|word| quoted(word)).collect();
    let more = words.len().saturating_sub(SHOWN);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    format!("{}{more}", shown.join(", "))
}

/// Whether Kubernetes makes this role or binding itself, as dumps of a cluster show them.
pub(crate) fn is_built_in(object: &Object) -> bool {
    let path = ["metadata", "labels", "kubernetes.io/bootstrapping"];
    below(&object.root, &path).and_then(Node::as_str) == Some("rbac-defaults")
        && is_known(object.name())
}

/// Whether a role of this name is there in every cluster.
pub(crate) fn is_known(name: &str) -> bool {
    name.starts_with("system:") || matches!(name, "cluster-admin" | "admin" | "edit" | "view")
}

/// Someone who is bound to a role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub index: usize,
    pub kind: &'a str,
    pub name: &'a str,
    /// Of a service account; that of the binding where it names none.
    pub namespace: &'a str,
}

impl<'a> Subject<'a> {
    pub(crate) fn at(self) -> Pointer {
        Pointer::default().key("subjects").item(self.index)
    }

    /// Returns namespace and name of a service account; of users and groups, nothing.
    pub(crate) fn place(self) -> (&'a str, &'a str) {
        match self.kind {
            "ServiceAccount" => (self.namespace, self.name),
            _ => ("", ""),
        }
    }

    /// Whether it is this service account, or a group that it is in because it is one.
    fn takes(self, namespace: &str, account: &str) -> bool {
        let of = |prefix: &str| self.name.strip_prefix(prefix);
        match self.kind {
            "ServiceAccount" => self.name == account && self.namespace == namespace,
            "Group" => of("system:serviceaccounts")
                .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(':') == Some(namespace)),
            "User" => {
                of("system:serviceaccount:").and_then(|rest| rest.split_once(':'))
                    == Some((namespace, account))
            }
            _ => false,
        }
    }
}

/// Whether an object binds subjects to a role.
pub(crate) fn is_binding(object: &Object) -> bool {
    matches!(object.kind(), "RoleBinding" | "ClusterRoleBinding")
}

/// Returns the subjects of a binding.
pub(crate) fn subjects(object: &Object) -> impl Iterator<Item = Subject<'_>> {
    let list = below(&object.root, &["subjects"]).map(Node::items);
    let list = list.unwrap_or_default().iter().enumerate();
    list.map(|(index, node)| {
        let text = |name| node.get(name).and_then(Node::as_str).unwrap_or_default();
        let own = Some(text("namespace")).filter(|name| !name.is_empty());
        Subject {
            index,
            kind: text("kind"),
            name: text("name"),
            namespace: own.unwrap_or_else(|| namespace(object)),
        }
    })
}

/// Returns kind and name of the role of a binding.
pub(crate) fn role_ref(object: &Object) -> (&str, &str) {
    let text = |name| below(&object.root, &["roleRef", name]).and_then(Node::as_str);
    let (kind, name) = (text("kind"), text("name"));
    (kind.unwrap_or_default(), name.unwrap_or_default())
}

/// Returns the role of a binding, if it is given.
pub(crate) fn role_of<'a>(bundle: &Bundle<'a>, binding: &Object) -> Option<&'a Object> {
    match role_ref(binding) {
        (kind @ "ClusterRole", name) => bundle.global(kind, name),
        (kind, name) => bundle.named(kind, namespace(binding), name),
    }
}

/// Returns the bindings that give rights to a service account.
pub(crate) fn bindings_of<'s, 'a>(
    bundle: &'s Bundle<'a>,
    namespace: &'s str,
    account: &'s str,
) -> impl Iterator<Item = &'a Object> + use<'s, 'a> {
    let others = bundle.bindings(("", "")).filter(move |binding| {
        let mut subjects = subjects(binding).take_while(|_| bundle.spend());
        subjects.any(|subject| subject.takes(namespace, account))
    });
    bundle.bindings((namespace, account)).chain(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_let_what_the_authorizer_lets() {
        let right = Right {
            groups: &[""],
            resources: &["pods/exec"],
            verbs: &["create", "get"],
        };
        for (rule, want) in [
            (
                "apiGroups: [''], resources: [pods/exec], verbs: [create]",
                true,
            ),
            ("apiGroups: ['*'], resources: ['*'], verbs: ['*']", true),
            ("apiGroups: [''], resources: ['*/exec'], verbs: [get]", true),
            ("apiGroups: [''], resources: ['*/log'], verbs: [get]", false),
            ("apiGroups: [''], resources: [pods], verbs: [create]", false),
            (
                "apiGroups: [apps], resources: [pods/exec], verbs: [create]",
                false,
            ),
            (
                "apiGroups: [''], resources: [pods/exec], verbs: [list]",
                false,
            ),
            ("resources: [pods/exec], verbs: [create]", false),
            (
                "apiGroups: '', resources: [pods/exec], verbs: [create]",
                false,
            ),
        ] {
            let rule = format!("{{{rule}}}");
            let rule = yaml::read_one(rule.as_bytes(), &yaml::Limits::default()).unwrap();
            assert_eq!(Granted(&rule.root).lets(&right).is_some(), want, "{rule:?}");
        }
    }

    #[test]
    fn accounts_are_bound_by_name_and_by_group() {
        for (subject, want) in [
            ("{kind: ServiceAccount, name: web, namespace: shop}", true),
            ("{kind: ServiceAccount, name: web}", true),
            ("{kind: ServiceAccount, name: web, namespace: other}", false),
            ("{kind: User, name: 'system:serviceaccount:shop:web'}", true),
            ("{kind: Group, name: 'system:serviceaccounts'}", true),
            ("{kind: Group, name: 'system:serviceaccounts:shop'}", true),
            ("{kind: Group, name: 'system:serviceaccounts:shops'}", false),
            ("{kind: User, name: web}", false),
        ] {
            let text = format!(
                "{{kind: RoleBinding, metadata: {{namespace: shop}}, subjects: [{subject}]}}"
            );
            let input = crate::read("f", text.as_bytes(), &yaml::Limits::default());
            let bundle = Bundle::new(&input.objects, 37);
            let found = bindings_of(&bundle, "shop", "web").count();
            assert_eq!(found == 1, want, "{subject}");
        }
    }
}
