//! The table of rules about how an image is built. A new one is a file in `checks/` and its line below.
//!
//! Source of truth: the catalogue in `reference/hygiene.md` §9; each rule names the documents that ask
//! for it. `SEC-FILE`, `SEC-BELOW`, `SEC-ENV` and `SEC-HIST` are the secret engine's (`secrets.rs`).

use model::Rule;

use crate::hits::Hits;
use crate::judge::Asking;

/// A rule and the function that looks.
#[derive(Debug)]
pub struct Check {
    /// What it is about.
    pub rule: Rule,
    /// None where only a registry can tell, which nobody asks here.
    pub(crate) ask: Option<fn(&Asking<'_, '_>, &mut Hits)>,
    /// Images that it finds something in, in the words of `example.rs`.
    pub bad: &'static [&'static str],
    /// Images that it finds nothing in.
    pub good: &'static [&'static str],
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
    bas_denied,
    bas_eol,
    bas_eolsoon,
    bas_fat,
    bas_latest,
    bas_stale,
    bas_unknown,
    dat_cache,
    dat_log,
    dat_novol,
    dat_store,
    dat_vollost,
    dat_volsys,
    fre_age,
    fre_lag,
    fun_cron,
    fun_health,
    fun_multi,
    fun_noinit,
    fun_nostart,
    fun_ports,
    fun_shell,
    fun_sshd,
    fun_super,
    lab_oci,
    lay_addurl,
    lay_meta,
    lay_pipe,
    lay_unverified,
    lay_update,
    lay_upgrade,
    lay_waste,
    min_compiler,
    min_docs,
    min_net,
    min_pkgmgr,
    min_shell,
    min_unowned,
    sec_cred,
    sec_git,
    sec_name,
    sec_sshkey,
    sup_sign,
    usr_appown,
    usr_caps,
    usr_dupid,
    usr_emptypw,
    usr_hash,
    usr_missing,
    usr_nonum,
    usr_nopass,
    usr_root,
    usr_sudo,
    usr_suid,
    usr_suidnew,
    usr_writable,
}

#[cfg(test)]
mod tests;
