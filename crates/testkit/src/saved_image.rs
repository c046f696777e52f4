//! Small container images made on the fly, in one archive as `docker save` writes it.
//!
//! ```text
//! manifest.json  CONFIG.json …  blobs/sha256/LAYER …
//! ```

use std::collections::BTreeMap;
use std::io;

use model::Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar_core::EntryType;
use tar_core::builder::EntryBuilder;

/// An image: layers of text files and links, the lowest first, with names and labels.
#[derive(Debug, Clone)]
pub struct SavedImage {
    architecture: String,
    tags: Vec<String>,
    labels: BTreeMap<String, String>,
    command: Vec<String>,
    history: Vec<String>,
    layers: Vec<Vec<Member>>,
}

impl Default for SavedImage {
    fn default() -> Self {
        Self {
            architecture: "amd64".to_owned(),
            tags: Vec::new(),
            labels: BTreeMap::new(),
            command: Vec::new(),
            history: Vec::new(),
            layers: Vec::new(),
        }
    }
}

#[derive(Debug, Clone)]
struct Member {
    path: String,
    kind: EntryType,
    /// The target of a link.
    target: String,
    bytes: Vec<u8>,
}

impl SavedImage {
    /// Starts with no layer and no name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a name, such as `shop/api:1.4`.
    #[must_use]
    pub fn tag(mut self, name: &str) -> Self {
        self.tags.push(name.to_owned());
        self
    }

    /// Says for which machine it is, by Go's name; without, for amd64.
    #[must_use]
    pub fn architecture(mut self, name: &str) -> Self {
        name.clone_into(&mut self.architecture);
        self
    }

    /// Adds a label to the configuration.
    #[must_use]
    pub fn label(mut self, name: &str, value: &str) -> Self {
        self.labels.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Says what runs.
    #[must_use]
    pub fn command(mut self, words: &[&str]) -> Self {
        self.command = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Adds lines to the history, none of which made a layer.
    #[must_use]
    pub fn history(mut self, lines: &[&str]) -> Self {
        self.history
            .extend(lines.iter().map(|line| (*line).to_owned()));
        self
    }

    /// Adds a layer of files, path and content, over the others.
    #[must_use]
    pub fn layer(mut self, files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| Member::file(path, text.as_bytes());
        self.layers.push(files.iter().map(file).collect());
        self
    }

    /// Adds a layer of symbolic links, path and target, over the others.
    #[must_use]
    pub fn links(self, links: &[(&str, &str)]) -> Self {
        self.layer_of_links(EntryType::Symlink, links)
    }

    /// Adds a layer of hard links, path and target, over the others.
    #[must_use]
    pub fn hard_links(self, links: &[(&str, &str)]) -> Self {
        self.layer_of_links(EntryType::Link, links)
    }

    fn layer_of_links(mut self, kind: EntryType, links: &[(&str, &str)]) -> Self {
        let link = |(path, target): &(&str, &str)| Member {
            kind,
            target: (*target).to_owned(),
            ..Member::file(path, b"")
        };
        self.layers.push(links.iter().map(link).collect());
        self
    }
}

impl Member {
    fn file(path: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            kind: EntryType::Regular,
            target: String::new(),
            bytes: bytes.to_vec(),
        }
    }
}

/// Returns an archive of these images.
///
/// # Errors
/// A path that no tar can hold; a test unwraps it.
pub fn save(images: &[SavedImage]) -> io::Result<Vec<u8>> {
    let mut members = Vec::new();
    let mut entries = Vec::new();
    for image in images {
        let layers = image
            .layers
            .iter()
            .map(|layer| tar(layer))
            .collect::<io::Result<Vec<_>>>()?;
        let diff_ids: Vec<Digest> = layers.iter().map(|layer| digest(layer)).collect();
        let config = config(image, &diff_ids).to_string();
        let config_name = format!("{}.json", digest(config.as_bytes()).to_hex());
        let names: Vec<String> = diff_ids
            .iter()
            .map(|id| format!("blobs/sha256/{}", id.to_hex()))
            .collect();
        entries.push(json!({"Config": config_name, "RepoTags": image.tags, "Layers": names}));
        members.push(Member::file(&config_name, config.as_bytes()));
        let blobs = names.iter().zip(&layers);
        members.extend(blobs.map(|(name, layer)| Member::file(name, layer)));
    }
    let manifest = Value::from(entries).to_string();
    members.insert(0, Member::file("manifest.json", manifest.as_bytes()));
    tar(&members)
}

/// An image as a registry holds it: manifest, configuration and layers by their digests.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// Everything, by digest.
    pub blobs: BTreeMap<Digest, Vec<u8>>,
    /// The manifest, or an index that names it.
    pub top: Digest,
    /// The layers, lowest first.
    pub layers: Vec<Digest>,
}

impl Pushed {
    /// Adds a blob.
    pub fn add(&mut self, bytes: impl Into<Vec<u8>>) -> Digest {
        let bytes = bytes.into();
        let digest = digest(&bytes);
        self.blobs.insert(digest, bytes);
        digest
    }

    /// Adds a document that becomes what every tag means.
    pub fn add_top(&mut self, document: &Value) {
        self.top = self.add(document.to_string());
    }

    /// Returns the descriptor of a blob.
    pub fn descriptor(&self, digest: Digest) -> Value {
        let size = self.blobs.get(&digest).map_or(0, Vec::len);
        json!({ "digest": digest.to_string(), "size": size })
    }
}

/// Returns an image as a registry holds it.
///
/// # Errors
/// A path that no tar can hold; a test unwraps it.
pub fn push(image: &SavedImage) -> io::Result<Pushed> {
    let mut pushed = Pushed {
        blobs: BTreeMap::new(),
        top: Digest::new([0; 32]),
        layers: Vec::new(),
    };
    for layer in &image.layers {
        let layer = pushed.add(tar(layer)?);
        pushed.layers.push(layer);
    }
    let config = pushed.add(config(image, &pushed.layers).to_string());
    let layers: Vec<Value> = pushed
        .layers
        .iter()
        .map(|of| pushed.descriptor(*of))
        .collect();
    let mut config = pushed.descriptor(config);
    if let Some(fields) = config.as_object_mut() {
        let kind = "application/vnd.oci.image.config.v1+json";
        fields.insert("mediaType".to_owned(), kind.into());
    }
    pushed.add_top(&json!({ "schemaVersion": 2, "config": config, "layers": layers }));
    Ok(pushed)
}

fn config(image: &SavedImage, diff_ids: &[Digest]) -> Value {
    let diff_ids: Vec<String> = diff_ids.iter().map(ToString::to_string).collect();
    let step = |line: &String| json!({"created_by": line, "empty_layer": true});
    let history: Vec<Value> = image.history.iter().map(step).collect();
    json!({
        "architecture": image.architecture,
        "os": "linux",
        "config": {
            "Labels": image.labels,
            "Cmd": (!image.command.is_empty()).then_some(&image.command),
        },
        "history": (!history.is_empty()).then_some(history),
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    })
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

fn tar(members: &[Member]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for member in members {
        let size = u64::try_from(member.bytes.len()).map_err(io::Error::other)?;
        let mut entry = EntryBuilder::new_gnu();
        entry.path(&member.path).entry_type(member.kind);
        entry.mode(0o644).map_err(io::Error::other)?;
        entry.size(size).map_err(io::Error::other)?;
        if matches!(member.kind, EntryType::Symlink | EntryType::Link) {
            entry.link_name(&member.target);
        }
        out.extend(entry.finish_bytes());
        out.extend_from_slice(&member.bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    // the end of a tar is two blocks of zeros
    out.resize(out.len() + 1024, 0);
    Ok(out)
}
