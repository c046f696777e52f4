//! Proves that any archive of an image is a verified image or an error, that what is opened is what
//! its digests say, and that the merged tree of its layers is sound.
//!
//! An input is a list of documents with `\n---\n` between them: `index.json`, `manifest.json`, then
//! blobs. In a document, `@7` stands for digest and size of document 7 as a descriptor holds them
//! and `#7` for the hex digits alone, so that references fit and deep code is reached; a document
//! leads only to later ones. One that starts with `tar\n` is a layer as [`crate::layer_lines`] has
//! it, and its `#` digits are those of the tar.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use image::{Blobs, Choice, ImagePlan, LayerContent, PlatformChoice};
use model::{Digest, Limits, Tree};
use sha2::{Digest as _, Sha256};

use crate::{layer_lines, limits, tree};

/// Opens every image of `input`, reads and merges its layers.
///
/// # Panics
/// If something that was opened is not what its digest says, or a tree is unsound.
pub fn check(input: &[u8]) {
    let limits = limits::small();
    let archive = Archive::new(input);
    let all = Choice {
        reference: None,
        platform: PlatformChoice::All,
    };
    let _ = image::open(&archive, &Choice::default(), &limits);
    let images = match image::open(&archive, &all, &limits) {
        Ok(images) => images,
        Err(error) => {
            let text = error.to_string();
            assert!(
                !text.is_empty() && text.len() <= 64 << 10,
                "{} bytes",
                text.len()
            );
            return;
        }
    };
    let mut seen = BTreeSet::new();
    for image in &images {
        check_plan(&archive, image, &limits);
        let layers: Vec<LayerContent> = image
            .layers
            .iter()
            .filter_map(|layer| read(archive.bytes(&layer.member)?, &limits))
            .collect();
        if seen.insert(image.id) {
            merge(&layers, &limits);
        }
    }
}

fn check_plan(archive: &Archive, image: &ImagePlan, limits: &Limits) {
    assert!(image.layers.len() <= limits.layers);
    assert_eq!(image.layers.len(), image.config.rootfs.diff_ids.len());
    assert!(
        archive.contains(image.id),
        "the configuration is what its id says"
    );
    if let Some(manifest) = image.manifest {
        assert!(
            archive.contains(manifest),
            "the manifest is what its digest says"
        );
    }
}

fn read(bytes: &[u8], limits: &Limits) -> Option<LayerContent> {
    let layer = image::read_layer(
        bytes,
        &|_| Some(model::Keep::Whole),
        &mut |_, _| Ok(()),
        limits,
    )
    .ok()?;
    assert_eq!(layer.diff_id, digest(bytes));
    let numbers: Vec<u32> = layer.files.keys().copied().collect();
    let again = image::read_contents(bytes, &numbers, limits.files_bytes, limits).ok();
    assert_eq!(again.as_ref(), Some(&layer.files), "read again by number");
    Some(layer)
}

fn merge(layers: &[LayerContent], limits: &Limits) {
    let Some((lowest, above)) = layers.split_first() else {
        return;
    };
    let mut merged: Tree = lowest.tree.clone().into_base(limits);
    tree::check(&merged, limits);
    for (number, layer) in (1..).zip(above) {
        let _ = merged.apply(&layer.tree, number, limits);
        tree::check(&merged, limits);
    }
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

/// The documents of an input, by the names under which an archive would hold them.
#[derive(Debug)]
struct Archive {
    documents: BTreeMap<String, Vec<u8>>,
}

impl Archive {
    fn new(input: &[u8]) -> Self {
        let mut written: Vec<Vec<u8>> = Vec::new();
        // from the last, since a document holds the digests of later ones
        let parts = split(input);
        let count = parts.len();
        for part in parts.into_iter().rev() {
            let bytes = match part.strip_prefix(b"tar\n") {
                Some(lines) => layer_lines::to_tar(lines),
                None => fill_in(part, |number| {
                    let behind = count.checked_sub(number + 1)?;
                    written.get(behind).map(Vec::as_slice)
                }),
            };
            written.push(bytes);
        }
        let documents = written
            .into_iter()
            .rev()
            .enumerate()
            .map(|(number, bytes)| {
                let name = match number {
                    0 => "index.json".to_owned(),
                    1 => "manifest.json".to_owned(),
                    _ => format!("blobs/sha256/{}", digest(&bytes).to_hex()),
                };
                (name, bytes)
            });
        Self {
            documents: documents.filter(|(_, bytes)| !bytes.is_empty()).collect(),
        }
    }

    fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.documents.get(name).map(Vec::as_slice)
    }

    fn contains(&self, wanted: Digest) -> bool {
        self.documents.values().any(|bytes| digest(bytes) == wanted)
    }
}

impl Blobs for Archive {
    fn document(&self, name: &str, limit: u64) -> io::Result<Option<image::Stored>> {
        match self.bytes(name) {
            Some(bytes) if u64::try_from(bytes.len()).is_ok_and(|len| len > limit) => {
                Err(io::ErrorKind::FileTooLarge.into())
            }
            found => Ok(found.map(|bytes| image::Stored::new(bytes.to_vec()))),
        }
    }
}

/// Splits at `\n---\n`; at most sixteen parts, so that one input stays cheap.
fn split(input: &[u8]) -> Vec<&[u8]> {
    const BETWEEN: &[u8] = b"\n---\n";
    let mut parts = Vec::new();
    let mut rest = input;
    while parts.len() < 15
        && let Some(at) = rest
            .windows(BETWEEN.len())
            .position(|window| window == BETWEEN)
    {
        let (part, behind) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        parts.push(part);
        rest = behind.get(BETWEEN.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// Replaces `@7` and `#7` by what they stand for; a digit stands for itself, `a` for 10.
fn fill_in<'a>(part: &[u8], document: impl Fn(usize) -> Option<&'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = part.iter();
    while let Some(&byte) = rest.next() {
        let number = rest
            .as_slice()
            .first()
            .and_then(|&byte| char::from(byte).to_digit(16));
        let named = number.and_then(|number| document(usize::try_from(number).ok()?));
        match (byte, named) {
            (b'@', Some(named)) => {
                let text = format!(r#""digest":"{}","size":{}"#, digest(named), named.len());
                bytes.extend(text.bytes());
                rest.next();
            }
            (b'#', Some(named)) => {
                bytes.extend(digest(named).to_hex().bytes());
                rest.next();
            }
            _ => bytes.push(byte),
        }
    }
    bytes
}

/// Returns a layout, an archive of `docker save`, both at once, and indexes in indexes.
pub fn seeds() -> Vec<Vec<u8>> {
    const CONFIG: &str = r#"{"os":"linux","architecture":"amd64","config":{"User":"1000","Env":["A=1"],"Labels":{"a":"b"}},"history":[{"created_by":"COPY a"},{"created_by":"CMD","empty_layer":true},{"created_by":"RUN b"}],"rootfs":{"type":"layers","diff_ids":["sha256:#4","sha256:#5"]}}"#;
    const MANIFEST: &str = r#"{"config":{"mediaType":"application/vnd.oci.image.config.v1+json",@3},"layers":[{@4},{@5}]}"#;
    const LOWER: &str = "tar\nd etc\nf etc/passwd root\nl bin usr/bin\nf usr/bin/busybox ELF\nh usr/bin/awk usr/bin/busybox\nf etc/motd hello\nd opt/a/b\nl loop loop\nf opt/a/x 1";
    const UPPER: &str = "tar\nf bin/sh #!\nf etc/.wh.motd\nf opt/a/.wh..wh..opq\nd usr/bin\nf etc/../lib/x y\nh etc/shadow etc/passwd\np dev/null\nf loop/x z\nl opt/a ../etc";
    let join = |parts: &[&str]| parts.join("\n---\n").into_bytes();
    let layout = r#"{"schemaVersion":2,"manifests":[{@2,"platform":{"os":"linux","architecture":"amd64"},"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}"#;
    let saved = r#"[{"Config":"blobs/sha256/#3","RepoTags":["a:1","b:2"],"Layers":["blobs/sha256/#4","blobs/sha256/#5"]}]"#;
    let nested = r#"{"manifests":[{@3,"annotations":{"io.containerd.image.name":"a"}},{@3}]}"#;
    vec![
        join(&[layout, "", MANIFEST, CONFIG, LOWER, UPPER]),
        join(&["", saved, "", CONFIG, LOWER, UPPER]),
        join(&[layout, saved, MANIFEST, CONFIG, LOWER, UPPER]),
        join(&[
            r#"{"manifests":[{@2}]}"#,
            "",
            nested,
            &MANIFEST.replace("@3", "@4"),
            &CONFIG
                .replace("#4", "#5")
                .replace("\"sha256:#5\",\"sha256:#5\"", "\"sha256:#5\",\"sha256:#6\""),
            LOWER,
            UPPER,
        ]),
        join(&[
            r#"{"manifests":[{@2,"annotations":{"vnd.docker.reference.type":"attestation-manifest"}},{@3,"platform":{"os":"unknown","architecture":"unknown"}}]}"#,
            "null",
            "{}",
            "{}",
        ]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_seeds_are_images_of_two_layers() {
        for (number, seed) in seeds().iter().take(3).enumerate() {
            let archive = Archive::new(seed);
            let images = image::open(&archive, &Choice::default(), &limits::small()).unwrap();
            assert_eq!(images[0].layers.len(), 2, "{number}");
            for layer in &images[0].layers {
                let bytes = archive.bytes(&layer.member).unwrap();
                assert_eq!(digest(bytes), layer.diff_id, "{number}");
            }
        }
    }
}
