//! The list of `rpm -qa`: see `fuzzing::rpmqa` for what this proves.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| fuzzing::rpmqa::check(input));
