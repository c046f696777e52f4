//! The headers before a member that say more about it: PAX records and the long names of GNU tar.
//!
//! Where they disagree about a name, the image must be read as what runs it reads it: Docker,
//! containerd and Podman all use Go's `archive/tar`. There a long name of GNU tar counts before a PAX
//! record, wherever each stands, and an empty record says nothing.

use std::borrow::Cow;

use tar_core::parse::ParsedEntry;
use tar_core::{EntryType, HEADER_SIZE, Header};

/// One such header and its payload, as far as it is in the buffer.
struct Metadata<'a> {
    kind: EntryType,
    size: u64,
    payload: &'a [u8],
}

/// Whether one of them is larger than `limit`.
///
/// The parser would say so itself, but it adds their sizes before it looks, and a size near 2^64
/// makes the sum overflow. Here each header that the parser meets on its way through `input` is
/// looked at before it: the same types, at the same places.
pub(super) fn is_too_long(input: &[u8], limit: u64) -> bool {
    Walk { rest: input }.any(|metadata| metadata.size > limit)
}

/// Returns the path and the target of the entry that was parsed from `input`.
pub(super) fn names<'a>(
    input: &'a [u8],
    entry: &'a ParsedEntry<'_>,
) -> (Cow<'a, [u8]>, Cow<'a, [u8]>) {
    let mut path = Cow::Borrowed(&*entry.path);
    let mut target = Cow::Borrowed(entry.link_target.as_deref().unwrap_or_default());
    if path.is_empty() {
        path = written_path(entry.header);
    }
    if target.is_empty() {
        target = Cow::Borrowed(entry.header.link_name_bytes());
    }
    if entry.pax.is_some() {
        let long = |metadata: &Metadata<'a>| {
            let name = metadata.payload.split(|byte| *byte == 0).next();
            name.filter(|name| !name.is_empty()).map(Cow::Borrowed)
        };
        for metadata in (Walk { rest: input }) {
            if metadata.kind == EntryType::GnuLongName {
                path = long(&metadata).unwrap_or(path);
            } else if metadata.kind == EntryType::GnuLongLink {
                target = long(&metadata).unwrap_or(target);
            }
        }
    }
    (path, target)
}

/// The path in the header itself.
fn written_path(header: &Header) -> Cow<'_, [u8]> {
    let name = header.path_bytes();
    match header.prefix().filter(|prefix| !prefix.is_empty()) {
        Some(prefix) => Cow::Owned([prefix, b"/", name].concat()),
        None => Cow::Borrowed(name),
    }
}

/// Goes from header to header until the member's own.
struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Walk<'a> {
    type Item = Metadata<'a>;

    fn next(&mut self) -> Option<Metadata<'a>> {
        let mut was_zero = false;
        loop {
            let (block, behind) = self.rest.split_first_chunk::<HEADER_SIZE>()?;
            self.rest = behind;
            let is_zero = block.iter().all(|&byte| byte == 0);
            if is_zero && was_zero {
                return None;
            }
            was_zero = is_zero;
            if !is_zero {
                let header = Header::from_bytes(block);
                return self.payload_of(header);
            }
        }
    }
}

impl<'a> Walk<'a> {
    fn payload_of(&mut self, header: &Header) -> Option<Metadata<'a>> {
        let kind = header.entry_type();
        if !is_metadata(header) {
            self.rest = &[];
            return None;
        }
        let size = header.entry_size().ok()?;
        let bytes = usize::try_from(size).unwrap_or(usize::MAX);
        let payload = self.rest.get(..bytes).unwrap_or(self.rest);
        let padded = bytes.checked_next_multiple_of(HEADER_SIZE);
        self.rest = padded
            .and_then(|padded| self.rest.get(padded..))
            .unwrap_or_default();
        Some(Metadata {
            kind,
            size,
            payload,
        })
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type is a member, or stands alone"
)]
fn is_metadata(header: &Header) -> bool {
    match header.entry_type() {
        EntryType::GnuLongName | EntryType::GnuLongLink | EntryType::XHeader => {
            header.is_gnu() || header.is_ustar()
        }
        _ => false,
    }
}
