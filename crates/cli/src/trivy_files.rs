//! Where a path holds Trivy's database: a folder, the file itself, or an archive of its OCI artifact.
//!
//! Source of truth: `trivy.md` §5. An artifact is one layer, `db.tar.gz`, with `trivy.db` and
//! `metadata.json`. What is packed is unpacked into a file without a name beside the one that is
//! written.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use archive::{Bounded, Codec, Hashing, MemberKind, SNIFF_BYTES, Tar, decode, read_at_most};
use jiff::civil::Date;
use model::Limits;
use serde::Deserialize;

use crate::error::Failure;
use crate::exit::Exit;
use crate::settings::own_file;

/// Bytes of a database unpacked: what its format can be read up to here.
const MAX_DATABASE_BYTES: u64 = 4 << 30;
/// Bytes of a document of an artifact.
const MAX_DOCUMENT_BYTES: u64 = 1 << 20;
/// Documents of an artifact that are kept while it is read.
const DOCUMENTS: usize = 64;
/// The media type of the one layer.
const LAYER: &str = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip";
/// The schema that is read here.
const SCHEMA: u64 = 2;
/// Where a database of Bolt's says so, and how.
const MAGIC: (usize, [u8; 4]) = (16, 0xED0C_DAED_u32.to_le_bytes());

/// A database that was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) file: File,
    /// The day on which it was built; none if nothing beside it tells.
    pub(crate) updated: Option<Date>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    version: u64,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct Manifest {
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
}

/// Opens what `path` is; what has to be unpacked lies in the folder of `out` meanwhile.
pub(crate) fn open(path: &Path, out: &Path) -> Result<Found, Failure> {
    let failed = |error: io::Error| {
        let message = format!("{}: {error}", path.display());
        Failure::new(Exit::Unfinished, message).with(
            "next",
            "name the folder that holds trivy.db and metadata.json, trivy.db itself, or a tar archive of its OCI artifact",
        )
    };
    find(path, out).map_err(failed)
}

fn find(path: &Path, out: &Path) -> io::Result<Found> {
    if path.is_dir() {
        let inner = path.join("db");
        let folders = [path, inner.as_path()];
        let folder = folders
            .iter()
            .find(|folder| folder.join("trivy.db").is_file());
        let folder = folder.ok_or_else(|| io::Error::other("no trivy.db is in it"))?;
        return beside(&folder.join("trivy.db"));
    }
    let mut file = own_file::open(path)?;
    let head = read_at_most((&file).take(64), 64)?;
    if head
        .get(MAGIC.0..)
        .is_some_and(|rest| rest.starts_with(&MAGIC.1))
    {
        return beside(path);
    }
    file.seek(SeekFrom::Start(0))?;
    let mut unpacked = Unpacked::new(out);
    unpacked.read(file)?;
    if unpacked.database.is_none()
        && let Some(layer) = layer(&unpacked.documents)?
    {
        let mut inner = Unpacked::new(out);
        inner.read_layer(own_file::open(path)?, &layer)?;
        unpacked = inner;
    }
    unpacked.found()
}

/// Opens a database that lies in a folder, with the file that describes it, if there is one.
fn beside(path: &Path) -> io::Result<Found> {
    let described = path.with_file_name("metadata.json");
    let updated = match own_file::open(&described) {
        Ok(file) => updated(&read_at_most(file, MAX_DOCUMENT_BYTES)?)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let file = own_file::open(path)?;
    Ok(Found { file, updated })
}

/// Reads the day of a database, whose schema must be the one that is known.
fn updated(json: &[u8]) -> io::Result<Option<Date>> {
    let metadata: Metadata = serde_json::from_slice(json)
        .map_err(|error| io::Error::other(format!("metadata.json: {error}")))?;
    if metadata.version != SCHEMA {
        let why = format!(
            "metadata.json: it is of schema {}, and schema {SCHEMA} is read here",
            metadata.version
        );
        return Err(io::Error::other(why));
    }
    let Some(stamp) = metadata.updated_at else {
        return Ok(None);
    };
    // RFC 3339, in UTC
    let day = stamp.get(..10).and_then(|day| day.parse().ok());
    let garbled = || io::Error::other("metadata.json: `UpdatedAt` is no day");
    day.map(Some).ok_or_else(garbled)
}

/// What was found in an archive.
struct Unpacked<'a> {
    /// Whose folder takes what is unpacked.
    out: &'a Path,
    database: Option<File>,
    /// Small members by path.
    documents: BTreeMap<String, Vec<u8>>,
}

impl<'a> Unpacked<'a> {
    const fn new(out: &'a Path) -> Self {
        Self {
            out,
            database: None,
            documents: BTreeMap::new(),
        }
    }

    /// Reads an archive, packed or not: the database if it is in it, and documents.
    fn read(&mut self, source: impl Read + Send) -> io::Result<()> {
        let limits = Limits::default();
        let mut source = BufReader::with_capacity(1 << 16, source);
        let head = source.fill_buf()?;
        let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default());
        let mut tar = Tar::new(decode(codec, source, &limits)?, &limits);
        while let Some(member) = tar.next_member().map_err(io::Error::other)? {
            let (size, kind) = (member.size, member.kind);
            let name = String::from_utf8_lossy(&member.path).into_owned();
            let name = name.trim_start_matches("./").to_owned();
            if kind != MemberKind::File {
                continue;
            }
            if name == "trivy.db" || name == "db/trivy.db" {
                self.database = Some(self.spool(tar.data())?);
            } else if size <= MAX_DOCUMENT_BYTES && self.documents.len() < DOCUMENTS {
                let bytes = read_at_most(tar.data(), MAX_DOCUMENT_BYTES)?;
                self.documents.insert(name, bytes);
            }
        }
        Ok(())
    }

    /// Reads the layer of this digest out of an archive that holds its blob, and proves it.
    fn read_layer(&mut self, archive: File, digest: &str) -> io::Result<()> {
        let limits = Limits::default();
        let mut source = BufReader::with_capacity(1 << 16, archive);
        let head = source.fill_buf()?;
        let codec = Codec::sniff(head.get(..SNIFF_BYTES.min(head.len())).unwrap_or_default());
        let mut tar = Tar::new(decode(codec, source, &limits)?, &limits);
        let hex = digest.trim_start_matches("sha256:");
        let wanted = format!("blobs/sha256/{hex}");
        while let Some(member) = tar.next_member().map_err(io::Error::other)? {
            let name = String::from_utf8_lossy(&member.path).into_owned();
            if name.trim_start_matches("./") != wanted {
                continue;
            }
            let mut blob = Hashing::new(tar.data());
            self.read(&mut blob)?;
            archive::skip_to_end(&mut blob, &mut [0; 4096])?;
            let (found, _) = blob.finish();
            if found.to_string() != digest {
                let why = format!("layer {digest}: its bytes have the digest {found}");
                return Err(io::Error::other(why));
            }
            return Ok(());
        }
        Err(io::Error::other(format!("layer {digest} is not in it")))
    }

    /// Copies a database into a file without a name.
    fn spool(&self, data: impl Read) -> io::Result<File> {
        let folder = self.out.parent().filter(|it| !it.as_os_str().is_empty());
        let mut file = tempfile::tempfile_in(folder.unwrap_or(Path::new(".")))?;
        io::copy(&mut Bounded::new(data, MAX_DATABASE_BYTES, ""), &mut file)?;
        file.flush()?;
        Ok(file)
    }

    fn found(self) -> io::Result<Found> {
        let file = self
            .database
            .ok_or_else(|| io::Error::other("it holds no trivy.db, and no artifact of one"))?;
        let described = ["metadata.json", "db/metadata.json"];
        let described = described.iter().find_map(|name| self.documents.get(*name));
        let updated = match described {
            Some(json) => updated(json)?,
            None => None,
        };
        Ok(Found { file, updated })
    }
}

/// Returns the digest of an artifact's layer; none if these are no documents of an artifact.
fn layer(documents: &BTreeMap<String, Vec<u8>>) -> io::Result<Option<String>> {
    let Some(index) = documents.get("index.json") else {
        return Ok(None);
    };
    let bad = |error| io::Error::other(format!("index.json: {error}"));
    let index: Index = serde_json::from_slice(index).map_err(bad)?;
    for described in index.manifests {
        let hex = described.digest.trim_start_matches("sha256:");
        let name = format!("blobs/sha256/{hex}");
        let Some(manifest) = documents.get(&name) else {
            continue;
        };
        let bad = |error| io::Error::other(format!("{name}: {error}"));
        let manifest: Manifest = serde_json::from_slice(manifest).map_err(bad)?;
        let layer = manifest
            .layers
            .into_iter()
            .find(|layer| layer.media_type == LAYER);
        if let Some(layer) = layer {
            return Ok(Some(layer.digest));
        }
    }
    Err(io::Error::other(format!(
        "no manifest in it has a layer of type {LAYER}"
    )))
}
