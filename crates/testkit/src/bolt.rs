//! Writes Bolt databases as Trivy's are, for tests: small buckets inline, long values overflowing.

use std::collections::BTreeMap;

/// Bytes before the elements of a page, of each element, and before an inline bucket's page.
const HEAD: usize = 16;
/// Kinds of pages.
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
const META: u16 = 4;

/// A bucket, by key.
pub type BoltBucket = BTreeMap<Vec<u8>, BoltItem>;

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BoltItem {
    /// Bytes.
    Value(Vec<u8>),
    /// More keys.
    Bucket(BoltBucket),
}

/// An element: its first eight or four bytes beside the sizes, its key and its value.
struct Element {
    number: u64,
    key: Vec<u8>,
    value: Vec<u8>,
}

/// Returns the bytes of a database with pages of this size, a power of two from 512.
pub fn bolt(page_bytes: usize, root: &BoltBucket) -> Vec<u8> {
    let mut pages = Pages {
        page_bytes,
        bytes: vec![0; 2 * page_bytes],
    };
    let root = pages.bucket(root);
    for number in 0..2_u64 {
        let meta = meta(page_bytes, root, number);
        let page = page_head(number, META, 0, 0).into_iter().chain(meta);
        let at = usize::try_from(number).unwrap_or(0) * page_bytes;
        for (place, byte) in pages.bytes.iter_mut().skip(at).zip(page) {
            *place = byte;
        }
    }
    pages.bytes
}

struct Pages {
    page_bytes: usize,
    bytes: Vec<u8>,
}

impl Pages {
    /// Writes a bucket and all below it; returns its root page.
    fn bucket(&mut self, bucket: &BoltBucket) -> u64 {
        let elements = bucket.iter().map(|(key, item)| self.element(key, item));
        let mut elements: Vec<_> = elements.collect();
        let mut kind = LEAF;
        loop {
            let mut level = self.level(kind, elements);
            if level.len() == 1 {
                return level.remove(0).number;
            }
            (elements, kind) = (level, BRANCH);
        }
    }

    fn element(&mut self, key: &[u8], item: &BoltItem) -> Element {
        let (number, value) = match item {
            BoltItem::Value(value) => (0, value.clone()),
            BoltItem::Bucket(bucket) => (1, self.bucket_value(bucket)),
        };
        let key = key.to_vec();
        Element { number, key, value }
    }

    /// Returns what stands for a bucket in its parent: the page itself if it is small.
    fn bucket_value(&mut self, bucket: &BoltBucket) -> Vec<u8> {
        let holds_values = bucket.values().all(|it| matches!(it, BoltItem::Value(_)));
        if holds_values {
            let elements = bucket.iter().map(|(key, item)| self.element(key, item));
            let page = page(0, LEAF, 0, &elements.collect::<Vec<_>>());
            if page.len() <= self.page_bytes / 4 {
                return [vec![0; HEAD], page].concat();
            }
        }
        let root = self.bucket(bucket).to_le_bytes();
        [root, [0; 8]].concat()
    }

    /// Writes elements into as many pages as they need; returns what points at these.
    fn level(&mut self, kind: u16, elements: Vec<Element>) -> Vec<Element> {
        let mut above = Vec::new();
        let mut run: Vec<Element> = Vec::new();
        let mut size = HEAD;
        for element in elements {
            let more = HEAD + element.key.len() + element.value.len();
            if size + more > self.page_bytes && !run.is_empty() {
                above.push(self.write(kind, &std::mem::take(&mut run)));
                size = HEAD;
            }
            size += more;
            run.push(element);
        }
        above.push(self.write(kind, &run));
        above
    }

    fn write(&mut self, kind: u16, elements: &[Element]) -> Element {
        let number = u64::try_from(self.bytes.len() / self.page_bytes).unwrap_or(0);
        let length = page(number, kind, 0, elements).len();
        let overflow = length.div_ceil(self.page_bytes) - 1;
        let page = page(number, kind, overflow, elements);
        self.bytes.extend(page);
        let padded = self.bytes.len().next_multiple_of(self.page_bytes);
        self.bytes.resize(padded, 0);
        Element {
            number,
            key: elements.first().map_or(Vec::new(), |it| it.key.clone()),
            value: Vec::new(),
        }
    }
}

fn meta(page_bytes: usize, root: u64, transaction: u64) -> Vec<u8> {
    let mut meta = [0xED0C_DAED, 2, low(page_bytes), 0]
        .map(u32::to_le_bytes)
        .concat();
    let numbers = [root, 0, u64::MAX, 0, transaction];
    meta.extend(numbers.map(u64::to_le_bytes).concat());
    let checksum = meta.iter().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    meta.extend(checksum.to_le_bytes());
    meta
}

fn page(number: u64, kind: u16, overflow: usize, elements: &[Element]) -> Vec<u8> {
    let mut bytes = page_head(number, kind, elements.len(), overflow);
    let mut place = HEAD * elements.len();
    for element in elements {
        let (key, value) = (element.key.len(), element.value.len());
        let number = element.number.to_le_bytes();
        let sizes = if kind == BRANCH {
            [low(place).to_le_bytes(), low(key).to_le_bytes()].concat()
        } else {
            [low(place), low(key), low(value)]
                .map(u32::to_le_bytes)
                .concat()
        };
        let (before, after) = if kind == BRANCH { (0, 8) } else { (4, 0) };
        bytes.extend(number.iter().take(before));
        bytes.extend(sizes);
        bytes.extend(number.iter().take(after));
        place = place + key + value - HEAD;
    }
    for element in elements {
        bytes.extend(element.key.iter().chain(&element.value));
    }
    bytes
}

fn page_head(number: u64, kind: u16, count: usize, overflow: usize) -> Vec<u8> {
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let kinds = [kind, count].map(u16::to_le_bytes).concat();
    let number = number.to_le_bytes().to_vec();
    [number, kinds, low(overflow).to_le_bytes().to_vec()].concat()
}

fn low(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
