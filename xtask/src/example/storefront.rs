//! `storefront.tar`: a shop on Debian 12.1 as it stood in August 2023, and was never built again.

use serde_json::json;

use super::Made;
use super::image::{Image, Step};
use super::layer::Layer;
use super::packages::dpkg;

const BASE: &str = include_str!("debian-12.1.txt");
const OWN: &str = include_str!("storefront.txt");
const STATUS: &str = "var/lib/dpkg/status";

const OS_RELEASE: &str = "\
PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"
NAME=\"Debian GNU/Linux\"
VERSION_ID=\"12\"
VERSION=\"12 (bookworm)\"
VERSION_CODENAME=bookworm
ID=debian
";

pub(super) fn make() -> Made {
    let image = Image {
        name: "registry.example/shop/storefront:2.3",
        config: json!({
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": ["nginx", "-g", "daemon off;"],
            "ExposedPorts": {"80/tcp": {}},
            "WorkingDir": "/srv/shop",
        }),
        steps: vec![
            step(
                "2023-08-14T00:20:04Z",
                "/bin/sh -c #(nop) ADD file:rootfs in / ",
                base(),
            ),
            setting("2023-08-14T00:20:05Z", "/bin/sh -c #(nop)  CMD [\"bash\"]"),
            step(
                "2023-08-16T09:12:31Z",
                "RUN /bin/sh -c apt-get update && apt-get install -y curl libfreetype6 libwebp7 nginx # buildkit",
                installed(),
            ),
            step(
                "2023-08-16T09:12:58Z",
                "COPY shop /srv/shop # buildkit",
                shop(),
            ),
            setting(
                "2023-08-16T09:12:58Z",
                "CMD [\"nginx\" \"-g\" \"daemon off;\"]",
            ),
        ],
    };
    image.into_archive()
}

fn step(created: &'static str, created_by: &'static str, layer: Layer) -> Step {
    Step {
        created,
        created_by,
        layer: Some(layer),
    }
}

fn setting(created: &'static str, created_by: &'static str) -> Step {
    Step {
        created,
        created_by,
        layer: None,
    }
}

fn base() -> Layer {
    Layer::default()
        .link("bin", "usr/bin")
        .link("lib", "usr/lib")
        .link("sbin", "usr/sbin")
        .link("etc/os-release", "../usr/lib/os-release")
        .file("usr/lib/os-release", OS_RELEASE)
        .file("etc/debian_version", "12.1\n")
        .program("usr/bin/bash")
        .program("usr/lib/x86_64-linux-gnu/libc.so.6")
        .file(STATUS, dpkg(&[BASE]))
        .file(
            "var/lib/dpkg/info/bash.list",
            "/.\n/usr\n/usr/bin\n/usr/bin/bash\n",
        )
        .file(
            "var/lib/dpkg/info/libc6:amd64.list",
            "/.\n/usr\n/usr/lib\n/usr/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu/libc.so.6\n",
        )
}

fn installed() -> Layer {
    Layer::default()
        .program("usr/bin/curl")
        .program("usr/sbin/nginx")
        .program("usr/lib/x86_64-linux-gnu/libwebp.so.7.1.5")
        .file(STATUS, dpkg(&[BASE, OWN]))
        .file(
            "var/lib/dpkg/info/curl.list",
            "/.\n/usr\n/usr/bin\n/usr/bin/curl\n",
        )
        .file(
            "var/lib/dpkg/info/nginx.list",
            "/.\n/usr\n/usr/sbin\n/usr/sbin/nginx\n",
        )
        .file(
            "var/lib/dpkg/info/libwebp7:amd64.list",
            "/.\n/usr\n/usr/lib\n/usr/lib/x86_64-linux-gnu\n\
             /usr/lib/x86_64-linux-gnu/libwebp.so.7.1.5\n",
        )
}

/// The shop itself: a JavaScript package is part of it, which no reader of ours knows yet.
fn shop() -> Layer {
    Layer::default()
        .file("srv/shop/index.html", "<h1>Storefront</h1>\n")
        .file(
            "srv/shop/node_modules/lodash/package.json",
            "{\"name\": \"lodash\", \"version\": \"4.17.20\"}\n",
        )
}
