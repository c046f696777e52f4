//! Admission reviews: see `fuzzing::admission_review` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::admission_review::check(input));
