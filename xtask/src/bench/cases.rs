//! What is measured, against what, and how good it must be.

use std::error::Error;
use std::path::Path;

use super::measure::{Program, run};

/// One figure.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// File in the corpus.
    pub(super) image: &'static str,
    /// Whether the image was scanned before, with the same cache.
    pub(super) is_warm: bool,
    /// What `--scanners` says.
    pub(super) scanners: &'static str,
    pub(super) peer: Peer,
    pub(super) limit: Limit,
}

/// What ours is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// `pigz -dc` of the layers of bookworm-app, one after the other.
    Pigz,
    /// `sha256sum` of the archive.
    Sha256sum,
    /// Our own scan for known flaws alone.
    Vulnerabilities,
    /// Nothing: the figure stands alone.
    Nobody,
}

/// How good it must be.
#[derive(Clone, Copy)]
pub(super) enum Limit {
    /// Wall time as a multiple of the peer's.
    Ratio(f64),
    /// Wall time.
    Seconds(f64),
    /// Peak of resident memory, in units of 1,000,000 bytes.
    Megabytes(f64),
}

const fn cold(name: &'static str, image: &'static str, peer: Peer, limit: Limit) -> Case {
    Case {
        name,
        image,
        is_warm: false,
        scanners: "vuln",
        peer,
        limit,
    }
}

const fn warm(name: &'static str, image: &'static str, limit: Limit) -> Case {
    Case {
        name,
        image,
        is_warm: true,
        scanners: "vuln",
        peer: Peer::Sha256sum,
        limit,
    }
}

const fn memory(name: &'static str, image: &'static str, megabytes: f64) -> Case {
    Case {
        name,
        image,
        is_warm: false,
        scanners: ALL,
        peer: Peer::Nobody,
        limit: Limit::Megabytes(megabytes),
    }
}

/// What is looked for by default.
const ALL: &str = "vuln,secret,hygiene";

/// Every figure, in the order of docs/performance.md.
pub(super) static CASES: &[Case] = &[
    cold(
        "oci",
        "bookworm-app-oci.tar",
        Peer::Pigz,
        Limit::Ratio(0.45),
    ),
    cold(
        "docker-legacy",
        "bookworm-app-docker-legacy.tar",
        Peer::Pigz,
        Limit::Ratio(0.2),
    ),
    cold(
        "tar-gz",
        "bookworm-app-docker-legacy.tar.gz",
        Peer::Pigz,
        Limit::Ratio(0.75),
    ),
    cold(
        "zstd",
        "bookworm-app-zstd.tar",
        Peer::Pigz,
        Limit::Ratio(0.45),
    ),
    warm("oci-again", "bookworm-app-oci.tar", Limit::Ratio(0.4)),
    warm(
        "docker-legacy-again",
        "bookworm-app-docker-legacy.tar",
        Limit::Ratio(0.4),
    ),
    warm(
        "tar-gz-again",
        "bookworm-app-docker-legacy.tar.gz",
        Limit::Ratio(0.4),
    ),
    cold(
        "alpine",
        "alpine-310.tar.gz",
        Peer::Nobody,
        Limit::Seconds(0.03),
    ),
    memory("alpine-memory", "alpine-310.tar.gz", 20.0),
    cold(
        "million",
        "stress-million.tar",
        Peer::Nobody,
        Limit::Seconds(2.0),
    ),
    memory("million-memory", "stress-million.tar", 128.0),
    Case {
        scanners: "vuln,hygiene",
        ..cold(
            "oci-hygiene",
            "bookworm-app-oci.tar",
            Peer::Vulnerabilities,
            Limit::Ratio(1.05),
        )
    },
    Case {
        scanners: ALL,
        ..cold(
            "oci-all",
            "bookworm-app-oci.tar",
            Peer::Vulnerabilities,
            Limit::Ratio(1.6),
        )
    },
    memory("oci-memory", "bookworm-app-oci.tar", 64.0),
    memory(
        "docker-legacy-memory",
        "bookworm-app-docker-legacy.tar",
        64.0,
    ),
    memory("tar-gz-memory", "bookworm-app-docker-legacy.tar.gz", 64.0),
    memory("zstd-memory", "bookworm-app-zstd.tar", 64.0),
    memory("services-memory", "services.tar", 64.0),
    memory("db-in-layer-memory", "db-in-layer.tar", 64.0),
    memory("trixie-memory", "trixie-minimal.tar", 64.0),
    memory("sparse-memory", "stress-sparse.tar", 64.0),
];

impl Peer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Pigz => "pigz -dc",
            Self::Sha256sum => "sha256sum",
            Self::Vulnerabilities => "--scanners vuln",
            Self::Nobody => "-",
        }
    }

    /// Returns the program to run, made ready in `layers`.
    pub(super) fn program(
        self,
        image: &Path,
        layers: &Path,
    ) -> Result<Option<Program>, Box<dyn Error>> {
        match self {
            Self::Nobody | Self::Vulnerabilities => Ok(None),
            Self::Sha256sum => Ok(Some(Program::new("sha256sum").arg(image))),
            Self::Pigz => {
                let archive = image.with_file_name("bookworm-app-oci.tar");
                if !layers.exists() {
                    std::fs::create_dir(layers)?;
                    run(&Program::new("tar")
                        .arg("xf")
                        .arg(&archive)
                        .arg("-C")
                        .arg(layers))?;
                }
                let each = "for f in blobs/sha256/*; do case $(head -c2 $f | od -An -tx1) in \
                            *1f*8b*) pigz -dc $f > /dev/null;; esac; done";
                let script = format!("cd {} && {each}", layers.display());
                Ok(Some(Program::new("sh").arg("-c").arg(&script)))
            }
        }
    }
}
