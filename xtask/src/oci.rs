//! `cargo xtask oci`: our own image, as an OCI layout in one tar: the program alone, with a numeric user.
//!
//! Source of truth: the OCI image specification 1.1: layout, manifest, configuration. The certificates of
//! the web's authorities are in the program itself.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use flate2::{Compression, GzBuilder};
use jiff::Timestamp;
use model::Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tar_core::EntryType;
use tar_core::builder::EntryBuilder;

use crate::{dist, root, said};

const USAGE: &str = "\
usage: cargo xtask oci [--program FILE] [--out FILE] [--name NAME] [--source URL] [--revision ID]
  the program [dist/seaworthy], the layout that is written [dist/seaworthy.oci.tar],
  what it is called there [seaworthy:VERSION], where its source is [https://seaworthy.dev] and
  at which commit [what git has checked out]; SOURCE_DATE_EPOCH says when it was made";

/// Whoever is nobody in images without accounts.
const USER: &str = "65532:65532";

/// Where whoever finds the image finds its source.
const SOURCE: &str = "https://seaworthy.dev";

/// What the image is and what it is made of.
#[derive(Debug)]
struct Origin {
    /// What it is called: `seaworthy:0.1.0`.
    name: String,
    source: String,
    /// The commit.
    revision: String,
    created: Timestamp,
}

/// Makes the image.
pub(crate) fn run(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let folder = root().join("dist");
    let mut program = folder.join("seaworthy");
    let mut out = folder.join("seaworthy.oci.tar");
    let mut origin = Origin {
        name: concat!("seaworthy:", env!("CARGO_PKG_VERSION")).to_owned(),
        source: SOURCE.to_owned(),
        revision: checked_out(),
        created: created(),
    };
    while let Some(option) = arguments.next() {
        match (option.as_str(), arguments.next()) {
            ("--program", Some(path)) => program = PathBuf::from(path),
            ("--out", Some(path)) => out = PathBuf::from(path),
            ("--name", Some(text)) => origin.name = text,
            ("--source", Some(text)) => origin.source = text,
            ("--revision", Some(text)) => origin.revision = text,
            _ => return said(USAGE, ExitCode::from(2)),
        }
    }
    let made = dist::program(&program).and_then(|bytes| layout(&bytes, &origin));
    let written = made.and_then(|bytes| {
        if let Some(folder) = out.parent() {
            fs::create_dir_all(folder)?;
        }
        File::create(&out)?.write_all(&bytes)
    });
    match written {
        Ok(()) => said(
            &format!("{}: {}", out.display(), origin.name),
            ExitCode::SUCCESS,
        ),
        Err(error) => {
            let text = format!("{} or {}: {error}", program.display(), out.display());
            said(&text, ExitCode::FAILURE)
        }
    }
}

/// When it was made: 1970, unless `SOURCE_DATE_EPOCH` says otherwise.
#[expect(
    clippy::disallowed_methods,
    reason = "a task may ask what the program asks in one place"
)]
fn created() -> Timestamp {
    let seconds = std::env::var("SOURCE_DATE_EPOCH").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(0);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Returns the commit that git has checked out; nothing where there is no git.
#[expect(clippy::disallowed_methods, reason = "a task may start programs")]
fn checked_out() -> String {
    let mut git = Command::new("git");
    let output = git.args(["rev-parse", "HEAD"]).current_dir(root()).output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }
        _ => String::new(),
    }
}

/// Returns the layout.
fn layout(program: &[u8], origin: &Origin) -> io::Result<Vec<u8>> {
    let name = origin.name.as_str();
    let accounts =
        "root:x:0:0:root:/:/sbin/nologin\nseaworthy:x:65532:65532:seaworthy:/:/sbin/nologin\n";
    let layer = tar(&[
        ("etc/group", 0o644, b"root:x:0:\nseaworthy:x:65532:\n"),
        ("etc/passwd", 0o644, accounts.as_bytes()),
        ("seaworthy", 0o755, program),
    ])?;
    let mut packed = GzBuilder::new().write(Vec::new(), Compression::best());
    packed.write_all(&layer)?;
    let packed = packed.finish()?;
    let config = config(&digest(&layer), origin).to_string();
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("config.v1+json", config.as_bytes()),
        "layers": [descriptor("layer.v1.tar+gzip", &packed)],
    })
    .to_string();
    let mut top = descriptor("manifest.v1+json", manifest.as_bytes());
    if let Some(top) = top.as_object_mut() {
        let tag = name.rsplit_once(':').map_or(name, |(_, tag)| tag);
        let annotations = json!({
            "org.opencontainers.image.ref.name": tag,
            "io.containerd.image.name": name,
        });
        top.insert("annotations".to_owned(), annotations);
        top.insert(
            "platform".to_owned(),
            json!({"architecture": architecture(), "os": "linux"}),
        );
    }
    let index = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [top],
    })
    .to_string();
    let blobs = [config.as_bytes(), manifest.as_bytes(), &packed];
    let names = blobs.map(|blob| format!("blobs/sha256/{}", digest(blob).to_hex()));
    let mut members: Vec<(&str, u32, &[u8])> = names
        .iter()
        .zip(blobs)
        .map(|(name, blob)| (name.as_str(), 0o644, blob))
        .collect();
    members.push(("index.json", 0o644, index.as_bytes()));
    members.push(("oci-layout", 0o644, br#"{"imageLayoutVersion":"1.0.0"}"#));
    members.sort_by_key(|(name, ..)| *name);
    tar(&members)
}

fn config(diff_id: &Digest, origin: &Origin) -> Value {
    let made = origin.created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({
        "architecture": architecture(),
        "created": made,
        "os": "linux",
        "config": {
            "User": USER,
            "Entrypoint": ["/seaworthy"],
            "Cmd": ["--help"],
            "Env": ["PATH=/"],
            "WorkingDir": "/",
            // whoever runs `serve` without an orchestrator
            "Healthcheck": {"Test": ["CMD", "/seaworthy", "doctor", "--connect", "127.0.0.1:8443"]},
            "Labels": {
                "org.opencontainers.image.title": "seaworthy",
                "org.opencontainers.image.description": "Is this container image fit to sail?",
                "org.opencontainers.image.licenses": "Apache-2.0",
                "org.opencontainers.image.version": env!("CARGO_PKG_VERSION"),
                "org.opencontainers.image.created": made,
                "org.opencontainers.image.source": origin.source,
                "org.opencontainers.image.revision": origin.revision,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": [diff_id.to_string()]},
        "history": [{"created": made, "created_by": "COPY seaworthy /seaworthy"}],
    })
}

/// The name that Go, and so the specification, has for the machine that this is built for.
const fn architecture() -> &'static str {
    if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    }
}

fn descriptor(kind: &str, bytes: &[u8]) -> Value {
    json!({
        "mediaType": format!("application/vnd.oci.image.{kind}"),
        "digest": digest(bytes).to_string(),
        "size": bytes.len(),
    })
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::new(Sha256::digest(bytes).into())
}

/// Returns a tar of files, path, mode and bytes, without a time or an owner.
fn tar(files: &[(&str, u32, &[u8])]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    for (path, mode, bytes) in files {
        let size = u64::try_from(bytes.len()).map_err(io::Error::other)?;
        let mut entry = EntryBuilder::new_gnu();
        entry.path(path).entry_type(EntryType::Regular);
        entry.mode(*mode).map_err(io::Error::other)?;
        entry.size(size).map_err(io::Error::other)?;
        out.extend(entry.finish_bytes());
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.resize(out.len().saturating_add(1024), 0);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn every_digest_leads_to_its_blob_and_the_same_program_gives_the_same_bytes() {
        let origin = Origin {
            name: "shop/seaworthy:1".to_owned(),
            source: "https://shop.example/seaworthy".to_owned(),
            revision: "0123abc".to_owned(),
            created: Timestamp::UNIX_EPOCH,
        };
        let made = layout(b"program", &origin).unwrap();
        assert_eq!(made, layout(b"program", &origin).unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("layout.tar.gz");
        let mut packed = GzBuilder::new().write(File::create(&path).unwrap(), Compression::fast());
        packed.write_all(&made).unwrap();
        packed.finish().unwrap();
        let files = testkit::members(&path).unwrap();
        let blob = |descriptor: &Value| {
            let digest = descriptor["digest"].as_str().unwrap();
            let bytes = &files[&digest.replace("sha256:", "blobs/sha256/")];
            assert_eq!(descriptor["size"], bytes.len());
            assert_eq!(digest, super::digest(bytes).to_string());
            bytes
        };
        let index: Value = serde_json::from_slice(&files["index.json"]).unwrap();
        let top = &index["manifests"][0];
        assert_eq!(
            top["annotations"]["io.containerd.image.name"],
            "shop/seaworthy:1"
        );
        assert_eq!(top["annotations"]["org.opencontainers.image.ref.name"], "1");
        let manifest: Value = serde_json::from_slice(blob(top)).unwrap();
        let config: Value = serde_json::from_slice(blob(&manifest["config"])).unwrap();
        assert_eq!(config["config"]["User"], USER);
        let labels = &config["config"]["Labels"];
        for (label, want) in [("source", &origin.source), ("revision", &origin.revision)] {
            assert_eq!(labels[format!("org.opencontainers.image.{label}")], **want);
        }
        let layer = folder.path().join("layer");
        File::create(&layer)
            .unwrap()
            .write_all(blob(&manifest["layers"][0]))
            .unwrap();
        let held = testkit::members(&layer).unwrap();
        assert_eq!(held["seaworthy"], b"program");
        assert_eq!(
            held.keys().collect::<Vec<_>>(),
            ["etc/group", "etc/passwd", "seaworthy"]
        );
    }
}
