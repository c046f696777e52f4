//! Archives and layouts of images, and the merging of their layers: see `fuzzing::image_layout` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::image_layout::check(input));
