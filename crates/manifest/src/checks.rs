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
    ctr_capabilities,
    ctr_escalation,
    ctr_privileged,
    pod_host_network,
}

#[cfg(test)]
mod tests;
