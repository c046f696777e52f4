//! The configuration of an image, in the order and with the names that `docker` and OCI use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An image configuration.
///
/// Source of truth: OCI image specification, "Image Configuration", and the fields that Docker
/// adds. Fields are declared in the order in which Trivy prints them (trivy.md §2.1).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageConfig {
    /// CPU architecture.
    pub architecture: String,
    /// Who made it.
    pub author: String,
    /// Container that was committed (old builders).
    pub container: String,
    /// When it was made, RFC 3339 as given; empty if not given.
    pub created: String,
    /// Version of the builder (old builders).
    pub docker_version: String,
    /// How each layer came to be, oldest first.
    pub history: Vec<History>,
    /// Operating system kind, `linux`.
    pub os: String,
    /// The layers' diffIDs.
    pub rootfs: RootFs,
    /// What to run.
    pub config: ContainerConfig,
    /// Version of the operating system (Windows).
    #[serde(rename = "os.version")]
    pub os_version: String,
    /// CPU variant.
    pub variant: String,
    /// Features the image needs (Windows).
    #[serde(rename = "os.features")]
    pub os_features: Vec<String>,
}

/// One step of an image's history.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct History {
    /// Who did it.
    pub author: String,
    /// When, RFC 3339 as given; empty if not given.
    pub created: String,
    /// The command.
    pub created_by: String,
    /// A remark; builders write `buildkit.dockerfile.v0` here.
    pub comment: String,
    /// Whether the step made no layer.
    pub empty_layer: bool,
}

/// The layers that a configuration names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// diffIDs as given, lowest layer first.
    pub diff_ids: Vec<String>,
}

/// What a container of this image runs, in Docker's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "Docker's fields")]
pub struct ContainerConfig {
    /// Whether standard error was attached when it was committed.
    pub attach_stderr: bool,
    /// Whether standard input was attached when it was committed.
    pub attach_stdin: bool,
    /// Whether standard output was attached when it was committed.
    pub attach_stdout: bool,
    /// Arguments.
    pub cmd: Vec<String>,
    /// How to tell whether it is well.
    pub healthcheck: Option<Healthcheck>,
    /// Domain name.
    pub domainname: String,
    /// Program.
    pub entrypoint: Vec<String>,
    /// Environment, `NAME=value`.
    pub env: Vec<String>,
    /// Host name.
    pub hostname: String,
    /// Image that it was built from (old builders).
    pub image: String,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// Steps for images built on this one.
    pub on_build: Vec<String>,
    /// Whether standard input stays open.
    pub open_stdin: bool,
    /// Whether standard input closes after the first client.
    pub stdin_once: bool,
    /// Whether a terminal is wanted.
    pub tty: bool,
    /// User and group, `user[:group]`.
    pub user: String,
    /// Folders meant for data; values are empty objects.
    #[expect(
        clippy::zero_sized_map_values,
        reason = "Docker's JSON has empty objects here"
    )]
    pub volumes: BTreeMap<String, Empty>,
    /// Working directory.
    pub working_dir: String,
    /// Ports, `80/tcp`; values are empty objects.
    #[expect(
        clippy::zero_sized_map_values,
        reason = "Docker's JSON has empty objects here"
    )]
    pub exposed_ports: BTreeMap<String, Empty>,
    /// Whether the command is already escaped (Windows).
    pub args_escaped: bool,
    /// Whether the network is off.
    pub network_disabled: bool,
    /// MAC address.
    pub mac_address: String,
    /// Signal that stops it.
    pub stop_signal: String,
    /// Shell of the shell form.
    pub shell: Vec<String>,
}

/// Docker's health check; durations are nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Healthcheck {
    /// `NONE`, `CMD …` or `CMD-SHELL …`.
    pub test: Vec<String>,
    /// Nanoseconds between checks.
    pub interval: i64,
    /// Nanoseconds that one check may take.
    pub timeout: i64,
    /// Nanoseconds until failures count.
    pub start_period: i64,
    /// Nanoseconds between checks while starting.
    pub start_interval: i64,
    /// Failures until it is unhealthy.
    pub retries: i64,
}

/// The empty object that Docker uses as a set's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Empty {}
