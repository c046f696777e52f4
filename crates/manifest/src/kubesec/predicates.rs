//! What each rule of kubesec asks, with its oddities: one good container is enough, text is searched
//! where a value is meant, and empty values count.

use yaml::Node;

use super::go;
use super::subject::Subject;

/// IDs up to this one are taken for those of the node's users.
const HIGH_ID: f64 = 10_000.0;

pub(super) fn host_network(subject: &Subject<'_>) -> bool {
    subject.spec(&["hostNetwork"]).is_some_and(is_true)
}

pub(super) fn host_pid(subject: &Subject<'_>) -> bool {
    subject.spec(&["hostPID"]).is_some_and(is_true)
}

pub(super) fn host_ipc(subject: &Subject<'_>) -> bool {
    subject.spec(&["hostIPC"]).is_some_and(is_true)
}

pub(super) fn read_only_root_filesystem(subject: &Subject<'_>) -> bool {
    subject.any(&["readOnlyRootFilesystem"], is_true)
}

pub(super) fn run_as_non_root(subject: &Subject<'_>) -> bool {
    subject.inherited(&["runAsNonRoot"], Node::as_bool)
}

pub(super) fn run_as_user(subject: &Subject<'_>) -> bool {
    subject.inherited(&["runAsUser"], is_high)
}

pub(super) fn run_as_group(subject: &Subject<'_>) -> bool {
    subject.inherited(&["runAsGroup"], is_high)
}

pub(super) fn privileged(subject: &Subject<'_>) -> bool {
    subject.any(&["privileged"], is_true)
}

pub(super) fn cap_sys_admin(subject: &Subject<'_>) -> bool {
    subject.any(&["capabilities", "add"], |add| {
        go::text(add).contains("SYS_ADMIN")
    })
}

pub(super) fn cap_drop_any(subject: &Subject<'_>) -> bool {
    subject.any(&["capabilities", "drop"], |drop| {
        !drop.items().is_empty() && !drop.items().iter().any(Node::is_null)
    })
}

pub(super) fn cap_drop_all(subject: &Subject<'_>) -> bool {
    subject.any(&["capabilities", "drop"], |drop| {
        go::text(drop).to_uppercase().contains("ALL")
    })
}

pub(super) fn docker_sock(subject: &Subject<'_>) -> bool {
    mounts(subject, "/var/run/docker.sock")
}

pub(super) fn proc_mount(subject: &Subject<'_>) -> bool {
    mounts(subject, "/proc")
}

pub(super) fn requests_cpu(subject: &Subject<'_>) -> bool {
    has_resource(subject, "requests", "cpu")
}

pub(super) fn limits_cpu(subject: &Subject<'_>) -> bool {
    has_resource(subject, "limits", "cpu")
}

pub(super) fn requests_memory(subject: &Subject<'_>) -> bool {
    has_resource(subject, "requests", "memory")
}

pub(super) fn limits_memory(subject: &Subject<'_>) -> bool {
    has_resource(subject, "limits", "memory")
}

pub(super) fn service_account_name(subject: &Subject<'_>) -> bool {
    subject.spec(&["serviceAccountName"]).is_some()
}

pub(super) fn host_aliases(subject: &Subject<'_>) -> bool {
    subject.spec(&["hostAliases"]).is_some()
}

pub(super) fn seccomp_any(subject: &Subject<'_>) -> bool {
    subject.inherited(&["seccompProfile", "type"], is_confined)
}

pub(super) fn seccomp_unconfined(subject: &Subject<'_>) -> bool {
    subject.inherited(&["seccompProfile", "type"], is_unconfined)
}

pub(super) fn apparmor_any(subject: &Subject<'_>) -> bool {
    subject.inherited(&["appArmorProfile", "type"], is_confined)
}

pub(super) fn apparmor_unconfined(subject: &Subject<'_>) -> bool {
    subject.inherited(&["appArmorProfile", "type"], is_unconfined)
}

pub(super) fn volume_claim_access_mode_read_write_once(subject: &Subject<'_>) -> bool {
    // kubesec searches the printed list, so a second mode beside it does not count
    is_met_by_a_claim(subject, |claim| {
        claim
            .get("accessModes")
            .is_some_and(|modes| go::text(modes) == "[ReadWriteOnce]")
    })
}

pub(super) fn volume_claim_requests_storage(subject: &Subject<'_>) -> bool {
    is_met_by_a_claim(subject, |claim| {
        claim.at("/resources/requests/storage").is_some()
    })
}

pub(super) fn allow_privilege_escalation(subject: &Subject<'_>) -> bool {
    subject.any(&["allowPrivilegeEscalation"], is_true)
}

pub(super) fn automount_service_account_token(subject: &Subject<'_>) -> bool {
    subject
        .spec(&["automountServiceAccountToken"])
        .is_some_and(is_false)
}

pub(super) fn host_users(subject: &Subject<'_>) -> bool {
    subject.spec(&["hostUsers"]).is_some_and(is_false)
}

pub(super) fn secrets_as_environment_variables(subject: &Subject<'_>) -> bool {
    let is_set = |node: &Node, list: &str, pointer: &str| {
        let list = node.get(list).map(Node::items).unwrap_or_default();
        list.iter()
            .filter_map(|item| item.at(pointer))
            .any(|reference| !reference.is_null())
    };
    subject.containers().any(|container| {
        is_set(container.node, "env", "/valueFrom/secretKeyRef")
            || is_set(container.node, "envFrom", "/secretRef")
    })
}

pub(super) fn bindings_to_system_anonymous(subject: &Subject<'_>) -> bool {
    let subjects = subject
        .at(&["subjects"])
        .map(Node::items)
        .unwrap_or_default();
    subjects
        .iter()
        .filter_map(|who| who.get("name"))
        .any(|name| go::text(name).contains("system:anonymous"))
}

fn is_true(node: &Node) -> bool {
    node.as_bool() == Some(true)
}

fn is_false(node: &Node) -> bool {
    node.as_bool() == Some(false)
}

fn is_high(node: &Node) -> Option<bool> {
    Some(go::number(node)? > HIGH_ID)
}

fn is_confined(profile: &Node) -> Option<bool> {
    Some(profile.as_str()? != "Unconfined")
}

fn is_unconfined(profile: &Node) -> Option<bool> {
    Some(profile.as_str()? == "Unconfined")
}

fn mounts(subject: &Subject<'_>, path: &str) -> bool {
    subject
        .volumes()
        .iter()
        .filter_map(|volume| volume.at("/hostPath/path"))
        .any(|host| go::text(host).contains(path))
}

fn has_resource(subject: &Subject<'_>, list: &str, name: &str) -> bool {
    subject.main().any(|container| {
        let resources = container.node.get("resources");
        resources
            .and_then(|resources| resources.get(list)?.get(name))
            .is_some()
    })
}

/// Whether there is no volume claim template at all, or one whose spec satisfies `is_good`.
fn is_met_by_a_claim(subject: &Subject<'_>, is_good: impl Fn(&Node) -> bool) -> bool {
    let templates = subject.at(&["spec", "volumeClaimTemplates"]);
    let mut specs = templates
        .map(Node::items)
        .unwrap_or_default()
        .iter()
        .filter_map(|template| template.get("spec"))
        .peekable();
    specs.peek().is_none() || specs.any(is_good)
}
