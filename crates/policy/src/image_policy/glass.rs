//! Breaking the glass: who may have a denied workload all the same, by saying so on it. Always audited.

use yaml::Node;

use super::Asked;
use super::glob::{Glob, fits, glob};
use super::shape::{Field, Kind, Shape, text, texts};

/// What the file may say.
pub(super) static SHAPE: Shape = Shape {
    fields: &[
        Field::required(
            "annotation",
            Kind::Line,
            "The annotation that asks for it; its value says why. ImageReview passes on only keys with `.image-policy.k8s.io/`",
        ),
        Field::new("users", Kind::Patterns, "Users who may"),
        Field::new("groups", Kind::Patterns, "Groups whose members may"),
        Field::new(
            "namespaces",
            Kind::Namespaces,
            "Namespaces in which anybody may: all that an ImageReview tells",
        ),
    ],
};

/// Who may break the glass.
#[derive(Debug)]
pub(super) struct BreakGlass {
    annotation: String,
    users: Vec<Glob>,
    groups: Vec<Glob>,
    namespaces: Vec<Glob>,
}

impl BreakGlass {
    /// Reads what is of the right shape.
    pub(super) fn read(node: &Node) -> Self {
        let globs = |name| {
            texts(node, name)
                .iter()
                .filter_map(|text| glob(text, false))
                .collect()
        };
        Self {
            annotation: text(node, "annotation").to_owned(),
            users: globs("users"),
            groups: globs("groups"),
            namespaces: globs("namespaces"),
        }
    }

    /// Returns why the glass is broken, by whose word; none if it is not.
    pub(super) fn broken(&self, asked: &Asked<'_>) -> Option<String> {
        let why = asked.annotations.get(&self.annotation)?.trim();
        let who = match asked.user {
            Some(user) if fits(&self.users, user.name) => user.name.to_owned(),
            Some(user) if user.groups.iter().any(|group| fits(&self.groups, group)) => {
                user.name.to_owned()
            }
            _ if fits(&self.namespaces, asked.namespace) => {
                format!("somebody in {}", asked.namespace)
            }
            _ => return None,
        };
        (!why.is_empty()).then(|| format!("{who}: {why}"))
    }
}
