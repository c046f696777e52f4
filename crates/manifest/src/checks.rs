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
