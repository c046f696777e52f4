//! Tar headers as bytes: the few that seeds need, and checksums that fit.

const BLOCK: usize = 512;

/// Returns a ustar member: header, data and padding.
pub(crate) fn member(kind: u8, name: &[u8], target: &[u8], data: &[u8]) -> Vec<u8> {
    let mut header = vec![0; BLOCK];
    put(&mut header, 0, name.get(..100).unwrap_or(name));
    put(&mut header, 100, b"0000644\0");
    put(&mut header, 108, b"0000000\0");
    put(&mut header, 116, b"0000000\0");
    put(
        &mut header,
        124,
        format!("{:011o}\0", data.len()).as_bytes(),
    );
    put(&mut header, 136, b"00000000000\0");
    put(&mut header, 156, &[kind]);
    put(&mut header, 157, target.get(..100).unwrap_or(target));
    put(&mut header, 257, b"ustar\x0000");
    let mut bytes = mended(&header);
    bytes.extend(data);
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    bytes
}

/// Returns the two zero blocks that end an archive.
pub(crate) fn end() -> Vec<u8> {
    vec![0; 2 * BLOCK]
}

/// Returns the bytes with the right checksum in every block that says `ustar`, which a fuzzer would
/// hardly ever guess.
pub(crate) fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for block in bytes.chunks_exact_mut(BLOCK) {
        if block.get(257..262) == Some(b"ustar") {
            put(block, 148, b"        ");
            let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
            put(block, 148, format!("{sum:06o}\0 ").as_bytes());
        }
    }
    bytes
}

/// Overwrites what is at `at`; what does not fit is left out.
pub(crate) fn put(bytes: &mut [u8], at: usize, with: &[u8]) {
    for (to, from) in bytes.iter_mut().skip(at).zip(with) {
        *to = *from;
    }
}
