//! What a report can be about, so that every format serves every command.

use model::{Judgement, Report};

use crate::View;

/// What a report is about.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// An image, or an unpacked root.
    Image(&'a Report),
    /// Kubernetes objects.
    Manifests(&'a Judgement),
}

/// All that one call answers.
#[derive(Debug, Clone, Copy)]
pub struct Answers<'a> {
    /// Each answer, and how the reader wants to see it.
    pub each: &'a [(Answer<'a>, View)],
    /// Whether the reader expects a list, even of one.
    pub is_list: bool,
}
