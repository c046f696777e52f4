//! In whose manner an image is read and judged.

/// In whose manner an image is read and judged where Trivy is wrong and we are not.
///
/// What differs is listed in docs/compatibility.md, with who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Manner {
    /// As it is right.
    #[default]
    Own,
    /// As Trivy does, faults included.
    Trivy,
}

impl Manner {
    /// Whether Trivy's faults are wanted.
    pub const fn is_trivy(self) -> bool {
        matches!(self, Self::Trivy)
    }
}
