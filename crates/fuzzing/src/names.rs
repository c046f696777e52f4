//! Proves that names of images, platforms, digests and paths are refused or mean the same when they
//! are printed and read again.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use model::{Digest, ImageName, ImagePath, Platform};

/// Reads `input` as each of them.
///
/// # Panics
/// If one is not itself when it is printed and read again.
pub fn check(input: &[u8]) {
    let path = ImagePath::new(input);
    let mut parts = path.as_str().split('/');
    assert!(path.as_str().is_empty() || parts.all(|part| !matches!(part, "" | "." | "..")));
    assert_eq!(ImagePath::new(path.as_str().as_bytes()), path);
    let text = String::from_utf8_lossy(input);
    again::<Digest>(&text);
    again::<Platform>(&text);
    if let Some(name) = again::<ImageName>(&text) {
        assert!(name.means_same(&name), "{name}");
        assert!(
            name.repository()
                .split('/')
                .all(|part| !part.starts_with('.')),
            "{name}"
        );
    }
}

fn again<T: FromStr + Display + Debug + PartialEq>(text: &str) -> Option<T> {
    let value: T = text.parse().ok()?;
    let printed = value.to_string();
    assert_eq!(
        printed.parse().ok().as_ref(),
        Some(&value),
        "{text:?} as {printed:?}"
    );
    Some(value)
}

/// Returns one of each.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        "localhost:5000/a/b-c_d.e:1.0@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "docker.io/library/alpine:3.10",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "linux/arm64/v8",
        "./a/../..//b/",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
