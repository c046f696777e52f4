//! Manifests made to exhaust, confuse or steer: an answer or a gap, in bounded time and memory.

use crate::program::{Run, Sandbox};

/// Kilobytes of address space: what the largest allowed input takes, and then some.
const MEMORY: usize = 1_500_000;

/// Seconds of processor time in a build for tests, which is some twenty times slower.
const SECONDS: usize = 60;

/// A name, a manifest, and what `scan` and `manifest` must say of it.
type Case = (&'static str, Vec<u8>, &'static str, &'static str);

const POD: &str =
    "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c}]}\n";

/// What multiplies: aliases, and what is kept for each of many items.
fn multiplying() -> Vec<Case> {
    let bomb = (1..10).fold("a0: &a0 [x, x]\n".to_owned(), |text, level| {
        let alias = format!("*a{}, ", level - 1).repeat(10);
        text + &format!("a{level}: &a{level} [{alias}]\n")
    });
    let long = format!(
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - &c {{name: {}}}\n{}",
        "n".repeat(1 << 20),
        "  - *c\n".repeat(10_000)
    );
    let duplicates = format!(
        "apiVersion: v1\nkind: List\nx: {{{}}}\nitems: [{}]\n",
        "a: 1, ".repeat(50_000),
        "{kind: Pod}, ".repeat(50_000)
    );
    let excessive = "excessive aliasing";
    vec![
        ("aliases", (bomb + POD).into(), excessive, excessive),
        ("aliases of a long name", long.into(), excessive, excessive),
        (
            "anchor to self",
            b"a: &a [*a]\n".into(),
            "contains itself",
            "contains itself",
        ),
        (
            "duplicates in lists",
            duplicates.into(),
            "does not look at",
            "has no containers",
        ),
    ]
}

/// What is deep.
fn deep() -> Vec<Case> {
    let block = |text: String, level| text + &" ".repeat(level) + "a:\n";
    [
        ("1,000 lists", "[".repeat(1_000) + &"]".repeat(1_000)),
        ("100,000 lists", "[".repeat(100_000) + &"]".repeat(100_000)),
        (
            "100,000 mappings",
            "{a: ".repeat(100_000) + &"}".repeat(100_000),
        ),
        ("100,000 lists of a block", "- ".repeat(100_000)),
        (
            "1,000 mappings of a block",
            (0..1_000).fold(String::new(), block),
        ),
        (
            "100,000 lists of JSON",
            "{\"a\":".to_owned() + &"[".repeat(100_000),
        ),
    ]
    .map(|(name, text)| (name, text.into(), "nested", "nested"))
    .into()
}

/// What is large.
fn large() -> Vec<Case> {
    let text = |bytes| format!("kind: Pod\ndata: {}\n", "x".repeat(bytes)).into_bytes();
    let limit = "more than 33554432 bytes";
    let nulls = "null\n---\n".repeat(1_000_000);
    vec![
        ("100 MB", text(100 << 20), limit, limit),
        (
            "31 MB",
            text(31 << 20),
            "missing 'apiVersion' key",
            "no containers",
        ),
        (
            "a million empty documents",
            "---\n".repeat(1_000_000).into(),
            "Invalid input",
            "there is no object in it",
        ),
        (
            "a million nulls",
            nulls.into(),
            "20000 documents",
            "100000 documents",
        ),
    ]
}

/// What is odd.
fn odd() -> Vec<Case> {
    let field = POD.replace("spec:", "x: 1\nspec:");
    let numbers = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {priority: 99999999999999999999, containers: \
                   [{name: c, securityContext: {runAsUser: -9223372036854775809, runAsGroup: 1e400}}]}\n";
    vec![
        (
            "not UTF-8",
            b"kind: Pod\nname: \xff\xfe\n".into(),
            "Yaml: ",
            "invalid UTF-8",
        ),
        ("half UTF-16", b"\xff\xfea".into(), "Yaml: ", "UTF-16"),
        ("NUL", b"kind: Pod\0\n".into(), "Yaml: line 1", "1:10"),
        (
            "unknown kind",
            b"apiVersion: a/v1\nkind: X\n".into(),
            "could not find schema",
            "1 without a pod",
        ),
        (
            "unknown field",
            field.into(),
            "additional properties",
            ", 1 not allowed",
        ),
        (
            "large numbers",
            numbers.into(),
            "got string, want null or integer",
            "got string, want",
        ),
    ]
}

#[test]
fn every_manifest_is_answered_within_limits() {
    let sandbox = Sandbox::new();
    let mut wrong = Vec::new();
    for (name, bytes, scan, manifest) in [multiplying(), deep(), large(), odd()].concat() {
        sandbox.write("bad.yaml", &bytes);
        for (command, want) in [
            ("scan bad.yaml", scan),
            ("scan bad.yaml --strict-documents -f table", ""),
            ("manifest bad.yaml --pss restricted", manifest),
            ("manifest bad.yaml --pss restricted -f json", ""),
        ] {
            let run = bounded(&sandbox, command);
            let said = format!("{}{}", run.stdout, run.stderr);
            let is_answer = matches!(run.code, Some(0..=3)) && !said.contains("internal error");
            if !is_answer || !said.contains(want) {
                let shown: String = said.chars().take(400).collect();
                wrong.push(format!("{name}: {command}: {:?}: {shown}", run.code));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs it with little memory and time.
fn bounded(sandbox: &Sandbox, arguments: &str) -> Run {
    sandbox.shell(&format!(
        "ulimit -v {MEMORY}; ulimit -t {SECONDS}; exec \"$0\" {arguments}"
    ))
}

/// A colour, a NUL, a bell, a C1 control, a mark that turns the reading round, a forged line.
const EVIL: &str = "\\u001b[31mred\\u0000\\u0007\\u009b2J\\u202egnp\\r\\n0 objects";

#[test]
fn names_do_not_act_on_a_terminal() {
    let name = format!("name: \"{EVIL}\"");
    let sandbox = Sandbox::new().with("CLICOLOR_FORCE", "1");
    for (file, text) in [
        (
            "pod",
            POD.replace("name: a", &format!("{name}, namespace: \"{EVIL}\"")),
        ),
        ("container", POD.replace("name: c", &name)),
        (
            "kind",
            format!("apiVersion: \"{EVIL}\"\nkind: \"{EVIL}\"\nspec: 1\n"),
        ),
        (
            "field",
            POD.replace("spec:", &format!("\"{EVIL}\": 1\nspec:")),
        ),
        (
            "json",
            format!("{{\"kind\": \"Pod\", \"{EVIL}\": 1, \"{EVIL}\": 2}}"),
        ),
        ("source", format!("# Source: \u{202e}\u{9b}x\n{POD}")),
        ("separator", format!("{POD}--- \u{1b}[2J\u{9b}\n{POD}")),
    ] {
        sandbox.write(&format!("{file}\u{9b}.yaml"), text);
        assert_shows(&sandbox, &format!("{file}\u{9b}.yaml"));
    }
}

#[track_caller]
fn assert_shows(sandbox: &Sandbox, path: &str) {
    let template = "{{range .}}{{.Object}}{{.Message}}{{.FileName}}{{end}}";
    let commands: [&[&str]; 7] = [
        &["scan", path],
        &["scan", path, "-f", "table"],
        &["scan", path, "-f", "template", "-t", template],
        &["scan", path, "--strict-documents"],
        &["manifest", path, "--pss", "restricted"],
        &["manifest", path, "--pss", "restricted", "-f", "json"],
        &["manifest", path, "--pss-from-namespace"],
    ];
    for arguments in commands {
        let run = sandbox.run_with(arguments);
        let said = format!("{}{}", run.stdout, run.stderr);
        let acts = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(said.chars().find(acts), None, "{arguments:?}: {said:?}");
        let forged = "\n0 objects\n";
        assert!(!said.contains(forged), "{arguments:?}: {said}");
    }
}
