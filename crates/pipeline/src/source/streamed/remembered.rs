//! What the cache keeps of a compressed tar, so that the next scan need not inflate it.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::thread;

use archive::{Hashing, skip_to_end};
use model::Digest;
use serde::{Deserialize, Serialize};

use super::{Held, Members};
use crate::cache::Kind;
use crate::layers::{BUFFER_BYTES, Room, Scanned};
use crate::source::Stored;
use crate::timed::Timed;
use crate::{Cache, Settings};

/// What the cache keeps of a compressed tar: everything but the layers' content, which has records
/// of its own.
#[derive(Debug, Serialize, Deserialize)]
struct Record {
    documents: BTreeMap<String, image::Stored>,
    layers: BTreeMap<String, Digest>,
    /// What is no layer, and why: the next scan is to say the same.
    failed: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
}

/// Returns the members of an archive that was read before, if its layers are all still here.
pub(super) fn recall(cache: &Cache, digest: Digest, settings: &Settings) -> Option<Members<Held>> {
    let Record {
        documents,
        layers,
        failed,
        links,
    } = cache.get(Kind::Archive, digest)?;
    let mut files: BTreeMap<String, Held> = documents
        .into_iter()
        .map(|(name, stored)| (name, Held::Document(stored)))
        .collect();
    files.extend(layers_of(cache, &layers, settings)?);
    files.extend(
        failed
            .into_iter()
            .map(|(name, why)| (name, Held::Failed(why))),
    );
    Some(Members {
        files,
        links,
        twice: None,
    })
}

/// Reads the records of layers on all cores; `None` if one is not there any more.
fn layers_of(
    cache: &Cache,
    layers: &BTreeMap<String, Digest>,
    settings: &Settings,
) -> Option<Vec<(String, Held)>> {
    let room = &Room::new(&settings.limits);
    let names: Vec<(&String, &Digest)> = layers.iter().collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = names.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let read = |names: &[(&String, &Digest)]| -> Option<Vec<(String, Held)>> {
            let record = |(name, digest): &(&String, &Digest)| {
                let mut scanned: Scanned = cache.get(Kind::Layer, **digest)?;
                if !scanned.inspected.answers(settings) {
                    return None;
                }
                room.take(&mut scanned).ok()?;
                Some(((*name).clone(), Held::Layer(Box::new(scanned))))
            };
            names.iter().map(record).collect()
        };
        let shares: Vec<_> = names
            .chunks(share)
            .map(|it| scope.spawn(move || read(it)))
            .collect();
        let read = shares.into_iter().map(|share| share.join().ok().flatten());
        Some(
            read.collect::<Option<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect(),
        )
    })
}

/// Keeps what was read, unless a document holds a secret: rules ask for what stands there, and no
/// secret is to lie in the cache.
pub(super) fn keep(cache: &Cache, digest: Digest, members: &Members<Held>, settings: &Settings) {
    let mut record = Record {
        documents: BTreeMap::new(),
        layers: BTreeMap::new(),
        failed: BTreeMap::new(),
        links: members.links.clone(),
    };
    let mut has_secrets = false;
    for (name, held) in &members.files {
        match held {
            Held::Document(stored) => {
                has_secrets |= has_secret(stored, settings);
                record.documents.insert(name.clone(), stored.clone());
            }
            Held::Layer(scanned) => {
                cache.put(Kind::Layer, scanned.digest, &**scanned);
                record.layers.insert(name.clone(), scanned.digest);
            }
            Held::Failed(why) => {
                record.failed.insert(name.clone(), why.clone());
            }
            Held::Other => {}
        }
    }
    if !has_secrets {
        cache.put(Kind::Archive, digest, &record);
    }
}

/// Whether a document holds what looks like a secret, or is none.
fn has_secret(stored: &image::Stored, settings: &Settings) -> bool {
    let mut redactor = settings.redactor();
    let document = stored.json();
    document.is_none_or(|mut document| redactor.json(&mut document))
}

/// Takes the digest of a whole file.
pub(super) fn digest_of(file: Stored, settings: &Settings) -> io::Result<Digest> {
    let mut hashing = Hashing::new(Timed {
        source: file,
        deadline: settings.deadline,
    });
    skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
    Ok(hashing.finish().0)
}
