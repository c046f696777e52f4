//! Secrets that were planted in images: all are found, with what can still be done, and their values
//! stand nowhere. What is planted the truth files say (`corpus/truth/*.secrets.tsv`); the values are
//! made again here, so that no file holds them.

use std::fs::{self, File};
use std::path::Path;

use archive::{Codec, decode, read_at_most};
use base64::Engine as _;
use model::Limits;
use serde_json::Value;
use sha2::{Digest as _, Sha512};
use testkit::{SavedImage, save};

use crate::program::{Run, Sandbox, list, text};

/// The kinds of values that the corpus plants.
const KINDS: &[&str] = &[
    "aws-id",
    "aws-secret",
    "github",
    "slack",
    "key",
    "pw",
    "npm",
];

/// Returns what the corpus makes of a kind, without what any text may hold: its fixed beginning.
fn planted(kind: &str) -> String {
    let digest = Sha512::digest(format!("corpus {kind}"));
    let text = base64::engine::general_purpose::STANDARD.encode(digest.repeat(30));
    let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let of_id = |c: &char| c.is_ascii_uppercase() || ('2'..='7').contains(c);
    match kind {
        "aws-id" => letters.chars().filter(of_id).take(16).collect(),
        "aws-secret" => text.chars().take(40).collect(),
        "github" => letters.chars().take(36).collect(),
        "slack" => letters.chars().take(24).collect(),
        "key" => text.chars().take(64).collect(),
        _ => letters.chars().take(20).collect(),
    }
}

/// What is planted: rule, place, state, layer (1-based), layer that removed it.
const BELOW: &[&str] = &[
    "dotenv app/.env below 2 3",
    "slack-bot app/.env below 2 3",
    "npmrc-token app/.npmrc below 2 3",
    "configured-password app/config.yml present 2",
    "dotenv app/keep.env present 2",
    "aws-secret-key root/.aws/credentials below 2 3",
    "private-key-pem root/.ssh/id_rsa below 2 3",
    "env-name environment DB_PASSWORD present",
    "env-name history[3] present",
    "env-name build argument NPM_TOKEN (history[2]) present",
];

const APP: &[&str] = &[
    "aws-secret-key opt/app/.env present 5",
    "aws-secret-key environment AWS_SECRET_ACCESS_KEY present",
    "env-name environment DB_PASSWORD present",
    "aws-secret-key history[6] present",
    "env-name build argument TOKEN (history[5]) present",
];

/// Images, what is planted in them, and with `--secrets-owned` what is in files of packages: each was
/// looked at, and there is none.
const IMAGES: &[(&str, &[&str])] = &[
    ("secrets-below.tar", BELOW),
    ("bookworm-app-docker-legacy.tar.gz", APP),
    ("bookworm-app-oci.tar", APP),
    ("bookworm-base.tar", &[]),
    ("trixie-minimal.tar", &[]),
];

fn found(report: &Value) -> Vec<String> {
    let secrets = list(report, "/Seaworthy/Secrets");
    let line = |secret: &Value| {
        let number = |name: &str| {
            secret[name]
                .as_u64()
                .map(|number| format!(" {}", number + 1))
        };
        let [layer, removed] = ["Layer", "RemovedBy"].map(|name| number(name).unwrap_or_default());
        let [rule, place, state] = ["/RuleID", "/Place", "/State"].map(|name| text(secret, name));
        format!("{rule} {place} {state}{layer}{removed}")
    };
    secrets.iter().map(line).collect()
}

#[test]
fn slow_what_is_planted_is_found_and_its_values_stand_nowhere() {
    let values: Vec<String> = KINDS.iter().map(|kind| planted(kind)).collect();
    for (file, want) in IMAGES {
        let Some(image) = testkit::corpus(&format!("images/{file}")) else {
            return;
        };
        let sandbox = Sandbox::new();
        let scan = format!(
            "image --scanners secret --secrets-owned --input {}",
            image.display()
        );
        let cold = sandbox.run(&format!("{scan} -f json"));
        let report: Value = serde_json::from_str(&cold.stdout).unwrap();
        assert_eq!(found(&report), *want, "{file}");
        let warm = sandbox.run(&format!("{scan} -f json"));
        assert_eq!(cold.stdout, warm.stdout, "{file}: from the cache");
        assert_hidden(&values, &cold, file);
        for format in [
            "table --wide",
            "sarif",
            "github",
            "gitlab",
            "junit",
            "markdown",
        ] {
            let run = sandbox.run(&format!("{scan} --debug -f {format}"));
            assert_hidden(&values, &run, file);
            assert!(
                want.is_empty() || run.stdout.contains("aws-secret-key"),
                "{format}"
            );
        }
        assert_records_hide(&values, &sandbox.path(""));
    }
}

fn assert_hidden(values: &[String], run: &Run, file: &str) {
    for (value, kind) in values.iter().zip(KINDS) {
        let is_told = run.stdout.contains(value) || run.stderr.contains(value);
        assert!(!is_told, "{file}: the {kind} is told");
    }
}

/// Unpacks every record below a folder and looks for the values.
fn assert_records_hide(values: &[String], folder: &Path) {
    let mut folders = vec![folder.to_owned()];
    let mut records = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = read_at_most(File::open(&path).unwrap(), 1 << 30).unwrap();
            // a digest stands before what it is of
            let packed = bytes.get(32..).unwrap_or_default();
            let plain = decode(Codec::Zstd, packed, &Limits::default())
                .and_then(|reader| read_at_most(reader, 1 << 30))
                .unwrap_or(bytes);
            records += 1;
            for (value, kind) in values.iter().zip(KINDS) {
                let mut windows = plain.windows(value.len());
                let is_there = windows.any(|window| window == value.as_bytes());
                assert!(!is_there, "the {kind} is in {}", path.display());
            }
        }
    }
    assert!(records > 0, "there is a cache");
}

/// A password in a file that the second layer removes; in pieces, as no file is to hold it.
fn image(sandbox: &Sandbox) -> String {
    let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    let image = SavedImage::new()
        .tag("shop/api:1.4")
        .layer(&[
            ("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n"),
            ("app/a.txt", &url),
            ("app/b.txt", "acme_0123456789\n"),
        ])
        .layer(&[("app/.wh.a.txt", "")]);
    let path = sandbox.write("image.tar", save(&[image]).unwrap());
    path.display().to_string()
}

#[test]
fn options_say_what_is_looked_for() {
    let sandbox = Sandbox::new();
    let image = image(&sandbox);
    let own = "disable: [url-credentials]\nrules:\n- id: acme\n  title: token of ACME\n  severity: HIGH\n  \
               keywords: [acme_]\n  regex: 'acme_[0-9]{10}'\n";
    sandbox.write("own.yaml", own);
    let url = "url-credentials app/a.txt below 1 2";
    let acme = "acme app/b.txt present 1";
    for (options, want) in [
        ("", Some(&[url][..])),
        ("--scanners vuln", None),
        ("--scanners secret", Some(&[url])),
        ("--secrets-below ignore", Some(&[])),
        ("--secret-rules own.yaml", Some(&[acme])),
        ("--severity LOW", Some(&[])),
        ("--skip-dirs app", Some(&[])),
        // other rules and no rules before: a record of the cache is no answer to them
        ("--scanners vuln,secret", Some(&[url])),
    ] {
        let run = sandbox.run(&format!("image --input {image} -f json {options}"));
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let got = report.pointer("/Seaworthy/Secrets").map(|_| found(&report));
        let want = want.map(|want| want.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
        assert_eq!(got, want, "{options}");
    }
}

#[test]
fn secrets_count_for_the_gate_and_can_be_ignored() {
    let sandbox = Sandbox::new();
    let image = image(&sandbox);
    let scan = format!("image --scanners secret --input {image}");
    assert_eq!(sandbox.run(&format!("{scan} --exit-code 3")).code, Some(3));
    assert_eq!(
        sandbox
            .run(&format!("{scan} --fail-on severity>=high"))
            .code,
        Some(1)
    );
    let ignored = "- id: url-credentials\n  match: {path: \"app/*.txt\"}\n  reason: it was rotated\n  \
                   owner: a@example.org\n  until: 2030-01-01\n";
    sandbox.write("seaworthy-ignore.yaml", ignored);
    let run = sandbox.run(&format!("{scan} --exit-code 3 -f sarif"));
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("it was rotated"));
}

#[test]
fn a_bad_file_of_rules_is_refused_at_its_place() {
    let sandbox = Sandbox::new();
    let image = image(&sandbox);
    sandbox.write("own.yaml", "disable: [nothing]\n");
    let run = sandbox.run(&format!("image --input {image} --secret-rules own.yaml"));
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("own.yaml: 1:11: there is no rule `nothing`"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_unpacked_root_is_looked_at_as_a_layer_is() {
    let sandbox = Sandbox::new();
    let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    sandbox.write("root/app/a.txt", url);
    let run = sandbox.run("rootfs root -f json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(found(&report), ["url-credentials app/a.txt present"]);
    let trivy = list(&report, "/Results");
    let secret = trivy
        .iter()
        .find(|result| result["Class"] == "secret")
        .unwrap();
    assert_eq!(secret["Target"], "app/a.txt");
    let masked = ["url: postgres://app:", &"*".repeat(12), "@db.internal/app"].concat();
    assert_eq!(secret["Secrets"][0]["Match"], *masked);
}

/// Files as packages brought them are everybody's; checksums by `md5sum` and `openssl sha1`.
#[test]
fn files_of_packages_are_left_out_unless_they_were_changed() {
    let sandbox = Sandbox::new();
    let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    let md5 = "e63dd1d071427c4e6efa91ef67668413";
    let sums = format!(
        "{md5}  usr/share/a/same.txt\n{}  usr/share/a/other.txt\n{md5}  lib/merged.txt\n",
        "0".repeat(32)
    );
    let debian = SavedImage::new().tag("a:1").layer(&[
        ("etc/os-release", "ID=debian\nVERSION_ID=12\n"),
        (
            "var/lib/dpkg/status",
            &format!("Package: a\nStatus: install ok installed\nVersion: 1\nConffiles:\n /etc/a.conf {md5}\n"),
        ),
        ("var/lib/dpkg/info/a.md5sums", &sums),
        ("var/lib/dpkg/info/a.list", "/etc/a.conf\n"),
        ("usr/share/a/same.txt", &url),
        ("usr/share/a/other.txt", &url),
        ("usr/lib/merged.txt", &url),
        ("etc/a.conf", &url),
        ("srv/own.txt", &url),
    ]);
    let alpine = SavedImage::new().tag("a:1").layer(&[
        ("etc/os-release", "ID=alpine\nVERSION_ID=3.20.0\n"),
        (
            "lib/apk/db/installed",
            "P:a\nV:1\nF:usr/share/a\nR:same.txt\nZ:Q1Gj0FH43qWUs9eKwjEA6kXiYM3A0=\nR:other.txt\nZ:Q1V6SSQ5pq5t4/IpBpDKbpt2zjRL8=\n",
        ),
        ("usr/share/a/same.txt", &url),
        ("usr/share/a/other.txt", &url),
    ]);
    let changed = "url-credentials usr/share/a/other.txt present 1";
    for (image, own, want) in [
        (
            &debian,
            "",
            &["url-credentials srv/own.txt present 1", changed][..],
        ),
        (&alpine, "", &[changed]),
        (
            &alpine,
            "--secrets-owned",
            &[changed, "url-credentials usr/share/a/same.txt present 1"],
        ),
    ] {
        sandbox.write("image.tar", save(std::slice::from_ref(image)).unwrap());
        let run = sandbox.run(&format!("image --input image.tar -f json {own}"));
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(found(&report), want, "{own}");
        let secrets = list(&report, "/Seaworthy/Secrets");
        let owner = secrets
            .iter()
            .find(|it| it["Place"] == "usr/share/a/other.txt");
        assert_eq!(owner.unwrap()["Package"], "a");
    }
}

#[test]
fn what_layers_above_do_to_a_file_is_told() {
    let sandbox = Sandbox::new();
    let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    let paths = [
        "app/kept",
        "app/replaced",
        "app/again",
        "app/whited",
        "gone/folder",
        "dull/opaque",
    ];
    let files = paths.map(|path| (path, &*url));
    let image = SavedImage::new()
        .tag("a:1")
        .layer(&files)
        .layer(&[("app/other", "x")])
        .layer(&[
            ("app/replaced", "nothing"),
            ("app/again", &url),
            ("app/.wh.whited", ""),
            (".wh.gone", ""),
            ("dull/.wh..wh..opq", ""),
        ]);
    sandbox.write("image.tar", save(&[image]).unwrap());
    let run = sandbox.run("image --input image.tar -f json");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let want = [
        "url-credentials app/again present 1",
        "url-credentials app/kept present 1",
        "url-credentials app/replaced below 1 3",
        "url-credentials app/whited below 1 3",
        "url-credentials dull/opaque below 1 3",
        "url-credentials gone/folder below 1 3",
    ];
    assert_eq!(found(&report), want);
}

/// What has two names is there as long as one of them is.
#[test]
fn a_hard_link_keeps_a_secret_that_was_deleted() {
    let sandbox = Sandbox::new();
    let url = ["url: postgres://app:correct", "horse@db.internal/app\n"].concat();
    let whiteout = |name: &'static str| [(name, "")];
    let image = SavedImage::new()
        .tag("a:1")
        .layer(&[("app/a", &url)])
        .hard_links(&[("lib/b", "app/a")])
        .layer(&whiteout("app/.wh.a"));
    for (image, want) in [
        (image.clone(), "url-credentials lib/b present 1"),
        (
            image.layer(&whiteout("lib/.wh.b")),
            "url-credentials lib/b below 1 4",
        ),
    ] {
        sandbox.write("image.tar", save(&[image]).unwrap());
        let run = sandbox.run("image --input image.tar -f json");
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(found(&report), [want]);
    }
}

/// No output shows a value, whichever rule tells that it is one, and no record of the cache holds it.
#[test]
fn no_output_and_no_record_holds_a_value() {
    let sandbox = Sandbox::new();
    let token = ["dop_v1_", &"0a1b2c3d".repeat(8)].concat();
    let own = ["acme_", &"dead0beef".repeat(3)].concat();
    let line = ["b3BlbnNz", "aC1rZXktdjEAAAAABG5vbmUAAAAE"].concat();
    let key =
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{line}\n-----END OPENSSH PRIVATE KEY-----");
    let step = format!("RUN |1 SSH_KEY={key} /bin/sh -c curl -H X:{token} https://x|sh # buildkit");
    let image = SavedImage::new()
        .tag("a:1")
        .label("note", &format!("by {own}"))
        .history(&[&step])
        .label("ssh_key", &key)
        .label("command", &format!("curl -H X:{token} https://x|sh"))
        // one word, which names no file
        .command(&[&format!("curl -H X:{token} https://x")])
        .layer(&[(
            "start.sh",
            &format!("#!/bin/sh\nexport X={token}\nexec nginx\n"),
        )]);
    sandbox.write("image.tar", save(&[image]).unwrap());
    let rules = "rules:\n- {id: acme, title: a, severity: HIGH, keywords: [acme_], regex: 'acme_[0-9a-z]{20,}'}\n";
    sandbox.write("rules.yaml", rules);
    assert_eq!(sandbox.shell("gzip -k image.tar").code, Some(0));
    for command in [
        "image --input image.tar -f json --secret-rules rules.yaml",
        "image --input image.tar.gz -f json --secret-rules rules.yaml",
        "image --input image.tar --wide --secret-rules rules.yaml",
        "image --input image.tar --layers --wide --secret-rules rules.yaml",
        "image --input image.tar -f sarif --secret-rules rules.yaml",
        "compat trivy image --input image.tar -f json",
        "lint --input image.tar -f json",
        "lint --dive --input image.tar -f json",
        "image --input image.tar -f junit --secret-rules rules.yaml",
        "image --input image.tar -f markdown --secret-rules rules.yaml",
        "image --input image.tar -f gitlab --secret-rules rules.yaml",
        "diff image.tar image.tar --secret-rules rules.yaml",
    ] {
        let run = sandbox.run(command);
        let shown = run.stdout + &run.stderr;
        let shown = shown.replace(['\n', ' '], "");
        assert!(!shown.contains(&token), "{command}: {shown}");
        assert!(!shown.contains(&line), "{command}: {shown}");
        let knows_own = command.contains("secret-rules");
        assert!(!knows_own || !shown.contains(&own), "{command}: {shown}");
    }
    let raw = sandbox.shell("find . -path '*/v*' -type f -size +32c | while read f; do tail -c +33 $f | zstd -dc 2>/dev/null; done");
    assert!(!raw.stdout.contains(&token), "{}", raw.stdout);
}

/// What a command writes into a file is a secret of the history, whatever the file's form.
#[test]
fn settings_that_a_step_writes_are_found() {
    let sandbox = Sandbox::new();
    for (step, rule) in [
        ("echo 'password = \"VALUE\"' >> /root/.my.cnf", "env-name"),
        ("echo \"password: VALUE\" >> config.yml", "env-name"),
        ("npm config set //r.example/:_authToken=VALUE", "env-name"),
        ("npm config set //r.example/:_authToken VALUE", "env-name"),
        ("curl -uadmin:VALUE https://r.example", "env-name"),
        ("chpasswd <<< 'root:VALUE'", "env-name"),
        ("git clone https://VALUE@git.example/a", "env-name"),
        ("psql -c \"CREATE ROLE a PASSWORD 'VALUE'\"", "env-name"),
        ("x postgresql+asyncpg://a:VALUE@db/x", "url-credentials"),
    ] {
        let value = ["Rt5v", "Bn4kXw2La"].concat();
        let step = step.replace("VALUE", &value);
        let image = SavedImage::new()
            .history(&[&format!("RUN /bin/sh -c {step} # buildkit")])
            .layer(&[("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n")]);
        sandbox.write("image.tar", save(&[image]).unwrap());
        let run = sandbox.run("image --input image.tar -f json");
        assert!(!run.stdout.contains(&value), "{step}: {}", run.stdout);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            found(&report),
            [format!("{rule} history[0] present")],
            "{step}"
        );
    }
}

/// Labels, steps and arguments; so it is when a compressed archive is found in the cache.
#[test]
fn a_configuration_is_looked_at_before_it_is_redacted() {
    let sandbox = Sandbox::new();
    let image = SavedImage::new()
        .tag("a:1")
        .label("com.example.api-token", &["correct", "horse1"].concat())
        .layer(&[("etc/os-release", "ID=alpine\nVERSION_ID=3.10.4\n")]);
    sandbox.write("image.tar", save(&[image]).unwrap());
    assert_eq!(sandbox.shell("gzip image.tar").code, Some(0));
    for round in ["cold", "again"] {
        let run = sandbox.run("image --input image.tar.gz -f json");
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(
            found(&report),
            ["env-name label com.example.api-token present"],
            "{round}"
        );
    }
    // Trivy looks there only where it is asked to
    let run = sandbox.run("compat trivy image --input image.tar.gz --scanners secret -f json");
    assert!(run.stdout.contains("SchemaVersion"), "{run:?}");
    assert!(!run.stdout.contains("env-name"), "{}", run.stdout);
}
