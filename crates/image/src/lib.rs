//! Manifests, configs, archives, layouts and whiteouts: bytes to verified layers and one merged tree.
