//! What can be wrong with a database, and where.

/// Why a database, or a part of it, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseError {
    /// The first bytes are not those of a database.
    #[error("advisory database: these are not the bytes of an advisory database")]
    NotADatabase,
    /// It was written by a newer program.
    #[error(
        "{place}: its format {found} is newer than format {known}, the newest that this program \
         reads"
    )]
    TooNew {
        /// The database or the shard.
        place: String,
        /// The format that it has.
        found: u8,
        /// The newest format that is known here.
        known: u8,
    },
    /// Its bytes are not those that were written.
    #[error("{place}: {damage}")]
    Broken {
        /// The shard, and the block or row in it.
        place: String,
        /// What is wrong there.
        damage: Damage,
    },
}

impl DatabaseError {
    pub(crate) fn broken(place: impl Into<String>, damage: Damage) -> Self {
        Self::Broken {
            place: place.into(),
            damage,
        }
    }

    /// Says what to do about it, if that is known.
    pub const fn next(&self) -> Option<&'static str> {
        match self {
            Self::NotADatabase => None,
            Self::TooNew { .. } => Some("update seaworthy, or use an older database"),
            Self::Broken { .. } => Some("fetch or build the database again"),
        }
    }
}

/// What is wrong with a part of a database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It ends too early.
    #[error("it ends too early")]
    Truncated,
    /// Bytes follow that nothing speaks of.
    #[error("{0} bytes too many follow")]
    Trailing(usize),
    /// Its SHA-256 is not the one that is written beside it.
    #[error("its digest does not fit its bytes")]
    Digest,
    /// What stands behind the last shard is no signature of this database.
    #[error("its signature does not fit its bytes")]
    Signature,
    /// It does not decompress to what it says.
    #[error("it does not decompress to the {0} bytes that it declares")]
    Compression(usize),
    /// It decompresses, or expands, to more than is allowed.
    #[error("it expands to {bytes} bytes, more than the {limit} allowed")]
    TooLarge {
        /// What it expands to.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// The file that it stands in cannot be read there.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// It decodes to nothing that makes sense.
    #[error("it cannot be decoded")]
    Encoding,
    /// Its entries are not in ascending order.
    #[error("its entries are not in order")]
    Order,
    /// It holds another number of entries than it declares.
    #[error("it declares {declared} entries and holds {found}")]
    Count {
        /// What the head says.
        declared: usize,
        /// What is there.
        found: usize,
    },
}
