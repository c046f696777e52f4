//! Proves that any os-release, and any older release file beside it, is a distribution or none. The
//! form of an input is that of [`crate::files`].

use crate::files;

/// Reads `input` as `etc/os-release` and the files beside it.
///
/// # Panics
/// If the inventory is unsound.
pub fn check(input: &[u8]) {
    files::check("etc/os-release", input);
}

/// Returns the forms that distributions write, and the older files.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 5] = [
        b"PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n\n%%etc/debian_version\n12.5\n",
        b"NAME='Alpine Linux'\nID=alpine\nVERSION_ID=3.10.0\nID_LIKE=\"a b\"\n# x\nexport A=\\\"\n\n%%etc/alpine-release\n3.10.0\n",
        b"\n%%usr/lib/os-release\nID=rhel\nVERSION_ID=\"9.4\"\nCPE_NAME=\"cpe:/o:redhat:enterprise_linux:9::baseos\"\n\n%%etc/redhat-release\nRed Hat Enterprise Linux release 9.4 (Plow)\n\n%%etc/centos-release\nCentOS Stream release 9\n",
        b"\n%%etc/lsb-release\nDISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\nDISTRIB_CODENAME=jammy\n\n%%etc/debian_version\nbookworm/sid\n",
        b"\n%%etc/os-release->../usr/lib/os-release\n\n%%etc/system-release\nAmazon Linux release 2 (Karoo)\n\n%%etc/fedora-release\nFedora release 39 (x)\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
