//! What people read about a flaw, and whose words on it were used.

use serde::{Deserialize, Serialize};

/// What is known of a flaw for people.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// One line; may be empty.
    pub title: String,
    /// A paragraph or more; may be empty.
    pub description: String,
    /// Weaknesses, `CWE-787`, in the publisher's order.
    pub cwe_ids: Vec<String>,
    /// Addresses to read on, in the publisher's order.
    pub references: Vec<String>,
    /// When it was published, as RFC 3339; may be empty.
    pub published: String,
    /// When it was last changed, as RFC 3339; may be empty.
    pub modified: String,
}

/// Where an advisory comes from, in Trivy's words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DataSource {
    /// Trivy's id: `ghsa`, `debian`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Where it publishes.
    pub url: String,
    /// The id of the source that it builds on; mostly empty.
    pub base_id: String,
}
