//! Kubernetes objects with positions, and what is wrong with them.
//!
//! # Examples
//! ```
//! let file = b"kind: Pod\nmetadata: {name: web}\nspec: {hostPID: true, containers: []}\n";
//! let found = manifest::read("web.yaml", file, &yaml::Limits::default());
//! let pod = found.objects[0].pod().unwrap();
//! assert_eq!(pod.spec(&["hostPID"]).unwrap().position().to_string(), "3:17");
//! ```

mod bundle;
mod capability;
pub mod checks;
pub mod edit;
mod hits;
mod host_path;
mod input;
pub mod judge;
pub mod kubesec;
mod lifecycle;
mod masks;
mod network;
mod object;
mod pointer;
mod prelude;
mod probe;
pub mod pss;
mod quantity;
mod recipe;
mod reference;
mod rights;
mod scale;
pub mod schema;
mod secret;
mod selinux;
mod sysctl;
mod token;
mod volume;
mod workload;

pub use input::{Input, read};
pub use object::{Object, Source};
pub use workload::{Container, Pod, Role};
