//! Reports of Trivy: see `fuzzing::trivy_report` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::trivy_report::check(input));
