//! The whole program, run as its users run it.
//!
//! Images of the corpus are beside the project (CONTRIBUTING.md); where they are not, the tests say
//! what they skipped. What a test makes itself is made by `testkit::SavedImage`.

#![cfg(test)]

#[path = "it/apiserver.rs"]
mod apiserver;
#[path = "it/check.rs"]
mod check;
#[path = "it/compat.rs"]
mod compat;
#[path = "it/db_build.rs"]
mod db_build;
#[path = "it/db_import.rs"]
mod db_import;
#[path = "it/db_signed.rs"]
mod db_signed;
#[path = "it/db_update.rs"]
mod db_update;
#[path = "it/db_update_feeds.rs"]
mod db_update_feeds;
#[path = "it/debian_registry.rs"]
mod debian_registry;
#[path = "it/determinism.rs"]
mod determinism;
#[path = "it/diff.rs"]
mod diff;
#[path = "it/doctor.rs"]
mod doctor;
#[path = "it/exit_codes.rs"]
mod exit_codes;
#[path = "it/flaws.rs"]
mod flaws;
#[path = "it/forms.rs"]
mod forms;
#[path = "it/helm.rs"]
mod helm;
#[path = "it/hostile.rs"]
mod hostile;
#[path = "it/hostile_manifests.rs"]
mod hostile_manifests;
#[path = "it/ignored.rs"]
mod ignored;
#[path = "it/image_rules.rs"]
mod image_rules;
#[path = "it/images.rs"]
mod images;
#[path = "it/install.rs"]
mod install;
#[path = "it/judge.rs"]
mod judge;
#[path = "it/kubesec.rs"]
mod kubesec;
#[path = "it/lint.rs"]
mod lint;
#[path = "it/manifest.rs"]
mod manifest;
#[path = "it/offline.rs"]
mod offline;
#[path = "it/outputs.rs"]
mod outputs;
#[path = "it/platforms.rs"]
mod platforms;
#[path = "it/policies.rs"]
mod policies;
#[path = "it/program.rs"]
mod program;
#[path = "it/refusals.rs"]
mod refusals;
#[path = "it/registry.rs"]
mod registry;
#[path = "it/registry_faults.rs"]
mod registry_faults;
#[path = "it/safe_output.rs"]
mod safe_output;
#[path = "it/secrets.rs"]
mod secrets;
#[path = "it/serve.rs"]
mod serve;
#[path = "it/serve_digests.rs"]
mod serve_digests;
#[path = "it/serve_faults.rs"]
mod serve_faults;
#[path = "it/serve_objects.rs"]
mod serve_objects;
#[path = "it/serve_service.rs"]
mod serve_service;
#[path = "it/server.rs"]
mod server;
#[path = "it/settings.rs"]
mod settings;
#[path = "it/small_databases.rs"]
mod small_databases;
#[path = "it/stale_base.rs"]
mod stale_base;
#[path = "it/trivy.rs"]
mod trivy;
#[path = "it/trivy_data.rs"]
mod trivy_data;
#[path = "it/trivy_face.rs"]
mod trivy_face;
#[path = "it/trivy_settings.rs"]
mod trivy_settings;
#[path = "it/trivy_severity.rs"]
mod trivy_severity;
#[path = "it/truth.rs"]
mod truth;
