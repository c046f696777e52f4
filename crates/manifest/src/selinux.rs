//! Types of SELinux that keep a container in its bounds.
//!
//! Source of truth: `k8s.io/pod-security-admission`, check `seLinuxOptions`.

/// The types, and the minor version since when they count as that. The empty one is that of the runtime.
const TYPES: &[(u32, &str)] = &[
    (0, ""),
    (0, "container_t"),
    (0, "container_init_t"),
    (0, "container_kvm_t"),
    (31, "container_engine_t"),
];

/// Whether a type keeps a container in its bounds, by the rules of Kubernetes 1.`minor`.
pub(crate) fn is_confined(name: &str, minor: u32) -> bool {
    let mut types = TYPES.iter();
    types.any(|(since, confined)| *since <= minor && *confined == name)
}
