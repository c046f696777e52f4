//! Tokens of code forges.

use model::Severity;

use crate::evidence::sums;
use crate::format::{ANY, Format, Scope, Shape, Words};

pub(super) static FORMATS: &[Format] = &[
    Format {
        id: "github-token",
        title: "GitHub token",
        severity: Severity::Critical,
        words: Words::AnyCase(&["ghp_", "gho_", "ghu_"]),
        shape: Shape::Token("gh[pou]_[0-9A-Za-z]{36}"),
        entropy: 3.0,
        check: sums::base62_crc,
        ..ANY
    },
    Format {
        id: "github-refresh",
        title: "GitHub refresh token",
        severity: Severity::Critical,
        words: Words::Exact(&["ghr_"]),
        shape: Shape::Token("ghr_[0-9A-Za-z]{36}(?:[0-9A-Za-z]{40})?"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "github-server",
        title: "GitHub token of an app",
        severity: Severity::Critical,
        words: Words::Exact(&["ghs_"]),
        shape: Shape::Token("ghs_[0-9A-Za-z]{36}"),
        entropy: 3.0,
        check: sums::base62_crc,
        ..ANY
    },
    Format {
        id: "github-server-jwt",
        title: "GitHub token of an app, as a JWT",
        severity: Severity::Critical,
        words: Words::Exact(&["ghs_"]),
        shape: Shape::Dashed(
            r"ghs_[0-9]{1,12}_eyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{40,}",
        ),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "github-fine-grained",
        title: "GitHub token with chosen permissions",
        severity: Severity::Critical,
        words: Words::Exact(&["github_pat_"]),
        shape: Shape::Token("github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "gitlab-pat",
        title: "GitLab personal token",
        severity: Severity::Critical,
        words: Words::Exact(&["glpat-"]),
        shape: Shape::Dashed("glpat-[0-9A-Za-z_-]{20}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gitlab-routable",
        title: "GitLab token with a checksum",
        severity: Severity::Critical,
        words: Words::AnyCase(&[
            "glpat-", "glrt-", "gldt-", "glcbt-", "glptt-", "glft-", "glagent-", "gloas-",
            "glsoat-", "glimt-", "glrtr-",
        ]),
        shape: Shape::Token(
            r"gl(?:pat|rt|rtr|dt|cbt|ptt|ft|agent|oas|soat|imt)-(?:t[0-9]_)?[0-9A-Za-z_-]{27,300}\.[0-9a-z]{2}[0-9a-z]{7}",
        ),
        entropy: 3.5,
        check: sums::gitlab_crc,
        ..ANY
    },
    Format {
        id: "gitlab-deploy",
        title: "GitLab deploy token",
        severity: Severity::Critical,
        words: Words::Exact(&["gldt-"]),
        shape: Shape::Dashed("gldt-[0-9A-Za-z_-]{20}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gitlab-runner",
        title: "GitLab runner token",
        severity: Severity::Critical,
        words: Words::Exact(&["glrt-"]),
        shape: Shape::Dashed("glrt-[0-9A-Za-z_-]{20}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gitlab-runner-registration",
        title: "GitLab token that registers runners",
        severity: Severity::High,
        words: Words::Exact(&["GR1348941"]),
        shape: Shape::Dashed("GR1348941[0-9A-Za-z_-]{20}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gitlab-trigger",
        title: "GitLab trigger token",
        severity: Severity::High,
        words: Words::Exact(&["glptt-"]),
        shape: Shape::Dashed("glptt-[0-9a-f]{40}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "gitlab-ci-job",
        title: "GitLab token of a job",
        severity: Severity::High,
        words: Words::Exact(&["glcbt-"]),
        shape: Shape::Dashed("glcbt-[0-9A-Za-z]{1,5}_[0-9A-Za-z_-]{20}"),
        entropy: 3.0,
        scope: Scope::Text,
        ..ANY
    },
    Format {
        id: "gitlab-agent",
        title: "GitLab token of a cluster agent",
        severity: Severity::Critical,
        words: Words::Exact(&["glagent-"]),
        shape: Shape::Dashed("glagent-[0-9A-Za-z_-]{50}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "gitlab-oauth-secret",
        title: "GitLab OAuth secret",
        severity: Severity::High,
        words: Words::Exact(&["gloas-"]),
        shape: Shape::Dashed("gloas-[0-9A-Za-z_-]{64}"),
        entropy: 3.0,
        ..ANY
    },
    Format {
        id: "bitbucket-app-password",
        title: "Bitbucket password of an app",
        severity: Severity::High,
        words: Words::Exact(&["ATBB"]),
        shape: Shape::Token("ATBB[0-9A-Za-z]{32}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "atlassian-api",
        title: "Atlassian API token",
        severity: Severity::High,
        words: Words::Exact(&["ATATT3"]),
        shape: Shape::Dashed("ATATT3[0-9A-Za-z_=-]{180,220}"),
        entropy: 3.5,
        ..ANY
    },
    Format {
        id: "sourcegraph",
        title: "Sourcegraph token",
        severity: Severity::High,
        words: Words::Exact(&["sgp_"]),
        shape: Shape::Token("sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40}"),
        entropy: 3.0,
        ..ANY
    },
];
