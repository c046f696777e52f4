//! Every member of every layer of an image, as it stands in the tar: for who judges how layers are
//! written, and not what they show together.

use std::io::{self, Read};

use archive::{Hashing, Member, Tar, skip_to_end};
use image::{Choice, ImagePlan};

use crate::layers::BUFFER_BYTES;
use crate::source::Archive;
use crate::{ScanError, Settings, Source, layers};

/// What is seen of an image, in order.
#[expect(
    missing_debug_implementations,
    reason = "a reader shows nothing of itself"
)]
pub enum Seen<'a> {
    /// A layer begins. What was seen of one that did not end is forgotten: the archive has another
    /// of that name, which counts.
    Layer,
    /// A member of the layer, and its content for who wants it.
    Member(&'a Member, &'a mut dyn Read),
    /// The layer ends.
    End,
}

/// Shows all members of the image that `choice` means, once the bytes of all layers are proved; those of
/// a registry are proved while they come by, so that they come once: what was seen of an image that is
/// refused in the end is to be forgotten.
/// No cache is asked: what it keeps of configurations lacks what looks like a secret.
///
/// # Errors
/// [`ScanError`]: the source cannot be read, holds no such image, or its bytes are not what its
/// digests say; or `see` failed.
pub fn visit_members(
    source: &Source,
    choice: &Choice,
    settings: &Settings,
    see: &mut dyn FnMut(Seen<'_>) -> io::Result<()>,
) -> Result<Option<ImagePlan>, ScanError> {
    let archive = source.open(&choice.platform, None, settings)?;
    let plans = image::open(&archive, choice, &settings.limits)?;
    let Some(plan) = plans.into_iter().next() else {
        return Ok(None);
    };
    if !matches!(archive, Archive::Remote(_)) {
        drop(layers::read(&plan.layers, &archive, None, settings)?);
    }
    for layer in plan.layers.iter().enumerate() {
        let mut got = None;
        layers::reread(&archive, layer, settings, &mut |tar| {
            see(Seen::Layer)?;
            let mut hashing = Hashing::new(tar);
            let mut tar = Tar::new(&mut hashing, &settings.limits);
            while let Some(member) = tar.next_member()?.cloned() {
                see(Seen::Member(&member, &mut tar.data()))?;
            }
            drop(tar);
            skip_to_end(&mut hashing, &mut vec![0; BUFFER_BYTES])?;
            got = Some(hashing.finish().0);
            Ok(())
        })?;
        // whose stored bytes were not proved before has no other digest than the manifest's
        if let (Some(got), Some(stored)) = (got, layer.1.digest) {
            layers::prove_content(layer, got, stored)?;
        }
        see(Seen::End).map_err(|source| image::ImageError::Io {
            what: format!("layer {}", layer.0 + 1),
            source,
        })?;
    }
    Ok(Some(plan))
}
