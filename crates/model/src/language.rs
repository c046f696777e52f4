//! Kinds of packages of programming languages: by whose file, with Trivy's names.

use serde::{Deserialize, Serialize};

/// Declares each kind with Trivy's name and the type of its package URLs.
macro_rules! languages {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $purl:literal,)*) => {
        /// What told of a package of a programming language (trivy.md §6.2).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Language {
            $($(#[$doc])* $variant,)*
        }

        impl Language {
            /// Every kind, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns Trivy's name.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// Returns the package URL type.
            pub const fn purl_type(self) -> &'static str {
                match self {
                    $(Self::$variant => $purl,)*
                }
            }
        }
    };
}

languages! {
    /// Components of Bitnami.
    Bitnami = "bitnami", "bitnami",
    /// JavaScript, `bun.lock`.
    Bun = "bun", "npm",
    /// Ruby, `Gemfile.lock`.
    Bundler = "bundler", "gem",
    /// Rust, `Cargo.lock`.
    Cargo = "cargo", "cargo",
    /// Swift and Objective-C, `Podfile.lock`.
    CocoaPods = "cocoapods", "cocoapods",
    /// PHP, `composer.lock`.
    Composer = "composer", "composer",
    /// PHP, `installed.json`.
    ComposerVendor = "composer-vendor", "composer",
    /// C and C++, `conan.lock`.
    Conan = "conan", "conan",
    /// Conda, `environment.yml`.
    CondaEnvironment = "conda-environment", "conda",
    /// Conda, `conda-meta`.
    CondaPkg = "conda-pkg", "conda",
    /// .NET, `*.deps.json`.
    DotNetCore = "dotnet-core", "nuget",
    /// Ruby, `*.gemspec`.
    GemSpec = "gemspec", "gem",
    /// Go, programs.
    GoBinary = "gobinary", "golang",
    /// Go, `go.mod`.
    GoMod = "gomod", "golang",
    /// Java, `gradle.lockfile`.
    Gradle = "gradle", "maven",
    /// Elixir and Erlang, `mix.lock`.
    Hex = "hex", "hex",
    /// Java, archives.
    Jar = "jar", "maven",
    /// Julia, `Manifest.toml`.
    Julia = "julia", "julia",
    /// Parts of Kubernetes.
    Kubernetes = "kubernetes", "k8s",
    /// JavaScript, `package.json`.
    NodePkg = "node-pkg", "npm",
    /// JavaScript, `package-lock.json`.
    Npm = "npm", "npm",
    /// .NET, `packages.lock.json`.
    NuGet = "nuget", "nuget",
    /// .NET, `*Packages.props`.
    PackagesProps = "packages-props", "nuget",
    /// Python, `requirements.txt`.
    Pip = "pip", "pypi",
    /// Python, `Pipfile.lock`.
    Pipenv = "pipenv", "pypi",
    /// JavaScript, `pnpm-lock.yaml`.
    Pnpm = "pnpm", "npm",
    /// Python, `poetry.lock`.
    Poetry = "poetry", "pypi",
    /// Java, `pom.xml`.
    Pom = "pom", "maven",
    /// Dart, `pubspec.lock`.
    Pub = "pub", "pub",
    /// Python, `pylock.toml`.
    PyLock = "pylock", "pypi",
    /// Python, `METADATA`.
    PythonPkg = "python-pkg", "pypi",
    /// Rust, programs.
    RustBinary = "rustbinary", "cargo",
    /// Scala, `build.sbt.lock`.
    Sbt = "sbt", "maven",
    /// Swift, `Package.resolved`.
    Swift = "swift", "swift",
    /// Python, `uv.lock`.
    Uv = "uv", "pypi",
    /// JavaScript, `yarn.lock`.
    Yarn = "yarn", "npm",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        let names: Vec<&str> = Language::ALL.iter().map(|it| it.name()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    }
}
