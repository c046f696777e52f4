//! Images that several tests scan, made on the fly.

use std::fmt::Write as _;

use testkit::{SavedImage, save};

use crate::program::Sandbox;

const ALPINE_310: (&str, &str) = ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n");
/// Its fixes are known since 2020.
const OPENSSL: &str = "P:openssl\nV:1.1.1d-r2\nA:x86_64\no:openssl\n\n";

/// Returns an image past its end of life, with findings, and with a package that nothing reads yet.
pub(crate) fn shop() -> SavedImage {
    let python = "usr/lib/python3/site-packages/odd-1.dist-info/METADATA";
    SavedImage::new()
        .tag("shop/api:1.4")
        .layer(&[ALPINE_310, ("lib/apk/db/installed", OPENSSL)])
        .layer(&[(python, "Name: odd\nVersion: 1\n")])
}

/// Returns an image with `count` packages more than `shop`, all without findings.
pub(crate) fn crowd(count: usize) -> SavedImage {
    let mut installed = OPENSSL.to_owned();
    for n in 0..count {
        write!(installed, "P:crowd-{n}\nV:1.{n}-r0\nA:x86_64\n\n").unwrap();
    }
    SavedImage::new()
        .tag("shop/crowd:1")
        .layer(&[ALPINE_310, ("lib/apk/db/installed", &installed)])
}

/// Returns a folder with the image as `shop.tar`.
pub(crate) fn shop_sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("shop.tar", save(&[shop()]).unwrap());
    sandbox
}
