//! Advisory shards and the tables in them.
