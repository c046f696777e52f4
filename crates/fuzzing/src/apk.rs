//! Proves that any apk database is an inventory with gaps, whatever layers stand around it. The form
//! of an input is that of [`crate::files`].

use crate::files;

/// Reads `input` as `lib/apk/db/installed` and the files beside it.
///
/// # Panics
/// If the inventory is unsound.
pub fn check(input: &[u8]) {
    files::check("lib/apk/db/installed", input);
}

/// Returns databases of one and two layers, in both places, and broken ones.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds: [&[u8]; 4] = [
        b"C:Q1abcdefghijklmnopqrstuvwxyz0=\nP:musl\nV:1.1.22-r3\nA:x86_64\nS:1\nI:2\nT:the c library\nU:http://musl\nL:MIT BSD GPL2+\no:musl\nm:T <t@a>\nt:1\nc:0\nD:so:libc.musl-x86_64.so.1 busybox\np:so:libc.musl-x86_64.so.1=1 cmd:x=1\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755\nZ:Q1x\nF:usr/lib\nR:libc.so\n\nP:busybox\nV:1.30.1-r2\nA:x86_64\no:busybox\nF:bin\nR:busybox\nM:0:0:1777\n\n",
        b"P:a\nV:1\n\nP:b\nV:2\n\n%%+\nP:a\nV:3\n\nP:b\nV:2\n\n%%etc/alpine-release\n3.10.0\n",
        b"\n%%usr/lib/apk/db/installed\nP:a\nV:1-r0\n\n",
        b"P:\nV:\n\nP:x\n\nV:1\nx\n:\nF:..\nR:../../etc\nR:\n\nP:x\nV:not a version\n",
    ];
    seeds.map(<[u8]>::to_vec).to_vec()
}
