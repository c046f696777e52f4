//! Every member of every layer of an image, as it stands in the tar: for who judges how layers are
//! written, and not what they show together.

use std::io::{self, Read};

use archive::{Member, Tar};
use image::{Choice, ImagePlan};

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

/// Shows all members of the image that `choice` means, after the bytes of all layers were proved.
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
    drop(layers::read(&plan.layers, &archive, None, settings)?);
    for layer in plan.layers.iter().enumerate() {
        layers::reread(&archive, layer, settings, &mut |tar| {
            see(Seen::Layer)?;
            let mut tar = Tar::new(tar, &settings.limits);
            while let Some(member) = tar.next_member()?.cloned() {
                see(Seen::Member(&member, &mut tar.data()))?;
            }
            Ok(())
        })?;
        see(Seen::End).map_err(|source| image::ImageError::Io {
            what: format!("layer {}", layer.0 + 1),
            source,
        })?;
    }
    Ok(Some(plan))
}
