//! What Dockle and dive say: see `fuzzing::lint` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::lint::check(input));
