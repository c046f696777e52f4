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
    let seeds: [&[u8]; 4] = [
        b"vim\t8.2.4081-1.cm1\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\tvim-8.2.4081-1.cm1.src.rpm\ngpg-pubkey\t1-2\t1\t1\t(none)\t(none)\t1\t(none)\t(none)\t(none)\n\n%%etc/os-release\nID=mariner\nVERSION_ID=1.0\n",
        b"a\t1-1\t1\t1\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\n%%+\na\t1-1\t1\t1\tM\t(none)\t1\tx86_64\t0\ta-1-1.src.rpm\nb\t2-1\t1\t1\tM\t(none)\t1\tnoarch\t7\tb-c-2-1.nosrc.rpm\n",
        b"bash\t4.2.46-33.el7\t1\t1\tRed Hat, Inc.\t(none)\t1\tx86_64\t0\tbash-4.2.46-33.el7.src.rpm\n%%etc/redhat-release\nRed Hat Enterprise Linux Server release 7.7 (Maipo)\n%%root/buildinfo/Dockerfile-ubi7-7.7-140\nARG A=b\nFROM scratch\nENV C=\"d $A\" E f\nLABEL com.redhat.component=\"ubi7-container\" \\\n architecture=${ARCH:-x}$A\n%%root/buildinfo/content_manifests/ubi7.json\n{\"content_sets\":[\"rhel-7-server-rpms__7\"]}\n",
        b"a\t1\t\t\t\t\t\t\tx\t-\nb\t\t\t\t\t\t\t\t\t\n\t\t\t\t\t\t\t\t\t\n\xff\t1-1\t1\t1\t\t\t\t\t\t\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
