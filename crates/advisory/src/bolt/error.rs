//! What can be wrong with a Bolt database, and on which page.

use std::io;

/// Why a Bolt database cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BoltError {
    /// Reading the file failed.
    #[error("bolt database: {0}")]
    Read(#[from] io::Error),
    /// Neither meta page is whole.
    #[error("these are not the bytes of a bolt database, or both of its meta pages are damaged")]
    NoMeta,
    /// The file is too long.
    #[error("bolt database: it has {bytes} bytes, more than the {limit} allowed")]
    TooLong {
        /// How long it is.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// A page is wrong.
    #[error("bolt database: page {page}: {damage}")]
    Page {
        /// Its number.
        page: u64,
        /// What is wrong.
        damage: PageDamage,
    },
}

/// What is wrong with a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageDamage {
    /// It lies behind the end of the file, wholly or in part.
    #[error("it does not lie within the file's {0} pages")]
    Outside(u64),
    /// Something else has it already.
    #[error("it is pointed at twice")]
    Twice,
    /// It calls itself by another number.
    #[error("it calls itself page {0}")]
    Number(u64),
    /// It is neither branch nor leaf, or a bucket within an inline bucket.
    #[error("it is of a kind that cannot stand here")]
    Kind,
    /// An element lies outside of it or upon another one.
    #[error("its element {0} lies outside of it, or upon another one")]
    Element(usize),
    /// The value of a bucket, or the page in it, is cut.
    #[error("it holds a bucket that is cut short")]
    Bucket,
    /// Keys are not in ascending order.
    #[error("its keys are not in order")]
    Order,
    /// It is longer than any page of a sound database.
    #[error("it has {bytes} bytes, more than the {limit} allowed")]
    TooLarge {
        /// How long it is.
        bytes: u64,
        /// What is allowed.
        limit: u64,
    },
    /// It lies too many steps below the root.
    #[error("it lies more than {0} steps below the root")]
    TooDeep(usize),
}

impl PageDamage {
    pub(super) const fn at(self, page: u64) -> BoltError {
        BoltError::Page { page, damage: self }
    }
}
