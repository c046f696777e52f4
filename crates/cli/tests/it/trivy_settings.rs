//! `seaworthy compat trivy`: what is set in another shape than it has is refused, as it may be a gate; what is
//! skipped; what the log says of it.

use crate::images::shop_sandbox;
use crate::program::Sandbox;

/// Runs it, and returns the exit code, standard output and the log.
fn run(sandbox: &Sandbox, arguments: &str) -> (i32, String, String) {
    let run = sandbox.run(&format!("compat trivy {arguments}"));
    (run.code.unwrap(), run.stdout, run.stderr)
}

#[test]
fn a_configuration_of_another_shape_is_refused() {
    let sandbox = shop_sandbox();
    for (text, code, log) in [
        ("", 0, ""),
        ("# nothing\n", 0, ""),
        ("exit-code: 3\n", 3, ""),
        ("Exit-Code: 3\n", 3, ""),
        ("exit-code: \"3\"\n", 3, ""),
        ("exit-code:\n", 0, ""),
        ("vulnerability:\nexit-code: 3\n", 3, ""),
        ("exit-code: 3\nseverity: [UNKNOWN]\n", 0, ""),
        ("- exit-code: 3\n", 1, "the document"),
        ("exit-code", 1, "the document"),
        ("exit-code: {a: 3}\n", 1, "exit-code"),
        ("exit-code: [3]\n", 1, "exit-code"),
        ("exit-code: []\n", 1, "exit-code"),
        ("registry: {username: []}\nexit-code: 3\n", 3, ""),
        ("exit-code: [3, 4]\n", 1, "exit-code"),
        ("severity: {CRITICAL: true}\n", 1, "severity"),
        ("severity: [[CRITICAL]]\n", 1, "severity"),
        ("severity: [~]\n", 1, "severity"),
        (
            "severity: HIGH\nseverity: UNKNOWN\n",
            1,
            "key `severity` is there twice",
        ),
        ("vulnerability: ture\n", 1, "vulnerability"),
        (
            "vulnerability:\n  ignore-unfixed: ture\n",
            1,
            "\"--ignore-unfixed\"",
        ),
        (
            "vulnerability:\n  ignore-unfixed: [true]\n",
            1,
            "vulnerability.ignore-unfixed",
        ),
        ("quiet: maybe\n", 1, "\"--quiet\""),
    ] {
        sandbox.write("trivy.yaml", text);
        let got = run(&sandbox, "image --input shop.tar -f json");
        assert_eq!(got.0, code, "{text}: {}", got.2);
        assert!(got.2.contains(log), "{text}: {}", got.2);
        assert_eq!(code == 1, got.2.contains("FATAL"), "{text}: {}", got.2);
    }
}

#[test]
fn a_variable_that_is_neither_true_nor_false_is_refused() {
    for (value, code) in [("true", 0), ("1", 0), ("F", 0), ("", 0), ("maybe", 1)] {
        let sandbox = shop_sandbox().with("TRIVY_IGNORE_UNFIXED", value);
        let got = run(&sandbox, "image --input shop.tar -f json");
        assert_eq!(got.0, code, "{value}: {}", got.2);
        let is_named = got.2.contains("\"--ignore-unfixed\"");
        assert_eq!(is_named, code == 1, "{value}: {}", got.2);
    }
}

#[test]
fn a_password_without_a_name_is_told_with_what_is_missing() {
    let sandbox = Sandbox::new().with("TRIVY_PASSWORD", "x");
    let got = run(&sandbox, "image localhost:1/x");
    assert!(got.0 == 1 && got.2.contains("--username"), "{}", got.2);
}

/// A folder with two files, in each of which is a token.
fn with_secrets() -> Sandbox {
    let sandbox = Sandbox::new();
    let token = ["export X=dop_v1_", &"0a1b2c3d".repeat(8), "\n"].concat();
    for path in ["app/var/one.sh", "app/etc/two.sh"] {
        sandbox.write(path, &token);
    }
    sandbox
}

#[test]
fn paths_that_name_the_folder_skip_what_is_in_it() {
    let sandbox = with_secrets();
    let here = sandbox.path("app/var").display().to_string();
    for (skipped, found) in [
        ("--skip-dirs none", 2),
        ("--skip-dirs var", 1),
        ("--skip-dirs app/var", 1),
        ("--skip-dirs ./app/var", 1),
        (&*format!("--skip-dirs {here}"), 1),
        ("--skip-files app/etc/two.sh", 1),
        ("--skip-files app/*/*.sh", 0),
    ] {
        for command in ["rootfs", "fs"] {
            let got = run(&sandbox, &format!("{command} -q -f json {skipped} app"));
            assert_eq!(
                got.1.matches("\"RuleID\"").count(),
                found,
                "{command} {skipped}: {got:?}"
            );
        }
    }
}

#[test]
fn commas_in_items_of_the_configuration_are_their_own() {
    let sandbox = with_secrets();
    for (text, arguments, found) in [
        ("skip-files: ['**/{one,three}.sh']", "", 1),
        ("skip-files: ['**/*.sh{,.orig}']", "", 0),
        ("skip-files: '**/one.sh,**/two.sh'", "", 0),
        ("skip-files: ['**/one.sh,**/two.sh']", "", 2),
        ("skip-dirs: ['{var,lib}']", "", 1),
        ("skip-dirs: var etc", "", 0),
        ("skip-dirs: []", "--skip-files \"**/{one,two}.sh\"", 0),
        ("skip-dirs: []", "--skip-dirs var,etc", 0),
        ("skip-dirs: ['v?r/**']", "", 1),
    ] {
        sandbox.write("trivy.yaml", format!("scan:\n  {text}\n"));
        let got = run(&sandbox, &format!("rootfs -q -f json {arguments} app"));
        let count = got.1.matches("\"RuleID\"").count();
        assert_eq!(count, found, "{text} {arguments}: {got:?}");
    }
}

#[test]
fn the_log_says_what_was_not_looked_at() {
    let sandbox = Sandbox::new();
    sandbox.write("empty/readme", "");
    sandbox.write("fedora/etc/os-release", "ID=fedora\nVERSION_ID=38\n");
    let nothing =
        "WARN\t[report] Supported files for scanner(s) not found.\tscanners=[vuln secret]";
    let unsupported = "WARN\tUnsupported os\tfamily=\"fedora\"";
    for (arguments, said, unsaid) in [
        ("fs empty", nothing, "Unsupported os"),
        ("fs empty -f json", "Number of", nothing),
        (
            "rootfs fedora -f json",
            unsupported,
            "Detecting vulnerabilities",
        ),
        (
            "rootfs fedora -f json --scanners secret",
            "Detected OS",
            "Unsupported os",
        ),
    ] {
        let log = run(&sandbox, arguments).2;
        assert!(
            log.contains(said) && !log.contains(unsaid),
            "{arguments}: {log}"
        );
    }
    let shop = shop_sandbox();
    let log = run(&shop, "image --input shop.tar").2;
    assert!(
        log.contains("Detecting vulnerabilities") && !log.contains("not found"),
        "{log}"
    );
}

#[test]
fn converting_ends_with_the_time_that_was_given() {
    let sandbox = shop_sandbox();
    let report = run(&sandbox, "image -q --input shop.tar -f json").1;
    sandbox.write("report.json", report);
    for (time, code) in [("1h", 0), ("0", 1), ("1ns", 1)] {
        let got = run(
            &sandbox,
            &format!("convert -f json --timeout {time} report.json"),
        );
        assert_eq!(got.0, code, "{time}: {}", got.2);
        let is_told = got.2.contains("context deadline exceeded");
        assert_eq!(is_told, code == 1, "{time}: {}", got.2);
    }
}
