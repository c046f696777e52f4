//! The checks: from which version they say what, and which check of the lower level they replace.

use super::subject::{Found, Subject};
use super::{Level, capabilities, host, identity, profiles, volumes};

/// Asks a pod; none if it is good.
pub(super) type Ask = fn(&Subject<'_>) -> Option<Found>;

struct Check {
    id: &'static str,
    level: Level,
    /// The baseline check that it replaces from its first version on.
    replaces: Option<&'static str>,
    /// Minor versions from which a rule counts, ascending.
    steps: &'static [(u32, Ask)],
}

/// Every check, in the order of the results: those of a level by id.
static CHECKS: &[Check] = &[
    baseline("appArmorProfile", &[(0, profiles::app_armor)]),
    baseline("capabilities_baseline", &[(0, capabilities::baseline)]),
    baseline("hostNamespaces", &[(0, host::namespaces)]),
    baseline("hostPathVolumes", &[(0, volumes::host_path)]),
    baseline("hostPorts", &[(0, host::ports)]),
    baseline("hostProbesAndHostLifecycle", &[(34, host::probes)]),
    baseline("privileged", &[(0, identity::privileged)]),
    baseline(
        "procMount",
        &[
            (0, identity::proc_mount),
            (35, |pod| {
                unless_in_user_namespace(pod, identity::proc_mount)
            }),
        ],
    ),
    baseline(
        "seLinuxOptions",
        &[(0, profiles::selinux), (31, profiles::selinux_1_31)],
    ),
    baseline(
        "seccompProfile_baseline",
        &[(0, profiles::seccomp_annotations), (19, profiles::seccomp)],
    ),
    baseline(
        "sysctls",
        &[
            (0, |pod| host::sysctls(pod, 0)),
            (27, |pod| host::sysctls(pod, 27)),
            (29, |pod| host::sysctls(pod, 29)),
            (32, |pod| host::sysctls(pod, 32)),
            (37, |pod| host::sysctls(pod, 37)),
        ],
    ),
    baseline("windowsHostProcess", &[(0, host::windows_process)]),
    restricted(
        "allowPrivilegeEscalation",
        None,
        &[
            (8, identity::escalation),
            (25, |pod| unless_windows(pod, identity::escalation)),
        ],
    ),
    restricted(
        "capabilities_restricted",
        Some("capabilities_baseline"),
        &[
            (22, capabilities::restricted),
            (25, |pod| unless_windows(pod, capabilities::restricted)),
        ],
    ),
    restricted(
        "procMount_restricted",
        Some("procMount"),
        &[(35, identity::proc_mount)],
    ),
    restricted(
        "restrictedVolumes",
        Some("hostPathVolumes"),
        &[(0, volumes::restricted)],
    ),
    restricted(
        "runAsNonRoot",
        None,
        &[
            (0, identity::non_root),
            (35, |pod| unless_in_user_namespace(pod, identity::non_root)),
        ],
    ),
    restricted(
        "runAsUser",
        None,
        &[
            (23, identity::user),
            (35, |pod| unless_in_user_namespace(pod, identity::user)),
        ],
    ),
    restricted(
        "seccompProfile_restricted",
        Some("seccompProfile_baseline"),
        &[
            (19, profiles::seccomp_restricted),
            (25, |pod| unless_windows(pod, profiles::seccomp_restricted)),
        ],
    ),
];

const fn baseline(id: &'static str, steps: &'static [(u32, Ask)]) -> Check {
    Check {
        id,
        level: Level::Baseline,
        replaces: None,
        steps,
    }
}

const fn restricted(
    id: &'static str,
    replaces: Option<&'static str>,
    steps: &'static [(u32, Ask)],
) -> Check {
    Check {
        id,
        level: Level::Restricted,
        replaces,
        steps,
    }
}

fn unless_windows(subject: &Subject<'_>, ask: Ask) -> Option<Found> {
    if subject.is_windows() {
        None
    } else {
        ask(subject)
    }
}

fn unless_in_user_namespace(subject: &Subject<'_>, ask: Ask) -> Option<Found> {
    if subject.is_in_user_namespace() {
        None
    } else {
        ask(subject)
    }
}

/// Returns the checks that count, by id, with what they ask at that version.
pub(super) fn active(level: Level, minor: u32) -> impl Iterator<Item = (&'static str, Ask)> {
    let counts = move |check: &&Check| check.level <= level;
    let replaced: Vec<&str> = CHECKS
        .iter()
        .filter(counts)
        .filter(|check| step(check, minor).is_some())
        .filter_map(|check| check.replaces)
        .collect();
    CHECKS
        .iter()
        .filter(counts)
        .filter(move |check| !replaced.contains(&check.id))
        .filter_map(move |check| Some((check.id, step(check, minor)?)))
}

fn step(check: &Check, minor: u32) -> Option<Ask> {
    let mut steps = check.steps.iter().rev();
    steps.find(|(from, _)| *from <= minor).map(|(_, ask)| *ask)
}
