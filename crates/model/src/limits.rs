//! Every limit on what a stranger may make us spend, in one value.

use std::time::Duration;

/// How much time, memory, depth and count each reader may take.
///
/// Beyond a limit there is a [`crate::Gap`] or an error, never a panic and never swap. The
/// defaults are documented in SECURITY.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one manifest or index: 4 MiB, the distribution specification's advice.
    pub manifest_bytes: u64,
    /// Bytes of one image configuration.
    pub config_bytes: u64,
    /// References followed in one index, nested ones included.
    pub index_entries: usize,
    /// Indexes in indexes.
    pub index_depth: usize,
    /// Layers of one image.
    pub layers: usize,
    /// Members of one archive.
    pub archive_entries: usize,
    /// Uncompressed bytes of one layer.
    pub layer_bytes: u64,
    /// Uncompressed bytes of a whole compressed archive.
    pub archive_bytes: u64,
    /// Bytes that are kept of a pipe while it is read, on disk.
    pub spool_bytes: u64,
    /// Entries of one layer, and of the merged tree.
    pub tree_entries: usize,
    /// Bytes of all file names of one tree.
    pub tree_name_bytes: usize,
    /// Bytes that the trees of all layers may take until they are laid over each other.
    pub trees_bytes: usize,
    /// Bytes of the paths, and of what stands beside them, that are kept to look at files by name.
    pub selected_bytes: usize,
    /// Bytes of one path in a layer, and of the targets of all links on the way of one.
    pub path_bytes: usize,
    /// Components of one path in a layer.
    pub path_depth: usize,
    /// Links followed for one path: 40, as Linux.
    pub link_hops: usize,
    /// Bytes of metadata (PAX records, long names) before one tar entry.
    pub tar_header_bytes: u64,
    /// Bytes of one package database or other file that is read whole.
    pub file_bytes: u64,
    /// Bytes of all files of one layer that are read whole.
    pub files_bytes: u64,
    /// Bytes of a zstd window: 128 MiB (`window_log` 27), what `zstd` itself accepts by default.
    pub zstd_window_log: u32,
    /// Bytes of one text that are looked at for secrets.
    pub secret_text_bytes: u64,
    /// Bytes of one program that are looked at for secrets.
    pub secret_program_bytes: u64,
    /// Secrets of one file.
    pub secrets_of_a_file: usize,
    /// Secrets of one layer, and of one image.
    pub secrets: usize,
    /// Packages of one image.
    pub packages: usize,
    /// Files that packages own, of one image.
    pub owned_files: usize,
    /// Names that the packages of one database need or provide.
    pub package_links: usize,
    /// Advisories that are held against the packages of one image.
    pub judgements: usize,
    /// Findings of one image.
    pub findings: usize,
    /// Records of one kind of gap that are listed one by one; more are counted.
    pub gaps_of_a_kind: usize,
    /// Wall time of a whole scan.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        Self {
            manifest_bytes: 4 * MIB,
            config_bytes: 16 * MIB,
            index_entries: 1_000,
            index_depth: 8,
            layers: 1_000,
            archive_entries: 200_000,
            layer_bytes: 64 << 30,
            archive_bytes: 64 << 30,
            spool_bytes: 16 << 30,
            tree_entries: 4_000_000,
            tree_name_bytes: 256 << 20,
            trees_bytes: 1 << 30,
            selected_bytes: 64 << 20,
            path_bytes: 4_096,
            path_depth: 1_024,
            link_hops: 40,
            tar_header_bytes: MIB,
            file_bytes: 64 * MIB,
            files_bytes: 128 * MIB,
            zstd_window_log: 27,
            secret_text_bytes: 16 * MIB,
            secret_program_bytes: 64 * MIB,
            secrets_of_a_file: 100,
            secrets: 2_000,
            packages: 200_000,
            owned_files: 1_000_000,
            package_links: 1_000_000,
            judgements: 5_000_000,
            findings: 200_000,
            gaps_of_a_kind: 20,
            time: Duration::from_mins(5),
        }
    }
}
