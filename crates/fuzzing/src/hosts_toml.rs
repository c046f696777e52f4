//! Proves that files of mirrors are read or refused the same way again, and that no mirror comes of
//! nothing.

use registry::check_mirrors;

/// Reads `input` as containerd's file and as Podman's.
///
/// # Panics
/// If one of these does not hold.
pub fn check(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = check_mirrors(&text);
    assert_eq!(read, check_mirrors(&text));
    match read {
        Ok((mirrors, _)) => assert!(mirrors <= text.matches("host").count()),
        Err(why) => assert!(!why.is_empty()),
    }
}

/// Returns one of each.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        "server = 'https://registry-1.docker.io'\n[host.'https://mirror.example/hub']\ncapabilities = ['pull', 'resolve']\nclient = [['a.cert', 'a.key']]\n[host.'https://mirror.example/hub'.header]\nx = ['1']\n",
        "[host.'http://127.0.0.1:5000']\noverride_path = true\nskip_verify = true\n",
        "[[registry]]\nprefix = '*.a.io'\nlocation = 'b.io/a'\n[[registry.mirror]]\nlocation = 'c.io'\npull-from-mirror = 'digest-only'\n",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
