//! The same image in every form of archive gives the same report, and one of several can be chosen.

use serde_json::Value;

use crate::program::{Sandbox, list, text, without_digests};

/// The forms of one image: what `docker save` wrote over the years, OCI layouts, skopeo's.
const BOOKWORM_APP: &[&str] = &[
    "bookworm-app-oci-dir",
    "bookworm-app-oci.tar",
    "bookworm-app-docker-legacy.tar",
    "bookworm-app-docker-legacy.tar.gz",
    "bookworm-app-docker25.tar",
    "bookworm-app-docker25-gz.tar",
    "bookworm-app-zstd.tar",
    "bookworm-app-skopeo.tar",
];

#[test]
fn slow_every_form_of_an_image_gives_the_same_report() {
    let Some(reports) = BOOKWORM_APP
        .iter()
        .map(|file| Some((*file, scan(file, "")?)))
        .collect::<Option<Vec<_>>>()
    else {
        return;
    };
    assert!(list(&reports[0].1, "/Results/0/Packages").len() > 100);
    assert_same(reports);
}

#[test]
fn a_saved_image_is_the_same_plain_compressed_and_piped() {
    let (Some(plain), Some(packed), Some(file)) = (
        scan("alpine-310.tar", ""),
        scan("alpine-310.tar.gz", ""),
        testkit::corpus("images/alpine-310.tar"),
    ) else {
        return;
    };
    let mut reports = vec![("plain", plain), ("compressed", packed)];
    for name in ["alpine-310.tar", "alpine-310.tar.gz"] {
        let run = Sandbox::new().run_piped("image --input - -f json", &file.with_file_name(name));
        reports.push(("piped", run.json()));
    }
    // a pipe with a name, as `<(docker save app)` gives
    let line = format!(
        r#"cat {} | "$0" image --input /dev/stdin -f json"#,
        file.display()
    );
    reports.push(("/dev/stdin", Sandbox::new().shell(&line).json()));
    for (_, report) in &reports {
        assert_eq!(text(report, "/Metadata/RepoTags/0"), "alpine:3.10");
    }
    assert_same(reports);
}

#[test]
fn several_images_are_the_same_saved_and_as_layout() {
    for number in ["#1", "#2", "#3"] {
        let (Some(saved), Some(layout)) = (
            scan("multi-image.tar", number),
            scan("multi-image-oci.tar", number),
        ) else {
            return;
        };
        assert_same(vec![("saved", saved), ("layout", layout)]);
    }
}

/// A file, what chooses of it, and what is chosen.
const CHOICES: &[(&str, &str, &str)] = &[
    ("multi-image.tar", "#1", "alpine 3.10.4, 1 layers"),
    ("multi-image.tar", "#3", "alpine 3.10.4, 2 layers"),
    ("multi-image.tar", "alpine:3.11", "alpine 3.11.5, 1 layers"),
    ("multi-image.tar", "3.11", "alpine 3.11.5, 1 layers"),
    (
        "multi-image.tar",
        "docker.io/library/alpine:3.11",
        "alpine 3.11.5, 1 layers",
    ),
    (
        "multi-image.tar",
        "registry.example.org/mirror/alpine:3.10.4",
        "alpine 3.10.4, 1 layers",
    ),
    (
        "multi-image-oci.tar",
        "shop/tool:1",
        "alpine 3.10.4, 2 layers",
    ),
    (
        "multi-image-oci.tar",
        "alpine:3.11",
        "alpine 3.11.5, 1 layers",
    ),
    ("multi-arch.tar", "", "linux/amd64, 3 layers"),
    ("multi-arch.tar", "latest", "linux/amd64, 3 layers"),
    (
        "multi-arch-dir",
        "--platform linux/amd64",
        "linux/amd64, 3 layers",
    ),
    (
        "multi-arch-dir",
        "--platform linux/arm64",
        "linux/arm64/v8, 2 layers",
    ),
    (
        "multi-arch.tar",
        "--platform linux/arm64/v8",
        "linux/arm64/v8, 2 layers",
    ),
    (
        "multi-arch.tar",
        "#2 --platform linux/arm64",
        "linux/arm64/v8, 2 layers",
    ),
    ("multi-arch.tar", "#2", "linux/arm64/v8, 2 layers"),
    // the only one there is, though not for linux/amd64
    ("hello-v25.tar", "", "linux/arm64, 1 layers"),
];

#[test]
fn one_of_several_images_is_chosen() {
    for (file, choice, want) in CHOICES {
        let Some(report) = scan(file, choice) else {
            return;
        };
        let platform = text(&report, "/Seaworthy/Platform");
        let os = [
            text(&report, "/Metadata/OS/Family"),
            text(&report, "/Metadata/OS/Name"),
        ];
        let what = if want.starts_with("linux") {
            platform.to_owned()
        } else {
            os.join(" ")
        };
        let layers = list(&report, "/Metadata/DiffIDs").len();
        assert_eq!(format!("{what}, {layers} layers"), *want, "{file} {choice}");
    }
}

#[test]
fn an_image_is_chosen_by_the_digest_of_its_manifest_and_of_its_configuration() {
    for (file, key) in [
        ("multi-image.tar", "/Metadata/ImageID"),
        ("multi-image-oci.tar", "/Metadata/ImageID"),
        ("multi-image-oci.tar", "/Seaworthy/ManifestDigest"),
        ("multi-arch.tar", "/Seaworthy/ManifestDigest"),
    ] {
        let Some(by_number) = scan(file, "#2") else {
            return;
        };
        let digest = text(&by_number, key);
        for reference in [digest.to_owned(), format!("any/name@{digest}")] {
            assert_eq!(
                scan(file, &reference).as_ref(),
                Some(&by_number),
                "{file} {reference}"
            );
        }
    }
}

#[test]
fn all_platforms_are_an_array_in_the_order_of_the_index() {
    let Some(report) = scan("multi-arch.tar", "--platform all") else {
        return;
    };
    let platforms: Vec<_> = list(&report, "")
        .iter()
        .map(|report| text(report, "/Seaworthy/Platform"))
        .collect();
    assert_eq!(platforms, ["linux/amd64", "linux/arm64/v8"]);
    // one image is an array too: who asks for all need not look how many there were
    let one = scan("alpine-310.tar", "--platform all").unwrap();
    assert_eq!(list(&one, "").len(), 1);
}

const MULTI_IMAGE: &str =
    "  found     #1 alpine:3.10, registry.example.org/mirror/alpine:3.10.4  linux/amd64  [DIGEST]
  found     #2 alpine:3.11  linux/amd64  [DIGEST]
  found     #3 shop/tool:1  linux/amd64  [DIGEST]
  next      name one of them: image --input FILE '#1' (or its tag or digest)
";
const MULTI_ARCH: &str = "  found     #1 latest  linux/amd64  [DIGEST]
  found     #2 latest  linux/arm64/v8  [DIGEST]
  next      choose with --platform os/architecture, or --platform all
";
/// A file, what chooses of it, and the first and the other lines of the error.
const REFUSALS: &[(&str, &str, &str, &str)] = &[
    (
        "multi-image.tar",
        "",
        "error: the archive holds several images; choose one by tag, digest or number",
        MULTI_IMAGE,
    ),
    (
        "multi-image.tar",
        "alpine:3.12",
        "error: no image here is called `alpine:3.12`",
        MULTI_IMAGE,
    ),
    (
        "multi-image.tar",
        "#4",
        "error: no image here is called `#4`",
        MULTI_IMAGE,
    ),
    (
        "multi-image.tar",
        "#0",
        "error: no image here is called `#0`",
        MULTI_IMAGE,
    ),
    (
        "multi-arch.tar",
        "--platform linux/s390x",
        "error: no image here is for linux/s390x",
        MULTI_ARCH,
    ),
    (
        "multi-arch.tar",
        "#1 --platform linux/arm64",
        "error: no image here is for linux/arm64",
        MULTI_ARCH,
    ),
];

#[test]
fn a_choice_that_fits_none_or_several_lists_what_is_there() {
    for (file, choice, first, rest) in REFUSALS {
        let Some(image) = testkit::corpus(&format!("images/{file}")) else {
            return;
        };
        let run = Sandbox::new().run(&format!("image --input {} {choice}", image.display()));
        assert_eq!(
            without_digests(&run.stderr),
            format!("{first}\n{rest}"),
            "{file} {choice}"
        );
        assert_eq!((run.code, &*run.stdout), (Some(3), ""), "{file} {choice}");
    }
}

/// Scans an image of the corpus.
fn scan(file: &str, choice: &str) -> Option<Value> {
    let image = testkit::corpus(&format!("images/{file}"))?;
    let arguments = format!("image --input {} {choice} -f json", image.display());
    Some(Sandbox::new().run(&arguments).json())
}

#[track_caller]
fn assert_same(reports: Vec<(&str, Value)>) {
    let mut reports = reports.into_iter().map(|(name, mut report)| {
        forget_form(&mut report);
        (name, report)
    });
    let (first_name, first) = reports.next().unwrap();
    for (name, report) in reports {
        // the whole report would fill the screen
        for (key, value) in first.as_object().unwrap() {
            let other = report.get(key);
            assert!(
                other == Some(value),
                "{key} differs between {first_name} and {name}"
            );
        }
        assert!(report == first, "{name} has more keys than {first_name}");
    }
}

/// Removes what tells of the archive and not of the image: its name, the tags (which a pure layout
/// has none of), digests of compressed bytes, and the ids that are made of these.
fn forget_form(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for key in [
                "ArtifactID",
                "ArtifactName",
                "Fingerprint",
                "ManifestDigest",
                "Reference",
                "RepoTags",
                "ReportID",
                "Target",
            ] {
                object.remove(key);
            }
            if object.contains_key("DiffID") {
                object.remove("Digest");
            }
            object.values_mut().for_each(forget_form);
        }
        Value::Array(items) => items.iter_mut().for_each(forget_form),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
