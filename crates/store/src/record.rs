//! Facts as bytes: the SHA-256 of what follows, then postcard in zstd.

use policy::image_policy::ImageFacts;
use sha2::{Digest as _, Sha256};

use crate::StoreError;

/// Bytes of facts when they are unpacked.
const MAX_BYTES: usize = 64 << 20;

const DIGEST_BYTES: usize = 32;

pub(super) fn write(facts: &ImageFacts) -> Result<Vec<u8>, StoreError> {
    let plain =
        postcard::to_stdvec(facts).map_err(|_other| StoreError::Damaged("facts do not fit"))?;
    let packed = zstd::bulk::compress(&plain, 1)
        .map_err(|_other| StoreError::Damaged("facts do not fit"))?;
    let mut record = Sha256::digest(&packed).to_vec();
    record.extend(packed);
    Ok(record)
}

pub(super) fn read(record: &[u8]) -> Result<ImageFacts, StoreError> {
    let damaged = StoreError::Damaged("what it knows of an image is not what was kept");
    let Some((digest, packed)) = record.split_at_checked(DIGEST_BYTES) else {
        return Err(damaged);
    };
    if Sha256::digest(packed).as_slice() != digest {
        return Err(damaged);
    }
    let Ok(plain) = zstd::bulk::decompress(packed, MAX_BYTES) else {
        return Err(damaged);
    };
    postcard::from_bytes(&plain).map_err(|_other| damaged)
}
