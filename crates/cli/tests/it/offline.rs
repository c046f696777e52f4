//! `--offline` opens no socket: where there is no network at all, nothing is missed.

use crate::images::shop_sandbox;
use crate::program::{Run, Sandbox};
use crate::small_databases::database;

/// Returns the word that starts a program in a network namespace that is empty, if that is permitted.
fn nowhere(sandbox: &Sandbox) -> Option<&'static str> {
    let ways = ["unshare -n", "unshare -r -n"];
    let is_permitted = |way: &&str| sandbox.shell(&format!("{way} true")).code == Some(0);
    let way = ways.into_iter().find(is_permitted);
    if way.is_none() {
        eprintln!("skipped: this machine permits no network namespace");
    }
    way
}

/// What strace sees of sockets; none where there is no strace.
fn sockets(sandbox: &Sandbox, command: &str) -> Option<String> {
    let has_strace = sandbox.shell("strace -o /dev/null true").code == Some(0);
    if !has_strace {
        eprintln!("skipped: there is no strace that works here");
        return None;
    }
    let line = format!(
        "strace -f -e trace=socket,connect -o trace.txt \"$0\" {command} > /dev/null; cat trace.txt"
    );
    Some(sandbox.shell(&line).stdout)
}

#[test]
fn what_needs_no_network_is_the_same_without_one() {
    let sandbox = shop_sandbox();
    sandbox.write("own.swdb", database("2026-11-25", 10, 10));
    std::fs::create_dir(sandbox.path("root")).unwrap();
    let Some(way) = nowhere(&sandbox) else { return };
    for command in [
        "image --input shop.tar --offline -f json",
        "image --input shop.tar -f json",
        "rootfs root --offline -f json",
        "db status",
        "db import own.swdb",
        "db export out.swdb",
        "db update --offline",
        "image registry.example/shop/api:1 --offline",
        "image registry.example/shop/api:1 --offline --image-src docker,remote",
    ] {
        let with = sandbox.run(command);
        let without = sandbox.shell(&format!("{way} \"$0\" {command}"));
        let after_import = |run: Run| Run {
            stdout: run
                .stdout
                .replace("it was in use already", "in use from now on"),
            ..run
        };
        assert_eq!(after_import(without), after_import(with), "{command}");
        if let Some(seen) = sockets(&sandbox, command) {
            assert!(!seen.contains("socket("), "{command}: {seen}");
        }
    }
}

#[test]
fn what_needs_a_network_is_an_error_that_says_so() {
    let sandbox = Sandbox::new();
    for (command, next) in [
        ("db update --offline", "db export FILE"),
        (
            "db update --offline --url https://a.example/x",
            "db export FILE",
        ),
        ("image shop/api:1 --offline", "image --input FILE"),
    ] {
        let run = sandbox.run(command);
        assert_eq!(run.code, Some(2), "{command}: {run:?}");
        assert!(
            run.stderr.contains("--offline opens no socket"),
            "{command}: {run:?}"
        );
        assert!(run.stderr.contains(next), "{command}: {run:?}");
    }
    // a setting counts as a flag does
    sandbox.write("seaworthy.yaml", "offline: true\n");
    assert_eq!(sandbox.run("db update").code, Some(2));
}
