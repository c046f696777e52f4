//! Proves that any list of `rpm -qa` is an inventory with gaps, whatever layers stand around it. The
//! form of an input is that of [`crate::files`].

use crate::files;

/// Reads `input` as `var/lib/rpmmanifest/container-manifest-2` and the files beside it.
///
/// # Panics
/// If the inventory is unsound.
pub fn check(input: &[u8]) {
    files::check("var/lib/rpmmanifest/container-manifest-2", input);
}

/// Returns lists of one and two layers, beside what tells of Red Hat's builds, and broken ones.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 3] = [
        b"vim\t8.2.4081-1.cm1\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tvim-8.2.4081-1.cm1.src.rpm\ngpg-pubkey\t1-2\t1\t1\t(none)\t(none)\t1\t(none)\t(none)\t(none)\n\n%%etc/os-release\nID=mariner\nVERSION_ID=1.0\n",
        b"a\t1-1\t1\t1\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n%%+\na\t1-1\t1\t1\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\nb\t2-1\t1\t1\tM\t(none)\t1\tnoarch\t7\tb-c-2-1.nosrc.rpm\n",
        b"a\t1\t\t\t\t\t\t\tx\t-\nb\t\t\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t\t\t\n\xff\t1-1\t1\t1\t\t\t\t\t\t\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
