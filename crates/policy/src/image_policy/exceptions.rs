//! What does not count, where, why, by whose word and until when: the one place where that is decided.

use std::collections::BTreeMap;

use jiff::civil::Date;
use yaml::Node;

use super::glob::{Glob, fits, glob};
use super::names::{NamePattern, Spelled};
use super::shape::{Field, Kind, Shape, text, texts};

/// What the file may say.
pub(super) static SHAPE: Shape = Shape {
    fields: &[
        Field::required(
            "ids",
            Kind::Patterns,
            "Ids of flaws or rules, or names of this policy's rules",
        )
        .some(),
        Field::new("images", Kind::Names, "Only in these images").some(),
        Field::new("namespaces", Kind::Namespaces, "Only in these namespaces").some(),
        Field::new("packages", Kind::Patterns, "Only of these packages").some(),
        Field::required("reason", Kind::Text, "Why"),
        Field::required("owner", Kind::Line, "Who knows"),
        Field::required("until", Kind::Day, "The last day on which it holds"),
    ],
};

/// The exceptions of a policy, found by what they are from: there may be thousands.
#[derive(Debug)]
pub(super) struct Exceptions {
    /// In the order of the file.
    all: Vec<Exception>,
    /// The places of those that name an id.
    by_id: BTreeMap<String, Vec<usize>>,
    /// The places of those that have a pattern of ids.
    by_pattern: Vec<usize>,
}

/// An exception.
#[derive(Debug)]
pub(super) struct Exception {
    ids: Vec<Glob>,
    images: Option<Vec<NamePattern>>,
    namespaces: Option<Vec<Glob>>,
    packages: Option<Vec<Glob>>,
    pub(super) reason: String,
    pub(super) owner: String,
    pub(super) until: Date,
}

/// What something is of that may be excepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// None of what is of a workload.
    pub(super) image: Option<&'a Spelled>,
    pub(super) namespace: &'a str,
    pub(super) today: Date,
}

impl Exception {
    /// Reads an exception of the right shape; none if its day is none.
    pub(super) fn read(node: &Node) -> Option<Self> {
        let globs = |name: &str| -> Vec<Glob> {
            texts(node, name)
                .iter()
                .filter_map(|text| glob(text, false))
                .collect()
        };
        let images = texts(node, "images");
        let images = images
            .iter()
            .filter_map(|text| NamePattern::read(text).ok())
            .collect();
        Some(Self {
            ids: globs("ids"),
            images: node.get("images").map(|_| images),
            namespaces: node.get("namespaces").map(|_| globs("namespaces")),
            packages: node.get("packages").map(|_| globs("packages")),
            reason: text(node, "reason").to_owned(),
            owner: text(node, "owner").to_owned(),
            until: text(node, "until").parse().ok()?,
        })
    }

    /// Whether it holds; what has ended holds no more.
    fn holds(&self, place: &Place<'_>, package: &str) -> bool {
        let is_of_image = |images: &[NamePattern]| {
            place
                .image
                .is_some_and(|name| images.iter().any(|it| it.vouches_for(name)))
        };
        let is_one = |globs: &Option<Vec<Glob>>, text| {
            globs.as_deref().is_none_or(|globs| fits(globs, text))
        };
        self.until >= place.today
            && is_one(&self.namespaces, place.namespace)
            && is_one(&self.packages, package)
            && self.images.as_deref().is_none_or(is_of_image)
    }
}

impl Exceptions {
    /// Reads exceptions of the right shape.
    pub(super) fn read(nodes: &[Node]) -> Self {
        let all: Vec<Exception> = nodes.iter().filter_map(Exception::read).collect();
        let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut by_pattern = Vec::new();
        for (place, exception) in all.iter().enumerate() {
            for id in exception.ids.iter().filter_map(Glob::only) {
                by_id.entry(id.to_owned()).or_default().push(place);
            }
            if exception.ids.iter().any(|id| id.only().is_none()) {
                by_pattern.push(place);
            }
        }
        Self {
            all,
            by_id,
            by_pattern,
        }
    }

    /// Returns the days on which they end.
    pub(super) fn ends(&self) -> impl Iterator<Item = Date> {
        self.all.iter().map(|it| it.until)
    }

    /// Returns the first from something: `ids` are all names of it, `package` is empty if it is of none.
    pub(super) fn find<'i>(
        &self,
        place: &Place<'_>,
        ids: &(impl Iterator<Item = &'i str> + Clone),
        package: &str,
    ) -> Option<&Exception> {
        let named = ids.clone().filter_map(|id| self.by_id.get(id)).flatten();
        let fitting = self.by_pattern.iter().filter(|at| {
            let exception = self.all.get(**at);
            exception.is_some_and(|it| ids.clone().any(|id| fits(&it.ids, id)))
        });
        let holding = named.chain(fitting).filter(|at| {
            let exception = self.all.get(**at);
            exception.is_some_and(|it| it.holds(place, package))
        });
        self.all.get(*holding.min()?)
    }
}
