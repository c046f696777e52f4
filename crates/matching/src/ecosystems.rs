//! The ecosystems of languages whose advisories we know how to apply: a file and a line each.

use std::borrow::Cow;

use model::{Language, Manner};
use version::Scheme;

/// How the advisories of one ecosystem apply to its packages.
#[derive(Debug)]
pub(crate) struct Ecosystem {
    /// What the names of shards of Trivy's database begin with, before `::`.
    pub(crate) name: &'static str,
    /// The packages that it is about.
    pub(crate) languages: &'static [Language],
    /// The order of its versions; [`Ecosystem::order`] is what they are compared by.
    pub(crate) scheme: Scheme,
    /// The names under which advisories keep a package.
    pub(crate) keys: fn(&str) -> Vec<Cow<'_, str>>,
    /// Shards of the database that is built in, each with Trivy's id of its publisher.
    pub(crate) own: &'static [(&'static str, &'static str)],
    /// Trivy's ids of the publishers that know it best, the best first.
    pub(crate) preferred: &'static [&'static str],
    /// The built-in shard of what reports of scanners show of GitHub's advisories: asked only where
    /// no other shard tells of a flaw, since a report shows a part of an advisory, or an older state.
    pub(crate) observed: Option<&'static str>,
}

impl Ecosystem {
    /// Returns the order in which versions are compared: Trivy takes those of PHP for any others.
    pub(crate) fn order(&self, manner: Manner) -> Scheme {
        if manner.is_trivy() && self.scheme == Scheme::Composer {
            Scheme::Lenient
        } else {
            self.scheme
        }
    }
}

/// Declares each module and lists its `ECOSYSTEM`.
macro_rules! ecosystems {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every ecosystem, in alphabetical order.
        pub(crate) static ECOSYSTEMS: &[&Ecosystem] = &[$(&$name::ECOSYSTEM),*];
    };
}

ecosystems! {
    bitnami,
    cargo,
    cocoapods,
    composer,
    conan,
    erlang,
    go,
    julia,
    k8s,
    maven,
    npm,
    nuget,
    pip,
    pub_dev,
    rubygems,
    swift,
}

/// Returns the ecosystem of a kind of packages; `None` if nobody publishes advisories on them.
pub(crate) fn of(language: Language) -> Option<&'static Ecosystem> {
    let is_of = |ecosystem: &&Ecosystem| ecosystem.languages.contains(&language);
    ECOSYSTEMS.iter().copied().find(is_of)
}

fn plain(name: &str) -> Vec<Cow<'_, str>> {
    vec![Cow::Borrowed(name)]
}

fn lower(name: &str) -> Vec<Cow<'_, str>> {
    vec![Cow::Owned(name.to_lowercase())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_package_has_one_ecosystem_but_conda_has_none() {
        for language in Language::ALL {
            let is_of = |ecosystem: &&&Ecosystem| ecosystem.languages.contains(language);
            let count = ECOSYSTEMS.iter().filter(is_of).count();
            let is_conda = language.name().starts_with("conda");
            assert_eq!(count, usize::from(!is_conda), "{}", language.name());
        }
    }

    #[test]
    fn names_are_those_of_the_advisories() {
        for (language, name, want) in [
            (Language::Pip, "Flask_Login", "flask-login"),
            (
                Language::Pip,
                "zope.interface",
                "zope.interface zope-interface",
            ),
            (Language::Pip, "foo__Bar", "foo--bar foo-bar"),
            (Language::Cargo, "Serde_json", "serde_json serde-json"),
            (Language::Cargo, "serde-json", "serde-json serde_json"),
            (Language::Cargo, "serde", "serde"),
            (Language::NuGet, "Newtonsoft.Json", "newtonsoft.json"),
            (
                Language::GoMod,
                "github.com/Masterminds/Goutils",
                "github.com/Masterminds/Goutils",
            ),
            (
                Language::CocoaPods,
                "_NIODataStructures",
                "_NIODataStructures",
            ),
            (
                Language::Swift,
                "https://github.com/apple/swift-nio.git",
                "github.com/apple/swift-nio",
            ),
            (Language::Npm, "@Babel/core", "@babel/core"),
        ] {
            assert_eq!((of(language).unwrap().keys)(name).join(" "), want);
        }
    }
}
