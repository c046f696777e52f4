//! What must hold for every input of each parser: dev only.
//!
//! Each public module is one fuzz target: `check` panics where its property fails, `seeds` gives
//! inputs to start from. The targets in `fuzz/` call `check` with what libFuzzer thinks of; the test
//! of this crate calls it with the seeds and with every input in `fuzz/regressions/`, so that what
//! was found once never comes back. docs/fuzzing.md says how to run them.

mod files;
mod layer_lines;
mod limits;
mod tar_bytes;
mod tree;

/// A fuzz target.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name: of the module, of the file in `fuzz/targets/`, of the folder of its inputs.
    pub name: &'static str,
    /// Panics if something does not hold for this input.
    pub check: fn(&[u8]),
    /// Returns inputs to start from.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// Lists each target once: its module, and its row of [`TARGETS`].
macro_rules! targets {
    ($($name:ident,)*) => {
        $(pub mod $name;)*

        /// Every target, in alphabetical order.
        pub static TARGETS: &[Target] = &[$(Target {
            name: stringify!($name),
            check: $name::check,
            seeds: $name::seeds,
        }),*];
    };
}

targets! {
    accounts,
    admission_review,
    apk,
    bolt,
    docker_config,
    dpkg,
    feeds,
    hosts_toml,
    http_scan,
    image_layout,
    image_policy,
    image_review,
    lint,
    manifest,
    names,
    os_release,
    rpmqa,
    secret,
    shard,
    shell,
    signature,
    supervisors,
    tar,
    token_answers,
    trivy_report,
    versions,
    yaml,
    zip,
}
