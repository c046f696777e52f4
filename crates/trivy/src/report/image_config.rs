//! An image's configuration, as go-containerregistry writes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::unset;

/// Trivy's `ImageConfig`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImageConfig {
    architecture: String,
    #[serde(skip_serializing_if = "unset")]
    author: String,
    #[serde(skip_serializing_if = "unset")]
    container: String,
    created: String,
    #[serde(skip_serializing_if = "unset")]
    docker_version: String,
    #[serde(skip_serializing_if = "unset")]
    history: Vec<Step>,
    os: String,
    rootfs: RootFs,
    /// How a container starts.
    pub(crate) config: Container,
    #[serde(rename = "os.version", skip_serializing_if = "unset")]
    os_version: String,
    #[serde(skip_serializing_if = "unset")]
    variant: String,
    #[serde(rename = "os.features", skip_serializing_if = "unset")]
    os_features: Vec<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(skip_serializing_if = "unset")]
    author: String,
    created: String,
    #[serde(skip_serializing_if = "unset")]
    created_by: String,
    #[serde(skip_serializing_if = "unset")]
    comment: String,
    #[serde(skip_serializing_if = "unset")]
    empty_layer: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct RootFs {
    r#type: String,
    diff_ids: Vec<String>,
}

/// How a container starts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(clippy::struct_excessive_bools, reason = "Docker's keys")]
pub(crate) struct Container {
    #[serde(skip_serializing_if = "unset")]
    attach_stderr: bool,
    #[serde(skip_serializing_if = "unset")]
    attach_stdin: bool,
    #[serde(skip_serializing_if = "unset")]
    attach_stdout: bool,
    #[serde(skip_serializing_if = "unset")]
    cmd: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<Value>,
    #[serde(skip_serializing_if = "unset")]
    domainname: String,
    #[serde(skip_serializing_if = "unset")]
    entrypoint: Vec<String>,
    #[serde(skip_serializing_if = "unset")]
    env: Vec<String>,
    #[serde(skip_serializing_if = "unset")]
    hostname: String,
    #[serde(skip_serializing_if = "unset")]
    image: String,
    /// Labels by name.
    #[serde(skip_serializing_if = "unset")]
    pub(crate) labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "unset")]
    on_build: Vec<String>,
    #[serde(skip_serializing_if = "unset")]
    open_stdin: bool,
    #[serde(skip_serializing_if = "unset")]
    stdin_once: bool,
    #[serde(skip_serializing_if = "unset")]
    tty: bool,
    #[serde(skip_serializing_if = "unset")]
    user: String,
    #[serde(skip_serializing_if = "unset")]
    volumes: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "unset")]
    working_dir: String,
    #[serde(skip_serializing_if = "unset")]
    exposed_ports: BTreeMap<String, Value>,
    #[serde(skip_serializing_if = "unset")]
    args_escaped: bool,
    #[serde(skip_serializing_if = "unset")]
    network_disabled: bool,
    #[serde(skip_serializing_if = "unset")]
    mac_address: String,
    #[serde(skip_serializing_if = "unset")]
    stop_signal: String,
    #[serde(skip_serializing_if = "unset")]
    shell: Vec<String>,
}

impl ImageConfig {
    /// Returns the architecture.
    pub(crate) fn architecture(&self) -> &str {
        &self.architecture
    }
}
