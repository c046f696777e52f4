//! `seaworthy policy`: what is wrong with a policy, or doubtful, is told where it stands, and a table of tests
//! says what it must.

use crate::program::Sandbox;

const HEAD: &str =
    "apiVersion: seaworthy.dev/v1alpha1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n";

/// Rules that there are not, and what they are instead, are of the whole program: no crate knows all rules.
#[test]
fn a_rule_that_there_is_not_is_an_error() {
    let sandbox = Sandbox::new();
    for (rule, want) in [
        ("manifestRules: {ids: [CTR-PRIVILEGED, JOIN-*, \"*\"]}", ""),
        ("imageRules: {ids: [USR-ROOT], exceptIds: [FUN-*]}", ""),
        ("secrets: {ids: [aws-access-key]}", ""),
        (
            "manifestRules: {ids: [CTR-PRIVILGED]}",
            "6:37: no rule about manifests is called `CTR-PRIVILGED`; `seaworthy explain` lists the rules",
        ),
        (
            "manifestRules: {ids: [USR-ROOT]}",
            "6:37: no rule about manifests is called `USR-ROOT`, but one about images: name it in a rule with `imageRules`",
        ),
        (
            "imageRules: {ids: [usr-root]}",
            "6:34: no rule about images is called `usr-root`: write `USR-ROOT`",
        ),
        (
            "imageRules: {exceptIds: [JOIN-NOPE]}",
            "6:40: no rule about images is called `JOIN-NOPE`",
        ),
        (
            "imageRules: {ids: [SEC-ENV]}",
            "6:34: no rule about images is called `SEC-ENV`; what secrets an image may hold, `secrets` says",
        ),
        (
            "registries: {allow: [localhost:5000]}",
            "6:36: `localhost:5000` alone would be an image of Docker Hub: for all of a registry write `localhost:5000/**`",
        ),
        (
            "match: {namespaces: []}, gaps: {}",
            "6:35: `namespaces` is an empty list, which nothing fits",
        ),
    ] {
        let name = "name: a, ";
        sandbox.write("p.yaml", format!("{HEAD}  rules:\n  - {{{name}{rule}}}\n"));
        let run = sandbox.run("policy verify --policy p.yaml");
        if want.is_empty() {
            assert!(
                run.stderr.is_empty() && run.code == Some(0),
                "{rule}: {run:?}"
            );
        } else {
            let line = format!("error: p.yaml:{want}");
            assert!(run.stderr.starts_with(&line), "{line}\n{run:?}");
            assert_eq!(run.code, Some(2));
        }
        // whoever else reads it says the same
        let check = sandbox.run("check --policy p.yaml p.yaml");
        assert_eq!(check.code == Some(2), !want.is_empty(), "{rule}: {check:?}");
    }
}

#[test]
fn what_is_doubtful_is_a_warning_and_no_failure() {
    let sandbox = Sandbox::new();
    let rules = "  rules:\n  - {name: a, match: {labels: {team: a}}, gaps: {}}\n  - {name: b, registries: {allow: ['myreg:5000']}}\n";
    sandbox.write("p.yaml", format!("{HEAD}{rules}"));
    let run = sandbox.run("policy verify --policy p.yaml");
    assert_eq!(run.code, Some(0), "{run:?}");
    let lines: Vec<&str> = run.stdout.lines().collect();
    let want = [
        "p.yaml:6:31: warning: the rule does not concern what `/image-policy` asks: an ImageReview tells no labels of the object; use `namespaces` there",
        "p.yaml:7:36: warning: `myreg:5000` is the tag `5000` of the image `myreg` of Docker Hub; if a registry is meant, write `myreg:5000/**`",
    ];
    assert_eq!(lines[..2], want);
    assert!(
        lines[2].ends_with(": nothing is wrong with it, but see the 2 warnings"),
        "{run:?}"
    );
}
