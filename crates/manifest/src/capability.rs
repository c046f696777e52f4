//! Capabilities of Linux, as a container names them: without `CAP_`, in upper case.

/// Those of the default of container runtimes that Pod Security lets a container add.
pub(crate) const DEFAULT: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// All others. Source of truth: capabilities(7) and `linux/capability.h`.
const OTHERS: &[&str] = &[
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "DAC_READ_SEARCH",
    "IPC_LOCK",
    "IPC_OWNER",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "NET_ADMIN",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// Returns the capability that a text means, however runtimes would read it: `cap_net_raw` is
/// `NET_RAW`. `ALL` is all of them.
pub(crate) fn meant(text: &str) -> Option<&'static str> {
    let bare = match text.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("CAP_") => text.get(4..)?,
        _ => text,
    };
    let all = ["ALL"];
    let mut known = all.iter().chain(DEFAULT).chain(OTHERS);
    known.find(|name| name.eq_ignore_ascii_case(bare)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_is_meant() {
        for (text, want) in [
            ("NET_RAW", Some("NET_RAW")),
            ("Cap_net_raw", Some("NET_RAW")),
            ("all", Some("ALL")),
            ("SYS_ADMN", None),
            ("CAP_", None),
            ("", None),
        ] {
            assert_eq!(meant(text), want, "{text}");
        }
        assert_eq!(DEFAULT.len() + OTHERS.len(), 41);
    }
}
