//! Kernel settings that a pod may change without harm to others.
//!
//! Source of truth: `k8s.io/pod-security-admission`, check `sysctls`.

/// Kernel settings that are safe to change, and the version since when they count as that.
const SYSCTLS: &[(u32, &str)] = &[
    (0, "kernel.shm_rmid_forced"),
    (0, "net.ipv4.ip_local_port_range"),
    (0, "net.ipv4.tcp_syncookies"),
    (0, "net.ipv4.ping_group_range"),
    (0, "net.ipv4.ip_unprivileged_port_start"),
    (27, "net.ipv4.ip_local_reserved_ports"),
    (29, "net.ipv4.tcp_keepalive_time"),
    (29, "net.ipv4.tcp_fin_timeout"),
    (29, "net.ipv4.tcp_keepalive_intvl"),
    (29, "net.ipv4.tcp_keepalive_probes"),
    (32, "net.ipv4.tcp_rmem"),
    (32, "net.ipv4.tcp_wmem"),
    (37, "net.ipv4.tcp_slow_start_after_idle"),
    (37, "net.ipv4.tcp_notsent_lowat"),
];

/// Whether a setting is safe in Kubernetes 1.`minor`.
pub(crate) fn is_safe(name: &str, minor: u32) -> bool {
    let mut safe = SYSCTLS.iter();
    safe.any(|(since, safe)| *since <= minor && *safe == name)
}
