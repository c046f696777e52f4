//! House rules, snapshot, examples and benchmarks.
fn main() {}
