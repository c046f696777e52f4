//! Kubernetes objects: see `fuzzing::manifest` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::manifest::check(input));
