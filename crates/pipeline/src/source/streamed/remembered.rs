//! What the cache keeps of a compressed tar, so that the next scan need not inflate it.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::thread;

use archive::{Hashing, skip_to_end};
use model::Digest;
use serde::{Deserialize, Serialize};

use super::sealed::{Documents, Seal, Sealed};
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
    documents: Sealed,
    layers: BTreeMap<String, Digest>,
    /// What is no layer, and why: the next scan is to say the same.
    failed: BTreeMap<String, String>,
    links: BTreeMap<String, String>,
}

/// Returns the members of an archive that was read before, if its layers are all still here.
pub(super) fn recall(cache: &Cache, digest: Digest, settings: &Settings) -> Option<Members<Held>> {
    let seal = Seal::new(digest);
    let Record {
        documents,
        layers,
        failed,
        links,
    } = cache.get(Kind::Archive, seal.name()?)?;
    let documents = seal.open(documents)?;
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

/// Keeps what was read. That it fails is no problem of the scan.
pub(super) fn keep(cache: &Cache, digest: Digest, members: &Members<Held>) {
    let _best_effort = kept(cache, &Seal::new(digest), members);
}

fn kept(cache: &Cache, seal: &Seal, members: &Members<Held>) -> Option<()> {
    let mut documents = Documents::new();
    let mut layers = BTreeMap::new();
    let mut failed = BTreeMap::new();
    for (name, held) in &members.files {
        let name = name.clone();
        match held {
            Held::Document(stored) => {
                documents.insert(name, stored.clone());
            }
            Held::Layer(scanned) => {
                cache.put(Kind::Layer, scanned.digest, &**scanned);
                layers.insert(name, scanned.digest);
            }
            Held::Failed(why) => {
                failed.insert(name, why.clone());
            }
            Held::Other => {}
        }
    }
    let record = Record {
        documents: seal.close(&documents)?,
        layers,
        failed,
        links: members.links.clone(),
    };
    cache.put(Kind::Archive, seal.name()?, &record);
    Some(())
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
