//! YAML and JSON as a tree with positions, with kubectl's semantics.
