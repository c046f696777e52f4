//! The nouns of Seaworthy: plain data that every other crate speaks in.
//!
//! Nothing here reads, decides or prints. A value that exists is right: constructors parse, so that
//! no later step has to check again.

mod advisory;
pub mod card;
mod config;
mod counted;
mod details;
mod digest;
mod finding;
mod flaw;
mod gap;
mod image_name;
mod keep;
mod language;
mod layer;
mod leak;
mod limits;
mod manner;
mod os;
mod package;
mod path;
mod platform;
mod purl;
mod report;
mod rule;
mod running;
mod severity;
mod tree;
mod vendor;

pub use advisory::{Advisory, Affected, Confidence, Eol, Epss, Kev, Range, Status, Upper};
pub use card::{Grade, Mark};
pub use config::{ContainerConfig, Empty, Healthcheck, History, ImageConfig, RootFs};
pub use counted::counted;
pub use details::{DataSource, Details};
pub use digest::{BadDigest, Digest};
pub use finding::{Finding, Group, Part, WaivedFinding};
pub use flaw::{
    Base, BaseEvidence, Deduction, Evidence, Flaw, Hygiene, LayerUse, Newest, Slim, SlimLevel,
};
pub use gap::{Gap, GapKind, Gaps, hides};
pub use image_name::{BadImageName, ImageName};
pub use keep::Keep;
pub use language::Language;
pub use layer::Layer;
pub use leak::{Leak, LeakState, Place, Proof, Secret, ShownLine, WaivedLeak};
pub use limits::Limits;
pub use manner::Manner;
pub use os::{Os, OsFamily};
pub use package::{Build, Package, PackageFormat};
pub use path::{ImagePath, split_path};
pub use platform::{BadPlatform, Platform};
pub use purl::Purl;
pub use report::{
    DataAge, DataOrigin, EolNotice, Hidden, Image, Report, Signature, Target, TargetKind,
};
pub use rule::{Change, Edit, Judgement, Misconfiguration, Rule, Spot, Waiver};
pub use running::{Program, Running, is_elsewhere};
pub use severity::{Rating, SEVERITY_SOURCES, Score, Severity};
pub use tree::{Content, Entry, EntryKind, Tree, TreeFull};
