//! Which image an archive gives, for archives of a few documents.

use std::collections::BTreeMap;
use std::io;

use super::*;
use crate::{PlatformChoice, Stored};

/// Documents by name, as an archive holds them.
#[derive(Default)]
struct Archive(BTreeMap<String, Vec<u8>>);

impl Blobs for Archive {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<Stored>> {
        let stored = self.0.get(name).cloned().map(Stored::new);
        match stored {
            Some(stored) if stored.len > limit => Err(io::ErrorKind::FileTooLarge.into()),
            stored => Ok(stored),
        }
    }
}

impl Archive {
    fn blob(&mut self, text: &str) -> String {
        let stored = Stored::new(text.as_bytes().to_vec());
        let descriptor = format!(r#""digest":"{}","size":{}"#, stored.digest, stored.len);
        self.0
            .insert(document::blob_name(stored.digest), stored.bytes);
        descriptor
    }

    /// Adds a configuration without layers; `note` tells images apart.
    fn config(&mut self, platform: &str, note: &str) -> String {
        let (os, architecture) = platform.split_once('/').unwrap();
        self.blob(&format!(
            r#"{{"os":"{os}","architecture":"{architecture}","author":"{note}"}}"#
        ))
    }

    /// Adds an image and returns its entry for an index.
    fn image(&mut self, name: &str, platform: &str) -> String {
        let config = self.config(platform, name);
        let kind = "application/vnd.oci.image.config.v1+json";
        let manifest = self.blob(&format!(
            r#"{{"config":{{"mediaType":"{kind}",{config}}},"layers":[]}}"#
        ));
        format!(r#"{{{manifest},"annotations":{{"org.opencontainers.image.ref.name":"{name}"}}}}"#)
    }

    fn index(&mut self, entries: &[String]) -> String {
        let text = format!(r#"{{"manifests":[{}]}}"#, entries.join(","));
        self.0
            .insert("index.json".to_owned(), text.clone().into_bytes());
        text
    }

    /// Opens what is asked for and shows author and platform of each image, or the error.
    fn open(&self, reference: Option<&str>, platform: PlatformChoice) -> String {
        let choice = Choice {
            reference: reference.map(ToOwned::to_owned),
            platform,
        };
        match open(self, &choice, &Limits::default()) {
            Ok(plans) => {
                let shown = plans
                    .iter()
                    .map(|plan| format!("{} {}", plan.config.author, plan.platform));
                shown.collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        }
    }
}

fn one(platform: &str) -> PlatformChoice {
    PlatformChoice::One(platform.parse().unwrap())
}

const SEVERAL: &str = "the archive holds several images; choose one by tag, digest or number";

#[test]
fn one_of_several_images_is_chosen_by_name_and_number() {
    let mut archive = Archive::default();
    let entries = [
        archive.image("shop/api:1", "linux/amd64"),
        archive.image("shop/web:2", "linux/amd64"),
    ];
    archive.index(&entries);
    for (reference, want) in [
        (None, SEVERAL),
        (Some("shop/api:1"), "shop/api:1 linux/amd64"),
        (Some("docker.io/shop/web:2"), "shop/web:2 linux/amd64"),
        (Some("2"), "shop/web:2 linux/amd64"),
        (Some("#2"), "shop/web:2 linux/amd64"),
        (Some("#3"), "no image here is called `#3`"),
        (Some("shop/api"), "no image here is called `shop/api`"),
    ] {
        assert_eq!(
            archive.open(reference, PlatformChoice::Default),
            want,
            "{reference:?}"
        );
    }
}

#[test]
fn platforms_of_a_nested_index_are_chosen() {
    let mut archive = Archive::default();
    let entries = [
        archive.image("app", "linux/amd64"),
        archive.image("app", "linux/arm64"),
    ];
    let nested = archive.index(&entries);
    let nested = archive.blob(&nested);
    archive.index(&[format!("{{{nested}}}")]);
    for (platform, want) in [
        (PlatformChoice::Default, "app linux/amd64"),
        (one("linux/arm64/v8"), "app linux/arm64"),
        (one("linux/s390x"), "no image here is for linux/s390x"),
        (PlatformChoice::All, "app linux/amd64, app linux/arm64"),
    ] {
        assert_eq!(archive.open(None, platform.clone()), want, "{platform:?}");
    }
}

#[test]
fn the_only_image_is_taken_whatever_its_platform() {
    let mut archive = Archive::default();
    let mut entries = vec![archive.image("app", "linux/arm64")];
    let attestation = archive.image("app", "unknown/unknown");
    let attestation = attestation.trim_end_matches('}').to_owned();
    entries.push(attestation + r#"},"platform":{"os":"unknown","architecture":"unknown"}}"#);
    archive.index(&entries);
    assert_eq!(
        archive.open(None, PlatformChoice::Default),
        "app linux/arm64"
    );
}

/// Whoever runs it by its digest runs an image, whatever the annotation says.
#[test]
fn an_annotation_alone_hides_no_image() {
    let mut archive = Archive::default();
    let image = archive.image("app", "linux/amd64");
    let name = r#""annotations":{"#;
    let claim = r#""annotations":{"vnd.docker.reference.type":"attestation-manifest","#;
    archive.index(&[image.replace(name, claim)]);
    assert_eq!(archive.open(None, PlatformChoice::All), "app linux/amd64");
}

#[test]
fn no_list_hides_an_image_from_the_other() {
    let mut archive = Archive::default();
    let shown = archive.image("shown", "linux/amd64");
    archive.index(&[shown]);
    archive.config("linux/amd64", "loaded");
    let stored =
        Stored::new(br#"{"os":"linux","architecture":"amd64","author":"loaded"}"#.to_vec());
    let name = document::blob_name(stored.digest);
    let saved = format!(r#"[{{"Config":"{name}","RepoTags":["loaded:1"],"Layers":[]}}]"#);
    archive
        .0
        .insert("manifest.json".to_owned(), saved.into_bytes());
    assert_eq!(archive.open(None, PlatformChoice::Default), SEVERAL);
    assert_eq!(
        archive.open(Some("loaded:1"), PlatformChoice::Default),
        "loaded linux/amd64"
    );
}

#[test]
fn what_a_digest_does_not_prove_is_refused() {
    let mut archive = Archive::default();
    let image = archive.image("app", "linux/amd64");
    archive.index(std::slice::from_ref(&image));
    assert_eq!(
        archive.open(None, PlatformChoice::Default),
        "app linux/amd64"
    );
    let is_blob = |name: &&String| name.starts_with("blobs/");
    let names: Vec<String> = archive.0.keys().filter(is_blob).cloned().collect();
    assert_eq!(names.len(), 2);
    for name in names {
        let bytes = archive.0.get(&name).cloned().unwrap();
        // both documents hold the letters: `"author":"app"`, `application/…`
        let changed = String::from_utf8(bytes.clone())
            .unwrap()
            .replace("app", "bad");
        for (bytes, want) in [
            (changed.into_bytes(), ": digest is sha256:"),
            (
                bytes[1..].to_vec(),
                "bytes are stored, but its descriptor says",
            ),
        ] {
            archive.0.insert(name.clone(), bytes);
            let got = archive.open(None, PlatformChoice::Default);
            assert!(got.contains(want), "{name}: {got}");
        }
        archive.0.insert(name.clone(), bytes);
    }
}

/// The platform of the index, that of the configuration, and what the gap says.
#[test]
fn an_index_that_lies_about_the_platform_is_a_gap() {
    for (listed, own, why) in [
        ("linux/amd64", "linux/amd64", ""),
        ("linux/arm64/v8", "linux/arm64", ""),
        ("linux/arm/v7", "linux/arm", ""),
        (
            "linux/amd64",
            "linux/arm64",
            "the index says that it is for linux/amd64, its configuration says linux/arm64",
        ),
        (
            "linux/amd64",
            "windows/amd64",
            "the index says that it is for linux/amd64, its configuration says windows/amd64",
        ),
    ] {
        let mut archive = Archive::default();
        let entry = archive.image("a", own);
        let listed: Platform = listed.parse().unwrap();
        let Platform {
            os,
            architecture,
            variant,
        } = &listed;
        let platform = format!(
            r#""platform":{{"os":"{os}","architecture":"{architecture}","variant":"{variant}"}}"#
        );
        archive.index(&[entry.replacen('{', &format!("{{{platform},"), 1)]);
        let choice = Choice {
            reference: None,
            platform: PlatformChoice::One(listed),
        };
        let plans = open(&archive, &choice, &Limits::default()).unwrap();
        let said: Vec<_> = plans[0].gaps.iter().map(|gap| &*gap.why).collect();
        assert_eq!(said.join("; "), why, "{own}");
        let is_unparsed = |gap: &Gap| gap.kind == GapKind::Unparsed;
        assert!(plans[0].gaps.iter().all(is_unparsed));
    }
}

#[test]
fn an_index_of_attestations_alone_is_told_apart() {
    let mut archive = Archive::default();
    archive.index(&[]);
    let none = "no image here: neither index.json nor manifest.json names one";
    assert_eq!(archive.open(None, PlatformChoice::Default), none);
    let entry = archive.image("a", "unknown/unknown");
    let platform = r#"{"platform":{"os":"unknown","architecture":"unknown"},"#;
    archive.index(&[entry.replacen('{', platform, 1)]);
    let none = "no image here: index.json names attestations only";
    assert_eq!(archive.open(None, PlatformChoice::Default), none);
}
