//! What is found in images of packages, with advisories written here and with the built-in facts.

#![cfg(test)]

#[path = "it/build.rs"]
mod build;
#[path = "it/embedded.rs"]
mod embedded;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/imported.rs"]
mod imported;
#[path = "it/labels.rs"]
mod labels;
#[path = "it/languages.rs"]
mod languages;
#[path = "it/many.rs"]
mod many;
#[path = "it/modules.rs"]
mod modules;
#[path = "it/redhat.rs"]
mod redhat;
#[path = "it/suppliers.rs"]
mod suppliers;
#[path = "it/trivy.rs"]
mod trivy;
#[path = "it/written.rs"]
mod written;
