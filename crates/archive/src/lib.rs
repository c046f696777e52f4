//! Bounded readers of tar, gzip and zstd.
