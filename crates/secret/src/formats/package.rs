//! Tokens of package and image registries.

use model::Severity;

use crate::evidence::{random, sums, tokens};
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "npm-token",
        title: "npm token",
        severity: Severity::Critical,
        words: Words::Exact(&["npm_"]),
        shape: Shape::Token("npm_[0-9A-Za-z]{36}"),
        entropy: 3.0,
        check: sums::base62_crc,
        ..ANY
    },
    Format {
        id: "npmrc-legacy",
        title: "npm token of the old form",
        severity: Severity::High,
        shape: Shape::Within(
            r#":_authToken[ \t]*=[ \t]*"?(?P<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:[^0-9A-Za-z_-]|$)"#,
        ),
        entropy: 3.0,
        path: r"(?:^|/)\.?npmrc$",
        marks: &[":_authtoken"],
        ..ANY
    },
    Format {
        id: "npmrc-auth",
        title: "npm password",
        severity: Severity::High,
        shape: Shape::Within(
            r#"(?:^|[:\s])_(?:auth|password)[ \t]*=[ \t]*"?(?P<s>[0-9A-Za-z+/]{12,}={0,2})"#,
        ),
        entropy: 2.5,
        path: r"(?:^|/)\.?npmrc$",
        marks: &["_auth", "_password"],
        ..ANY
    },
    Format {
        id: "pypi-token",
        title: "PyPI token",
        severity: Severity::Critical,
        words: Words::Exact(&["pypi-AgEIcHlwaS5vcmc"]),
        shape: Shape::Dashed("pypi-AgEIcHlwaS5vcmc[0-9A-Za-z_-]{50,1000}"),
        entropy: 3.5,
        check: tokens::macaroon,
        ..ANY
    },
    Format {
        id: "testpypi-token",
        title: "TestPyPI token",
        severity: Severity::Low,
        words: Words::Exact(&["pypi-AgENdGVzdC5weXBpLm9yZw"]),
        shape: Shape::Dashed("pypi-AgENdGVzdC5weXBpLm9yZw[0-9A-Za-z_-]{50,1000}"),
        entropy: 3.5,
        check: tokens::macaroon,
        ..ANY
    },
    Format {
        id: "rubygems",
        title: "RubyGems key",
        severity: Severity::High,
        words: Words::Exact(&["rubygems_"]),
        shape: Shape::Token("rubygems_[0-9a-f]{48}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "crates-io",
        title: "Cargo registry token",
        severity: Severity::High,
        words: Words::AnyCase(&["crates", "cargo", "[registry]"]),
        shape: Shape::Within(
            r"(?i:crates|cargo|registry\]\s*token)[^\n]{0,60}?[^0-9A-Za-z_-](?P<s>cio[0-9A-Za-z]{32})(?:[^0-9A-Za-z_-]|$)",
        ),
        entropy: 3.5,
        check: random::digit_and_case,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "nuget-key",
        title: "NuGet key",
        severity: Severity::High,
        words: Words::Exact(&["oy2"]),
        shape: Shape::Token("oy2[0-9a-z]{43}"),
        entropy: 3.5,
        check: random::digit,
        ..ANY
    },
    Format {
        id: "clojars",
        title: "Clojars token",
        severity: Severity::High,
        words: Words::Exact(&["CLOJARS_"]),
        shape: Shape::Token("CLOJARS_[0-9a-f]{60}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "packagist",
        title: "Packagist token",
        severity: Severity::High,
        words: Words::Exact(&["packagist_"]),
        shape: Shape::Token("packagist_[ou][ru]t_[0-9a-f]{68}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "hex-pm",
        title: "Hex key",
        severity: Severity::High,
        words: Words::Exact(&["hex_"]),
        shape: Shape::Token("hex_[0-9a-f]{32}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "artifactory-api-key",
        title: "Artifactory API key",
        severity: Severity::High,
        words: Words::Exact(&["AKCp"]),
        shape: Shape::Token("AKCp[0-9A-Za-z]{69}"),
        entropy: 4.5,
        ..ANY
    },
    Format {
        id: "artifactory-reference",
        title: "Artifactory reference token",
        severity: Severity::High,
        words: Words::Exact(&["cmVmd"]),
        shape: Shape::Token("cmVmd[0-9A-Za-z]{59}"),
        entropy: 4.5,
        check: tokens::reference_token,
        ..ANY
    },
    Format {
        id: "dockerhub-pat",
        title: "Docker Hub personal token",
        severity: Severity::Critical,
        words: Words::Exact(&["dckr_pat_"]),
        shape: Shape::Dashed("dckr_pat_[0-9A-Za-z_-]{27}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "dockerhub-oat",
        title: "Docker Hub token of an organisation",
        severity: Severity::Critical,
        words: Words::Exact(&["dckr_oat_"]),
        shape: Shape::Dashed("dckr_oat_[0-9A-Za-z_-]{32}"),
        entropy: 3.5,
        ..ANY
    },
];
