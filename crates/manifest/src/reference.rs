//! References to images, as pods have them.

use model::ImageName;

/// A reference to an image.
#[derive(Debug)]
pub(crate) struct Reference {
    name: ImageName,
    /// Whether it says its registry, and does not leave it to the runtime.
    pub names_registry: bool,
    /// Whether it has a digest, so that it always means the same image.
    pub is_pinned: bool,
}

impl Reference {
    /// Reads one, or says what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, &'static str> {
        // registries serve these, too; only the other part is looked at
        let (rest, is_sha512) = match text.split_once("@sha512:") {
            Some((rest, hex)) if hex.len() == 128 && hex.bytes().all(is_hex) => (rest, true),
            _ => (text, false),
        };
        if rest.len() == 64 && rest.bytes().all(is_hex) {
            return Err("it is the id of an image, which no registry knows");
        }
        let name: ImageName = rest.parse().map_err(|bad: model::BadImageName| bad.why())?;
        let first = rest.split_once('/').map(|(first, _)| first);
        Ok(Self {
            names_registry: first
                .is_some_and(|first| first.contains(['.', ':']) || first == "localhost"),
            is_pinned: is_sha512 || name.digest().is_some(),
            name,
        })
    }

    /// Returns the tag, which leads to other images as time goes by if it is not a version: that of
    /// [`MOVING`], or none, which is `latest`.
    pub(crate) fn moving_tag(&self) -> Option<&str> {
        let tag = self.name.tag().unwrap_or("latest");
        let is_moving = MOVING.contains(&tag);
        Some(tag).filter(|_| is_moving && !self.is_pinned)
    }

    /// Whether it means whatever is the latest.
    pub(crate) fn is_latest(&self) -> bool {
        !self.is_pinned && matches!(self.name.tag(), None | Some("latest"))
    }

    /// Returns the tag that it says.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.name.tag()
    }

    /// Returns the registry, `index.docker.io` for Docker Hub.
    pub(crate) fn registry(&self) -> &str {
        self.name.registry()
    }

    /// Returns the repository, with `library/` for Docker's official images.
    pub(crate) fn repository(&self) -> &str {
        self.name.repository()
    }
}

/// Tags that their owners move.
const MOVING: &[&str] = &[
    "canary", "current", "dev", "develop", "edge", "latest", "main", "master", "nightly",
    "rolling", "snapshot", "stable", "staging",
];

const fn is_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_references() {
        let hex = "0".repeat(64);
        for (text, want) in [
            ("nginx", "index.docker.io false false latest"),
            ("nginx:1.27", "index.docker.io false false -"),
            ("docker.io/nginx:edge", "index.docker.io true false edge"),
            ("localhost/a:1", "localhost true false -"),
            ("a/b:main", "index.docker.io false false main"),
            (
                &format!("r.io:5000/a@sha256:{hex}"),
                "r.io:5000 true true -",
            ),
            (&format!("r.io/a:1@sha512:{hex}{hex}"), "r.io true true -"),
            (&hex, "it is the id of an image, which no registry knows"),
            (
                "a@sha512:00",
                "its digest is malformed; it is sha256: and 64 hexadecimal digits",
            ),
        ] {
            let got = match Reference::parse(text) {
                Ok(reference) => format!(
                    "{} {} {} {}",
                    reference.registry(),
                    reference.names_registry,
                    reference.is_pinned,
                    reference.moving_tag().unwrap_or("-")
                ),
                Err(why) => why.to_owned(),
            };
            assert_eq!(got, want, "{text}");
        }
    }
}
