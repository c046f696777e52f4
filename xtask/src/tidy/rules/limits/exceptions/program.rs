//! Sizes in the program's own crate.

use super::Exception;

/// Sizes in the program's own crate.
pub(super) const PROGRAM: &[Exception] = &[
    (
        "crates/cli/src/commands/cache.rs",
        "tenths",
        "a unit for people",
    ),
    (
        "crates/cli/src/commands/check/targets.rs",
        "HEAD_BYTES",
        "part of tar's format",
    ),
    (
        "crates/cli/src/commands/db/update/feeds/fetching.rs",
        "NAME_BYTES",
        "of a publisher's file, whatever is scanned",
    ),
    (
        "crates/cli/src/commands/lint.rs",
        "ACCOUNT_BYTES",
        "far more accounts than an image has",
    ),
    (
        "crates/cli/src/commands/lint.rs",
        "LIST_BYTES",
        "a list that the user wrote",
    ),
    (
        "crates/cli/src/commands/scan.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/commands/scan.rs",
        "MAX_DOCUMENTS",
        "of the user's own file",
    ),
    (
        "crates/cli/src/commands/serve.rs",
        "MIB",
        "of the operator's own setting",
    ),
    (
        "crates/cli/src/databases/generations.rs",
        "MAX_BYTES",
        "of our own file, whatever is scanned",
    ),
    (
        "crates/cli/src/databases/keys.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/feed_files.rs",
        "FILE_BYTES",
        "a feed that the user fetched",
    ),
    (
        "crates/cli/src/ignored.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/image_rules.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/mirrors.rs",
        "MAX_BYTES",
        "of a publisher's file, whatever is scanned",
    ),
    (
        "crates/cli/src/policies.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/registries.rs",
        "MAX_BYTES",
        "of the user's own password",
    ),
    (
        "crates/cli/src/schemas.rs",
        "MAX_SCHEMA_BYTES",
        "of the user's own files",
    ),
    (
        "crates/cli/src/secrets.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/settings/config_file.rs",
        "MAX_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/sides.rs",
        "MAX_BYTES",
        "of the user's own report",
    ),
    (
        "crates/cli/src/sources.rs",
        "MAX_BYTES",
        "of the user's own files",
    ),
    (
        "crates/cli/src/sources.rs",
        "MAX_NODES",
        "of the user's own files",
    ),
    (
        "crates/cli/src/sources/globs.rs",
        "MAX_PATHS",
        "of the user's own files",
    ),
    (
        "crates/cli/src/trivy.rs",
        "MAX_BYTES",
        "of the user's own files",
    ),
    (
        "crates/cli/src/trivy_files.rs",
        "MAX_DATABASE_BYTES",
        "of the user's own file",
    ),
    (
        "crates/cli/src/trivy_files.rs",
        "MAX_DOCUMENT_BYTES",
        "of the user's own file",
    ),
];
