//! kubesec's 30 rules, in the order in which it registers them.
//!
//! Source of truth: kubesec 2.14.2 and later, for ids, selectors, kinds and points. The reasons are
//! our own words. What each rule asks is in `predicates`.

use super::predicates as ask;
use super::subject::Subject;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name, unique.
    pub id: &'static str,
    /// What it looks at, for people; not unique.
    pub selector: &'static str,
    /// Why.
    pub reason: &'static str,
    /// Kinds it is for.
    pub kinds: &'static [&'static str],
    /// Added to the score if it hits; negative for what is dangerous.
    pub points: i64,
    /// Printed with the rules; no score uses it.
    pub advise: u32,
    pub(super) hits: fn(&Subject<'_>) -> bool,
}

const RUNNING: &[&str] = &["Pod", "Deployment", "StatefulSet", "DaemonSet"];
const WITH_ENV: &[&str] = &[
    "Pod",
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "Job",
    "CronJob",
];
const STATEFUL: &[&str] = &["StatefulSet"];
const BINDINGS: &[&str] = &["RoleBinding", "ClusterRoleBinding"];

const SECCOMP: &str = ".spec .securityContext .seccompProfile .type | .spec .containers[] .securityContext .seccompProfile .type | .spec .initContainers[] .securityContext .seccompProfile .type | .spec .ephemeralContainers[] .securityContext .seccompProfile .type";
const APPARMOR: &str = ".spec .securityContext .appArmorProfile .type | .spec .containers[] .securityContext .appArmorProfile .type | .spec .initContainers[] .securityContext .appArmorProfile .type | .spec .ephemeralContainers[] .securityContext .appArmorProfile .type";

/// Every rule.
pub static RULES: &[Rule] = &[
    Rule {
        id: "HostNetwork",
        selector: ".spec .hostNetwork == true",
        reason: "On the node's network the pod reaches services that listen on its loopback and sees the traffic of others",
        kinds: RUNNING,
        points: -9,
        advise: 0,
        hits: ask::host_network,
    },
    Rule {
        id: "HostPID",
        selector: ".spec .hostPID == true",
        reason: "In the node's process table the pod sees and may signal every process, with their environments",
        kinds: RUNNING,
        points: -9,
        advise: 0,
        hits: ask::host_pid,
    },
    Rule {
        id: "HostIPC",
        selector: ".spec .hostIPC == true",
        reason: "The pod shares memory and semaphores with the processes of the node",
        kinds: RUNNING,
        points: -9,
        advise: 0,
        hits: ask::host_ipc,
    },
    Rule {
        id: "ReadOnlyRootFilesystem",
        selector: "containers[] .securityContext .readOnlyRootFilesystem == true",
        reason: "Where the root file system cannot be written, an intruder cannot leave or replace programs in it",
        kinds: RUNNING,
        points: 1,
        advise: 3,
        hits: ask::read_only_root_filesystem,
    },
    Rule {
        id: "RunAsNonRoot",
        selector: ".spec, .spec.containers[] | .securityContext .runAsNonRoot == true",
        reason: "A process that is not root has less to start from when it breaks out",
        kinds: RUNNING,
        points: 1,
        advise: 10,
        hits: ask::run_as_non_root,
    },
    Rule {
        id: "RunAsUser",
        selector: ".spec, .spec.containers[] | .securityContext .runAsUser -gt 10000",
        reason: "A user ID above 10000 is unlikely to be that of a user of the node",
        kinds: RUNNING,
        points: 1,
        advise: 4,
        hits: ask::run_as_user,
    },
    Rule {
        id: "RunAsGroup",
        selector: ".spec, .spec.containers[] | .securityContext .runAsGroup -gt 10000",
        reason: "A group ID above 10000 is unlikely to be that of a group of the node",
        kinds: RUNNING,
        points: 1,
        advise: 4,
        hits: ask::run_as_group,
    },
    Rule {
        id: "Privileged",
        selector: "containers[] .securityContext .privileged == true",
        reason: "A privileged container may do to the node what root may do",
        kinds: RUNNING,
        points: -30,
        advise: 0,
        hits: ask::privileged,
    },
    Rule {
        id: "CapSysAdmin",
        selector: "containers[] .securityContext .capabilities .add == SYS_ADMIN",
        reason: "SYS_ADMIN permits so many operations that it is nearly the same as root on the node",
        kinds: RUNNING,
        points: -30,
        advise: 0,
        hits: ask::cap_sys_admin,
    },
    Rule {
        id: "CapDropAny",
        selector: "containers[] .securityContext .capabilities .drop",
        reason: "Each capability that is dropped closes a part of the kernel to the container",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::cap_drop_any,
    },
    Rule {
        id: "CapDropAll",
        selector: "containers[] .securityContext .capabilities .drop | index(\"ALL\")",
        reason: "Start from no capability and add back the few that are needed",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::cap_drop_all,
    },
    Rule {
        id: "DockerSock",
        selector: "volumes[] .hostPath .path == /var/run/docker.sock",
        reason: "Who can write to the socket of Docker can start any container, and so owns the node",
        kinds: RUNNING,
        points: -9,
        advise: 0,
        hits: ask::docker_sock,
    },
    Rule {
        id: "ProcMount",
        selector: "volumes[] .hostPath .path == /proc",
        reason: "A mount of the node's /proc shows its processes and lets some kernel settings be changed",
        kinds: RUNNING,
        points: -9,
        advise: 0,
        hits: ask::proc_mount,
    },
    Rule {
        id: "RequestsCPU",
        selector: "containers[] .resources .requests .cpu",
        reason: "A request of CPU time lets the scheduler share a node fairly",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::requests_cpu,
    },
    Rule {
        id: "LimitsCPU",
        selector: "containers[] .resources .limits .cpu",
        reason: "A limit of CPU time keeps one container from starving the others",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::limits_cpu,
    },
    Rule {
        id: "RequestsMemory",
        selector: "containers[] .resources .requests .memory",
        reason: "A request of memory lets the scheduler choose a node that has enough",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::requests_memory,
    },
    Rule {
        id: "LimitsMemory",
        selector: "containers[] .resources .limits .memory",
        reason: "A limit of memory keeps one container from exhausting the node",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::limits_memory,
    },
    Rule {
        id: "ServiceAccountName",
        selector: ".spec .serviceAccountName",
        reason: "With a service account of its own, a pod can be given just the permissions it needs",
        kinds: RUNNING,
        points: 3,
        advise: 0,
        hits: ask::service_account_name,
    },
    Rule {
        id: "HostAliases",
        selector: ".spec .hostAliases",
        reason: "Entries in /etc/hosts bypass the cluster's name service, where names belong",
        kinds: RUNNING,
        points: -3,
        advise: 0,
        hits: ask::host_aliases,
    },
    Rule {
        id: "SeccompAny",
        selector: SECCOMP,
        reason: "A seccomp profile closes system calls that the program does not need",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::seccomp_any,
    },
    Rule {
        id: "SeccompUnconfined",
        selector: SECCOMP,
        reason: "Without a seccomp profile every system call is open to the container",
        kinds: RUNNING,
        points: -1,
        advise: 0,
        hits: ask::seccomp_unconfined,
    },
    Rule {
        id: "ApparmorAny",
        selector: APPARMOR,
        reason: "An AppArmor profile confines what the program may read, write and execute",
        kinds: RUNNING,
        points: 3,
        advise: 0,
        hits: ask::apparmor_any,
    },
    Rule {
        id: "ApparmorUnconfined",
        selector: APPARMOR,
        reason: "Without an AppArmor profile nothing confines what the program may read, write and execute",
        kinds: RUNNING,
        points: -1,
        advise: 0,
        hits: ask::apparmor_unconfined,
    },
    Rule {
        id: "VolumeClaimAccessModeReadWriteOnce",
        selector: ".spec .volumeClaimTemplates[] .spec .accessModes | index(\"ReadWriteOnce\")",
        reason: "A volume that one node mounts at a time cannot be changed from another",
        kinds: STATEFUL,
        points: 1,
        advise: 0,
        hits: ask::volume_claim_access_mode_read_write_once,
    },
    Rule {
        id: "VolumeClaimRequestsStorage",
        selector: ".spec .volumeClaimTemplates[] .spec .resources .requests .storage",
        reason: "A claim that says how much it needs is bound to a volume of that size",
        kinds: STATEFUL,
        points: 1,
        advise: 0,
        hits: ask::volume_claim_requests_storage,
    },
    Rule {
        id: "AllowPrivilegeEscalation",
        selector: "containers[] .securityContext .allowPrivilegeEscalation == true",
        reason: "With this set a process may gain more privileges than its parent, as by setuid programs",
        kinds: RUNNING,
        points: -7,
        advise: 0,
        hits: ask::allow_privilege_escalation,
    },
    Rule {
        id: "AutomountServiceAccountToken",
        selector: ".spec .automountServiceAccountToken == false",
        reason: "A pod without a token in its file system cannot lose one to an intruder",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::automount_service_account_token,
    },
    Rule {
        id: "HostUsers",
        selector: ".spec .hostUsers == false",
        reason: "In a user namespace of its own, root in the pod is no one on the node",
        kinds: RUNNING,
        points: 1,
        advise: 0,
        hits: ask::host_users,
    },
    Rule {
        id: "SecretsAsEnvironmentVariables",
        selector: ".spec .containers[] .env[] .valueFrom .secretKeyRef | .spec .initContainers[] .env[] .valueFrom .secretKeyRef | .spec .ephemeralContainers[] .env[] .valueFrom .secretKeyRef | .spec .containers[] .envFrom[] .secretRef | .spec .initContainers[] .envFrom[] .secretRef | .spec .ephemeralContainers[] .envFrom[] .secretRef",
        reason: "Environment variables leak into logs, crash reports and child processes, files do not",
        kinds: WITH_ENV,
        points: -5,
        advise: 0,
        hits: ask::secrets_as_environment_variables,
    },
    Rule {
        id: "BindingsToSystemAnonymous",
        selector: ".subjects[] .name == \"system:anonymous\"",
        reason: "Anyone who reaches the API server has the permissions of this role, without logging in",
        kinds: BINDINGS,
        points: -30,
        advise: 0,
        hits: ask::bindings_to_system_anonymous,
    },
];

/// Returns the rules, sorted by id, as kubesec prints them.
pub fn sorted() -> Vec<&'static Rule> {
    let mut rules: Vec<_> = RULES.iter().collect();
    rules.sort_by_key(|rule| rule.id);
    rules
}

/// Returns the rules with these ids, in their own order; all of them if there are no ids.
///
/// # Errors
/// The ids that no rule has, as given.
pub fn selected<'i>(ids: &[&'i str]) -> Result<Vec<&'static Rule>, Vec<&'i str>> {
    let is_known = |id: &str| RULES.iter().any(|rule| rule.id == id);
    let unknown: Vec<&str> = ids.iter().copied().filter(|id| !is_known(id)).collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let is_wanted = |rule: &&Rule| ids.is_empty() || ids.contains(&rule.id);
    Ok(RULES.iter().filter(is_wanted).collect())
}
