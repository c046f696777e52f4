//! Where settings come from, which of them counts, and what an error says of its place.

use std::fs;
use std::os::unix::fs::{chown, symlink};

use crate::images::shop_sandbox;
use crate::program::Sandbox;

/// `--exit-code` shows which value counts: the image has findings.
#[test]
fn the_nearest_setting_counts() {
    for (flag, variable, named, project, user, want) in [
        ("", "", "", "", "", 0),
        ("", "", "", "", "15", 15),
        ("", "", "", "14", "15", 14),
        ("", "", "13", "14", "15", 13),
        ("", "12", "13", "14", "15", 12),
        ("11", "12", "13", "14", "15", 11),
        ("11", "", "", "", "15", 11),
        ("", "12", "", "", "15", 12),
        ("", "", "13", "", "15", 13),
    ] {
        let mut sandbox = shop_sandbox();
        let mut arguments = "image --input shop.tar".to_owned();
        if !flag.is_empty() {
            arguments = format!("{arguments} --exit-code {flag}");
        }
        if !variable.is_empty() {
            sandbox = sandbox.with("SEAWORTHY_EXIT_CODE", variable);
        }
        for (value, file) in [
            (named, "named.yaml"),
            (project, "seaworthy.yaml"),
            (user, ".config/seaworthy/config.yaml"),
        ] {
            if !value.is_empty() {
                sandbox.write(file, format!("exit-code: {value}\n"));
            }
        }
        if !named.is_empty() {
            arguments += " --config named.yaml";
        }
        let run = sandbox.run(&arguments);
        assert_eq!(
            run.code,
            Some(want),
            "{arguments} {variable}: {}",
            run.stderr
        );
    }
}

#[test]
fn files_add_up_where_they_set_different_things() {
    let sandbox = shop_sandbox();
    sandbox.write("seaworthy.yaml", "format: json\n");
    sandbox.write(
        ".config/seaworthy/config.yaml",
        "exit-code: 15\nformat: table\n",
    );
    let run = sandbox.run("image --input shop.tar");
    assert_eq!(run.code, Some(15));
    assert!(run.stdout.starts_with('{'), "{}", run.stdout);
}

#[test]
fn the_project_file_is_looked_for_up_to_the_repository() {
    for (file, code) in [
        ("seaworthy.yaml", 14),
        ("repository/seaworthy.yaml", 14),
        ("repository/deep/er/seaworthy.yaml", 14),
        ("elsewhere/seaworthy.yaml", 0),
    ] {
        let sandbox = shop_sandbox();
        sandbox.write("repository/deep/er/file", "");
        sandbox.write(file, "exit-code: 14\n");
        let line = r#"cd repository/deep/er && "$0" image --input ../../../shop.tar"#;
        assert_eq!(sandbox.shell(line).code, Some(code), "{file}");
    }
    let sandbox = shop_sandbox();
    sandbox.write("repository/.git/HEAD", "");
    sandbox.write("seaworthy.yaml", "exit-code: 14\n");
    let run = sandbox.shell(r#"cd repository && "$0" image --input ../shop.tar"#);
    assert_eq!(
        run.code,
        Some(0),
        "a file outside the repository is not asked"
    );
}

/// Without a repository the folders above may be anybody's, such as `/tmp`.
#[test]
fn without_a_repository_only_the_working_folder_is_asked() {
    for (file, code) in [("seaworthy.yaml", 0), ("deep/seaworthy.yaml", 14)] {
        let sandbox = shop_sandbox();
        fs::remove_dir(sandbox.path(".git")).unwrap();
        sandbox.write("deep/file", "");
        sandbox.write(file, "exit-code: 14\n");
        let run = sandbox.shell(r#"cd deep && "$0" image --input ../shop.tar"#);
        assert_eq!(run.code, Some(code), "{file}: {}", run.stderr);
    }
}

#[test]
fn a_file_of_somebody_else_is_refused_unless_it_is_named() {
    let sandbox = shop_sandbox();
    let file = sandbox.write("seaworthy.yaml", "exit-code: 14\n");
    if chown(&file, Some(12_345), None).is_err() {
        println!("skipped: this user cannot give files away");
        return;
    }
    let run = sandbox.run("image --input shop.tar");
    let want =
        "error: configuration [DIR]/seaworthy.yaml: it belongs to somebody else (user id 12345)
  next      if you trust it, name it with --config; otherwise remove it
";
    assert_eq!((run.code, &*run.stderr), (Some(2), want));
    let run = sandbox.run("image --input shop.tar --config seaworthy.yaml");
    assert_eq!(run.code, Some(14), "{}", run.stderr);
    // so is a link of somebody else to a file of ours
    fs::rename(&file, sandbox.path("mine.yaml")).unwrap();
    chown(sandbox.path("mine.yaml"), Some(0), None).unwrap();
    symlink("mine.yaml", &file).unwrap();
    std::os::unix::fs::lchown(&file, Some(12_345), None).unwrap();
    assert_eq!(sandbox.run("image --input shop.tar").code, Some(2));
}

/// Whatever has the name and is no file that can be read: never silence, never waiting.
#[test]
fn what_is_no_readable_file_is_an_error() {
    for name in ["seaworthy.yaml", ".config/seaworthy/config.yaml", "named"] {
        for (make, why) in [
            ("ln -s nowhere", "No such file or directory (os error 2)"),
            (
                "ln -s loop.yaml loop.yaml; ln -s loop.yaml",
                "Too many levels of symbolic links (os error 40)",
            ),
            ("mkdir", "is a directory"),
            ("mkfifo", "it is a pipe, and a file is wanted"),
        ] {
            let sandbox = shop_sandbox();
            sandbox.write(".config/seaworthy/other", "");
            let make = make.replace(
                "loop.yaml",
                &sandbox.path("loop.yaml").display().to_string(),
            );
            let option = if name == "named" {
                "--config named"
            } else {
                ""
            };
            let run = sandbox.shell(&format!(
                r#"{make} {name} && timeout 20 "$0" image --input shop.tar {option}"#
            ));
            assert_eq!(run.code, Some(2), "{make} {name}: {}", run.stderr);
            let mut lines = run.stderr.lines();
            let first = lines.next().unwrap_or_default();
            assert!(first.ends_with(&format!("{name}: {why}")), "{first}");
            assert!(lines.next().is_some_and(|next| next.starts_with("  next ")));
        }
    }
}

#[test]
fn a_variable_names_the_file_as_the_option_does() {
    let sandbox = shop_sandbox().with("SEAWORTHY_CONFIG", "named.yaml");
    sandbox.write("seaworthy.yaml", "exit-code: 14\n");
    assert_eq!(sandbox.run("image --input shop.tar").code, Some(2));
    sandbox.write("named.yaml", "exit-code: 13\n");
    assert_eq!(sandbox.run("image --input shop.tar").code, Some(13));
    sandbox.write("other.yaml", "exit-code: 15\n");
    let run = sandbox.run("image --input shop.tar --config other.yaml");
    assert_eq!(run.code, Some(15));
}

#[test]
fn a_variable_of_no_option_is_an_error() {
    let refused = "error: environment SEAWORTHY_STRICTT: there is no such option
  next      a similar variable exists: SEAWORTHY_STRICT
";
    let unlike = "error: environment SEAWORTHY_XYZZY: there is no such option
  next      the variables are the long options of commands: `seaworthy COMMAND --help`
";
    for (name, code, stderr) in [
        ("SEAWORTHY_STRICTT", 2, refused),
        ("SEAWORTHY_XYZZY", 2, unlike),
        ("SEAWORTHY_OFFLINE", 0, ""),
        // what Kubernetes sets beside a Service of this name
        ("SEAWORTHY_SERVICE_HOST", 0, ""),
        ("SEAWORTHY_PORT", 0, ""),
        ("SEAWORTHY_PORT_8080_TCP_ADDR", 0, ""),
        ("SEAWORTHYX", 0, ""),
    ] {
        let sandbox = shop_sandbox().with(name, "true");
        let run = sandbox.run("image --input shop.tar");
        assert_eq!((run.code, &*run.stderr), (Some(code), stderr), "{name}");
    }
    let run =
        shop_sandbox().shell(r#"SEAWORTHY_STRICT="$(printf '\377')" "$0" image --input shop.tar"#);
    assert_eq!(run.code, Some(2), "{}", run.stderr);
}

#[test]
fn every_form_of_a_value_is_read() {
    for (text, code) in [
        ("fail-on: severity>=high\n", 1),
        ("exit-code: 9\nseverity: [LOW, HIGH]\n", 9),
        ("exit-code: 9\nseverity: LOW,HIGH\n", 9),
        ("exit-code: 9\nseverity:\n- low\n", 9),
        ("exit-code: 9\nskip-dirs: [lib]\nscanners: [vuln]\n", 0),
        ("exit-code: 9\nseverity: []\n", 9),
        ("strict: true\n", 4),
        ("strict: false\n", 0),
        ("# nothing\n", 0),
        ("", 0),
    ] {
        let sandbox = shop_sandbox();
        sandbox.write("seaworthy.yaml", text);
        let run = sandbox.run("image --input shop.tar");
        assert_eq!(run.code, Some(code), "{text}: {}", run.stderr);
    }
}

/// A file, and what the error says behind `error: `.
const BAD_FILES: &[(&str, &str)] = &[
    (
        "quiet: true\nsevrity: HIGH\n",
        "configuration bad.yaml: 2:1: `sevrity` is no option
  next      the keys are the long options of commands: `seaworthy COMMAND --help`
",
    ),
    (
        "strict: true\nquiet: true\nstrict: false\n",
        "configuration bad.yaml: 3:1: `strict` is set again, first at 1:1
  next      the keys are the long options of commands: `seaworthy COMMAND --help`
",
    ),
    (
        "config: other.yaml\n",
        "configuration bad.yaml: 1:1: `config` is no option
  next      the keys are the long options of commands: `seaworthy COMMAND --help`
",
    ),
    (
        "severity: [HIGH\n",
        "configuration bad.yaml: 1:11: unclosed bracket '['
  next      the keys are the long options of commands: `seaworthy COMMAND --help`
",
    ),
    (
        "quiet: true\nseverity: HIHG\n",
        "invalid value 'HIHG' for '--severity <LIST>': `HIHG` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL
  set by    bad.yaml:2:1
",
    ),
    (
        "skip-dirs: '['\n",
        "invalid value '[' for '--skip-dirs <GLOBS>': syntax error in pattern
  set by    bad.yaml:1:1
",
    ),
    (
        "strict: perhaps\n",
        "invalid value 'perhaps' for '--strict[=<BOOL>]'
  set by    bad.yaml:1:1
",
    ),
];

#[test]
fn an_error_in_a_file_names_line_and_column() {
    for (text, stderr) in BAD_FILES {
        let sandbox = shop_sandbox();
        sandbox.write("bad.yaml", text);
        let run = sandbox.run("image --input shop.tar --config bad.yaml");
        assert_eq!(run.stderr, format!("error: {stderr}"));
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{text}");
    }
    let run = Sandbox::new().run("image --config none.yaml");
    assert_eq!(
        run.stderr.lines().next(),
        Some("error: configuration none.yaml: No such file or directory (os error 2)")
    );
    assert_eq!(run.code, Some(2));
}

#[test]
fn an_error_in_a_variable_names_it_alone() {
    let sandbox = shop_sandbox()
        .with("SEAWORTHY_FORMAT", "json")
        .with("SEAWORTHY_SEVERITY", "HIHG");
    let run = sandbox.run("image --input shop.tar");
    assert_eq!(
        run.stderr,
        "error: invalid value 'HIHG' for '--severity <LIST>': `HIHG` is none of UNKNOWN, LOW, MEDIUM, HIGH, CRITICAL
  set by    environment SEAWORTHY_SEVERITY
"
    );
    assert_eq!(run.code, Some(2));
}

/// What is set elsewhere stands before `--`, behind which everything is a name.
#[test]
fn settings_go_with_names_behind_dashes() {
    let sandbox = shop_sandbox().with("SEAWORTHY_EXIT_CODE", "12");
    let run = sandbox.run("image --input shop.tar -- shop/api:1.4");
    assert_eq!(
        (run.code, run.stderr.contains("error")),
        (Some(12), false),
        "{}",
        run.stderr
    );
}

/// What is quoted of a wrong setting may hold a password, and stands in logs of pipelines.
#[test]
fn passwords_of_wrong_settings_are_not_shown() {
    let url = "https://me:hunter2@mirror.example/x?token=abcdSECRET";
    let key = "MC4CAQAwBQYDK2VwBCIEIAhunter2SECRETxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
    for (arguments, variable, file) in [
        (format!("db update --url {url}"), "", ""),
        (format!("db update --feeds-from {url}"), "", ""),
        ("db update".to_owned(), url, ""),
        ("db update".to_owned(), "", url),
        (format!("db status --db-key {key}"), "", ""),
        (format!("image --severity {url}"), "", ""),
    ] {
        let mut sandbox = shop_sandbox();
        if !variable.is_empty() {
            sandbox = sandbox.with("SEAWORTHY_URL", variable);
        }
        if !file.is_empty() {
            sandbox.write("seaworthy.yaml", format!("url: {file}\n"));
        }
        let run = sandbox.run(&arguments);
        assert_eq!(run.code, Some(2), "{arguments}: {}", run.stderr);
        for secret in ["hunter2", "SECRET"] {
            assert!(!run.stderr.contains(secret), "{arguments}: {}", run.stderr);
        }
    }
}
