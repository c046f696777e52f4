//! The whole program, run as its users run it.
//!
//! Images of the corpus are beside the project (CONTRIBUTING.md); where they are not, the tests say
//! what they skipped. What a test makes itself is made by `testkit::SavedImage`.

#![cfg(test)]

#[path = "it/forms.rs"]
mod forms;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/program.rs"]
mod program;
#[path = "it/trivy.rs"]
mod trivy;
#[path = "it/truth.rs"]
mod truth;
