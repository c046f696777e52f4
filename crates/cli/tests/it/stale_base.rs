//! Whether the base of an image is still what its tag names, asked of a registry in this process.

use serde_json::{Value, json};
use testkit::{Answer, Asked, Registry, Reply, SavedImage, answer, push};

use crate::program::Sandbox;

const OS: (&str, &str) = ("etc/os-release", "ID=debian\nVERSION_ID=13\n");

#[test]
fn a_base_that_moved_on_is_a_flaw_and_one_that_nobody_has_is_a_gap() {
    for (name, moved, flaws, gaps) in [
        ("base:1", Moved::No, 0, 0),
        ("base:1", Moved::On, 1, 0),
        ("base:1", Moved::Away, 0, 1),
        // squashed: fewer layers than the base
        ("base:1", Moved::Apart, 0, 0),
        // nobody but the image's own registry and Docker Hub is asked
        ("10.0.0.1/base:1", Moved::On, 0, 0),
    ] {
        let registry = registry(name, moved);
        let sandbox = Sandbox::new();
        let host = registry.host();
        let run = sandbox.run(&format!("image {host}/app:1 -f json"));
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let found = |pointer: &str, key: &str, value: &str| {
            let list = report.pointer(pointer).and_then(Value::as_array);
            let is_it = |it: &&Value| it[key].as_str().is_some_and(|it| it.contains(value));
            list.map_or(0, |list| list.iter().filter(is_it).count())
        };
        let stale = found("/Seaworthy/Hygiene/Flaws", "RuleID", "BAS-STALE");
        let untold = found("/Seaworthy/Gaps", "Why", "which image this base is by now");
        assert_eq!(
            (stale, untold),
            (flaws, gaps),
            "{name} {moved:?}: {}",
            run.stdout
        );
    }
}

#[test]
fn who_does_not_ask_for_the_rule_asks_no_registry_about_the_base() {
    for options in ["--scanners vuln", "--rules USR"] {
        let registry = registry("base:1", Moved::On);
        let host = registry.host();
        Sandbox::new().run(&format!("image {host}/app:1 {options}"));
        let asked = registry.asked();
        assert!(
            asked.iter().any(|it| it.path.contains("/app/")),
            "{options}"
        );
        assert!(
            !asked.iter().any(|it| it.path.contains("/base/")),
            "{options}"
        );
    }
}

/// What became of the base since the image was built.
#[derive(Debug, Clone, Copy)]
enum Moved {
    /// Nothing.
    No,
    /// Its tag names an image with another layer.
    On,
    /// Nobody has it any more.
    Away,
    /// It has more layers than what was built on it.
    Apart,
}

/// A registry that holds `app`, whose label says that it is built on `name` there.
fn registry(name: &'static str, moved: Moved) -> Registry {
    Registry::start(move |asked: &Asked| {
        if asked.path.contains("/base/") {
            let base = match moved {
                Moved::Away => return Reply::Whole(Answer::status(404)),
                Moved::No => SavedImage::new().layer(&[OS]),
                Moved::On => SavedImage::new().layer(&[OS, ("etc/new", "1")]),
                Moved::Apart => SavedImage::new().layer(&[OS]).layer(&[OS]).layer(&[OS]),
            };
            return answer(&push(&base).unwrap(), asked);
        }
        let host = asked.headers.get("host").map_or("", String::as_str);
        let base = if name.contains('/') {
            name.to_owned()
        } else {
            format!("{host}/{name}")
        };
        let app = SavedImage::new()
            .label("org.opencontainers.image.base.name", &base)
            .layer(&[OS])
            .layer(&[("app/run", "1")]);
        answer(&push(&app).unwrap(), asked)
    })
    .unwrap()
}

#[test]
fn the_report_says_what_the_tag_names_by_now() {
    let registry = registry("base:1", Moved::On);
    let host = registry.host();
    let run = Sandbox::new().run(&format!("image {host}/app:1 -f json"));
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let newest = SavedImage::new().layer(&[OS, ("etc/new", "1")]);
    let top = push(&newest).unwrap().top.to_string();
    assert_eq!(
        report.pointer("/Seaworthy/Hygiene/Base/Newer"),
        Some(&json!(top))
    );
}
