//! What is known of an image before rules look at it: plain data that is handed in.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{
    Base, Content, EolNotice, Finding, ImageConfig, ImagePath, LayerUse, Leak, Limits, Os, Package,
    Tree,
};

use crate::Notes;

/// What is judged.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The configuration; `None` of an unpacked root.
    pub config: Option<&'a ImageConfig>,
    /// Names under which the image was asked for.
    pub names: &'a [String],
    /// Its layers, lowest first; none of an unpacked root.
    pub layers: &'a [LayerUse],
    /// The files of all layers as a container sees them.
    pub tree: &'a Tree,
    /// What was noted of each layer's files, lowest first.
    pub notes: &'a [Option<&'a Notes>],
    /// Contents of files that were read beside the notes.
    pub fetched: &'a BTreeMap<Content, Vec<u8>>,
    /// Installed packages and the files that they own.
    pub packages: &'a [Package],
    /// Checksums, `md5:…` or `sha1:…`, that databases of packages give the files that [`crate::compared`]
    /// asks for.
    pub brought: &'a BTreeMap<ImagePath, Vec<String>>,
    /// The distribution.
    pub os: Option<&'a Os>,
    /// Its end of life.
    pub eol: Option<&'a EolNotice>,
    /// What is known to be wrong with the packages; `None` if nobody looked.
    pub findings: Option<&'a [Finding]>,
    /// Secrets; `None` if nobody looked.
    pub leaks: Option<&'a [Leak]>,
    /// What the image is built on.
    pub base: Option<&'a Base>,
    /// Names of bases that are allowed, `*` at the end for any rest; empty for all.
    pub allowed_bases: &'a [String],
    /// The time that ages are counted from.
    pub now: Timestamp,
    /// What strangers may make us spend.
    pub limits: &'a Limits,
}
