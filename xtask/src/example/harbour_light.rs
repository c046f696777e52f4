//! `harbour-light.tar`: a small site on Alpine 3.10, whose support ended in May 2021.

use serde_json::json;

use super::Made;
use super::image::{Image, Step};
use super::layer::Layer;
use super::packages::apk;

const BASE: &str = include_str!("alpine-3.10.txt");
const OWN: &str = include_str!("harbour-light.txt");
const INSTALLED: &str = "lib/apk/db/installed";

const OS_RELEASE: &str = "\
NAME=\"Alpine Linux\"
ID=alpine
VERSION_ID=3.10.4
PRETTY_NAME=\"Alpine Linux v3.10\"
";

pub(super) fn make() -> Made {
    let image = Image {
        name: "registry.example/harbour/light:1.0",
        config: json!({
            "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
            "Cmd": ["nginx", "-g", "daemon off;"],
        }),
        steps: vec![
            Step {
                created: "2020-01-23T16:53:06Z",
                created_by: "/bin/sh -c #(nop) ADD file:rootfs in / ",
                layer: Some(base()),
            },
            Step {
                created: "2020-01-23T16:53:07Z",
                created_by: "/bin/sh -c #(nop)  CMD [\"/bin/sh\"]",
                layer: None,
            },
            Step {
                created: "2020-01-30T07:40:00Z",
                created_by: "/bin/sh -c apk add --no-cache curl nginx sqlite-libs",
                layer: Some(installed()),
            },
            Step {
                created: "2020-01-30T07:40:01Z",
                created_by: "/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon off;\"]",
                layer: None,
            },
        ],
    };
    image.into_archive()
}

fn base() -> Layer {
    Layer::default()
        .file("etc/os-release", OS_RELEASE)
        .file("etc/alpine-release", "3.10.4\n")
        .program("bin/busybox")
        .link("bin/sh", "/bin/busybox")
        .file(INSTALLED, apk(&[BASE]))
}

fn installed() -> Layer {
    Layer::default()
        .program("usr/bin/curl")
        .program("usr/sbin/nginx")
        .file("var/www/index.html", "<h1>Harbour light</h1>\n")
        .file(INSTALLED, apk(&[BASE, OWN]))
}
