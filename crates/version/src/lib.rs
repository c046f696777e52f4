//! Version orders: one file a scheme.
