//! Bodies of the service: see `fuzzing::http_scan` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::http_scan::check(input));
