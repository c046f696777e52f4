//! Whether the base of an image is still what its tag names: only a registry can tell.
//!
//! A label names the base, and whoever builds an image writes there what they like. So nobody is
//! asked but the registry that the image itself is from, and Docker Hub.

use std::fmt::Display;

use image::{Choice, PlatformChoice};
use model::{Base, BaseEvidence, Gap, GapKind, Image, ImageConfig, ImageName, Limits, Newest};
use registry::Access;

use crate::source::Remote;

/// The annotation that tells of which manifest the base was. Source of truth: OCI image specification,
/// "Pre-Defined Annotation Keys".
const DIGEST_LABEL: &str = "org.opencontainers.image.base.digest";

/// Fills in which other image the tag of the base names by now, if it names another; a gap where it
/// cannot be told though a registry could tell.
pub(crate) fn ask(
    base: &mut Base,
    image: &Image,
    (name, access): (&ImageName, &Access),
    limits: &Limits,
) -> Option<Gap> {
    let wanted = tag_of(base, name)?;
    match newest(base.told_by, &wanted, image, access, limits) {
        Ok(newest) => {
            base.newest = newest.map_or(Newest::Same, Newest::Other);
            None
        }
        Err(why) => Some(Gap::new(
            GapKind::Uncovered,
            &base.name,
            format!("which image this base is by now was not told: {why}"),
            "whether a newer base is published",
        )),
    }
}

/// Returns the name to ask about: none if the base has no tag, is only guessed, or is kept elsewhere.
fn tag_of(base: &Base, near: &ImageName) -> Option<ImageName> {
    let is_named = matches!(base.told_by, BaseEvidence::Chain | BaseEvidence::Label);
    let name: ImageName = base.name.parse().ok()?;
    let hub: ImageName = "alpine".parse().ok()?;
    let is_near = [near, &hub].map(ImageName::registry);
    (is_named && name.digest().is_none() && is_near.contains(&name.registry())).then_some(name)
}

/// Returns the digest of what the name means now, if the image is not built on it. Where layers have told
/// the base, they decide; a label is believed of an image whose layers tell nothing, as it was squashed.
fn newest(
    told_by: BaseEvidence,
    name: &ImageName,
    image: &Image,
    access: &Access,
    limits: &Limits,
) -> Result<Option<String>, String> {
    fn text(error: impl Display) -> String {
        error.to_string()
    }
    let platform = PlatformChoice::One(image.platform.clone());
    let remote = Remote::open(name, access, &platform, limits).map_err(text)?;
    let digest = remote.digest().to_string();
    let label = image.config.config.labels.get(DIGEST_LABEL);
    if told_by == BaseEvidence::Label && label == Some(&digest) {
        return Ok(None);
    }
    let choice = Choice {
        reference: None,
        platform,
    };
    let plans = image::open(&remote, &choice, limits).map_err(text)?;
    let newest = plans.first().ok_or("there is no image of this platform")?;
    Ok(is_other(&image.config, &newest.config).then_some(digest))
}

/// Whether an image is built on another base than this. One with fewer layers than the base was
/// squashed: it is built on nothing that can be seen any more.
fn is_other(image: &ImageConfig, base: &ImageConfig) -> bool {
    let (image, base) = (&image.rootfs.diff_ids, &base.rootfs.diff_ids);
    image.len() >= base.len() && !image.starts_with(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_image_s_own_registry_and_docker_hub_are_asked() {
        let near = "shop.example/team/app:1".parse().unwrap();
        for (name, told_by, want) in [
            ("debian:12", BaseEvidence::Label, true),
            ("debian", BaseEvidence::Chain, true),
            ("shop.example/base:1", BaseEvidence::Label, true),
            ("debian:12", BaseEvidence::History, false),
            ("debian 12", BaseEvidence::Distribution, false),
            ("10.0.0.1/base:1", BaseEvidence::Label, false),
            ("shop.example:8080/base:1", BaseEvidence::Label, false),
            (
                "debian@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                BaseEvidence::Label,
                false,
            ),
        ] {
            let base = Base {
                name: name.to_owned(),
                told_by,
                layers: None,
                created: String::new(),
                newest: Newest::Untold,
            };
            assert_eq!(tag_of(&base, &near).is_some(), want, "{name}");
        }
    }

    #[test]
    fn layers_tell_whether_it_is_another_base() {
        for (image, base, want) in [
            ("a b c", "a b", false),
            ("a b", "a b", false),
            ("a b c", "a x", true),
            ("a b", "x", true),
            ("z", "a b", false),
        ] {
            assert_eq!(
                is_other(&config(image), &config(base)),
                want,
                "{image} on {base}"
            );
        }
    }

    fn config(diff_ids: &str) -> ImageConfig {
        let mut config = ImageConfig::default();
        config.rootfs.diff_ids = diff_ids.split(' ').map(ToOwned::to_owned).collect();
        config
    }
}
