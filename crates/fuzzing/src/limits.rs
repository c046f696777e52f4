//! Limits so small that a fuzzer, whose inputs are small too, reaches every one of them.

use model::Limits;

/// Returns limits that inputs of a few kilobytes exceed.
pub(crate) fn small() -> Limits {
    Limits {
        manifest_bytes: 4 << 10,
        config_bytes: 4 << 10,
        index_entries: 16,
        index_depth: 3,
        layers: 4,
        tree_entries: 64,
        tree_name_bytes: 2 << 10,
        selected_bytes: 2 << 10,
        path_bytes: 256,
        path_depth: 16,
        link_hops: 8,
        tar_header_bytes: 4 << 10,
        file_bytes: 8 << 10,
        files_bytes: 16 << 10,
        zstd_window_log: 20,
        packages: 16,
        owned_files: 32,
        package_links: 32,
        gaps_of_a_kind: 3,
        ..Limits::default()
    }
}
