//! An image as an archive: an OCI layout in a tar, with the `manifest.json` of `docker save` beside.

use std::error::Error;
use std::io::Write as _;

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Made;
use super::layer::Layer;

/// A step of an image's history.
#[derive(Debug)]
pub(super) struct Step {
    /// When it ran.
    pub(super) created: &'static str,
    /// The line of the Dockerfile, as the builder writes it.
    pub(super) created_by: &'static str,
    /// What it put on top, if anything.
    pub(super) layer: Option<Layer>,
}

/// An image.
#[derive(Debug)]
pub(super) struct Image {
    /// Its name and tag.
    pub(super) name: &'static str,
    /// How it is run, as its configuration says.
    pub(super) config: Value,
    /// How it was made, lowest step first.
    pub(super) steps: Vec<Step>,
}

impl Image {
    /// Returns the archive.
    pub(super) fn into_archive(self) -> Made {
        let mut blobs = Blobs(Layer::default());
        let mut layers = Vec::new();
        let mut diff_ids = Vec::new();
        let mut history = Vec::new();
        let mut created = "";
        for step in self.steps {
            created = step.created;
            let is_empty = step.layer.is_none();
            history.push(json!({
                "created": step.created,
                "created_by": step.created_by,
                "empty_layer": is_empty,
            }));
            if let Some(layer) = step.layer {
                let day = step.created.parse::<Timestamp>()?.as_second();
                let tar = layer.into_tar(day.try_into()?)?;
                diff_ids.push(digest(&tar));
                let media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
                layers.push(blobs.add(media_type, gzip(&tar)?));
            }
        }
        let config = json!({
            "architecture": "amd64",
            "os": "linux",
            "created": created,
            "config": self.config,
            "history": history,
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        let config = blobs.add("application/vnd.oci.image.config.v1+json", text(&config));
        blobs.finish(self.name, &config, &layers)
    }
}

/// The members of the archive.
struct Blobs(Layer);

impl Blobs {
    /// Stores a blob and returns its descriptor.
    fn add(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let digest = digest(&bytes);
        let descriptor = json!({"mediaType": media_type, "digest": digest, "size": bytes.len()});
        self.0 = std::mem::take(&mut self.0).file(&path(&descriptor), bytes);
        descriptor
    }

    fn finish(mut self, name: &str, config: &Value, layers: &[Value]) -> Made {
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": config,
            "layers": layers,
        });
        let media_type = "application/vnd.oci.image.manifest.v1+json";
        let manifest = self.add(media_type, text(&manifest));
        let index = json!({
            "schemaVersion": 2,
            "manifests": [{
                "mediaType": media_type,
                "digest": manifest.get("digest"),
                "size": manifest.get("size"),
                "annotations": {"org.opencontainers.image.ref.name": name},
            }],
        });
        let members: Vec<String> = layers.iter().map(path).collect();
        let saved = json!([{"Config": path(config), "RepoTags": [name], "Layers": members}]);
        self.0
            .file("oci-layout", text(&json!({"imageLayoutVersion": "1.0.0"})))
            .file("index.json", text(&index))
            .file("manifest.json", text(&saved))
            .into_tar(0)
    }
}

/// Returns the member that a descriptor means.
fn path(descriptor: &Value) -> String {
    let digest = descriptor.get("digest").and_then(Value::as_str);
    let digest = digest.unwrap_or_default();
    format!("blobs/{}", digest.replace(':', "/"))
}

fn text(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn digest(bytes: &[u8]) -> String {
    model::Digest::new(Sha256::digest(bytes).into()).to_string()
}

/// Compresses without a name and a time, so that the bytes are the same each time.
fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
