//! Which of several images is meant: by name, digest or number, and by platform.

use model::{Digest, ImageName, Platform};

use crate::ImageError;
use crate::sources::Candidate;

/// What the user asked for.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// A tag, a digest or `#N`; `None` if nothing was said.
    pub reference: Option<String>,
    /// The platform.
    pub platform: PlatformChoice,
}

/// Which platforms are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PlatformChoice {
    /// The only image there is, else linux/amd64.
    #[default]
    Default,
    /// This one.
    One(Platform),
    /// Every one.
    All,
}

/// Returns the candidates that are meant, in the archive's order.
pub(crate) fn choose(
    candidates: Vec<Candidate>,
    choice: &Choice,
) -> Result<Vec<Candidate>, ImageError> {
    if candidates.is_empty() {
        return Err(ImageError::NoImage);
    }
    let list = list(&candidates);
    let named = by_reference(candidates, choice, &list)?;
    let wanted = match &choice.platform {
        PlatformChoice::All => return Ok(named),
        PlatformChoice::One(platform) => platform.clone(),
        PlatformChoice::Default if named.len() == 1 => return Ok(named),
        PlatformChoice::Default => Platform::new("linux", "amd64"),
    };
    let fitting: Vec<_> = named
        .into_iter()
        .filter(|candidate| candidate.platform.serves(&wanted))
        .collect();
    match fitting.len() {
        0 => Err(ImageError::NoSuchPlatform {
            wanted: wanted.to_string(),
            list,
        }),
        1 => Ok(fitting),
        _ => Err(ImageError::Several { list }),
    }
}

fn by_reference(
    candidates: Vec<Candidate>,
    choice: &Choice,
    list: &[String],
) -> Result<Vec<Candidate>, ImageError> {
    let Some(reference) = &choice.reference else {
        let group = |candidate: &Candidate| candidate.names.first().cloned();
        let first = candidates.first().and_then(group);
        let is_one = candidates.iter().all(|candidate| group(candidate) == first);
        return if is_one {
            Ok(candidates)
        } else {
            Err(ImageError::Several {
                list: list.to_vec(),
            })
        };
    };
    let number = reference
        .strip_prefix('#')
        .and_then(|digits| digits.parse::<usize>().ok());
    let meant: Vec<_> = (1..)
        .zip(candidates)
        .filter(|(n, candidate)| Some(*n) == number || is_called(candidate, reference))
        .map(|(_, candidate)| candidate)
        .collect();
    if meant.is_empty() {
        return Err(ImageError::NoSuchImage {
            name: reference.clone(),
            list: list.to_vec(),
        });
    }
    Ok(meant)
}

/// Whether `reference` is one of the candidate's digests, names, or the tag of one of its names.
fn is_called(candidate: &Candidate, reference: &str) -> bool {
    let digest = reference.rsplit('@').next().unwrap_or(reference);
    if let Ok(digest) = digest.parse::<Digest>() {
        return candidate.digests.contains(&digest);
    }
    let wanted = reference.parse::<ImageName>().ok();
    candidate.names.iter().any(|name| {
        let same_image = || {
            let name = name.parse::<ImageName>().ok()?;
            Some(name.means_same(wanted.as_ref()?))
        };
        let same_tag = || {
            name.rsplit_once(':')
                .is_some_and(|(_, tag)| tag == reference)
        };
        name == reference || same_image() == Some(true) || same_tag()
    })
}

/// One line for each image, as the errors show them: number, names, platform, digest.
fn list(candidates: &[Candidate]) -> Vec<String> {
    (1..)
        .zip(candidates)
        .map(|(n, candidate)| {
            let names = candidate.names.join(", ");
            let digest = candidate.digests.first().map(|digest| digest.to_short());
            let parts = [
                names,
                candidate.platform.to_string(),
                digest.unwrap_or_default(),
            ];
            let text: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            format!("#{n} {}", text.join("  "))
        })
        .collect()
}
