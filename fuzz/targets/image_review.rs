//! Reviews of images: see `fuzzing::image_review` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::image_review::check(input));
