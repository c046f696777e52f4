//! `seaworthy lint` and the program as Dockle: verdicts on real images, options, ways to end.

use std::os::unix::fs::symlink;

use serde_json::{Value, json};
use testkit::{Answer, Registry, Reply, SavedImage, answer, push, save};

use crate::program::{Sandbox, list, text};

/// Sorts alerts, whose order is random in Dockle.
fn details(report: &Value) -> Vec<(String, String, Vec<String>)> {
    let detail = |detail: &Value| {
        let alerts = list(detail, "/alerts").iter();
        let mut alerts: Vec<String> = alerts
            .filter_map(|it| Some(it.as_str()?.to_owned()))
            .collect();
        alerts.sort();
        let part = |name| text(detail, name).to_owned();
        (part("/code"), part("/level"), alerts)
    };
    list(report, "/details").iter().map(detail).collect()
}

#[test]
fn slow_verdicts_on_real_images_are_dockles() {
    let (Some(recorded), Some(_)) = (
        testkit::shared("conformance/dockle.tar.gz"),
        testkit::corpus("images"),
    ) else {
        return;
    };
    let members = testkit::members(&recorded).unwrap();
    let rows: Value = serde_json::from_slice(&members["real.json"]).unwrap();
    let mut seen = 0;
    for row in list(&rows, "")
        .iter()
        .filter(|row| row["failure"].is_null())
    {
        let name = text(row, "/image");
        let Some(path) = testkit::corpus(&format!("images/{name}")) else {
            continue;
        };
        let sandbox = Sandbox::new();
        let image = sandbox.run_with(&["image", "--input", path.to_str().unwrap(), "-f", "json"]);
        // an archive that was built on another day is another image
        let id = format!("sha256:{}", text(row, "/config_sha256"));
        if text(&image.json(), "/Metadata/ImageID") != id {
            continue;
        }
        let run = sandbox.run(&format!(
            "lint --input {} -f json -c 9 -l fatal",
            path.display()
        ));
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(details(&report), details(&row["expected"]), "{name}");
        assert_eq!(report["summary"], row["expected"]["summary"], "{name}");
        assert_eq!(
            run.code.map(u64::try_from).unwrap(),
            Ok(row["exit"].as_u64().unwrap()),
            "{name}"
        );
        seen += 1;
    }
    assert!(seen > 2, "{seen} images");
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let image = SavedImage::new()
        .layer(&[
            ("etc/passwd", "root:x:0:0::/:/bin/sh\n"),
            ("app/.env", "A=1\n"),
        ])
        .layer(&[
            ("etc/shadow", "root::1::::::\n"),
            ("etc/group", "root:x:0:\n"),
        ]);
    sandbox.write("app.tar", save(&[image]).unwrap());
    sandbox
}

/// Returns the codes of a list.
fn codes(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| !line.starts_with('\t'));
    lines
        .filter_map(|line| line.split("- ").nth(1)?.split(':').next())
        .collect()
}

#[test]
fn options_are_dockles() {
    let sandbox = sandbox();
    for (arguments, code, want) in [
        (
            "",
            0,
            "CIS-DI-0010 DKL-LI-0001 CIS-DI-0001 CIS-DI-0005 CIS-DI-0006",
        ),
        (
            "-c 5",
            5,
            "CIS-DI-0010 DKL-LI-0001 CIS-DI-0001 CIS-DI-0005 CIS-DI-0006",
        ),
        (
            "--exit-code 5 --exit-level FATAL -i CIS-DI-0010,DKL-LI-0001",
            0,
            "CIS-DI-0001 CIS-DI-0005 CIS-DI-0006",
        ),
        (
            "-c 5 -l info -i CIS-DI-0010 -i DKL-LI-0001 -i CIS-DI-0001",
            5,
            "CIS-DI-0005 CIS-DI-0006",
        ),
        (
            "-af .env",
            0,
            "DKL-LI-0001 CIS-DI-0001 CIS-DI-0005 CIS-DI-0006",
        ),
        (
            "--accept-file=app/.env",
            0,
            "DKL-LI-0001 CIS-DI-0001 CIS-DI-0005 CIS-DI-0006",
        ),
    ] {
        let run = sandbox.run(&format!("lint --input app.tar {arguments}"));
        assert_eq!(
            codes(&run.stdout).join(" "),
            want,
            "{arguments}: {}",
            run.stderr
        );
        assert_eq!(run.code, Some(code), "{arguments}");
    }
    sandbox.write(".dockleignore", "# known\nCIS-DI-0010\n\nDKL-LI-0001\n");
    let run = sandbox.run("lint --input app.tar -o report.json -f json");
    assert_eq!((run.code, &*run.stdout), (Some(0), ""));
    let report: Value = serde_json::from_str(&sandbox.read("report.json")).unwrap();
    assert_eq!(
        (&report["summary"]["fatal"], &report["summary"]["pass"]),
        (&0.into(), &13.into())
    );
    let sandbox = sandbox
        .with("DOCKLE_IGNORES", "CIS-DI-0001")
        .with("DOCKLE_PASSWORD", "of-another-job")
        .with("DOCKER_CONTENT_TRUST", "1");
    let run = sandbox.run("lint --input app.tar");
    assert_eq!(codes(&run.stdout), ["CIS-DI-0006"]);
}

#[test]
fn under_its_name_the_program_is_dockle() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_seaworthy");
    symlink(program, sandbox.path("dockle")).unwrap();
    for (line, code, out) in [
        (
            "./dockle --input app.tar -i DKL-LI-0001 -c 3",
            3,
            "FATAL\t- CIS-DI-0010: ",
        ),
        (
            "./dockle --input none.tar",
            1,
            "FATAL\tnone.tar: No such file",
        ),
        ("./dockle", 1, "FATAL\tnothing to look at"),
        ("./dockle --help", 0, "List what Dockle says"),
        ("./dockle --version", 0, "dockle version "),
        (
            "./dockle --unknown",
            1,
            "FATAL\tunexpected argument '--unknown'",
        ),
        ("./dockle -c x", 1, "FATAL\tinvalid value 'x'"),
        (
            "./dockle --no-color --cache-dir x --nonssl=false --input app.tar -i DKL-LI-0001 -c 3",
            3,
            "FATAL\t- CIS-DI-0010: ",
        ),
        (
            "DOCKLE_TIMEOUT=0s ./dockle --input app.tar",
            1,
            "FATAL\tapp.tar: not done within 0 s",
        ),
        (
            "DOCKLE_HOST=unix:///no.sock ./dockle --image-src docker nowhere.example/x:1",
            1,
            "FATAL\tnowhere.example/x:1: no engine here has it",
        ),
    ] {
        let run = sandbox.shell(line);
        assert_eq!(run.code, Some(code), "{line}: {}", run.stderr);
        assert!(run.stdout.starts_with(out), "{line}: {}", run.stdout);
    }
}

#[test]
fn help_tells_the_name_and_each_short_option_once() {
    let sandbox = sandbox();
    let program = env!("CARGO_BIN_EXE_seaworthy");
    symlink(program, sandbox.path("dockle")).unwrap();
    let ours = format!("{program} lint --help");
    for (line, usage) in [
        ("./dockle --help", "Usage: dockle [OPTIONS] [IMAGE]"),
        (&*ours, "Usage: seaworthy lint [OPTIONS] [IMAGE]"),
    ] {
        let help = sandbox.shell(line).stdout;
        assert!(help.contains(usage), "{help}");
        for (short, long) in [("-c", "--exit-code"), ("-l", "--exit-level")] {
            assert_eq!(help.matches(&format!("{short}, --")).count(), 1, "{help}");
            assert!(help.contains(&format!("{short}, {long}")), "{help}");
        }
        assert!(help.contains("      --config <FILE>"), "{help}");
    }
    assert!(
        !sandbox
            .shell("./dockle --help")
            .stdout
            .contains("seaworthy lint")
    );
}

/// An image of a registry that wants to know who asks, as Dockle is told it.
#[test]
fn an_image_is_pulled_by_its_name() {
    let sandbox = Sandbox::new();
    let layer = [("etc/shadow", "root::1::::::\n"), ("app/.env", "A=1\n")];
    let image = push(&SavedImage::new().layer(&layer)).unwrap();
    let layer = image.layers[0].to_string();
    let registry = Registry::start(move |asked| {
        // bob:pw
        let is_bob =
            asked.headers.get("authorization").map(String::as_str) == Some("Basic Ym9iOnB3");
        if is_bob {
            return answer(&image, asked);
        }
        let mut answer = Answer::status(401);
        let realm = (
            "www-authenticate".to_owned(),
            "Basic realm=\"r\"".to_owned(),
        );
        answer.headers.push(realm);
        Reply::Whole(answer)
    });
    let name = format!("{}/shop/api:1", registry.as_ref().unwrap().host());
    let lint = |options: &str| sandbox.shell(&format!("{options} {name}"));
    let program = env!("CARGO_BIN_EXE_seaworthy");
    let codes = "FATAL\t- CIS-DI-0010: Do not store credential";
    for line in [
        format!("{program} lint --insecure --username bob --password pw"),
        format!("DOCKLE_USERNAME=bob DOCKLE_PASSWORD=pw DOCKLE_INSECURE=1 {program} lint"),
    ] {
        let run = lint(&line);
        assert!(
            run.stdout.starts_with(codes),
            "{line}: {} {}",
            run.stdout,
            run.stderr
        );
        let dive = lint(&line.replace(" lint", " lint --dive"));
        assert_eq!(dive.code, Some(0), "{}", dive.stderr);
    }
    let registry = registry.unwrap();
    let before = registry.asked().len();
    lint(&format!(
        "{program} lint --insecure --username bob --password pw"
    ));
    let asked = registry.asked();
    let pulls = asked[before..]
        .iter()
        .filter(|asked| asked.path.ends_with(&layer));
    assert_eq!(pulls.count(), 1, "{asked:?}");
    let refused = lint(&format!("{program} lint"));
    assert_eq!((refused.code, &*refused.stdout), (Some(1), ""));
}

/// The manifest promises the bytes of a layer, and the configuration what is in them.
#[test]
fn what_is_pulled_is_what_the_configuration_names() {
    let sandbox = Sandbox::new();
    let mut image = push(&SavedImage::new().layer(&[("a", "b")])).unwrap();
    let other = format!("sha256:{}", "0".repeat(64));
    let layer = image.layers[0];
    let config = json!({"os": "linux", "rootfs": {"type": "layers", "diff_ids": [other]}});
    let config = image.add(config.to_string());
    let manifest = json!({
        "schemaVersion": 2,
        "config": image.descriptor(config),
        "layers": [image.descriptor(layer)],
    });
    image.add_top(&manifest);
    let registry = Registry::start(move |asked| answer(&image, asked)).unwrap();
    let name = format!("{}/shop/api:1", registry.host());
    for options in ["", "--dive"] {
        let run = sandbox.run(&format!("lint --insecure {options} {name}"));
        assert_eq!((run.code, &*run.stdout), (Some(1), ""));
        assert!(run.stderr.contains("(as its diffID)"), "{}", run.stderr);
    }
}

/// A list that lacks the history would be another list.
#[test]
fn a_configuration_that_is_read_in_part_has_no_list() {
    let sandbox = Sandbox::new();
    let image = SavedImage::new()
        .layer(&[("a", "b")])
        .history(&vec!["RUN sudo x"; 100_001]);
    sandbox.write("app.tar", save(&[image]).unwrap());
    for options in ["", "--dive"] {
        let run = sandbox.run(&format!("lint {options} --input app.tar --exit-code 5"));
        assert_eq!((run.code, &*run.stdout), (Some(1), ""));
        assert!(
            run.stderr.contains("its history has too many steps"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn dives_gate_has_its_thresholds() {
    let sandbox = Sandbox::new();
    let big = "x".repeat(1_000);
    let image = SavedImage::new()
        .layer(&[("a", &*big), ("b", &*big)])
        .layer(&[("a", "y"), ("c", &*big)]);
    sandbox.write("app.tar", save(&[image]).unwrap());
    for (arguments, code, result) in [
        (
            "",
            0,
            "Result:FAIL [Total:3] [Passed:0] [Failed:2] [Warn:0] [Skipped:1]",
        ),
        (
            "--ci",
            1,
            "Result:FAIL [Total:3] [Passed:0] [Failed:2] [Warn:0] [Skipped:1]",
        ),
        (
            "--ci --lowestEfficiency 0.5 --highestUserWastedPercent 1",
            0,
            "Result:PASS [Total:3] [Passed:2] [Failed:0] [Warn:0] [Skipped:1]",
        ),
        (
            "--ci --lowestEfficiency disabled --highestUserWastedPercent disabled --highestWastedBytes 1kB",
            1,
            "Result:FAIL [Total:3] [Passed:0] [Failed:1] [Warn:0] [Skipped:2]",
        ),
    ] {
        let run = sandbox.run(&format!("lint --dive --input app.tar {arguments}"));
        assert_eq!(run.code, Some(code), "{arguments}: {}", run.stderr);
        assert_eq!(run.stdout.lines().last(), Some(result), "{arguments}");
    }
    sandbox.write(
        ".dive-ci",
        "rules:\n  lowestEfficiency: 0.5\n  highestUserWastedPercent: disabled\n",
    );
    let sandbox = sandbox.with("CI", "true");
    assert_eq!(sandbox.run("lint --dive --input app.tar").code, Some(0));
    let report = sandbox.run("lint --dive --input app.tar -f json").json();
    assert_eq!(text(&report, "/image/fileReference/0/file"), "/a");
    sandbox.write(".dive-ci", "rules: {lowestEfficiency: much}\n");
    let run = sandbox.run("lint --dive --input app.tar");
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.stderr,
        "error: lowestEfficiency: `much` is no such threshold\n"
    );
}
