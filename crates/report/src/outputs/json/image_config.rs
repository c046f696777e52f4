//! The image configuration with the fields, the order and the omissions of go-containerregistry.
//!
//! Source of truth: trivy.md §2.1. The model holds the same fields; this file knows only when one
//! of them is left out, and that Go prints a time that was not given as the year 1.

use std::borrow::Cow;
use std::collections::BTreeMap;

use model::{ContainerConfig, Empty, History, ImageConfig};
use serde::Serialize;

/// Trivy's `ImageConfig`.
#[derive(Serialize)]
pub(super) struct Configuration<'a> {
    architecture: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    author: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    container: &'a str,
    created: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    docker_version: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    history: Vec<Step<'a>>,
    os: &'a str,
    rootfs: RootFs<'a>,
    config: Container<'a>,
    #[serde(rename = "os.version", skip_serializing_if = "str::is_empty")]
    os_version: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    variant: &'a str,
    #[serde(rename = "os.features", skip_serializing_if = "<[_]>::is_empty")]
    os_features: &'a [String],
}

#[derive(Serialize)]
struct Step<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    author: &'a str,
    created: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    created_by: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    comment: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    empty_layer: bool,
}

#[derive(Serialize)]
struct RootFs<'a> {
    r#type: &'a str,
    diff_ids: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "Docker's fields")]
struct Container<'a> {
    #[serde(skip_serializing_if = "is_false")]
    attach_stderr: bool,
    #[serde(skip_serializing_if = "is_false")]
    attach_stdin: bool,
    #[serde(skip_serializing_if = "is_false")]
    attach_stdout: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cmd: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    healthcheck: Option<Healthcheck<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    domainname: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entrypoint: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    env: &'a [String],
    #[serde(skip_serializing_if = "str::is_empty")]
    hostname: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    image: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    on_build: &'a [String],
    #[serde(skip_serializing_if = "is_false")]
    open_stdin: bool,
    #[serde(skip_serializing_if = "is_false")]
    stdin_once: bool,
    #[serde(skip_serializing_if = "is_false")]
    tty: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    user: &'a str,
    #[expect(
        clippy::zero_sized_map_values,
        reason = "Docker's JSON has empty objects here"
    )]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    volumes: &'a Names,
    #[serde(skip_serializing_if = "str::is_empty")]
    working_dir: &'a str,
    #[expect(
        clippy::zero_sized_map_values,
        reason = "Docker's JSON has empty objects here"
    )]
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    exposed_ports: &'a Names,
    #[serde(skip_serializing_if = "is_false")]
    args_escaped: bool,
    #[serde(skip_serializing_if = "is_false")]
    network_disabled: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    mac_address: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    stop_signal: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    shell: &'a [String],
}

/// A set, as Docker writes one.
#[expect(
    clippy::zero_sized_map_values,
    reason = "Docker's JSON has empty objects here"
)]
type Names = BTreeMap<String, Empty>;

/// Docker's health check. The library that Trivy prints it with has no `StartInterval`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Healthcheck<'a> {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    test: &'a [String],
    #[serde(skip_serializing_if = "is_zero")]
    interval: i64,
    #[serde(skip_serializing_if = "is_zero")]
    timeout: i64,
    #[serde(skip_serializing_if = "is_zero")]
    start_period: i64,
    #[serde(skip_serializing_if = "is_zero")]
    retries: i64,
}

impl<'a> Configuration<'a> {
    pub(super) fn new(config: &'a ImageConfig) -> Self {
        Self {
            architecture: &config.architecture,
            author: &config.author,
            container: &config.container,
            created: time(&config.created),
            docker_version: &config.docker_version,
            history: config.history.iter().map(Step::new).collect(),
            os: &config.os,
            rootfs: RootFs {
                r#type: &config.rootfs.kind,
                diff_ids: &config.rootfs.diff_ids,
            },
            config: Container::new(&config.config),
            os_version: &config.os_version,
            variant: &config.variant,
            os_features: &config.os_features,
        }
    }
}

impl<'a> Step<'a> {
    fn new(step: &'a History) -> Self {
        Self {
            author: &step.author,
            created: time(&step.created),
            created_by: &step.created_by,
            comment: &step.comment,
            empty_layer: step.empty_layer,
        }
    }
}

impl<'a> Container<'a> {
    fn new(config: &'a ContainerConfig) -> Self {
        Self {
            attach_stderr: config.attach_stderr,
            attach_stdin: config.attach_stdin,
            attach_stdout: config.attach_stdout,
            cmd: &config.cmd,
            healthcheck: config.healthcheck.as_ref().map(Healthcheck::new),
            domainname: &config.domainname,
            entrypoint: &config.entrypoint,
            env: &config.env,
            hostname: &config.hostname,
            image: &config.image,
            labels: &config.labels,
            on_build: &config.on_build,
            open_stdin: config.open_stdin,
            stdin_once: config.stdin_once,
            tty: config.tty,
            user: &config.user,
            volumes: &config.volumes,
            working_dir: &config.working_dir,
            exposed_ports: &config.exposed_ports,
            args_escaped: config.args_escaped,
            network_disabled: config.network_disabled,
            mac_address: &config.mac_address,
            stop_signal: &config.stop_signal,
            shell: &config.shell,
        }
    }
}

impl<'a> Healthcheck<'a> {
    fn new(check: &'a model::Healthcheck) -> Self {
        Self {
            test: &check.test,
            interval: check.interval,
            timeout: check.timeout,
            start_period: check.start_period,
            retries: check.retries,
        }
    }
}

/// Returns a time as Go prints it again: no zeros at the end of the fraction, UTC as `Z`, and the
/// year 1 where none was given. What is no time stays as it is.
fn time(given: &str) -> Cow<'_, str> {
    if given.is_empty() {
        return Cow::Borrowed("0001-01-01T00:00:00Z");
    }
    let (rest, zone) = match given.strip_suffix('Z') {
        Some(rest) => (rest, "Z"),
        None => match given
            .len()
            .checked_sub(6)
            .and_then(|at| given.split_at_checked(at))
        {
            Some((rest, "+00:00")) => (rest, "Z"),
            Some((rest, zone)) if zone.starts_with(['+', '-']) => (rest, zone),
            _ => return Cow::Borrowed(given),
        },
    };
    match rest.split_once('.') {
        Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
            "" => Cow::Owned(format!("{seconds}{zone}")),
            fraction => Cow::Owned(format!("{seconds}.{fraction}{zone}")),
        },
        None => Cow::Owned(format!("{rest}{zone}")),
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_false(value: &bool) -> bool {
    !*value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature serde asks for"
)]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_times_as_go_does() {
        for (given, want) in [
            ("", "0001-01-01T00:00:00Z"),
            (
                "2020-01-23T16:53:06.686519038Z",
                "2020-01-23T16:53:06.686519038Z",
            ),
            ("2020-01-23T16:53:06.500000000Z", "2020-01-23T16:53:06.5Z"),
            ("2020-01-23T16:53:06.000Z", "2020-01-23T16:53:06Z"),
            ("2020-01-23T16:53:06+00:00", "2020-01-23T16:53:06Z"),
            (
                "2020-01-23T16:53:06.10+02:00",
                "2020-01-23T16:53:06.1+02:00",
            ),
            ("yesterday", "yesterday"),
            ("é", "é"),
        ] {
            assert_eq!(time(given), want, "{given}");
        }
    }
}
