//! What does not count, where, why, by whose word and until when: the one place where that is decided.

use globset::GlobMatcher;
use jiff::civil::Date;
use model::ImageName;
use yaml::Node;

use super::names::{NamePattern, glob};
use super::shape::{Field, Kind, Shape, text, texts};

/// What the file may say.
pub(super) static SHAPE: Shape = Shape {
    fields: &[
        Field::required(
            "ids",
            Kind::Patterns,
            "Ids of flaws or rules, or names of this policy's rules",
        ),
        Field::new("images", Kind::Names, "Only in these images"),
        Field::new("namespaces", Kind::Patterns, "Only in these namespaces"),
        Field::new("packages", Kind::Patterns, "Only of these packages"),
        Field::required("reason", Kind::Text, "Why"),
        Field::required("owner", Kind::Text, "Who knows"),
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

/// What may be excepted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// All names of it.
    pub(super) ids: &'a [&'a str],
    /// The image that it is of; none for what is of a workload.
    pub(super) image: Option<&'a ImageName>,
    pub(super) namespace: &'a str,
    /// The package that it is of; empty if it is of none.
    pub(super) package: &'a str,
}

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
            .filter_map(|text| NamePattern::read(text))
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

    fn is_of(&self, subject: &Subject<'_>) -> bool {
        let fits = |globs: &[GlobMatcher], text: &str| globs.iter().any(|glob| glob.is_match(text));
        let is_of_image = |images: &[NamePattern]| {
            subject
                .image
                .is_some_and(|name| images.iter().any(|it| it.fits(name)))
        };
        subject.ids.iter().any(|id| fits(&self.ids, id))
            && self.images.as_deref().is_none_or(is_of_image)
            && self
                .namespaces
                .as_deref()
                .is_none_or(|globs| fits(globs, subject.namespace))
            && self
                .packages
                .as_deref()
                .is_none_or(|globs| fits(globs, subject.package))
    }
}

/// Returns the place of the exception that holds today for something; what has ended holds no more.
pub(super) fn find(exceptions: &[Exception], subject: &Subject<'_>, today: Date) -> Option<usize> {
    let holds = |it: &Exception| it.until >= today && it.is_of(subject);
    exceptions.iter().position(holds)
}
