//! Scalars that stand in a file again and again: keys, kinds, images. One of them is kept for all.
//!
//! A table of fixed size, in which the newer of two with the same place wins: who makes texts that
//! meet there only loses the saving.

use std::sync::Arc;

use crate::node::{Content, Data};
use crate::tree::Found;

/// Places in the table; files have a few hundred words that repeat.
const PLACES: usize = 1 << 10;
/// Bytes of a text that may be kept; longer ones seldom repeat.
const MOST_BYTES: usize = 48;

#[derive(Debug, Default)]
pub(crate) struct Repeated {
    places: Vec<Option<Arc<Data>>>,
}

impl Repeated {
    /// Returns the data of a scalar, that of an equal one if it is still known.
    pub(crate) fn data(&mut self, found: Found<'_>) -> Arc<Data> {
        if found.text.len() > MOST_BYTES {
            return Arc::new(Data::new(content(found)));
        }
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let Some(place) = self.places.get_mut(place(found.text.as_bytes())) else {
            return Arc::new(Data::new(content(found)));
        };
        if let Some(data) = place.as_ref().filter(|data| is_same(data, &found)) {
            return Arc::clone(data);
        }
        let data = Arc::new(Data::new(content(found)));
        *place = Some(Arc::clone(&data));
        data
    }
}

fn content(found: Found<'_>) -> Content {
    Content::Scalar {
        value: found.value,
        text: found.text.into(),
        is_plain: found.is_plain,
    }
}

fn is_same(data: &Data, found: &Found<'_>) -> bool {
    let Content::Scalar {
        value,
        text,
        is_plain,
    } = &data.content
    else {
        return false;
    };
    &**text == found.text && *is_plain == found.is_plain && *value == found.value
}

/// FNV-1a, over few bytes.
fn place(text: &[u8]) -> usize {
    let mix = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    let hash = text.iter().fold(0x811c_9dc5, mix);
    usize::try_from(hash >> 16).unwrap_or(0) & (PLACES - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scalar::Scalar;

    #[test]
    fn only_what_is_equal_in_all_is_shared() {
        let found = |text, value, is_plain| Found {
            value,
            text,
            is_plain,
            anchor: 0,
        };
        let mut repeated = Repeated::default();
        let first = repeated.data(found("5", Scalar::Int(5), true));
        for (again, is_shared) in [
            (found("5", Scalar::Int(5), true), true),
            (found("5", Scalar::Text, false), false),
            (found("5", Scalar::Int(5), false), false),
            (found("6", Scalar::Int(6), true), false),
        ] {
            let mut repeated = Repeated::default();
            repeated.places.resize(PLACES, None);
            repeated.places.fill(Some(Arc::clone(&first)));
            let told = format!("{again:?}");
            let data = repeated.data(again);
            assert_eq!(Arc::ptr_eq(&first, &data), is_shared, "{told}");
        }
    }
}
