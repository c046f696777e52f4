//! Sizes that stand elsewhere than in `Limits`, by the reason why. Of two names of a file, one of which holds
//! the other, the longer stands first.

/// Sizes elsewhere: why each is no field of `Limits`, its file and its name.
pub(super) const EXCEPTIONS: &[(&str, &[(&str, &str)])] = &[
    (
        "a buffer, filled whatever comes",
        &[
            ("crates/archive/src/tar.rs", "BUFFER_BYTES"),
            ("crates/pipeline/src/ahead.rs", "CHUNK_BYTES"),
            ("crates/pipeline/src/layers/scan.rs", "BUFFER_BYTES"),
            ("crates/pipeline/src/secrets/owned.rs", "PIECE"),
            ("crates/secret/src/scanner.rs", "BLOCK_BYTES"),
            ("crates/secret/src/scanner.rs", "KEPT_BYTES"),
            ("crates/secret/src/sweep.rs", "PIECE"),
        ],
    ),
    (
        "a cache: what does not fit is made anew",
        &[("crates/secret/src/expression.rs", "STATES_BYTES")],
    ),
    (
        "a feed that the user fetched",
        &[
            ("crates/cli/src/feed_files.rs", "FILE_BYTES"),
            ("crates/cli/src/feed_files.rs", "ZIP_BYTES"),
        ],
    ),
    (
        "a list that the user wrote",
        &[("crates/cli/src/commands/lint.rs", "LIST_BYTES")],
    ),
    (
        "a page of a server that the user named, and files that a configuration names",
        &[
            ("crates/cli/src/commands/doctor.rs", "MAX_FILE"),
            ("crates/cli/src/commands/doctor/probe.rs", "MAX_ANSWER"),
        ],
    ),
    (
        "a matter of speed; longer texts are read, too",
        &[("crates/yaml/src/repeated.rs", "MOST_BYTES")],
    ),
    (
        "a part of a file that `file_bytes` bounds",
        &[
            ("crates/inventory/src/os_release.rs", "MOST_BYTES"),
            ("crates/inventory/src/red_hat_build.rs", "MOST_BYTES"),
        ],
    ),
    (
        "a ratio: `layer_bytes` bounds what comes of it",
        &[("crates/pipeline/src/layers/scan.rs", "MAX_RATIO")],
    ),
    (
        "a table, filled whatever comes",
        &[("crates/yaml/src/repeated.rs", "PLACES")],
    ),
    (
        "a unit for people",
        &[("crates/cli/src/commands/cache.rs", "tenths")],
    ),
    (
        "a unit: what counts as one value",
        &[("crates/yaml/src/node.rs", "TEXT_BYTES")],
    ),
    (
        "the beginning of a file of a feed, where its id stands",
        &[("crates/advisory/src/unread.rs", "HEAD_BYTES")],
    ),
    (
        "as much as the header of a program takes",
        &[("crates/hygiene/src/notes.rs", "HEAD_BYTES")],
    ),
    (
        "disk of the user's own cache",
        &[("crates/pipeline/src/cache.rs", "MAX_BYTES")],
    ),
    (
        "far longer than any id or version",
        &[("crates/advisory/src/trivy.rs", "MOST_BYTES")],
    ),
    (
        "far longer than any value",
        &[("crates/advisory/src/trivy/values.rs", "MOST_BYTES")],
    ),
    (
        "far more accounts than an image has",
        &[("crates/cli/src/commands/lint.rs", "ACCOUNT_BYTES")],
    ),
    (
        "its own `Limits`: manifests are no images",
        &[("crates/yaml/src/limits.rs", "bytes:")],
    ),
    (
        "not a limit: what counts as coming on",
        &[("crates/registry/src/blob.rs", "PROGRESS_BYTES")],
    ),
    (
        "not a limit: what makes a program worth a gap",
        &[("crates/inventory/src/programs.rs", "LARGE_BYTES")],
    ),
    (
        "not a limit: what no path of a chart reaches",
        &[("crates/manifest/src/input.rs", "MAX_SOURCE")],
    ),
    (
        "of a document, which has no `Limits`",
        &[("crates/trivy/src/vex.rs", "MAX_DEPTH")],
    ),
    (
        "of a name in a publisher's file",
        &[("crates/advisory/src/harvest.rs", "MOST_BYTES")],
    ),
    (
        "of a name that strangers write",
        &[("crates/server/src/scans.rs", "MOST_NAME_BYTES")],
    ),
    (
        "of a publisher's file, whatever is scanned",
        &[
            (
                "crates/cli/src/commands/db/update/feeds/fetching.rs",
                "NAME_BYTES",
            ),
            (
                "crates/cli/src/commands/db/update/feeds/fetching.rs",
                "INDEX_BYTES",
            ),
            ("crates/cli/src/mirrors.rs", "MAX_BYTES"),
        ],
    ),
    (
        "of a report, which has no `Limits`",
        &[("crates/trivy/src/report.rs", "MAX_DEPTH")],
    ),
    (
        "of a reason, which may stand at each finding",
        &[("crates/trivy/src/vex/statements.rs", "REASON_BYTES")],
    ),
    (
        "of what a user's own globs become",
        &[("crates/cli/src/scan/options.rs", "SKIP_BYTES")],
    ),
    (
        "what a limit is never below",
        &[("crates/pipeline/src/secrets/packed.rs", "LEAST_BYTES")],
    ),
    (
        "of a request, not of an image",
        &[
            ("crates/server/src/objects.rs", "MANY_BYTES"),
            ("crates/server/src/kubesec.rs", "SMALL_BODY_BYTES"),
            ("crates/server/src/kubesec.rs", "MAX_BODY_BYTES"),
            ("crates/server/src/kubesec.rs", "MAX_NODES"),
        ],
    ),
    (
        "of a vector in a publisher's file",
        &[("crates/advisory/src/cvss.rs", "MOST_BYTES")],
    ),
    (
        "of an address, not of an image",
        &[("crates/net/src/url.rs", "MAX_BYTES")],
    ),
    (
        "of an answer, not of an image",
        &[
            ("crates/net/src/agent.rs", "MAX_HEADER_BYTES"),
            ("crates/registry/src/engine.rs", "MAX_HEAD_BYTES"),
            ("crates/registry/src/error_body.rs", "MAX_BYTES"),
            ("crates/registry/src/token.rs", "MAX_ANSWER_BYTES"),
        ],
    ),
    (
        "of gaps that are listed; the others are counted",
        &[("crates/manifest/src/input.rs", "MAX_GAPS")],
    ),
    (
        "of our own expressions and of the user's",
        &[("crates/secret/src/expression.rs", "COMPILED_BYTES")],
    ),
    (
        "of our own file, whatever is scanned",
        &[
            ("crates/advisory/src/database/file.rs", "MAX_RAW_BYTES"),
            ("crates/cli/src/databases/generations.rs", "MAX_BYTES"),
            ("crates/net/src/download/note.rs", "MAX_BYTES"),
        ],
    ),
    (
        "of our own record",
        &[("crates/pipeline/src/cache.rs", "MAX_RECORD_BYTES")],
    ),
    (
        "of requests, not of images",
        &[
            ("crates/server/src/objects.rs", "MAX_NODES"),
            ("crates/server/src/body.rs", "SMALL_BODY_BYTES"),
            ("crates/server/src/body.rs", "MAX_BODY_BYTES"),
        ],
    ),
    (
        "of the answer of the user's own program",
        &[("crates/registry/src/keychain/program.rs", "MAX_BYTES")],
    ),
    (
        "of the operator's own file",
        &[("crates/server/src/tls.rs", "MAX_BYTES")],
    ),
    (
        "of our own store: its format, and what of it is read at once",
        &[
            ("crates/store/src/lib.rs", "PAGE_BYTES"),
            ("crates/store/src/record.rs", "DIGEST_BYTES"),
            ("crates/store/src/record.rs", "MAX_BYTES"),
        ],
    ),
    (
        "of the operator's own setting",
        &[("crates/cli/src/commands/serve.rs", "MIB")],
    ),
    (
        "of the service, not of an image",
        &[
            ("crates/server/src/body.rs", "MAX_HELD_KB"),
            ("crates/server/src/body.rs", "NODE_BYTES"),
            ("crates/server/src/body.rs", "kilobytes"),
            ("crates/server/src/kubesec.rs", "MAX_BODIES_KB"),
            ("crates/server/src/listen.rs", "MAX_CONNECTIONS"),
        ],
    ),
    (
        "of the user's own file",
        &[
            ("crates/advisory/src/bolt.rs", "MAX_DEPTH"),
            ("crates/advisory/src/bolt/meta.rs", "MAX_FILE_BYTES"),
            ("crates/advisory/src/bolt/pages.rs", "MAX_RUN_BYTES"),
            ("crates/cli/src/commands/scan.rs", "MAX_DOCUMENTS"),
            ("crates/cli/src/commands/scan.rs", "MAX_BYTES"),
            ("crates/cli/src/databases/keys.rs", "MAX_BYTES"),
            ("crates/cli/src/ignored.rs", "MAX_BYTES"),
            ("crates/cli/src/image_rules.rs", "MAX_BYTES"),
            ("crates/cli/src/policies.rs", "MAX_BYTES"),
            ("crates/cli/src/secrets.rs", "MAX_BYTES"),
            ("crates/cli/src/settings/config_file.rs", "MAX_BYTES"),
            ("crates/cli/src/trivy_files.rs", "MAX_DATABASE_BYTES"),
            ("crates/cli/src/trivy/database.rs", "MOST_METADATA"),
            ("crates/cli/src/trivy/version.rs", "MOST_METADATA"),
            ("crates/cli/src/trivy_files.rs", "MAX_DOCUMENT_BYTES"),
            ("crates/net/src/roots.rs", "MAX_BYTES"),
            ("crates/registry/src/login.rs", "MAX_BYTES"),
            ("crates/registry/src/mirrors.rs", "MAX_BYTES"),
        ],
    ),
    (
        "of the user's own files",
        &[
            ("crates/cli/src/schemas.rs", "MAX_SCHEMA_BYTES"),
            ("crates/cli/src/sources.rs", "MAX_BYTES"),
            ("crates/cli/src/sources.rs", "MAX_NODES"),
            ("crates/cli/src/sources/globs.rs", "MAX_PATHS"),
            ("crates/cli/src/trivy.rs", "CONFIGURATION_BYTES"),
            ("crates/cli/src/trivy.rs", "REPORT_BYTES"),
            ("crates/cli/src/trivy.rs", "TEXT_BYTES"),
            ("crates/cli/src/trivy.rs", "VEX_BYTES"),
            ("crates/registry/src/keychain.rs", "MAX_BYTES"),
        ],
    ),
    (
        "of the user's own password",
        &[("crates/cli/src/registries.rs", "MAX_BYTES")],
    ),
    (
        "of the user's own report",
        &[("crates/cli/src/sides.rs", "MAX_BYTES")],
    ),
    (
        "of the user's own template",
        &[
            ("crates/trivy/src/formats.rs", "MOST_BYTES_EACH"),
            ("crates/trivy/src/formats.rs", "MOST_BYTES"),
            ("crates/trivy/src/formats/template.rs", "MAX_BYTES"),
            (
                "crates/trivy/src/formats/template/functions.rs",
                "MAX_BYTES",
            ),
            ("crates/trivy/src/formats/template/functions.rs", "MAX_JSON"),
            (
                "crates/trivy/src/formats/template/functions.rs",
                "MAX_TOTAL",
            ),
        ],
    ),
    (
        "of what the kernel tells",
        &[("crates/server/src/process.rs", "MOST")],
    ),
    (
        "part of Bolt's format",
        &[
            ("crates/advisory/src/bolt/meta.rs", "META_BYTES"),
            ("crates/advisory/src/bolt/page.rs", "ELEMENT_BYTES"),
            ("crates/advisory/src/bolt/page.rs", "BUCKET_BYTES"),
            ("crates/advisory/src/bolt/page.rs", "HEADER_BYTES"),
        ],
    ),
    (
        "part of our own format",
        &[
            ("crates/advisory/src/shard.rs", "MAX_BLOCK_BYTES"),
            ("crates/advisory/src/shard.rs", "BLOCK_BYTES"),
            ("crates/advisory/src/signature.rs", "MAX_BYTES"),
            ("crates/advisory/src/tables/advisories.rs", "EXPANDED_BYTES"),
            ("crates/advisory/src/tables/details.rs", "MAX_BYTES"),
        ],
    ),
    (
        "part of tar's format",
        &[("crates/cli/src/commands/check/targets.rs", "HEAD_BYTES")],
    ),
    (
        "stands with the ratio that it belongs to",
        &[("crates/pipeline/src/layers/scan.rs", "FREE_BYTES")],
    ),
    (
        "the longest magic number",
        &[("crates/archive/src/codec.rs", "SNIFF_BYTES")],
    ),
    (
        "the longest secret, a fact of the formats",
        &[
            ("crates/secret/src/expression.rs", "before:"),
            ("crates/secret/src/expression.rs", "behind:"),
        ],
    ),
    (
        "the magic number of a zip",
        &[("crates/pipeline/src/secrets/zipped.rs", "MAGIC_BYTES")],
    ),
    (
        "two blocks of a tar",
        &[("crates/pipeline/src/source/spool.rs", "HEAD_BYTES")],
    ),
    (
        "of each text of a line of the log, and of all lines that wait for whoever reads it",
        &[
            ("crates/server/src/gate.rs", "MOST_LOGGED_BYTES"),
            ("crates/server/src/log.rs", "MOST_BYTES"),
        ],
    ),
    (
        "what Kubernetes lets a namespace have",
        &[("crates/server/src/gate.rs", "MOST_NAMESPACE_BYTES")],
    ),
    (
        "what blocks add to that limit's payload",
        &[("crates/archive/src/tar.rs", "tar_header_bytes")],
    ),
    (
        "what is a script, not what one may have",
        &[("crates/hygiene/src/topic.rs", "SCRIPT_BYTES")],
    ),
    (
        "what is counted, not what one may have",
        &[
            ("crates/hygiene/src/sum.rs", "SMALL"),
            ("crates/model/src/tree/count.rs", "SMALL_BYTES"),
        ],
    ),
    (
        "what is followed, never what is believed: beyond it there is a gap",
        &[
            ("crates/hygiene/src/start.rs", "READ_BYTES"),
            ("crates/hygiene/src/variables.rs", "MOST_KNOWN"),
        ],
    ),
    (
        "what is held of a file for its checksums: a longer one has none",
        &[("crates/pipeline/src/layers/inspect.rs", "MOST_DIGESTED")],
    ),
    (
        "what is held of a zip: the members of a longer one are read as they come",
        &[("crates/pipeline/src/secrets/zipped.rs", "HELD_BYTES")],
    ),
    (
        "what is kept of an image for manifests",
        &[("crates/model/src/running.rs", "MOST_BYTES")],
    ),
    (
        "what is kept of one stream, beside the layers",
        &[(
            "crates/pipeline/src/source/streamed.rs",
            "MAX_DOCUMENTS_BYTES",
        )],
    ),
    (
        "what is read, never what is believed: beyond it there is a gap",
        &[
            ("crates/hygiene/src/notes.rs", "KEPT_BYTES"),
            ("crates/hygiene/src/topic.rs", "NOTE_BYTES"),
        ],
    ),
    (
        "what plugins of Kubernetes show",
        &[("crates/policy/src/image_policy/verdict.rs", "LINE_BYTES")],
    ),
    (
        "what tells a program from text",
        &[("crates/secret/src/scanner.rs", "HEAD_BYTES")],
    ),
];
