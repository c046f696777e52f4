//! Folders of the system: only packages put programs and libraries there.

/// Whether a path lies where programs of the system do.
pub(crate) fn is_program(path: &[u8]) -> bool {
    let path = path.strip_prefix(b"usr/").unwrap_or(path);
    [&b"bin/"[..], b"sbin/", b"libexec/"]
        .iter()
        .any(|folder| path.starts_with(folder))
}

/// Whether a path lies where the loader, or PAM, looks for libraries: `lib`, `lib/x86_64-linux-gnu` and
/// `lib/security`, not what packages of a language keep in folders of their own.
pub(crate) fn is_library(path: &[u8]) -> bool {
    let Ok(path) = str::from_utf8(path) else {
        return false;
    };
    let path = path.strip_prefix("usr/").unwrap_or(path);
    let Some((folder, file)) = path.rsplit_once('/') else {
        return false;
    };
    let folder = folder.strip_suffix("/security").unwrap_or(folder);
    let is_place = match folder.split_once('/') {
        None => matches!(folder, "lib" | "lib32" | "lib64" | "libx32"),
        Some(("lib", machine)) => machine.contains("-linux-") && !machine.contains('/'),
        Some(_) => false,
    };
    is_place && (file.strip_suffix(".so").is_some() || file.contains(".so."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_system_are_known() {
        for (path, program, library) in [
            ("usr/bin/ls", true, false),
            ("sbin/init", true, false),
            ("usr/libexec/x/y", true, false),
            ("usr/local/bin/x", false, false),
            ("opt/bin/x", false, false),
            ("lib/libx.so.1", false, true),
            ("usr/lib64/libx.so", false, true),
            ("lib/x86_64-linux-gnu/libx.so.1.2", false, true),
            ("usr/lib/x86_64-linux-gnu/security/pam_x.so", false, true),
            ("lib64/security/pam_x.so", false, true),
            ("usr/lib/python3/dist-packages/x.so", false, false),
            ("usr/lib/x86_64-linux-gnu/perl/x.so", false, false),
            ("usr/lib/libx.a", false, false),
            ("usr/local/lib/libx.so", false, false),
        ] {
            let path = path.as_bytes();
            assert_eq!((is_program(path), is_library(path)), (program, library));
        }
    }
}
