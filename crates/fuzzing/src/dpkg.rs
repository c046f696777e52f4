//! Proves that any dpkg database is an inventory with gaps, whatever layers, links and lists of files
//! stand around it. The form of an input is that of [`crate::files`].

use crate::files;

/// Reads `input` as `var/lib/dpkg/status` and the files beside it.
///
/// # Panics
/// If the inventory is unsound.
pub fn check(input: &[u8]) {
    files::check("var/lib/dpkg/status", input);
}

/// Returns databases of one and two layers, with lists of files, and those of distroless images.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 6] = [
        b"Package: libssl3\nStatus: install ok installed\nPriority: optional\nArchitecture: amd64\nSource: openssl (3.0.11-1)\nVersion: 3.0.11-1~deb12u2\nDepends: libc6 (>= 2.34) | libc6.1, debconf\nProvides: libssl\nMaintainer: A <a@b>\nDescription: x\n more\n .\n\nPackage: libc6\nVersion: 2.36\nArchitecture: amd64\n",
        b"Package: a\nVersion: 1\n\nPackage: b\nVersion: 1:2-3\n\n%%+\nPackage: a\nVersion: 2\n\nPackage: b\nVersion: 1:2-3\n\n%%var/lib/dpkg/info/a.list\n/.\n/bin\n/bin/a\n\n%%var/lib/dpkg/info/b:amd64.md5sums\nd41d8cd98f00b204e9800998ecf8427e  usr/bin/b\n",
        b"\n%%var/lib/dpkg/status.d/base\nPackage: base-files\nVersion: 12\nArchitecture: all\n\n%%var/lib/dpkg/status.d/base.md5sums\nd41d8cd98f00b204e9800998ecf8427e  etc/x\n",
        b"Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\nVersion: 2\nPackage:\n\nPackage: b\r\nVersion:\r\n: x\nno colon\n",
        b"Package: a\nVersion: 1\n\n%%usr/share/doc/a/copyright\nLicense: GPL-2+ or Artistic, and Expat\n see /usr/share/common-licenses/GPL-2.\n\n%%var/lib/dpkg/available\nPackage: a\nVersion: 1\nSHA256: ab\n\n",
        b"Package: a\nVersion: 1\n\n%%var/lib/dpkg->../../usr/lib/dpkg\n\n%%+usr/lib/dpkg/status\nPackage: c\nVersion: 3\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
