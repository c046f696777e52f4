//! The table of rules about how something is run. A new one is a file in `checks/` and its line below.
//!
//! Source of truth: the catalogue of checks in `reference/kubesec.md` §4; each rule names the documents
//! that ask for it.

use model::Rule;

use crate::Object;
use crate::hits::Hits;
use crate::workload::{Container, Pod};

/// A rule and the function that looks.
#[derive(Debug)]
pub struct Check {
    /// What it is about.
    pub rule: Rule,
    pub(crate) ask: Ask,
    /// Examples that it finds something in, as [`Check::example`] shows them.
    pub bad: &'static [&'static str],
    /// Examples that it finds nothing in.
    pub good: &'static [&'static str],
}

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Ask {
    /// Each container of each pod: main, init and ephemeral ones. Examples are fields of a container.
    Container(fn(&Container<'_>, &mut Hits<'_>)),
    /// Each pod and each template of one. Examples are fields of its `spec`.
    Pod(fn(Pod<'_>, &mut Hits<'_>)),
    /// Each object. Examples are objects.
    Object(fn(&Object, &mut Hits<'_>)),
}

impl Check {
    /// Returns an example as a file that can be judged.
    pub fn example(&self, text: &str) -> String {
        let indented = |by: &str| text.trim_end().replace('\n', &format!("\n{by}"));
        let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n";
        // an example that begins as an object is one
        if text.starts_with("apiVersion:") {
            return text.to_owned();
        }
        match self.ask {
            Ask::Container(_) => {
                let fields = indented("    ");
                format!("{pod}  containers:\n  - name: web\n    {fields}\n")
            }
            Ask::Pod(_) => format!("{pod}  {}\n", indented("  ")),
            Ask::Object(_) => text.to_owned(),
        }
    }
}

/// Declares each module and lists its `CHECK`.
macro_rules! checks {
    ($($name:ident,)*) => {
        $(mod $name;)*

        /// Every check, by the names of their files.
        pub static CHECKS: &[&Check] = &[$(&$name::CHECK),*];
    };
}

checks! {
    api_duplicate_env,
    api_duplicate_key,
    api_env_source,
    api_field,
    api_image_policy,
    api_kind,
    api_label,
    api_namespace,
    api_pod_security,
    api_value,
    api_version,
    api_webhook_exemption,
    api_webhook_failure,
    ctr_added_capabilities,
    ctr_apparmor,
    ctr_capabilities,
    ctr_capability_name,
    ctr_command,
    ctr_contradiction,
    ctr_ephemeral,
    ctr_escalation,
    ctr_host_process,
    ctr_low_id,
    ctr_low_port,
    ctr_node_capabilities,
    ctr_non_root,
    ctr_privileged,
    ctr_probe_host,
    ctr_proc_mount,
    ctr_read_only_root,
    ctr_root,
    ctr_seccomp,
    ctr_selinux,
    img_digest,
    img_name,
    img_pull_policy,
    img_pull_secrets,
    img_registry,
    img_retired_registry,
    img_tag,
    key_annotation,
    key_argument,
    key_config_map,
    key_env,
    key_reference,
    key_secret,
    key_token,
    net_dangling,
    net_dashboard,
    net_external_ip,
    net_ingress_host,
    net_ingress_nginx,
    net_ingress_tls,
    net_metadata,
    net_no_policy,
    net_open_policy,
    net_probe_port,
    net_service_type,
    net_snippets,
    net_target_port,
    net_tiller,
    pod_bare,
    pod_contradiction,
    pod_host_aliases,
    pod_host_ipc,
    pod_host_network,
    pod_host_pid,
    pod_host_port,
    pod_node_name,
    pod_root_group,
    pod_security_context,
    pod_shared_processes,
    pod_sysctls,
    pod_tolerations,
    pod_user_namespace,
    prb_liveness,
    prb_readiness,
    prb_same,
    rbac_aggregation,
    rbac_anonymous,
    rbac_certificates,
    rbac_cluster_admin,
    rbac_escalation,
    rbac_exec,
    rbac_masters,
    rbac_missing_role,
    rbac_missing_subject,
    rbac_network,
    rbac_nodes_proxy,
    rbac_roles,
    rbac_secrets,
    rbac_system_config,
    rbac_tokens,
    rbac_volumes,
    rbac_webhooks,
    rbac_wildcard,
    rbac_workloads,
    rel_budget,
    rel_budget_blocks,
    rel_replicas,
    rel_selector,
    rel_spread,
    res_cpu_limit,
    res_cpu_request,
    res_memory_limit,
    res_memory_request,
    res_quantity,
    sa_admin,
    sa_default,
    sa_field,
    sa_missing,
    sa_token,
    vol_empty_dir,
    vol_git_repo,
    vol_host_path,
    vol_image,
    vol_missing,
    vol_mount_propagation,
    vol_persistent_host_path,
    vol_runtime_socket,
    vol_sensitive_path,
    vol_system_mount,
    vol_type,
    vol_unmounted,
    vol_world_readable,
    vol_writable_host_path,
}

#[cfg(test)]
mod tests;
