//! Proves that any bytes are `passwd`, `shadow` and `group`, and that no hash of a password is kept.

use hygiene::accounts::{accounts, groups, masked, shadows};

/// Reads `input` as each of the three, as it is and without its hashes.
///
/// # Panics
/// If a hash is kept, or anything but a hash is changed.
pub fn check(input: &[u8]) {
    let kept = masked(input);
    assert_eq!(masked(&kept), kept);
    assert_eq!(groups(input).len(), groups(&kept).len());
    for (was, is) in accounts(input).into_iter().zip(accounts(&kept)) {
        assert_eq!((was.name, was.uid, was.gid), (is.name, is.uid, is.gid));
        assert_eq!(was.shell, is.shell);
    }
    let (before, after) = (shadows(input), shadows(&kept));
    assert_eq!(before.len(), after.len());
    for (was, is) in before.into_iter().zip(after) {
        assert_eq!(was.name, is.name);
        assert_eq!(was.is_hash(), is.is_hash());
        let is_same = was.password == is.password;
        assert!(
            !was.is_hash() || !is_same || is.password.len() < 10,
            "a hash is kept"
        );
        assert!(was.is_hash() || is_same, "what is no hash changes nothing");
    }
}

/// Returns files as distributions write them, and as nobody should.
pub fn seeds() -> Vec<Vec<u8>> {
    [
        "root:x:0:0:root:/root:/bin/bash\ntoor::0:0::/root:\n+::::::\n# x\n\nbad:x:4294967296:1\n",
        "root:$6$salt$abcdefghijklmnop:19000:0:99999:7:::\napp:!:1::::::\nold:abJnggxhB/yWI:1::::::\n",
        "root:x:0:\nwheel:x:10:a, b,,\nx:y\n",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
