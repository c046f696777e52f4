//! What does not count, where, why, by whose word and until when: the one place where that is decided.

use globset::GlobMatcher;
use jiff::civil::Date;
use model::ImageName;
use yaml::Node;

use super::names::{NamePattern, fits, glob};
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

/// An exception.
#[derive(Debug)]
pub(super) struct Exception {
    ids: Vec<GlobMatcher>,
    images: Option<Vec<NamePattern>>,
    namespaces: Option<Vec<GlobMatcher>>,
    packages: Option<Vec<GlobMatcher>>,
    pub(super) reason: String,
    pub(super) owner: String,
    pub(super) until: Date,
}

/// The exceptions that hold today for an image, or a workload, in a namespace.
#[derive(Debug)]
pub(super) struct Holding<'a>(Vec<&'a Exception>);

impl Exception {
    /// Reads an exception of the right shape; none if its day is none.
    pub(super) fn read(node: &Node) -> Option<Self> {
        let globs = |name: &str| -> Vec<GlobMatcher> {
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
    fn holds(&self, image: Option<&ImageName>, namespace: &str, today: Date) -> bool {
        let is_of_image = |images: &[NamePattern]| {
            image.is_some_and(|name| images.iter().any(|it| it.vouches_for(name)))
        };
        self.until >= today
            && self.images.as_deref().is_none_or(is_of_image)
            && self
                .namespaces
                .as_deref()
                .is_none_or(|globs| fits(globs, namespace))
    }

    fn is_of<'i>(&self, mut ids: impl Iterator<Item = &'i str>, package: &str) -> bool {
        ids.any(|id| fits(&self.ids, id))
            && self
                .packages
                .as_deref()
                .is_none_or(|globs| fits(globs, package))
    }
}

impl<'a> Holding<'a> {
    /// Looks for them; `image` is none for what is of a workload.
    pub(super) fn new(
        exceptions: &'a [Exception],
        image: Option<&ImageName>,
        namespace: &str,
        today: Date,
    ) -> Self {
        let holding = exceptions.iter();
        Self(
            holding
                .filter(|it| it.holds(image, namespace, today))
                .collect(),
        )
    }

    /// Returns the first of something: `ids` are all names of it, `package` is empty if it is of none.
    pub(super) fn find<'i>(
        &self,
        ids: &(impl Iterator<Item = &'i str> + Clone),
        package: &str,
    ) -> Option<&'a Exception> {
        let mut holding = self.0.iter().copied();
        holding.find(|it| it.is_of(ids.clone(), package))
    }
}
