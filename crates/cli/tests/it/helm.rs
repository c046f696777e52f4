//! The Helm chart, rendered by Helm's own code: `tests/helm` holds it against what `install` writes.

use std::path::Path;
use std::process::Command;

use crate::program::Sandbox;

#[test]
#[ignore = "needs Go and the modules of Helm: `.ci/run` runs it where they are"]
#[expect(clippy::disallowed_methods, reason = "Go's own tool runs its tests")]
fn the_chart_renders_what_install_writes() {
    let sandbox = Sandbox::new();
    let run = sandbox.run(
        "install --mode webhook --namespace ship --server-image registry.example/seaworthy:0.1.0 --out out",
    );
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let module = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/helm");
    let run = Command::new("go")
        .args(["test", "-count=1", "-v", "-mod=readonly", "."])
        .current_dir(module)
        .env("GOPROXY", "off")
        .env("SEAWORTHY_INSTALL", sandbox.path("out"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{errors}");
    assert!(!said.contains("--- SKIP"), "{said}");
}
