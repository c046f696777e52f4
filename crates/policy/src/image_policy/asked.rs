//! What a policy is asked about: a workload, the images of a review, or one image.

use std::collections::BTreeMap;

use model::Misconfiguration;

use super::ImageFacts;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// What it is, for people: `Deployment/shop/api`; empty for images alone.
    pub object: &'a str,
    /// The namespace that it is for.
    pub namespace: &'a str,
    /// Its labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The labels of the namespace; `None` where nobody knows them.
    pub namespace_labels: Option<&'a BTreeMap<String, String>>,
    /// Its annotations: whoever writes the object writes them, so they ask and never prove.
    pub annotations: &'a BTreeMap<String, String>,
    /// Who asks; only an admission request knows.
    pub user: Option<User<'a>>,
    /// Its images.
    pub images: &'a [AskedImage<'a>],
    /// What rules found in how it is run.
    pub misconfigurations: &'a [Misconfiguration],
}

/// Nothing: for those who ask about images alone.
static NOTHING: BTreeMap<String, String> = BTreeMap::new();

impl<'a> Asked<'a> {
    /// Asks about images alone, in no namespace.
    pub const fn of_images(images: &'a [AskedImage<'a>]) -> Self {
        Self {
            object: "",
            namespace: "",
            labels: &NOTHING,
            namespace_labels: None,
            annotations: &NOTHING,
            user: None,
            images,
            misconfigurations: &[],
        }
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct User<'a> {
    /// The name that the API server gives.
    pub name: &'a str,
    /// The groups that it gives.
    pub groups: &'a [String],
}

/// An image that is asked about.
#[derive(Debug, Clone)]
pub struct AskedImage<'a> {
    /// The name as the pod writes it, never that of a mirror.
    pub name: &'a str,
    /// What is known of it.
    pub known: Known<'a>,
    /// Whether it ran before in this namespace, by its digest.
    pub runs_already: bool,
}

/// What is known of an image.
#[derive(Debug, Clone)]
pub enum Known<'a> {
    /// It was scanned.
    Scanned(&'a ImageFacts),
    /// It was not, yet; what is being done about it.
    Unscanned(String),
    /// It cannot be; why.
    Unscannable(String),
    /// Its registry gives no answer; why.
    Unreachable(String),
}
